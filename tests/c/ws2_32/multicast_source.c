// test: native Wine 8 hands the structure to Linux, which has its fields in another order
/* Multicast groups by the senders that are wanted: the options of IPv4.
 * semantics.md: 5.9; D:IPPROTO_IP socket options, D:IP_MREQ_SOURCE.  By GROUP_SOURCE_REQ:
 * multicast_group.c */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check_multicast.h"

static int ask(SOCKET s, int option, u_long source, u_long of_interface)
{
    IP_MREQ_SOURCE request;
    request.imr_multiaddr = check_multicast_group(0).sin_addr;
    request.imr_sourceaddr.s_addr = htonl(source);
    request.imr_interface.s_addr = htonl(of_interface);
    return setsockopt(s, IPPROTO_IP, option, (char *)&request, sizeof request) == 0
               ? 0
               : WSAGetLastError();
}

int main(void)
{
    static const u_long other = 0x7f000005, us = INADDR_LOOPBACK;
    unsigned short port = 0;
    SOCKET s, sender;
    struct sockaddr_in group;

    check_net_start();
    s = check_multicast_receiver(&port);
    sender = check_multicast_sender();
    group = check_multicast_group(port);

    FACT("5.9", "IP_ADD_SOURCE_MEMBERSHIP lets one sender in, and no other");
    CHECK_EQ(ask(s, IP_ADD_SOURCE_MEMBERSHIP, other, INADDR_LOOPBACK), 0);
    CHECK_EQ(check_datagram_send(sender, "one", &group), 3);
    CHECK(check_multicast_missed(s, sender, port));
    CHECK_EQ(ask(s, IP_ADD_SOURCE_MEMBERSHIP, us, INADDR_LOOPBACK), 0);
    CHECK_EQ(check_datagram_send(sender, "two", &group), 3);
    CHECK(check_multicast_arrives(s, "two"));
    FACT("5.9", "IP_DROP_SOURCE_MEMBERSHIP: no more; the interface may be named by its number");
    CHECK_EQ(ask(s, IP_DROP_SOURCE_MEMBERSHIP, us, 1), 0);
    CHECK_EQ(check_datagram_send(sender, "three", &group), 5);
    CHECK(check_multicast_missed(s, sender, port));
    CHECK_EQ(ask(s, IP_DROP_SOURCE_MEMBERSHIP, us, 1), WSAEADDRNOTAVAIL);
    CHECK_EQ(ask(s, IP_DROP_SOURCE_MEMBERSHIP, other, 1), 0);
    FACT("5.9", "IP_BLOCK_SOURCE keeps one sender of the group out, until IP_UNBLOCK_SOURCE");
    CHECK_EQ(check_multicast_member(s, IP_ADD_MEMBERSHIP, INADDR_LOOPBACK), 0);
    CHECK_EQ(ask(s, IP_BLOCK_SOURCE, us, INADDR_LOOPBACK), 0);
    CHECK_EQ(check_datagram_send(sender, "four", &group), 4);
    CHECK(check_multicast_missed(s, sender, port));
    CHECK_EQ(ask(s, IP_UNBLOCK_SOURCE, us, 1), 0);
    CHECK_EQ(check_datagram_send(sender, "five", &group), 4);
    CHECK(check_multicast_arrives(s, "five"));
    FACT("5.9", "no such interface: 10049");
    CHECK_EQ(ask(s, IP_BLOCK_SOURCE, us, 0xc0000201), WSAEADDRNOTAVAIL);
    closesocket(s);
    closesocket(sender);
    return check_end();
}
