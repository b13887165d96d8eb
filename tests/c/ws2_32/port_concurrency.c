// test: native Wine ignores the concurrency value
/* The concurrency value: who may run, and who gives a place back.
 * semantics.md: 4.6 */
#include <winsock2.h>
#include <windows.h>
#include <unistd.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

enum { HOLD = 1, RELEASE, STOP };

/* What the holder of the only place does with the HOLD packet, until the RELEASE packet has
 * reached another thread.  (That it has is told through all of these at once.) */
struct meeting {
    HANDLE port, event, other_port;
    SOCKET near_end, far_end;
    int pipe[2];
    CRITICAL_SECTION section;
    volatile LONG holding, released;
    DWORD holder, releaser;
    void (*hold)(struct meeting *);
};

static void tell(struct meeting *it)
{
    InterlockedExchange(&it->released, 1);
    SetEvent(it->event);
    send(it->far_end, "x", 1, 0);
    if (write(it->pipe[1], "x", 1) != 1)
        CHECK(!"the pipe takes a byte");
}

static void work(void *argument)
{
    struct meeting *it = argument;
    for (;;) {
        struct check_taken taken = check_take(it->port, INFINITE);
        switch (taken.key) {
        case HOLD:
            it->holder = GetCurrentThreadId();
            InterlockedExchange(&it->holding, 1);
            it->hold(it);
            break;
        case RELEASE:
            it->releaser = GetCurrentThreadId();
            tell(it);
            break;
        default:
            return;
        }
    }
}

static void wait_for_event(struct meeting *it)
{
    WaitForSingleObject(it->event, INFINITE);
}

static void wait_for_all(struct meeting *it)
{
    HANDLE handles[2];
    handles[0] = it->event;
    handles[1] = it->event;
    WaitForMultipleObjects(1, handles, TRUE, INFINITE);
}

static void wait_alertably(struct meeting *it)
{
    WaitForSingleObjectEx(it->event, INFINITE, TRUE);
}

static void wait_for_byte(struct meeting *it)
{
    char byte;
    recv(it->near_end, &byte, 1, 0);
}

static void wait_in_select(struct meeting *it)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(it->near_end, &set);
    select(0, &set, NULL, NULL, NULL);
}

static void wait_unseen(struct meeting *it)
{
    char byte;
    if (read(it->pipe[0], &byte, 1) != 1)
        CHECK(!"the pipe gives a byte");
}

static void work_for_another_port(struct meeting *it)
{
    check_take(it->other_port, 0);
    while (!it->released)
        ;
}

static void wait_at_another_port(struct meeting *it)
{
    /* Closed by nobody: the place is given back before the wait, which then ends at once. */
    check_take(it->other_port, 1);
    while (!it->released)
        ;
}

static void post_and_take(struct meeting *it)
{
    struct check_taken taken;
    PostQueuedCompletionStatus(it->port, 0, RELEASE, NULL);
    PostQueuedCompletionStatus(it->port, 0, RELEASE, NULL);
    taken = check_take(it->port, 0);
    CHECK_EQ(taken.ok, TRUE);
    CHECK_EQ(taken.key, RELEASE);
    taken = check_take(it->port, 0);
    CHECK_EQ(taken.ok, TRUE);
    CHECK_EQ(taken.key, RELEASE);
    CHECK_EQ(it->released, 0);
    tell(it);
}

static void open_meeting(struct meeting *it, void (*hold)(struct meeting *))
{
    memset(it, 0, sizeof *it);
    it->hold = hold;
    it->port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    it->other_port = check_port();
    it->event = CreateEventA(NULL, TRUE, FALSE, NULL);
    check_net_pair(&it->near_end, &it->far_end);
    if (pipe(it->pipe) != 0)
        REQUIRE(!"there are descriptors");
}

static void close_meeting(struct meeting *it)
{
    closesocket(it->near_end);
    closesocket(it->far_end);
    close(it->pipe[0]);
    close(it->pipe[1]);
    CloseHandle(it->event);
    CloseHandle(it->other_port);
    CloseHandle(it->port);
}

/* One thread holds the only place; a second packet comes only then.  Whether another thread gets
 * it is seen from what the holder does: it goes on only once somebody has. */
