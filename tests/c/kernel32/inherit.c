/* Semantics 13.6 (T:process:test_handle_list_attribute, test_StdHandleInheritance): what a child
 * inherits, under which values, and what it does not. */
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_process.h"

#ifndef ERROR_OBJECT_NAME_EXISTS
# define ERROR_OBJECT_NAME_EXISTS 698
#endif

static HANDLE of_number(const char *text)
{
    return (HANDLE)(ULONG_PTR)strtoull(text, NULL, 10);
}

/* The child's part; what is wrong is its code, 42 when nothing is. */
static int child(int count, char **words)
{
    HANDLE first = count > 2 ? of_number(words[2]) : NULL;
    HANDLE second = count > 3 ? of_number(words[3]) : NULL;
    char text[16] = "";
    DWORD bytes = 0, flags = 0;

    if (strcmp(words[1], "pipe") == 0) {
        if (!GetHandleInformation(first, &flags) || flags != HANDLE_FLAG_INHERIT) return 1;
        if (!WriteFile(first, "from child", 10, &bytes, NULL) || bytes != 10) return 2;
        return 42;
    }
    if (strcmp(words[1], "file") == 0) {
        /* The parent has read "ab"; the position is common. */
        if (!ReadFile(first, text, 2, &bytes, NULL) || memcmp(text, "cd", 2)) return 1;
        if (WriteFile(first, "x", 1, &bytes, NULL)) return 2;
        if (GetLastError() != ERROR_ACCESS_DENIED) return 3;
        return 42;
    }
    if (strcmp(words[1], "socket") == 0) {
        SOCKET s = (SOCKET)first;
        check_net_start();
        return recv(s, text, sizeof text, 0) == 4 && memcmp(text, "ping", 4) == 0 ? 42 : 1;
    }
    if (strcmp(words[1], "process") == 0) {
        if (GetProcessId(first) != (DWORD)strtoul(words[3], NULL, 10)) return 1;
        return TerminateProcess(first, 0x5151) ? 42 : 2;
    }
    if (strcmp(words[1], "only") == 0) {
        if (GetHandleInformation(second, &flags)) return 1;
        return GetHandleInformation(first, &flags) ? 42 : 2;
    }
    if (strcmp(words[1], "none") == 0) return GetHandleInformation(first, &flags) ? 1 : 42;
    if (strcmp(words[1], "standard") == 0) {
        HANDLE input = GetStdHandle(STD_INPUT_HANDLE), output = GetStdHandle(STD_OUTPUT_HANDLE);
        if (input != first || output != second) return 1;
        if (!ReadFile(input, text, sizeof text, &bytes, NULL) || bytes != 3) return 2;
        return WriteFile(output, text, 3, &bytes, NULL) ? 42 : 3;
    }
    if (strcmp(words[1], "wait") == 0) Sleep(CHECK_LONG_MS);
    return 99;
}

static DWORD run(const char *what, HANDLE first, HANDLE second, BOOL inherit)
{
    PROCESS_INFORMATION process;
    char arguments[100];
    snprintf(arguments, sizeof arguments, "%s %llu %llu", what,
             (unsigned long long)(ULONG_PTR)first, (unsigned long long)(ULONG_PTR)second);
    if (!check_start(arguments, inherit, 0, NULL, &process)) return 0x10000 + GetLastError();
    return check_end_of(&process);
}

static SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};

