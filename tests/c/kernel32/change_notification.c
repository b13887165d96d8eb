// FindFirstChangeNotification, FindNextChangeNotification, FindCloseChangeNotification.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_changes.h"

static HANDLE first(const char *name, BOOL subtree, DWORD filter)
{
    SetLastError(UNTOUCHED);
    return FindFirstChangeNotificationA(name, subtree, filter);
}

static void signals(void)
{
    HANDLE handle = first(check_folder, TRUE, NAMES);

    FACT("13.9", "the handle is signalled by a change, until the next is asked for");
    CHECK(handle != INVALID_HANDLE_VALUE);
    CHECK_EQ(WaitForSingleObject(handle, 0), WAIT_TIMEOUT);
    check_make_file("file", 0);
    CHECK_EQ(WaitForSingleObject(handle, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(handle, 0), WAIT_OBJECT_0);
    CHECK(FindNextChangeNotification(handle));
    CHECK_EQ(WaitForSingleObject(handle, 0), WAIT_TIMEOUT);
    CHECK(DeleteFileA(check_in("file")));
    CHECK_EQ(WaitForSingleObject(handle, HANG_GUARD), WAIT_OBJECT_0);

    FACT("13.9", "what happened since the last change counts");
    CHECK(CreateDirectoryA(check_in("dir"), NULL));
    CHECK(FindNextChangeNotification(handle));
    CHECK_EQ(WaitForSingleObject(handle, 1000), WAIT_OBJECT_0);
    CHECK(FindNextChangeNotification(handle));
    CHECK_EQ(WaitForSingleObject(handle, 0), WAIT_TIMEOUT);

    FACT("13.9", "what is below counts, if that was asked for");
    check_make_file("dir\\file", 0);
    CHECK_EQ(WaitForSingleObject(handle, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(DeleteFileA(check_in("dir\\file")));
    CHECK(FindCloseChangeNotification(handle));
    handle = first(check_folder, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME);
    check_make_file("dir\\file", 0);
    CHECK(DeleteFileA(check_in("dir\\file")));
    CHECK(RemoveDirectoryA(check_in("dir")));
    CHECK_EQ(WaitForSingleObject(handle, 0), WAIT_TIMEOUT);
    check_make_file("file", 0);
    CHECK_EQ(WaitForSingleObject(handle, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(DeleteFileA(check_in("file")));
    CHECK(FindNextChangeNotification(handle) && FindNextChangeNotification(handle));
    CHECK(FindCloseChangeNotification(handle));
}

static void two(void)
{
    HANDLE handles[2];

    FACT("13.9", "two watch the same directory");
    handles[0] = first(check_folder, TRUE, NAMES);
    handles[1] = first(check_folder, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME);
    check_make_file("file", 0);
    CHECK_EQ(WaitForMultipleObjects(2, handles, TRUE, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(FindCloseChangeNotification(handles[0]));
    CHECK(FindNextChangeNotification(handles[1]));
    CHECK_EQ(WaitForSingleObject(handles[1], 0), WAIT_TIMEOUT);
    CHECK(DeleteFileA(check_in("file")));
    CHECK_EQ(WaitForSingleObject(handles[1], HANG_GUARD), WAIT_OBJECT_0);
    CHECK(FindCloseChangeNotification(handles[1]));
}

static void refusals(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), handle;
    WCHAR wide[MAX_PATH];

    FACT("13.9", "what is refused");
    CHECK(first(check_in("nothing"), FALSE, NAMES) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    CHECK(first(check_in("no\\thing"), FALSE, NAMES) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_PATH_NOT_FOUND);
    check_make_file("file", 0);
    CHECK(first(check_in("file"), FALSE, NAMES) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_DIRECTORY);
    CHECK(DeleteFileA(check_in("file")));
    CHECK(first(check_folder, FALSE, 0) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(first(check_folder, FALSE, -1) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(!FindNextChangeNotification(NULL) && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(!FindNextChangeNotification(event) && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(!FindCloseChangeNotification(NULL) && GetLastError() == ERROR_INVALID_HANDLE);

    FACT("13.9", "in wide characters");
    MultiByteToWideChar(CP_ACP, 0, check_folder, -1, wide, MAX_PATH);
    handle = FindFirstChangeNotificationW(wide, FALSE, NAMES);
    CHECK(handle != INVALID_HANDLE_VALUE);
    CHECK_EQ(WaitForSingleObject(handle, 0), WAIT_TIMEOUT);
    CHECK(FindCloseChangeNotification(handle));
    CHECK(CloseHandle(event));
}

int main(void)
{
    check_make_folder();
    signals();
    two();
    refusals();
    check_remove_folder();
    return check_end();
}
