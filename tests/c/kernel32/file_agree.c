// Attributes and the time of making are the same, whoever is asked: by name, by handle, in a
// directory's listing.
#include <winsock2.h>
#include <windows.h>
#include "check_folder.h"

#define ALL_SHARES (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

struct answer {
    DWORD attributes;
    FILETIME created;
};

static char name[MAX_PATH + 400];

static HANDLE open_it(DWORD access)
{
    HANDLE file = CreateFileA(name, access, ALL_SHARES, NULL, OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS, NULL);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

static struct answer by_name(void)
{
    WIN32_FILE_ATTRIBUTE_DATA data = {0};
    CHECK(GetFileAttributesExA(name, GetFileExInfoStandard, &data));
    CHECK_EQ(GetFileAttributesA(name), data.dwFileAttributes);
    return (struct answer){data.dwFileAttributes, data.ftCreationTime};
}

static struct answer by_handle(void)
{
    BY_HANDLE_FILE_INFORMATION data = {0};
    HANDLE file = open_it(FILE_READ_ATTRIBUTES);
    CHECK(GetFileInformationByHandle(file, &data));
    CHECK(CloseHandle(file));
    return (struct answer){data.dwFileAttributes, data.ftCreationTime};
}

static struct answer by_class(void)
{
    FILE_BASIC_INFO data = {{{0}}};
    HANDLE file = open_it(FILE_READ_ATTRIBUTES);
    CHECK(GetFileInformationByHandleEx(file, FileBasicInfo, &data, sizeof data));
    CHECK(CloseHandle(file));
    return (struct answer){data.FileAttributes,
                           {data.CreationTime.u.LowPart, (DWORD)data.CreationTime.u.HighPart}};
}

/* Found by a pattern, or by the name itself. */
static struct answer found(const char *pattern)
{
    WIN32_FIND_DATAA data = {0};
    HANDLE search = FindFirstFileA(check_in(pattern), &data);
    BOOL is_there = search != INVALID_HANDLE_VALUE;
    CHECK(is_there);
    while (is_there && strcmp(data.cFileName, "it") != 0)
        is_there = FindNextFileA(search, &data);
    CHECK(is_there && FindClose(search));
    return (struct answer){data.dwFileAttributes, data.ftCreationTime};
}

/* In the records of the directory. */
static struct answer listed(void)
{
    union {
        FILE_FULL_DIR_INFO info;
        char room[4000];
    } records;
    FILE_FULL_DIR_INFO *record = &records.info;
    HANDLE folder = CreateFileA(check_folder, FILE_LIST_DIRECTORY, ALL_SHARES, NULL, OPEN_EXISTING,
                                FILE_FLAG_BACKUP_SEMANTICS, NULL);
    CHECK(GetFileInformationByHandleEx(folder, FileFullDirectoryInfo, &records, sizeof records));
    CHECK(CloseHandle(folder));
    while (record->NextEntryOffset && record->FileName[0] != 'i')
        record = (FILE_FULL_DIR_INFO *)((char *)record + record->NextEntryOffset);
    CHECK(record->FileName[0] == 'i');
    return (struct answer){record->FileAttributes,
                           {record->CreationTime.u.LowPart,
                            (DWORD)record->CreationTime.u.HighPart}};
}

static BOOL same(struct answer one, struct answer other)
{
    return one.attributes == other.attributes && !memcmp(&one.created, &other.created, 8);
}

static void agree(DWORD expected)
{
    struct answer first = by_name();
    CHECK_EQ(first.attributes, expected);
    CHECK(same(by_handle(), first));
    CHECK(same(by_class(), first));
    CHECK(same(found("*"), first));
    CHECK(same(found("it"), first));
    CHECK(same(listed(), first));
}

static void of_file(void)
{
    static const DWORD some[] = {
        FILE_ATTRIBUTE_HIDDEN, FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_ARCHIVE,
        FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN, FILE_ATTRIBUTE_NORMAL,
        FILE_ATTRIBUTE_ARCHIVE};
    const FILETIME moment = {0x56789ab0, 0x01d01234};
    HANDLE file;
    unsigned i;

    FACT("D:WIN32_FIND_DATA", "a file's attributes are the same, whoever is asked");
    check_make_file("it", 3);
    agree(FILE_ATTRIBUTE_ARCHIVE);
    for (i = 0; i < ARRAYSIZE(some); i++) {
        CHECK(SetFileAttributesA(name, some[i]));
        agree(some[i]);
    }
    FACT("D:SetFileTime", "when it was made, as the program has said");
    file = open_it(FILE_WRITE_ATTRIBUTES);
    CHECK(SetFileTime(file, &moment, NULL, NULL));
    CHECK(CloseHandle(file));
    agree(FILE_ATTRIBUTE_ARCHIVE);
    CHECK_EQ(by_name().created.dwHighDateTime, moment.dwHighDateTime);
    CHECK_EQ(by_name().created.dwLowDateTime, moment.dwLowDateTime);
    CHECK(DeleteFileA(name));
}

static void of_directory(void)
{
    FACT("D:WIN32_FIND_DATA", "and a directory's");
    CHECK(CreateDirectoryA(name, NULL));
    agree(FILE_ATTRIBUTE_DIRECTORY);
    CHECK(SetFileAttributesA(name, FILE_ATTRIBUTE_HIDDEN));
    agree(FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_HIDDEN);
    CHECK(RemoveDirectoryA(name));
}

int main(void)
{
    check_make_folder();
    strcpy(name, check_in("it"));
    if (SetFileAttributesA(check_folder, FILE_ATTRIBUTE_HIDDEN)) {
        of_file();
        of_directory();
    } else {
        SHOW("the file system keeps no attributes");
        CHECK_EQ(GetLastError(), ERROR_NOT_SUPPORTED);
    }
    check_remove_folder();
    return check_end();
}
