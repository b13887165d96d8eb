/* The functions as a program with UNICODE names them: those that end in W. */
#define UNICODE
#define _UNICODE
#include <winsock2.h>
#include <windows.h>
#include <tchar.h>
#include "check.h"

static int calls;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    switch (message) {
    case WM_USER:
        calls++;
        return wparam + lparam;
    case WM_USER + 1:
        PostQuitMessage((int)wparam);
        return 0;
    }
    return DefWindowProc(hwnd, message, wparam, lparam);
}

static LRESULT CALLBACK subclass(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    return CallWindowProc(procedure, hwnd, message, wparam, lparam) * 2;
}

static HWND made(void)
{
    WNDCLASSEX wc;
    memset(&wc, 0, sizeof wc);
    wc.cbSize = sizeof wc;
    wc.lpfnWndProc = procedure;
    wc.cbWndExtra = 16;
    wc.hInstance = GetModuleHandle(NULL);
    wc.lpszClassName = TEXT("Fenster \x416");
    FACT("user32", "a class and a window by wide names");
    CHECK(RegisterClassEx(&wc) >= 0xC000);
    CHECK(!RegisterClassEx(&wc));
    CHECK_EQ(GetLastError(), ERROR_CLASS_ALREADY_EXISTS);
    wc.cbSize = 1;
    CHECK(!RegisterClassEx(&wc));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    return CreateWindowEx(0, TEXT("Fenster \x416"), TEXT("wide"), 0, 0, 0, 0, 0, HWND_MESSAGE, NULL,
                          GetModuleHandle(NULL), NULL);
}

static void looking(HWND window)
{
    FACT("user32", "FindWindowW and numbers");
    CHECK(FindWindow(TEXT("FENSTER \x416"), TEXT("wide")) == window);
    CHECK(FindWindow(TEXT("fenster \x416"), TEXT("Elsewhere")) == NULL);
    CHECK_EQ(SetWindowLong(window, 0, -3), 0);
    CHECK_EQ(GetWindowLong(window, 0), -3);
    CHECK_EQ(SetWindowLongPtr(window, 8, (LONG_PTR)&calls), 0);
    CHECK(GetWindowLongPtr(window, 8) == (LONG_PTR)&calls);
    CHECK_EQ(SetWindowLong((HWND)0x123457, 0, 1), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
}

static void sending(HWND window)
{
    DWORD_PTR result = 0;
    FACT("user32", "SendMessageW and its fellows");
    CHECK_EQ(SendMessage(window, WM_USER, 40, 2), 42);
    CHECK(SendMessageTimeout(window, WM_USER, 1, 2, SMTO_NORMAL, 20000, &result) && result == 3);
    CHECK(SendNotifyMessage(window, WM_USER, 1, 2));
    CHECK_EQ(calls, 3);
    CHECK(SetWindowLongPtr(window, GWLP_WNDPROC, (LONG_PTR)subclass) == (LONG_PTR)procedure);
    CHECK_EQ(SendMessage(window, WM_USER, 40, 2), 84);
    CHECK_EQ(SendMessage((HWND)0x123457, WM_USER, 40, 2), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
}

static void posting(HWND window)
{
    MSG msg;
    FACT("user32", "the loop with GetMessageW, PeekMessageW and DispatchMessageW");
    CHECK(PostThreadMessage(GetCurrentThreadId(), WM_USER + 7, 3, 4));
    CHECK(PeekMessage(&msg, NULL, 0, 0, PM_REMOVE));
    CHECK(msg.message == WM_USER + 7 && msg.wParam == 3 && msg.lParam == 4);
    CHECK(PostMessage(window, WM_USER, 5, 6));
    CHECK(PostMessage(window, WM_USER + 1, 9, 0));
    CHECK(!PostMessage((HWND)0x123457, WM_USER, 5, 6));
    CHECK_EQ(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
    CHECK_EQ(GetMessage(&msg, NULL, 0, 0), 1);
    CHECK(!TranslateMessage(&msg));
    CHECK_EQ(DispatchMessage(&msg), 22);
    while (GetMessage(&msg, NULL, 0, 0) > 0)
        DispatchMessage(&msg);
    CHECK_EQ(msg.wParam, 9);
}

int main(void)
{
    HWND window = made();
    REQUIRE(window != NULL);
    looking(window);
    sending(window);
    posting(window);
    CHECK(DestroyWindow(window));
    CHECK(UnregisterClass(TEXT("Fenster \x416"), GetModuleHandle(NULL)));
    return check_end();
}
