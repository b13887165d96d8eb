// WSAAsyncSelect: windows come and go while data arrives, and none of it is missed (semantics 8.1,
// 8.4).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_window.h"

enum { SOCKETS = 4, BYTES = 1000, ROUNDS = 200, PATIENCE = 20000 };
#define TOLD (WM_USER + 9)

static SOCKET clients[SOCKETS], servers[SOCKETS];
static int received;

static DWORD CALLBACK send_all(void *unused)
{
    int failed = 0;
    (void)unused;
    for (int byte = 0; byte < BYTES; byte++)
        for (int which = 0; which < SOCKETS; which++)
            failed += send(clients[which], "a", 1, 0) != 1;
    return failed;
}

static void select_all(HWND window)
{
    for (int which = 0; which < SOCKETS; which++)
        CHECK_NET_NEEDS(WSAAsyncSelect(servers[which], window, TOLD, FD_READ) == 0);
}

/* Takes a message out of the queue, and receives what it is about. */
static int took_one(HWND window)
{
    char buffer[16];
    MSG msg;
    int count;
    if (!PeekMessageA(&msg, window, TOLD, TOLD, PM_REMOVE))
        return 0;
    count = recv((SOCKET)msg.wParam, buffer, sizeof buffer, 0);
    received += count > 0 ? count : 0;
    return 1;
}

int main(void)
{
    HWND window;
    HANDLE sender;
    DWORD failed = 1;
    check_net_start();
    CHECK(window_class("race", DefWindowProcA));
    window = window_make("race", NULL);
    for (int which = 0; which < SOCKETS; which++)
        check_net_pair(&clients[which], &servers[which]);
    FACT("8.4", "what a destroyed window was told is told again to the next one");
    sender = CreateThread(NULL, 0, send_all, NULL, 0, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        HWND brief = window_make("race", NULL);
        select_all(brief);
        DestroyWindow(brief);
        select_all(window);
        while (took_one(window))
            ;
    }
    while (received < SOCKETS * BYTES)
        if (!took_one(window) && MsgWaitForMultipleObjects(0, NULL, FALSE, PATIENCE,
                                                           QS_POSTMESSAGE) == WAIT_TIMEOUT)
            break;
    CHECK_EQ(received, SOCKETS * BYTES);
    CHECK_EQ(WaitForSingleObject(sender, PATIENCE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(sender, &failed) && failed == 0);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
