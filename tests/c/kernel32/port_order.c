// test: native Wine 8: threads FIFO, one direct waiter woken, packets always before APCs
/* Which of several waiting threads gets a packet.
 * semantics.md: 4.5, 4.7 (a packet wakes all direct waiters), 2.2 (APC or packet first) */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

struct waiter {
    struct check_thread thread;
    HANDLE port;
    ULONG_PTR key;
    BOOL ok;
    DWORD waited;
};

/* More threads than any of these tests has may run. */
#define UNLIMITED 64

static void wait_for_packet(void *argument)
{
    struct waiter *waiter = argument;
    struct check_taken taken;
    check_thread_about_to_block(&waiter->thread);
    taken = check_take(waiter->port, INFINITE);
    waiter->ok = taken.ok;
    waiter->key = taken.key;
}

static void wait_for_port(void *argument)
{
    struct waiter *waiter = argument;
    check_thread_about_to_block(&waiter->thread);
    waiter->waited = WaitForSingleObject(waiter->port, INFINITE);
}

static void start_with(struct waiter *waiter, HANDLE port, void (*routine)(void *))
{
    memset(waiter, 0, sizeof *waiter);
    waiter->port = port;
    check_thread_start(&waiter->thread, routine, waiter);
    check_thread_wait_blocked(&waiter->thread);
}

static void start(struct waiter *waiter, HANDLE port)
{
    start_with(waiter, port, wait_for_packet);
}

static void start_direct(struct waiter *waiter, HANDLE port)
{
    start_with(waiter, port, wait_for_port);
}

static void last_in_first_out(void)
{
    static struct waiter all[4];
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, UNLIMITED);
    int index;

    for (index = 0; index < 4; index++)
        start(&all[index], port);
    for (index = 3; index >= 0; index--) {
        PostQueuedCompletionStatus(port, 0, 100 + index, NULL);
        check_thread_join(&all[index].thread);
        CHECK_EQ(all[index].ok, TRUE);
        CHECK_EQ(all[index].key, 100 + index);
    }
    CHECK_EMPTY(port);
    CHECK_EQ(CloseHandle(port), TRUE);
}

static void io_begins_later(DWORD concurrency)
{
    static struct waiter all[2];
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, concurrency);
    SOCKET client, server;
    OVERLAPPED overlapped = {0};
    char buffer[4];
    WSABUF description = {sizeof buffer, buffer};
    DWORD flags = 0;
    HANDLE ends[2];

    start(&all[0], port);
    start(&all[1], port);
    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 5, 0) == port);
    CHECK_EQ(WSARecv(server, &description, 1, NULL, &flags, &overlapped, NULL), SOCKET_ERROR);
    FACT("4.5", "finished I/O of a file wakes a thread that waited before the file was associated");
    CHECK_EQ(send(client, "x", 1, 0), 1);
    ends[0] = all[0].thread.handle;
    ends[1] = all[1].thread.handle;
    CHECK(WaitForMultipleObjects(2, ends, FALSE, HANG_GUARD) != WAIT_TIMEOUT);
    CHECK_EQ(PostQueuedCompletionStatus(port, 0, 6, NULL), TRUE);
    check_thread_join(&all[0].thread);
    check_thread_join(&all[1].thread);
    CHECK_EQ(all[0].key + all[1].key, 5 + 6);
    closesocket(client);
    closesocket(server);
    CHECK_EQ(CloseHandle(port), TRUE);
}

static void several_at_once(void)
{
    static struct waiter all[2];
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, UNLIMITED);
    int round, wrong = 0;

    for (round = 0; round < 50; round++) {
        struct check_taken taken;
        start(&all[0], port);
        start(&all[1], port);
        PostQueuedCompletionStatus(port, 0, 3, NULL);
        PostQueuedCompletionStatus(port, 0, 4, NULL);
        PostQueuedCompletionStatus(port, 0, 5, NULL);
        taken = check_take(port, 0);
        WaitForSingleObject(all[0].thread.handle, HANG_GUARD);
        WaitForSingleObject(all[1].thread.handle, HANG_GUARD);
        CloseHandle(all[0].thread.handle);
        CloseHandle(all[1].thread.handle);
        wrong += !taken.ok || taken.key != 5 || all[0].key + all[1].key != 7;
    }
    CHECK_EQ(wrong, 0);
    CHECK_EQ(CloseHandle(port), TRUE);
}

static void a_packet_wakes_all(void)
{
    static struct waiter one, two;
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, UNLIMITED);

    FACT("4.7", "a packet wakes all direct waiters, and takes nothing away");
    start_direct(&one, port);
    start_direct(&two, port);
    PostQueuedCompletionStatus(port, 0, 4, NULL);
    check_thread_join(&one.thread);
    check_thread_join(&two.thread);
    CHECK_EQ(one.waited, WAIT_OBJECT_0);
    CHECK_EQ(two.waited, WAIT_OBJECT_0);
    CHECK_SUCCESS(port, 4, NULL, 0);
    CHECK_EQ(CloseHandle(port), TRUE);
}

static volatile LONG apcs;

static void CALLBACK count_apc(ULONG_PTR parameter)
{
    (void)parameter;
    InterlockedIncrement(&apcs);
}

static void apc_or_packet(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, UNLIMITED);
    OVERLAPPED_ENTRY entries[2];
    ULONG count = 0;
    BOOL first, second;
    DWORD error;

    apcs = 0;
    QueueUserAPC(count_apc, GetCurrentThread(), 0);
    PostQueuedCompletionStatus(port, 0, 1, NULL);
    PostQueuedCompletionStatus(port, 0, 2, NULL);
    FACT("2.2", "a thread that does not work for the port takes the APC first");
    SetLastError(0);
    first = GetQueuedCompletionStatusEx(port, entries, 1, &count, 0, TRUE);
    error = GetLastError();
    CHECK_EQ(first, FALSE);
    CHECK_EQ(error, WAIT_IO_COMPLETION);
    CHECK_EQ(apcs, 1);
    CHECK_SUCCESS(port, 1, NULL, 0);
    FACT("2.2", "one that works for it takes packets first");
    QueueUserAPC(count_apc, GetCurrentThread(), 0);
    second = GetQueuedCompletionStatusEx(port, entries, 1, &count, 0, TRUE);
    CHECK_EQ(second, TRUE);
    CHECK_EQ(entries[0].lpCompletionKey, 2);
    CHECK_EQ(apcs, 1);
    CHECK_EQ(GetQueuedCompletionStatusEx(port, entries, 1, &count, 0, TRUE), FALSE);
    CHECK_EQ(GetLastError(), WAIT_IO_COMPLETION);
    CHECK_EQ(apcs, 2);
    CHECK_EQ(CloseHandle(port), TRUE);
}

int main(void)
{
    check_net_start();
    FACT("4.5", "threads are released last in, first out");
    last_in_first_out();
    FACT("4.5", "a packet is handed to the waiting thread; a later caller cannot take it");
    several_at_once();
    a_packet_wakes_all();
    apc_or_packet();
    io_begins_later(1);
    io_begins_later(UNLIMITED);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
