// test: native Wine 8 lets no socket try again that was refused
/* A second attempt to connect, without waiting.
 * semantics.md: 9.5 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"

int main(void)
{
    unsigned short port;
    SOCKET s, listener;
    struct sockaddr_in address;
    int error = 77, length = sizeof error;
    u_long on = 1;
    fd_set set;

    check_net_start();
    s = check_net_socket();
    listener = check_net_listener(&port);
    address = check_net_loopback(port);
    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    closesocket(listener);
    FACT("9.5", "SO_ERROR keeps the reason of a failed connect until one succeeds");
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    FD_ZERO(&set);
    FD_SET(s, &set);
    CHECK_EQ(select(0, NULL, NULL, &set, NULL), 1);
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&error, &length), 0);
    CHECK_EQ(error, WSAECONNREFUSED);
    listener = check_net_listener(&port);
    address = check_net_loopback(port);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    FD_ZERO(&set);
    FD_SET(s, &set);
    CHECK_EQ(select(0, NULL, &set, NULL, NULL), 1);
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&error, &length), 0);
    CHECK_EQ(error, 0);
    closesocket(s);
    closesocket(listener);
    return check_end();
}
