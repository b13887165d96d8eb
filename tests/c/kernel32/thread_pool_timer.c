// Timers and waits of the thread pool.
#include <winsock2.h>
#include <windows.h>
#include "check.h"

#define HANG_GUARD 20000
#define MILLISECOND 10000LL

static HANDLE semaphore;
static LONG signalled, timed_out;

static FILETIME time_of(LONGLONG intervals)
{
    ULARGE_INTEGER value;
    value.QuadPart = (ULONGLONG)intervals;
    FILETIME time = {value.LowPart, value.HighPart};
    return time;
}

static LONGLONG now(void)
{
    FILETIME time;
    GetSystemTimeAsFileTime(&time);
    return (LONGLONG)((ULONGLONG)time.dwHighDateTime << 32 | time.dwLowDateTime);
}

static void CALLBACK tick(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER timer)
{
    (void)instance, (void)context, (void)timer;
    ReleaseSemaphore(semaphore, 1, NULL);
}

static void timers(void)
{
    FILETIME due = time_of(-20 * MILLISECOND);
    PTP_TIMER timer = CreateThreadpoolTimer(tick, NULL, NULL);
    REQUIRE(timer != NULL);
    FACT("7.7", "a timer is set from its setting on, even when it has gone off for good");
    CHECK(!IsThreadpoolTimerSet(timer));
    LONGLONG start = now();
    SetThreadpoolTimer(timer, &due, 0, 0);
    CHECK(IsThreadpoolTimerSet(timer));
    CHECK_EQ(WaitForSingleObject(semaphore, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(now() - start >= 15 * MILLISECOND);
    CHECK(IsThreadpoolTimerSet(timer));

    FACT("7.7", "an absolute time, and one that is past");
    due = time_of(now() + 10 * MILLISECOND);
    SetThreadpoolTimer(timer, &due, 0, 0);
    CHECK_EQ(WaitForSingleObject(semaphore, HANG_GUARD), WAIT_OBJECT_0);
    due = time_of(0);
    SetThreadpoolTimer(timer, &due, 0, 0);
    CHECK_EQ(WaitForSingleObject(semaphore, HANG_GUARD), WAIT_OBJECT_0);

    FACT("7.7", "unset without a time: it does not go off, and a wait has nothing to wait for");
    due = time_of(-3600000 * MILLISECOND);
    SetThreadpoolTimer(timer, &due, 0, 0);
    WaitForThreadpoolTimerCallbacks(timer, FALSE);
    SetThreadpoolTimer(timer, NULL, 0, 0);
    CHECK(!IsThreadpoolTimerSet(timer));
    WaitForThreadpoolTimerCallbacks(timer, TRUE);
    CHECK_EQ(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);

    FACT("7.7", "a period");
    due = time_of(-5 * MILLISECOND);
    SetThreadpoolTimer(timer, &due, 5, 0);
    for (int i = 0; i < 4; i++)
        CHECK_EQ(WaitForSingleObject(semaphore, HANG_GUARD), WAIT_OBJECT_0);
    SetThreadpoolTimer(timer, NULL, 0, 0);
    WaitForThreadpoolTimerCallbacks(timer, TRUE);
    CloseThreadpoolTimer(timer);
    while (WaitForSingleObject(semaphore, 0) == WAIT_OBJECT_0)
        ;
}

static void CALLBACK told(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WAIT wait,
                          TP_WAIT_RESULT result)
{
    (void)instance, (void)context, (void)wait;
    if (result == WAIT_OBJECT_0)
        InterlockedIncrement(&signalled);
    else if (result == WAIT_TIMEOUT)
        InterlockedIncrement(&timed_out);
    ReleaseSemaphore(semaphore, 1, NULL);
}

static void waits(void)
{
    HANDLE object = CreateSemaphoreA(NULL, 0, 2, NULL);
    PTP_WAIT wait = CreateThreadpoolWait(told, NULL, NULL);
    PTP_WAIT second = CreateThreadpoolWait(told, NULL, NULL);
    FILETIME due = time_of(-10 * MILLISECOND);
    REQUIRE(wait != NULL && second != NULL);
    FACT("7.7", "a signal takes the object and calls back once, with WAIT_OBJECT_0");
    SetThreadpoolWait(wait, object, NULL);
    ReleaseSemaphore(object, 1, NULL);
    CHECK_EQ(WaitForSingleObject(semaphore, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(signalled == 1 && timed_out == 0);
    CHECK_EQ(WaitForSingleObject(object, 0), WAIT_TIMEOUT);
    ReleaseSemaphore(object, 1, NULL);
    WaitForThreadpoolWaitCallbacks(wait, FALSE);
    CHECK_EQ(WaitForSingleObject(object, 0), WAIT_OBJECT_0);

    FACT("7.7", "time that passes calls back with WAIT_TIMEOUT; a time of 0 only looks");
    SetThreadpoolWait(wait, object, &due);
    CHECK_EQ(WaitForSingleObject(semaphore, HANG_GUARD), WAIT_OBJECT_0);
    due = time_of(0);
    SetThreadpoolWait(wait, object, &due);
    CHECK_EQ(WaitForSingleObject(semaphore, HANG_GUARD), WAIT_OBJECT_0);
    due = time_of(now() + 10 * MILLISECOND);
    SetThreadpoolWait(wait, object, &due);
    CHECK_EQ(WaitForSingleObject(semaphore, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(signalled == 1 && timed_out == 3);

    FACT("7.7", "INVALID_HANDLE_VALUE is never signalled");
    due = time_of(-MILLISECOND);
    SetThreadpoolWait(wait, INVALID_HANDLE_VALUE, &due);
    CHECK_EQ(WaitForSingleObject(semaphore, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(timed_out, 4);

    FACT("7.7", "without a handle nothing is waited for any more, and the object stays signalled");
    SetThreadpoolWait(wait, object, NULL);
    SetThreadpoolWait(wait, NULL, (FILETIME *)(ULONG_PTR)0xdeadbeef);
    WaitForThreadpoolWaitCallbacks(wait, FALSE);
    ReleaseSemaphore(object, 1, NULL);
    CHECK_EQ(WaitForSingleObject(object, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);

    FACT("7.7", "of two waits for one semaphore each takes one of its count");
    signalled = 0;
    SetThreadpoolWait(wait, object, NULL);
    SetThreadpoolWait(second, object, NULL);
    ReleaseSemaphore(object, 1, NULL);
    CHECK_EQ(WaitForSingleObject(semaphore, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(signalled, 1);
    ReleaseSemaphore(object, 1, NULL);
    CHECK_EQ(WaitForSingleObject(semaphore, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(signalled, 2);
    CloseThreadpoolWait(wait);
    CloseThreadpoolWait(second);
    CloseHandle(object);
}

#define MANY 512

static void many(void)
{
    static HANDLE objects[MANY];
    static PTP_WAIT waits[MANY];
    int right = 0;
    FACT("7.7", "512 objects are waited for at once");
    signalled = 0;
    for (int i = 0; i < MANY; i++) {
        objects[i] = CreateSemaphoreA(NULL, 0, 1, NULL);
        waits[i] = CreateThreadpoolWait(told, NULL, NULL);
        SetThreadpoolWait(waits[i], objects[i], NULL);
    }
    for (int i = MANY - 1; i >= 0; i--) {
        ReleaseSemaphore(objects[i], 1, NULL);
        right += WaitForSingleObject(semaphore, HANG_GUARD) == WAIT_OBJECT_0;
        SetThreadpoolWait(waits[i], objects[i], NULL);
    }
    CHECK_EQ(right, MANY);
    CHECK_EQ(signalled, MANY);
    for (int i = 0; i < MANY; i++) {
        SetThreadpoolWait(waits[i], NULL, NULL);
        WaitForThreadpoolWaitCallbacks(waits[i], TRUE);
        CloseThreadpoolWait(waits[i]);
        CloseHandle(objects[i]);
    }
}

int main(void)
{
    semaphore = CreateSemaphoreA(NULL, 0, 1000, NULL);
    timers();
    waits();
    many();
    return check_end();
}
