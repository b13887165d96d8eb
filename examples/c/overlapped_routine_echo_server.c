/* An echo server on overlapped I/O with completion routines: the system calls back.
 *
 *   Visual C++   cl overlapped_routine_echo_server.c
 *   mingw-w64    x86_64-w64-mingw32-gcc overlapped_routine_echo_server.c -lws2_32
 *   Linux        lapwing run overlapped_routine_echo_server.c -- 5150
 *
 * One thread serves everybody and does nothing but sleep, alertably; the routines run in its sleep,
 * one after the other, and each starts the next request.  All of a connection happens in that one
 * thread, so there is no lock.  The main thread accepts and hands connections over by an APC, which
 * runs in the same sleep.
 */
#include "echo_server.h"

typedef struct CONNECTION {
    OVERLAPPED         overlapped; /* of the one request; first, so that its address is ours */
    BOOL               sending;
    CLIENT             client;
    struct CONNECTION *next, *previous;
    char               buffer[BUFFER_SIZE];
} CONNECTION;

static CONNECTION *connections;
static BOOL        ending;

static void close_connection(CONNECTION *connection)
{
    if (connection->next)
        connection->next->previous = connection->previous;
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        connections = connection->next;
    close_client(&connection->client);
    free(connection);
}

static void CALLBACK on_completion(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped,
                                   DWORD flags);

/* Starts the connection's next request.  FALSE: there is none, and no routine will run. */
static BOOL issue(CONNECTION *connection, BOOL send, DWORD length)
{
    SOCKET socket = connection->client.socket;
    WSABUF buffer;
    DWORD  flags = 0;
    int    result;

    buffer.buf = connection->buffer;
    buffer.len = length;
    connection->sending = send;
    if (ending)
        return FALSE;
    result = send ? WSASend(socket, &buffer, 1, NULL, 0, &connection->overlapped, on_completion)
                  : WSARecv(socket, &buffer, 1, NULL, &flags, &connection->overlapped,
                            on_completion);
    return result == 0 || WSAGetLastError() == WSA_IO_PENDING;
}

static void CALLBACK on_completion(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped,
                                   DWORD flags)
{
    CONNECTION *connection = (CONNECTION *)overlapped;
    BOOL        goes_on;

    (void)flags;
    if (error != 0 || bytes == 0) {
        goes_on = FALSE; /* reset, cancelled, or the end of the stream */
    } else if (connection->sending) {
        connection->client.echoed += bytes; /* a stream's send is never short */
        goes_on = issue(connection, FALSE, BUFFER_SIZE);
    } else {
        goes_on = issue(connection, TRUE, bytes);
    }
    if (!goes_on)
        close_connection(connection);
}

static VOID CALLBACK begin_connection(ULONG_PTR parameter)
{
    CONNECTION *connection = (CONNECTION *)parameter;

    connection->next = connections;
    if (connections)
        connections->previous = connection;
    connections = connection;
    if (!issue(connection, FALSE, BUFFER_SIZE))
        close_connection(connection);
}

/* Each connection has a request, whose routine closes it. */
static VOID CALLBACK end_connections(ULONG_PTR parameter)
{
    CONNECTION *connection;

    (void)parameter;
    ending = TRUE;
    for (connection = connections; connection; connection = connection->next)
        CancelIoEx((HANDLE)connection->client.socket, NULL);
}

static DWORD WINAPI serve(LPVOID parameter)
{
    (void)parameter;
    while (!ending || connections)
        SleepEx(INFINITE, TRUE);
    return 0;
}

int main(int argc, char **argv)
{
    HANDLE thread;
    CLIENT client;

    start_server(argc, argv);
    if (!(thread = CreateThread(NULL, 0, serve, NULL, 0, NULL)))
        fail("CreateThread", (int)GetLastError());
    while (accept_client(&client)) {
        CONNECTION *connection = (CONNECTION *)calloc(1, sizeof *connection);

        if (!connection)
            fail("calloc", ERROR_NOT_ENOUGH_MEMORY);
        connection->client = client;
        QueueUserAPC(begin_connection, thread, (ULONG_PTR)connection);
    }
    QueueUserAPC(end_connections, thread, 0);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    return end_server();
}
