/* An echo server on `WSAEventSelect`: what happens to a socket sets an event.
 *
 *   Visual C++   cl event_select_echo_server.c
 *   mingw-w64    x86_64-w64-mingw32-gcc event_select_echo_server.c -lws2_32
 *   Linux        lapwing run event_select_echo_server.c -- 5150
 *
 * The messages of `WSAAsyncSelect` without a window.  A thread waits for 64 events, so there is one
 * thread for each 64 connections: event_groups.h.
 */
#include "echo_when_ready.h"
#include "event_groups.h"

typedef struct SELECTED {
    MEMBER      member;
    CONNECTION *connection;
} SELECTED;

/* Asking also makes the socket non-blocking. */
static BOOL begin_member(MEMBER *member)
{
    CONNECTION *connection = ((SELECTED *)member)->connection;

    return WSAEventSelect(connection->client.socket, member->event,
                          FD_READ | FD_WRITE | FD_CLOSE) == 0;
}

static BOOL serve_member(MEMBER *member)
{
    CONNECTION      *connection = ((SELECTED *)member)->connection;
    WSANETWORKEVENTS happened;
    STEP             step;

    /* Says what has happened, forgets it, and resets the event. */
    if (WSAEnumNetworkEvents(connection->client.socket, member->event, &happened) == SOCKET_ERROR)
        return FALSE;
    if (happened.lNetworkEvents & FD_CLOSE)
        connection->peer_closed = TRUE;
    if (happened.lNetworkEvents == 0)
        return TRUE;
    do /* FD_CLOSE comes once, perhaps before the last bytes are read: then read on to the end */
        step = echo_step(connection);
    while (step == STEP_ECHOED && connection->peer_closed);
    return step != STEP_ENDED;
}

static void close_member(MEMBER *member)
{
    close_connection(((SELECTED *)member)->connection);
    WSACloseEvent(member->event);
    free(member);
}

int main(int argc, char **argv)
{
    CONNECTION *connection;

    start_server(argc, argv);
    while ((connection = accept_connection()) != NULL) {
        SELECTED *selected = (SELECTED *)calloc(1, sizeof *selected);

        if (!selected)
            fail("calloc", ERROR_NOT_ENOUGH_MEMORY);
        selected->connection = connection;
        hand_over(&selected->member);
    }
    end_groups();
    return end_server();
}
