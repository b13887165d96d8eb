/* Winsock's events: many requests with an event each, and what the wait for them answers.
 * semantics.md: 1.6, 1.10, 7.1, 7.4 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

#define MANY WSA_MAXIMUM_WAIT_EVENTS

static WSAEVENT events[MANY + 1];
static OVERLAPPED overlapped[MANY];
static SOCKET clients[MANY], servers[MANY];
static char bytes[MANY];

static DWORD wait_for(DWORD count, BOOL all, DWORD milliseconds)
{
    return WSAWaitForMultipleEvents(count, events, all, milliseconds, FALSE);
}

static void receive(int index)
{
    WSABUF description = {1, &bytes[index]};
    DWORD flags = 0;
    memset(&overlapped[index], 0, sizeof overlapped[index]);
    overlapped[index].hEvent = events[index];
    if (WSARecv(servers[index], &description, 1, NULL, &flags, &overlapped[index], NULL) == 0 ||
        WSAGetLastError() != WSA_IO_PENDING)
        CHECK(!"the receive pends");
}

static int result(int index)
{
    DWORD count = 0, flags = 0;
    return WSAGetOverlappedResult(servers[index], &overlapped[index], &count, FALSE, &flags)
               ? (int)count
               : -1;
}

static void events_themselves(void)
{
    WSAEVENT event = WSACreateEvent();

    FACT("7.3", "WSACreateEvent: reset by hand, and not set");
    CHECK(event != WSA_INVALID_EVENT);
    CHECK_EQ(WSAWaitForMultipleEvents(1, &event, FALSE, 0, FALSE), WSA_WAIT_TIMEOUT);
    CHECK(WSASetEvent(event));
    CHECK_EQ(WSAWaitForMultipleEvents(1, &event, FALSE, 0, FALSE), WSA_WAIT_EVENT_0);
    CHECK_EQ(WSAWaitForMultipleEvents(1, &event, TRUE, 0, FALSE), WSA_WAIT_EVENT_0);
    CHECK(WSAResetEvent(event));
    CHECK_EQ(WSAWaitForMultipleEvents(1, &event, FALSE, 1, FALSE), WSA_WAIT_TIMEOUT);
    CHECK(WSACloseEvent(event));
    FACT("7.3", "one that is closed: 6");
    CHECK(!WSASetEvent(event) && WSAGetLastError() == WSA_INVALID_HANDLE);
    CHECK(!WSAResetEvent(event) && WSAGetLastError() == WSA_INVALID_HANDLE);
    CHECK(!WSACloseEvent(event) && WSAGetLastError() == WSA_INVALID_HANDLE);
    CHECK_EQ(WSAWaitForMultipleEvents(1, &event, FALSE, 0, FALSE), WSA_WAIT_FAILED);
    CHECK_EQ(WSAGetLastError(), WSA_INVALID_HANDLE);
    FACT("7.1", "no events, or more than 64: WSA_WAIT_FAILED with 87, at once");
    CHECK_EQ(wait_for(0, FALSE, WSA_INFINITE), WSA_WAIT_FAILED);
    CHECK_EQ(WSAGetLastError(), WSA_INVALID_PARAMETER);
    CHECK_EQ(wait_for(MANY + 1, FALSE, WSA_INFINITE), WSA_WAIT_FAILED);
    CHECK_EQ(WSAGetLastError(), WSA_INVALID_PARAMETER);
}

static void lowest_first(void)
{
    int index, turn;

    FACT("7.1", "of 64 requests the lowest that is done is told, until its event is reset");
    for (index = 0; index < MANY; index++)
        receive(index);
    CHECK_EQ(wait_for(MANY, FALSE, 0), WSA_WAIT_TIMEOUT);
    CHECK_EQ(send(clients[63], "z", 1, 0), 1);
    CHECK_EQ(wait_for(MANY, FALSE, HANG_GUARD), WSA_WAIT_EVENT_0 + 63);
    CHECK_EQ(send(clients[17], "q", 1, 0), 1);
    CHECK_EQ(WaitForSingleObject(events[17], HANG_GUARD), WAIT_OBJECT_0);
    for (turn = 0; turn < 3; turn++)
        CHECK_EQ(wait_for(MANY, FALSE, HANG_GUARD), WSA_WAIT_EVENT_0 + 17);
    FACT("1.10", "the event is reset before the result is asked for, as servers do");
    CHECK(WSAResetEvent(events[17]));
    CHECK_EQ(result(17), 1);
    CHECK_EQ(bytes[17], 'q');
    CHECK_EQ(wait_for(MANY, FALSE, HANG_GUARD), WSA_WAIT_EVENT_0 + 63);
    FACT("1.6", "starting the next request resets the event too");
    receive(63);
    CHECK_EQ(wait_for(MANY, FALSE, 0), WSA_WAIT_TIMEOUT);
    receive(17);
}

static void CALLBACK nothing(ULONG_PTR unused)
{
    (void)unused;
}

static void all_of_them(void)
{
    int index, right = 0;

    FACT("7.1", "a wait for all ends with the last");
    for (index = 1; index < MANY; index++)
        send(clients[index], "x", 1, 0);
    for (index = 1; index < MANY; index++)
        WaitForSingleObject(events[index], HANG_GUARD);
    CHECK_EQ(wait_for(MANY, TRUE, 0), WSA_WAIT_TIMEOUT);
    FACT("7.4", "an APC ends a wait for all, if it is alertable");
    CHECK(QueueUserAPC(nothing, GetCurrentThread(), 0) != 0);
    CHECK_EQ(wait_for(MANY, TRUE, 0), WSA_WAIT_TIMEOUT);
    CHECK_EQ(WSAWaitForMultipleEvents(MANY, events, TRUE, WSA_INFINITE, TRUE),
             WSA_WAIT_IO_COMPLETION);
    send(clients[0], "x", 1, 0);
    CHECK_EQ(wait_for(MANY, TRUE, HANG_GUARD), WSA_WAIT_EVENT_0);
    for (index = 0; index < MANY; index++)
        right += result(index) == 1 && bytes[index] == 'x';
    CHECK_EQ(right, MANY);
}

static void shared(void)
{
    DWORD count = 0, flags = 0;

    FACT("1.6", "one event for two requests: each end sets it, each start resets it");
    WSAResetEvent(events[0]);
    receive(0);
    events[1] = events[0];
    receive(1);
    send(clients[1], "b", 1, 0);
    CHECK_EQ(wait_for(1, FALSE, HANG_GUARD), WSA_WAIT_EVENT_0);
    CHECK_EQ(result(1), 1);
    CHECK_EQ(result(0), -1);
    CHECK_EQ(WSAGetLastError(), WSA_IO_INCOMPLETE);
    CHECK(WSAResetEvent(events[0]));
    FACT("1.10", "a wait for the result ends when the request does");
    send(clients[0], "a", 1, 0);
    CHECK(WSAGetOverlappedResult(servers[0], &overlapped[0], &count, TRUE, &flags) && count == 1);
}

int main(void)
{
    WSAEVENT first;
    int index;

    check_net_start();
    events_themselves();
    for (index = 0; index < MANY; index++) {
        events[index] = WSACreateEvent();
        check_net_pair(&clients[index], &servers[index]);
    }
    first = events[1];
    lowest_first();
    all_of_them();
    shared();
    events[1] = first;
    for (index = 0; index < MANY; index++) {
        closesocket(clients[index]);
        closesocket(servers[index]);
        WSACloseEvent(events[index]);
    }
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
