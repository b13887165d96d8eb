// test: raw
// test: native Wine 8 leaves it to Linux, which finds out when the datagram is received
/* A datagram that was damaged on its way never makes a socket readable.
 * semantics.md: 9.5, 8.3 */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check_datagram.h"
#include "check_port.h"

/* A short one Linux looks at as soon as it comes. */
#define SIZE 200

/* The headers of IPv4 and UDP, all in network byte order. */
struct packet {
    BYTE version_and_length, service;
    USHORT length, id, fragment;
    BYTE lifetime, protocol;
    USHORT header_sum;
    ULONG from, to;
    USHORT from_port, to_port, udp_length, sum;
    char data[SIZE];
};

/* Sends "good ..." with a right checksum or "evil ..." with a wrong one. */
static void send_packet(SOCKET raw, const struct sockaddr_in *to, int damaged)
{
    struct packet packet;
    struct sockaddr_in host = *to;
    ULONG sum = 0;
    int word;

    memset(&packet, 0, sizeof packet);
    packet.version_and_length = 0x45;
    packet.length = htons(sizeof packet);
    packet.lifetime = 64;
    packet.protocol = IPPROTO_UDP;
    packet.from = packet.to = htonl(INADDR_LOOPBACK);
    packet.from_port = htons(9);
    packet.to_port = to->sin_port;
    packet.udp_length = htons(8 + SIZE);
    memcpy(packet.data, damaged ? "evil" : "good", 4);
    for (word = 6; word < (int)sizeof packet / 2; word++)
        sum += ((USHORT *)&packet)[word];
    sum += htons(IPPROTO_UDP) + packet.udp_length;
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    packet.sum = (USHORT)~sum ^ (damaged ? 0x1111 : 0);
    host.sin_port = 0;
    CHECK_EQ(sendto(raw, (char *)&packet, sizeof packet, 0, (struct sockaddr *)&host, sizeof host),
             sizeof packet);
}

static int readable(SOCKET s)
{
    struct timeval none = {0, 0};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(s, &set);
    return select(0, &set, NULL, NULL, &none);
}

int main(void)
{
    struct sockaddr_in address;
    SOCKET s, raw;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    WSANETWORKEVENTS told;
    char buffer[2 * SIZE];
    BOOL on = TRUE;
    u_long count = 77;

    check_net_start();
    s = check_datagram(&address);
    raw = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    REQUIRE(raw != INVALID_SOCKET);
    CHECK_EQ(setsockopt(raw, IPPROTO_IP, IP_HDRINCL, (char *)&on, sizeof on), 0);
    FACT("9.5", "a datagram made by hand arrives");
    CHECK_EQ(WSAEventSelect(s, event, FD_READ), 0);
    send_packet(raw, &address, FALSE);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(WSAEnumNetworkEvents(s, event, &told), 0);
    CHECK_EQ(readable(s), 1);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SIZE);
    CHECK(memcmp(buffer, "good", 4) == 0);
    FACT("9.5", "one with a wrong checksum does not make the socket readable");
    send_packet(raw, &address, TRUE);
    CHECK_EQ(readable(s), 0);
    CHECK_EQ(ioctlsocket(s, FIONREAD, &count), 0);
    CHECK_EQ(count, 0);
    CHECK_EQ(readable(s), 0);
    FACT("8.3", "nor is it an FD_READ, and what follows it is received");
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    send_packet(raw, &address, TRUE);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    send_packet(raw, &address, FALSE);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), SIZE);
    CHECK(memcmp(buffer, "good", 4) == 0);
    closesocket(raw);
    closesocket(s);
    CloseHandle(event);
    return check_end();
}
