// The thread pool: work, simple callbacks, what callbacks say about themselves, cleanup groups.
#include <winsock2.h>
#include <windows.h>
#include "check_thread.h"

#define HANG_GUARD 20000

static HANDLE begun, gate, returned;
static LONG calls, finalized, cancelled;
static void *object_seen, *cleanup_seen;
static DWORD cancel_thread;

static DWORD wait_for(HANDLE object)
{
    return WaitForSingleObject(object, HANG_GUARD);
}

static void CALLBACK count_simple(PTP_CALLBACK_INSTANCE instance, PVOID context)
{
    InterlockedIncrement(&calls);
    if (context)
        SetEventWhenCallbackReturns(instance, context);
}

static void CALLBACK count_work(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work)
{
    (void)instance;
    object_seen = work;
    InterlockedIncrement((LONG *)context);
}

/* Says that it has begun and returns when it may. */
static void CALLBACK hold_work(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work)
{
    (void)instance, (void)work;
    ReleaseSemaphore(begun, 1, NULL);
    wait_for(gate);
    InterlockedIncrement((LONG *)context);
}

static void CALLBACK finalize(PTP_CALLBACK_INSTANCE instance, PVOID context)
{
    (void)instance, (void)context;
    InterlockedIncrement(&finalized);
}

static void CALLBACK tell_cancelled(PVOID object, PVOID cleanup)
{
    cancelled++;
    object_seen = object;
    cleanup_seen = cleanup;
    cancel_thread = GetCurrentThreadId();
}

static PTP_POOL pool_of(DWORD threads, TP_CALLBACK_ENVIRON *environment)
{
    PTP_POOL pool = CreateThreadpool(NULL);
    REQUIRE(pool != NULL);
    SetThreadpoolThreadMaximum(pool, threads);
    InitializeThreadpoolEnvironment(environment);
    SetThreadpoolCallbackPool(environment, pool);
    return pool;
}

static void work_objects(void)
{
    LONG count = 0;
    TP_CALLBACK_ENVIRON environment;
    FACT("7.7", "work is called once for each submission, with its context and itself");
    PTP_WORK work = CreateThreadpoolWork(count_work, &count, NULL);
    REQUIRE(work != NULL);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    for (int i = 0; i < 1000; i++)
        SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    CHECK_EQ(count, 1000);
    CHECK(object_seen == work);
    CloseThreadpoolWork(work);

    FACT("7.7", "a wait that cancels drops what has not begun, and waits for what has");
    PTP_POOL pool = pool_of(1, &environment);
    count = 0;
    work = CreateThreadpoolWork(hold_work, &count, &environment);
    for (int i = 0; i < 10; i++)
        SubmitThreadpoolWork(work);
    CHECK_EQ(wait_for(begun), WAIT_OBJECT_0);
    SetEvent(gate);
    WaitForThreadpoolWorkCallbacks(work, TRUE);
    CHECK(count >= 1);
    LONG seen = count;
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    CHECK_EQ(count, seen);
    while (WaitForSingleObject(begun, 0) == WAIT_OBJECT_0)
        ;
    ResetEvent(gate);

    FACT("7.7", "what was submitted is called although the object is closed");
    count = 0;
    SubmitThreadpoolWork(work);
    CHECK_EQ(wait_for(begun), WAIT_OBJECT_0);
    CloseThreadpoolWork(work);
    CloseThreadpool(pool);
    SetEvent(gate);
    while (!InterlockedCompareExchange(&count, 0, 0))
        SwitchToThread();
    ResetEvent(gate);
}

static void CALLBACK release_all(PTP_CALLBACK_INSTANCE instance, PVOID context)
{
    HANDLE *objects = context;
    WaitForSingleObject(objects[1], INFINITE);
    ReleaseMutexWhenCallbackReturns(instance, objects[1]);
    ReleaseSemaphoreWhenCallbackReturns(instance, objects[2], 3);
    SetEventWhenCallbackReturns(instance, objects[3]);
}

static CRITICAL_SECTION section;

static void CALLBACK leave_section(PTP_CALLBACK_INSTANCE instance, PVOID context)
{
    EnterCriticalSection(&section);
    LeaveCriticalSectionWhenCallbackReturns(instance, &section);
    SetEventWhenCallbackReturns(instance, context);
}

