/* Windows for the C tests.  Include <winsock2.h> and <windows.h> first.
 *
 * All are message-only, which needs no screen under Wine either.  What a window is told is counted
 * and, when `window_log` is on, shown in the transcript: the messages that every Windows sends to
 * such a window, and the program's own.  */
#ifndef LAPWING_TESTS_CHECK_WINDOW_H
#define LAPWING_TESTS_CHECK_WINDOW_H

#include "check.h"

static int window_log;

CHECK_UNUSED static const char *window_message_name(UINT message)
{
    switch (message) {
    case WM_NCCREATE: return "WM_NCCREATE";
    case WM_CREATE: return "WM_CREATE";
    case WM_DESTROY: return "WM_DESTROY";
    case WM_NCDESTROY: return "WM_NCDESTROY";
    case WM_CLOSE: return "WM_CLOSE";
    case WM_TIMER: return "WM_TIMER";
    default: return message >= WM_USER ? "WM_USER" : NULL;
    }
}

/* Begins every procedure of a test. */
CHECK_UNUSED static void window_note(const char *window, UINT message)
{
    const char *name = window_message_name(message);
    if (window_log && name)
        SHOW("%s: %s", window, name);
}

CHECK_UNUSED static ATOM window_class(const char *name, WNDPROC procedure)
{
    WNDCLASSA wc;
    memset(&wc, 0, sizeof wc);
    wc.lpfnWndProc = procedure;
    wc.hInstance = GetModuleHandleA(NULL);
    wc.lpszClassName = name;
    return RegisterClassA(&wc);
}

/* A message-only window. */
CHECK_UNUSED static HWND window_make(const char *name, void *parameter)
{
    return CreateWindowExA(0, name, "a window", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL,
                           GetModuleHandleA(NULL), parameter);
}

/* The number of the next message, or 0; it is taken out. */
CHECK_UNUSED static UINT window_next(void)
{
    MSG msg;
    return PeekMessageA(&msg, NULL, 0, 0, PM_REMOVE) ? msg.message : 0;
}

#endif
