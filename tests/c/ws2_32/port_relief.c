/* Two workers of a port whose handlers have long been quick, until one of them is not: what comes
 * meanwhile is the other's, whatever the first does.
 * semantics.md: 4.6 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

/* So many quick handlers before the slow one. */
#define QUICK 200
/* So often each. */
#define ROUNDS 1

/* For threads whose checks come in no certain order, and for what is done often. */
#define NEED(condition) ((condition) ? (void)0 : REQUIRE(!#condition))

enum { ECHO = 1, HOLD, RELEASE, STOP };

/* A connection with a posted receive of one byte. */
struct connection {
    SOCKET client, server;
    OVERLAPPED overlapped;
    char byte;
};

static HANDLE port, event;
static struct connection echo, hold, release, blocking;
static volatile LONG held, released;
static DWORD holder, releaser;
static void (*hold_on)(void);

static void receive(struct connection *it)
{
    WSABUF buffer = {1, &it->byte};
    DWORD flags = 0;
    memset(&it->overlapped, 0, sizeof it->overlapped);
    NEED(WSARecv(it->server, &buffer, 1, NULL, &flags, &it->overlapped, NULL) == 0 ||
         WSAGetLastError() == WSA_IO_PENDING);
}

static void wait_for_event(void)
{
    NEED(WaitForSingleObject(event, HANG_GUARD) == 0);
}

static void wait_alertably(void)
{
    NEED(SleepEx(0, TRUE) == 0);
    NEED(WaitForSingleObjectEx(event, HANG_GUARD, TRUE) == 0);
}

static void compute(void)
{
    while (!released)
        ;
}

static void wait_for_byte(void)
{
    char byte;
    NEED(recv(blocking.server, &byte, 1, 0) == 1);
}

static void sleep_often(void)
{
    while (!released)
        Sleep(1);
}

/* Tells the holder, in every way in which it may wait. */
static void let_go(void)
{
    releaser = GetCurrentThreadId();
    InterlockedExchange(&released, 1);
    if (hold_on == wait_for_byte)
        NEED(send(blocking.client, "x", 1, 0) == 1);
    /* The last: the test goes on. */
    SetEvent(event);
}

static void work(void *argument)
{
    (void)argument;
    for (;;) {
        struct check_taken taken = check_take(port, INFINITE);
        NEED(taken.ok);
        switch (taken.key) {
        case ECHO:
            NEED(send(echo.server, &echo.byte, 1, 0) == 1);
            receive(&echo);
            break;
        case HOLD:
            holder = GetCurrentThreadId();
            InterlockedExchange(&held, 1);
            hold_on();
            InterlockedExchange(&held, 0);
            break;
        case RELEASE:
            let_go();
            break;
        default:
            return;
        }
    }
}

static void make(struct connection *it, ULONG_PTR key)
{
    check_net_pair(&it->client, &it->server);
    if (key)
        NEED(CreateIoCompletionPort((HANDLE)it->server, port, key, 0) == port);
}

static void tell(struct connection *it, ULONG_PTR key, int posted)
{
    if (posted)
        NEED(PostQueuedCompletionStatus(port, 0, key, NULL));
    else
        NEED(send(it->client, "x", 1, 0) == 1);
}

static void exchange(void)
{
    int count;
    for (count = 0; count < QUICK; count++) {
        char byte = (char)count;
        NEED(send(echo.client, &byte, 1, 0) == 1);
        NEED(recv(echo.client, &byte, 1, 0) == 1);
        NEED(byte == (char)count);
    }
}

/* Once: the quick ones, then one that waits until a second packet has reached another worker. */
static void meet(int hold_is_posted, int release_is_posted)
{
    released = 0;
    holder = releaser = 0;
    ResetEvent(event);
    if (!hold_is_posted)
        receive(&hold);
    if (!release_is_posted)
        receive(&release);
    exchange();
    tell(&hold, HOLD, hold_is_posted);
    while (!held)
        SwitchToThread();
    tell(&release, RELEASE, release_is_posted);
    NEED(WaitForSingleObject(event, HANG_GUARD) == 0);
    NEED(holder != releaser);
    while (held)
        SwitchToThread();
}

static void meet_in_every_way(void (*way)(void))
{
    int index;
    hold_on = way;
    for (index = 0; index < 4 * ROUNDS; index++)
        meet(index & 1, index & 2);
    CHECK(index == 4 * ROUNDS);
}

static void with_limit(DWORD limit)
{
    static struct check_thread threads[2];
    int index;

    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, limit);
    REQUIRE(port != NULL);
    make(&echo, ECHO);
    make(&hold, HOLD);
    make(&release, RELEASE);
    make(&blocking, 0);
    receive(&echo);
    for (index = 0; index < 2; index++)
        check_thread_start(&threads[index], work, NULL);
    FACT("4.6", "a worker that waits for an event holds nothing up");
    meet_in_every_way(wait_for_event);
    FACT("4.6", "nor one that waits alertably");
    meet_in_every_way(wait_alertably);
    FACT("4.6", "nor one in a blocking receive");
    meet_in_every_way(wait_for_byte);
    FACT("4.6", "nor one that sleeps again and again");
    meet_in_every_way(sleep_often);
    FACT("4.6", "nor one that computes");
    meet_in_every_way(compute);
    for (index = 0; index < 2; index++)
        REQUIRE(PostQueuedCompletionStatus(port, 0, STOP, NULL));
    for (index = 0; index < 2; index++)
        check_thread_join(&threads[index]);
    closesocket(echo.client), closesocket(echo.server);
    closesocket(hold.client), closesocket(hold.server);
    closesocket(release.client), closesocket(release.server);
    closesocket(blocking.client), closesocket(blocking.server);
    CHECK(CloseHandle(port));
}

int main(void)
{
    check_net_start();
    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    REQUIRE(event != NULL);
    with_limit(2);
    with_limit(8);
    CHECK(CloseHandle(event));
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