static void pipes_and_files(void)
{
    HANDLE reading, writing, file;
    char text[16] = "", path[MAX_PATH], folder[MAX_PATH];
    DWORD count = 0;

    FACT("13.6", "a child finds an inheritable handle under its value");
    REQUIRE(CreatePipe(&reading, &writing, &inherited, 0));
    CHECK(SetHandleInformation(reading, HANDLE_FLAG_INHERIT, 0));
    CHECK_EQ(run("pipe", writing, NULL, TRUE), 42);
    CHECK(ReadFile(reading, text, sizeof text, &count, NULL) && count == 10);
    CHECK(memcmp(text, "from child", 10) == 0);

    FACT("13.6", "not one that is not inheritable, and none without bInheritHandles");
    CHECK_EQ(run("none", reading, NULL, TRUE), 42);
    CHECK_EQ(run("none", writing, NULL, FALSE), 42);

    FACT("13.6", "the end comes when the last process has closed");
    CHECK(CloseHandle(writing));
    CHECK(!ReadFile(reading, text, sizeof text, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_BROKEN_PIPE);
    CHECK(CloseHandle(reading));

    FACT("13.6", "a file goes with its rights, and its position is common");
    GetTempPathA(sizeof folder, folder);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, path) != 0);
    file = CreateFileA(path, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(WriteFile(file, "abcdef", 6, &count, NULL));
    CHECK(CloseHandle(file));
    file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, &inherited, OPEN_EXISTING, 0, NULL);
    CHECK(ReadFile(file, text, 2, &count, NULL) && count == 2);
    CHECK_EQ(run("file", file, NULL, TRUE), 42);
    CHECK(ReadFile(file, text, sizeof text, &count, NULL) && count == 2);
    CHECK(memcmp(text, "ef", 2) == 0);
    CHECK(CloseHandle(file));
    CHECK(DeleteFileA(path));
}

