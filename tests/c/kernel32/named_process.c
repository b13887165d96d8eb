// Events, mutexes and semaphores of a parent and its child: by name, and by inherited handle.
#include <windows.h>
#include "check_process.h"

static const char *name_of(const char *what, DWORD process)
{
    static char name[100];
    snprintf(name, sizeof name, "lapwing-%s-%lu", what, (unsigned long)process);
    return name;
}

/* Starts a child that knows this process and a handle. */
static void starts(const char *what, HANDLE handle, BOOL inherit, PROCESS_INFORMATION *child)
{
    char arguments[100];
    snprintf(arguments, sizeof arguments, "%s %lu %lu", what, (unsigned long)GetCurrentProcessId(),
             (unsigned long)(ULONG_PTR)handle);
    REQUIRE(check_start(arguments, inherit, 0, NULL, child));
}

static DWORD runs(const char *what, HANDLE handle, BOOL inherit)
{
    PROCESS_INFORMATION child;
    starts(what, handle, inherit, &child);
    return check_end_of(&child);
}

/* What the child does; its exit code is what was wrong. */
static int child(const char *what, DWORD parent, HANDLE handle)
{
    HANDLE object;
    if (strcmp(what, "finds") == 0) {
        if (OpenMutexA(SYNCHRONIZE, FALSE, name_of("event", parent)) || GetLastError() != 6)
            return 1;
        if (OpenEventA(SYNCHRONIZE, FALSE, name_of("none", parent)) || GetLastError() != 2)
            return 2;
        object = CreateEventA(NULL, TRUE, TRUE, name_of("event", parent));
        if (!object || GetLastError() != ERROR_ALREADY_EXISTS)
            return 3;
        if (WaitForSingleObject(object, 0) != WAIT_TIMEOUT)
            return 4;
        return SetEvent(object) ? 0 : 5;
    }
    if (strcmp(what, "takes") == 0) {
        object = OpenMutexA(MUTEX_ALL_ACCESS, FALSE, name_of("mutex", parent));
        return WaitForSingleObject(object, INFINITE) == WAIT_OBJECT_0 ? 0 : 1;
    }
    if (strcmp(what, "keeps") == 0) {
        HANDLE taken = OpenEventA(EVENT_ALL_ACCESS, FALSE, name_of("event", parent));
        object = OpenMutexA(MUTEX_ALL_ACCESS, FALSE, name_of("mutex", parent));
        if (WaitForSingleObject(object, INFINITE) != WAIT_OBJECT_0 || !SetEvent(taken))
            return 1;
        Sleep(INFINITE);
    }
    if (strcmp(what, "sets") == 0)
        return SetEvent(handle) ? 0 : (int)GetLastError();
    if (strcmp(what, "counts") == 0)
        return WaitForSingleObject(handle, 0) == WAIT_OBJECT_0 ? 0 : 1;
    if (strcmp(what, "owns") == 0)
        return WaitForSingleObject(handle, 0) == WAIT_OBJECT_0 ? 0 : 1;
    if (strcmp(what, "waits") == 0) {
        HANDLE second = OpenEventA(EVENT_ALL_ACCESS, FALSE, name_of("second", parent));
        HANDLE ready = OpenEventA(EVENT_ALL_ACCESS, FALSE, name_of("ready", parent));
        if (!SetEvent(ready) || WaitForSingleObject(handle, INFINITE) != WAIT_OBJECT_0)
            return 1;
        return SetEvent(second) ? 0 : 2;
    }
    return 99;
}

static void by_name(void)
{
    DWORD own = GetCurrentProcessId();
    FACT("7.3", "a child finds its parent's event, which stays of its kind");
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, name_of("event", own));
    CHECK_EQ(runs("finds", NULL, FALSE), 0);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);

    FACT("7.1", "a process that ends abandons its mutexes");
    HANDLE mutex = CreateMutexA(NULL, FALSE, name_of("mutex", own));
    CHECK_EQ(runs("takes", NULL, FALSE), 0);
    CHECK_EQ(WaitForSingleObject(mutex, INFINITE), WAIT_ABANDONED);
    CHECK(ReleaseMutex(mutex));

    FACT("7.1", "a process that is terminated abandons them too");
    PROCESS_INFORMATION keeper;
    starts("keeps", NULL, FALSE, &keeper);
    CHECK_EQ(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(mutex, 0), WAIT_TIMEOUT);
    CHECK(TerminateProcess(keeper.hProcess, 7));
    CHECK_EQ(check_end_of(&keeper), 7);
    HANDLE both[2] = {event, mutex};
    CHECK_EQ(WaitForMultipleObjects(2, both, FALSE, INFINITE), WAIT_ABANDONED_0 + 1);
    CHECK(ReleaseMutex(mutex));
    CloseHandle(mutex);
    CloseHandle(event);
}

static void by_handle(void)
{
    DWORD own = GetCurrentProcessId();
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};

    FACT("13.6", "a child has an inherited event without a name under the same value");
    HANDLE event = CreateEventA(&inherited, FALSE, FALSE, NULL);
    CHECK_EQ(runs("sets", event, TRUE), 0);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);

    FACT("13.6", "what is not inheritable, or not inherited, the child does not have");
    CHECK_EQ(runs("sets", event, FALSE), ERROR_INVALID_HANDLE);
    CHECK(SetHandleInformation(event, HANDLE_FLAG_INHERIT, 0));
    CHECK_EQ(runs("sets", event, TRUE), ERROR_INVALID_HANDLE);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    CloseHandle(event);

    FACT("13.6", "an inherited semaphore has one count for both");
    HANDLE semaphore = CreateSemaphoreA(&inherited, 1, 1, NULL);
    CHECK_EQ(runs("counts", semaphore, TRUE), 0);
    CHECK_EQ(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    CloseHandle(semaphore);

    FACT("13.6", "an inherited mutex belongs to one of both, and is abandoned to the other");
    HANDLE mutex = CreateMutexA(&inherited, FALSE, NULL);
    CHECK_EQ(runs("owns", mutex, TRUE), 0);
    CHECK_EQ(WaitForSingleObject(mutex, INFINITE), WAIT_ABANDONED);
    CHECK_EQ(runs("owns", mutex, TRUE), 1);
    CloseHandle(mutex);

    FACT("13.6", "a name lives as long as the child has the handle that it inherited");
    PROCESS_INFORMATION waiter;
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, name_of("ready", own));
    HANDLE second = CreateEventA(NULL, FALSE, FALSE, name_of("second", own));
    event = CreateEventA(&inherited, FALSE, FALSE, name_of("heritage", own));
    starts("waits", event, TRUE, &waiter);
    CloseHandle(event);
    event = OpenEventA(EVENT_ALL_ACCESS, FALSE, name_of("heritage", own));
    CHECK(event != NULL);
    CHECK_EQ(WaitForSingleObject(ready, INFINITE), WAIT_OBJECT_0);
    CHECK(SetEvent(event));
    CHECK_EQ(WaitForSingleObject(second, INFINITE), WAIT_OBJECT_0);
    CloseHandle(event);
    CHECK_EQ(check_end_of(&waiter), 0);
    event = OpenEventA(EVENT_ALL_ACCESS, FALSE, name_of("heritage", own));
    CHECK(event == NULL);
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    CloseHandle(ready);
    CloseHandle(second);
}

int main(int count, char **arguments)
{
    if (count == 4)
        return child(arguments[1], strtoul(arguments[2], NULL, 10),
                     (HANDLE)(ULONG_PTR)strtoul(arguments[3], NULL, 10));
    by_name();
    by_handle();
    return check_end();
}
