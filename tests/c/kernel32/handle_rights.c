// The rights of handles: what was not asked for is refused (5), and nothing has changed then.
#include <windows.h>
#include "check.h"
#include "check_process.h"

#define DENIED(call) \
    (SetLastError(1), (void)CHECK_EQ((call), 0), \
     (void)CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED))
#define NO_WAIT(call) \
    (SetLastError(1), (void)CHECK_EQ((call), WAIT_FAILED), \
     (void)CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED))

static const char *name_of(const char *what)
{
    static char name[100];
    snprintf(name, sizeof name, "lapwing-rights-%s-%lu", what,
             (unsigned long)GetCurrentProcessId());
    return name;
}

static HANDLE copy_with(HANDLE handle, DWORD access, DWORD options)
{
    HANDLE own = GetCurrentProcess(), new = NULL;
    CHECK(DuplicateHandle(own, handle, own, &new, access, FALSE, options));
    return new;
}

static void events(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, name_of("event"));
    HANDLE waits = OpenEventA(SYNCHRONIZE, FALSE, name_of("event"));
    HANDLE sets = OpenEventA(EVENT_MODIFY_STATE, FALSE, name_of("event"));
    HANDLE nothing = OpenEventA(0, FALSE, name_of("event"));
    HANDLE both[2] = {waits, sets};
    REQUIRE(event && waits && sets && nothing);

    FACT("13.7", "an event that was opened to wait for is neither set nor reset");
    DENIED(SetEvent(waits));
    DENIED(PulseEvent(waits));
    CHECK_EQ(WaitForSingleObject(waits, 0), WAIT_TIMEOUT);
    CHECK(SetEvent(sets));
    DENIED(ResetEvent(waits));
    CHECK_EQ(WaitForSingleObject(waits, 0), WAIT_OBJECT_0);

    FACT("7.1", "one that was opened to be set is not waited for");
    NO_WAIT(WaitForSingleObject(sets, 0));
    NO_WAIT(WaitForMultipleObjects(2, both, FALSE, 0));
    NO_WAIT(WaitForMultipleObjects(2, both, TRUE, 0));
    NO_WAIT(WaitForSingleObject(nothing, 0));
    DENIED(ResetEvent(nothing));
    CHECK(ResetEvent(sets));
    NO_WAIT(SignalObjectAndWait(waits, event, 0, FALSE));
    NO_WAIT(SignalObjectAndWait(event, sets, 0, FALSE));
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);

    FACT("13.7", "generic rights are the event's own");
    HANDLE generic = OpenEventA(GENERIC_WRITE, FALSE, name_of("event"));
    CHECK(SetEvent(generic));
    NO_WAIT(WaitForSingleObject(generic, 0));
    CloseHandle(generic);
    generic = OpenEventA(GENERIC_EXECUTE, FALSE, name_of("event"));
    DENIED(ResetEvent(generic));
    CHECK_EQ(WaitForSingleObject(generic, 0), WAIT_OBJECT_0);
    CloseHandle(generic);
    generic = OpenEventA(MAXIMUM_ALLOWED, FALSE, name_of("event"));
    CHECK(ResetEvent(generic));
    CHECK_EQ(WaitForSingleObject(generic, 0), WAIT_TIMEOUT);
    CloseHandle(generic);

    FACT("13.7", "CreateEventEx gives what is asked for, of a new event and of an old one");
    HANDLE made = CreateEventExA(NULL, NULL, 0, SYNCHRONIZE);
    DENIED(SetEvent(made));
    CloseHandle(made);
    made = CreateEventExA(NULL, name_of("event"), 0, EVENT_MODIFY_STATE);
    CHECK(SetEvent(made));
    NO_WAIT(WaitForSingleObject(made, 0));
    CloseHandle(made);

    FACT("13.7", "another type comes before a missing right");
    SetLastError(1);
    CHECK(!ReleaseSemaphore(waits, 1, NULL) && GetLastError() == ERROR_INVALID_HANDLE);
    CloseHandle(nothing);
    CloseHandle(sets);
    CloseHandle(waits);
    CloseHandle(event);
}

static void duplicates(void)
{
    FACT("13.7", "a duplicate has its own access, or the same");
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE waits = copy_with(event, SYNCHRONIZE, 0);
    HANDLE same = copy_with(waits, 0, DUPLICATE_SAME_ACCESS);
    HANDLE more = copy_with(waits, EVENT_ALL_ACCESS, 0);
    DENIED(SetEvent(waits));
    DENIED(SetEvent(same));
    CHECK(SetEvent(more));
    CHECK_EQ(WaitForSingleObject(waits, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(same, 0), WAIT_OBJECT_0);
    CloseHandle(more);
    CloseHandle(same);
    CloseHandle(waits);
    CloseHandle(event);
}

static void others(void)
{
    LARGE_INTEGER due = {.QuadPart = -10000};
    FACT("7.7", "a semaphore and a timer that were opened to wait for are not changed");
    HANDLE semaphore = CreateSemaphoreA(NULL, 0, 2, name_of("semaphore"));
    HANDLE waits = OpenSemaphoreA(SYNCHRONIZE, FALSE, name_of("semaphore"));
    DENIED(ReleaseSemaphore(waits, 1, NULL));
    CHECK_EQ(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    NO_WAIT(SignalObjectAndWait(waits, semaphore, 0, FALSE));
    CloseHandle(waits);
    waits = OpenSemaphoreA(SEMAPHORE_MODIFY_STATE, FALSE, name_of("semaphore"));
    CHECK(ReleaseSemaphore(waits, 1, NULL));
    NO_WAIT(WaitForSingleObject(waits, 0));
    CloseHandle(waits);
    CloseHandle(semaphore);

    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, name_of("timer"));
    waits = CreateWaitableTimerExA(NULL, name_of("timer"), 0, SYNCHRONIZE);
    CHECK_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
    DENIED(SetWaitableTimer(waits, &due, 0, NULL, NULL, FALSE));
    DENIED(CancelWaitableTimer(waits));
    CHECK(SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE));
    CHECK_EQ(WaitForSingleObject(waits, INFINITE), WAIT_OBJECT_0);
    CloseHandle(waits);
    CloseHandle(timer);

    FACT("7.7", "a mutex is released by any handle, by its owner");
    HANDLE mutex = CreateMutexA(NULL, TRUE, name_of("mutex"));
    HANDLE other = OpenMutexA(READ_CONTROL, FALSE, name_of("mutex"));
    NO_WAIT(WaitForSingleObject(other, 0));
    CHECK(ReleaseMutex(other));
    CHECK(!ReleaseMutex(mutex) && GetLastError() == ERROR_NOT_OWNER);
    CloseHandle(other);
    CloseHandle(mutex);
}

