// Waitable timers, and SignalObjectAndWait on what cannot be signalled.
#include <windows.h>
#include "check.h"

#define MARK 0xdeadbeef
#define MILLISECOND 10000

static int calls;
static void *argument_seen;
static ULONGLONG time_seen;

static void CALLBACK called(LPVOID argument, DWORD low, DWORD high)
{
    calls++;
    argument_seen = argument;
    time_seen = (ULONGLONG)high << 32 | low;
}

static BOOL set(HANDLE timer, LONGLONG due, LONG period, PTIMERAPCROUTINE routine)
{
    LARGE_INTEGER time;
    time.QuadPart = due;
    return SetWaitableTimer(timer, &time, period, routine, &calls, FALSE);
}

static ULONGLONG now(void)
{
    FILETIME time;
    GetSystemTimeAsFileTime(&time);
    return (ULONGLONG)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

static void once(void)
{
    HANDLE manual = CreateWaitableTimerA(NULL, TRUE, NULL);
    HANDLE automatic = CreateWaitableTimerA(NULL, FALSE, NULL);
    FACT("7.7", "a timer is not signalled before it is due");
    CHECK_EQ(WaitForSingleObject(manual, 0), WAIT_TIMEOUT);
    ULONGLONG start = now();
    CHECK(set(manual, -20 * MILLISECOND, 0, NULL));
    CHECK_EQ(WaitForSingleObject(manual, INFINITE), WAIT_OBJECT_0);
    CHECK(now() - start >= 15 * MILLISECOND);

    FACT("7.7", "a manual timer stays signalled, a synchronization timer lets one through");
    CHECK_EQ(WaitForSingleObject(manual, 0), WAIT_OBJECT_0);
    CHECK(set(automatic, -MILLISECOND, 0, NULL));
    CHECK_EQ(WaitForSingleObject(automatic, INFINITE), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(automatic, 0), WAIT_TIMEOUT);

    FACT("7.7", "setting a timer takes its signal away; cancelling does not");
    CHECK(CancelWaitableTimer(manual));
    CHECK_EQ(WaitForSingleObject(manual, 0), WAIT_OBJECT_0);
    CHECK(set(manual, -3600000LL * MILLISECOND, 0, NULL));
    CHECK_EQ(WaitForSingleObject(manual, 0), WAIT_TIMEOUT);
    CHECK(CancelWaitableTimer(manual));

    FACT("7.7", "absolute times; one that is past is due at once");
    CHECK(set(manual, (LONGLONG)(now() + 10 * MILLISECOND), 0, NULL));
    CHECK_EQ(WaitForSingleObject(manual, INFINITE), WAIT_OBJECT_0);
    CHECK(set(automatic, 1, 0, NULL));
    CHECK_EQ(WaitForSingleObject(automatic, 1000), WAIT_OBJECT_0);

    FACT("7.7", "an earlier timer overtakes a later one");
    CHECK(set(manual, -3600000LL * MILLISECOND, 0, NULL));
    CHECK(set(automatic, -5 * MILLISECOND, 0, NULL));
    HANDLE both[2] = {manual, automatic};
    CHECK_EQ(WaitForMultipleObjects(2, both, FALSE, INFINITE), WAIT_OBJECT_0 + 1);
    CloseHandle(manual);
    CloseHandle(automatic);
}

static void periodic(void)
{
    HANDLE timer = CreateWaitableTimerW(NULL, FALSE, L"lapwing-timer");
    int ticks = 0;
    FACT("7.7", "a periodic timer goes on until it is cancelled");
    HANDLE opened = OpenWaitableTimerW(TIMER_ALL_ACCESS, FALSE, L"lapwing-timer");
    CHECK(opened != NULL);
    CHECK(set(timer, -MILLISECOND, 5, NULL));
    for (int i = 0; i < 4; i++)
        ticks += WaitForSingleObject(opened, INFINITE) == WAIT_OBJECT_0;
    CHECK_EQ(ticks, 4);
    CHECK(CancelWaitableTimer(timer));
    WaitForSingleObject(timer, 0);
    CHECK_EQ(WaitForSingleObject(timer, 20), WAIT_TIMEOUT);
    CloseHandle(opened);
    CloseHandle(timer);
}

static void routines(void)
{
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);
    FACT("7.7", "the routine runs on the thread that set the timer, when it waits alertably");
    ULONGLONG start = now();
    CHECK(set(timer, -5 * MILLISECOND, 0, called));
    CHECK_EQ(WaitForSingleObject(timer, INFINITE), WAIT_OBJECT_0);
    CHECK_EQ(calls, 0);
    CHECK_EQ(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(calls, 1);
    CHECK(argument_seen == &calls);
    CHECK(time_seen >= start && time_seen <= now());

    FACT("7.7", "a due time that is past calls the routine at the next alertable wait");
    CHECK(set(timer, 1, 0, called));
    CHECK_EQ(SleepEx(1000, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(calls, 2);

    FACT("7.7", "cancelling withdraws a routine that has not run");
    CHECK(set(timer, -MILLISECOND, 0, called));
    CHECK_EQ(WaitForSingleObject(timer, INFINITE), WAIT_OBJECT_0);
    CHECK(CancelWaitableTimer(timer));
    CHECK_EQ(SleepEx(20, TRUE), 0);
    CHECK_EQ(calls, 2);
    CloseHandle(timer);
}

static void wrong(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);
    FACT("7.7", "bad arguments change nothing");
    SetLastError(MARK);
    CHECK(!set(event, -MILLISECOND, 0, NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(MARK);
    CHECK(!CancelWaitableTimer(event));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(!set(timer, -MILLISECOND, -1, NULL) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(WaitForSingleObject(timer, 20) == WAIT_TIMEOUT);

    FACT("7.7", "SignalObjectAndWait: wrong handles, and objects that cannot be signalled");
    SetLastError(MARK);
    CHECK_EQ(SignalObjectAndWait(NULL, event, 0, FALSE), WAIT_FAILED);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK_EQ(SignalObjectAndWait(event, NULL, 0, FALSE), WAIT_FAILED);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    SetLastError(MARK);
    CHECK_EQ(SignalObjectAndWait(timer, event, 0, FALSE), WAIT_FAILED);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);

    FACT("7.7", "SignalObjectAndWait: events, semaphores, mutexes");
    HANDLE semaphore = CreateSemaphoreA(NULL, 0, 1, NULL), mutex = CreateMutexA(NULL, TRUE, NULL);
    CHECK_EQ(SignalObjectAndWait(event, event, 0, FALSE), WAIT_OBJECT_0);
    CHECK_EQ(SignalObjectAndWait(semaphore, event, 0, FALSE), WAIT_OBJECT_0);
    SetLastError(MARK);
    CHECK_EQ(SignalObjectAndWait(semaphore, event, 0, FALSE), WAIT_FAILED);
    CHECK_EQ(GetLastError(), ERROR_TOO_MANY_POSTS);
    CHECK_EQ(SignalObjectAndWait(mutex, semaphore, 0, FALSE), WAIT_OBJECT_0);
    SetLastError(MARK);
    CHECK_EQ(SignalObjectAndWait(mutex, event, 0, FALSE), WAIT_FAILED);
    CHECK_EQ(GetLastError(), ERROR_NOT_OWNER);
    CloseHandle(semaphore);
    CloseHandle(mutex);
    CloseHandle(event);
    CloseHandle(timer);
}

int main(void)
{
    once();
    periodic();
    routines();
    wrong();
    return check_end();
}
