// getsockopt and setsockopt: values, lengths and errors as T:sock:test_set_getsockopt has them.
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static int set(SOCKET s, int level, int option, DWORD value)
{
    return setsockopt(s, level, option, (char *)&value, sizeof value) ? WSAGetLastError() : 0;
}

static DWORD get(SOCKET s, int level, int option)
{
    DWORD value = 0;
    int length = sizeof value;
    CHECK_EQ(getsockopt(s, level, option, (char *)&value, &length), 0);
    return value;
}

/* Reads a 1 into a variable of so many bytes and shows what has become of it. */
static void lengths(SOCKET s, int level, int option, const char *name)
{
    for (int length = 1; length <= 4; length *= 2) {
        DWORD value = 0xDEADBEEF;
        int result, size = length;
        set(s, level, option, 1);
        result = getsockopt(s, level, option, (char *)&value, &size);
        SHOW("%s, %d bytes: %d, error %d, %08x, %d bytes", name, length, result,
             result ? WSAGetLastError() : 0, (unsigned)value, size);
    }
}

static void values(SOCKET tcp, SOCKET udp)
{
    struct linger linger = {5, 189};
    int length = sizeof linger;

    FACT("10.4", "what is set is reported");
    CHECK_EQ(set(tcp, SOL_SOCKET, SO_RCVTIMEO, 63000), 0);
    CHECK_EQ(get(tcp, SOL_SOCKET, SO_RCVTIMEO), 63000);
    CHECK_EQ(set(tcp, SOL_SOCKET, SO_SNDBUF, 4096), 0);
    CHECK_EQ(get(tcp, SOL_SOCKET, SO_SNDBUF), 4096);
    CHECK_EQ(set(tcp, SOL_SOCKET, SO_RCVBUF, 0), 0);
    CHECK_EQ(get(tcp, SOL_SOCKET, SO_RCVBUF), 0);
    CHECK_EQ(set(udp, IPPROTO_IP, IP_MULTICAST_TTL, 7), 0);
    CHECK_EQ(get(udp, IPPROTO_IP, IP_MULTICAST_TTL), 7);
    CHECK_EQ(set(udp, IPPROTO_IP, IP_TTL, 0x100), WSAEINVAL);
    CHECK_EQ(get(tcp, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
    CHECK_EQ(get(udp, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
    CHECK_EQ(get(udp, SOL_SOCKET, SO_MAX_MSG_SIZE), 65507);
    CHECK_EQ(get(tcp, SOL_SOCKET, SO_ACCEPTCONN), 0);
    CHECK_EQ(get(tcp, SOL_SOCKET, SO_ERROR), 0);
    CHECK_EQ(setsockopt(tcp, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger), 0);
    memset(&linger, 0, sizeof linger);
    CHECK_EQ(getsockopt(tcp, SOL_SOCKET, SO_LINGER, (char *)&linger, &length), 0);
    CHECK(linger.l_onoff != 0);
    CHECK_EQ(linger.l_linger, 189);
    CHECK_EQ(get(tcp, SOL_SOCKET, SO_DONTLINGER), 0);
}

static void descriptions(SOCKET tcp, SOCKET udp)
{
    WSAPROTOCOL_INFOA narrow;
    WSAPROTOCOL_INFOW wide;
    int length = sizeof narrow / 2;
    SOCKET copy;

    FACT("14.6", "a socket's protocol is described in both alphabets");
    CHECK_EQ(getsockopt(tcp, SOL_SOCKET, SO_PROTOCOL_INFOA, (char *)&narrow, &length),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(length, sizeof narrow);
    CHECK_EQ(getsockopt(tcp, SOL_SOCKET, SO_PROTOCOL_INFOA, (char *)&narrow, &length), 0);
    CHECK_EQ(narrow.iAddressFamily, AF_INET);
    CHECK_EQ(narrow.iSocketType, SOCK_STREAM);
    CHECK_EQ(narrow.iProtocol, IPPROTO_TCP);
    CHECK_EQ(narrow.iMaxSockAddr, 16);
    CHECK(narrow.szProtocol[0] != 0);
    length = sizeof wide;
    CHECK_EQ(getsockopt(udp, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&wide, &length), 0);
    CHECK_EQ(length, (int)sizeof wide);
    CHECK_EQ(wide.iSocketType, SOCK_DGRAM);
    CHECK(wide.szProtocol[0] > 32 && wide.szProtocol[1] > 32);
    copy = WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &wide, 0, 0);
    CHECK(copy + 1 != 0);
    CHECK_EQ(get(copy, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
    CHECK_EQ(closesocket(copy), 0);
}

static void sharing(SOCKET tcp)
{
    FACT("10.1", "sharing an address and keeping it exclude each other (T:sock:test_reuseaddr)");
    CHECK_EQ(get(tcp, SOL_SOCKET, SO_REUSEADDR), 0);
    CHECK_EQ(set(tcp, SOL_SOCKET, SO_REUSEADDR, 1), 0);
    CHECK_EQ(set(tcp, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1), WSAEINVAL);
    CHECK_EQ(set(tcp, SOL_SOCKET, SO_REUSEADDR, 0), 0);
    CHECK_EQ(set(tcp, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1), 0);
    CHECK_EQ(set(tcp, SOL_SOCKET, SO_REUSEADDR, 1), WSAEINVAL);
}

static void faults(SOCKET tcp, SOCKET udp)
{
    DWORD value = 0;
    int length = sizeof value;

    FACT("14.7", "what cannot be set or read");
    CHECK_EQ(setsockopt(tcp, SOL_SOCKET, SO_DONTROUTE, (char *)1, 1), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(setsockopt(tcp, SOL_SOCKET, SO_LINGER, NULL, 4), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, (char *)&value, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(getsockopt(tcp, SOL_SOCKET, SO_TYPE, (char *)&value, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(getsockopt(INVALID_SOCKET, SOL_SOCKET, SO_TYPE, (char *)&value, &length),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(set(tcp, 0x8000, SO_RCVTIMEO, 1), WSAEINVAL);
    CHECK_EQ(set(tcp, SOL_SOCKET, SO_ACCEPTCONN, 1), WSAENOPROTOOPT);
    CHECK_EQ(getsockopt(udp, SOL_SOCKET, SO_LINGER, (char *)&value, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOPROTOOPT);
    CHECK_EQ(set(udp, IPPROTO_IP, IP_HDRINCL, 1), WSAEINVAL);
}

int main(void)
{
    SOCKET tcp, udp;

    check_net_start();
    tcp = check_net_socket();
    udp = socket(AF_INET, SOCK_DGRAM, 0);
    values(tcp, udp);
    FACT("14.7", "the length of a value");
    lengths(udp, SOL_SOCKET, SO_BROADCAST, "SO_BROADCAST");
    lengths(tcp, SOL_SOCKET, SO_KEEPALIVE, "SO_KEEPALIVE");
    lengths(tcp, SOL_SOCKET, SO_OOBINLINE, "SO_OOBINLINE");
    lengths(tcp, SOL_SOCKET, SO_RCVBUF, "SO_RCVBUF");
    lengths(tcp, SOL_SOCKET, SO_RCVTIMEO, "SO_RCVTIMEO");
    lengths(tcp, IPPROTO_TCP, TCP_NODELAY, "TCP_NODELAY");
    lengths(udp, IPPROTO_IP, IP_PKTINFO, "IP_PKTINFO");
    lengths(udp, IPPROTO_IP, IP_MULTICAST_LOOP, "IP_MULTICAST_LOOP");
    lengths(udp, IPPROTO_IP, IP_TTL, "IP_TTL");
    descriptions(tcp, udp);
    sharing(tcp);
    faults(tcp, udp);
    CHECK_EQ(closesocket(tcp), 0);
    CHECK_EQ(closesocket(udp), 0);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
