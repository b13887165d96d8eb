/* The echo server on a completion port once more, but connections come by it too: AcceptEx, as many
 * under way as DEPTH.
 *
 *   accept_echo CONNECTIONS SIZE
 */
#include "port_request.h"
#include <mswsock.h>

#pragma comment(lib, "mswsock.lib")

enum { DEPTH = 64, ADDRESS_ROOM = sizeof(struct sockaddr_in) + 16 };

typedef struct {
    REQUEST request; /* first: a packet bears its address */
    char    addresses[2 * ADDRESS_ROOM];
    char    buffer[1];
} CONNECTION;

static HANDLE port;
static int    to_be_asked_for; /* connections for which no AcceptEx is under way yet */

static void ask_for_one(void)
{
    CONNECTION *connection = (CONNECTION *)get_memory(1, sizeof *connection + capacity);
    REQUEST    *request = &connection->request;
    DWORD       bytes;

    to_be_asked_for--;
    request->operation = ACCEPTING;
    request->socket = WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    if (request->socket == INVALID_SOCKET)
        fail("WSASocket");
    if (!AcceptEx(listener, request->socket, connection->addresses, 0, ADDRESS_ROOM, ADDRESS_ROOM,
                  &bytes, &request->overlapped) &&
        WSAGetLastError() != ERROR_IO_PENDING)
        fail("AcceptEx");
}

static BOOL receive(CONNECTION *connection)
{
    return issue(&connection->request, RECEIVING, connection->buffer, capacity);
}

static BOOL on_accepted(CONNECTION *connection)
{
    SOCKET accepted = connection->request.socket;
    BOOL   on = TRUE;

    if (setsockopt(accepted, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&listener,
                   sizeof listener) != 0)
        fail("SO_UPDATE_ACCEPT_CONTEXT");
    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, (char *)&on, sizeof on);
    if (!CreateIoCompletionPort((HANDLE)accepted, port, 0, 0))
        fail("CreateIoCompletionPort");
    return receive(connection);
}

static BOOL go_on(CONNECTION *connection, DWORD bytes)
{
    if (connection->request.operation == ACCEPTING)
        return on_accepted(connection);
    if (bytes == 0)
        return FALSE;
    if (connection->request.operation == RECEIVING)
        return issue(&connection->request, SENDING, connection->buffer, bytes);
    return receive(connection);
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
        if (connection->request.operation == ACCEPTING && to_be_asked_for > 0)
            ask_for_one();
        if (taken && go_on(connection, bytes))
            continue;
        closesocket(connection->request.socket);
        free(connection);
        left--;
    }
    CloseHandle(port);
    end();
    return 0;
}
