/* The other yardstick: a hand-written echo server on io_uring.
 *
 * build: cc -O2 -pthread -o OUT IN -luring
 * needs: /usr/include/liburing.h liburing-dev
 *
 * One thread owns a ring (single issuer, deferred task work).  Each socket has one multishot
 * receive, which takes buffers from a ring of them; a buffer is sent from where it lies, and all
 * sends of a turn go to the kernel with the call that waits for the next turn.
 *
 * A send that succeeds says nothing (CQE_SKIP_SUCCESS): with one connection the wait would else
 * end with what it has itself begun, two calls for a message.  Nor does it wait (MSG_DONTWAIT), so
 * it is over when the call that submitted it returns.  Then its buffer goes back, unless a
 * completion says that not all was sent (MSG_WAITALL makes that a failure); the rest is sent by a
 * request that waits for room and says when it is done.
 *
 * More threads have a ring each.
 */
#include "../echo.h"
#include <liburing.h>
#include <string.h>
#include <sys/mman.h>

#define NOTHING (-1)
#define BUFFERS_MAX 32768u
#define SUBMISSIONS_MAX 4096u

/* The low bits of user_data; above them is the connection's number. */
enum { RECEIVE, SEND, SEND_REST, KINDS };

typedef struct {
    int      next; /* in the line */
    unsigned length;
} BUFFER;

typedef struct {
    int      socket;
    int      first, last;   /* the line of buffers to be sent; the first is being sent */
    unsigned sent;          /* of the first */
    int      failed, ended; /* its send was short; nothing more will come */
} CONNECTION;

typedef struct {
    struct io_uring           ring;
    struct io_uring_buf_ring *free_buffers;
    char                     *memory;
    unsigned                  capacity;
    int                       mask, returned, left;
    BUFFER                   *buffers;
    CONNECTION               *connections;
    /* Connections: whose send is submitted with this turn, was with the last; without a buffer. */
    int *turn, *last_turn, *starved;
    int  turn_count, starved_count;
    int  hurry; /* there is something to do as soon as this turn's sends are over */
} SERVER;

static void check(int result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "%s: %s\n", what, strerror(-result));
        exit(1);
    }
}

static struct io_uring_sqe *next_submission(SERVER *server, int kind, int number)
{
    struct io_uring_sqe *entry = io_uring_get_sqe(&server->ring);

    if (!entry) {
        check(io_uring_submit(&server->ring), "io_uring_submit");
        entry = io_uring_get_sqe(&server->ring);
    }
    entry->user_data = (unsigned)number * KINDS + (unsigned)kind;
    return entry;
}

static void receive(SERVER *server, int number)
{
    struct io_uring_sqe *entry = next_submission(server, RECEIVE, number);
    __u64                user_data = entry->user_data;

    io_uring_prep_recv_multishot(entry, number, NULL, 0, 0);
    entry->flags = IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    entry->user_data = user_data;
}

/* Sends what is left of the first buffer in the line. */
static void send_first(SERVER *server, int number, int kind)
{
    CONNECTION          *connection = &server->connections[number];
    int                  first = connection->first;
    struct io_uring_sqe *entry = next_submission(server, kind, number);
    __u64                user_data = entry->user_data;
    int                  flags = MSG_NOSIGNAL | MSG_WAITALL;

    if (kind == SEND) {
        flags |= MSG_DONTWAIT;
        server->turn[server->turn_count++] = number;
    }
    io_uring_prep_send(entry, number,
                       server->memory + (size_t)first * server->capacity + connection->sent,
                       server->buffers[first].length - connection->sent, flags);
    entry->flags = IOSQE_FIXED_FILE | (kind == SEND ? IOSQE_CQE_SKIP_SUCCESS : 0);
    entry->user_data = user_data;
}

static void give_back(SERVER *server, int buffer)
{
    io_uring_buf_ring_add(server->free_buffers, server->memory + (size_t)buffer * server->capacity,
                          server->capacity, (unsigned short)buffer, server->mask,
                          server->returned++);
}

static void close_connection(SERVER *server, int number)
{
    int nothing = -1;

    check(io_uring_register_files_update(&server->ring, (unsigned)number, &nothing, 1), "files");
    close(server->connections[number].socket);
    server->left--;
}

/* The first buffer of the line is sent: it goes back, and the next one follows. */
static void end_first(SERVER *server, int number)
{
    CONNECTION *connection = &server->connections[number];
    int         first = connection->first;

    connection->first = server->buffers[first].next;
    connection->sent = 0;
    give_back(server, first);
    if (connection->first != NOTHING)
        send_first(server, number, SEND);
    else if (connection->ended)
        close_connection(server, number);
    server->hurry |= connection->first != NOTHING;
}

/* A send that has come to less than it should. */
static void on_short(CONNECTION *connection, int result)
{
    connection->failed = 1;
    if (result > 0)
        connection->sent += (unsigned)result;
}

