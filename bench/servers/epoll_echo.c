/* The yardstick: a hand-written echo server on epoll.
 *
 *   epoll_echo CONNECTIONS SIZE
 *
 * The buffer has room for two messages of SIZE bytes, so that one message does not fill it.  One
 * thread; edge-triggered; what arrives is sent back at once.  A short receive says that the
 * socket is drained, so no second call asks for the EAGAIN.  It ends when the last client is gone.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 64

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int open_listener(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t          length = sizeof address;
    int                listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0)
        fail("bind");
    if (listen(listener, SOMAXCONN) != 0)
        fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        fail("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

/* Sends everything; the clients of this measure always read, so waiting is rare and short. */
static int send_all(int socket, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(socket, data, length, MSG_NOSIGNAL);
        if (sent < 0)
            return -1;
        data += sent;
        length -= (size_t)sent;
    }
    return 0;
}

/* 0 when the connection goes on. */
static int echo(int socket, char *buffer, size_t capacity)
{
    for (;;) {
        ssize_t received = recv(socket, buffer, capacity, MSG_DONTWAIT);
        if (received <= 0)
            return received < 0 ? 0 : -1;
        if (send_all(socket, buffer, (size_t)received) != 0)
            return -1;
        if ((size_t)received < capacity)
            return 0;
    }
}

int main(int argc, char **argv)
{
    int                connections = argc == 3 ? atoi(argv[1]) : 0;
    size_t             size = argc == 3 ? (size_t)atoi(argv[2]) : 0;
    char              *buffer = malloc(2 * size);
    int                listener, set, i;
    struct epoll_event events[EVENTS];

    if (connections <= 0 || size == 0 || !buffer)
        return 2;
    listener = open_listener();
    set = epoll_create1(EPOLL_CLOEXEC);
    for (i = 0; i < connections; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET};
        int                on = 1;

        event.data.fd = accept(listener, NULL, NULL);
        if (event.data.fd < 0)
            fail("accept");
        setsockopt(event.data.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (epoll_ctl(set, EPOLL_CTL_ADD, event.data.fd, &event) != 0)
            fail("epoll_ctl");
    }
    while (connections > 0) {
        int count = epoll_wait(set, events, EVENTS, -1);
        for (i = 0; i < count; i++) {
            if (echo(events[i].data.fd, buffer, 2 * size) != 0) {
                close(events[i].data.fd);
                connections--;
            }
        }
    }
    free(buffer);
    return 0;
}
