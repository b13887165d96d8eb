/* What every echo server here in C or C++ begins with: arguments, listener, connections, threads.
 *
 *   NAME CONNECTIONS SIZE [THREADS] [idle-thread]
 *
 * The server prints the number of its port on a line, serves so many connections and ends when the
 * last client is gone.  Its buffers have room for two messages of SIZE bytes, so that one message
 * does not fill them.
 *
 * With `idle-thread` it has one more thread, which does nothing, as most Windows servers have: then
 * the kernel counts in each call who holds the descriptor, and glibc takes a mutex by an atomic
 * instruction.
 */
#ifndef PEERS_ECHO_H
#define PEERS_ECHO_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* What one thread serves. */
typedef struct {
    int   *sockets;
    int    count;
    size_t capacity; /* of a connection's buffer */
} SHARE;

static inline void fail(const char *what)
{
    perror(what);
    exit(1);
}

static inline void *get_memory(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory)
        fail("calloc");
    return memory;
}

static inline int open_listener(void)
{
    struct sockaddr_in address = {};
    socklen_t          length = sizeof address;
    int                listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0)
        fail("bind");
    if (listen(listener, SOMAXCONN) != 0)
        fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        fail("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static inline int accept_one(int listener)
{
    int socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC), on = 1;

    if (socket < 0)
        fail("accept");
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

static inline void raise_limit_of_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        fail("getrlimit");
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static inline void *sleep_for_ever(void *parameter)
{
    for (;;)
        pause();
    return parameter;
}

/* Reads the arguments, and accepts all connections. */
static inline SHARE begin_echo(int argc, char **argv, int *threads)
{
    SHARE     all = {};
    int       listener, i;
    pthread_t idle;

    if (argc > 3 && strcmp(argv[argc - 1], "idle-thread") == 0) {
        argc--;
        if (pthread_create(&idle, NULL, sleep_for_ever, NULL) != 0)
            fail("pthread_create");
    }
    if (argc < 3 || argc > 4 || atoi(argv[1]) <= 0 || atoi(argv[2]) <= 0 ||
        (argc == 4 && atoi(argv[3]) <= 0)) {
        fprintf(stderr, "%s CONNECTIONS SIZE [THREADS] [idle-thread]\n", argv[0]);
        exit(2);
    }
    all.count = atoi(argv[1]);
    all.capacity = 2 * (size_t)atoi(argv[2]);
    all.sockets = (int *)get_memory((size_t)all.count, sizeof *all.sockets);
    *threads = argc == 4 ? atoi(argv[3]) : 1;
    raise_limit_of_descriptors();
    listener = open_listener();
    for (i = 0; i < all.count; i++)
        all.sockets[i] = accept_one(listener);
    close(listener);
    return all;
}

/* Deals the connections to so many threads, and waits for them; one thread is this one. */
static inline void serve_in_threads(const SHARE *all, int threads, void *(*serve)(void *share))
{
    SHARE     *shares = (SHARE *)get_memory((size_t)threads, sizeof *shares);
    pthread_t *others = (pthread_t *)get_memory((size_t)threads, sizeof *others);
    int        i;

    for (i = 0; i < threads; i++) {
        shares[i].capacity = all->capacity;
        shares[i].sockets = (int *)get_memory((size_t)all->count, sizeof(int));
    }
    for (i = 0; i < all->count; i++) {
        SHARE *share = &shares[i % threads];
        share->sockets[share->count++] = all->sockets[i];
    }
    for (i = 1; i < threads; i++)
        if (pthread_create(&others[i], NULL, serve, &shares[i]) != 0)
            fail("pthread_create");
    serve(&shares[0]);
    for (i = 1; i < threads; i++)
        pthread_join(others[i], NULL);
}

/* The whole of a server whose threads share nothing. */
static inline int echo_in_threads(int argc, char **argv, void *(*serve)(void *share))
{
    int   threads;
    SHARE all = begin_echo(argc, argv, &threads);

    serve_in_threads(&all, threads, serve);
    return 0;
}

/* Sends everything, and waits for room, which is rare and short: the clients always read.  -1 if
 * the connection is gone.
 */
static inline int send_all(int socket, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(socket, data, length, MSG_NOSIGNAL);
        if (sent < 0)
            return -1;
        data += sent;
        length -= (size_t)sent;
    }
    return 0;
}

#endif
