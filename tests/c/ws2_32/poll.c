// WSAPoll: what is so, what is no socket, errors (semantics 9.7).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

#define PATIENCE 5000

/* What WSAPoll tells at once; -1 for an error. */
static int now(SOCKET s, SHORT events)
{
    WSAPOLLFD entry = {s, events, 0x7777};
    int count = WSAPoll(&entry, 1, 0);
    return count < 0 ? -1 : count == (entry.revents != 0) ? entry.revents : -2;
}

/* What WSAPoll tells when there is something. */
static int awaited(SOCKET s, SHORT events)
{
    WSAPOLLFD entry = {s, events, 0};
    return WSAPoll(&entry, 1, PATIENCE) == 1 ? entry.revents : -1;
}

static void arguments(void)
{
    static const SHORT refused[] = {POLLERR, POLLHUP, POLLNVAL, POLLPRI, POLLWRBAND,
                                    0x8, 0x40, 0x80, 0x800, 0x1000, 0x4000};
    WSAPOLLFD entries[3];
    SOCKET client, server;

    FACT("9.7", "the constants");
    CHECK_EQ(POLLIN, POLLRDNORM | POLLRDBAND);
    CHECK_EQ(POLLIN, 0x300);
    CHECK_EQ(POLLOUT, 0x10);

    FACT("9.7", "no entries, no memory");
    check_net_pair(&client, &server);
    CHECK_EQ(WSAPoll(entries, 0, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(WSAPoll(NULL, 0, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(WSAPoll(NULL, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);

    FACT("9.7", "only RDNORM, RDBAND and WRNORM may be asked");
    for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++) {
        entries[0].fd = server;
        entries[0].events = refused[i];
        entries[0].revents = 0x77;
        int refusal = WSAPoll(entries, 1, 0);
        int refusal_code = WSAGetLastError(), refusal_left = entries[0].revents;
        CHECK_EQ(refusal, SOCKET_ERROR);
        CHECK_EQ(refusal_code, WSAEINVAL);
        CHECK_EQ(refusal_left, 0);
    }

    FACT("9.7", "of a negative socket nothing is looked at; of another one the events are");
    entries[0].fd = INVALID_SOCKET;
    entries[0].events = POLLERR;
    entries[1].fd = server;
    entries[1].events = POLLIN;
    entries[0].revents = entries[1].revents = 0x77;
    WSASetLastError(7);
    CHECK_EQ(WSAPoll(entries, 2, 0), 0);
    CHECK_EQ(WSAGetLastError(), 0);
    CHECK(entries[0].revents == POLLNVAL && entries[1].revents == 0);
    entries[0].fd = 0xabacab;
    entries[0].revents = entries[1].revents = 0x77;
    int refusal = WSAPoll(entries, 2, 0);
    int refusal_code = WSAGetLastError(), refusal_left = entries[0].revents | entries[1].revents;
    CHECK_EQ(refusal, SOCKET_ERROR);
    CHECK_EQ(refusal_code, WSAEINVAL);
    CHECK_EQ(refusal_left, 0);

    FACT("9.7", "what is no socket has POLLNVAL and does not count");
    entries[0].fd = (SOCKET)-1;
    entries[0].events = POLLOUT;
    entries[1].fd = server;
    entries[1].events = POLLOUT;
    entries[2].fd = 0xabacab;
    entries[2].events = POLLOUT;
    CHECK_EQ(WSAPoll(entries, 3, PATIENCE), 1);
    CHECK_EQ(entries[0].revents, POLLNVAL);
    CHECK_EQ(entries[1].revents, POLLWRNORM);
    CHECK_EQ(entries[2].revents, POLLNVAL);
    entries[1].events = POLLIN;
    CHECK_EQ(WSAPoll(entries, 2, 0), 0);
    CHECK_EQ(entries[0].revents, POLLNVAL);
    CHECK_EQ(entries[1].revents, 0);

    FACT("9.7", "nothing but what is no socket");
    entries[0].events = entries[2].events = POLLERR;
    entries[1] = entries[2];
    entries[0].revents = entries[1].revents = 0x77;
    CHECK_EQ(WSAPoll(entries, 2, PATIENCE), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK(entries[0].revents == POLLNVAL && entries[1].revents == POLLNVAL);
    closesocket(client);
    closesocket(server);
}

static void streams(void)
{
    unsigned short port;
    char buffer[16];
    SOCKET listener = check_net_listener(&port), client, server;

    FACT("9.7", "a connection that waits: RDNORM");
    CHECK_EQ(now(listener, POLLIN | POLLOUT), 0);
    client = check_net_connect(port);
    CHECK_EQ(awaited(listener, POLLIN | POLLOUT), POLLRDNORM);
    server = accept(listener, NULL, NULL);
    CHECK_EQ(now(listener, POLLIN | POLLOUT), 0);

    FACT("9.7", "room to send: WRNORM; data: RDNORM; only what is asked is told");
    CHECK_EQ(now(server, POLLIN | POLLOUT), POLLWRNORM);
    CHECK_EQ(now(server, POLLIN), 0);
    CHECK_EQ(now(server, 0), 0);
    CHECK_EQ(send(client, "data", 4, 0), 4);
    CHECK_EQ(awaited(server, POLLRDNORM), POLLRDNORM);
    CHECK_EQ(now(server, POLLIN | POLLOUT), POLLRDNORM | POLLWRNORM);
    CHECK_EQ(now(server, POLLRDBAND), 0);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 4);

    FACT("9.7", "urgent data: RDBAND");
    CHECK_EQ(send(client, "A", 1, MSG_OOB), 1);
    CHECK_EQ(awaited(server, POLLIN), POLLRDBAND);
    CHECK_EQ(recv(server, buffer, sizeof buffer, MSG_OOB), 1);
    CHECK_EQ(now(server, POLLIN), 0);

    FACT("9.7", "the peer's end: HUP, unasked; its SD_RECEIVE: nothing");
    CHECK_EQ(shutdown(client, SD_RECEIVE), 0);
    CHECK_EQ(now(server, POLLIN | POLLOUT), POLLWRNORM);
    CHECK_EQ(send(client, "data", 4, 0), 4);
    CHECK_EQ(awaited(server, POLLIN), POLLRDNORM);
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_EQ(awaited(server, 0), POLLHUP);
    int with_data = now(server, POLLIN | POLLOUT);
    CHECK_EQ(with_data, POLLRDNORM | POLLWRNORM | POLLHUP);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 4);
    CHECK_EQ(now(server, POLLIN | POLLOUT), POLLWRNORM | POLLHUP);
    CHECK_EQ(now(client, POLLIN | POLLOUT), POLLWRNORM);
    closesocket(client);
    closesocket(server);

    FACT("6.4", "a reset: ERR, HUP and WRNORM, also after it was received");
    client = check_net_connect(port);
    server = accept(listener, NULL, NULL);
    check_net_reset(client);
    CHECK_EQ(awaited(server, POLLIN | POLLOUT), POLLERR | POLLHUP | POLLWRNORM);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), SOCKET_ERROR);
    int after_reset = now(server, POLLIN | POLLOUT);
    CHECK_EQ(after_reset, POLLERR | POLLHUP | POLLWRNORM);
    closesocket(server);
    closesocket(listener);
}

static void urgent_in_line(void)
{
    SOCKET client, server;
    int on = 1;
    char byte;

    FACT("9.7", "urgent data in line: RDNORM");
    check_net_pair(&client, &server);
    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_OOBINLINE, (char *)&on, sizeof on), 0);
    CHECK_EQ(send(client, "B", 1, MSG_OOB), 1);
    CHECK_EQ(awaited(server, POLLIN), POLLRDNORM);
    CHECK_EQ(recv(server, &byte, 1, 0), 1);
    CHECK_EQ(byte, 'B');
    CHECK_EQ(now(server, POLLIN | POLLOUT), POLLWRNORM);
    closesocket(client);
    closesocket(server);
}

