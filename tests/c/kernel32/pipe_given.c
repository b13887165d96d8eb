/* Semantics 12, 13.6, 13.7: ends of named pipes that a child is given, as its standard handles, by
 * their values, or by DuplicateHandle. */
#include <windows.h>
#include "check.h"
#include "check_process.h"

#define LARGE (1 << 20)

static HANDLE of_number(const char *text)
{
    return (HANDLE)(ULONG_PTR)strtoull(text, NULL, 10);
}

static BOOL read_all(HANDLE from, void *bytes, DWORD wanted)
{
    DWORD done = 0, count;
    for (; done < wanted; done += count)
        if (!ReadFile(from, (char *)bytes + done, wanted - done, &count, NULL)) return FALSE;
    return TRUE;
}

/* The child's part; 42 when nothing is wrong. */
static int child(int words, char **word)
{
    HANDLE in = GetStdHandle(STD_INPUT_HANDLE), out = GetStdHandle(STD_OUTPUT_HANDLE);
    static char bytes[LARGE];
    ULONGLONG other;
    DWORD count;

    if (words > 2) in = out = of_number(word[2]);
    if (GetFileType(in) != FILE_TYPE_PIPE) return 1;
    if (strcmp(word[1], "echo") == 0) {
        while (ReadFile(in, bytes, sizeof bytes, &count, NULL))
            if (!WriteFile(out, bytes, count, &count, NULL)) return 2;
        return GetLastError() == ERROR_BROKEN_PIPE ? 42 : 3;
    }
    if (strcmp(word[1], "once") == 0) {
        if (!read_all(in, bytes, 4)) return 4;
        return WriteFile(out, "back", 4, &count, NULL) && count == 4 ? 42 : 5;
    }
    /* An overlapped handle is used with an OVERLAPPED only; its end is enough. */
    if (strcmp(word[1], "close") == 0) return 42;
    if (strcmp(word[1], "other") == 0) {
        if (!read_all(in, &other, sizeof other)) return 6;
        return WriteFile((HANDLE)(ULONG_PTR)other, "here", 4, &count, NULL) ? 42 : 7;
    }
    return 99;
}

static SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};

/* A pipe of bytes: the server's end overlapped, the client's inheritable. */
static void connect_pipe(DWORD access, HANDLE *server, HANDLE *client, SECURITY_ATTRIBUTES *heirs)
{
    static int serial;
    char name[100];
    DWORD rights = (access & PIPE_ACCESS_INBOUND ? GENERIC_WRITE : 0) |
                   (access & PIPE_ACCESS_OUTBOUND ? GENERIC_READ : 0);
    snprintf(name, sizeof name, "\\\\.\\pipe\\lapwing-given-%lu-%d",
             (unsigned long)GetCurrentProcessId(), serial++);
    *server = CreateNamedPipeA(name, access | FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE, 1, 65536, 65536,
                               0, NULL);
    *client = CreateFileA(name, rights, 0, heirs, OPEN_EXISTING, 0, NULL);
    if (*server == INVALID_HANDLE_VALUE || *client == INVALID_HANDLE_VALUE) {
        printf("FAILED: no pipe: %lu\n", (unsigned long)GetLastError());
        exit(1);
    }
}

/* An overlapped transfer to its end; the count, or the negative error. */
static int transfer(HANDLE file, BOOL writes, void *bytes, DWORD length)
{
    OVERLAPPED overlapped;
    DWORD count = 0;
    BOOL done;
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    done = writes ? WriteFile(file, bytes, length, NULL, &overlapped)
                  : ReadFile(file, bytes, length, NULL, &overlapped);
    if (done || GetLastError() == ERROR_IO_PENDING)
        done = GetOverlappedResult(file, &overlapped, &count, TRUE);
    CloseHandle(overlapped.hEvent);
    return done ? (int)count : -(int)GetLastError();
}

static BOOL start_with(const char *what, HANDLE in, HANDLE out, PROCESS_INFORMATION *process)
{
    STARTUPINFOA startup;
    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = in;
    startup.hStdOutput = out;
    startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    return check_start(what, TRUE, 0, &startup, process);
}

