/* Associating a socket with a port.
 * semantics.md: 4.1, 4.2, 4.4 (connect and shutdown do not queue), 1.14 (routine on a port) */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static char buffer[8];
static volatile LONG routine_calls;

static void CALLBACK count_call(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    (void)overlapped;
    CHECK_EQ(error, 0);
    CHECK_EQ(count, 2);
    CHECK_EQ(flags, 0);
    InterlockedIncrement(&routine_calls);
}

static int start(SOCKET s, OVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    WSABUF description = {2, buffer};
    DWORD flags = 0;
    memset(overlapped, 0, sizeof *overlapped);
    return WSARecv(s, &description, 1, NULL, &flags, overlapped, routine);
}

static void errors(HANDLE port)
{
    SOCKET s = check_net_socket();
    SOCKET plain = WSASocketA(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, 0);
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), other;

    FACT("4.1", "a socket without WSA_FLAG_OVERLAPPED cannot be associated: 87");
    SetLastError(0);
    CHECK(CreateIoCompletionPort((HANDLE)plain, port, 0, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(CreateIoCompletionPort((HANDLE)plain, NULL, 0, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    FACT("4.1", "associating with what is no port: 6, and the socket stays free");
    CHECK(CreateIoCompletionPort((HANDLE)s, event, 0, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(CreateIoCompletionPort((HANDLE)s, (HANDLE)s, 0, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    FACT("4.1", "a second association fails with 87, with the same port or another");
    CHECK(CreateIoCompletionPort((HANDLE)s, port, 1, 0) == port);
    SetLastError(0);
    CHECK(CreateIoCompletionPort((HANDLE)s, port, 2, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    other = check_port();
    SetLastError(0);
    CHECK(CreateIoCompletionPort((HANDLE)s, other, 2, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    SetLastError(0);
    CHECK(CreateIoCompletionPort((HANDLE)s, NULL, 2, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    closesocket(s);
    FACT("4.1", "a closed socket: 6");
    SetLastError(0);
    CHECK(CreateIoCompletionPort((HANDLE)s, port, 0, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    closesocket(plain);
    CHECK_EQ(CloseHandle(event), TRUE);
    CHECK_EQ(CloseHandle(other), TRUE);
}

static void both_jobs_at_once(void)
{
    SOCKET client, server;
    OVERLAPPED overlapped;
    HANDLE port;

    check_net_pair(&client, &server);
    FACT("4.1", "a new port and the association in one call");
    port = CreateIoCompletionPort((HANDLE)server, NULL, 0x123456789abcdef0, 0);
    CHECK(port != NULL);
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    send(client, "ab", 2, 0);
    FACT("4.2", "the key is pointer-sized");
    CHECK_SUCCESS(port, 0x123456789abcdef0, &overlapped, 2);
    closesocket(client);
    closesocket(server);
    CHECK_EQ(CloseHandle(port), TRUE);
}

static void associated_while_pending(HANDLE port)
{
    SOCKET client, server;
    OVERLAPPED plain, with_routine;
    int result, error;

    check_net_pair(&client, &server);
    routine_calls = 0;
    FACT("4.1", "a request that is pending at the association completes to the port");
    CHECK_EQ(start(server, &plain, NULL), SOCKET_ERROR);
    CHECK_EQ(start(server, &with_routine, count_call), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 7, 0) == port);
    send(client, "abcd", 4, 0);
    CHECK_SUCCESS(port, 7, &plain, 2);
    FACT("4.1", "one with a routine still runs the routine, and queues nothing");
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(routine_calls, 1);
    CHECK_EMPTY(port);
    FACT("1.14", "a routine for a socket with a port: 10022");
    result = start(server, &with_routine, count_call);
    error = WSAGetLastError();
    CHECK_EQ(result, SOCKET_ERROR);
    CHECK_EQ(error, WSAEINVAL);
    closesocket(client);
    closesocket(server);
    CHECK_EMPTY(port);
}

static void completed_before(HANDLE port)
{
    SOCKET client, server;
    OVERLAPPED overlapped;

    check_net_pair(&client, &server);
    FACT("4.1", "a request that was complete before the association queues nothing");
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    send(client, "ef", 2, 0);
    CHECK_EQ(WaitForSingleObject((HANDLE)server, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 8, 0) == port);
    CHECK_EMPTY(port);
    closesocket(client);
    closesocket(server);
}

static void what_does_not_queue(HANDLE port)
{
    unsigned short number;
    SOCKET listener = check_net_listener(&number), client = check_net_socket(), server;
    struct sockaddr_in address = check_net_loopback(number);
    char byte;

    FACT("4.4", "connect, accept, send, recv and shutdown without an OVERLAPPED queue nothing");
    CHECK(CreateIoCompletionPort((HANDLE)client, port, 9, 0) == port);
    CHECK(CreateIoCompletionPort((HANDLE)listener, port, 10, 0) == port);
    CHECK_EQ(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    server = accept(listener, NULL, NULL);
    CHECK(server != INVALID_SOCKET);
    FACT("4.1", "an accepted socket is not associated by its listener's association");
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 11, 0) == port);
    CHECK_EQ(send(client, "x", 1, 0), 1);
    CHECK_EQ(recv(server, &byte, 1, 0), 1);
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_EQ(recv(server, &byte, 1, 0), 0);
    CHECK_EMPTY(port);
    closesocket(client);
    closesocket(server);
    closesocket(listener);
    CHECK_EMPTY(port);
}

static void several_sockets(HANDLE port)
{
    SOCKET clients[3], servers[3];
    OVERLAPPED overlapped[3];
    int index;

    FACT("4.2", "each socket has its own key");
    for (index = 0; index < 3; index++) {
        check_net_pair(&clients[index], &servers[index]);
        CHECK(CreateIoCompletionPort((HANDLE)servers[index], port, 100 + index, 0) == port);
        CHECK_EQ(start(servers[index], &overlapped[index], NULL), SOCKET_ERROR);
    }
    for (index = 2; index >= 0; index--) {
        send(clients[index], "zz", 2, 0);
        CHECK_SUCCESS(port, 100 + index, &overlapped[index], 2);
    }
    for (index = 0; index < 3; index++) {
        closesocket(clients[index]);
        closesocket(servers[index]);
    }
}

int main(void)
{
    HANDLE port;
    check_net_start();
    port = check_port();
    errors(port);
    both_jobs_at_once();
    associated_while_pending(port);
    completed_before(port);
    what_does_not_queue(port);
    several_sockets(port);
    CHECK_EQ(CloseHandle(port), TRUE);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
