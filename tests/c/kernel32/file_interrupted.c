// test: engines
// test: native signals are Linux' own
// Calls that wait or transfer while signals of Linux' arrive whose handlers restart nothing.
#define _GNU_SOURCE
#include <winsock2.h>
#include <windows.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include "check_folder.h"
#include "check_port.h"
#include "check_thread.h"

#define SIZE (1 << 20)
#define SIGNALS 50

static volatile LONG interrupted, done;
static char data[SIZE], back[SIZE];
/* What stands for the standard input. */
static int input[2];

static void note(int number)
{
    (void)number;
    InterlockedIncrement(&interrupted);
}

/* A call to make on a thread of its own. */
struct call {
    struct check_thread thread;
    pthread_t linux_thread;
    HANDLE file, port;
    DWORD length, count, error;
    BOOL writes, success;
};

static void make(void *argument)
{
    struct call *call = argument;
    OVERLAPPED *overlapped;
    ULONG_PTR key;
    call->linux_thread = pthread_self();
    check_thread_about_to_block(&call->thread);
    if (call->port != NULL)
        call->success = GetQueuedCompletionStatus(call->port, &call->count, &key, &overlapped,
                                                  HANG_GUARD);
    else if (call->writes)
        call->success = WriteFile(call->file, data, call->length, &call->count, NULL);
    else
        call->success = ReadFile(call->file, back, call->length, &call->count, NULL);
    call->error = GetLastError();
}

/* Begins the call, and interrupts it again and again: each signal has been handled when the next
 * one is sent. */
static void begin(struct call *call)
{
    int sent;
    check_thread_start(&call->thread, make, call);
    check_thread_wait_blocked(&call->thread);
    for (sent = 0; sent < SIGNALS; sent++) {
        LONG before = interrupted;
        pthread_kill(call->linux_thread, SIGUSR1);
        while (interrupted == before)
            SwitchToThread();
    }
}

static BOOL has_ended(struct call *call, DWORD count)
{
    check_thread_join(&call->thread);
    return call->success && call->count == count;
}

static void pipes(void)
{
    struct call reads = {0}, writes = {0};
    HANDLE from, to, server, client;
    DWORD count, moved = 0;

    FACT("13", "a read of a pipe goes on waiting, whatever signals arrive");
    CHECK(CreatePipe(&from, &to, NULL, 0));
    reads.file = from;
    reads.length = 10;
    begin(&reads);
    CHECK(WriteFile(to, "text", 4, &count, NULL) && has_ended(&reads, 4));

    FACT("13", "a write to a full pipe writes everything, whatever signals arrive");
    writes.file = to;
    writes.length = SIZE;
    writes.writes = TRUE;
    begin(&writes);
    while (moved < SIZE && ReadFile(from, back + moved, SIZE - moved, &count, NULL))
        moved += count;
    CHECK(has_ended(&writes, SIZE) && memcmp(data, back, SIZE) == 0);
    CHECK(CloseHandle(from) && CloseHandle(to));

    FACT("12", "so does a read of a named pipe");
    server = CreateNamedPipeA("\\\\.\\pipe\\lapwing_interrupted", PIPE_ACCESS_DUPLEX, 0, 1, 0, 0,
                              0, NULL);
    client = CreateFileA("\\\\.\\pipe\\lapwing_interrupted", GENERIC_READ | GENERIC_WRITE, 0, NULL,
                         OPEN_EXISTING, 0, NULL);
    memset(&reads, 0, sizeof reads);
    reads.file = client;
    reads.length = 10;
    begin(&reads);
    CHECK(WriteFile(server, "text", 4, &count, NULL) && has_ended(&reads, 4));
    CHECK(CloseHandle(server) && CloseHandle(client));

    FACT("13", "so does a read of a standard handle that is a pipe of Linux'");
    memset(&reads, 0, sizeof reads);
    reads.file = GetStdHandle(STD_INPUT_HANDLE);
    reads.length = 10;
    begin(&reads);
    CHECK(write(input[1], "text", 4) == 4 && has_ended(&reads, 4));
}

static void ports(void)
{
    struct call waits = {0};

    FACT("2", "so does a wait for a packet");
    waits.port = check_port();
    begin(&waits);
    CHECK(PostQueuedCompletionStatus(waits.port, 7, 1, NULL) && has_ended(&waits, 7));
    CHECK(CloseHandle(waits.port));
}

/* Signals as fast as they are handled, until it is told that all is done. */
static void pester(void *argument)
{
    pthread_t *pestered = argument;
    while (!done) {
        LONG before = interrupted;
        pthread_kill(*pestered, SIGUSR1);
        while (!done && interrupted == before)
            SwitchToThread();
    }
}

static void disk(void)
{
    struct check_thread pesterer;
    pthread_t own = pthread_self();
    OVERLAPPED request = {0};
    HANDLE file, overlapped;
    DWORD count;
    int round, wrong = 0;

    FACT("13", "reads and writes of a file transfer everything, whatever signals arrive");
    check_make_file("file", 0);
    file = CreateFileA(check_in("file"), GENERIC_READ | GENERIC_WRITE,
                       FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    overlapped = CreateFileA(check_in("file"), GENERIC_READ | GENERIC_WRITE,
                             FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                             FILE_FLAG_OVERLAPPED, NULL);
    REQUIRE(file != INVALID_HANDLE_VALUE && overlapped != INVALID_HANDLE_VALUE);
    check_thread_start(&pesterer, pester, &own);
    for (round = 0; round < 20; round++) {
        memset(data, 'a' + round, SIZE);
        SetFilePointer(file, 0, NULL, FILE_BEGIN);
        if (round % 2 == 0)
            wrong += !WriteFile(file, data, SIZE, &count, NULL) || count != SIZE;
        else
            wrong += (!WriteFile(overlapped, data, SIZE, NULL, &request) &&
                      GetLastError() != ERROR_IO_PENDING) ||
                     !GetOverlappedResult(overlapped, &request, &count, TRUE) || count != SIZE;
        SetFilePointer(file, 0, NULL, FILE_BEGIN);
        wrong += !ReadFile(file, back, SIZE, &count, NULL) || count != SIZE;
        wrong += memcmp(data, back, SIZE) != 0;
        memset(back, 0, SIZE);
        wrong += (!ReadFile(overlapped, back, SIZE, NULL, &request) &&
                  GetLastError() != ERROR_IO_PENDING) ||
                 !GetOverlappedResult(overlapped, &request, &count, TRUE) || count != SIZE;
        wrong += memcmp(data, back, SIZE) != 0;
    }
    InterlockedExchange(&done, 1);
    check_thread_join(&pesterer);
    CHECK_EQ(wrong, 0);
    CHECK(CloseHandle(file) && CloseHandle(overlapped) && DeleteFileA(check_in("file")));
}

int main(void)
{
    struct sigaction action = {0};
    int at;

    action.sa_handler = note;
    REQUIRE(pipe(input) == 0 && dup2(input[0], 0) == 0);
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    for (at = 0; at < SIZE; at++)
        data[at] = (char)(at * 31 >> 3);
    check_make_folder();
    pipes();
    ports();
    disk();
    check_remove_folder();
    return check_end();
}