/* Whether this view may be had: 0, or why not. */
static DWORD view(HANDLE section, DWORD access)
{
    void *base = MapViewOfFile(section, access, 0, 0, 0);
    if (!base)
        return GetLastError();
    UnmapViewOfFile(base);
    return 0;
}

static void sections(void)
{
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096,
                                        name_of("section"));
    FACT("13.7", "a section that was opened to read gives no view to write");
    HANDLE reads = OpenFileMappingA(FILE_MAP_READ, FALSE, name_of("section"));
    CHECK_EQ(view(reads, FILE_MAP_READ), 0);
    CHECK_EQ(view(reads, FILE_MAP_COPY), 0);
    CHECK_EQ(view(reads, FILE_MAP_WRITE), ERROR_ACCESS_DENIED);
    CHECK_EQ(view(reads, FILE_MAP_READ | FILE_MAP_WRITE), ERROR_ACCESS_DENIED);
    CHECK_EQ(view(reads, FILE_MAP_ALL_ACCESS), ERROR_ACCESS_DENIED);
    CloseHandle(reads);
    HANDLE writes = OpenFileMappingA(FILE_MAP_WRITE, FALSE, name_of("section"));
    CHECK_EQ(view(writes, FILE_MAP_WRITE), 0);
    CHECK_EQ(view(writes, FILE_MAP_READ | FILE_MAP_WRITE), 0);
    CHECK_EQ(view(writes, FILE_MAP_READ), ERROR_ACCESS_DENIED);
    CHECK_EQ(view(writes, FILE_MAP_COPY), ERROR_ACCESS_DENIED);
    CloseHandle(writes);
    HANDLE copies = OpenFileMappingA(FILE_MAP_COPY, FALSE, name_of("section"));
    CHECK_EQ(view(copies, FILE_MAP_COPY), 0);
    CHECK_EQ(view(copies, FILE_MAP_WRITE), ERROR_ACCESS_DENIED);
    CloseHandle(copies);

    FACT("13.7", "who opens it by CreateFileMapping has the rights of his protection");
    reads = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READONLY, 0, 4096,
                               name_of("section"));
    CHECK_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
    CHECK_EQ(view(reads, FILE_MAP_READ), 0);
    CHECK_EQ(view(reads, FILE_MAP_WRITE), ERROR_ACCESS_DENIED);
    CloseHandle(reads);
    reads = copy_with(section, FILE_MAP_READ, 0);
    CHECK_EQ(view(reads, FILE_MAP_READ), 0);
    CHECK_EQ(view(reads, FILE_MAP_WRITE), ERROR_ACCESS_DENIED);
    CHECK_EQ(view(section, FILE_MAP_ALL_ACCESS), 0);
    CloseHandle(reads);
    CloseHandle(section);
}

static int child(HANDLE waits, HANDLE all)
{
    if (SetEvent(waits) || GetLastError() != ERROR_ACCESS_DENIED)
        return 1;
    if (WaitForSingleObject(waits, 0) != WAIT_TIMEOUT)
        return 2;
    return SetEvent(all) && WaitForSingleObject(waits, 0) == WAIT_OBJECT_0 ? 0 : 3;
}

static void inherited(void)
{
    FACT("13.6", "an inherited handle has the rights of the parent's");
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, TRUE};
    HANDLE all = CreateEventA(&attributes, TRUE, FALSE, name_of("inherited"));
    HANDLE waits = OpenEventA(SYNCHRONIZE, TRUE, name_of("inherited"));
    char arguments[100];
    PROCESS_INFORMATION process;
    snprintf(arguments, sizeof arguments, "%lu %lu", (unsigned long)(ULONG_PTR)waits,
             (unsigned long)(ULONG_PTR)all);
    REQUIRE(check_start(arguments, TRUE, 0, NULL, &process));
    CHECK_EQ(check_end_of(&process), 0);
    CloseHandle(waits);
    CloseHandle(all);
}

int main(int count, char **arguments)
{
    if (count == 3)
        return child((HANDLE)(ULONG_PTR)strtoul(arguments[1], NULL, 10),
                     (HANDLE)(ULONG_PTR)strtoul(arguments[2], NULL, 10));
    events();
    duplicates();
    others();
    sections();
    inherited();
    return check_end();
}
