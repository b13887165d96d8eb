// test: native Wine 8 acts as a client unread, and loses a transaction behind a cancelled write
// Transactions, calls, acting as the client, and broken-off calls of a named pipe whose other end
// is in another process.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_pipe.h"
#include "check_process.h"

#define BOTH (GENERIC_READ | GENERIC_WRITE)
#define LONG_WRITE 8000

static char name[100], event_name[100];

static void names(unsigned long parent)
{
    snprintf(name, sizeof name, "\\\\.\\pipe\\lapwing-%lu-calls", parent);
    snprintf(event_name, sizeof event_name, "lapwing-%lu-event", parent);
}

static HANDLE make(DWORD quota)
{
    return CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 1,
                            quota, quota, 0, NULL);
}

/* -- the process that serves -- */

static unsigned long acting(HANDLE pipe)
{
    if (!ImpersonateNamedPipeClient(pipe)) return GetLastError();
    return RevertToSelf() ? 0 : 1;
}

static BOOL is(const char *bytes, DWORD count, const char *word)
{
    return count == strlen(word) && !memcmp(bytes, word, count);
}

/* It gives messages back, but for "acting" (what acting as the client came to, first and now),
 * "wait" (until the event), "long" (forgotten, and counted), "sum" and "end". */
static int serve(void)
{
    HANDLE event = OpenEventA(EVENT_ALL_ACCESS, FALSE, event_name), pipe = make(2000);
    static char bytes[LONG_WRITE];
    DWORD count, sum = 0;
    unsigned long first;

    if (!event || !check_is_open(pipe)) return 1;
    SetEvent(event);
    for (;;) {
        if (!ConnectNamedPipe(pipe, NULL) && GetLastError() != ERROR_PIPE_CONNECTED) return 2;
        first = acting(pipe);
        while (ReadFile(pipe, bytes, sizeof bytes, &count, NULL)) {
            if (is(bytes, count, "end")) return 0;
            if (is(bytes, count, "wait")) {
                WaitForSingleObject(event, CHECK_LONG_MS);
                continue;
            }
            sum += count == LONG_WRITE;
            if (count == LONG_WRITE) continue;
            if (is(bytes, count, "sum")) {
                count = (DWORD)snprintf(bytes, sizeof bytes, "%lu", (unsigned long)sum);
                sum = 0;
            }
            if (is(bytes, count, "acting"))
                count = (DWORD)snprintf(bytes, sizeof bytes, "%lu %lu", first, acting(pipe));
            if (!WriteFile(pipe, bytes, count, &count, NULL)) return 3;
        }
        if (!DisconnectNamedPipe(pipe)) return 4;
    }
}

/* -- the process of the client -- */

static HANDLE event;

static HANDLE open_it(DWORD flags)
{
    DWORD mode = PIPE_READMODE_MESSAGE;
    HANDLE pipe;
    REQUIRE(WaitNamedPipeA(name, NMPWAIT_WAIT_FOREVER));
    pipe = CreateFileA(name, BOTH, 0, NULL, OPEN_EXISTING, flags, NULL);
    CHECK(check_is_open(pipe));
    CHECK(SetNamedPipeHandleState(pipe, &mode, NULL, NULL));
    return pipe;
}

static BOOL transacts(HANDLE pipe, const char *message, const char *answer)
{
    char bytes[20];
    DWORD count = 0;
    return TransactNamedPipe(pipe, (void *)message, (DWORD)strlen(message), bytes, sizeof bytes,
                             &count, NULL) &&
           is(bytes, count, answer);
}

static void transactions(void)
{
    HANDLE pipe = open_it(0);
    char bytes[20];
    DWORD count = 0;

    FACT("12.3", "a transaction with another process");
    CHECK(transacts(pipe, "question", "question"));
    CHECK_FAILS(TransactNamedPipe(pipe, "question", 8, bytes, 5, &count, NULL), ERROR_MORE_DATA);
    CHECK(is(bytes, 5, "quest"));
    CHECK_GETS(pipe, 9, "ion", 0);
    FACT("12.3", "a server can act as the client after it has read something, not before");
    CHECK(transacts(pipe, "acting", "1368 0"));
    CloseHandle(pipe);

    FACT("12.2", "a call waits for the instance, asks, and closes");
    CHECK(CallNamedPipeA(name, "one", 3, bytes, sizeof bytes, &count, NMPWAIT_WAIT_FOREVER));
    CHECK(is(bytes, count, "one"));
    CHECK_FAILS(CallNamedPipeA(name, "three", 5, bytes, 2, &count, NMPWAIT_WAIT_FOREVER),
                ERROR_MORE_DATA);
    CHECK(CallNamedPipeA(name, "acting", 6, bytes, sizeof bytes, &count, NMPWAIT_WAIT_FOREVER));
    CHECK(is(bytes, count, "1368 0"));
}

static struct check_thread thread;
static HANDLE pipe_of_thread;
static char data[LONG_WRITE];
static DWORD length, error, done;

static void reads(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&thread);
    error = ReadFile(pipe_of_thread, data, length, &done, NULL) ? 0 : GetLastError();
}

