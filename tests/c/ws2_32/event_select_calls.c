// WSAEventSelect: the calls after which an event is told again (semantics 8.3), one by one.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_events.h"

#define ALL (FD_ACCEPT | FD_CLOSE | FD_CONNECT | FD_OOB | FD_READ)

/* Each of these receives or sends one range and returns the number of bytes, or -1. */
typedef int transfer(SOCKET s, WSABUF range, DWORD flags);

static int by_recv(SOCKET s, WSABUF range, DWORD flags)
{
    return recv(s, range.buf, (int)range.len, (int)flags);
}

static int by_recvfrom(SOCKET s, WSABUF range, DWORD flags)
{
    return recvfrom(s, range.buf, (int)range.len, (int)flags, NULL, NULL);
}

static int by_wsarecv(SOCKET s, WSABUF range, DWORD flags)
{
    DWORD count = 0;
    return WSARecv(s, &range, 1, &count, &flags, NULL, NULL) == 0 ? (int)count : -1;
}

static int by_wsarecvfrom(SOCKET s, WSABUF range, DWORD flags)
{
    DWORD count = 0;
    return WSARecvFrom(s, &range, 1, &count, &flags, NULL, NULL, NULL, NULL) == 0 ? (int)count : -1;
}

static int by_overlapped_wsarecv(SOCKET s, WSABUF range, DWORD flags)
{
    DWORD count = 0;
    OVERLAPPED overlapped;
    memset(&overlapped, 0, sizeof overlapped);
    if (WSARecv(s, &range, 1, NULL, &flags, &overlapped, NULL) != 0 ||
        !WSAGetOverlappedResult(s, &overlapped, &count, TRUE, &flags))
        return -1;
    return (int)count;
}

static int by_overlapped_wsarecvfrom(SOCKET s, WSABUF range, DWORD flags)
{
    DWORD count = 0;
    OVERLAPPED overlapped;
    memset(&overlapped, 0, sizeof overlapped);
    if (WSARecvFrom(s, &range, 1, NULL, &flags, NULL, NULL, &overlapped, NULL) != 0 ||
        !WSAGetOverlappedResult(s, &overlapped, &count, TRUE, &flags))
        return -1;
    return (int)count;
}

static int by_send(SOCKET s, WSABUF range, DWORD flags)
{
    return send(s, range.buf, (int)range.len, (int)flags);
}

static int by_sendto(SOCKET s, WSABUF range, DWORD flags)
{
    return sendto(s, range.buf, (int)range.len, (int)flags, NULL, 0);
}

static int by_wsasend(SOCKET s, WSABUF range, DWORD flags)
{
    DWORD count = 0;
    return WSASend(s, &range, 1, &count, flags, NULL, NULL) == 0 ? (int)count : -1;
}

static const struct {
    const char *name;
    transfer *call;
} receives[] = {
    {"recv", by_recv},
    {"recvfrom", by_recvfrom},
    {"WSARecv", by_wsarecv},
    {"WSARecvFrom", by_wsarecvfrom},
    {"WSARecv with an OVERLAPPED", by_overlapped_wsarecv},
    {"WSARecvFrom with an OVERLAPPED", by_overlapped_wsarecvfrom},
}, sends[] = {
    {"send", by_send},
    {"sendto", by_sendto},
    {"WSASend", by_wsasend},
};

static const char *after(const char *what, const char *name)
{
    static char text[100];
    snprintf(text, sizeof text, "%s after %s", what, name);
    return text;
}

static void reading(void)
{
    FACT("8.3", "each kind of receive re-enables FD_READ");
    for (size_t row = 0; row < sizeof receives / sizeof *receives; row++) {
        SOCKET client, server;
        char byte;
        WSABUF range = {1, &byte};
        check_net_pair(&client, &server);
        events_select(server, ALL);
        CHECK_EQ(send(client, "12", 2, 0), 2);
        TELLS(server, FD_READ, 0, "two bytes");
        CHECK_EQ(receives[row].call(server, range, 0), 1);
        TELLS(server, FD_READ, 0, after("one is left", receives[row].name));
        CHECK_EQ(receives[row].call(server, range, 0), 1);
        NOTHING(server, after("none is left", receives[row].name));
        CHECK_EQ(send(client, "3", 1, 0), 1);
        TELLS(server, FD_READ, 0, after("another", receives[row].name));
        closesocket(server);
        closesocket(client);
    }
}

