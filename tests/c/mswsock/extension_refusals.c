// test: native Wine 8 begins what Windows refuses (11.1), so everything after it differs too
/* What AcceptEx and ConnectEx refuse, and when.
 * semantics.md: 5.12, 6.9, 11.1, 11.2, 11.4, 11.5 */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"

static LPFN_ACCEPTEX accept_ex;
static LPFN_CONNECTEX connect_ex;
static LPFN_GETACCEPTEXSOCKADDRS addresses;
static char buffer[256];
static OVERLAPPED overlapped;
static DWORD count;

static BOOL start(SOCKET listener, SOCKET into, DWORD data, DWORD local, DWORD remote)
{
    overlapped.Internal = 0xdeadbeef;
    memset(buffer, 0, sizeof buffer);
    return accept_ex(listener, into, buffer, data, local, remote, &count, &overlapped);
}

static void extension_pointer(void)
{
    SOCKET s = check_net_socket();
    GUID accept_guid = WSAID_ACCEPTEX;
    void *function = NULL;

    FACT("5.12", "no room for the pointer: WSAEFAULT");
    CHECK_EQ(WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &accept_guid, sizeof accept_guid,
                      &function, 4, &count, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    closesocket(s);
}

static void arguments(void)
{
    unsigned short port;
    struct sockaddr_in any = check_net_loopback(0);
    SOCKET idle = check_net_socket(), into = check_net_socket(), listener, client, server;
    SOCKET datagram = socket(AF_INET, SOCK_DGRAM, 0), bound = check_net_socket();

    listener = check_net_listener(&port);
    check_net_pair(&client, &server);
    CHECK_EQ(bind(bound, (struct sockaddr *)&any, sizeof any), 0);
    FACT("11.1", "without an OVERLAPPED: 87");
    REFUSED(accept_ex(listener, into, buffer, 0, AREA, AREA, &count, NULL),
            ERROR_INVALID_PARAMETER);
    FACT("11.1", "what is no socket: WSAENOTSOCK; the OVERLAPPED is marked all the same");
    REFUSED(start(INVALID_SOCKET, into, 0, AREA, AREA), WSAENOTSOCK);
    CHECK_EQ((DWORD)overlapped.Internal, STATUS_PENDING);
    REFUSED(start(listener, INVALID_SOCKET, 0, AREA, AREA), WSAENOTSOCK);
    FACT("11.1", "a socket that does not listen: WSAEINVAL");
    REFUSED(start(idle, into, 0, AREA, AREA), WSAEINVAL);
    FACT("11.1", "no buffer, or no area for the peer: WSAEFAULT");
    REFUSED(accept_ex(listener, into, NULL, 0, AREA, AREA, &count, &overlapped), WSAEFAULT);
    REFUSED(start(listener, into, 0, AREA, 0), WSAEFAULT);
    FACT("11.1", "into a socket that is bound, connected or of datagrams: WSAEINVAL");
    REFUSED(start(listener, bound, 0, AREA, AREA), WSAEINVAL);
    REFUSED(start(listener, client, 0, AREA, AREA), WSAEINVAL);
    REFUSED(start(listener, server, 0, AREA, AREA), WSAEINVAL);
    REFUSED(start(listener, datagram, 0, AREA, AREA), WSAEINVAL);
    FACT("11.1", "into a socket that waits for a connection already: WSAEINVAL");
    REFUSED(start(listener, into, 0, AREA, AREA), ERROR_IO_PENDING);
    {
        OVERLAPPED second = {0};
        struct sockaddr_in address = check_net_loopback(port);
        REFUSED(accept_ex(listener, into, buffer, 0, AREA, AREA, &count, &second), WSAEINVAL);
        CHECK_EQ(connect(into, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
        CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    }
    FACT("6.9", "the request is the listener's: CancelIo on the other socket does nothing");
    CHECK(CancelIo((HANDLE)into));
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, 0), WAIT_TIMEOUT);
    CHECK(CancelIo((HANDLE)listener));
    CHECK_EQ(check_outcome(listener, &overlapped, &count), ERROR_OPERATION_ABORTED);
    FACT("11.1", "after the cancel the socket may wait again");
    REFUSED(start(listener, into, 0, AREA, AREA), ERROR_IO_PENDING);
    closesocket(into);
    FACT("6.9", "closing the socket that waits ends the request: 995");
    CHECK_EQ(check_outcome(listener, &overlapped, &count), ERROR_OPERATION_ABORTED);
    into = check_net_socket();
    REFUSED(start(listener, into, 0, AREA, AREA), ERROR_IO_PENDING);
    closesocket(listener);
    FACT("6.9", "and so does closing the listener");
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ((DWORD)overlapped.Internal, 0xC0000120);
    closesocket(into);
    closesocket(client);
    closesocket(server);
    closesocket(bound);
    closesocket(idle);
    closesocket(datagram);
}

static void areas(void)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port), into = check_net_socket(), client, server;
    struct sockaddr_in peer, *local = (struct sockaddr_in *)1, *remote = NULL;
    int length = sizeof peer, local_length = 1, remote_length = 0;

    FACT("11.2", "an area that is too small: 122 when a connection comes");
    REFUSED(start(listener, into, 0, AREA - 1, AREA), ERROR_IO_PENDING);
    client = check_net_connect(port);
    CHECK_EQ(check_outcome(listener, &overlapped, &count), ERROR_INSUFFICIENT_BUFFER);
    FACT("11.2", "and the connection can still be accepted");
    server = accept(listener, NULL, NULL);
    CHECK(server != INVALID_SOCKET);
    closesocket(server);
    closesocket(client);

    FACT("11.2", "no area for the local address is allowed, and its results are left alone");
    REFUSED(start(listener, into, 0, 0, AREA), ERROR_IO_PENDING);
    client = check_net_connect(port);
    CHECK_EQ(check_outcome(listener, &overlapped, &count), 0);
    CHECK_EQ(count, 0);
    CHECK_EQ(getsockname(client, (struct sockaddr *)&peer, &length), 0);
    addresses(buffer, 0, 0, AREA, (struct sockaddr **)&local, &local_length,
              (struct sockaddr **)&remote, &remote_length);
    CHECK_EQ((size_t)local, 1);
    CHECK_EQ(local_length, 1);
    CHECK_EQ(remote_length, sizeof peer);
    CHECK_EQ(memcmp(remote, &peer, sizeof peer), 0);
    closesocket(into);
    closesocket(client);
    closesocket(listener);
}

