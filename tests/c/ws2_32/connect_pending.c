/* A socket whose connect has begun and goes on (T:sock:test_connecting_socket).  The listener's
 * queue is full, so that nobody answers. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_extension.h"

#define QUEUE 2 /* what Linux keeps for a backlog of 1 */

static SOCKET busy_listener(struct sockaddr_in *address, SOCKET waiting[QUEUE])
{
    SOCKET s = check_net_socket();
    int length = sizeof *address, i;

    *address = check_net_loopback(0);
    CHECK_NET_NEEDS(bind(s, (struct sockaddr *)address, sizeof *address) == 0);
    CHECK_NET_NEEDS(getsockname(s, (struct sockaddr *)address, &length) == 0);
    CHECK_NET_NEEDS(listen(s, 1) == 0);
    for (i = 0; i < QUEUE; i++) waiting[i] = check_net_connect(ntohs(address->sin_port));
    return s;
}

static SOCKET bound(void)
{
    SOCKET s = check_net_socket();
    struct sockaddr_in any = check_net_loopback(0);
    u_long on = 1;

    CHECK_NET_NEEDS(bind(s, (struct sockaddr *)&any, sizeof any) == 0);
    CHECK_NET_NEEDS(ioctlsocket(s, FIONBIO, &on) == 0);
    return s;
}

static int begin(LPFN_CONNECTEX connect_ex, SOCKET s, struct sockaddr_in *to,
                 OVERLAPPED *overlapped)
{
    DWORD count;
    return connect_ex(s, (struct sockaddr *)to, sizeof *to, NULL, 0, &count, overlapped);
}

int main(void)
{
    GUID guid = WSAID_CONNECTEX;
    LPFN_CONNECTEX connect_ex = NULL;
    OVERLAPPED first, second;
    struct sockaddr_in address, name;
    SOCKET listener, waiting[QUEUE], s;
    int length = sizeof name, i;

    check_net_start();
    listener = busy_listener(&address, waiting);
    REQUIRE(check_extension(listener, guid, &connect_ex));
    memset(&first, 0, sizeof first);
    memset(&second, 0, sizeof second);

    FACT("11.5", "a second attempt while connect goes on: 10037, by ConnectEx 10022");
    s = bound();
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEALREADY);
    REFUSED(begin(connect_ex, s, &address, &second), WSAEINVAL);
    CHECK_EQ(getsockname(s, (struct sockaddr *)&name, &length), 0);
    CHECK(name.sin_port != 0);
    length = sizeof name;
    CHECK_EQ(getpeername(s, (struct sockaddr *)&name, &length), 0);
    CHECK(memcmp(&name, &address, 8) == 0);
    CHECK_EQ(recv(s, (char *)&name, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(send(s, "x", 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(closesocket(s), 0);

    FACT("11.5", "while ConnectEx goes on: 10022 both times");
    s = bound();
    first.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    REFUSED(begin(connect_ex, s, &address, &first), ERROR_IO_PENDING);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    REFUSED(begin(connect_ex, s, &address, &second), WSAEINVAL);
    length = sizeof name;
    CHECK_EQ(getpeername(s, (struct sockaddr *)&name, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK(!HasOverlappedIoCompleted(&first));

    FACT("2", "closing the socket ends it");
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(WaitForSingleObject(first.hEvent, 10000), WAIT_OBJECT_0);
    CHECK((DWORD)first.Internal != 0);
    CHECK(CloseHandle(first.hEvent));
    for (i = 0; i < QUEUE; i++) CHECK_EQ(closesocket(waiting[i]), 0);
    CHECK_EQ(closesocket(listener), 0);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
