/* IP_MULTICAST_LOOP: the receiver's on Windows, the sender's on Linux.
 * semantics.md: 5.9; D:IPPROTO_IP and IPPROTO_IPV6 socket options */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check_multicast.h"

static void loop(SOCKET s, int level, int option, DWORD on)
{
    DWORD value = 77;
    int length = sizeof value;
    CHECK_EQ(setsockopt(s, level, option, (char *)&on, sizeof on), 0);
    CHECK_EQ(getsockopt(s, level, option, (char *)&value, &length), 0);
    CHECK_EQ(value, on);
}

static void ipv4(void)
{
    unsigned short port = 0, deaf_port = 0;
    SOCKET hears = check_multicast_receiver(&port), deaf = check_multicast_receiver(&deaf_port);
    SOCKET sender = check_multicast_sender();
    struct sockaddr_in group = check_multicast_group(port);
    struct sockaddr_in deaf_group = check_multicast_group(deaf_port);
    DWORD value = 77;
    int length = sizeof value;

    CHECK_EQ(check_multicast_member(hears, IP_ADD_MEMBERSHIP, INADDR_LOOPBACK), 0);
    CHECK_EQ(check_multicast_member(deaf, IP_ADD_MEMBERSHIP, INADDR_LOOPBACK), 0);
    FACT("5.9", "IP_MULTICAST_LOOP is on from the beginning");
    CHECK_EQ(getsockopt(deaf, IPPROTO_IP, IP_MULTICAST_LOOP, (char *)&value, &length), 0);
    CHECK_EQ(value, 1);
    CHECK_EQ(check_datagram_send(sender, "first", &deaf_group), 5);
    CHECK(check_multicast_arrives(deaf, "first"));
    FACT("5.9", "off, the receiver hears nothing that its own machine sends to the group");
    loop(deaf, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    CHECK_EQ(check_datagram_send(sender, "second", &deaf_group), 6);
    CHECK(check_multicast_missed(deaf, sender, deaf_port));
    FACT("5.9", "off at the sender it changes nothing");
    loop(sender, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    CHECK_EQ(check_datagram_send(sender, "third", &group), 5);
    CHECK(check_multicast_arrives(hears, "third"));
    FACT("5.9", "on again");
    loop(deaf, IPPROTO_IP, IP_MULTICAST_LOOP, 1);
    CHECK_EQ(check_datagram_send(sender, "fourth", &deaf_group), 6);
    CHECK(check_multicast_arrives(deaf, "fourth"));
    closesocket(hears);
    closesocket(deaf);
    closesocket(sender);
}

/* By the interface that a route says, if there is one: the datagram comes back on its way out. */
static void by_network(void)
{
    unsigned short port = 0;
    struct sockaddr_in own;
    SOCKET deaf = check_multicast_receiver(&port), sender = check_datagram_unbound();
    struct sockaddr_in group = check_multicast_group(port);

    FACT("5.9", "on a network's interface too");
    own = check_net_loopback(0);
    own.sin_addr.s_addr = htonl(INADDR_ANY);
    CHECK_EQ(bind(sender, (struct sockaddr *)&own, sizeof own), 0);
    if (check_multicast_member(deaf, IP_ADD_MEMBERSHIP, INADDR_ANY) == 0 &&
        check_datagram_send(sender, "first", &group) == 5) {
        CHECK(check_multicast_arrives(deaf, "first"));
        loop(deaf, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
        CHECK_EQ(check_datagram_send(sender, "second", &group), 6);
        CHECK(check_multicast_missed(deaf, sender, port));
    } else {
        SHOW("there is none");
    }
    closesocket(deaf);
    closesocket(sender);
}

static int ipv6_send(SOCKET s, const char *text, struct sockaddr_in6 to, const char *address)
{
    CHECK_NET_NEEDS(inet_pton(AF_INET6, address, &to.sin6_addr) == 1);
    return sendto(s, text, (int)strlen(text), 0, (struct sockaddr *)&to, sizeof to);
}

static void ipv6(void)
{
    static const char group[] = "ff01::4d:1";
    SOCKET deaf = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    SOCKET sender = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    struct sockaddr_in6 address;
    struct ipv6_mreq request;
    int length = sizeof address;

    FACT("5.9", "IPV6_MULTICAST_LOOP is the receiver's too");
    memset(&address, 0, sizeof address);
    address.sin6_family = AF_INET6;
    CHECK_EQ(bind(deaf, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(getsockname(deaf, (struct sockaddr *)&address, &length), 0);
    check_datagram_guard(deaf);
    CHECK_EQ(inet_pton(AF_INET6, group, &request.ipv6mr_multiaddr), 1);
    request.ipv6mr_interface = 0;
    if (setsockopt(deaf, IPPROTO_IPV6, IPV6_JOIN_GROUP, (char *)&request, sizeof request) == 0 &&
        ipv6_send(sender, "first", address, group) == 5) {
        CHECK(check_multicast_arrives(deaf, "first"));
        loop(deaf, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
        CHECK_EQ(ipv6_send(sender, "second", address, group), 6);
        CHECK_EQ(ipv6_send(sender, "direct", address, "::1"), 6);
        CHECK(check_multicast_arrives(deaf, "direct"));
        loop(sender, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
        loop(deaf, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1);
        CHECK_EQ(ipv6_send(sender, "third", address, group), 5);
        CHECK(check_multicast_arrives(deaf, "third"));
    } else {
        SHOW("no interface for multicasts of IPv6");
    }
    closesocket(deaf);
    closesocket(sender);
}

int main(void)
{
    check_net_start();
    ipv4();
    by_network();
    ipv6();
    return check_end();
}
