/* Which options of IP a socket has, by its protocol.
 * semantics.md: 14.7; T:sock:test_sockopt_validity */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check_net.h"

/* Without an error of reading, what was read can be set again, or not. */
struct row {
    int option, error_of_get, error_of_set;
};
#define ROW(option) {option, 0, 0}

static const struct row tcp4[] = {
    {-1, WSAENOPROTOOPT, 0},
    {IP_HDRINCL, WSAEINVAL, 0},
    ROW(IP_TOS),
    ROW(IP_TTL),
    {IP_MULTICAST_IF, WSAEINVAL, 0},
    {IP_MULTICAST_TTL, WSAEINVAL, 0},
    {IP_MULTICAST_LOOP, WSAEINVAL, 0},
    {IP_ADD_MEMBERSHIP, WSAENOPROTOOPT, 0},
    {IP_DROP_MEMBERSHIP, WSAENOPROTOOPT, 0},
    ROW(IP_DONTFRAGMENT),
    {IP_PKTINFO, WSAEINVAL, 0},
    {IP_RECVTTL, WSAEINVAL, 0},
    ROW(IP_UNICAST_IF),
    {IP_RECVTOS, WSAEINVAL, 0},
    {IP_MTU_DISCOVER, 0, WSAEINVAL},
    {IP_MTU, WSAENOTCONN, 0},
};
static const struct row udp4[] = {
    {-1, WSAENOPROTOOPT, 0},
    {IP_HDRINCL, WSAEINVAL, 0},
    ROW(IP_TOS),
    ROW(IP_TTL),
    ROW(IP_MULTICAST_IF),
    ROW(IP_MULTICAST_TTL),
    ROW(IP_MULTICAST_LOOP),
    {IP_ADD_MEMBERSHIP, WSAENOPROTOOPT, 0},
    {IP_DROP_MEMBERSHIP, WSAENOPROTOOPT, 0},
    ROW(IP_DONTFRAGMENT),
    ROW(IP_PKTINFO),
    ROW(IP_RECVTTL),
    ROW(IP_UNICAST_IF),
    ROW(IP_RECVTOS),
    {IP_MTU_DISCOVER, 0, WSAEINVAL},
    {IP_MTU, WSAENOTCONN, 0},
};
static const struct row tcp6[] = {
    {-1, WSAENOPROTOOPT, 0},
    ROW(IPV6_UNICAST_HOPS),
    {IPV6_MULTICAST_IF, WSAEINVAL, 0},
    {IPV6_MULTICAST_HOPS, WSAEINVAL, 0},
    {IPV6_MULTICAST_LOOP, WSAEINVAL, 0},
    {IPV6_ADD_MEMBERSHIP, WSAENOPROTOOPT, 0},
    {IPV6_DROP_MEMBERSHIP, WSAENOPROTOOPT, 0},
    ROW(IPV6_DONTFRAG),
    {IPV6_PKTINFO, WSAEINVAL, 0},
    {IPV6_HOPLIMIT, WSAEINVAL, 0},
    ROW(IPV6_V6ONLY),
    ROW(IPV6_UNICAST_IF),
    {IPV6_RECVTCLASS, WSAEINVAL, 0},
    {IPV6_MTU_DISCOVER, 0, WSAEINVAL},
    {IPV6_MTU, WSAENOTCONN, 0},
};
static const struct row udp6[] = {
    {-1, WSAENOPROTOOPT, 0},
    ROW(IPV6_UNICAST_HOPS),
    ROW(IPV6_MULTICAST_IF),
    ROW(IPV6_MULTICAST_HOPS),
    ROW(IPV6_MULTICAST_LOOP),
    {IPV6_ADD_MEMBERSHIP, WSAENOPROTOOPT, 0},
    {IPV6_DROP_MEMBERSHIP, WSAENOPROTOOPT, 0},
    ROW(IPV6_DONTFRAG),
    ROW(IPV6_PKTINFO),
    ROW(IPV6_HOPLIMIT),
    ROW(IPV6_V6ONLY),
    ROW(IPV6_UNICAST_IF),
    ROW(IPV6_RECVTCLASS),
    {IPV6_MTU_DISCOVER, 0, WSAEINVAL},
    {IPV6_MTU, WSAENOTCONN, 0},
};

static int refused(int result)
{
    return result == 0 ? 0 : WSAGetLastError();
}

static void check_rows(SOCKET s, int level, const struct row *rows, int count, const char *what)
{
    FACT("14.7", what);
    for (; count > 0; count--, rows++) {
        char value[256] = {0}, text[100];
        int length = sizeof value;
        int error = refused(getsockopt(s, level, rows->option, value, &length));
        sprintf(text, "%s, option %d is read: %d", what, rows->option, rows->error_of_get);
        check_equal(error, rows->error_of_get, text, __FILE__, __LINE__);
        if (rows->error_of_get != 0)
            continue;
        error = refused(setsockopt(s, level, rows->option, value, length));
        sprintf(text, "%s, option %d is set: %d", what, rows->option, rows->error_of_set);
        check_equal(error, rows->error_of_set, text, __FILE__, __LINE__);
    }
}

#define CHECK_ROWS(s, level, rows) \
    check_rows(s, level, rows, (int)(sizeof rows / sizeof *rows), #rows)

int main(void)
{
    SOCKET s;
    BOOL on = TRUE;

    check_net_start();
    s = check_net_socket();
    CHECK_ROWS(s, IPPROTO_IP, tcp4);
    FACT("14.7", "what a stream cannot read it cannot set either");
    CHECK_EQ(refused(setsockopt(s, IPPROTO_IP, IP_PKTINFO, (char *)&on, sizeof on)), WSAEINVAL);
    closesocket(s);
    s = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    CHECK_ROWS(s, IPPROTO_IP, udp4);
    closesocket(s);
    s = socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    CHECK_ROWS(s, IPPROTO_IPV6, tcp6);
    closesocket(s);
    s = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    CHECK_ROWS(s, IPPROTO_IPV6, udp6);
    closesocket(s);
    return check_end();
}
