/* Semantics 13 (T:process): processes are objects: waits, exit codes, ending one, opening one. */
#include <windows.h>
#include "check.h"
#include "check_process.h"

static int child(const char *what)
{
    if (strcmp(what, "large") == 0) ExitProcess(0x12345678);
    if (strcmp(what, "main") == 0) return 300;
    if (strcmp(what, "own") == 0) TerminateProcess(GetCurrentProcess(), 0xC0DE0042);
    if (strcmp(what, "thread") == 0) ExitThread(1234);
    if (strcmp(what, "forever") == 0) Sleep(CHECK_LONG_MS);
    return 99;
}

static void ends(void)
{
    PROCESS_INFORMATION process;
    DWORD code = 0;
    HANDLE both[2];

    FACT("13", "a process ends with all 32 bits of its code, however it ends");
    CHECK_EQ(check_run("large"), 0x12345678);
    CHECK_EQ(check_run("main"), 300);
    CHECK_EQ(check_run("own"), 0xC0DE0042);
    CHECK_EQ(check_run("thread"), 1234);

    FACT("13", "while it runs its code is 259, and it is not signalled");
    REQUIRE(check_start("forever", FALSE, 0, NULL, &process));
    CHECK(process.hProcess && process.hThread && process.dwProcessId && process.dwThreadId);
    CHECK_EQ(WaitForSingleObject(process.hProcess, 0), WAIT_TIMEOUT);
    CHECK_EQ(WaitForSingleObject(process.hThread, 0), WAIT_TIMEOUT);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, STILL_ACTIVE);
    CHECK(GetExitCodeThread(process.hThread, &code));
    CHECK_EQ(code, STILL_ACTIVE);
    CHECK_EQ(GetProcessId(process.hProcess), process.dwProcessId);
    CHECK_EQ(GetThreadId(process.hThread), process.dwThreadId);
    CHECK_EQ(ResumeThread(process.hThread), 0);

    FACT("13", "TerminateProcess ends it with the code that waiters read");
    CHECK(TerminateProcess(process.hProcess, 0x9ABCDEF0));
    both[0] = process.hProcess;
    both[1] = process.hThread;
    CHECK_EQ(WaitForMultipleObjects(2, both, TRUE, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, 0x9ABCDEF0);
    CHECK(GetExitCodeThread(process.hThread, &code));
    CHECK_EQ(code, 0x9ABCDEF0);

    FACT("13", "a process that has ended stays signalled, and cannot be ended again");
    CHECK_EQ(WaitForSingleObject(process.hProcess, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(process.hProcess, INFINITE), WAIT_OBJECT_0);
    SetLastError(0);
    CHECK(!TerminateProcess(process.hProcess, 5) && GetLastError() == ERROR_ACCESS_DENIED);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, 0x9ABCDEF0);
    CHECK(CloseHandle(process.hProcess));
    CHECK(CloseHandle(process.hThread));
}

