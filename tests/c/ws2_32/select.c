// select: what is ready, what becomes of the sets, errors (semantics 9).  More of that is in
// select_more.c, select_ready.c and select_sets.c.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static fd_set readable, writable, exceptional;

static void all(SOCKET s)
{
    FD_SET(s, &readable);
    FD_SET(s, &writable);
    FD_SET(s, &exceptional);
}

static void none(void)
{
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_ZERO(&exceptional);
}

/* Asks, and waits at most so many milliseconds; negative: for ever. */
static int ask(int milliseconds)
{
    struct timeval timeout = {milliseconds / 1000, milliseconds % 1000 * 1000};
    int result = select(0, &readable, &writable, &exceptional, milliseconds < 0 ? NULL : &timeout);
    if (milliseconds >= 0)
        CHECK(timeout.tv_usec == milliseconds % 1000 * 1000);
    return result;
}

static void errors(void)
{
    SOCKET client, server;
    struct timeval at_once = {0, 0};

    FACT("9.1", "nothing to wait for");
    CHECK_EQ(select(0, NULL, NULL, NULL, &at_once), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    none();
    CHECK_EQ(ask(0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);

    FACT("9.2", "a socket that is none: the sets stay");
    check_net_pair(&client, &server);
    closesocket(server);
    FD_SET(client, &readable);
    FD_SET(server, &readable);
    FD_SET(client, &writable);
    CHECK_EQ(ask(0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(readable.fd_count, 2);
    CHECK_EQ(writable.fd_count, 1);
    closesocket(client);
}

static void streams(void)
{
    unsigned short port;
    char buffer[16];
    SOCKET listener, client, server, lone = check_net_socket();

    FACT("9.5", "an unconnected stream is in no set");
    none();
    all(lone);
    CHECK_EQ(ask(1), 0);
    CHECK_EQ(readable.fd_count + writable.fd_count + exceptional.fd_count, 0);
    closesocket(lone);

    FACT("9.5", "a connection that waits");
    listener = check_net_listener(&port);
    none();
    all(listener);
    CHECK_EQ(ask(1), 0);
    client = check_net_connect(port);
    all(listener);
    CHECK_EQ(ask(-1), 1);
    CHECK(FD_ISSET(listener, &readable));
    server = accept(listener, NULL, NULL);

    FACT("9.5", "connected: writable");
    none();
    all(client);
    all(server);
    CHECK_EQ(ask(-1), 2);
    CHECK(FD_ISSET(client, &writable) && FD_ISSET(server, &writable));
    CHECK_EQ(readable.fd_count, 0);

    FACT("9.5", "data: readable, and still writable");
    CHECK_EQ(send(client, "1234", 4, 0), 4);
    none();
    FD_SET(server, &readable);
    CHECK_EQ(ask(-1), 1);
    none();
    all(server);
    CHECK_EQ(ask(-1), 2);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 4);

    FACT("9.5", "urgent data: exceptional, not readable");
    CHECK_EQ(send(client, "A", 1, MSG_OOB), 1);
    none();
    FD_SET(server, &readable);
    FD_SET(server, &exceptional);
    CHECK_EQ(ask(-1), 1);
    CHECK(FD_ISSET(server, &exceptional));
    CHECK_EQ(recv(server, buffer, sizeof buffer, MSG_OOB), 1);

    FACT("9.5", "the peer's end: readable");
    CHECK_EQ(closesocket(client), 0);
    none();
    FD_SET(server, &readable);
    FD_SET(server, &exceptional);
    CHECK_EQ(ask(-1), 1);
    CHECK(FD_ISSET(server, &readable));
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 0);
    closesocket(server);
    closesocket(listener);
}

static void room(void)
{
    SOCKET client, server;

    FACT("9.5", "no room to send: not writable; room again: writable");
    enum { LARGE = 1 << 20 };
    char *buffer = calloc(LARGE, 1);
    u_long non_blocking = 1;
    check_net_pair(&client, &server);
    CHECK_EQ(ioctlsocket(client, FIONBIO, &non_blocking), 0);
    CHECK_EQ(ioctlsocket(server, FIONBIO, &non_blocking), 0);
    while (send(client, buffer, LARGE, 0) > 0)
        ;
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    none();
    all(client);
    CHECK_EQ(ask(1), 0);
    CHECK_EQ(writable.fd_count, 0);
    do {
        none();
        FD_SET(server, &readable);
        FD_SET(client, &writable);
        if (ask(-1) < 1)
            break;
        while (recv(server, buffer, LARGE, 0) > 0)
            ;
    } while (!FD_ISSET(client, &writable));
    CHECK(FD_ISSET(client, &writable));
    closesocket(client);
    closesocket(server);
    free(buffer);
}

static void failed_connect(void)
{
    unsigned short port;
    u_long on = 1;
    struct sockaddr_in address;
    SOCKET s = check_net_socket(), listener = check_net_listener(&port);
    int error = 0, length = sizeof error;

    FACT("9.5", "a failed connect: exceptional; SO_ERROR keeps the reason");
    closesocket(listener);
    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    address = check_net_loopback(port);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    for (int round = 0; round < 2; round++) {
        none();
        FD_SET(s, &exceptional);
        CHECK_EQ(ask(-1), 1);
        CHECK(FD_ISSET(s, &exceptional));
        CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&error, &length), 0);
        CHECK_EQ(error, WSAECONNREFUSED);
    }

    FACT("9.5", "another connect that fails leaves it so, one that succeeds ends it");
    int second = connect(s, (struct sockaddr *)&address, sizeof address);
    int second_code = WSAGetLastError();
    CHECK_EQ(second, SOCKET_ERROR);
    CHECK_EQ(second_code, WSAEWOULDBLOCK);
    none();
    FD_SET(s, &exceptional);
    CHECK_EQ(ask(-1), 1);
    listener = check_net_listener(&port);
    address = check_net_loopback(port);
    int third = connect(s, (struct sockaddr *)&address, sizeof address);
    CHECK(third == 0 || WSAGetLastError() == WSAEWOULDBLOCK);
    none();
    FD_SET(s, &writable);
    FD_SET(s, &exceptional);
    int third_ask = ask(5000), third_is_writable = FD_ISSET(s, &writable);
    CHECK_EQ(third_ask, 1);
    CHECK(third_is_writable);
    int third_error = -1;
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&third_error, &length), 0);
    CHECK_EQ(third_error, 0);
    closesocket(s);
    closesocket(listener);

    FACT("9.5", "a failed connect that was waited for: exceptional, but SO_ERROR has nothing");
    s = check_net_socket();
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    int waited_error = -1;
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&waited_error, &length), 0);
    CHECK_EQ(waited_error, 0);
    none();
    FD_SET(s, &exceptional);
    CHECK_EQ(ask(5000), 1);
    closesocket(s);
}

