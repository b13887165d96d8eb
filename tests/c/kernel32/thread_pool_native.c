// What Wine 8 does otherwise: it starts fewer threads, forgets the time after the first, and when a
// callback ends its own wait says now 997 and now success (marked so in
// T:thread:test_RegisterWaitForSingleObject); DeleteTimerQueueEx waits for the callbacks even if it
// is given an event.
// test: native Wine 8's pool starts fewer threads, and its registered waits time out once
#include <winsock2.h>
#include <windows.h>
#include "check.h"

#define HANG_GUARD 20000

static HANDLE begun, gate, complete;
static LONG calls, fired;

static DWORD wait_for(HANDLE object)
{
    return WaitForSingleObject(object, HANG_GUARD);
}

/* Says that it has begun and returns when it may. */
static void CALLBACK hold_work(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work)
{
    (void)instance, (void)work;
    ReleaseSemaphore(begun, 1, NULL);
    wait_for(gate);
    InterlockedIncrement((LONG *)context);
}

static void CALLBACK called(PVOID context, BOOLEAN timer_or_wait_fired)
{
    InterlockedIncrement(&calls);
    fired = timer_or_wait_fired;
    SetEvent(context);
}

static void blocking(void)
{
    LONG count = 0;
    FACT("7.7", "callbacks that block do not keep others from running");
    PTP_WORK work = CreateThreadpoolWork(hold_work, &count, NULL);
    for (int i = 0; i < 40; i++)
        SubmitThreadpoolWork(work);
    for (int i = 0; i < 40; i++)
        if (wait_for(begun) != WAIT_OBJECT_0)
            CHECK(!"forty run at once");
    SetEvent(gate);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    CHECK_EQ(count, 40);
    CloseThreadpoolWork(work);
    ResetEvent(gate);
}

static void repeated(void)
{
    HANDLE wait, event = CreateEventA(NULL, FALSE, FALSE, NULL);
    FACT("7.7", "without WT_EXECUTEONLYONCE a wait times out again and again");
    CHECK(RegisterWaitForSingleObject(&wait, event, called, complete, 2, 0));
    for (int i = 0; i < 3; i++)
        CHECK_EQ(wait_for(complete), WAIT_OBJECT_0);
    CHECK_EQ(fired, TRUE);
    CHECK(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    CHECK(calls >= 3);
    ResetEvent(complete);
    CloseHandle(event);
}

struct own {
    HANDLE wait;
    BOOL ended;
};

static void CALLBACK end_own(PVOID context, BOOLEAN timer_or_wait_fired)
{
    struct own *own = context;
    (void)timer_or_wait_fired;
    own->ended = own->wait != INVALID_HANDLE_VALUE && UnregisterWait(own->wait);
    SetEvent(complete);
}

static void own_wait(void)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    ULONG flags = WT_EXECUTEONLYONCE | WT_EXECUTEINWAITTHREAD;
    int ended = 0;
    FACT("7.7", "in the wait thread a callback ends its own wait; its handle is there before");
    for (int i = 0; i < 100; i++) {
        struct own own = {INVALID_HANDLE_VALUE, FALSE};
        SetEvent(event);
        if (RegisterWaitForSingleObject(&own.wait, event, end_own, &own, INFINITE, flags) &&
            wait_for(complete) == WAIT_OBJECT_0)
            ended += own.ended != FALSE;
    }
    CHECK_EQ(ended, 100);
    CloseHandle(event);
}

static void CALLBACK hold_timer(PVOID context, BOOLEAN timer_or_wait_fired)
{
    (void)context, (void)timer_or_wait_fired;
    ReleaseSemaphore(begun, 1, NULL);
    wait_for(gate);
}

static void timer_queue(void)
{
    HANDLE timer, queue = CreateTimerQueue(), done = CreateEventA(NULL, TRUE, FALSE, NULL);
    FACT("7.7", "a timer queue is deleted at once, and its event set when all callbacks are over");
    CHECK(CreateTimerQueueTimer(&timer, queue, hold_timer, NULL, 0, 1, 0));
    CHECK_EQ(wait_for(begun), WAIT_OBJECT_0);
    CHECK_EQ(wait_for(begun), WAIT_OBJECT_0);
    CHECK(!DeleteTimerQueueEx(queue, done));
    CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(done, 0), WAIT_TIMEOUT);
    SetEvent(gate);
    CHECK_EQ(wait_for(done), WAIT_OBJECT_0);
    CloseHandle(done);
}

int main(void)
{
    begun = CreateSemaphoreA(NULL, 0, 1000, NULL);
    gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    complete = CreateEventA(NULL, FALSE, FALSE, NULL);
    blocking();
    repeated();
    own_wait();
    timer_queue();
    return check_end();
}
