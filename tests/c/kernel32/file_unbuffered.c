// FILE_FLAG_NO_BUFFERING: transfers keep to sectors.
// test: native Wine 8 takes any transfer of an unbuffered file
#include <winsock2.h>
#include <windows.h>
#include "check_folder.h"

#define SECTOR 4096

static __attribute__((aligned(SECTOR))) char memory[4 * SECTOR];

static HANDLE open_file(const char *name, DWORD disposition, DWORD flags)
{
    HANDLE file = CreateFileA(check_in(name), GENERIC_READ | GENERIC_WRITE, 0, NULL, disposition,
                              FILE_FLAG_NO_BUFFERING | flags, NULL);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

static void unbuffered(void)
{
    OVERLAPPED place = {0};
    LARGE_INTEGER at;
    DWORD count = 77;
    HANDLE file;

    FACT("D:CreateFile", "FILE_FLAG_NO_BUFFERING: whole sectors, at places of whole sectors");
    file = open_file("file", CREATE_NEW, FILE_FLAG_WRITE_THROUGH);
    memset(memory, 'a', sizeof memory);
    CHECK(WriteFile(file, memory, SECTOR, &count, NULL) && count == SECTOR);
    CHECK(!WriteFile(file, memory, 100, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK_EQ(count, 0);
    CHECK(!ReadFile(file, memory, 513, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    place.Offset = 100;
    CHECK(!ReadFile(file, memory, SECTOR, &count, &place));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    place.Offset = 0;
    memset(memory, 0, sizeof memory);
    CHECK(ReadFile(file, memory, 2 * SECTOR, &count, &place) && count == SECTOR);
    CHECK(memory[0] == 'a' && memory[SECTOR - 1] == 'a' && memory[SECTOR] == 0);
    at.QuadPart = SECTOR;
    CHECK(SetFilePointerEx(file, at, NULL, FILE_BEGIN));
    CHECK(ReadFile(file, memory, SECTOR, &count, NULL) && count == 0);
    CHECK(CloseHandle(file));
}

static void overlapped(void)
{
    OVERLAPPED request = {0};
    DWORD count;
    HANDLE file = open_file("file", OPEN_EXISTING, FILE_FLAG_OVERLAPPED);

    FACT("D:CreateFile", "overlapped too");
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(!WriteFile(file, memory, 100, NULL, &request));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    request.Offset = 8;
    CHECK(!ReadFile(file, memory, SECTOR, NULL, &request));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    request.Offset = SECTOR;
    memset(memory, 'b', SECTOR);
    CHECK(WriteFile(file, memory, SECTOR, NULL, &request) || GetLastError() == ERROR_IO_PENDING);
    CHECK(GetOverlappedResult(file, &request, &count, TRUE) && count == SECTOR);
    CHECK_EQ(GetFileSize(file, NULL), 2 * SECTOR);
    CHECK(CloseHandle(request.hEvent));
    CHECK(CloseHandle(file));
}

int main(void)
{
    check_make_folder();
    unbuffered();
    overlapped();
    CHECK(DeleteFileA(check_in("file")));
    check_remove_folder();
    return check_end();
}
