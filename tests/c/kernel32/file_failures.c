// test: engines
// test: native the full disk is Linux' /dev/full, and the signals are Linux' too
// What can go wrong while a file is written and read: a full disk, memory that is not there, a
// file opened for something else, signals all the time.
#include <winsock2.h>
#include <windows.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include "check.h"
#include "check_port.h"

#define BLOCK 65536
#define MANY 16

static char name[MAX_PATH], data[MANY][BLOCK];
static volatile int signals;

static HANDLE open_as(const char *path, DWORD access, DWORD disposition, DWORD flags)
{
    HANDLE file = CreateFileA(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                              NULL, disposition, flags, NULL);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

static void on_signal(int number)
{
    (void)number;
    signals++;
}

/* The error of a request, or 0. */
static DWORD end(HANDLE file, OVERLAPPED *request, BOOL done)
{
    DWORD count;
    if (!done && GetLastError() != ERROR_IO_PENDING)
        return GetLastError();
    return GetOverlappedResult(file, request, &count, TRUE) ? 0 : GetLastError();
}

static void full(void)
{
    HANDLE file = open_as("/dev/full", GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, 0);
    OVERLAPPED request = {0};
    DWORD count = 77;

    FACT("13", "a full disk is 112, synchronous or not");
    CHECK(!WriteFile(file, data, 100, &count, NULL) && GetLastError() == ERROR_DISK_FULL);
    CHECK_EQ(count, 0);
    CHECK(CloseHandle(file));
    file = open_as("/dev/full", GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, FILE_FLAG_OVERLAPPED);
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK_EQ(end(file, &request, WriteFile(file, data, 100, NULL, &request)), ERROR_DISK_FULL);
    CHECK_EQ(request.InternalHigh, 0);
    CHECK_EQ(end(file, &request, ReadFile(file, data, 100, NULL, &request)), 0);
    CHECK(CloseHandle(request.hEvent));
    CHECK(CloseHandle(file));
}

static void memory(void)
{
    HANDLE file = open_as(name, GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS, FILE_FLAG_OVERLAPPED);
    char *nowhere = mmap(NULL, BLOCK, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    OVERLAPPED request = {0};

    FACT("13", "memory that is not there is 998, and the file stays as it was");
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK_EQ(end(file, &request, WriteFile(file, data, 100, NULL, &request)), 0);
    CHECK_EQ(end(file, &request, ReadFile(file, nowhere, 100, NULL, &request)), ERROR_NOACCESS);
    CHECK_EQ(end(file, &request, WriteFile(file, nowhere, 200, NULL, &request)), ERROR_NOACCESS);
    CHECK_EQ(GetFileSize(file, NULL), 100);
    CHECK(CloseHandle(request.hEvent));
    CHECK(CloseHandle(file));
    munmap(nowhere, BLOCK);
}

static void interrupted(void)
{
    HANDLE file = open_as(name, GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS, FILE_FLAG_OVERLAPPED);
    HANDLE port = CreateIoCompletionPort(file, NULL, 1, 0);
    struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    static OVERLAPPED requests[MANY];
    int round, i, wrong = 0;

    FACT("16", "signals that interrupt everything are not seen in any result");
    signal(SIGALRM, on_signal);
    setitimer(ITIMER_REAL, &often, NULL);
    for (round = 0; signals < 200 || round < 20; round++) {
        for (i = 0; i < MANY; i++) {
            memset(&requests[i], 0, sizeof requests[i]);
            requests[i].Offset = (DWORD)i * BLOCK;
            memset(data[i], round + i, BLOCK);
            wrong += WriteFile(file, data[i], BLOCK, NULL, &requests[i]) ||
                     GetLastError() != ERROR_IO_PENDING;
        }
        for (i = 0; i < MANY; i++) {
            struct check_taken taken = check_take(port, HANG_GUARD);
            wrong += !taken.ok || taken.bytes != BLOCK;
        }
        memset(data, 0, sizeof data);
        for (i = 0; i < MANY; i++)
            wrong += !ReadFile(file, data[i], BLOCK, NULL, &requests[i]) &&
                     GetLastError() != ERROR_IO_PENDING;
        for (i = 0; i < MANY; i++) {
            struct check_taken taken = check_take(port, HANG_GUARD);
            wrong += !taken.ok || taken.bytes != BLOCK;
        }
        for (i = 0; i < MANY; i++)
            wrong += data[i][0] != (char)(round + i) || memcmp(data[i], data[i] + 1, BLOCK - 1);
    }
    setitimer(ITIMER_REAL, &never, NULL);
    CHECK_EQ(wrong, 0);
    CHECK_EMPTY(port);
    CHECK(CloseHandle(file));
    CHECK(CloseHandle(port));
}

static void exits(void)
{
    HANDLE file = open_as(name, GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, FILE_FLAG_OVERLAPPED);
    static OVERLAPPED requests[MANY];
    int i, begun = 0;

    FACT("6.1", "a process ends with requests under way");
    CHECK(DeleteFileA(name));
    for (i = 0; i < MANY; i++) {
        requests[i].Offset = (DWORD)i * BLOCK;
        begun += !WriteFile(file, data[i], BLOCK, NULL, &requests[i]) &&
                 GetLastError() == ERROR_IO_PENDING;
    }
    CHECK_EQ(begun, MANY);
}

int main(void)
{
    char folder[MAX_PATH];
    REQUIRE(GetTempPathA(sizeof folder, folder) != 0);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, name) != 0);
    full();
    memory();
    interrupted();
    exits();
    return check_end();
}
