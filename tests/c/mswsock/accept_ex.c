/* AcceptEx: its first data, its addresses, its end.  What it refuses is in extension_refusals.c.
 * semantics.md: 11.1, 11.2, 11.3, 11.4, 11.8, 6.9 */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"

static LPFN_ACCEPTEX accept_ex;
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

static void extension_pointers(void)
{
    SOCKET s = check_net_socket();
    GUID accept_guid = WSAID_ACCEPTEX, addresses_guid = WSAID_GETACCEPTEXSOCKADDRS;
    GUID connect_guid = WSAID_CONNECTEX, disconnect_guid = WSAID_DISCONNECTEX;
    GUID unknown = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
    void *function = NULL;
    LPFN_CONNECTEX connect_ex = NULL;
    LPFN_DISCONNECTEX disconnect_ex = NULL;

    FACT("11.8", "WSAIoctl gives out the extension functions by their GUIDs");
    CHECK(check_extension(s, accept_guid, &accept_ex) && accept_ex);
    CHECK(check_extension(s, addresses_guid, &addresses) && addresses);
    CHECK(check_extension(s, connect_guid, &connect_ex) && connect_ex);
    CHECK(check_extension(s, disconnect_guid, &disconnect_ex) && disconnect_ex);
    FACT("11.8", "an unknown GUID: WSAEINVAL");
    CHECK(!check_extension(s, unknown, &function));
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    closesocket(s);
}

static void data_and_context(void)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port), into = check_net_socket(), client;
    struct sockaddr_in peer, own, *local = NULL, *remote = NULL;
    int length = sizeof own, local_length = 0, remote_length = 0;
    DWORD seconds = 7;

    FACT("11.3", "without a connection SO_CONNECT_TIME is all ones");
    length = sizeof seconds;
    CHECK_EQ(getsockopt(into, SOL_SOCKET, SO_CONNECT_TIME, (char *)&seconds, &length), 0);
    CHECK_EQ(seconds, 0xFFFFFFFF);
    FACT("11.3", "with room for data the connection alone is not enough");
    REFUSED(start(listener, into, 8, AREA, AREA), ERROR_IO_PENDING);
    client = check_net_connect(port);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, 0), WAIT_TIMEOUT);
    CHECK_EQ(send(client, "hello", 5, 0), 5);
    CHECK_EQ(check_outcome(listener, &overlapped, &count), 0);
    CHECK_EQ(count, 5);
    CHECK_EQ(memcmp(buffer, "hello", 5), 0);
    FACT("11.2", "both addresses follow the data");
    addresses(buffer, 8, AREA, AREA, (struct sockaddr **)&local, &local_length,
              (struct sockaddr **)&remote, &remote_length);
    length = sizeof peer;
    CHECK_EQ(getsockname(client, (struct sockaddr *)&peer, &length), 0);
    CHECK_EQ(ntohs(local->sin_port) == port, 1);
    CHECK_EQ(local->sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    CHECK_EQ(memcmp(remote, &peer, sizeof peer), 0);

    CHECK_EQ(send(into, "world", 5, 0), 5);
    CHECK_EQ(recv(client, buffer, 5, MSG_WAITALL), 5);
    FACT("11.4", "the option wants a listener's handle, not a BOOL");
    {
        BOOL yes = TRUE;
        CHECK_EQ(setsockopt(into, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&yes, sizeof yes),
                 SOCKET_ERROR);
        CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    }
    CHECK_EQ(setsockopt(into, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&listener,
                        sizeof listener), 0);
    length = sizeof own;
    CHECK_EQ(getsockname(into, (struct sockaddr *)&own, &length), 0);
    CHECK_EQ(getpeername(into, (struct sockaddr *)&own, &length), 0);
    CHECK_EQ(memcmp(&own, &peer, sizeof peer), 0);
    FACT("11.3", "SO_CONNECT_TIME counts seconds");
    length = sizeof seconds;
    CHECK_EQ(getsockopt(into, SOL_SOCKET, SO_CONNECT_TIME, (char *)&seconds, &length), 0);
    CHECK(seconds < 60);
    CHECK_EQ(shutdown(into, SD_SEND), 0);
    CHECK_EQ(recv(client, buffer, 5, 0), 0);
    closesocket(into);
    closesocket(client);

    FACT("11.3", "a peer that closes without data: success, 0 bytes");
    into = check_net_socket();
    REFUSED(start(listener, into, 8, AREA, AREA), ERROR_IO_PENDING);
    client = check_net_connect(port);
    closesocket(client);
    CHECK_EQ(check_outcome(listener, &overlapped, &count), 0);
    CHECK_EQ(count, 0);
    closesocket(into);

    FACT("11.3", "a silent peer holds up nobody behind it");
    {
        OVERLAPPED second = {0};
        SOCKET other = check_net_socket(), talker;
        static char room[128];
        second.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
        into = check_net_socket();
        REFUSED(start(listener, into, 8, AREA, AREA), ERROR_IO_PENDING);
        REFUSED(accept_ex(listener, other, room, 8, AREA, AREA, &count, &second),
                ERROR_IO_PENDING);
        client = check_net_connect(port);
        talker = check_net_connect(port);
        CHECK_EQ(send(talker, "now", 3, 0), 3);
        CHECK_EQ(check_outcome(listener, &second, &count), 0);
        CHECK_EQ(count, 3);
        CHECK_EQ(WaitForSingleObject(overlapped.hEvent, 0), WAIT_TIMEOUT);
        FACT("6.9", "cancelled while it waits for data: 995, and the peer is told");
        CHECK(CancelIoEx((HANDLE)listener, &overlapped));
        CHECK_EQ(check_outcome(listener, &overlapped, &count), ERROR_OPERATION_ABORTED);
        closesocket(into);
        CHECK(recv(client, room, 1, 0) <= 0);
        closesocket(other);
        closesocket(talker);
        closesocket(client);
        CloseHandle(second.hEvent);
    }
    closesocket(listener);
}

