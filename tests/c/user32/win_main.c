/* WinMain as the entry point, and a whole window program without a display behind it. */
// test: arguments one two
#include <winsock2.h>
#include <windows.h>
#include <tchar.h>
#include "check.h"

static int created;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    switch (message) {
    case WM_CREATE:
        created++;
        return 0;
    case WM_USER:
        DestroyWindow(hwnd);
        return 0;
    case WM_DESTROY:
        PostQuitMessage(5);
        return 0;
    }
    return DefWindowProc(hwnd, message, wparam, lparam);
}

int WINAPI _tWinMain(HINSTANCE instance, HINSTANCE previous, LPTSTR line, int show)
{
    static const char arguments[] = "one two";
    WNDCLASS wc;
    MSG msg;
    HWND window;
    FACT("user32", "what WinMain is given");
    CHECK(instance == GetModuleHandle(NULL));
    CHECK(previous == NULL);
    for (size_t at = 0; at < sizeof arguments; at++)
        CHECK_EQ(line[at], arguments[at]);
    CHECK_EQ(show, SW_SHOWDEFAULT);
    FACT("user32", "the window's life");
    memset(&wc, 0, sizeof wc);
    wc.style = CS_HREDRAW | CS_VREDRAW;
    wc.lpfnWndProc = procedure;
    wc.hInstance = instance;
    wc.lpszClassName = TEXT("win main");
    CHECK(RegisterClass(&wc));
    window = CreateWindow(TEXT("win main"), TEXT("win main"), 0, CW_USEDEFAULT, CW_USEDEFAULT,
                          CW_USEDEFAULT, CW_USEDEFAULT, HWND_MESSAGE, NULL, instance, NULL);
    REQUIRE(window != NULL);
    CHECK_EQ(created, 1);
    ShowWindow(window, show);
    UpdateWindow(window);
    CHECK(PostMessage(window, WM_USER, 0, 0));
    while (GetMessage(&msg, NULL, 0, 0)) {
        TranslateMessage(&msg);
        DispatchMessage(&msg);
    }
    CHECK_EQ(msg.wParam, 5);
    return check_end();
}
