/* A ConnectEx that ends before there is a connection.
 * semantics.md: 6.1, 6.6, 6.8, 11.5 */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"
#include "check_thread.h"

static LPFN_CONNECTEX connect_ex;
static OVERLAPPED overlapped;
static unsigned short port;
static SOCKET listener, early[2];
static DWORD count;

/* A listener with a queue of one connection has room for two on Linux; others have to wait. */
static void listen_with_a_full_queue(void)
{
    listener = check_net_listener(&port);
    CHECK_NET_NEEDS(listen(listener, 1) == 0);
    early[0] = check_net_connect(port);
    early[1] = check_net_connect(port);
}

static void take_both(void)
{
    closesocket(accept(listener, NULL, NULL));
    closesocket(accept(listener, NULL, NULL));
}

static void forget(SOCKET s)
{
    closesocket(s);
    closesocket(early[0]);
    closesocket(early[1]);
    closesocket(listener);
}

static int start_with(SOCKET s, OVERLAPPED *request)
{
    struct sockaddr_in address = check_net_loopback(port);
    return connect_ex(s, (struct sockaddr *)&address, sizeof address, NULL, 0, &count, request)
               ? 0
               : WSAGetLastError();
}

static int start(SOCKET s)
{
    return start_with(s, &overlapped);
}

static void start_elsewhere(void *s)
{
    start(*(SOCKET *)s);
}

/* Connects, and sends a byte. */
static BOOL connects_now(SOCKET s)
{
    SOCKET server;
    char byte = 0;
    if (start(s) != WSA_IO_PENDING || check_outcome(s, &overlapped, &count) != 0)
        return FALSE;
    server = accept(listener, NULL, NULL);
    send(s, "y", 1, 0);
    recv(server, &byte, 1, 0);
    closesocket(server);
    return byte == 'y';
}

static void cancelled(void)
{
    struct sockaddr_in before, after;
    int length = sizeof before;
    OVERLAPPED second = {0};
    SOCKET s;

    listen_with_a_full_queue();
    s = check_net_bound();
    CHECK_EQ(getsockname(s, (struct sockaddr *)&before, &length), 0);
    CHECK_EQ(start(s), WSA_IO_PENDING);
    FACT("11.5", "while it pends another one is refused: WSAEINVAL");
    CHECK_EQ(start_with(s, &second), WSAEINVAL);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, 0), WAIT_TIMEOUT);
    FACT("6.8", "cancelled: 995");
    CHECK(CancelIoEx((HANDLE)s, NULL));
    CHECK_EQ(check_outcome(s, &overlapped, &count), ERROR_OPERATION_ABORTED);
    CHECK_EQ(count, 0);
    FACT("11.5", "then the socket is bound as before, and may try again");
    CHECK_EQ(getsockname(s, (struct sockaddr *)&after, &length), 0);
    CHECK(after.sin_port == before.sin_port);
    take_both();
    CHECK(connects_now(s));
    forget(s);
}

static void ended_with_its_thread(void)
{
    static struct check_thread thread;
    SOCKET s;

    listen_with_a_full_queue();
    s = check_net_bound();
    FACT("6.6", "it ends with its thread: 995");
    check_thread_start(&thread, start_elsewhere, &s);
    check_thread_join(&thread);
    CHECK_EQ(check_outcome(s, &overlapped, &count), ERROR_OPERATION_ABORTED);
    forget(s);
}

static void closed(void)
{
    SOCKET s;

    listen_with_a_full_queue();
    s = check_net_bound();
    FACT("6.1", "closing the socket ends it");
    CHECK_EQ(start(s), WSA_IO_PENDING);
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(HasOverlappedIoCompleted(&overlapped) && overlapped.Internal != 0);
    forget(INVALID_SOCKET);
}

int main(void)
{
    SOCKET s;
    check_net_start();
    s = check_net_socket();
    CHECK_NET_NEEDS(check_extension(s, (GUID)WSAID_CONNECTEX, &connect_ex));
    closesocket(s);
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    cancelled();
    ended_with_its_thread();
    closed();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
