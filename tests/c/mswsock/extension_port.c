/* AcceptEx, ConnectEx and DisconnectEx of sockets with a port: which packets come, and which not.
 * semantics.md: 2, 1.7, 4.4, 4.8, 11.5, 11.6; T:sock:test_completion_port,
 * test_connect_completion_port, test_shutdown_completion_port */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"

static LPFN_ACCEPTEX accept_ex;
static LPFN_CONNECTEX connect_ex;
static LPFN_DISCONNECTEX disconnect_ex;
static char buffer[256];
static OVERLAPPED overlapped;
static HANDLE port;

/* A socket with the port; it is bound if it is to connect. */
static SOCKET at_port(int is_bound, UCHAR modes)
{
    SOCKET s = check_net_socket();
    struct sockaddr_in any = check_net_loopback(0);
    if (is_bound)
        CHECK_NET_NEEDS(bind(s, (struct sockaddr *)&any, sizeof any) == 0);
    CHECK_NET_NEEDS(CreateIoCompletionPort((HANDLE)s, port, 5, 0) == port);
    if (modes)
        CHECK_NET_NEEDS(SetFileCompletionNotificationModes((HANDLE)s, modes));
    return s;
}

static void connecting(void)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    unsigned short number, closed;
    SOCKET listener = check_net_listener(&number), s = at_port(1, 0), server;
    struct sockaddr_in address = check_net_loopback(number);
    DWORD count;

    FACT("11.5", "the packet of a ConnectEx has the bytes that it sent");
    overlapped.hEvent = event;
    REFUSED(connect_ex(s, (struct sockaddr *)&address, sizeof address, (void *)"one", 3, &count,
                       &overlapped), ERROR_IO_PENDING);
    CHECK_EQ(check_outcome(s, &overlapped, &count), 0);
    CHECK_EQ(count, 3);
    CHECK_SUCCESS(port, 5, &overlapped, 3);
    closesocket(s);
    server = accept(listener, NULL, NULL);
    closesocket(server);

    FACT("1.7", "the low bit of hEvent: the event is set, and no packet comes");
    s = at_port(1, 0);
    overlapped.hEvent = (HANDLE)((ULONG_PTR)event | 1);
    REFUSED(connect_ex(s, (struct sockaddr *)&address, sizeof address, NULL, 0, &count,
                       &overlapped), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EMPTY(port);
    closesocket(s);
    server = accept(listener, NULL, NULL);
    closesocket(server);

    FACT("4.8", "a ConnectEx is never done at once, so no mode suppresses its packet");
    s = at_port(1, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS);
    overlapped.hEvent = event;
    REFUSED(connect_ex(s, (struct sockaddr *)&address, sizeof address, NULL, 0, &count,
                       &overlapped), ERROR_IO_PENDING);
    CHECK_SUCCESS(port, 5, &overlapped, 0);
    closesocket(s);
    closesocket(listener);

    FACT("2", "nobody listens: 1225");
    closesocket(check_net_listener(&closed));
    address = check_net_loopback(closed);
    s = at_port(1, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS);
    REFUSED(connect_ex(s, (struct sockaddr *)&address, sizeof address, NULL, 0, &count,
                       &overlapped), ERROR_IO_PENDING);
    CHECK_FAILURE(port, 5, &overlapped, ERROR_CONNECTION_REFUSED);
    closesocket(s);
    CloseHandle(event);
}

