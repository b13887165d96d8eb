// WSAEventSelect: FD_READ, FD_WRITE and FD_OOB (semantics 8.3, 8.4, 8.5, 8.8, 5.11).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_events.h"

#define ALL (FD_ACCEPT | FD_CLOSE | FD_CONNECT | FD_OOB | FD_READ)

static void reading(void)
{
    SOCKET client, server;
    char buffer[64];

    FACT("8.3", "FD_READ is told once");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    NOTHING(server, "no data");
    CHECK_EQ(send(client, "12345", 5, 0), 5);
    TELLS(server, FD_READ, 0, "data");
    NOTHING(server, "it has been told");

    FACT("8.4", "a new selection posts what is so; it sets no event for what was reported");
    events_select(server, ALL);
    TELLS(server, BY_MODE(0, FD_READ), 0, "selected again");
    events_select(server, 0);
    events_select(server, ALL);
    TELLS(server, BY_MODE(0, FD_READ), 0, "selected again after nothing was");

    FACT("8.5", "more data sets the event again and posts nothing");
    CHECK_EQ(send(client, "67890", 5, 0), 5);
    TELLS(server, BY_MODE(FD_READ, 0), 0, "more data");

    FACT("8.3", "a receive re-enables, and what is left is told again");
    CHECK_EQ(recv(server, buffer, 2, 0), 2);
    TELLS(server, FD_READ, 0, "data is left");
    CHECK_EQ(recv(server, buffer, -1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    TELLS(server, BY_MODE(0, FD_READ), 0, "after a receive that failed");
    CHECK_EQ(recv(server, buffer, 1, MSG_PEEK), 1);
    TELLS(server, FD_READ, 0, "after a peek");
    for (int left = 7; left >= 0; left--) {
        CHECK_EQ(events_receive(server, buffer, 1), 1);
        TELLS(server, left ? FD_READ : 0, 0, "after an overlapped receive");
    }
    CHECK_EQ(recv(server, buffer, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    NOTHING(server, "after a receive of nothing");
    CHECK_EQ(send(client, "1", 1, 0), 1);
    TELLS(server, FD_READ, 0, "and then data");
    closesocket(server);
    closesocket(client);
}

static void not_selected(void)
{
    SOCKET client, server;
    char buffer[64];
    fd_set readable;

    FACT("8.4", "data that came while nothing was selected is remembered");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    events_select(server, 0);
    CHECK_EQ(send(client, "data", 4, 0), 4);
    events_select(server, ALL);
    TELLS(server, FD_READ, 0, "selected after the data");
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 4);

    FACT("8.4", "unless it was received in between");
    events_select(server, 0);
    CHECK_EQ(send(client, "data", 4, 0), 4);
    CHECK_EQ(events_receive(server, buffer, sizeof buffer), 4);
    events_select(server, ALL);
    NOTHING(server, "received before it was selected");

    FACT("8.10", "what is not selected stays recorded");
    events_select(server, 0);
    CHECK_EQ(send(client, "data", 4, 0), 4);
    NOTHING(server, "nothing is selected");
    events_select(server, ALL | FD_WRITE);
    TELLS(server, FD_READ, FD_WRITE, "selected after that");

    FACT("8.11", "select consumes nothing");
    CHECK_EQ(recv(server, buffer, 1, 0), 1);
#if !EVENTS_BY_MESSAGE
    CHECK_EQ(WaitForSingleObject(events_event, EVENTS_PATIENCE), WAIT_OBJECT_0);
#endif
    FD_ZERO(&readable);
    FD_SET(server, &readable);
    CHECK_EQ(select(0, &readable, NULL, NULL, NULL), 1);
#if !EVENTS_BY_MESSAGE
    CHECK_EQ(WaitForSingleObject(events_event, 0), WAIT_OBJECT_0);
#endif
    TELLS(server, FD_READ, 0, "after select");
    closesocket(server);
    closesocket(client);
}

static void absorbed(void)
{
    SOCKET client, server;
    OVERLAPPED overlapped;
    char byte;
    WSABUF range = {1, &byte};
    DWORD flags = 0, count;

    FACT("5.11", "data that a pending WSARecv takes is no FD_READ");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = WSACreateEvent();
    CHECK_EQ(WSARecv(server, &range, 1, NULL, &flags, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(send(client, "a", 1, 0), 1);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, EVENTS_PATIENCE), WAIT_OBJECT_0);
    CHECK(WSAGetOverlappedResult(server, &overlapped, &count, FALSE, &flags) && count == 1);
    NOTHING(server, "WSARecv took it");
    CHECK_EQ(send(client, "b", 1, 0), 1);
    TELLS(server, FD_READ, 0, "the next byte");
    WSACloseEvent(overlapped.hEvent);
    closesocket(server);
    closesocket(client);
}

static void writing(void)
{
    enum { LARGE = 1 << 20 };
    char *buffer = calloc(LARGE, 1);
    u_long on = 1;
    long sent = 0, received = 0;
    SOCKET client, server;

    FACT("8.3", "FD_WRITE is told once");
    check_net_pair(&client, &server);
    CHECK_EQ(ioctlsocket(client, FIONBIO, &on), 0);
    events_select(server, ALL | FD_WRITE);
    TELLS(server, FD_WRITE, 0, "connected");
    NOTHING(server, "it has been told");
    events_select(server, ALL | FD_WRITE);
    TELLS(server, BY_MODE(0, FD_WRITE), 0, "selected again");
    events_select(server, 0);
    events_select(server, ALL | FD_WRITE);
    TELLS(server, BY_MODE(0, FD_WRITE), 0, "selected again after nothing was");
    CHECK_EQ(send(server, "data", 4, 0), 4);
    NOTHING(server, "a send that succeeds changes nothing");
    CHECK_EQ(events_receive(client, buffer, LARGE), 4);
    NOTHING(server, "nor does its arrival");

    FACT("8.3", "after a send that would block FD_WRITE tells that there is room again");
    for (int count; (count = send(server, buffer, LARGE, 0)) > 0;)
        sent += count;
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    while (received < sent)
        received += events_receive(client, buffer, LARGE);
    CHECK(received == sent);
    TELLS(server, FD_WRITE, 0, "room again");
    NOTHING(server, "told once more");
    events_select(server, 0);
    events_select(server, ALL | FD_WRITE);
    TELLS(server, BY_MODE(0, FD_WRITE), 0, "selected again after that");
    closesocket(server);
    closesocket(client);

    FACT("8.4", "FD_WRITE is selected after FD_READ");
    check_net_pair(&client, &server);
    CHECK_EQ(send(client, "data", 4, 0), 4);
    events_select(client, FD_ACCEPT | FD_CONNECT | FD_OOB | FD_READ);
    TELLS(client, BY_MODE(FD_CONNECT, 0), 0, "without FD_WRITE");
    events_select(client, FD_ACCEPT | FD_CONNECT | FD_OOB | FD_READ | FD_WRITE);
    TELLS(client, FD_WRITE, 0, "with FD_WRITE");
    closesocket(server);
    closesocket(client);

    FACT("8.8", "a send does not take an FD_WRITE back");
    check_net_pair(&client, &server);
    events_select(server, ALL | FD_WRITE);
    CHECK_EQ(send(server, "data", 4, 0), 4);
    TELLS(server, FD_WRITE, 0, "sent before it was asked for");
    closesocket(server);
    closesocket(client);
    free(buffer);
}

static void urgent(void)
{
    SOCKET client, server;
    char byte;
    int on = 1;

    FACT("8.3", "FD_OOB is told once, and not as FD_READ");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    NOTHING(server, "no urgent data");
    CHECK_EQ(send(client, "a", 1, MSG_OOB), 1);
    TELLS(server, FD_OOB, 0, "urgent data");
    NOTHING(server, "it has been told");
    events_select(server, ALL);
    TELLS(server, BY_MODE(0, FD_OOB), 0, "selected again");
    events_select(server, 0);
    events_select(server, ALL);
    TELLS(server, BY_MODE(0, FD_OOB), 0, "selected again after nothing was");
    CHECK_EQ(recv(server, &byte, 1, MSG_OOB), 1);
    NOTHING(server, "urgent data has been received");

    FACT("8.4", "urgent data that came while nothing was selected is remembered");
    events_select(server, 0);
    CHECK_EQ(send(client, "b", 1, MSG_OOB), 1);
    events_select(server, ALL);
    TELLS(server, FD_OOB, 0, "selected after the urgent data");

    FACT("8.5", "more urgent data sets the event again and posts nothing");
    CHECK_EQ(send(client, "c", 1, MSG_OOB), 1);
    TELLS(server, BY_MODE(FD_OOB, 0), 0, "more urgent data");
    CHECK_EQ(recv(server, &byte, 1, MSG_OOB), 1);
    closesocket(server);
    closesocket(client);

    FACT("9.5", "urgent data that is received in line is FD_READ");
    check_net_pair(&client, &server);
    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_OOBINLINE, (char *)&on, sizeof on), 0);
    events_select(server, ALL);
    CHECK_EQ(send(client, "d", 1, MSG_OOB), 1);
    TELLS(server, FD_READ, 0, "urgent data in line");
    closesocket(server);
    closesocket(client);
}

int main(void)
{
    events_start();
    reading();
    not_selected();
    absorbed();
    writing();
    urgent();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
