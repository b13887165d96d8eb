// test: engines
// Overlapped files: many requests at once, their order and number, ends of files, cancelling,
// closing, threads that end, notification modes, ports that come late.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_port.h"
#include "check_thread.h"

#define BLOCK 4096
#define MANY 32
#define CROWD 5000

static char name[MAX_PATH];
static HANDLE port;

struct request {
    OVERLAPPED overlapped;
    char *data;
    BOOL done_at_once;
    int told;
};

static struct request requests[CROWD];

static HANDLE open_file(DWORD disposition, DWORD flags)
{
    HANDLE file = CreateFileA(name, GENERIC_READ | GENERIC_WRITE,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              disposition, flags, NULL);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

/* A file that belongs to the port. */
static HANDLE open_bound(DWORD disposition)
{
    HANDLE file = open_file(disposition, FILE_FLAG_OVERLAPPED);
    BOOL is_bound = CreateIoCompletionPort(file, port, 7, 0) == port;
    REQUIRE(is_bound);
    return file;
}

static char pattern(int block)
{
    return (char)('a' + block % 23);
}

static BOOL is_block(const char *data, int block)
{
    int i;
    for (i = 0; i < BLOCK; i++)
        if (data[i] != pattern(block))
            return FALSE;
    return TRUE;
}

/* The requests 0..count, each for a block of its own. */
static void prepare(int count, BOOL writes)
{
    int i;
    for (i = 0; i < count; i++) {
        struct request *it = &requests[i];
        if (!it->data)
            it->data = malloc(BLOCK);
        memset(&it->overlapped, 0, sizeof it->overlapped);
        it->overlapped.Offset = (DWORD)i * BLOCK;
        memset(it->data, writes ? pattern(i) : 0, BLOCK);
        it->told = 0;
        it->done_at_once = FALSE;
    }
}

/* How many could not begin. */
static int begin(HANDLE file, int count, BOOL writes)
{
    int i, refused = 0;
    for (i = 0; i < count; i++) {
        struct request *it = &requests[i];
        BOOL done = writes ? WriteFile(file, it->data, BLOCK, NULL, &it->overlapped)
                           : ReadFile(file, it->data, BLOCK, NULL, &it->overlapped);
        it->done_at_once = done;
        if ((done && writes) || (!done && GetLastError() != ERROR_IO_PENDING))
            refused++;
    }
    return refused;
}

/* Takes so many packets; counts those that end neither with success nor with `other`, and those
 * that say otherwise than their OVERLAPPED. */
static int take(int count, DWORD other, int *with_other)
{
    int i, wrong = 0;
    for (i = 0; i < count; i++) {
        DWORD bytes;
        ULONG_PTR key;
        OVERLAPPED *overlapped;
        BOOL ok = GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, HANG_GUARD);
        DWORD error = ok ? 0 : GetLastError();
        struct request *it = CONTAINING_RECORD(overlapped, struct request, overlapped);
        if (!overlapped || it < requests || it >= requests + CROWD)
            return -1;
        it->told++;
        if (key != 7 || it->overlapped.InternalHigh != bytes)
            wrong++;
        if (ok ? bytes != BLOCK : (bytes != 0 || error != other))
            wrong++;
        if (!ok && with_other)
            ++*with_other;
    }
    return wrong;
}

/* How many were not told of exactly once. */
static int miscounted(int count)
{
    int i, wrong = 0;
    for (i = 0; i < count; i++)
        wrong += requests[i].told != 1;
    return wrong;
}

static int wrong_blocks(int count)
{
    int i, wrong = 0;
    for (i = 0; i < count; i++)
        wrong += !is_block(requests[i].data, i);
    return wrong;
}

