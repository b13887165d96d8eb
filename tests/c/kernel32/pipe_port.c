// Who hears of the end of a pipe's request: port, event, handle, routine; and what closing does.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_pipe.h"

#define MESSAGES (PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE)
#define KEY 0x1234

static struct check_request request;

static HANDLE port_for(HANDLE pipe)
{
    HANDLE port = CreateIoCompletionPort(pipe, NULL, KEY, 0);
    REQUIRE(port != NULL);
    return port;
}

/* A request without an event. */
static OVERLAPPED *plain(void)
{
    static OVERLAPPED overlapped[8];
    static int next;
    OVERLAPPED *one = &overlapped[next++ % 8];
    memset(one, 0, sizeof *one);
    return one;
}

static void packets(void)
{
    struct check_pipe pipe = check_pipe_pair(FILE_FLAG_OVERLAPPED, MESSAGES);
    HANDLE port = port_for(pipe.server), event = CreateEventA(NULL, TRUE, FALSE, NULL);
    OVERLAPPED *read = plain(), *write = plain();
    char bytes[100];
    DWORD count;

    FACT("4.4", "reading and writing queue, whether done at once or later");
    CHECK(WriteFile(pipe.server, "hello", 5, &count, write));
    CHECK_SUCCESS(port, KEY, write, 5);
    CHECK_GETS(pipe.client, 9, "hello", 0);
    CHECK_FAILS(ReadFile(pipe.server, bytes, 9, NULL, read), ERROR_IO_PENDING);
    CHECK_EMPTY(port);
    CHECK(check_put(pipe.client, "later", 5));
    CHECK_SUCCESS(port, KEY, read, 5);
    CHECK(check_put(pipe.client, "at once", 7));
    CHECK(ReadFile(pipe.server, bytes, 9, &count, read));
    CHECK_SUCCESS(port, KEY, read, 7);

    FACT("2", "a part of a message: FALSE with 234, and a packet that says so");
    CHECK(check_put(pipe.client, "message", 7));
    CHECK_FAILS(ReadFile(pipe.server, bytes, 4, NULL, read), ERROR_MORE_DATA);
    CHECK(check_taken_is(check_take(port, HANG_GUARD), FALSE, ERROR_MORE_DATA, KEY, read, 4,
                         "234 with 4 bytes", __FILE__, __LINE__));
    CHECK_EQ((DWORD)read->Internal, NT_BUFFER_OVERFLOW);
    CHECK_FAILS(ReadFile(pipe.server, bytes, 0, NULL, read), ERROR_MORE_DATA);
    CHECK(check_taken_is(check_take(port, HANG_GUARD), FALSE, ERROR_MORE_DATA, KEY, read, 0,
                         "234 with nothing", __FILE__, __LINE__));
    CHECK(ReadFile(pipe.server, bytes, 9, &count, read));
    CHECK_SUCCESS(port, KEY, read, 3);

    FACT("1.7", "the low bit of hEvent keeps the packet away");
    read->hEvent = (HANDLE)((ULONG_PTR)event | 1);
    CHECK_FAILS(ReadFile(pipe.server, bytes, 9, NULL, read), ERROR_IO_PENDING);
    CHECK(check_put(pipe.client, "x", 1));
    CHECK(check_is_set(event));
    CHECK_EMPTY(port);

    FACT("4.8", "no packet for a success at once, once that has been chosen");
    CHECK(SetFileCompletionNotificationModes(pipe.server, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
    CHECK(WriteFile(pipe.server, "hello", 5, &count, write));
    CHECK_EMPTY(port);
    read->hEvent = NULL;
    CHECK_FAILS(ReadFile(pipe.server, bytes, 9, NULL, read), ERROR_IO_PENDING);
    CHECK(check_put(pipe.client, "later", 5));
    CHECK_SUCCESS(port, KEY, read, 5);

    FACT("2", "the writer has gone");
    CHECK_FAILS(ReadFile(pipe.server, bytes, 9, NULL, read), ERROR_IO_PENDING);
    CloseHandle(pipe.client);
    CHECK_FAILURE(port, KEY, read, ERROR_BROKEN_PIPE);
    FACT("1.4", "a call that fails at once queues nothing");
    CHECK_FAILS(ReadFile(pipe.server, bytes, 9, NULL, read), ERROR_BROKEN_PIPE);
    CHECK_FAILS(WriteFile(pipe.server, bytes, 9, NULL, write), ERROR_NO_DATA);
    CHECK_EMPTY(port);
    CloseHandle(pipe.server);
    CloseHandle(event);
    CloseHandle(port);
}

static void connecting(void)
{
    HANDLE server = check_pipe_server(PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, MESSAGES, 1);
    HANDLE port = port_for(server), client;
    OVERLAPPED *listen = plain(), *transact = plain();
    char reply[10];
    DWORD mode = PIPE_READMODE_MESSAGE;

    FACT("4.4", "ConnectNamedPipe and TransactNamedPipe queue");
    CHECK_FAILS(ConnectNamedPipe(server, listen), ERROR_IO_PENDING);
    client = check_pipe_client(GENERIC_READ | GENERIC_WRITE, 0);
    CHECK_SUCCESS(port, KEY, listen, 0);
    CHECK_FAILS(ConnectNamedPipe(server, listen), ERROR_PIPE_CONNECTED);
    CHECK_EMPTY(port);
    CHECK(SetNamedPipeHandleState(client, &mode, NULL, NULL));
    CHECK_FAILS(TransactNamedPipe(server, "q", 1, reply, 9, NULL, transact), ERROR_IO_PENDING);
    CHECK(check_put(client, "answer", 6));
    CHECK_SUCCESS(port, KEY, transact, 6);
    FACT("6.8", "cancelled requests queue with 995");
    CHECK_FAILS(ReadFile(server, reply, 9, NULL, listen), ERROR_IO_PENDING);
    CHECK(CancelIoEx(server, NULL));
    CHECK_FAILURE(port, KEY, listen, ERROR_OPERATION_ABORTED);
    FACT("6.7", "closing one of two handles cancels nothing; the last one does");
    {
        HANDLE copy;
        CHECK(DuplicateHandle(GetCurrentProcess(), server, GetCurrentProcess(), &copy, 0, FALSE,
                              DUPLICATE_SAME_ACCESS));
        CHECK_FAILS(ReadFile(copy, reply, 9, NULL, listen), ERROR_IO_PENDING);
        CloseHandle(server);
        CHECK_EMPTY(port);
        CHECK(check_put(client, "still", 5));
        CHECK_SUCCESS(port, KEY, listen, 5);
        CHECK_FAILS(ReadFile(copy, reply, 9, NULL, listen), ERROR_IO_PENDING);
        CloseHandle(copy);
        CHECK_FAILURE(port, KEY, listen, ERROR_OPERATION_ABORTED);
    }
    CloseHandle(client);
    CloseHandle(port);
}

static void late_port(void)
{
    struct check_pipe pipe = check_pipe_pair(FILE_FLAG_OVERLAPPED, MESSAGES);
    struct check_pipe plain_pipe;
    HANDLE port;
    OVERLAPPED *read = plain();
    char bytes[9];

    FACT("4.1", "a request that is pending already completes to the port");
    CHECK_FAILS(ReadFile(pipe.client, bytes, 9, NULL, read), ERROR_IO_PENDING);
    port = port_for(pipe.client);
    CHECK(check_put(pipe.server, "x", 1));
    CHECK_SUCCESS(port, KEY, read, 1);
    check_pipe_close(pipe);
    FACT("4.1", "only an overlapped handle");
    plain_pipe = check_pipe_pair(0, MESSAGES);
    CHECK(CreateIoCompletionPort(plain_pipe.client, port, KEY, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    check_pipe_close(plain_pipe);
    CloseHandle(port);
}

static void signals(void)
{
    struct check_pipe pipe = check_pipe_pair(FILE_FLAG_OVERLAPPED, MESSAGES);
    OVERLAPPED *read = plain();
    char bytes[9];

    FACT("1.6", "without an event the handle is signalled, with one only the event");
    CHECK(check_is_set(pipe.client));
    CHECK_FAILS(ReadFile(pipe.client, bytes, 9, NULL, read), ERROR_IO_PENDING);
    CHECK(!check_is_set(pipe.client));
    CHECK(check_put(pipe.server, "x", 1));
    CHECK(check_is_set(pipe.client));
    check_start_read(pipe.client, 9, &request);
    CHECK(check_is_pending(&request));
    CHECK(check_put(pipe.server, "y", 1));
    CHECK(check_is_set(request.overlapped.hEvent));
    FACT("4.8", "or never, if that has been chosen");
    CHECK(SetFileCompletionNotificationModes(pipe.client, FILE_SKIP_SET_EVENT_ON_HANDLE));
    CHECK_FAILS(ReadFile(pipe.client, bytes, 9, NULL, read), ERROR_IO_PENDING);
    CHECK(check_put(pipe.server, "x", 1));
    CHECK(!check_is_set(pipe.client));
    CHECK_EQ((DWORD)read->Internal, 0);
    check_pipe_close(pipe);
}

static int runs;
static DWORD run_error, run_count;

static void WINAPI routine(DWORD error, DWORD count, OVERLAPPED *overlapped)
{
    (void)overlapped;
    runs++;
    run_error = error;
    run_count = count;
}

static void routines(void)
{
    struct check_pipe pipe = check_pipe_pair(FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE);
    OVERLAPPED *read = plain(), *write = plain();
    static char bytes[10000];

    FACT("7.6", "routines run in alertable waits only, after the data has come");
    CHECK(ReadFileEx(pipe.server, bytes, 100, read, routine));
    CHECK(check_put(pipe.client, "test", 4));
    CHECK_EQ(runs, 0);
    CHECK_EQ(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    CHECK(runs == 1 && run_error == 0 && run_count == 4);
    CHECK(!memcmp(bytes, "test", 4));
    FACT("7.6", "a write that waits for room");
    CHECK(WriteFileEx(pipe.server, bytes, 8000, write, routine));
    CHECK_EQ(SleepEx(0, TRUE), 0);
    CHECK_EQ(check_get(pipe.client, 5000)->count, 5000);
    CHECK_EQ(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    CHECK(runs == 2 && run_error == 0 && run_count == 8000);
    FACT("7.6", "a blocking call is not alertable, so the routine waits");
    CHECK(ReadFileEx(pipe.server, bytes, 100, read, routine));
    CHECK(check_put(pipe.client, "test", 4));
    CHECK_EQ(check_get(pipe.client, 9000)->count, 3000);
    CHECK_EQ(runs, 2);
    CHECK_EQ(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(runs, 3);
    FACT("7.6", "a call that fails at once runs none");
    CloseHandle(pipe.client);
    CHECK_FAILS(ReadFileEx(pipe.server, bytes, 100, read, routine), ERROR_BROKEN_PIPE);
    CHECK_EQ(SleepEx(0, TRUE), 0);
    CloseHandle(pipe.server);
}

static struct check_thread thread;
static struct check_pipe shared;

static void read_and_end(void *unused)
{
    (void)unused;
    check_start_read(shared.client, 9, &request);
}

static void ending_thread(void)
{
    FACT("6.6", "a thread's requests end with it");
    shared = check_pipe_pair(FILE_FLAG_OVERLAPPED, MESSAGES);
    check_thread_start(&thread, read_and_end, NULL);
    check_thread_join(&thread);
    CHECK(check_has_ended(shared.client, &request, ERROR_OPERATION_ABORTED, 0));
    CHECK(check_put(shared.server, "x", 1));
    CHECK_GETS(shared.client, 9, "x", 0);
    check_pipe_close(shared);
}

static void waiting_for_results(void)
{
    struct check_pipe pipe = check_pipe_pair(FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE);
    DWORD count;

    FACT("1.11", "GetOverlappedResultEx for a write that waits");
    check_start_write(pipe.client, 8000, &request);
    CHECK(check_is_pending(&request));
    CHECK_FAILS(GetOverlappedResultEx(pipe.client, &request.overlapped, &count, 0, FALSE),
                ERROR_IO_INCOMPLETE);
    CHECK_FAILS(GetOverlappedResultEx(pipe.client, &request.overlapped, &count, 1, FALSE),
                WAIT_TIMEOUT);
    CHECK_EQ(check_get(pipe.server, 8000)->count, 8000);
    CHECK(GetOverlappedResultEx(pipe.client, &request.overlapped, &count, 0, FALSE));
    CHECK_EQ(count, 8000);
    check_pipe_close(pipe);
}

int main(void)
{
    packets();
    connecting();
    late_port();
    signals();
    routines();
    ending_thread();
    waiting_for_results();
    return check_end();
}