static DWORD option(SOCKET s, int level, int name)
{
    DWORD value = 0;
    int length = sizeof value;
    CHECK_EQ(getsockopt(s, level, name, (char *)&value, &length), 0);
    return value & 0xff;
}

static void default_options(void)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port), into = check_net_socket(), client;
    BOOL on = TRUE;

    CHECK_EQ(setsockopt(listener, SOL_SOCKET, SO_KEEPALIVE, (char *)&on, sizeof on), 0);
    CHECK_EQ(setsockopt(listener, SOL_SOCKET, SO_OOBINLINE, (char *)&on, sizeof on), 0);
    CHECK_EQ(setsockopt(into, IPPROTO_TCP, TCP_NODELAY, (char *)&on, sizeof on), 0);
    REFUSED(start(listener, into, 0, AREA, AREA), ERROR_IO_PENDING);
    client = check_net_connect(port);
    CHECK_EQ(check_outcome(listener, &overlapped, &count), 0);
    FACT("11.4", "the options are the socket's own, not the listener's");
    CHECK_EQ(option(into, SOL_SOCKET, SO_KEEPALIVE), 0);
    CHECK_EQ(option(into, SOL_SOCKET, SO_OOBINLINE), 0);
    CHECK_EQ(option(into, IPPROTO_TCP, TCP_NODELAY), 1);
    FACT("11.4", "after SO_UPDATE_ACCEPT_CONTEXT they are the listener's");
    CHECK_EQ(setsockopt(into, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&listener,
                        sizeof listener), 0);
    CHECK_EQ(option(into, SOL_SOCKET, SO_KEEPALIVE), 1);
    CHECK_EQ(option(into, SOL_SOCKET, SO_OOBINLINE), 1);
    closesocket(client);
    closesocket(into);
    closesocket(listener);
}

