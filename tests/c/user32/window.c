/* Windows: how they are made and how they end. */
#include <winsock2.h>
#include <windows.h>
#include "check_window.h"

#define ANSWER (WM_USER + 1)
#define END_IT (WM_USER + 2)

static LRESULT nc_create_answer, create_answer;
static CREATESTRUCTA seen;
static char seen_name[20];
static const char *shown = "window";

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    window_note(shown, message);
    switch (message) {
    case WM_NCCREATE:
        DefWindowProcA(hwnd, message, wparam, lparam);
        return nc_create_answer;
    case WM_CREATE:
        seen = *(CREATESTRUCTA *)lparam;
        snprintf(seen_name, sizeof seen_name, "%s", seen.lpszName);
        return create_answer;
    case ANSWER:
        return wparam * 2 + lparam;
    case END_IT:
        CHECK(DestroyWindow(hwnd));
        CHECK(!IsWindow(hwnd));
        return 7;
    }
    return DefWindowProcA(hwnd, message, wparam, lparam);
}

static void creation(void)
{
    int parameter;
    HWND window;
    DWORD process = 0;
    FACT("user32", "WM_NCCREATE and WM_CREATE come with the arguments, before the call returns");
    window_log = 1;
    nc_create_answer = 1;
    create_answer = 0;
    window = CreateWindowExA(0, "window", "a name", 0, 1, 2, 3, 4, HWND_MESSAGE, NULL,
                             GetModuleHandleA(NULL), &parameter);
    REQUIRE(window != NULL);
    CHECK(seen.lpCreateParams == &parameter);
    CHECK(seen.x == 1 && seen.y == 2 && seen.cx == 3 && seen.cy == 4);
    CHECK(seen.hInstance == GetModuleHandleA(NULL));
    CHECK_STR(seen_name, "a name");
    CHECK(IsWindow(window) && !IsWindowUnicode(window));
    CHECK_EQ(GetWindowThreadProcessId(window, &process), GetCurrentThreadId());
    CHECK_EQ(process, GetCurrentProcessId());
    CHECK_EQ(SendMessageA(window, ANSWER, 20, 2), 42);

    FACT("user32", "DestroyWindow sends WM_DESTROY and WM_NCDESTROY");
    CHECK(DestroyWindow(window));
    CHECK(!IsWindow(window));
    CHECK(!DestroyWindow(window));
    CHECK(GetLastError() == ERROR_INVALID_WINDOW_HANDLE && "destroyed twice");
    window_log = 0;
}

static void refusal(void)
{
    FACT("user32", "the procedure refuses the window");
    window_log = 1;
    shown = "refused by WM_NCCREATE";
    nc_create_answer = 0;
    CHECK(window_make("window", NULL) == NULL);
    shown = "refused by WM_CREATE";
    nc_create_answer = 1;
    create_answer = -1;
    CHECK(window_make("window", NULL) == NULL);
    create_answer = 0;
    window_log = 0;
}

static void gone(void)
{
    HWND window = window_make("window", NULL);
    MSG msg;
    REQUIRE(window != NULL);
    FACT("user32", "a window that is destroyed in its own procedure");
    CHECK(PostMessageA(window, WM_USER, 0, 0));
    CHECK_EQ(SendMessageA(window, END_IT, 0, 0), 7);
    CHECK(!PeekMessageA(&msg, NULL, 0, 0, PM_REMOVE));
    FACT("user32", "a message to a window that is gone");
    SetLastError(0);
    CHECK(!PostMessageA(window, WM_USER, 0, 0));
    CHECK_EQ(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
    SetLastError(0);
    CHECK_EQ(SendMessageA(window, ANSWER, 20, 2), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
    memset(&msg, 0, sizeof msg);
    msg.hwnd = window;
    msg.message = ANSWER;
    CHECK_EQ(DispatchMessageA(&msg), 0);
    CHECK(!SetTimer(window, 1, 1000, NULL));
    CHECK(GetLastError() == ERROR_INVALID_WINDOW_HANDLE && "timer of no window");
    CHECK_EQ(GetMessageA(&msg, window, 0, 0), -1);
    CHECK_EQ(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
}

static void finding(void)
{
    HWND one = window_make("window", NULL), other;
    CHECK(window_class("another", DefWindowProcA));
    other = window_make("another", NULL);
    FACT("user32", "message-only windows are found, below HWND_MESSAGE or without a parent");
    CHECK(FindWindowExA(HWND_MESSAGE, NULL, "window", NULL) == one);
    CHECK(FindWindowExA(HWND_MESSAGE, NULL, "another", "a window") == other);
    CHECK(FindWindowExA(HWND_MESSAGE, NULL, "window", "another") == NULL);
    CHECK(FindWindowA("window", NULL) == one);
    DestroyWindow(one);
    DestroyWindow(other);
}

int main(void)
{
    CHECK(window_class("window", procedure));
    creation();
    refusal();
    gone();
    finding();
    return check_end();
}