static void many(void)
{
    HANDLE file = open_bound(CREATE_ALWAYS);
    int i, round, wrong = 0;

    FACT("13.1", "a write is pending, whatever the disk does; its packet comes once");
    prepare(CROWD, TRUE);
    CHECK_EQ(begin(file, CROWD, TRUE), 0);
    CHECK_EQ(take(CROWD, 0, NULL), 0);
    CHECK_EQ(miscounted(CROWD), 0);
    CHECK_EMPTY(port);
    CHECK_EQ(GetFileSize(file, NULL), CROWD * BLOCK);

    FACT("13.1", "thousands of reads at once");
    prepare(CROWD, FALSE);
    CHECK_EQ(begin(file, CROWD, FALSE), 0);
    CHECK_EQ(take(CROWD, 0, NULL), 0);
    CHECK_EQ(miscounted(CROWD), 0);
    CHECK_EQ(wrong_blocks(CROWD), 0);
    CHECK_EMPTY(port);

    FACT("2.3", "32 reads under way, each begun anew when it is done");
    prepare(MANY, FALSE);
    CHECK_EQ(begin(file, MANY, FALSE), 0);
    for (round = 0; round < 2000; round++) {
        struct check_taken taken = check_take(port, HANG_GUARD);
        struct request *it = CONTAINING_RECORD(taken.overlapped, struct request, overlapped);
        int block = (int)(it->overlapped.Offset / BLOCK);
        if (!taken.ok || taken.bytes != BLOCK || !is_block(it->data, block))
            wrong++;
        it->overlapped.Offset = (DWORD)((block * 31 + round) % CROWD) * BLOCK;
        if (!ReadFile(file, it->data, BLOCK, NULL, &it->overlapped) &&
            GetLastError() != ERROR_IO_PENDING)
            wrong++;
    }
    for (i = 0; i < MANY; i++)
        wrong += !check_take(port, HANG_GUARD).ok;
    CHECK_EQ(wrong, 0);
    CHECK_EMPTY(port);
    CHECK(CloseHandle(file));
}

/* Begins a read and waits for its end by its event. */
static DWORD read_at(HANDLE file, DWORD offset, char *data, DWORD length, DWORD *count)
{
    OVERLAPPED overlapped = {0};
    DWORD error = 0;
    overlapped.Offset = offset;
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    if (!ReadFile(file, data, length, NULL, &overlapped))
        error = GetLastError();
    if (error == ERROR_IO_PENDING || error == 0)
        error = GetOverlappedResult(file, &overlapped, count, TRUE) ? 0 : GetLastError();
    CloseHandle(overlapped.hEvent);
    return error;
}

