/* wepoll, unmodified: epoll by IOCTL_AFD_POLL.  What epoll promises is what AFD has to keep. */
#include "../../third_party/wepoll/wepoll.c"
#include "../check_net.h"
#include "../check_port.h"

#define CLIENTS 50
#define ROUNDS 20

static HANDLE new_epoll(void)
{
    HANDLE epoll = epoll_create1(0);
    REQUIRE(epoll != NULL);
    return epoll;
}

static int control(HANDLE epoll, int operation, SOCKET s, uint32_t events)
{
    struct epoll_event event;
    event.events = events;
    event.data.sock = s;
    return epoll_ctl(epoll, operation, s, &event);
}

/* The events of one socket: nothing else may come.  0 when nothing comes at once. */
static uint32_t next(HANDLE epoll, SOCKET s, int milliseconds)
{
    struct epoll_event event;
    int count = epoll_wait(epoll, &event, 1, milliseconds);
    if (count == 0) return 0;
    return count == 1 && event.data.sock == s ? event.events : 0xdead;
}

static void levels(void)
{
    HANDLE epoll = new_epoll();
    SOCKET client, server;
    char buffer[8];
    check_net_pair(&client, &server);

    FACT("epoll", "an idle socket is ready to send and not to receive");
    CHECK_EQ(control(epoll, EPOLL_CTL_ADD, server, EPOLLIN), 0);
    CHECK_EQ(next(epoll, server, 0), 0);
    CHECK_EQ(control(epoll, EPOLL_CTL_MOD, server, EPOLLIN | EPOLLOUT), 0);
    CHECK_EQ(next(epoll, server, HANG_GUARD), EPOLLOUT);

    FACT("epoll", "data is told again and again, until it is received");
    CHECK_EQ(control(epoll, EPOLL_CTL_MOD, server, EPOLLIN), 0);
    CHECK(send(client, "data", 4, 0) == 4);
    CHECK_EQ(next(epoll, server, HANG_GUARD), EPOLLIN);
    CHECK_EQ(next(epoll, server, HANG_GUARD), EPOLLIN);
    CHECK(recv(server, buffer, 2, 0) == 2);
    CHECK_EQ(next(epoll, server, HANG_GUARD), EPOLLIN);
    CHECK(recv(server, buffer, 2, 0) == 2);
    CHECK_EQ(next(epoll, server, 0), 0);

    FACT("epoll", "EPOLLONESHOT is told once, until it is asked for anew");
    CHECK_EQ(control(epoll, EPOLL_CTL_MOD, server, EPOLLIN | EPOLLONESHOT), 0);
    CHECK(send(client, "data", 4, 0) == 4);
    CHECK_EQ(next(epoll, server, HANG_GUARD), EPOLLIN);
    CHECK_EQ(next(epoll, server, 0), 0);
    CHECK_EQ(control(epoll, EPOLL_CTL_MOD, server, EPOLLIN | EPOLLONESHOT), 0);
    CHECK_EQ(next(epoll, server, HANG_GUARD), EPOLLIN);

    FACT("epoll", "urgent data is EPOLLPRI");
    CHECK(send(client, "!", 1, MSG_OOB) == 1);
    CHECK_EQ(control(epoll, EPOLL_CTL_MOD, server, EPOLLPRI), 0);
    CHECK(next(epoll, server, HANG_GUARD) & EPOLLPRI);

    FACT("epoll", "the peer's end is EPOLLRDHUP");
    CHECK(recv(server, buffer, 1, MSG_OOB) == 1);
    CHECK(recv(server, buffer, sizeof buffer, 0) == 4);
    CHECK(shutdown(client, SD_SEND) == 0);
    CHECK_EQ(control(epoll, EPOLL_CTL_MOD, server, EPOLLRDHUP), 0);
    CHECK(next(epoll, server, HANG_GUARD) & EPOLLRDHUP);
    closesocket(client);
    closesocket(server);
    CHECK_EQ(epoll_close(epoll), 0);
}

