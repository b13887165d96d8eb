/* An echo server on an I/O completion port: plain Windows source.
 *
 *   Visual C++   cl iocp_echo_server.c
 *   mingw-w64    x86_64-w64-mingw32-gcc iocp_echo_server.c -lws2_32
 *   Linux        lapwing run iocp_echo_server.c -- 5150
 *
 * One thread accepts; as many workers as there are processors wait on one port.  A connection has
 * one request at a time: a receive, then the send of what came, then the next receive.  So at any
 * moment exactly one completion can arrive for it, and whoever takes that completion owns it.
 *
 * The first argument is the TCP port: 5150 if there is none, 0 for one that the system chooses.
 * Ctrl-C ends the server in order: no new connections, requests cancelled, threads joined.
 */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#pragma comment(lib, "ws2_32.lib")

#define DEFAULT_PORT 5150
#define BUFFER_SIZE  4096
#define WORKERS_MAX  64

typedef enum { RECEIVING, SENDING } OPERATION;

typedef struct CONNECTION {
    OVERLAPPED         overlapped; /* of the one request */
    OPERATION          operation;
    SOCKET             socket;
    struct sockaddr_in peer;
    unsigned long long echoed;
    struct CONNECTION *next, *previous;
    char               buffer[BUFFER_SIZE];
} CONNECTION;

/* Held shared while a request is issued, exclusively while the list changes or the server stops:
 * so no request begins after the last ones were cancelled. */
static SRWLOCK     gate = SRWLOCK_INIT;
static BOOL        stopping;
static CONNECTION *connections;
static unsigned    connection_count;

static SOCKET        listener = INVALID_SOCKET;
static volatile LONG listener_closed;
static HANDLE        all_closed; /* set once the server stops and no connection is left */
static HANDLE        finished;   /* set when main has cleaned up */

static void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    fflush(stdout);
}

static void fail(const char *what, int error)
{
    fprintf(stderr, "%s failed: error %d\n", what, error);
    exit(1);
}

static const char *address_text(const struct sockaddr_in *address, char *text, size_t size)
{
    char host[INET_ADDRSTRLEN] = "?";
    inet_ntop(AF_INET, (void *)&address->sin_addr, host, sizeof host);
    snprintf(text, size, "%s:%u", host, (unsigned)ntohs(address->sin_port));
    return text;
}

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
    if (stopping)
        WSASetLastError(WSA_OPERATION_ABORTED);
    else if (operation == RECEIVING)
        result = WSARecv(connection->socket, &buffer, 1, NULL, &flags,
                         &connection->overlapped, NULL);
    else
        result = WSASend(connection->socket, &buffer, 1, NULL, 0,
                         &connection->overlapped, NULL);
    if (result == SOCKET_ERROR && WSAGetLastError() == WSA_IO_PENDING)
        result = 0;
    ReleaseSRWLockShared(&gate);
    return result == 0;
}

static void close_connection(CONNECTION *connection)
{
    char text[64];
    BOOL last;

    AcquireSRWLockExclusive(&gate);
    if (connection->next)
        connection->next->previous = connection->previous;
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        connections = connection->next;
    connection_count--;
    last = stopping && connection_count == 0;
    ReleaseSRWLockExclusive(&gate);

    closesocket(connection->socket);
    say("- %s, %llu bytes echoed\n", address_text(&connection->peer, text, sizeof text),
        connection->echoed);
    free(connection);
    if (last)
        SetEvent(all_closed);
}

static void open_connection(SOCKET socket, const struct sockaddr_in *peer, HANDLE port)
{
    char        text[64];
    CONNECTION *connection = (CONNECTION *)calloc(1, sizeof *connection);

    if (!connection || !CreateIoCompletionPort((HANDLE)socket, port, (ULONG_PTR)connection, 0)) {
        closesocket(socket);
        free(connection);
        return;
    }
    connection->socket = socket;
    connection->peer = *peer;

    AcquireSRWLockExclusive(&gate);
    connection->next = connections;
    if (connections)
        connections->previous = connection;
    connections = connection;
    connection_count++;
    ReleaseSRWLockExclusive(&gate);
    say("+ %s\n", address_text(peer, text, sizeof text));

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
            connection->echoed += bytes; /* a stream's send is never short */
            goes_on = issue(connection, RECEIVING, BUFFER_SIZE);
        }
        if (!goes_on)
            close_connection(connection);
    }
}

