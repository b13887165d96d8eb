/* An echo server as a completion port with one worker would be on io_uring; docs/io-uring.md asks
 * whether that pays.
 *
 * Each socket has one multishot receive, which takes buffers from a ring of them.  What came is
 * copied into the connection's own buffer, because a Windows program says where it wants its data,
 * and is sent from there: at once (SEND_AT_ONCE), or with the call that waits for what comes next.
 * The ring belongs to one thread (single issuer, deferred task work), or several may use it
 * (SHARED).
 *
 * It is the least that such an engine could cost.  That the kernel takes data which no request has
 * asked for yet, that a second thread may come, SO_RCVBUF, cancellation: nothing of that is here.
 * A connection has one message under way, so its buffer is free when the next one comes.
 */
#include "../echo.h"
#include <errno.h>
#include <liburing.h>
#include <string.h>

#ifdef SEND_AT_ONCE
#define IS_SENT_AT_ONCE 1
#else
#define IS_SENT_AT_ONCE 0
#endif

#ifdef SHARED
#define RING_FLAGS IORING_SETUP_COOP_TASKRUN
#else
#define RING_FLAGS (IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN)
#endif

#define RESULTS 4096u
#define SUBMISSIONS 1024u
#define BUFFERS_MAX 32768u
#define SENT UINT64_MAX

typedef struct {
    char    *buffer;
    size_t   filled; /* in this turn */
    unsigned turn;
} CONNECTION;

static struct io_uring           ring;
static struct io_uring_buf_ring *free_buffers;
static char                     *memory;
static unsigned                  buffers = 64;
static SHARE                     all;
static CONNECTION               *connections;

static void check(int result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "%s: %s\n", what, strerror(-result));
        exit(1);
    }
}

static struct io_uring_sqe *next_submission(void)
{
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring);

    if (!entry) {
        check(io_uring_submit(&ring), "io_uring_submit");
        entry = io_uring_get_sqe(&ring);
    }
    return entry;
}

static void receive(unsigned number)
{
    struct io_uring_sqe *entry = next_submission();

    io_uring_prep_recv_multishot(entry, (int)number, NULL, 0, 0);
    entry->flags = IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    entry->user_data = number;
}

/* The data leaves with the next call that waits. */
static void send_later(unsigned number, const char *data, size_t length)
{
    struct io_uring_sqe *entry = next_submission();

    io_uring_prep_send(entry, (int)number, data, length, MSG_NOSIGNAL | MSG_WAITALL);
    entry->flags = IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    entry->user_data = SENT;
}

static void give_back(unsigned buffer, int offset)
{
    io_uring_buf_ring_add(free_buffers, memory + buffer * all.capacity, (unsigned)all.capacity,
                          (unsigned short)buffer, (int)buffers - 1, offset);
}

static void echo(unsigned number, const char *data, size_t length, unsigned turn)
{
    CONNECTION *connection = &connections[number];
    char       *place = connection->buffer;

    if (IS_SENT_AT_ONCE) {
        memcpy(place, data, length);
        send_all(all.sockets[number], place, length);
        return;
    }
    if (connection->turn != turn) {
        connection->turn = turn;
        connection->filled = 0;
    }
    place += connection->filled;
    connection->filled += length;
    if (connection->filled > all.capacity) {
        fprintf(stderr, "a client has more than one message under way\n");
        exit(1);
    }
    memcpy(place, data, length);
    send_later(number, place, length);
}

static void open_ring(void)
{
    struct io_uring_params  parameters = {.flags = RING_FLAGS | IORING_SETUP_CQSIZE};
    struct io_uring_buf_reg group = {0};
    unsigned                i;

    while (buffers < (unsigned)all.count && buffers < BUFFERS_MAX)
        buffers *= 2;
    parameters.cq_entries = RESULTS;
    check(io_uring_queue_init_params(SUBMISSIONS, &ring, &parameters), "io_uring_queue_init");
    check(io_uring_register_ring_fd(&ring), "io_uring_register_ring_fd");
    check(io_uring_register_files(&ring, all.sockets, (unsigned)all.count), "files");
    memory = (char *)get_memory(buffers, all.capacity);
    if (posix_memalign((void **)&free_buffers, 4096, buffers * sizeof(struct io_uring_buf)) != 0)
        fail("posix_memalign");
    memset(free_buffers, 0, buffers * sizeof(struct io_uring_buf));
    group.ring_addr = (uintptr_t)free_buffers;
    group.ring_entries = buffers;
    check(io_uring_register_buf_ring(&ring, &group, 0), "io_uring_register_buf_ring");
    for (i = 0; i < buffers; i++)
        give_back(i, (int)i);
    io_uring_buf_ring_advance(free_buffers, (int)buffers);
}

/* Takes what is complete; how many connections have ended. */
static int take_completions(unsigned turn)
{
    struct io_uring_cqe *done;
    unsigned             head, count = 0;
    int                  returned = 0, ended = 0;

    io_uring_for_each_cqe(&ring, head, done) {
        unsigned number = (unsigned)done->user_data;

        count++;
        if (done->user_data == SENT)
            continue;
        if (done->res > 0) {
            unsigned buffer = done->flags >> IORING_CQE_BUFFER_SHIFT;

            echo(number, memory + buffer * all.capacity, (size_t)done->res, turn);
            give_back(buffer, returned++);
        } else if (done->res != -ENOBUFS) {
            ended++;
            continue;
        }
        if (!(done->flags & IORING_CQE_F_MORE))
            receive(number);
    }
    io_uring_buf_ring_advance(free_buffers, returned);
    io_uring_cq_advance(&ring, count);
    return ended;
}

int main(int argc, char **argv)
{
    int      threads, left, i;
    unsigned turn = 0;

    all = begin_echo(argc, argv, &threads);
    connections = (CONNECTION *)get_memory((size_t)all.count, sizeof *connections);
    open_ring();
    for (i = 0; i < all.count; i++) {
        connections[i].buffer = (char *)get_memory(1, all.capacity);
        receive((unsigned)i);
    }
    for (left = all.count; left > 0;) {
        int result = io_uring_submit_and_wait(&ring, 1);

        if (result != -EINTR)
            check(result, "io_uring_submit_and_wait");
        left -= take_completions(++turn);
    }
    return 0;
}
