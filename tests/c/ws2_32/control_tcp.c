// test: native Wine 8 has none of these commands
/* SIO_TCP_INFO, SIO_TCP_INITIAL_RTO, SIO_LOOPBACK_FAST_PATH, SIO_ADDRESS_LIST_SORT,
 * SIO_GET_BROADCAST_ADDRESS, SIO_MULTICAST_SCOPE, SIO_MULTIPOINT_LOOPBACK (D:Winsock IOCTLs). */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <mstcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static DWORD size;

static int ask(SOCKET s, DWORD code, void *in, DWORD in_size, void *out, DWORD out_size)
{
    size = 77;
    WSASetLastError(77);
    WSAIoctl(s, code, in, in_size, out, out_size, &size, NULL, NULL);
    return WSAGetLastError();
}

static void information(void)
{
    TCP_INFO_v1 one;
    TCP_INFO_v0 none;
    DWORD version = 1;
    char data[100];
    SOCKET client, server, datagram = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);

    FACT("11", "SIO_TCP_INFO tells of a connection");
    check_net_pair(&client, &server);
    memset(data, 'x', sizeof data);
    CHECK_EQ(send(client, data, sizeof data, 0), sizeof data);
    CHECK_EQ(recv(server, data, sizeof data, MSG_WAITALL), sizeof data);
    CHECK_EQ(ask(server, SIO_TCP_INFO, &version, sizeof version, &one, sizeof one), 0);
    CHECK_EQ(size, sizeof one);
    CHECK_EQ(one.State, TCPSTATE_ESTABLISHED);
    CHECK_EQ(one.BytesIn, sizeof data);
    CHECK(one.Mss > 0 && one.RcvBuf > 0 && one.Cwnd >= one.Mss);
    CHECK_EQ(ask(client, SIO_TCP_INFO, &version, sizeof version, &one, sizeof one), 0);
    CHECK_EQ(one.BytesOut, sizeof data);
    version = 0;
    CHECK_EQ(ask(client, SIO_TCP_INFO, &version, sizeof version, &none, sizeof none), 0);
    CHECK_EQ(size, sizeof none);
    CHECK_EQ(none.BytesOut, sizeof data);
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_EQ(recv(server, data, sizeof data, 0), 0);
    CHECK_EQ(ask(server, SIO_TCP_INFO, &version, sizeof version, &none, sizeof none), 0);
    CHECK_EQ(none.State, TCPSTATE_CLOSE_WAIT);

    FACT("11", "SIO_TCP_INFO: what is wrong");
    CHECK_EQ(ask(client, SIO_TCP_INFO, &version, 3, &none, sizeof none), WSAEFAULT);
    CHECK_EQ(ask(client, SIO_TCP_INFO, &version, sizeof version, &none, sizeof none - 1),
             WSAEFAULT);
    version = 2;
    CHECK_EQ(ask(client, SIO_TCP_INFO, &version, sizeof version, &one, sizeof one), WSAEINVAL);
    version = 0;
    CHECK_EQ(ask(datagram, SIO_TCP_INFO, &version, sizeof version, &none, sizeof none),
             WSAEOPNOTSUPP);
    CHECK_EQ(closesocket(datagram), 0);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);
}

static void before_connecting(void)
{
    TCP_INITIAL_RTO_PARAMETERS few = {TCP_INITIAL_RTO_UNSPECIFIED_RTT, 1};
    BOOL on = TRUE;
    SOCKET client, server, s = check_net_socket();
    SOCKET datagram = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);

    FACT("11", "what is set before a connect, and only then");
    CHECK_EQ(ask(s, SIO_TCP_INITIAL_RTO, &few, sizeof few, NULL, 0), 0);
    few.MaxSynRetransmissions = TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS;
    CHECK_EQ(ask(s, SIO_TCP_INITIAL_RTO, &few, sizeof few, NULL, 0), 0);
    CHECK_EQ(ask(s, SIO_TCP_INITIAL_RTO, &few, 3, NULL, 0), WSAEFAULT);
    CHECK_EQ(ask(s, SIO_LOOPBACK_FAST_PATH, &on, sizeof on, NULL, 0), 0);
    CHECK_EQ(ask(s, SIO_LOOPBACK_FAST_PATH, NULL, 0, NULL, 0), WSAEFAULT);
    check_net_pair(&client, &server);
    CHECK_EQ(ask(client, SIO_TCP_INITIAL_RTO, &few, sizeof few, NULL, 0), WSAEINVAL);
    CHECK_EQ(ask(client, SIO_LOOPBACK_FAST_PATH, &on, sizeof on, NULL, 0), WSAEINVAL);
    CHECK_EQ(ask(datagram, SIO_TCP_INITIAL_RTO, &few, sizeof few, NULL, 0), WSAEOPNOTSUPP);
    CHECK_EQ(ask(datagram, SIO_LOOPBACK_FAST_PATH, &on, sizeof on, NULL, 0), WSAEOPNOTSUPP);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(closesocket(datagram), 0);
}

