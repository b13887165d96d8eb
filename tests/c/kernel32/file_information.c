// What an open file tells and is told in structures; the name that it has.
#include <winsock2.h>
#include <windows.h>
#include "check_folder.h"

#define ALL_SHARES (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static char a[MAX_PATH + 400], b[MAX_PATH + 400];

static HANDLE open_file(const char *path, DWORD access)
{
    HANDLE file = CreateFileA(path, access, ALL_SHARES, NULL, OPEN_ALWAYS,
                              FILE_FLAG_BACKUP_SEMANTICS, NULL);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

static BOOL exists(const char *path)
{
    return GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES;
}

static void told(void)
{
    BY_HANDLE_FILE_INFORMATION all, folder;
    FILE_STANDARD_INFO standard;
    FILE_BASIC_INFO basic;
    union {
        FILE_NAME_INFO info;
        char room[2000];
    } name;
    HANDLE file = open_file(a, GENERIC_READ | GENERIC_WRITE), other;

    FACT("D:GetFileInformationByHandle", "size, names, and a number that is the file's");
    CHECK(WriteFile(file, "0123456789", 10, &(DWORD){0}, NULL));
    CHECK(GetFileInformationByHandle(file, &all));
    CHECK_EQ(all.nFileSizeLow, 10);
    CHECK_EQ(all.nNumberOfLinks, 1);
    CHECK_EQ(all.dwFileAttributes, FILE_ATTRIBUTE_ARCHIVE);
    other = open_file(check_folder, 0);
    CHECK(GetFileInformationByHandle(other, &folder));
    CHECK(folder.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
    CHECK_EQ(folder.dwVolumeSerialNumber, all.dwVolumeSerialNumber);
    CHECK(folder.nFileIndexLow != all.nFileIndexLow || folder.nFileIndexHigh != all.nFileIndexHigh);
    CHECK(CloseHandle(other));
    CHECK_EQ(CODE(GetFileInformationByHandle(NULL, &all)), ERROR_INVALID_HANDLE);

    FACT("D:GetFileInformationByHandleEx", "classes, and buffers that are too small");
    CHECK(GetFileInformationByHandleEx(file, FileStandardInfo, &standard, sizeof standard));
    CHECK_EQ(standard.EndOfFile.QuadPart, 10);
    CHECK_EQ(standard.NumberOfLinks, 1);
    CHECK(!standard.Directory && !standard.DeletePending);
    CHECK(GetFileInformationByHandleEx(file, FileBasicInfo, &basic, sizeof basic));
    CHECK_EQ(basic.FileAttributes, FILE_ATTRIBUTE_ARCHIVE);
    CHECK(basic.LastWriteTime.QuadPart > 0);
    CHECK_EQ(CODE(GetFileInformationByHandleEx(file, FileBasicInfo, &basic, sizeof basic - 8)),
             ERROR_BAD_LENGTH);
    CHECK_EQ(CODE(GetFileInformationByHandleEx(file, (FILE_INFO_BY_HANDLE_CLASS)77, &basic, 40)),
             ERROR_INVALID_PARAMETER);
    CHECK(GetFileInformationByHandleEx(file, FileNameInfo, &name, sizeof name));
    CHECK_EQ(name.info.FileNameLength, (strlen(a) - 2) * sizeof(WCHAR));
    CHECK(name.info.FileName[0] == '\\' && name.info.FileName[strlen(a) - 3] == 'a');
    CHECK_EQ(CODE(GetFileInformationByHandleEx(file, FileNameInfo, &name, 4 + 3 * sizeof(WCHAR))),
             ERROR_MORE_DATA);
    CHECK_EQ(name.info.FileNameLength, (strlen(a) - 2) * sizeof(WCHAR));
    CHECK(CloseHandle(file));
}

static void final_paths(void)
{
    char text[MAX_PATH + 400];
    HANDLE file = open_file(a, 0);

    FACT("D:GetFinalPathNameByHandle", "the name that it has now");
    CHECK_EQ(GetFinalPathNameByHandleA(file, text, sizeof text, VOLUME_NAME_DOS), strlen(a) + 4);
    CHECK(strncmp(text, "\\\\?\\", 4) == 0);
    CHECK(strcmp(text + 4, a) == 0);
    CHECK_EQ(GetFinalPathNameByHandleA(file, text, sizeof text, VOLUME_NAME_NONE), strlen(a) - 2);
    CHECK(strcmp(text, a + 2) == 0);
    CHECK_EQ(GetFinalPathNameByHandleW(file, (WCHAR *)text, 3, VOLUME_NAME_DOS), strlen(a) + 5);
    CHECK_EQ(GetFinalPathNameByHandleA(file, text, sizeof text, 0x70), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK_EQ(GetFinalPathNameByHandleA(NULL, text, sizeof text, 0), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(file));
}

static DWORD rename_to(HANDLE file, const char *path, BOOLEAN replace)
{
    union {
        FILE_RENAME_INFO info;
        char room[4000];
    } rename;
    size_t i, length = strlen(path);

    memset(&rename, 0, sizeof rename);
    rename.info.ReplaceIfExists = replace;
    rename.info.FileNameLength = (DWORD)(length * sizeof(WCHAR));
    for (i = 0; i < length; i++)
        rename.info.FileName[i] = (WCHAR)path[i];
    return CODE(SetFileInformationByHandle(file, FileRenameInfo, &rename, sizeof rename));
}

static void changed(void)
{
    FILE_END_OF_FILE_INFO end = {{{0, 0}}};
    FILE_DISPOSITION_INFO disposition = {TRUE};
    FILE_STANDARD_INFO standard;
    FILE_BASIC_INFO basic;
    HANDLE file = open_file(a, GENERIC_READ | GENERIC_WRITE | DELETE), other;

    FACT("D:SetFileInformationByHandle", "the end of the file");
    end.EndOfFile.QuadPart = 4;
    CHECK(SetFileInformationByHandle(file, FileEndOfFileInfo, &end, sizeof end));
    CHECK_EQ(GetFileSize(file, NULL), 4);
    end.EndOfFile.QuadPart = -1;
    CHECK_EQ(CODE(SetFileInformationByHandle(file, FileEndOfFileInfo, &end, sizeof end)),
             ERROR_INVALID_PARAMETER);
    CHECK_EQ(GetFileSize(file, NULL), 4);
    FACT("D:SetFileInformationByHandle", "times and attributes; 0 leaves them");
    CHECK(GetFileInformationByHandleEx(file, FileBasicInfo, &basic, sizeof basic));
    basic.LastWriteTime.QuadPart = 0x01d0123456789ab0ll;
    basic.LastAccessTime.QuadPart = 0;
    basic.CreationTime.QuadPart = 0;
    basic.ChangeTime.QuadPart = 0;
    basic.FileAttributes = FILE_ATTRIBUTE_READONLY;
    CHECK(SetFileInformationByHandle(file, FileBasicInfo, &basic, sizeof basic));
    CHECK(GetFileInformationByHandleEx(file, FileBasicInfo, &basic, sizeof basic));
    CHECK(basic.LastWriteTime.QuadPart == 0x01d0123456789ab0ll);
    CHECK(basic.FileAttributes & FILE_ATTRIBUTE_READONLY);
    FACT("D:SetFileInformationByHandle", "a read-only file cannot be deleted");
    CHECK_EQ(CODE(SetFileInformationByHandle(file, FileDispositionInfo, &disposition,
                                             sizeof disposition)),
             ERROR_ACCESS_DENIED);
    basic.FileAttributes = FILE_ATTRIBUTE_NORMAL;
    CHECK(SetFileInformationByHandle(file, FileBasicInfo, &basic, sizeof basic));
    FACT("D:SetFileInformationByHandle", "another name");
    other = open_file(b, GENERIC_WRITE);
    CHECK(CloseHandle(other));
    CHECK_EQ(rename_to(file, b, FALSE), ERROR_ALREADY_EXISTS);
    CHECK_EQ(rename_to(file, b, TRUE), 0);
    CHECK(!exists(a) && exists(b));
    FACT("D:SetFileInformationByHandle", "the name goes with the last handle, if it stays so");
    CHECK(SetFileInformationByHandle(file, FileDispositionInfo, &disposition, sizeof disposition));
    CHECK(GetFileInformationByHandleEx(file, FileStandardInfo, &standard, sizeof standard));
    CHECK(standard.DeletePending);
    other = CreateFileA(b, GENERIC_READ, ALL_SHARES, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(other == (HANDLE)-1 && GetLastError() == ERROR_ACCESS_DENIED);
    if (other != (HANDLE)-1)
        CloseHandle(other);
    disposition.DeleteFile = FALSE;
    CHECK(SetFileInformationByHandle(file, FileDispositionInfo, &disposition, sizeof disposition));
    other = open_file(b, GENERIC_READ);
    CHECK_EQ(CODE(SetFileInformationByHandle(other, FileDispositionInfo, &disposition,
                                             sizeof disposition)),
             ERROR_ACCESS_DENIED);
    CHECK_EQ(rename_to(other, b, TRUE), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(other));
    disposition.DeleteFile = TRUE;
    CHECK(SetFileInformationByHandle(file, FileDispositionInfo, &disposition, sizeof disposition));
    CHECK(CloseHandle(file));
    CHECK(!exists(b));
    FACT("D:SetFileInformationByHandle", "a directory has to be empty");
    CHECK(CreateDirectoryA(a, NULL));
    check_make_file("a\\file", 1);
    file = open_file(a, DELETE);
    CHECK_EQ(CODE(SetFileInformationByHandle(file, FileDispositionInfo, &disposition,
                                             sizeof disposition)),
             ERROR_DIR_NOT_EMPTY);
    CHECK(DeleteFileA(check_in("a\\file")));
    CHECK(SetFileInformationByHandle(file, FileDispositionInfo, &disposition, sizeof disposition));
    CHECK(CloseHandle(file));
    CHECK(!exists(a));
}

int main(void)
{
    check_make_folder();
    strcpy(a, check_in("a"));
    strcpy(b, check_in("b"));
    told();
    final_paths();
    changed();
    check_remove_folder();
    return check_end();
}
