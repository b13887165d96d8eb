// Mutexes: owner, recursion, abandonment.
#include <windows.h>
#include "check.h"

#define MARK 0xdeadbeef

static HANDLE mutex, event, taken;
static LONG sum;

static DWORD WINAPI tries(void *unused)
{
    DWORD result = WaitForSingleObject(mutex, 0);
    if (result == WAIT_TIMEOUT) {
        SetLastError(MARK);
        if (ReleaseMutex(mutex) || GetLastError() != ERROR_NOT_OWNER)
            result = 1;
    }
    return result;
}

static DWORD WINAPI keeps(void *unused)
{
    DWORD result = WaitForSingleObject(mutex, INFINITE);
    SetEvent(taken);
    return result;
}

static DWORD WINAPI waits_for_both(void *unused)
{
    HANDLE both[2] = {event, mutex};
    DWORD result = WaitForMultipleObjects(2, both, TRUE, INFINITE);
    ReleaseMutex(mutex);
    return result;
}

static DWORD WINAPI adds(void *unused)
{
    for (int i = 0; i < 2000; i++) {
        WaitForSingleObject(mutex, INFINITE);
        LONG seen = *(volatile LONG *)&sum;
        *(volatile LONG *)&sum = seen + 1;
        ReleaseMutex(mutex);
    }
    return 0;
}

static DWORD in_thread(DWORD(WINAPI *routine)(void *))
{
    DWORD code = MARK;
    HANDLE thread = CreateThread(NULL, 0, routine, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

static void ownership(void)
{
    FACT("7.1", "a mutex belongs to a thread, which may take it again");
    mutex = CreateMutexA(NULL, TRUE, NULL);
    CHECK_EQ(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
    CHECK_EQ(in_thread(tries), WAIT_TIMEOUT);
    CHECK(ReleaseMutex(mutex));
    CHECK_EQ(in_thread(tries), WAIT_TIMEOUT);
    CHECK(ReleaseMutex(mutex));
    SetLastError(MARK);
    CHECK(!ReleaseMutex(mutex));
    CHECK_EQ(GetLastError(), ERROR_NOT_OWNER);

    FACT("7.1", "opening a named mutex makes nobody its owner");
    HANDLE first = CreateMutexA(NULL, FALSE, "lapwing-mutex");
    SetLastError(MARK);
    HANDLE second = CreateMutexW(NULL, TRUE, L"lapwing-mutex");
    CHECK_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
    CHECK(!ReleaseMutex(second));
    CloseHandle(first);
    CloseHandle(second);
}

static void abandonment(void)
{
    FACT("7.1", "a mutex whose owner ended is abandoned, once");
    CHECK_EQ(in_thread(keeps), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(mutex, 0), WAIT_ABANDONED);
    CHECK(ReleaseMutex(mutex));
    CHECK_EQ(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
    CHECK(ReleaseMutex(mutex));

    FACT("7.1", "wait-any tells which mutex was abandoned");
    CHECK_EQ(in_thread(keeps), WAIT_OBJECT_0);
    HANDLE both[2] = {event, mutex};
    ResetEvent(event);
    CHECK_EQ(WaitForMultipleObjects(2, both, FALSE, 0), WAIT_ABANDONED_0 + 1);
    CHECK(ReleaseMutex(mutex));

    FACT("7.1", "a waiting thread inherits an abandoned mutex");
    ResetEvent(taken);
    CHECK_EQ(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
    HANDLE heir = CreateThread(NULL, 0, waits_for_both, NULL, 0, NULL);
    SetEvent(event);
    CHECK_EQ(WaitForSingleObject(heir, 20), WAIT_TIMEOUT);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    SetEvent(event);
    CHECK(ReleaseMutex(mutex));
    DWORD code;
    CHECK_EQ(WaitForSingleObject(heir, INFINITE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(heir, &code));
    CHECK_EQ(code, WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    CloseHandle(heir);
}

static void exclusion(void)
{
    HANDLE threads[4];
    FACT("7.1", "a mutex excludes");
    for (int i = 0; i < 4; i++)
        threads[i] = CreateThread(NULL, 0, adds, NULL, 0, NULL);
    CHECK_EQ(WaitForMultipleObjects(4, threads, TRUE, INFINITE), WAIT_OBJECT_0);
    CHECK_EQ(sum, 8000);
    for (int i = 0; i < 4; i++)
        CloseHandle(threads[i]);
}

int main(void)
{
    event = CreateEventA(NULL, FALSE, FALSE, NULL);
    taken = CreateEventA(NULL, TRUE, FALSE, NULL);
    ownership();
    abandonment();
    exclusion();
    CloseHandle(mutex);
    CloseHandle(event);
    CloseHandle(taken);
    return check_end();
}
