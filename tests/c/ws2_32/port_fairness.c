/* A queue that is never empty does not keep finished I/O from the port.
 * semantics.md: 4 (packets come in the order in which they were queued) */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

#define PACKETS_MAX 100000
#define POSTED      1
#define RECEIVED    2

int main(void)
{
    SOCKET     client, server;
    HANDLE     port = check_port();
    OVERLAPPED overlapped;
    WSABUF     description;
    DWORD      flags = 0, packets = 0, bytes = 0;
    ULONG_PTR  key = 0;
    char       buffer[16];
    OVERLAPPED *taken = NULL;

    check_net_start();
    check_net_pair(&client, &server);
    REQUIRE(CreateIoCompletionPort((HANDLE)server, port, RECEIVED, 0) == port);
    memset(&overlapped, 0, sizeof overlapped);
    description.buf = buffer;
    description.len = sizeof buffer;
    REQUIRE(WSARecv(server, &description, 1, NULL, &flags, &overlapped, NULL) == SOCKET_ERROR);
    CHECK(WSAGetLastError() == WSA_IO_PENDING);

    FACT("4", "data that arrives is noticed by a thread that finds a packet each time");
    CHECK(PostQueuedCompletionStatus(port, 0, POSTED, NULL));
    CHECK(send(client, "abc", 3, 0) == 3);
    while (packets++ < PACKETS_MAX && GetQueuedCompletionStatus(port, &bytes, &key, &taken, 0) &&
           key == POSTED)
        PostQueuedCompletionStatus(port, 0, POSTED, NULL);
    CHECK(key == RECEIVED);
    CHECK(taken == &overlapped);
    CHECK_EQ(bytes, 3);

    CHECK(closesocket(client) == 0);
    CHECK(closesocket(server) == 0);
    CHECK(CloseHandle(port));
    WSACleanup();
    return check_end();
}
