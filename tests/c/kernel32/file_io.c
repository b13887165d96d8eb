// ReadFile and WriteFile of a file: position, OVERLAPPED, end, access rights, events, the port.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_port.h"

#define NT_END_OF_FILE 0xc0000011

static char name[MAX_PATH], data[100];

static HANDLE open_as(DWORD access, DWORD disposition, DWORD flags)
{
    HANDLE file = CreateFileA(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                              NULL, disposition, flags, NULL);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

static DWORD position(HANDLE file)
{
    return SetFilePointer(file, 0, NULL, FILE_CURRENT);
}

/* A call that fails with this error. */
#define CHECK_REFUSED(call, error) \
    (SetLastError(UNTOUCHED), check_that(!(call), "!" #call, __FILE__, __LINE__), \
     check_equal(GetLastError(), error, "the error of " #call ": " #error, __FILE__, __LINE__))

static void synchronous(void)
{
    HANDLE file = open_as(GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS, 0);
    OVERLAPPED overlapped = {0};
    DWORD count = 77;

    FACT("13.2", "a synchronous file has a position");
    CHECK(WriteFile(file, "hello", 5, &count, NULL) && count == 5);
    CHECK_EQ(position(file), 5);
    CHECK(ReadFile(file, data, 10, &count, NULL) && count == 0);
    CHECK_EQ(SetFilePointer(file, 1, NULL, FILE_BEGIN), 1);
    CHECK(ReadFile(file, data, 10, &count, NULL) && count == 4 && !memcmp(data, "ello", 4));
    CHECK_EQ(WaitForSingleObject(file, 0), WAIT_OBJECT_0);

    FACT("13.2", "its OVERLAPPED says where, and the position follows");
    overlapped.Offset = 1;
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(ReadFile(file, data, 3, &count, &overlapped) && count == 3 && !memcmp(data, "ell", 3));
    CHECK(overlapped.Internal == 0 && overlapped.InternalHigh == 3 && overlapped.Offset == 1);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, 0), WAIT_OBJECT_0);
    CHECK_EQ(position(file), 4);
    CHECK(WriteFile(file, "LL", 2, &count, &overlapped) && count == 2);
    CHECK_EQ(position(file), 3);
    overlapped.Offset = 5;
    CHECK_REFUSED(ReadFile(file, data, 3, &count, &overlapped), ERROR_HANDLE_EOF);
    CHECK(count == 0 && (DWORD)overlapped.Internal == NT_END_OF_FILE);
    CHECK_EQ(position(file), 5);
    CHECK(ReadFile(file, data, 0, &count, &overlapped) && count == 0);
    overlapped.Offset = overlapped.OffsetHigh = 0xffffffff;
    CHECK(WriteFile(file, "!!", 2, &count, &overlapped) && count == 2);
    CHECK_EQ(position(file), 7);
    overlapped.Offset = 0;
    overlapped.OffsetHigh = 0x80000000;
    CHECK_REFUSED(WriteFile(file, "!!", 2, &count, &overlapped), ERROR_INVALID_PARAMETER);
    CHECK_REFUSED(ReadFile(file, data, 2, &count, &overlapped), ERROR_INVALID_PARAMETER);
    CHECK_EQ(GetFileSize(file, NULL), 7);

    FACT("13.3", "the count is zeroed before anything is looked at");
    count = 77;
    CHECK_REFUSED(ReadFile(file, NULL, 2, &count, NULL), ERROR_NOACCESS);
    CHECK_EQ(count, 0);
    count = 77;
    CHECK_REFUSED(WriteFile(file, NULL, 2, &count, NULL), ERROR_INVALID_USER_BUFFER);
    CHECK_EQ(count, 0);
    CHECK(WriteFile(file, NULL, 0, &count, NULL));
    CHECK_EQ(position(file), 7);
    CHECK(CloseHandle(overlapped.hEvent));
    CHECK(CloseHandle(file));
}

static void positions(void)
{
    HANDLE file = open_as(GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, 0), event;
    LARGE_INTEGER to, now;
    LONG high = 1;

    FACT("13", "moving the position, and cutting off there");
    CHECK_REFUSED(SetFilePointer(file, -1, NULL, FILE_BEGIN) != INVALID_SET_FILE_POINTER,
                  ERROR_NEGATIVE_SEEK);
    CHECK_REFUSED(SetFilePointer(file, -100, NULL, FILE_END) != INVALID_SET_FILE_POINTER,
                  ERROR_NEGATIVE_SEEK);
    CHECK_REFUSED(SetFilePointer(file, 0, NULL, 3) != INVALID_SET_FILE_POINTER,
                  ERROR_INVALID_PARAMETER);
    CHECK_EQ(SetFilePointer(file, 5, &high, FILE_BEGIN), 5);
    CHECK_EQ(high, 1);
    CHECK_REFUSED(SetFilePointer(file, 1, NULL, FILE_CURRENT) != INVALID_SET_FILE_POINTER,
                  ERROR_INVALID_PARAMETER);
    high = -1;
    CHECK_REFUSED(SetFilePointer(file, -1, &high, FILE_BEGIN) != INVALID_SET_FILE_POINTER,
                  ERROR_NEGATIVE_SEEK);
    to.QuadPart = 0;
    CHECK(SetFilePointerEx(file, to, &now, FILE_CURRENT) && now.QuadPart == 0x100000005ll);
    to.QuadPart = -1;
    CHECK_REFUSED(SetFilePointerEx(file, to, &now, FILE_BEGIN), ERROR_NEGATIVE_SEEK);
    CHECK(SetFilePointerEx(file, to, &now, FILE_END) && now.QuadPart == 6);
    CHECK_REFUSED(SetFilePointerEx(file, to, &now, 9), ERROR_INVALID_PARAMETER);
    CHECK(SetEndOfFile(file));
    CHECK_EQ(GetFileSize(file, NULL), 6);
    to.QuadPart = 0x100000005;
    CHECK(SetFilePointerEx(file, to, NULL, FILE_BEGIN) && SetEndOfFile(file));
    CHECK(GetFileSizeEx(file, &now) && now.QuadPart == 0x100000005ll);
    CHECK_EQ(GetFileSize(file, (DWORD *)&high), 5);
    CHECK_EQ(high, 1);
    to.QuadPart = 6;
    CHECK(SetFilePointerEx(file, to, NULL, FILE_BEGIN) && SetEndOfFile(file));
    CHECK(FlushFileBuffers(file));
    CHECK(CloseHandle(file));

    FACT("13.8", "handles that name no file");
    event = CreateEventA(NULL, FALSE, FALSE, NULL);
    CHECK_REFUSED(GetFileSize(event, NULL) != INVALID_FILE_SIZE, ERROR_INVALID_HANDLE);
    CHECK_REFUSED(GetFileType(event) != FILE_TYPE_UNKNOWN, ERROR_INVALID_HANDLE);
    CHECK_REFUSED(ReadFile(event, data, 1, (DWORD *)&high, NULL), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(event));
    CHECK_REFUSED(FlushFileBuffers(event), ERROR_INVALID_HANDLE);
    CHECK_REFUSED(SetEndOfFile(event), ERROR_INVALID_HANDLE);
}

static void rights(void)
{
    HANDLE file = open_as(GENERIC_READ, OPEN_EXISTING, 0), other;
    DWORD count;

    FACT("13", "a handle does what it was opened for");
    CHECK_REFUSED(WriteFile(file, "x", 1, &count, NULL), ERROR_ACCESS_DENIED);
    CHECK_REFUSED(FlushFileBuffers(file), ERROR_ACCESS_DENIED);
    CHECK_REFUSED(SetEndOfFile(file), ERROR_ACCESS_DENIED);
    other = open_as(GENERIC_WRITE, OPEN_EXISTING, 0);
    CHECK_REFUSED(ReadFile(other, data, 1, &count, NULL), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(other));
    other = open_as(0, OPEN_EXISTING, 0);
    CHECK_REFUSED(ReadFile(other, data, 1, &count, NULL), ERROR_ACCESS_DENIED);
    CHECK_REFUSED(WriteFile(other, "x", 1, &count, NULL), ERROR_ACCESS_DENIED);
    CHECK_EQ(GetFileSize(other, NULL), 6);
    CHECK(CloseHandle(other));

    FACT("13", "FILE_APPEND_DATA alone writes at the end");
    other = open_as(FILE_APPEND_DATA, OPEN_EXISTING, 0);
    CHECK(WriteFile(other, "app", 3, &count, NULL) && count == 3);
    CHECK_EQ(position(other), 9);
    CHECK_EQ(SetFilePointer(other, 0, NULL, FILE_BEGIN), 0);
    CHECK(WriteFile(other, "end", 3, &count, NULL) && count == 3);
    CHECK(CloseHandle(other));
    CHECK(ReadFile(file, data, sizeof data, &count, NULL) && count == 12);
    CHECK(!memcmp(data, "hLLlo!append", 12));
    CHECK(CloseHandle(file));
}

/* A request has begun: reads of what is in memory may be done at once (13.1). */
static BOOL begun(BOOL done)
{
    return done || GetLastError() == ERROR_IO_PENDING;
}

static void overlapped_file(void)
{
    HANDLE file = open_as(GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS, FILE_FLAG_OVERLAPPED), port;
    OVERLAPPED request = {0};
    DWORD count = 77;

    FACT("13.1", "an overlapped file needs an OVERLAPPED, and tells the end later");
    CHECK_REFUSED(WriteFile(file, "x", 1, &count, NULL), ERROR_INVALID_PARAMETER);
    CHECK_REFUSED(ReadFile(file, data, 1, &count, NULL), ERROR_INVALID_PARAMETER);
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    request.Offset = 2;
    CHECK_REFUSED(WriteFile(file, "hello", 5, NULL, &request), ERROR_IO_PENDING);
    CHECK(GetOverlappedResult(file, &request, &count, TRUE) && count == 5);
    CHECK_EQ(request.Offset, 2);
    CHECK_EQ(WaitForSingleObject(request.hEvent, 0), WAIT_OBJECT_0);
    CHECK_EQ(GetFileSize(file, NULL), 7);
    request.Offset = 0;
    CHECK(begun(ReadFile(file, data, 50, NULL, &request)));
    CHECK(GetOverlappedResult(file, &request, &count, TRUE) && count == 7);
    CHECK(!memcmp(data, "\0\0hello", 7));
    request.Offset = 7;
    CHECK(begun(ReadFile(file, data, 50, NULL, &request)));
    CHECK_REFUSED(GetOverlappedResult(file, &request, &count, TRUE), ERROR_HANDLE_EOF);
    CHECK((DWORD)request.Internal == NT_END_OF_FILE && request.InternalHigh == 0);
    CHECK(CloseHandle(request.hEvent));
    request.hEvent = NULL;

    FACT("2, 4.4", "a file's requests complete to its port");
    port = CreateIoCompletionPort(file, NULL, 5, 0);
    REQUIRE(port ? 1 : 0);
    CHECK(begun(ReadFile(file, data, 2, NULL, &request)));
    CHECK_FAILURE(port, 5, &request, ERROR_HANDLE_EOF);
    request.Offset = 3;
    CHECK(begun(ReadFile(file, data, 2, NULL, &request)));
    CHECK_SUCCESS(port, 5, &request, 2);
    CHECK(!memcmp(data, "el", 2));
    CHECK_REFUSED(WriteFile(file, "ip", 2, NULL, &request), ERROR_IO_PENDING);
    CHECK_SUCCESS(port, 5, &request, 2);
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    request.hEvent = (HANDLE)((ULONG_PTR)request.hEvent | 1);
    CHECK(begun(ReadFile(file, data, 2, NULL, &request)));
    CHECK_EQ(WaitForSingleObject(request.hEvent, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EMPTY(port);
    CHECK(CloseHandle((HANDLE)((ULONG_PTR)request.hEvent & ~(ULONG_PTR)1)));
    CHECK_REFUSED(CancelIoEx(file, NULL), ERROR_NOT_FOUND);
    CHECK(CancelIo(file));
    CHECK(CloseHandle(file));
    CHECK(CloseHandle(port));

    FACT("4.1", "a synchronous file has no port");
    file = open_as(GENERIC_READ, OPEN_EXISTING, 0);
    CHECK_REFUSED(CreateIoCompletionPort(file, NULL, 5, 0), ERROR_INVALID_PARAMETER);
    CHECK(CloseHandle(file));
}

int main(void)
{
    char folder[MAX_PATH];
    REQUIRE(GetTempPathA(sizeof folder, folder) != 0);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, name) != 0);
    synchronous();
    positions();
    rights();
    overlapped_file();
    CHECK(DeleteFileA(name));
    return check_end();
}
