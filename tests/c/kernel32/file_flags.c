// CreateFile's flags and attributes: unbuffered, written through, links, the template.
#include <winsock2.h>
#include <windows.h>
#include "check.h"

#define ALL_SHARES (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define SECTOR 4096

static char folder[MAX_PATH], name[MAX_PATH];
static __attribute__((aligned(SECTOR))) char memory[4 * SECTOR];

static HANDLE open_as(DWORD access, DWORD disposition, DWORD flags)
{
    SetLastError(4711);
    return CreateFileA(name, access, ALL_SHARES, NULL, disposition, flags, NULL);
}

static void unbuffered(void)
{
    OVERLAPPED place = {0};
    LARGE_INTEGER at;
    DWORD count = 77;
    HANDLE file;

    FACT("D:CreateFile", "FILE_FLAG_NO_BUFFERING: whole sectors, at places of whole sectors");
    file = open_as(GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS,
                   FILE_FLAG_NO_BUFFERING | FILE_FLAG_WRITE_THROUGH);
    REQUIRE(file != INVALID_HANDLE_VALUE);
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

static void written_through(void)
{
    DWORD count;
    HANDLE file;

    FACT("D:CreateFile", "FILE_FLAG_WRITE_THROUGH changes nothing that is read");
    file = open_as(GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS, FILE_FLAG_WRITE_THROUGH);
    REQUIRE(file != INVALID_HANDLE_VALUE);
    CHECK(WriteFile(file, "through", 7, &count, NULL) && count == 7);
    CHECK_EQ(SetFilePointer(file, 0, NULL, FILE_BEGIN), 0);
    CHECK(ReadFile(file, memory, sizeof memory, &count, NULL) && count == 7);
    CHECK(CloseHandle(file));
}

static void accesses(void)
{
    DWORD count;
    HANDLE file;

    FACT("13.4", "specific rights: appending, reading by MAXIMUM_ALLOWED, generic ones");
    file = open_as(FILE_APPEND_DATA, OPEN_EXISTING, 0);
    REQUIRE(file != INVALID_HANDLE_VALUE);
    CHECK(WriteFile(file, "+", 1, &count, NULL) && count == 1);
    CHECK_EQ(GetFileSize(file, NULL), 8);
    CHECK(!ReadFile(file, memory, 1, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(file));
    file = open_as(MAXIMUM_ALLOWED, OPEN_EXISTING, 0);
    REQUIRE(file != INVALID_HANDLE_VALUE);
    CHECK(ReadFile(file, memory, 1, &count, NULL) && count == 1);
    CHECK(WriteFile(file, "x", 1, &count, NULL) && count == 1);
    CHECK(CloseHandle(file));
    file = open_as(GENERIC_ALL, OPEN_EXISTING, 0);
    REQUIRE(file != INVALID_HANDLE_VALUE);
    CHECK(ReadFile(file, memory, 1, &count, NULL) && count == 1);
    CHECK(CloseHandle(file));
    file = open_as(0, OPEN_EXISTING, 0);
    REQUIRE(file != INVALID_HANDLE_VALUE);
    CHECK_EQ(GetFileSize(file, NULL), 8);
    CHECK(!ReadFile(file, memory, 1, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(file));
}

static void reserved(void)
{
    static const char *const names[] = {"NUL", "nul.txt", "C:\\NUL", "\\\\.\\NUL"};
    static const char *const absent[] = {"\\\\.\\PhysicalDrive77", "\\\\.\\no such device"};
    DWORD count;
    size_t i;

    FACT("13", "reserved names are devices, in every folder and with every ending");
    for (i = 0; i < sizeof names / sizeof *names; i++) {
        HANDLE null = CreateFileA(names[i], GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                                  0, NULL);
        SHOW("%s", names[i]);
        CHECK(null != INVALID_HANDLE_VALUE);
        CHECK(WriteFile(null, "gone", 4, &count, NULL) && count == 4);
        CHECK(CloseHandle(null));
    }
    for (i = 0; i < sizeof absent / sizeof *absent; i++) {
        SHOW("%s", absent[i]);
        CHECK(CreateFileA(absent[i], GENERIC_READ, ALL_SHARES, NULL, OPEN_EXISTING, 0, NULL) ==
              INVALID_HANDLE_VALUE);
        CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    }
    FACT("13", "what another computer has cannot be reached");
    CHECK(CreateFileA("\\\\server.invalid\\share\\file", GENERIC_READ, ALL_SHARES, NULL,
                      OPEN_EXISTING, 0, NULL) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_BAD_NETPATH);
}

static void templates(void)
{
    HANDLE file, copy;

    FACT("D:CreateFile", "a template has to be a handle");
    DeleteFileA(name);
    CHECK(CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, (HANDLE)(ULONG_PTR)0x7ffffff0)
          == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    file = open_as(GENERIC_READ, CREATE_ALWAYS, 0);
    REQUIRE(file != INVALID_HANDLE_VALUE);
    strcat(name, "2");
    copy = CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, file);
    CHECK(copy != INVALID_HANDLE_VALUE);
    CHECK(CloseHandle(copy));
    CHECK(DeleteFileA(name));
    name[strlen(name) - 1] = 0;
    CHECK(CloseHandle(file));
}

int main(void)
{
    REQUIRE(GetTempPathA(sizeof folder, folder) > 0);
    REQUIRE(GetTempFileNameA(folder, "flg", 0, name) != 0);
    unbuffered();
    written_through();
    accesses();
    reserved();
    templates();
    CHECK(DeleteFileA(name));
    return check_end();
}
