/* Completion routines inside connect and closesocket, and routines that close the very socket on
 * which a call blocks.
 * semantics.md: 5.7, 6.1, 6.3, 7.4, 7.6 */
#include <winsock2.h>
#include <windows.h>
#include "check_datagram.h"
#include "check_routine.h"

#define LARGE (8 << 20)

static char large[LARGE];

static int call_recv(SOCKET s)
{
    char byte = 0;
    return recv(s, &byte, 1, 0) == 1 ? byte : SOCKET_ERROR;
}

static int call_recvfrom(SOCKET s)
{
    char byte = 0;
    return recvfrom(s, &byte, 1, 0, NULL, NULL) == 1 ? byte : SOCKET_ERROR;
}

static int call_select(SOCKET s)
{
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(s, &readable);
    return select(0, &readable, NULL, NULL, NULL);
}

/* Besides another socket, of which nothing is ever to be told. */
static SOCKET silent;

static int call_WSAPoll(SOCKET s)
{
    WSAPOLLFD entries[2] = {{silent, POLLRDNORM, 0}, {s, POLLRDNORM, 0}};
    if (WSAPoll(entries, 2, PATIENCE) != 1 || entries[0].revents)
        return SOCKET_ERROR;
    return entries[1].revents;
}

static int call_connect(SOCKET s)
{
    return connect(s, (struct sockaddr *)&it.address, sizeof it.address);
}

static int call_closesocket(SOCKET s)
{
    return closesocket(s);
}

/* A queue of one connection has room for two on Linux; the third has to wait. */
static void take_three(void)
{
    int index;
    for (index = 0; index < 3; index++)
        closesocket(accept(it.peer, NULL, NULL));
}

static void connecting(BOOL due_before)
{
    unsigned short port;
    SOCKET early[2];

    it.peer = check_net_listener(&port);
    CHECK_EQ(listen(it.peer, 1), 0);
    early[0] = check_net_connect(port);
    early[1] = check_net_connect(port);
    it.socket = check_net_socket();
    it.address = check_net_loopback(port);
    run("a routine runs inside connect", call_connect, take_three, due_before);
    CHECK_EQ(it.result, 0);
    closesocket(early[0]);
    closesocket(early[1]);
    closesocket(it.socket);
    closesocket(it.peer);
}

static int unread;

static void read_the_rest(void)
{
    static char room[1 << 16];
    int count;
    while ((count = recv(it.peer, room, sizeof room, 0)) > 0)
        unread -= count;
}

static void lingering(void)
{
    struct linger linger = {1, 10};
    u_long on = 1, off = 0;

    check_net_pair(&it.peer, &it.socket);
    CHECK_EQ(setsockopt(it.socket, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger), 0);
    CHECK_EQ(ioctlsocket(it.socket, FIONBIO, &on), 0);
    unread = send(it.socket, large, LARGE, 0);
    CHECK(unread > 0);
    CHECK_EQ(ioctlsocket(it.socket, FIONBIO, &off), 0);
    run("a routine runs inside closesocket", call_closesocket, read_the_rest, TRUE);
    CHECK_EQ(it.result, 0);
    CHECK_EQ(unread, 0);
    closesocket(it.peer);
}

static void closed_by_the_routine(void)
{
    check_net_pair(&it.peer, &it.socket);
    run("a routine closes the socket of recv", call_recv, NULL, FALSE);
    CHECK_EQ(it.result, SOCKET_ERROR);
    CHECK_EQ(it.error, WSAEINTR);
    CHECK_EQ(closesocket(it.socket), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    closesocket(it.peer);
    it.socket = check_datagram(&it.address);
    run("a routine closes the socket of recvfrom", call_recvfrom, NULL, TRUE);
    CHECK_EQ(it.result, SOCKET_ERROR);
    CHECK_EQ(it.error, WSAEINTR);
    check_net_pair(&it.peer, &it.socket);
    run("a routine closes the socket of select", call_select, NULL, FALSE);
    CHECK_EQ(it.result, 1);
    closesocket(it.peer);
}

static void closed_under_poll(void)
{
    SOCKET other;
    check_net_pair(&silent, &other);
    check_net_pair(&it.peer, &it.socket);
    run("a routine closes the socket of WSAPoll", call_WSAPoll, NULL, FALSE);
    CHECK_EQ(it.result, POLLNVAL);
    closesocket(it.peer);
    closesocket(silent);
    closesocket(other);
}

int main(void)
{
    check_net_start();
    FACT("5.7", "connect waits alertably");
    connecting(FALSE);
    connecting(TRUE);
    FACT("6.3", "so does a close that lingers");
    lingering();
    FACT("6.1", "a routine closes the socket that the call waits on: the call is interrupted");
    closed_by_the_routine();
    closed_under_poll();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
