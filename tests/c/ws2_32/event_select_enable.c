// WSAEventSelect: each call that re-enables an event, and those that do not (semantics 8.3).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_events.h"

#define ALL (FD_ACCEPT | FD_CLOSE | FD_CONNECT | FD_OOB | FD_READ)

/* Calls that receive: each one byte; it is in *byte. */
static int by_recv(SOCKET s, char *byte, DWORD flags)
{
    return recv(s, byte, 1, (int)flags);
}

static int by_recvfrom(SOCKET s, char *byte, DWORD flags)
{
    struct sockaddr_in from;
    int length = sizeof from;
    return recvfrom(s, byte, 1, (int)flags, (struct sockaddr *)&from, &length);
}

static int by_WSARecv(SOCKET s, char *byte, DWORD flags)
{
    WSABUF range = {1, byte};
    DWORD count;
    return WSARecv(s, &range, 1, &count, &flags, NULL, NULL) == 0 ? (int)count : -1;
}

static int by_WSARecvFrom(SOCKET s, char *byte, DWORD flags)
{
    WSABUF range = {1, byte};
    DWORD count;
    return WSARecvFrom(s, &range, 1, &count, &flags, NULL, NULL, NULL, NULL) == 0 ? (int)count
                                                                                  : -1;
}

static int by_overlapped(SOCKET s, char *byte, DWORD flags)
{
    (void)flags;
    return events_receive(s, byte, 1);
}

static const struct {
    int (*call)(SOCKET s, char *byte, DWORD flags);
    const char *name;
} receives[] = {
    {by_recv, "recv"},
    {by_recvfrom, "recvfrom"},
    {by_WSARecv, "WSARecv"},
    {by_WSARecvFrom, "WSARecvFrom"},
    {by_overlapped, "an overlapped WSARecv"},
};
enum { RECEIVES = sizeof receives / sizeof *receives, PLAIN = RECEIVES - 1 };

static void reading(void)
{
    SOCKET client, server;
    char byte, bytes[3 * RECEIVES] = {0};

    check_net_pair(&client, &server);
    events_select(server, ALL);
    CHECK_EQ(send(client, bytes, sizeof bytes, 0), sizeof bytes);
    TELLS(server, FD_READ, 0, "data");
    for (int i = 0; i < RECEIVES; i++) {
        FACT("8.3", "a receive re-enables FD_READ; what is left is told again");
        CHECK_EQ(receives[i].call(server, &byte, 0), 1);
        TELLS(server, FD_READ, 0, receives[i].name);
        NOTHING(server, "it has been told");
    }

    FACT("8.3", "a peek re-enables it, and so does a receive of no bytes");
    CHECK_EQ(recv(server, &byte, 1, MSG_PEEK), 1);
    TELLS(server, FD_READ, 0, "a peek");
    CHECK_EQ(recv(server, &byte, 0, 0), 0);
    TELLS(server, FD_READ, 0, "a receive of no bytes");

    FACT("8.3", "nothing is told when nothing is left; what comes then is");
    for (int i = 0; i < PLAIN; i++) {
        while (recv(server, bytes, sizeof bytes, 0) > 0)
            ;
        NOTHING(server, "all is received");
        CHECK_EQ(receives[i].call(server, &byte, 0), -1);
        CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
        NOTHING(server, "no data");
        CHECK_EQ(send(client, "1", 1, 0), 1);
        TELLS(server, FD_READ, 0, receives[i].name);
    }
    closesocket(server);
    closesocket(client);
}

/* What a call that fails in the caller's memory re-enables: with messages Winsock does it itself,
 * whatever becomes of the call; the record of an event is AFD's, which has not seen it. */
