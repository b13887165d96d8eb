/* The message queue: order, filters, the end, timers, limits. */
#include <winsock2.h>
#include <windows.h>
#include "check_window.h"
#include "check_thread.h"

static HWND window;
static int timer_calls;
static UINT_PTR timer_seen;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    if (message == WM_USER + 9)
        return wparam + lparam;
    return DefWindowProcA(hwnd, message, wparam, lparam);
}

static void order(void)
{
    MSG msg;
    FACT("user32", "posted messages come in their order, WM_QUIT behind them");
    PostQuitMessage(42);
    CHECK(PostMessageA(window, WM_USER + 1, 1, 2));
    CHECK(PostMessageA(NULL, WM_USER + 2, 0, 0));
    CHECK(PostThreadMessageA(GetCurrentThreadId(), WM_USER + 3, 0, 0));
    CHECK_EQ(GetMessageA(&msg, NULL, 0, 0), 1);
    CHECK(msg.hwnd == window && msg.message == WM_USER + 1 && msg.wParam == 1 && msg.lParam == 2);
    CHECK_EQ(window_next(), WM_USER + 2);
    CHECK_EQ(GetMessageA(&msg, NULL, 0, 0), 1);
    CHECK(msg.hwnd == NULL && msg.message == WM_USER + 3);
    CHECK_EQ(GetMessageA(&msg, NULL, 0, 0), 0);
    CHECK(msg.hwnd == NULL && msg.message == WM_QUIT && msg.wParam == 42);
    CHECK(!PeekMessageA(&msg, NULL, 0, 0, PM_REMOVE));
}

static void filters(void)
{
    MSG msg;
    HWND other = window_make("queue", NULL);
    FACT("user32", "a filter by window and by number");
    CHECK(PostMessageA(window, WM_USER + 1, 0, 0));
    CHECK(PostMessageA(other, WM_USER + 2, 0, 0));
    CHECK(PostThreadMessageA(GetCurrentThreadId(), WM_USER + 3, 0, 0));
    CHECK(PeekMessageA(&msg, other, 0, 0, PM_NOREMOVE) && msg.message == WM_USER + 2);
    CHECK(PeekMessageA(&msg, (HWND)-1, 0, 0, PM_NOREMOVE) && msg.message == WM_USER + 3);
    CHECK(PeekMessageA(&msg, NULL, WM_USER + 2, WM_USER + 3, PM_NOREMOVE) &&
          msg.message == WM_USER + 2);
    CHECK(!PeekMessageA(&msg, window, WM_USER + 2, WM_USER + 9, PM_REMOVE));
    FACT("user32", "what was on its way to a window goes with it");
    CHECK(DestroyWindow(other));
    CHECK_EQ(window_next(), WM_USER + 1);
    CHECK_EQ(window_next(), WM_USER + 3);
    CHECK_EQ(window_next(), 0);
    FACT("user32", "no filter keeps WM_QUIT back");
    PostQuitMessage(1);
    CHECK_EQ(GetMessageA(&msg, window, WM_USER, WM_USER), 0);
    CHECK_EQ(msg.message, WM_QUIT);
}

static void status(void)
{
    FACT("user32", "GetQueueStatus tells what is there and what is new");
    CHECK_EQ(window_next(), 0);
    GetQueueStatus(QS_ALLINPUT | QS_ALLPOSTMESSAGE);
    CHECK_EQ(GetQueueStatus(QS_POSTMESSAGE), 0);
    CHECK(PostMessageA(window, WM_USER, 0, 0));
    CHECK_EQ(GetQueueStatus(QS_POSTMESSAGE), QS_POSTMESSAGE << 16 | QS_POSTMESSAGE);
    CHECK_EQ(GetQueueStatus(QS_POSTMESSAGE), QS_POSTMESSAGE << 16);
    CHECK_EQ(window_next(), WM_USER);
    CHECK_EQ(GetQueueStatus(QS_POSTMESSAGE), 0);
    SetLastError(0);
    CHECK_EQ(GetQueueStatus(0x4000), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_FLAGS);
}

static void limits(void)
{
    int index, posted = 0;
    FACT("user32", "a queue holds 10,000 posted messages");
    for (index = 0; index < 10000; index++)
        posted += PostMessageA(window, WM_USER, index, 0) != 0;
    CHECK_EQ(posted, 10000);
    SetLastError(0);
    CHECK(!PostMessageA(window, WM_USER, 0, 0) && "queue full");
    CHECK(GetLastError() == ERROR_NOT_ENOUGH_QUOTA && "queue full");
    while (window_next())
        ;
    FACT("user32", "messages that point at something cannot be posted");
    SetLastError(0);
    CHECK(!PostMessageA(window, WM_SETTEXT, 0, (LPARAM) "text"));
    CHECK_EQ(GetLastError(), ERROR_MESSAGE_SYNC_ONLY);
}

