/* An echo server on an I/O completion port: plain Windows source.
 *
 *   Visual C++   cl iocp_echo_server.c
 *   mingw-w64    x86_64-w64-mingw32-gcc iocp_echo_server.c -lws2_32
 *   Linux        lapwing run iocp_echo_server.c -- 5150
 *
 * One thread accepts; as many workers as there are processors wait on one port.  A connection has
 * one request at a time: a receive, then the send of what came, then the next receive.  So at any
 * moment exactly one completion can arrive for it, and whoever takes that completion owns it.
 */
#include "echo_server.h"

#define WORKERS_MAX 64

typedef enum { RECEIVING, SENDING } OPERATION;

typedef struct CONNECTION {
    OVERLAPPED         overlapped; /* of the one request */
    OPERATION          operation;
    CLIENT             client;
    struct CONNECTION *next, *previous;
    char               buffer[BUFFER_SIZE];
} CONNECTION;

/* Held shared while a request is issued, exclusively while the list changes or the server ends:
 * so no request begins after the last ones were cancelled. */
static SRWLOCK     gate = SRWLOCK_INIT;
static BOOL        ending;
static CONNECTION *connections;

static HANDLE all_closed; /* set once the server ends and no connection is left */

/* Issues the connection's next request.  FALSE: there is none, and no completion will come.
 * After TRUE the connection belongs to the worker that takes the completion, perhaps already. */
static BOOL issue(CONNECTION *connection, OPERATION operation, DWORD length)
{
    WSABUF buffer;
    DWORD  flags = 0;
    int    result = SOCKET_ERROR;

    buffer.buf = connection->buffer;
    buffer.len = length;
    ZeroMemory(&connection->overlapped, sizeof connection->overlapped);
    connection->operation = operation;

    AcquireSRWLockShared(&gate);
    if (ending)
        WSASetLastError(WSA_OPERATION_ABORTED);
    else if (operation == RECEIVING)
        result = WSARecv(connection->client.socket, &buffer, 1, NULL, &flags,
                         &connection->overlapped, NULL);
    else
        result = WSASend(connection->client.socket, &buffer, 1, NULL, 0,
                         &connection->overlapped, NULL);
    if (result == SOCKET_ERROR && WSAGetLastError() == WSA_IO_PENDING)
        result = 0;
    ReleaseSRWLockShared(&gate);
    return result == 0;
}

static void close_connection(CONNECTION *connection)
{
    BOOL last;

    AcquireSRWLockExclusive(&gate);
    if (connection->next)
        connection->next->previous = connection->previous;
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        connections = connection->next;
    last = ending && !connections;
    ReleaseSRWLockExclusive(&gate);

    close_client(&connection->client);
    free(connection);
    if (last)
        SetEvent(all_closed);
}

static void open_connection(CLIENT *client, HANDLE port)
{
    CONNECTION *connection = (CONNECTION *)calloc(1, sizeof *connection);

    if (!connection ||
        !CreateIoCompletionPort((HANDLE)client->socket, port, (ULONG_PTR)connection, 0)) {
        close_client(client);
        free(connection);
        return;
    }
    connection->client = *client;

    AcquireSRWLockExclusive(&gate);
    connection->next = connections;
    if (connections)
        connections->previous = connection;
    connections = connection;
    ReleaseSRWLockExclusive(&gate);

    if (!issue(connection, RECEIVING, BUFFER_SIZE))
        close_connection(connection);
}

static DWORD WINAPI worker(LPVOID parameter)
{
    HANDLE port = (HANDLE)parameter;

    for (;;) {
        DWORD       bytes = 0;
        ULONG_PTR   key = 0;
        OVERLAPPED *overlapped = NULL;
        BOOL        succeeded = GetQueuedCompletionStatus(port, &bytes, &key, &overlapped,
                                                          INFINITE);
        CONNECTION *connection = (CONNECTION *)key;
        BOOL        goes_on;

        if (!overlapped)
            return 0; /* main's message to end, or the port is gone */
        if (!succeeded || bytes == 0) {
            goes_on = FALSE; /* reset, cancelled, or the end of the stream */
        } else if (connection->operation == RECEIVING) {
            goes_on = issue(connection, SENDING, bytes);
        } else {
            connection->client.echoed += bytes; /* a stream's send is never short */
            goes_on = issue(connection, RECEIVING, BUFFER_SIZE);
        }
        if (!goes_on)
            close_connection(connection);
    }
}

/* Ends every connection.  Each has a request, whose completion says that it was cancelled. */
static void end_connections(void)
{
    CONNECTION *connection;
    BOOL        none;

    AcquireSRWLockExclusive(&gate);
    ending = TRUE;
    for (connection = connections; connection; connection = connection->next)
        CancelIoEx((HANDLE)connection->client.socket, NULL);
    none = !connections;
    ReleaseSRWLockExclusive(&gate);
    if (!none)
        WaitForSingleObject(all_closed, INFINITE);
}

static DWORD start_workers(HANDLE port, HANDLE *threads)
{
    SYSTEM_INFO system;
    DWORD       count;

    GetSystemInfo(&system);
    for (count = 0; count < system.dwNumberOfProcessors && count < WORKERS_MAX; count++) {
        threads[count] = CreateThread(NULL, 0, worker, port, 0, NULL);
        if (!threads[count])
            fail("CreateThread", (int)GetLastError());
    }
    return count;
}

int main(int argc, char **argv)
{
    HANDLE port, threads[WORKERS_MAX];
    DWORD  count, i;
    CLIENT client;

    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    all_closed = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!port || !all_closed)
        fail("CreateIoCompletionPort or CreateEvent", (int)GetLastError());
    start_server(argc, argv);
    count = start_workers(port, threads);
    say("%lu worker threads; Ctrl-C ends\n", (unsigned long)count);

    while (accept_client(&client))
        open_connection(&client, port);
    end_connections();
    for (i = 0; i < count; i++)
        PostQueuedCompletionStatus(port, 0, 0, NULL);
    WaitForMultipleObjects(count, threads, TRUE, INFINITE);
    for (i = 0; i < count; i++)
        CloseHandle(threads[i]);
    CloseHandle(port);
    CloseHandle(all_closed);
    return end_server();
}