static void refused(void)
{
    SOCKET client, server;
    struct sockaddr_in from;
    int length = sizeof from;
    char byte;
    WSABUF range = {1, &byte};
    DWORD flags = 0, count;

    FACT("8.3", "a receive that fails re-enables FD_READ too");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    CHECK_EQ(send(client, "data", 4, 0), 4);
    TELLS(server, FD_READ, 0, "data before receives that fail");
    CHECK_EQ(recv(server, &byte, -1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    TELLS(server, BY_MODE(0, FD_READ), 0, "recv fails");
    CHECK_EQ(recvfrom(server, &byte, -1, 0, (struct sockaddr *)&from, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    TELLS(server, BY_MODE(0, FD_READ), 0, "recvfrom fails");
    range.buf = (char *)16;
    CHECK_EQ(WSARecv(server, &range, 1, &count, &flags, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    TELLS(server, BY_MODE(0, FD_READ), 0, "WSARecv fails");
    CHECK_EQ(WSARecvFrom(server, &range, 1, &count, &flags, NULL, NULL, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    TELLS(server, BY_MODE(0, FD_READ), 0, "WSARecvFrom fails");

    FACT("8.3", "the data is still there");
    CHECK_EQ(recv(server, &byte, 1, 0), 1);
    CHECK_EQ(byte, 'd');
    TELLS(server, FD_READ, 0, "a receive that succeeds");

    FACT("8.3", "a call about something else re-enables nothing");
    CHECK_EQ(send(server, "x", 1, 0), 1);
    CHECK_EQ(ioctlsocket(server, FIONREAD, &count), 0);
    CHECK_EQ(getpeername(server, (struct sockaddr *)&from, &length), 0);
    NOTHING(server, "send, FIONREAD, getpeername");
    closesocket(server);
    closesocket(client);
}

static void urgent(void)
{
    SOCKET client, server;
    char byte;

    check_net_pair(&client, &server);
    events_select(server, ALL);
    NOTHING(server, "no urgent data");
    for (int i = 0; i < PLAIN; i++) {
        FACT("8.3", "a receive of urgent data re-enables FD_OOB");
        CHECK_EQ(send(client, "u", 1, MSG_OOB), 1);
        TELLS(server, FD_OOB, 0, "urgent data");
        CHECK_EQ(receives[i].call(server, &byte, MSG_OOB), 1);
        CHECK_EQ(byte, 'u');
        NOTHING(server, receives[i].name);
    }
    FACT("8.3", "another receive does not");
    CHECK_EQ(send(client, "u", 1, MSG_OOB), 1);
    TELLS(server, FD_OOB, 0, "urgent data again");
    CHECK_EQ(recv(server, &byte, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    NOTHING(server, "a receive of other data");
    closesocket(server);
    closesocket(client);
}

static int CALLBACK decide(LPWSABUF caller, LPWSABUF caller_data, LPQOS qos, LPQOS group_qos,
                           LPWSABUF callee, LPWSABUF callee_data, GROUP *group, DWORD_PTR answer)
{
    (void)caller, (void)caller_data, (void)qos, (void)group_qos;
    (void)callee, (void)callee_data, (void)group;
    return (int)answer;
}

static void accepting(void)
{
    enum { CLIENTS = 4 };
    struct sockaddr_in address;
    SOCKET clients[CLIENTS], server, listener = events_listener(&address);

    FACT("8.3", "accept and WSAAccept re-enable FD_ACCEPT; more that wait are told again");
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = events_connect(&address);
    events_select(listener, ALL);
    TELLS(listener, FD_ACCEPT, 0, "four connections");
    server = accept(listener, NULL, NULL);
    closesocket(server);
    TELLS(listener, FD_ACCEPT, 0, "accept");
    server = WSAAccept(listener, NULL, NULL, NULL, 0);
    closesocket(server);
    TELLS(listener, FD_ACCEPT, 0, "WSAAccept");

    FACT("8.3", "not one that ended with WSATRY_AGAIN");
    server = WSAAccept(listener, NULL, NULL, decide, CF_DEFER);
    CHECK_EQ(server, INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSATRY_AGAIN);
    NOTHING(listener, "a deferred connection");
    server = WSAAccept(listener, NULL, NULL, decide, CF_ACCEPT);
    CHECK(server != INVALID_SOCKET);
    closesocket(server);
    TELLS(listener, FD_ACCEPT, 0, "the deferred one is accepted, another waits");

    FACT("8.3", "one that is refused re-enables it");
    server = WSAAccept(listener, NULL, NULL, decide, CF_REJECT);
    CHECK_EQ(server, INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    NOTHING(listener, "the last one is rejected");
    closesocket(clients[0]);
    clients[0] = events_connect(&address);
    TELLS(listener, FD_ACCEPT, 0, "a connection after that");
    server = accept(listener, NULL, NULL);
    closesocket(server);

    FACT("8.3", "accept of nothing re-enables it as well");
    CHECK_EQ(accept(listener, NULL, NULL), INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    NOTHING(listener, "nothing to accept");
    closesocket(clients[1]);
    clients[1] = events_connect(&address);
    TELLS(listener, FD_ACCEPT, 0, "and then a connection");
    for (int i = 0; i < CLIENTS; i++)
        closesocket(clients[i]);
    closesocket(listener);
}

static void writing(void)
{
    enum { LARGE = 1 << 20 };
    char *buffer = calloc(LARGE, 1);
    WSABUF range = {LARGE, buffer};
    long sent = 0, received = 0;
    DWORD count;
    SOCKET client, server;

    FACT("8.3", "FD_WRITE is told again after a WSASend that would block");
    check_net_pair(&client, &server);
    events_select(server, FD_WRITE);
    TELLS(server, FD_WRITE, 0, "connected");
    while (WSASend(server, &range, 1, &count, 0, NULL, NULL) == 0)
        sent += count;
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    NOTHING(server, "no room");
    while (received < sent)
        received += events_receive(client, buffer, LARGE);
    CHECK(received == sent);
    TELLS(server, FD_WRITE, 0, "room again");
    closesocket(server);
    closesocket(client);
    free(buffer);
}

static void polled(void)
{
    SOCKET client, server;
    WSAPOLLFD entry;
    char byte;

    FACT("8.4", "a poll consumes nothing, and what it saw is told when it is selected");
    check_net_pair(&client, &server);
    events_select(server, ALL);
    events_select(server, 0);
    CHECK_EQ(send(client, "data", 4, 0), 4);
    entry.fd = server;
    entry.events = POLLIN;
    CHECK_EQ(WSAPoll(&entry, 1, EVENTS_PATIENCE), 1);
    NOTHING(server, "polled, not selected");
    events_select(server, ALL | FD_WRITE);
    TELLS(server, FD_READ, FD_WRITE, "selected after the poll");
    CHECK_EQ(WSAPoll(&entry, 1, EVENTS_PATIENCE), 1);
    NOTHING(server, "a poll re-enables nothing");
    CHECK_EQ(recv(server, &byte, 1, 0), 1);
    TELLS(server, FD_READ, 0, "a receive after the poll");
    closesocket(server);
    closesocket(client);
}

int main(void)
{
    events_start();
    reading();
    refused();
    urgent();
    accepting();
    writing();
    polled();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
