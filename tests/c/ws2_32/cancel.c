/* Cancelling what is pending.
 * semantics.md: 2 (CancelIo / CancelIoEx / thread exit: 995), 4.10, 6.6, 6.8 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

/* A receive and all that belongs to it. */
struct receive {
    OVERLAPPED overlapped;
    char buffer[8];
    int result, error;
    SOCKET socket;
    LPWSAOVERLAPPED_COMPLETION_ROUTINE routine;
};

static HANDLE port;

static void start_on(void *argument)
{
    struct receive *receive = argument;
    DWORD flags = 0;
    WSABUF description;
    description.len = sizeof receive->buffer;
    description.buf = receive->buffer;
    receive->overlapped.InternalHigh = UNTOUCHED;
    receive->result = WSARecv(receive->socket, &description, 1, NULL, &flags,
                              &receive->overlapped, receive->routine);
    receive->error = WSAGetLastError();
}

static void start(struct receive *receive, SOCKET s)
{
    memset(receive, 0, sizeof *receive);
    receive->socket = s;
    start_on(receive);
    CHECK_EQ(receive->result, SOCKET_ERROR);
    CHECK_EQ(receive->error, WSA_IO_PENDING);
}

static void start_elsewhere(struct receive *receive, SOCKET s, HANDLE event)
{
    static struct check_thread thread;
    memset(receive, 0, sizeof *receive);
    receive->socket = s;
    receive->overlapped.hEvent = event;
    check_thread_start(&thread, start_on, receive);
    check_thread_join(&thread);
    CHECK_EQ(receive->result, SOCKET_ERROR);
    CHECK_EQ(receive->error, WSA_IO_PENDING);
}

/* The order in which several requests are cancelled is not specified. */
static void take_two_cancelled(struct receive *one, struct receive *two)
{
    struct check_taken first = check_take(port, HANG_GUARD), second = check_take(port, HANG_GUARD);
    CHECK_EQ(first.ok, FALSE);
    CHECK_EQ(first.error, ERROR_OPERATION_ABORTED);
    CHECK_EQ(second.ok, FALSE);
    CHECK_EQ(second.error, ERROR_OPERATION_ABORTED);
    CHECK(first.overlapped != second.overlapped);
    CHECK(first.overlapped == &one->overlapped || first.overlapped == &two->overlapped);
    CHECK(second.overlapped == &one->overlapped || second.overlapped == &two->overlapped);
    CHECK_EQ((DWORD)one->overlapped.Internal, NT_CANCELLED);
    CHECK_EQ((DWORD)two->overlapped.Internal, NT_CANCELLED);
}

static void cancel_io(SOCKET server, SOCKET client)
{
    static struct receive one, two;
    FACT("6.8", "CancelIo: success even if there is nothing");
    CHECK_EQ(CancelIo((HANDLE)server), TRUE);
    CHECK_EMPTY(port);
    FACT("2", "CancelIo ends this thread's requests: 995");
    start(&one, server);
    start(&two, server);
    CHECK_EQ(CancelIo((HANDLE)server), TRUE);
    take_two_cancelled(&one, &two);
    CHECK_EQ(one.overlapped.InternalHigh, 0);
    CHECK_EMPTY(port);
    FACT("6.8", "a completed request is not cancelled, and the data of others is not lost");
    start(&one, server);
    CHECK_EQ(send(client, "12", 2, 0), 2);
    CHECK_SUCCESS(port, 1, &one.overlapped, 2);
    CHECK_EQ(CancelIo((HANDLE)server), TRUE);
    CHECK_EMPTY(port);
    start(&one, server);
    CHECK_EQ(CancelIo((HANDLE)server), TRUE);
    CHECK_FAILURE(port, 1, &one.overlapped, ERROR_OPERATION_ABORTED);
    start(&two, server);
    CHECK_EQ(send(client, "34", 2, 0), 2);
    CHECK_SUCCESS(port, 1, &two.overlapped, 2);
    CHECK(memcmp(two.buffer, "34", 2) == 0);
}

