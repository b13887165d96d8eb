// Symbolic links: opened as what they lead to or as themselves, found, deleted.
// test: native it makes its links by Linux' own call
#include <winsock2.h>
#include <windows.h>
#include <unistd.h>
#include "check_folder.h"

#define ALL_SHARES (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define KINDS (FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY)

/* Linux' name of something in the folder, which is on drive C. */
static const char *linux_name(const char *last)
{
    static char name[MAX_PATH + 400];
    char *at;
    strcpy(name, check_in(last) + 2);
    for (at = name; *at; at++)
        if (*at == '\\')
            *at = '/';
    return name;
}

static DWORD attributes(const char *last)
{
    return GetFileAttributesA(check_in(last));
}

static HANDLE open_link(const char *last, DWORD access, DWORD disposition, DWORD flags)
{
    return CreateFileA(check_in(last), access, ALL_SHARES, NULL, disposition,
                       FILE_FLAG_BACKUP_SEMANTICS | flags, NULL);
}

/* The attributes of what is opened, and the tag of a reparse point. */
static FILE_ATTRIBUTE_TAG_INFO opened(const char *last, DWORD flags)
{
    FILE_ATTRIBUTE_TAG_INFO tag = {0, 0};
    BY_HANDLE_FILE_INFORMATION all = {0};
    HANDLE file = open_link(last, GENERIC_READ, OPEN_EXISTING, flags);
    CHECK(GetFileInformationByHandleEx(file, FileAttributeTagInfo, &tag, sizeof tag));
    CHECK(GetFileInformationByHandle(file, &all));
    CHECK_EQ(all.dwFileAttributes, tag.FileAttributes);
    CHECK(CloseHandle(file));
    return tag;
}

static void told(void)
{
    WIN32_FIND_DATAA data;
    FILE_ATTRIBUTE_TAG_INFO tag;
    HANDLE search;
    int count = 0;

    FACT("D:CreateFile", "a link is opened as what it leads to, unless the flag says otherwise");
    CHECK_EQ(opened("link", 0).FileAttributes, FILE_ATTRIBUTE_ARCHIVE);
    CHECK_EQ(opened("folder link", 0).FileAttributes, FILE_ATTRIBUTE_DIRECTORY);
    tag = opened("link", FILE_FLAG_OPEN_REPARSE_POINT);
    CHECK_EQ(tag.FileAttributes & KINDS, FILE_ATTRIBUTE_REPARSE_POINT);
    CHECK_EQ(tag.ReparseTag, IO_REPARSE_TAG_SYMLINK);
    tag = opened("folder link", FILE_FLAG_OPEN_REPARSE_POINT);
    CHECK_EQ(tag.FileAttributes & KINDS, KINDS);
    CHECK_EQ(tag.ReparseTag, IO_REPARSE_TAG_SYMLINK);
    tag = opened("target", FILE_FLAG_OPEN_REPARSE_POINT);
    CHECK_EQ(tag.FileAttributes, FILE_ATTRIBUTE_ARCHIVE);
    CHECK_EQ(tag.ReparseTag, 0);

    FACT("D:GetFileAttributes", "of the link itself; one to a directory is a directory too");
    CHECK_EQ(attributes("link") & KINDS, FILE_ATTRIBUTE_REPARSE_POINT);
    CHECK_EQ(attributes("folder link") & KINDS, KINDS);
    CHECK_EQ(attributes("to nothing") & KINDS, FILE_ATTRIBUTE_REPARSE_POINT);
    FACT("D:WIN32_FIND_DATA", "so is what is found, with the tag in dwReserved0");
    search = FindFirstFileA(check_in("*link"), &data);
    CHECK(search != INVALID_HANDLE_VALUE);
    do {
        CHECK_EQ(data.dwFileAttributes, attributes(data.cFileName));
        CHECK_EQ(data.dwReserved0, IO_REPARSE_TAG_SYMLINK);
        CHECK_EQ(data.nFileSizeLow, 0);
        count++;
    } while (FindNextFileA(search, &data));
    CHECK(FindClose(search));
    CHECK_EQ(count, 2);
}

