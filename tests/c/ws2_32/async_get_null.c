// test: native Wine 8 reads a name at NULL, and writes nothing to a buffer at NULL
// WSAAsyncGetServByName and its family without a name, without a buffer: the message tells.
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_window.h"

#define ANSWER (WM_USER + 7)

static HWND window;
static char buffer[MAXGETHOSTSTRUCT];

static int answered(HANDLE request)
{
    MSG msg;
    if (!request || GetMessageA(&msg, window, ANSWER, ANSWER) != 1)
        return -1;
    return (HANDLE)msg.wParam == request ? (int)WSAGETASYNCERROR(msg.lParam) : -2;
}

int main(void)
{
    check_net_start();
    CHECK(window_class("async get", DefWindowProcA));
    window = window_make("async get", NULL);
    REQUIRE(window != NULL);
    FACT("D:WSAAsyncGetServByName", "no name");
    CHECK_EQ(answered(WSAAsyncGetServByName(window, ANSWER, NULL, "tcp", buffer, sizeof buffer)),
             WSAEFAULT);
    CHECK_EQ(answered(WSAAsyncGetProtoByName(window, ANSWER, NULL, buffer, sizeof buffer)),
             WSAEFAULT);
    CHECK_EQ(answered(WSAAsyncGetHostByAddr(window, ANSWER, NULL, 4, AF_INET, buffer,
                                            sizeof buffer)),
             WSAEFAULT);
    FACT("D:WSAAsyncGetHostByName", "no name is the machine itself, as for gethostbyname");
    CHECK_EQ(answered(WSAAsyncGetHostByName(window, ANSWER, NULL, buffer, sizeof buffer)), 0);
    FACT("D:WSAAsyncGetHostByName", "no buffer");
    CHECK_EQ(answered(WSAAsyncGetProtoByName(window, ANSWER, "udp", NULL, MAXGETHOSTSTRUCT)),
             WSAEFAULT);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
