/* The queue of queue.c with what Windows promises beside it, and still the least of that:
 *
 *   - A call takes a handle, and another thread may close that at any moment.  The call notes what
 *     it uses and then looks whether the handle still leads there; who closes makes every thread
 *     pass a barrier, and waits until no note is left.
 *   - Any thread may receive, send and close: each direction of a connection has a lock, a receive
 *     that waits can be taken away from it, and every request ends once.
 *   - Any thread may take packets; one that sleeps in the kernel hears of those that are put.
 *
 * build: cc -O2 -pthread -o OUT IN
 *
 * There is one port, which is never closed, and a connection has no other requests than these.
 */
#include "../echo.h"
#include <errno.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

#define EVENTS 64
#define WAKE UINT64_MAX
#define PENDING (-1)
#define MOST_THREADS 64
/* As from a library: a call is a call. */
#define CALL __attribute__((noinline)) static

typedef uint64_t HANDLE; /* the place in the table, and above it its generation */

/* What a request leaves behind, in the program's memory. */
typedef struct {
    long   status;
    size_t count;
} RESULT;

typedef struct {
    void   *key;
    RESULT *result;
    long    status;
    size_t  count;
} PACKET;

typedef struct {
    int         socket;
    atomic_bool receives, sends; /* locks */
    int         is_ready;        /* there may be something to receive */
    int         ends;            /* and behind it is the end */
    RESULT     *waiting;         /* a receive's */
    char       *buffer;          /* and its buffer */
    size_t      capacity;
    void       *key;
} CONNECTION;

typedef struct {
    _Atomic uint32_t      generation; /* 0: closed */
    _Atomic(CONNECTION *) connection;
} PLACE;

/* What a thread uses; on a line of its own. */
typedef struct {
    _Alignas(64) _Atomic(CONNECTION *) connection;
} NOTE;

static PLACE         *table;
static uint32_t       places;
static NOTE           notes[MOST_THREADS];
static atomic_int     noting; /* threads */
static __thread NOTE *own;

static int         set, wake;
static atomic_bool queue; /* the lock of what follows */
static int         asleep;
static PACKET     *packets; /* a ring */
static size_t      first, after, size;

static inline void lock(atomic_bool *it)
{
    while (atomic_exchange_explicit(it, 1, memory_order_acquire))
        sched_yield();
}

static inline void unlock(atomic_bool *it)
{
    atomic_store_explicit(it, 0, memory_order_release);
}

/* The calling thread uses connections from now on. */
static void begin_to_note(void)
{
    int number = atomic_fetch_add(&noting, 1);

    if (number >= MOST_THREADS)
        exit(2);
    own = &notes[number];
}

static HANDLE open_handle(CONNECTION *connection)
{
    uint32_t place = places++;

    atomic_store(&table[place].connection, connection);
    atomic_store(&table[place].generation, 1);
    return (HANDLE)1 << 32 | place;
}

static inline void unpin(void)
{
    atomic_store_explicit(&own->connection, NULL, memory_order_release);
}

/* What a handle leads to, and goes on to until `unpin`. */
static inline CONNECTION *pin(HANDLE handle)
{
    uint32_t    number = (uint32_t)handle, generation = (uint32_t)(handle >> 32);
    CONNECTION *connection;
    PLACE      *place;

    if (number >= places)
        return NULL;
    place = &table[number];
    connection = atomic_load_explicit(&place->connection, memory_order_relaxed);
    atomic_store_explicit(&own->connection, connection, memory_order_relaxed);
    /* The barrier's other half is in close_handle. */
    atomic_signal_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&place->generation, memory_order_acquire) == generation)
        return connection;
    unpin();
    return NULL;
}

static inline void complete(CONNECTION *connection, RESULT *result, long status, size_t count)
{
    PACKET   packet = {connection->key, result, status, count};
    uint64_t one = 1;
    int      wakes;

    result->count = count;
    /* Whoever polls it may then read the count. */
    __atomic_store_n(&result->status, status, __ATOMIC_RELEASE);
    lock(&queue);
    packets[after++ % size] = packet;
    wakes = asleep > 0;
    unlock(&queue);
    if (wakes && write(wake, &one, sizeof one) < 0)
        fail("write");
}

/* Receives what is there.  False when the request has to wait; under the lock. */
static inline int has_received(CONNECTION *connection, char *buffer, size_t capacity,
                               RESULT *result)
{
    ssize_t count = recv(connection->socket, buffer, capacity, MSG_DONTWAIT);

    if (count < 0 && errno == EAGAIN) {
        connection->is_ready = 0;
        return 0;
    }
    connection->is_ready = connection->ends || count == (ssize_t)capacity;
    complete(connection, result, count < 0 ? errno : 0, count < 0 ? 0 : (size_t)count);
    return 1;
}

