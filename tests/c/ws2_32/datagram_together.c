// test: native Wine 8 confuses the two threads' sends
/* Two threads that send by one socket.
 * semantics.md: 9.5, 5.9; T:sock:test_UDP */
#include <winsock2.h>
#include <windows.h>
#include "check_datagram.h"

static char buffer[256];

static int writable_now(SOCKET s)
{
    struct timeval none = {0, 0};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(s, &set);
    return select(0, NULL, &set, NULL, &none);
}

#define SENDS 256

static DWORD CALLBACK sends(void *socket_of_both)
{
    SOCKET s = *(SOCKET *)socket_of_both;
    int count, sent = 0, writable = 0;
    for (count = 0; count < SENDS; count++) {
        sent += send(s, buffer, sizeof buffer, 0) == (int)sizeof buffer;
        writable += writable_now(s) == 1;
    }
    return sent == SENDS && writable == SENDS;
}

int main(void)
{
    struct sockaddr_in address;
    SOCKET sink, s;
    u_long on = 1;
    HANDLE thread;
    DWORD all = 0;

    check_net_start();
    sink = check_datagram(&address);
    s = check_datagram_unbound();
    FACT("9.5", "two threads send by one non-blocking socket, which stays writable");
    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), 0);
    thread = CreateThread(NULL, 0, sends, &s, 0, NULL);
    CHECK_EQ(sends(&s), 1);
    CHECK_EQ(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &all));
    CHECK_EQ(all, 1);
    CloseHandle(thread);
    closesocket(s);
    closesocket(sink);
    return check_end();
}
