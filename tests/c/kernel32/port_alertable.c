/* Packets and APCs for one waiting thread.
 * semantics.md: 2.2 (alertable: APC and packets), 7.4 */
#include <winsock2.h>
#include <windows.h>
#include "check_port.h"
#include "check_thread.h"

struct waiter {
    struct check_thread thread;
    HANDLE port;
    ULONG_PTR key;
    BOOL ok;
    DWORD error;
};

/* More threads than any of these tests has may run. */
#define UNLIMITED 64

static void wait_plainly(void *argument)
{
    struct waiter *waiter = argument;
    struct check_taken taken;
    check_thread_about_to_block(&waiter->thread);
    taken = check_take(waiter->port, INFINITE);
    waiter->ok = taken.ok;
    waiter->key = taken.key;
}

static void wait_alertably(void *argument)
{
    struct waiter *waiter = argument;
    OVERLAPPED_ENTRY entry;
    ULONG count = 0;
    check_thread_about_to_block(&waiter->thread);
    waiter->ok = GetQueuedCompletionStatusEx(waiter->port, &entry, 1, &count, INFINITE, TRUE);
    waiter->error = GetLastError();
    waiter->key = waiter->ok ? entry.lpCompletionKey : 0;
}

static void start(struct waiter *waiter, HANDLE port, void (*routine)(void *))
{
    memset(waiter, 0, sizeof *waiter);
    waiter->port = port;
    check_thread_start(&waiter->thread, routine, waiter);
    check_thread_wait_blocked(&waiter->thread);
}

static volatile LONG apcs;

static void CALLBACK count_apc(ULONG_PTR parameter)
{
    (void)parameter;
    InterlockedIncrement(&apcs);
}

static void apc_ends_the_wait(void)
{
    static struct waiter waiter;
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, UNLIMITED);

    apcs = 0;
    start(&waiter, port, wait_alertably);
    CHECK(QueueUserAPC(count_apc, waiter.thread.handle, 0) != 0);
    check_thread_join(&waiter.thread);
    CHECK_EQ(waiter.ok, FALSE);
    CHECK_EQ(waiter.error, WAIT_IO_COMPLETION);
    CHECK_EQ(apcs, 1);
    CHECK_EQ(CloseHandle(port), TRUE);
}

static void plain_wait_is_not_alertable(void)
{
    static struct waiter waiter;
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, UNLIMITED);

    apcs = 0;
    start(&waiter, port, wait_plainly);
    CHECK(QueueUserAPC(count_apc, waiter.thread.handle, 0) != 0);
    PostQueuedCompletionStatus(port, 0, 9, NULL);
    check_thread_join(&waiter.thread);
    CHECK_EQ(waiter.key, 9);
    CHECK_EQ(apcs, 0);
    CHECK_EQ(CloseHandle(port), TRUE);
}

int main(void)
{
    FACT("2.2", "an APC ends an alertable wait with 192");
    apc_ends_the_wait();
    FACT("7.4", "GetQueuedCompletionStatus does not wait alertably");
    plain_wait_is_not_alertable();
    return check_end();
}
