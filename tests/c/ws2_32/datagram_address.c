/* Datagrams that say where they go and where they come from: sendto and recvfrom.
 * semantics.md: 5.9, 5.10, 10.1; T:sock:test_UDP, test_connect_udp, test_tcp_sendto_recvfrom */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check_datagram.h"

static char buffer[64];

static void bound_by_sending(void)
{
    struct sockaddr_in address, from, own;
    SOCKET receiver = check_datagram(&address), sender = check_datagram_unbound();
    int length = sizeof own;
    u_long on = 1, off = 0;

    FACT("5.9", "a socket without an address cannot receive: 10022");
    CHECK_EQ(ioctlsocket(sender, FIONBIO, &on), 0);
    CHECK_EQ(recvfrom(sender, buffer, sizeof buffer, 0, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(recv(sender, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(getsockname(sender, (struct sockaddr *)&own, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(ioctlsocket(sender, FIONBIO, &off), 0);
    FACT("5.9", "sendto gives it one, on every interface");
    SetLastError(77);
    CHECK_EQ(check_datagram_send(sender, "hello", &address), 5);
    CHECK_EQ(WSAGetLastError(), 0);
    CHECK_EQ(getsockname(sender, (struct sockaddr *)&own, &length), 0);
    CHECK_EQ(own.sin_addr.s_addr, htonl(INADDR_ANY));
    CHECK(own.sin_port != 0);
    FACT("5.9", "recvfrom tells where a datagram came from");
    length = sizeof from;
    SetLastError(77);
    CHECK_EQ(recvfrom(receiver, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &length), 5);
    CHECK_EQ(WSAGetLastError(), 0);
    CHECK_EQ(length, sizeof from);
    CHECK_EQ(from.sin_family, AF_INET);
    CHECK_EQ(from.sin_port, own.sin_port);
    CHECK_EQ(from.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    CHECK(memcmp(buffer, "hello", 5) == 0);
    FACT("5.9", "whoever has been answered to can answer");
    CHECK_EQ(check_datagram_send(receiver, "back", &from), 4);
    CHECK_EQ(recv(sender, buffer, sizeof buffer, 0), 4);
    closesocket(sender);
    closesocket(receiver);
}

static void room_for_the_address(void)
{
    struct sockaddr_in address, own;
    SOCKET receiver = check_datagram(&address), sender = check_datagram(&own);
    char room[200];
    int length = 1;

    FACT("5.9", "too little room for the address: 10014, and the datagram stays");
    CHECK_EQ(check_datagram_send(sender, "stay", &address), 4);
    memset(room, 'A', sizeof room);
    CHECK_EQ(recvfrom(receiver, buffer, sizeof buffer, 0, (struct sockaddr *)room, &length),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(room[0], 'A');
    CHECK_EQ(length, 1);
    if (room[0] != 'A') /* Wine has taken it */
        check_datagram_send(sender, "stay", &address);
    FACT("5.9", "in a longer one nothing is written behind the address");
    memset(room, 'A', sizeof room);
    length = sizeof room;
    CHECK_EQ(recvfrom(receiver, buffer, sizeof buffer, 0, (struct sockaddr *)room, &length), 4);
    CHECK_EQ(length, sizeof own);
    CHECK(check_datagram_same(room, &own));
    CHECK_EQ(room[sizeof room - 1], 'A');
    FACT("5.9", "the address need not be asked for");
    CHECK_EQ(check_datagram_send(sender, "any", &address), 3);
    CHECK_EQ(recvfrom(receiver, buffer, sizeof buffer, 0, NULL, NULL), 3);
    closesocket(sender);
    closesocket(receiver);
}

static void sizes(void)
{
    struct sockaddr_in address, from;
    SOCKET receiver = check_datagram(&address), sender = check_datagram_unbound();
    static char large[70000], arrived[70000];
    int length = sizeof from, most = 0, size = sizeof most;
    u_long readable = 77, on = 1;

    FACT("5.9", "a datagram may be empty");
    CHECK_EQ(sendto(sender, buffer, 0, 0, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(recvfrom(receiver, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &length), 0);
    CHECK_EQ(from.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    CHECK_EQ(ioctlsocket(receiver, FIONBIO, &on), 0);
    CHECK_EQ(recvfrom(receiver, buffer, sizeof buffer, 0, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    FACT("5.9", "SO_MAX_MSG_SIZE is the largest that can be sent");
    CHECK_EQ(getsockopt(sender, SOL_SOCKET, SO_MAX_MSG_SIZE, (char *)&most, &size), 0);
    CHECK_EQ(most, 65507);
    memset(large, 'x', sizeof large);
    CHECK_EQ(sendto(sender, large, most, 0, (struct sockaddr *)&address, sizeof address), most);
    CHECK_EQ(recvfrom(receiver, arrived, sizeof arrived, 0, NULL, NULL), most);
    CHECK(memcmp(arrived, large, most) == 0);
    FACT("5.9", "a larger one: 10040, and nothing is sent");
    CHECK_EQ(sendto(sender, large, most + 1, 0, (struct sockaddr *)&address, sizeof address),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEMSGSIZE);
    CHECK_EQ(sendto(sender, large, sizeof large, 0, (struct sockaddr *)&address, sizeof address),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEMSGSIZE);
    CHECK_EQ(recvfrom(receiver, arrived, sizeof arrived, 0, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    FACT("5.9", "datagrams keep their borders, and FIONREAD sees some");
    CHECK_EQ(check_datagram_send(sender, "one", &address), 3);
    CHECK_EQ(check_datagram_send(sender, "three", &address), 5);
    CHECK_EQ(ioctlsocket(receiver, FIONREAD, &readable), 0);
    CHECK(readable >= 3);
    CHECK_EQ(recv(receiver, buffer, sizeof buffer, 0), 3);
    CHECK_EQ(recv(receiver, buffer, sizeof buffer, 0), 5);
    closesocket(sender);
    closesocket(receiver);
}

static void sizes_of_ipv6(void)
{
    SOCKET receiver = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    SOCKET sender = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    static char large[70000], arrived[70000];
    struct sockaddr_in6 address;
    int length = sizeof address, most = 0, size = sizeof most;

    FACT("5.9", "IPv6's SO_MAX_MSG_SIZE is larger, and true as well");
    memset(&address, 0, sizeof address);
    address.sin6_family = AF_INET6;
    address.sin6_addr.u.Byte[15] = 1;
    CHECK_EQ(bind(receiver, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(getsockname(receiver, (struct sockaddr *)&address, &length), 0);
    CHECK_EQ(getsockopt(sender, SOL_SOCKET, SO_MAX_MSG_SIZE, (char *)&most, &size), 0);
    CHECK_EQ(most, 65527);
    CHECK_EQ(sendto(sender, large, most, 0, (struct sockaddr *)&address, sizeof address), most);
    CHECK_EQ(recv(receiver, arrived, sizeof arrived, 0), most);
    CHECK_EQ(sendto(sender, large, most + 1, 0, (struct sockaddr *)&address, sizeof address),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEMSGSIZE);
    closesocket(sender);
    closesocket(receiver);
}

static void several_buffers(void)
{
    struct sockaddr_in address, from;
    SOCKET receiver = check_datagram(&address), sender = check_datagram_unbound();
    WSABUF parts[2] = {{3, (char *)"abc"}, {2, (char *)"de"}};
    WSABUF room[3] = {{2, buffer}, {2, buffer + 10}, {30, buffer + 20}};
    DWORD sent = 77, received = 77, flags = 0;
    int length = sizeof from;

    FACT("5.8", "several buffers are one datagram, both ways");
    CHECK_EQ(WSASendTo(sender, parts, 2, &sent, 0, (struct sockaddr *)&address, sizeof address,
                       NULL, NULL), 0);
    CHECK_EQ(sent, 5);
    memset(buffer, '.', sizeof buffer);
    CHECK_EQ(WSARecvFrom(receiver, room, 3, &received, &flags, (struct sockaddr *)&from, &length,
                         NULL, NULL), 0);
    CHECK_EQ(received, 5);
    CHECK_EQ(flags, 0);
    CHECK_EQ(length, sizeof from);
    CHECK(memcmp(buffer, "ab........cd........e...", 24) == 0);
    closesocket(sender);
    closesocket(receiver);
}

static void port_nought(void)
{
    struct sockaddr_in address = check_net_loopback(0);
    SOCKET sender = check_datagram_unbound();

    FACT("5.9", "what is sent to port 0 is sent (T:sock:test_UDP)");
    CHECK_EQ(check_datagram_send(sender, "nowhere", &address), 7);
    closesocket(sender);
}

static void streams(void)
{
    SOCKET client, server;
    struct sockaddr_in junk, copy;
    int length = 0x40ffee11;

    check_net_pair(&client, &server);
    memset(&junk, 0xfe, sizeof junk);
    copy = junk;
    FACT("5.10", "TCP ignores the address of sendto");
    if (!CHECK_EQ(sendto(server, "tcp", 3, 0, (struct sockaddr *)&junk, sizeof junk), 3))
        send(server, "tcp", 3, 0);
    FACT("5.10", "TCP ignores the address of recvfrom, and its length");
    CHECK_EQ(recvfrom(client, buffer, sizeof buffer, 0, (struct sockaddr *)&junk, &length), 3);
    CHECK(memcmp(&junk, &copy, sizeof junk) == 0);
    CHECK_EQ(length, 0x40ffee11);
    CHECK_EQ(sendto(client, "2", 1, 0, NULL, 0), 1);
    CHECK_EQ(recvfrom(server, buffer, sizeof buffer, 0, NULL, NULL), 1);
    closesocket(client);
    closesocket(server);
}

int main(void)
{
    check_net_start();
    bound_by_sending();
    room_for_the_address();
    sizes();
    sizes_of_ipv6();
    several_buffers();
    port_nought();
    streams();
    return check_end();
}
