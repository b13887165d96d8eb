/* How a request on a socket ends, as the port tells it.
 * semantics.md: 2 (success; FIN; peer reset with pending receive; started after the reset; own
 * closesocket and CloseHandle), 1.4, 1.5, 2.1, 2.3, 6.1, 6.7 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static HANDLE port;

/* A receive into the buffer, with the OVERLAPPED's status words made recognisable. */
static int start_receive(SOCKET s, OVERLAPPED *overlapped, char *buffer, ULONG length)
{
    WSABUF description;
    DWORD flags = 0;
    description.len = length;
    description.buf = buffer;
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->Internal = UNTOUCHED;
    overlapped->InternalHigh = UNTOUCHED;
    return WSARecv(s, &description, 1, NULL, &flags, overlapped, NULL);
}

static int start_send(SOCKET s, OVERLAPPED *overlapped, const char *text)
{
    WSABUF description;
    description.len = (ULONG)strlen(text);
    description.buf = (char *)text;
    memset(overlapped, 0, sizeof *overlapped);
    return WSASend(s, &description, 1, NULL, 0, overlapped, NULL);
}

static void associate(SOCKET s, ULONG_PTR key)
{
    CHECK(CreateIoCompletionPort((HANDLE)s, port, key, 0) == port);
}

static void success(void)
{
    SOCKET client, server;
    OVERLAPPED receive, transmit;
    char buffer[16];

    check_net_pair(&client, &server);
    associate(server, 11);
    associate(client, 12);

    FACT("2", "success: all outputs are set");
    CHECK_EQ(start_receive(server, &receive, buffer, sizeof buffer), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EMPTY(port);
    CHECK_EQ(send(client, "hello", 5, 0), 5);
    CHECK_SUCCESS(port, 11, &receive, 5);
    CHECK_EQ((DWORD)receive.Internal, 0);
    CHECK_EQ(receive.InternalHigh, 5);
    CHECK(memcmp(buffer, "hello", 5) == 0);

    FACT("1.5", "a call that succeeds at once queues its packet too");
    CHECK_EQ(start_send(client, &transmit, "abc"), 0);
    CHECK_EQ((DWORD)transmit.Internal, 0);
    CHECK_EQ(transmit.InternalHigh, 3);
    CHECK_SUCCESS(port, 12, &transmit, 3);
    CHECK_EQ(start_receive(server, &receive, buffer, sizeof buffer) == 0 ||
             WSAGetLastError() == WSA_IO_PENDING, 1);
    CHECK_SUCCESS(port, 11, &receive, 3);
    CHECK_EMPTY(port);
    closesocket(client);
    closesocket(server);
    CHECK_EMPTY(port);
}

static void graceful_close(void)
{
    SOCKET client, server;
    OVERLAPPED receive;
    char buffer[16];

    check_net_pair(&client, &server);
    associate(server, 21);
    FACT("2", "FIN with a pending receive: success with 0 bytes");
    CHECK_EQ(start_receive(server, &receive, buffer, sizeof buffer), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    closesocket(client);
    CHECK_SUCCESS(port, 21, &receive, 0);
    CHECK_EQ((DWORD)receive.Internal, 0);
    CHECK_EQ(receive.InternalHigh, 0);
    FACT("2", "a receive after the FIN: the same again, at once");
    CHECK_EQ(start_receive(server, &receive, buffer, sizeof buffer), 0);
    CHECK_SUCCESS(port, 21, &receive, 0);
    closesocket(server);
    CHECK_EMPTY(port);
}

static void reset_with_pending_receive(void)
{
    SOCKET client, server;
    OVERLAPPED receive, transmit;
    char buffer[16];
    int index, late, late_error;

    check_net_pair(&client, &server);
    associate(server, 31);
    FACT("2", "peer reset with a pending receive: 64, Internal CONNECTION_RESET");
    CHECK_EQ(start_receive(server, &receive, buffer, sizeof buffer), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    check_net_reset(client);
    CHECK_FAILURE(port, 31, &receive, ERROR_NETNAME_DELETED);
    CHECK_EQ((DWORD)receive.Internal, NT_CONNECTION_RESET);
    CHECK_EQ(receive.InternalHigh, 0);

    FACT("2", "a receive started after the reset fails with 10054, and there is no packet");
    for (index = 0; index < 2; index++) {
        late = start_receive(server, &receive, buffer, sizeof buffer);
        late_error = WSAGetLastError();
        CHECK_EQ(late, SOCKET_ERROR);
        CHECK_EQ(late_error, WSAECONNRESET);
        CHECK_NO_PACKET(port, 0, WAIT_TIMEOUT);
    }
    FACT("2", "a send started after the reset likewise");
    CHECK_EQ(start_send(server, &transmit, "late"), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    CHECK_EMPTY(port);
    closesocket(server);
    CHECK_EMPTY(port);
}

static void several_pending_at_reset(void)
{
    SOCKET client, server;
    OVERLAPPED receives[3];
    char buffers[3][4];
    int index;

    check_net_pair(&client, &server);
    associate(server, 32);
    FACT("2.3", "a reset ends every pending receive, in their order");
    for (index = 0; index < 3; index++)
        CHECK_EQ(start_receive(server, &receives[index], buffers[index], 4), SOCKET_ERROR);
    check_net_reset(client);
    for (index = 0; index < 3; index++) {
        CHECK_FAILURE(port, 32, &receives[index], ERROR_NETNAME_DELETED);
        CHECK_EQ((DWORD)receives[index].Internal, NT_CONNECTION_RESET);
    }
    closesocket(server);
    CHECK_EMPTY(port);
}

static void own_close(int with_closesocket)
{
    SOCKET client, server;
    OVERLAPPED receives[2];
    char buffers[2][4];

    check_net_pair(&client, &server);
    associate(server, 41);
    CHECK_EQ(start_receive(server, &receives[0], buffers[0], 4), SOCKET_ERROR);
    CHECK_EQ(start_receive(server, &receives[1], buffers[1], 4), SOCKET_ERROR);
    if (with_closesocket)
        CHECK_EQ(closesocket(server), 0);
    else
        CHECK_EQ(CloseHandle((HANDLE)server), TRUE);
    CHECK_FAILURE(port, 41, &receives[0], ERROR_CONNECTION_ABORTED);
    CHECK_FAILURE(port, 41, &receives[1], ERROR_CONNECTION_ABORTED);
    CHECK_EQ((DWORD)receives[0].Internal, NT_CONNECTION_ABORTED);
    CHECK_EQ(receives[0].InternalHigh, 0);
    CHECK_EMPTY(port);
    closesocket(client);
}

static void a_duplicate_keeps_the_request(void)
{
    SOCKET client, server;
    HANDLE self = GetCurrentProcess(), duplicate = NULL;
    OVERLAPPED receive;
    char buffer[4];

    check_net_pair(&client, &server);
    associate(server, 51);
    FACT("2.1", "closing one of two handles cancels nothing");
    CHECK_EQ(DuplicateHandle(self, (HANDLE)server, self, &duplicate, 0, FALSE,
                             DUPLICATE_SAME_ACCESS), TRUE);
    CHECK_EQ(start_receive(server, &receive, buffer, 4), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(CloseHandle((HANDLE)server), TRUE);
    CHECK_EMPTY(port);
    CHECK_EQ(send(client, "x", 1, 0), 1);
    CHECK_SUCCESS(port, 51, &receive, 1);
    CHECK_EQ(CloseHandle(duplicate), TRUE);
    CHECK_EMPTY(port);
    closesocket(client);
}

int main(void)
{
    check_net_start();
    port = check_port();
    success();
    graceful_close();
    reset_with_pending_receive();
    several_pending_at_reset();
    FACT("2", "own closesocket with pending receives: 1236");
    own_close(1);
    FACT("2", "own CloseHandle with pending receives: 1236");
    own_close(0);
    a_duplicate_keeps_the_request();
    CHECK_EQ(CloseHandle(port), TRUE);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
