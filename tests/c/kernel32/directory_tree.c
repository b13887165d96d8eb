// ReadDirectoryChangesW of all below a directory, and of one that is deleted.
// test: native Wine 8 sees nothing in directories that were there before, nor that its own is gone
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_changes.h"

static struct check_watch watch;

static void trees(void)
{
    FACT("13.9", "directories that appear are watched, and what is in them is told once");
    CHECK(CreateDirectoryA(check_in("old"), NULL));
    check_watch_open(&watch, TRUE, NAMES);
    CHECK(check_watch_start(&watch));
    check_make_file("old\\file", 0);
    CHECK_STR(check_changes(&watch, "A:old\\file"), "A:old\\file");
    CHECK(CreateDirectoryA(check_in("new"), NULL));
    CHECK(CreateDirectoryA(check_in("new\\below"), NULL));
    check_make_file("new\\below\\file", 0);
    CHECK_STR(check_changes(&watch, "A:new A:new\\below A:new\\below\\file"),
              "A:new A:new\\below A:new\\below\\file");

    FACT("13.9", "from one directory to another: removed and added");
    CHECK(MoveFileA(check_in("old\\file"), check_in("new\\other")));
    CHECK_STR(check_changes(&watch, "R:old\\file A:new\\other"), "R:old\\file A:new\\other");

    FACT("13.9", "a directory that is renamed is watched under its new name");
    CHECK(MoveFileA(check_in("new"), check_in("newer")));
    CHECK_STR(check_changes(&watch, "O:new N:newer"), "O:new N:newer");
    CHECK(DeleteFileA(check_in("newer\\below\\file")));
    CHECK_STR(check_changes(&watch, "R:newer\\below\\file"), "R:newer\\below\\file");
    CHECK(DeleteFileA(check_in("newer\\other")));
    CHECK(RemoveDirectoryA(check_in("newer\\below")) && RemoveDirectoryA(check_in("newer")));
    CHECK(RemoveDirectoryA(check_in("old")));
    CHECK_STR(check_changes(&watch, "R:newer\\other R:newer\\below R:newer R:old"),
              "R:newer\\other R:newer\\below R:newer R:old");
    check_watch_close(&watch);
}

static void vanishing(void)
{
    HANDLE port;

    FACT("13.9", "the watched directory is deleted: 5, and so for later requests");
    CHECK(CreateDirectoryA(check_in("mortal"), NULL));
    check_watch_open(&watch, FALSE, NAMES);
    CHECK(CloseHandle(watch.directory));
    CloseHandle(watch.overlapped.hEvent);
    watch.overlapped.hEvent = NULL;
    watch.directory = check_open_folder(check_in("mortal"), FILE_FLAG_OVERLAPPED);
    port = CreateIoCompletionPort(watch.directory, NULL, 7, 0);
    CHECK(check_watch_start(&watch));
    CHECK(RemoveDirectoryA(check_in("mortal")));
    CHECK_FAILURE(port, 7, &watch.overlapped, ERROR_ACCESS_DENIED);
    CHECK(!check_watch_start(&watch) && GetLastError() == ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(watch.directory));
    CHECK(CloseHandle(port));
}

int main(void)
{
    check_make_folder();
    trees();
    vanishing();
    check_remove_folder();
    return check_end();
}
