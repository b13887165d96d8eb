/* Messages sent from one thread to a window of another. */
#include <winsock2.h>
#include <windows.h>
#include "check_window.h"
#include "check_thread.h"

#define ASK (WM_USER + 1)      /* answers twice wParam */
#define ASK_BACK (WM_USER + 2) /* asks the window in lParam, and adds 1 */
#define EARLY (WM_USER + 3)    /* answers 5 early, then waits for the event in lParam */
#define LEAVE (WM_USER + 4)    /* ends the thread */
#define QUIT (WM_USER + 5)
#define BLOCK (WM_USER + 6)    /* waits for the event in lParam */

static HWND here, there;
static HANDLE ready, gone_on;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    switch (message) {
    case ASK:
        return wparam * 2;
    case ASK_BACK:
        CHECK(InSendMessage());
        return SendMessageA((HWND)lparam, ASK, wparam, 0) + 1;
    case EARLY:
        CHECK(ReplyMessage(5));
        CHECK(!ReplyMessage(6));
        WaitForSingleObject((HANDLE)lparam, INFINITE);
        SetEvent(gone_on);
        return 7;
    case BLOCK:
        WaitForSingleObject((HANDLE)lparam, INFINITE);
        return 8;
    case LEAVE:
        ExitThread(3);
    case QUIT:
        PostQuitMessage(0);
        return 0;
    }
    return DefWindowProcA(hwnd, message, wparam, lparam);
}

static void loop(void *argument)
{
    MSG msg;
    (void)argument;
    there = window_make("send", NULL);
    SetEvent(ready);
    while (GetMessageA(&msg, NULL, 0, 0) > 0)
        DispatchMessageA(&msg);
}

static void start(struct check_thread *thread)
{
    ResetEvent(ready);
    check_thread_start(thread, loop, NULL);
    WaitForSingleObject(ready, INFINITE);
    REQUIRE(there != NULL);
}

static void asking(void)
{
    struct check_thread thread;
    DWORD_PTR result = 0;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    start(&thread);
    FACT("user32", "GetMessage handles what others send");
    CHECK(GetWindowThreadProcessId(there, NULL) == thread.id);
    CHECK_EQ(SendMessageA(there, ASK, 21, 0), 42);
    CHECK(!InSendMessage());
    CHECK(!ReplyMessage(1));
    FACT("user32", "two threads that send to each other both come to their end");
    CHECK_EQ(SendMessageA(there, ASK_BACK, 20, (LPARAM)here), 41);
    FACT("user32", "a text crosses threads");
    CHECK(SetWindowTextA(there, "from another thread"));
    CHECK_EQ(SendMessageA(there, WM_GETTEXTLENGTH, 0, 0), 19);
    FACT("user32", "ReplyMessage lets the sender go on");
    CHECK_EQ(SendMessageA(there, EARLY, 0, (LPARAM)event), 5);
    CHECK_EQ(WaitForSingleObject(gone_on, 0), WAIT_TIMEOUT);
    SetEvent(event);
    CHECK_EQ(WaitForSingleObject(gone_on, 20000), 0);
    FACT("user32", "SendMessageTimeout gives up, and the message is still delivered");
    ResetEvent(event);
    SetLastError(0);
    CHECK_EQ(SendMessageTimeoutA(there, BLOCK, 0, (LPARAM)event, SMTO_BLOCK, 30, &result), 0);
    CHECK_EQ(GetLastError(), ERROR_TIMEOUT);
    SetEvent(event);
    CHECK(SendMessageTimeoutA(there, ASK, 3, 0, SMTO_NORMAL, 20000, &result));
    CHECK_EQ(result, 6);
    CHECK(SendMessageTimeoutA(here, ASK, 4, 0, SMTO_NORMAL, 20000, &result));
    CHECK_EQ(result, 8);
    FACT("user32", "a window belongs to its thread");
    SetLastError(0);
    CHECK(!DestroyWindow(there));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    FACT("user32", "SendNotifyMessage does not wait");
    CHECK(SendNotifyMessageA(there, QUIT, 0, 0));
    check_thread_join(&thread);
    FACT("user32", "a thread's end is the end of its windows");
    CHECK(!IsWindow(there));
    SetLastError(0);
    CHECK(!PostThreadMessageA(thread.id, WM_USER, 0, 0));
    CHECK(GetLastError() == ERROR_INVALID_THREAD_ID && "ended thread");
    CloseHandle(event);
}

static void leaving(void)
{
    struct check_thread thread;
    start(&thread);
    FACT("user32", "a procedure that ends its thread leaves no sender behind");
    CHECK_EQ(SendMessageA(there, LEAVE, 0, 0), 0);
    check_thread_join(&thread);
    CHECK(!IsWindow(there));
}

static void waiting_sender(void)
{
    struct check_thread thread;
    MSG msg;
    FACT("user32", "a posted message wakes GetMessage in another thread");
    start(&thread);
    check_thread_about_to_block(&thread);
    check_thread_wait_blocked(&thread);
    CHECK(PostMessageA(there, QUIT, 0, 0));
    check_thread_join(&thread);
    CHECK(!PeekMessageA(&msg, NULL, 0, 0, PM_REMOVE));
}

int main(void)
{
    ready = CreateEventA(NULL, TRUE, FALSE, NULL);
    gone_on = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(window_class("send", procedure));
    here = window_make("send", NULL);
    REQUIRE(here != NULL);
    asking();
    leaving();
    waiting_sender();
    return check_end();
}
