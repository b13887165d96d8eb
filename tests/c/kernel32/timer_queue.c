// Timer queues.
#include <winsock2.h>
#include <windows.h>
#include "check.h"

#define HANG_GUARD 20000
#define NEVER 3600000

static HANDLE ticked, gate, passed;

static DWORD wait_for(HANDLE object)
{
    return WaitForSingleObject(object, HANG_GUARD);
}

static void CALLBACK count(PVOID context, BOOLEAN timer_or_wait_fired)
{
    if (timer_or_wait_fired)
        InterlockedIncrement((LONG *)context);
    ReleaseSemaphore(ticked, 1, NULL);
}

static void CALLBACK hold(PVOID context, BOOLEAN timer_or_wait_fired)
{
    count(context, timer_or_wait_fired);
    wait_for(gate);
    ReleaseSemaphore(passed, 1, NULL);
}

static void once_and_again(HANDLE queue)
{
    HANDLE timer = NULL, late = NULL;
    LONG calls = 0, never = 0;
    FACT("7.7", "a timer without a period goes off once, with TRUE");
    CHECK(CreateTimerQueueTimer(&timer, queue, count, &calls, 1, 0, 0));
    CHECK(CreateTimerQueueTimer(&late, queue, count, &never, NEVER, 1, 0));
    CHECK(timer != NULL && late != NULL);
    CHECK_EQ(wait_for(ticked), WAIT_OBJECT_0);
    FACT("7.7", "one that has gone off for good cannot be changed, though it is no error");
    CHECK(ChangeTimerQueueTimer(queue, timer, 0, 0));
    CHECK(DeleteTimerQueueTimer(queue, timer, INVALID_HANDLE_VALUE));
    CHECK_EQ(calls, 1);

    FACT("7.7", "a timer with a period goes off again and again");
    calls = 0;
    CHECK(CreateTimerQueueTimer(&timer, queue, count, &calls, 0, 3, 0));
    for (int i = 0; i < 4; i++)
        CHECK_EQ(wait_for(ticked), WAIT_OBJECT_0);
    CHECK(DeleteTimerQueueTimer(queue, timer, INVALID_HANDLE_VALUE));
    CHECK(calls >= 4);
    while (WaitForSingleObject(ticked, 0) == WAIT_OBJECT_0)
        ;

    FACT("7.7", "a timer that has not gone off can be changed");
    calls = 0;
    CHECK(CreateTimerQueueTimer(&timer, queue, count, &calls, NEVER, 0, WT_EXECUTEINTIMERTHREAD));
    CHECK(ChangeTimerQueueTimer(queue, timer, 0, 0));
    CHECK_EQ(wait_for(ticked), WAIT_OBJECT_0);
    CHECK(DeleteTimerQueueTimer(queue, timer, INVALID_HANDLE_VALUE));
    CHECK_EQ(calls, 1);
    CHECK(DeleteTimerQueueTimer(queue, late, INVALID_HANDLE_VALUE));
    CHECK_EQ(never, 0);
}

