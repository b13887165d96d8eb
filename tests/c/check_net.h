/* Sockets for the C tests: on 127.0.0.1, on ports that the system chooses, since tests run side by
 * side.  Include <winsock2.h> first.  What fails ends the program. */
#ifndef LAPWING_TESTS_CHECK_NET_H
#define LAPWING_TESTS_CHECK_NET_H

#include "check.h"

#define CHECK_NET_NEEDS(condition) \
    ((condition) ? (void)0 : check_net_end(#condition, __FILE__, __LINE__))

CHECK_UNUSED static void check_net_end(const char *text, const char *file, int line)
{
    check_that(0, text, file, line);
    check_line("  error %d\n", WSAGetLastError());
    exit(check_end());
}

/* Starts Winsock 2.2. */
CHECK_UNUSED static void check_net_start(void)
{
    WSADATA data;
    CHECK_NET_NEEDS(WSAStartup(MAKEWORD(2, 2), &data) == 0);
}

/* A TCP socket that can do overlapped I/O. */
CHECK_UNUSED static SOCKET check_net_socket(void)
{
    SOCKET s = WSASocketA(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    CHECK_NET_NEEDS(s != INVALID_SOCKET);
    return s;
}

/* 127.0.0.1 with a port in host byte order; 0: the system chooses. */
CHECK_UNUSED static struct sockaddr_in check_net_loopback(unsigned short port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/* A TCP socket with a local address, as ConnectEx wants one. */
CHECK_UNUSED static SOCKET check_net_bound(void)
{
    SOCKET s = check_net_socket();
    struct sockaddr_in any = check_net_loopback(0);
    CHECK_NET_NEEDS(bind(s, (struct sockaddr *)&any, sizeof any) == 0);
    return s;
}

/* A listening socket; *port receives its port in host byte order. */
CHECK_UNUSED static SOCKET check_net_listener(unsigned short *port)
{
    SOCKET s = check_net_socket();
    struct sockaddr_in address = check_net_loopback(0);
    int length = sizeof address;
    CHECK_NET_NEEDS(bind(s, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK_NET_NEEDS(listen(s, SOMAXCONN) == 0);
    CHECK_NET_NEEDS(getsockname(s, (struct sockaddr *)&address, &length) == 0);
    *port = ntohs(address.sin_port);
    return s;
}

/* A connected socket to that port of 127.0.0.1. */
CHECK_UNUSED static SOCKET check_net_connect(unsigned short port)
{
    SOCKET s = check_net_socket();
    struct sockaddr_in address = check_net_loopback(port);
    CHECK_NET_NEEDS(connect(s, (struct sockaddr *)&address, sizeof address) == 0);
    return s;
}

/* Two connected sockets: what one sends the other receives. */
CHECK_UNUSED static void check_net_pair(SOCKET *client, SOCKET *server)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port);
    *client = check_net_connect(port);
    *server = accept(listener, NULL, NULL);
    CHECK_NET_NEEDS(*server != INVALID_SOCKET);
    CHECK_NET_NEEDS(closesocket(listener) == 0);
}

/* Closes so that the peer sees a reset. */
CHECK_UNUSED static void check_net_reset(SOCKET s)
{
    struct linger linger = {1, 0};
    CHECK_NET_NEEDS(setsockopt(s, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger) == 0);
    CHECK_NET_NEEDS(closesocket(s) == 0);
}

#endif
