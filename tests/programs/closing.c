/* Threads that pass packets to each other, and ports and sockets that are closed under them.
 *
 *   closing ROUNDS
 *
 * Everything is counted: each thread that waits for a port which is closed is told so, and each
 * request that was begun completes exactly once, whoever closed its socket.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

#define WAITERS 8
#define SOCKETS 16
#define QUIT    1

static void check(BOOL condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "not so: %s (last error %lu)\n", what, (unsigned long)GetLastError());
        exit(1);
    }
}

/* Read as Windows' other Interlocked functions write. */
static LONG value(volatile LONG *variable)
{
    return InterlockedCompareExchange(variable, 0, 0);
}

static void start(HANDLE *threads, int count, LPTHREAD_START_ROUTINE routine, LPVOID parameter)
{
    while (count-- > 0) {
        threads[count] = CreateThread(NULL, 0, routine, parameter, 0, NULL);
        check(threads[count] != NULL, "CreateThread");
    }
}

static void join(HANDLE *threads, int count)
{
    check(WaitForMultipleObjects(count, threads, TRUE, INFINITE) == WAIT_OBJECT_0, "the threads");
    while (count-- > 0)
        check(CloseHandle(threads[count]), "CloseHandle");
}

/* Two threads, two ports: what comes in through one goes out through the other. */
static HANDLE ping, pong;

static DWORD WINAPI answer(LPVOID parameter)
{
    DWORD       bytes = 0;
    ULONG_PTR   key = 0;
    OVERLAPPED *overlapped = NULL;

    (void)parameter;
    do {
        check(GetQueuedCompletionStatus(ping, &bytes, &key, &overlapped, INFINITE), "ping");
        check(PostQueuedCompletionStatus(pong, bytes + 1, key, overlapped), "post");
    } while (key != QUIT);
    return 0;
}

static void play(DWORD rounds)
{
    HANDLE thread;
    DWORD  i;

    ping = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    pong = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    check(ping && pong, "two ports");
    start(&thread, 1, answer, NULL);
    for (i = 0; i <= rounds; i++) {
        DWORD       bytes = 0;
        ULONG_PTR   key = 0;
        OVERLAPPED *overlapped = NULL;

        check(PostQueuedCompletionStatus(ping, i, i == rounds ? QUIT : 0, NULL), "post");
        check(GetQueuedCompletionStatus(pong, &bytes, &key, &overlapped, INFINITE), "pong");
        check(bytes == i + 1, "the answer to this ping");
    }
    join(&thread, 1);
    check(CloseHandle(ping) && CloseHandle(pong), "CloseHandle");
    printf("%lu answers\n", (unsigned long)rounds);
}

/* A port is closed while threads wait for it, or are about to. */
static HANDLE        closing_port;
static HANDLE        about_to_wait;
static volatile LONG abandoned, too_late;

static DWORD WINAPI wait_for_port(LPVOID parameter)
{
    HANDLE      port = closing_port;
    DWORD       bytes = 77;
    ULONG_PTR   key = 77;
    OVERLAPPED *overlapped = NULL;

    (void)parameter;
    check(ReleaseSemaphore(about_to_wait, 1, NULL), "ReleaseSemaphore");
    check(!GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE), "no packet");
    check(overlapped == NULL && bytes == 77 && key == 77, "nothing is written without a packet");
    if (GetLastError() == ERROR_ABANDONED_WAIT_0)
        InterlockedIncrement(&abandoned);
    else if (GetLastError() == ERROR_INVALID_HANDLE)
        InterlockedIncrement(&too_late);
    else
        check(FALSE, "735, or 6 for whoever came too late");
    return 0;
}

static void close_ports(int rounds)
{
    HANDLE threads[WAITERS];
    int    round, i;

    about_to_wait = CreateSemaphoreW(NULL, 0, WAITERS, NULL);
    check(about_to_wait != NULL, "CreateSemaphore");
    for (round = 0; round < rounds; round++) {
        closing_port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, round % 4);
        check(closing_port != NULL, "a port");
        start(threads, WAITERS, wait_for_port, NULL);
        for (i = 0; i < WAITERS; i++)
            check(WaitForSingleObject(about_to_wait, INFINITE) == WAIT_OBJECT_0, "a waiter");
        for (i = round % 8; i > 0; i--)
            SwitchToThread();
        check(CloseHandle(closing_port), "CloseHandle");
        join(threads, WAITERS);
    }
    check(abandoned + too_late == rounds * WAITERS, "every waiter is told");
    check(CloseHandle(about_to_wait), "CloseHandle");
    printf("%d waiters told\n", rounds * WAITERS);
}

/* Sockets are closed while one thread sends to them and two complete receives. */
typedef struct {
    OVERLAPPED    overlapped;
    SOCKET        server, client;
    volatile LONG closed;
    char          buffer[64];
} PAIR;

static HANDLE        pair_port;
static PAIR          pairs[SOCKETS];
static volatile LONG begun, refused, ended, received;

