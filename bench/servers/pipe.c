/* A message of 64 bytes to the other end of a named pipe, and one back: in this process, and to
 * another.
 *
 *   pipe ROUNDS
 *
 * Prints a line `NAME NANOSECONDS` for each case, as socket_pair.c does: both ends used by one
 * thread, each by its own, and each by its own process (`pipe echo`).
 */
#include <windows.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"

extern char **environ;

enum { LENGTH = 64 };

static HANDLE server, client;

static void put(HANDLE end)
{
    char  bytes[LENGTH] = {1};
    DWORD count;
    check(WriteFile(end, bytes, LENGTH, &count, NULL) && count == LENGTH, "WriteFile");
}

static BOOL get(HANDLE end)
{
    char  bytes[LENGTH];
    DWORD count;
    return ReadFile(end, bytes, LENGTH, &count, NULL) && count == LENGTH;
}

static DWORD WINAPI echo(void *unused)
{
    (void)unused;
    while (get(server))
        put(server);
    return 0;
}

static HANDLE open_client(void)
{
    return CreateFileA("\\\\.\\pipe\\lapwing bench", GENERIC_READ | GENERIC_WRITE, 0, NULL,
                       OPEN_EXISTING, 0, NULL);
}

/* The other process is the client, and gives back what it gets. */
static void between_processes(char *program, DWORD rounds)
{
    char  *arguments[] = {program, "echo", NULL};
    pid_t  process;
    double started;
    DWORD  i;

    server = CreateNamedPipeA("\\\\.\\pipe\\lapwing bench", PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 1,
                              4096, 4096, 0, NULL);
    check(server != INVALID_HANDLE_VALUE, "a pipe");
    check(!posix_spawn(&process, program, NULL, NULL, arguments, environ), "posix_spawn");
    check(ConnectNamedPipe(server, NULL) || GetLastError() == ERROR_PIPE_CONNECTED, "a client");
    started = now();
    for (i = 0; i < rounds; i++) {
        put(server);
        check(get(server), "ReadFile");
    }
    printf("named pipe, two processes %.1f\n", (now() - started) / rounds);
    CloseHandle(server);
}

int main(int argc, char **argv)
{
    DWORD  rounds = argc == 2 ? (DWORD)atol(argv[1]) : 0, i;
    HANDLE thread;
    double started;

    if (argc == 2 && !strcmp(argv[1], "echo")) {
        server = open_client();
        check(server != INVALID_HANDLE_VALUE, "the pipe");
        return (int)echo(NULL);
    }
    server = CreateNamedPipeA("\\\\.\\pipe\\lapwing bench", PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 1,
                              4096, 4096, 0, NULL);
    client = open_client();
    check(server != INVALID_HANDLE_VALUE && client != INVALID_HANDLE_VALUE && rounds, "a pipe");

    started = now();
    for (i = 0; i < rounds; i++) {
        put(client);
        check(get(server), "ReadFile");
        put(server);
        check(get(client), "ReadFile");
    }
    printf("named pipe, one thread %.1f\n", (now() - started) / rounds);

    thread = CreateThread(NULL, 0, echo, NULL, 0, NULL);
    started = now();
    for (i = 0; i < rounds; i++) {
        put(client);
        check(get(client), "ReadFile");
    }
    printf("named pipe, two threads %.1f\n", (now() - started) / rounds);
    CloseHandle(client);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(server);
    between_processes(argv[0], rounds);
    return 0;
}
