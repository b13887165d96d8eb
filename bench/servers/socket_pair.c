/* A message of 64 bytes to the other end of a Unix socket pair, and one back: in this process, and
 * to another.
 *
 *   socket_pair ROUNDS
 *
 * Prints a line `NAME NANOSECONDS` for each case, as pipe.c does.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "errno_check.h"

enum { LENGTH = 64 };

static int ends[2];

static void put(int end)
{
    char bytes[LENGTH] = {1};
    check(write(end, bytes, LENGTH) == LENGTH, "write");
}

static int get(int end)
{
    char bytes[LENGTH];
    return read(end, bytes, LENGTH) == LENGTH;
}

static void *echo(void *unused)
{
    (void)unused;
    while (get(ends[0]))
        put(ends[0]);
    return NULL;
}

int main(int argc, char **argv)
{
    long      rounds = argc == 2 ? atol(argv[1]) : 0, i;
    pthread_t thread;
    double    started;

    check(rounds && !socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
    started = now();
    for (i = 0; i < rounds; i++) {
        put(ends[1]);
        check(get(ends[0]), "read");
        put(ends[0]);
        check(get(ends[1]), "read");
    }
    printf("socket pair, one thread %.1f\n", (now() - started) / (double)rounds);

    check(!pthread_create(&thread, NULL, echo, NULL), "pthread_create");
    started = now();
    for (i = 0; i < rounds; i++) {
        put(ends[1]);
        check(get(ends[1]), "read");
    }
    printf("socket pair, two threads %.1f\n", (now() - started) / (double)rounds);
    close(ends[1]);
    pthread_join(thread, NULL);

    check(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
    fflush(stdout);
    if (!fork()) {
        close(ends[1]);
        echo(NULL);
        _exit(0);
    }
    close(ends[0]);
    started = now();
    for (i = 0; i < rounds; i++) {
        put(ends[1]);
        check(get(ends[1]), "read");
    }
    printf("socket pair, two processes %.1f\n", (now() - started) / (double)rounds);
    return 0;
}
