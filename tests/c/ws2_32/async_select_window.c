// WSAAsyncSelect: which window hears what, and for how long (semantics 8.1, 8.2, 8.6, 6.2).
#include <winsock2.h>
#include <windows.h>
#define EVENTS_BY_MESSAGE 1
#include "check.h"
#include "check_net.h"
#include "check_events.h"
#include "check_window.h"

#define TOLD (WM_USER + 9)

static HWND window, other;

/* The next message for the window, of whatever number; 0 when there is none in time. */
static UINT heard(HWND who, MSG *msg, DWORD milliseconds)
{
    while (!PeekMessageA(msg, who, 0, 0, PM_REMOVE))
        if (milliseconds == 0 || MsgWaitForMultipleObjects(0, NULL, FALSE, milliseconds,
                                                           QS_ALLINPUT) == WAIT_TIMEOUT)
            return 0;
    return msg->message;
}

/* The window is told of this event of the socket, by this message. */
static int hears(HWND who, UINT message, SOCKET s, long event)
{
    MSG msg;
    return heard(who, &msg, EVENTS_PATIENCE) == message && msg.hwnd == who && msg.wParam == s &&
           msg.lParam == event;
}

/* After all that has happened so far the window has been told nothing. */
static int hears_nothing(HWND who)
{
    MSG msg;
    events_settle();
    return heard(who, &msg, 0) == 0;
}

