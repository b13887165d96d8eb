/* What an overlapped ReadFile on a completion port is by hand, with nothing else around it, where
 * what is asked for is in memory: preadv2(RWF_NOWAIT) into the program's buffer, the status block
 * written, a packet put into a queue under a mutex, and taken from it.  The same blocks as
 * port_read.c, 32 at a time; as many packets are taken at a time as there are.
 *
 *   queue_read FILE COUNT
 *
 * There are neither handles that may be closed meanwhile, nor cancellation, nor reads that others
 * wait for.  Prints the seconds and the processor seconds.
 *
 * build: cc -O2 -pthread -o OUT IN
 */
#include "cached_blocks.h"
#include <pthread.h>

/* What a request leaves behind. */
typedef struct {
    long   status;
    size_t count;
} REQUEST;

typedef struct {
    REQUEST *request;
    size_t   count;
} PACKET;

static REQUEST         requests[DEPTH];
static int             file;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static PACKET          packets[DEPTH]; /* a ring */
static unsigned        first, after;

static void complete(REQUEST *request, long status, size_t count)
{
    PACKET packet = {request, count};

    *request = (REQUEST){status, count};
    pthread_mutex_lock(&lock);
    packets[after++ % DEPTH] = packet;
    pthread_mutex_unlock(&lock);
}

static void read_one(REQUEST *request)
{
    ssize_t count = read_block(file, memory[request - requests]);

    complete(request, count < 0 ? errno : 0, count < 0 ? 0 : (size_t)count);
}

/* Takes all packets that there are; how many. */
static unsigned take(PACKET *taken)
{
    unsigned count = 0;

    pthread_mutex_lock(&lock);
    while (first != after)
        taken[count++] = packets[first++ % DEPTH];
    pthread_mutex_unlock(&lock);
    return count;
}

int main(int argc, char **argv)
{
    PACKET   taken[DEPTH];
    long     count, begun = 0, ended = 0;
    unsigned there, at;

    check(argc == 3, "FILE COUNT");
    count = atol(argv[2]);
    file = open_blocks(argv[1]);
    begin();
    for (; begun < DEPTH && begun < count; begun++)
        read_one(&requests[begun]);
    while (ended < count) {
        there = take(taken);
        for (at = 0; at < there; at++) {
            check(taken[at].request->status == 0 && taken[at].count == BLOCK, "a block");
            ended++;
            if (begun < count) {
                read_one(taken[at].request);
                begun++;
            }
        }
    }
    report();
    return 0;
}
