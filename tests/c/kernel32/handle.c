// Handles: values, closing, duplicating, flags, pseudo handles.
#include <windows.h>
#include "check.h"

#define MARK 0xdeadbeef

static HANDLE event(void)
{
    return CreateEventA(NULL, TRUE, FALSE, NULL);
}

static void values(void)
{
    HANDLE handle = event();
    FACT("7.2", "small multiples of four, whose two low bits are ignored");
    CHECK_EQ((ULONG_PTR)handle % 4, 0);
    CHECK((ULONG_PTR)handle < 0x80000000u);
    CHECK(SetEvent((HANDLE)((ULONG_PTR)handle | 1)));
    CHECK_EQ(WaitForSingleObject((HANDLE)((ULONG_PTR)handle | 3), 0), WAIT_OBJECT_0);
    CHECK(CloseHandle((HANDLE)((ULONG_PTR)handle | 2)));
}

static void wrong(void)
{
    HANDLE handle = event(), semaphore = CreateSemaphoreA(NULL, 0, 1, NULL);
    FACT("13.8", "a handle that is closed, forged, or of another type: error 6");
    SetLastError(MARK);
    CHECK(!SetEvent(semaphore));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(MARK);
    CHECK(!ReleaseMutex(handle));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(semaphore));
    CHECK(CloseHandle(handle));
    SetLastError(MARK);
    CHECK(!CloseHandle(handle));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(MARK);
    CHECK(!SetEvent(handle));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(MARK);
    CHECK(!CloseHandle(NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(MARK);
    CHECK(!SetEvent((HANDLE)(ULONG_PTR)0x70000000));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
}

static void duplicates(void)
{
    HANDLE first = event(), second = NULL, third = NULL, self = GetCurrentProcess();
    FACT("13.7", "a duplicate is the same object under a new value");
    CHECK(DuplicateHandle(self, first, self, &second, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK(second != first);
    CHECK(SetEvent(first));
    CHECK_EQ(WaitForSingleObject(second, 0), WAIT_OBJECT_0);

    FACT("13.7", "the object lives as long as one handle");
    CHECK(CloseHandle(first));
    CHECK_EQ(WaitForSingleObject(second, 0), WAIT_OBJECT_0);

    FACT("13.7", "DUPLICATE_CLOSE_SOURCE moves a handle");
    CHECK(DuplicateHandle(self, second, self, &third, 0, FALSE,
                          DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    CHECK(third == second || !CloseHandle(second));
    CHECK_EQ(WaitForSingleObject(third, 0), WAIT_OBJECT_0);
    CHECK(CloseHandle(third));

    FACT("13.7", "a wrong source: error 6");
    SetLastError(MARK);
    CHECK(!DuplicateHandle(self, third, self, &second, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
}

static void pseudo(void)
{
    HANDLE thread = NULL, process = NULL, self = GetCurrentProcess();
    FACT("13.7", "pseudo handles become real by being duplicated");
    CHECK_EQ((LONG_PTR)self, -1);
    CHECK_EQ((LONG_PTR)GetCurrentThread(), -2);
    CHECK(DuplicateHandle(self, GetCurrentThread(), self, &thread, 0, FALSE,
                          DUPLICATE_SAME_ACCESS));
    CHECK_EQ(GetThreadId(thread), GetCurrentThreadId());
    CHECK_EQ((ULONG_PTR)thread % 4, 0);
    CHECK(DuplicateHandle(self, self, self, &process, 0, FALSE, DUPLICATE_SAME_ACCESS));
    CHECK_EQ(WaitForSingleObject(process, 0), WAIT_TIMEOUT);
    CHECK(CloseHandle(process));
    CHECK(CloseHandle(thread));
    CHECK(CloseHandle(self));
}

static void flags(void)
{
    SECURITY_ATTRIBUTES inherited = {sizeof(inherited), NULL, TRUE};
    DWORD value = MARK;
    HANDLE handle = event(), heir = CreateEventA(&inherited, TRUE, FALSE, NULL), copy = NULL;
    FACT("13.6", "handles are not inherited unless asked for");
    CHECK(GetHandleInformation(handle, &value));
    CHECK_EQ(value, 0);
    CHECK(GetHandleInformation(heir, &value));
    CHECK_EQ(value, HANDLE_FLAG_INHERIT);
    CHECK(SetHandleInformation(heir, HANDLE_FLAG_INHERIT, 0));
    CHECK(GetHandleInformation(heir, &value));
    CHECK_EQ(value, 0);
    CHECK(DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &copy, 0, TRUE,
                          DUPLICATE_SAME_ACCESS));
    CHECK(GetHandleInformation(copy, &value));
    CHECK_EQ(value, HANDLE_FLAG_INHERIT);

    FACT("13.8", "a protected handle is not closed: error 6");
    CHECK(SetHandleInformation(handle, HANDLE_FLAG_PROTECT_FROM_CLOSE,
                               HANDLE_FLAG_PROTECT_FROM_CLOSE));
    SetLastError(MARK);
    CHECK(!CloseHandle(handle));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(SetEvent(handle));
    CHECK(SetHandleInformation(handle, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0));
    CHECK(CloseHandle(handle));
    CHECK(CloseHandle(copy));
    CHECK(CloseHandle(heir));
    SetLastError(MARK);
    CHECK(!GetHandleInformation(heir, &value));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
}

static DWORD WINAPI closes(void *handles)
{
    DWORD closed = 0;
    for (int i = 0; i < 1000; i++)
        closed += CloseHandle(((HANDLE *)handles)[i]) != 0;
    return closed;
}

static void closed_by_several(void)
{
    static HANDLE handles[1000];
    HANDLE threads[3];
    DWORD total = 0, code;
    FACT("13.8", "of threads that close the same handles each handle is closed once");
    for (int i = 0; i < 1000; i++)
        handles[i] = event();
    for (int i = 0; i < 3; i++)
        threads[i] = CreateThread(NULL, 0, closes, handles, CREATE_SUSPENDED, NULL);
    for (int i = 0; i < 3; i++)
        ResumeThread(threads[i]);
    CHECK_EQ(WaitForMultipleObjects(3, threads, TRUE, INFINITE), WAIT_OBJECT_0);
    for (int i = 0; i < 3; i++) {
        GetExitCodeThread(threads[i], &code);
        total += code;
        CloseHandle(threads[i]);
    }
    CHECK_EQ(total, 1000);
}

int main(void)
{
    values();
    wrong();
    duplicates();
    pseudo();
    flags();
    closed_by_several();
    return check_end();
}
