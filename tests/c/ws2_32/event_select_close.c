// WSAEventSelect: FD_CLOSE (semantics 8.9).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_events.h"

#define ALL (FD_ACCEPT | FD_CLOSE | FD_CONNECT | FD_OOB | FD_READ)

static void closed(void)
{
    SOCKET client, server;
    char buffer[16];

    FACT("8.9", "the peer closes: FD_CLOSE once");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    closesocket(client);
    TELLS(server, FD_CLOSE, 0, "closed");
    NOTHING(server, "it has been told");

    FACT("8.9", "a new selection posts it again, and sets no event");
    events_select(server, ALL);
    TELLS(server, BY_MODE(0, FD_CLOSE), 0, "selected again");
    events_select(server, 0);
    events_select(server, ALL);
    TELLS(server, BY_MODE(0, FD_CLOSE), 0, "selected again after nothing was");
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 0);
    NOTHING(server, "a receive re-enables nothing");
    closesocket(server);

    FACT("8.9", "closed, then selected");
    check_net_pair(&client, &server);
    closesocket(client);
    events_select(server, ALL);
    TELLS(server, FD_CLOSE, 0, "closed before");
    closesocket(server);

    FACT("8.9", "FD_CLOSE is selected after it has happened");
    check_net_pair(&client, &server);
    events_select(server, ALL & ~FD_CLOSE);
    closesocket(client);
    NOTHING(server, "without FD_CLOSE");
    events_select(server, ALL);
    TELLS(server, FD_CLOSE, 0, "with FD_CLOSE");
    closesocket(server);
}

static void shut_down(void)
{
    SOCKET client, server;

    FACT("8.9", "the peer's shutdown of sending is FD_CLOSE, its close after that is nothing");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    TELLS(server, FD_CLOSE, 0, "SD_SEND");
    closesocket(client);
    NOTHING(server, "closed after SD_SEND");
    closesocket(server);

    FACT("8.9", "no other shutdown is");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    CHECK_EQ(shutdown(client, SD_RECEIVE), 0);
    CHECK_EQ(shutdown(server, SD_BOTH), 0);
    NOTHING(server, "the peer's SD_RECEIVE and its own SD_BOTH");
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    TELLS(server, FD_CLOSE, 0, "the peer's SD_SEND after its own SD_BOTH");
    closesocket(client);
    closesocket(server);
}

static DWORD WINAPI close_it(LPVOID socket)
{
    closesocket((SOCKET)socket);
    return 0;
}

/* All that has been told of the socket since it was last asked. */
static long told_of(SOCKET s)
{
#if EVENTS_BY_MESSAGE
    long all = 0, one;
    while ((one = events_next_message(s, 0)) != 0)
        all |= WSAGETSELECTEVENT(one);
    return all;
#else
    WSANETWORKEVENTS told;
    CHECK_NET_NEEDS(WSAEnumNetworkEvents(s, events_event, &told) == 0);
    return told.lNetworkEvents;
#endif
}

static void looked_for(void)
{
    SOCKET client, server;
    HANDLE closes;
    long told = 0;

    FACT("8.9", "the end alone is no FD_READ, however often it is looked for while it comes");
    for (int round = 0; round < 50; round++) {
        check_net_pair(&client, &server);
        events_select(server, ALL);
        closes = CreateThread(NULL, 0, close_it, (LPVOID)client, 0, NULL);
        CHECK_NET_NEEDS(closes != NULL);
        while (WaitForSingleObject(closes, 0) == WAIT_TIMEOUT)
            events_select(server, ALL);
        CloseHandle(closes);
        events_settle();
        told |= told_of(server);
        closesocket(server);
    }
    CHECK_EQ(told, FD_CLOSE);
}

static void with_data(void)
{
    SOCKET client, server;
    char buffer[16];

    FACT("8.9", "FD_CLOSE comes at once, while data is unread");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    CHECK_EQ(send(client, "12345", 5, 0), 5);
    TELLS(server, FD_READ, 0, "data before the end");
    closesocket(client);
    TELLS(server, FD_CLOSE, 0, "closed with data unread");
    CHECK_EQ(recv(server, buffer, 3, 0), 3);
    TELLS(server, FD_READ, 0, "data is left after the end");
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 2);
    NOTHING(server, "all is received after the end");
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 0);
    NOTHING(server, "the end is received");
    closesocket(server);

    FACT("8.9", "both in one selection: FD_READ first");
    check_net_pair(&client, &server);
    CHECK_EQ(send(client, "12345", 5, 0), 5);
    closesocket(client);
    events_select(server, ALL);
    TELLS(server, FD_READ, FD_CLOSE, "data and the end before the selection");
    closesocket(server);
}

static void reset(void)
{
    SOCKET client, server;
    char reset_seen[16];

    FACT("8.9", "a reset is FD_CLOSE with WSAECONNABORTED");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    check_net_reset(client);
    TELLS(server, EVENT(FD_CLOSE, WSAECONNABORTED), 0, "reset");
    NOTHING(server, "it has been told");
    events_select(server, ALL);
    TELLS(server, BY_MODE(0, EVENT(FD_CLOSE, WSAECONNABORTED)), 0, "reset, selected again");
    events_select(server, 0);
    events_select(server, ALL);
    TELLS(server, BY_MODE(0, EVENT(FD_CLOSE, WSAECONNABORTED)), 0,
          "reset, selected again after nothing was");
    CHECK_EQ(recv(server, reset_seen, sizeof reset_seen, 0), SOCKET_ERROR);
    int code_of_reset = WSAGetLastError();
    CHECK_EQ(code_of_reset, WSAECONNRESET);
    NOTHING(server, "a receive after the reset re-enables nothing");
    closesocket(server);

    FACT("8.9", "a reset that a receive has seen, then selected");
    check_net_pair(&client, &server);
    check_net_reset(client);
    CHECK_EQ(recv(server, reset_seen, sizeof reset_seen, 0), SOCKET_ERROR);
    events_select(server, ALL);
    TELLS(server, EVENT(FD_CLOSE, WSAECONNABORTED), 0, "the reset was received");
    closesocket(server);
}

static void own_close(void)
{
    SOCKET client, server;

    FACT("6.2", "closesocket tells its own side nothing");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    closesocket(server);
    events_settle();
#if EVENTS_BY_MESSAGE
    CHECK_EQ(events_next_message(server, 0), 0);
#else
    CHECK_EQ(WaitForSingleObject(events_event, 0), WAIT_TIMEOUT);
#endif
    closesocket(client);

    FACT("6.2", "CloseHandle tells a window, and sets no event");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    CHECK(CloseHandle((HANDLE)server));
    events_settle();
#if EVENTS_BY_MESSAGE
    CHECK_EQ(events_next_message(server, EVENTS_PATIENCE), FD_CLOSE);
#else
    CHECK_EQ(WaitForSingleObject(events_event, 0), WAIT_TIMEOUT);
#endif
    closesocket(client);
}

int main(void)
{
    events_start();
    closed();
    shut_down();
    looked_for();
    with_data();
    reset();
    own_close();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
