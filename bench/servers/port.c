/* Packets of a completion port.
 *
 *   port COUNT
 *
 * Prints lines `NAME NANOSECONDS`: for a packet, posted and got by one thread, one by one and 64 at
 * once; for a round trip between two threads, each of which sleeps until the other's packet is
 * there; and for a packet where 1 to 8 threads each post one and get one, all by one port.
 */
#include "check.h"

enum { BATCH = 64, THREADS = 8, SLEEPS_LESS = 20 };

typedef struct {
    HANDLE port, answers;
    DWORD  count;
} WORK;

static HANDLE open_port(DWORD concurrency)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, concurrency);

    check(port != NULL, "CreateIoCompletionPort");
    return port;
}

static void post(HANDLE port, DWORD number)
{
    check(PostQueuedCompletionStatus(port, number, 1, NULL), "PostQueuedCompletionStatus");
}

static DWORD get(HANDLE port)
{
    DWORD       bytes = 0;
    ULONG_PTR   key = 0;
    OVERLAPPED *overlapped = NULL;

    check(GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE),
          "GetQueuedCompletionStatus");
    return bytes;
}

static void one_by_one(HANDLE port, DWORD count)
{
    double started = now();
    DWORD  i;

    for (i = 0; i < count; i++) {
        post(port, i);
        check(get(port) == i, "the packet's number");
    }
    print_line("post+get", started, count);
}

static void in_batches(HANDLE port, DWORD count)
{
    OVERLAPPED_ENTRY entries[BATCH];
    double           started = now();
    DWORD            done, i, taken;

    for (done = 0; done < count; done += BATCH) {
        for (i = 0; i < BATCH; i++)
            post(port, i);
        for (i = 0; i < BATCH; i += taken)
            check(GetQueuedCompletionStatusEx(port, entries, BATCH, &taken, INFINITE, FALSE),
                  "GetQueuedCompletionStatusEx");
    }
    print_line("64 at once", started, done);
}

static DWORD WINAPI answer(LPVOID parameter)
{
    WORK *work = (WORK *)parameter;
    DWORD i;

    for (i = 0; i < work->count; i++)
        post(work->answers, get(work->port));
    return 0;
}

static void ping_pong(HANDLE port, DWORD count)
{
    WORK   work = {port, open_port(1), count};
    HANDLE thread = start_thread(answer, &work);
    double started = now();
    DWORD  i;

    for (i = 0; i < count; i++) {
        post(port, i);
        check(get(work.answers) == i, "the packet's number");
    }
    print_line("ping-pong", started, count);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    CloseHandle(work.answers);
}

static DWORD WINAPI post_and_get(LPVOID parameter)
{
    WORK *work = (WORK *)parameter;
    DWORD i;

    for (i = 0; i < work->count; i++) {
        post(work->port, i);
        get(work->port);
    }
    return 0;
}

static void by_threads(DWORD threads, DWORD count)
{
    WORK   work = {open_port(0), NULL, count / threads + 1};
    HANDLE others[THREADS];
    char   name[40];
    double started = now();
    DWORD  i;

    for (i = 0; i < threads; i++)
        others[i] = start_thread(post_and_get, &work);
    WaitForMultipleObjects(threads, others, TRUE, INFINITE);
    snprintf(name, sizeof name, "%lu threads", (unsigned long)threads);
    print_line(name, started, work.count * threads);
    for (i = 0; i < threads; i++)
        CloseHandle(others[i]);
    CloseHandle(work.port);
}

int main(int argc, char **argv)
{
    DWORD  count = read_count(argc, argv), threads;
    HANDLE port = open_port(1);

    one_by_one(port, count);
    in_batches(port, count);
    ping_pong(port, count / SLEEPS_LESS + 1);
    for (threads = 1; threads <= THREADS; threads *= 2)
        by_threads(threads, count / 2);
    CloseHandle(port);
    return 0;
}
