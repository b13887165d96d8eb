/* Arguments of datagrams that cannot be: the code, and nothing has happened.
 * semantics.md: 5.9, 5.4; T:sock:test_WSASendTo, test_broadcast, test_connect_udp */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check_datagram.h"

static char buffer[64];

static void sending(void)
{
    struct sockaddr_in address;
    SOCKET receiver = check_datagram(&address), sender = check_datagram_unbound();
    WSABUF data = {4, (char *)"data"};
    DWORD sent = 77;

    FACT("5.9", "no socket: 10038");
    CHECK_EQ(sendto(INVALID_SOCKET, "x", 1, 0, (struct sockaddr *)&address, sizeof address),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(WSASendTo(INVALID_SOCKET, &data, 1, NULL, 0, (struct sockaddr *)&address,
                       sizeof address, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    FACT("5.9", "without an address and without a peer: 10057");
    CHECK_EQ(send(sender, "x", 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(sendto(sender, "x", 1, 0, NULL, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    FACT("5.9", "half an address: 10014");
    CHECK_EQ(sendto(sender, "x", 1, 0, (struct sockaddr *)&address, 8), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    FACT("5.9", "an address of another family: 10047, or 10014 if it is too short");
    {
        SOCKET six = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
        struct sockaddr_in6 other;
        memset(&other, 0, sizeof other);
        other.sin6_family = AF_INET6;
        other.sin6_port = address.sin_port;
        CHECK_EQ(sendto(sender, "x", 1, 0, (struct sockaddr *)&other, sizeof other),
                 SOCKET_ERROR);
        CHECK_EQ(WSAGetLastError(), WSAEAFNOSUPPORT);
        CHECK_EQ(sendto(six, "x", 1, 0, (struct sockaddr *)&address, sizeof address),
                 SOCKET_ERROR);
        CHECK_EQ(WSAGetLastError(), WSAEFAULT);
        closesocket(six);
    }
    FACT("5.9", "no place for the count: 10014");
    CHECK_EQ(WSASendTo(sender, &data, 1, NULL, 0, (struct sockaddr *)&address, sizeof address,
                       NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    FACT("5.9", "a wild buffer: 10014");
    CHECK_EQ(sendto(sender, (char *)1, 4, 0, (struct sockaddr *)&address, sizeof address),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    FACT("5.9", "and with everything right it works");
    CHECK_EQ(WSASendTo(sender, &data, 1, &sent, 0, (struct sockaddr *)&address, sizeof address,
                       NULL, NULL), 0);
    CHECK_EQ(sent, 4);
    CHECK_EQ(recv(receiver, buffer, sizeof buffer, 0), 4);
    closesocket(sender);
    closesocket(receiver);
}

static void receiving(void)
{
    struct sockaddr_in address, from;
    SOCKET receiver = check_datagram(&address), sender = check_datagram_unbound();
    WSABUF room = {sizeof buffer, buffer};
    DWORD received = 77, flags = 0;
    int length = sizeof from;
    u_long on = 1;

    CHECK_EQ(ioctlsocket(receiver, FIONBIO, &on), 0);
    FACT("5.9", "no socket: 10038");
    CHECK_EQ(recvfrom(INVALID_SOCKET, buffer, 1, 0, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(check_datagram_send(sender, "kept", &address), 4);
    FACT("5.9", "no place for the count: 10014");
    CHECK_EQ(WSARecvFrom(receiver, &room, 1, NULL, &flags, (struct sockaddr *)&from, &length,
                         NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    FACT("5.4", "no buffer at all: 10022");
    CHECK_EQ(WSARecvFrom(receiver, &room, 0, &received, &flags, (struct sockaddr *)&from, &length,
                         NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    FACT("5.9", "flags that there are not: 10045");
    flags = 0x40000000;
    CHECK_EQ(WSARecvFrom(receiver, &room, 1, &received, &flags, (struct sockaddr *)&from, &length,
                         NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEOPNOTSUPP);
    FACT("5.9", "the datagram has waited for the right call");
    CHECK_EQ(check_datagram_send(sender, "next", &address), 4);
    flags = 0;
    CHECK_EQ(WSARecvFrom(receiver, &room, 1, &received, &flags, (struct sockaddr *)&from, &length,
                         NULL, NULL), 0);
    CHECK_EQ(received, 4);
    CHECK(memcmp(buffer, "kept", 4) == 0);
    closesocket(sender);
    closesocket(receiver);
}

static void flags(void)
{
    struct sockaddr_in address;
    SOCKET receiver = check_datagram(&address), sender = check_datagram_unbound();
    static const int of_sends[] = {MSG_PARTIAL, MSG_OOB};
    static const int of_receives[] = {MSG_WAITALL, MSG_OOB};
    u_long on = 1;
    int index;

    CHECK_EQ(ioctlsocket(receiver, FIONBIO, &on), 0);
    FACT("5.8", "a datagram is sent whole, and none is urgent: 10045");
    for (index = 0; index < 2; index++) {
        CHECK_EQ(sendto(sender, "x", 1, of_sends[index], (struct sockaddr *)&address,
                        sizeof address), SOCKET_ERROR);
        CHECK_EQ(WSAGetLastError(), WSAEOPNOTSUPP);
    }
    FACT("5.8", "and one is received at a time: 10045 for MSG_WAITALL");
    CHECK_EQ(check_datagram_send(sender, "right", &address), 5);
    for (index = 0; index < 2; index++) {
        CHECK_EQ(recv(receiver, buffer, 8, of_receives[index]), SOCKET_ERROR);
        CHECK_EQ(WSAGetLastError(), WSAEOPNOTSUPP);
    }
    FACT("5.8", "MSG_PARTIAL is no wish that a receive refuses, and none that it keeps");
    CHECK_EQ(recv(receiver, buffer, 8, MSG_PARTIAL), 5);
    CHECK(memcmp(buffer, "right", 5) == 0);
    closesocket(sender);
    closesocket(receiver);
}

static void broadcast(void)
{
    struct sockaddr_in everybody = check_net_loopback(12345), here = everybody;
    SOCKET s = check_datagram_unbound();
    BOOL on = TRUE;
    int length = sizeof on;

    everybody.sin_addr.s_addr = htonl(INADDR_BROADCAST);
    FACT("5.9", "sending to everybody needs SO_BROADCAST: 10013");
    CHECK_EQ(check_datagram_send(s, "all", &everybody), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEACCES);
    CHECK_EQ(setsockopt(s, SOL_SOCKET, SO_BROADCAST, (char *)&on, sizeof on), 0);
    here.sin_addr.s_addr = htonl(0x7fffffff); /* the loopback's own broadcast address */
    CHECK_EQ(check_datagram_send(s, "all", &here), 3);
    on = FALSE;
    CHECK_EQ(setsockopt(s, SOL_SOCKET, SO_BROADCAST, (char *)&on, sizeof on), 0);
    CHECK_EQ(check_datagram_send(s, "all", &everybody), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEACCES);
    on = 77;
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_BROADCAST, (char *)&on, &length), 0);
    CHECK_EQ(on, FALSE);
    closesocket(s);
}

int main(void)
{
    check_net_start();
    sending();
    receiving();
    flags();
    broadcast();
    return check_end();
}
