/* What IOCTL_AFD_POLL says of sockets in every state (T:afd:test_poll, test_poll_reset). */
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include "../check_afd.h"

#define SEND_CONNECT (AFD_POLL_SEND | AFD_POLL_CONNECT)
#define ENDED_WITH_DATA (SEND_CONNECT | AFD_POLL_DISCONNECT | AFD_POLL_RECEIVE)

static struct sockaddr_in name_of(SOCKET s)
{
    struct sockaddr_in name;
    int length = sizeof name;
    CHECK_NET_NEEDS(getsockname(s, (struct sockaddr *)&name, &length) == 0);
    return name;
}

static void unconnected(void)
{
    SOCKET s = check_net_socket();
    unsigned short port;
    SOCKET listener = check_net_listener(&port);

    FACT("9.5", "nothing is so of a stream socket without a connection, nor of an idle listener");
    CHECK_EQ(level(s), 0);
    CHECK_EQ(level(listener), 0);
    closesocket(s);

    FACT("9.5", "a connection that waits is ACCEPT, until it is accepted");
    s = check_net_connect(port);
    level_wait(listener, AFD_POLL_ACCEPT);
    CHECK_EQ(level(listener), AFD_POLL_ACCEPT);
    closesocket(accept(listener, NULL, NULL));
    CHECK_EQ(level(listener), 0);
    closesocket(s);
    closesocket(listener);
}

static void data(void)
{
    SOCKET client, server;
    char buffer[8], *large = calloc(1, 1 << 20);
    u_long yes = 1;
    check_net_pair(&client, &server);

    FACT("9.5", "a connection is CONNECT for life, and SEND while there is room");
    CHECK_EQ(level(client), SEND_CONNECT);
    CHECK_EQ(level(server), SEND_CONNECT);

    FACT("9.5", "data is RECEIVE, until it is received");
    CHECK(send(server, "data", 4, 0) == 4);
    level_wait(client, AFD_POLL_RECEIVE);
    CHECK_EQ(level(client), SEND_CONNECT | AFD_POLL_RECEIVE);
    CHECK(recv(client, buffer, 2, 0) == 2);
    CHECK_EQ(level(client), SEND_CONNECT | AFD_POLL_RECEIVE);
    CHECK(recv(client, buffer, 2, 0) == 2);
    CHECK_EQ(level(client), SEND_CONNECT);

    FACT("9.5", "without room there is no SEND");
    CHECK(ioctlsocket(server, FIONBIO, &yes) == 0);
    while (send(server, large, 1 << 20, 0) > 0)
        continue;
    CHECK_EQ(level(server), AFD_POLL_CONNECT);

    closesocket(client);
    closesocket(server);
    free(large);
}

static void urgent(void)
{
    SOCKET client, server;
    char byte;
    BOOL yes = TRUE;
    check_net_pair(&client, &server);

    FACT("9.5", "urgent data is RECEIVE_EXPEDITED, until it is received");
    CHECK(send(client, "a", 1, MSG_OOB) == 1);
    level_wait(server, AFD_POLL_RECEIVE_EXPEDITED);
    CHECK_EQ(level(server), SEND_CONNECT | AFD_POLL_RECEIVE_EXPEDITED);
    CHECK(recv(server, &byte, 1, MSG_OOB) == 1);
    CHECK_EQ(level(server), SEND_CONNECT);

    FACT("9.5", "with SO_OOBINLINE it is RECEIVE");
    CHECK(setsockopt(server, SOL_SOCKET, SO_OOBINLINE, (char *)&yes, sizeof yes) == 0);
    CHECK(send(client, "a", 1, MSG_OOB) == 1);
    level_wait(server, AFD_POLL_RECEIVE);
    CHECK_EQ(level(server), SEND_CONNECT | AFD_POLL_RECEIVE);
    closesocket(client);
    closesocket(server);
}

