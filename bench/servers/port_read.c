/* Reads 4 KiB blocks of a file at random places, 32 at a time, by overlapped ReadFile and a
 * completion port.
 *
 *   port_read FILE COUNT [direct]
 *
 * Prints the seconds and the processor seconds.
 */
#include <windows.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define DEPTH 32
#define BLOCK 4096

static void check(BOOL condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "%s failed: error %lu\n", what, (unsigned long)GetLastError());
        exit(1);
    }
}

static double now(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (double)moment.tv_sec + (double)moment.tv_nsec / 1e9;
}

static double processor(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static uint64_t state = 88172645463325252ull;

static uint64_t random_number(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static OVERLAPPED requests[DEPTH];
static uint64_t   blocks;
static char      *memory;
static HANDLE     file;

static void read_one(OVERLAPPED *request)
{
    uint64_t place = random_number() % blocks * BLOCK;
    BOOL     done;

    request->Offset = (DWORD)place;
    request->OffsetHigh = (DWORD)(place >> 32);
    done = ReadFile(file, memory + (request - requests) * BLOCK, BLOCK, NULL, request);
    check(done || GetLastError() == ERROR_IO_PENDING, "ReadFile");
}

int main(int argc, char **argv)
{
    DWORD         flags = FILE_FLAG_OVERLAPPED, bytes;
    long          count, begun = 0, ended;
    double        started, before;
    LARGE_INTEGER size;
    HANDLE        port;
    ULONG_PTR     key;
    OVERLAPPED   *request;

    check(argc >= 3, "FILE COUNT [direct]");
    count = atol(argv[2]);
    if (argc > 3)
        flags |= FILE_FLAG_NO_BUFFERING;
    file = CreateFileA(argv[1], GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, flags, NULL);
    check(file != INVALID_HANDLE_VALUE, "CreateFile");
    check(GetFileSizeEx(file, &size), "GetFileSizeEx");
    blocks = (uint64_t)size.QuadPart / BLOCK;
    memory = aligned_alloc(BLOCK, DEPTH * BLOCK);
    port = CreateIoCompletionPort(file, NULL, 1, 1);
    check(memory != NULL && port != NULL, "CreateIoCompletionPort");
    started = now();
    before = processor();
    for (; begun < DEPTH && begun < count; begun++)
        read_one(&requests[begun]);
    for (ended = 0; ended < count; ended++) {
        check(GetQueuedCompletionStatus(port, &bytes, &key, &request, INFINITE) && bytes == BLOCK,
              "GetQueuedCompletionStatus");
        if (begun < count) {
            read_one(request);
            begun++;
        }
    }
    printf("%f %f\n", now() - started, processor() - before);
    return 0;
}
