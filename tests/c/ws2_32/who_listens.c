/* Requests without a port end although no thread waits for them, or only others wait.
 * semantics.md: 1.2, 1.6, 7.4 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_thread.h"

#define ROUNDS 200

struct end {
    SOCKET client, server;
    OVERLAPPED overlapped;
    char byte;
    struct check_thread thread;
    DWORD waited;
};

static struct end    one, other;
static volatile LONG is_woken;

static void open_end(struct end *end)
{
    check_net_pair(&end->client, &end->server);
    end->overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    REQUIRE(end->overlapped.hEvent != NULL);
}

static void close_end(struct end *end)
{
    closesocket(end->client);
    closesocket(end->server);
    CloseHandle(end->overlapped.hEvent);
}

static BOOL is_pending(struct end *end)
{
    WSABUF buffer = {1, &end->byte};
    DWORD  flags = 0;

    return WSARecv(end->server, &buffer, 1, NULL, &flags, &end->overlapped, NULL) != 0 &&
           WSAGetLastError() == WSA_IO_PENDING;
}

static BOOL has_ended(struct end *end)
{
    DWORD count = 0, flags;

    return WSAGetOverlappedResult(end->server, &end->overlapped, &count, FALSE, &flags) &&
           count == 1;
}

static void wait_for(void *parameter)
{
    struct end *end = (struct end *)parameter;

    check_thread_about_to_block(&end->thread);
    end->waited = WaitForSingleObject(end->overlapped.hEvent, INFINITE);
}

static void join(struct end *end)
{
    check_thread_join(&end->thread);
    REQUIRE(end->waited == 0);
}

/* By a thread of its own, which waits already: it is the one that listens. */
static void waited_for_elsewhere(struct end *end)
{
    REQUIRE(is_pending(end));
    check_thread_start(&end->thread, wait_for, end);
    check_thread_wait_blocked(&end->thread);
}

static void nobody_waits(void)
{
    int round;

    FACT("1.2", "a request ends while its thread only looks at it");
    REQUIRE(is_pending(&one));
    REQUIRE(send(one.client, "x", 1, 0) == 1);
    while (!HasOverlappedIoCompleted(&one.overlapped))
        SwitchToThread();
    CHECK(has_ended(&one));
    FACT("1.2", "also after a thread has waited, and every time");
    for (round = 0; round < ROUNDS; round++) {
        waited_for_elsewhere(&one);
        REQUIRE(send(one.client, "x", 1, 0) == 1);
        join(&one);
        REQUIRE(has_ended(&one));
        REQUIRE(is_pending(&one));
        REQUIRE(send(one.client, "x", 1, 0) == 1);
        while (!HasOverlappedIoCompleted(&one.overlapped))
            SwitchToThread();
        REQUIRE(has_ended(&one));
    }
    CHECK(round == ROUNDS);
}

static void others_wait(void)
{
    int round;

    FACT("7.4", "of two threads that wait, each is woken by its own request, in either order");
    for (round = 0; round < ROUNDS; round++) {
        struct end *early = round % 2 ? &one : &other, *late = round % 2 ? &other : &one;

        waited_for_elsewhere(&one);
        waited_for_elsewhere(&other);
        REQUIRE(send(early->client, "x", 1, 0) == 1);
        join(early);
        REQUIRE(has_ended(early));
        REQUIRE(send(late->client, "x", 1, 0) == 1);
        join(late);
        REQUIRE(has_ended(late));
    }
    CHECK(round == ROUNDS);
}

static void a_thread_that_listens_is_woken(void)
{
    int round;

    FACT("1.6", "an event that a thread sets ends the wait of one that waits for a request");
    for (round = 0; round < ROUNDS; round++) {
        waited_for_elsewhere(&one);
        REQUIRE(SetEvent(one.overlapped.hEvent));
        join(&one);
        REQUIRE(send(one.client, "x", 1, 0) == 1);
        while (!HasOverlappedIoCompleted(&one.overlapped))
            SwitchToThread();
        REQUIRE(has_ended(&one));
    }
    CHECK(round == ROUNDS);
}

/* It waits so often that nobody needs to listen beside it, and then computes for as long as the
 * other thread has not been woken. */
static void wait_often_and_compute(void *parameter)
{
    struct end *end = (struct end *)parameter;
    int         round, ended = 0;

    for (round = 0; round < 10 * ROUNDS; round++) {
        end->waited = is_pending(end) && send(end->client, "x", 1, 0) == 1
                          ? WaitForSingleObject(end->overlapped.hEvent, INFINITE)
                          : WAIT_FAILED;
        ended += end->waited == 0 && has_ended(end);
    }
    REQUIRE(ended == round);
    REQUIRE(send(one.client, "x", 1, 0) == 1);
    while (!InterlockedCompareExchange(&is_woken, 0, 0))
        YieldProcessor();
}

static void who_listened_computes(void)
{
    int round;

    FACT("7.4", "a thread is woken by its request while the one that listened computes");
    for (round = 0; round < ROUNDS / 20; round++) {
        REQUIRE(is_pending(&one));
        check_thread_start(&other.thread, wait_often_and_compute, &other);
        one.waited = WaitForSingleObject(one.overlapped.hEvent, INFINITE);
        InterlockedExchange(&is_woken, 1);
        check_thread_join(&other.thread);
        REQUIRE(one.waited == 0);
        REQUIRE(has_ended(&one));
        is_woken = 0;
    }
    CHECK(round == ROUNDS / 20);
}

int main(void)
{
    check_net_start();
    open_end(&one);
    open_end(&other);
    nobody_waits();
    others_wait();
    a_thread_that_listens_is_woken();
    who_listened_computes();
    close_end(&one);
    close_end(&other);
    return check_end();
}
