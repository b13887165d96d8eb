// The process lives until its last thread has ended, whatever main does.
#include <windows.h>
#include "check.h"

static DWORD WINAPI outlives(void *main_thread)
{
    DWORD code = 0;
    FACT("7.7", "main may end by ExitThread; its handle is signalled and the process goes on");
    CHECK_EQ(WaitForSingleObject(main_thread, INFINITE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(main_thread, &code));
    CHECK_EQ(code, 42);
    CloseHandle(main_thread);
    LARGE_INTEGER soon;
    soon.QuadPart = -10000;
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);
    CHECK(SetWaitableTimer(timer, &soon, 0, NULL, NULL, FALSE));
    CHECK_EQ(WaitForSingleObject(timer, INFINITE), WAIT_OBJECT_0);
    CloseHandle(timer);
    // The last thread's code becomes the process's.
    return (DWORD)check_end();
}

int main(void)
{
    HANDLE own, self = GetCurrentProcess();
    DuplicateHandle(self, GetCurrentThread(), self, &own, 0, FALSE, DUPLICATE_SAME_ACCESS);
    CloseHandle(CreateThread(NULL, 0, outlives, own, 0, NULL));
    ExitThread(42);
}
