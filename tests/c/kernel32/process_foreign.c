// test: native Windows gives handles to whom it has created, and Wine has no programs of Linux'
/* Semantics 13.7: what is refused of other processes, and programs of Linux'. */
#include <windows.h>
#include "check.h"
#include "check_process.h"

/* A pipe whose client's end is inheritable. */
static void connect_pipe(const char *what, DWORD access, DWORD rights, HANDLE *server,
                         HANDLE *client)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    char name[100];
    snprintf(name, sizeof name, "\\\\.\\pipe\\lapwing-%s-%lu", what,
             (unsigned long)GetCurrentProcessId());
    *server = CreateNamedPipeA(name, access, PIPE_TYPE_BYTE, 1, 4096, 4096, 0, NULL);
    *client = CreateFileA(name, rights, 0, &inherited, OPEN_EXISTING, 0, NULL);
    REQUIRE(*server != INVALID_HANDLE_VALUE && *client != INVALID_HANDLE_VALUE);
}

static void filters(void)
{
    HANDLE to, from, in, out;
    STARTUPINFOA startup;
    PROCESS_INFORMATION process;
    char line[] = "sort", text[32] = "";
    DWORD count = 0;

    FACT("13.6", "a program of Linux' has the ends of named pipes as its standard streams");
    connect_pipe("to-sort", PIPE_ACCESS_OUTBOUND, GENERIC_READ, &to, &in);
    connect_pipe("of-sort", PIPE_ACCESS_INBOUND, GENERIC_WRITE, &from, &out);
    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = in;
    startup.hStdOutput = out;
    REQUIRE(CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process));
    CHECK(CloseHandle(in) && CloseHandle(out));
    CHECK(WriteFile(to, "b\nc\n", 4, &count, NULL) && WriteFile(to, "a\n", 2, &count, NULL));
    CHECK(CloseHandle(to));
    CHECK(ReadFile(from, text, sizeof text, &count, NULL) && count == 6);
    CHECK_STR(text, "a\nb\nc\n");
    CHECK(!ReadFile(from, text, sizeof text, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_BROKEN_PIPE);
    CHECK(CloseHandle(from));
    CHECK_EQ(check_end_of(&process), 0);
}

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

    filters();

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
