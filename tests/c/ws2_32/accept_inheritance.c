/* What an accepted socket has from its listener (T:sock:test_accept_inheritance). */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static const struct { int level, option, value; const char *name; } options[] = {
    {SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR"},
    {SOL_SOCKET, SO_KEEPALIVE, 1, "SO_KEEPALIVE"},
    {SOL_SOCKET, SO_OOBINLINE, 1, "SO_OOBINLINE"},
    {SOL_SOCKET, SO_SNDBUF, 0x123, "SO_SNDBUF"},
    {SOL_SOCKET, SO_RCVBUF, 0x123, "SO_RCVBUF"},
    {SOL_SOCKET, SO_SNDTIMEO, 0x123, "SO_SNDTIMEO"},
    {SOL_SOCKET, SO_RCVTIMEO, 0x123, "SO_RCVTIMEO"},
    {IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY"},
};
#define OPTIONS (sizeof options / sizeof *options)

/* The same through one of the ways of accepting. */
static void inherits(const char *how, SOCKET server)
{
    struct linger linger = {0, 0};
    int length = sizeof linger, value;
    u_long none = 77;
    unsigned i;

    SHOW("%s", how);
    REQUIRE(server + 1 != 0);
    for (i = 0; i < OPTIONS; i++) {
        value = 77;
        length = sizeof value;
        SHOW("%s", options[i].name);
        CHECK_EQ(getsockopt(server, options[i].level, options[i].option, (char *)&value, &length),
                 0);
        CHECK_EQ(value, options[i].value);
    }
    length = sizeof linger;
    CHECK_EQ(getsockopt(server, SOL_SOCKET, SO_LINGER, (char *)&linger, &length), 0);
    CHECK(linger.l_onoff == 1 && linger.l_linger == 555);
    CHECK_EQ(ioctlsocket(server, FIONREAD, &none), 0);
    CHECK_EQ(none, 0);
    linger.l_onoff = 0;
    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger), 0);
    CHECK_EQ(closesocket(server), 0);
}

int main(void)
{
    SOCKET listener, client, server;
    struct linger linger = {1, 555};
    struct sockaddr_in address = check_net_loopback(0);
    int length = sizeof address;
    char byte;
    u_long on = 1;
    unsigned i;

    check_net_start();
    FACT("10.4", "options of the listener are those of the sockets that it accepts");
    listener = check_net_socket();
    for (i = 0; i < OPTIONS; i++)
        CHECK_EQ(setsockopt(listener, options[i].level, options[i].option,
                            (char *)&options[i].value, sizeof options[i].value), 0);
    CHECK_EQ(setsockopt(listener, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger), 0);
    CHECK_EQ(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    CHECK_EQ(listen(listener, 1), 0);
    client = check_net_connect(ntohs(address.sin_port));
    inherits("accept", accept(listener, NULL, NULL));
    CHECK_EQ(closesocket(client), 0);
    client = check_net_connect(ntohs(address.sin_port));
    inherits("WSAAccept", WSAAccept(listener, NULL, NULL, NULL, 0));
    CHECK_EQ(closesocket(client), 0);

    FACT("10.4", "so is the blocking mode");
    CHECK_EQ(ioctlsocket(listener, FIONBIO, &on), 0);
    client = check_net_connect(ntohs(address.sin_port));
    server = accept(listener, NULL, NULL);
    REQUIRE(server + 1 != 0);
    CHECK_EQ(recv(server, &byte, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    linger.l_onoff = 0;
    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger), 0);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(listener), 0);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