static void contexts(void)
{
    unsigned short port;
    struct sockaddr_in own, name, address;
    int length = sizeof own;
    SOCKET listener = check_net_listener(&port), into = check_net_socket(), s = check_net_socket();
    SOCKET server;
    unsigned short closed;

    address = check_net_loopback(0);
    CHECK_EQ(bind(s, (struct sockaddr *)&address, sizeof address), 0);
    address.sin_port = htons(port);
    REFUSED(start(listener, into, 0, AREA, AREA), ERROR_IO_PENDING);
    {
        OVERLAPPED second = {0};
        second.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
        REFUSED(connect_ex(s, (struct sockaddr *)&address, sizeof address, NULL, 0, NULL, &second),
                ERROR_IO_PENDING);
        CHECK_EQ(check_outcome(s, &second, &count), 0);
        CloseHandle(second.hEvent);
    }
    CHECK_EQ(check_outcome(listener, &overlapped, &count), 0);
    FACT("11.4", "before SO_UPDATE_ACCEPT_CONTEXT no names, no shutdown, but sending");
    length = sizeof own;
    CHECK_EQ(getsockname(into, (struct sockaddr *)&own, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(getpeername(into, (struct sockaddr *)&own, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(shutdown(into, SD_SEND), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    FACT("11.5", "before SO_UPDATE_CONNECT_CONTEXT no peer and no shutdown");
    CHECK_EQ(getpeername(s, (struct sockaddr *)&name, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(shutdown(s, SD_SEND), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    FACT("11.5", "and connect on it is refused as well");
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    closesocket(s);
    closesocket(into);

    FACT("11.5", "after a refused connection the socket may try again");
    closesocket(check_net_listener(&closed));
    s = check_net_socket();
    address = check_net_loopback(0);
    CHECK_EQ(bind(s, (struct sockaddr *)&address, sizeof address), 0);
    address.sin_port = htons(closed);
    REFUSED(connect_ex(s, (struct sockaddr *)&address, sizeof address, NULL, 0, NULL, &overlapped),
            ERROR_IO_PENDING);
    CHECK_EQ(check_outcome(s, &overlapped, &count), ERROR_CONNECTION_REFUSED);
    address.sin_port = htons(port);
    REFUSED(connect_ex(s, (struct sockaddr *)&address, sizeof address, NULL, 0, NULL, &overlapped),
            ERROR_IO_PENDING);
    CHECK_EQ(check_outcome(s, &overlapped, &count), 0);
    server = accept(listener, NULL, NULL);
    CHECK_EQ(send(s, "x", 1, 0), 1);
    CHECK_EQ(recv(server, buffer, 1, 0), 1);
    closesocket(server);
    closesocket(s);
    closesocket(listener);
}

int main(void)
{
    GUID accept_guid = WSAID_ACCEPTEX, connect_guid = WSAID_CONNECTEX;
    GUID addresses_guid = WSAID_GETACCEPTEXSOCKADDRS;
    SOCKET s;

    check_net_start();
    overlapped.hEvent = CreateEventA(NULL, FALSE, FALSE, NULL);
    s = check_net_socket();
    REQUIRE(check_extension(s, connect_guid, &connect_ex));
    REQUIRE(check_extension(s, addresses_guid, &addresses));
    REQUIRE(check_extension(s, accept_guid, &accept_ex));
    closesocket(s);
    extension_pointer();
    arguments();
    areas();
    default_options();
    contexts();
    return check_end();
}
