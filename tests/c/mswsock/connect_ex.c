/* ConnectEx and DisconnectEx.
 * semantics.md: 11.5, 11.6; what they refuse is also in extension_refusals.c */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"

static LPFN_CONNECTEX connect_ex;
static LPFN_DISCONNECTEX disconnect_ex;
static OVERLAPPED overlapped;
static DWORD count;
static char buffer[128];

static BOOL start(SOCKET s, unsigned short port, const char *data, DWORD length)
{
    struct sockaddr_in address = check_net_loopback(port);
    return connect_ex(s, (struct sockaddr *)&address, sizeof address, (void *)data, length,
                      &count, &overlapped);
}

static void connecting(void)
{
    unsigned short port, closed;
    struct sockaddr_in address, name;
    int length = sizeof name;
    SOCKET listener = check_net_listener(&port), s = check_net_socket(), server;

    address = check_net_loopback(port);
    FACT("11.5", "ConnectEx wants a bound socket: WSAEINVAL");
    REFUSED(start(s, port, NULL, 0), WSAEINVAL);
    FACT("11.5", "a listening one: WSAEINVAL; no socket: WSAENOTSOCK");
    REFUSED(start(listener, port, NULL, 0), WSAEINVAL);
    REFUSED(start(INVALID_SOCKET, port, NULL, 0), WSAENOTSOCK);
    closesocket(s);
    s = check_net_bound();
    FACT("11.5", "no OVERLAPPED: 87");
    REFUSED(connect_ex(s, (struct sockaddr *)&address, sizeof address, NULL, 0, &count, NULL),
            ERROR_INVALID_PARAMETER);
    FACT("11.5", "it is pending, and sends the data that it is given");
    REFUSED(start(s, port, "123", 3), ERROR_IO_PENDING);
    CHECK_EQ(check_outcome(s, &overlapped, &count), 0);
    CHECK_EQ(count, 3);
    server = accept(listener, NULL, NULL);
    CHECK(server != INVALID_SOCKET);
    CHECK_EQ(recv(server, buffer, 3, MSG_WAITALL), 3);
    CHECK_EQ(memcmp(buffer, "123", 3), 0);
    FACT("11.5", "connected: WSAEISCONN");
    REFUSED(start(s, port, NULL, 0), WSAEISCONN);
    REFUSED(start(server, port, NULL, 0), WSAEISCONN);
    CHECK_EQ(setsockopt(s, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0), 0);
    length = sizeof name;
    CHECK_EQ(getpeername(s, (struct sockaddr *)&name, &length), 0);
    CHECK_EQ(ntohs(name.sin_port) == port, 1);
    CHECK_EQ(shutdown(s, SD_SEND), 0);
    CHECK_EQ(recv(server, buffer, 1, 0), 0);
    closesocket(s);
    closesocket(server);

    FACT("11.5", "nobody listens: 1225");
    closesocket(check_net_listener(&closed));
    s = check_net_bound();
    REFUSED(start(s, closed, NULL, 0), ERROR_IO_PENDING);
    CHECK_EQ(check_outcome(s, &overlapped, &count), ERROR_CONNECTION_REFUSED);
    closesocket(s);
    closesocket(listener);
}

static void at_a_port(void)
{
    unsigned short number;
    HANDLE port = check_port();
    SOCKET listener = check_net_listener(&number), s = check_net_bound(), server;
    struct sockaddr_in address = check_net_loopback(number);
    OVERLAPPED mine = {0};
    struct check_taken taken;

    FACT("11.5", "the end of a ConnectEx is a packet; connect queues none");
    CHECK(CreateIoCompletionPort((HANDLE)s, port, 5, 0) == port);
    REFUSED(connect_ex(s, (struct sockaddr *)&address, sizeof address, NULL, 0, NULL, &mine),
            ERROR_IO_PENDING);
    taken = check_take(port, HANG_GUARD);
    CHECK_EQ(taken.ok, TRUE);
    CHECK_EQ(taken.key, 5);
    CHECK(taken.overlapped == &mine);
    server = accept(listener, NULL, NULL);
    FACT("11.6", "the end of a DisconnectEx is a packet too");
    REFUSED(disconnect_ex(s, &mine, 0, 0), ERROR_IO_PENDING);
    taken = check_take(port, HANG_GUARD);
    CHECK_EQ(taken.ok, TRUE);
    CHECK(taken.overlapped == &mine);
    closesocket(s);
    s = check_net_socket();
    CHECK(CreateIoCompletionPort((HANDLE)s, port, 6, 0) == port);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), 0);
    taken = check_take(port, 0);
    CHECK(taken.overlapped == NULL);
    closesocket(s);
    closesocket(server);
    closesocket(listener);
    CloseHandle(port);
}

static void disconnecting(void)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port), s = check_net_socket(), server;
    struct sockaddr_in address = check_net_loopback(port);

    FACT("11.6", "without a connection: WSAENOTCONN");
    REFUSED(disconnect_ex(s, NULL, 0, 0), WSAENOTCONN);
    closesocket(s);
    s = check_net_connect(port);
    server = accept(listener, NULL, NULL);
    FACT("11.6", "the reserved argument must be 0: WSAEINVAL");
    REFUSED(disconnect_ex(s, NULL, 0, 1), WSAEINVAL);
    REFUSED(disconnect_ex(INVALID_SOCKET, NULL, 0, 0), WSAENOTSOCK);
    FACT("11.6", "without an OVERLAPPED it is done at once");
    CHECK_EQ(disconnect_ex(s, NULL, 0, 0), TRUE);
    FACT("11.6", "afterwards: connect WSAEISCONN, send WSAESHUTDOWN, receiving drains");
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEISCONN);
    CHECK_EQ(send(s, "x", 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAESHUTDOWN);
    CHECK_EQ(recv(server, buffer, 1, 0), 0);
    CHECK_EQ(send(server, "late", 4, 0), 4);
    CHECK_EQ(recv(s, buffer, 4, MSG_WAITALL), 4);
    closesocket(server);
    CHECK_EQ(recv(s, buffer, 1, 0), 0);
    closesocket(s);
    closesocket(listener);
}

int main(void)
{
    GUID connect_guid = WSAID_CONNECTEX;
    GUID disconnect_guid = WSAID_DISCONNECTEX;
    SOCKET s;

    check_net_start();
    overlapped.hEvent = CreateEventA(NULL, FALSE, FALSE, NULL);
    s = check_net_socket();
    REQUIRE(check_extension(s, connect_guid, &connect_ex));
    REQUIRE(check_extension(s, disconnect_guid, &disconnect_ex));
    closesocket(s);
    connecting();
    at_a_port();
    disconnecting();
    return check_end();
}
