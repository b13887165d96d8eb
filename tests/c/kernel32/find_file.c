// FindFirstFile, FindNextFile, FindClose: names, wildcards, what is told, what is refused.
#include <winsock2.h>
#include <windows.h>
#include <wchar.h>
#include "check.h"
#include "check_folder.h"

#define UNTOUCHED 0x5a5a5a5a

static const char everything[] = ".,..,a,a.b.c,a.txt,ab.txt,Dir,noext,Upper.TXT,x.tx";
static WIN32_FIND_DATAA data;

/* Everything that is found, in its order, with commas. */
static const char *found(const char *pattern)
{
    static char names[2000];
    HANDLE search = FindFirstFileA(check_in(pattern), &data);
    names[0] = 0;
    if (search == INVALID_HANDLE_VALUE) {
        snprintf(names, sizeof names, "error %lu", (unsigned long)GetLastError());
        return names;
    }
    do {
        if (names[0])
            strcat(names, ",");
        strcat(names, data.cFileName);
    } while (FindNextFileA(search, &data));
    if (GetLastError() != ERROR_NO_MORE_FILES || !FindClose(search))
        strcat(names, " and another end");
    return names;
}

/* Why nothing is found by this name. */
static DWORD refused(const char *pattern)
{
    HANDLE search;
    SetLastError(UNTOUCHED);
    search = FindFirstFileA(pattern, &data);
    if (search == INVALID_HANDLE_VALUE)
        return GetLastError();
    FindClose(search);
    return 0;
}

static void wildcards(void)
{
    FACT("13", "a star finds everything, and first the directory and the one it is in");
    CHECK_STR(found("*"), everything);
    CHECK_STR(found("*.*"), everything);

    FACT("13", "a star before a dot reaches to the last dot");
    CHECK_STR(found("*.txt"), "a.txt,ab.txt,Upper.TXT");
    CHECK_STR(found("*.c"), "a.b.c");
    CHECK_STR(found("a*"), "a,a.b.c,a.txt,ab.txt");
    CHECK_STR(found("*b*"), "a.b.c,ab.txt");

    FACT("13", "a dot before a star may be missing");
    CHECK_STR(found("a.*"), "a,a.b.c,a.txt");
    CHECK_STR(found("noext.*"), "noext");

    FACT("13", "a question mark is one letter, or none before a dot and at the end");
    CHECK_STR(found("?.txt"), "a.txt");
    CHECK_STR(found("??.txt"), "a.txt,ab.txt");
    CHECK_STR(found("x.t??"), "x.tx");
    CHECK_STR(found("noex??"), "noext");
    CHECK_STR(found("?oext"), "noext");

    FACT("13", "case does not matter, and the name is told as it is written");
    CHECK_STR(found("UPPER.*"), "Upper.TXT");
    CHECK_STR(found("upper.txt"), "Upper.TXT");
    CHECK_STR(found("DIR"), "Dir");
    CHECK_STR(found("NOEXT*"), "noext");

    FACT("13", "a name without wildcards finds itself");
    CHECK_STR(found("a.txt"), "a.txt");
    CHECK_STR(found("Dir"), "Dir");
    CHECK_STR(found("Dir\\.."), strrchr(check_folder, '\\') + 1);
    CHECK_STR(found("Dir\\.\\..\\a.txt"), "a.txt");
    CHECK_STR(found("Dir\\*"), ".,..");
    CHECK_STR(found("Dir/*"), ".,..");
}

