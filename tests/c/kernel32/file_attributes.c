// Attributes and times of files, by name and by handle.
#include <winsock2.h>
#include <windows.h>
#include "check_folder.h"

#define ALL_SHARES (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static HANDLE open_file(const char *path, DWORD access)
{
    HANDLE file = CreateFileA(path, access, ALL_SHARES, NULL, OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS, NULL);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

static ULONGLONG number(FILETIME time)
{
    return (ULONGLONG)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

static FILETIME time_of(ULONGLONG number)
{
    FILETIME time = {(DWORD)number, (DWORD)(number >> 32)};
    return time;
}

static void by_name(void)
{
    WIN32_FILE_ATTRIBUTE_DATA data;
    char file[MAX_PATH + 400];

    FACT("D:GetFileAttributes", "a new file is to be archived; a directory is one");
    check_make_file("file", 12);
    strcpy(file, check_in("file"));
    CHECK_EQ(GetFileAttributesA(file), FILE_ATTRIBUTE_ARCHIVE);
    CHECK_EQ(GetFileAttributesA(check_folder) & FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_DIRECTORY);
    CHECK_EQ(GetFileAttributesA(check_in("absent")), INVALID_FILE_ATTRIBUTES);
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(GetFileAttributesA(check_in("absent\\file")), INVALID_FILE_ATTRIBUTES);
    CHECK_EQ(GetLastError(), ERROR_PATH_NOT_FOUND);
    CHECK_EQ(GetFileAttributesA(check_in("wi|d")), INVALID_FILE_ATTRIBUTES);
    CHECK_EQ(GetLastError(), ERROR_INVALID_NAME);
    FACT("D:GetFileAttributesEx", "size and times");
    memset(&data, 0x77, sizeof data);
    CHECK(GetFileAttributesExA(file, GetFileExInfoStandard, &data));
    CHECK_EQ(data.nFileSizeLow, 12);
    CHECK_EQ(data.nFileSizeHigh, 0);
    CHECK_EQ(data.dwFileAttributes, FILE_ATTRIBUTE_ARCHIVE);
    CHECK(number(data.ftLastWriteTime) > 0x01d000000000000ull);
    CHECK(!GetFileAttributesExA(file, (GET_FILEEX_INFO_LEVELS)7, &data));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(!GetFileAttributesExA(check_in("absent"), GetFileExInfoStandard, &data));
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);

    FACT("D:SetFileAttributes", "read-only binds everybody");
    CHECK(SetFileAttributesA(file, FILE_ATTRIBUTE_READONLY));
    CHECK_EQ(GetFileAttributesA(file) & FILE_ATTRIBUTE_READONLY, FILE_ATTRIBUTE_READONLY);
    CHECK(!DeleteFileA(file));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK(SetFileAttributesA(file, FILE_ATTRIBUTE_NORMAL));
    CHECK_EQ(GetFileAttributesA(file) & FILE_ATTRIBUTE_READONLY, 0);
    CHECK(!SetFileAttributesA(check_in("absent"), FILE_ATTRIBUTE_NORMAL));
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    FACT("D:SetFileAttributes", "a hidden file stays hidden, and is not emptied unawares");
    if (!SetFileAttributesA(file, FILE_ATTRIBUTE_HIDDEN)) {
        SHOW("the file system keeps no attributes");
        CHECK_EQ(GetLastError(), ERROR_NOT_SUPPORTED);
    } else {
        HANDLE again;
        CHECK_EQ(GetFileAttributesA(file) & FILE_ATTRIBUTE_HIDDEN, FILE_ATTRIBUTE_HIDDEN);
        again = CreateFileA(file, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
        CHECK(again == (HANDLE)-1 && GetLastError() == ERROR_ACCESS_DENIED);
        if (again != (HANDLE)-1)
            CloseHandle(again);
        again = CreateFileA(file, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_HIDDEN,
                            NULL);
        CHECK(CloseHandle(again));
        CHECK_EQ(GetFileAttributesA(file) & FILE_ATTRIBUTE_HIDDEN, FILE_ATTRIBUTE_HIDDEN);
    }
    CHECK(SetFileAttributesA(file, FILE_ATTRIBUTE_NORMAL));
    CHECK(DeleteFileA(file));
}

static void times(void)
{
    const ULONGLONG moment = 0x01d0123456789ab0ull;
    FILETIME created, accessed, written, wanted = time_of(moment), none = {0, 0};
    char path[MAX_PATH + 400];
    HANDLE file;

    FACT("D:SetFileTime", "each time can be set, and stays when it is 0 or not given");
    check_make_file("times", 3);
    strcpy(path, check_in("times"));
    file = open_file(path, FILE_WRITE_ATTRIBUTES | FILE_READ_ATTRIBUTES);
    CHECK(SetFileTime(file, NULL, &wanted, &wanted));
    CHECK(GetFileTime(file, &created, &accessed, &written));
    CHECK(number(accessed) == moment);
    CHECK(number(written) == moment);
    CHECK(number(created) != 0);
    wanted = time_of(moment + 600000000);
    CHECK(SetFileTime(file, NULL, NULL, &wanted));
    CHECK(SetFileTime(file, &none, &none, &none));
    CHECK(GetFileTime(file, NULL, &accessed, &written));
    CHECK(number(accessed) == moment);
    CHECK(number(written) == moment + 600000000);
    CHECK(CloseHandle(file));
    FACT("D:SetFileTime", "with the right to write attributes only");
    file = open_file(path, GENERIC_READ);
    CHECK(!SetFileTime(file, NULL, NULL, &wanted) && GetLastError() == ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(file));
    CHECK(!GetFileTime((HANDLE)(ULONG_PTR)0x7ffffff0, NULL, NULL, &written));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(DeleteFileA(path));
}

static void templates(void)
{
    HANDLE file;

    FACT("D:CreateFile", "a new file has the attributes of the call");
    file = CreateFileA(check_in("given"), GENERIC_WRITE, 0, NULL, CREATE_NEW,
                       FILE_ATTRIBUTE_READONLY, NULL);
    CHECK(WriteFile(file, "x", 1, &(DWORD){0}, NULL));
    CHECK(CloseHandle(file));
    CHECK_EQ(GetFileAttributesA(check_in("given")) & FILE_ATTRIBUTE_READONLY,
             FILE_ATTRIBUTE_READONLY);
    CHECK(SetFileAttributesA(check_in("given"), FILE_ATTRIBUTE_NORMAL));
    CHECK(DeleteFileA(check_in("given")));
}

int main(void)
{
    check_make_folder();
    by_name();
    times();
    templates();
    check_remove_folder();
    return check_end();
}
