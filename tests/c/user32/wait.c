/* Waiting for messages beside handles. */
#include <winsock2.h>
#include <windows.h>
#include "check_window.h"
#include "check_thread.h"

static HWND window;
static HANDLE events[2];
static int routine_runs;
static DWORD main_thread;

static void forget_all(void)
{
    while (window_next())
        ;
    GetQueueStatus(QS_ALLINPUT | QS_ALLPOSTMESSAGE);
}

static DWORD msg_wait(DWORD count, BOOL all, DWORD milliseconds)
{
    return MsgWaitForMultipleObjects(count, events, all, milliseconds, QS_ALLINPUT);
}

static void any(void)
{
    FACT("user32", "a message counts as one object more");
    CHECK_EQ(msg_wait(0, FALSE, 0), WAIT_TIMEOUT);
    CHECK_EQ(msg_wait(2, FALSE, 10), WAIT_TIMEOUT);
    CHECK(PostMessageA(window, WM_USER, 0, 0));
    CHECK_EQ(msg_wait(2, FALSE, INFINITE), WAIT_OBJECT_0 + 2);
    SetEvent(events[1]);
    CHECK_EQ(msg_wait(2, FALSE, INFINITE), WAIT_OBJECT_0 + 1);
    CHECK_EQ(WaitForSingleObject(events[1], 0), WAIT_TIMEOUT);
    FACT("user32", "a message that has been looked at is not new");
    CHECK(GetQueueStatus(QS_POSTMESSAGE) != 0);
    CHECK_EQ(msg_wait(2, FALSE, 0), WAIT_TIMEOUT);
    CHECK_EQ(MsgWaitForMultipleObjectsEx(2, events, 0, QS_ALLINPUT, MWMO_INPUTAVAILABLE),
             WAIT_OBJECT_0 + 2);
    CHECK_EQ(window_next(), WM_USER);
    CHECK_EQ(MsgWaitForMultipleObjectsEx(2, events, 0, QS_ALLINPUT, MWMO_INPUTAVAILABLE),
             WAIT_TIMEOUT);
    FACT("user32", "only the kinds that are asked for");
    CHECK(PostMessageA(window, WM_USER, 0, 0));
    CHECK_EQ(MsgWaitForMultipleObjects(0, NULL, FALSE, 0, QS_TIMER), WAIT_TIMEOUT);
    CHECK_EQ(MsgWaitForMultipleObjects(0, NULL, FALSE, 0, QS_POSTMESSAGE), WAIT_OBJECT_0);
    forget_all();
    FACT("user32", "a timer ends the wait");
    CHECK_EQ(SetTimer(window, 1, 10, NULL), 1);
    CHECK_EQ(msg_wait(2, FALSE, 20000), WAIT_OBJECT_0 + 2);
    CHECK(KillTimer(window, 1));
    forget_all();
}

static void all(void)
{
    FACT("user32", "a wait for all needs a message too, and takes nothing before");
    SetEvent(events[0]);
    SetEvent(events[1]);
    CHECK_EQ(msg_wait(2, TRUE, 0), WAIT_TIMEOUT);
    CHECK(PostMessageA(window, WM_USER, 0, 0));
    CHECK_EQ(msg_wait(2, TRUE, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForMultipleObjects(2, events, FALSE, 0), WAIT_TIMEOUT);
    forget_all();
}

static VOID CALLBACK routine(ULONG_PTR parameter)
{
    routine_runs += (int)parameter;
}

static void alertable(void)
{
    FACT("user32", "MWMO_ALERTABLE lets APCs run");
    CHECK(QueueUserAPC(routine, GetCurrentThread(), 1));
    CHECK_EQ(MsgWaitForMultipleObjectsEx(0, NULL, 0, QS_ALLINPUT, 0), WAIT_TIMEOUT);
    CHECK_EQ(routine_runs, 0);
    CHECK_EQ(MsgWaitForMultipleObjectsEx(0, NULL, INFINITE, QS_ALLINPUT, MWMO_ALERTABLE),
             WAIT_IO_COMPLETION);
    CHECK_EQ(routine_runs, 1);
}

static void post_from_elsewhere(void *argument)
{
    (void)argument;
    PostThreadMessageA(main_thread, WM_USER, 0, 0);
}

static void send_from_elsewhere(void *argument)
{
    SendMessageA(window, WM_USER, 0, 0);
    SetEvent((HANDLE)argument);
}

static void others(void)
{
    struct check_thread thread;
    MSG msg;
    FACT("user32", "another thread's message ends the wait");
    check_thread_start(&thread, post_from_elsewhere, NULL);
    CHECK_EQ(msg_wait(2, FALSE, INFINITE), WAIT_OBJECT_0 + 2);
    CHECK_EQ(window_next(), WM_USER);
    check_thread_join(&thread);
    check_thread_start(&thread, post_from_elsewhere, NULL);
    CHECK(WaitMessage());
    CHECK_EQ(window_next(), WM_USER);
    check_thread_join(&thread);
    FACT("user32", "a sent message ends the wait and is handled by PeekMessage");
    check_thread_start(&thread, send_from_elsewhere, events[0]);
    CHECK_EQ(MsgWaitForMultipleObjects(0, NULL, FALSE, INFINITE, QS_SENDMESSAGE), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(events[0], 0), WAIT_TIMEOUT);
    CHECK(!PeekMessageA(&msg, NULL, 0, 0, PM_REMOVE));
    CHECK_EQ(WaitForSingleObject(events[0], INFINITE), 0);
    check_thread_join(&thread);
}

static void bad_waits(void)
{
    HANDLE many[64];
    int index;
    FACT("user32", "at most 63 handles");
    for (index = 0; index < 64; index++)
        many[index] = events[0];
    CHECK_EQ(MsgWaitForMultipleObjects(64, many, FALSE, 0, QS_ALLINPUT), WAIT_FAILED);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK_EQ(MsgWaitForMultipleObjects(63, many, FALSE, 0, QS_ALLINPUT), WAIT_TIMEOUT);
    many[1] = NULL;
    CHECK_EQ(MsgWaitForMultipleObjects(2, many, FALSE, 0, QS_ALLINPUT), WAIT_FAILED);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
}

int main(void)
{
    CHECK(window_class("wait", DefWindowProcA));
    window = window_make("wait", NULL);
    REQUIRE(window != NULL);
    main_thread = GetCurrentThreadId();
    events[0] = CreateEventA(NULL, FALSE, FALSE, NULL);
    events[1] = CreateEventA(NULL, FALSE, FALSE, NULL);
    forget_all();
    any();
    all();
    alertable();
    others();
    bad_waits();
    return check_end();
}
