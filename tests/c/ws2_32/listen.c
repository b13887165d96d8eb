/* Semantics 10.3: who may listen; and the names of sockets. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static int listens(SOCKET s, int backlog)
{
    return listen(s, backlog) ? WSAGetLastError() : 0;
}

static DWORD accepting(SOCKET s)
{
    DWORD value = 77;
    int length = sizeof value;
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_ACCEPTCONN, (char *)&value, &length), 0);
    return value;
}

static void backlogs(void)
{
    static const int backlog[] = {0, 1, -1, -2, SOMAXCONN, SOMAXCONN + 1u, -300};
    struct sockaddr_in any = check_net_loopback(0);
    SOCKET s = check_net_socket();
    unsigned i;

    FACT("10.3", "an unbound socket does not listen, whatever the backlog");
    for (i = 0; i < sizeof backlog / sizeof *backlog; i++) {
        CHECK_EQ(listens(INVALID_SOCKET, backlog[i]), WSAENOTSOCK);
        CHECK_EQ(listens(s, backlog[i]), WSAEINVAL);
    }
    CHECK_EQ(accepting(s), 0);

    FACT("10.3", "a bound one does, with every backlog, and may be asked to again");
    CHECK_EQ(bind(s, (struct sockaddr *)&any, sizeof any), 0);
    CHECK_EQ(accepting(s), 0);
    for (i = 0; i < sizeof backlog / sizeof *backlog; i++) {
        CHECK_EQ(listens(s, backlog[i]), 0);
        CHECK_EQ(accepting(s), 1);
    }
    CHECK_EQ(closesocket(s), 0);
}

static void others(void)
{
    struct sockaddr_in any = check_net_loopback(0);
    SOCKET udp = socket(AF_INET, SOCK_DGRAM, 0), client, server;

    FACT("10.3", "datagrams have no listeners, a connected socket is none");
    CHECK_EQ(bind(udp, (struct sockaddr *)&any, sizeof any), 0);
    CHECK_EQ(listens(udp, SOMAXCONN), WSAEOPNOTSUPP);
    CHECK_EQ(closesocket(udp), 0);
    check_net_pair(&client, &server);
    CHECK_EQ(listens(client, 1), WSAEISCONN);
    CHECK_EQ(listens(server, 1), WSAEISCONN);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);
}

static void names(void)
{
    struct sockaddr_in address = check_net_loopback(0), before;
    SOCKET s = check_net_socket();
    int length = sizeof address;

    FACT("10.1", "getsockname: unbound, then too small a buffer, which stays as it was");
    CHECK_EQ(getsockname(s, (struct sockaddr *)&address, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(bind(s, (struct sockaddr *)&address, sizeof address), 0);
    memset(&address, 0xCC, sizeof address);
    before = address;
    length = sizeof address - 1;
    CHECK_EQ(getsockname(s, (struct sockaddr *)&address, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK(memcmp(&address, &before, sizeof before) == 0);
    length = 0;
    CHECK_EQ(getsockname(s, (struct sockaddr *)&address, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    length = 2 * sizeof address;
    CHECK_EQ(getsockname(s, (struct sockaddr *)&address, &length), 0);
    CHECK_EQ(length, sizeof address);
    CHECK_EQ(address.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    CHECK(address.sin_port != 0);

    FACT("10.1", "getpeername: no peer, then NULL and too small a buffer");
    CHECK_EQ(getpeername(s, (struct sockaddr *)&address, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(getsockname(s, (struct sockaddr *)&address, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(getpeername(s, (struct sockaddr *)&address, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
}

static void peers(void)
{
    struct sockaddr_in address, own;
    int length = sizeof address - 1, own_length = sizeof own;
    SOCKET client, server;

    check_net_pair(&client, &server);
    CHECK_EQ(getpeername(client, (struct sockaddr *)&address, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(getpeername(client, NULL, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    length = sizeof address;
    CHECK_EQ(getpeername(client, (struct sockaddr *)&address, &length), 0);
    CHECK_EQ(getsockname(server, (struct sockaddr *)&own, &own_length), 0);
    CHECK_EQ(address.sin_port, own.sin_port);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);
}

int main(void)
{
    check_net_start();
    backlogs();
    others();
    names();
    peers();
    return check_end();
}
