/* A socket that is connecting, by connect or by ConnectEx.
 * semantics.md: 11.5, 1.4; T:sock:test_connecting_socket */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"

static LPFN_CONNECTEX connect_ex;
static OVERLAPPED overlapped;
static struct sockaddr_in full;

/* Makes an address at which nobody answers: its listener takes nobody in, and its queue is full. */
static void fill(SOCKET fillers[3])
{
    int index, length = sizeof full;
    fillers[0] = check_net_socket();
    full = check_net_loopback(0);
    CHECK_NET_NEEDS(bind(fillers[0], (struct sockaddr *)&full, sizeof full) == 0);
    CHECK_NET_NEEDS(getsockname(fillers[0], (struct sockaddr *)&full, &length) == 0);
    CHECK_NET_NEEDS(listen(fillers[0], 1) == 0);
    for (index = 1; index < 3; index++)
        fillers[index] = check_net_connect(ntohs(full.sin_port));
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

static void has_no_connection(SOCKET s)
{
    struct sockaddr_in own;
    int length = sizeof own;
    char byte = 0;

    CHECK_EQ(getsockname(s, (struct sockaddr *)&own, &length), 0);
    CHECK(own.sin_port != 0);
    CHECK_EQ(recv(s, &byte, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(send(s, &byte, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
}

static void connect_again(SOCKET s, int error)
{
    CHECK_EQ(connect(s, (struct sockaddr *)&full, sizeof full), SOCKET_ERROR);
    check_equal(WSAGetLastError(), error, "connect again", __FILE__, __LINE__);
}

static void connect_ex_again(SOCKET s)
{
    OVERLAPPED second;
    DWORD count;
    memset(&second, 0xaa, sizeof second);
    second.hEvent = NULL;
    REFUSED(connect_ex(s, (struct sockaddr *)&full, sizeof full, NULL, 0, &count, &second),
            WSAEINVAL);
    CHECK_EQ((DWORD)second.Internal, STATUS_PENDING);
    CHECK_EQ((DWORD)second.InternalHigh, 0xaaaaaaaa);
}

int main(void)
{
    GUID name = WSAID_CONNECTEX;
    SOCKET fillers[3], s;
    struct sockaddr_in peer;
    int length = sizeof peer;
    DWORD count;

    check_net_start();
    fill(fillers);
    s = bound();
    REQUIRE(check_extension(s, name, &connect_ex));
    FACT("11.5", "connecting by connect: connect again gives WSAEALREADY, ConnectEx WSAEINVAL");
    CHECK_EQ(connect(s, (struct sockaddr *)&full, sizeof full), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    connect_again(s, WSAEALREADY);
    connect_ex_again(s);
    FACT("11.5", "it has both names, and no connection");
    has_no_connection(s);
    CHECK_EQ(getpeername(s, (struct sockaddr *)&peer, &length), 0);
    CHECK_EQ(peer.sin_port, full.sin_port);
    closesocket(s);

    FACT("11.5", "connecting by ConnectEx: both give WSAEINVAL");
    s = bound();
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    REFUSED(connect_ex(s, (struct sockaddr *)&full, sizeof full, NULL, 0, &count, &overlapped),
            ERROR_IO_PENDING);
    connect_again(s, WSAEINVAL);
    connect_ex_again(s);
    FACT("11.5", "it has its own name only, and no connection");
    has_no_connection(s);
    CHECK_EQ(getpeername(s, (struct sockaddr *)&peer, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    FACT("6.8", "the request can be cancelled");
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, 0), WAIT_TIMEOUT);
    CHECK(CancelIoEx((HANDLE)s, &overlapped));
    CHECK_EQ(check_outcome(s, &overlapped, &count), ERROR_OPERATION_ABORTED);
    closesocket(s);
    for (length = 0; length < 3; length++)
        closesocket(fillers[length]);
    CloseHandle(overlapped.hEvent);
    return check_end();
}
