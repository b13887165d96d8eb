/* What bind refuses, and that it leaves the socket as it was (T:sock:test_bind, test_ipv6only). */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static int tries(SOCKET s, const void *name, int length)
{
    return bind(s, name, length) ? WSAGetLastError() : 0;
}

static void ipv4(int type)
{
    struct sockaddr_in good = check_net_loopback(0), elsewhere = good, bound;
    struct sockaddr odd = {0};
    SOCKET s = socket(AF_INET, type, 0), other = socket(AF_INET, type, 0);
    int length = sizeof bound;

    SHOW("%s", type == SOCK_STREAM ? "stream" : "datagram");
    elsewhere.sin_addr.s_addr = inet_addr("192.0.2.0");
    odd.sa_family = AF_INET;
    CHECK_EQ(tries(s, NULL, 0), WSAEFAULT);
    CHECK_EQ(tries(s, NULL, sizeof good), WSAEFAULT);
    CHECK_EQ(tries(s, &odd, 0), WSAEFAULT);
    odd.sa_family = 0xdead;
    CHECK_EQ(tries(s, &odd, sizeof odd), WSAEAFNOSUPPORT);
    CHECK_EQ(tries(s, &good, sizeof good - 1), WSAEFAULT);
    CHECK_EQ(tries(other, &elsewhere, sizeof elsewhere), WSAEADDRNOTAVAIL);
    CHECK_EQ(closesocket(other), 0);
    CHECK_EQ(getsockname(s, (struct sockaddr *)&bound, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(tries(s, &good, sizeof good), 0);
    CHECK_EQ(WSAGetLastError(), 0);
    CHECK_EQ(tries(s, &good, sizeof good), WSAEINVAL);
    CHECK_EQ(getsockname(s, (struct sockaddr *)&bound, &length), 0);
    CHECK_EQ(ntohl(bound.sin_addr.s_addr), INADDR_LOOPBACK);
    CHECK(bound.sin_port != 0);
    CHECK_EQ(closesocket(s), 0);
}

static void ipv6(void)
{
    struct sockaddr_in6 good, bound;
    SOCKET s = socket(AF_INET6, SOCK_STREAM, 0);
    DWORD only = 0;
    int length = 24; /* sockaddr_in6_old */

    memset(&good, 0, sizeof good);
    good.sin6_family = AF_INET6;
    good.sin6_addr.s6_addr[15] = 1;
    CHECK_EQ(tries(s, &good, 24), WSAEFAULT);
    CHECK_EQ(tries(s, &good, sizeof good), 0);
    CHECK_EQ(getsockname(s, (struct sockaddr *)&bound, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    length = sizeof bound;
    CHECK_EQ(getsockname(s, (struct sockaddr *)&bound, &length), 0);
    CHECK_EQ(bound.sin6_family, AF_INET6);
    CHECK(bound.sin6_port != 0);
    CHECK(memcmp(&bound.sin6_addr, &good.sin6_addr, sizeof good.sin6_addr) == 0);
    CHECK_EQ(bound.sin6_scope_id, 0);

    FACT("10.1", "IPV6_V6ONLY can no longer be changed");
    CHECK_EQ(setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, (char *)&only, sizeof only), SOCKET_ERROR);
    length = sizeof only;
    CHECK_EQ(getsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, (char *)&only, &length), 0);
    CHECK_EQ(only & 0xFF, 1);
    CHECK_EQ(closesocket(s), 0);
}

static void owners(void)
{
    struct sockaddr_in6 both;
    struct sockaddr_in v4;
    SOCKET s = socket(AF_INET6, SOCK_STREAM, 0), other = socket(AF_INET, SOCK_STREAM, 0);
    DWORD off = 0, on = 1;
    int length = sizeof both;

    FACT("10.1", "an exclusive socket of both families keeps IPv4's wildcard too");
    memset(&both, 0, sizeof both);
    both.sin6_family = AF_INET6;
    CHECK_EQ(setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, (char *)&off, sizeof off), 0);
    CHECK_EQ(setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (char *)&on, sizeof on), 0);
    CHECK_EQ(tries(s, &both, sizeof both), 0);
    CHECK_EQ(getsockname(s, (struct sockaddr *)&both, &length), 0);
    memset(&v4, 0, sizeof v4);
    v4.sin_family = AF_INET;
    v4.sin_port = both.sin6_port;
    CHECK_EQ(setsockopt(other, SOL_SOCKET, SO_REUSEADDR, (char *)&on, sizeof on), 0);
    CHECK_EQ(tries(other, &v4, sizeof v4), WSAEACCES);
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(closesocket(other), 0);
}

int main(void)
{
    check_net_start();
    FACT("10.1", "what is no address of this machine, and what is too short for one");
    ipv4(SOCK_STREAM);
    ipv4(SOCK_DGRAM);
    FACT("10.1", "an IPv6 address is told and taken whole only");
    ipv6();
    owners();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
