/* Reads the same 4 KiB blocks one after the other by preadv2(RWF_NOWAIT), which is what an
 * overlapped ReadFile of something in memory costs at least: no request, no port, no packet.
 *
 *   nowait_read FILE COUNT
 *
 * Prints the seconds and the processor seconds.
 */
#include "cached_blocks.h"

int main(int argc, char **argv)
{
    long count, ended;
    int  file;

    check(argc == 3, "FILE COUNT");
    count = atol(argv[2]);
    file = open_blocks(argv[1]);
    begin();
    for (ended = 0; ended < count; ended++)
        check(read_block(file, memory[ended % DEPTH]) == BLOCK, "a block");
    report();
    return 0;
}
