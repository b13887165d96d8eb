/* What port_read.c and uring_read.c share: which blocks they read, and what it took. */
#ifndef RANDOM_BLOCKS_H
#define RANDOM_BLOCKS_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "clock.h"

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
static inline int is_asked(int argc, char **argv, const char *word)
{
    int at;
    for (at = 3; at < argc; at++)
        if (strcmp(argv[at], word) == 0)
            return 1;
    return 0;
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
    printf("%f %f\n", (now() - clock_before) / 1e9,
           (processor() - processor_before) / 1e9);
}

#endif
