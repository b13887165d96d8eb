/* Semantics 13.7 (D:DuplicateHandle, T:process:test_DuplicateHandle): handles that go from process
 * to process.  The child does what it is told through a pipe. */
#include <windows.h>
#include "check.h"
#include "check_process.h"

enum { SET, POLL, READ, WRITE, CLOSE, EVENT, ID, FLAGS, OWN, MAP, STEAL, RELEASE, WAIT, END };

struct call {
    DWORD what;
    DWORD number;
    ULONGLONG handle;
};

static PROCESS_INFORMATION child;
static HANDLE to_child, from_child;

static ULONGLONG value(HANDLE handle)
{
    return (ULONGLONG)(ULONG_PTR)handle;
}

static ULONGLONG act(const struct call *call, HANDLE parent)
{
    HANDLE handle = (HANDLE)(ULONG_PTR)call->handle, copy;
    DWORD count = 0, text = 0, *view;

    switch (call->what) {
    case SET: return SetEvent(handle) ? 0 : GetLastError();
    case POLL: return WaitForSingleObject(handle, 0);
    case WAIT: return WaitForSingleObject(handle, CHECK_LONG_MS);
    case READ:
        if (!ReadFile(handle, &text, 4, &count, NULL)) return GetLastError();
        return count == 4 ? text : count;
    case WRITE: return WriteFile(handle, &call->number, 4, &count, NULL) ? 0 : GetLastError();
    case CLOSE: return CloseHandle(handle) ? 0 : GetLastError();
    case EVENT: return value(CreateEventA(NULL, TRUE, FALSE, NULL));
    case ID: return GetProcessId(handle);
    case FLAGS: return GetHandleInformation(handle, &count) ? count : 0x100 + GetLastError();
    case OWN: return WaitForSingleObject(handle, CHECK_LONG_MS);
    case RELEASE: return ReleaseSemaphore(handle, (LONG)call->number, NULL) ? 0 : GetLastError();
    case MAP:
        view = MapViewOfFile(handle, FILE_MAP_WRITE, 0, 0, 0);
        if (!view) return GetLastError();
        *view += call->number;
        return UnmapViewOfFile(view) ? 0 : 1;
    case STEAL:
        if (!DuplicateHandle(parent, handle, GetCurrentProcess(), &copy, 0, FALSE,
                             DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE))
            return 0;
        return value(copy);
    default: return 0;
    }
}

static int serve(char **words)
{
    HANDLE in = (HANDLE)(ULONG_PTR)strtoull(words[2], NULL, 10);
    HANDLE out = (HANDLE)(ULONG_PTR)strtoull(words[3], NULL, 10);
    HANDLE parent = OpenProcess(PROCESS_DUP_HANDLE, FALSE, strtoul(words[4], NULL, 10));
    struct call call;
    DWORD count;

    while (ReadFile(in, &call, sizeof call, &count, NULL) && count == sizeof call) {
        ULONGLONG result = act(&call, parent);
        if (!WriteFile(out, &result, sizeof result, &count, NULL)) return 1;
        if (call.what == END) return 42;
    }
    return 2;
}

static ULONGLONG ask_with(DWORD what, ULONGLONG handle, DWORD number)
{
    struct call call;
    ULONGLONG result = ~0ull;
    DWORD count;
    memset(&call, 0, sizeof call);
    call.what = what;
    call.number = number;
    call.handle = handle;
    REQUIRE(WriteFile(to_child, &call, sizeof call, &count, NULL));
    REQUIRE(ReadFile(from_child, &result, sizeof result, &count, NULL) && count == sizeof result);
    return result;
}

static ULONGLONG ask(DWORD what, HANDLE handle)
{
    return ask_with(what, value(handle), 0);
}

/* The value in the child of a duplicate of ours. */
static HANDLE give(HANDLE handle, BOOL inherit, DWORD options)
{
    HANDLE theirs = NULL;
    CHECK(DuplicateHandle(GetCurrentProcess(), handle, child.hProcess, &theirs, 0, inherit,
                          DUPLICATE_SAME_ACCESS | options));
    CHECK(theirs != NULL && theirs != INVALID_HANDLE_VALUE);
    return theirs;
}

static HANDLE take(HANDLE theirs, DWORD options)
{
    HANDLE ours = NULL;
    CHECK(DuplicateHandle(child.hProcess, theirs, GetCurrentProcess(), &ours, 0, FALSE,
                          DUPLICATE_SAME_ACCESS | options));
    CHECK(ours != NULL);
    return ours;
}

static DWORD WINAPI waits(void *event)
{
    return WaitForSingleObject(event, CHECK_LONG_MS);
}

