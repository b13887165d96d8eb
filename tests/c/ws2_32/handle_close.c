// test: native Wine 8 cancels with the first handle that is closed (marked in the test of 6.7)
/* Several handles to one socket: requests end with the last.
 * semantics.md: 6.7; T:afd:test_async_cancel_on_handle_close */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static char buffer[16];

static HANDLE another(SOCKET s)
{
    HANDLE made = NULL;
    CHECK(DuplicateHandle(GetCurrentProcess(), (HANDLE)s, GetCurrentProcess(), &made, 0, FALSE,
                          DUPLICATE_SAME_ACCESS));
    return made;
}

static void start(SOCKET s, OVERLAPPED *overlapped, HANDLE event)
{
    WSABUF description = {sizeof buffer, buffer};
    DWORD flags = 0;
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->hEvent = event;
    CHECK_EQ(WSARecv(s, &description, 1, NULL, &flags, overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
}

static void with_an_event(int closes_the_socket)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), second;
    SOCKET client, server;
    OVERLAPPED overlapped;

    check_net_pair(&client, &server);
    second = another(server);
    start(server, &overlapped, event);
    if (closes_the_socket)
        CHECK_EQ(closesocket(server), 0);
    else
        CHECK(CloseHandle(second));
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    CHECK_EQ((DWORD)overlapped.Internal, STATUS_PENDING);
    CHECK_EQ(send(client, "data", 4, 0), 4);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ((DWORD)overlapped.Internal, 0);
    CHECK_EQ(overlapped.InternalHigh, 4);
    if (closes_the_socket)
        CHECK(CloseHandle(second));
    else
        closesocket(server);
    closesocket(client);
    CloseHandle(event);
}

static void with_a_port(void)
{
    SOCKET client, server;
    HANDLE port = check_port(), second;
    OVERLAPPED overlapped;

    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 1, 0) == port);
    second = another(server);
    start(server, &overlapped, NULL);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EMPTY(port);
    CHECK_EQ(send(client, "data", 4, 0), 4);
    CHECK_SUCCESS(port, 1, &overlapped, 4);
    FACT("6.7", "the last one ends what is pending, and the connection");
    CHECK(CloseHandle(second));
    CHECK_EQ(recv(client, buffer, sizeof buffer, 0), 0);
    closesocket(client);
    CloseHandle(port);
}

int main(void)
{
    check_net_start();
    FACT("6.7", "closing one of several handles cancels nothing");
    with_an_event(0);
    FACT("6.7", "also if it is the socket itself");
    with_an_event(1);
    FACT("6.7", "also with a port");
    with_a_port();
    return check_end();
}