static void lists(void)
{
    struct timeval at_once = {0, 0};
    struct { u_int fd_count; SOCKET fd_array[200]; } large;
    SOCKET client, server;

    FACT("9.3", "duplicates collapse; one set may stand in two places");
    check_net_pair(&client, &server);
    none();
    writable.fd_count = 2;
    writable.fd_array[0] = writable.fd_array[1] = client;
    CHECK_EQ(ask(-1), 1);
    CHECK_EQ(writable.fd_count, 1);
    none();
    FD_SET(client, &readable);
    FD_SET(server, &readable);
    CHECK_EQ(select(0, &readable, &readable, NULL, NULL), 2);
    CHECK(FD_ISSET(client, &readable) && FD_ISSET(server, &readable));

    FACT("9.3", "what lies behind the count stays");
    none();
    writable.fd_count = 2;
    writable.fd_array[0] = writable.fd_array[1] = client;
    writable.fd_array[2] = 77;
    CHECK_EQ(ask(-1), 1);
    CHECK(writable.fd_array[1] == client && writable.fd_array[2] == 77);

    closesocket(client);
    closesocket(server);

    FACT("9.3", "a set is as long as its count says");
    large.fd_count = 200;
    for (int i = 0; i < 200; i += 2) {
        check_net_pair(&client, &server);
        large.fd_array[i] = client;
        large.fd_array[i + 1] = server;
    }
    CHECK_EQ(select(0, NULL, (fd_set *)&large, NULL, &at_once), 200);
    CHECK_EQ(large.fd_count, 200);
    CHECK(__WSAFDIsSet(large.fd_array[199], (fd_set *)&large) != 0);
    CHECK(__WSAFDIsSet(INVALID_SOCKET, (fd_set *)&large) == 0);
    for (int i = 0; i < 200; i++)
        closesocket(large.fd_array[i]);
}

static int routine_runs;

static void CALLBACK routine(ULONG_PTR unused)
{
    (void)unused;
    routine_runs++;
}

static void alertable(void)
{
    SOCKET client, server;

    FACT("9.6", "the wait is alertable, unless something is ready");
    check_net_pair(&client, &server);
    none();
    FD_SET(client, &readable);
    CHECK(QueueUserAPC(routine, GetCurrentThread(), 0) != 0);
    CHECK_EQ(ask(0), 0);
    CHECK_EQ(routine_runs, 1);
    none();
    FD_SET(client, &writable);
    CHECK(QueueUserAPC(routine, GetCurrentThread(), 0) != 0);
    CHECK_EQ(ask(-1), 1);
    CHECK_EQ(routine_runs, 1);
    SleepEx(0, TRUE);
    CHECK_EQ(routine_runs, 2);
    closesocket(client);
    closesocket(server);
}

int main(void)
{
    check_net_start();
    errors();
    streams();
    room();
    failed_connect();
    lists();
    alertable();
    CHECK_EQ(WSACleanup(), 0);
    FACT("5.15", "not without Winsock");
    none();
    int last = ask(0), last_code = WSAGetLastError();
    CHECK_EQ(last, SOCKET_ERROR);
    CHECK_EQ(last_code, WSANOTINITIALISED);
    return check_end();
}
