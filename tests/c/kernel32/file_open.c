// CreateFile: which files it opens, makes and refuses; share modes; DeleteFile; temporary names.
#include <winsock2.h>
#include <windows.h>
#include "check.h"

static char folder[MAX_PATH], name[MAX_PATH];

static HANDLE open_as(DWORD access, DWORD share, DWORD disposition, DWORD flags)
{
    SetLastError(4711);
    return CreateFileA(name, access, share, NULL, disposition, flags, NULL);
}

static HANDLE must_open(DWORD access, DWORD share, DWORD disposition, DWORD flags)
{
    HANDLE file = open_as(access, share, disposition, flags);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

/* The error of a call that fails, 0 if it succeeds. */
static DWORD refused(const char *path, DWORD access, DWORD share, DWORD disposition, DWORD flags)
{
    HANDLE file;
    SetLastError(4711);
    file = CreateFileA(path, access, share, NULL, disposition, flags, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return GetLastError();
    CloseHandle(file);
    return 0;
}

#define ALL_SHARES (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static DWORD again(DWORD access, DWORD share)
{
    return refused(name, access, share, OPEN_EXISTING, 0);
}

static void dispositions(void)
{
    DWORD count;
    HANDLE file;

    FACT("13.4", "dispositions: what must be there, what is made, what is emptied");
    CHECK_EQ(refused(name, GENERIC_READ, 0, OPEN_EXISTING, 0), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(refused(name, GENERIC_WRITE, 0, TRUNCATE_EXISTING, 0), ERROR_FILE_NOT_FOUND);
    file = must_open(GENERIC_WRITE, 0, CREATE_NEW, 0);
    CHECK_EQ(GetLastError(), 0);
    CHECK(WriteFile(file, "content", 7, &count, NULL) && count == 7);
    CHECK(CloseHandle(file));
    CHECK_EQ(refused(name, GENERIC_WRITE, 0, CREATE_NEW, 0), ERROR_FILE_EXISTS);
    file = must_open(GENERIC_READ, 0, OPEN_EXISTING, 0);
    CHECK_EQ(GetLastError(), 0);
    CHECK_EQ(GetFileSize(file, NULL), 7);
    CHECK(CloseHandle(file));
    file = must_open(GENERIC_READ, 0, OPEN_ALWAYS, 0);
    CHECK_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
    CHECK_EQ(GetFileSize(file, NULL), 7);
    CHECK(CloseHandle(file));
    file = must_open(GENERIC_WRITE, 0, TRUNCATE_EXISTING, 0);
    CHECK_EQ(GetLastError(), 0);
    CHECK_EQ(GetFileSize(file, NULL), 0);
    CHECK(WriteFile(file, "content", 7, &count, NULL) && count == 7);
    CHECK(CloseHandle(file));
    file = must_open(GENERIC_READ, 0, CREATE_ALWAYS, 0);
    CHECK_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
    CHECK_EQ(GetFileSize(file, NULL), 0);
    CHECK(!WriteFile(file, "content", 7, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(file));
    CHECK(DeleteFileA(name));
    file = must_open(GENERIC_READ, 0, CREATE_ALWAYS, 0);
    CHECK_EQ(GetLastError(), 0);
    CHECK(CloseHandle(file));
    CHECK(DeleteFileA(name));
    file = must_open(GENERIC_READ, 0, OPEN_ALWAYS, 0);
    CHECK_EQ(GetLastError(), 0);
    CHECK(CloseHandle(file));
    CHECK_EQ(refused(name, GENERIC_READ, 0, 0, 0), ERROR_INVALID_PARAMETER);
    CHECK_EQ(refused(name, GENERIC_READ, 0, 6, 0), ERROR_INVALID_PARAMETER);
}

static void shares(void)
{
    HANDLE first, second;

    FACT("13.4", "share modes: both openings have to agree");
    first = must_open(GENERIC_READ, 0, OPEN_EXISTING, 0);
    CHECK_EQ(again(GENERIC_READ, ALL_SHARES), ERROR_SHARING_VIOLATION);
    CHECK_EQ(again(GENERIC_WRITE, ALL_SHARES), ERROR_SHARING_VIOLATION);
    CHECK_EQ(again(0, 0), 0);
    CHECK(!DeleteFileA(name));
    CHECK_EQ(GetLastError(), ERROR_SHARING_VIOLATION);
    CHECK(CloseHandle(first));
    first = must_open(GENERIC_READ, FILE_SHARE_READ, OPEN_EXISTING, 0);
    CHECK_EQ(again(GENERIC_READ, FILE_SHARE_READ), 0);
    CHECK_EQ(again(GENERIC_READ, 0), ERROR_SHARING_VIOLATION);
    CHECK_EQ(again(GENERIC_WRITE, FILE_SHARE_READ), ERROR_SHARING_VIOLATION);
    CHECK_EQ(refused(name, GENERIC_WRITE, ALL_SHARES, CREATE_ALWAYS, 0), ERROR_SHARING_VIOLATION);
    CHECK(CloseHandle(first));
    first = must_open(GENERIC_WRITE, ALL_SHARES, OPEN_EXISTING, 0);
    CHECK_EQ(again(GENERIC_READ, FILE_SHARE_READ), ERROR_SHARING_VIOLATION);
    second = must_open(GENERIC_READ, FILE_SHARE_WRITE, OPEN_EXISTING, 0);
    CHECK_EQ(again(GENERIC_READ, ALL_SHARES), ERROR_SHARING_VIOLATION);
    CHECK(CloseHandle(second));
    CHECK_EQ(again(GENERIC_READ, ALL_SHARES), 0);
    CHECK(CloseHandle(first));
}

/* A read-only file cannot be deleted, and its attribute is not ours to change yet. */
static void clean_up(void)
{
#ifndef __MINGW32__
    char *at;
    for (at = name; *at; at++)
        if (*at == '\\')
            *at = '/';
    if (remove(name + strlen("C:")) != 0)
        SHOW("%s stays", name);
#else
    if (!SetFileAttributesA(name, FILE_ATTRIBUTE_NORMAL) || !DeleteFileA(name))
        SHOW("%s stays", name);
#endif
}

static void endings(void)
{
    char copy[MAX_PATH];
    HANDLE file, other;

    FACT("13.4", "FILE_FLAG_DELETE_ON_CLOSE; the read-only attribute");
    file = must_open(GENERIC_READ, ALL_SHARES, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE);
    CHECK_EQ(again(GENERIC_READ, FILE_SHARE_READ), ERROR_SHARING_VIOLATION);
    CHECK(DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(), &other, 0, FALSE,
                          DUPLICATE_SAME_ACCESS));
    CHECK(CloseHandle(file));
    CHECK_EQ(again(GENERIC_READ, ALL_SHARES), 0);
    CHECK(CloseHandle(other));
    CHECK_EQ(again(GENERIC_READ, ALL_SHARES), ERROR_FILE_NOT_FOUND);
    file = must_open(GENERIC_WRITE, 0, CREATE_NEW, FILE_ATTRIBUTE_READONLY);
    CHECK(WriteFile(file, "x", 1, &(DWORD){0}, NULL));
    CHECK(CloseHandle(file));
    CHECK_EQ(again(GENERIC_READ, 0), 0);
    CHECK_EQ(again(GENERIC_WRITE, 0), ERROR_ACCESS_DENIED);
    CHECK_EQ(refused(name, GENERIC_READ, 0, CREATE_ALWAYS, 0), ERROR_ACCESS_DENIED);
    CHECK(!DeleteFileA(name));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);

    FACT("13", "temporary names");
    CHECK(GetTempFileNameA(folder, "lapwing", 0x1234, copy) == 0x1234);
    CHECK_STR(copy + strlen(folder), "lap1234.tmp");
    CHECK_EQ(refused(copy, GENERIC_READ, 0, OPEN_EXISTING, 0), ERROR_FILE_NOT_FOUND);
    CHECK(GetTempFileNameA(folder, "lap", 0, copy) != 0);
    CHECK_EQ(refused(copy, GENERIC_READ, 0, OPEN_EXISTING, 0), 0);
    CHECK(DeleteFileA(copy));
    CHECK(!DeleteFileA(copy));
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(GetTempFileNameA("C:\\no folder", "lap", 7, copy), 0);
    CHECK_EQ(GetLastError(), ERROR_DIRECTORY);
    CHECK_EQ(GetTempPathA(0, NULL), strlen(folder) + 1);
    CHECK_EQ(GetTempPathA(2, copy), strlen(folder) + 1);
}

static void names(void)
{
    static char longest[40001];
    WCHAR wide[MAX_PATH], wide_folder[MAX_PATH];
    char slashes[MAX_PATH];
    HANDLE file;
    size_t i;

    FACT("13", "names that lead nowhere");
    CHECK_EQ(refused("C:\\no folder\\file", GENERIC_READ, 0, OPEN_EXISTING, 0),
             ERROR_PATH_NOT_FOUND);
    CHECK_EQ(refused("C:\\no folder\\file", GENERIC_READ, 0, CREATE_ALWAYS, 0),
             ERROR_PATH_NOT_FOUND);
    CHECK_EQ(refused("", GENERIC_READ, 0, OPEN_EXISTING, 0), ERROR_PATH_NOT_FOUND);
    CHECK_EQ(refused("C:\\a*b", GENERIC_READ, 0, OPEN_EXISTING, 0), ERROR_INVALID_NAME);
    CHECK_EQ(refused("C:\\a<b", GENERIC_READ, 0, CREATE_NEW, 0), ERROR_INVALID_NAME);
    CHECK_EQ(refused(folder, GENERIC_READ, 0, OPEN_EXISTING, 0), ERROR_ACCESS_DENIED);
    CHECK_EQ(refused(folder, GENERIC_WRITE, 0, CREATE_ALWAYS, 0), ERROR_ACCESS_DENIED);
    CHECK_EQ(refused(folder, GENERIC_READ, ALL_SHARES, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS),
             0);
    CHECK(!DeleteFileA("C:\\no folder\\file"));
    CHECK_EQ(GetLastError(), ERROR_PATH_NOT_FOUND);
    CHECK(!DeleteFileA("C:\\a?b"));
    CHECK_EQ(GetLastError(), ERROR_INVALID_NAME);
    CHECK(!DeleteFileA(folder));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    memset(longest, 'x', sizeof longest - 1);
    for (i = 0; i < sizeof longest - 1; i += 100)
        longest[i] = '\\';
    CHECK_EQ(refused(longest, GENERIC_READ, 0, OPEN_EXISTING, 0), ERROR_FILENAME_EXCED_RANGE);

    FACT("13", "both slashes, both alphabets, NUL");
    strcpy(slashes, name);
    for (i = 0; slashes[i]; i++)
        if (slashes[i] == '\\')
            slashes[i] = '/';
    CHECK_EQ(refused(slashes, GENERIC_READ, ALL_SHARES, OPEN_EXISTING, 0), 0);
    REQUIRE(GetTempPathW(MAX_PATH, wide_folder) == strlen(folder));
    CHECK(GetTempFileNameW(wide_folder, L"\u00fc\u4e16", 0x77, wide) == 0x77);
    CHECK(wide[strlen(folder)] == 0xfc && wide[strlen(folder) + 1] == 0x4e16);
    file = CreateFileW(wide, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    CHECK(CloseHandle(file));
    CHECK(DeleteFileW(wide));
    CHECK(!DeleteFileW(wide));
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(refused("NUL", GENERIC_READ | GENERIC_WRITE, 0, OPEN_EXISTING, 0), 0);
}

int main(void)
{
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    DWORD flags = 7;
    HANDLE file;

    REQUIRE(GetTempPathA(sizeof folder, folder) > 0);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, name) != 0);
    REQUIRE(DeleteFileA(name));
    dispositions();
    shares();
    endings();
    file = must_open(GENERIC_READ, ALL_SHARES, OPEN_EXISTING, 0);
    names();
    FACT("13.6", "a file's handle is inherited only if the attributes say so");
    CHECK(GetHandleInformation(file, &flags) && flags == 0);
    CHECK(CloseHandle(file));
    file = CreateFileA(name, GENERIC_READ, ALL_SHARES, &inherit, OPEN_EXISTING, 0, NULL);
    CHECK(GetHandleInformation(file, &flags) && flags == HANDLE_FLAG_INHERIT);
    CHECK_EQ(GetFileType(file), FILE_TYPE_DISK);
    CHECK(CloseHandle(file));
    clean_up();
    return check_end();
}
