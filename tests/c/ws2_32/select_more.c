/* select: small sets, closed sockets, urgent data in line, connecting.
 * semantics.md: 9.3, 9.4, 9.5, 11.5, 6.2 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static struct timeval none = {0, 0};

static void small_sets(void)
{
    struct {
        u_int fd_count;
        SOCKET fd_array[1], behind;
    } small;
    SOCKET client, server;
    fd_set set;

    check_net_pair(&client, &server);
    FACT("9.3", "a set may have room for fewer than FD_SETSIZE");
    small.fd_count = 1;
    small.fd_array[0] = client;
    small.behind = 77;
    CHECK_EQ(select(0, NULL, (fd_set *)&small, NULL, &none), 1);
    CHECK(small.fd_count == 1 && small.fd_array[0] == client && small.behind == 77);
    CHECK_EQ(select(0, (fd_set *)&small, NULL, NULL, &none), 0);
    CHECK(small.fd_count == 0 && small.behind == 77);
    FACT("9.3", "the answer counts memberships: one socket in two sets is two");
    CHECK_EQ(send(server, "x", 1, 0), 1);
    small.fd_count = 1;
    small.fd_array[0] = client;
    CHECK_EQ(select(0, (fd_set *)&small, NULL, NULL, NULL), 1);
    FD_ZERO(&set);
    FD_SET(client, &set);
    CHECK_EQ(select(0, (fd_set *)&small, &set, NULL, &none), 2);
    FACT("9.4", "winsock2.h's FD_SET looks for duplicates, and FD_CLR takes one out");
    FD_ZERO(&set);
    FD_SET(client, &set);
    FD_SET(client, &set);
    CHECK_EQ(set.fd_count, 1);
    FD_SET(server, &set);
    FD_CLR(client, &set);
    CHECK(set.fd_count == 1 && set.fd_array[0] == server);
    closesocket(client);
    closesocket(server);
}

static void in_line(void)
{
    SOCKET client, server;
    fd_set readable, exceptional;
    BOOL on = TRUE;

    check_net_pair(&client, &server);
    FACT("9.5", "with SO_OOBINLINE urgent data is readable, not exceptional");
    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_OOBINLINE, (char *)&on, sizeof on), 0);
    CHECK_EQ(send(client, "A", 1, MSG_OOB), 1);
    FD_ZERO(&readable);
    FD_ZERO(&exceptional);
    FD_SET(server, &readable);
    FD_SET(server, &exceptional);
    CHECK_EQ(select(0, &readable, NULL, &exceptional, NULL), 1);
    CHECK(FD_ISSET(server, &readable));
    CHECK_EQ(exceptional.fd_count, 0);
    closesocket(client);
    closesocket(server);
}

/* The thread that closes, once the other one waits. */
static SOCKET victim;
static HANDLE waits;

static DWORD CALLBACK closer(void *unused)
{
    (void)unused;
    WaitForSingleObject(waits, HANG_GUARD);
    return closesocket(victim);
}

/* Runs inside of the wait. */
static void CALLBACK inside(ULONG_PTR unused)
{
    (void)unused;
    SetEvent(waits);
}

static int closed_during(fd_set *readable, fd_set *exceptional)
{
    HANDLE thread = CreateThread(NULL, 0, closer, NULL, 0, NULL);
    int result;
    CHECK(QueueUserAPC(inside, GetCurrentThread(), 0) != 0);
    result = select(0, readable, NULL, exceptional, NULL);
    if (result == SOCKET_ERROR)
        result = -WSAGetLastError();
    CHECK_EQ(WaitForSingleObject(thread, HANG_GUARD), WAIT_OBJECT_0);
    CloseHandle(thread);
    return result;
}

static void closed(void)
{
    SOCKET server;
    fd_set set;

    waits = CreateEventA(NULL, FALSE, FALSE, NULL);
    FACT("9.5", "another thread closes the socket: it is readable");
    check_net_pair(&victim, &server);
    FD_ZERO(&set);
    FD_SET(victim, &set);
    CHECK_EQ(closed_during(&set, NULL), 1);
    CHECK(FD_ISSET(victim, &set));
    closesocket(server);
    FACT("9.5", "asked for exceptions only: 10038");
    check_net_pair(&victim, &server);
    FD_ZERO(&set);
    FD_SET(victim, &set);
    CHECK_EQ(closed_during(NULL, &set), -WSAENOTSOCK);
    closesocket(server);
    CloseHandle(waits);
    FACT("6.2", "a socket that CloseHandle has closed is none any more: 10038");
    check_net_pair(&victim, &server);
    CHECK(CloseHandle((HANDLE)victim));
    CHECK_EQ(send(victim, "x", 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    closesocket(server);
}

static void connecting(void)
{
    unsigned short port;
    SOCKET s = check_net_socket(), listener = check_net_listener(&port);
    struct sockaddr_in address = check_net_loopback(port);
    u_long on = 1;
    fd_set set;

    FACT("11.5", "a non-blocking connect always says 10035 first, and 10056 when it is done");
    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    FD_ZERO(&set);
    FD_SET(s, &set);
    CHECK_EQ(select(0, NULL, &set, NULL, NULL), 1);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEISCONN);
    closesocket(s);
    closesocket(listener);
}

int main(void)
{
    check_net_start();
    small_sets();
    in_line();
    closed();
    connecting();
    return check_end();
}