static DWORD WINAPI without_queue(LPVOID event)
{
    WaitForSingleObject((HANDLE)event, INFINITE);
    return 0;
}

static void threads(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    DWORD id;
    HANDLE thread = CreateThread(NULL, 0, without_queue, event, 0, &id);
    FACT("user32", "a thread that has not asked for messages gets none");
    SetLastError(0);
    CHECK(!PostThreadMessageA(id, WM_USER, 0, 0));
    CHECK_EQ(GetLastError(), ERROR_INVALID_THREAD_ID);
    SetEvent(event);
    WaitForSingleObject(thread, INFINITE);
    SetLastError(0);
    CHECK(!PostThreadMessageA(0x7FFFFFF0, WM_USER, 0, 0));
    CHECK(GetLastError() == ERROR_INVALID_THREAD_ID && "no such thread");
    CloseHandle(thread);
    CloseHandle(event);
}

static VOID CALLBACK on_timer(HWND hwnd, UINT message, UINT_PTR id, DWORD time)
{
    CHECK(hwnd == window && message == WM_TIMER && time != 0);
    timer_calls++;
    timer_seen = id;
}

static void timers(void)
{
    MSG msg;
    UINT_PTR id;
    FACT("user32", "a timer of a window");
    CHECK_EQ(SetTimer(window, 7, 10, NULL), 7);
    CHECK_EQ(GetMessageA(&msg, NULL, 0, 0), 1);
    CHECK(msg.hwnd == window && msg.message == WM_TIMER && msg.wParam == 7 && msg.lParam == 0);
    CHECK_EQ(GetMessageA(&msg, NULL, 0, 0), 1);
    CHECK_EQ(msg.message, WM_TIMER);
    CHECK(KillTimer(window, 7));
    CHECK(!KillTimer(window, 7));
    CHECK_EQ(window_next(), 0);
    FACT("user32", "a posted message goes before a timer");
    CHECK_EQ(SetTimer(window, 7, 10, NULL), 7);
    CHECK_EQ(MsgWaitForMultipleObjects(0, NULL, FALSE, 5000, QS_TIMER), 0);
    CHECK(PostMessageA(window, WM_USER, 0, 0));
    CHECK_EQ(window_next(), WM_USER);
    CHECK_EQ(window_next(), WM_TIMER);
    CHECK(KillTimer(window, 7));
    FACT("user32", "a timer with a routine");
    CHECK_EQ(SetTimer(window, 8, 10, on_timer), 8);
    CHECK_EQ(GetMessageA(&msg, NULL, 0, 0), 1);
    DispatchMessageA(&msg);
    CHECK_EQ(timer_calls, 1);
    CHECK_EQ(timer_seen, 8);
    CHECK(KillTimer(window, 8));
    FACT("user32", "a timer without a window has an id of its own");
    id = SetTimer(NULL, 123456, 10, NULL);
    CHECK(id != 0 && id != 123456);
    CHECK_EQ(GetMessageA(&msg, NULL, 0, 0), 1);
    CHECK(msg.hwnd == NULL && msg.message == WM_TIMER && msg.wParam == id);
    CHECK(SetTimer(NULL, id, 5000, NULL) == id);
    CHECK(KillTimer(NULL, id));
    CHECK(!KillTimer(NULL, id));
}

static void bad_pointers(void)
{
    MSG msg;
    FACT("user32", "a message for nobody");
    memset(&msg, 0, sizeof msg);
    msg.message = WM_USER;
    DispatchMessageA(&msg);
    CHECK(!TranslateMessage(&msg));
    CHECK_EQ(GetMessageA(&msg, (HWND)0x123457, 0, 0), -1);
    CHECK_EQ(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
    CHECK(!PostMessageA((HWND)0x123457, WM_USER, 0, 0));
    CHECK_EQ(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
}

int main(void)
{
    CHECK(window_class("queue", procedure));
    window = window_make("queue", NULL);
    REQUIRE(window != NULL);
    order();
    filters();
    status();
    limits();
    threads();
    timers();
    bad_pointers();
    return check_end();
}
