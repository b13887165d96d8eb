// WSAEventSelect: FD_ACCEPT, and what an accepted socket inherits (semantics 8.3 to 8.6).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_events.h"

#define OTHERS (FD_CONNECT | FD_READ | FD_OOB)

static void reported_and_re_enabled(void)
{
    struct sockaddr_in address;
    SOCKET listener, client, second, server;

    listener = check_net_socket();
    events_select(listener, OTHERS | FD_ACCEPT);
    address = check_net_loopback(0);
    CHECK_EQ(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    int length = sizeof address;
    CHECK_EQ(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    CHECK_EQ(listen(listener, 5), 0);
    NOTHING(listener, "a listener without connections");

    FACT("8.3", "FD_ACCEPT is told once");
    client = events_connect(&address);
    TELLS(listener, FD_ACCEPT, 0, "a connection waits");
    NOTHING(listener, "it has been told");

    FACT("8.4", "a new selection posts what is so; it sets no event for what was reported");
    events_select(listener, OTHERS | FD_ACCEPT);
    TELLS(listener, BY_MODE(0, FD_ACCEPT), 0, "selected again");
    events_select(listener, 0);
    events_select(listener, OTHERS | FD_ACCEPT);
    TELLS(listener, BY_MODE(0, FD_ACCEPT), 0, "selected again after nothing was");

    FACT("8.5", "another connection sets the event again and posts nothing");
    second = events_connect(&address);
    TELLS(listener, BY_MODE(FD_ACCEPT, 0), 0, "a second connection");

    FACT("8.3", "accept re-enables; while connections wait they are told again");
    server = accept(listener, NULL, NULL);
    CHECK(server != INVALID_SOCKET);
    closesocket(server);
    TELLS(listener, FD_ACCEPT, 0, "one is left");
    server = accept(listener, NULL, NULL);
    CHECK(server != INVALID_SOCKET);
    closesocket(server);
    NOTHING(listener, "none is left");
    closesocket(client);
    closesocket(second);
    client = events_connect(&address);
    TELLS(listener, FD_ACCEPT, 0, "a later connection");
    server = accept(listener, NULL, NULL);
    closesocket(server);
    closesocket(client);
    NOTHING(listener, "it has been accepted");
    closesocket(listener);
}

static void not_selected(void)
{
    struct sockaddr_in address;
    SOCKET client, server, listener = events_listener(&address);

    FACT("8.4", "what happened before the selection is told at once");
    client = events_connect(&address);
    events_select(listener, OTHERS | FD_ACCEPT);
    TELLS(listener, FD_ACCEPT, 0, "connected, then selected");
    server = accept(listener, NULL, NULL);
    closesocket(server);
    closesocket(client);

    FACT("8.4", "what happened while it was not selected is remembered");
    events_select(listener, OTHERS);
    client = events_connect(&address);
    NOTHING(listener, "not selected");
    events_select(listener, OTHERS | FD_ACCEPT);
    TELLS(listener, FD_ACCEPT, 0, "selected later");
    server = accept(listener, NULL, NULL);
    closesocket(server);
    closesocket(client);

    FACT("8.4", "unless it was consumed in between");
    events_select(listener, OTHERS);
    client = events_connect(&address);
    events_settle();
    server = accept(listener, NULL, NULL);
    CHECK(server != INVALID_SOCKET);
    events_select(listener, OTHERS | FD_ACCEPT);
    NOTHING(listener, "accepted before it was selected");
    closesocket(server);
    closesocket(client);
    closesocket(listener);
}

#if !EVENTS_BY_MESSAGE
/* What is recorded outlives a selection that does not ask for it. */
static void recorded(void)
{
    struct sockaddr_in address;
    SOCKET client, server, listener = events_listener(&address);

    FACT("8.4", "a selection neither sets nor resets the event for what it does not ask for");
    events_select(listener, OTHERS | FD_ACCEPT);
    client = events_connect(&address);
    CHECK_EQ(WaitForSingleObject(events_event, EVENTS_PATIENCE), WAIT_OBJECT_0);
    events_select(listener, OTHERS);
    CHECK_EQ(WaitForSingleObject(events_event, 0), WAIT_OBJECT_0);
    CHECK(ResetEvent(events_event));
    events_select(listener, OTHERS);
    CHECK_EQ(WaitForSingleObject(events_event, 0), WAIT_TIMEOUT);
    events_select(listener, OTHERS | FD_ACCEPT);
    CHECK_EQ(WaitForSingleObject(events_event, 0), WAIT_OBJECT_0);
    TELLS(listener, FD_ACCEPT, 0, "recorded since the first selection");
    server = accept(listener, NULL, NULL);
    closesocket(server);
    closesocket(client);
    closesocket(listener);
}
#endif

static void inherited(void)
{
    struct sockaddr_in address;
    u_long off = 0;
    SOCKET client, server, listener = events_listener(&address);

    FACT("8.6", "an accepted socket inherits the selection, and can send at once");
    client = events_connect(&address);
    events_select(listener, OTHERS | FD_ACCEPT | FD_WRITE);
    TELLS(listener, FD_ACCEPT, 0, "the listener");
    server = accept(listener, NULL, NULL);
    CHECK(server != INVALID_SOCKET);
    TELLS(server, FD_WRITE, 0, "the accepted socket");
    NOTHING(server, "that was all");
    CHECK_EQ(send(client, "data", 4, 0), 4);
    TELLS(server, FD_READ, 0, "what it inherited goes on");

    FACT("5.13", "it does not block either, while events are selected");
    CHECK_EQ(ioctlsocket(server, FIONBIO, &off), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    events_select(server, 0);
    CHECK_EQ(ioctlsocket(server, FIONBIO, &off), 0);
    closesocket(server);
    closesocket(client);

    FACT("8.6", "also from WSAAccept");
    client = events_connect(&address);
    TELLS(listener, FD_ACCEPT, 0, "the listener again");
    server = WSAAccept(listener, NULL, NULL, NULL, 0);
    CHECK(server != INVALID_SOCKET);
    TELLS(server, FD_WRITE, 0, "the socket of WSAAccept");
    closesocket(server);
    closesocket(client);
    closesocket(listener);
}

int main(void)
{
    events_start();
    reported_and_re_enabled();
    not_selected();
#if !EVENTS_BY_MESSAGE
    recorded();
#endif
    inherited();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
