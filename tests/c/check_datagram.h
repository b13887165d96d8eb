/* UDP sockets for the C tests, on 127.0.0.1.  Include <winsock2.h> and <windows.h> first. */
#ifndef LAPWING_TESTS_CHECK_DATAGRAM_H
#define LAPWING_TESTS_CHECK_DATAGRAM_H

#include "check_net.h"

/* A UDP socket that can do overlapped I/O, without an address. */
CHECK_UNUSED static SOCKET check_datagram_unbound(void)
{
    SOCKET s = WSASocketA(AF_INET, SOCK_DGRAM, IPPROTO_UDP, NULL, 0, WSA_FLAG_OVERLAPPED);
    CHECK_NET_NEEDS(s != INVALID_SOCKET);
    return s;
}

/* One that is bound; *own receives its address. */
CHECK_UNUSED static SOCKET check_datagram(struct sockaddr_in *own)
{
    SOCKET s = check_datagram_unbound();
    int length = sizeof *own;
    *own = check_net_loopback(0);
    CHECK_NET_NEEDS(bind(s, (struct sockaddr *)own, sizeof *own) == 0);
    CHECK_NET_NEEDS(getsockname(s, (struct sockaddr *)own, &length) == 0);
    return s;
}

/* An address at which nobody listens: of a socket that was just closed. */
CHECK_UNUSED static struct sockaddr_in check_datagram_nobody(void)
{
    struct sockaddr_in address;
    CHECK_NET_NEEDS(closesocket(check_datagram(&address)) == 0);
    return address;
}

/* Sends text, without its terminator. */
CHECK_UNUSED static int check_datagram_send(SOCKET s, const char *text,
                                            const struct sockaddr_in *to)
{
    return sendto(s, text, (int)strlen(text), 0, (const struct sockaddr *)to, sizeof *to);
}

/* Whether both are the same IPv4 address and port. */
CHECK_UNUSED static int check_datagram_same(const void *left, const struct sockaddr_in *right)
{
    struct sockaddr_in address;
    memcpy(&address, left, sizeof address);
    return address.sin_family == right->sin_family && address.sin_port == right->sin_port &&
           address.sin_addr.s_addr == right->sin_addr.s_addr;
}

/* A receive that hangs for longer than this has failed. */
CHECK_UNUSED static void check_datagram_guard(SOCKET s)
{
    DWORD milliseconds = 5000;
    CHECK_NET_NEEDS(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, (char *)&milliseconds,
                               sizeof milliseconds) == 0);
}

#endif
