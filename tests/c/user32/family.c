/* Ordinary windows, their children and those they own; and what needs no screen here. */
// test: native Wine makes ordinary windows and children only with a display
#include <winsock2.h>
#include <windows.h>
#include <unistd.h>
#include "check_window.h"

static LRESULT CALLBACK child_procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    const char *name = (char *)GetWindowLongPtrA(hwnd, GWLP_USERDATA);
    window_note(name ? name : "new", message);
    return DefWindowProcA(hwnd, message, wparam, lparam);
}

static HWND child(HWND parent, char *name)
{
    HWND window = CreateWindowExA(WS_EX_NOPARENTNOTIFY, "child", NULL, WS_CHILD, 0, 0, 0, 0, parent,
                                  NULL, GetModuleHandleA(NULL), NULL);
    REQUIRE(window != NULL);
    SetWindowLongPtrA(window, GWLP_USERDATA, (LONG_PTR)name);
    return window;
}

static void family(void)
{
    HWND parent = window_make("child", NULL), first, second, below;
    FACT("user32", "children end with their parent");
    REQUIRE(parent != NULL);
    SetWindowLongPtrA(parent, GWLP_USERDATA, (LONG_PTR) "parent");
    first = child(parent, "first");
    below = child(first, "below");
    CHECK(GetParent(below) == first);
    window_log = 1;
    CHECK(DestroyWindow(parent));
    window_log = 0;
    CHECK(!IsWindow(first) && !IsWindow(below));
    FACT("user32", "a child that is gone before");
    parent = window_make("child", NULL);
    first = child(parent, "first");
    second = child(parent, "second");
    CHECK(DestroyWindow(first));
    CHECK(IsWindow(second));
    CHECK(DestroyWindow(parent));
    CHECK(!IsWindow(second));
    FACT("user32", "a child needs a parent that is there");
    CHECK(!CreateWindowExA(0, "child", NULL, WS_CHILD, 0, 0, 0, 0, parent, NULL, NULL, NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
    CHECK(CreateWindowExA(0, "child", NULL, WS_CHILD, 0, 0, 0, 0, NULL, NULL, NULL, NULL) == NULL);
    CHECK_EQ(GetLastError(), ERROR_TLW_WITH_WSCHILD);
}

static void owned(void)
{
    HWND owner, other;
    FACT("user32", "owned windows end before their owner");
    owner = window_make("child", NULL);
    other = CreateWindowA("child", NULL, WS_POPUP, 0, 0, 0, 0, owner, NULL, NULL, NULL);
    REQUIRE(owner && other);
    SetWindowLongPtrA(owner, GWLP_USERDATA, (LONG_PTR) "owner");
    SetWindowLongPtrA(other, GWLP_USERDATA, (LONG_PTR) "owned");
    CHECK(GetParent(other) == owner);
    window_log = 1;
    CHECK(DestroyWindow(owner));
    window_log = 0;
    CHECK(!IsWindow(other));
}

static void ordinary(void)
{
    HWND window;
    PAINTSTRUCT paint;
    FACT("user32", "an ordinary window needs no display");
    window = CreateWindowA("child", "ordinary", WS_OVERLAPPEDWINDOW, CW_USEDEFAULT, CW_USEDEFAULT,
                           CW_USEDEFAULT, CW_USEDEFAULT, NULL, NULL, GetModuleHandleA(NULL), NULL);
    REQUIRE(window != NULL);
    SetWindowLongPtrA(window, GWLP_USERDATA, (LONG_PTR) "ordinary");
    CHECK(FindWindowA("child", "ordinary") == window);
    CHECK(FindWindowExA(HWND_MESSAGE, NULL, "child", "ordinary") == NULL);
    CHECK(!ShowWindow(window, SW_SHOWDEFAULT));
    CHECK(ShowWindow(window, SW_HIDE));
    CHECK(UpdateWindow(window));
    CHECK(BeginPaint(window, &paint) == NULL);
    CHECK(EndPaint(window, &paint));
    CHECK(PostMessageA(HWND_BROADCAST, WM_USER, 0, 0));
    CHECK_EQ(window_next(), WM_USER);
    CHECK_EQ(SendMessageA(HWND_BROADCAST, WM_USER, 0, 0), 1);
    CHECK_EQ(SendMessageA(window, WM_CLOSE, 0, 0), 0);
    CHECK(!IsWindow(window) && !UpdateWindow(window) && !ShowWindow(window, SW_SHOW));
    CHECK_EQ(GetLastError(), ERROR_INVALID_WINDOW_HANDLE);
}

static void harmless(void)
{
    FACT("user32", "what programs ask for on their way to a window");
    CHECK(LoadIconA(NULL, IDI_APPLICATION) && LoadCursorA(NULL, IDC_ARROW));
    CHECK(LoadIconW(NULL, (LPCWSTR)IDI_ERROR) && LoadCursorW(NULL, (LPCWSTR)IDC_WAIT));
    CHECK(LoadIconA(GetModuleHandleA(NULL), "own") == NULL);
    CHECK_EQ(GetLastError(), 1814);
    CHECK(LoadCursorW(GetModuleHandleA(NULL), L"own") == NULL);
    CHECK_EQ(GetLastError(), 1814);
    CHECK(GetStockObject(WHITE_BRUSH) && GetStockObject(WHITE_BRUSH) != GetStockObject(DC_PEN));
    CHECK(!GetStockObject(9) && !GetStockObject(-1) && !GetStockObject(20));
}

static void boxes(void)
{
    FILE *said = tmpfile();
    char text[100];
    int before = dup(STDERR_FILENO), length;
    REQUIRE(said && before >= 0);
    FACT("user32", "a message box is on the standard error output, and is answered at once");
    fflush(stderr);
    dup2(fileno(said), STDERR_FILENO);
    CHECK_EQ(MessageBoxA(NULL, "nobody answers", "test", MB_ICONERROR), IDOK);
    CHECK_EQ(MessageBoxA(NULL, "no caption", NULL, MB_OKCANCEL), IDOK);
    CHECK_EQ(MessageBoxW(NULL, L"yes or no", L"test", MB_YESNO), IDYES);
    dup2(before, STDERR_FILENO);
    close(before);
    rewind(said);
    length = (int)fread(text, 1, sizeof text - 1, said);
    text[length] = 0;
    CHECK_STR(text, "test: nobody answers\nError: no caption\ntest: yes or no\n");
    fclose(said);
}

int main(void)
{
    CHECK(window_class("child", child_procedure));
    family();
    owned();
    ordinary();
    harmless();
    boxes();
    return check_end();
}