static void disconnecting(void)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    unsigned short number;
    SOCKET listener = check_net_listener(&number), s, server;
    struct sockaddr_in address = check_net_loopback(number);

    FACT("11.6", "without an OVERLAPPED no packet comes");
    s = at_port(0, 0);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), 0);
    server = accept(listener, NULL, NULL);
    CHECK_EQ(disconnect_ex(s, NULL, 0, 0), TRUE);
    CHECK_EMPTY(port);
    closesocket(s);
    closesocket(server);
    FACT("1.7", "nor with the low bit of hEvent");
    s = at_port(0, 0);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), 0);
    server = accept(listener, NULL, NULL);
    overlapped.hEvent = (HANDLE)((ULONG_PTR)event | 1);
    REFUSED(disconnect_ex(s, &overlapped, 0, 0), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EMPTY(port);
    closesocket(s);
    closesocket(server);
    FACT("4.8", "a DisconnectEx is never done at once either");
    s = at_port(0, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), 0);
    server = accept(listener, NULL, NULL);
    overlapped.hEvent = event;
    REFUSED(disconnect_ex(s, &overlapped, 0, 0), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_SUCCESS(port, 5, &overlapped, 0);
    closesocket(s);
    FACT("4.4", "shutdown queues nothing");
    closesocket(server);
    s = at_port(0, 0);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), 0);
    server = accept(listener, NULL, NULL);
    CHECK_EQ(shutdown(s, SD_BOTH), 0);
    CHECK_EMPTY(port);
    closesocket(s);
    closesocket(server);
    closesocket(listener);
    CloseHandle(event);
}

static SOCKET listener_at_port(unsigned short *number)
{
    SOCKET listener = check_net_listener(number);
    CHECK_NET_NEEDS(CreateIoCompletionPort((HANDLE)listener, port, 5, 0) == port);
    return listener;
}

static void begin(SOCKET listener, SOCKET into, DWORD data)
{
    DWORD count;
    memset(&overlapped, 0, sizeof overlapped);
    REFUSED(accept_ex(listener, into, buffer, data, AREA, AREA, &count, &overlapped),
            ERROR_IO_PENDING);
}

static void accepting(void)
{
    unsigned short number;
    SOCKET listener = listener_at_port(&number), into = check_net_socket(), client;
    struct check_taken taken;

    FACT("2", "a listener that is closed ends its AcceptEx: 995");
    begin(listener, into, 8);
    closesocket(listener);
    CHECK_FAILURE(port, 5, &overlapped, ERROR_OPERATION_ABORTED);
    CHECK_EQ((DWORD)overlapped.Internal, NT_CANCELLED);
    CHECK_EMPTY(port);
    FACT("2", "one without an AcceptEx ends in silence");
    listener = listener_at_port(&number);
    closesocket(listener);
    CHECK_EMPTY(port);
    FACT("2", "the socket is closed before it has a connection: 995");
    listener = listener_at_port(&number);
    begin(listener, into, 8);
    closesocket(into);
    CHECK_FAILURE(port, 5, &overlapped, ERROR_OPERATION_ABORTED);
    FACT("2", "when it has one, and no data yet: 995 or 1236");
    into = check_net_socket();
    begin(listener, into, 8);
    client = check_net_connect(number);
    closesocket(into);
    taken = check_take(port, HANG_GUARD);
    CHECK_EQ(taken.ok, FALSE);
    CHECK(taken.error == ERROR_OPERATION_ABORTED || taken.error == ERROR_CONNECTION_ABORTED);
    CHECK_EQ(taken.bytes, 0);
    CHECK(taken.overlapped == &overlapped);
    closesocket(client);
    FACT("2", "a peer that closes without data: a packet of success, 0 bytes");
    into = check_net_socket();
    begin(listener, into, 8);
    client = check_net_connect(number);
    closesocket(client);
    CHECK_SUCCESS(port, 5, &overlapped, 0);
    CHECK_EMPTY(port);
    closesocket(into);
    closesocket(listener);
}

int main(void)
{
    GUID accept_guid = WSAID_ACCEPTEX, connect_guid = WSAID_CONNECTEX;
    GUID disconnect_guid = WSAID_DISCONNECTEX;
    SOCKET s;

    check_net_start();
    port = check_port();
    s = check_net_socket();
    REQUIRE(check_extension(s, accept_guid, &accept_ex));
    REQUIRE(check_extension(s, connect_guid, &connect_ex));
    REQUIRE(check_extension(s, disconnect_guid, &disconnect_ex));
    closesocket(s);
    connecting();
    disconnecting();
    accepting();
    CloseHandle(port);
    return check_end();
}