static void form(void)
{
    struct sockaddr_in address;
    SOCKET client = check_net_socket(), server = events_listener(&address);
    MSG msg;

    FACT("8.2", "a message has the number asked for, the socket, one event and an error code");
    closesocket(server);
    CHECK_EQ(WSAAsyncSelect(client, window, TOLD, FD_CONNECT | FD_CLOSE), 0);
    CHECK_EQ(connect(client, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(heard(window, &msg, EVENTS_PATIENCE), TOLD);
    CHECK(msg.hwnd == window);
    CHECK(msg.wParam == client);
    CHECK_EQ(WSAGETSELECTEVENT(msg.lParam), FD_CONNECT);
    CHECK_EQ(WSAGETSELECTERROR(msg.lParam), WSAECONNREFUSED);
    CHECK_EQ(msg.lParam, FD_CONNECT | WSAECONNREFUSED << 16);
    closesocket(client);

    FACT("8.2", "a message for each event");
    check_net_pair(&client, &server);
    CHECK_EQ(send(client, "a", 1, 0), 1);
    CHECK_EQ(WSAAsyncSelect(server, window, 0, FD_READ | FD_WRITE), 0);
    CHECK(hears(window, 0, server, FD_READ));
    CHECK(hears(window, 0, server, FD_WRITE));
    CHECK(hears_nothing(window));
    closesocket(server);
    closesocket(client);
}

/* Messages of several sockets are in the order in which their events happened. */
static void order(void)
{
    enum { SOCKETS = 5 };
    SOCKET client[SOCKETS], server[SOCKETS];
    FACT("8.2", "messages are queued in the order of what happened");
    for (int i = 0; i < SOCKETS; i++) {
        check_net_pair(&client[i], &server[i]);
        CHECK_NET_NEEDS(WSAAsyncSelect(server[i], window, TOLD, FD_READ) == 0);
    }
    for (int i = SOCKETS - 1; i >= 0; i--) {
        CHECK_NET_NEEDS(send(client[i], "a", 1, 0) == 1);
        events_settle();
    }
    for (int i = SOCKETS - 1; i >= 0; i--) {
        CHECK(hears(window, TOLD, server[i], FD_READ));
        closesocket(server[i]);
        closesocket(client[i]);
    }
}

static void blocking(void)
{
    SOCKET client, server;
    u_long off = 0;
    char byte;

    FACT("8.1", "a selected socket does not block, and cannot be made to");
    check_net_pair(&client, &server);
    CHECK_EQ(WSAAsyncSelect(server, window, TOLD, FD_READ), 0);
    CHECK_EQ(recv(server, &byte, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(ioctlsocket(server, FIONBIO, &off), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(WSAAsyncSelect(server, NULL, 0, 0), 0);
    CHECK_EQ(recv(server, &byte, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(ioctlsocket(server, FIONBIO, &off), 0);
    closesocket(server);
    closesocket(client);
}

static void replaced(void)
{
    SOCKET client, server;
    HANDLE event = WSACreateEvent();
    WSANETWORKEVENTS told;
    char byte;

    FACT("8.1", "another window, another message: the ones before hear no more");
    check_net_pair(&client, &server);
    CHECK_EQ(WSAAsyncSelect(server, window, TOLD, FD_READ), 0);
    CHECK_EQ(WSAAsyncSelect(server, other, TOLD + 1, FD_READ), 0);
    CHECK_EQ(send(client, "a", 1, 0), 1);
    CHECK(hears(other, TOLD + 1, server, FD_READ));
    CHECK(hears_nothing(window));

    FACT("8.1", "WSAEventSelect replaces WSAAsyncSelect");
    CHECK_EQ(recv(server, &byte, 1, 0), 1);
    CHECK_EQ(WSAEventSelect(server, event, FD_CLOSE), 0);
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_EQ(WaitForSingleObject(event, EVENTS_PATIENCE), WAIT_OBJECT_0);
    CHECK_EQ(WSAEnumNetworkEvents(server, event, &told), 0);
    CHECK_EQ(told.lNetworkEvents, FD_CLOSE);
    CHECK(hears_nothing(other));

    FACT("8.1", "WSAAsyncSelect replaces WSAEventSelect, and posts what is so");
    CHECK_EQ(WSAAsyncSelect(server, window, TOLD, FD_WRITE | FD_CLOSE), 0);
    CHECK(hears(window, TOLD, server, FD_WRITE));
    CHECK(hears(window, TOLD, server, FD_CLOSE));
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    closesocket(server);
    closesocket(client);
    WSACloseEvent(event);
}

static void cancelled(void)
{
    SOCKET client, server;

    FACT("8.1", "no events end the selection; what has been posted still arrives");
    check_net_pair(&client, &server);
    CHECK_EQ(WSAAsyncSelect(server, window, TOLD, FD_READ | FD_CLOSE), 0);
    CHECK_EQ(send(client, "a", 1, 0), 1);
    events_settle();
    CHECK_EQ(WSAAsyncSelect(server, window, 0, 0), 0);
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    events_settle();
    CHECK(hears(window, TOLD, server, FD_READ));
    CHECK(hears_nothing(window));
    closesocket(server);
    closesocket(client);

    FACT("6.2", "messages stay when their socket is closed");
    check_net_pair(&client, &server);
    CHECK_EQ(WSAAsyncSelect(server, window, TOLD, FD_READ | FD_CLOSE), 0);
    CHECK_EQ(send(client, "a", 1, 0), 1);
    events_settle();
    CHECK_EQ(closesocket(server), 0);
    CHECK(hears(window, TOLD, server, FD_READ));
    CHECK(hears_nothing(window));
    closesocket(client);
}

static void destroyed(void)
{
    SOCKET client, server, client_of_other, server_of_other;
    HWND brief = window_make("window", NULL);
    MSG msg;
    char byte;

    FACT("8.1", "what is told to a destroyed window is lost, and nothing else");
    check_net_pair(&client, &server);
    check_net_pair(&client_of_other, &server_of_other);
    CHECK_EQ(WSAAsyncSelect(server, brief, TOLD, FD_READ), 0);
    CHECK_EQ(WSAAsyncSelect(server_of_other, other, TOLD, FD_READ), 0);
    CHECK_EQ(send(client, "a", 1, 0), 1);
    events_settle();
    CHECK(DestroyWindow(brief));
    CHECK_EQ(heard(NULL, &msg, 0), 0);
    CHECK_EQ(recv(server, &byte, 1, 0), 1);
    CHECK_EQ(send(client, "a", 1, 0), 1);
    CHECK_EQ(send(client_of_other, "b", 1, 0), 1);
    CHECK(hears(other, TOLD, server_of_other, FD_READ));
    CHECK_EQ(heard(NULL, &msg, 0), 0);

    FACT("8.4", "a selection for another window posts all that is so");
    CHECK_EQ(WSAAsyncSelect(server, window, TOLD, FD_READ | FD_WRITE), 0);
    CHECK(hears(window, TOLD, server, FD_READ));
    CHECK(hears(window, TOLD, server, FD_WRITE));
    closesocket(server);
    closesocket(client);
    closesocket(server_of_other);
    closesocket(client_of_other);
}

static void inherited(void)
{
    struct sockaddr_in address;
    SOCKET client, server, listener = events_listener(&address);

    FACT("8.6", "an accepted socket tells the listener's window by the listener's message");
    CHECK_EQ(WSAAsyncSelect(listener, window, TOLD, FD_ACCEPT | FD_READ | FD_WRITE), 0);
    client = events_connect(&address);
    CHECK(hears(window, TOLD, listener, FD_ACCEPT));
    server = accept(listener, NULL, NULL);
    CHECK(hears(window, TOLD, server, FD_WRITE));

    FACT("8.6", "until it is selected for itself; the listener goes on");
    CHECK_EQ(WSAAsyncSelect(server, other, TOLD + 1, FD_READ), 0);
    CHECK_EQ(send(client, "a", 1, 0), 1);
    CHECK(hears(other, TOLD + 1, server, FD_READ));
    closesocket(server);
    closesocket(client);
    client = events_connect(&address);
    CHECK(hears(window, TOLD, listener, FD_ACCEPT));
    CHECK(hears_nothing(other));

    FACT("8.6", "a listener that is selected no more passes nothing on");
    CHECK_EQ(WSAAsyncSelect(listener, window, 0, 0), 0);
    server = accept(listener, NULL, NULL);
    CHECK(server != INVALID_SOCKET);
    CHECK(hears_nothing(window));
    closesocket(server);
    closesocket(client);
    closesocket(listener);
}

static HWND far_window;
static SOCKET far_client, far_server;
static DWORD far_thread;
static int far_bytes, far_ends, far_astray;

/* Reads what comes, closes the socket inside its own message, and ends the thread's loop. */
static LRESULT CALLBACK far_procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    char buffer[16];
    if (message != TOLD)
        return DefWindowProcA(hwnd, message, wparam, lparam);
    far_astray += GetCurrentThreadId() != far_thread;
    if (WSAGETSELECTEVENT(lparam) == FD_READ)
        for (int count; (count = recv((SOCKET)wparam, buffer, sizeof buffer, 0)) > 0;)
            far_bytes += count;
    if (WSAGETSELECTEVENT(lparam) == FD_CLOSE) {
        far_ends++;
        PostQuitMessage(closesocket((SOCKET)wparam) == 0 ? 17 : 1);
    }
    return 0;
}

static DWORD CALLBACK far_loop(void *ready)
{
    MSG msg;
    far_window = window_make("far", NULL);
    SetEvent(ready);
    while (GetMessageA(&msg, NULL, 0, 0) > 0)
        DispatchMessageA(&msg);
    return (DWORD)msg.wParam;
}

static void another_thread(void)
{
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, NULL), thread;
    DWORD code = 0;

    FACT("8.2", "the window's thread hears, whoever selected; a socket may close in its message");
    thread = CreateThread(NULL, 0, far_loop, ready, 0, &far_thread);
    CHECK_EQ(WaitForSingleObject(ready, EVENTS_PATIENCE), WAIT_OBJECT_0);
    check_net_pair(&far_client, &far_server);
    CHECK_EQ(WSAAsyncSelect(far_server, far_window, TOLD, FD_READ | FD_CLOSE), 0);
    CHECK_EQ(send(far_client, "12345", 5, 0), 5);
    CHECK_EQ(send(far_client, "67890", 5, 0), 5);
    CHECK_EQ(closesocket(far_client), 0);
    CHECK_EQ(WaitForSingleObject(thread, EVENTS_PATIENCE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == 17);
    CHECK_EQ(far_astray, 0);
    CHECK_EQ(far_bytes, 10);
    CHECK_EQ(far_ends, 1);
    CHECK_EQ(closesocket(far_server), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CloseHandle(thread);
    CloseHandle(ready);
}

static DWORD CALLBACK take_packets(void *port)
{
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *overlapped;
    while (GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE) && key != 0)
        ;
    return bytes;
}

/* Sends and receives bytes one by one, each told by a message. */
static int told_rounds(SOCKET client, SOCKET server, int rounds)
{
    int right = 0;
    char byte;
    while (rounds-- > 0)
        right += send(client, "a", 1, 0) == 1 && hears(window, TOLD, server, FD_READ) &&
                 recv(server, &byte, 1, 0) == 1;
    return right;
}

static void with_port(void)
{
    SOCKET client, server;
    HANDLE port, thread;

    FACT("8.12", "messages come for a socket that has a port, which nobody waits at");
    check_net_pair(&client, &server);
    port = CreateIoCompletionPort((HANDLE)server, NULL, 1, 0);
    CHECK(port != NULL);
    CHECK_EQ(WSAAsyncSelect(server, window, TOLD, FD_READ | FD_CLOSE), 0);
    CHECK_EQ(told_rounds(client, server, 20), 20);
    FACT("8.12", "and while a thread does");
    thread = CreateThread(NULL, 0, take_packets, port, 0, NULL);
    CHECK_EQ(told_rounds(client, server, 20), 20);
    closesocket(client);
    CHECK(hears(window, TOLD, server, FD_CLOSE));
    CHECK(PostQueuedCompletionStatus(port, 0, 0, NULL));
    CHECK_EQ(WaitForSingleObject(thread, EVENTS_PATIENCE), WAIT_OBJECT_0);
    closesocket(server);
    CloseHandle(thread);
    CloseHandle(port);
}

static int code_without_window(SOCKET s, HWND none)
{
    return WSAAsyncSelect(s, none, TOLD, FD_CLOSE) == SOCKET_ERROR ? WSAGetLastError() : 0;
}

static void bad_arguments(void)
{
    SOCKET client, server;
    HWND gone = window_make("window", NULL);

    FACT("8.1", "bad arguments change nothing");
    CHECK(DestroyWindow(gone));
    check_net_pair(&client, &server);
    CHECK_EQ(WSAAsyncSelect(INVALID_SOCKET, window, TOLD, FD_READ), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(WSAAsyncSelect((SOCKET)GetCurrentProcess(), window, TOLD, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(WSAAsyncSelect(server, window, TOLD, FD_READ), 0);
    CHECK_EQ(code_without_window(server, NULL), WSAEINVAL);
    CHECK_EQ(code_without_window(server, gone), WSAEINVAL);
    CHECK_EQ(code_without_window(server, (HWND)0x123457), WSAEINVAL);
    CHECK_EQ(send(client, "a", 1, 0), 1);
    int selection_remains = hears(window, TOLD, server, FD_READ);
    CHECK(selection_remains);
    closesocket(server);
    CHECK_EQ(WSAAsyncSelect(server, window, TOLD, FD_READ), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    closesocket(client);
}

int main(void)
{
    events_start();
    CHECK(window_class("window", DefWindowProcA));
    CHECK(window_class("far", far_procedure));
    window = window_make("window", NULL);
    other = window_make("window", NULL);
    form();
    order();
    blocking();
    replaced();
    cancelled();
    destroyed();
    inherited();
    another_thread();
    with_port();
    bad_arguments();
    CHECK_EQ(WSACleanup(), 0);
    CHECK_EQ(WSAAsyncSelect(INVALID_SOCKET, window, TOLD, FD_READ), SOCKET_ERROR);
    int code_before_startup = WSAGetLastError();
    CHECK_EQ(code_before_startup, WSANOTINITIALISED);
    return check_end();
}