static void sockets_and_processes(void)
{
    SOCKET client, server;
    char text[16];
    PROCESS_INFORMATION waits;
    HANDLE copy;
    DWORD code = 0;

    FACT("13.6", "a socket is inheritable unless the program says otherwise");
    check_net_pair(&client, &server);
    CHECK_EQ(send(client, "ping", 4, 0), 4);
    CHECK_EQ(run("socket", (HANDLE)server, NULL, TRUE), 42);
    CHECK_EQ(send(client, "more", 4, 0), 4);
    CHECK(recv(server, text, sizeof text, 0) == 4 && memcmp(text, "more", 4) == 0);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(closesocket(client), 0);

    FACT("13.7", "a process goes too, with the rights of its handle");
    REQUIRE(check_start("wait", FALSE, 0, NULL, &waits));
    CHECK(DuplicateHandle(GetCurrentProcess(), waits.hProcess, GetCurrentProcess(), &copy, 0, TRUE,
                          DUPLICATE_SAME_ACCESS));
    {
        HANDLE id = (HANDLE)(ULONG_PTR)waits.dwProcessId;
        CHECK_EQ(run("process", copy, id, TRUE), 42);
    }
    CHECK_EQ(WaitForSingleObject(waits.hProcess, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(waits.hProcess, &code));
    CHECK_EQ(code, 0x5151);
    CHECK(CloseHandle(copy) && CloseHandle(waits.hProcess) && CloseHandle(waits.hThread));
}

static BOOL start_listed(HANDLE *list, size_t count, const char *what, PROCESS_INFORMATION *process)
{
    STARTUPINFOEXA startup;
    char memory[256], arguments[100];
    SIZE_T size = sizeof memory;
    BOOL started;

    memset(&startup, 0, sizeof startup);
    startup.StartupInfo.cb = sizeof startup;
    startup.lpAttributeList = (LPPROC_THREAD_ATTRIBUTE_LIST)(void *)memory;
    CHECK(InitializeProcThreadAttributeList(startup.lpAttributeList, 1, 0, &size));
    CHECK(UpdateProcThreadAttribute(startup.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                                    list, count * sizeof *list, NULL, NULL));
    snprintf(arguments, sizeof arguments, "%s", what);
    started = check_start(arguments, TRUE, EXTENDED_STARTUPINFO_PRESENT, &startup.StartupInfo,
                          process);
    DeleteProcThreadAttributeList(startup.lpAttributeList);
    return started;
}

static void lists(void)
{
    HANDLE reading, writing, list[2];
    PROCESS_INFORMATION process;
    char what[100], memory[256];
    LPPROC_THREAD_ATTRIBUTE_LIST attributes = (LPPROC_THREAD_ATTRIBUTE_LIST)(void *)memory;
    SIZE_T size = 0;

    FACT("13.6", "with a list, a child inherits those of the list and no others");
    REQUIRE(CreatePipe(&reading, &writing, &inherited, 0));
    list[0] = writing;
    snprintf(what, sizeof what, "only %llu %llu", (unsigned long long)(ULONG_PTR)writing,
             (unsigned long long)(ULONG_PTR)reading);
    CHECK(start_listed(list, 1, what, &process));
    CHECK_EQ(check_end_of(&process), 42);

    FACT("13.6", "each handle of a list must be inheritable: 87");
    CHECK(SetHandleInformation(writing, HANDLE_FLAG_INHERIT, 0));
    SetLastError(0);
    CHECK(!start_listed(list, 1, what, &process) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(CloseHandle(reading) && CloseHandle(writing));

    FACT("13.6", "a list of attributes says how large it is, and refuses what it cannot take");
    SetLastError(0);
    CHECK(!InitializeProcThreadAttributeList(NULL, 2, 0, &size));
    CHECK_EQ(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    CHECK(size > 0 && size <= sizeof memory);
    CHECK(InitializeProcThreadAttributeList(attributes, 2, 0, &size));
    SetLastError(0);
    CHECK(!UpdateProcThreadAttribute(attributes, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, list, 3,
                                     NULL, NULL));
    CHECK_EQ(GetLastError(), ERROR_BAD_LENGTH);
    SetLastError(0);
    CHECK(!UpdateProcThreadAttribute(attributes, 0, 0x2FFFF, list, 8, NULL, NULL));
    CHECK_EQ(GetLastError(), ERROR_NOT_SUPPORTED);
    CHECK(UpdateProcThreadAttribute(attributes, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, list, 8, NULL,
                                    NULL));
    SetLastError(0);
    CHECK(!UpdateProcThreadAttribute(attributes, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, list, 8,
                                     NULL, NULL));
    CHECK_EQ(GetLastError(), ERROR_OBJECT_NAME_EXISTS);
    DeleteProcThreadAttributeList(attributes);
}

static void standard(void)
{
    HANDLE input[2], output[2];
    STARTUPINFOA startup;
    PROCESS_INFORMATION process;
    char what[100], text[8] = "";
    DWORD count;

    FACT("13.6", "STARTF_USESTDHANDLES: the child's standard handles have the parent's values");
    REQUIRE(CreatePipe(&input[0], &input[1], &inherited, 0));
    REQUIRE(CreatePipe(&output[0], &output[1], &inherited, 0));
    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = input[0];
    startup.hStdOutput = output[1];
    snprintf(what, sizeof what, "standard %llu %llu", (unsigned long long)(ULONG_PTR)input[0],
             (unsigned long long)(ULONG_PTR)output[1]);
    CHECK(WriteFile(input[1], "abc", 3, &count, NULL));
    CHECK(check_start(what, TRUE, 0, &startup, &process));
    CHECK_EQ(check_end_of(&process), 42);
    CHECK(ReadFile(output[0], text, sizeof text, &count, NULL) && count == 3);
    CHECK_STR(text, "abc");

    FACT("13.6", "SetStdHandle sets what GetStdHandle gives, whatever it is");
    CHECK(SetStdHandle(STD_INPUT_HANDLE, input[0]));
    CHECK(GetStdHandle(STD_INPUT_HANDLE) == input[0]);
    CHECK(SetStdHandle(STD_INPUT_HANDLE, NULL));
    CHECK(GetStdHandle(STD_INPUT_HANDLE) == NULL);
    SetLastError(0);
    CHECK(!SetStdHandle(7, input[0]));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(input[0]) && CloseHandle(input[1]));
    CHECK(CloseHandle(output[0]) && CloseHandle(output[1]));
}

int main(int count, char **words)
{
    if (count > 1) return child(count, words);
    check_net_start();
    pipes_and_files();
    sockets_and_processes();
    lists();
    standard();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
