// test: engines
// What is free again when a file is closed right after the end of its requests.
#include <winsock2.h>
#include <windows.h>
#include "check_folder.h"
#include "check_port.h"

#define BLOCK 16384
#define MANY 8
#define ROUNDS 100

static char data[MANY][BLOCK];
static OVERLAPPED requests[MANY];
static HANDLE events[MANY];

/* As nobody else may have it open meanwhile. */
static HANDLE open_alone(DWORD disposition, DWORD flags)
{
    return CreateFileA(check_in("file"), GENERIC_READ | GENERIC_WRITE | DELETE, 0, NULL,
                       disposition, FILE_FLAG_OVERLAPPED | flags, NULL);
}

/* Starts all requests. */
static int start(HANDLE file, BOOL writes, BOOL with_events)
{
    int at, wrong = 0;
    for (at = 0; at < MANY; at++) {
        BOOL done;
        memset(&requests[at], 0, sizeof requests[at]);
        requests[at].Offset = (DWORD)at * BLOCK;
        requests[at].hEvent = with_events ? events[at] : NULL;
        done = writes ? WriteFile(file, data[at], BLOCK, NULL, &requests[at])
                      : ReadFile(file, data[at], BLOCK, NULL, &requests[at]);
        wrong += !done && GetLastError() != ERROR_IO_PENDING;
    }
    return wrong;
}

/* Waits until all have ended, each heard of in the way that was chosen. */
static int finish(HANDLE file, HANDLE port)
{
    int at, wrong = 0;
    for (at = 0; at < MANY; at++) {
        DWORD count = 0;
        if (port != NULL) {
            struct check_taken taken = check_take(port, HANG_GUARD);
            wrong += !taken.ok || taken.bytes != BLOCK;
        } else {
            wrong += !GetOverlappedResult(file, &requests[at], &count, TRUE) || count != BLOCK;
        }
    }
    return wrong;
}

/* Rounds of requests; after each the file is opened alone, or deleted and made anew. */
static int rounds(BOOL with_port, DWORD flags)
{
    int round, wrong = 0;
    for (round = 0; round < ROUNDS; round++) {
        BOOL is_new = round % 4 == 0;
        HANDLE file = open_alone(is_new ? CREATE_NEW : OPEN_EXISTING, flags);
        HANDLE port = with_port ? CreateIoCompletionPort(file, NULL, 1, 0) : NULL;
        if (file == INVALID_HANDLE_VALUE)
            return 1000 * (round + 1) + (int)GetLastError();
        wrong += start(file, is_new || round % 2 == 0, !with_port) + finish(file, port);
        wrong += !CloseHandle(file) || (port != NULL && !CloseHandle(port));
        if (round % 4 == 3)
            wrong += !DeleteFileA(check_in("file"));
    }
    return wrong;
}

int main(void)
{
    int at;

    for (at = 0; at < MANY; at++)
        events[at] = CreateEventA(NULL, TRUE, FALSE, NULL);
    check_make_folder();
    FACT("13.3", "closed after the last packet, a file can be opened alone and deleted at once");
    CHECK_EQ(rounds(TRUE, 0), 0);
    CHECK_EQ(rounds(TRUE, FILE_FLAG_WRITE_THROUGH), 0);
    FACT("13.3", "so it can after GetOverlappedResult");
    CHECK_EQ(rounds(FALSE, 0), 0);
    CHECK_EQ(rounds(FALSE, FILE_FLAG_WRITE_THROUGH), 0);
    check_remove_folder();
    return check_end();
}