static void endings(void)
{
    SOCKET client, server;
    char buffer[8];

    FACT("9.5", "one's own shutdown changes nothing, the peer's is DISCONNECT");
    check_net_pair(&client, &server);
    CHECK(shutdown(client, SD_RECEIVE) == 0);
    CHECK_EQ(level(client), SEND_CONNECT);
    CHECK_EQ(level(server), SEND_CONNECT);
    CHECK(shutdown(client, SD_SEND) == 0);
    level_wait(server, AFD_POLL_DISCONNECT);
    CHECK_EQ(level(client), SEND_CONNECT);
    CHECK_EQ(level(server), SEND_CONNECT | AFD_POLL_DISCONNECT);
    closesocket(client);
    closesocket(server);

    FACT("9.5", "DISCONNECT is so before the last data is received");
    check_net_pair(&client, &server);
    CHECK(send(client, "data", 4, 0) == 4);
    CHECK(shutdown(client, SD_SEND) == 0);
    level_wait(server, AFD_POLL_RECEIVE);
    CHECK(level(server) == ENDED_WITH_DATA);
    CHECK(recv(server, buffer, sizeof buffer, 0) == 4);
    CHECK_EQ(level(server), SEND_CONNECT | AFD_POLL_DISCONNECT);
    closesocket(client);
    closesocket(server);

    FACT("6.4", "a reset is ABORT, with SEND, and without RECEIVE or DISCONNECT");
    check_net_pair(&client, &server);
    check_net_reset(server);
    level_wait(client, AFD_POLL_ABORT);
    CHECK_EQ(level(client), SEND_CONNECT | AFD_POLL_ABORT);
    CHECK(recv(client, buffer, 1, 0) == -1 && WSAGetLastError() == WSAECONNRESET);
    CHECK_EQ(level(client), SEND_CONNECT | AFD_POLL_ABORT);
    closesocket(client);
}

static void failed(void)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port), s = check_net_socket();
    struct sockaddr_in nobody = check_net_loopback(port);
    struct poll poll = {0};
    u_long yes = 1;
    int i;
    closesocket(listener);

    FACT("9.5", "a connect that fails is CONNECT_FAIL with the reason, each time one asks");
    CHECK(ioctlsocket(s, FIONBIO, &yes) == 0);
    CHECK(poll_one((HANDLE)s, &poll, s, EVERYTHING) == STATUS_PENDING);
    CHECK(connect(s, (struct sockaddr *)&nobody, sizeof nobody) == -1);
    CHECK(poll_ends(&poll));
    for (i = 0; i < 2; i++) {
        CHECK_EQ(poll.block.Status, STATUS_SUCCESS);
        CHECK_EQ(poll.out.NumberOfHandles, 1);
        CHECK_EQ(poll.out.Handles[0].Events, AFD_POLL_CONNECT_FAIL);
        CHECK_EQ(poll.out.Handles[0].Status, NT_CONNECTION_REFUSED);
        CHECK_EQ(poll_one((HANDLE)s, &poll, s, EVERYTHING), STATUS_SUCCESS);
    }
    closesocket(s);

    FACT("9.5", "also when connect itself has reported it");
    s = check_net_socket();
    CHECK(connect(s, (struct sockaddr *)&nobody, sizeof nobody) == -1);
    CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    CHECK_EQ(poll_one((HANDLE)s, &poll, s, EVERYTHING), STATUS_SUCCESS);
    CHECK_EQ(poll.out.Handles[0].Events, AFD_POLL_CONNECT_FAIL);
    CHECK_EQ(poll.out.Handles[0].Status, NT_CONNECTION_REFUSED);
    closesocket(s);
}

static void datagrams(void)
{
    SOCKET receiver = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    SOCKET sender = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    struct sockaddr_in name = check_net_loopback(0);
    struct poll poll = {0};
    char buffer[8];

    FACT("9.5", "a datagram socket is SEND, bound or not, and RECEIVE when one has come");
    CHECK_EQ(level(sender), AFD_POLL_SEND);
    CHECK(bind(receiver, (struct sockaddr *)&name, sizeof name) == 0);
    name = name_of(receiver);
    CHECK_EQ(level(receiver), AFD_POLL_SEND);

    FACT("T:afd:test_poll", "connecting one is CONNECT");
    CHECK(poll_one((HANDLE)sender, &poll, sender, AFD_POLL_CONNECT) == STATUS_PENDING);
    CHECK(connect(sender, (struct sockaddr *)&name, sizeof name) == 0);
    CHECK(WaitForSingleObject(poll.event, 1000) == WAIT_OBJECT_0);
    CHECK(poll.out.Handles[0].Events == AFD_POLL_CONNECT);

    CHECK(poll_one((HANDLE)receiver, &poll, receiver, ~AFD_POLL_SEND) == STATUS_PENDING);
    CHECK(send(sender, "data", 4, 0) == 4);
    CHECK(poll_ends(&poll));
    CHECK_EQ(poll.out.Handles[0].Events, AFD_POLL_RECEIVE);
    CHECK(recv(receiver, buffer, sizeof buffer, 0) == 4);
    CHECK_EQ(level(receiver), AFD_POLL_SEND);
    closesocket(sender);
    closesocket(receiver);
}

int main(void)
{
    check_net_start();
    check_afd_start();
    unconnected();
    data();
    urgent();
    endings();
    failed();
    datagrams();
    return check_end();
}