static void sorting(void)
{
    static const char *texts[] = {"2001:db8::1", "fc00::7", "::1"};
    struct sockaddr_in6 address[3], *best;
    char memory[sizeof(SOCKET_ADDRESS_LIST) + 2 * sizeof(SOCKET_ADDRESS)], room[512], text[80];
    SOCKET_ADDRESS_LIST *list = (SOCKET_ADDRESS_LIST *)memory;
    SOCKET_ADDRESS_LIST *sorted = (SOCKET_ADDRESS_LIST *)room;
    SOCKET s = socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP), v4 = check_net_socket();
    int i;

    FACT("11", "SIO_ADDRESS_LIST_SORT puts the best destination first");
    memset(address, 0, sizeof address);
    list->iAddressCount = 3;
    for (i = 0; i < 3; i++) {
        address[i].sin6_family = AF_INET6;
        CHECK_EQ(inet_pton(AF_INET6, texts[i], &address[i].sin6_addr), 1);
        list->Address[i].lpSockaddr = (struct sockaddr *)&address[i];
        list->Address[i].iSockaddrLength = sizeof address[i];
    }
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_SORT, list, sizeof memory, room, sizeof room), 0);
    CHECK_EQ(sorted->iAddressCount, 3);
    CHECK_EQ(size, sizeof memory + sizeof address);
    best = (struct sockaddr_in6 *)sorted->Address[0].lpSockaddr;
    CHECK_STR(inet_ntop(AF_INET6, &best->sin6_addr, text, sizeof text), "::1");
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_SORT, list, sizeof memory - 1, room, sizeof room), WSAEFAULT);
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_SORT, list, sizeof memory, room, 10), WSAEFAULT);
    list->iAddressCount = -1;
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_SORT, list, sizeof memory, room, sizeof room), WSAEINVAL);
    CHECK_EQ(ask(v4, SIO_ADDRESS_LIST_SORT, list, sizeof memory, room, sizeof room),
             WSAEOPNOTSUPP);
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(closesocket(v4), 0);
}

static void datagrams(void)
{
    struct sockaddr_in everybody;
    int hops = 5, off = 0, value = 77, length = sizeof value;
    SOCKET s = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP), stream = check_net_socket();

    FACT("11", "commands of datagram sockets");
    CHECK_EQ(ask(s, SIO_GET_BROADCAST_ADDRESS, NULL, 0, &everybody, sizeof everybody), 0);
    CHECK_EQ(everybody.sin_family, AF_INET);
    CHECK_EQ(everybody.sin_addr.s_addr, INADDR_BROADCAST);
    CHECK_EQ(ask(s, SIO_GET_BROADCAST_ADDRESS, NULL, 0, &everybody, 3), WSAEFAULT);
    CHECK_EQ(ask(s, SIO_MULTICAST_SCOPE, &hops, sizeof hops, NULL, 0), 0);
    CHECK_EQ(getsockopt(s, IPPROTO_IP, IP_MULTICAST_TTL, (char *)&value, &length), 0);
    CHECK_EQ(value, 5);
    CHECK_EQ(ask(s, SIO_MULTIPOINT_LOOPBACK, &off, sizeof off, NULL, 0), 0);
    length = sizeof value;
    CHECK_EQ(getsockopt(s, IPPROTO_IP, IP_MULTICAST_LOOP, (char *)&value, &length), 0);
    CHECK_EQ(value, 0);
    CHECK_EQ(ask(s, SIO_MULTICAST_SCOPE, &hops, 3, NULL, 0), WSAEFAULT);
    CHECK_EQ(ask(stream, SIO_MULTICAST_SCOPE, &hops, sizeof hops, NULL, 0), WSAEOPNOTSUPP);
    CHECK_EQ(ask(stream, SIO_UDP_CONNRESET, &off, sizeof off, NULL, 0), WSAEOPNOTSUPP);
    CHECK_EQ(ask(s, SIO_UDP_CONNRESET, NULL, 0, NULL, 0), WSAEFAULT);
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(closesocket(stream), 0);
}

int main(void)
{
    check_net_start();
    information();
    before_connecting();
    sorting();
    datagrams();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
