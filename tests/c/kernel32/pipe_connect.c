// Connecting: ConnectNamedPipe, the client's CreateFile, WaitNamedPipe, and who gets whom.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_pipe.h"

#define BOTH (GENERIC_READ | GENERIC_WRITE)

static HANDLE server(DWORD flags)
{
    HANDLE pipe = check_pipe_server(PIPE_ACCESS_DUPLEX | flags, 0, 4);
    REQUIRE(check_is_open(pipe));
    return pipe;
}

static HANDLE client(void)
{
    return check_pipe_client(BOTH, 0);
}

static struct check_thread thread;
static HANDLE of_thread;
static BOOL thread_ok;
static DWORD thread_error;

static void connect_in_thread(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&thread);
    thread_ok = ConnectNamedPipe(of_thread, NULL);
    thread_error = GetLastError();
}

static void results(void)
{
    HANDLE pipe = server(0), end;
    struct check_request request = {0};

    FACT("12.2", "no such pipe");
    CHECK_REFUSED(CreateFileA(check_pipe_name("none"), BOTH, 0, NULL, OPEN_EXISTING, 0, NULL),
                  ERROR_FILE_NOT_FOUND);
    FACT("12.2", "an instance listens from its creation: connected before is a good result");
    end = client();
    CHECK(check_is_open(end));
    CHECK_FAILS(ConnectNamedPipe(pipe, NULL), ERROR_PIPE_CONNECTED);
    FACT("12.2", "on a client's handle");
    CHECK_FAILS(ConnectNamedPipe(end, NULL), ERROR_INVALID_FUNCTION);
    CHECK_FAILS(DisconnectNamedPipe(end), ERROR_INVALID_FUNCTION);
    FACT("12.2", "no listening instance, until the server has disconnected and listens again");
    CHECK_REFUSED(client(), ERROR_PIPE_BUSY);
    CloseHandle(end);
    CHECK_REFUSED(client(), ERROR_PIPE_BUSY);
    FACT("12.2", "the client has gone");
    CHECK_FAILS(ConnectNamedPipe(pipe, NULL), ERROR_NO_DATA);
    CHECK(DisconnectNamedPipe(pipe));
    CHECK_REFUSED(client(), ERROR_PIPE_BUSY);

    FACT("12.2", "a synchronous ConnectNamedPipe waits");
    of_thread = pipe;
    check_thread_start(&thread, connect_in_thread, NULL);
    check_thread_wait_blocked(&thread);
    end = client();
    CHECK(check_is_open(end));
    check_thread_join(&thread);
    CHECK(thread_ok);
    CloseHandle(end);
    CloseHandle(pipe);

    FACT("12.2", "an overlapped one is pending, and ends with the client's opening");
    pipe = server(FILE_FLAG_OVERLAPPED);
    check_request_begin(&request);
    CHECK_FAILS(ConnectNamedPipe(pipe, &request.overlapped), ERROR_IO_PENDING);
    CHECK_EQ(request.overlapped.Internal, STATUS_PENDING);
    CHECK(!check_is_set(request.overlapped.hEvent));
    end = client();
    CHECK(check_has_ended(pipe, &request, 0, 0));
    FACT("12.2", "already connected: no event, and the status block stays at pending");
    check_request_begin(&request);
    CHECK_FAILS(ConnectNamedPipe(pipe, &request.overlapped), ERROR_PIPE_CONNECTED);
    CHECK_EQ(request.overlapped.Internal, STATUS_PENDING);
    CHECK(!check_is_set(request.overlapped.hEvent));
    CloseHandle(end);

    FACT("12.2", "cancelled, and closed");
    CHECK(DisconnectNamedPipe(pipe));
    check_request_begin(&request);
    CHECK_FAILS(ConnectNamedPipe(pipe, &request.overlapped), ERROR_IO_PENDING);
    CHECK(CancelIo(pipe));
    CHECK(check_has_ended(pipe, &request, ERROR_OPERATION_ABORTED, 0));
    check_request_begin(&request);
    CHECK_FAILS(ConnectNamedPipe(pipe, &request.overlapped), ERROR_IO_PENDING);
    CloseHandle(pipe);
    CHECK(check_is_set(request.overlapped.hEvent));
    CHECK_EQ((DWORD)request.overlapped.Internal, NT_CANCELLED);

    FACT("12.2", "disconnecting an instance that listens ends the wait");
    pipe = server(FILE_FLAG_OVERLAPPED);
    check_request_begin(&request);
    CHECK_FAILS(ConnectNamedPipe(pipe, &request.overlapped), ERROR_IO_PENDING);
    CHECK(DisconnectNamedPipe(pipe));
    CHECK(check_has_ended(pipe, &request, ERROR_PIPE_NOT_CONNECTED, 0));
    CHECK_REFUSED(client(), ERROR_PIPE_BUSY);
    CloseHandle(pipe);
    CloseHandle(request.overlapped.hEvent);
}