static void events(void)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL), theirs, back, thread;
    DWORD code = 99;

    FACT("13.7", "an event without a name goes to a child while a thread waits for it");
    thread = CreateThread(NULL, 0, waits, event, 0, NULL);
    theirs = give(event, FALSE, 0);
    CHECK_EQ(ask(FLAGS, theirs), 0);
    CHECK_EQ(ask(SET, theirs), 0);
    CHECK_EQ(WaitForSingleObject(thread, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == WAIT_OBJECT_0);
    CloseHandle(thread);

    FACT("13.7", "what one process sets the other finds, and takes");
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    CHECK(SetEvent(event));
    CHECK_EQ(ask(POLL, theirs), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    CHECK_EQ(ask(POLL, theirs), WAIT_TIMEOUT);

    FACT("13.7", "the duplicate of a duplicate is the same object");
    back = take(theirs, 0);
    CHECK(back != event);
    CHECK(SetEvent(back));
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);

    FACT("13.7", "it may be inheritable there");
    CHECK_EQ(ask(FLAGS, give(event, TRUE, 0)), HANDLE_FLAG_INHERIT);

    FACT("13.7", "DUPLICATE_CLOSE_SOURCE closes ours, and the child's stays");
    CHECK(CloseHandle(back));
    back = give(event, FALSE, DUPLICATE_CLOSE_SOURCE);
    SetLastError(0);
    CHECK(!CloseHandle(event) && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK_EQ(ask(SET, back), 0);
    CHECK_EQ(ask(POLL, theirs), WAIT_OBJECT_0);
    CHECK_EQ(ask(CLOSE, back), 0);

    FACT("13.7", "a child takes a handle of its parent's away");
    event = CreateEventA(NULL, TRUE, TRUE, NULL);
    theirs = (HANDLE)(ULONG_PTR)ask(STEAL, event);
    CHECK(theirs != NULL);
    CHECK_EQ(ask(POLL, theirs), WAIT_OBJECT_0);
    SetLastError(0);
    CHECK(!CloseHandle(event) && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK_EQ(ask(CLOSE, theirs), 0);
}

static void from_the_child(void)
{
    HANDLE theirs = (HANDLE)(ULONG_PTR)ask(EVENT, NULL), ours, none = NULL;

    FACT("13.7", "a handle of the child's becomes ours");
    ours = take(theirs, 0);
    CHECK_EQ(WaitForSingleObject(ours, 0), WAIT_TIMEOUT);
    CHECK_EQ(ask(SET, theirs), 0);
    CHECK_EQ(WaitForSingleObject(ours, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(CloseHandle(ours));

    FACT("13.7", "DUPLICATE_CLOSE_SOURCE closes the child's");
    ours = take(theirs, DUPLICATE_CLOSE_SOURCE);
    CHECK_EQ(WaitForSingleObject(ours, 0), WAIT_OBJECT_0);
    CHECK_EQ(ask(CLOSE, theirs), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(ours));

    FACT("13.7", "without a target process and a place it does nothing else");
    theirs = (HANDLE)(ULONG_PTR)ask(EVENT, NULL);
    CHECK(DuplicateHandle(child.hProcess, theirs, NULL, NULL, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
    CHECK_EQ(ask(FLAGS, theirs), 0x100 + ERROR_INVALID_HANDLE);

    FACT("13.7", "a handle that the child does not have: 6");
    theirs = (HANDLE)(ULONG_PTR)0x70000000;
    SetLastError(0);
    CHECK(!DuplicateHandle(child.hProcess, theirs, GetCurrentProcess(), &none, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(0);
    CHECK(!DuplicateHandle(GetCurrentProcess(), theirs, child.hProcess, &none, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(none == NULL);
}

static void others(void)
{
    HANDLE semaphore = CreateSemaphoreA(NULL, 1, 5, NULL), mutex, theirs, reading, writing, mapping;
    HANDLE process = NULL;
    char folder[MAX_PATH], path[MAX_PATH];
    DWORD count = 0, text = 0, *view;
    HANDLE file;

    FACT("13.7", "a semaphore has one count for both");
    theirs = give(semaphore, FALSE, 0);
    CHECK_EQ(ask_with(RELEASE, value(theirs), 2), 0);
    for (int i = 0; i < 3; i++) CHECK_EQ(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    CHECK_EQ(ask_with(RELEASE, value(theirs), 6), ERROR_TOO_MANY_POSTS);
    CloseHandle(semaphore);

    FACT("13.7", "a mutex keeps its owner, as often as he has it");
    mutex = CreateMutexA(NULL, TRUE, NULL);
    CHECK_EQ(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
    theirs = give(mutex, FALSE, 0);
    CHECK_EQ(ask(POLL, theirs), WAIT_TIMEOUT);
    CHECK(ReleaseMutex(mutex));
    CHECK_EQ(ask(POLL, theirs), WAIT_TIMEOUT);
    CHECK(ReleaseMutex(mutex));
    SetLastError(0);
    CHECK(!ReleaseMutex(mutex) && GetLastError() == ERROR_NOT_OWNER);
    CHECK_EQ(ask(POLL, theirs), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(mutex, 0), WAIT_TIMEOUT);

    FACT("13.7", "a section is one memory for both");
    mapping = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, NULL);
    view = MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, 0);
    REQUIRE(view != NULL);
    *view = 40;
    CHECK_EQ(ask_with(MAP, value(give(mapping, FALSE, 0)), 2), 0);
    CHECK_EQ(*view, 42);
    CHECK(UnmapViewOfFile(view) && CloseHandle(mapping));

    FACT("13.7", "a pipe's end goes; the other learns of the end when it is closed there");
    REQUIRE(CreatePipe(&reading, &writing, NULL, 0));
    theirs = give(writing, FALSE, DUPLICATE_CLOSE_SOURCE);
    CHECK_EQ(ask_with(WRITE, value(theirs), 0x12345678), 0);
    CHECK(ReadFile(reading, &text, 4, &count, NULL) && count == 4 && text == 0x12345678);
    CHECK_EQ(ask(CLOSE, theirs), 0);
    CHECK(!ReadFile(reading, &text, 4, &count, NULL) && GetLastError() == ERROR_BROKEN_PIPE);
    CloseHandle(reading);

    FACT("13.7", "a file goes with its rights, and its position is common");
    GetTempPathA(sizeof folder, folder);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, path) != 0);
    file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0,
                       NULL);
    theirs = give(file, FALSE, 0);
    CHECK(WriteFile(file, "abcdefgh", 8, &count, NULL));
    CHECK(SetFilePointer(file, 4, NULL, FILE_BEGIN) == 4);
    CHECK_EQ(ask(READ, theirs), 0x68676665);
    CHECK_EQ(SetFilePointer(file, 0, NULL, FILE_CURRENT), 8);
    CHECK_EQ(ask(CLOSE, theirs), 0);
    CHECK(CloseHandle(file) && DeleteFileA(path));

    FACT("13.7", "a process goes, this one's pseudo handle too");
    theirs = give(GetCurrentProcess(), FALSE, 0);
    CHECK_EQ(ask(ID, theirs), GetCurrentProcessId());
    CHECK_EQ(ask(ID, give(child.hProcess, FALSE, 0)), child.dwProcessId);
    process = take(theirs, DUPLICATE_CLOSE_SOURCE);
    CHECK_EQ(GetProcessId(process), GetCurrentProcessId());
    CHECK(CloseHandle(process));
    CHECK(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), child.hProcess, &theirs,
                          SYNCHRONIZE, FALSE, 0));
    CHECK_EQ(ask(POLL, theirs), WAIT_TIMEOUT);
    CHECK_EQ(ask(ID, theirs), 0);

    FACT("7.1", "a mutex that the child has is abandoned with it");
    CHECK_EQ(ask(END, NULL), 0);
    CHECK_EQ(WaitForSingleObject(mutex, CHECK_LONG_MS), WAIT_ABANDONED);
    CHECK(CloseHandle(mutex));
}

static void refused(void)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL), limited, none = NULL;

    FACT("13.7", "a process that was opened without PROCESS_DUP_HANDLE: 5");
    limited = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, child.dwProcessId);
    REQUIRE(limited != NULL);
    SetLastError(0);
    CHECK(!DuplicateHandle(GetCurrentProcess(), event, limited, &none, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    SetLastError(0);
    CHECK(!DuplicateHandle(limited, event, GetCurrentProcess(), &none, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(limited));
    SetLastError(0);
    CHECK(!DuplicateHandle(GetCurrentProcess(), event, event, &none, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);

    FACT("13.7", "one that was opened with it by its id gives and takes");
    limited = OpenProcess(PROCESS_DUP_HANDLE, FALSE, child.dwProcessId);
    REQUIRE(limited != NULL);
    CHECK(DuplicateHandle(GetCurrentProcess(), event, limited, &none, 0, FALSE,
                          DUPLICATE_SAME_ACCESS));
    CHECK_EQ(ask(SET, none), 0);
    CHECK_EQ(WaitForSingleObject(event, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(DuplicateHandle(limited, none, limited, &none, 0, FALSE,
                          DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    CHECK_EQ(ask(POLL, none), WAIT_TIMEOUT);
    CHECK(CloseHandle(limited));
    CHECK(CloseHandle(event));
}

static void ended(void)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL), none = NULL;

    FACT("13.7", "a process that has ended takes no handle: 5");
    CHECK_EQ(WaitForSingleObject(child.hProcess, CHECK_LONG_MS), WAIT_OBJECT_0);
    SetLastError(0);
    CHECK(!DuplicateHandle(GetCurrentProcess(), event, child.hProcess, &none, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK(none == NULL);
    CHECK(CloseHandle(event));
    CHECK_EQ(check_end_of(&child), 42);
}

int main(int count, char **words)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    char arguments[100];
    HANDLE in, out;

    if (count > 1) return serve(words);
    REQUIRE(CreatePipe(&in, &to_child, &inherited, 0));
    REQUIRE(CreatePipe(&from_child, &out, &inherited, 0));
    CHECK(SetHandleInformation(to_child, HANDLE_FLAG_INHERIT, 0));
    CHECK(SetHandleInformation(from_child, HANDLE_FLAG_INHERIT, 0));
    snprintf(arguments, sizeof arguments, "serve %llu %llu %lu", value(in), value(out),
             (unsigned long)GetCurrentProcessId());
    REQUIRE(check_start(arguments, TRUE, 0, NULL, &child));
    CHECK(CloseHandle(in) && CloseHandle(out));
    events();
    from_the_child();
    refused();
    others();
    ended();
    return check_end();
}
