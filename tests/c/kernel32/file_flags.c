// CreateFile's flags and accesses, reserved names, the template.
#include <winsock2.h>
#include <windows.h>
#include "check.h"

#define ALL_SHARES (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static char folder[MAX_PATH], name[MAX_PATH];
static char memory[4096];

static HANDLE open_as(DWORD access, DWORD disposition, DWORD flags)
{
    SetLastError(4711);
    return CreateFileA(name, access, ALL_SHARES, NULL, disposition, flags, NULL);
}

static void require(HANDLE file)
{
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
}

/* The error with which a file cannot be opened. */
static DWORD refused(const char *path, DWORD disposition, HANDLE template)
{
    HANDLE file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, ALL_SHARES, NULL, disposition, 0,
                              template);
    if (file == INVALID_HANDLE_VALUE)
        return GetLastError();
    CloseHandle(file);
    return 0;
}

static void written_through(void)
{
    DWORD count;
    HANDLE file;

    FACT("D:CreateFile", "FILE_FLAG_WRITE_THROUGH changes nothing that is read");
    file = open_as(GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS, FILE_FLAG_WRITE_THROUGH);
    require(file);
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
    require(file);
    CHECK(WriteFile(file, "+", 1, &count, NULL) && count == 1);
    CHECK_EQ(GetFileSize(file, NULL), 8);
    CHECK(!ReadFile(file, memory, 1, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(file));
    file = open_as(MAXIMUM_ALLOWED, OPEN_EXISTING, 0);
    require(file);
    CHECK(ReadFile(file, memory, 1, &count, NULL) && count == 1);
    CHECK(WriteFile(file, "x", 1, &count, NULL) && count == 1);
    CHECK(CloseHandle(file));
    file = open_as(GENERIC_ALL, OPEN_EXISTING, 0);
    require(file);
    CHECK(ReadFile(file, memory, 1, &count, NULL) && count == 1);
    CHECK(CloseHandle(file));
    file = open_as(0, OPEN_EXISTING, 0);
    require(file);
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
        BOOL is_open = null != INVALID_HANDLE_VALUE;
        SHOW("%s", names[i]);
        CHECK(is_open);
        CHECK(WriteFile(null, "gone", 4, &count, NULL) && count == 4);
        CHECK(CloseHandle(null));
    }
    for (i = 0; i < sizeof absent / sizeof *absent; i++) {
        SHOW("%s", absent[i]);
        CHECK_EQ(refused(absent[i], OPEN_EXISTING, NULL), ERROR_FILE_NOT_FOUND);
    }
    FACT("13", "what another computer has cannot be reached");
    CHECK_EQ(refused("\\\\server.invalid\\share\\file", OPEN_EXISTING, NULL), ERROR_BAD_NETPATH);
}

static void templates(void)
{
    HANDLE file, copy;

    FACT("D:CreateFile", "a template has to be a handle");
    DeleteFileA(name);
    CHECK_EQ(refused(name, CREATE_NEW, (HANDLE)(ULONG_PTR)0x7ffffff0), ERROR_INVALID_HANDLE);
    file = open_as(GENERIC_READ, CREATE_ALWAYS, 0);
    require(file);
    strcat(name, "2");
    copy = CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, file);
    CHECK(CloseHandle(copy));
    CHECK(DeleteFileA(name));
    name[strlen(name) - 1] = 0;
    CHECK(CloseHandle(file));
}

int main(void)
{
    REQUIRE(GetTempPathA(sizeof folder, folder) > 0);
    REQUIRE(GetTempFileNameA(folder, "flg", 0, name) != 0);
    written_through();
    accesses();
    reserved();
    templates();
    CHECK(DeleteFileA(name));
    return check_end();
}