/* TRUE when a completion will come. */
static BOOL receive(PAIR *pair)
{
    WSABUF buffer;
    DWORD  flags = 0;

    buffer.buf = pair->buffer;
    buffer.len = sizeof pair->buffer;
    InterlockedIncrement(&begun);
    if (WSARecv(pair->server, &buffer, 1, NULL, &flags, &pair->overlapped, NULL) == 0 ||
        WSAGetLastError() == WSA_IO_PENDING)
        return TRUE;
    check(value(&pair->closed) != 0, "a receive is refused only when its socket is closed");
    check(WSAGetLastError() == WSAENOTSOCK, "WSAENOTSOCK");
    InterlockedIncrement(&refused);
    return FALSE;
}

static DWORD WINAPI complete(LPVOID parameter)
{
    (void)parameter;
    for (;;) {
        DWORD       bytes = 0;
        ULONG_PTR   key = 0;
        OVERLAPPED *overlapped = NULL;
        BOOL        taken = GetQueuedCompletionStatus(pair_port, &bytes, &key, &overlapped,
                                                      INFINITE);
        PAIR       *pair = (PAIR *)key;

        if (key == QUIT)
            return 0;
        check(overlapped == &pair->overlapped, "a packet names its own request");
        InterlockedIncrement(&received);
        if ((!taken || !receive(pair)) && InterlockedIncrement(&ended) == SOCKETS) {
            check(PostQueuedCompletionStatus(pair_port, 0, QUIT, NULL), "post");
            check(PostQueuedCompletionStatus(pair_port, 0, QUIT, NULL), "post");
        }
    }
}

static DWORD WINAPI send_to_all(LPVOID parameter)
{
    int i;

    (void)parameter;
    while (value(&ended) < SOCKETS)
        for (i = 0; i < SOCKETS; i++) {
            int sent = send(pairs[i].client, "a few bytes", 11, 0);
            check(sent == 11 || value(&pairs[i].closed), "a send fails only after its peer's end");
        }
    return 0;
}

static DWORD WINAPI close_all(LPVOID parameter)
{
    int i, turns;

    (void)parameter;
    for (i = 0; i < SOCKETS; i++) {
        for (turns = i; turns > 0; turns--)
            SwitchToThread();
        InterlockedExchange(&pairs[i].closed, 1);
        check(closesocket(pairs[i].server) == 0, "closesocket");
    }
    return 0;
}

static void connect_pair(SOCKET listener, const struct sockaddr_in *address, PAIR *pair)
{
    ZeroMemory(pair, sizeof *pair);
    pair->client = socket(AF_INET, SOCK_STREAM, 0);
    check(pair->client != INVALID_SOCKET, "socket");
    check(connect(pair->client, (const struct sockaddr *)address, sizeof *address) == 0, "connect");
    pair->server = accept(listener, NULL, NULL);
    check(pair->server != INVALID_SOCKET, "accept");
    check(CreateIoCompletionPort((HANDLE)pair->server, pair_port, (ULONG_PTR)pair, 0) == pair_port,
          "CreateIoCompletionPort");
}

static void close_sockets(int rounds)
{
    struct sockaddr_in address;
    int                length = sizeof address, round, i;
    SOCKET             listener = socket(AF_INET, SOCK_STREAM, 0);
    HANDLE             threads[4];

    ZeroMemory(&address, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(listener, (struct sockaddr *)&address, length) == 0, "bind");
    check(listen(listener, SOCKETS) == 0, "listen");
    check(getsockname(listener, (struct sockaddr *)&address, &length) == 0, "getsockname");
    for (round = 0; round < rounds; round++) {
        pair_port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 2);
        check(pair_port != NULL, "a port");
        ended = 0;
        for (i = 0; i < SOCKETS; i++)
            connect_pair(listener, &address, &pairs[i]);
        for (i = 0; i < SOCKETS; i++)
            check(receive(&pairs[i]), "the first receive");
        start(threads, 2, complete, NULL);
        start(threads + 2, 1, send_to_all, NULL);
        start(threads + 3, 1, close_all, NULL);
        join(threads, 4);
        for (i = 0; i < SOCKETS; i++)
            check(closesocket(pairs[i].client) == 0, "closesocket");
        check(CloseHandle(pair_port), "CloseHandle");
    }
    check(closesocket(listener) == 0, "closesocket");
    check(begun == received + refused, "every receive that was begun has completed once");
    printf("%ld receives\n", (long)begun);
}

int main(int argc, char **argv)
{
    int     rounds = argc == 2 ? atoi(argv[1]) : 0;
    DWORD   before = 0, after = 0;
    WSADATA data;

    check(rounds > 0, "ROUNDS is given");
    check(WSAStartup(MAKEWORD(2, 2), &data) == 0, "WSAStartup");
    check(GetProcessHandleCount(GetCurrentProcess(), &before), "GetProcessHandleCount");
    play((DWORD)rounds * 50);
    close_ports(rounds);
    close_sockets(rounds);
    WSACleanup();
    check(GetProcessHandleCount(GetCurrentProcess(), &after), "GetProcessHandleCount");
    check(before == after, "no handle is left");
    printf("everything was accounted for\n");
    return 0;
}
