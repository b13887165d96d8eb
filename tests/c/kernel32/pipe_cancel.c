// A blocking call on a pipe is broken off: CancelSynchronousIo, CancelIoEx, closing, disconnecting.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_pipe.h"

static struct check_thread thread;
static HANDLE pipe_of_thread;
static char bytes[8000];
static BOOL ok;
static DWORD error, count;

static void reads(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&thread);
    ok = ReadFile(pipe_of_thread, bytes, 9, &count, NULL);
    error = ok ? 0 : GetLastError();
}

static void writes(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&thread);
    ok = WriteFile(pipe_of_thread, bytes, sizeof bytes, &count, NULL);
    error = ok ? 0 : GetLastError();
}

static void connects(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&thread);
    ok = ConnectNamedPipe(pipe_of_thread, NULL);
    error = ok ? 0 : GetLastError();
}

static void flushes(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&thread);
    ok = FlushFileBuffers(pipe_of_thread);
    error = ok ? 0 : GetLastError();
}

static void transacts(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&thread);
    ok = TransactNamedPipe(pipe_of_thread, bytes, 3, bytes, 9, &count, NULL);
    error = ok ? 0 : GetLastError();
}

static void block(HANDLE pipe, void (*call)(void *))
{
    pipe_of_thread = pipe;
    check_thread_start(&thread, call, NULL);
    check_thread_wait_blocked(&thread);
}

static void breaks_off(HANDLE pipe, void (*call)(void *), const char *what)
{
    SHOW("%s", what);
    block(pipe, call);
    CHECK(CancelSynchronousIo(thread.handle));
    check_thread_join(&thread);
    CHECK_EQ(error, ERROR_OPERATION_ABORTED);
}

static void by_thread(void)
{
    struct check_pipe pipe = check_pipe_pair(0, PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE);

    FACT("6.8", "CancelSynchronousIo breaks off what a thread waits for");
    breaks_off(pipe.client, reads, "a read");
    breaks_off(pipe.client, writes, "a write");
    breaks_off(pipe.client, transacts, "a transaction");
    FACT("12.3", "the transaction's question stays written, the write's data does not");
    CHECK_EQ(check_get(pipe.server, 99)->count, 3);
    FACT("6.8", "and so it does at the server's end");
    CHECK(DisconnectNamedPipe(pipe.server));
    breaks_off(pipe.server, connects, "a connection");
    CloseHandle(pipe.client);
    pipe.client = check_pipe_client(GENERIC_READ | GENERIC_WRITE, 0);
    CHECK(check_put(pipe.client, "unread", 6));
    breaks_off(pipe.client, flushes, "a flush");
    CHECK_GETS(pipe.server, 9, "unread", 0);
    check_pipe_close(pipe);
    FACT("6.8", "a thread that waits for nothing");
    CHECK_FAILS(CancelSynchronousIo(GetCurrentThread()), ERROR_NOT_FOUND);
}

static void by_others(void)
{
    struct check_pipe pipe = check_pipe_pair(0, PIPE_TYPE_BYTE);

    FACT("6.8", "CancelIoEx reaches the blocking call of another thread, CancelIo does not");
    block(pipe.client, reads);
    CHECK(CancelIo(pipe.client));
    CHECK(CancelIoEx(pipe.client, NULL));
    check_thread_join(&thread);
    CHECK_EQ(error, ERROR_OPERATION_ABORTED);
    FACT("12.4", "a blocking read does not keep another thread from writing by the same handle");
    block(pipe.client, reads);
    CHECK(check_put(pipe.client, "to the server", 13));
    CHECK_GETS(pipe.server, 99, "to the server", 0);
    FACT("12.4", "the server disconnects meanwhile");
    CHECK(DisconnectNamedPipe(pipe.server));
    check_thread_join(&thread);
    CHECK_EQ(error, ERROR_PIPE_NOT_CONNECTED);
    check_pipe_close(pipe);
}

int main(void)
{
    by_thread();
    by_others();
    return check_end();
}