static void endings(void)
{
    HANDLE epoll = new_epoll();
    SOCKET client, server;
    unsigned short port;
    u_long yes = 1;
    struct sockaddr_in nobody;

    FACT("epoll", "a reset is EPOLLHUP or EPOLLERR, asked for or not");
    check_net_pair(&client, &server);
    CHECK_EQ(control(epoll, EPOLL_CTL_ADD, server, EPOLLIN), 0);
    CHECK_EQ(next(epoll, server, 0), 0);
    check_net_reset(client);
    CHECK(next(epoll, server, HANG_GUARD) & (EPOLLHUP | EPOLLERR));
    CHECK_EQ(control(epoll, EPOLL_CTL_DEL, server, 0), 0);
    closesocket(server);

    FACT("epoll", "a connect that fails is EPOLLERR");
    server = check_net_listener(&port);
    closesocket(server);
    nobody = check_net_loopback(port);
    client = check_net_socket();
    CHECK(ioctlsocket(client, FIONBIO, &yes) == 0);
    CHECK_EQ(control(epoll, EPOLL_CTL_ADD, client, EPOLLOUT), 0);
    CHECK_EQ(next(epoll, client, 0), 0);
    CHECK(connect(client, (struct sockaddr *)&nobody, sizeof nobody) == -1);
    CHECK(next(epoll, client, HANG_GUARD) & EPOLLERR);
    closesocket(client);

    FACT("epoll", "a socket that is closed while it is polled is forgotten");
    check_net_pair(&client, &server);
    CHECK_EQ(control(epoll, EPOLL_CTL_ADD, server, EPOLLIN), 0);
    CHECK_EQ(next(epoll, server, 0), 0);
    CHECK(closesocket(server) == 0);
    CHECK_EQ(next(epoll, server, 0), 0);
    CHECK_EQ(control(epoll, EPOLL_CTL_MOD, server, EPOLLIN), -1);
    CHECK_EQ(errno, EBADF);
    closesocket(client);

    FACT("epoll", "one that is taken out is told of no more");
    check_net_pair(&client, &server);
    CHECK_EQ(control(epoll, EPOLL_CTL_ADD, server, EPOLLIN), 0);
    CHECK_EQ(next(epoll, server, 0), 0);
    CHECK_EQ(control(epoll, EPOLL_CTL_DEL, server, 0), 0);
    CHECK(send(client, "data", 4, 0) == 4);
    CHECK_EQ(next(epoll, server, 0), 0);

    FACT("epoll", "closing the set while sockets are polled leaves them as they were");
    CHECK_EQ(control(epoll, EPOLL_CTL_ADD, client, EPOLLIN), 0);
    CHECK_EQ(next(epoll, client, 0), 0);
    CHECK_EQ(epoll_close(epoll), 0);
    CHECK(send(server, "data", 4, 0) == 4);
    closesocket(client);
    closesocket(server);
}

static void arguments(void)
{
    HANDLE epoll = new_epoll();
    SOCKET s = check_net_socket();

    FACT("epoll", "errors are told by errno");
    CHECK_EQ(control(epoll, EPOLL_CTL_MOD, s, EPOLLIN), -1);
    CHECK_EQ(errno, ENOENT);
    CHECK_EQ(control(epoll, EPOLL_CTL_ADD, s, EPOLLIN), 0);
    CHECK_EQ(control(epoll, EPOLL_CTL_ADD, s, EPOLLIN), -1);
    CHECK_EQ(errno, EEXIST);
    CHECK_EQ(control(epoll, EPOLL_CTL_ADD, (SOCKET)epoll, EPOLLIN), -1);
    CHECK_EQ(errno, ENOTSOCK);
    CHECK_EQ(control((HANDLE)s, EPOLL_CTL_ADD, s, EPOLLIN), -1);
    CHECK_EQ(errno, EINVAL);
    CHECK(closesocket(s) == 0);
    CHECK_EQ(control(epoll, EPOLL_CTL_ADD, s, EPOLLIN), -1);
    CHECK_EQ(errno, EBADF);
    CHECK_EQ(epoll_close(epoll), 0);
}