static void told(void)
{
    HANDLE search;
    SYSTEMTIME now;
    FILETIME time;

    FACT("13", "attributes, size, times; no short name");
    memset(&data, 0x5a, sizeof data);
    search = FindFirstFileA(check_in("ab.txt"), &data);
    CHECK(search != INVALID_HANDLE_VALUE);
    CHECK_EQ(data.dwFileAttributes, FILE_ATTRIBUTE_ARCHIVE);
    CHECK(data.nFileSizeHigh == 0 && data.nFileSizeLow == 7);
    CHECK_STR(data.cFileName, "ab.txt");
    CHECK_EQ(data.cAlternateFileName[0], 0);
    GetSystemTime(&now);
    CHECK(SystemTimeToFileTime(&now, &time));
    CHECK(data.ftLastWriteTime.dwHighDateTime - time.dwHighDateTime + 1 <= 2);
    CHECK(data.ftLastAccessTime.dwHighDateTime - time.dwHighDateTime + 1 <= 2);
    CHECK(data.ftCreationTime.dwHighDateTime - time.dwHighDateTime + 1 <= 2);
    memset(&data, 0x5a, sizeof data);
    SetLastError(UNTOUCHED);
    CHECK(!FindNextFileA(search, &data));
    CHECK_EQ(GetLastError(), ERROR_NO_MORE_FILES);
    CHECK_EQ(data.dwFileAttributes, UNTOUCHED);
    SetLastError(UNTOUCHED);
    CHECK(!FindNextFileA(search, &data) && GetLastError() == ERROR_NO_MORE_FILES);
    CHECK(FindClose(search));
    search = FindFirstFileA(check_in("Dir"), &data);
    CHECK_EQ(data.dwFileAttributes, FILE_ATTRIBUTE_DIRECTORY);
    CHECK(data.nFileSizeHigh == 0 && data.nFileSizeLow == 0);
    CHECK(FindClose(search));
    search = FindFirstFileA(check_in("noext"), &data);
    CHECK_EQ(data.nFileSizeLow, 0);
    CHECK(FindClose(search));
}

