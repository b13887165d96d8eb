// Critical sections, SRW locks, condition variables, one-time initialisation.
#include <windows.h>
#include "check.h"

#define THREADS 4
#define ROUNDS 20000

static CRITICAL_SECTION section;
static SRWLOCK lock = SRWLOCK_INIT;
static CONDITION_VARIABLE filled = CONDITION_VARIABLE_INIT, emptied = CONDITION_VARIABLE_INIT;
static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static volatile LONG initialised;
static long counter, mirror, queued, consumed;

static void run(LPTHREAD_START_ROUTINE routine)
{
    HANDLE threads[THREADS];
    for (ULONG_PTR i = 0; i < THREADS; i++)
        threads[i] = CreateThread(NULL, 0, routine, (void *)i, 0, NULL);
    CHECK_EQ(WaitForMultipleObjects(THREADS, threads, TRUE, INFINITE), WAIT_OBJECT_0);
    for (int i = 0; i < THREADS; i++)
        CloseHandle(threads[i]);
}

static DWORD WINAPI counts(void *number)
{
    for (int i = 0; i < ROUNDS; i++) {
        EnterCriticalSection(&section);
        if (i % 7 == 0) {
            TryEnterCriticalSection(&section);
            LeaveCriticalSection(&section);
        }
        counter++;
        LeaveCriticalSection(&section);
    }
    return (DWORD)(ULONG_PTR)number;
}

static DWORD WINAPI tries(void *result)
{
    *(BOOL *)result = TryEnterCriticalSection(&section);
    if (*(BOOL *)result)
        LeaveCriticalSection(&section);
    return 0;
}

