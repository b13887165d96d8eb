/* A queue under a mutex: what a program would put a packet into that has no completion port.
 *
 *   locked_queue COUNT
 *
 * Prints lines `NAME NANOSECONDS`, as port.c does: for a packet put and taken by one thread, and
 * where 1 to 8 threads each put one and take one.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include "clock.h"

enum { ROOM = 1024, THREADS = 8 };

typedef struct {
    unsigned long bytes, key;
    void         *overlapped;
} PACKET;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t  is_there = PTHREAD_COND_INITIALIZER;
static PACKET          queue[ROOM];
static unsigned        first, behind, sleepers;

static void put(PACKET packet)
{
    int is_awaited;

    pthread_mutex_lock(&lock);
    queue[behind++ % ROOM] = packet;
    is_awaited = sleepers > 0;
    pthread_mutex_unlock(&lock);
    if (is_awaited)
        pthread_cond_signal(&is_there);
}

static PACKET take(void)
{
    PACKET packet;

    pthread_mutex_lock(&lock);
    while (first == behind) {
        sleepers++;
        pthread_cond_wait(&is_there, &lock);
        sleepers--;
    }
    packet = queue[first++ % ROOM];
    pthread_mutex_unlock(&lock);
    return packet;
}

static void *put_and_take(void *parameter)
{
    long count = *(long *)parameter;

    for (long i = 0; i < count; i++) {
        PACKET packet = {(unsigned long)i, 1, NULL};
        put(packet);
        if (take().key != 1)
            exit(1);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    long      count = argc == 2 ? atol(argv[1]) : 1;
    double    started = now();
    pthread_t others[THREADS];

    put_and_take(&count);
    printf("put+take %.1f\n", (now() - started) / (double)count);
    for (int threads = 1; threads <= THREADS; threads *= 2) {
        long each = count / 2 / threads + 1;

        started = now();
        for (int i = 0; i < threads; i++)
            if (pthread_create(&others[i], NULL, put_and_take, &each) != 0)
                exit(1);
        for (int i = 0; i < threads; i++)
            pthread_join(others[i], NULL);
        printf("put+take, %d threads %.1f\n", threads,
               (now() - started) / (double)(each * threads));
    }
    return 0;
}
