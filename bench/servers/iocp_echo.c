/* What is measured first: an echo server on an I/O completion port, plain Windows source.
 *
 *   iocp_echo CONNECTIONS SIZE [THREADS]
 *
 * One port; each thread is a worker.  A connection has one request at a time: a receive, then the
 * send of what came, then the next receive.
 */
#include "port_request.h"

typedef struct {
    REQUEST request;
    char    buffer[1];
} CONNECTION;

static HANDLE        port;
static volatile LONG left; /* connections */

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
        if (goes_on && connection->request.operation == RECEIVING)
            goes_on = issue(&connection->request, SENDING, connection->buffer, bytes);
        else if (goes_on)
            goes_on = issue(&connection->request, RECEIVING, connection->buffer, capacity);
        if (!goes_on) {
            int i;
            closesocket(connection->request.socket);
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
        SOCKET      accepted = connection->request.socket = accept_one();

        if (!CreateIoCompletionPort((HANDLE)accepted, port, (ULONG_PTR)connection, 0))
            fail("CreateIoCompletionPort");
        if (!issue(&connection->request, RECEIVING, connection->buffer, capacity))
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
