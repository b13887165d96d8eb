/* Two processes and one pipe name: a server that gives every message back, by a completion port,
 * and clients that count and compare.
 *
 *   pipe_exchange server NAME INSTANCES
 *   pipe_exchange client NAME THREADS MESSAGES SEED
 *
 * The server serves until it is killed.  A client ends with 0 and "exact: MESSAGES BYTES" when
 * every message came back as it went, in order; with 3 and the code of the error when the server
 * has gone, which must be one that a dead server gives; with 1 for anything else. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 65536
#define TABLE 262144

static unsigned char table[TABLE];
static const char *name;

static void fail(const char *what)
{
    printf("FAILED: %s, error %lu\n", what, (unsigned long)GetLastError());
    fflush(stdout);
    ExitProcess(1);
}

static unsigned next(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* The message with this number: mostly short, sometimes as long as can be, sometimes empty. */
static DWORD message(unsigned *state, const unsigned char **bytes)
{
    DWORD length = next(state) % (LONGEST + 1) >> next(state) % 12;
    *bytes = table + next(state) % (TABLE - LONGEST);
    return length;
}

/* -- the server -- */

enum doing { LISTENS, READS, WRITES };

struct instance {
    OVERLAPPED overlapped;
    HANDLE pipe;
    enum doing doing;
    DWORD had;
    unsigned char bytes[LONGEST];
};

static HANDLE port;

static void listen_again(struct instance *instance);

static void read_next(struct instance *instance)
{
    instance->doing = READS;
    if (!ReadFile(instance->pipe, instance->bytes, LONGEST, NULL, &instance->overlapped) &&
        GetLastError() != ERROR_IO_PENDING && GetLastError() != ERROR_MORE_DATA)
        listen_again(instance);
}

static void listen_again(struct instance *instance)
{
    for (;;) {
        DisconnectNamedPipe(instance->pipe);
        instance->doing = LISTENS;
        if (ConnectNamedPipe(instance->pipe, &instance->overlapped))
            fail("ConnectNamedPipe succeeds");
        if (GetLastError() == ERROR_IO_PENDING)
            return;
        if (GetLastError() == ERROR_PIPE_CONNECTED) {
            read_next(instance);
            return;
        }
        if (GetLastError() != ERROR_NO_DATA)
            fail("ConnectNamedPipe");
    }
}

static void go_on(struct instance *instance, BOOL ok, DWORD count)
{
    if (!ok) {
        listen_again(instance);
    } else if (instance->doing == READS) {
        instance->doing = WRITES;
        instance->had = count;
        if (!WriteFile(instance->pipe, instance->bytes, count, NULL, &instance->overlapped) &&
            GetLastError() != ERROR_IO_PENDING)
            listen_again(instance);
    } else {
        if (instance->doing == WRITES && count != instance->had)
            fail("a write is short");
        read_next(instance);
    }
}

static DWORD WINAPI serve(void *unused)
{
    DWORD count = 0;
    ULONG_PTR key = 0;
    OVERLAPPED *overlapped = NULL;
    BOOL ok;
    (void)unused;
    while (ok = GetQueuedCompletionStatus(port, &count, &key, &overlapped, INFINITE), overlapped)
        go_on((struct instance *)overlapped, ok, count);
    fail("GetQueuedCompletionStatus");
    return 1;
}

static int server(int instances)
{
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    for (int i = 0; i < instances; i++) {
        struct instance *instance = calloc(1, sizeof *instance);
        instance->pipe = CreateNamedPipeA(
            name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
            PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_WAIT, instances, 65536, 65536, 0,
            NULL);
        if (instance->pipe == INVALID_HANDLE_VALUE)
            fail("CreateNamedPipe");
        if (!CreateIoCompletionPort(instance->pipe, port, 1, 0))
            fail("CreateIoCompletionPort");
        listen_again(instance);
    }
    printf("serving\n");
    fflush(stdout);
    CreateThread(NULL, 0, serve, NULL, 0, NULL);
    return (int)serve(NULL);
}

/* -- a client -- */

static int messages;
static volatile LONG server_is_gone;

struct client {
    HANDLE pipe, thread, writer;
    unsigned seed;
    unsigned long long bytes;
    DWORD error;
};

/* What a server's death is told by: 109 and 233 to reads, these and 232 to writes. */
static DWORD gone(struct client *client, BOOL reads)
{
    DWORD error = GetLastError();
    if (error != ERROR_BROKEN_PIPE && error != ERROR_PIPE_NOT_CONNECTED &&
        (reads || error != ERROR_NO_DATA))
        fail(reads ? "ReadFile" : "WriteFile");
    client->error = error;
    InterlockedExchange(&server_is_gone, 1);
    return error;
}

