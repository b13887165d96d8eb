/* The same echo server on completion routines, which run while their thread waits alertably.
 *
 *   routines_echo CONNECTIONS SIZE [THREADS]
 *
 * A connection has one request at a time: a receive, then the send of what came, then the next
 * receive, always in the same thread.
 */
#define A_SHARE_FOR_EACH_THREAD
#include "echo_server.h"

typedef struct {
    OVERLAPPED overlapped; /* first: the routine is given its address */
    int       *left;       /* connections of its thread */
    SOCKET     socket;
    char       buffer[1];
} CONNECTION;

static void CALLBACK on_sent(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags);

static void close_connection(CONNECTION *connection)
{
    closesocket(connection->socket);
    --*connection->left;
    free(connection);
}

static void CALLBACK on_received(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    CONNECTION *connection = (CONNECTION *)overlapped;
    WSABUF      buffer;

    (void)flags;
    buffer.buf = connection->buffer;
    buffer.len = bytes;
    if (error != 0 || bytes == 0 ||
        (WSASend(connection->socket, &buffer, 1, NULL, 0, overlapped, on_sent) != 0 &&
         WSAGetLastError() != WSA_IO_PENDING))
        close_connection(connection);
}

static void receive(CONNECTION *connection)
{
    WSABUF buffer;
    DWORD  flags = 0;

    buffer.buf = connection->buffer;
    buffer.len = capacity;
    if (WSARecv(connection->socket, &buffer, 1, NULL, &flags, &connection->overlapped,
                on_received) != 0 && WSAGetLastError() != WSA_IO_PENDING)
        close_connection(connection);
}

static void CALLBACK on_sent(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    CONNECTION *connection = (CONNECTION *)overlapped;

    (void)flags;
    if (error != 0 || bytes == 0)
        close_connection(connection);
    else
        receive(connection);
}

static DWORD WINAPI serve(LPVOID parameter)
{
    SHARE *share = (SHARE *)parameter;
    int    left = share->count, i;

    for (i = 0; i < share->count; i++) {
        CONNECTION *connection = (CONNECTION *)get_memory(1, sizeof *connection + capacity);

        connection->left = &left;
        connection->socket = share->sockets[i];
        receive(connection);
    }
    while (left > 0)
        SleepEx(INFINITE, TRUE);
    return 0;
}

int main(int argc, char **argv)
{
    begin(argc, argv);
    serve_in_threads(threads, serve);
    end();
    return 0;
}
