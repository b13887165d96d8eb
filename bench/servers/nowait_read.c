/* Reads the same 4 KiB blocks one after the other by preadv2(RWF_NOWAIT), which is what an
 * overlapped ReadFile of something in memory costs at least: no request, no port, no packet.
 *
 *   nowait_read FILE COUNT
 *
 * Prints the seconds and the processor seconds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include "errno_check.h"
#include "random_blocks.h"

int main(int argc, char **argv)
{
    struct stat status;
    long        count, ended;
    int         file;

    check(argc == 3, "FILE COUNT");
    count = atol(argv[2]);
    file = open(argv[1], O_RDONLY);
    check(file >= 0 && fstat(file, &status) == 0, "the file");
    blocks = (uint64_t)status.st_size / BLOCK;
    begin();
    for (ended = 0; ended < count; ended++) {
        struct iovec place = {memory[ended % DEPTH], BLOCK};

        check(preadv2(file, &place, 1, (off_t)random_place(), RWF_NOWAIT) == BLOCK, "a block");
    }
    report();
    return 0;
}
