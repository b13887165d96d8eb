// test: native Wine 8 leaves the waiters of a closed port waiting, as Windows XP did
/* A port that is closed under its waiters.
 * semantics.md: 2 (port closed while waiting; a call on a closed port), 4.7 (closing) */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

struct waiter {
    struct check_thread thread;
    HANDLE port;
    struct check_taken taken;
    DWORD waited;
};

static void wait_for_packet(void *argument)
{
    struct waiter *waiter = argument;
    check_thread_about_to_block(&waiter->thread);
    waiter->taken = check_take(waiter->port, INFINITE);
}

static void wait_for_packets(void *argument)
{
    struct waiter *waiter = argument;
    OVERLAPPED_ENTRY entries[4];
    ULONG count = 0;
    check_thread_about_to_block(&waiter->thread);
    waiter->taken.ok =
        GetQueuedCompletionStatusEx(waiter->port, entries, 4, &count, INFINITE, TRUE);
    waiter->taken.error = GetLastError();
}

static void wait_for_port(void *argument)
{
    struct waiter *waiter = argument;
    check_thread_about_to_block(&waiter->thread);
    waiter->waited = WaitForSingleObject(waiter->port, INFINITE);
}

static void start(struct waiter *waiter, HANDLE port, void (*routine)(void *))
{
    waiter->port = port;
    check_thread_start(&waiter->thread, routine, waiter);
    check_thread_wait_blocked(&waiter->thread);
}

static void waiters(DWORD concurrency)
{
    static struct waiter all[3];
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, concurrency);
    int index;

    for (index = 0; index < 3; index++)
        start(&all[index], port, wait_for_packet);
    CHECK_EQ(CloseHandle(port), TRUE);
    for (index = 0; index < 3; index++) {
        check_thread_join(&all[index].thread);
        CHECK_EQ(all[index].taken.ok, FALSE);
        CHECK_EQ(all[index].taken.error, ERROR_ABANDONED_WAIT_0);
        CHECK_EQ(all[index].taken.bytes, UNTOUCHED);
        CHECK_EQ(all[index].taken.key, UNTOUCHED);
        CHECK(all[index].taken.overlapped == NULL);
    }
    CHECK_NO_PACKET(port, 0, ERROR_INVALID_HANDLE);
}

static void alertable_waiter(void)
{
    static struct waiter waiter;
    HANDLE port = check_port();
    start(&waiter, port, wait_for_packets);
    CHECK_EQ(CloseHandle(port), TRUE);
    check_thread_join(&waiter.thread);
    CHECK_EQ(waiter.taken.ok, FALSE);
    CHECK_EQ(waiter.taken.error, ERROR_ABANDONED_WAIT_0);
}

static void waiter_of_a_port_with_a_file(void)
{
    static struct waiter waiter;
    HANDLE port = check_port();
    SOCKET s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

    CHECK(CreateIoCompletionPort((HANDLE)s, port, 1, 0) == port);
    start(&waiter, port, wait_for_packet);
    CHECK_EQ(CloseHandle(port), TRUE);
    check_thread_join(&waiter.thread);
    CHECK_EQ(waiter.taken.error, ERROR_ABANDONED_WAIT_0);
    CHECK_EQ(closesocket(s), 0);
}

static void direct_waiter(void)
{
    static struct waiter waiter;
    HANDLE port = check_port();
    start(&waiter, port, wait_for_port);
    CHECK_EQ(CloseHandle(port), TRUE);
    check_thread_join(&waiter.thread);
    CHECK_EQ(waiter.waited, WAIT_OBJECT_0);
}

int main(void)
{
    FACT("2", "port closed while threads wait: 735, a NULL OVERLAPPED and nothing else");
    waiters(0);
    FACT("2", "the same for waiters beyond the concurrency value");
    waiters(1);
    FACT("2", "the same for an alertable GetQueuedCompletionStatusEx");
    alertable_waiter();
    FACT("4.3", "an associated file does not keep the waiters waiting");
    check_net_start();
    waiter_of_a_port_with_a_file();
    FACT("4.7", "closing wakes a direct wait with WAIT_OBJECT_0");
    direct_waiter();
    return check_end();
}
