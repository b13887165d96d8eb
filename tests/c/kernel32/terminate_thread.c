/* TerminateThread ends a thread that waits alertably. */
#include <windows.h>
#include "check.h"

static HANDLE ready;

static DWORD WINAPI sleeper(LPVOID unused)
{
    (void)unused;
    SetEvent(ready);
    while (SleepEx(INFINITE, TRUE) == WAIT_IO_COMPLETION) continue;
    return 1;
}

static DWORD WINAPI own(LPVOID unused)
{
    (void)unused;
    TerminateThread(GetCurrentThread(), 9);
    return 1;
}

int main(void)
{
    DWORD code = 0;
    HANDLE thread;

    FACT("6", "a thread in SleepEx ends with the code that TerminateThread gives");
    ready = CreateEvent(NULL, FALSE, FALSE, NULL);
    thread = CreateThread(NULL, 0, sleeper, NULL, 0, NULL);
    CHECK_EQ(WaitForSingleObject(ready, INFINITE), WAIT_OBJECT_0);
    CHECK(TerminateThread(thread, 7));
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 7);
    CHECK(TerminateThread(thread, 7));
    CloseHandle(thread);

    FACT("6", "a thread that terminates itself does not come back");
    thread = CreateThread(NULL, 0, own, NULL, 0, NULL);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 9);
    CloseHandle(thread);
    CHECK(!TerminateThread((HANDLE)0x7777, 1));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    return check_end();
}
