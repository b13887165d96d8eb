/* WaitOnAddress: a thread sleeps until a value changes and somebody says so. */
#include <windows.h>
#include "check.h"
#include "check_thread.h"

static volatile LONG word;
static volatile LONGLONG wide;

static DWORD WINAPI change(LPVOID unused)
{
    (void)unused;
    InterlockedExchange(&word, 1);
    WakeByAddressSingle((PVOID)&word);
    InterlockedExchange64(&wide, 1);
    WakeByAddressAll((PVOID)&wide);
    return 0;
}

static volatile LONG turn;

static DWORD WINAPI take_turns(LPVOID own)
{
    LONG mine = (LONG)(LONG_PTR)own, round;
    for (round = 0; round < 2000; round++) {
        LONG seen;
        while ((seen = turn) != mine) WaitOnAddress(&turn, &seen, sizeof seen, INFINITE);
        InterlockedExchange(&turn, !mine);
        WakeByAddressSingle((PVOID)&turn);
    }
    return 0;
}

int main(void)
{
    LONG old = 0;
    LONGLONG old_wide = 0;
    BYTE byte = 5, other = 6;
    HANDLE threads[2];

    FACT("7", "another value, or a time that is over, ends the wait at once");
    CHECK(WaitOnAddress(&byte, &other, 1, INFINITE));
    CHECK(!WaitOnAddress(&byte, &byte, 1, 0));
    CHECK_EQ(GetLastError(), ERROR_TIMEOUT);
    CHECK(!WaitOnAddress(&byte, &byte, 3, 0));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);

    FACT("7", "a change with a wake-up ends it, for four bytes and for eight");
    threads[0] = CreateThread(NULL, 0, change, NULL, 0, NULL);
    while (word == 0) WaitOnAddress(&word, &old, sizeof old, INFINITE);
    while (wide == 0) WaitOnAddress(&wide, &old_wide, sizeof old_wide, INFINITE);
    CHECK(word == 1 && wide == 1);
    CHECK_EQ(WaitForSingleObject(threads[0], INFINITE), WAIT_OBJECT_0);
    CloseHandle(threads[0]);

    FACT("7", "two threads that wake each other lose no wake-up");
    threads[0] = CreateThread(NULL, 0, take_turns, (LPVOID)0, 0, NULL);
    threads[1] = CreateThread(NULL, 0, take_turns, (LPVOID)1, 0, NULL);
    CHECK_EQ(WaitForMultipleObjects(2, threads, TRUE, INFINITE), WAIT_OBJECT_0);
    CHECK_EQ(turn, 0);
    CloseHandle(threads[0]);
    CloseHandle(threads[1]);
    return check_end();
}
