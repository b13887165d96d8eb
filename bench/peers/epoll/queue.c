/* What a completion port is by hand, with nothing else around it: a receive that waits, a queue
 * under a mutex from which finished receives and sends are taken, and epoll where it is empty.
 *
 * build: cc -O2 -pthread -o OUT IN
 *
 * The least that a program written for a port makes its system do: there are neither handles that
 * may be closed meanwhile, nor cancellation, nor a second thread to be woken.
 */
#include "../echo.h"
#include <errno.h>
#include <sys/epoll.h>

#define EVENTS 64

/* What a request leaves behind. */
typedef struct {
    long   status;
    size_t count;
} RESULT;

typedef struct {
    int    socket;
    int    is_ready; /* there may be something to receive */
    int    ends;     /* and behind it is the end */
    int    is_waiting;
    char  *buffer;
    size_t capacity;
    RESULT received, sent;
} CONNECTION;

typedef struct {
    CONNECTION *connection;
    RESULT     *result;
    size_t      count;
} PACKET;

static int             set;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static PACKET         *packets; /* a ring */
static size_t          first, after, size;

static void complete(CONNECTION *connection, RESULT *result, long status, size_t count)
{
    PACKET packet = {connection, result, count};

    *result = (RESULT){status, count};
    pthread_mutex_lock(&lock);
    packets[after++ % size] = packet;
    pthread_mutex_unlock(&lock);
}

/* Receives what is there, or waits for it. */
static void begin_receive(CONNECTION *connection)
{
    ssize_t count;

    if (connection->is_ready) {
        count = recv(connection->socket, connection->buffer, connection->capacity, MSG_DONTWAIT);
        if (count >= 0 || errno != EAGAIN) {
            connection->is_ready = connection->ends || count == (ssize_t)connection->capacity;
            complete(connection, &connection->received, count < 0 ? errno : 0,
                     count < 0 ? 0 : (size_t)count);
            return;
        }
        connection->is_ready = 0;
    }
    connection->is_waiting = 1;
}

static void begin_send(CONNECTION *connection, size_t count)
{
    int failed = send_all(connection->socket, connection->buffer, count) != 0;

    complete(connection, &connection->sent, failed ? errno : 0, failed ? 0 : count);
}

static void look_at_kernel(void)
{
    struct epoll_event events[EVENTS];
    int                count = epoll_wait(set, events, EVENTS, -1), i;

    for (i = 0; i < count; i++) {
        CONNECTION *connection = (CONNECTION *)events[i].data.ptr;

        connection->is_ready = 1;
        connection->ends |= (events[i].events & ~EPOLLIN) != 0;
        if (connection->is_waiting) {
            connection->is_waiting = 0;
            begin_receive(connection);
        }
    }
}

static PACKET take(void)
{
    for (;;) {
        pthread_mutex_lock(&lock);
        if (first != after) {
            PACKET packet = packets[first++ % size];
            pthread_mutex_unlock(&lock);
            return packet;
        }
        pthread_mutex_unlock(&lock);
        look_at_kernel();
    }
}

int main(int argc, char **argv)
{
    int         threads, left, i;
    SHARE       all = begin_echo(argc, argv, &threads);
    CONNECTION *connections = (CONNECTION *)get_memory((size_t)all.count, sizeof *connections);

    set = epoll_create1(EPOLL_CLOEXEC);
    size = 2 * (size_t)all.count;
    packets = (PACKET *)get_memory(size, sizeof *packets);
    for (i = 0; i < all.count; i++) {
        CONNECTION        *it = &connections[i];
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = it};

        it->socket = all.sockets[i];
        it->capacity = all.capacity;
        it->buffer = (char *)get_memory(1, all.capacity);
        if (epoll_ctl(set, EPOLL_CTL_ADD, it->socket, &event) != 0)
            fail("epoll_ctl");
        begin_receive(it);
    }
    for (left = all.count; left > 0;) {
        PACKET packet = take();

        if (packet.result->status != 0 || packet.count == 0) {
            close(packet.connection->socket);
            left--;
        } else if (packet.result == &packet.connection->received) {
            begin_send(packet.connection, packet.count);
        } else {
            begin_receive(packet.connection);
        }
    }
    return 0;
}
