/* Blocks of files written and read by many threads at once, cancelled and closed in the middle.
 *
 *   blocks THREADS ROUNDS
 *
 * Each thread makes a file, writes blocks of it, reads them again, and takes it away; the requests
 * end at one port, where as many other threads look at what has come of them.  Files are buffered
 * or not, and every third is cancelled or closed while its requests are under way.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS_MAX 16
#define BLOCKS      16
#define BLOCK       4096
#define QUIT        1
#define KEY         2

enum fate { FREE, WRITTEN, READ, BROKEN_OFF };

struct request {
    OVERLAPPED         overlapped;
    struct issuer     *issuer;
    volatile enum fate fate;
    BOOL               writes;
};

struct issuer {
    struct request requests[BLOCKS];
    char          *data;
    HANDLE         idle;
    volatile LONG  pending;
    BOOL           may_break_off;
    unsigned       number, round;
};

static HANDLE        port;
static unsigned      rounds;
static volatile LONG done, broken_off;

static void check(BOOL condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "not so: %s (last error %lu)\n", what, (unsigned long)GetLastError());
        exit(1);
    }
}

/* What a block of a round is filled with. */
static char filling(const struct issuer *issuer, size_t block)
{
    return (char)(issuer->number * 31 + issuer->round * 7 + block + 1);
}

/* A request has come to its end. */
static void look(struct request *request, BOOL success, DWORD error, DWORD bytes)
{
    struct issuer *issuer = request->issuer;
    size_t         block = (size_t)(request - issuer->requests);
    const char    *data = issuer->data + block * BLOCK;

    if (success) {
        check(bytes == BLOCK, "a block is moved whole");
        if (!request->writes)
            check(data[0] == filling(issuer, block) && data[BLOCK - 1] == data[0],
                  "what was written is read");
        request->fate = request->writes ? WRITTEN : READ;
        InterlockedIncrement(&done);
    } else {
        check(error == ERROR_OPERATION_ABORTED && issuer->may_break_off,
              "only what is cancelled or closed fails");
        request->fate = BROKEN_OFF;
        InterlockedIncrement(&broken_off);
    }
    if (InterlockedDecrement(&issuer->pending) == 0)
        SetEvent(issuer->idle);
}

static DWORD WINAPI take(void *unused)
{
    (void)unused;
    for (;;) {
        DWORD       bytes = 0;
        ULONG_PTR   key = 0;
        OVERLAPPED *overlapped = NULL;
        BOOL success = GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
        DWORD error = success ? 0 : GetLastError();

        if (key == QUIT)
            return 0;
        check(overlapped != NULL && key == KEY, "a packet is of a request");
        look((struct request *)overlapped, success, error, bytes);
    }
}

/* Starts a request for each block that has this fate. */
static void start(struct issuer *issuer, HANDLE file, BOOL writes, enum fate fate)
{
    size_t block;

    /* One more, so that it is not idle before all have been started. */
    issuer->pending = 1;
    for (block = 0; block < BLOCKS; block++) {
        struct request *request = &issuer->requests[block];
        char *data = issuer->data + block * BLOCK;
        BOOL ended;

        if (request->fate != fate)
            continue;
        memset(&request->overlapped, 0, sizeof request->overlapped);
        request->overlapped.Offset = (DWORD)block * BLOCK;
        request->writes = writes;
        memset(data, writes ? filling(issuer, block) : 0, BLOCK);
        InterlockedIncrement(&issuer->pending);
        ended = writes ? WriteFile(file, data, BLOCK, NULL, &request->overlapped)
                       : ReadFile(file, data, BLOCK, NULL, &request->overlapped);
        check(ended || GetLastError() == ERROR_IO_PENDING, "a request begins");
    }
}

static void finish(struct issuer *issuer)
{
    if (InterlockedDecrement(&issuer->pending) == 0)
        SetEvent(issuer->idle);
    check(WaitForSingleObject(issuer->idle, INFINITE) == WAIT_OBJECT_0, "all requests end");
}

static DWORD WINAPI issue(void *parameter)
{
    struct issuer *issuer = parameter;
    char name[64];
    size_t block;

    snprintf(name, sizeof name, "blocks-%lu-%u", (unsigned long)GetCurrentProcessId(),
             issuer->number);
    for (issuer->round = 0; issuer->round < rounds; issuer->round++) {
        unsigned way = issuer->round % 3;
        DWORD flags = issuer->round / 3 % 2 ? FILE_FLAG_NO_BUFFERING : 0;
        HANDLE file = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_NEW,
                                  FILE_FLAG_OVERLAPPED | flags, NULL);

        check(file != INVALID_HANDLE_VALUE, "the file is new");
        check(CreateIoCompletionPort(file, port, KEY, 0) == port, "it has the port");
        issuer->may_break_off = way > 0;
        for (block = 0; block < BLOCKS; block++)
            issuer->requests[block].fate = FREE;
        start(issuer, file, TRUE, FREE);
        if (way == 1)
            CancelIoEx(file, NULL);
        finish(issuer);
        start(issuer, file, FALSE, WRITTEN);
        if (way == 2)
            check(CloseHandle(file), "it is closed");
        finish(issuer);
        check(way == 2 || CloseHandle(file), "it is closed");
        check(DeleteFileA(name), "it is deleted");
    }
    return 0;
}

static void join(HANDLE *threads, unsigned count)
{
    while (count-- > 0) {
        check(WaitForSingleObject(threads[count], INFINITE) == WAIT_OBJECT_0, "a thread ends");
        CloseHandle(threads[count]);
    }
}

int main(int argc, char **argv)
{
    static struct issuer issuers[THREADS_MAX];
    HANDLE   issuing[THREADS_MAX], taking[THREADS_MAX];
    unsigned threads, at, block;

    check(argc == 3, "blocks THREADS ROUNDS");
    threads = (unsigned)atoi(argv[1]);
    rounds = (unsigned)atoi(argv[2]);
    check(threads > 0 && threads <= THREADS_MAX, "so many threads");
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    check(port != NULL, "a port");
    for (at = 0; at < threads; at++) {
        struct issuer *issuer = &issuers[at];
        issuer->number = at;
        issuer->data = VirtualAlloc(NULL, BLOCKS * BLOCK, MEM_COMMIT | MEM_RESERVE,
                                    PAGE_READWRITE);
        issuer->idle = CreateEventA(NULL, FALSE, FALSE, NULL);
        check(issuer->data != NULL && issuer->idle != NULL, "memory and an event");
        for (block = 0; block < BLOCKS; block++)
            issuer->requests[block].issuer = issuer;
        taking[at] = CreateThread(NULL, 0, take, NULL, 0, NULL);
        issuing[at] = CreateThread(NULL, 0, issue, issuer, 0, NULL);
        check(taking[at] != NULL && issuing[at] != NULL, "threads");
    }
    join(issuing, threads);
    for (at = 0; at < threads; at++)
        check(PostQueuedCompletionStatus(port, 0, QUIT, NULL), "an end is posted");
    join(taking, threads);
    for (at = 0; at < threads; at++) {
        CloseHandle(issuers[at].idle);
        VirtualFree(issuers[at].data, 0, MEM_RELEASE);
    }
    CloseHandle(port);
    check(done > 0, "something was done");
    printf("everything was accounted for\n");
    return 0;
}
