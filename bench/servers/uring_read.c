/* Reads 4 KiB blocks of a file at random places, 32 at a time, by io_uring itself: what a program
 * written for Linux would do, without a library.
 *
 *   uring_read FILE COUNT [direct]
 *
 * Prints the seconds and the processor seconds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "errno_check.h"
#include "random_blocks.h"

static struct io_uring_sqe *entries;
static uint32_t *tail, *order, mask;
static int file;

static void read_one(unsigned slot)
{
    uint32_t at = *tail & mask;
    struct io_uring_sqe *entry = &entries[at];
    memset(entry, 0, sizeof *entry);
    entry->opcode = IORING_OP_READ;
    entry->fd = file;
    entry->addr = (uintptr_t)memory[slot];
    entry->len = BLOCK;
    entry->off = random_place();
    entry->user_data = slot;
    order[at] = at;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
}

int main(int argc, char **argv)
{
    struct io_uring_params parameters;
    struct stat status;
    long count, begun = 0, ended = 0;
    char *rings;
    struct io_uring_cqe *results;
    uint32_t *head, *end, result_mask;
    unsigned waiting = 0, slot;
    int ring;

    check(argc >= 3, "FILE COUNT [direct]");
    count = atol(argv[2]);
    file = open(argv[1], O_RDONLY | (is_asked(argc, argv, "direct") ? O_DIRECT : 0));
    check(file >= 0 && fstat(file, &status) == 0, "the file");
    blocks = (uint64_t)status.st_size / BLOCK;
    memset(&parameters, 0, sizeof parameters);
    ring = (int)syscall(SYS_io_uring_setup, DEPTH, &parameters);
    check(ring >= 0, "io_uring_setup");
    rings = mmap(NULL, parameters.cq_off.cqes + parameters.cq_entries * sizeof *results,
                 PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
    entries = mmap(NULL, parameters.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
    check(rings != MAP_FAILED && entries != MAP_FAILED, "mmap");
    tail = (uint32_t *)(rings + parameters.sq_off.tail);
    order = (uint32_t *)(rings + parameters.sq_off.array);
    mask = *(uint32_t *)(rings + parameters.sq_off.ring_mask);
    head = (uint32_t *)(rings + parameters.cq_off.head);
    end = (uint32_t *)(rings + parameters.cq_off.tail);
    result_mask = *(uint32_t *)(rings + parameters.cq_off.ring_mask);
    results = (struct io_uring_cqe *)(rings + parameters.cq_off.cqes);

    begin();
    for (slot = 0; slot < DEPTH && begun < count; slot++, begun++, waiting++)
        read_one(slot);
    while (ended < count) {
        uint32_t at = *head, last;
        check(syscall(SYS_io_uring_enter, ring, waiting, 1, IORING_ENTER_GETEVENTS, NULL, 0) ==
                  (long)waiting, "io_uring_enter");
        waiting = 0;
        last = __atomic_load_n(end, __ATOMIC_ACQUIRE);
        for (; at != last; at++) {
            struct io_uring_cqe *result = &results[at & result_mask];
            check(result->res == BLOCK, "a block");
            ended++;
            if (begun < count) {
                read_one((unsigned)result->user_data);
                begun++;
                waiting++;
            }
        }
        __atomic_store_n(head, at, __ATOMIC_RELEASE);
    }
    report();
    return 0;
}
