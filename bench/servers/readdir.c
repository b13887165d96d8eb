/* How long a listing of a directory takes: readdir, and fstatat for each name.
 *
 *   readdir ROUNDS
 *
 * Makes the files in a directory of its own, and prints a line `NAME NANOSECONDS`, as find_file.c
 * does.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "errno_check.h"

enum { FILES = 10000 };

int main(int argc, char **argv)
{
    int rounds = argc == 2 ? atoi(argv[1]) : 0;
    char folder[60], name[40];
    long long total = 0;
    double started;

    check(rounds > 0, "ROUNDS");
    snprintf(folder, sizeof folder, "/tmp/lapwing-bench-%ld", (long)getpid());
    check(mkdir(folder, 0700) == 0 && chdir(folder) == 0, "mkdir");
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "a file of number %d.text", i);
        check(close(open(name, O_CREAT | O_WRONLY, 0600)) == 0, "open");
    }
    started = now();
    for (int i = 0; i < rounds; i++) {
        DIR *directory = opendir(".");
        struct dirent *entry;
        struct stat stat;
        int count = 0;
        while ((entry = readdir(directory))) {
            check(fstatat(dirfd(directory), entry->d_name, &stat, 0) == 0, "fstatat");
            total += stat.st_size;
            count++;
        }
        closedir(directory);
        check(count == FILES + 2, "count");
    }
    printf("readdir and stat, %d files %.1f\n", FILES, (now() - started) / rounds);
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "a file of number %d.text", i);
        unlink(name);
    }
    rmdir(folder);
    return total < 0;
}
