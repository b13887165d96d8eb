// ReadDirectoryChangesW: arguments, what is told of names and contents, what is kept.
#include <winsock2.h>
#include <windows.h>
#include <wchar.h>
#include "check.h"
#include "check_changes.h"

static struct check_watch watch;

static BOOL call(HANDLE directory, void *buffer, DWORD length, DWORD filter, OVERLAPPED *overlapped)
{
    SetLastError(UNTOUCHED);
    return ReadDirectoryChangesW(directory, buffer, length, FALSE, filter, NULL, overlapped, NULL);
}

static void arguments(void)
{
    HANDLE file;

    FACT("13.9", "a filter that is none is refused before anything else");
    check_watch_open(&watch, TRUE, NAMES);
    CHECK(!call(NULL, NULL, 0, 0, NULL) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(!call(watch.directory, NULL, 0, 0, NULL) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(!call(watch.directory, NULL, 0, 0, &watch.overlapped) &&
          GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(!call(watch.directory, watch.buffer, 100, -1, &watch.overlapped) &&
          GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(!call(watch.directory, watch.buffer, 100, 0, &watch.overlapped) &&
          GetLastError() == ERROR_INVALID_PARAMETER);

    FACT("13.9", "what is no handle, no directory, no memory");
    CHECK(!call(NULL, watch.buffer, 100, NAMES, &watch.overlapped) &&
          GetLastError() == ERROR_INVALID_HANDLE);
    check_make_file("file", 1);
    file = CreateFileA(check_in("file"), GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(!call(file, watch.buffer, 100, NAMES, &watch.overlapped) &&
          GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(CloseHandle(file));
    CHECK(DeleteFileA(check_in("file")));
    CHECK(!call(watch.directory, (char *)watch.buffer + 1, 100, NAMES, &watch.overlapped) &&
          GetLastError() == ERROR_NOACCESS);
    CHECK(!call(watch.directory, NULL, 100, NAMES, &watch.overlapped) &&
          GetLastError() == ERROR_NOACCESS);
    check_watch_close(&watch);
}

static void one_request(void)
{
    FILE_NOTIFY_INFORMATION *change = (void *)watch.buffer;
    DWORD count, length = 12 + 3 * sizeof(WCHAR);

    FACT("13.9", "a request is pending until something happens");
    check_watch_open(&watch, TRUE, NAMES);
    watch.overlapped.Internal = watch.overlapped.InternalHigh = 1;
    CHECK(SetEvent(watch.overlapped.hEvent));
    CHECK(check_watch_start(&watch));
    CHECK_EQ(watch.overlapped.Internal, STATUS_PENDING);
    CHECK_EQ(watch.overlapped.InternalHigh, 1);
    CHECK_EQ(WaitForSingleObject(watch.overlapped.hEvent, 0), WAIT_TIMEOUT);
    CHECK(CreateDirectoryA(check_in("hoo"), NULL));
    CHECK_EQ(WaitForSingleObject(watch.overlapped.hEvent, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(watch.overlapped.Internal == 0 && watch.overlapped.InternalHigh == length);
    CHECK(change->NextEntryOffset == 0 && change->Action == FILE_ACTION_ADDED);
    CHECK(change->FileNameLength == 3 * sizeof(WCHAR) &&
          !wmemcmp(change->FileName, L"hoo", 3));

    FACT("13.9", "filter and subtree of the first call stay");
    watch.filter = FILE_NOTIFY_CHANGE_SIZE;
    watch.subtree = FALSE;
    CHECK(check_watch_start(&watch));
    CHECK_EQ(WaitForSingleObject(watch.overlapped.hEvent, 0), WAIT_TIMEOUT);
    CHECK(RemoveDirectoryA(check_in("hoo")));
    CHECK(GetOverlappedResult(watch.directory, &watch.overlapped, &count, TRUE));
    CHECK_EQ(count, length);
    CHECK(change->Action == FILE_ACTION_REMOVED && !wmemcmp(change->FileName, L"hoo", 3));
    CHECK(check_watch_start(&watch));
    CHECK(CreateDirectoryA(check_in("hoo"), NULL));
    CHECK_STR(check_changes(&watch, "A:hoo"), "A:hoo");
    CHECK(CreateDirectoryA(check_in("hoo\\ga"), NULL));
    CHECK_STR(check_changes(&watch, "A:hoo\\ga"), "A:hoo\\ga");
    CHECK(RemoveDirectoryA(check_in("hoo\\ga")) && RemoveDirectoryA(check_in("hoo")));
    CHECK_STR(check_changes(&watch, "R:hoo\\ga R:hoo"), "R:hoo\\ga R:hoo");
    check_watch_close(&watch);
}

static void too_small(void)
{
    DWORD count = 77;

    FACT("13.9", "more than the buffer holds: success without data, and nothing is kept");
    check_watch_open(&watch, FALSE, NAMES);
    CHECK(call(watch.directory, watch.buffer, 0x10, NAMES, &watch.overlapped));
    check_make_file("longer name", 0);
    CHECK_EQ(WaitForSingleObject(watch.overlapped.hEvent, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(watch.overlapped.Internal, NT_NOTIFY_ENUM_DIR);
    CHECK(GetOverlappedResult(watch.directory, &watch.overlapped, &count, FALSE) && count == 0);
    CHECK(check_watch_start(&watch));
    CHECK(DeleteFileA(check_in("longer name")));
    CHECK_STR(check_changes(&watch, "R:longer name"), "R:longer name");
    check_watch_close(&watch);

    FACT("13.9", "a first request without a buffer: later ones get no data either");
    check_watch_open(&watch, FALSE, NAMES);
    CHECK(call(watch.directory, NULL, 0, NAMES, &watch.overlapped));
    CHECK_EQ(WaitForSingleObject(watch.overlapped.hEvent, 0), WAIT_TIMEOUT);
    CHECK(CreateDirectoryA(check_in("hoo"), NULL));
    CHECK_EQ(WaitForSingleObject(watch.overlapped.hEvent, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(watch.overlapped.Internal == NT_NOTIFY_ENUM_DIR && watch.overlapped.InternalHigh == 0);
    CHECK(check_watch_start(&watch));
    CHECK_EQ(WaitForSingleObject(watch.overlapped.hEvent, 0), WAIT_TIMEOUT);
    CHECK(RemoveDirectoryA(check_in("hoo")));
    CHECK_EQ(WaitForSingleObject(watch.overlapped.hEvent, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(watch.overlapped.Internal == NT_NOTIFY_ENUM_DIR && watch.overlapped.InternalHigh == 0);
    check_watch_close(&watch);
}

static void kept(void)
{
    DWORD small[4];

    FACT("13.9", "what happens between two calls is told to the second");
    check_watch_open(&watch, FALSE, NAMES);
    CHECK(check_watch_start(&watch));
    check_make_file("first", 0);
    CHECK_STR(check_changes(&watch, "A:first"), "A:first");
    CHECK(CancelIo(watch.directory));
    check_make_file("second", 0);
    CHECK(DeleteFileA(check_in("first")));
    CHECK(DeleteFileA(check_in("second")));
    CHECK(check_watch_start(&watch));
    CHECK_STR(check_changes(&watch, "A:second R:first R:second"), "A:second R:first R:second");
    check_watch_close(&watch);

    FACT("13.9", "as much as the first buffer holds; else success without data");
    check_watch_open(&watch, FALSE, NAMES);
    CHECK(call(watch.directory, small, sizeof small, NAMES, &watch.overlapped));
    CHECK(CancelIo(watch.directory));
    check_make_file("first", 0);
    check_make_file("second", 0);
    CHECK(check_watch_start(&watch));
    CHECK_EQ(WaitForSingleObject(watch.overlapped.hEvent, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(watch.overlapped.Internal == NT_NOTIFY_ENUM_DIR && watch.overlapped.InternalHigh == 0);
    CHECK(DeleteFileA(check_in("first")) && DeleteFileA(check_in("second")));
    check_watch_close(&watch);
}

static void names(void)
{
    FACT("13.9", "a rename is a pair of names");
    CHECK(CreateDirectoryA(check_in("dir"), NULL));
    check_make_file("file", 0);
    check_watch_open(&watch, FALSE, NAMES);
    CHECK(check_watch_start(&watch));
    CHECK(MoveFileA(check_in("file"), check_in("other")));
    CHECK_STR(check_changes(&watch, "O:file N:other"), "O:file N:other");

    FACT("13.9", "what leaves the directory is removed, what comes is added");
    CHECK(MoveFileA(check_in("other"), check_in("dir\\other")));
    CHECK_STR(check_changes(&watch, "R:other"), "R:other");
    CHECK(MoveFileA(check_in("dir\\other"), check_in("file")));
    CHECK_STR(check_changes(&watch, "A:file"), "A:file");
    check_watch_close(&watch);

    FACT("13.9", "files' names and directories' names are two filters");
    check_watch_open(&watch, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME);
    CHECK(check_watch_start(&watch));
    CHECK(CreateDirectoryA(check_in("new"), NULL));
    CHECK(DeleteFileA(check_in("file")));
    CHECK_STR(check_changes(&watch, "R:file"), "R:file");
    check_watch_close(&watch);
    check_watch_open(&watch, FALSE, FILE_NOTIFY_CHANGE_DIR_NAME);
    CHECK(check_watch_start(&watch));
    check_make_file("file", 0);
    CHECK(RemoveDirectoryA(check_in("new")));
    CHECK_STR(check_changes(&watch, "R:new"), "R:new");
    check_watch_close(&watch);

    FACT("13.9", "a changed content is told of, however often in a row");
    check_watch_open(&watch, FALSE, FILE_NOTIFY_CHANGE_SIZE | NAMES);
    CHECK(check_watch_start(&watch));
    check_make_file("written", 40);
    CHECK(DeleteFileA(check_in("written")));
    CHECK_STR(check_changes(&watch, "A:written M:written R:written"),
              "A:written M:written R:written");
    check_watch_close(&watch);
    CHECK(DeleteFileA(check_in("file")) && RemoveDirectoryA(check_in("dir")));
}

/* What a watch with this filter alone hears of a file's time of making, and what comes before. */
static void creation(void)
{
    FILETIME moment = {0x56789ab0, 0x01d01234};
    const char *told;
    HANDLE file;

    FACT("D:ReadDirectoryChangesW", "CREATION: a time of making that is set, no new file");
    check_make_file("old", 1);
    check_watch_open(&watch, FALSE, FILE_NOTIFY_CHANGE_CREATION);
    CHECK(check_watch_start(&watch));
    check_make_file("new", 3);
    CHECK(SetFileAttributesA(check_in("new"), FILE_ATTRIBUTE_READONLY));
    CHECK(SetFileAttributesA(check_in("new"), FILE_ATTRIBUTE_NORMAL));
    CHECK(DeleteFileA(check_in("new")));
    file = CreateFileA(check_in("old"), GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(SetFileTime(file, NULL, NULL, &moment));
    CHECK(SetFileTime(file, &moment, NULL, NULL));
    told = check_changes(&watch, "M:old");
    CHECK_STR(told, "M:old");
    CHECK(CloseHandle(file));
    check_watch_close(&watch);

    FACT("D:ReadDirectoryChangesW", "ATTRIBUTES: no matter which");
    check_watch_open(&watch, FALSE, FILE_NOTIFY_CHANGE_ATTRIBUTES);
    CHECK(check_watch_start(&watch));
    CHECK(SetFileAttributesA(check_in("old"), FILE_ATTRIBUTE_READONLY));
    CHECK_STR(check_changes(&watch, "M:old"), "M:old");
    CHECK(SetFileAttributesA(check_in("old"), FILE_ATTRIBUTE_NORMAL));
    CHECK_STR(check_changes(&watch, "M:old"), "M:old");
    check_watch_close(&watch);
    CHECK(DeleteFileA(check_in("old")));
}

int main(void)
{
    check_make_folder();
    arguments();
    one_request();
    too_small();
    kept();
    names();
    creation();
    check_remove_folder();
    return check_end();
}
