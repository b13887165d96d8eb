/* An echo server on `WSAAsyncSelect`: what happens to a socket comes as a message to a window.
 *
 *   Visual C++   cl async_select_echo_server.c
 *   mingw-w64    x86_64-w64-mingw32-gcc async_select_echo_server.c -lws2_32
 *   Linux        lapwing run async_select_echo_server.c -- 5150
 *
 * Made for programs that have a message loop anyway.  The window here is never shown; it exists to
 * be written to.  A message names the socket; so that nobody has to search for what belongs to it,
 * each connection has a message number of its own.
 */
#include "echo_when_ready.h"

#pragma comment(lib, "user32.lib")

#define WM_LISTENER     (WM_APP + 0)
#define WM_CONNECTION   (WM_APP + 1) /* and upwards, one for each connection */
#define CONNECTIONS_MAX 16000        /* an application's own messages end at 0xBFFF */

static CONNECTION *connections[CONNECTIONS_MAX];
static unsigned    free_slots[CONNECTIONS_MAX], free_count;
static HWND        window;

static void open_connection(void)
{
    CONNECTION *connection = accept_connection(); /* which also asks for the next FD_ACCEPT */
    unsigned    slot;

    if (!connection)
        return;
    if (free_count == 0) {
        close_connection(connection);
        return;
    }
    slot = free_slots[--free_count];
    connections[slot] = connection;
    if (WSAAsyncSelect(connection->client.socket, window, WM_CONNECTION + slot,
                       FD_READ | FD_WRITE | FD_CLOSE) == SOCKET_ERROR)
        fail("WSAAsyncSelect", WSAGetLastError());
}

/* A message may have been on its way when its connection was closed, so the socket is compared;
 * and each step finds out itself what it can do. */
static void on_connection(unsigned slot, SOCKET socket, int event)
{
    CONNECTION *connection = connections[slot];
    STEP        step;

    if (!connection || connection->client.socket != socket)
        return;
    if (event == FD_CLOSE)
        connection->peer_closed = TRUE;
    do /* FD_CLOSE comes once, perhaps before the last bytes are read: then read on to the end */
        step = echo_step(connection);
    while (step == STEP_ECHOED && connection->peer_closed);
    if (step == STEP_ENDED) {
        close_connection(connection);
        connections[slot] = NULL;
        free_slots[free_count++] = slot;
    }
}

static LRESULT CALLBACK on_message(HWND target, UINT message, WPARAM wide, LPARAM parameter)
{
    if (message >= WM_CONNECTION && message < WM_CONNECTION + CONNECTIONS_MAX)
        on_connection(message - WM_CONNECTION, (SOCKET)wide, WSAGETSELECTEVENT(parameter));
    else if (message == WM_LISTENER)
        open_connection();
    else if (message == WM_DESTROY)
        PostQuitMessage(0);
    else
        return DefWindowProcW(target, message, wide, parameter);
    return 0;
}

/* Called by Ctrl-C's thread; WM_CLOSE makes DefWindowProc destroy the window. */
static void close_window(void)
{
    PostMessageW(window, WM_CLOSE, 0, 0);
}

static void create_window(void)
{
    WNDCLASSW window_class = {0};

    window_class.lpfnWndProc = on_message;
    window_class.hInstance = GetModuleHandleW(NULL);
    window_class.lpszClassName = L"EchoServer";
    if (!RegisterClassW(&window_class))
        fail("RegisterClass", (int)GetLastError());
    window = CreateWindowExW(0, window_class.lpszClassName, L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL,
                             window_class.hInstance, NULL);
    if (!window)
        fail("CreateWindowEx", (int)GetLastError());
}

int main(int argc, char **argv)
{
    MSG      message;
    unsigned slot;

    for (slot = CONNECTIONS_MAX; slot-- > 0;)
        free_slots[free_count++] = slot;
    create_window();
    on_stop = close_window;
    start_server(argc, argv);
    if (WSAAsyncSelect(listener, window, WM_LISTENER, FD_ACCEPT) == SOCKET_ERROR)
        fail("WSAAsyncSelect", WSAGetLastError());

    while (GetMessageW(&message, NULL, 0, 0) > 0)
        DispatchMessageW(&message);

    for (slot = 0; slot < CONNECTIONS_MAX; slot++)
        if (connections[slot])
            close_connection(connections[slot]);
    return end_server();
}
