/* Closing, shutting down, and what a reset leaves.
 * semantics.md: 6.1, 6.3, 6.4, 6.5, 6.10 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static char buffer[16];

static int start(SOCKET s, OVERLAPPED *overlapped, HANDLE event)
{
    WSABUF description = {sizeof buffer, buffer};
    DWORD flags = 0;
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->hEvent = event;
    return WSARecv(s, &description, 1, NULL, &flags, overlapped, NULL);
}

static void closed_with_an_event(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    SOCKET client, server;
    OVERLAPPED overlapped;
    DWORD count = UNTOUCHED, flags = UNTOUCHED;

    check_net_pair(&client, &server);
    FACT("6.1", "closing sets the event of a pending request");
    CHECK_EQ(start(server, &overlapped, event), SOCKET_ERROR);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(HasOverlappedIoCompleted(&overlapped));
    CHECK_EQ((DWORD)overlapped.Internal, NT_CONNECTION_ABORTED);
    FACT("6.1", "WSAGetOverlappedResult on the closed socket: 10038");
    CHECK_EQ(WSAGetOverlappedResult(server, &overlapped, &count, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    closesocket(client);
    CHECK_EQ(CloseHandle(event), TRUE);
}

static void late_packets(void)
{
    HANDLE port = check_port();
    SOCKET client, server, others[4];
    OVERLAPPED overlapped;
    int index;

    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 1, 0) == port);
    FACT("6.10", "a late packet of a closed socket names its OVERLAPPED, whoever has the value");
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(closesocket(server), 0);
    for (index = 0; index < 4; index++) {
        others[index] = check_net_socket();
        CHECK(CreateIoCompletionPort((HANDLE)others[index], port, 2, 0) == port);
    }
    {
        struct check_taken taken = check_take(port, HANG_GUARD);
        CHECK_EQ(taken.ok, FALSE);
        CHECK_EQ(taken.key, 1);
        CHECK(taken.overlapped == &overlapped);
    }
    CHECK_EMPTY(port);
    for (index = 0; index < 4; index++)
        closesocket(others[index]);
    closesocket(client);
    CHECK_EQ(CloseHandle(port), TRUE);
}

static void wait_for_end(SOCKET s)
{
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(s, &readable);
    CHECK_EQ(select(0, &readable, NULL, NULL, NULL), 1);
}

static int socket_error_of(SOCKET s)
{
    int error = UNTOUCHED, length = sizeof error;
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&error, &length), 0);
    return error;
}

static void after_a_reset(void)
{
    struct timeval now = {0, 0};
    fd_set readable, writable, exceptional;
    SOCKET client, server;
    int late, late_error, index;

    check_net_pair(&client, &server);
    check_net_reset(client);
    wait_for_end(server);
    FACT("6.4", "after a reset SO_ERROR reads 0");
    CHECK_EQ(socket_error_of(server), 0);
    FACT("6.4", "receives and sends give 10054");
    for (index = 0; index < 2; index++) {
        late = recv(server, buffer, 1, 0);
        late_error = WSAGetLastError();
        CHECK_EQ(late, SOCKET_ERROR);
        CHECK_EQ(late_error, WSAECONNRESET);
    }
    CHECK_EQ(send(server, buffer, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    CHECK_EQ(socket_error_of(server), 0);
    FACT("6.4", "select: readable and writable, not exceptional");
    FD_ZERO(&readable);
    FD_SET(server, &readable);
    writable = exceptional = readable;
    CHECK_EQ(select(0, &readable, &writable, &exceptional, &now), 2);
    CHECK(FD_ISSET(server, &readable));
    CHECK(FD_ISSET(server, &writable));
    CHECK(!FD_ISSET(server, &exceptional));
    closesocket(server);
}

static void shutting_down(void)
{
    SOCKET client, server, fresh = check_net_socket();

    FACT("6.5", "shutdown of an unconnected socket: 10057");
    CHECK_EQ(shutdown(fresh, SD_SEND), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    closesocket(fresh);
    check_net_pair(&client, &server);
    FACT("6.5", "a bad direction: 10022");
    CHECK_EQ(shutdown(client, 3), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(shutdown(client, -1), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    FACT("6.5", "repeated shutdown succeeds; sending then gives 10058");
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_EQ(send(client, "x", 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAESHUTDOWN);
    FACT("6.5", "the peer reads the end, and can still send");
    CHECK_EQ(recv(server, buffer, 1, 0), 0);
    CHECK_EQ(send(server, "y", 1, 0), 1);
    CHECK_EQ(recv(client, buffer, 1, 0), 1);
    FACT("6.5", "after SD_RECEIVE receiving gives 10058");
    CHECK_EQ(shutdown(client, SD_RECEIVE), 0);
    CHECK_EQ(recv(client, buffer, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAESHUTDOWN);
    CHECK_EQ(shutdown(client, SD_BOTH), 0);
    closesocket(client);
    closesocket(server);
}

static void shut_down_with_a_pending_receive(void)
{
    SOCKET client, server;
    OVERLAPPED first, second;

    check_net_pair(&client, &server);
    FACT("6.5", "a receive that is pending at SD_RECEIVE still gets later data");
    CHECK_EQ(start(server, &first, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(shutdown(server, SD_RECEIVE), 0);
    CHECK_EQ(start(server, &second, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAESHUTDOWN);
    CHECK_EQ((DWORD)first.Internal, STATUS_PENDING);
    CHECK_EQ(send(client, "abc", 3, 0), 3);
    while (!HasOverlappedIoCompleted(&first))
        ;
    CHECK_EQ((DWORD)first.Internal, 0);
    CHECK_EQ(first.InternalHigh, 3);
    CHECK(memcmp(buffer, "abc", 3) == 0);
    closesocket(client);
    closesocket(server);
}

static void lingering(void)
{
    struct linger linger = {1, 10};
    SOCKET client, server;
    int length = sizeof linger, late_error;

    FACT("6.3", "linger with a time: a blocking socket closes once its data has gone, gracefully");
    check_net_pair(&client, &server);
    CHECK_EQ(setsockopt(client, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger), 0);
    memset(&linger, 0, sizeof linger);
    CHECK_EQ(getsockopt(client, SOL_SOCKET, SO_LINGER, (char *)&linger, &length), 0);
    CHECK_EQ(linger.l_onoff, 1);
    CHECK_EQ(linger.l_linger, 10);
    CHECK_EQ(send(client, "abc", 3, 0), 3);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(recv(server, buffer, sizeof buffer, MSG_WAITALL), 3);
    CHECK_EQ(recv(server, buffer, 1, 0), 0);
    closesocket(server);
    FACT("6.3", "linger with 0: a reset");
    check_net_pair(&client, &server);
    CHECK_EQ(send(client, "abc", 3, 0), 3);
    check_net_reset(client);
    wait_for_end(server);
    while (recv(server, buffer, 1, 0) > 0)
        ;
    late_error = WSAGetLastError();
    CHECK_EQ(late_error, WSAECONNRESET);
    closesocket(server);
}

int main(void)
{
    check_net_start();
    closed_with_an_event();
    late_packets();
    after_a_reset();
    shutting_down();
    shut_down_with_a_pending_receive();
    lingering();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
