// Names of objects: what leads where, and which are refused.
#include <windows.h>
#include "check.h"

/* The error of making and of opening an event of this name; 0: it is there. */
static void named(const char *name, DWORD created, DWORD opened)
{
    SetLastError(1);
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, name);
    DWORD error = GetLastError();
    SHOW("%.30s", name);
    CHECK_EQ(error, created);
    CHECK_EQ(event != NULL, created == 0);
    HANDLE other = OpenEventA(EVENT_ALL_ACCESS, FALSE, name);
    error = other ? 0 : GetLastError();
    CHECK_EQ(error, opened);
    if (other)
        CloseHandle(other);
    if (event)
        CloseHandle(event);
}

/* The same object by both names. */
static void same(const char *one, const char *two)
{
    HANDLE first = CreateEventA(NULL, TRUE, TRUE, one);
    REQUIRE(first != NULL);
    HANDLE second = OpenEventA(SYNCHRONIZE, FALSE, two);
    SHOW("%s and %s", one, two);
    CHECK(second && WaitForSingleObject(second, 0) == WAIT_OBJECT_0);
    CloseHandle(second);
    CloseHandle(first);
}

static void long_names(void)
{
    static char name[301];
    static WCHAR wide[1001];
    memset(name, 'n', 300);
    FACT("7.3", "a name in bytes has at most MAX_PATH - 1 characters");
    name[259] = 0;
    named(name, 0, 0);
    name[259] = 'n', name[260] = 0;
    named(name, ERROR_FILENAME_EXCED_RANGE, ERROR_FILENAME_EXCED_RANGE);
    name[260] = 'n';
    named(name, ERROR_FILENAME_EXCED_RANGE, ERROR_FILENAME_EXCED_RANGE);
    CHECK(!CreateMutexA(NULL, FALSE, name) && GetLastError() == ERROR_FILENAME_EXCED_RANGE);
    CHECK(!CreateSemaphoreA(NULL, 0, 1, name) && GetLastError() == ERROR_FILENAME_EXCED_RANGE);
    CHECK(!CreateWaitableTimerA(NULL, FALSE, name) &&
          GetLastError() == ERROR_FILENAME_EXCED_RANGE);
    CHECK(!CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, name) &&
          GetLastError() == ERROR_FILENAME_EXCED_RANGE);

    FACT("7.3", "a wide one may be longer, and all of it counts");
    for (int at = 0; at < 1000; at++)
        wide[at] = 'w';
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, wide);
    CHECK(event != NULL);
    wide[999] = 'v';
    CHECK(!OpenEventW(EVENT_ALL_ACCESS, FALSE, wide));
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    CloseHandle(event);
}

int main(void)
{
    FACT("7.3", "Local, Global and Session lead to names");
    named("lapwing plain", 0, 0);
    named("Global\\lapwing", 0, 0);
    named("Session\\0\\lapwing", 0, 0);
    same("Local\\lapwing", "lapwing");
    same("Local\\Global\\lapwing", "Global\\lapwing");
    same("Session\\1\\lapwing", "lapwing");
    named("lapwing/slash", 0, 0);

    FACT("7.3", "but are no names themselves");
    named("Local", ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE);
    named("Global", ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE);
    named("Session", ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE);
    named("Local\\", ERROR_INVALID_NAME, ERROR_INVALID_NAME);
    named("Global\\\\lapwing", ERROR_INVALID_NAME, ERROR_INVALID_NAME);

    FACT("7.3", "other directories are not there, in any case of letters");
    named("lapwing\\name", ERROR_PATH_NOT_FOUND, ERROR_PATH_NOT_FOUND);
    named("lapwing\\", ERROR_PATH_NOT_FOUND, ERROR_PATH_NOT_FOUND);
    named("global\\lapwing", ERROR_PATH_NOT_FOUND, ERROR_PATH_NOT_FOUND);
    named("LOCAL\\lapwing", ERROR_PATH_NOT_FOUND, ERROR_PATH_NOT_FOUND);
    named("Global\\lapwing\\name", ERROR_PATH_NOT_FOUND, ERROR_PATH_NOT_FOUND);
    named("Session\\77\\lapwing", ERROR_PATH_NOT_FOUND, ERROR_PATH_NOT_FOUND);
    named("\\lapwing", ERROR_BAD_PATHNAME, ERROR_BAD_PATHNAME);
    named("\\", ERROR_BAD_PATHNAME, ERROR_BAD_PATHNAME);

    FACT("7.3", "an empty name is none to make, and no event's to open");
    named("", 0, ERROR_INVALID_HANDLE);
    CHECK(!OpenMutexA(MUTEX_ALL_ACCESS, FALSE, ""));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    long_names();

    FACT("7.3", "all types share the names");
    HANDLE timer = CreateWaitableTimerA(NULL, FALSE, "lapwing shared");
    CHECK(timer && !CreateMutexA(NULL, FALSE, "Local\\lapwing shared"));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(!CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096,
                              "lapwing shared"));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(!OpenSemaphoreA(SYNCHRONIZE, FALSE, "lapwing shared"));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    HANDLE again = CreateWaitableTimerA(NULL, TRUE, "lapwing shared");
    CHECK_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
    CloseHandle(again);
    CloseHandle(timer);
    return check_end();
}
