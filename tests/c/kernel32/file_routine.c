// ReadFileEx and WriteFileEx: whose routine runs where, what it is told, and what runs none.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_port.h"

static char name[MAX_PATH], data[100];

static struct {
    int runs, nested;
    DWORD thread, error, count;
    OVERLAPPED *overlapped;
} told;

static void WINAPI routine(DWORD error, DWORD count, OVERLAPPED *overlapped)
{
    told.runs++;
    told.thread = GetCurrentThreadId();
    told.error = error;
    told.count = count;
    told.overlapped = overlapped;
}

static HANDLE open_as(DWORD access, DWORD disposition, DWORD flags)
{
    HANDLE file = CreateFileA(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                              NULL, disposition, flags, NULL);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

static BOOL is_told(OVERLAPPED *overlapped, DWORD error, DWORD count)
{
    memset(&told, 0, sizeof told);
    while (SleepEx(HANG_GUARD, TRUE) == WAIT_IO_COMPLETION && !told.runs)
        ;
    return told.runs == 1 && told.thread == GetCurrentThreadId() && told.error == error &&
           told.count == count && told.overlapped == overlapped;
}

/* A call that fails with this error, and that nobody is told of. */
#define CHECK_REFUSED(call, code) \
    (SetLastError(UNTOUCHED), check_that(!(call), "!" #call, __FILE__, __LINE__), \
     check_equal(GetLastError(), code, "the error of " #call ": " #code, __FILE__, __LINE__))

static void files(void)
{
    HANDLE file = open_as(GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS, FILE_FLAG_OVERLAPPED);
    OVERLAPPED request = {0}, second = {0};

    FACT("7.6", "a routine runs in an alertable wait of its own thread, and only there");
    request.Offset = 2;
    request.hEvent = (HANDLE)(ULONG_PTR)0x12345679;
    CHECK(WriteFileEx(file, "hello", 5, &request, routine));
    CHECK_EQ(told.runs, 0);
    CHECK_EQ(WaitForSingleObject(file, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(told.runs, 0);
    CHECK(is_told(&request, 0, 5));
    CHECK(request.Internal == 0 && request.InternalHigh == 5 && request.Offset == 2);
    CHECK_EQ(request.hEvent, (HANDLE)(ULONG_PTR)0x12345679);

    FACT("7.6", "success inside the call queues the routine too");
    request.Offset = 0;
    CHECK(ReadFileEx(file, data, 7, &request, routine));
    CHECK(is_told(&request, 0, 7));
    CHECK(!memcmp(data, "\0\0hello", 7));
    CHECK(ReadFileEx(file, data, 0, &request, routine));
    CHECK(is_told(&request, 0, 0));

    FACT("2, 13.1", "the end of the file is 38, and the routine hears of it");
    request.Offset = 7;
    CHECK(ReadFileEx(file, data, 10, &request, routine));
    CHECK(is_told(&request, ERROR_HANDLE_EOF, 0));
    CHECK_EQ((DWORD)request.Internal, 0xc0000011);

    FACT("7.6", "all that are due run before the wait returns");
    request.Offset = 0;
    second.Offset = 2;
    CHECK(ReadFileEx(file, data, 2, &request, routine));
    CHECK(ReadFileEx(file, data + 10, 5, &second, routine));
    while (!HasOverlappedIoCompleted(&request) || !HasOverlappedIoCompleted(&second))
        ;
    memset(&told, 0, sizeof told);
    while (told.runs < 2 && SleepEx(HANG_GUARD, TRUE) == WAIT_IO_COMPLETION)
        ;
    CHECK_EQ(told.runs, 2);
    CHECK(!memcmp(data + 10, "hello", 5));
    CHECK_EQ(SleepEx(0, TRUE), 0);
    CHECK(CloseHandle(file));
}

static void refusals(void)
{
    HANDLE file = open_as(GENERIC_READ, OPEN_EXISTING, FILE_FLAG_OVERLAPPED), port, event;
    OVERLAPPED request = {0};

    memset(&told, 0, sizeof told);
    FACT("7.6", "a call that fails runs no routine");
    CHECK_REFUSED(ReadFileEx(file, data, 2, NULL, routine), ERROR_INVALID_PARAMETER);
    CHECK_REFUSED(WriteFileEx(file, data, 2, NULL, routine), ERROR_INVALID_PARAMETER);
    CHECK_REFUSED(WriteFileEx(file, data, 2, &request, routine), ERROR_ACCESS_DENIED);
    CHECK_REFUSED(ReadFileEx(file, NULL, 2, &request, routine), ERROR_NOACCESS);
    request.OffsetHigh = 0x80000000;
    CHECK_REFUSED(ReadFileEx(file, data, 2, &request, routine), ERROR_INVALID_PARAMETER);
    request.OffsetHigh = 0;
    CHECK_REFUSED(ReadFileEx(INVALID_HANDLE_VALUE, data, 2, &request, routine),
                  ERROR_INVALID_HANDLE);
    event = CreateEventA(NULL, FALSE, FALSE, NULL);
    CHECK_REFUSED(ReadFileEx(event, data, 2, &request, routine), ERROR_INVALID_HANDLE);
    CHECK_REFUSED(WriteFileEx(event, data, 2, &request, routine), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(event));

    FACT("1.14", "a handle with a port takes no routine");
    port = CreateIoCompletionPort(file, NULL, 1, 0);
    REQUIRE(port ? 1 : 0);
    CHECK_REFUSED(ReadFileEx(file, data, 2, &request, routine), ERROR_INVALID_PARAMETER);
    CHECK_EMPTY(port);
    CHECK(CloseHandle(file));
    CHECK(CloseHandle(port));
    CHECK_REFUSED(ReadFileEx(file, data, 2, &request, routine), ERROR_INVALID_HANDLE);
    CHECK_EQ(SleepEx(0, TRUE), 0);
    CHECK_EQ(told.runs, 0);

    FACT("7.6", "a synchronous file reads inside the call, and the routine runs all the same");
    file = open_as(GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, 0);
    request.Offset = 2;
    CHECK(ReadFileEx(file, data, 3, &request, routine));
    CHECK(request.Internal == 0 && request.InternalHigh == 3 && !memcmp(data, "hel", 3));
    CHECK(is_told(&request, 0, 3));
    CHECK_EQ(SetFilePointer(file, 0, NULL, FILE_CURRENT), 5);
    memset(&told, 0, sizeof told);
    request.Offset = 7;
    CHECK_REFUSED(ReadFileEx(file, data, 3, &request, routine), ERROR_HANDLE_EOF);
    CHECK_EQ(SleepEx(0, TRUE), 0);
    CHECK_EQ(told.runs, 0);
    CHECK(CloseHandle(file));
}

static void sockets(void)
{
    SOCKET ours, theirs;
    OVERLAPPED request = {0};

    check_net_start();
    check_net_pair(&ours, &theirs);
    FACT("13.5", "a socket's routine, with the Win32 code");
    CHECK(ReadFileEx((HANDLE)ours, data, 10, &request, routine));
    CHECK_EQ(SleepEx(0, TRUE), 0);
    CHECK_EQ(send(theirs, "abc", 3, 0), 3);
    CHECK(is_told(&request, 0, 3));
    CHECK(!memcmp(data, "abc", 3));
    CHECK(WriteFileEx((HANDLE)ours, "xy", 2, &request, routine));
    CHECK(is_told(&request, 0, 2));
    CHECK_EQ(recv(theirs, data, 10, 0), 2);
    CHECK(ReadFileEx((HANDLE)ours, data, 10, &request, routine));
    CHECK(CancelIo((HANDLE)ours));
    CHECK(is_told(&request, ERROR_OPERATION_ABORTED, 0));
    CHECK(ReadFileEx((HANDLE)ours, data, 10, &request, routine));
    CHECK_EQ(closesocket(theirs), 0);
    CHECK(is_told(&request, 0, 0));
    CHECK_EQ(closesocket(ours), 0);
}

int main(void)
{
    char folder[MAX_PATH];
    REQUIRE(GetTempPathA(sizeof folder, folder) != 0);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, name) != 0);
    files();
    refusals();
    sockets();
    CHECK(DeleteFileA(name));
    return check_end();
}
