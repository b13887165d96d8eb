// test: native Wine 8 has none of these options
/* Multicast groups by the options that name the interface by its number.
 * semantics.md: 5.9; D:MCAST_JOIN_GROUP */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check_multicast.h"

static char buffer[32];

static void nothing_waits(SOCKET s)
{
    u_long on = 1, off = 0;
    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(ioctlsocket(s, FIONBIO, &off), 0);
}

static void groups(SOCKET sender)
{
    unsigned short port = 0;
    SOCKET one = check_multicast_receiver(&port);
    struct sockaddr_in group = check_multicast_group(port), source = check_net_loopback(0);
    GROUP_REQ request;
    GROUP_SOURCE_REQ from;

    memset(&request, 0, sizeof request);
    memset(&from, 0, sizeof from);
    request.gr_interface = from.gsr_interface = 1; /* the loopback, on both systems */
    memcpy(&request.gr_group, &group, sizeof group);
    memcpy(&from.gsr_group, &group, sizeof group);
    memcpy(&from.gsr_source, &source, sizeof source);
    FACT("5.9", "MCAST_JOIN_GROUP names the interface by its number");
    CHECK_EQ(setsockopt(one, IPPROTO_IP, MCAST_JOIN_GROUP, (char *)&request, sizeof request), 0);
    CHECK_EQ(check_datagram_send(sender, "all", &group), 3);
    CHECK_EQ(recv(one, buffer, sizeof buffer, 0), 3);
    FACT("5.9", "MCAST_BLOCK_SOURCE keeps one sender out, MCAST_UNBLOCK_SOURCE lets it in again");
    CHECK_EQ(setsockopt(one, IPPROTO_IP, MCAST_BLOCK_SOURCE, (char *)&from, sizeof from), 0);
    CHECK_EQ(check_datagram_send(sender, "not", &group), 3);
    nothing_waits(one);
    CHECK_EQ(setsockopt(one, IPPROTO_IP, MCAST_UNBLOCK_SOURCE, (char *)&from, sizeof from), 0);
    CHECK_EQ(check_datagram_send(sender, "again", &group), 5);
    CHECK_EQ(recv(one, buffer, sizeof buffer, 0), 5);
    CHECK_EQ(setsockopt(one, IPPROTO_IP, MCAST_LEAVE_GROUP, (char *)&request, sizeof request), 0);
    FACT("5.9", "MCAST_JOIN_SOURCE_GROUP lets only that sender in");
    CHECK_EQ(setsockopt(one, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, (char *)&from, sizeof from), 0);
    CHECK_EQ(check_datagram_send(sender, "all", &group), 3);
    CHECK_EQ(recv(one, buffer, sizeof buffer, 0), 3);
    CHECK_EQ(setsockopt(one, IPPROTO_IP, MCAST_LEAVE_SOURCE_GROUP, (char *)&from, sizeof from),
             0);
    closesocket(one);
}

static void ipv6(void)
{
    SOCKET s = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    struct sockaddr_in6 group;
    GROUP_REQ named;

    FACT("5.9", "an address with IPv6's family");
    memset(&group, 0, sizeof group);
    memset(&named, 0, sizeof named);
    group.sin6_family = AF_INET6;
    CHECK_EQ(inet_pton(AF_INET6, "ff01::4d:1", &group.sin6_addr), 1);
    named.gr_interface = 1;
    memcpy(&named.gr_group, &group, sizeof group);
    CHECK_EQ(setsockopt(s, IPPROTO_IPV6, MCAST_JOIN_GROUP, (char *)&named, sizeof named), 0);
    CHECK_EQ(setsockopt(s, IPPROTO_IPV6, MCAST_LEAVE_GROUP, (char *)&named, sizeof named), 0);
    closesocket(s);
}

int main(void)
{
    SOCKET sender;

    check_net_start();
    sender = check_multicast_sender();
    groups(sender);
    ipv6();
    closesocket(sender);
    return check_end();
}
