/* What select, FIONREAD and network events tell, a receive finds at once, although nobody waits for
 * the port to which the socket belongs.
 * semantics.md: 5.2, 8.9, 9.5 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static SOCKET client, server;
static HANDLE port;
static char buffer[64];

/* An overlapped receive takes one byte: whatever it has learnt from that is soon out of date. */
static void receive_by_the_port(void)
{
    OVERLAPPED overlapped;
    WSABUF description = {sizeof buffer, buffer};
    DWORD flags = 0;
    struct check_taken taken;

    memset(&overlapped, 0, sizeof overlapped);
    CHECK_EQ(WSARecv(server, &description, 1, NULL, &flags, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(send(client, "a", 1, 0), 1);
    taken = check_take(port, HANG_GUARD);
    CHECK(taken.ok && taken.bytes == 1 && taken.overlapped == &overlapped);
}

static void open_pair(void)
{
    u_long on = 1;

    check_net_pair(&client, &server);
    port = check_port();
    REQUIRE(CreateIoCompletionPort((HANDLE)server, port, 0, 0) == port);
    receive_by_the_port();
    CHECK_NET_NEEDS(ioctlsocket(server, FIONBIO, &on) == 0);
}

static void close_pair(void)
{
    closesocket(client);
    closesocket(server);
    CloseHandle(port);
}

static u_long waiting(void)
{
    u_long count = 0;
    CHECK_NET_NEEDS(ioctlsocket(server, FIONREAD, &count) == 0);
    return count;
}

static int readable(void)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(server, &set);
    return select(0, &set, NULL, NULL, NULL);
}

static void after_select(void)
{
    int round;

    FACT("9.5", "a socket that select calls readable has something to receive");
    open_pair();
    for (round = 0; round < 3; round++) {
        CHECK_EQ(send(client, "b", 1, 0), 1);
        CHECK_EQ(readable(), 1);
        CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 1);
        CHECK_EQ(recv(server, buffer, sizeof buffer, 0), SOCKET_ERROR);
        CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    }
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_EQ(readable(), 1);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 0);
    close_pair();
}

static void after_fionread(void)
{
    FACT("5.2", "and so has one of which FIONREAD says so");
    open_pair();
    CHECK_EQ(send(client, "b", 1, 0), 1);
    while (waiting() == 0) continue;
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 1);
    close_pair();
}

static void after_close(void)
{
    WSAEVENT event = WSACreateEvent();
    WSANETWORKEVENTS happened;
    long all = 0;

    FACT("8.9", "after FD_CLOSE a receive tells the end");
    open_pair();
    CHECK_EQ(send(client, "b", 1, 0), 1);
    CHECK_EQ(readable(), 1);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 1);
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_EQ(WSAEventSelect(server, event, FD_READ | FD_CLOSE), 0);
    while (!(all & FD_CLOSE)) {
        REQUIRE(WaitForSingleObject(event, HANG_GUARD) == WAIT_OBJECT_0);
        REQUIRE(WSAEnumNetworkEvents(server, event, &happened) == 0);
        all |= happened.lNetworkEvents;
    }
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 0);
    CloseHandle(event);
    close_pair();
}

int main(void)
{
    check_net_start();
    after_select();
    after_fionread();
    after_close();
    return check_end();
}
