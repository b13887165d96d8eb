/* How long select and WSAPoll take: N connected sockets, of which READY have data.
 *
 *   select CALLS
 *
 * Prints a line `NAME NANOSECONDS` for each case, as poll.c does.  A call of select includes what
 * every program has to do: fill the set again.
 */
#define FD_SETSIZE 1000
#include <winsock2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

enum { SOCKETS = FD_SETSIZE };

static WSAPOLLFD entries[SOCKETS];
static SOCKET peers[SOCKETS];
static fd_set all, readable;

static void make_pairs(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    int length = sizeof address;
    SOCKET listener = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(listener, (struct sockaddr *)&address, sizeof address) == 0, "bind");
    check(getsockname(listener, (struct sockaddr *)&address, &length) == 0, "getsockname");
    check(listen(listener, SOMAXCONN) == 0, "listen");
    for (int i = 0; i < SOCKETS; i++) {
        peers[i] = socket(AF_INET, SOCK_STREAM, 0);
        check(connect(peers[i], (struct sockaddr *)&address, length) == 0, "connect");
        entries[i].fd = accept(listener, NULL, NULL);
        check(entries[i].fd != INVALID_SOCKET, "accept");
        entries[i].events = POLLIN;
        FD_SET(entries[i].fd, &all);
    }
}

static int select_all(void)
{
    memcpy(&readable, &all, sizeof all);
    return select(0, &readable, NULL, NULL, NULL);
}

int main(int argc, char **argv)
{
    int calls = argc == 2 ? atoi(argv[1]) : 0, ready[] = {1, SOCKETS};
    WSADATA data;

    check(calls > 0, "CALLS");
    check(WSAStartup(MAKEWORD(2, 2), &data) == 0, "WSAStartup");
    make_pairs();
    for (int which = 0, sent = 0; which < 2; which++) {
        for (; sent < ready[which]; sent++)
            check(send(peers[SOCKETS - 1 - sent], "x", 1, 0) == 1, "send");
        while (WSAPoll(entries, SOCKETS, -1) != ready[which])
            ;
        double started = now();
        for (int i = 0; i < calls; i++)
            check(select_all() == ready[which], "select");
        printf("select, %d ready %.1f\n", ready[which], (now() - started) / calls);
        started = now();
        for (int i = 0; i < calls; i++)
            check(WSAPoll(entries, SOCKETS, -1) == ready[which], "WSAPoll");
        printf("WSAPoll, %d ready %.1f\n", ready[which], (now() - started) / calls);
    }
    WSACleanup();
    return 0;
}
