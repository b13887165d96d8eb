// Work items and registered waits.
// test: native Wine 8's pool now and then leaves a callback for many seconds (in 5 of 25 runs)
#include <winsock2.h>
#include <windows.h>
#include "check_thread.h"

#define HANG_GUARD 20000

static HANDLE complete, gate;
static LONG calls, fired;
static DWORD thread_seen;

static DWORD wait_for(HANDLE object)
{
    return WaitForSingleObject(object, HANG_GUARD);
}

static DWORD CALLBACK item(PVOID context)
{
    if (InterlockedIncrement(&calls) == 100)
        SetEvent(context);
    return 1;
}

static void CALLBACK called(PVOID context, BOOLEAN timer_or_wait_fired)
{
    InterlockedIncrement(&calls);
    fired = timer_or_wait_fired;
    thread_seen = GetCurrentThreadId();
    SetEvent(context);
}

static void CALLBACK hold(PVOID context, BOOLEAN timer_or_wait_fired)
{
    (void)timer_or_wait_fired;
    SetEvent(context);
    wait_for(gate);
    InterlockedIncrement(&calls);
}

/* Ends a wait whose callback may still be about to return. */
static void end(HANDLE wait)
{
    CHECK(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
}

static void items(void)
{
    FACT("7.7", "a hundred work items are all called");
    for (int i = 0; i < 100; i++)
        if (!QueueUserWorkItem(item, complete, i % 2 ? WT_EXECUTEDEFAULT : WT_EXECUTELONGFUNCTION))
            CHECK(!"QueueUserWorkItem succeeds");
    CHECK_EQ(wait_for(complete), WAIT_OBJECT_0);
    CHECK_EQ(calls, 100);
}

static void once(void)
{
    HANDLE wait, event = CreateEventA(NULL, TRUE, TRUE, NULL);
    FACT("7.7", "an object that is signalled already calls back, with FALSE");
    calls = 0, fired = 2;
    CHECK(RegisterWaitForSingleObject(&wait, event, called, complete, INFINITE,
                                      WT_EXECUTEONLYONCE));
    CHECK_EQ(wait_for(complete), WAIT_OBJECT_0);
    end(wait);
    CHECK(calls == 1 && fired == FALSE);

    FACT("7.7", "time that has passed calls back, with TRUE");
    ResetEvent(event);
    CHECK(RegisterWaitForSingleObject(&wait, event, called, complete, 0, WT_EXECUTEONLYONCE));
    CHECK_EQ(wait_for(complete), WAIT_OBJECT_0);
    end(wait);
    CHECK_EQ(fired, TRUE);

    FACT("7.7", "a wait that has not been satisfied is ended at once");
    calls = 0;
    CHECK(RegisterWaitForSingleObject(&wait, event, called, complete, INFINITE,
                                      WT_EXECUTEONLYONCE));
    CHECK(UnregisterWait(wait));
    SetEvent(event);
    CHECK_EQ(calls, 0);

    FACT("7.7", "no wait: 6; no object: 6");
    SetLastError(0xdeadbeef);
    CHECK(!UnregisterWait(NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(!RegisterWaitForSingleObject(&wait, NULL, called, NULL, INFINITE, 0));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CloseHandle(event);
}

static void repeated(void)
{
    HANDLE wait, event = CreateEventA(NULL, FALSE, FALSE, NULL);
    FACT("7.7", "without WT_EXECUTEONLYONCE it calls back for each signal");
    calls = 0;
    CHECK(RegisterWaitForSingleObject(&wait, event, called, complete, INFINITE, 0));
    for (int i = 1; i <= 5; i++) {
        SetEvent(event);
        CHECK_EQ(wait_for(complete), WAIT_OBJECT_0);
        CHECK_EQ(calls, i);
    }
    end(wait);
    ResetEvent(complete);
    CloseHandle(event);
}

static void pending(void)
{
    HANDLE wait, event = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE done = CreateEventA(NULL, FALSE, FALSE, NULL);
    for (int i = 0; i < 2; i++) {
        ULONG flags = WT_EXECUTEONLYONCE | (i ? WT_EXECUTEINWAITTHREAD : 0);
        FACT("7.7", "while its callback runs a wait is ended later: 997");
        calls = 0;
        CHECK(RegisterWaitForSingleObject(&wait, event, hold, complete, INFINITE, flags));
        SetEvent(event);
        CHECK_EQ(wait_for(complete), WAIT_OBJECT_0);
        CHECK(!UnregisterWait(wait));
        CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
        SetEvent(gate);
        while (InterlockedCompareExchange(&calls, 0, 0) == 0)
            SwitchToThread();

        FACT("7.7", "an event tells when the last callback has returned");
        CHECK(RegisterWaitForSingleObject(&wait, event, hold, complete, INFINITE, flags));
        SetEvent(event);
        CHECK_EQ(wait_for(complete), WAIT_OBJECT_0);
        calls = 0;
        CHECK(!UnregisterWaitEx(wait, done));
        CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
        CHECK_EQ(WaitForSingleObject(done, 0), WAIT_TIMEOUT);
        SetEvent(gate);
        CHECK_EQ(wait_for(done), WAIT_OBJECT_0);
        CHECK_EQ(calls, 1);
    }
    FACT("7.7", "at once, if no callback is to return");
    CHECK(RegisterWaitForSingleObject(&wait, event, hold, complete, INFINITE, 0));
    CHECK(UnregisterWaitEx(wait, done));
    CHECK_EQ(WaitForSingleObject(done, HANG_GUARD), WAIT_OBJECT_0);
    CloseHandle(done);
    CloseHandle(event);
}

static void wait_thread(void)
{
    HANDLE first, second, event = CreateEventA(NULL, FALSE, FALSE, NULL);
    ULONG flags = WT_EXECUTEONLYONCE | WT_EXECUTEINWAITTHREAD;
    FACT("7.7", "callbacks in the wait thread all run on one thread");
    CHECK(RegisterWaitForSingleObject(&first, event, called, complete, INFINITE, flags));
    CHECK(RegisterWaitForSingleObject(&second, event, called, complete, INFINITE, flags));
    SetEvent(event);
    CHECK_EQ(wait_for(complete), WAIT_OBJECT_0);
    DWORD thread = thread_seen;
    SetEvent(event);
    CHECK_EQ(wait_for(complete), WAIT_OBJECT_0);
    CHECK(thread_seen == thread && thread != GetCurrentThreadId());
    end(first);
    end(second);
    CloseHandle(event);
}

#define MANY 1000

static void CALLBACK count(PVOID context, BOOLEAN timer_or_wait_fired)
{
    (void)timer_or_wait_fired;
    if (InterlockedIncrement(&calls) == MANY)
        SetEvent(context);
}

static void many(void)
{
    static HANDLE waits[MANY], events[MANY];
    int failed = 0;
    FACT("7.7", "a thousand waits at once");
    calls = 0;
    for (int i = 0; i < MANY; i++) {
        events[i] = CreateEventA(NULL, FALSE, FALSE, NULL);
        failed += !RegisterWaitForSingleObject(&waits[i], events[i], count, complete, INFINITE,
                                               WT_EXECUTEONLYONCE);
    }
    for (int i = 0; i < MANY; i++)
        SetEvent(events[i]);
    CHECK_EQ(wait_for(complete), WAIT_OBJECT_0);
    for (int i = 0; i < MANY; i++) {
        failed += !UnregisterWaitEx(waits[i], INVALID_HANDLE_VALUE);
        CloseHandle(events[i]);
    }
    CHECK_EQ(failed, 0);
    CHECK_EQ(calls, MANY);
}

static void other_objects(void)
{
    struct check_thread thread;
    HANDLE wait, mutex = CreateMutexA(NULL, TRUE, NULL);
    FACT("7.7", "a thread's end is an object's signal as any other");
    check_thread_start(&thread, (void (*)(void *))SetEvent, gate);
    CHECK(RegisterWaitForSingleObject(&wait, thread.handle, called, complete, INFINITE,
                                      WT_EXECUTEONLYONCE));
    CHECK_EQ(wait_for(complete), WAIT_OBJECT_0);
    end(wait);
    check_thread_join(&thread);
    ResetEvent(gate);

    FACT("7.7", "a mutex is taken by the wait");
    CHECK(RegisterWaitForSingleObject(&wait, mutex, called, complete, INFINITE,
                                      WT_EXECUTEONLYONCE | WT_EXECUTEINWAITTHREAD));
    CHECK_EQ(WaitForSingleObject(complete, 0), WAIT_TIMEOUT);
    CHECK(ReleaseMutex(mutex));
    CHECK_EQ(wait_for(complete), WAIT_OBJECT_0);
    end(wait);
    CHECK_EQ(WaitForSingleObject(mutex, 0), WAIT_TIMEOUT);
    CloseHandle(mutex);
}

int main(void)
{
    complete = CreateEventA(NULL, FALSE, FALSE, NULL);
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    items();
    once();
    repeated();
    pending();
    wait_thread();
    many();
    other_objects();
    return check_end();
}