static void suspended(void)
{
    PROCESS_INFORMATION process;
    DWORD code = 0;
    BOOL started;

    FACT("13", "CREATE_SUSPENDED: the program does not begin before ResumeThread");
    started = check_start("main", FALSE, CREATE_SUSPENDED, NULL, &process);
    REQUIRE(started);
    CHECK_EQ(WaitForSingleObject(process.hProcess, 200), WAIT_TIMEOUT);
    CHECK_EQ(ResumeThread(process.hThread), 1);
    CHECK_EQ(check_end_of(&process), 300);

    FACT("13", "and it can be ended before it has begun");
    started = check_start("main", FALSE, CREATE_SUSPENDED, NULL, &process);
    REQUIRE(started);
    CHECK(TerminateProcess(process.hProcess, 55));
    CHECK_EQ(WaitForSingleObject(process.hProcess, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CHECK_EQ(code, 55);
    CHECK(CloseHandle(process.hProcess));
    CHECK(CloseHandle(process.hThread));
}

static void opened(void)
{
    PROCESS_INFORMATION process;
    DWORD code = 0;
    HANDLE handle;

    FACT("13", "OpenProcess finds a process by its id, with the rights that are asked for");
    REQUIRE(check_start("forever", FALSE, 0, NULL, &process));
    handle = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE,
                         process.dwProcessId);
    REQUIRE(handle != NULL);
    CHECK(handle != process.hProcess);
    CHECK_EQ(GetProcessId(handle), process.dwProcessId);
    SetLastError(0);
    CHECK(!TerminateProcess(handle, 1));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK_EQ(WaitForSingleObject(handle, 0), WAIT_TIMEOUT);
    CHECK(CloseHandle(handle));

    FACT("13.7", "DuplicateHandle gives the rights that are asked for, or the same");
    CHECK(DuplicateHandle(GetCurrentProcess(), process.hProcess, GetCurrentProcess(), &handle,
                          PROCESS_QUERY_INFORMATION | SYNCHRONIZE, FALSE, 0));
    SetLastError(0);
    CHECK(!TerminateProcess(handle, 1));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK(GetExitCodeProcess(handle, &code) && code == STILL_ACTIVE);
    CHECK(TerminateProcess(process.hProcess, 7));
    CHECK_EQ(WaitForSingleObject(handle, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(handle, &code));
    CHECK_EQ(code, 7);
    CHECK(CloseHandle(handle));

    FACT("13", "a handle without a right to query says nothing");
    handle = OpenProcess(SYNCHRONIZE | PROCESS_TERMINATE, FALSE, GetCurrentProcessId());
    REQUIRE(handle != NULL);
    SetLastError(0);
    CHECK(!GetExitCodeProcess(handle, &code));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK_EQ(WaitForSingleObject(handle, 0), WAIT_TIMEOUT);
    CHECK(CloseHandle(handle));

    FACT("13", "a handle without SYNCHRONIZE cannot be waited for: 5");
    handle = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, GetCurrentProcessId());
    REQUIRE(handle != NULL);
    SetLastError(0);
    CHECK_EQ(WaitForSingleObject(handle, 0), WAIT_FAILED);
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    for (int all = 0; all < 2; all++) {
        HANDLE both[2];
        both[0] = GetCurrentProcess();
        CHECK(DuplicateHandle(both[0], GetCurrentThread(), both[0], &both[0], 0, FALSE,
                              DUPLICATE_SAME_ACCESS));
        both[1] = handle;
        SetLastError(0);
        CHECK_EQ(WaitForMultipleObjects(2, both, all, 0), WAIT_FAILED);
        CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
        CHECK(CloseHandle(both[0]));
    }
    CHECK(GetExitCodeProcess(handle, &code) && code == STILL_ACTIVE);
    CHECK(CloseHandle(handle));

    FACT("13", "there is no process 0, and none with an id that nobody has");
    SetLastError(0);
    CHECK(OpenProcess(PROCESS_ALL_ACCESS, FALSE, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    SetLastError(0);
    CHECK(OpenProcess(PROCESS_ALL_ACCESS, FALSE, 0x7FFFFFF0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(CloseHandle(process.hProcess));
    CHECK(CloseHandle(process.hThread));

    FACT("13", "this process can be opened too, and inherits or not as it was asked");
    handle = OpenProcess(PROCESS_ALL_ACCESS, TRUE, GetCurrentProcessId());
    REQUIRE(handle != NULL && handle != GetCurrentProcess());
    CHECK(GetHandleInformation(handle, &code));
    CHECK_EQ(code, HANDLE_FLAG_INHERIT);
    CHECK(GetExitCodeProcess(handle, &code));
    CHECK_EQ(code, STILL_ACTIVE);
    CHECK(CloseHandle(handle));
    CHECK_EQ(GetProcessId(GetCurrentProcess()), GetCurrentProcessId());
}

static void times(void)
{
    PROCESS_INFORMATION process;
    FILETIME created, ended, kernel, user, now;
    LARGE_INTEGER first, last;

    FACT("13", "GetProcessTimes: a process begins before it ends, and has ended by now");
    REQUIRE(check_start("main", FALSE, 0, NULL, &process));
    CHECK_EQ(WaitForSingleObject(process.hProcess, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetProcessTimes(process.hProcess, &created, &ended, &kernel, &user));
    GetSystemTimeAsFileTime(&now);
    first.LowPart = created.dwLowDateTime, first.HighPart = (LONG)created.dwHighDateTime;
    last.LowPart = ended.dwLowDateTime, last.HighPart = (LONG)ended.dwHighDateTime;
    CHECK(first.QuadPart > 0 && first.QuadPart <= last.QuadPart);
    CHECK(last.HighPart <= (LONG)now.dwHighDateTime);
    CHECK(CloseHandle(process.hProcess));
    CHECK(CloseHandle(process.hThread));
    CHECK(GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &user));
    CHECK(ended.dwLowDateTime == 0 || ended.dwHighDateTime < created.dwHighDateTime ||
          ended.dwHighDateTime == created.dwHighDateTime);

    FACT("13.8", "what is no process is refused with 6");
    SetLastError(0);
    CHECK(!GetProcessTimes(NULL, &created, &ended, &kernel, &user));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(0);
    CHECK(!TerminateProcess(NULL, 0));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(0);
    CHECK_EQ(GetProcessId(GetCurrentThread()), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
}

int main(int count, char **words)
{
    if (count > 1) return child(words[1]);
    ends();
    suspended();
    opened();
    times();
    return check_end();
}
