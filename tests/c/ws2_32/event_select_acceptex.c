// WSAEventSelect: a connection that AcceptEx takes is no FD_ACCEPT (semantics 5.11).
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_events.h"

#define OTHERS (FD_CONNECT | FD_READ | FD_OOB)

static void absorbed(void)
{
    struct sockaddr_in address;
    OVERLAPPED overlapped;
    GUID which = WSAID_ACCEPTEX;
    LPFN_ACCEPTEX accept_ex = NULL;
    char buffer[64];
    DWORD count;
    SOCKET client, server = check_net_socket(), listener = events_listener(&address);

    FACT("5.11", "a connection that a pending AcceptEx takes is no FD_ACCEPT");
    CHECK_EQ(WSAIoctl(listener, SIO_GET_EXTENSION_FUNCTION_POINTER, &which, sizeof which,
                      &accept_ex, sizeof accept_ex, &count, NULL, NULL), 0);
    REQUIRE(accept_ex != NULL);
    events_select(listener, OTHERS | FD_ACCEPT);
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = WSACreateEvent();
    CHECK(!accept_ex(listener, server, buffer, 0, 0, 32, NULL, &overlapped));
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    client = events_connect(&address);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, EVENTS_PATIENCE), WAIT_OBJECT_0);
    NOTHING(listener, "AcceptEx took it");
    closesocket(server);
    closesocket(client);
    client = events_connect(&address);
    TELLS(listener, FD_ACCEPT, 0, "the next one");
    server = accept(listener, NULL, NULL);
    CHECK(server != INVALID_SOCKET);
    closesocket(server);
    closesocket(client);
    closesocket(listener);
    WSACloseEvent(overlapped.hEvent);
}

int main(void)
{
    events_start();
    absorbed();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
