/* One step of echoing on a socket that does not block: the same for every model that says "you may
 * receive", "you may send".  How a server comes to know that is what tells the models apart.
 */
#ifndef ECHO_WHEN_READY_H
#define ECHO_WHEN_READY_H

#include "echo_server.h"

typedef struct CONNECTION {
    CLIENT client;
    int    length, sent; /* of what is in the buffer */
    BOOL   peer_closed;  /* FD_CLOSE has been seen */
    BOOL   needs_room;   /* the step ended with STEP_NO_ROOM */
    char   buffer[BUFFER_SIZE];
} CONNECTION;

/* How a step ended. */
typedef enum {
    STEP_ECHOED,  /* something came and was sent back; there may be more */
    STEP_NO_DATA, /* nothing there: wait until there is something to receive */
    STEP_NO_ROOM, /* the other side does not read: wait until there is room to send */
    STEP_ENDED    /* closed or reset by the other side */
} STEP;

/* FALSE: not everything was sent, and WSAGetLastError says why. */
static BOOL send_rest(CONNECTION *connection)
{
    while (connection->sent < connection->length) {
        int count = send(connection->client.socket, connection->buffer + connection->sent,
                         connection->length - connection->sent, 0);
        if (count == SOCKET_ERROR)
            return FALSE;
        connection->sent += count;
        connection->client.echoed += count;
    }
    return TRUE;
}

/* Sends what was left over, then receives once and sends that back. */
static STEP echo_step(CONNECTION *connection)
{
    STEP step = STEP_NO_ROOM;

    if (send_rest(connection)) {
        int count = recv(connection->client.socket, connection->buffer, BUFFER_SIZE, 0);

        step = STEP_NO_DATA;
        if (count == 0)
            return STEP_ENDED;
        if (count != SOCKET_ERROR) {
            connection->length = count;
            connection->sent = 0;
            step = send_rest(connection) ? STEP_ECHOED : STEP_NO_ROOM;
        }
    }
    connection->needs_room = step == STEP_NO_ROOM;
    return step == STEP_ECHOED || WSAGetLastError() == WSAEWOULDBLOCK ? step : STEP_ENDED;
}

/* The next connection, on a socket that does not block.  NULL: none, as `accept_client` says. */
static CONNECTION *accept_connection(void)
{
    CONNECTION *connection = (CONNECTION *)calloc(1, sizeof *connection);
    u_long      on = 1;

    if (!connection)
        fail("calloc", ERROR_NOT_ENOUGH_MEMORY);
    if (!accept_client(&connection->client)) {
        free(connection);
        return NULL;
    }
    ioctlsocket(connection->client.socket, FIONBIO, &on);
    return connection;
}

static void close_connection(CONNECTION *connection)
{
    close_client(&connection->client);
    free(connection);
}

#endif
