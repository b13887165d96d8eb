/* Completion routines.
 * semantics.md: 1.5, 1.8, 1.14, 7.4, 7.5, 7.6, 7.8, 3 (codes in routines) */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

/* What the routines have seen, in order. */
static struct call {
    DWORD error, count, flags, thread;
    OVERLAPPED *overlapped;
} calls[32];
static volatile LONG call_count, depth, deepest;

static char buffers[16][8];

static void CALLBACK note(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    struct call *call = &calls[InterlockedIncrement(&call_count) - 1];
    call->error = error;
    call->count = count;
    call->flags = flags;
    call->overlapped = overlapped;
    call->thread = GetCurrentThreadId();
    if (InterlockedIncrement(&depth) > deepest)
        deepest = depth;
    InterlockedDecrement(&depth);
}

static int start(SOCKET s, OVERLAPPED *overlapped, int index)
{
    WSABUF description;
    DWORD flags = 0;
    description.len = 2;
    description.buf = buffers[index];
    memset(overlapped, 0, sizeof *overlapped);
    /* Not a handle of anything: with a routine it is the program's own. */
    overlapped->hEvent = (HANDLE)0x1235;
    return WSARecv(s, &description, 1, NULL, &flags, overlapped, note);
}

static void wait_until_complete(OVERLAPPED *overlapped)
{
    while (!HasOverlappedIoCompleted(overlapped))
        ;
}

