/* GetOverlappedResult and its kin.
 * semantics.md: 1.1, 1.10, 1.11, 1.12 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

static char buffer[16];
static volatile LONG apcs;

static void CALLBACK count_apc(ULONG_PTR parameter)
{
    (void)parameter;
    InterlockedIncrement(&apcs);
}

static void start(SOCKET s, OVERLAPPED *overlapped, HANDLE event)
{
    WSABUF description = {sizeof buffer, buffer};
    DWORD flags = 0;
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->hEvent = event;
    CHECK_EQ(WSARecv(s, &description, 1, NULL, &flags, overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
}

static void not_waiting(SOCKET client, SOCKET server)
{
    OVERLAPPED overlapped;
    DWORD count = UNTOUCHED, flags = UNTOUCHED;

    start(server, &overlapped, NULL);
    FACT("1.10", "pending and not waiting: FALSE, 996");
    SetLastError(0);
    CHECK_EQ(GetOverlappedResult((HANDLE)server, &overlapped, &count, FALSE), FALSE);
    CHECK_EQ(GetLastError(), ERROR_IO_INCOMPLETE);
    CHECK_EQ(WSAGetOverlappedResult(server, &overlapped, &count, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSA_IO_INCOMPLETE);
    FACT("1.11", "GetOverlappedResultEx: 0 gives 996, a time that has passed 258");
    CHECK_EQ(GetOverlappedResultEx((HANDLE)server, &overlapped, &count, 0, FALSE), FALSE);
    CHECK_EQ(GetLastError(), ERROR_IO_INCOMPLETE);
    CHECK_EQ(GetOverlappedResultEx((HANDLE)server, &overlapped, &count, 1, FALSE), FALSE);
    CHECK_EQ(GetLastError(), WAIT_TIMEOUT);
    FACT("1.11", "alertable with an APC: 192");
    CHECK(QueueUserAPC(count_apc, GetCurrentThread(), 0) != 0);
    CHECK_EQ(GetOverlappedResultEx((HANDLE)server, &overlapped, &count, HANG_GUARD, TRUE), FALSE);
    CHECK_EQ(GetLastError(), WAIT_IO_COMPLETION);
    CHECK_EQ(apcs, 1);
    send(client, "abc", 3, 0);
    CHECK_EQ(GetOverlappedResultEx((HANDLE)server, &overlapped, &count, HANG_GUARD, FALSE), TRUE);
    CHECK_EQ(count, 3);
}

struct sender {
    struct check_thread waiter;
    SOCKET server;
    OVERLAPPED *overlapped;
    BOOL winsock, ok;
    DWORD count, flags, error;
};

static void wait_for_result(void *argument)
{
    struct sender *it = argument;
    QueueUserAPC(count_apc, GetCurrentThread(), 0);
    check_thread_about_to_block(&it->waiter);
    if (it->winsock)
        it->ok = WSAGetOverlappedResult(it->server, it->overlapped, &it->count, TRUE, &it->flags);
    else
        it->ok = GetOverlappedResult((HANDLE)it->server, it->overlapped, &it->count, TRUE);
    it->error = GetLastError();
    check_thread_about_to_block(&it->waiter);
}

static void waiting(SOCKET client, SOCKET server, BOOL winsock, HANDLE event)
{
    static struct sender it;
    OVERLAPPED overlapped;
    memset(&it, 0, sizeof it);
    it.server = server;
    it.overlapped = &overlapped;
    it.winsock = winsock;
    it.flags = UNTOUCHED;
    apcs = 0;
    start(server, &overlapped, event);
    check_thread_start(&it.waiter, wait_for_result, &it);
    check_thread_wait_blocked(&it.waiter);
    send(client, "late", 4, 0);
    check_thread_join(&it.waiter);
    CHECK_EQ(it.ok, TRUE);
    CHECK_EQ(it.count, 4);
    CHECK_EQ(apcs, 0);
    if (winsock) {
        CHECK_EQ(it.flags, 0);
        CHECK_EQ(it.error, 0);
    }
}

static void looks_first(SOCKET server)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    OVERLAPPED overlapped = {0};
    DWORD count = UNTOUCHED, flags = UNTOUCHED;

    FACT("1.10", "a finished request needs no event: a reset one does not hang");
    overlapped.hEvent = event;
    overlapped.InternalHigh = 9;
    CHECK_EQ(GetOverlappedResult((HANDLE)server, &overlapped, &count, TRUE), TRUE);
    CHECK_EQ(count, 9);
    CHECK_EQ(WSAGetOverlappedResult(server, &overlapped, &count, TRUE, &flags), TRUE);
    FACT("1.12", "on success the last error is written too");
    SetLastError(UNTOUCHED);
    CHECK_EQ(WSAGetOverlappedResult(server, &overlapped, &count, FALSE, &flags), TRUE);
    CHECK_EQ(GetLastError(), 0);
    FACT("1.12", "NULL for the flags is tolerated");
    CHECK_EQ(WSAGetOverlappedResult(server, &overlapped, &count, FALSE, NULL), TRUE);

    FACT("1.10", "after the wait the event is believed, even if Internal is still PENDING");
    overlapped.Internal = STATUS_PENDING;
    overlapped.InternalHigh = 7;
    CHECK_EQ(SetEvent(event), TRUE);
    CHECK_EQ(GetOverlappedResult((HANDLE)server, &overlapped, &count, TRUE), TRUE);
    CHECK_EQ(count, 7);
    CHECK_EQ(CloseHandle(event), TRUE);
}

static void not_a_socket(SOCKET server)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    OVERLAPPED overlapped = {0};
    DWORD count = UNTOUCHED, flags = UNTOUCHED;

    FACT("1.12", "not a socket: 10038");
    CHECK_EQ(WSAGetOverlappedResult(INVALID_SOCKET, &overlapped, &count, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(WSAGetOverlappedResult((SOCKET)event, &overlapped, &count, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    FACT("1.12", "a NULL OVERLAPPED or count: 10014");
    CHECK_EQ(WSAGetOverlappedResult(server, NULL, &count, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(WSAGetOverlappedResult(server, &overlapped, NULL, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(CloseHandle(event), TRUE);
}

static void duplicated_value(SOCKET server)
{
    HANDLE self = GetCurrentProcess(), second = NULL;
    OVERLAPPED overlapped = {0};
    DWORD count = UNTOUCHED, flags = UNTOUCHED;

    FACT("1.12", "a handle made by DuplicateHandle is not in Winsock's list");
    CHECK_EQ(DuplicateHandle(self, (HANDLE)server, self, &second, 0, FALSE,
                             DUPLICATE_SAME_ACCESS), TRUE);
    CHECK_EQ(WSAGetOverlappedResult((SOCKET)second, &overlapped, &count, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(CloseHandle(second), TRUE);
}

static void after_a_failure(void)
{
    HANDLE port = check_port();
    SOCKET client, server;
    OVERLAPPED overlapped;
    DWORD count = UNTOUCHED, flags = UNTOUCHED;

    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 1, 0) == port);
    FACT("1.1", "after a failed packet WSAGetOverlappedResult tells the Winsock code");
    start(server, &overlapped, NULL);
    check_net_reset(client);
    CHECK_FAILURE(port, 1, &overlapped, ERROR_NETNAME_DELETED);
    CHECK_EQ(WSAGetOverlappedResult(server, &overlapped, &count, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    CHECK_EQ(count, 0);
    CHECK_EQ(GetOverlappedResult((HANDLE)server, &overlapped, &count, FALSE), FALSE);
    CHECK_EQ(GetLastError(), ERROR_NETNAME_DELETED);
    closesocket(server);
    CHECK_EQ(CloseHandle(port), TRUE);
}

int main(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    SOCKET client, server;

    check_net_start();
    check_net_pair(&client, &server);
    not_waiting(client, server);
    FACT("1.10", "GetOverlappedResult waits for the handle, not alertably");
    waiting(client, server, FALSE, NULL);
    FACT("1.10", "GetOverlappedResult waits for the event");
    waiting(client, server, FALSE, event);
    FACT("1.12", "WSAGetOverlappedResult waits for the handle, not alertably");
    waiting(client, server, TRUE, NULL);
    FACT("1.12", "WSAGetOverlappedResult waits for the event");
    waiting(client, server, TRUE, event);
    looks_first(server);
    not_a_socket(server);
    duplicated_value(server);
    closesocket(client);
    closesocket(server);
    after_a_failure();
    CHECK_EQ(CloseHandle(event), TRUE);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