static BOOL try_elsewhere(void)
{
    BOOL result = -1;
    HANDLE thread = CreateThread(NULL, 0, tries, &result, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    return result;
}

static void critical_section(void)
{
    FACT("issue 2.7", "a critical section is recursive and excludes other threads");
    CHECK_EQ(sizeof(CRITICAL_SECTION), 40);
    InitializeCriticalSection(&section);
    run(counts);
    CHECK_EQ(counter, THREADS * ROUNDS);
    EnterCriticalSection(&section);
    EnterCriticalSection(&section);
    CHECK_EQ(try_elsewhere(), FALSE);
    LeaveCriticalSection(&section);
    CHECK_EQ(try_elsewhere(), FALSE);
    LeaveCriticalSection(&section);
    CHECK_EQ(try_elsewhere(), TRUE);
    DeleteCriticalSection(&section);
    CHECK(InitializeCriticalSectionAndSpinCount(&section, 4000));
    CHECK(TryEnterCriticalSection(&section));
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
    CHECK(InitializeCriticalSectionEx(&section, 0, CRITICAL_SECTION_NO_DEBUG_INFO));
    DeleteCriticalSection(&section);
}

static DWORD WINAPI reads_or_writes(void *number)
{
    long different = 0;
    for (int i = 0; i < ROUNDS; i++) {
        if ((ULONG_PTR)number & 1) {
            AcquireSRWLockExclusive(&lock);
            counter++;
            mirror++;
            ReleaseSRWLockExclusive(&lock);
        } else {
            AcquireSRWLockShared(&lock);
            different += counter != mirror;
            ReleaseSRWLockShared(&lock);
        }
    }
    return different;
}

static void srw_lock(void)
{
    FACT("issue 2.7", "an SRW lock has one writer or many readers");
    CHECK_EQ(sizeof(SRWLOCK), 8);
    counter = mirror = 0;
    run(reads_or_writes);
    CHECK_EQ(counter, THREADS / 2 * ROUNDS);
    CHECK_EQ(counter, mirror);
    AcquireSRWLockShared(&lock);
    CHECK(TryAcquireSRWLockShared(&lock));
    CHECK(!TryAcquireSRWLockExclusive(&lock));
    ReleaseSRWLockShared(&lock);
    ReleaseSRWLockShared(&lock);
    CHECK(TryAcquireSRWLockExclusive(&lock));
    CHECK(!TryAcquireSRWLockShared(&lock));
    ReleaseSRWLockExclusive(&lock);
}

static DWORD WINAPI produces_or_consumes(void *number)
{
    for (int i = 0; i < ROUNDS; i++) {
        EnterCriticalSection(&section);
        if ((ULONG_PTR)number & 1) {
            while (queued == 10)
                SleepConditionVariableCS(&emptied, &section, INFINITE);
            queued++;
            WakeConditionVariable(&filled);
        } else {
            while (queued == 0)
                SleepConditionVariableCS(&filled, &section, INFINITE);
            queued--;
            consumed++;
            WakeConditionVariable(&emptied);
        }
        LeaveCriticalSection(&section);
    }
    return 0;
}

static void condition_variable(void)
{
    FACT("issue 2.7", "producers and consumers meet at condition variables");
    CHECK_EQ(sizeof(CONDITION_VARIABLE), 8);
    InitializeCriticalSection(&section);
    run(produces_or_consumes);
    CHECK_EQ(consumed, THREADS / 2 * ROUNDS);
    CHECK_EQ(queued, 0);

    FACT("issue 2.7", "a sleep on a condition variable ends with 1460 and the lock held");
    EnterCriticalSection(&section);
    SetLastError(0);
    CHECK(!SleepConditionVariableCS(&filled, &section, 1));
    CHECK_EQ(GetLastError(), ERROR_TIMEOUT);
    CHECK_EQ(try_elsewhere(), FALSE);
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
    AcquireSRWLockShared(&lock);
    SetLastError(0);
    CHECK(!SleepConditionVariableSRW(&filled, &lock, 0, CONDITION_VARIABLE_LOCKMODE_SHARED));
    CHECK_EQ(GetLastError(), ERROR_TIMEOUT);
    CHECK(!TryAcquireSRWLockExclusive(&lock));
    ReleaseSRWLockShared(&lock);
}

static BOOL CALLBACK initialises(INIT_ONCE *which, void *parameter, void **context)
{
    CHECK(which == &once);
    InterlockedIncrement(&initialised);
    SwitchToThread();
    *context = parameter;
    return TRUE;
}

static BOOL CALLBACK refuses(INIT_ONCE *which, void *parameter, void **context)
{
    (void)which, (void)parameter, (void)context;
    return FALSE;
}

static DWORD WINAPI executes(void *number)
{
    void *context = NULL;
    (void)number;
    InitOnceExecuteOnce(&once, initialises, &counter, &context);
    return context == &counter;
}

static void init_once(void)
{
    INIT_ONCE other = INIT_ONCE_STATIC_INIT;
    BOOL pending = FALSE;
    void *context = NULL;

    FACT("issue 2.7", "an initialisation is executed once and its context is for all");
    CHECK_EQ(sizeof(INIT_ONCE), 8);
    run(executes);
    CHECK_EQ(initialised, 1);

    FACT("issue 2.7", "the synchronous and the asynchronous way do not mix");
    CHECK(!InitOnceExecuteOnce(&other, refuses, NULL, NULL));
    CHECK(!InitOnceBeginInitialize(&other, INIT_ONCE_CHECK_ONLY, &pending, &context));
    CHECK(InitOnceBeginInitialize(&other, INIT_ONCE_ASYNC, &pending, &context));
    CHECK_EQ(pending, TRUE);
    CHECK(InitOnceBeginInitialize(&other, INIT_ONCE_ASYNC, &pending, &context));
    CHECK_EQ(pending, TRUE);
    SetLastError(0);
    CHECK(!InitOnceBeginInitialize(&other, 0, &pending, &context));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(InitOnceComplete(&other, INIT_ONCE_ASYNC, (void *)0x40));
    CHECK(!InitOnceComplete(&other, INIT_ONCE_ASYNC, (void *)0x80));
    CHECK_EQ(GetLastError(), ERROR_GEN_FAILURE);
    CHECK(InitOnceBeginInitialize(&other, 0, &pending, &context));
    CHECK_EQ(pending, FALSE);
    CHECK(context == (void *)0x40);
}

int main(void)
{
    critical_section();
    srw_lock();
    condition_variable();
    init_once();
    return check_end();
}
