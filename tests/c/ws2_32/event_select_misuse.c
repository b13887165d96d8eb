// WSAEventSelect: events and sockets that are closed while they are selected (semantics 8.1, 6.2).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_events.h"

#define PAIRS 32

static SOCKET client[PAIRS], server[PAIRS];
static volatile LONG next_victim;

static DWORD CALLBACK send_to_all(void *unused)
{
    (void)unused;
    for (int i = 0; i < PAIRS; i++)
        send(client[i], "x", 1, 0);
    return 0;
}

static DWORD CALLBACK close_half(void *unused)
{
    LONG victim;
    (void)unused;
    while ((victim = InterlockedIncrement(&next_victim) - 1) < PAIRS / 2)
        closesocket(server[victim]);
    return 0;
}

static void event_closed(void)
{
    SOCKET a, b, c, d;
    HANDLE event = WSACreateEvent();
    char byte;

    FACT("8.1", "an event closed while it is selected: the socket works on, others are told");
    check_net_pair(&a, &b);
    check_net_pair(&c, &d);
    CHECK_EQ(WSAEventSelect(b, event, FD_READ | FD_CLOSE), 0);
    events_select(d, FD_READ);
    CHECK(WSACloseEvent(event));
    CHECK_EQ(send(a, "1", 1, 0), 1);
    CHECK_EQ(send(c, "2", 1, 0), 1);
    TELLS(d, FD_READ, 0, "another socket");
    CHECK_EQ(events_receive(b, &byte, 1), 1);
    CHECK_EQ(byte, '1');
    CHECK_EQ(send(b, "3", 1, 0), 1);
    CHECK_EQ(recv(a, &byte, 1, 0), 1);
    closesocket(a);
    closesocket(b);

    FACT("8.1", "a socket that was selected for a closed event is selected for another");
    check_net_pair(&a, &b);
    event = WSACreateEvent();
    CHECK_EQ(WSAEventSelect(b, event, FD_READ), 0);
    CHECK(WSACloseEvent(event));
    CHECK_EQ(send(a, "1", 1, 0), 1);
    events_select(b, FD_READ);
    TELLS(b, FD_READ, 0, "selected for another event");
    closesocket(a);
    closesocket(b);
    closesocket(c);
    closesocket(d);
}

static void sockets_closed(void)
{
    HANDLE threads[3];
    WSANETWORKEVENTS told;
    int told_of_data = 0;

    FACT("6.2", "sockets that are closed while data comes: the others are told all the same");
    for (int i = 0; i < PAIRS; i++) {
        check_net_pair(&client[i], &server[i]);
        CHECK_NET_NEEDS(WSAEventSelect(server[i], events_event, FD_READ | FD_CLOSE) == 0);
    }
    threads[0] = CreateThread(NULL, 0, send_to_all, NULL, 0, NULL);
    threads[1] = CreateThread(NULL, 0, close_half, NULL, 0, NULL);
    threads[2] = CreateThread(NULL, 0, close_half, NULL, 0, NULL);
    WaitForMultipleObjects(3, threads, TRUE, INFINITE);
    events_settle();
    CHECK_EQ(WaitForSingleObject(events_event, EVENTS_PATIENCE), WAIT_OBJECT_0);
    for (int i = PAIRS / 2; i < PAIRS; i++) {
        CHECK_NET_NEEDS(WSAEnumNetworkEvents(server[i], NULL, &told) == 0);
        told_of_data += told.lNetworkEvents == FD_READ;
    }
    CHECK_EQ(told_of_data, PAIRS / 2);
    CHECK_EQ(WSAEnumNetworkEvents(server[0], NULL, &told), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);

    FACT("8.1", "a closed socket cannot be selected");
    CHECK_EQ(WSAEventSelect(server[0], events_event, FD_READ), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    for (int i = 0; i < PAIRS; i++) {
        closesocket(client[i]);
        if (i >= PAIRS / 2)
            closesocket(server[i]);
    }
    for (int i = 0; i < 3; i++)
        CloseHandle(threads[i]);
}

int main(void)
{
    events_start();
    event_closed();
    sockets_closed();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
