/* Completion routines that close their socket, start their OVERLAPPED again or end their thread;
 * OVERLAPPEDs that nothing was started with.
 * semantics.md: 1.7, 1.8, 1.10, 1.12, 1.14, 6.1, 6.6, 7.5, 7.6 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

static SOCKET client, server;
static char room[8];

struct end {
    DWORD error, count;
    OVERLAPPED *overlapped;
};
static struct end ends[16];
static volatile LONG ended;

static void CALLBACK note(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    struct end *end = &ends[InterlockedIncrement(&ended) - 1];
    (void)flags;
    end->error = error;
    end->count = count;
    end->overlapped = overlapped;
}

static int receive(OVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE with)
{
    WSABUF description = {1, room};
    DWORD flags = 0;
    if (WSARecv(server, &description, 1, NULL, &flags, overlapped, with) == 0)
        return 0;
    return WSAGetLastError();
}

static void wait_for(LONG count)
{
    while (ended < count && SleepEx(HANG_GUARD, TRUE) == WAIT_IO_COMPLETION)
        ;
    CHECK_EQ(ended, count);
}

static void connect_anew(void)
{
    check_net_pair(&client, &server);
    ended = 0;
}

static void CALLBACK close_it(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    note(error, count, overlapped, flags);
    CHECK_EQ(closesocket(server), 0);
}

static void closed_in_its_routine(void)
{
    OVERLAPPED overlapped[4];
    int index, aborted = 0;
    char byte;

    connect_anew();
    memset(overlapped, 0, sizeof overlapped);
    FACT("6.1", "a socket closed in its own routine: the other requests' routines run");
    CHECK_EQ(receive(&overlapped[0], close_it), WSA_IO_PENDING);
    for (index = 1; index < 4; index++)
        CHECK_EQ(receive(&overlapped[index], note), WSA_IO_PENDING);
    CHECK_EQ(send(client, "x", 1, 0), 1);
    wait_for(4);
    CHECK(ends[0].error == 0 && ends[0].count == 1 && ends[0].overlapped == &overlapped[0]);
    for (index = 1; index < 4; index++)
        aborted += ends[index].error == WSAECONNABORTED && ends[index].count == 0 &&
                   (DWORD)overlapped[index].Internal == NT_CONNECTION_ABORTED;
    CHECK_EQ(aborted, 3);
    CHECK_EQ(receive(&overlapped[0], note), WSAENOTSOCK);
    FACT("6.1", "its peer sees the end");
    CHECK_EQ(recv(client, &byte, 1, 0), 0);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(SleepEx(0, TRUE), 0);
}

static void CALLBACK start_again(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    note(error, count, overlapped, flags);
    if (ended < 8)
        receive(overlapped, start_again);
}

static void started_again(void)
{
    WSABUF description = {1, "a"};
    OVERLAPPED overlapped = {0};
    DWORD count;
    int index, right = 0;

    connect_anew();
    FACT("7.6", "a routine starts its own OVERLAPPED again: it is free by then");
    CHECK_EQ(receive(&overlapped, start_again), WSA_IO_PENDING);
    CHECK_EQ(send(client, "12345678", 8, 0), 8);
    wait_for(8);
    for (index = 0; index < 8; index++)
        right += ends[index].error == 0 && ends[index].count == 1;
    CHECK_EQ(right, 8);
    FACT("1.13", "an OVERLAPPED started again while it is pending: both requests end");
    CHECK_EQ(receive(&overlapped, note), WSA_IO_PENDING);
    CHECK_EQ(receive(&overlapped, note), WSA_IO_PENDING);
    CHECK_EQ(send(client, "90", 2, 0), 2);
    wait_for(10);
    CHECK(ends[8].overlapped == &overlapped && ends[9].overlapped == &overlapped);
    FACT("1.14", "without an OVERLAPPED a routine means nothing");
    CHECK_EQ(WSASend(client, &description, 1, &count, 0, NULL, note), 0);
    CHECK(ended == 10 && SleepEx(0, TRUE) == 0);
    closesocket(client);
    closesocket(server);
}

static void events(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    OVERLAPPED overlapped = {0};

    connect_anew();
    FACT("1.7", "the low bit of hEvent, without a port: the event is set");
    overlapped.hEvent = (HANDLE)((ULONG_PTR)event | 1);
    CHECK_EQ(receive(&overlapped, NULL), WSA_IO_PENDING);
    CHECK_EQ(send(client, "x", 1, 0), 1);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(overlapped.InternalHigh, 1);
    FACT("1.8", "with a routine its event is neither reset nor set");
    overlapped.hEvent = event;
    CHECK_EQ(receive(&overlapped, note), WSA_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    CHECK(ResetEvent(event));
    CHECK_EQ(send(client, "x", 1, 0), 1);
    wait_for(1);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    FACT("1.6", "hEvent is a handle of nothing, or of no event: 6, and nothing is started");
    CHECK_EQ(CloseHandle(event), TRUE);
    CHECK_EQ(receive(&overlapped, NULL), WSA_INVALID_HANDLE);
    event = CreateSemaphoreA(NULL, 0, 1, NULL);
    overlapped.hEvent = event;
    CHECK_EQ(receive(&overlapped, NULL), WSA_INVALID_HANDLE);
    CHECK_EQ(CloseHandle(event), TRUE);
    overlapped.hEvent = NULL;
    CHECK_EQ(send(client, "y", 1, 0), 1);
    CHECK_EQ(recv(server, room, 1, 0), 1);
    CHECK_EQ(room[0], 'y');
    closesocket(client);
    closesocket(server);
}

static void never_started(void)
{
    OVERLAPPED overlapped = {0};
    DWORD count = UNTOUCHED, flags = UNTOUCHED;

    connect_anew();
    FACT("1.10", "the result of an OVERLAPPED that was never started is what stands there");
    CHECK_EQ(WSAGetOverlappedResult(server, &overlapped, &count, TRUE, &flags), TRUE);
    CHECK_EQ(count, 0);
    CHECK_EQ(flags, 0);
    overlapped.Internal = NT_CONNECTION_RESET;
    CHECK_EQ(WSAGetOverlappedResult(server, &overlapped, &count, TRUE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    overlapped.Internal = STATUS_PENDING;
    CHECK_EQ(WSAGetOverlappedResult(server, &overlapped, &count, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSA_IO_INCOMPLETE);
    CHECK_EQ(CancelIoEx((HANDLE)server, &overlapped), FALSE);
    CHECK_EQ(GetLastError(), ERROR_NOT_FOUND);
    closesocket(client);
    closesocket(server);
}

static OVERLAPPED of_thread[3];

static void CALLBACK end_thread(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    note(error, count, overlapped, flags);
    ExitThread(7);
}

static void send_three(LPWSAOVERLAPPED_COMPLETION_ROUTINE first)
{
    WSABUF description = {1, "x"};
    int index;
    memset(of_thread, 0, sizeof of_thread);
    for (index = 0; index < 3; index++)
        WSASend(client, &description, 1, NULL, 0, &of_thread[index], index ? note : first);
}

static void leave_them_due(void *unused)
{
    (void)unused;
    send_three(note);
}

static void end_in_the_first(void *unused)
{
    (void)unused;
    send_three(end_thread);
    SleepEx(INFINITE, TRUE);
    note(1, 1, NULL, 0);
}

static void end_in_a_blocking_call(void *unused)
{
    char byte;
    (void)unused;
    send_three(end_thread);
    recv(client, &byte, 1, 0);
    note(1, 1, NULL, 0);
}

static void thread_ends(void (*how)(void *), LONG count)
{
    static struct check_thread thread;
    int index, done = 0;
    ended = 0;
    check_thread_start(&thread, how, NULL);
    check_thread_join(&thread);
    CHECK_EQ(SleepEx(0, TRUE), 0);
    CHECK_EQ(ended, count);
    for (index = 0; index < 3; index++)
        done += of_thread[index].Internal == 0 && of_thread[index].InternalHigh == 1;
    CHECK_EQ(done, 3);
}

static void thread_exit(void)
{
    connect_anew();
    FACT("7.5", "routines that are due when their thread ends never run; the results stand");
    thread_ends(leave_them_due, 0);
    FACT("7.5", "a routine ends its thread: what is due behind it never runs");
    thread_ends(end_in_the_first, 1);
    FACT("7.5", "inside a blocking call too, and the socket goes on");
    thread_ends(end_in_a_blocking_call, 1);
    CHECK_EQ(send(server, "z", 1, 0), 1);
    CHECK_EQ(recv(client, room, 1, 0), 1);
    CHECK_EQ(room[0], 'z');
    FACT("6.1", "and closing it is seen by its peer: nothing of the thread's call holds it");
    closesocket(client);
    while (recv(server, room, sizeof room, 0) > 0)
        ;
    CHECK_EQ(recv(server, room, 1, 0), 0);
    closesocket(server);
}

int main(void)
{
    check_net_start();
    closed_in_its_routine();
    started_again();
    events();
    never_started();
    thread_exit();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