static void close_listener(void)
{
    if (InterlockedExchange(&listener_closed, 1) == 0)
        closesocket(listener);
}

/* Runs in a thread of its own.  `accept` fails when its socket is closed, and main goes on. */
static BOOL WINAPI on_control(DWORD event)
{
    close_listener();
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        WaitForSingleObject(finished, INFINITE); /* on return Windows ends the process */
    return TRUE;
}

static void open_listener(unsigned short port_number)
{
    struct sockaddr_in address;
    int                length = sizeof address;
    char               text[64];

    listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (listener == INVALID_SOCKET)
        fail("socket", WSAGetLastError());
    ZeroMemory(&address, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    address.sin_port = htons(port_number);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) == SOCKET_ERROR)
        fail("bind", WSAGetLastError());
    if (listen(listener, SOMAXCONN) == SOCKET_ERROR)
        fail("listen", WSAGetLastError());
    if (getsockname(listener, (struct sockaddr *)&address, &length) == SOCKET_ERROR)
        fail("getsockname", WSAGetLastError());
    say("Listening on %s\n", address_text(&address, text, sizeof text));
}

static unsigned accept_until_closed(HANDLE port)
{
    unsigned accepted = 0;

    for (;;) {
        struct sockaddr_in peer;
        int                length = sizeof peer;
        SOCKET             socket = accept(listener, (struct sockaddr *)&peer, &length);

        if (socket != INVALID_SOCKET) {
            accepted++;
            open_connection(socket, &peer, port);
        } else if (listener_closed) {
            return accepted;
        } else if (WSAGetLastError() != WSAECONNRESET) {
            fprintf(stderr, "accept failed: error %d\n", WSAGetLastError());
            close_listener();
            return accepted;
        }
    }
}

/* Ends every connection.  Each has a request, whose completion says that it was cancelled. */
static void close_connections(void)
{
    CONNECTION *connection;
    BOOL        none;

    AcquireSRWLockExclusive(&gate);
    stopping = TRUE;
    for (connection = connections; connection; connection = connection->next)
        CancelIoEx((HANDLE)connection->socket, NULL);
    none = connection_count == 0;
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
    char         *end = NULL;
    unsigned long port_number = argc > 1 ? strtoul(argv[1], &end, 10) : DEFAULT_PORT;
    WSADATA       data;
    HANDLE        port, threads[WORKERS_MAX];
    DWORD         count, i;
    unsigned      accepted;
    int           error;

    if (argc > 2 || (end && (*end || end == argv[1])) || port_number > 65535) {
        fprintf(stderr, "Usage: %s [PORT]\n", argv[0]);
        return 2;
    }
    if ((error = WSAStartup(MAKEWORD(2, 2), &data)) != 0)
        fail("WSAStartup", error);
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    all_closed = CreateEventW(NULL, TRUE, FALSE, NULL);
    finished = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!port || !all_closed || !finished)
        fail("CreateIoCompletionPort or CreateEvent", (int)GetLastError());

    open_listener((unsigned short)port_number);
    SetConsoleCtrlHandler(on_control, TRUE);
    count = start_workers(port, threads);
    say("%lu worker threads; Ctrl-C ends\n", (unsigned long)count);

    accepted = accept_until_closed(port);
    close_connections();
    for (i = 0; i < count; i++)
        PostQueuedCompletionStatus(port, 0, 0, NULL);
    WaitForMultipleObjects(count, threads, TRUE, INFINITE);
    for (i = 0; i < count; i++)
        CloseHandle(threads[i]);
    CloseHandle(port);
    CloseHandle(all_closed);
    WSACleanup();
    say("Stopped after %u connections\n", accepted);
    SetEvent(finished);
    return 0;
}
