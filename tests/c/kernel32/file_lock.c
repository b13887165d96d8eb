// LockFile: who has what locked, whom it keeps from reading and writing, locks that wait.
// test: native Wine 8 lets everybody read and write what is locked, and forgets requests that wait
#include <winsock2.h>
#include <windows.h>
#include "check_folder.h"

#define ALL_SHARES (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define NT_RANGE_NOT_LOCKED 0xc000007e
#define NOW LOCKFILE_FAIL_IMMEDIATELY
#define ALONE LOCKFILE_EXCLUSIVE_LOCK

static HANDLE open_file(DWORD access, DWORD flags)
{
    HANDLE file = CreateFileA(check_in("file"), access, ALL_SHARES, NULL, OPEN_ALWAYS, flags, NULL);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

static DWORD lock(HANDLE file, DWORD flags, DWORD start, DWORD length)
{
    OVERLAPPED place = {0};
    place.Offset = start;
    return CODE(LockFileEx(file, flags, 0, length, 0, &place));
}

static DWORD unlock(HANDLE file, DWORD start, DWORD length)
{
    OVERLAPPED place = {0};
    place.Offset = start;
    return CODE(UnlockFileEx(file, 0, length, 0, &place));
}

static DWORD use(HANDLE file, BOOL writes, DWORD start, DWORD length)
{
    static char memory[100];
    OVERLAPPED place = {0};
    DWORD count;
    place.Offset = start;
    if (writes)
        return CODE(WriteFile(file, memory, length, &count, &place));
    return CODE(ReadFile(file, memory, length, &count, &place));
}

static void exclusive(HANDLE one, HANDLE other)
{
    FACT("T:kfile:test_LockFile", "an exclusive lock stands alone, against its own handle too");
    CHECK_EQ(CODE(LockFile(one, 10, 0, 10, 0)), 0);
    CHECK_EQ(CODE(LockFile(one, 10, 0, 10, 0)), ERROR_LOCK_VIOLATION);
    CHECK_EQ(CODE(LockFile(other, 19, 0, 1, 0)), ERROR_LOCK_VIOLATION);
    CHECK_EQ(CODE(LockFile(other, 20, 0, 10, 0)), 0);
    CHECK_EQ(lock(other, NOW, 0, 11), ERROR_LOCK_VIOLATION);
    FACT("13.4", "who has not locked it cannot read or write there");
    CHECK_EQ(use(one, FALSE, 10, 10), 0);
    CHECK_EQ(use(one, TRUE, 10, 10), 0);
    CHECK_EQ(use(other, FALSE, 10, 10), ERROR_LOCK_VIOLATION);
    CHECK_EQ(use(other, TRUE, 0, 11), ERROR_LOCK_VIOLATION);
    CHECK_EQ(use(other, TRUE, 0, 10), 0);
    CHECK_EQ(use(one, TRUE, 29, 1), ERROR_LOCK_VIOLATION);
    FACT("T:kfile:test_LockFile", "exactly what was locked is unlocked, by who has locked it");
    CHECK_EQ(CODE(UnlockFile(one, 10, 0, 5, 0)), ERROR_NOT_LOCKED);
    CHECK_EQ(CODE(UnlockFile(other, 10, 0, 10, 0)), ERROR_NOT_LOCKED);
    CHECK_EQ(CODE(UnlockFile(one, 10, 0, 10, 0)), 0);
    CHECK_EQ(CODE(UnlockFile(one, 10, 0, 10, 0)), ERROR_NOT_LOCKED);
    CHECK_EQ(use(other, FALSE, 10, 10), 0);
    CHECK_EQ(CODE(UnlockFile(other, 20, 0, 10, 0)), 0);
}

static void shared(HANDLE one, HANDLE other)
{
    FACT("D:LockFileEx", "shared locks overlap; nobody writes there, not even who has locked it");
    CHECK_EQ(lock(one, NOW, 0, 10), 0);
    CHECK_EQ(lock(other, NOW, 5, 10), 0);
    CHECK_EQ(lock(one, NOW, 0, 10), 0);
    CHECK_EQ(lock(other, NOW | ALONE, 0, 1), ERROR_LOCK_VIOLATION);
    CHECK_EQ(use(other, FALSE, 0, 10), 0);
    CHECK_EQ(use(other, TRUE, 0, 1), ERROR_LOCK_VIOLATION);
    CHECK_EQ(use(one, TRUE, 0, 1), ERROR_LOCK_VIOLATION);
    CHECK_EQ(unlock(one, 0, 10), 0);
    CHECK_EQ(use(one, TRUE, 0, 1), ERROR_LOCK_VIOLATION);
    CHECK_EQ(unlock(one, 0, 10), 0);
    CHECK_EQ(use(one, TRUE, 0, 1), 0);
    CHECK_EQ(unlock(one, 0, 10), ERROR_NOT_LOCKED);
    CHECK_EQ(unlock(other, 5, 10), 0);
}

static void places(HANDLE one, HANDLE other)
{
    FACT("D:LockFile", "places behind the end, up to the last that 64 bits can count");
    CHECK_EQ(CODE(LockFile(one, 0, 0x80000000, 0, 0x7fffffff)), 0);
    CHECK_EQ(CODE(LockFile(other, 5, 0x80000000, 1, 0)), ERROR_LOCK_VIOLATION);
    CHECK_EQ(CODE(LockFile(other, 0, 0xffffffff, 0xffffffff, 0)), 0);
    CHECK_EQ(CODE(UnlockFile(other, 0, 0xffffffff, 0xffffffff, 0)), 0);
    CHECK_EQ(CODE(UnlockFile(one, 0, 0x80000000, 0, 0x7fffffff)), 0);
}

static void refused(HANDLE one)
{
    HANDLE nothing = open_file(FILE_READ_ATTRIBUTES, 0);
    OVERLAPPED place = {0};

    FACT("13.8", "what cannot be locked");
    CHECK_EQ(CODE(LockFile(nothing, 0, 0, 1, 0)), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(nothing));
    CHECK_EQ(CODE(LockFile(NULL, 0, 0, 1, 0)), ERROR_INVALID_HANDLE);
    CHECK_EQ(CODE(UnlockFile(NULL, 0, 0, 1, 0)), ERROR_INVALID_HANDLE);
    CHECK_EQ(CODE(LockFileEx(one, ALONE, 7, 1, 0, &place)), ERROR_INVALID_PARAMETER);
    CHECK_EQ(CODE(UnlockFileEx(one, 7, 1, 0, &place)), ERROR_INVALID_PARAMETER);
}

static void closed(HANDLE other)
{
    HANDLE one = open_file(GENERIC_READ | GENERIC_WRITE, 0), waiting;
    OVERLAPPED request = {0};

    FACT("D:LockFile", "a lock goes with its handle");
    CHECK_EQ(lock(one, NOW | ALONE, 0, 5), 0);
    CHECK_EQ(use(other, TRUE, 0, 5), ERROR_LOCK_VIOLATION);
    CHECK(CloseHandle(one));
    CHECK_EQ(use(other, TRUE, 0, 5), 0);

    FACT("T:smb2:test_lock_cancel", "one that waits ends with 'not locked' when that is closed");
    waiting = open_file(GENERIC_READ | GENERIC_WRITE, FILE_FLAG_OVERLAPPED);
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK_EQ(lock(other, NOW | ALONE, 0, 5), 0);
    CHECK_EQ(CODE(LockFileEx(waiting, ALONE, 0, 5, 0, &request)), ERROR_IO_PENDING);
    CHECK(CloseHandle(waiting));
    CHECK_EQ(WaitForSingleObject(request.hEvent, 5000), WAIT_OBJECT_0);
    CHECK_EQ(request.Internal, NT_RANGE_NOT_LOCKED);
    CHECK(CloseHandle(request.hEvent));
    CHECK_EQ(unlock(other, 0, 5), 0);
}

static void pending(HANDLE one)
{
    HANDLE waiting = open_file(GENERIC_READ | GENERIC_WRITE, FILE_FLAG_OVERLAPPED);
    OVERLAPPED first = {0}, second = {0};
    DWORD count;

    FACT("D:LockFileEx", "with an overlapped handle a lock waits without its caller");
    first.hEvent = CreateEventA(NULL, TRUE, TRUE, NULL);
    second.hEvent = CreateEventA(NULL, TRUE, TRUE, NULL);
    second.Offset = 50;
    CHECK_EQ(lock(one, NOW | ALONE, 0, 100), 0);
    CHECK_EQ(CODE(LockFileEx(waiting, ALONE, 0, 10, 0, &first)), ERROR_IO_PENDING);
    CHECK_EQ(CODE(LockFileEx(waiting, ALONE, 0, 10, 0, &second)), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(first.hEvent, 0), WAIT_TIMEOUT);
    CHECK_EQ(CODE(GetOverlappedResult(waiting, &first, &count, FALSE)), ERROR_IO_INCOMPLETE);
    FACT("6.8", "it can be cancelled");
    CHECK(CancelIoEx(waiting, &second));
    CHECK_EQ(CODE(GetOverlappedResult(waiting, &second, &count, TRUE)), ERROR_OPERATION_ABORTED);
    FACT("D:LockFileEx", "and is granted when what was in the way has gone");
    CHECK_EQ(unlock(one, 0, 100), 0);
    CHECK_EQ(CODE(GetOverlappedResult(waiting, &first, &count, TRUE)), 0);
    CHECK_EQ(use(one, TRUE, 9, 1), ERROR_LOCK_VIOLATION);
    CHECK_EQ(use(one, TRUE, 50, 10), 0);
    FACT("1.5", "a lock that is granted at once is told of too");
    ResetEvent(second.hEvent);
    CHECK(LockFileEx(waiting, ALONE | NOW, 0, 10, 0, &second) ||
          GetLastError() == ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(second.hEvent, 5000), WAIT_OBJECT_0);
    CHECK(CloseHandle(waiting));
    CHECK(CloseHandle(first.hEvent));
    CHECK(CloseHandle(second.hEvent));
    CHECK_EQ(use(one, TRUE, 0, 100), 0);
}

static DWORD WINAPI blocking(LPVOID file)
{
    return lock(file, ALONE, 0, 10);
}

static void blocked(HANDLE one, HANDLE other)
{
    HANDLE thread;
    DWORD code;

    FACT("D:LockFileEx", "with another handle the caller waits");
    CHECK_EQ(lock(one, NOW | ALONE, 0, 10), 0);
    thread = CreateThread(NULL, 0, blocking, other, 0, NULL);
    CHECK_EQ(WaitForSingleObject(thread, 30), WAIT_TIMEOUT);
    CHECK_EQ(unlock(one, 0, 10), 0);
    CHECK_EQ(WaitForSingleObject(thread, 5000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == 0);
    CHECK_EQ(use(one, FALSE, 0, 10), ERROR_LOCK_VIOLATION);
    CHECK_EQ(unlock(other, 0, 10), 0);
    CHECK(CloseHandle(thread));

    FACT("6.8", "until it is cancelled");
    CHECK_EQ(lock(one, NOW | ALONE, 0, 10), 0);
    thread = CreateThread(NULL, 0, blocking, other, 0, NULL);
    while (!CancelSynchronousIo(thread) && WaitForSingleObject(thread, 1) == WAIT_TIMEOUT)
        ;
    CHECK_EQ(WaitForSingleObject(thread, 5000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == ERROR_OPERATION_ABORTED);
    CHECK_EQ(unlock(one, 0, 10), 0);
    CHECK_EQ(unlock(other, 0, 10), ERROR_NOT_LOCKED);
    CHECK(CloseHandle(thread));
}

int main(void)
{
    HANDLE one, other;

    check_make_folder();
    one = open_file(GENERIC_READ | GENERIC_WRITE, 0);
    other = open_file(GENERIC_READ | GENERIC_WRITE, 0);
    CHECK_EQ(use(one, TRUE, 0, 100), 0);
    exclusive(one, other);
    shared(one, other);
    places(one, other);
    refused(one);
    closed(other);
    blocked(one, other);
    CHECK(CloseHandle(other));
    pending(one);
    CHECK(CloseHandle(one));
    CHECK(DeleteFileA(check_in("file")));
    check_remove_folder();
    return check_end();
}
