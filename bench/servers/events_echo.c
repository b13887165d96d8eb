/* The same echo server on overlapped I/O with events.
 *
 *   events_echo CONNECTIONS SIZE [THREADS]
 *
 * A connection has one request at a time, and an event that is set when it is done; a send that is
 * done at once is not waited for.  A thread waits for at most 64 events, so there are more threads
 * than asked for if there are more than 64 connections for each.
 */
#define A_SHARE_FOR_EACH_THREAD
#include "echo_server.h"

typedef struct {
    OVERLAPPED overlapped;
    BOOL       is_sending;
    SOCKET     socket;
    char       buffer[1];
} CONNECTION;

static BOOL receive(CONNECTION *connection)
{
    WSABUF buffer;
    DWORD  flags = 0;

    buffer.buf = connection->buffer;
    buffer.len = capacity;
    connection->is_sending = FALSE;
    return WSARecv(connection->socket, &buffer, 1, NULL, &flags, &connection->overlapped, NULL) ==
               0 || WSAGetLastError() == WSA_IO_PENDING;
}

/* FALSE: the connection is gone, and its event will not be set. */
static BOOL send_back(CONNECTION *connection, DWORD length)
{
    WSABUF buffer;

    buffer.buf = connection->buffer;
    buffer.len = length;
    if (WSASend(connection->socket, &buffer, 1, NULL, 0, &connection->overlapped, NULL) == 0)
        return receive(connection);
    connection->is_sending = TRUE;
    return WSAGetLastError() == WSA_IO_PENDING;
}

/* The connection's request is done. */
static BOOL go_on(CONNECTION *connection)
{
    DWORD bytes, flags;

    if (!WSAGetOverlappedResult(connection->socket, &connection->overlapped, &bytes, FALSE,
                                &flags) || bytes == 0)
        return FALSE;
    return connection->is_sending ? receive(connection) : send_back(connection, bytes);
}

static DWORD WINAPI serve(LPVOID parameter)
{
    SHARE      *share = (SHARE *)parameter;
    CONNECTION *served[MAXIMUM_WAIT_OBJECTS];
    WSAEVENT    events[MAXIMUM_WAIT_OBJECTS];
    DWORD       count = (DWORD)share->count, i;

    for (i = 0; i < count; i++) {
        served[i] = (CONNECTION *)get_memory(1, sizeof(CONNECTION) + capacity);
        served[i]->socket = share->sockets[i];
        served[i]->overlapped.hEvent = events[i] = WSACreateEvent();
        if (!receive(served[i]))
            fail("WSARecv");
    }
    while (count > 0) {
        DWORD first = WSAWaitForMultipleEvents(count, events, FALSE, WSA_INFINITE, FALSE);

        if (first == WSA_WAIT_FAILED)
            fail("WSAWaitForMultipleEvents");
        /* Backwards, so that the last one can take the place of one that is gone.  The wait names
         * the first event only, but those behind it would starve if it were always its turn. */
        for (i = count; i-- > first - WSA_WAIT_EVENT_0;) {
            CONNECTION *connection = served[i];
            if (!HasOverlappedIoCompleted(&connection->overlapped) || go_on(connection))
                continue;
            closesocket(connection->socket);
            WSACloseEvent(events[i]);
            free(connection);
            count--;
            served[i] = served[count];
            events[i] = events[count];
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    int fewest;

    begin(argc, argv);
    fewest = (connections + MAXIMUM_WAIT_OBJECTS - 1) / MAXIMUM_WAIT_OBJECTS;
    serve_in_threads(threads > fewest ? threads : fewest, serve);
    end();
    return 0;
}