static void at_a_port(void)
{
    unsigned short number;
    HANDLE port = check_port();
    SOCKET listener = check_net_listener(&number), into = check_net_socket(), client;
    OVERLAPPED mine = {0};
    struct check_taken taken;

    FACT("4.1", "the packet comes to the listener's port with the listener's key");
    CHECK(CreateIoCompletionPort((HANDLE)listener, port, 11, 0) == port);
    CHECK(CreateIoCompletionPort((HANDLE)into, port, 22, 0) == port);
    REFUSED(accept_ex(listener, into, buffer, 0, AREA, AREA, &count, &mine), ERROR_IO_PENDING);
    client = check_net_connect(number);
    taken = check_take(port, HANG_GUARD);
    CHECK_EQ(taken.ok, TRUE);
    CHECK_EQ(taken.key, 11);
    CHECK(taken.overlapped == &mine);
    FACT("4.1", "and the new connection's packets with its own");
    {
        WSABUF description = {sizeof buffer, buffer};
        OVERLAPPED receive = {0};
        DWORD flags = 0;
        CHECK_EQ(WSARecv(into, &description, 1, NULL, &flags, &receive, NULL), SOCKET_ERROR);
        CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
        CHECK_EQ(send(client, "data", 4, 0), 4);
        taken = check_take(port, HANG_GUARD);
        CHECK_EQ(taken.key, 22);
        CHECK(taken.overlapped == &receive);
    }
    FACT("11.1", "a connection that waits already is told by a packet too");
    closesocket(client);
    closesocket(into);
    into = check_net_socket();
    client = check_net_connect(number);
    REFUSED(accept_ex(listener, into, buffer, 0, AREA, AREA, &count, &mine), ERROR_IO_PENDING);
    taken = check_take(port, HANG_GUARD);
    CHECK_EQ(taken.ok, TRUE);
    CHECK_EQ(taken.key, 11);
    closesocket(client);
    closesocket(into);
    closesocket(listener);
    CloseHandle(port);
}

static void ipv6(void)
{
    SOCKET listener = socket(AF_INET6, SOCK_STREAM, 0), into = socket(AF_INET6, SOCK_STREAM, 0);
    SOCKET client = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 address, *local = NULL, *remote = NULL;
    int length = sizeof address, local_length = 0, remote_length = 0;

    FACT("11.2", "IPv6's areas are larger, by 16 than its addresses");
    memset(&address, 0, sizeof address);
    address.sin6_family = AF_INET6;
    address.sin6_addr.u.Byte[15] = 1;
    CHECK_EQ(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    CHECK_EQ(listen(listener, 1), 0);
    REFUSED(start(listener, into, 0, sizeof address + 16, sizeof address + 16),
            ERROR_IO_PENDING);
    CHECK_EQ(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(check_outcome(listener, &overlapped, &count), 0);
    addresses(buffer, 0, sizeof address + 16, sizeof address + 16, (struct sockaddr **)&local,
              &local_length, (struct sockaddr **)&remote, &remote_length);
    CHECK_EQ(local_length, sizeof address);
    CHECK_EQ(remote_length, sizeof address);
    CHECK(memcmp(local, &address, sizeof address) == 0);
    CHECK(memcmp(&remote->sin6_addr, &address.sin6_addr, 16) == 0);
    closesocket(client);
    closesocket(into);
    closesocket(listener);
}

static void linked(void)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port), into = check_net_socket(), client;
    struct sockaddr *local = NULL, *remote = NULL;
    int local_length = 0, remote_length = 0;

    FACT("11.8", "AcceptEx and GetAcceptExSockaddrs can be linked by their names too");
    REFUSED(AcceptEx(listener, into, buffer, 0, AREA, AREA, &count, &overlapped),
            ERROR_IO_PENDING);
    client = check_net_connect(port);
    CHECK_EQ(check_outcome(listener, &overlapped, &count), 0);
    GetAcceptExSockaddrs(buffer, 0, AREA, AREA, &local, &local_length, &remote, &remote_length);
    CHECK_EQ(local_length, sizeof(struct sockaddr_in));
    CHECK_EQ(remote_length, sizeof(struct sockaddr_in));
    CHECK_EQ(ntohs(((struct sockaddr_in *)local)->sin_port), port);
    CHECK_EQ(remote->sa_family, AF_INET);
    closesocket(client);
    closesocket(into);
    closesocket(listener);
}

int main(void)
{
    check_net_start();
    overlapped.hEvent = CreateEventA(NULL, FALSE, FALSE, NULL);
    extension_pointers();
    data_and_context();
    at_a_port();
    ipv6();
    linked();
    return check_end();
}
