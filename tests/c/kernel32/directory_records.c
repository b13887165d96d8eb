// GetFileInformationByHandleEx: records of what is in a directory.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_changes.h"

static long long buffer[1024];
static char text[2000];

/* Adds the names in the records. */
static void add(int is_full)
{
    const char *at = (const char *)buffer;
    DWORD next;

    do {
        const FILE_FULL_DIR_INFO *full = (const void *)at;
        const FILE_ID_BOTH_DIR_INFO *both = (const void *)at;
        const WCHAR *wide = is_full ? full->FileName : both->FileName;
        int units = (int)(full->FileNameLength / sizeof(WCHAR));
        char name[300];
        name[WideCharToMultiByte(CP_ACP, 0, wide, units, name, 299, NULL, NULL)] = 0;
        strcat(strcat(text, text[0] ? "," : ""), name);
        CHECK((at - (const char *)buffer) % 8 == 0);
        next = full->NextEntryOffset;
        at += next;
    } while (next);
}

static DWORD records(HANDLE directory, FILE_INFO_BY_HANDLE_CLASS class, DWORD room)
{
    SetLastError(UNTOUCHED);
    return GetFileInformationByHandleEx(directory, class, buffer, room) ? 0 : GetLastError();
}

/* All that are told in pieces of this size. */
static const char *all(HANDLE directory, int is_full, DWORD room)
{
    DWORD error = records(directory, is_full ? FileFullDirectoryRestartInfo
                                             : FileIdBothDirectoryRestartInfo, room);
    text[0] = 0;
    while (!error) {
        add(is_full);
        error = records(directory, is_full ? FileFullDirectoryInfo : FileIdBothDirectoryInfo, room);
    }
    return error == ERROR_NO_MORE_FILES ? text : "another end";
}

int main(void)
{
    FILE_FULL_DIR_INFO *full = (void *)buffer;
    FILE_ID_BOTH_DIR_INFO *both = (void *)buffer;
    BY_HANDLE_FILE_INFORMATION of_directory;
    HANDLE directory, file;

    check_make_folder();
    check_make_file("one", 11);
    check_make_file("two", 0);
    CHECK(CreateDirectoryA(check_in("Dir"), NULL));
    directory = check_open_folder(check_folder, 0);

    FACT("13", "records of a directory, as many as there is room for, until 18");
    CHECK_STR(all(directory, 1, sizeof buffer), ".,..,Dir,one,two");
    CHECK_STR(all(directory, 0, sizeof buffer), ".,..,Dir,one,two");
    CHECK_STR(all(directory, 1, 200), ".,..,Dir,one,two");
    CHECK_STR(all(directory, 0, 300), ".,..,Dir,one,two");
    CHECK_EQ(records(directory, FileFullDirectoryInfo, sizeof buffer), ERROR_NO_MORE_FILES);

    FACT("13", "what they tell");
    CHECK_EQ(records(directory, FileIdBothDirectoryRestartInfo, sizeof buffer), 0);
    CHECK(GetFileInformationByHandle(directory, &of_directory));
    CHECK(both->FileAttributes == FILE_ATTRIBUTE_DIRECTORY && both->ShortNameLength == 0);
    CHECK((DWORD)both->FileId.QuadPart == of_directory.nFileIndexLow);
    CHECK(both->FileName[0] == '.' && both->FileNameLength == sizeof(WCHAR));
    while (both->FileName[0] != 'o')
        both = (void *)((char *)both + both->NextEntryOffset);
    CHECK(both->EndOfFile.QuadPart == 11 && both->FileAttributes == FILE_ATTRIBUTE_ARCHIVE);
    CHECK(both->LastWriteTime.QuadPart != 0 && both->EaSize == 0);
    CHECK_EQ(records(directory, FileFullDirectoryRestartInfo, sizeof buffer), 0);
    CHECK(full->FileAttributes == FILE_ATTRIBUTE_DIRECTORY && full->FileName[0] == '.');

    FACT("13", "what is refused");
    CHECK_EQ(records(directory, FileFullDirectoryRestartInfo, 20), ERROR_BAD_LENGTH);
    file = CreateFileA(check_in("one"), GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL);
    CHECK_EQ(records(file, FileFullDirectoryRestartInfo, sizeof buffer), ERROR_INVALID_PARAMETER);
    CHECK_EQ(records(NULL, FileFullDirectoryRestartInfo, sizeof buffer), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(file));
    CHECK(CloseHandle(directory));
    CHECK(DeleteFileA(check_in("one")) && DeleteFileA(check_in("two")));
    CHECK(RemoveDirectoryA(check_in("Dir")));
    check_remove_folder();
    return check_end();
}