static void afterwards(void)
{
    TP_CALLBACK_ENVIRON environment;
    HANDLE objects[4] = {NULL, CreateMutexA(NULL, FALSE, NULL), CreateSemaphoreA(NULL, 0, 9, NULL),
                         CreateEventA(NULL, TRUE, FALSE, NULL)};
    FACT("7.7", "an event, a semaphore, a mutex are released when the callback has returned");
    InitializeThreadpoolEnvironment(&environment);
    environment.FinalizationCallback = finalize;
    CHECK(TrySubmitThreadpoolCallback(release_all, objects, &environment));
    CHECK_EQ(wait_for(objects[3]), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(objects[1], 0), WAIT_OBJECT_0);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(WaitForSingleObject(objects[2], 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(objects[2], 0), WAIT_TIMEOUT);
    FACT("7.7", "the finalization callback runs behind the callback, before those");
    CHECK_EQ(finalized, 1);

    FACT("7.7", "a critical section is left when the callback has returned");
    InitializeCriticalSection(&section);
    ResetEvent(objects[3]);
    CHECK(TrySubmitThreadpoolCallback(leave_section, objects[3], NULL));
    CHECK_EQ(wait_for(objects[3]), WAIT_OBJECT_0);
    CHECK(TryEnterCriticalSection(&section));
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
}

static BOOL may_run_long[2];

static void CALLBACK run_long(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work)
{
    (void)work;
    may_run_long[(INT_PTR)context] = CallbackMayRunLong(instance);
}

static void CALLBACK disassociate(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work)
{
    (void)context, (void)work;
    DisassociateCurrentThreadFromCallback(instance);
    wait_for(gate);
    SetEvent(returned);
}

static void about_itself(void)
{
    TP_CALLBACK_ENVIRON one, many;
    PTP_POOL single = pool_of(1, &one), pool = pool_of(8, &many);
    FACT("7.7", "a callback may run long if another thread is left for others");
    PTP_WORK work = CreateThreadpoolWork(run_long, (PVOID)0, &one);
    PTP_WORK other = CreateThreadpoolWork(run_long, (PVOID)1, &many);
    SubmitThreadpoolWork(work);
    SubmitThreadpoolWork(other);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    WaitForThreadpoolWorkCallbacks(other, FALSE);
    CHECK(!may_run_long[0]);
    CHECK(may_run_long[1]);
    CloseThreadpoolWork(work);
    CloseThreadpoolWork(other);

    FACT("7.7", "a callback that has disassociated itself is not waited for");
    work = CreateThreadpoolWork(disassociate, NULL, &many);
    SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    CHECK_EQ(WaitForSingleObject(returned, 0), WAIT_TIMEOUT);
    SetEvent(gate);
    CHECK_EQ(wait_for(returned), WAIT_OBJECT_0);
    ResetEvent(gate);
    CloseThreadpoolWork(work);
    CloseThreadpool(single);
    CloseThreadpool(pool);
}

static LONG order[3], place;

static void CALLBACK note_order(PTP_CALLBACK_INSTANCE instance, PVOID context)
{
    (void)instance;
    order[place++] = (LONG)(INT_PTR)context;
    if (place == 3)
        SetEvent(returned);
}

static void priorities(void)
{
    TP_CALLBACK_ENVIRON environment;
    LONG count = 0;
    PTP_POOL pool = pool_of(1, &environment);
    FACT("7.7", "callbacks of a higher priority go first");
    PTP_WORK work = CreateThreadpoolWork(hold_work, &count, &environment);
    SubmitThreadpoolWork(work);
    CHECK_EQ(wait_for(begun), WAIT_OBJECT_0);
    SetThreadpoolCallbackPriority(&environment, TP_CALLBACK_PRIORITY_LOW);
    CHECK(TrySubmitThreadpoolCallback(note_order, (PVOID)2, &environment));
    SetThreadpoolCallbackPriority(&environment, TP_CALLBACK_PRIORITY_NORMAL);
    CHECK(TrySubmitThreadpoolCallback(note_order, (PVOID)1, &environment));
    SetThreadpoolCallbackPriority(&environment, TP_CALLBACK_PRIORITY_HIGH);
    CHECK(TrySubmitThreadpoolCallback(note_order, (PVOID)0, &environment));
    SetEvent(gate);
    CHECK_EQ(wait_for(returned), WAIT_OBJECT_0);
    CHECK(order[0] == 0 && order[1] == 1 && order[2] == 2);
    ResetEvent(gate);
    CloseThreadpoolWork(work);
    CloseThreadpool(pool);
}

static void groups(void)
{
    TP_CALLBACK_ENVIRON environment, without;
    LONG count = 0, held = 0;
    PTP_POOL pool = pool_of(1, &environment);
    PTP_CLEANUP_GROUP group = CreateThreadpoolCleanupGroup();
    REQUIRE(group != NULL);
    without = environment;
    SetThreadpoolCallbackCleanupGroup(&environment, group, tell_cancelled);

    FACT("7.7", "a group closes its objects and waits for all their callbacks");
    calls = 0;
    PTP_WORK work = CreateThreadpoolWork(count_work, &count, &environment);
    for (int i = 0; i < 3; i++)
        SubmitThreadpoolWork(work);
    CHECK(TrySubmitThreadpoolCallback(count_simple, NULL, &environment));
    CloseThreadpoolCleanupGroupMembers(group, FALSE, NULL);
    CHECK_EQ(count, 3);
    CHECK_EQ(calls, 1);
    CHECK_EQ(cancelled, 0);

    FACT("7.7", "with cancellation the cancel callback is called once for each object, here");
    PTP_WORK holder = CreateThreadpoolWork(hold_work, &held, &without);
    SubmitThreadpoolWork(holder);
    CHECK_EQ(wait_for(begun), WAIT_OBJECT_0);
    count = 0;
    work = CreateThreadpoolWork(count_work, &count, &environment);
    for (int i = 0; i < 10; i++)
        SubmitThreadpoolWork(work);
    CloseThreadpoolCleanupGroupMembers(group, TRUE, &held);
    CHECK_EQ(count, 0);
    CHECK_EQ(cancelled, 1);
    CHECK(object_seen == &count);
    CHECK(cleanup_seen == &held);
    CHECK_EQ(cancel_thread, GetCurrentThreadId());

    FACT("7.7", "a simple callback that was cancelled is told too, one that has run is not");
    calls = cancelled = 0;
    CHECK(TrySubmitThreadpoolCallback(count_simple, NULL, &environment));
    CloseThreadpoolCleanupGroupMembers(group, TRUE, NULL);
    CHECK_EQ(cancelled, 1);
    CHECK_EQ(calls, 0);
    SetEvent(gate);
    CHECK(TrySubmitThreadpoolCallback(count_simple, returned, &environment));
    CHECK_EQ(wait_for(returned), WAIT_OBJECT_0);
    CloseThreadpoolCleanupGroupMembers(group, TRUE, NULL);
    CHECK_EQ(cancelled, 1);
    CHECK_EQ(calls, 1);

    FACT("7.7", "an object that the program closed is the group's no longer");
    cancelled = 0;
    work = CreateThreadpoolWork(count_work, &count, &environment);
    CloseThreadpoolWork(work);
    CloseThreadpoolCleanupGroupMembers(group, TRUE, NULL);
    CHECK_EQ(cancelled, 0);
    ResetEvent(gate);
    CloseThreadpoolWork(holder);
    CloseThreadpoolCleanupGroup(group);
    CloseThreadpool(pool);
}

static void pools(void)
{
    TP_POOL_STACK_INFORMATION stack = {1 << 20, 1 << 16}, seen = {0, 0};
    TP_CALLBACK_ENVIRON environment;
    PTP_POOL pool = pool_of(4, &environment);
    FACT("7.7", "a pool's stack is what it was said to be");
    CHECK(SetThreadpoolStackInformation(pool, &stack));
    CHECK(QueryThreadpoolStackInformation(pool, &seen));
    CHECK(seen.StackReserve == 1 << 20 && seen.StackCommit == 1 << 16);
    CHECK(SetThreadpoolThreadMinimum(pool, 2));
    CHECK(TrySubmitThreadpoolCallback(count_simple, returned, &environment));
    CHECK_EQ(wait_for(returned), WAIT_OBJECT_0);
    CloseThreadpool(pool);

    FACT("7.7", "an environment of another version: 87");
    environment.Version = 9999;
    SetThreadpoolCallbackPool(&environment, NULL);
    CHECK(!TrySubmitThreadpoolCallback(count_simple, NULL, &environment));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
}

int main(void)
{
    begun = CreateSemaphoreA(NULL, 0, 1000, NULL);
    gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    returned = CreateEventA(NULL, FALSE, FALSE, NULL);
    work_objects();
    afterwards();
    about_itself();
    priorities();
    groups();
    pools();
    return check_end();
}
