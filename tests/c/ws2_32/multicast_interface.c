// test: native Wine 8 hands an interface's number to Linux, which takes it for an address
/* By which interface multicasts leave and arrive.
 * semantics.md: 5.9; D:IPPROTO_IP socket options, D:IP_MREQ */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check_multicast.h"

static int set_interface(SOCKET s, u_long address)
{
    u_long value = htonl(address);
    return setsockopt(s, IPPROTO_IP, IP_MULTICAST_IF, (char *)&value, 4) ? WSAGetLastError() : 0;
}

static DWORD get(SOCKET s, int option)
{
    DWORD value = 77;
    int length = sizeof value;
    CHECK_EQ(getsockopt(s, IPPROTO_IP, option, (char *)&value, &length), 0);
    return value;
}

static void outgoing(void)
{
    unsigned short port = 0;
    SOCKET sender = check_datagram_unbound(), receiver = check_multicast_receiver(&port);
    struct sockaddr_in group = check_multicast_group(port);

    CHECK_EQ(check_multicast_member(receiver, IP_ADD_MEMBERSHIP, INADDR_LOOPBACK), 0);
    FACT("5.9", "IP_MULTICAST_IF takes an address, or a number as 0.0.0.1; it tells the number");
    CHECK_EQ(get(sender, IP_MULTICAST_IF), 0);
    CHECK_EQ(set_interface(sender, INADDR_LOOPBACK), 0);
    CHECK_EQ(get(sender, IP_MULTICAST_IF), 1);
    CHECK_EQ(check_datagram_send(sender, "one", &group), 3);
    CHECK(check_multicast_arrives(receiver, "one"));
    CHECK_EQ(set_interface(sender, 0), 0);
    CHECK_EQ(get(sender, IP_MULTICAST_IF), 0);
    CHECK_EQ(set_interface(sender, 1), 0);
    CHECK_EQ(get(sender, IP_MULTICAST_IF), 1);
    CHECK_EQ(check_datagram_send(sender, "two", &group), 3);
    CHECK(check_multicast_arrives(receiver, "two"));
    FACT("5.9", "no such interface: 10049, and it stays as it was");
    CHECK_EQ(set_interface(sender, 0xc0000201), WSAEADDRNOTAVAIL);
    CHECK_EQ(set_interface(sender, 0x00ffff00), WSAEADDRNOTAVAIL);
    CHECK_EQ(get(sender, IP_MULTICAST_IF), 1);
    CHECK_EQ(check_datagram_send(sender, "three", &group), 5);
    CHECK(check_multicast_arrives(receiver, "three"));
    closesocket(sender);
    closesocket(receiver);
}

static void joined(void)
{
    unsigned short port = 0;
    SOCKET s = check_multicast_receiver(&port);

    FACT("5.9", "a group that is joined by a number is left by the address, and the other way");
    CHECK_EQ(check_multicast_member(s, IP_ADD_MEMBERSHIP, 1), 0);
    CHECK_EQ(check_multicast_member(s, IP_DROP_MEMBERSHIP, INADDR_LOOPBACK), 0);
    CHECK_EQ(check_multicast_member(s, IP_DROP_MEMBERSHIP, 1), WSAEADDRNOTAVAIL);
    CHECK_EQ(check_multicast_member(s, IP_ADD_MEMBERSHIP, INADDR_LOOPBACK), 0);
    CHECK_EQ(check_multicast_member(s, IP_DROP_MEMBERSHIP, 1), 0);
    FACT("5.9", "no such interface: 10049");
    CHECK_EQ(check_multicast_member(s, IP_ADD_MEMBERSHIP, 0xc0000201), WSAEADDRNOTAVAIL);
    CHECK_EQ(check_multicast_member(s, IP_ADD_MEMBERSHIP, 0x00ffff00), WSAEADDRNOTAVAIL);
    closesocket(s);
}

int main(void)
{
    check_net_start();
    outgoing();
    joined();
    return check_end();
}
