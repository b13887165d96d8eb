/* An echo server with a thread for each connection: calls that block, one after the other.
 *
 *   Visual C++   cl thread_echo_server.c
 *   mingw-w64    x86_64-w64-mingw32-gcc thread_echo_server.c -lws2_32
 *   Linux        lapwing run thread_echo_server.c -- 5150
 *
 * The easiest to read, and where every comparison begins.
 */
#include "echo_server.h"

#define STACK_SIZE 65536 /* the usual megabyte, a thousand times, would be much for nothing */

typedef struct CONNECTION {
    CLIENT             client;
    struct CONNECTION *next, *previous;
    char               buffer[BUFFER_SIZE];
} CONNECTION;

static SRWLOCK     lock = SRWLOCK_INIT; /* of the list */
static CONNECTION *connections;
static HANDLE      none_left; /* set while the list is empty */

static void link_connection(CONNECTION *connection)
{
    AcquireSRWLockExclusive(&lock);
    connection->next = connections;
    if (connections)
        connections->previous = connection;
    connections = connection;
    ResetEvent(none_left);
    ReleaseSRWLockExclusive(&lock);
}

static void unlink_connection(CONNECTION *connection)
{
    AcquireSRWLockExclusive(&lock);
    if (connection->next)
        connection->next->previous = connection->previous;
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        connections = connection->next;
    close_client(&connection->client);
    free(connection);
    if (!connections)
        SetEvent(none_left);
    ReleaseSRWLockExclusive(&lock);
}

static DWORD WINAPI serve(LPVOID parameter)
{
    CONNECTION *connection = (CONNECTION *)parameter;
    SOCKET      socket = connection->client.socket;
    int         length;

    /* On a socket that blocks, `send` takes everything. */
    while ((length = recv(socket, connection->buffer, BUFFER_SIZE, 0)) > 0 &&
           send(socket, connection->buffer, length, 0) == length)
        connection->client.echoed += length;
    unlink_connection(connection);
    return 0;
}

static void open_connection(const CLIENT *client)
{
    CONNECTION *connection = (CONNECTION *)calloc(1, sizeof *connection);
    HANDLE      thread;

    if (!connection)
        fail("calloc", ERROR_NOT_ENOUGH_MEMORY);
    connection->client = *client;
    link_connection(connection);
    thread = CreateThread(NULL, STACK_SIZE, serve, connection, STACK_SIZE_PARAM_IS_A_RESERVATION,
                          NULL);
    if (thread)
        CloseHandle(thread);
    else
        unlink_connection(connection);
}

/* Closing a socket ends the call that blocks on it.  No socket is made any more, so nobody else's
 * can have got the closed one's number. */
static void end_connections(void)
{
    CONNECTION *connection;

    AcquireSRWLockExclusive(&lock);
    for (connection = connections; connection; connection = connection->next) {
        closesocket(connection->client.socket);
        connection->client.socket = INVALID_SOCKET;
    }
    ReleaseSRWLockExclusive(&lock);
    WaitForSingleObject(none_left, INFINITE);
}

int main(int argc, char **argv)
{
    CLIENT client;

    if (!(none_left = CreateEventW(NULL, TRUE, TRUE, NULL)))
        fail("CreateEvent", (int)GetLastError());
    start_server(argc, argv);
    while (accept_client(&client))
        open_connection(&client);
    end_connections();
    return end_server();
}
