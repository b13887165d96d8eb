// test: native Windows' CloseHandle waits for the read, and Wine's too
/* Semantics 12.5: closing an end while another thread is in a call on it ends the call. */
#include <windows.h>
#include "check.h"
#include "check_process.h"

static HANDLE reading, writing;

static DWORD WINAPI reads(LPVOID unused)
{
    char bytes[8];
    DWORD count = 77;
    (void)unused;
    return ReadFile(reading, bytes, sizeof bytes, &count, NULL) ? 0 : GetLastError() + count;
}

static DWORD WINAPI writes(LPVOID unused)
{
    static char bytes[1 << 20];
    DWORD count = 77;
    (void)unused;
    return WriteFile(writing, bytes, sizeof bytes, &count, NULL) ? 0 : GetLastError() + count;
}

/* Starts a call and waits until it waits. */
static HANDLE blocked(LPTHREAD_START_ROUTINE call)
{
    HANDLE thread;
    REQUIRE(CreatePipe(&reading, &writing, NULL, 0));
    thread = CreateThread(NULL, 0, call, NULL, 0, NULL);
    CHECK_EQ(WaitForSingleObject(thread, 100), WAIT_TIMEOUT);
    return thread;
}

static void check_ended(HANDLE thread, DWORD code)
{
    DWORD seen = 0;
    CHECK_EQ(WaitForSingleObject(thread, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &seen));
    CHECK_EQ(seen, code);
    CHECK(CloseHandle(thread));
}

int main(void)
{
    HANDLE thread, again;

    FACT("12.5", "a read ends with 995 when its handle is closed");
    thread = blocked(reads);
    CHECK(CloseHandle(reading));
    check_ended(thread, ERROR_OPERATION_ABORTED);
    CHECK(CloseHandle(writing));

    FACT("12.5", "and so does a write");
    thread = blocked(writes);
    CHECK(CloseHandle(writing));
    check_ended(thread, ERROR_OPERATION_ABORTED);
    CHECK(CloseHandle(reading));

    FACT("12.5", "not while the file has another handle");
    thread = blocked(reads);
    CHECK(DuplicateHandle(GetCurrentProcess(), reading, GetCurrentProcess(), &again, 0, FALSE,
                          DUPLICATE_SAME_ACCESS));
    CHECK(CloseHandle(reading));
    CHECK_EQ(WaitForSingleObject(thread, 50), WAIT_TIMEOUT);

    FACT("6.8", "CancelIoEx ends a call that waits in another thread");
    CHECK(CancelIoEx(again, NULL));
    check_ended(thread, ERROR_OPERATION_ABORTED);
    SetLastError(0);
    CHECK(!CancelIoEx(again, NULL));
    CHECK_EQ(GetLastError(), ERROR_NOT_FOUND);
    CHECK(CloseHandle(again));
    CHECK(CloseHandle(writing));
    return check_end();
}
