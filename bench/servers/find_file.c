/* How long a listing of a directory takes: FindFirstFile, FindNextFile.
 *
 *   find_file ROUNDS
 *
 * Prints a line `NAME NANOSECONDS`, as readdir.c does; the files are the same.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "check.h"

enum { FILES = 10000 };

int main(int argc, char **argv)
{
    int rounds = argc == 2 ? atoi(argv[1]) : 0;
    char folder[60], name[40];
    unsigned long long total = 0;
    WIN32_FIND_DATAA data;
    double started;

    check(rounds > 0, "ROUNDS");
    snprintf(folder, sizeof folder, "/tmp/lapwing-bench-%ld", (long)getpid());
    check(mkdir(folder, 0700) == 0 && chdir(folder) == 0, "mkdir");
    for (int i = 0; i < FILES; i++) {
        HANDLE file;
        snprintf(name, sizeof name, "a file of number %d.text", i);
        file = CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
        check(CloseHandle(file), "CreateFile");
    }
    started = now();
    for (int i = 0; i < rounds; i++) {
        HANDLE search = FindFirstFileA("*", &data);
        int count = 1;
        check(search != INVALID_HANDLE_VALUE, "FindFirstFile");
        while (FindNextFileA(search, &data)) {
            total += data.nFileSizeLow;
            count++;
        }
        FindClose(search);
        check(count == FILES + 2, "count");
    }
    printf("FindFirstFile, %d files %.1f\n", FILES, (now() - started) / rounds);
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "a file of number %d.text", i);
        DeleteFileA(name);
    }
    rmdir(folder);
    return total == 1;
}
