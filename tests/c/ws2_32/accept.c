/* accept: what it wants, what it tells, what wakes it (T:sock:test_accept). */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static void refuses(void)
{
    SOCKET s = check_net_socket(), datagram = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    struct sockaddr_in any = check_net_loopback(0);

    FACT("10.4", "what does not listen: 10022; what has no connections: 10045");
    CHECK(accept(s, NULL, NULL) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(bind(s, (struct sockaddr *)&any, sizeof any), 0);
    CHECK(accept(s, NULL, NULL) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(bind(datagram, (struct sockaddr *)&any, sizeof any), 0);
    CHECK(accept(datagram, NULL, NULL) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEOPNOTSUPP);
    CHECK(accept(INVALID_SOCKET, NULL, NULL) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(closesocket(datagram), 0);
}

static void tells(void)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port), client = check_net_connect(port), server;
    struct sockaddr_storage peer, own, empty;
    int length = sizeof(struct sockaddr_in) - 1, own_length = sizeof own;

    FACT("10.4", "no room: 10014, and the length stays as it was");
    memset(&empty, 0, sizeof empty);
    peer = empty;
    CHECK(accept(listener, (struct sockaddr *)&peer, &length) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(length, sizeof(struct sockaddr_in) - 1);
    CHECK_EQ(closesocket(client), 0);
    FACT("10.4", "more room than needed: the address's own length is told");
    client = check_net_connect(port);
    CHECK_EQ(getsockname(client, (struct sockaddr *)&own, &own_length), 0);
    for (;;) {
        length = sizeof peer;
        server = accept(listener, (struct sockaddr *)&peer, &length);
        CHECK_NET_NEEDS(server != INVALID_SOCKET);
        if (memcmp(&own, &peer, sizeof(struct sockaddr_in)) == 0) break;
        closesocket(server); /* the one before, which Wine 8 has not kept */
    }
    CHECK_EQ(length, sizeof(struct sockaddr_in));
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(closesocket(client), 0);

    FACT("10.4", "an address without a length is not told, and that is no error");
    client = check_net_connect(port);
    peer = empty;
    server = accept(listener, (struct sockaddr *)&peer, NULL);
    CHECK(server + 1 != 0);
    CHECK(memcmp(&peer, &empty, sizeof peer) == 0);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(listener), 0);
}

struct later { unsigned short port; HANDLE go; SOCKET client; int runs; };

static DWORD WINAPI connect_later(void *context)
{
    struct later *later = context;
    WaitForSingleObject(later->go, 5000); /* under Wine 8 nobody lets it go */
    later->client = check_net_connect(later->port);
    return 0;
}

static void CALLBACK let_go(ULONG_PTR context)
{
    struct later *later = (struct later *)context;
    later->runs++;
    SetEvent(later->go);
}

static void alertable(void)
{
    struct later later = {0, CreateEventA(NULL, FALSE, FALSE, NULL), 0, 0};
    SOCKET listener = check_net_listener(&later.port), server;
    HANDLE thread = CreateThread(NULL, 0, connect_later, &later, 0, NULL);

    FACT("10.4", "a blocked accept is an alertable wait");
    CHECK(QueueUserAPC(let_go, GetCurrentThread(), (ULONG_PTR)&later));
    server = accept(listener, NULL, NULL);
    CHECK(server + 1 != 0);
    CHECK_EQ(later.runs, 1);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(CloseHandle(thread));
    CHECK(CloseHandle(later.go));
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(closesocket(later.client), 0);
    CHECK_EQ(closesocket(listener), 0);
}

static DWORD WINAPI blocked(void *context)
{
    SOCKET *listener = context, server = accept(*listener, NULL, NULL);
    return server == INVALID_SOCKET ? (DWORD)WSAGetLastError() : 0;
}

static void woken(void)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port);
    HANDLE thread = CreateThread(NULL, 0, blocked, &listener, 0, NULL);
    DWORD code = 0;

    FACT("10.4", "closing the listener in another thread wakes a blocked accept with an error");
    /* If the thread is late it finds no socket, which is an error as well. */
    SwitchToThread();
    CHECK_EQ(closesocket(listener), 0);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK(code != 0);
    CHECK(CloseHandle(thread));
}

int main(void)
{
    check_net_start();
    refuses();
    tells();
    alertable();
    woken();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