static void connecting(void)
{
    unsigned short port;
    u_long on = 1;
    SOCKET listener = check_net_listener(&port), s = check_net_socket();
    struct sockaddr_in address = check_net_loopback(port);

    FACT("9.7", "a connect that succeeds: WRNORM");
    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    CHECK(connect(s, (struct sockaddr *)&address, sizeof address) == 0 ||
          WSAGetLastError() == WSAEWOULDBLOCK);
    CHECK_EQ(awaited(s, POLLIN | POLLOUT), POLLWRNORM);
    closesocket(s);
    closesocket(listener);

    FACT("9.7", "a connect that fails: ERR, HUP and WRNORM");
    s = check_net_socket();
    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(awaited(s, POLLIN | POLLOUT), POLLERR | POLLHUP | POLLWRNORM);
    CHECK_EQ(awaited(s, 0), POLLERR | POLLHUP);
    closesocket(s);

    FACT("9.7", "and so does one that was waited for");
    s = check_net_socket();
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    CHECK_EQ(awaited(s, POLLIN | POLLOUT), POLLERR | POLLHUP | POLLWRNORM);
    closesocket(s);

    FACT("9.7", "a socket without a peer has nothing to say");
    s = check_net_socket();
    CHECK_EQ(now(s, POLLIN | POLLOUT), 0);
    closesocket(s);
}

