/* An echo server on overlapped I/O with events: a request is started, its event says it is done.
 *
 *   Visual C++   cl overlapped_event_echo_server.c
 *   mingw-w64    x86_64-w64-mingw32-gcc overlapped_event_echo_server.c -lws2_32
 *   Linux        lapwing run overlapped_event_echo_server.c -- 5150
 *
 * The first model that does not ask "may I?": the data is in the buffer when the event is set.  A
 * thread waits for 64 events, so there is one thread for each 64 connections: event_groups.h.
 */
#include "event_groups.h"

typedef struct CONNECTION {
    MEMBER     member;
    OVERLAPPED overlapped; /* of the one request */
    BOOL       under_way, sending;
    CLIENT     client;
    char       buffer[BUFFER_SIZE];
} CONNECTION;

/* Starts the connection's next request.  FALSE: there is none, and the event will not be set. */
static BOOL issue(CONNECTION *connection, BOOL send, DWORD length)
{
    SOCKET socket = connection->client.socket;
    WSABUF buffer;
    DWORD  flags = 0;
    int    result;

    buffer.buf = connection->buffer;
    buffer.len = length;
    connection->sending = send;
    WSAResetEvent(connection->member.event);
    result = send ? WSASend(socket, &buffer, 1, NULL, 0, &connection->overlapped, NULL)
                  : WSARecv(socket, &buffer, 1, NULL, &flags, &connection->overlapped, NULL);
    connection->under_way = result == 0 || WSAGetLastError() == WSA_IO_PENDING;
    return connection->under_way;
}

static BOOL begin_member(MEMBER *member)
{
    CONNECTION *connection = (CONNECTION *)member;

    connection->overlapped.hEvent = member->event;
    return issue(connection, FALSE, BUFFER_SIZE);
}

static BOOL serve_member(MEMBER *member)
{
    CONNECTION *connection = (CONNECTION *)member;
    DWORD       bytes, flags;

    connection->under_way = FALSE;
    if (!WSAGetOverlappedResult(connection->client.socket, &connection->overlapped, &bytes, FALSE,
                                &flags) || bytes == 0)
        return FALSE; /* reset, or the end of the stream */
    if (!connection->sending)
        return issue(connection, TRUE, bytes);
    connection->client.echoed += bytes; /* a stream's send is never short */
    return issue(connection, FALSE, BUFFER_SIZE);
}

/* The buffer is the system's until its request has ended. */
static void close_member(MEMBER *member)
{
    CONNECTION *connection = (CONNECTION *)member;
    DWORD       bytes, flags;

    if (connection->under_way) {
        CancelIoEx((HANDLE)connection->client.socket, NULL);
        WSAGetOverlappedResult(connection->client.socket, &connection->overlapped, &bytes, TRUE,
                               &flags);
    }
    close_client(&connection->client);
    WSACloseEvent(member->event);
    free(connection);
}

int main(int argc, char **argv)
{
    CLIENT client;

    start_server(argc, argv);
    while (accept_client(&client)) {
        CONNECTION *connection = (CONNECTION *)calloc(1, sizeof *connection);

        if (!connection)
            fail("calloc", ERROR_NOT_ENOUGH_MEMORY);
        connection->client = client;
        hand_over(&connection->member);
    }
    end_groups();
    return end_server();
}
