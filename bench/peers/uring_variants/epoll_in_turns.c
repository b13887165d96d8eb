/* epoll as a completion port with one worker uses it: all that is ready is received, each
 * connection into its own buffer, then the program sees it and answers.  A client has one message
 * under way, so it fits, and nothing is left to read where the end of the stream is told.
 *
 * build: cc -O2 -pthread -o OUT IN
 */
#include "../echo.h"
#include <sys/epoll.h>

#define EVENTS 64

static int open_set(const SHARE *all)
{
    int set = epoll_create1(EPOLL_CLOEXEC), i;

    for (i = 0; i < all->count; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET};

        event.data.u32 = (unsigned)i;
        if (epoll_ctl(set, EPOLL_CTL_ADD, all->sockets[i], &event) != 0)
            fail("epoll_ctl");
    }
    return set;
}

int main(int argc, char **argv)
{
    int                threads, set, left, i;
    SHARE              all = begin_echo(argc, argv, &threads);
    char              *memory = (char *)get_memory((size_t)all.count, all.capacity);
    struct epoll_event events[EVENTS];
    ssize_t            received[EVENTS];

    set = open_set(&all);
    for (left = all.count; left > 0;) {
        int count = epoll_wait(set, events, EVENTS, -1);

        for (i = 0; i < count; i++) {
            unsigned number = events[i].data.u32;
            received[i] = recv(all.sockets[number], memory + number * all.capacity, all.capacity,
                               MSG_DONTWAIT);
        }
        for (i = 0; i < count; i++) {
            unsigned number = events[i].data.u32;
            char    *data = memory + number * all.capacity;

            if (received[i] > 0)
                send_all(all.sockets[number], data, (size_t)received[i]);
            if ((events[i].events & ~EPOLLIN) != 0) {
                close(all.sockets[number]);
                left--;
            }
        }
    }
    return 0;
}
