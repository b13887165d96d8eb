// test: native Windows gives and takes handles of other processes
/* Semantics 13.7: what is refused of other processes, and with which code. */
#include <windows.h>
#include "check.h"
#include "check_process.h"

int main(int count, char **words)
{
    PROCESS_INFORMATION process;
    HANDLE event, copy = NULL;
    DWORD handles;
    char line[64];
    STARTUPINFOA startup;

    if (count > 1) return (int)strtol(words[1], NULL, 10);

    FACT("13.7", "a child that has not begun takes no handle: 50, and nothing changes");
    REQUIRE(check_start("0", FALSE, CREATE_SUSPENDED, NULL, &process));
    event = CreateEvent(NULL, TRUE, FALSE, NULL);
    CHECK(!DuplicateHandle(GetCurrentProcess(), event, process.hProcess, &copy, 0, FALSE,
                           DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    CHECK_EQ(GetLastError(), ERROR_NOT_SUPPORTED);
    CHECK(copy == NULL && CloseHandle(event));
    CHECK(!GetProcessHandleCount(process.hProcess, &handles));
    CHECK_EQ(GetLastError(), ERROR_NOT_SUPPORTED);
    CHECK_EQ(ResumeThread(process.hThread), 1);
    CHECK_EQ(check_end_of(&process), 0);

    FACT("13", "a process that a signal has ended reads as Windows would have ended it");
    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    strcpy(line, "sh -c \"kill -SEGV $$\"");
    REQUIRE(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    CHECK_EQ(check_end_of(&process), 0xC0000005);
    strcpy(line, "sh -c \"kill -KILL $$\"");
    REQUIRE(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    CHECK_EQ(check_end_of(&process), 1);
    strcpy(line, "sh -c \"exit 7\"");
    REQUIRE(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    CHECK_EQ(check_end_of(&process), 7);
    return check_end();
}
