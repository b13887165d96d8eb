/* The yardstick: a hand-written echo server on epoll.
 *
 * build: cc -O2 -pthread -o OUT IN
 *
 * Edge-triggered; what arrives is sent back at once.  A short receive says that the socket is
 * drained, so no second call asks for the EAGAIN, but where the end of the stream is known to be
 * there.  More threads have a set each; one_set.c is what they are without.
 */
#include "echo_once.h"
#include <sys/epoll.h>

#define EVENTS 64

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
    return echo_in_threads(argc, argv, serve);
}
