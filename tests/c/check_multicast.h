/* Multicast for the C tests, on the loopback interface, which has the number 1 on both systems.
 * Include <winsock2.h>, <ws2tcpip.h> and <windows.h> first. */
#ifndef LAPWING_TESTS_CHECK_MULTICAST_H
#define LAPWING_TESTS_CHECK_MULTICAST_H

#include "check_datagram.h"

/* A UDP socket at the port on every interface, which it shares; port 0: the system chooses. */
CHECK_UNUSED static SOCKET check_multicast_receiver(unsigned short *port)
{
    struct sockaddr_in address = check_net_loopback(*port);
    SOCKET s = check_datagram_unbound();
    BOOL on = TRUE;
    int length = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_ANY);
    CHECK_NET_NEEDS(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, (char *)&on, sizeof on) == 0);
    CHECK_NET_NEEDS(bind(s, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK_NET_NEEDS(getsockname(s, (struct sockaddr *)&address, &length) == 0);
    *port = ntohs(address.sin_port);
    check_datagram_guard(s);
    return s;
}

/* A socket whose multicasts go out by the loopback interface. */
CHECK_UNUSED static SOCKET check_multicast_sender(void)
{
    struct in_addr loopback;
    struct sockaddr_in own;
    SOCKET s = check_datagram(&own);
    loopback.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_NET_NEEDS(setsockopt(s, IPPROTO_IP, IP_MULTICAST_IF, (char *)&loopback,
                               sizeof loopback) == 0);
    return s;
}

/* 239.255.77.1 with this port. */
CHECK_UNUSED static struct sockaddr_in check_multicast_group(unsigned short port)
{
    struct sockaddr_in group = check_net_loopback(port);
    group.sin_addr.s_addr = htonl(0xefff4d01);
    return group;
}

/* Joins or leaves the group: IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP; 0 or the error.  The interface
 * is an address in host byte order. */
CHECK_UNUSED static int check_multicast_member(SOCKET s, int option, u_long of_interface)
{
    struct ip_mreq request;
    request.imr_multiaddr = check_multicast_group(0).sin_addr;
    request.imr_interface.s_addr = htonl(of_interface);
    return setsockopt(s, IPPROTO_IP, option, (char *)&request, sizeof request) == 0
               ? 0
               : WSAGetLastError();
}

/* Receives and says whether it is this text. */
CHECK_UNUSED static int check_multicast_arrives(SOCKET s, const char *text)
{
    char buffer[32];
    int length = recv(s, buffer, sizeof buffer, 0);
    return length == (int)strlen(text) && memcmp(buffer, text, length) == 0;
}

/* Whether what has been sent to the socket so far has not come: what is sent to it now is next. */
CHECK_UNUSED static int check_multicast_missed(SOCKET s, SOCKET sender, unsigned short port)
{
    struct sockaddr_in direct = check_net_loopback(port);
    return check_datagram_send(sender, "direct", &direct) == 6 &&
           check_multicast_arrives(s, "direct");
}

#endif