static void errors(void)
{
    HANDLE search, event;
    char long_name[400];

    FACT("13", "what is not there: 2, and 3 when the directory is not");
    CHECK_EQ(refused(check_in("nothing")), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(refused(check_in("nothing*")), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(refused(check_in("no\\thing")), ERROR_PATH_NOT_FOUND);
    CHECK_EQ(refused(check_in("no\\*")), ERROR_PATH_NOT_FOUND);
    CHECK_EQ(refused(check_in("")), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(refused("C:\\"), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(refused(check_in("no\\")), ERROR_PATH_NOT_FOUND);
    CHECK_EQ(refused(""), ERROR_PATH_NOT_FOUND);
    CHECK_EQ(refused(NULL), ERROR_PATH_NOT_FOUND);

    FACT("13", "a file is no directory: 267; what is no name: 123");
    CHECK_EQ(refused(check_in("a.txt\\*")), ERROR_DIRECTORY);
    CHECK_EQ(refused(check_in("*\\a")), ERROR_INVALID_NAME);
    CHECK_EQ(refused(check_in("a|*")), ERROR_INVALID_NAME);
    memset(long_name, 'n', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = 0;
    CHECK(refused(long_name) != 0);

    FACT("13", "the handle of a search is FindClose's alone");
    search = FindFirstFileA(check_in("*"), &data);
    CHECK(search != INVALID_HANDLE_VALUE);
    SetLastError(UNTOUCHED);
    CHECK(!CloseHandle(search) && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(FindNextFileA(search, &data));
    CHECK(FindClose(search));
    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    SetLastError(UNTOUCHED);
    CHECK(!FindClose(INVALID_HANDLE_VALUE) && GetLastError() == ERROR_INVALID_HANDLE);
    SetLastError(UNTOUCHED);
    CHECK(!FindClose(NULL) && GetLastError() == ERROR_INVALID_HANDLE);
    SetLastError(UNTOUCHED);
    CHECK(!FindNextFileA(NULL, &data) && GetLastError() == ERROR_INVALID_HANDLE);
    SetLastError(UNTOUCHED);
    CHECK(!FindNextFileA(INVALID_HANDLE_VALUE, &data) && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(event));
}

/* FindFirstFileEx for everything in the folder. */
static HANDLE all(FINDEX_INFO_LEVELS level, FINDEX_SEARCH_OPS operation, DWORD flags)
{
    SetLastError(UNTOUCHED);
    return FindFirstFileExA(check_in("*"), level, &data, operation, NULL, flags);
}

static void extended(void)
{
    HANDLE search;
    int level, count;

    FACT("13", "FindFirstFileEx: both levels, and the directories' hint, which is ignored");
    for (level = FindExInfoStandard; level <= FindExInfoBasic; level++) {
        search = all(level, FindExSearchNameMatch, FIND_FIRST_EX_LARGE_FETCH);
        CHECK(search != INVALID_HANDLE_VALUE && !strcmp(data.cFileName, "."));
        CHECK_EQ(data.cAlternateFileName[0], 0);
        CHECK(FindClose(search));
    }
    search = all(FindExInfoBasic, FindExSearchLimitToDirectories, 0);
    for (count = 1; FindNextFileA(search, &data); count++)
        ;
    CHECK_EQ(count, 10);
    CHECK(FindClose(search));
    search = FindFirstFileExA(check_in("Upper*"), FindExInfoBasic, &data, FindExSearchNameMatch,
                              NULL, FIND_FIRST_EX_CASE_SENSITIVE);
    CHECK(search != INVALID_HANDLE_VALUE && !strcmp(data.cFileName, "Upper.TXT"));
    CHECK(FindClose(search));

    FACT("13", "what FindFirstFileEx does not know: 87");
    CHECK(all(FindExInfoMaxInfoLevel, FindExSearchNameMatch, 0) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(all(FindExInfoBasic, FindExSearchMaxSearchOp, 0) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(all(FindExInfoBasic, FindExSearchLimitToDevices, 0) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_NOT_SUPPORTED);
}

static void wide(void)
{
    WIN32_FIND_DATAW wide_data;
    WCHAR pattern[MAX_PATH + 40];
    HANDLE search;

    FACT("13", "the same in wide characters");
    MultiByteToWideChar(CP_ACP, 0, check_in("UPPER*"), -1, pattern, MAX_PATH + 40);
    search = FindFirstFileW(pattern, &wide_data);
    CHECK(search != INVALID_HANDLE_VALUE && !wcscmp(wide_data.cFileName, L"Upper.TXT"));
    CHECK(wide_data.nFileSizeLow == 3 && !wide_data.cAlternateFileName[0]);
    CHECK(!FindNextFileW(search, &wide_data) && GetLastError() == ERROR_NO_MORE_FILES);
    CHECK(FindClose(search));
    MultiByteToWideChar(CP_ACP, 0, check_in("?.txt"), -1, pattern, MAX_PATH + 40);
    search = FindFirstFileExW(pattern, FindExInfoBasic, &wide_data, FindExSearchNameMatch, NULL, 0);
    CHECK(search != INVALID_HANDLE_VALUE && !wcscmp(wide_data.cFileName, L"a.txt"));
    CHECK(FindClose(search));
}

static void devices(void)
{
    HANDLE search;

    FACT("13", "a device is found in every directory, as it is written");
    search = FindFirstFileA(check_in("nul"), &data);
    CHECK(search != INVALID_HANDLE_VALUE);
    CHECK_STR(data.cFileName, "nul");
    CHECK_EQ(data.dwFileAttributes, FILE_ATTRIBUTE_ARCHIVE);
    CHECK(data.nFileSizeLow == 0 && data.ftLastWriteTime.dwHighDateTime == 0);
    CHECK(!FindNextFileA(search, &data) && GetLastError() == ERROR_NO_MORE_FILES);
    CHECK(FindClose(search));
    CHECK_EQ(refused(check_in("nul\\*")), ERROR_PATH_NOT_FOUND);
    CHECK_EQ(refused(check_in("nul*")), ERROR_FILE_NOT_FOUND);
}

static void deleting(void)
{
    char shown[100] = "";
    HANDLE search;

    FACT("13", "what is shown may be deleted meanwhile, and nothing is missed");
    search = FindFirstFileA(check_in("*.*"), &data);
    do {
        if (data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
            continue;
        strcat(shown, data.cFileName);
        CHECK(DeleteFileA(check_in(data.cFileName)));
    } while (FindNextFileA(search, &data));
    CHECK(FindClose(search));
    CHECK_STR(shown, "aa.b.ca.txtab.txtnoextUpper.TXTx.tx");
    CHECK_STR(found("*"), ".,..,Dir");
}

int main(void)
{
    static const char *const names[] = {"a", "a.txt", "noext", "x.tx", "a.b.c"};
    unsigned i;

    check_make_folder();
    CHECK(CreateDirectoryA(check_in("Dir"), NULL));
    for (i = 0; i < ARRAYSIZE(names); i++)
        check_make_file(names[i], 0);
    check_make_file("ab.txt", 7);
    check_make_file("Upper.TXT", 3);
    wildcards();
    told();
    errors();
    extended();
    wide();
    devices();
    deleting();
    CHECK(RemoveDirectoryA(check_in("Dir")));
    check_remove_folder();
    return check_end();
}
