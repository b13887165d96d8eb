/* What is measured first: an echo server on an I/O completion port, plain Windows source.
 *
 *   iocp_echo CONNECTIONS SIZE [THREADS]
 *
 * One port; each thread is a worker.  A connection has one request at a time: a receive, then the
 * send of what came, then the next receive.
 */
#include "echo_server.h"

typedef enum { RECEIVING, SENDING } OPERATION;

typedef struct {
    OVERLAPPED overlapped;
    OPERATION  operation;
    SOCKET     socket;
    char       buffer[1];
} CONNECTION;

static HANDLE        port;
static volatile LONG left; /* connections */

/* FALSE: the connection is gone, and no completion will come. */
static BOOL issue(CONNECTION *connection, OPERATION operation, DWORD length)
{
    WSABUF buffer;
    DWORD  flags = 0;
    int    result;

    buffer.buf = connection->buffer;
    buffer.len = length;
    ZeroMemory(&connection->overlapped, sizeof connection->overlapped);
    connection->operation = operation;
    if (operation == RECEIVING)
        result = WSARecv(connection->socket, &buffer, 1, NULL, &flags, &connection->overlapped,
                         NULL);
    else
        result = WSASend(connection->socket, &buffer, 1, NULL, 0, &connection->overlapped, NULL);
    return result == 0 || WSAGetLastError() == WSA_IO_PENDING;
}

static DWORD WINAPI serve(LPVOID unused)
{
    (void)unused;
    for (;;) {
        DWORD       bytes = 0;
        ULONG_PTR   key = 0;
        OVERLAPPED *overlapped = NULL;
        BOOL        taken = GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
        CONNECTION *connection = (CONNECTION *)key;
        BOOL        goes_on = taken && bytes > 0;

        if (taken && !connection)
            return 0;
        if (!overlapped)
            fail("GetQueuedCompletionStatus");
        if (goes_on && connection->operation == RECEIVING)
            goes_on = issue(connection, SENDING, bytes);
        else if (goes_on)
            goes_on = issue(connection, RECEIVING, capacity);
        if (!goes_on) {
            int i;
            closesocket(connection->socket);
            free(connection);
            if (InterlockedDecrement(&left) == 0)
                for (i = 0; i < threads; i++)
                    PostQueuedCompletionStatus(port, 0, 0, NULL);
        }
    }
}

int main(int argc, char **argv)
{
    HANDLE *others;
    int     i;

    begin(argc, argv);
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, (DWORD)threads);
    left = connections;
    for (i = 0; i < connections; i++) {
        CONNECTION *connection = (CONNECTION *)get_memory(1, sizeof *connection + capacity);

        connection->socket = accept_one();
        if (!CreateIoCompletionPort((HANDLE)connection->socket, port, (ULONG_PTR)connection, 0))
            fail("CreateIoCompletionPort");
        if (!issue(connection, RECEIVING, capacity))
            fail("WSARecv");
    }
    others = (HANDLE *)get_memory((size_t)threads, sizeof *others);
    for (i = 1; i < threads; i++)
        if (!(others[i] = CreateThread(NULL, 0, serve, NULL, 0, NULL)))
            fail("CreateThread");
    serve(NULL);
    for (i = 1; i < threads; i++)
        WaitForSingleObject(others[i], INFINITE);
    CloseHandle(port);
    end();
    return 0;
}