static DWORD WINAPI write_all(void *argument)
{
    struct client *client = argument;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    unsigned state = client->seed;
    for (int i = 0; i < messages; i++) {
        const unsigned char *bytes;
        DWORD length = message(&state, &bytes), count = 0;
        OVERLAPPED overlapped = {0};
        overlapped.hEvent = event;
        if (!WriteFile(client->pipe, bytes, length, NULL, &overlapped) &&
            GetLastError() != ERROR_IO_PENDING)
            return gone(client, FALSE);
        if (!GetOverlappedResult(client->pipe, &overlapped, &count, TRUE))
            return gone(client, FALSE);
        if (count != length)
            fail("a write is short");
    }
    CloseHandle(event);
    return 0;
}

static HANDLE open_pipe(void)
{
    for (;;) {
        HANDLE pipe = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                                  FILE_FLAG_OVERLAPPED, NULL);
        DWORD mode = PIPE_READMODE_MESSAGE;
        if (pipe != INVALID_HANDLE_VALUE) {
            if (SetNamedPipeHandleState(pipe, &mode, NULL, NULL))
                return pipe;
            /* The server has died meanwhile. */
            CloseHandle(pipe);
        } else if (GetLastError() != ERROR_PIPE_BUSY) {
            return pipe;
        }
        WaitNamedPipeA(name, 10000);
    }
}

static DWORD WINAPI talk(void *argument)
{
    struct client *client = argument;
    unsigned char *got = malloc(LONGEST);
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    unsigned state = client->seed;
    client->pipe = open_pipe();
    if (client->pipe == INVALID_HANDLE_VALUE) {
        if (GetLastError() != ERROR_FILE_NOT_FOUND)
            fail("CreateFile");
        client->error = ERROR_BROKEN_PIPE;
        InterlockedExchange(&server_is_gone, 1);
        return 0;
    }
    client->writer = CreateThread(NULL, 0, write_all, client, 0, NULL);
    for (int i = 0; i < messages && !client->error; i++) {
        const unsigned char *bytes;
        DWORD length = message(&state, &bytes), count = 0;
        OVERLAPPED overlapped = {0};
        overlapped.hEvent = event;
        if ((!ReadFile(client->pipe, got, LONGEST, NULL, &overlapped) &&
             GetLastError() != ERROR_IO_PENDING) ||
            !GetOverlappedResult(client->pipe, &overlapped, &count, TRUE)) {
            gone(client, TRUE);
            break;
        }
        if (count != length || memcmp(got, bytes, length)) {
            printf("message %d: %lu bytes, not %lu\n", i, (unsigned long)count,
                   (unsigned long)length);
            fail("a message is another");
        }
        client->bytes += count;
    }
    if (WaitForSingleObject(client->writer, 20000) != WAIT_OBJECT_0)
        fail("the writer hangs");
    CloseHandle(client->writer);
    CloseHandle(client->pipe);
    CloseHandle(event);
    free(got);
    return 0;
}

static int run_clients(int threads, unsigned seed)
{
    struct client *clients = calloc(threads, sizeof *clients);
    unsigned long long bytes = 0;
    for (int i = 0; i < threads; i++) {
        clients[i].seed = seed * 7919 + i;
        clients[i].thread = CreateThread(NULL, 0, talk, &clients[i], 0, NULL);
    }
    printf("talking\n");
    fflush(stdout);
    for (int i = 0; i < threads; i++) {
        if (WaitForSingleObject(clients[i].thread, 100000) != WAIT_OBJECT_0)
            fail("a client hangs");
        bytes += clients[i].bytes;
    }
    if (server_is_gone) {
        for (int i = 0; i < threads; i++)
            if (clients[i].error)
                printf("gone: %lu\n", (unsigned long)clients[i].error);
        return 3;
    }
    printf("exact: %lld %llu\n", (long long)messages * threads, bytes);
    return 0;
}

int main(int count, char **arguments)
{
    unsigned state = 1;
    for (int i = 0; i < TABLE; i++)
        table[i] = (unsigned char)next(&state);
    if (count == 4 && !strcmp(arguments[1], "server")) {
        name = arguments[2];
        return server(atoi(arguments[3]));
    }
    if (count == 6 && !strcmp(arguments[1], "client")) {
        name = arguments[2];
        messages = atoi(arguments[4]);
        return run_clients(atoi(arguments[3]), (unsigned)atoi(arguments[5]));
    }
    return 2;
}