static void meet(void (*hold)(struct meeting *), int posted_by_holder)
{
    static struct check_thread threads[2];
    struct meeting it;
    int index;

    open_meeting(&it, hold);
    for (index = 0; index < 2; index++)
        check_thread_start(&threads[index], work, &it);
    PostQueuedCompletionStatus(it.port, 0, HOLD, NULL);
    while (!it.holding)
        ;
    if (!posted_by_holder)
        PostQueuedCompletionStatus(it.port, 0, RELEASE, NULL);
    REQUIRE(WaitForSingleObject(it.event, HANG_GUARD) == 0);
    for (index = 0; index < 2; index++)
        PostQueuedCompletionStatus(it.port, 0, STOP, NULL);
    for (index = 0; index < 2; index++)
        check_thread_join(&threads[index]);
    if (!posted_by_holder)
        CHECK(it.holder != it.releaser);
    close_meeting(&it);
}

/* Finished I/O instead of a posted packet. */
static void meet_with_io(void (*hold)(struct meeting *))
{
    static struct check_thread threads[2];
    struct meeting it;
    SOCKET client, server;
    OVERLAPPED overlapped = {0};
    char buffer[4];
    WSABUF description = {sizeof buffer, buffer};
    DWORD flags = 0;
    int index;

    open_meeting(&it, hold);
    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, it.port, RELEASE, 0) == it.port);
    CHECK_EQ(WSARecv(server, &description, 1, NULL, &flags, &overlapped, NULL), SOCKET_ERROR);
    for (index = 0; index < 2; index++)
        check_thread_start(&threads[index], work, &it);
    PostQueuedCompletionStatus(it.port, 0, HOLD, NULL);
    while (!it.holding)
        ;
    CHECK_EQ(send(client, "x", 1, 0), 1);
    REQUIRE(WaitForSingleObject(it.event, HANG_GUARD) == 0);
    for (index = 0; index < 2; index++)
        PostQueuedCompletionStatus(it.port, 0, STOP, NULL);
    for (index = 0; index < 2; index++)
        check_thread_join(&threads[index]);
    CHECK(it.holder != it.releaser);
    closesocket(client);
    closesocket(server);
    close_meeting(&it);
}

static void leave(void *argument)
{
    struct meeting *it = argument;
    check_take(it->port, INFINITE);
    InterlockedExchange(&it->holding, 1);
}

static void a_thread_that_ends(void)
{
    static struct check_thread first, second;
    struct meeting it;

    open_meeting(&it, NULL);
    check_thread_start(&first, leave, &it);
    PostQueuedCompletionStatus(it.port, 0, HOLD, NULL);
    check_thread_join(&first);
    check_thread_start(&second, work, &it);
    PostQueuedCompletionStatus(it.port, 0, RELEASE, NULL);
    PostQueuedCompletionStatus(it.port, 0, STOP, NULL);
    check_thread_join(&second);
    CHECK_EQ(it.released, 1);
    close_meeting(&it);
}

int main(void)
{
    check_net_start();
    FACT("4.6", "a worker that computes keeps its place, and takes the next packets itself");
    meet(post_and_take, 1);
    FACT("4.6", "a worker that blocks gives its place to another: WaitForSingleObject");
    meet(wait_for_event, 0);
    FACT("4.6", "WaitForMultipleObjects");
    meet(wait_for_all, 0);
    FACT("4.6", "an alertable wait");
    meet(wait_alertably, 0);
    FACT("4.6", "a blocking recv");
    meet(wait_for_byte, 0);
    FACT("4.6", "select");
    meet(wait_in_select, 0);
    FACT("4.6", "a sleep in the kernel that nobody sees");
    meet(wait_unseen, 0);
    FACT("4.6", "a thread belongs to the port that it asked last");
    meet(work_for_another_port, 0);
    meet(wait_at_another_port, 0);
    FACT("4.6", "finished I/O while the holder of the place waits");
    meet_with_io(wait_for_event);
    FACT("4.6", "finished I/O while the holder receives");
    meet_with_io(wait_for_byte);
    FACT("4.6", "finished I/O while the holder sleeps unseen");
    meet_with_io(wait_unseen);
    FACT("4.6", "a thread that ends gives its place back");
    a_thread_that_ends();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
