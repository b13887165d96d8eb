/* Receiving.
 * semantics.md: 5.1, 5.2, 5.3, 5.4, 5.6 (overlapped), 5.8, 5.14 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static HANDLE port;
static char buffer[32];

static int start(SOCKET s, OVERLAPPED *overlapped, char *to, ULONG length)
{
    WSABUF description;
    DWORD flags = 0;
    description.len = length;
    description.buf = to;
    memset(overlapped, 0, sizeof *overlapped);
    return WSARecv(s, &description, 1, NULL, &flags, overlapped, NULL);
}

static void not_overlapped(void)
{
    unsigned short number;
    SOCKET listener = check_net_listener(&number), server, client;
    struct sockaddr_in address = check_net_loopback(number);
    OVERLAPPED overlapped;

    client = WSASocketA(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, 0);
    CHECK(client != INVALID_SOCKET);
    CHECK_EQ(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    server = accept(listener, NULL, NULL);
    FACT("5.1", "an OVERLAPPED on a socket that is not overlapped: the call is synchronous");
    CHECK_EQ(send(server, "abc", 3, 0), 3);
    CHECK_EQ(start(client, &overlapped, buffer, sizeof buffer), 0);
    FACT("5.1", "an accepted socket is overlapped like its listener");
    CHECK_EQ(start(server, &overlapped, buffer, sizeof buffer), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(CancelIo((HANDLE)server), TRUE);
    closesocket(client);
    closesocket(server);
    closesocket(listener);
}

static void non_blocking(SOCKET client, SOCKET server)
{
    u_long on = 1, off = 0;
    OVERLAPPED overlapped;

    CHECK_EQ(ioctlsocket(server, FIONBIO, &on), 0);
    FACT("5.2", "on a non-blocking socket a call without an OVERLAPPED: 10035");
    CHECK_EQ(recv(server, buffer, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    FACT("5.2", "a call with one pends");
    CHECK_EQ(start(server, &overlapped, buffer, 4), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    send(client, "nb", 2, 0);
    CHECK_SUCCESS(port, 1, &overlapped, 2);
    CHECK_EQ(ioctlsocket(server, FIONBIO, &off), 0);
}

static void in_order(SOCKET client, SOCKET server)
{
    OVERLAPPED overlapped[4];
    char parts[4][2];
    int index;

    FACT("5.3", "several receives fill in the order posted");
    for (index = 0; index < 4; index++)
        CHECK_EQ(start(server, &overlapped[index], parts[index], 2), SOCKET_ERROR);
    CHECK_EQ(send(client, "aabbccd", 7, 0), 7);
    for (index = 0; index < 3; index++)
        CHECK_SUCCESS(port, 1, &overlapped[index], 2);
    CHECK_SUCCESS(port, 1, &overlapped[3], 1);
    CHECK(memcmp(parts, "aabbccd", 7) == 0);
}

static void zero_length(SOCKET client, SOCKET server)
{
    OVERLAPPED overlapped;

    FACT("5.4", "a receive of length 0 pends until data is there, and consumes nothing");
    CHECK_EQ(start(server, &overlapped, buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EMPTY(port);
    send(client, "z", 1, 0);
    CHECK_SUCCESS(port, 1, &overlapped, 0);
    FACT("5.4", "with data there it completes at once");
    CHECK_EQ(start(server, &overlapped, NULL, 0), 0);
    CHECK_SUCCESS(port, 1, &overlapped, 0);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 1);
}

static void timeouts(SOCKET client, SOCKET server)
{
    DWORD milliseconds = 1, none = 0;
    OVERLAPPED overlapped;

    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, (char *)&milliseconds, 4), 0);
    FACT("5.6", "SO_RCVTIMEO ends a synchronous call with 10060");
    CHECK_EQ(recv(server, buffer, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAETIMEDOUT);
    FACT("5.6", "it has no effect on an overlapped one");
    CHECK_EQ(start(server, &overlapped, buffer, 8), SOCKET_ERROR);
    CHECK_NO_PACKET(port, 20, WAIT_TIMEOUT);
    CHECK_EQ((DWORD)overlapped.Internal, STATUS_PENDING);
    send(client, "slow", 4, 0);
    CHECK_SUCCESS(port, 1, &overlapped, 4);
    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, (char *)&none, 4), 0);
}

static void scatter(SOCKET client, SOCKET server)
{
    WSABUF to[4], from[3];
    char parts[4][4];
    OVERLAPPED overlapped = {0};
    DWORD flags = 0, count = UNTOUCHED;
    int index;

    for (index = 0; index < 4; index++) {
        to[index].len = index == 1 ? 0 : 3;
        to[index].buf = parts[index];
    }
    from[0].len = 1, from[0].buf = "1";
    from[1].len = 0, from[1].buf = NULL;
    from[2].len = 6, from[2].buf = "234567";
    memset(parts, '.', sizeof parts);
    FACT("5.8", "arrays behave as one buffer");
    CHECK_EQ(WSARecv(server, to, 4, NULL, &flags, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSASend(client, from, 3, &count, 0, NULL, NULL), 0);
    CHECK_EQ(count, 7);
    CHECK_SUCCESS(port, 1, &overlapped, 7);
    CHECK(memcmp(parts, "123.....456.7...", 16) == 0);
}

static void peek_and_wait_for_all(SOCKET client, SOCKET server)
{
    WSABUF description = {4, buffer};
    OVERLAPPED overlapped = {0};
    DWORD flags = MSG_PEEK, count = UNTOUCHED;

    CHECK_EQ(send(client, "peek", 4, 0), 4);
    FACT("5.8", "MSG_PEEK leaves the data");
    CHECK_EQ(recv(server, buffer, 4, MSG_PEEK | MSG_WAITALL) > 0, 1);
    CHECK_EQ(WSARecv(server, &description, 1, &count, &flags, NULL, NULL), 0);
    CHECK_EQ(count, 4);
    CHECK_EQ(recv(server, buffer, 4, 0), 4);
    CHECK(memcmp(buffer, "peek", 4) == 0);
    FACT("5.8", "MSG_WAITALL fills the buffer, however the data comes");
    flags = MSG_WAITALL;
    description.len = 6;
    CHECK_EQ(WSARecv(server, &description, 1, NULL, &flags, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    send(client, "abc", 3, 0);
    send(client, "def", 3, 0);
    CHECK_SUCCESS(port, 1, &overlapped, 6);
    CHECK(memcmp(buffer, "abcdef", 6) == 0);
}

static void last_error(SOCKET client, SOCKET server)
{
    FACT("5.14", "a socket call that succeeds sets the last error to 0");
    SetLastError(UNTOUCHED);
    CHECK_EQ(send(client, "x", 1, 0), 1);
    CHECK_EQ(GetLastError(), 0);
    SetLastError(UNTOUCHED);
    CHECK_EQ(recv(server, buffer, 1, 0), 1);
    CHECK_EQ(GetLastError(), 0);
}

int main(void)
{
    SOCKET client, server;
    check_net_start();
    port = check_port();
    not_overlapped();
    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 1, 0) == port);
    non_blocking(client, server);
    in_order(client, server);
    zero_length(client, server);
    timeouts(client, server);
    scatter(client, server);
    peek_and_wait_for_all(client, server);
    last_error(client, server);
    closesocket(client);
    closesocket(server);
    CHECK_EMPTY(port);
    CHECK_EQ(CloseHandle(port), TRUE);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
