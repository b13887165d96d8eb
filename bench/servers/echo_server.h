/* What our echo servers begin with, one for each model of Windows' asynchronous I/O.
 *
 *   NAME CONNECTIONS SIZE [THREADS]
 *
 * As the peers: prints the number of its port on a line, serves so many connections, and ends when
 * the last client is gone.  A buffer has room for two messages of SIZE bytes, so that one message
 * does not fill it.
 */
#ifndef ECHO_SERVER_H
#define ECHO_SERVER_H

#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

#pragma comment(lib, "ws2_32.lib")

static int   connections; /* how many it serves */
static int   threads;
static DWORD capacity; /* of a buffer */

static SOCKET listener;

static void fail(const char *what)
{
    fprintf(stderr, "%s failed: error %d\n", what, WSAGetLastError());
    exit(1);
}

static void *get_memory(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory)
        fail("calloc");
    return memory;
}

static void open_listener(void)
{
    struct sockaddr_in address;
    int                length = sizeof address;

    listener = socket(AF_INET, SOCK_STREAM, 0);
    ZeroMemory(&address, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener == INVALID_SOCKET || bind(listener, (struct sockaddr *)&address, length) != 0)
        fail("bind");
    if (listen(listener, SOMAXCONN) != 0)
        fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        fail("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
}

static void begin(int argc, char **argv)
{
    WSADATA data;

    connections = argc > 1 ? atoi(argv[1]) : 0;
    capacity = argc > 2 ? 2 * (DWORD)atoi(argv[2]) : 0;
    threads = argc > 3 ? atoi(argv[3]) : 1;
    if (connections <= 0 || capacity == 0 || threads <= 0) {
        fprintf(stderr, "%s CONNECTIONS SIZE [THREADS]\n", argv[0]);
        exit(2);
    }
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0)
        exit(1);
    open_listener();
}

static inline SOCKET accept_one(void)
{
    SOCKET accepted = accept(listener, NULL, NULL);
    BOOL   on = TRUE;

    if (accepted == INVALID_SOCKET)
        fail("accept");
    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, (char *)&on, sizeof on);
    return accepted;
}

static void end(void)
{
    closesocket(listener);
    WSACleanup();
}

#ifdef A_SHARE_FOR_EACH_THREAD

/* What one thread serves, where a connection stays in its thread. */
typedef struct {
    SOCKET *sockets;
    int     count;
} SHARE;

/* Accepts everybody, deals them to so many threads, and waits for these; one is this one. */
static void serve_in_threads(int count, DWORD(WINAPI *serve)(LPVOID share))
{
    SHARE  *shares = (SHARE *)get_memory((size_t)count, sizeof *shares);
    HANDLE *others = (HANDLE *)get_memory((size_t)count, sizeof *others);
    int     i;

    for (i = 0; i < count; i++)
        shares[i].sockets = (SOCKET *)get_memory((size_t)connections, sizeof(SOCKET));
    for (i = 0; i < connections; i++) {
        SHARE *share = &shares[i % count];
        share->sockets[share->count++] = accept_one();
    }
    for (i = 1; i < count; i++)
        if (!(others[i] = CreateThread(NULL, 0, serve, &shares[i], 0, NULL)))
            fail("CreateThread");
    serve(&shares[0]);
    for (i = 1; i < count; i++)
        WaitForSingleObject(others[i], INFINITE);
}

#endif
#endif
