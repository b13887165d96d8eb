// test: native Wine 8 waits for ever: it knows no time-out where there is an OVERLAPPED
/* An accepted socket is overlapped if its listener is (D:WSASocket, D:accept). */
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

/* A receive with an OVERLAPPED on an accepted socket to which nothing is sent. */
static void pends(DWORD flags)
{
    struct sockaddr_in address = check_net_loopback(0);
    SOCKET listener = WSASocketA(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, flags), client, server;
    DWORD patience = 100, none = 0;
    int length = sizeof address;
    char byte;
    WSABUF buffer = {1, &byte};
    WSAOVERLAPPED request;

    CHECK_EQ(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    CHECK_EQ(listen(listener, 1), 0);
    client = check_net_connect(ntohs(address.sin_port));
    server = accept(listener, NULL, NULL);
    REQUIRE(server + 1 != 0);
    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, (char *)&patience, sizeof patience), 0);
    memset(&request, 0, sizeof request);
    CHECK_EQ(WSARecv(server, &buffer, 1, NULL, &none, &request, NULL), SOCKET_ERROR);
    if (flags) CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    else CHECK_EQ(WSAGetLastError(), WSAETIMEDOUT);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(closesocket(listener), 0);
}

int main(void)
{
    check_net_start();
    FACT("10.4", "a socket of an overlapped listener is overlapped: the receive is pending");
    pends(WSA_FLAG_OVERLAPPED);
    FACT("10.4", "one of another listener is not: the call waits, as long as SO_RCVTIMEO says");
    pends(0);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
