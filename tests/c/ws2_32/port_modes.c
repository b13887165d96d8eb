/* SetFileCompletionNotificationModes.
 * semantics.md: 4.8, 1.5, 1.7 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static HANDLE port;
static char buffer[8];

static int start(SOCKET s, OVERLAPPED *overlapped, HANDLE event)
{
    WSABUF description = {sizeof buffer, buffer};
    DWORD flags = 0;
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->hEvent = event;
    return WSARecv(s, &description, 1, NULL, &flags, overlapped, NULL);
}

static int start_send(SOCKET s, OVERLAPPED *overlapped, HANDLE event)
{
    WSABUF description = {2, "hi"};
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->hEvent = event;
    return WSASend(s, &description, 1, NULL, 0, overlapped, NULL);
}

static void errors(void)
{
    SOCKET plain = WSASocketA(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, 0);
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);

    FACT("4.8", "a handle that is not overlapped: 87");
    SetLastError(0);
    CHECK_EQ(SetFileCompletionNotificationModes((HANDLE)plain, 1), FALSE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    FACT("4.8", "no handle, or no file");
    CHECK_EQ(SetFileCompletionNotificationModes(NULL, 1), FALSE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK_EQ(SetFileCompletionNotificationModes(event, 1), FALSE);
    CHECK_EQ(CloseHandle(event), TRUE);
    closesocket(plain);
}

static void skip_port(void)
{
    SOCKET client, server;
    OVERLAPPED overlapped;

    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 1, 0) == port);
    CHECK_EQ(SetFileCompletionNotificationModes((HANDLE)server,
                                                FILE_SKIP_COMPLETION_PORT_ON_SUCCESS), TRUE);
    FACT("4.8", "SKIP_COMPLETION_PORT_ON_SUCCESS: a call that succeeds at once queues nothing");
    CHECK_EQ(start_send(server, &overlapped, NULL), 0);
    CHECK_EQ((DWORD)overlapped.Internal, 0);
    CHECK_EQ(overlapped.InternalHigh, 2);
    CHECK_EMPTY(port);
    FACT("4.8", "a pending call queues as usual");
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    send(client, "abc", 3, 0);
    CHECK_SUCCESS(port, 1, &overlapped, 3);
    FACT("4.8", "flags cannot be cleared");
    CHECK_EQ(SetFileCompletionNotificationModes((HANDLE)server, 0), TRUE);
    CHECK_EQ(start_send(server, &overlapped, NULL), 0);
    CHECK_EMPTY(port);
    FACT("4.8", "a pending call that fails queues as usual");
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(CancelIo((HANDLE)server), TRUE);
    CHECK_FAILURE(port, 1, &overlapped, ERROR_OPERATION_ABORTED);
    FACT("4.8", "the handle is still signalled by a call that succeeds at once");
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WaitForSingleObject((HANDLE)server, 0), WAIT_TIMEOUT);
    CHECK_EQ(CancelIo((HANDLE)server), TRUE);
    CHECK_FAILURE(port, 1, &overlapped, ERROR_OPERATION_ABORTED);
    CHECK_EQ(start_send(server, &overlapped, NULL), 0);
    CHECK_EQ(WaitForSingleObject((HANDLE)server, 0), WAIT_OBJECT_0);
    closesocket(client);
    closesocket(server);
    CHECK_EMPTY(port);
}

static void skip_event(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    SOCKET client, server;
    OVERLAPPED overlapped;

    check_net_pair(&client, &server);
    CHECK_EQ(SetFileCompletionNotificationModes((HANDLE)server, FILE_SKIP_SET_EVENT_ON_HANDLE),
             TRUE);
    FACT("4.8", "SKIP_SET_EVENT_ON_HANDLE: an explicit event is still set");
    CHECK_EQ(start_send(server, &overlapped, event), 0);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    ResetEvent(event);
    CHECK_EQ(start(server, &overlapped, event), SOCKET_ERROR);
    send(client, "1", 1, 0);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    FACT("4.8", "SKIP_SET_EVENT_ON_HANDLE: the handle is not signalled");
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    send(client, "2", 1, 0);
    while (!HasOverlappedIoCompleted(&overlapped))
        ;
    CHECK_EQ(WaitForSingleObject((HANDLE)server, 0), WAIT_TIMEOUT);
    CHECK_EQ(start_send(server, &overlapped, NULL), 0);
    CHECK_EQ(WaitForSingleObject((HANDLE)server, 0), WAIT_TIMEOUT);
    FACT("4.8", "flags accumulate");
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 2, 0) == port);
    CHECK_EQ(SetFileCompletionNotificationModes((HANDLE)server,
                                                FILE_SKIP_COMPLETION_PORT_ON_SUCCESS), TRUE);
    CHECK_EQ(start_send(server, &overlapped, NULL), 0);
    CHECK_EMPTY(port);
    CHECK_EQ(WaitForSingleObject((HANDLE)server, 0), WAIT_TIMEOUT);
    closesocket(client);
    closesocket(server);
    CHECK_EQ(CloseHandle(event), TRUE);
}

static void unknown_bits(void)
{
    SOCKET client, server;
    OVERLAPPED overlapped;

    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 3, 0) == port);
    FACT("4.8", "unknown bits are ignored");
    CHECK_EQ(SetFileCompletionNotificationModes((HANDLE)server, 0xf8), TRUE);
    CHECK_EQ(start_send(server, &overlapped, NULL), 0);
    CHECK_SUCCESS(port, 3, &overlapped, 2);
    closesocket(client);
    closesocket(server);
}

int main(void)
{
    check_net_start();
    port = check_port();
    errors();
    skip_port();
    skip_event();
    unknown_bits();
    CHECK_EQ(CloseHandle(port), TRUE);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
