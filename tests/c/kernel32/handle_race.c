// Handles that are used, waited for and closed by several threads at once.
#include <windows.h>
#include "check.h"

enum { ROUNDS = 3000, USERS = 3 };

static HANDLE volatile current;
static LONG volatile stop;
static LONG wrong;

// Only two outcomes are allowed: it worked, or the handle was not open.
static DWORD WINAPI uses(void *unused)
{
    DWORD used = 0;
    while (!stop) {
        HANDLE handle = current;
        SetLastError(0);
        if (SetEvent(handle))
            used++;
        else if (GetLastError() != ERROR_INVALID_HANDLE)
            InterlockedIncrement(&wrong);
        DWORD result = WaitForSingleObject(handle, 0);
        if (result == WAIT_FAILED && GetLastError() != ERROR_INVALID_HANDLE)
            InterlockedIncrement(&wrong);
    }
    return used;
}

// Both handles are looked up before the first object is signalled.
static DWORD WINAPI waits(void *pair)
{
    return SignalObjectAndWait(((HANDLE *)pair)[0], ((HANDLE *)pair)[1], INFINITE, FALSE);
}

int main(void)
{
    HANDLE threads[USERS];
    DWORD closed = 0, code;
    FACT("13.8", "a handle that is closed while others use it works or gives error 6");
    current = CreateEventA(NULL, FALSE, FALSE, NULL);
    for (int i = 0; i < USERS; i++)
        threads[i] = CreateThread(NULL, 0, uses, NULL, 0, NULL);
    for (int i = 0; i < ROUNDS; i++) {
        HANDLE before = current;
        current = CreateEventA(NULL, i % 2, FALSE, NULL);
        closed += CloseHandle(before) != 0;
    }
    stop = 1;
    CHECK_EQ(WaitForMultipleObjects(USERS, threads, TRUE, INFINITE), WAIT_OBJECT_0);
    CHECK_EQ(closed, ROUNDS);
    CHECK_EQ(wrong, 0);
    for (int i = 0; i < USERS; i++)
        CloseHandle(threads[i]);
    CHECK(CloseHandle(current));

    FACT("13.7", "an object lives as long as a wait needs it");
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), copy = NULL, self = GetCurrentProcess();
    DuplicateHandle(self, event, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS);
    HANDLE pair[2] = {CreateEventA(NULL, FALSE, FALSE, NULL), event};
    HANDLE thread = CreateThread(NULL, 0, waits, pair, 0, NULL);
    CHECK_EQ(WaitForSingleObject(pair[0], INFINITE), WAIT_OBJECT_0);
    CHECK(CloseHandle(event));
    CHECK_EQ(WaitForSingleObject(thread, 20), WAIT_TIMEOUT);
    CHECK(SetEvent(copy));
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, WAIT_OBJECT_0);
    CloseHandle(thread);
    CloseHandle(pair[0]);
    CloseHandle(copy);
    return check_end();
}
