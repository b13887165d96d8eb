// ReadDirectoryChangesW: who hears of the end, cancelling, closing, calls that block.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_changes.h"
#include "check_thread.h"

static struct check_watch watch;
static char text[2000];

static struct {
    DWORD error, count;
    OVERLAPPED *overlapped;
    int runs;
} told;

static void CALLBACK routine(DWORD error, DWORD count, OVERLAPPED *overlapped)
{
    told.error = error;
    told.count = count;
    told.overlapped = overlapped;
    told.runs++;
}

static BOOL start_with_routine(void)
{
    return ReadDirectoryChangesW(watch.directory, watch.buffer, sizeof watch.buffer, FALSE, NAMES,
                                 NULL, &watch.overlapped, routine);
}

/* What the buffer holds. */
static const char *shown(DWORD count)
{
    text[0] = 0;
    check_changes_add(watch.buffer, count, text);
    return text;
}

static void routines(void)
{
    HANDLE port;

    FACT("13.9", "a routine runs in an alertable wait, and hEvent is the program's own");
    check_watch_open(&watch, FALSE, NAMES);
    CloseHandle(watch.overlapped.hEvent);
    watch.overlapped.hEvent = (HANDLE)(ULONG_PTR)0xdeadbeef;
    CHECK(start_with_routine());
    CHECK_EQ(SleepEx(0, TRUE), 0);
    check_make_file("file", 0);
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK(told.runs == 1 && told.error == 0 && told.overlapped == &watch.overlapped);
    CHECK_STR(shown(told.count), "A:file");
    CHECK(watch.overlapped.hEvent == (HANDLE)(ULONG_PTR)0xdeadbeef);

    FACT("13.9", "a cancelled request's routine gets 995");
    CHECK(start_with_routine());
    CHECK(CancelIo(watch.directory));
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK(told.runs == 2 && told.error == ERROR_OPERATION_ABORTED && told.count == 0);

    FACT("13.9", "no routine where there is a port");
    port = CreateIoCompletionPort(watch.directory, NULL, 7, 0);
    CHECK(port != NULL);
    CHECK(!start_with_routine() && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(CloseHandle(watch.directory) && CloseHandle(port));
    CHECK(DeleteFileA(check_in("file")));
}

static void ports(void)
{
    struct check_taken taken;
    HANDLE port, twin;
    DWORD count;

    FACT("4.4", "a request completes to the directory's port");
    check_watch_open(&watch, FALSE, NAMES);
    CloseHandle(watch.overlapped.hEvent);
    watch.overlapped.hEvent = NULL;
    port = CreateIoCompletionPort(watch.directory, NULL, 7, 0);
    CHECK(check_watch_start(&watch));
    CHECK_EMPTY(port);
    check_make_file("file", 0);
    taken = check_take(port, HANG_GUARD);
    CHECK(taken.ok && taken.key == 7 && taken.overlapped == &watch.overlapped);
    CHECK_STR(shown(taken.bytes), "A:file");

    FACT("13.9", "what was kept completes at once, and tells the port all the same");
    CHECK(DeleteFileA(check_in("file")));
    CHECK(check_watch_start(&watch));
    taken = check_take(port, HANG_GUARD);
    CHECK(taken.ok && taken.overlapped == &watch.overlapped);
    CHECK_STR(shown(taken.bytes), "R:file");

    FACT("13.9", "a cancelled request fails with 995");
    CHECK(check_watch_start(&watch));
    CHECK(CancelIoEx(watch.directory, &watch.overlapped));
    CHECK_FAILURE(port, 7, &watch.overlapped, ERROR_OPERATION_ABORTED);
    CHECK_EQ((DWORD)watch.overlapped.Internal, NT_CANCELLED);
    CHECK(!CancelIoEx(watch.directory, NULL) && GetLastError() == ERROR_NOT_FOUND);

    FACT("13.9", "a file that is closed ends its requests, successfully and without data");
    CHECK(check_watch_start(&watch));
    CHECK(DuplicateHandle(GetCurrentProcess(), watch.directory, GetCurrentProcess(), &twin, 0,
                          FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(CloseHandle(watch.directory));
    CHECK_EMPTY(port);
    CHECK(CloseHandle(twin));
    taken = check_take(port, HANG_GUARD);
    CHECK(taken.ok && taken.bytes == 0 && taken.overlapped == &watch.overlapped);
    CHECK_EQ(watch.overlapped.Internal, NT_NOTIFY_CLEANUP);
    CHECK(CloseHandle(port));

    FACT("1.6", "without an event and a port the directory's own handle is signalled");
    check_watch_open(&watch, FALSE, NAMES);
    CloseHandle(watch.overlapped.hEvent);
    watch.overlapped.hEvent = NULL;
    CHECK(check_watch_start(&watch));
    CHECK_EQ(WaitForSingleObject(watch.directory, 0), WAIT_TIMEOUT);
    check_make_file("file", 0);
    CHECK(GetOverlappedResult(watch.directory, &watch.overlapped, &count, TRUE));
    CHECK_STR(shown(count), "A:file");
    CHECK_EQ(WaitForSingleObject(watch.directory, 0), WAIT_OBJECT_0);
    CHECK(CloseHandle(watch.directory));
    CHECK(DeleteFileA(check_in("file")));
}

static struct check_thread thread;
static DWORD blocked_count;
static BOOL blocked_result;

static void block(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&thread);
    blocked_result = ReadDirectoryChangesW(watch.directory, watch.buffer, sizeof watch.buffer,
                                           FALSE, NAMES, &blocked_count, NULL, NULL);
}

static void synchronous(void)
{
    FACT("13.9", "on a handle that is not overlapped the call waits for changes");
    memset(&watch, 0, sizeof watch);
    watch.directory = check_open_folder(check_folder, 0);
    check_thread_start(&thread, block, NULL);
    check_thread_wait_blocked(&thread);
    check_make_file("file", 0);
    check_thread_join(&thread);
    CHECK(blocked_result);
    CHECK_STR(shown(blocked_count), "A:file");

    FACT("13.9", "and what was kept ends it at once");
    CHECK(DeleteFileA(check_in("file")));
    check_thread_start(&thread, block, NULL);
    check_thread_join(&thread);
    CHECK(blocked_result);
    CHECK_STR(shown(blocked_count), "R:file");
    CHECK(CloseHandle(watch.directory));
}

int main(void)
{
    check_make_folder();
    routines();
    ports();
    synchronous();
    check_remove_folder();
    return check_end();
}