/* These three return 0, PENDING or an error. */
CALL int receive(HANDLE handle, char *buffer, size_t capacity, RESULT *result)
{
    CONNECTION *connection = pin(handle);
    int         error = 0;

    if (!connection)
        return EBADF;
    lock(&connection->receives);
    if (connection->waiting) {
        error = EBUSY;
    } else {
        result->status = PENDING;
        if (!connection->is_ready || !has_received(connection, buffer, capacity, result)) {
            connection->waiting = result;
            connection->buffer = buffer;
            connection->capacity = capacity;
            error = PENDING;
        }
    }
    unlock(&connection->receives);
    unpin();
    return error;
}

CALL int send_back(HANDLE handle, const char *data, size_t length, RESULT *result)
{
    CONNECTION *connection = pin(handle);
    int         failed;

    if (!connection)
        return EBADF;
    lock(&connection->sends);
    result->status = PENDING;
    failed = send_all(connection->socket, data, length) != 0;
    complete(connection, result, failed ? errno : 0, failed ? 0 : length);
    unlock(&connection->sends);
    unpin();
    return 0;
}

CALL int close_handle(HANDLE handle)
{
    uint32_t    number = (uint32_t)handle, generation = (uint32_t)(handle >> 32);
    CONNECTION *connection;
    int         i;

    if (number >= places ||
        !atomic_compare_exchange_strong(&table[number].generation, &generation, 0))
        return EBADF;
    connection = atomic_load(&table[number].connection);
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0)
        fail("membarrier");
    for (i = 0; i < atomic_load(&noting); i++)
        while (atomic_load(&notes[i].connection) == connection)
            sched_yield();
    if (connection->waiting)
        complete(connection, connection->waiting, ECANCELED, 0);
    close(connection->socket);
    free(connection);
    return 0;
}

static void has_arrived(HANDLE handle, int ends)
{
    CONNECTION *connection = pin(handle);
    RESULT     *result;

    if (!connection)
        return;
    lock(&connection->receives);
    connection->is_ready = 1;
    connection->ends |= ends;
    result = connection->waiting;
    if (result && has_received(connection, connection->buffer, connection->capacity, result))
        connection->waiting = NULL;
    unlock(&connection->receives);
    unpin();
}

CALL PACKET take(void)
{
    struct epoll_event events[EVENTS];
    PACKET             packet;
    int                count, i;

    lock(&queue);
    while (first == after) {
        asleep++;
        unlock(&queue);
        count = epoll_wait(set, events, EVENTS, -1);
        lock(&queue);
        asleep--;
        unlock(&queue);
        for (i = 0; i < count; i++)
            if (events[i].data.u64 != WAKE)
                has_arrived(events[i].data.u64, (events[i].events & ~EPOLLIN) != 0);
        lock(&queue);
    }
    packet = packets[first++ % size];
    unlock(&queue);
    return packet;
}

static void listen_to(int descriptor, uint32_t flags, uint64_t data)
{
    struct epoll_event event = {.events = flags | EPOLLET, .data.u64 = data};

    if (epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) != 0)
        fail("epoll_ctl");
}

/* The program's part. */
typedef struct {
    HANDLE handle;
    RESULT received, sent;
    char   buffer[];
} CLIENT;

int main(int argc, char **argv)
{
    int   threads, left, i;
    SHARE all = begin_echo(argc, argv, &threads);

    if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0)
        fail("membarrier");
    begin_to_note();
    set = epoll_create1(EPOLL_CLOEXEC);
    wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    listen_to(wake, EPOLLIN, WAKE);
    size = 2 * (size_t)all.count;
    packets = (PACKET *)get_memory(size, sizeof *packets);
    table = (PLACE *)get_memory((size_t)all.count, sizeof *table);
    for (i = 0; i < all.count; i++) {
        CONNECTION *it = (CONNECTION *)get_memory(1, sizeof *it);
        CLIENT     *client = (CLIENT *)get_memory(1, sizeof *client + all.capacity);

        it->socket = all.sockets[i];
        it->key = client;
        client->handle = open_handle(it);
        listen_to(it->socket, EPOLLIN | EPOLLRDHUP, client->handle);
        receive(client->handle, client->buffer, all.capacity, &client->received);
    }
    for (left = all.count; left > 0;) {
        PACKET  packet = take();
        CLIENT *client = (CLIENT *)packet.key;

        if (packet.status != 0 || packet.count == 0) {
            close_handle(client->handle);
            free(client);
            left--;
        } else if (packet.result == &client->received) {
            send_back(client->handle, client->buffer, packet.count, &client->sent);
        } else {
            receive(client->handle, client->buffer, all.capacity, &client->received);
        }
    }
    return 0;
}
