// FD_SETSIZE is the program's choice, and the macros follow it (semantics 9.3, 9.4).
#define FD_SETSIZE 300
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

enum { PAIRS = FD_SETSIZE / 2 };

int main(void)
{
    static fd_set readable, writable;
    static SOCKET client[PAIRS], server[PAIRS];
    struct timeval at_once = {0, 0};

    check_net_start();
    FACT("9.3", "an fd_set has as much room as FD_SETSIZE says");
    CHECK_EQ(sizeof readable.fd_array / sizeof *readable.fd_array, FD_SETSIZE);
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    for (int i = 0; i < PAIRS; i++) {
        check_net_pair(&client[i], &server[i]);
        FD_SET(client[i], &writable);
        FD_SET(server[i], &writable);
        FD_SET(server[i], &readable);
    }
    CHECK_EQ(writable.fd_count, FD_SETSIZE);
    CHECK_EQ(readable.fd_count, PAIRS);

    FACT("9.4", "winsock2.h's FD_SET adds no socket twice, and none that has no room");
    FD_SET(client[0], &writable);
    FD_SET((SOCKET)7, &writable);
    CHECK_EQ(writable.fd_count, FD_SETSIZE);
    FD_SET(server[0], &readable);
    CHECK_EQ(readable.fd_count, PAIRS);

    FACT("9.3", "select honours it");
    CHECK_EQ(send(client[PAIRS - 1], "x", 1, 0), 1);
    CHECK_EQ(select(0, &readable, NULL, NULL, NULL), 1);
    CHECK(readable.fd_count == 1 && readable.fd_array[0] == server[PAIRS - 1]);
    CHECK_EQ(select(0, &readable, &writable, NULL, &at_once), FD_SETSIZE + 1);
    CHECK_EQ(writable.fd_count, FD_SETSIZE);
    CHECK(FD_ISSET(client[0], &writable) && FD_ISSET(server[PAIRS - 1], &writable));

    FACT("9.4", "FD_CLR takes one out and keeps the order of the others");
    FD_CLR(client[0], &writable);
    CHECK_EQ(writable.fd_count, FD_SETSIZE - 1);
    CHECK(!FD_ISSET(client[0], &writable));
    CHECK(writable.fd_array[0] == server[0] && writable.fd_array[1] == client[1]);
    FD_CLR(client[0], &writable);
    CHECK_EQ(writable.fd_count, FD_SETSIZE - 1);
    for (int i = 0; i < PAIRS; i++) {
        closesocket(client[i]);
        closesocket(server[i]);
    }
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
