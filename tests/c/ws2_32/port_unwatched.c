/* Requests of a port's sockets while no thread waits at the port.
 * semantics.md: 1.1, 1.6, 1.10, 1.14, 4.1, 4.6, 4.9 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

static HANDLE port;
static SOCKET client, server;
static char buffer[8];
static volatile LONG routines;

static void CALLBACK count_call(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    (void)error, (void)count, (void)overlapped, (void)flags;
    InterlockedIncrement(&routines);
}

static void start(OVERLAPPED *overlapped, HANDLE event)
{
    WSABUF description = {2, buffer};
    DWORD flags = 0;
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->hEvent = event;
    CHECK_EQ(WSARecv(server, &description, 1, NULL, &flags, overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
}

static void from_inside(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    OVERLAPPED overlapped;
    DWORD count = UNTOUCHED, flags = UNTOUCHED;

    FACT("1.14", "the event is set though nobody takes packets");
    start(&overlapped, event);
    send(client, "ab", 2, 0);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(overlapped.InternalHigh, 2);
    CHECK_SUCCESS(port, 1, &overlapped, 2);
    FACT("1.6", "the handle is signalled though nobody takes packets");
    start(&overlapped, NULL);
    send(client, "cd", 2, 0);
    CHECK_EQ(WaitForSingleObject((HANDLE)server, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_SUCCESS(port, 1, &overlapped, 2);
    FACT("1.10", "GetOverlappedResult waits though nobody takes packets");
    start(&overlapped, NULL);
    send(client, "ef", 2, 0);
    CHECK_EQ(GetOverlappedResult((HANDLE)server, &overlapped, &count, TRUE), TRUE);
    CHECK_EQ(count, 2);
    CHECK_SUCCESS(port, 1, &overlapped, 2);
    start(&overlapped, event);
    send(client, "gh", 2, 0);
    CHECK_EQ(WSAGetOverlappedResult(server, &overlapped, &count, TRUE, &flags), TRUE);
    CHECK_SUCCESS(port, 1, &overlapped, 2);
    CHECK_EQ(CloseHandle(event), TRUE);
}

static void several_times(void)
{
    OVERLAPPED overlapped[20];
    int index;

    FACT("4.1", "packets gather in the order of the data while nobody asks");
    for (index = 0; index < 20; index++) {
        start(&overlapped[index], NULL);
        send(client, "xy", 2, 0);
        CHECK_EQ(WaitForSingleObject((HANDLE)server, HANG_GUARD), WAIT_OBJECT_0);
    }
    for (index = 0; index < 20; index++)
        CHECK_SUCCESS(port, 1, &overlapped[index], 2);
    CHECK_EMPTY(port);
}

static void routine_from_before(void)
{
    WSABUF description = {2, buffer};
    SOCKET near_end, far_end;
    OVERLAPPED overlapped = {0};
    DWORD flags = 0;

    check_net_pair(&near_end, &far_end);
    FACT("4.1", "a routine from before the association runs though nobody takes packets");
    CHECK_EQ(WSARecv(near_end, &description, 1, NULL, &flags, &overlapped, count_call),
             SOCKET_ERROR);
    CHECK(CreateIoCompletionPort((HANDLE)near_end, port, 2, 0) == port);
    send(far_end, "ij", 2, 0);
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(routines, 1);
    CHECK_EMPTY(port);
    closesocket(near_end);
    closesocket(far_end);
}

struct worker {
    struct check_thread thread;
    HANDLE computing;
    volatile LONG stop;
};

static void compute(void *argument)
{
    struct worker *worker = argument;
    check_take(port, INFINITE);
    SetEvent(worker->computing);
    while (!worker->stop)
        ;
}

static void while_the_worker_computes(void)
{
    static struct worker worker;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    OVERLAPPED overlapped;

    FACT("1.14", "the event is set while the port's only worker computes");
    worker.computing = CreateEventA(NULL, TRUE, FALSE, NULL);
    check_thread_start(&worker.thread, compute, &worker);
    PostQueuedCompletionStatus(port, 0, 9, NULL);
    /* This thread works for the port too, so it has to make room. */
    CHECK_EQ(WaitForSingleObject(worker.computing, HANG_GUARD), WAIT_OBJECT_0);
    start(&overlapped, event);
    send(client, "kl", 2, 0);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    start(&overlapped, event);
    send(client, "mn", 2, 0);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    InterlockedExchange(&worker.stop, 1);
    check_thread_join(&worker.thread);
    CHECK_SUCCESS(port, 1, &overlapped, 2);
    CHECK_SUCCESS(port, 1, &overlapped, 2);
    CHECK_EMPTY(port);
    CHECK_EQ(CloseHandle(worker.computing), TRUE);
    CHECK_EQ(CloseHandle(event), TRUE);
}

static void cancelled_and_closed(void)
{
    OVERLAPPED one, two;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);

    FACT("2", "a reset, a cancellation and a close queue though nobody takes packets");
    start(&one, event);
    CHECK_EQ(CancelIoEx((HANDLE)server, &one), TRUE);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    start(&two, event);
    check_net_reset(client);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ((DWORD)two.Internal, NT_CONNECTION_RESET);
    closesocket(server);
    CHECK_FAILURE(port, 1, &one, ERROR_OPERATION_ABORTED);
    CHECK_FAILURE(port, 1, &two, ERROR_NETNAME_DELETED);
    CHECK_EMPTY(port);
    CHECK_EQ(CloseHandle(event), TRUE);
}

static void polled(void)
{
    OVERLAPPED overlapped;
    FACT("1.1", "HasOverlappedIoCompleted comes true though nobody takes packets");
    start(&overlapped, NULL);
    send(client, "op", 2, 0);
    while (!HasOverlappedIoCompleted(&overlapped))
        ;
    CHECK_EQ(overlapped.InternalHigh, 2);
    CHECK_SUCCESS(port, 1, &overlapped, 2);
}

int main(void)
{
    check_net_start();
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 1, 0) == port);
    polled();
    from_inside();
    several_times();
    routine_from_before();
    while_the_worker_computes();
    polled();
    cancelled_and_closed();
    CHECK_EQ(CloseHandle(port), TRUE);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
