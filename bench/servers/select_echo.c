/* The same echo server on select, which says which sockets have data.
 *
 *   select_echo CONNECTIONS SIZE [THREADS]
 *
 * The set that select is given becomes the list of the ready ones, so it is filled again each time.
 */
#define FD_SETSIZE 16384
#define A_SHARE_FOR_EACH_THREAD
#include "echo_server.h"
#include <stddef.h>
#include <string.h>

/* FALSE: the connection is gone. */
static BOOL echo_once(SOCKET socket, char *buffer)
{
    int received = recv(socket, buffer, (int)capacity, 0);

    return received > 0 && send(socket, buffer, received, 0) == received;
}

static DWORD WINAPI serve(LPVOID parameter)
{
    SHARE  *share = (SHARE *)parameter;
    fd_set *all = (fd_set *)get_memory(1, sizeof *all);
    fd_set *ready = (fd_set *)get_memory(1, sizeof *ready);
    char   *buffer = (char *)get_memory(1, capacity);

    all->fd_count = (u_int)share->count;
    memcpy(all->fd_array, share->sockets, (size_t)share->count * sizeof(SOCKET));
    while (all->fd_count > 0) {
        u_int i;

        memcpy(ready, all, offsetof(fd_set, fd_array) + all->fd_count * sizeof(SOCKET));
        if (select(0, ready, NULL, NULL, NULL) == SOCKET_ERROR)
            fail("select");
        for (i = 0; i < ready->fd_count; i++) {
            SOCKET socket = ready->fd_array[i];
            if (!echo_once(socket, buffer)) {
                FD_CLR(socket, all);
                closesocket(socket);
            }
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    begin(argc, argv);
    if (connections > FD_SETSIZE) {
        fprintf(stderr, "at most %d connections\n", FD_SETSIZE);
        return 2;
    }
    serve_in_threads(threads, serve);
    end();
    return 0;
}