static void on_received(SERVER *server, int number, int result, unsigned flags)
{
    CONNECTION *connection = &server->connections[number];

    if (result > 0) {
        int buffer = (int)(flags >> IORING_CQE_BUFFER_SHIFT);

        server->buffers[buffer] = (BUFFER){NOTHING, (unsigned)result};
        if (connection->first != NOTHING) {
            server->buffers[connection->last].next = buffer;
            server->hurry = 1;
        } else {
            connection->first = buffer;
            send_first(server, number, SEND);
        }
        connection->last = buffer;
        if (!(flags & IORING_CQE_F_MORE))
            receive(server, number);
    } else if (result == -ENOBUFS) {
        server->starved[server->starved_count++] = number;
    } else {
        connection->ended = 1;
        if (connection->first == NOTHING)
            close_connection(server, number);
        server->hurry = 1;
    }
}

/* What was submitted with the last turn is over. */
static void end_last_turn(SERVER *server)
{
    int *done = server->turn, count = server->turn_count, i;

    server->turn = server->last_turn;
    server->last_turn = done;
    server->turn_count = 0;
    for (i = 0; i < count; i++) {
        CONNECTION *connection = &server->connections[done[i]];

        if (connection->failed) {
            connection->failed = 0;
            send_first(server, done[i], SEND_REST);
        } else {
            end_first(server, done[i]);
        }
    }
}

/* Takes what is complete now; what comes meanwhile is for the next turn. */
static void take_completions(SERVER *server)
{
    struct io_uring *ring = &server->ring;
    unsigned         count = io_uring_cq_ready(ring), head = *ring->cq.khead, i;
    unsigned         mask = ring->cq.ring_entries - 1;

    for (i = 0; i < count; i++) {
        struct io_uring_cqe *done = &ring->cq.cqes[(head + i) & mask];
        if (done->user_data % KINDS == SEND)
            on_short(&server->connections[done->user_data / KINDS], done->res);
    }
    end_last_turn(server);
    for (i = 0; i < count; i++) {
        struct io_uring_cqe *done = &ring->cq.cqes[(head + i) & mask];
        int                  number = (int)(done->user_data / KINDS);

        if (done->user_data % KINDS == RECEIVE)
            on_received(server, number, done->res, done->flags);
        else if (done->user_data % KINDS == SEND_REST)
            end_first(server, number); /* a failed one too: a peer that is gone ends its receive */
    }
    io_uring_cq_advance(ring, count);
}

static void give_to_the_kernel(SERVER *server)
{
    int count = server->returned;

    io_uring_buf_ring_advance(server->free_buffers, count);
    server->returned = 0;
    while (count-- > 0 && server->starved_count > 0)
        receive(server, server->starved[--server->starved_count]);
    /* No buffer may be left but those that this turn sends. */
    server->hurry |= server->starved_count > 0 && server->turn_count > 0;
}

static void open_ring(SERVER *server, const SHARE *share)
{
    struct io_uring_params  parameters = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                 IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP,
    };
    struct io_uring_buf_reg group = {0};
    unsigned                buffers = 16, i;

    while (buffers < 2 * (unsigned)share->count && buffers < BUFFERS_MAX)
        buffers *= 2;
    parameters.cq_entries = 4 * buffers;
    check(io_uring_queue_init_params(buffers < SUBMISSIONS_MAX ? buffers : SUBMISSIONS_MAX,
                                     &server->ring, &parameters), "io_uring_queue_init");
    check(io_uring_register_ring_fd(&server->ring), "io_uring_register_ring_fd");
    check(io_uring_register_files(&server->ring, share->sockets, (unsigned)share->count),
          "io_uring_register_files");
    server->free_buffers = (struct io_uring_buf_ring *)mmap(
        NULL, buffers * sizeof(struct io_uring_buf), PROT_READ | PROT_WRITE,
        MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    if (server->free_buffers == MAP_FAILED)
        fail("mmap");
    io_uring_buf_ring_init(server->free_buffers);
    group.ring_addr = (unsigned long)server->free_buffers;
    group.ring_entries = buffers;
    check(io_uring_register_buf_ring(&server->ring, &group, 0), "io_uring_register_buf_ring");
    server->capacity = (unsigned)share->capacity;
    server->memory = (char *)get_memory(buffers, share->capacity);
    server->buffers = (BUFFER *)get_memory(buffers, sizeof *server->buffers);
    server->mask = io_uring_buf_ring_mask(buffers);
    for (i = 0; i < buffers; i++)
        give_back(server, (int)i);
}

static void *serve(void *parameter)
{
    SHARE *share = (SHARE *)parameter;
    SERVER server = {.left = share->count};
    size_t count = (size_t)share->count;
    int    i;

    open_ring(&server, share);
    server.connections = (CONNECTION *)get_memory(count, sizeof *server.connections);
    server.turn = (int *)get_memory(count, sizeof(int));
    server.last_turn = (int *)get_memory(count, sizeof(int));
    server.starved = (int *)get_memory(count, sizeof(int));
    for (i = 0; i < share->count; i++) {
        server.connections[i] = (CONNECTION){.socket = share->sockets[i], .first = NOTHING};
        receive(&server, i);
    }
    while (server.left > 0) {
        give_to_the_kernel(&server);
        check(server.hurry ? io_uring_submit_and_get_events(&server.ring)
                           : io_uring_submit_and_wait(&server.ring, 1), "io_uring_submit");
        server.hurry = 0;
        take_completions(&server);
    }
    io_uring_queue_exit(&server.ring);
    return NULL;
}

int main(int argc, char **argv)
{
    return echo_in_threads(argc, argv, serve);
}