static void writes(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&thread);
    error = WriteFile(pipe_of_thread, data, length, &done, NULL) ? 0 : GetLastError();
}

static void listens(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&thread);
    error = ConnectNamedPipe(pipe_of_thread, NULL) ? 0 : GetLastError();
}

static void break_off(HANDLE pipe, void (*call)(void *))
{
    pipe_of_thread = pipe;
    check_thread_start(&thread, call, NULL);
    check_thread_wait_blocked(&thread);
    CHECK(CancelSynchronousIo(thread.handle));
    check_thread_join(&thread);
}

static void broken_off(void)
{
    HANDLE pipe = open_it(0);
    char sum[9];

    FACT("6.8", "a read from another process is broken off");
    length = 9;
    break_off(pipe, reads);
    CHECK_EQ(error, ERROR_OPERATION_ABORTED);
    CHECK(transacts(pipe, "as before", "as before"));

    FACT("6.8", "a write to another process that is broken off was read if it says so, else not");
    CHECK(check_put(pipe, "wait", 4));
    length = LONG_WRITE;
    break_off(pipe, writes);
    CHECK(error == ERROR_OPERATION_ABORTED || (!error && done == LONG_WRITE));
    snprintf(sum, sizeof sum, "%d", error ? 0 : 1);
    CHECK(SetEvent(event));
    CHECK(transacts(pipe, "sum", sum));
    CloseHandle(pipe);
}

static void cancelled(void)
{
    HANDLE pipe = open_it(FILE_FLAG_OVERLAPPED);
    static struct check_request request;
    OVERLAPPED wait;
    char bytes[9];
    DWORD count = 0, seen = 0;
    BOOL ok;

    FACT("6.8", "so is an overlapped one that is cancelled");
    memset(&wait, 0, sizeof wait);
    CHECK(WriteFile(pipe, "wait", 4, NULL, &wait) || GetLastError() == ERROR_IO_PENDING);
    check_start_write(pipe, LONG_WRITE, &request);
    CHECK(check_is_pending(&request));
    CHECK(CancelIoEx(pipe, &request.overlapped));
    ok = GetOverlappedResult(pipe, &request.overlapped, &seen, TRUE);
    CHECK(ok ? seen == LONG_WRITE : GetLastError() == ERROR_OPERATION_ABORTED);
    CHECK_FAILS(CancelIoEx(pipe, &request.overlapped), ERROR_NOT_FOUND);
    CHECK(SetEvent(event));
    CHECK(TransactNamedPipe(pipe, "sum", 3, bytes, sizeof bytes, &count, &wait) ||
          GetLastError() == ERROR_IO_PENDING);
    CHECK(GetOverlappedResult(pipe, &wait, &count, TRUE));
    CHECK(count == 1 && bytes[0] == (ok ? '1' : '0'));
    CloseHandle(request.overlapped.hEvent);
    CloseHandle(pipe);
}

static void listening(void)
{
    char arguments[60];
    HANDLE pipe = make(2000);

    FACT("6.8", "the wait for the next client is broken off, when one of another process has gone");
    CHECK(check_is_open(pipe));
    snprintf(arguments, sizeof arguments, "%lu visit x", (unsigned long)GetCurrentProcessId());
    CHECK_EQ(check_run(arguments), 0);
    CHECK_GETS(pipe, 9, "visit", 0);
    CHECK(DisconnectNamedPipe(pipe));
    break_off(pipe, listens);
    CHECK_EQ(error, ERROR_OPERATION_ABORTED);
    CHECK_EQ(check_run(arguments), 0);
    CHECK_FAILS(ConnectNamedPipe(pipe, NULL), ERROR_NO_DATA);
    CHECK_GETS(pipe, 9, "visit", 0);
    CloseHandle(pipe);
}

static int visit(void)
{
    HANDLE pipe = CreateFileA(name, BOTH, 0, NULL, OPEN_EXISTING, 0, NULL);
    BOOL ok = check_is_open(pipe) && check_put(pipe, "visit", 5);
    CloseHandle(pipe);
    return ok ? 0 : 1;
}

int main(int count, char **words)
{
    PROCESS_INFORMATION child;
    char arguments[60];
    HANDLE pipe;

    names(count > 1 ? strtoul(words[1], NULL, 10) : GetCurrentProcessId());
    if (count == 3) return serve();
    if (count == 4) return visit();
    event = CreateEventA(NULL, FALSE, FALSE, event_name);
    snprintf(arguments, sizeof arguments, "%lu serve", (unsigned long)GetCurrentProcessId());
    REQUIRE(check_start(arguments, FALSE, 0, NULL, &child));
    REQUIRE(WaitForSingleObject(event, CHECK_LONG_MS) == WAIT_OBJECT_0);
    transactions();
    broken_off();
    cancelled();
    pipe = open_it(0);
    CHECK(check_put(pipe, "end", 3));
    CHECK_EQ(check_end_of(&child), 0);
    CloseHandle(pipe);
    listening();
    CloseHandle(event);
    return check_end();
}