static void standard(void)
{
    HANDLE server, client, port;
    PROCESS_INFORMATION process;
    OVERLAPPED pending, *ended = NULL;
    ULONG_PTR key = 0;
    DWORD count = 0, error;
    char text[16] = "";

    FACT("13.6", "a child has the client's end as its standard handles");
    connect_pipe(PIPE_ACCESS_DUPLEX, &server, &client, &inherited);
    REQUIRE(start_with("once", client, client, &process));
    CHECK(CloseHandle(client));
    CHECK_EQ(transfer(server, TRUE, "ping", 4), 4);
    CHECK_EQ(transfer(server, FALSE, text, sizeof text), 4);
    CHECK(memcmp(text, "back", 4) == 0);

    FACT("12.3", "the server learns that the child has gone: 109");
    CHECK_EQ(transfer(server, FALSE, text, sizeof text), -ERROR_BROKEN_PIPE);
    CHECK_EQ(check_end_of(&process), 42);
    CHECK(CloseHandle(server));

    FACT("12.3", "a read that waits since before the child ends at a port, and so does the last");
    connect_pipe(PIPE_ACCESS_DUPLEX, &server, &client, &inherited);
    CHECK_EQ(transfer(server, TRUE, "ping", 4), 4);
    port = CreateIoCompletionPort(server, NULL, 77, 1);
    memset(&pending, 0, sizeof pending);
    CHECK(!ReadFile(server, text, sizeof text, NULL, &pending));
    CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    REQUIRE(start_with("once", client, client, &process));
    CHECK(CloseHandle(client));
    CHECK(GetQueuedCompletionStatus(port, &count, &key, &ended, CHECK_LONG_MS));
    CHECK(ended == &pending && key == 77 && count == 4);
    error = ReadFile(server, text, sizeof text, NULL, &pending) ? 0 : GetLastError();
    if (error == ERROR_IO_PENDING) {
        BOOL read = GetQueuedCompletionStatus(port, &count, &key, &ended, CHECK_LONG_MS);
        error = read ? 0 : GetLastError();
    }
    CHECK_EQ(error, ERROR_BROKEN_PIPE);
    CHECK_EQ(check_end_of(&process), 42);
    CHECK(CloseHandle(server) && CloseHandle(port));
}

static DWORD WINAPI writes_much(void *server)
{
    static char bytes[LARGE];
    for (int i = 0; i < LARGE; i++) bytes[i] = (char)(i * 7 + i / 251);
    return (DWORD)transfer(server, TRUE, bytes, LARGE);
}

