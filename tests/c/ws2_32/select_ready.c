/* select: what makes a socket readable, writable or exceptional, besides what select.c and
 * select_more.c have.
 * semantics.md: 9.5 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"

#define READABLE 1
#define WRITABLE 2
#define EXCEPTIONAL 4

/* In which sets it is; waits for one of those in `awaited`, if any. */
static int ready(SOCKET s, int awaited)
{
    fd_set sets[3];
    struct timeval at_once = {0, 0};
    int i, found = 0;

    for (i = 0; i < 3; i++) {
        FD_ZERO(&sets[i]);
        if (awaited & 1 << i) FD_SET(s, &sets[i]);
    }
    if (awaited) CHECK_NET_NEEDS(select(0, &sets[0], &sets[1], &sets[2], NULL) > 0);
    for (i = 0; i < 3; i++) FD_SET(s, &sets[i]);
    CHECK_NET_NEEDS(select(0, &sets[0], &sets[1], &sets[2], &at_once) >= 0);
    for (i = 0; i < 3; i++) found |= FD_ISSET(s, &sets[i]) ? 1 << i : 0;
    return found;
}

static void ends(void)
{
    SOCKET client, server;
    char buffer[8];

    FACT("9.5", "a reset is readable and writable");
    check_net_pair(&client, &server);
    CHECK_EQ(ready(server, 0), WRITABLE);
    check_net_reset(client);
    CHECK_EQ(ready(server, READABLE), READABLE | WRITABLE);
    closesocket(server);

    FACT("9.5", "the peer's SD_SEND is readable, also when the data before it is unread");
    check_net_pair(&client, &server);
    CHECK_EQ(send(client, "1", 1, 0), 1);
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_EQ(ready(server, READABLE), READABLE | WRITABLE);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 1);
    CHECK_EQ(ready(server, READABLE), READABLE | WRITABLE);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 0);
    CHECK_EQ(ready(server, READABLE), READABLE | WRITABLE);
    CHECK_EQ(ready(client, 0), WRITABLE);
    closesocket(client);
    closesocket(server);
}

static void datagrams(void)
{
    SOCKET s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = check_net_loopback(0);
    int length = sizeof address;

    FACT("9.5", "a datagram socket is writable, bound or not, and readable when one has come");
    CHECK_EQ(ready(s, 0), WRITABLE);
    CHECK_EQ(bind(s, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(ready(s, 0), WRITABLE);
    CHECK_EQ(getsockname(s, (struct sockaddr *)&address, &length), 0);
    CHECK_EQ(sendto(s, "", 0, 0, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(ready(s, READABLE), READABLE | WRITABLE);
    closesocket(s);
}

static void connecting(void)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port), s = check_net_socket();
    struct sockaddr_in address = check_net_loopback(port);
    u_long on = 1;
    int error = 77, length = sizeof error;

    FACT("9.5", "a connect that succeeds is writable");
    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(ready(s, WRITABLE), WRITABLE);
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&error, &length), 0);
    CHECK_EQ(error, 0);
    closesocket(s);

    FACT("9.5", "one that fails is exceptional, until one succeeds");
    s = check_net_socket();
    closesocket(listener);
    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(ready(s, EXCEPTIONAL), EXCEPTIONAL);
    CHECK_EQ(ready(s, EXCEPTIONAL), EXCEPTIONAL);
    listener = check_net_listener(&port);
    address = check_net_loopback(port);
    /* Wine 8 tells, as Linux does, the end of the attempt before once more. */
    do CHECK_NET_NEEDS(connect(s, (struct sockaddr *)&address, sizeof address) == SOCKET_ERROR);
    while (WSAGetLastError() == WSAECONNABORTED);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(ready(s, WRITABLE), WRITABLE);
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&error, &length), 0);
    CHECK_EQ(error, 0);
    closesocket(s);
    closesocket(listener);
}

int main(void)
{
    check_net_start();
    ends();
    datagrams();
    connecting();
    return check_end();
}
