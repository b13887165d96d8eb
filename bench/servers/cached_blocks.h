/* What nowait_read.c and queue_read.c share: a file in memory, and a block of it read. */
#ifndef CACHED_BLOCKS_H
#define CACHED_BLOCKS_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include "errno_check.h"
#include "random_blocks.h"

static int open_blocks(const char *path)
{
    struct stat status;
    int         file = open(path, O_RDONLY);

    check(file >= 0 && fstat(file, &status) == 0, "the file");
    blocks = (uint64_t)status.st_size / BLOCK;
    return file;
}

/* Reads the next block as an overlapped ReadFile would: at once, if it is in memory.  Hardly ever
 * it is not any more, and is waited for.
 */
static ssize_t read_block(int file, char *memory)
{
    struct iovec place = {memory, BLOCK};
    off_t        at = (off_t)random_place();
    ssize_t      count = preadv2(file, &place, 1, at, RWF_NOWAIT);

    return count < 0 && errno == EAGAIN ? pread(file, memory, BLOCK, at) : count;
}

#endif