static void ends(void)
{
    HANDLE file = open_file(OPEN_EXISTING, FILE_FLAG_OVERLAPPED), other;
    static char data[4 * BLOCK];
    OVERLAPPED overlapped = {0};
    DWORD count = 0;
    int i, wrong = 0;

    FACT("13.1, 2", "at its end a file gives what it has, behind it 38");
    CHECK(read_at(file, (CROWD - 1) * BLOCK, data, 4 * BLOCK, &count) == 0 && count == BLOCK);
    CHECK_EQ(read_at(file, CROWD * BLOCK, data, 1, &count), ERROR_HANDLE_EOF);
    CHECK_EQ(read_at(file, CROWD * BLOCK + 5, data, 1, &count), ERROR_HANDLE_EOF);
    CHECK(read_at(file, CROWD * BLOCK - 1, data, 2, &count) == 0 && count == 1);
    CHECK(read_at(file, CROWD * BLOCK - 1, data, 0, &count) == 0 && count == 0);

    FACT("13.1", "one write of many blocks, one read of them");
    memset(data, 'z', sizeof data);
    overlapped.Offset = 5;
    overlapped.hEvent = CreateEventA(NULL, FALSE, FALSE, NULL);
    CHECK(!WriteFile(file, data, sizeof data, NULL, &overlapped) &&
          GetLastError() == ERROR_IO_PENDING);
    CHECK(GetOverlappedResult(file, &overlapped, &count, TRUE) && count == sizeof data);
    memset(data, 0, sizeof data);
    CHECK(read_at(file, 5, data, sizeof data, &count) == 0 && count == sizeof data);
    CHECK(data[0] == 'z' && !memcmp(data, data + 1, sizeof data - 1));

    FACT("1.6", "without an event the file itself is set");
    CHECK(CloseHandle(overlapped.hEvent));
    overlapped.hEvent = NULL;
    CHECK(!WriteFile(file, data, 1, NULL, &overlapped) && GetLastError() == ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(file, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(HasOverlappedIoCompleted(&overlapped) && overlapped.InternalHigh == 1);

    FACT("13.1", "a file that is cut off under its reads: each has what was there, or 38");
    other = open_file(OPEN_EXISTING, 0);
    CHECK(CloseHandle(file));
    file = open_bound(OPEN_EXISTING);
    prepare(CROWD, FALSE);
    CHECK_EQ(begin(file, CROWD / 2, FALSE), 0);
    SetFilePointer(other, BLOCK, NULL, FILE_BEGIN);
    CHECK(SetEndOfFile(other));
    for (i = CROWD / 2; i < CROWD; i++)
        wrong += ReadFile(file, requests[i].data, BLOCK, NULL, &requests[i].overlapped) ||
                 GetLastError() != ERROR_IO_PENDING;
    CHECK_EQ(wrong, 0);
    CHECK_EQ(take(CROWD, ERROR_HANDLE_EOF, &wrong), 0);
    CHECK_EQ(miscounted(CROWD), 0);
    CHECK(wrong >= CROWD / 2);
    CHECK(CloseHandle(other));
    CHECK(CloseHandle(file));
}

static void cancelling(void)
{
    HANDLE file = open_bound(CREATE_ALWAYS);
    int round, wrong = 0, lost = 0, cancelled = 0;
    BOOL answered = TRUE;

    FACT("6.8", "a request that is cancelled is done, or 995, and told of once");
    for (round = 0; round < 20; round++) {
        prepare(MANY, TRUE);
        wrong += begin(file, MANY, TRUE);
        if (round % 3 == 0)
            answered = answered && CancelIo(file);
        else if (!CancelIoEx(file, round % 3 == 1 ? NULL : &requests[5].overlapped))
            answered = answered && GetLastError() == ERROR_NOT_FOUND;
        wrong += take(MANY, ERROR_OPERATION_ABORTED, &cancelled);
        lost += miscounted(MANY);
    }
    CHECK(answered);
    CHECK_EQ(wrong, 0);
    CHECK_EQ(lost, 0);
    CHECK_EMPTY(port);

    FACT("6.8", "what is done cannot be cancelled any more");
    CHECK(CancelIo(file));
    SetLastError(UNTOUCHED);
    CHECK(!CancelIoEx(file, &requests[3].overlapped) && GetLastError() == ERROR_NOT_FOUND);
    CHECK_EMPTY(port);

    FACT("6.1", "closing ends what is pending: done, or 995; the packets follow");
    for (round = 0; round < 20; round++) {
        prepare(MANY, TRUE);
        wrong += begin(file, MANY, TRUE);
        wrong += !CloseHandle(file);
        wrong += take(MANY, ERROR_OPERATION_ABORTED, &cancelled);
        lost += miscounted(MANY);
        file = open_bound(OPEN_EXISTING);
    }
    CHECK_EQ(wrong, 0);
    CHECK_EQ(lost, 0);
    CHECK_EMPTY(port);
    CHECK(CloseHandle(file));
}

static DWORD WINAPI write_and_end(void *file)
{
    return (DWORD)begin(file, MANY, TRUE);
}

static DWORD WINAPI read_and_end(void *file)
{
    return (DWORD)begin(file, MANY, FALSE);
}

static DWORD run(LPTHREAD_START_ROUTINE body, HANDLE file)
{
    HANDLE thread = CreateThread(NULL, 0, body, file, 0, NULL);
    DWORD code = 1;
    WaitForSingleObject(thread, HANG_GUARD);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

static void thread_exit(void)
{
    HANDLE file = open_bound(CREATE_ALWAYS);
    int i, round, wrong = 0, lost = 0, ended = 0;

    FACT("6.6", "with a port and no event, requests survive the thread that made them");
    for (round = 0; round < 20; round++) {
        prepare(MANY, TRUE);
        wrong += (int)run(write_and_end, file);
        wrong += take(MANY, 0, NULL);
        lost += miscounted(MANY);
        prepare(MANY, FALSE);
        wrong += (int)run(read_and_end, file);
        wrong += take(MANY, 0, NULL) + wrong_blocks(MANY);
        lost += miscounted(MANY);
    }
    CHECK_EQ(wrong, 0);
    CHECK_EQ(lost, 0);
    CHECK(CloseHandle(file));

    FACT("6.6", "without a port they end with the thread: done, or 995, and the event is set");
    file = open_file(OPEN_EXISTING, FILE_FLAG_OVERLAPPED);
    prepare(MANY, TRUE);
    for (i = 0; i < MANY; i++)
        requests[i].overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK_EQ(run(write_and_end, file), 0);
    for (i = 0; i < MANY; i++) {
        OVERLAPPED *it = &requests[i].overlapped;
        DWORD count;
        BOOL done;
        wrong += WaitForSingleObject(it->hEvent, HANG_GUARD) != WAIT_OBJECT_0;
        done = GetOverlappedResult(file, it, &count, FALSE);
        ended += done ? count == BLOCK : GetLastError() == ERROR_OPERATION_ABORTED;
        CloseHandle(it->hEvent);
    }
    CHECK_EQ(wrong, 0);
    CHECK_EQ(ended, MANY);
    CHECK(CloseHandle(file));
}

static void modes(void)
{
    HANDLE file = open_bound(OPEN_EXISTING), late;
    int i, at_once = 0, wrong = 0;

    FACT("4.8", "skip-on-success: what is done inside the call has no packet, the rest has");
    CHECK(SetFileCompletionNotificationModes(file, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS |
                                                       FILE_SKIP_SET_EVENT_ON_HANDLE));
    prepare(MANY, TRUE);
    CHECK_EQ(begin(file, MANY, TRUE), 0);
    CHECK_EQ(take(MANY, 0, NULL), 0);
    prepare(MANY, FALSE);
    CHECK_EQ(begin(file, MANY, FALSE), 0);
    for (i = 0; i < MANY; i++)
        at_once += requests[i].done_at_once;
    CHECK_EQ(take(MANY - at_once, 0, NULL), 0);
    for (i = 0; i < MANY; i++)
        wrong += requests[i].told != !requests[i].done_at_once;
    CHECK_EQ(wrong, 0);
    CHECK_EQ(wrong_blocks(MANY), 0);
    CHECK_EMPTY(port);
    CHECK_EQ(WaitForSingleObject(file, 0), WAIT_TIMEOUT);
    CHECK(CloseHandle(file));

    FACT("4.1", "what is pending when a port is associated completes to it, or was done before");
    late = open_file(OPEN_EXISTING, FILE_FLAG_OVERLAPPED);
    prepare(MANY, TRUE);
    CHECK_EQ(begin(late, MANY, TRUE), 0);
    for (i = 0; i < MANY; i++)
        while (!HasOverlappedIoCompleted(&requests[i].overlapped))
            SwitchToThread();
    CHECK(CreateIoCompletionPort(late, port, 7, 0) == port);
    prepare(MANY, TRUE);
    CHECK_EQ(begin(late, MANY, TRUE), 0);
    CHECK_EQ(take(MANY, 0, NULL), 0);
    CHECK_EQ(miscounted(MANY), 0);
    CHECK_EMPTY(port);
    CHECK(CloseHandle(late));
}

int main(void)
{
    char folder[MAX_PATH];
    int i;
    REQUIRE(GetTempPathA(sizeof folder, folder) != 0);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, name) != 0);
    port = check_port();
    many();
    ends();
    cancelling();
    thread_exit();
    modes();
    CHECK(DeleteFileA(name));
    CHECK(CloseHandle(port));
    for (i = 0; i < CROWD; i++)
        free(requests[i].data);
    return check_end();
}
