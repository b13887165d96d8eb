/* Window classes: names, atoms, owners, errors. */
#include <winsock2.h>
#include <windows.h>
#include "check_window.h"

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    return DefWindowProcA(hwnd, message, wparam, lparam);
}

static void names(void)
{
    ATOM atom;
    HWND window;
    char text[40];
    FACT("user32", "a module has one class of a name, in whatever case");
    atom = window_class("Class Test", procedure);
    CHECK(atom >= 0xC000);
    CHECK(!window_class("CLASS TEST", procedure));
    CHECK_EQ(GetLastError(), ERROR_CLASS_ALREADY_EXISTS);
    window = window_make("class test", NULL);
    REQUIRE(window != NULL);
    CHECK(((ULONG_PTR)window & 1) == 0 && (ULONG_PTR)window < 0x100000000);
    CHECK_EQ(GetClassNameA(window, text, sizeof text), 10);
    CHECK_STR(text, "Class Test");
    CHECK_EQ(GetClassNameA(window, text, 6), 5);
    CHECK_STR(text, "Class");
    FACT("user32", "a class is also found by its number");
    CHECK(DestroyWindow(window));
    window = CreateWindowExA(0, (char *)(ULONG_PTR)atom, NULL, 0, 0, 0, 0, 0, HWND_MESSAGE, NULL,
                             GetModuleHandleA(NULL), NULL);
    REQUIRE(window != NULL);
    FACT("user32", "a class with windows stays");
    CHECK(!UnregisterClassA("Class Test", GetModuleHandleA(NULL)));
    CHECK_EQ(GetLastError(), ERROR_CLASS_HAS_WINDOWS);
    CHECK(DestroyWindow(window));
    CHECK(UnregisterClassA("Class Test", GetModuleHandleA(NULL)));
    CHECK(!UnregisterClassA("Class Test", GetModuleHandleA(NULL)));
    CHECK_EQ(GetLastError(), ERROR_CLASS_DOES_NOT_EXIST);
    CHECK(window_make("Class Test", NULL) == NULL);
    CHECK_EQ(GetLastError(), ERROR_CANNOT_FIND_WND_CLASS);
}

static void bad_classes(void)
{
    WNDCLASSEXA wc;
    FACT("user32", "classes that cannot be");
    memset(&wc, 0, sizeof wc);
    wc.cbSize = sizeof wc;
    wc.lpfnWndProc = procedure;
    wc.hInstance = GetModuleHandleA(NULL);
    wc.lpszClassName = NULL;
    CHECK(!RegisterClassExA(&wc));
    wc.lpszClassName = "bad class";
    wc.cbSize = sizeof wc - 1;
    CHECK(!RegisterClassExA(&wc));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    wc.cbSize = sizeof wc;
    wc.cbWndExtra = -1;
    CHECK(!RegisterClassExA(&wc));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    wc.cbWndExtra = 0;
    wc.cbClsExtra = -1;
    CHECK(!RegisterClassExA(&wc));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(window_make(NULL, NULL) == NULL);
    CHECK_EQ(GetLastError(), ERROR_CANNOT_FIND_WND_CLASS);
    CHECK(window_make("no such class", NULL) == NULL);
    CHECK_EQ(GetLastError(), ERROR_CANNOT_FIND_WND_CLASS);
}

static void registered_messages(void)
{
    UINT number;
    FACT("user32", "a registered message has the same number whenever it is asked for");
    number = RegisterWindowMessageA("Lapwing Message");
    CHECK(number >= 0xC000 && number <= 0xFFFF);
    CHECK(RegisterWindowMessageA("lapwing message") == number);
    CHECK(RegisterWindowMessageW(L"Lapwing Message") == number);
    CHECK(RegisterWindowMessageA("Another Lapwing Message") != number);
}

int main(void)
{
    names();
    bad_classes();
    registered_messages();
    return check_end();
}
