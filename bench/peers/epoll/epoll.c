/* The yardstick: a hand-written echo server on epoll.
 *
 * build: cc -O2 -pthread -o OUT IN
 *
 * Edge-triggered; what arrives is sent back at once.  A short receive says that the socket is
 * drained, so no second call asks for the EAGAIN, but where the end of the stream is known to be
 * there.  More threads have a set each; one set for two threads takes 1.4 times the processor time,
 * 1.5 times with EPOLLONESHOT.
 */
#include "../echo.h"
#include <errno.h>
#include <sys/epoll.h>

#define EVENTS 64

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
static int echo_once(int socket, char *buffer, size_t capacity, int ends)
{
    for (;;) {
        ssize_t received = recv(socket, buffer, capacity, MSG_DONTWAIT);
        if (received <= 0)
            return received < 0 && errno == EAGAIN ? 0 : -1;
        if (send_all(socket, buffer, (size_t)received) != 0)
            return -1;
        if ((size_t)received < capacity && !ends)
            return 0;
    }
}

static void *serve(void *parameter)
{
    SHARE             *share = (SHARE *)parameter;
    char              *buffer = (char *)get_memory(1, share->capacity);
    int                set = epoll_create1(EPOLL_CLOEXEC), left = share->count, i;
    struct epoll_event events[EVENTS];

    for (i = 0; i < share->count; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET};

        event.data.fd = share->sockets[i];
        if (epoll_ctl(set, EPOLL_CTL_ADD, event.data.fd, &event) != 0)
            fail("epoll_ctl");
    }
    while (left > 0) {
        int count = epoll_wait(set, events, EVENTS, -1);
        for (i = 0; i < count; i++) {
            int ends = (events[i].events & ~EPOLLIN) != 0;
            if (echo_once(events[i].data.fd, buffer, share->capacity, ends) != 0) {
                close(events[i].data.fd);
                left--;
            }
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    int   threads;
    SHARE all = begin_echo(argc, argv, &threads);

    serve_in_threads(&all, threads, serve);
    return 0;
}
