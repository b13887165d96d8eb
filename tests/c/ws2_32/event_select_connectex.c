// WSAEventSelect: FD_CONNECT of ConnectEx and of connects that fail (semantics 8.3, 8.7).
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"
#include "check_events.h"

#define ALL (FD_ACCEPT | FD_CLOSE | FD_CONNECT | FD_OOB | FD_READ | FD_WRITE)

static LPFN_CONNECTEX connect_ex;

static SOCKET bound_socket(void)
{
    struct sockaddr_in address = check_net_loopback(0);
    SOCKET s = check_net_socket();
    CHECK_NET_NEEDS(bind(s, (struct sockaddr *)&address, sizeof address) == 0);
    return s;
}

/* Connects and gives the code of the end. */
static DWORD connects(SOCKET s, const struct sockaddr_in *address)
{
    OVERLAPPED overlapped;
    DWORD count, flags, code = 0;
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = WSACreateEvent();
    if (!connect_ex(s, (const struct sockaddr *)address, sizeof *address, NULL, 0, NULL,
                    &overlapped))
        code = WSAGetLastError();
    if (code == WSA_IO_PENDING)
        code = WSAGetOverlappedResult(s, &overlapped, &count, TRUE, &flags) ? 0 : WSAGetLastError();
    WSACloseEvent(overlapped.hEvent);
    return code;
}

static void succeeds(void)
{
    struct sockaddr_in address;
    SOCKET listener = events_listener(&address), client = bound_socket(), server;

    FACT("8.7", "ConnectEx: FD_CONNECT, then FD_WRITE");
    events_select(client, ALL);
    NOTHING(client, "bound");
    CHECK_EQ(connects(client, &address), 0);
    TELLS(client, FD_CONNECT, FD_WRITE, "connected");
    NOTHING(client, "told once");

    FACT("8.3", "no call re-enables FD_CONNECT");
    server = accept(listener, NULL, NULL);
    CHECK_EQ(setsockopt(client, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0), 0);
    CHECK_EQ(send(client, "x", 1, 0), 1);
    CHECK_EQ(connects(client, &address), WSAEISCONN);
    NOTHING(client, "SO_UPDATE_CONNECT_CONTEXT, send, another ConnectEx");
    events_select(client, ALL);
    TELLS(client, BY_MODE(0, FD_WRITE), 0, "selected again");

    FACT("8.7", "and its data and end are told");
    char byte;
    CHECK_EQ(recv(server, &byte, 1, 0), 1);
    CHECK_EQ(send(server, "x", 1, 0), 1);
    TELLS(client, FD_READ, 0, "data");
    CHECK_EQ(recv(client, &byte, 1, 0), 1);
    closesocket(server);
    TELLS(client, FD_CLOSE, 0, "the peer's end");
    closesocket(client);

    FACT("8.7", "selected after ConnectEx: FD_CONNECT by event only");
    client = bound_socket();
    CHECK_EQ(connects(client, &address), 0);
    server = accept(listener, NULL, NULL);
    events_select(client, ALL);
    TELLS(client, BY_MODE(FD_CONNECT, FD_WRITE), BY_MODE(FD_WRITE, 0), "connected before");
    closesocket(client);
    closesocket(server);
    closesocket(listener);
}

static void fails(void)
{
    struct sockaddr_in address;
    SOCKET listener = events_listener(&address), client = bound_socket();
    WSANETWORKEVENTS told;

    FACT("8.7", "ConnectEx that is refused: FD_CONNECT with WSAECONNREFUSED");
    closesocket(listener);
    events_select(client, ALL);
    CHECK_EQ(connects(client, &address), WSAECONNREFUSED);
    TELLS(client, EVENT(FD_CONNECT, WSAECONNREFUSED), 0, "ConnectEx refused");
    NOTHING(client, "told once");
    closesocket(client);

    FACT("8.7", "the next ConnectEx is told again, each as it ends");
    client = bound_socket();
    events_select(client, ALL);
    for (int i = 0; i < 2; i++) {
        DWORD again = connects(client, &address);
        CHECK_EQ(again, WSAECONNREFUSED);
        TELLS(client, EVENT(FD_CONNECT, WSAECONNREFUSED), 0, "ConnectEx refused again");
    }
    closesocket(client);

    FACT("8.7", "refused while the program waited, then selected");
    client = check_net_socket();
    CHECK_EQ(connect(client, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    events_select(client, ALL);
    TELLS(client, BY_MODE(EVENT(FD_CONNECT, WSAECONNREFUSED), 0), 0, "refused while it waited");
    closesocket(client);

    FACT("8.7", "refused before the selection");
    client = check_net_socket();
    u_long on = 1;
    fd_set exceptional;
    CHECK_EQ(ioctlsocket(client, FIONBIO, &on), 0);
    CHECK_EQ(connect(client, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    FD_ZERO(&exceptional);
    FD_SET(client, &exceptional);
    CHECK_EQ(select(0, NULL, NULL, &exceptional, NULL), 1);
    events_select(client, ALL);
    TELLS(client, BY_MODE(EVENT(FD_CONNECT, WSAECONNREFUSED), 0), 0, "refused before");
    memset(&told, 0, sizeof told);
    CHECK_EQ(WSAEnumNetworkEvents(client, NULL, &told), 0);
    CHECK_EQ(told.lNetworkEvents, 0);
    closesocket(client);
}

int main(void)
{
    GUID which = WSAID_CONNECTEX;
    DWORD count;
    SOCKET s;

    events_start();
    s = check_net_socket();
    CHECK_EQ(WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &which, sizeof which, &connect_ex,
                      sizeof connect_ex, &count, NULL, NULL), 0);
    REQUIRE(connect_ex != NULL);
    closesocket(s);
    succeeds();
    fails();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
