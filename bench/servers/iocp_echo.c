/* What is measured: the same echo server on an I/O completion port, plain Windows source.
 *
 *   iocp_echo CONNECTIONS SIZE
 *
 * The buffer has room for two messages of SIZE bytes, as in peers/epoll.  One worker (the main
 * thread).  A connection has one request at a time: a receive, then the send of what came, then the
 * next receive.  It ends when the last client is gone.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

#pragma comment(lib, "ws2_32.lib")

typedef enum { RECEIVING, SENDING } OPERATION;

typedef struct {
    OVERLAPPED overlapped;
    OPERATION  operation;
    SOCKET     socket;
    char       buffer[1];
} CONNECTION;

static void fail(const char *what)
{
    fprintf(stderr, "%s failed: error %d\n", what, WSAGetLastError());
    exit(1);
}

static SOCKET open_listener(void)
{
    struct sockaddr_in address;
    int                length = sizeof address;
    SOCKET             listener = socket(AF_INET, SOCK_STREAM, 0);

    ZeroMemory(&address, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener == INVALID_SOCKET || bind(listener, (struct sockaddr *)&address, length) != 0)
        fail("bind");
    if (listen(listener, SOMAXCONN) != 0)
        fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        fail("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
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

static void serve(HANDLE port, int connections, DWORD size)
{
    while (connections > 0) {
        DWORD       bytes = 0;
        ULONG_PTR   key = 0;
        OVERLAPPED *overlapped = NULL;
        BOOL        taken = GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
        CONNECTION *connection = (CONNECTION *)key;
        BOOL        goes_on = taken && bytes > 0;

        if (!overlapped)
            fail("GetQueuedCompletionStatus");
        if (goes_on && connection->operation == RECEIVING)
            goes_on = issue(connection, SENDING, bytes);
        else if (goes_on)
            goes_on = issue(connection, RECEIVING, 2 * size);
        if (!goes_on) {
            closesocket(connection->socket);
            free(connection);
            connections--;
        }
    }
}

int main(int argc, char **argv)
{
    int     connections = argc == 3 ? atoi(argv[1]) : 0, i;
    DWORD   size = argc == 3 ? (DWORD)atoi(argv[2]) : 0;
    WSADATA data;
    SOCKET  listener;
    HANDLE  port;

    if (connections <= 0 || size == 0)
        return 2;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return 1;
    listener = open_listener();
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    for (i = 0; i < connections; i++) {
        CONNECTION *connection = (CONNECTION *)calloc(1, sizeof *connection + 2 * size);
        BOOL        on = TRUE;

        connection->socket = accept(listener, NULL, NULL);
        if (connection->socket == INVALID_SOCKET)
            fail("accept");
        setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, (char *)&on, sizeof on);
        if (!CreateIoCompletionPort((HANDLE)connection->socket, port, (ULONG_PTR)connection, 0))
            fail("CreateIoCompletionPort");
        if (!issue(connection, RECEIVING, 2 * size))
            fail("WSARecv");
    }
    serve(port, connections, size);
    CloseHandle(port);
    closesocket(listener);
    WSACleanup();
    return 0;
}
