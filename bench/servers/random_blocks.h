/* What port_read.c and uring_read.c share: which blocks they read, and what it took. */
#ifndef RANDOM_BLOCKS_H
#define RANDOM_BLOCKS_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* So many reads are under way at once. */
#define DEPTH 32
#define BLOCK 4096

/* The memory that is read into: a block for each read that is under way. */
static _Alignas(BLOCK) char memory[DEPTH][BLOCK];
/* Blocks in the file. */
static uint64_t blocks;

/* The place of a block, somewhere in the file; the same places in each run. */
static uint64_t random_place(void)
{
    static uint64_t state = 88172645463325252ull;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % blocks * BLOCK;
}

/* True when the word stands among those behind FILE and COUNT. */
static int is_asked(int argc, char **argv, const char *word)
{
    int at;
    for (at = 3; at < argc; at++)
        if (strcmp(argv[at], word) == 0)
            return 1;
    return 0;
}

static double now(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (double)moment.tv_sec + (double)moment.tv_nsec / 1e9;
}

static double processor(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* When the reading began, by the clock and by the processor time. */
static double clock_before, processor_before;

static void begin(void)
{
    clock_before = now();
    processor_before = processor();
}

/* Prints the seconds and the processor seconds. */
static void report(void)
{
    printf("%f %f\n", now() - clock_before, processor() - processor_before);
}

#endif
