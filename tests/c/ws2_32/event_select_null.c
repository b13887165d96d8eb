// test: native Wine 8 writes through the NULL, and takes the events whatever is to be reset
// WSAEnumNetworkEvents with bad arguments takes nothing (semantics 8.10).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

int main(void)
{
    WSANETWORKEVENTS told;
    SOCKET client, server;
    HANDLE event = WSACreateEvent();

    check_net_start();
    check_net_pair(&client, &server);
    CHECK_EQ(WSAEventSelect(server, event, FD_WRITE), 0);
    FACT("8.10", "NULL is WSAEFAULT, the event stays set and the record as it was");
    CHECK_EQ(WSAEnumNetworkEvents(server, event, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    FACT("8.10", "nor is anything taken with an object that is no event");
    CHECK_EQ(WSAEnumNetworkEvents(server, GetCurrentProcess(), &told), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    CHECK_EQ(WSAEnumNetworkEvents(server, event, &told), 0);
    CHECK_EQ(told.lNetworkEvents, FD_WRITE);
    closesocket(client);
    closesocket(server);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
