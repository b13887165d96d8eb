/* What the echo servers of this folder share: the listening socket, Ctrl-C, and what they say.
 *
 * The first argument of each is the TCP port: 5150 if there is none, 0 for one that the system
 * chooses.  Ctrl-C ends a server in order: nobody is accepted any more, every connection is
 * closed, every thread ends.
 */
#ifndef ECHO_SERVER_H
#define ECHO_SERVER_H

#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#pragma comment(lib, "ws2_32.lib")

#define DEFAULT_PORT 5150
#define BUFFER_SIZE  4096

/* The other end of a connection. */
typedef struct CLIENT {
    SOCKET             socket;
    struct sockaddr_in address;
    unsigned long long echoed;
} CLIENT;

static SOCKET        listener = INVALID_SOCKET;
static unsigned      accepted;
static volatile LONG stopping;
static HANDLE        finished;        /* set when everything is cleaned up */
static void        (*on_stop)(void);  /* the server's own: wakes what does not wait on sockets */

static void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    fflush(stdout);
}

static void fail(const char *what, int error)
{
    fprintf(stderr, "%s failed: error %d\n", what, error);
    exit(1);
}

static const char *address_text(const struct sockaddr_in *address, char *text, size_t size)
{
    char host[INET_ADDRSTRLEN] = "?";
    inet_ntop(AF_INET, (void *)&address->sin_addr, host, sizeof host);
    snprintf(text, size, "%s:%u", host, (unsigned)ntohs(address->sin_port));
    return text;
}

/* Closing the listener wakes who waits for it: `accept`, `select` and `WSAPoll` return. */
static void stop_server(void)
{
    if (InterlockedExchange(&stopping, 1) == 0) {
        closesocket(listener);
        if (on_stop)
            on_stop();
    }
}

/* Runs in a thread of its own. */
static BOOL WINAPI on_control(DWORD event)
{
    stop_server();
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        WaitForSingleObject(finished, INFINITE); /* on return Windows ends the process */
    return TRUE;
}

static void start_server(int argc, char **argv)
{
    char              *end = NULL;
    unsigned long      port = argc > 1 ? strtoul(argv[1], &end, 10) : DEFAULT_PORT;
    struct sockaddr_in address = {0};
    int                error, length = sizeof address;
    WSADATA            data;
    char               text[64];

    if (argc > 2 || (end && (*end || end == argv[1])) || port > 65535) {
        fprintf(stderr, "Usage: %s [PORT]\n", argv[0]);
        exit(2);
    }
    if ((error = WSAStartup(MAKEWORD(2, 2), &data)) != 0)
        fail("WSAStartup", error);
    if (!(finished = CreateEventW(NULL, TRUE, FALSE, NULL)))
        fail("CreateEvent", (int)GetLastError());
    if ((listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)) == INVALID_SOCKET)
        fail("socket", WSAGetLastError());
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    address.sin_port = htons((unsigned short)port);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) == SOCKET_ERROR)
        fail("bind", WSAGetLastError());
    if (listen(listener, SOMAXCONN) == SOCKET_ERROR)
        fail("listen", WSAGetLastError());
    if (getsockname(listener, (struct sockaddr *)&address, &length) == SOCKET_ERROR)
        fail("getsockname", WSAGetLastError());
    SetConsoleCtrlHandler(on_control, TRUE);
    say("Listening on %s\n", address_text(&address, text, sizeof text));
}

static int end_server(void)
{
    WSACleanup();
    say("Stopped after %u connections\n", accepted);
    SetEvent(finished);
    return 0;
}

/* Takes the next connection.  FALSE: the server stops, or its listener does not block and nobody
 * is there. */
static BOOL accept_client(CLIENT *client)
{
    for (;;) {
        int  error, length = sizeof client->address;
        BOOL at_once = TRUE; /* what is sent does not wait for more to fill a packet */
        char text[64];

        client->socket = accept(listener, (struct sockaddr *)&client->address, &length);
        if (client->socket != INVALID_SOCKET) {
            setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, (const char *)&at_once,
                       sizeof at_once);
            client->echoed = 0;
            accepted++;
            say("+ %s\n", address_text(&client->address, text, sizeof text));
            return TRUE;
        }
        error = WSAGetLastError();
        if (stopping || error == WSAEWOULDBLOCK)
            return FALSE;
        if (error != WSAECONNRESET) { /* this one came and was gone before we took it */
            fprintf(stderr, "accept failed: error %d\n", error);
            stop_server();
            return FALSE;
        }
    }
}

static void close_client(CLIENT *client)
{
    char text[64];

    closesocket(client->socket);
    say("- %s, %llu bytes echoed\n", address_text(&client->address, text, sizeof text),
        client->echoed);
}

#endif
