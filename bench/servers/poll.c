/* How long poll(2) takes: N connected sockets, of which READY have data.
 *
 *   poll CALLS
 *
 * Prints a line `NAME NANOSECONDS` for each case, as select.c does.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "errno_check.h"

enum { SOCKETS = 1000 };

static struct pollfd entries[SOCKETS];
static int peers[SOCKETS];

static void make_pairs(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(listener, (struct sockaddr *)&address, sizeof address) == 0, "bind");
    check(getsockname(listener, (struct sockaddr *)&address, &length) == 0, "getsockname");
    check(listen(listener, SOMAXCONN) == 0, "listen");
    for (int i = 0; i < SOCKETS; i++) {
        peers[i] = socket(AF_INET, SOCK_STREAM, 0);
        check(connect(peers[i], (struct sockaddr *)&address, length) == 0, "connect");
        entries[i].fd = accept(listener, NULL, NULL);
        check(entries[i].fd >= 0, "accept");
        entries[i].events = POLLIN;
    }
}

int main(int argc, char **argv)
{
    int calls = argc == 2 ? atoi(argv[1]) : 0, ready[] = {1, SOCKETS};
    struct rlimit limit;

    check(calls > 0, "CALLS");
    check(getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
    limit.rlim_cur = limit.rlim_max;
    check(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
    make_pairs();
    for (int which = 0, sent = 0; which < 2; which++) {
        for (; sent < ready[which]; sent++)
            check(send(peers[SOCKETS - 1 - sent], "x", 1, 0) == 1, "send");
        while (poll(entries, SOCKETS, -1) != ready[which])
            ;
        double started = now();
        for (int i = 0; i < calls; i++)
            check(poll(entries, SOCKETS, -1) == ready[which], "poll");
        printf("poll, %d ready %.1f\n", ready[which], (now() - started) / calls);
    }
    return 0;
}