static void deletion(HANDLE queue)
{
    HANDLE timer, done = CreateEventA(NULL, FALSE, FALSE, NULL);
    LONG calls = 0;
    FACT("7.7", "a timer whose callback runs is deleted later: 997, or an event");
    CHECK(CreateTimerQueueTimer(&timer, queue, hold, &calls, 0, 0, 0));
    CHECK_EQ(wait_for(ticked), WAIT_OBJECT_0);
    CHECK(!DeleteTimerQueueTimer(queue, timer, NULL));
    CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    SetEvent(gate);
    CHECK_EQ(wait_for(passed), WAIT_OBJECT_0);
    CHECK(CreateTimerQueueTimer(&timer, queue, hold, &calls, 0, 0, 0));
    CHECK_EQ(wait_for(ticked), WAIT_OBJECT_0);
    CHECK(!DeleteTimerQueueTimer(queue, timer, done));
    CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(done, 0), WAIT_TIMEOUT);
    SetEvent(gate);
    CHECK_EQ(wait_for(done), WAIT_OBJECT_0);
    CHECK_EQ(wait_for(passed), WAIT_OBJECT_0);

    FACT("7.7", "one without callbacks at once, and its event is set");
    CHECK(CreateTimerQueueTimer(&timer, queue, hold, &calls, NEVER, 0, 0));
    SetLastError(0xdeadbeef);
    CHECK(DeleteTimerQueueTimer(queue, timer, done));
    CHECK_EQ(GetLastError(), 0xdeadbeef);
    CHECK_EQ(WaitForSingleObject(done, HANG_GUARD), WAIT_OBJECT_0);

    FACT("7.7", "no timer: 87");
    CHECK(!DeleteTimerQueueTimer(queue, NULL, NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CloseHandle(done);
}

static HANDLE own_timer, own_queue;
static LONG own_calls;

static void CALLBACK delete_own(PVOID context, BOOLEAN timer_or_wait_fired)
{
    HANDLE other;
    LONG none = 0;
    (void)timer_or_wait_fired;
    wait_for(gate);
    own_calls++;
    CHECK(!DeleteTimerQueueTimer(own_queue, own_timer, NULL));
    CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    CHECK(CreateTimerQueueTimer(&other, own_queue, count, &none, NEVER, 0, 0));
    CHECK(DeleteTimerQueueTimer(own_queue, other, INVALID_HANDLE_VALUE));
    SetEvent(context);
}

static void in_callbacks(void)
{
    HANDLE done = CreateEventA(NULL, FALSE, FALSE, NULL);
    own_queue = CreateTimerQueue();
    FACT("7.7", "a callback deletes its own timer, and others");
    CHECK(CreateTimerQueueTimer(&own_timer, own_queue, delete_own, done, 1, 1000, 0));
    SetEvent(gate);
    CHECK_EQ(wait_for(done), WAIT_OBJECT_0);
    CHECK(DeleteTimerQueueEx(own_queue, INVALID_HANDLE_VALUE));
    CHECK_EQ(own_calls, 1);
    CloseHandle(done);
}

static void queues(void)
{
    HANDLE queue = CreateTimerQueue(), timer, done = CreateEventA(NULL, FALSE, FALSE, NULL);
    LONG calls = 0;
    FACT("7.7", "a queue whose callback runs is deleted later: 997");
    CHECK(CreateTimerQueueTimer(&timer, queue, hold, &calls, 0, NEVER, 0));
    CHECK_EQ(wait_for(ticked), WAIT_OBJECT_0);
    CHECK(!DeleteTimerQueueEx(queue, NULL));
    CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    SetEvent(gate);
    CHECK_EQ(wait_for(passed), WAIT_OBJECT_0);
    FACT("7.7", "or the event is set when all callbacks have returned");
    queue = CreateTimerQueue();
    CHECK(CreateTimerQueueTimer(&timer, queue, count, &calls, 0, 1, 0));
    CHECK_EQ(wait_for(ticked), WAIT_OBJECT_0);
    /* FALSE with 997, or TRUE between two callbacks. */
    DeleteTimerQueueEx(queue, done);
    CHECK_EQ(wait_for(done), WAIT_OBJECT_0);
    while (WaitForSingleObject(ticked, 0) == WAIT_OBJECT_0)
        ;
    queue = CreateTimerQueue();
    CHECK(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));

    FACT("7.7", "the process's own queue works without being named, and cannot be deleted: 6");
    calls = 0;
    CHECK(CreateTimerQueueTimer(&timer, NULL, count, &calls, NEVER, 0, 0));
    CHECK(ChangeTimerQueueTimer(NULL, timer, 1, 0));
    CHECK_EQ(wait_for(ticked), WAIT_OBJECT_0);
    CHECK(DeleteTimerQueueTimer(NULL, timer, INVALID_HANDLE_VALUE));
    CHECK_EQ(calls, 1);
    SetLastError(0xdeadbeef);
    CHECK(!DeleteTimerQueueEx(NULL, NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);

    FACT("7.7", "queues may be mixed up");
    queue = CreateTimerQueue();
    CHECK(CreateTimerQueueTimer(&timer, queue, count, &calls, NEVER, 0, 0));
    CHECK(ChangeTimerQueueTimer(NULL, timer, NEVER, 5));
    CHECK(DeleteTimerQueueTimer(NULL, timer, INVALID_HANDLE_VALUE));
    CHECK(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));
    CloseHandle(done);
}

int main(void)
{
    ticked = CreateSemaphoreA(NULL, 0, 100000, NULL);
    passed = CreateSemaphoreA(NULL, 0, 100000, NULL);
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE queue = CreateTimerQueue();
    REQUIRE(queue != NULL);
    once_and_again(queue);
    deletion(queue);
    CHECK(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));
    in_callbacks();
    queues();
    return check_end();
}
