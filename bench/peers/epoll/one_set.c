/* The hand-written server on epoll, but its threads share one set, as the workers of a port do: any
 * of them is given any connection's message.  A client has one message under way, so no two of them
 * are given the same connection's.
 *
 * build: cc -O2 -pthread -o OUT IN
 */
#include "echo_once.h"
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#define EVENTS 64

static int        set, over; /* `over` is ready when the last connection is gone */
static atomic_int left;

static void add(int descriptor, unsigned events)
{
    struct epoll_event event = {.events = events};

    event.data.fd = descriptor;
    if (epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) != 0)
        fail("epoll_ctl");
}

static void *serve(void *parameter)
{
    SHARE             *share = (SHARE *)parameter;
    char              *buffer = (char *)get_memory(1, share->capacity);
    struct epoll_event events[EVENTS];

    for (;;) {
        int count = epoll_wait(set, events, EVENTS, -1), i;

        for (i = 0; i < count; i++) {
            int descriptor = events[i].data.fd, ends = (events[i].events & ~EPOLLIN) != 0;

            if (descriptor == over)
                return NULL;
            if (echo_once(descriptor, buffer, share->capacity, ends) == 0)
                continue;
            close(descriptor);
            if (atomic_fetch_sub(&left, 1) == 1 && eventfd_write(over, 1) != 0)
                fail("eventfd");
        }
    }
}

int main(int argc, char **argv)
{
    int   threads, i;
    SHARE all = begin_echo(argc, argv, &threads);

    set = epoll_create1(EPOLL_CLOEXEC);
    over = eventfd(0, EFD_CLOEXEC);
    if (set < 0 || over < 0)
        fail("a set and its end");
    left = all.count;
    for (i = 0; i < all.count; i++)
        add(all.sockets[i], EPOLLIN | EPOLLRDHUP | EPOLLET);
    add(over, EPOLLIN);
    serve_in_threads(&all, threads, serve);
    return 0;
}