static void begins(void)
{
    HANDLE pipe = check_pipe_server(PIPE_ACCESS_DUPLEX, PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE,
                                    1);
    HANDLE end = client();
    DWORD mode = 9;
    FACT("12.2", "a client begins in byte mode and waits");
    CHECK(GetNamedPipeHandleStateA(end, &mode, NULL, NULL, NULL, NULL, 0));
    CHECK_EQ(mode, 0);
    CHECK(GetNamedPipeHandleStateA(pipe, &mode, NULL, NULL, NULL, NULL, 0));
    CHECK_EQ(mode, PIPE_READMODE_MESSAGE);
    mode = PIPE_READMODE_MESSAGE;
    CHECK(SetNamedPipeHandleState(end, &mode, NULL, NULL));
    CloseHandle(end);
    CHECK(DisconnectNamedPipe(pipe));
    CloseHandle(pipe);
}

/* Opens the pipe, and says which of the servers it is that the client has got. */
static HANDLE opens(HANDLE *servers, int wanted)
{
    OVERLAPPED overlapped = {0};
    HANDLE end = client();
    REQUIRE(check_is_open(end));
    CHECK_FAILS(ConnectNamedPipe(servers[wanted], &overlapped), ERROR_PIPE_CONNECTED);
    return end;
}

static void order(void)
{
    HANDLE servers[4];
    OVERLAPPED waits[4] = {{0}};
    int at;

    FACT("12.2", "clients are given to the instances in the order in which they began to listen");
    for (at = 0; at < 4; at++)
        servers[at] = server(FILE_FLAG_OVERLAPPED);
    CHECK_FAILS(ConnectNamedPipe(servers[2], &waits[2]), ERROR_IO_PENDING);
    CloseHandle(opens(servers, 0));
    CloseHandle(opens(servers, 1));
    CloseHandle(opens(servers, 2));
    CHECK(DisconnectNamedPipe(servers[0]));
    CHECK(DisconnectNamedPipe(servers[2]));
    CHECK_FAILS(ConnectNamedPipe(servers[2], &waits[2]), ERROR_IO_PENDING);
    CHECK_FAILS(ConnectNamedPipe(servers[0], &waits[0]), ERROR_IO_PENDING);
    CloseHandle(opens(servers, 3));
    CloseHandle(opens(servers, 2));
    CloseHandle(opens(servers, 0));
    CHECK_REFUSED(client(), ERROR_PIPE_BUSY);
    for (at = 0; at < 4; at++)
        CloseHandle(servers[at]);
}

static void wait_in_thread(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&thread);
    thread_ok = WaitNamedPipeA(check_pipe_name("pipe"), HANG_GUARD);
    thread_error = GetLastError();
}

static void waiting(void)
{
    HANDLE pipe, second, end;
    OVERLAPPED overlapped = {0};

    FACT("12.2", "WaitNamedPipe: no such pipe");
    CHECK_FAILS(WaitNamedPipeA(check_pipe_name("none"), 2000), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(WaitNamedPipeA(check_pipe_name("none"), NMPWAIT_USE_DEFAULT_WAIT),
                ERROR_FILE_NOT_FOUND);
    FACT("12.2", "WaitNamedPipe: success reserves nothing, and the time passes");
    pipe = server(FILE_FLAG_OVERLAPPED);
    CHECK(WaitNamedPipeA(check_pipe_name("pipe"), 1));
    CHECK(WaitNamedPipeA(check_pipe_name("pipe"), NMPWAIT_WAIT_FOREVER));
    end = client();
    CHECK_REFUSED(client(), ERROR_PIPE_BUSY);
    CHECK_FAILS(WaitNamedPipeA(check_pipe_name("pipe"), 1), ERROR_SEM_TIMEOUT);
    CHECK_FAILS(WaitNamedPipeA(check_pipe_name("pipe"), NMPWAIT_USE_DEFAULT_WAIT),
                ERROR_SEM_TIMEOUT);

    FACT("12.2", "a new instance wakes who waits");
    check_thread_start(&thread, wait_in_thread, NULL);
    check_thread_wait_blocked(&thread);
    second = server(0);
    check_thread_join(&thread);
    CHECK(thread_ok);
    CloseHandle(second);

    FACT("12.2", "and so does ConnectNamedPipe");
    CloseHandle(end);
    CHECK(DisconnectNamedPipe(pipe));
    check_thread_start(&thread, wait_in_thread, NULL);
    check_thread_wait_blocked(&thread);
    CHECK_FAILS(ConnectNamedPipe(pipe, &overlapped), ERROR_IO_PENDING);
    check_thread_join(&thread);
    CHECK(thread_ok);
    CloseHandle(pipe);
}

static void strangers(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    FACT("13.8", "what is no handle, and what is no pipe");
    CHECK_FAILS(ConnectNamedPipe(NULL, NULL), ERROR_INVALID_HANDLE);
    CHECK_FAILS(DisconnectNamedPipe((HANDLE)(ULONG_PTR)0x12345678), ERROR_INVALID_HANDLE);
    CHECK_FAILS(DisconnectNamedPipe(event), ERROR_INVALID_HANDLE);
    CloseHandle(event);
}

int main(void)
{
    results();
    begins();
    order();
    waiting();
    strangers();
    return check_end();
}
