/* An echo server on `select`: one thread asks "which of these sockets can go on?"
 *
 *   Visual C++   cl select_echo_server.c
 *   mingw-w64    x86_64-w64-mingw32-gcc select_echo_server.c -lws2_32
 *   Linux        lapwing run select_echo_server.c -- 5150
 *
 * A set is a list of FD_SETSIZE sockets, which a program chooses before it includes the header;
 * with 1,024 there is room for the listener and 1,023 connections.  While the set is full the
 * listener is not in it, and who comes has to wait.
 */
#define FD_SETSIZE 1024
#include "echo_when_ready.h"

#define CONNECTIONS_MAX (FD_SETSIZE - 1)

static CONNECTION *connections[CONNECTIONS_MAX];
static unsigned    count;
static fd_set      readers, writers; /* `select` overwrites its sets, so it is given copies */

static void open_connections(void)
{
    CONNECTION *connection;

    while (count < CONNECTIONS_MAX && (connection = accept_connection()) != NULL) {
        connections[count++] = connection;
        FD_SET(connection->client.socket, &readers);
    }
    if (count == CONNECTIONS_MAX)
        FD_CLR(listener, &readers);
}

static void remove_connection(unsigned index)
{
    FD_CLR(connections[index]->client.socket, &readers);
    FD_CLR(connections[index]->client.socket, &writers);
    close_connection(connections[index]);
    connections[index] = connections[--count];
    FD_SET(listener, &readers);
}

/* Who cannot send waits for room, and until then for nothing else. */
static void wait_for(CONNECTION *connection, BOOL room)
{
    FD_CLR(connection->client.socket, room ? &readers : &writers);
    FD_SET(connection->client.socket, room ? &writers : &readers);
}

static void serve(void)
{
    while (!stopping) {
        fd_set   readable = readers, writable = writers;
        unsigned i;

        if (select(0, &readable, &writable, NULL, NULL) == SOCKET_ERROR) {
            if (!stopping)
                fail("select", WSAGetLastError());
            return;
        }
        for (i = count; i-- > 0;) { /* backwards: a removed one is replaced by the last */
            CONNECTION *connection = connections[i];
            BOOL        waited_for_room = connection->needs_room;

            if (!FD_ISSET(connection->client.socket, waited_for_room ? &writable : &readable))
                continue;
            if (echo_step(connection) == STEP_ENDED)
                remove_connection(i);
            else if (connection->needs_room != waited_for_room)
                wait_for(connection, connection->needs_room);
        }
        if (FD_ISSET(listener, &readable))
            open_connections();
    }
}

int main(int argc, char **argv)
{
    u_long on = 1;

    start_server(argc, argv);
    ioctlsocket(listener, FIONBIO, &on);
    FD_SET(listener, &readers);
    serve();
    while (count > 0)
        close_connection(connections[--count]);
    return end_server();
}