static void one_routine(SOCKET client, SOCKET server)
{
    OVERLAPPED overlapped;

    FACT("7.6", "a routine runs only in an alertable wait of its own thread");
    CHECK_EQ(start(server, &overlapped, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(send(client, "ab", 2, 0), 2);
    wait_until_complete(&overlapped);
    CHECK_EQ(SleepEx(0, FALSE), 0);
    CHECK_EQ(WaitForSingleObject(GetCurrentThread(), 0), WAIT_TIMEOUT);
    CHECK_EQ(call_count, 0);
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(call_count, 1);
    FACT("7.6", "its arguments: error, bytes, OVERLAPPED, flags");
    CHECK_EQ(calls[0].error, 0);
    CHECK_EQ(calls[0].count, 2);
    CHECK_EQ(calls[0].flags, 0);
    CHECK(calls[0].overlapped == &overlapped);
    CHECK_EQ(calls[0].thread, GetCurrentThreadId());
    FACT("1.8", "hEvent is ignored, and left alone");
    CHECK(overlapped.hEvent == (HANDLE)0x1235);
}

static void inline_success(SOCKET client, SOCKET server)
{
    OVERLAPPED overlapped = {0};
    WSABUF description = {2, "cd"};
    DWORD count = UNTOUCHED;

    call_count = 0;
    FACT("1.5", "a call that succeeds at once queues the routine too");
    CHECK_EQ(WSASend(client, &description, 1, &count, 0, &overlapped, note), 0);
    CHECK_EQ(count, 2);
    CHECK_EQ(call_count, 0);
    CHECK_EQ(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(call_count, 1);
    CHECK_EQ(calls[0].count, 2);
    CHECK_EQ(recv(server, buffers[0], 2, 0), 2);
    FACT("7.6", "a call that fails at once queues none");
    description.len = 1;
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_EQ(WSASend(client, &description, 1, &count, 0, &overlapped, note), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAESHUTDOWN);
    CHECK_EQ(SleepEx(0, TRUE), 0);
    CHECK_EQ(call_count, 1);
}

static void all_due_ones(void)
{
    SOCKET client, server;
    OVERLAPPED overlapped[8];
    int index, in_order = 1;

    check_net_pair(&client, &server);
    call_count = 0;
    deepest = 0;
    FACT("7.6", "all due routines run in one wait, in order, and not nested");
    for (index = 0; index < 8; index++)
        CHECK_EQ(start(server, &overlapped[index], index), SOCKET_ERROR);
    CHECK_EQ(send(client, "0011223344556677", 16, 0), 16);
    for (index = 0; index < 8; index++)
        wait_until_complete(&overlapped[index]);
    /* The last ones may be queued only after their status can be seen. */
    while (call_count < 8 && SleepEx(HANG_GUARD, TRUE) == WAIT_IO_COMPLETION)
        ;
    for (index = 0; index < 8; index++)
        in_order &= calls[index].overlapped == &overlapped[index] && calls[index].count == 2;
    CHECK(in_order);
    CHECK_EQ(deepest, 1);
    FACT("3", "a routine is given the Winsock code: reset");
    CHECK_EQ(start(server, &overlapped[0], 0), SOCKET_ERROR);
    check_net_reset(client);
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(calls[8].error, WSAECONNRESET);
    CHECK_EQ(calls[8].count, 0);
    closesocket(server);
    FACT("3", "cancelled; end of the stream");
    check_net_pair(&client, &server);
    CHECK_EQ(start(server, &overlapped[0], 0), SOCKET_ERROR);
    CHECK_EQ(CancelIo((HANDLE)server), TRUE);
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(calls[9].error, WSA_OPERATION_ABORTED);
    CHECK_EQ(start(server, &overlapped[0], 0), SOCKET_ERROR);
    closesocket(client);
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(calls[10].error, 0);
    CHECK_EQ(calls[10].count, 0);
    closesocket(server);
}

static void alertable_waits(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), never = WSACreateEvent();
    HANDLE port = check_port();
    SOCKET client, server;
    OVERLAPPED overlapped;
    OVERLAPPED_ENTRY entry;
    WSABUF description = {2, "zz"};
    ULONG removed = 0;
    int way;

    check_net_pair(&client, &server);
    FACT("7.4", "every alertable wait runs due routines and returns 192");
    for (way = 0; way < 5; way++) {
        DWORD waited = 0;
        call_count = 0;
        /* A call that succeeds at once has queued its routine when it returns. */
        memset(&overlapped, 0, sizeof overlapped);
        CHECK_EQ(WSASend(client, &description, 1, NULL, 0, &overlapped, note), 0);
        switch (way) {
        case 0:
            waited = WaitForSingleObjectEx(event, HANG_GUARD, TRUE);
            break;
        case 1:
            waited = WaitForMultipleObjectsEx(1, &event, TRUE, HANG_GUARD, TRUE);
            break;
        case 2:
            waited = WSAWaitForMultipleEvents(1, &never, FALSE, HANG_GUARD, TRUE);
            break;
        case 3:
            waited = SignalObjectAndWait(never, event, HANG_GUARD, TRUE);
            ResetEvent(never);
            break;
        case 4:
            CHECK_EQ(GetQueuedCompletionStatusEx(port, &entry, 1, &removed, HANG_GUARD, TRUE),
                     FALSE);
            waited = GetLastError();
            break;
        }
        CHECK_EQ(waited, WAIT_IO_COMPLETION);
        CHECK_EQ(call_count, 1);
    }
    closesocket(client);
    closesocket(server);
    CHECK_EQ(CloseHandle(event), TRUE);
    CHECK_EQ(WSACloseEvent(never), TRUE);
    CHECK_EQ(CloseHandle(port), TRUE);
}

struct bystander {
    struct check_thread thread;
    HANDLE event;
    DWORD waited;
};

static void wait_alertably(void *argument)
{
    struct bystander *it = argument;
    check_thread_about_to_block(&it->thread);
    it->waited = WaitForSingleObjectEx(it->event, INFINITE, TRUE);
}

static void of_others(void)
{
    static struct bystander it;
    SOCKET client, server;
    OVERLAPPED overlapped;

    check_net_pair(&client, &server);
    call_count = 0;
    FACT("7.8", "an alertable thread is not disturbed by routines of others");
    it.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    check_thread_start(&it.thread, wait_alertably, &it);
    check_thread_wait_blocked(&it.thread);
    CHECK_EQ(start(server, &overlapped, 0), SOCKET_ERROR);
    send(client, "yy", 2, 0);
    wait_until_complete(&overlapped);
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(call_count, 1);
    CHECK_EQ(calls[0].thread, GetCurrentThreadId());
    CHECK_EQ(WaitForSingleObject(it.thread.handle, 0), WAIT_TIMEOUT);
    CHECK_EQ(SetEvent(it.event), TRUE);
    check_thread_join(&it.thread);
    CHECK_EQ(it.waited, WAIT_OBJECT_0);
    closesocket(client);
    closesocket(server);
    CHECK_EQ(CloseHandle(it.event), TRUE);
}

static SOCKET chain_socket;
static OVERLAPPED chain_overlapped;
static volatile LONG chained;

static void CALLBACK go_on(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    WSABUF description = {1, buffers[0]};
    (void)error, (void)overlapped, (void)flags;
    flags = 0;
    if (count && InterlockedIncrement(&chained) < 4)
        WSARecv(chain_socket, &description, 1, NULL, &flags, &chain_overlapped, go_on);
}

static void from_a_routine(void)
{
    WSABUF description = {1, buffers[0]};
    DWORD flags = 0;
    SOCKET client;

    check_net_pair(&client, &chain_socket);
    FACT("7.6", "a routine starts the next receive; what completes at once runs in the same wait");
    CHECK_EQ(WSARecv(chain_socket, &description, 1, NULL, &flags, &chain_overlapped, go_on),
             SOCKET_ERROR);
    CHECK_EQ(send(client, "1234", 4, 0), 4);
    while (chained < 4 && SleepEx(HANG_GUARD, TRUE) == WAIT_IO_COMPLETION)
        ;
    CHECK_EQ(chained, 4);
    closesocket(client);
    closesocket(chain_socket);
}

int main(void)
{
    SOCKET client, server;
    check_net_start();
    check_net_pair(&client, &server);
    one_routine(client, server);
    inline_success(client, server);
    closesocket(client);
    closesocket(server);
    all_due_ones();
    alertable_waits();
    of_others();
    from_a_routine();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