static void much(void)
{
    static char bytes[LARGE];
    HANDLE server, client, thread;
    PROCESS_INFORMATION process;
    DWORD code = 0;
    int done = 0, count = 1, right = 1;

    FACT("12.3", "a megabyte goes there and back through a child, in order");
    connect_pipe(PIPE_ACCESS_DUPLEX, &server, &client, &inherited);
    REQUIRE(start_with("echo", client, client, &process));
    CHECK(CloseHandle(client));
    thread = CreateThread(NULL, 0, writes_much, server, 0, NULL);
    for (; done < LARGE && count > 0; done += count)
        count = transfer(server, FALSE, bytes + done, (DWORD)(LARGE - done));
    CHECK_EQ(done, LARGE);
    for (int i = 0; i < LARGE; i++) right &= bytes[i] == (char)(i * 7 + i / 251);
    CHECK(right);
    CHECK_EQ(WaitForSingleObject(thread, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == LARGE);
    CHECK(CloseHandle(thread));

    FACT("12.3", "a child's read ends when the server closes: 109");
    CHECK(CloseHandle(server));
    CHECK_EQ(check_end_of(&process), 42);
}

static void two_pipes(void)
{
    HANDLE to, from, in, out;
    PROCESS_INFORMATION process;
    char text[16] = "";

    FACT("13.6", "one pipe for each way: what was written before the end is read before it");
    connect_pipe(PIPE_ACCESS_OUTBOUND, &to, &in, &inherited);
    connect_pipe(PIPE_ACCESS_INBOUND, &from, &out, &inherited);
    CHECK_EQ(transfer(to, TRUE, "early", 5), 5);
    REQUIRE(start_with("echo", in, out, &process));
    CHECK(CloseHandle(in) && CloseHandle(out));
    CHECK_EQ(transfer(from, FALSE, text, sizeof text), 5);
    CHECK_STR(text, "early");
    CHECK(CloseHandle(to));
    CHECK_EQ(transfer(from, FALSE, text, sizeof text), -ERROR_BROKEN_PIPE);
    CHECK(CloseHandle(from));
    CHECK_EQ(check_end_of(&process), 42);
}

static void by_value(void)
{
    HANDLE server, client, theirs = NULL, second, second_client;
    PROCESS_INFORMATION process;
    char text[16] = "", what[100];
    ULONGLONG number;
    DWORD count = 0;

    FACT("13.6", "an inheritable end goes to a child under its value");
    connect_pipe(PIPE_ACCESS_DUPLEX, &server, &client, &inherited);
    snprintf(what, sizeof what, "once %llu", (ULONGLONG)(ULONG_PTR)client);
    REQUIRE(check_start(what, TRUE, 0, NULL, &process));
    CHECK(CloseHandle(client));
    CHECK_EQ(transfer(server, TRUE, "ping", 4), 4);
    CHECK_EQ(transfer(server, FALSE, text, sizeof text), 4);
    CHECK_EQ(transfer(server, FALSE, text, sizeof text), -ERROR_BROKEN_PIPE);
    CHECK_EQ(check_end_of(&process), 42);
    CHECK(CloseHandle(server));

    FACT("13.6", "the server's end can go too, and the client has the pipe with the child");
    connect_pipe(PIPE_ACCESS_DUPLEX, &server, &client, NULL);
    CHECK(SetHandleInformation(server, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    second = client;
    CHECK(DuplicateHandle(GetCurrentProcess(), server, GetCurrentProcess(), &client, 0, TRUE,
                          DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    REQUIRE(start_with("close", client, client, &process));
    CHECK(CloseHandle(client));
    CHECK(!ReadFile(second, text, sizeof text, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_BROKEN_PIPE);
    CHECK_EQ(check_end_of(&process), 42);
    CHECK(CloseHandle(second));

    FACT("13.7", "an end is given to a child that runs, and the last handle ends the pipe");
    connect_pipe(PIPE_ACCESS_DUPLEX, &server, &client, &inherited);
    connect_pipe(PIPE_ACCESS_DUPLEX, &second, &second_client, NULL);
    REQUIRE(start_with("other", client, client, &process));
    CHECK(CloseHandle(client));
    CHECK(DuplicateHandle(GetCurrentProcess(), second_client, process.hProcess, &theirs, 0, FALSE,
                          DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    SetLastError(0);
    CHECK(!CloseHandle(second_client) && GetLastError() == ERROR_INVALID_HANDLE);
    number = (ULONGLONG)(ULONG_PTR)theirs;
    CHECK_EQ(transfer(server, TRUE, &number, sizeof number), sizeof number);
    CHECK_EQ(transfer(second, FALSE, text, sizeof text), 4);
    CHECK(memcmp(text, "here", 4) == 0);
    CHECK_EQ(transfer(second, FALSE, text, sizeof text), -ERROR_BROKEN_PIPE);
    CHECK_EQ(check_end_of(&process), 42);
    CHECK(CloseHandle(server) && CloseHandle(second));
}

static void unused(void)
{
    HANDLE server, client, other, other_client;
    PROCESS_INFORMATION process;
    char text[16] = "";
    DWORD count = 0;

    FACT("13.6", "a child takes nothing from a pipe that it inherits and does not use");
    connect_pipe(PIPE_ACCESS_DUPLEX, &server, &client, &inherited);
    connect_pipe(PIPE_ACCESS_DUPLEX, &other, &other_client, &inherited);
    CHECK(SetHandleInformation(other, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    REQUIRE(start_with("echo", client, client, &process));
    CHECK(CloseHandle(client));
    CHECK_EQ(transfer(other, TRUE, "ours", 4), 4);
    CHECK_EQ(transfer(server, TRUE, "a", 1), 1);
    CHECK_EQ(transfer(server, FALSE, text, sizeof text), 1);
    CHECK(ReadFile(other_client, text, sizeof text, &count, NULL) && count == 4);
    CHECK(memcmp(text, "ours", 4) == 0);
    CHECK(WriteFile(other_client, "also", 4, &count, NULL));
    CHECK_EQ(transfer(other, FALSE, text, sizeof text), 4);
    CHECK(CloseHandle(server));
    CHECK_EQ(check_end_of(&process), 42);
    CHECK(CloseHandle(other) && CloseHandle(other_client));
}

int main(int count, char **words)
{
    if (count > 1) return child(count, words);
    standard();
    much();
    two_pipes();
    by_value();
    unused();
    return check_end();
}
