// WSAEventSelect: FD_CONNECT, and FD_WRITE with it (semantics 8.3, 8.4, 8.7).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_events.h"

#define ALL (FD_ACCEPT | FD_CLOSE | FD_CONNECT | FD_OOB | FD_READ | FD_WRITE)

static int begins(SOCKET s, const struct sockaddr_in *address)
{
    return connect(s, (const struct sockaddr *)address, sizeof *address) == 0 ||
           WSAGetLastError() == WSAEWOULDBLOCK;
}

static void begin(SOCKET s, const struct sockaddr_in *address)
{
    CHECK(begins(s, address));
}

static void succeeds(void)
{
    struct sockaddr_in address;
    SOCKET listener = events_listener(&address), client, server;

    FACT("8.7", "a connection: FD_CONNECT, then FD_WRITE");
    client = check_net_socket();
    events_select(client, ALL);
    NOTHING(client, "not connected");
    begin(client, &address);
    TELLS(client, FD_CONNECT, FD_WRITE, "connected");
    NOTHING(client, "told once");
    events_select(client, 0);
    events_select(client, ALL);
    TELLS(client, BY_MODE(0, FD_WRITE), 0, "selected again");

    FACT("8.7", "an accepted socket was not connected by its program");
    server = accept(listener, NULL, NULL);
    events_select(server, ALL);
    TELLS(server, FD_WRITE, 0, "accepted");
    closesocket(client);
    closesocket(server);

    FACT("8.7", "selected after the connect: FD_CONNECT by event only");
    client = events_connect(&address);
    server = accept(listener, NULL, NULL);
    CHECK_EQ(send(client, "data", 4, 0), 4);
    events_select(client, ALL);
    TELLS(client, BY_MODE(FD_CONNECT, FD_WRITE), BY_MODE(FD_WRITE, 0), "connected before");
    closesocket(client);
    closesocket(server);

    FACT("8.4", "FD_CONNECT is selected after it has happened");
    client = check_net_socket();
    events_select(client, ALL & ~FD_CONNECT);
    begin(client, &address);
    server = accept(listener, NULL, NULL);
    TELLS(client, FD_WRITE, 0, "without FD_CONNECT");
    events_select(client, ALL & ~FD_CLOSE);
    TELLS(client, BY_MODE(FD_CONNECT, FD_WRITE), 0, "with FD_CONNECT");
    closesocket(client);
    closesocket(server);
    closesocket(listener);
}

static void fails(void)
{
    struct sockaddr_in address;
    SOCKET listener = events_listener(&address), client = check_net_socket();

    FACT("8.7", "a refused connect: FD_CONNECT with WSAECONNREFUSED, and no more");
    closesocket(listener);
    events_select(client, ALL);
    begin(client, &address);
    TELLS(client, EVENT(FD_CONNECT, WSAECONNREFUSED), 0, "refused");
    NOTHING(client, "told once");

    FACT("8.7", "the next attempt is told again");
    listener = events_listener(&address);
    int second_attempt_begins = begins(client, &address);
    CHECK(second_attempt_begins);
    TELLS(client, FD_CONNECT, FD_WRITE, "a second attempt");
    closesocket(client);
    closesocket(listener);
}

static void datagrams(void)
{
    struct sockaddr_in address = check_net_loopback(0);
    int length = sizeof address;
    SOCKET client = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    SOCKET server = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);

    FACT("8.7", "a datagram socket can send as soon as it has an address");
    events_select(client, ALL);
    TELLS(client, BY_MODE(0, FD_WRITE), 0, "without an address");
    CHECK_EQ(bind(server, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(getsockname(server, (struct sockaddr *)&address, &length), 0);
    events_select(server, ALL);
    TELLS(server, FD_WRITE, 0, "bound");
    begin(client, &address);
    TELLS(client, BY_MODE(FD_CONNECT, FD_WRITE), BY_MODE(FD_WRITE, 0), "a peer is set");
    NOTHING(client, "told once");

    FACT("8.7", "a send gives it an address");
    SOCKET unbound = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    SOCKET sink = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    struct sockaddr_in elsewhere = check_net_loopback(0);
    length = sizeof elsewhere;
    CHECK_EQ(bind(sink, (struct sockaddr *)&elsewhere, sizeof elsewhere), 0);
    CHECK_EQ(getsockname(sink, (struct sockaddr *)&elsewhere, &length), 0);
    events_select(unbound, ALL);
    TELLS(unbound, BY_MODE(0, FD_WRITE), 0, "without an address, again");
    CHECK_EQ(sendto(unbound, "0", 1, 0, (struct sockaddr *)&elsewhere, sizeof elsewhere), 1);
    TELLS(unbound, BY_MODE(FD_WRITE, 0), 0, "its send gave it one");
    closesocket(unbound);
    closesocket(sink);

    FACT("8.3", "each datagram that is left is told after a receive");
    CHECK_EQ(send(client, "1", 1, 0), 1);
    TELLS(server, FD_READ, 0, "a datagram");
    CHECK_EQ(send(client, "2", 1, 0), 1);
    TELLS(server, BY_MODE(FD_READ, 0), 0, "a second datagram");
    char byte;
    CHECK_EQ(recv(server, &byte, 1, 0), 1);
    TELLS(server, FD_READ, 0, "a datagram is left");
    CHECK_EQ(recv(server, &byte, 1, 0), 1);
    NOTHING(server, "no datagram is left");
    CHECK_EQ(send(client, "", 0, 0), 0);
    TELLS(server, FD_READ, 0, "an empty datagram");
    CHECK_EQ(recv(server, &byte, 1, 0), 0);
    NOTHING(server, "it has been received");
    closesocket(client);
    closesocket(server);
}

int main(void)
{
    events_start();
    succeeds();
    fails();
    datagrams();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
