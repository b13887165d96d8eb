/* When a datagram socket is ready, for select and WSAPoll.  Its network events:
 * event_select_connect.c; what WSAPoll answers in general: poll.c.
 * semantics.md: 9.5, 9.7, 11.3; T:sock:test_connect_time */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_datagram.h"

static char buffer[16];

/* Which of read, write and except (1, 2, 4) are so. */
static int ready(SOCKET s)
{
    struct timeval none = {0, 0};
    fd_set sets[3];
    int index, seen = 0;
    for (index = 0; index < 3; index++) {
        FD_ZERO(&sets[index]);
        FD_SET(s, &sets[index]);
    }
    CHECK_NET_NEEDS(select(0, &sets[0], &sets[1], &sets[2], &none) >= 0);
    for (index = 0; index < 3; index++)
        if (FD_ISSET(s, &sets[index]))
            seen |= 1 << index;
    return seen;
}

static int polled(SOCKET s)
{
    WSAPOLLFD asked;
    asked.fd = s;
    asked.events = POLLRDNORM | POLLRDBAND | POLLWRNORM;
    asked.revents = 0x55;
    CHECK_NET_NEEDS(WSAPoll(&asked, 1, 0) >= 0);
    return asked.revents;
}

static void levels(void)
{
    struct sockaddr_in address;
    SOCKET s = check_datagram(&address), unbound = check_datagram_unbound();

    FACT("9.5", "a datagram socket can send, with an address or without");
    CHECK_EQ(ready(unbound), 2);
    CHECK_EQ(polled(unbound), POLLWRNORM);
    CHECK_EQ(ready(s), 2);
    CHECK_EQ(polled(s), POLLWRNORM);
    FACT("9.5", "readable until the last datagram has been received, an empty one too");
    CHECK_EQ(check_datagram_send(unbound, "data", &address), 4);
    CHECK_EQ(check_datagram_send(unbound, "", &address), 0);
    CHECK_EQ(ready(s), 3);
    CHECK_EQ(polled(s), POLLRDNORM | POLLWRNORM);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), 4);
    CHECK_EQ(ready(s), 3);
    CHECK_EQ(polled(s), POLLRDNORM | POLLWRNORM);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), 0);
    CHECK_EQ(ready(s), 2);
    CHECK_EQ(polled(s), POLLWRNORM);
    FACT("9.5", "one that was cut off is gone");
    CHECK_EQ(check_datagram_send(unbound, "data", &address), 4);
    CHECK_EQ(recv(s, buffer, 1, 0), SOCKET_ERROR);
    CHECK_EQ(ready(s), 2);
    closesocket(unbound);
    closesocket(s);
}

static void connect_time(void)
{
    struct sockaddr_in address;
    SOCKET peer = check_datagram(&address), s = check_datagram_unbound();
    DWORD seconds = 7;
    int length = sizeof seconds;

    FACT("11.3", "a peer is no connection: SO_CONNECT_TIME is all ones");
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_CONNECT_TIME, (char *)&seconds, &length), 0);
    CHECK_EQ(seconds, 0xFFFFFFFF);
    closesocket(s);
    closesocket(peer);
}

int main(void)
{
    check_net_start();
    levels();
    connect_time();
    return check_end();
}
