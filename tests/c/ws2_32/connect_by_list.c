// test: native Wine 8's WSAConnectByList says that it is not made yet
/* WSAConnectByList: the first address that answers. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

int main(void)
{
    char memory[sizeof(SOCKET_ADDRESS_LIST) + sizeof(SOCKET_ADDRESS)];
    SOCKET_ADDRESS_LIST *list = (SOCKET_ADDRESS_LIST *)memory;
    struct sockaddr_in bad, good, remote;
    DWORD remote_length = sizeof remote, both = 0;
    struct timeval wrong = {-1, 0};
    WSAOVERLAPPED unused;
    unsigned short port, closed;
    SOCKET listener, s;

    check_net_start();
    listener = check_net_listener(&closed);
    CHECK_EQ(closesocket(listener), 0);
    listener = check_net_listener(&port);
    bad = check_net_loopback(closed);
    good = check_net_loopback(port);
    list->iAddressCount = 2;
    list->Address[0].lpSockaddr = (struct sockaddr *)&bad;
    list->Address[0].iSockaddrLength = sizeof bad;
    list->Address[1].lpSockaddr = (struct sockaddr *)&good;
    list->Address[1].iSockaddrLength = sizeof good;

    FACT("11.5", "the first that answers is taken");
    s = check_net_socket();
    CHECK(WSAConnectByList(s, list, NULL, NULL, &remote_length, (struct sockaddr *)&remote, NULL,
                           NULL));
    CHECK(ntohs(remote.sin_port) == port);
    CHECK_EQ(closesocket(s), 0);

    FACT("11.5", "an IPv6 socket takes IPv4 addresses, if it is for both");
    s = socket(AF_INET6, SOCK_STREAM, 0);
    CHECK_EQ(setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, (char *)&both, sizeof both), 0);
    CHECK(WSAConnectByList(s, list, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(closesocket(s), 0);

    FACT("11.5", "nobody answers, nobody is named");
    s = check_net_socket();
    list->iAddressCount = 1;
    CHECK(!WSAConnectByList(s, list, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    list->iAddressCount = 0;
    CHECK(!WSAConnectByList(s, list, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);

    FACT("11.5", "what is wrong, and the socket stays as it was");
    CHECK(!WSAConnectByList(s, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    list->iAddressCount = 2;
    memset(&unused, 0, sizeof unused);
    CHECK(!WSAConnectByList(s, list, NULL, NULL, NULL, NULL, NULL, &unused));
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK(!WSAConnectByList(s, list, NULL, NULL, NULL, NULL, &wrong, NULL));
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK(!WSAConnectByList(INVALID_SOCKET, list, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK(WSAConnectByList(s, list, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(closesocket(listener), 0);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
