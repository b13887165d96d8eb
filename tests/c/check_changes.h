/* What happens in a directory, for the C tests.  Include <winsock2.h> and <windows.h> first.
 *
 * Changes are shown as a letter and a name each, in their order: "A:new" added, "R:old" removed,
 * "M:file" modified (however often in a row), "O:old" and "N:new" the names of a rename. */
#ifndef LAPWING_TESTS_CHECK_CHANGES_H
#define LAPWING_TESTS_CHECK_CHANGES_H

#include "check_folder.h"
#include "check_port.h"

#define NT_NOTIFY_CLEANUP 0x10b
#define NT_NOTIFY_ENUM_DIR 0x10c
#define NAMES (FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME)

/* A request: the memory that belongs to it. */
struct check_watch {
    HANDLE directory;
    OVERLAPPED overlapped;
    DWORD filter;
    BOOL subtree;
    DWORD buffer[2048];
};

CHECK_UNUSED static HANDLE check_open_folder(const char *name, DWORD flags)
{
    HANDLE directory = CreateFileA(name, GENERIC_READ | SYNCHRONIZE,
                                   FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                   OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | flags, NULL);
    BOOL is_open = directory != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return directory;
}

/* Opens the folder of check_folder.h, and an event for its requests. */
CHECK_UNUSED static void check_watch_open(struct check_watch *watch, BOOL subtree, DWORD filter)
{
    memset(watch, 0, sizeof *watch);
    watch->directory = check_open_folder(check_folder, FILE_FLAG_OVERLAPPED);
    watch->overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    watch->filter = filter;
    watch->subtree = subtree;
}

CHECK_UNUSED static void check_watch_close(struct check_watch *watch)
{
    CHECK(CloseHandle(watch->directory));
    CHECK(CloseHandle(watch->overlapped.hEvent));
}

CHECK_UNUSED static BOOL check_watch_start(struct check_watch *watch)
{
    return ReadDirectoryChangesW(watch->directory, watch->buffer, sizeof watch->buffer,
                                 watch->subtree, watch->filter, NULL, &watch->overlapped, NULL);
}

/* Adds what stands in a buffer to a text. */
CHECK_UNUSED static void check_changes_add(const void *buffer, DWORD length, char *text)
{
    const char *at = buffer;
    DWORD next = length ? 0 : 1;

    while (next != 1) {
        const FILE_NOTIFY_INFORMATION *change = (const void *)at;
        char name[300], one[320], *before = strrchr(text, ' ');
        int units = (int)(change->FileNameLength / sizeof(WCHAR));
        int bytes = WideCharToMultiByte(CP_ACP, 0, change->FileName, units, name, 299, NULL, NULL);
        name[bytes] = 0;
        snprintf(one, sizeof one, "%c:%s", "?ARMON"[change->Action], name);
        if (change->Action != FILE_ACTION_MODIFIED || strcmp(before ? before + 1 : text, one))
            snprintf(text + strlen(text), 2000 - strlen(text), "%s%s", text[0] ? " " : "", one);
        at += change->NextEntryOffset;
        next = change->NextEntryOffset ? 0 : 1;
    }
}

/* Ends the pending request, begins another and so on, until as much has come as is expected. */
CHECK_UNUSED static const char *check_changes(struct check_watch *watch, const char *expected)
{
    static char text[2000];
    DWORD count;

    text[0] = 0;
    while (strlen(text) < strlen(expected)) {
        if (WaitForSingleObject(watch->overlapped.hEvent, HANG_GUARD) != WAIT_OBJECT_0 ||
            !GetOverlappedResult(watch->directory, &watch->overlapped, &count, FALSE))
            return strcat(text, " and no more");
        check_changes_add(watch->buffer, count, text);
        if (!check_watch_start(watch))
            return strcat(text, " and then a failure");
    }
    return text;
}

#endif
