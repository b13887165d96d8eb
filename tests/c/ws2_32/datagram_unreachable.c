// test: native Wine 8 does not ask Linux for the network's answers
/* Datagrams to where nobody listens.
 * semantics.md: 3 (PORT_UNREACHABLE), 5.9; T:sock:test_UDP (sends succeed); D:SIO_UDP_CONNRESET */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
#include "check_datagram.h"
#include "check_port.h"

static char buffer[16];

static int tell(SOCKET s, DWORD code, BOOL wanted)
{
    DWORD count = 77;
    return WSAIoctl(s, code, &wanted, sizeof wanted, NULL, 0, &count, NULL, NULL);
}

static void without_a_peer(void)
{
    struct sockaddr_in own, nobody = check_datagram_nobody();
    SOCKET s = check_datagram(&own);
    u_long on = 1, off = 0;
    int index;

    check_datagram_guard(s);
    FACT("5.9", "the next receive fails: 10054, also without a peer");
    CHECK_EQ(check_datagram_send(s, "x", &nobody), 1);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    FACT("5.9", "once for each datagram, and sends never fail");
    for (index = 0; index < 10; index++)
        CHECK_EQ(check_datagram_send(s, "x", &nobody), 1);
    for (index = 0; index < 10; index++) {
        CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SOCKET_ERROR);
        CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    }
    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(ioctlsocket(s, FIONBIO, &off), 0);
    FACT("5.9", "and the socket goes on");
    CHECK_EQ(check_datagram_send(s, "self", &own), 4);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), 4);
    FACT("5.9", "SIO_UDP_CONNRESET FALSE: no receive hears of it");
    CHECK_EQ(tell(s, SIO_UDP_CONNRESET, FALSE), 0);
    CHECK_EQ(check_datagram_send(s, "x", &nobody), 1);
    CHECK_EQ(check_datagram_send(s, "self", &own), 4);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), 4);
    FACT("5.9", "and TRUE again: it does");
    CHECK_EQ(tell(s, SIO_UDP_CONNRESET, TRUE), 0);
    CHECK_EQ(check_datagram_send(s, "x", &nobody), 1);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    FACT("5.9", "SIO_UDP_NETRESET is another matter");
    CHECK_EQ(tell(s, SIO_UDP_NETRESET, FALSE), 0);
    CHECK_EQ(check_datagram_send(s, "x", &nobody), 1);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    closesocket(s);
}

static void with_a_peer(BOOL wanted)
{
    struct sockaddr_in nobody = check_datagram_nobody();
    SOCKET s = check_datagram_unbound();
    u_long on = 1;
    int index, resets = 0;

    FACT("5.9", "with a peer: sends succeed, whatever has come back (T:sock:test_UDP)");
    CHECK_EQ(tell(s, SIO_UDP_CONNRESET, wanted), 0);
    CHECK_EQ(tell(s, SIO_UDP_NETRESET, wanted), 0);
    CHECK_EQ(connect(s, (struct sockaddr *)&nobody, sizeof nobody), 0);
    for (index = 0; index < 10; index++)
        CHECK_EQ(send(s, "x", 1, 0), 1);
    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    while (recv(s, buffer, sizeof buffer, 0) == SOCKET_ERROR && WSAGetLastError() == WSAECONNRESET)
        resets++;
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(resets, wanted ? 10 : 0);
    closesocket(s);
}