/* One thread serves them all: accepts, echoes, and ends with the last client. */
static DWORD WINAPI serve(void *argument)
{
    SOCKET listener = (SOCKET)argument;
    HANDLE epoll = epoll_create1(0);
    int open = 0, served = 0, failures = control(epoll, EPOLL_CTL_ADD, listener, EPOLLIN) != 0;
    while (served < CLIENTS) {
        struct epoll_event events[16];
        int i, count = epoll_wait(epoll, events, 16, HANG_GUARD);
        failures += count <= 0;
        if (count <= 0) break;
        for (i = 0; i < count; i++) {
            SOCKET s = events[i].data.sock;
            char buffer[256];
            int length;
            if (s == listener) {
                s = accept(listener, NULL, NULL);
                failures += control(epoll, EPOLL_CTL_ADD, s, EPOLLIN | EPOLLRDHUP) != 0;
                open++;
                continue;
            }
            length = recv(s, buffer, sizeof buffer, 0);
            if (length > 0) {
                failures += send(s, buffer, length, 0) != length;
            } else {
                failures += length != 0;
                closesocket(s);
                served++;
            }
        }
    }
    failures += open != CLIENTS;
    failures += epoll_close(epoll) != 0;
    return failures;
}

static void echo(void)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port), clients[CLIENTS];
    HANDLE server = CreateThread(NULL, 0, serve, (void *)listener, 0, NULL);
    DWORD failures = 77;
    int i, round, wrong = 0;

    FACT("epoll", "a server for many clients, on one thread");
    for (i = 0; i < CLIENTS; i++) clients[i] = check_net_connect(port);
    for (round = 0; round < ROUNDS; round++) {
        char text[64], answer[64];
        int length = sprintf(text, "round %d, with some words to it", round) + 1;
        for (i = 0; i < CLIENTS; i++) wrong += send(clients[i], text, length, 0) != length;
        for (i = 0; i < CLIENTS; i++) {
            int have = 0, got = 1;
            while (have < length && got > 0)
                have += got = recv(clients[i], answer + have, length - have, 0);
            wrong += have != length || strcmp(text, answer) != 0;
        }
    }
    CHECK_EQ(wrong, 0);
    for (i = 0; i < CLIENTS; i++) closesocket(clients[i]);
    CHECK(WaitForSingleObject(server, HANG_GUARD) == WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(server, &failures) && failures == 0);
    CloseHandle(server);
    closesocket(listener);
}

/* Waits for the one socket that is ready, as another thread does too. */
static DWORD WINAPI wait_once(void *epoll)
{
    struct epoll_event event;
    return epoll_wait(epoll, &event, 1, HANG_GUARD) == 1 && event.events == EPOLLIN ? 0 : 1;
}

static void threads(void)
{
    HANDLE epoll = new_epoll(), thread[4];
    SOCKET client, server;
    DWORD failed = 0, code;
    int i;
    check_net_pair(&client, &server);
    CHECK_EQ(control(epoll, EPOLL_CTL_ADD, server, EPOLLIN), 0);

    FACT("epoll", "all threads that wait hear of what stays so");
    for (i = 0; i < 4; i++) thread[i] = CreateThread(NULL, 0, wait_once, epoll, 0, NULL);
    CHECK(send(client, "data", 4, 0) == 4);
    CHECK(WaitForMultipleObjects(4, thread, TRUE, HANG_GUARD) == WAIT_OBJECT_0);
    for (i = 0; i < 4; i++) {
        failed += !GetExitCodeThread(thread[i], &code) || code != 0;
        CloseHandle(thread[i]);
    }
    CHECK_EQ(failed, 0);
    closesocket(client);
    closesocket(server);
    CHECK_EQ(epoll_close(epoll), 0);
}

int main(void)
{
    check_net_start();
    levels();
    endings();
    arguments();
    echo();
    threads();
    return check_end();
}
