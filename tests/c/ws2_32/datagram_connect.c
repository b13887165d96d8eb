/* Datagram sockets with a peer.
 * semantics.md: 5.9, 8.3 (connect of datagrams); T:sock:test_connect_udp, test_broadcast */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_datagram.h"

static char buffer[32];

static void peers(void)
{
    struct sockaddr_in first, second, own, name;
    SOCKET one = check_datagram(&first), two = check_datagram(&second);
    SOCKET client = check_datagram_unbound();
    int length = sizeof name;
    u_long on = 1, off = 0;
    DWORD count;

    CHECK_EQ(ioctlsocket(client, FIONBIO, &on), 0);
    /* Linux answers a datagram that no socket wants, Windows may not. */
    CHECK_EQ(WSAIoctl(two, SIO_UDP_CONNRESET, &off, sizeof off, NULL, 0, &count, NULL, NULL), 0);
    FACT("5.9", "connect names the peer, and is done at once");
    CHECK_EQ(connect(client, (struct sockaddr *)&first, sizeof first), 0);
    CHECK_EQ(getpeername(client, (struct sockaddr *)&name, &length), 0);
    CHECK(check_datagram_same(&name, &first));
    CHECK_EQ(getsockname(client, (struct sockaddr *)&own, &length), 0);
    CHECK_EQ(own.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    CHECK_EQ(send(client, "data", 4, 0), 4);
    CHECK_EQ(recv(one, buffer, sizeof buffer, 0), 4);
    CHECK_EQ(getpeername(one, (struct sockaddr *)&name, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    FACT("5.9", "only the peer's datagrams are received");
    CHECK_EQ(check_datagram_send(two, "no", &own), 2);
    CHECK_EQ(check_datagram_send(one, "yes", &own), 3);
    length = sizeof name;
    CHECK_EQ(recvfrom(client, buffer, sizeof buffer, 0, (struct sockaddr *)&name, &length), 3);
    CHECK(check_datagram_same(&name, &first));
    CHECK_EQ(recv(client, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    FACT("5.9", "an address given with the datagram wins");
    CHECK_EQ(check_datagram_send(client, "hello", &second), 5);
    CHECK_EQ(recv(two, buffer, sizeof buffer, 0), 5);
    FACT("5.9", "the same peer again, then another");
    CHECK_EQ(connect(client, (struct sockaddr *)&first, sizeof first), 0);
    CHECK_EQ(connect(client, (struct sockaddr *)&second, sizeof second), 0);
    CHECK_EQ(send(client, "data", 4, 0), 4);
    CHECK_EQ(recv(two, buffer, sizeof buffer, 0), 4);
    FACT("5.9", "AF_UNSPEC ends it; the socket keeps its port");
    memset(&name, 0, sizeof name);
    name.sin_family = AF_UNSPEC;
    CHECK_EQ(connect(client, (struct sockaddr *)&name, sizeof name), 0);
    CHECK_EQ(getpeername(client, (struct sockaddr *)&name, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(send(client, "data", 4, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    length = sizeof name;
    CHECK_EQ(getsockname(client, (struct sockaddr *)&name, &length), 0);
    CHECK_EQ(name.sin_port, own.sin_port);
    CHECK_EQ(check_datagram_send(two, "any", &own), 3);
    CHECK_EQ(recv(client, buffer, sizeof buffer, 0), 3);
    closesocket(client);
    closesocket(one);
    closesocket(two);
}

static void nowhere(void)
{
    struct sockaddr_in first, name;
    SOCKET one = check_datagram(&first), client = check_datagram_unbound();
    int length = sizeof name;

    FACT("5.9", "an address of zeros ends the peering like AF_UNSPEC (D:connect)");
    CHECK_EQ(connect(client, (struct sockaddr *)&first, sizeof first), 0);
    memset(&name, 0, sizeof name);
    name.sin_family = AF_INET;
    CHECK_EQ(connect(client, (struct sockaddr *)&name, sizeof name), 0);
    CHECK_EQ(getpeername(client, (struct sockaddr *)&name, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    closesocket(client);
    closesocket(one);
}

static void everybody(void)
{
    struct sockaddr_in peer = check_net_loopback(12345);
    SOCKET s = check_datagram_unbound();
    BOOL on = 77;
    int length = sizeof on;

    FACT("5.9", "a peer may be everybody without SO_BROADCAST");
    peer.sin_addr.s_addr = htonl(0x7fffffff);
    CHECK_EQ(connect(s, (struct sockaddr *)&peer, sizeof peer), 0);
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_BROADCAST, (char *)&on, &length), 0);
    CHECK_EQ(on, FALSE);
    CHECK_EQ(send(s, "test", 4, 0), 4);
    FACT("5.9", "everybody's address may not be given then");
    peer.sin_addr.s_addr = htonl(INADDR_BROADCAST);
    CHECK_EQ(check_datagram_send(s, "test", &peer), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEACCES);
    closesocket(s);
}

static void half(void)
{
    struct sockaddr_in first, own;
    SOCKET one = check_datagram(&first), client = check_datagram(&own);

    FACT("6.5", "shutdown ends a direction of a datagram socket too: 10058");
    CHECK_EQ(connect(client, (struct sockaddr *)&first, sizeof first), 0);
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_EQ(send(client, "data", 4, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAESHUTDOWN);
    CHECK_EQ(check_datagram_send(one, "still", &own), 5);
    CHECK_EQ(recv(client, buffer, sizeof buffer, 0), 5);
    CHECK_EQ(shutdown(client, SD_RECEIVE), 0);
    CHECK_EQ(recv(client, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAESHUTDOWN);
    closesocket(client);
    closesocket(one);
}

int main(void)
{
    check_net_start();
    peers();
    nowhere();
    everybody();
    half();
    return check_end();
}
