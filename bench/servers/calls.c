/* Calls that need no system call: nanoseconds for one pair of them, on one thread.
 *
 *   calls PAIRS
 *
 * Prints lines `NAME NANOSECONDS`.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (double)moment.tv_sec * 1e9 + (double)moment.tv_nsec;
}

static void check(BOOL condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "%s failed: error %lu\n", what, (unsigned long)GetLastError());
        exit(1);
    }
}

static void post_and_get(HANDLE port, DWORD pairs)
{
    double started = now();
    DWORD  i;

    for (i = 0; i < pairs; i++) {
        DWORD       bytes = 0;
        ULONG_PTR   key = 0;
        OVERLAPPED *overlapped = NULL;

        check(PostQueuedCompletionStatus(port, i, 1, NULL), "PostQueuedCompletionStatus");
        check(GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 0),
              "GetQueuedCompletionStatus");
        check(bytes == i, "the packet's number");
    }
    printf("post+get %.1f\n", (now() - started) / pairs);
}

static void set_and_wait(HANDLE event, DWORD pairs)
{
    double started = now();
    DWORD  i;

    for (i = 0; i < pairs; i++) {
        check(SetEvent(event), "SetEvent");
        check(WaitForSingleObject(event, INFINITE) == WAIT_OBJECT_0, "WaitForSingleObject");
    }
    printf("set+wait %.1f\n", (now() - started) / pairs);
}

int main(int argc, char **argv)
{
    DWORD  pairs = argc == 2 ? (DWORD)atol(argv[1]) : 0;
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);

    check(port && event && pairs, "CreateIoCompletionPort or CreateEvent");
    post_and_get(port, pairs);
    set_and_wait(event, pairs);
    CloseHandle(event);
    CloseHandle(port);
    return 0;
}