static void datagrams(void)
{
    struct sockaddr_in address = check_net_loopback(0);
    int length = sizeof address;
    SOCKET client = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    SOCKET server = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);

    FACT("9.7", "datagrams");
    CHECK_EQ(bind(server, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(getsockname(server, (struct sockaddr *)&address, &length), 0);
    CHECK_EQ(now(server, POLLIN | POLLOUT), POLLWRNORM);
    CHECK_EQ(sendto(client, "1", 1, 0, (struct sockaddr *)&address, sizeof address), 1);
    CHECK_EQ(awaited(server, POLLIN), POLLRDNORM);
    closesocket(client);
    closesocket(server);
}

static SOCKET victim, other;

static DWORD CALLBACK close_victim(void *unused)
{
    (void)unused;
    closesocket(victim);
    return 0;
}

static int routine_runs;

static void CALLBACK routine(ULONG_PTR unused)
{
    (void)unused;
    routine_runs++;
}

static void waiting(void)
{
    WSAPOLLFD entry;
    HANDLE thread;

    FACT("9.7", "a socket that another thread closes has POLLNVAL");
    check_net_pair(&victim, &other);
    thread = CreateThread(NULL, 0, close_victim, NULL, 0, NULL);
    entry.fd = victim;
    entry.events = POLLIN;
    /* Closed while it waits, or before: then nothing is left to wait for. */
    int closed_count = WSAPoll(&entry, 1, PATIENCE);
    CHECK((closed_count == 1 && entry.revents == POLLNVAL) ||
          (closed_count == SOCKET_ERROR && WSAGetLastError() == WSAENOTSOCK));
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    closesocket(other);

    FACT("9.7", "the wait is alertable, unless something is so");
    check_net_pair(&victim, &other);
    CHECK(QueueUserAPC(routine, GetCurrentThread(), 0) != 0);
    CHECK_EQ(now(victim, POLLOUT), POLLWRNORM);
    CHECK_EQ(routine_runs, 0);
    entry.fd = victim;
    entry.events = POLLIN;
    CHECK_EQ(WSAPoll(&entry, 1, 1), 0);
    CHECK_EQ(routine_runs, 1);
    closesocket(victim);
    closesocket(other);
}

static void many(void)
{
    enum { PAIRS = 100 };
    static WSAPOLLFD entries[2 * PAIRS];

    FACT("9.7", "many entries, some with the same socket");
    for (int i = 0; i < 2 * PAIRS; i += 2) {
        check_net_pair(&entries[i].fd, &entries[i + 1].fd);
        entries[i].events = entries[i + 1].events = POLLIN;
    }
    SOCKET before = entries[7].fd;
    entries[7].fd = entries[9].fd;
    CHECK_EQ(WSAPoll(entries, 2 * PAIRS, 0), 0);
    CHECK_EQ(send(entries[8].fd, "1", 1, 0), 1);
    CHECK_EQ(WSAPoll(entries, 2 * PAIRS, PATIENCE), 2);
    CHECK(entries[7].revents == POLLRDNORM && entries[9].revents == POLLRDNORM);
    CHECK_EQ(entries[8].revents, 0);
    entries[7].fd = before;
    for (int i = 0; i < 2 * PAIRS; i++)
        closesocket(entries[i].fd);
}

int main(void)
{
    check_net_start();
    arguments();
    streams();
    urgent_in_line();
    connecting();
    datagrams();
    waiting();
    many();
    CHECK_EQ(WSACleanup(), 0);
    WSAPOLLFD entry = {INVALID_SOCKET, POLLIN, 0};
    CHECK_EQ(WSAPoll(&entry, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSANOTINITIALISED);
    return check_end();
}
