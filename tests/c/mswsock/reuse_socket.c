// test: native Wine 8 does not disconnect for TF_REUSE_SOCKET
/* TF_REUSE_SOCKET: a socket that has been disconnected is as good as new.
 * semantics.md: 11.6 */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"

static LPFN_CONNECTEX connect_ex;
static LPFN_DISCONNECTEX disconnect_ex;
static LPFN_ACCEPTEX accept_ex;
static OVERLAPPED overlapped;
static DWORD count;
static char buffer[128];

static void reusing(void)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port), into = check_net_socket(), client;
    SOCKET s = check_net_bound();
    int round;

    FACT("11.6", "TF_REUSE_SOCKET: an accepted socket accepts again, a connecting one connects");
    for (round = 0; round < 3; round++) {
        CHECK_EQ(accept_ex(listener, into, buffer, 0, AREA, AREA, &count, &overlapped), FALSE);
        CHECK_EQ(WSAGetLastError(), ERROR_IO_PENDING);
        {
            OVERLAPPED second = {0};
            struct sockaddr_in address = check_net_loopback(port);
            second.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
            REFUSED(connect_ex(s, (struct sockaddr *)&address, sizeof address, NULL, 0, NULL,
                               &second), ERROR_IO_PENDING);
            CHECK_EQ(check_outcome(s, &second, &count), 0);
            CloseHandle(second.hEvent);
        }
        CHECK_EQ(check_outcome(listener, &overlapped, &count), 0);
        CHECK_EQ(send(s, "ping", 4, 0), 4);
        CHECK_EQ(recv(into, buffer, 4, MSG_WAITALL), 4);
        CHECK_EQ(disconnect_ex(s, NULL, TF_REUSE_SOCKET, 0), TRUE);
        CHECK_EQ(recv(into, buffer, 4, 0), 0);
        CHECK_EQ(disconnect_ex(into, NULL, TF_REUSE_SOCKET, 0), TRUE);
    }
    FACT("11.6", "and is not connected in between");
    CHECK_EQ(send(s, "x", 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    client = check_net_connect(port);
    closesocket(client);
    closesocket(s);
    closesocket(into);
    closesocket(listener);
}

int main(void)
{
    GUID accept_guid = WSAID_ACCEPTEX, connect_guid = WSAID_CONNECTEX;
    GUID disconnect_guid = WSAID_DISCONNECTEX;
    SOCKET s;

    check_net_start();
    overlapped.hEvent = CreateEventA(NULL, FALSE, FALSE, NULL);
    s = check_net_socket();
    REQUIRE(check_extension(s, accept_guid, &accept_ex));
    REQUIRE(check_extension(s, connect_guid, &connect_ex));
    REQUIRE(check_extension(s, disconnect_guid, &disconnect_ex));
    closesocket(s);
    reusing();
    return check_end();
}
