/* WSASendDisconnect and WSARecvDisconnect: shutdown with data that TCP has not.
 * semantics.md: 6.5, 4.4; T:sock:test_shutdown_completion_port */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

int main(void)
{
    SOCKET client, server, lone;
    HANDLE port;
    char buffer[8];

    check_net_start();
    check_net_pair(&client, &server);
    lone = check_net_socket();
    port = CreateIoCompletionPort((HANDLE)client, NULL, 1, 0);
    FACT("6.5", "no socket: 10038; no connection: 10057");
    CHECK_EQ(WSASendDisconnect(INVALID_SOCKET, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(WSARecvDisconnect(INVALID_SOCKET, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(WSASendDisconnect(lone, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(WSARecvDisconnect(lone, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    FACT("6.5", "WSASendDisconnect ends sending, and receiving goes on");
    CHECK_EQ(WSASendDisconnect(client, NULL), 0);
    CHECK_EQ(send(client, "x", 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAESHUTDOWN);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 0);
    CHECK_EQ(send(server, "late", 4, 0), 4);
    CHECK_EQ(recv(client, buffer, sizeof buffer, 0), 4);
    FACT("6.5", "WSARecvDisconnect ends receiving");
    CHECK_EQ(WSARecvDisconnect(client, NULL), 0);
    CHECK_EQ(recv(client, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAESHUTDOWN);
    FACT("4.4", "neither queues a packet");
    CHECK_EMPTY(port);
    closesocket(client);
    closesocket(server);
    closesocket(lone);
    CloseHandle(port);
    return check_end();
}
