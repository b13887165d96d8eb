/* The order of routines: among each other and with APCs, nested waits, and those that make each
 * other due again and again.
 * semantics.md: 7.1, 7.4, 7.5, 7.6, 7.8 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static SOCKET client, server, second_client, second_server;
static char order[64];
static HANDLE event;

static void note(char letter)
{
    char text[2] = {letter, 0};
    strcat(order, text);
}

static const char *taken(void)
{
    static char copy[sizeof order];
    strcpy(copy, order);
    order[0] = 0;
    return copy;
}

static void CALLBACK apc(ULONG_PTR letter)
{
    note((char)letter);
}

/* hEvent is the program's own: the letter. */
static void CALLBACK routine(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    (void)flags;
    note(error || count != 1 ? '?' : (char)(ULONG_PTR)overlapped->hEvent);
}

static void CALLBACK nesting(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    routine(error, count, overlapped, flags);
    note(SleepEx(0, TRUE) == WAIT_IO_COMPLETION ? '(' : '-');
    note(')');
}

/* A send is done at once, and its routine is due then. */
static void send_as(OVERLAPPED *overlapped, char letter, LPWSAOVERLAPPED_COMPLETION_ROUTINE with)
{
    WSABUF description = {1, &letter};
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->hEvent = (HANDLE)(ULONG_PTR)letter;
    if (WSASend(client, &description, 1, NULL, 0, overlapped, with) != 0)
        CHECK(!"the send is done at once");
}

static void receive_as(SOCKET s, OVERLAPPED *overlapped, char letter)
{
    static char room;
    WSABUF description = {1, &room};
    DWORD flags = 0;
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->hEvent = (HANDLE)(ULONG_PTR)letter;
    WSARecv(s, &description, 1, NULL, &flags, overlapped, routine);
}

static void fifo(void)
{
    OVERLAPPED overlapped[3];

    FACT("7.4", "routines and APCs of a thread run in the order in which they became due");
    send_as(&overlapped[0], 'a', routine);
    QueueUserAPC(apc, GetCurrentThread(), 'b');
    send_as(&overlapped[1], 'c', routine);
    QueueUserAPC(apc, GetCurrentThread(), 'd');
    send_as(&overlapped[2], 'e', routine);
    CHECK_STR(taken(), "");
    CHECK_EQ(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    CHECK_STR(taken(), "abcde");
    CHECK_EQ(SleepEx(0, TRUE), 0);

    FACT("7.6", "a wait that is not alertable ends by its event, and leaves the routine due");
    SetEvent(event);
    send_as(&overlapped[0], 'f', routine);
    CHECK_EQ(WSAWaitForMultipleEvents(1, &event, FALSE, HANG_GUARD, FALSE), WSA_WAIT_EVENT_0);
    CHECK_STR(taken(), "");
    CHECK_EQ(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    CHECK_STR(taken(), "f");
}

static void not_alertable(void)
{
    HANDLE port = check_port();
    OVERLAPPED overlapped, pending, *out = NULL;
    DWORD count, flags = 0;
    ULONG_PTR key;

    FACT("7.6", "no wait that is not alertable runs a routine");
    ResetEvent(event);
    send_as(&overlapped, 'a', routine);
    CHECK_EQ(WSAWaitForMultipleEvents(1, &event, FALSE, 0, FALSE), WSA_WAIT_TIMEOUT);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    CHECK_EQ(GetQueuedCompletionStatus(port, &count, &key, &out, 0), FALSE);
    CHECK_EQ(GetLastError(), WAIT_TIMEOUT);
    receive_as(second_server, &pending, 'b');
    CHECK_EQ(WSAGetOverlappedResult(second_server, &pending, &count, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSA_IO_INCOMPLETE);
    CHECK_EQ(send(second_client, "x", 1, 0), 1);
    while (!HasOverlappedIoCompleted(&pending))
        ;
    FACT("7.6", "nor does a wait for the result, or one that needs no waiting");
    CHECK_EQ(WSAGetOverlappedResult(second_server, &pending, &count, TRUE, &flags), TRUE);
    CHECK_EQ(count, 1);
    CHECK_STR(taken(), "");
    /* The second one's routine is queued a moment after its result can be seen. */
    while (strlen(order) < 2 && SleepEx(HANG_GUARD, TRUE) == WAIT_IO_COMPLETION)
        ;
    CHECK_STR(taken(), "ab");
    CHECK_EQ(CloseHandle(port), TRUE);
}

static void nested(void)
{
    OVERLAPPED overlapped[3];

    FACT("7.5, 7.6", "a routine that waits alertably has the next one run inside");
    send_as(&overlapped[0], 'a', nesting);
    QueueUserAPC(apc, GetCurrentThread(), 'b');
    CHECK_EQ(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    CHECK_STR(taken(), "ab()");
    FACT("7.6", "one that has nothing due inside waits in vain, and the outer wait returns 192");
    send_as(&overlapped[0], 'a', nesting);
    CHECK_EQ(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    CHECK_STR(taken(), "a-)");
}

static int rounds;

static void CALLBACK again(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    (void)flags;
    if (error || count != 1)
        rounds = -1000000;
    if (++rounds == 500)
        SetEvent(event);
    if (rounds < 1000)
        send_as(overlapped, 'r', again);
}

static void starvation(void)
{
    static char room[2000];
    OVERLAPPED overlapped, other;
    int before = 0;

    FACT("7.6", "routines that make each other due all run before the wait returns");
    ResetEvent(event);
    send_as(&overlapped, 'r', again);
    send_as(&other, 'o', routine);
    CHECK_EQ(WaitForSingleObjectEx(event, HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(rounds, 1000);
    FACT("7.6", "none of them keeps another from running, and the event comes after them");
    CHECK_STR(taken(), "o");
    CHECK_EQ(WaitForSingleObjectEx(event, HANG_GUARD, TRUE), WAIT_OBJECT_0);
    while (before < 1001) {
        int count = recv(server, room, sizeof room, 0);
        if (count <= 0)
            break;
        before += count;
    }
    CHECK_EQ(CloseHandle(event), TRUE);
}

int main(void)
{
    char room[64];
    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    check_net_start();
    check_net_pair(&client, &server);
    check_net_pair(&second_client, &second_server);
    fifo();
    not_alertable();
    nested();
    while (recv(server, room, sizeof room, 0) == sizeof room)
        ;
    starvation();
    closesocket(client);
    closesocket(server);
    closesocket(second_client);
    closesocket(second_server);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
