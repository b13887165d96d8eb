/* Semantics 10.1 and 10.2, as far as one process and one family go: who may bind what. */
#include <winsock2.h>
#include <windows.h>

#include "../check.h"
#include "../check_net.h"

int main(void)
{
    struct sockaddr_in address;
    int length = sizeof(address);
    SOCKET first, second, third;

    FACT("10.1", "the same address twice");
    check_net_start();
    first = socket(AF_INET, SOCK_STREAM, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_EQ(bind(first, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(getsockname(first, (struct sockaddr *)&address, &length), 0);
    CHECK(address.sin_port != 0);
    second = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(bind(second, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEADDRINUSE);
    CHECK_EQ(listen(first, 1), 0);
    CHECK_EQ(bind(second, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEADDRINUSE);

    FACT("10.2", "a connection in TIME_WAIT keeps no address");
    CHECK_EQ(connect(second, (struct sockaddr *)&address, sizeof address), 0);
    third = accept(first, NULL, NULL);
    CHECK(third != INVALID_SOCKET);
    CHECK_EQ(closesocket(third), 0);
    CHECK_EQ(closesocket(first), 0);
    CHECK_EQ(closesocket(second), 0);
    first = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(bind(first, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(listen(first, 1), 0);
    CHECK_EQ(closesocket(first), 0);

    FACT("10.1", "bound already");
    first = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_port = 0;
    CHECK_EQ(bind(first, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(bind(first, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(closesocket(first), 0);
    WSACleanup();
    return check_end();
}