static void cancel_io_ex(SOCKET server, SOCKET client)
{
    static struct receive one, two, three;
    FACT("6.8", "CancelIoEx: nothing found is 1168");
    SetLastError(0);
    CHECK_EQ(CancelIoEx((HANDLE)server, NULL), FALSE);
    CHECK_EQ(GetLastError(), ERROR_NOT_FOUND);
    CHECK_EQ(CancelIoEx((HANDLE)server, &one.overlapped), FALSE);
    CHECK_EQ(GetLastError(), ERROR_NOT_FOUND);
    FACT("2", "CancelIoEx ends one request");
    start(&one, server);
    start(&two, server);
    start(&three, server);
    CHECK_EQ(CancelIoEx((HANDLE)server, &two.overlapped), TRUE);
    CHECK_FAILURE(port, 1, &two.overlapped, ERROR_OPERATION_ABORTED);
    CHECK_EQ(CancelIoEx((HANDLE)server, &two.overlapped), FALSE);
    CHECK_EQ(GetLastError(), ERROR_NOT_FOUND);
    CHECK_EQ(send(client, "x", 1, 0), 1);
    CHECK_SUCCESS(port, 1, &one.overlapped, 1);
    FACT("2", "CancelIoEx with NULL ends all, whoever issued them");
    start_elsewhere(&two, server, (HANDLE)0);
    CHECK_EQ(CancelIoEx((HANDLE)server, NULL), TRUE);
    take_two_cancelled(&two, &three);
    CHECK_EMPTY(port);
}

static void other_threads(SOCKET server, SOCKET client)
{
    static struct receive one;
    FACT("4.10", "on a port, without event: a request outlives its thread");
    start_elsewhere(&one, server, NULL);
    CHECK_EMPTY(port);
    CHECK_EQ((DWORD)one.overlapped.Internal, STATUS_PENDING);
    FACT("6.8", "CancelIo leaves the requests of other threads alone");
    CHECK_EQ(CancelIo((HANDLE)server), TRUE);
    CHECK_EMPTY(port);
    CHECK_EQ(send(client, "y", 1, 0), 1);
    CHECK_SUCCESS(port, 1, &one.overlapped, 1);
}

static void exit_with_event(SOCKET server)
{
    static struct receive one;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    FACT("6.6", "on a port, with event: cancelled with its thread, and the packet comes");
    start_elsewhere(&one, server, event);
    CHECK_FAILURE(port, 1, &one.overlapped, ERROR_OPERATION_ABORTED);
    CHECK_EQ((DWORD)one.overlapped.Internal, NT_CANCELLED);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(CloseHandle(event), TRUE);
    CHECK_EMPTY(port);
}

static volatile LONG routine_ran;

static void CALLBACK no_routine(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    (void)error, (void)count, (void)overlapped, (void)flags;
    InterlockedIncrement(&routine_ran);
}

static void exit_without_port(void)
{
    static struct receive one, two;
    static struct check_thread thread;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    SOCKET client, server;

    check_net_pair(&client, &server);
    FACT("6.6", "without a port: cancelled with its thread, and the event is set");
    start_elsewhere(&one, server, event);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ((DWORD)one.overlapped.Internal, NT_CANCELLED);
    FACT("6.6", "without a port: a routine is not run");
    memset(&two, 0, sizeof two);
    two.socket = server;
    two.routine = no_routine;
    check_thread_start(&thread, start_on, &two);
    check_thread_join(&thread);
    CHECK_EQ(two.error, WSA_IO_PENDING);
    CHECK_EQ((DWORD)two.overlapped.Internal, NT_CANCELLED);
    SleepEx(0, TRUE);
    CHECK_EQ(routine_ran, 0);
    closesocket(client);
    closesocket(server);
    CHECK_EQ(CloseHandle(event), TRUE);
}

static void cancelled_routine(void)
{
    static struct receive one;
    SOCKET client, server;

    check_net_pair(&client, &server);
    FACT("6.8", "a cancelled request runs its routine in its own thread's alertable wait");
    memset(&one, 0, sizeof one);
    one.socket = server;
    one.routine = no_routine;
    start_on(&one);
    CHECK_EQ(one.error, WSA_IO_PENDING);
    CHECK_EQ(CancelIo((HANDLE)server), TRUE);
    CHECK_EQ(routine_ran, 0);
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(routine_ran, 1);
    CHECK_EQ((DWORD)one.overlapped.Internal, NT_CANCELLED);
    closesocket(client);
    closesocket(server);
}

int main(void)
{
    SOCKET client, server;

    check_net_start();
    port = check_port();
    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 1, 0) == port);
    cancel_io(server, client);
    cancel_io_ex(server, client);
    other_threads(server, client);
    exit_with_event(server);
    closesocket(client);
    closesocket(server);
    CHECK_EMPTY(port);
    exit_without_port();
    cancelled_routine();
    CHECK_EQ(CloseHandle(port), TRUE);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
