/* An echo server that accounts for everything it had: `tests/stress.rs` is its client.
 *
 *   echo_server CONNECTIONS
 *
 * Two workers wait on one port.  It accepts so many connections, serves them until the last has
 * gone, and ends in order.  Then every request must have completed, every connection have been
 * freed, and no handle and no descriptor be left; it says how many connections there were, how many
 * of them were reset, and how many bytes were echoed.
 */
#include <winsock2.h>
#include <windows.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define WORKERS     2
#define BUFFER_SIZE 4096
#define QUIT        1

typedef enum { RECEIVING, SENDING } OPERATION;

typedef struct {
    OVERLAPPED overlapped;
    OPERATION  operation;
    SOCKET     socket;
    char       buffer[BUFFER_SIZE];
} CONNECTION;

static HANDLE            all_gone;
static volatile LONG     open_connections = 1; /* main counts as one until it has accepted all */
static volatile LONG     allocated, freed, issued, completed, resets;
static volatile LONGLONG echoed;

static void check(BOOL condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "not so: %s (last error %lu)\n", what, (unsigned long)GetLastError());
        exit(1);
    }
}

static void one_less(void)
{
    if (InterlockedDecrement(&open_connections) == 0)
        check(SetEvent(all_gone), "SetEvent");
}

static void close_connection(CONNECTION *connection, BOOL reset)
{
    if (reset)
        InterlockedIncrement(&resets);
    check(closesocket(connection->socket) == 0, "closesocket");
    free(connection);
    InterlockedIncrement(&freed);
    one_less();
}

/* The connection belongs to whoever takes the completion, perhaps already. */
static void issue(CONNECTION *connection, OPERATION operation, DWORD length)
{
    WSABUF buffer;
    DWORD  flags = 0;
    int    result, error;

    buffer.buf = connection->buffer;
    buffer.len = length;
    ZeroMemory(&connection->overlapped, sizeof connection->overlapped);
    connection->operation = operation;
    InterlockedIncrement(&issued);
    if (operation == RECEIVING)
        result = WSARecv(connection->socket, &buffer, 1, NULL, &flags, &connection->overlapped,
                         NULL);
    else
        result = WSASend(connection->socket, &buffer, 1, NULL, 0, &connection->overlapped, NULL);
    error = result == 0 ? 0 : WSAGetLastError();
    if (error != 0 && error != WSA_IO_PENDING) {
        InterlockedIncrement(&completed);
        check(error == WSAECONNRESET, "a request fails at once only after a reset");
        close_connection(connection, TRUE);
    }
}

static DWORD WINAPI worker(LPVOID parameter)
{
    HANDLE port = (HANDLE)parameter;

    for (;;) {
        DWORD       bytes = 0;
        ULONG_PTR   key = 0;
        OVERLAPPED *overlapped = NULL;
        BOOL        taken = GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
        CONNECTION *connection = (CONNECTION *)key;

        if (key == QUIT)
            return 0;
        check(overlapped == &connection->overlapped, "a packet names its own request");
        InterlockedIncrement(&completed);
        if (!taken) {
            check(GetLastError() == ERROR_NETNAME_DELETED, "only resets make requests fail");
            close_connection(connection, TRUE);
        } else if (connection->operation == SENDING) {
            InterlockedExchangeAdd64(&echoed, bytes);
            issue(connection, RECEIVING, BUFFER_SIZE);
        } else if (bytes == 0) {
            close_connection(connection, FALSE);
        } else {
            issue(connection, SENDING, bytes);
        }
    }
}

static SOCKET open_listener(void)
{
    struct sockaddr_in address;
    int                length = sizeof address;
    SOCKET             listener = socket(AF_INET, SOCK_STREAM, 0);

    ZeroMemory(&address, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(listener != INVALID_SOCKET, "WSASocket");
    check(bind(listener, (struct sockaddr *)&address, length) == 0, "bind");
    check(listen(listener, SOMAXCONN) == 0, "listen");
    check(getsockname(listener, (struct sockaddr *)&address, &length) == 0, "getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static void accept_all(SOCKET listener, HANDLE port, int connections)
{
    while (connections-- > 0) {
        CONNECTION *connection = (CONNECTION *)calloc(1, sizeof *connection);

        check(connection != NULL, "calloc");
        InterlockedIncrement(&allocated);
        InterlockedIncrement(&open_connections);
        connection->socket = accept(listener, NULL, NULL);
        check(connection->socket != INVALID_SOCKET, "accept");
        check(CreateIoCompletionPort((HANDLE)connection->socket, port, (ULONG_PTR)connection, 0) ==
                  port, "CreateIoCompletionPort");
        issue(connection, RECEIVING, BUFFER_SIZE);
    }
    one_less();
}

static DWORD handles(void)
{
    DWORD count = 0;

    check(GetProcessHandleCount(GetCurrentProcess(), &count), "GetProcessHandleCount");
    return count;
}

static int descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int  count = 0;

    check(folder != NULL, "opendir");
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    WSADATA data;
    SOCKET  listener;
    HANDLE  port, threads[WORKERS];
    DWORD   before = handles();
    int     connections = argc == 2 ? atoi(argv[1]) : 0, i;

    check(connections > 0, "CONNECTIONS is given");
    check(WSAStartup(MAKEWORD(2, 2), &data) == 0, "WSAStartup");
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, WORKERS);
    all_gone = CreateEventW(NULL, TRUE, FALSE, NULL);
    check(port && all_gone, "a port and an event");
    listener = open_listener();
    for (i = 0; i < WORKERS; i++)
        check((threads[i] = CreateThread(NULL, 0, worker, port, 0, NULL)) != NULL, "CreateThread");

    accept_all(listener, port, connections);
    check(WaitForSingleObject(all_gone, INFINITE) == WAIT_OBJECT_0, "WaitForSingleObject");
    for (i = 0; i < WORKERS; i++)
        check(PostQueuedCompletionStatus(port, 0, QUIT, NULL), "PostQueuedCompletionStatus");
    check(WaitForMultipleObjects(WORKERS, threads, TRUE, INFINITE) == WAIT_OBJECT_0, "the threads");
    for (i = 0; i < WORKERS; i++)
        check(CloseHandle(threads[i]), "CloseHandle");
    check(closesocket(listener) == 0, "closesocket");
    check(CloseHandle(all_gone) && CloseHandle(port), "CloseHandle");
    WSACleanup();

    check(issued == completed, "every request has completed");
    check(allocated == freed, "every connection has been freed");
    check(handles() == before, "no handle is left");
    check(descriptors() < 20, "no descriptor is left");
    printf("%ld connections, %ld resets, %lld bytes\n", (long)freed, (long)resets,
           (long long)echoed);
    return 0;
}
