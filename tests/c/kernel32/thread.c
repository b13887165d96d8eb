// Threads: exit codes, suspension, ids, the C run-time's own functions.
#include <windows.h>
#include <process.h>
#include "check.h"

#define MARK 0xdeadbeef

static HANDLE gate;

static DWORD WINAPI returns(void *code)
{
    return (DWORD)(ULONG_PTR)code;
}

static DWORD WINAPI waits(void *code)
{
    WaitForSingleObject(gate, INFINITE);
    return (DWORD)(ULONG_PTR)code;
}

static void deep(int depth, DWORD code)
{
    if (depth > 0)
        deep(depth - 1, code);
    if (depth == 0)
        ExitThread(code);
    SHOW("the thread went on at depth %d", depth);
}

static DWORD WINAPI exits(void *code)
{
    deep(50, (DWORD)(ULONG_PTR)code);
    return 0;
}

static DWORD WINAPI own_id(void *id)
{
    return *(DWORD *)id == GetCurrentThreadId();
}

static unsigned __stdcall by_the_run_time(void *code)
{
    if ((ULONG_PTR)code == 5)
        _endthreadex(6);
    return (unsigned)(ULONG_PTR)code;
}

static void __cdecl signals(void *event)
{
    SetEvent(event);
}

static void __cdecl signals_and_ends(void *event)
{
    SetEvent(event);
    _endthread();
}

static DWORD join(HANDLE thread)
{
    DWORD code = MARK;
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CloseHandle(thread);
    return code;
}

static void codes(void)
{
    DWORD code = 0;
    FACT("7.7", "the handle is signalled when the thread has ended, and the code is kept");
    HANDLE thread = CreateThread(NULL, 0, waits, (void *)7, 0, NULL);
    CHECK_EQ(WaitForSingleObject(thread, 10), WAIT_TIMEOUT);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, STILL_ACTIVE);
    SetEvent(gate);
    CHECK_EQ(join(thread), 7);
    CHECK_EQ(join(CreateThread(NULL, 0, exits, (void *)8, 0, NULL)), 8);
    CHECK_EQ(join(CreateThread(NULL, 100, returns, (void *)9, STACK_SIZE_PARAM_IS_A_RESERVATION,
                               NULL)), 9);
    CHECK_EQ(join(CreateThread(NULL, 0, returns, (void *)(ULONG_PTR)0xfffffffe, 0, NULL)),
             0xfffffffe);
}

static void suspended(void)
{
    DWORD id = 0;
    FACT("7.5", "a suspended thread begins when it is resumed");
    HANDLE thread = CreateThread(NULL, 0, own_id, &id, CREATE_SUSPENDED, &id);
    CHECK(id != 0);
    CHECK(id != GetCurrentThreadId());
    CHECK_EQ(GetThreadId(thread), id);
    CHECK_EQ(WaitForSingleObject(thread, 10), WAIT_TIMEOUT);
    CHECK_EQ(ResumeThread(thread), 1);
    CHECK_EQ(join(thread), 1);
    CHECK_EQ(GetThreadId(GetCurrentThread()), GetCurrentThreadId());
}

static void run_time(void)
{
    unsigned id = 0;
    FACT("7.7", "_beginthreadex gives a handle, _endthreadex a code");
    HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, by_the_run_time, (void *)4, 0, &id);
    CHECK(id != 0);
    CHECK_EQ(join(thread), 4);
    CHECK_EQ(join((HANDLE)_beginthreadex(NULL, 0, by_the_run_time, (void *)5, 0, NULL)), 6);
    thread = (HANDLE)_beginthreadex(NULL, 0, by_the_run_time, (void *)3, CREATE_SUSPENDED, NULL);
    CHECK_EQ(WaitForSingleObject(thread, 10), WAIT_TIMEOUT);
    CHECK_EQ(ResumeThread(thread), 1);
    CHECK_EQ(join(thread), 3);

    FACT("7.7", "threads of _beginthread look after themselves");
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    CHECK((LONG_PTR)_beginthread(signals, 0, event) != -1);
    CHECK_EQ(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
    CHECK((LONG_PTR)_beginthread(signals_and_ends, 0, event) != -1);
    CHECK_EQ(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
    CloseHandle(event);
}

static void wrong(void)
{
    DWORD code = MARK;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    FACT("13.8", "thread functions refuse other objects");
    SetLastError(MARK);
    CHECK(!GetExitCodeThread(event, &code));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK_EQ(code, MARK);
    SetLastError(MARK);
    CHECK_EQ(ResumeThread(event), (DWORD)-1);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(MARK);
    CHECK_EQ(GetThreadPriority(event), THREAD_PRIORITY_ERROR_RETURN);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CloseHandle(event);
}

static void priorities(void)
{
    HANDLE thread = CreateThread(NULL, 0, waits, NULL, 0, NULL);
    FACT("7.7", "a priority is what was set");
    CHECK_EQ(GetThreadPriority(thread), THREAD_PRIORITY_NORMAL);
    CHECK(SetThreadPriority(thread, THREAD_PRIORITY_BELOW_NORMAL));
    CHECK_EQ(GetThreadPriority(thread), THREAD_PRIORITY_BELOW_NORMAL);
    SetLastError(MARK);
    CHECK(!SetThreadPriority(thread, 100));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK_EQ(GetThreadPriority(thread), THREAD_PRIORITY_BELOW_NORMAL);
    SetEvent(gate);
    CHECK_EQ(join(thread), 0);
}

static LONG ended;

static DWORD WINAPI counts(void *unused)
{
    InterlockedIncrement(&ended);
    return 0;
}

static void many(void)
{
    enum { WAVES = 20, EACH = 50 };
    FACT("7.7", "a thousand threads come and go");
    for (int wave = 0; wave < WAVES; wave++) {
        HANDLE threads[EACH];
        for (int i = 0; i < EACH; i++)
            threads[i] = CreateThread(NULL, 65536, counts, NULL, 0, NULL);
        if (WaitForMultipleObjects(EACH, threads, TRUE, INFINITE) != WAIT_OBJECT_0)
            SHOW("the wait failed");
        for (int i = 0; i < EACH; i++)
            CloseHandle(threads[i]);
    }
    CHECK_EQ(ended, WAVES * EACH);
}

int main(void)
{
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    codes();
    suspended();
    run_time();
    wrong();
    priorities();
    many();
    CloseHandle(gate);
    return check_end();
}
