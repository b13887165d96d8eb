/* What a program keeps with a window: numbers, a procedure, the text. */
#include <winsock2.h>
#include <windows.h>
#include "check_window.h"

static WNDPROC before;
static int calls;

static LRESULT CALLBACK subclass(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    if (message == WM_USER) {
        calls++;
        return CallWindowProcA(before, hwnd, message, wparam, lparam) + 1;
    }
    return CallWindowProcA(before, hwnd, message, wparam, lparam);
}

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    return message == WM_USER ? 10 : DefWindowProcA(hwnd, message, wparam, lparam);
}

static LRESULT CALLBACK wide_procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    if (message == WM_SETTEXT)
        CHECK(lparam && ((WCHAR *)lparam)[0] == L'\x416');
    if (message == WM_CREATE)
        CHECK(((CREATESTRUCTW *)lparam)->lpszName[0] == 'a');
    return DefWindowProcW(hwnd, message, wparam, lparam);
}

static HWND make(const char *name, int extra)
{
    WNDCLASSA wc;
    memset(&wc, 0, sizeof wc);
    wc.lpfnWndProc = procedure;
    wc.cbWndExtra = extra;
    wc.hInstance = GetModuleHandleA(NULL);
    wc.lpszClassName = name;
    REQUIRE(RegisterClassA(&wc) != 0);
    return window_make(name, NULL);
}

static void numbers(HWND window)
{
    FACT("user32", "numbers of a window");
    SetLastError(0);
    CHECK_EQ(SetWindowLongPtrA(window, GWLP_USERDATA, 0x123456789ABC), 0);
    CHECK_EQ(GetLastError(), 0);
    CHECK(GetWindowLongPtrA(window, GWLP_USERDATA) == 0x123456789ABC);
    CHECK_EQ(SetWindowLongPtrA(window, 0, 0x1122334455667788), 0);
    CHECK(GetWindowLongPtrW(window, 0) == 0x1122334455667788);
    CHECK_EQ(GetWindowLongA(window, 8), 0);
    CHECK_EQ(SetWindowLongA(window, 4, 5), 0x11223344);
    CHECK(GetWindowLongPtrA(window, 0) == 0x555667788);
    CHECK(GetWindowLongPtrA(window, GWLP_HINSTANCE) == (LONG_PTR)GetModuleHandleA(NULL));
    CHECK(GetWindowLongPtrA(window, GWLP_WNDPROC) == (LONG_PTR)procedure);
    FACT("user32", "indices that do not exist");
    SetLastError(0);
    CHECK_EQ(GetWindowLongPtrA(window, 8), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_INDEX);
    SetLastError(0);
    CHECK_EQ(SetWindowLongPtrA(window, 5, 1), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_INDEX);
    SetLastError(0);
    CHECK_EQ(GetWindowLongPtrA(window, -77), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_INDEX);
    SetLastError(0);
    CHECK_EQ(GetWindowLongA(window, GWLP_WNDPROC), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_INDEX);
    SetLastError(0);
    CHECK_EQ(GetWindowLongPtrA((HWND)0x123457, GWLP_USERDATA), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
}

static void procedures(HWND window)
{
    FACT("user32", "a window gets another procedure, which calls the one before");
    CHECK_EQ(SendMessageA(window, WM_USER, 0, 0), 10);
    before = (WNDPROC)SetWindowLongPtrA(window, GWLP_WNDPROC, (LONG_PTR)subclass);
    CHECK(before == procedure);
    CHECK_EQ(SendMessageA(window, WM_USER, 0, 0), 11);
    CHECK_EQ(calls, 1);
    CHECK(!IsWindowUnicode(window));
    SetWindowLongPtrA(window, GWLP_WNDPROC, (LONG_PTR)procedure);
    CHECK_EQ(SendMessageA(window, WM_USER, 0, 0), 10);
}

static void texts(HWND window)
{
    char text[20];
    WCHAR wide[20];
    FACT("user32", "a window has a text, which WM_NCCREATE brings");
    CHECK_EQ(GetWindowTextA(window, text, sizeof text), 8);
    CHECK_STR(text, "a window");
    CHECK(SetWindowTextA(window, "another text"));
    CHECK_EQ(SendMessageA(window, WM_GETTEXTLENGTH, 0, 0), 12);
    CHECK_EQ(SendMessageA(window, WM_GETTEXT, 8, (LPARAM)text), 7);
    CHECK_STR(text, "another");
    CHECK_EQ(GetWindowTextW(window, wide, 20), 12);
    CHECK(wide[0] == 'a' && wide[11] == 't' && wide[12] == 0);
    CHECK_EQ(GetWindowTextA(window, NULL, 0), 0);
    CHECK(!SetWindowTextA((HWND)0x123457, "text"));
    CHECK_EQ(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
}

static void wide_window(void)
{
    WNDCLASSW wc;
    HWND window;
    WCHAR wide[20];
    FACT("user32", "a window of a W class is told wide texts, whoever sends them");
    memset(&wc, 0, sizeof wc);
    wc.lpfnWndProc = wide_procedure;
    wc.hInstance = GetModuleHandleA(NULL);
    wc.lpszClassName = L"wide";
    REQUIRE(RegisterClassW(&wc) != 0);
    window = window_make("wide", NULL);
    REQUIRE(window != NULL);
    CHECK(IsWindowUnicode(window));
    CHECK(SetWindowTextW(window, L"\x416 text"));
    CHECK_EQ(GetWindowTextW(window, wide, 20), 6);
    CHECK(wide[0] == L'\x416' && wide[5] == 't' && wide[6] == 0);
    CHECK_EQ(GetClassNameW(window, wide, 20), 4);
    CHECK(wide[0] == 'w' && wide[3] == 'e' && wide[4] == 0);
    CHECK(FindWindowExW(HWND_MESSAGE, NULL, L"WIDE", L"\x416 text") == window);
    CHECK(DestroyWindow(window));
    CHECK(UnregisterClassW(L"wide", GetModuleHandleA(NULL)));
}

int main(void)
{
    HWND window = make("numbers", 12);
    numbers(window);
    procedures(window);
    texts(window);
    wide_window();
    return check_end();
}