static void overlapped_ones(void)
{
    struct sockaddr_in own, nobody = check_datagram_nobody();
    SOCKET s = check_datagram(&own);
    HANDLE port = CreateIoCompletionPort((HANDLE)s, NULL, 3, 0);
    OVERLAPPED overlapped[2];
    WSABUF description = {sizeof buffer, buffer};
    DWORD flags = 0, count = 77;

    memset(overlapped, 0, sizeof overlapped);
    FACT("3", "a pending receive ends so: 1234 at a port, 10054 for Winsock");
    CHECK_EQ(WSARecvFrom(s, &description, 1, NULL, &flags, NULL, NULL, &overlapped[0], NULL),
             SOCKET_ERROR);
    CHECK_EQ(WSARecvFrom(s, &description, 1, NULL, &flags, NULL, NULL, &overlapped[1], NULL),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(check_datagram_send(s, "x", &nobody), 1);
    CHECK_FAILURE(port, 3, &overlapped[0], ERROR_PORT_UNREACHABLE);
    CHECK_EQ((DWORD)overlapped[0].Internal, 0xc000023f);
    CHECK_EQ(WSAGetOverlappedResult(s, &overlapped[0], &count, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    FACT("5.9", "one receive for one datagram: the others wait on");
    CHECK_EQ(check_datagram_send(s, "self", &own), 4);
    CHECK_SUCCESS(port, 3, &overlapped[1], 4);
    FACT("1.4", "a receive that is started afterwards fails itself, without a packet");
    CHECK_EQ(check_datagram_send(s, "x", &nobody), 1);
    CHECK_EQ(WSARecvFrom(s, &description, 1, NULL, &flags, NULL, NULL, &overlapped[0], NULL),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    CHECK_EMPTY(port);
    closesocket(s);
    CloseHandle(port);
}

static void so_error(void)
{
    struct sockaddr_in own, nobody = check_datagram_nobody();
    SOCKET s = check_datagram(&own);
    fd_set readable;
    struct timeval none = {0, 0};
    int error = 77, length = sizeof error;

    check_datagram_guard(s);
    FACT("5.9", "select calls the socket readable, and SO_ERROR takes nothing away");
    CHECK_EQ(check_datagram_send(s, "x", &nobody), 1);
    FD_ZERO(&readable);
    FD_SET(s, &readable);
    CHECK_EQ(select(0, &readable, NULL, NULL, &none), 1);
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&error, &length), 0);
    CHECK_EQ(error, 0);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    closesocket(s);
}

static void other_questions(void)
{
    struct sockaddr_in own, nobody = check_datagram_nobody();
    SOCKET s = check_datagram(&own);
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    WSANETWORKEVENTS told;
    WSAPOLLFD asked;

    asked.fd = s;
    asked.events = POLLRDNORM;
    FACT("5.9", "WSAPoll calls it readable, and FD_READ tells of it");
    CHECK_EQ(WSAEventSelect(s, event, FD_READ), 0);
    CHECK_EQ(check_datagram_send(s, "x", &nobody), 1);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(WSAEnumNetworkEvents(s, event, &told), 0);
    CHECK_EQ(told.lNetworkEvents, FD_READ);
    CHECK_EQ(WSAPoll(&asked, 1, 0), 1);
    CHECK(asked.revents & POLLRDNORM);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(WSAPoll(&asked, 1, 0), 0);
    FACT("5.9", "SIO_UDP_CONNRESET wants a BOOL, of a datagram socket");
    {
        SOCKET stream = check_net_socket();
        DWORD count = 77, off = 0;
        CHECK_EQ(WSAIoctl(s, SIO_UDP_CONNRESET, NULL, 0, NULL, 0, &count, NULL, NULL),
                 SOCKET_ERROR);
        CHECK_EQ(WSAGetLastError(), WSAEFAULT);
        CHECK_EQ(WSAIoctl(s, SIO_UDP_CONNRESET, &off, 4, NULL, 0, NULL, NULL, NULL),
                 SOCKET_ERROR);
        CHECK_EQ(WSAGetLastError(), WSAEFAULT);
        CHECK_EQ(WSAIoctl(stream, SIO_UDP_CONNRESET, &off, 4, NULL, 0, &count, NULL, NULL),
                 SOCKET_ERROR);
        CHECK_EQ(WSAGetLastError(), WSAEOPNOTSUPP);
        closesocket(stream);
    }
    closesocket(s);
    CloseHandle(event);
}

static void ipv6(void)
{
    struct sockaddr_in6 nobody;
    SOCKET gone = socket(AF_INET6, SOCK_DGRAM, 0), s = socket(AF_INET6, SOCK_DGRAM, 0);
    int length = sizeof nobody;

    memset(&nobody, 0, sizeof nobody);
    nobody.sin6_family = AF_INET6;
    nobody.sin6_addr.u.Byte[15] = 1;
    FACT("5.9", "IPv6 is no different");
    CHECK_EQ(bind(gone, (struct sockaddr *)&nobody, sizeof nobody), 0);
    CHECK_EQ(getsockname(gone, (struct sockaddr *)&nobody, &length), 0);
    CHECK_EQ(closesocket(gone), 0);
    check_datagram_guard(s);
    CHECK_EQ(sendto(s, "x", 1, 0, (struct sockaddr *)&nobody, sizeof nobody), 1);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    closesocket(s);
}

int main(void)
{
    check_net_start();
    without_a_peer();
    with_a_peer(TRUE);
    with_a_peer(FALSE);
    overlapped_ones();
    so_error();
    other_questions();
    ipv6();
    return check_end();
}
