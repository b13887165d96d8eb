/* Loaded into a measured program before all else: tells whoever connects to the abstract Unix
 * socket HEAP_SOCKET how many bytes of malloc's are in use, malloc's own around them included.
 *
 * build: cc -O2 -shared -fPIC -pthread -o OUT IN
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "errno_check.h"

static int listener;

static void *answer(void *unused)
{
    for (;;) {
        int              asker = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        struct mallinfo2 heap = mallinfo2();

        check(asker >= 0, "accept");
        dprintf(asker, "%zu\n", heap.uordblks + heap.hblkhd);
        close(asker);
    }
    return unused;
}

__attribute__((constructor)) static void begin(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char        *name = getenv("HEAP_SOCKET");
    socklen_t          length;
    pthread_t          thread;

    if (!name || strlen(name) >= sizeof address.sun_path)
        return;
    memcpy(address.sun_path + 1, name, strlen(name));
    length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(bind(listener, (struct sockaddr *)&address, length) == 0, name);
    check(listen(listener, 1) == 0, "listen");
    check(pthread_create(&thread, NULL, answer, NULL) == 0, "pthread_create");
}
