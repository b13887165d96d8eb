/* A folder of the test's own, for the C tests.  Include <winsock2.h> and <windows.h> first. */
#ifndef LAPWING_TESTS_CHECK_FOLDER_H
#define LAPWING_TESTS_CHECK_FOLDER_H

#include "check.h"

/* The error of a call that says whether it has succeeded; 0 if it has. */
#define CODE(call) (SetLastError(4711), (call) ? 0 : GetLastError())

static char check_folder[MAX_PATH];

/* A name in the folder; good until the thread's next but three. */
CHECK_UNUSED static const char *check_in(const char *last)
{
    static __thread char names[4][MAX_PATH + 400];
    static __thread int which;
    char *name = names[which++ % 4];
    snprintf(name, sizeof names[0], "%s\\%s", check_folder, last);
    return name;
}

/* Makes the folder; check_remove_folder takes it away when it is empty again. */
CHECK_UNUSED static void check_make_folder(void)
{
    BOOL made = GetTempPathA(sizeof check_folder, check_folder) &&
                GetTempFileNameA(check_folder, "fld", 0, check_folder) &&
                DeleteFileA(check_folder) && CreateDirectoryA(check_folder, NULL);
    REQUIRE(made);
}

CHECK_UNUSED static void check_remove_folder(void)
{
    CHECK(RemoveDirectoryA(check_folder));
}

/* Makes a file in the folder, of so many bytes. */
CHECK_UNUSED static void check_make_file(const char *last, int length)
{
    HANDLE file = CreateFileA(check_in(last), GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    DWORD count;
    BOOL made = file != INVALID_HANDLE_VALUE;
    while (made && length > 0) {
        made = WriteFile(file, "0123456789", length < 10 ? (DWORD)length : 10, &count, NULL);
        length -= 10;
    }
    made = made && CloseHandle(file);
    REQUIRE(made);
}

#endif
