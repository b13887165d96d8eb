/* Multicast on the loopback interface.
 * semantics.md: 5.9, 14.7 (options); D:IPPROTO_IP socket options */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check_multicast.h"

static char buffer[32];

static void memberships(SOCKET sender)
{
    unsigned short port = 0;
    SOCKET one = check_multicast_receiver(&port), two = check_multicast_receiver(&port);
    struct sockaddr_in group = check_multicast_group(port);
    struct ip_mreq request;

    request.imr_multiaddr = group.sin_addr;
    request.imr_interface.s_addr = htonl(INADDR_LOOPBACK);
    FACT("5.9", "every member receives a datagram to the group, on one port with SO_REUSEADDR");
    CHECK_EQ(setsockopt(one, IPPROTO_IP, IP_ADD_MEMBERSHIP, (char *)&request, sizeof request), 0);
    CHECK_EQ(setsockopt(two, IPPROTO_IP, IP_ADD_MEMBERSHIP, (char *)&request, sizeof request), 0);
    CHECK_EQ(check_datagram_send(sender, "all", &group), 3);
    CHECK_EQ(recv(one, buffer, sizeof buffer, 0), 3);
    CHECK_EQ(recv(two, buffer, sizeof buffer, 0), 3);
    FACT("5.9", "whoever has left does not; leaving twice: 10049");
    CHECK_EQ(setsockopt(two, IPPROTO_IP, IP_DROP_MEMBERSHIP, (char *)&request, sizeof request), 0);
    CHECK_EQ(setsockopt(two, IPPROTO_IP, IP_DROP_MEMBERSHIP, (char *)&request, sizeof request),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEADDRNOTAVAIL);
    FACT("5.9", "no multicast address, half a request: 10022, 10014");
    request.imr_multiaddr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_EQ(setsockopt(one, IPPROTO_IP, IP_ADD_MEMBERSHIP, (char *)&request, sizeof request),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(setsockopt(one, IPPROTO_IP, IP_ADD_MEMBERSHIP, (char *)&request, 4), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    closesocket(one);
    closesocket(two);
}

static void ipv6(void)
{
    SOCKET s = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    struct ipv6_mreq request;
    DWORD interface_number = 1;

    FACT("5.9", "IPV6_JOIN_GROUP and IPV6_LEAVE_GROUP");
    CHECK_EQ(inet_pton(AF_INET6, "ff01::4d:1", &request.ipv6mr_multiaddr), 1);
    request.ipv6mr_interface = 1;
    CHECK_EQ(setsockopt(s, IPPROTO_IPV6, IPV6_JOIN_GROUP, (char *)&request, sizeof request), 0);
    CHECK_EQ(setsockopt(s, IPPROTO_IPV6, IPV6_MULTICAST_IF, (char *)&interface_number,
                        sizeof interface_number), 0);
    CHECK_EQ(setsockopt(s, IPPROTO_IPV6, IPV6_LEAVE_GROUP, (char *)&request, sizeof request), 0);
    CHECK_EQ(setsockopt(s, IPPROTO_IPV6, IPV6_LEAVE_GROUP, (char *)&request, sizeof request),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEADDRNOTAVAIL);
    closesocket(s);
}

static void options(SOCKET s)
{
    static const struct {
        int level, option;
        DWORD value;
    } rows[] = {{IPPROTO_IP, IP_TTL, 9},           {IPPROTO_IP, IP_MULTICAST_TTL, 3},
                {IPPROTO_IP, IP_MULTICAST_LOOP, 0}, {IPPROTO_IP, IP_MULTICAST_LOOP, 1},
                {IPPROTO_IP, IP_DONTFRAGMENT, 1},  {IPPROTO_IP, IP_DONTFRAGMENT, 0}};
    DWORD value;
    int length, row;

    FACT("14.7", "what is set is told");
    for (row = 0; row < (int)(sizeof rows / sizeof *rows); row++) {
        value = rows[row].value;
        CHECK_EQ(setsockopt(s, rows[row].level, rows[row].option, (char *)&value, sizeof value), 0);
        value = 77;
        length = sizeof value;
        CHECK_EQ(getsockopt(s, rows[row].level, rows[row].option, (char *)&value, &length), 0);
        CHECK_EQ(value, rows[row].value);
    }
    FACT("14.7", "a send buffer of nothing: datagrams are sent all the same");
    value = 0;
    CHECK_EQ(setsockopt(s, SOL_SOCKET, SO_SNDBUF, (char *)&value, sizeof value), 0);
}

int main(void)
{
    SOCKET sender;

    check_net_start();
    sender = check_multicast_sender();
    options(sender);
    memberships(sender);
    ipv6();
    closesocket(sender);
    return check_end();
}