static void urgent(void)
{
    FACT("8.3", "each kind of receive with MSG_OOB re-enables FD_OOB");
    for (size_t row = 0; row < 4; row++) {
        SOCKET client, server;
        char byte;
        WSABUF range = {1, &byte};
        check_net_pair(&client, &server);
        events_select(server, ALL);
        CHECK_EQ(send(client, "1", 1, MSG_OOB), 1);
        TELLS(server, FD_OOB, 0, "an urgent byte");
        CHECK_EQ(receives[row].call(server, range, MSG_OOB), 1);
        NOTHING(server, after("it is received", receives[row].name));
        CHECK_EQ(send(client, "2", 1, MSG_OOB), 1);
        TELLS(server, FD_OOB, 0, after("another urgent byte", receives[row].name));
        closesocket(server);
        closesocket(client);
    }
}

static void writing(void)
{
    enum { LARGE = 1 << 20 };
    char *buffer = calloc(LARGE, 1);
    WSABUF range = {LARGE, buffer};
    FACT("8.3", "each kind of send that ends with WSAEWOULDBLOCK re-enables FD_WRITE");
    for (size_t row = 0; row < sizeof sends / sizeof *sends; row++) {
        SOCKET client, server;
        u_long on = 1;
        long sent = 0;
        check_net_pair(&client, &server);
        CHECK_EQ(ioctlsocket(client, FIONBIO, &on), 0);
        events_select(server, ALL | FD_WRITE);
        TELLS(server, FD_WRITE, 0, "room");
        for (int count; (count = sends[row].call(server, range, 0)) > 0;)
            sent += count;
        CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
        while (sent > 0)
            sent -= events_receive(client, buffer, LARGE);
        TELLS(server, FD_WRITE, 0, after("room", sends[row].name));
        closesocket(server);
        closesocket(client);
    }
    free(buffer);
}

static int CALLBACK decide(WSABUF *caller, WSABUF *caller_data, QOS *qos, QOS *group_qos,
                           WSABUF *callee, WSABUF *callee_data, GROUP *group, DWORD_PTR context)
{
    (void)caller, (void)caller_data, (void)qos, (void)group_qos, (void)callee, (void)callee_data;
    (void)group;
    return (int)context;
}

static void accepting(void)
{
    struct sockaddr_in address;
    SOCKET client[2], server, listener = events_listener(&address);

    FACT("8.3", "WSAAccept re-enables FD_ACCEPT");
    client[0] = events_connect(&address);
    client[1] = events_connect(&address);
    events_select(listener, FD_ACCEPT);
    TELLS(listener, FD_ACCEPT, 0, "two connections");
    server = WSAAccept(listener, NULL, NULL, NULL, 0);
    CHECK(server != INVALID_SOCKET);
    TELLS(listener, FD_ACCEPT, 0, "one is left after WSAAccept");
    closesocket(server);
    server = WSAAccept(listener, NULL, NULL, decide, CF_ACCEPT);
    CHECK(server != INVALID_SOCKET);
    NOTHING(listener, "none is left after WSAAccept");
    closesocket(server);
    closesocket(client[0]);
    closesocket(client[1]);

    FACT("8.3", "and one that refuses");
    client[0] = events_connect(&address);
    TELLS(listener, FD_ACCEPT, 0, "a connection to refuse");
    CHECK(WSAAccept(listener, NULL, NULL, decide, CF_REJECT) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    NOTHING(listener, "it was refused");
    closesocket(client[0]);

    FACT("8.3", "but not one that ends with WSATRY_AGAIN");
    client[0] = events_connect(&address);
    TELLS(listener, FD_ACCEPT, 0, "a connection to put off");
    CHECK(WSAAccept(listener, NULL, NULL, decide, CF_DEFER) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSATRY_AGAIN);
    NOTHING(listener, "it was put off");
    server = WSAAccept(listener, NULL, NULL, decide, CF_ACCEPT);
    CHECK(server != INVALID_SOCKET);
    NOTHING(listener, "accepted in the end");
    closesocket(server);
    closesocket(client[0]);
    client[0] = events_connect(&address);
    TELLS(listener, FD_ACCEPT, 0, "the connection after it");
    closesocket(client[0]);
    closesocket(listener);
}

int main(void)
{
    events_start();
    reading();
    urgent();
    writing();
    accepting();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
