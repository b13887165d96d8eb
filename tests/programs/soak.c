/* Hours of a server's life in a bounded run: connect, echo, reset, half-close, close and cancel in
 * random order, and at the end everything is as it was before.
 *
 *   soak SEED CONVERSATIONS
 *
 * Both sides live here.  The server (soak_server.h) has one port and AcceptEx, the clients
 * (soak_client.h) use every kind of call.  What the clients and the server do is drawn from SEED;
 * how their threads interleave is not.  A first tenth warms everything up: what has been taken then
 * is what there may be at the end.
 */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include <winternl.h>
#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS  3
#define SLOTS    5 /* of each client: connections at a time */
#define SESSIONS (CLIENTS * SLOTS + 1)
#define WORKERS  3
#define ROOM     4096
#define AREA     (sizeof(struct sockaddr_in) + 16)
#define QUIT     1

/* The first byte of a conversation says what the server is to do after its first echo. */
enum contract { GO_ON, CLOSE, RESET, CLOSE_PENDING, SHUT_DOWN, CONTRACTS };

static unsigned      seed;
static volatile LONG begun, ended; /* requests that could be pending, on both sides */

static LPFN_ACCEPTEX     accept_ex;
static LPFN_CONNECTEX    connect_ex;
static LPFN_DISCONNECTEX disconnect_ex;

static void check(BOOL condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "not so: %s (last error %lu, seed %u)\n", what,
                (unsigned long)GetLastError(), seed);
        exit(1);
    }
}

/* A number from 0 to limit - 1. */
static unsigned draw(unsigned long long *state, unsigned limit)
{
    *state = *state * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(*state >> 33) % limit;
}

static unsigned long long random_of(unsigned actor)
{
    unsigned long long state = ((unsigned long long)seed << 32) + actor;

    draw(&state, 1);
    return state;
}

/* So that the peer sees a reset when the socket is closed. */
static void will_reset(SOCKET s)
{
    struct linger linger = {1, 0};

    check(setsockopt(s, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger) == 0, "SO_LINGER");
}

/* TRUE when a packet, an event or a routine will tell the end of a call that was just made. */
static BOOL is_begun(BOOL at_once)
{
    if (!at_once && WSAGetLastError() != WSA_IO_PENDING)
        return FALSE;
    InterlockedIncrement(&begun);
    return TRUE;
}

#include "soak_server.h"
#include "soak_client.h"

static void find_functions(void)
{
    GUID   accept_guid = WSAID_ACCEPTEX, connect_guid = WSAID_CONNECTEX;
    GUID   disconnect_guid = WSAID_DISCONNECTEX;
    DWORD  count;
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);

#define FIND(guid, function) \
    check(WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &guid, sizeof guid, &function, \
                   sizeof function, &count, NULL, NULL) == 0, #function)
    FIND(accept_guid, accept_ex);
    FIND(connect_guid, connect_ex);
    FIND(disconnect_guid, disconnect_ex);
    check(closesocket(s) == 0, "closesocket");
}

static void converse(int conversations)
{
    HANDLE threads[CLIENTS];
    int    i;

    start_server();
    for (i = 0; i < CLIENTS; i++)
        threads[i] = start_client(i, conversations / CLIENTS);
    check(WaitForMultipleObjects(CLIENTS, threads, TRUE, INFINITE) == WAIT_OBJECT_0, "the clients");
    for (i = 0; i < CLIENTS; i++)
        check(CloseHandle(threads[i]), "CloseHandle");
    stop_server();
    check(begun == ended, "every request that was begun has ended once");
}

/* What a process has. */
struct account {
    DWORD  handles;
    int    descriptors, threads;
    size_t heap; /* 0 when a sanitizer keeps it */
};

static int entries(const char *path)
{
    DIR *folder = opendir(path);
    int  count = 0;

    check(folder != NULL, path);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2; /* . and .. */
}

static struct account account(void)
{
    struct account now;

    check(GetProcessHandleCount(GetCurrentProcess(), &now.handles), "GetProcessHandleCount");
    now.threads = entries("/proc/self/task");
    now.descriptors = entries("/proc/self/fd");
    now.heap = mallinfo2().uordblks;
    return now;
}

/* Main, Lapwing's own, and ThreadSanitizer's. */
#ifdef __has_feature
# if __has_feature(thread_sanitizer)
#  define THREADS 3
# endif
#endif
#ifndef THREADS
# define THREADS 2
#endif

/* A thread that has ended is for a moment still seen by Linux, and Lapwing's own may just be
 * reading something of /proc. */
static struct account settled(int descriptors)
{
    struct account now = account();
    int            tries = 1000000;

    while ((now.threads > THREADS || now.descriptors > descriptors) && tries-- > 0) {
        SwitchToThread();
        now = account();
    }
    return now;
}

int main(int argc, char **argv)
{
    int            conversations = argc == 3 ? atoi(argv[2]) : 0;
    struct account before, after;
    WSADATA        data;

    check(conversations >= 10 * CLIENTS, "SEED and CONVERSATIONS are given");
    seed = (unsigned)strtoul(argv[1], NULL, 0);
    check(WSAStartup(MAKEWORD(2, 2), &data) == 0, "WSAStartup");
    find_functions();
    converse(conversations / 10);
    before = settled(1000);
    converse(conversations - conversations / 10);
    after = settled(before.descriptors);
    printf("%d descriptors before, %d after; %d threads\n", before.descriptors, after.descriptors,
           after.threads);
    check(after.handles == before.handles, "no handle is left");
    check(after.descriptors <= before.descriptors, "no descriptor is left");
    check(after.threads == THREADS, "no thread is left");
    check(after.heap < before.heap + 65536, "no memory is left");
    WSACleanup();
    tell_server();
    tell_clients();
    printf("%zu bytes of memory before, %zu after\n", before.heap, after.heap);
    return 0;
}
