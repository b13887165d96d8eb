/* How long a listing of a directory takes: readdir, and for each name fstatat; then what it takes
 * to know all that Windows tells: statx, for when a file was made, and listxattrat, for where the
 * attributes are kept that Linux' mode does not have.
 *
 *   readdir ROUNDS
 *
 * Makes the files in a directory of its own, and prints lines `NAME NANOSECONDS`, as find_file.c
 * does.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "errno_check.h"

enum { FILES = 10000, SYS_LISTXATTRAT = 465 };

static long long total;

static void list(int with_attributes)
{
    DIR *directory = opendir(".");
    struct dirent *entry;
    struct stat stat;
    struct statx all;
    int count = 0;

    while ((entry = readdir(directory))) {
        if (with_attributes) {
            check(statx(dirfd(directory), entry->d_name, AT_SYMLINK_NOFOLLOW,
                        STATX_BASIC_STATS | STATX_BTIME, &all) == 0, "statx");
            /* How many bytes of them there are: mostly none. */
            check(syscall(SYS_LISTXATTRAT, dirfd(directory), entry->d_name, AT_SYMLINK_NOFOLLOW,
                          NULL, 0L) >= 0, "listxattrat");
            total += all.stx_size;
        } else {
            check(fstatat(dirfd(directory), entry->d_name, &stat, 0) == 0, "fstatat");
            total += stat.st_size;
        }
        count++;
    }
    closedir(directory);
    check(count == FILES + 2, "count");
}

static void measure(const char *what, int with_attributes, int rounds)
{
    double started = now();

    for (int i = 0; i < rounds; i++) list(with_attributes);
    printf("%s, %d files %.1f\n", what, FILES, (now() - started) / rounds);
}

int main(int argc, char **argv)
{
    int rounds = argc == 2 ? atoi(argv[1]) : 0;
    char folder[60], name[40];

    check(rounds > 0, "ROUNDS");
    snprintf(folder, sizeof folder, "/tmp/lapwing-bench-%ld", (long)getpid());
    check(mkdir(folder, 0700) == 0 && chdir(folder) == 0, "mkdir");
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "a file of number %d.text", i);
        check(close(open(name, O_CREAT | O_WRONLY, 0600)) == 0, "open");
    }
    measure("readdir and stat", 0, rounds);
    /* Linux has had it since 6.13. */
    if (syscall(SYS_LISTXATTRAT, AT_FDCWD, ".", 0, NULL, 0L) >= 0)
        measure("readdir, statx and listxattr", 1, rounds);
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "a file of number %d.text", i);
        unlink(name);
    }
    rmdir(folder);
    return total < 0;
}
