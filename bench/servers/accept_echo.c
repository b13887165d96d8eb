/* The echo server on a completion port once more, but connections come by it too: AcceptEx, as many
 * under way as DEPTH.
 *
 *   accept_echo CONNECTIONS SIZE
 */
#include "echo_server.h"
#include <mswsock.h>

#pragma comment(lib, "mswsock.lib")

enum { DEPTH = 64, ADDRESS_ROOM = sizeof(struct sockaddr_in) + 16 };

typedef enum { ACCEPTING, RECEIVING, SENDING } OPERATION;

typedef struct {
    OVERLAPPED overlapped; /* first: a packet bears its address */
    OPERATION  operation;
    SOCKET     socket;
    char       addresses[2 * ADDRESS_ROOM];
    char       buffer[1];
} CONNECTION;

static HANDLE port;
static int    to_be_asked_for; /* connections for which no AcceptEx is under way yet */

static void ask_for_one(void)
{
    CONNECTION *connection = (CONNECTION *)get_memory(1, sizeof *connection + capacity);
    DWORD       bytes;

    to_be_asked_for--;
    connection->operation = ACCEPTING;
    connection->socket = WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    if (connection->socket == INVALID_SOCKET)
        fail("WSASocket");
    if (!AcceptEx(listener, connection->socket, connection->addresses, 0, ADDRESS_ROOM,
                  ADDRESS_ROOM, &bytes, &connection->overlapped) &&
        WSAGetLastError() != ERROR_IO_PENDING)
        fail("AcceptEx");
}

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

static BOOL on_accepted(CONNECTION *connection)
{
    BOOL on = TRUE;

    if (setsockopt(connection->socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&listener,
                   sizeof listener) != 0)
        fail("SO_UPDATE_ACCEPT_CONTEXT");
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, (char *)&on, sizeof on);
    if (!CreateIoCompletionPort((HANDLE)connection->socket, port, 0, 0))
        fail("CreateIoCompletionPort");
    return issue(connection, RECEIVING, capacity);
}

static BOOL go_on(CONNECTION *connection, DWORD bytes)
{
    if (connection->operation == ACCEPTING)
        return on_accepted(connection);
    if (bytes == 0)
        return FALSE;
    return connection->operation == RECEIVING ? issue(connection, SENDING, bytes)
                                              : issue(connection, RECEIVING, capacity);
}

int main(int argc, char **argv)
{
    int left, i;

    begin(argc, argv);
    port = CreateIoCompletionPort((HANDLE)listener, NULL, 0, 1);
    left = to_be_asked_for = connections;
    for (i = 0; i < DEPTH && to_be_asked_for > 0; i++)
        ask_for_one();
    while (left > 0) {
        DWORD       bytes = 0;
        ULONG_PTR   key = 0;
        OVERLAPPED *overlapped = NULL;
        BOOL        taken = GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
        CONNECTION *connection = (CONNECTION *)overlapped;

        if (!connection)
            fail("GetQueuedCompletionStatus");
        if (connection->operation == ACCEPTING && to_be_asked_for > 0)
            ask_for_one();
        if (taken && go_on(connection, bytes))
            continue;
        closesocket(connection->socket);
        free(connection);
        left--;
    }
    CloseHandle(port);
    end();
    return 0;
}
