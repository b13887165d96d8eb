// ioctlsocket: blocking or not, and how much there is to receive.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

int main(void)
{
    SOCKET client, server;
    u_long value = 1;
    char buffer[8];
    fd_set readable;

    check_net_start();
    check_net_pair(&client, &server);

    FACT("5.2", "a call on a non-blocking socket does not wait");
    CHECK_EQ(ioctlsocket(server, FIONBIO, &value), 0);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    value = 0;
    CHECK_EQ(ioctlsocket(server, FIONBIO, &value), 0);

    FACT("5.12", "FIONREAD and SIOCATMARK (T:sock:test_fionread_siocatmark)");
    value = 99;
    CHECK_EQ(ioctlsocket(server, FIONREAD, &value), 0);
    CHECK_EQ(value, 0);
    CHECK_EQ(send(client, "data", 5, 0), 5);
    FD_ZERO(&readable);
    FD_SET(server, &readable);
    CHECK_EQ(select(0, &readable, NULL, NULL, NULL), 1);
    CHECK_EQ(ioctlsocket(server, FIONREAD, &value), 0);
    CHECK_EQ(value, 5);
    CHECK_EQ(ioctlsocket(server, SIOCATMARK, &value), 0);
    CHECK_EQ(value, TRUE);

    FACT("5.12", "errors");
    CHECK_EQ(ioctlsocket(server, FIONREAD, (u_long *)1), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(ioctlsocket(server, 0x667e, &value), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEOPNOTSUPP);
    CHECK_EQ(ioctlsocket(INVALID_SOCKET, FIONREAD, &value), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    closesocket(client);
    closesocket(server);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
