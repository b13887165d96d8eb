/* An echo server on `WSAPoll`: `select` with one array of any length instead of three sets.
 *
 *   Visual C++   cl poll_echo_server.c
 *   mingw-w64    x86_64-w64-mingw32-gcc poll_echo_server.c -lws2_32
 *   Linux        lapwing run poll_echo_server.c -- 5150
 *
 * What is wanted (`events`) and what has happened (`revents`) are separate, so the array need not
 * be built anew for each call.  The first entry is the listener.
 */
#include "echo_when_ready.h"

static WSAPOLLFD   *entries;
static CONNECTION **connections; /* connections[i] belongs to entries[i] */
static unsigned     count, room;

static void add_entry(SOCKET socket, CONNECTION *connection)
{
    if (count == room) {
        room = room ? 2 * room : 64;
        entries = (WSAPOLLFD *)realloc(entries, room * sizeof *entries);
        connections = (CONNECTION **)realloc(connections, room * sizeof *connections);
        if (!entries || !connections)
            fail("realloc", ERROR_NOT_ENOUGH_MEMORY);
    }
    entries[count].fd = socket;
    entries[count].events = POLLRDNORM;
    entries[count].revents = 0;
    connections[count++] = connection;
}

static void remove_entry(unsigned index)
{
    close_connection(connections[index]);
    entries[index] = entries[--count];
    connections[index] = connections[count];
}

static void serve(void)
{
    while (!stopping) {
        CONNECTION *connection;
        unsigned    i;

        if (WSAPoll(entries, count, -1) == SOCKET_ERROR) {
            if (!stopping)
                fail("WSAPoll", WSAGetLastError());
            return;
        }
        for (i = count; i-- > 1;) { /* backwards: a removed one is replaced by the last */
            if (!entries[i].revents)
                continue;
            if (echo_step(connections[i]) == STEP_ENDED)
                remove_entry(i);
            else
                entries[i].events = connections[i]->needs_room ? POLLWRNORM : POLLRDNORM;
        }
        if (entries[0].revents)
            while ((connection = accept_connection()) != NULL)
                add_entry(connection->client.socket, connection);
    }
}

int main(int argc, char **argv)
{
    u_long on = 1;

    start_server(argc, argv);
    ioctlsocket(listener, FIONBIO, &on);
    add_entry(listener, NULL);
    serve();
    while (count > 1)
        remove_entry(count - 1);
    free(entries);
    free(connections);
    return end_server();
}
