/* Packets posted and taken by many threads at once: none is lost, none comes twice.
 *
 *   packets THREADS PACKETS
 *
 * Every thread posts bursts of numbered packets and takes about as many, one by one or several in
 * one call, with and without waiting.  A bit for each packet says whether it has come.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS_MAX 64
#define BURST       32
#define QUIT        1
#define KEY(number) (((ULONG_PTR)(number) << 8) + 2)

static HANDLE         port;
static LONG           packets;
static volatile LONG  posted, taken;
static volatile LONG *seen;

static void check(BOOL condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "not so: %s (last error %lu)\n", what, (unsigned long)GetLastError());
        exit(1);
    }
}

static void post(DWORD number, ULONG_PTR key, ULONG_PTR overlapped)
{
    check(PostQueuedCompletionStatus(port, number, key, (OVERLAPPED *)overlapped),
          "PostQueuedCompletionStatus");
}

/* FALSE for the packet that ends the threads, which goes on to the next of them. */
static BOOL mark(DWORD number, ULONG_PTR key, OVERLAPPED *overlapped)
{
    LONG bit, before;

    if (key == QUIT) {
        post(0, QUIT, 0);
        return FALSE;
    }
    check(number < (DWORD)packets, "a packet has a number that was posted");
    check(key == KEY(number), "a packet has the key that was posted with it");
    check((ULONG_PTR)overlapped == number * (ULONG_PTR)3, "and the OVERLAPPED");
    bit = (LONG)(1u << (number % 32));
    before = InterlockedOr(&seen[number / 32], bit);
    check(!(before & bit), "no packet comes twice");
    if (InterlockedIncrement(&taken) == packets)
        post(0, QUIT, 0);
    return TRUE;
}

static void post_burst(unsigned count)
{
    while (count-- > 0) {
        LONG number = InterlockedIncrement(&posted) - 1;

        if (number >= packets) {
            InterlockedDecrement(&posted);
            return;
        }
        post((DWORD)number, KEY(number), (ULONG_PTR)number * 3);
    }
}

/* The number of packets taken, at most `count`; -1 when the end has come. */
static int take(unsigned count, DWORD milliseconds)
{
    OVERLAPPED_ENTRY entries[BURST];
    ULONG            removed = 0, i;

    if (count == 1) {
        DWORD       bytes = 0;
        ULONG_PTR   key = 0;
        OVERLAPPED *overlapped = NULL;

        if (GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, milliseconds))
            return mark(bytes, key, overlapped) ? 1 : -1;
        check(GetLastError() == WAIT_TIMEOUT && milliseconds == 0, "a wait of 0 may time out");
        return 0;
    }
    if (!GetQueuedCompletionStatusEx(port, entries, count, &removed, milliseconds, FALSE)) {
        check(GetLastError() == WAIT_TIMEOUT && milliseconds == 0, "a wait of 0 may time out");
        return 0;
    }
    check(removed > 0 && removed <= count, "as many entries as fit");
    for (i = 0; i < removed; i++)
        if (!mark(entries[i].dwNumberOfBytesTransferred, entries[i].lpCompletionKey,
                  entries[i].lpOverlapped)) {
            check(i + 1 == removed, "the end comes last");
            return -1;
        }
    return (int)removed;
}

static DWORD WINAPI work(LPVOID parameter)
{
    unsigned random = (unsigned)(ULONG_PTR)parameter * 2654435761u + 1, burst, left;
    int      count = 1;

    while (InterlockedCompareExchange(&posted, 0, 0) < packets) {
        random = random * 1664525u + 1013904223u;
        burst = 1 + (random >> 16) % BURST;
        post_burst(burst);
        for (left = burst; left > 0; left -= (unsigned)count) {
            count = take((random >> 24) % 2 ? 1 : left, 0);
            if (count < 0)
                return 0;
            if (count == 0)
                break;
        }
    }
    while (take(random % 2 ? 1 : BURST, INFINITE) > 0)
        random = random * 1664525u + 1013904223u;
    return 0;
}

int main(int argc, char **argv)
{
    HANDLE      threads[THREADS_MAX];
    DWORD       count = argc == 3 ? (DWORD)atoi(argv[1]) : 0, i, bytes = 0;
    ULONG_PTR   key = 0;
    OVERLAPPED *overlapped = NULL;

    packets = argc == 3 ? atoi(argv[2]) : 0;
    check(count > 0 && count <= THREADS_MAX && packets > 0, "THREADS and PACKETS are given");
    seen = (volatile LONG *)calloc((size_t)packets / 32 + 1, sizeof *seen);
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    check(seen && port, "memory and a port");
    for (i = 0; i < count; i++) {
        threads[i] = CreateThread(NULL, 0, work, (LPVOID)(ULONG_PTR)i, 0, NULL);
        check(threads[i] != NULL, "CreateThread");
    }
    check(WaitForMultipleObjects(count, threads, TRUE, INFINITE) == WAIT_OBJECT_0, "the threads");
    for (i = 0; i < count; i++)
        check(CloseHandle(threads[i]), "CloseHandle");

    /* The packet that ended the last thread is left. */
    check(GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 0) && key == QUIT, "the end");
    check(!GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 0), "nothing behind it");
    check(taken == packets, "none is lost");
    for (i = 0; i < (DWORD)packets; i++)
        check(seen[i / 32] & (LONG)(1u << (i % 32)), "none is lost");
    check(CloseHandle(port), "CloseHandle");
    free((void *)seen);
    printf("%ld packets, each taken once\n", (long)taken);
    return 0;
}