static void followed(void)
{
    WIN32_FIND_DATAA data;
    HANDLE file, search;
    char text[10] = "";
    DWORD count;

    FACT("D:CreateFile", "what is read through a link is the target's");
    file = open_link("link", GENERIC_READ, OPEN_EXISTING, 0);
    CHECK(ReadFile(file, text, 9, &count, NULL) && count == 5);
    CHECK_STR(text, "01234");
    CHECK(CloseHandle(file));
    FACT("D:CreateFile", "a directory is walked through a link");
    check_make_file("folder link\\inner", 3);
    CHECK_EQ(attributes("folder\\inner"), FILE_ATTRIBUTE_ARCHIVE);
    search = FindFirstFileA(check_in("folder link\\i*"), &data);
    CHECK(search != INVALID_HANDLE_VALUE);
    CHECK_STR(data.cFileName, "inner");
    CHECK(FindClose(search));
    CHECK_EQ(attributes("folder link\\..\\target"), FILE_ATTRIBUTE_ARCHIVE);
    CHECK(DeleteFileA(check_in("folder link\\inner")));
    CHECK_EQ(attributes("folder\\inner"), INVALID_FILE_ATTRIBUTES);

    FACT("D:CreateFile", "a link to nothing is not found; what is made is made where it leads");
    file = open_link("to nothing", GENERIC_READ, OPEN_EXISTING, 0);
    CHECK(file == INVALID_HANDLE_VALUE && GetLastError() == ERROR_FILE_NOT_FOUND);
    file = open_link("to nothing", GENERIC_WRITE, CREATE_NEW, 0);
    CHECK(CloseHandle(file));
    CHECK_EQ(attributes("nothing"), FILE_ATTRIBUTE_ARCHIVE);
    file = open_link("to nothing", GENERIC_WRITE, CREATE_NEW, 0);
    CHECK(file == INVALID_HANDLE_VALUE && GetLastError() == ERROR_FILE_EXISTS);
    CHECK(DeleteFileA(check_in("nothing")));
}

static void deleted(void)
{
    HANDLE file;

    FACT("D:DeleteFile", "a link goes, not its target");
    CHECK(DeleteFileA(check_in("link")));
    CHECK_EQ(attributes("link"), INVALID_FILE_ATTRIBUTES);
    CHECK_EQ(attributes("target"), FILE_ATTRIBUTE_ARCHIVE);
    CHECK(DeleteFileA(check_in("to nothing")));
    FACT("D:RemoveDirectory", "also one to a directory, which is not empty");
    check_make_file("folder\\inner", 3);
    CHECK(RemoveDirectoryA(check_in("folder link")));
    CHECK_EQ(attributes("folder link"), INVALID_FILE_ATTRIBUTES);
    CHECK_EQ(attributes("folder\\inner"), FILE_ATTRIBUTE_ARCHIVE);
    CHECK(DeleteFileA(check_in("folder\\inner")));
    FACT("D:CreateFile", "and one that is opened itself and goes with the handle");
    CHECK(symlink("target", linux_name("link")) == 0);
    file = open_link("link", DELETE, OPEN_EXISTING,
                     FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_DELETE_ON_CLOSE);
    CHECK(CloseHandle(file));
    CHECK_EQ(attributes("link"), INVALID_FILE_ATTRIBUTES);
    CHECK_EQ(attributes("target"), FILE_ATTRIBUTE_ARCHIVE);
}

int main(void)
{
    check_make_folder();
    check_make_file("target", 5);
    CHECK(CreateDirectoryA(check_in("folder"), NULL));
    CHECK(symlink("target", linux_name("link")) == 0);
    CHECK(symlink("folder", linux_name("folder link")) == 0);
    CHECK(symlink("nothing", linux_name("to nothing")) == 0);
    told();
    followed();
    deleted();
    CHECK(DeleteFileA(check_in("target")));
    CHECK(RemoveDirectoryA(check_in("folder")));
    check_remove_folder();
    return check_end();
}
