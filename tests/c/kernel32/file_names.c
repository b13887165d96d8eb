// Directories, moving, copying and replacing files; the current directory, whole paths, drives.
#include <winsock2.h>
#include <windows.h>
#include "check_folder.h"

static char a[MAX_PATH + 400], b[MAX_PATH + 400], c[MAX_PATH + 400];

static DWORD size_of(const char *path)
{
    WIN32_FILE_ATTRIBUTE_DATA data;
    return GetFileAttributesExA(path, GetFileExInfoStandard, &data) ? data.nFileSizeLow : 0xffff;
}

/* The error of a call, 0 if it succeeds. */

static void directories(void)
{
    FACT("D:CreateDirectory", "made once, removed when empty");
    CHECK_EQ(CODE(CreateDirectoryA(a, NULL)), 0);
    CHECK_EQ(CODE(CreateDirectoryA(a, NULL)), ERROR_ALREADY_EXISTS);
    CHECK_EQ(CODE(CreateDirectoryA(check_in("no\\folder"), NULL)), ERROR_PATH_NOT_FOUND);
    CHECK_EQ(CODE(CreateDirectoryA("", NULL)), ERROR_PATH_NOT_FOUND);
    CHECK_EQ(CODE(CreateDirectoryA(check_in("a*b"), NULL)), ERROR_INVALID_NAME);
    check_make_file("a\\file", 1);
    CHECK_EQ(CODE(RemoveDirectoryA(a)), ERROR_DIR_NOT_EMPTY);
    CHECK_EQ(CODE(RemoveDirectoryA(check_in("a\\file"))), ERROR_DIRECTORY);
    CHECK_EQ(CODE(RemoveDirectoryA(check_in("absent"))), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(CODE(RemoveDirectoryA(check_in("no\\folder"))), ERROR_PATH_NOT_FOUND);
    CHECK_EQ(CODE(DeleteFileA(a)), ERROR_ACCESS_DENIED);
    CHECK_EQ(CODE(DeleteFileA(check_in("a\\file"))), 0);
    CHECK_EQ(CODE(RemoveDirectoryA(a)), 0);
}

static void moves(void)
{
    HANDLE file;

    FACT("D:MoveFileEx", "a file gets a name that is free, or another's if that is wanted");
    check_make_file("a", 1);
    check_make_file("b", 2);
    CHECK_EQ(CODE(MoveFileA(a, b)), ERROR_ALREADY_EXISTS);
    CHECK_EQ(CODE(MoveFileA(a, c)), 0);
    CHECK_EQ(CODE(MoveFileA(a, c)), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(CODE(MoveFileA(c, check_in("no\\folder"))), ERROR_PATH_NOT_FOUND);
    CHECK_EQ(CODE(MoveFileExA(c, b, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)), 0);
    CHECK_EQ(size_of(b), 1);
    CHECK_EQ(CODE(MoveFileA(b, b)), 0);
    FACT("D:MoveFileEx", "what cannot be replaced: a directory, a read-only file");
    CHECK_EQ(CODE(CreateDirectoryA(a, NULL)), 0);
    CHECK_EQ(CODE(MoveFileExA(b, a, MOVEFILE_REPLACE_EXISTING)), ERROR_ACCESS_DENIED);
    check_make_file("c", 3);
    check_make_file("d", 4);
    CHECK_EQ(CODE(SetFileAttributesA(c, FILE_ATTRIBUTE_READONLY)), 0);
    CHECK_EQ(CODE(MoveFileExA(check_in("d"), c, MOVEFILE_REPLACE_EXISTING)), ERROR_ACCESS_DENIED);
    CHECK_EQ(CODE(SetFileAttributesA(c, FILE_ATTRIBUTE_NORMAL)), 0);
    CHECK_EQ(CODE(DeleteFileA(c)), 0);
    DeleteFileA(check_in("d"));
    FACT("D:MoveFileEx", "a directory moves with what is in it");
    CHECK_EQ(CODE(MoveFileA(b, check_in("a\\file"))), 0);
    CHECK_EQ(CODE(MoveFileA(a, c)), 0);
    CHECK_EQ(size_of(check_in("c\\file")), 1);
    FACT("D:MoveFileEx", "who has it open has to share FILE_SHARE_DELETE");
    file = CreateFileA(check_in("c\\file"), GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0,
                       NULL);
    CHECK_EQ(CODE(MoveFileA(check_in("c\\file"), b)), ERROR_SHARING_VIOLATION);
    CHECK(CloseHandle(file));
    CHECK_EQ(CODE(MoveFileA(check_in("c\\file"), b)), 0);
    CHECK_EQ(CODE(DeleteFileA(b)), 0);
    CHECK_EQ(CODE(RemoveDirectoryA(c)), 0);
}

static DWORD CALLBACK progress(LARGE_INTEGER total, LARGE_INTEGER done, LARGE_INTEGER size,
                               LARGE_INTEGER sent, DWORD stream, DWORD reason, HANDLE source,
                               HANDLE target, LPVOID data)
{
    DWORD *calls = data;
    (void)size, (void)sent, (void)source, (void)target, (void)stream, (void)reason;
    if (total.QuadPart == 12 && done.QuadPart <= 12)
        calls[0]++;
    return calls[1];
}

static void copies(void)
{
    DWORD calls[2] = {0, PROGRESS_CONTINUE};
    HANDLE file;
    FILETIME first, second;

    FACT("D:CopyFile", "a copy has the size, the attributes and the time of the data");
    check_make_file("a", 12);
    CHECK_EQ(CODE(SetFileAttributesA(a, FILE_ATTRIBUTE_READONLY)), 0);
    CHECK_EQ(CODE(CopyFileA(a, b, TRUE)), 0);
    CHECK_EQ(size_of(b), 12);
    CHECK_EQ(GetFileAttributesA(b) & FILE_ATTRIBUTE_READONLY, FILE_ATTRIBUTE_READONLY);
    file = CreateFileA(a, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(GetFileTime(file, NULL, NULL, &first));
    CHECK(CloseHandle(file));
    file = CreateFileA(b, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(GetFileTime(file, NULL, NULL, &second));
    CHECK(CloseHandle(file));
    CHECK(memcmp(&first, &second, sizeof first) == 0);
    FACT("D:CopyFile", "what is refused");
    CHECK_EQ(CODE(CopyFileA(a, b, TRUE)), ERROR_FILE_EXISTS);
    CHECK_EQ(CODE(CopyFileA(a, b, FALSE)), ERROR_ACCESS_DENIED);
    CHECK_EQ(CODE(SetFileAttributesA(b, FILE_ATTRIBUTE_NORMAL)), 0);
    CHECK_EQ(CODE(CopyFileA(a, b, FALSE)), 0);
    CHECK_EQ(CODE(CopyFileA(b, b, FALSE)), ERROR_SHARING_VIOLATION);
    CHECK_EQ(size_of(b), 12);
    CHECK_EQ(CODE(CopyFileA(check_in("absent"), c, FALSE)), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(CODE(CopyFileA(a, check_in("no\\folder"), FALSE)), ERROR_PATH_NOT_FOUND);
    CHECK_EQ(CODE(CopyFileA(a, check_folder, FALSE)), ERROR_ACCESS_DENIED);
    file = CreateFileA(a, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK_EQ(CODE(CopyFileA(a, c, FALSE)), ERROR_SHARING_VIOLATION);
    CHECK(CloseHandle(file));
    CHECK_EQ(GetFileAttributesA(c), INVALID_FILE_ATTRIBUTES);
    FACT("D:CopyFileEx", "a routine hears of it, and ends it");
    CHECK_EQ(CODE(SetFileAttributesA(a, FILE_ATTRIBUTE_NORMAL)), 0);
    CHECK_EQ(CODE(CopyFileExA(a, c, progress, calls, NULL, 0)), 0);
    CHECK(calls[0] > 0);
    CHECK_EQ(CODE(DeleteFileA(c)), 0);
    calls[1] = PROGRESS_CANCEL;
    CHECK_EQ(CODE(CopyFileExA(a, c, progress, calls, NULL, 0)), ERROR_REQUEST_ABORTED);
    CHECK_EQ(GetFileAttributesA(c), INVALID_FILE_ATTRIBUTES);
    CHECK_EQ(CODE(SetFileAttributesA(b, FILE_ATTRIBUTE_NORMAL)), 0);
    FACT("D:ReplaceFile", "a file comes in another's place, which may stay under a third name");
    CHECK_EQ(CODE(DeleteFileA(b)), 0);
    check_make_file("b", 2);
    CHECK_EQ(CODE(ReplaceFileA(a, b, c, 0, NULL, NULL)), 0);
    CHECK_EQ(size_of(a), 2);
    CHECK_EQ(size_of(b), 0xffff);
    CHECK_EQ(size_of(c), 12);
    CHECK_EQ(CODE(ReplaceFileA(a, b, NULL, 0, NULL, NULL)), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(CODE(ReplaceFileA(a, c, NULL, 0, NULL, NULL)), 0);
    CHECK_EQ(size_of(a), 12);
    CHECK_EQ(CODE(DeleteFileA(a)), 0);
}

static void paths(void)
{
    char before[MAX_PATH], text[MAX_PATH], *part;
    WCHAR wide[MAX_PATH], *wide_part;

    FACT("D:SetCurrentDirectory", "relative names begin in the current directory");
    REQUIRE(GetCurrentDirectoryA(sizeof before, before) > 0);
    CHECK_EQ(CODE(SetCurrentDirectoryA(check_folder)), 0);
    CHECK_EQ(GetCurrentDirectoryA(sizeof text, text), strlen(check_folder));
    CHECK_STR(text, check_folder);
    CHECK_EQ(GetCurrentDirectoryA(2, text), strlen(check_folder) + 1);
    check_make_file("here", 5);
    CHECK_EQ(size_of("here"), 5);
    CHECK_EQ(size_of(".\\x\\..\\here"), 5);
    CHECK_EQ(CODE(SetCurrentDirectoryA("here")), ERROR_DIRECTORY);
    CHECK_EQ(CODE(SetCurrentDirectoryA("absent")), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(GetFullPathNameA("here", sizeof text, text, &part), strlen(check_folder) + 5);
    CHECK_STR(part, "here");
    CHECK(strncmp(text, check_folder, strlen(check_folder)) == 0);
    CHECK_EQ(CODE(DeleteFileA("here")), 0);
    CHECK_EQ(CODE(SetCurrentDirectoryA(before)), 0);

    FACT("D:GetFullPathName", "text only: nothing is looked up");
    CHECK_EQ(GetFullPathNameA("C:\\no\\.\\x\\..\\file?", sizeof text, text, &part), 11);
    CHECK_STR(text, "C:\\no\\file?");
    CHECK_STR(part, "file?");
    CHECK_EQ(GetFullPathNameA("c:/a//b/", sizeof text, text, &part), 7);
    CHECK_STR(text, "c:\\a\\b\\");
    CHECK(part == NULL);
    CHECK_EQ(GetFullPathNameA("C:\\..\\..", sizeof text, text, &part), 3);
    CHECK_STR(text, "C:\\");
    CHECK_EQ(GetFullPathNameA("C:\\dots. .", sizeof text, text, &part), 7);
    CHECK_STR(text, "C:\\dots");
    CHECK_EQ(GetFullPathNameA("\\\\server\\share\\a\\..\\b", sizeof text, text, &part), 16);
    CHECK_STR(text, "\\\\server\\share\\b");
    CHECK_EQ(GetFullPathNameA("NUL", sizeof text, text, NULL), 7);
    CHECK_STR(text, "\\\\.\\NUL");
    CHECK_EQ(GetFullPathNameA("C:\\abc", 3, text, &part), 7);
    CHECK_EQ(GetFullPathNameW(L"C:\\a\\\u4e16", MAX_PATH, wide, &wide_part), 6);
    CHECK(wide_part == wide + 5 && *wide_part == 0x4e16);
}

static void drives(void)
{
    ULARGE_INTEGER available, total, free_bytes;
    DWORD sectors, bytes, free_clusters, clusters;
    char roots[256];

    FACT("D:GetDriveType", "C: has a root, and room");
    CHECK(GetLogicalDrives() & 4);
    CHECK(GetDriveTypeA("C:\\") != DRIVE_NO_ROOT_DIR && GetDriveTypeA("C:\\") != DRIVE_UNKNOWN);
    CHECK_EQ(GetDriveTypeA("Q:\\"), DRIVE_NO_ROOT_DIR);
    CHECK(GetDriveTypeA(NULL) != DRIVE_NO_ROOT_DIR);
    CHECK(GetDiskFreeSpaceExA(check_folder, &available, &total, &free_bytes));
    CHECK(available.QuadPart <= free_bytes.QuadPart && free_bytes.QuadPart <= total.QuadPart);
    CHECK(total.QuadPart > 0);
    CHECK(!GetDiskFreeSpaceExA(check_in("absent"), &available, NULL, NULL));
    CHECK(GetDiskFreeSpaceA("C:\\", &sectors, &bytes, &free_clusters, &clusters));
    CHECK(sectors > 0 && bytes >= 512 && free_clusters <= clusters);
    CHECK(GetLogicalDriveStringsA(sizeof roots, roots) >= 4);
    CHECK(GetLogicalDriveStringsA(1, roots) >= 5);
}

int main(void)
{
    check_make_folder();
    strcpy(a, check_in("a"));
    strcpy(b, check_in("b"));
    strcpy(c, check_in("c"));
    directories();
    moves();
    copies();
    paths();
    drives();
    check_remove_folder();
    return check_end();
}
