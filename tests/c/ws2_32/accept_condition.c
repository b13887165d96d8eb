/* Semantics 10.5 and 10.6: WSAAccept and its condition. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

struct seen {
    int answer, calls;
    DWORD thread;
    struct sockaddr_in caller, callee;
    int plain; /* lengths of caller and callee, no data, no QoS */
    SOCKET close;
};

static int CALLBACK condition(LPWSABUF caller, LPWSABUF caller_data, LPQOS qos, LPQOS group_qos,
                              LPWSABUF callee, LPWSABUF callee_data, GROUP *group,
                              DWORD_PTR context)
{
    struct seen *seen = (struct seen *)context;

    (void)callee_data; /* room for an answer, under Wine */
    (void)group;
    seen->calls++;
    seen->thread = GetCurrentThreadId();
    seen->plain = caller->len == 16 && callee->len == 16 && caller_data->len == 0 &&
                  qos == NULL && group_qos == NULL;
    if (seen->plain) {
        memcpy(&seen->caller, caller->buf, sizeof seen->caller);
        memcpy(&seen->callee, callee->buf, sizeof seen->callee);
    }
    if (seen->close) CHECK_EQ(closesocket(seen->close), 0);
    return seen->answer;
}

static void accepts(SOCKET listener, unsigned short port)
{
    struct seen seen = {CF_ACCEPT, 0, 0, {0}, {0}, 0, 0};
    struct sockaddr_in peer, own;
    int length = sizeof peer, own_length = sizeof own;
    SOCKET client = check_net_connect(port), server;

    FACT("10.5", "the condition runs in the calling thread and sees both addresses");
    server = WSAAccept(listener, (struct sockaddr *)&peer, &length, condition, (DWORD_PTR)&seen);
    REQUIRE(server + 1 != 0);
    CHECK_EQ(WSAGetLastError(), 0);
    CHECK_EQ(seen.calls, 1);
    CHECK_EQ(seen.thread == GetCurrentThreadId(), 1);
    CHECK(seen.plain);
    CHECK_EQ(getsockname(client, (struct sockaddr *)&own, &own_length), 0);
    CHECK(memcmp(&own, &seen.caller, 8) == 0);
    CHECK(memcmp(&own, &peer, 8) == 0);
    CHECK_EQ(length, sizeof peer);
    CHECK_EQ(ntohs(seen.callee.sin_port) == port, 1);
    CHECK_EQ(send(client, "x", 1, 0), 1);
    CHECK_EQ(recv(server, (char *)&peer, 1, 0), 1);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);

    FACT("10.5", "without a condition it is accept");
    client = check_net_connect(port);
    server = WSAAccept(listener, NULL, NULL, NULL, 0);
    CHECK(server + 1 != 0);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);
}

static void rejects(SOCKET listener, unsigned short port)
{
    struct seen seen = {CF_REJECT, 0, 0, {0}, {0}, 0, 0};
    SOCKET client = check_net_connect(port);
    char text[4];

    FACT("10.6", "the client's connect has succeeded, so that a rejection is a reset");
    CHECK(WSAAccept(listener, NULL, NULL, condition, (DWORD_PTR)&seen) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    CHECK_EQ(seen.calls, 1);
    CHECK_EQ(recv(client, text, sizeof text, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    CHECK_EQ(closesocket(client), 0);
}

static void conditional(void)
{
    struct seen seen = {CF_REJECT, 0, 0, {0}, {0}, 0, 0};
    struct sockaddr_in address = check_net_loopback(0);
    SOCKET listener = check_net_socket(), client;
    int on = 7, length = sizeof on;
    char text[4];

    FACT("10.6", "SO_CONDITIONAL_ACCEPT is off at first, and then what was set");
    CHECK_EQ(getsockopt(listener, SOL_SOCKET, SO_CONDITIONAL_ACCEPT, (char *)&on, &length), 0);
    CHECK_EQ(on & 0xFF, 0);
    on = 1;
    CHECK_EQ(setsockopt(listener, SOL_SOCKET, SO_CONDITIONAL_ACCEPT, (char *)&on, sizeof on), 0);
    on = 0;
    length = sizeof on;
    CHECK_EQ(getsockopt(listener, SOL_SOCKET, SO_CONDITIONAL_ACCEPT, (char *)&on, &length), 0);
    CHECK_EQ(on & 0xFF, 1);

    /* Linux has answered the connect by then all the same; the rejection is seen as a reset. */
    CHECK_EQ(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    length = sizeof address;
    CHECK_EQ(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    CHECK_EQ(listen(listener, 1), 0);
    client = check_net_connect(ntohs(address.sin_port));
    CHECK(WSAAccept(listener, NULL, NULL, condition, (DWORD_PTR)&seen) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    CHECK_EQ(recv(client, text, sizeof text, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(listener), 0);
}

static int ready(SOCKET s)
{
    fd_set set;
    struct timeval none = {0, 0};

    FD_ZERO(&set);
    FD_SET(s, &set);
    return select(0, &set, NULL, NULL, &none);
}

static void defers(SOCKET listener, unsigned short port)
{
    struct seen seen = {CF_DEFER, 0, 0, {0}, {0}, 0, 0};
    SOCKET first = check_net_connect(port), second = check_net_connect(port), server;
    char text[4] = "";

    FACT("10.5", "a deferred connection stays in its place: the next accept gets it");
    CHECK_EQ(send(first, "1", 1, 0), 1);
    CHECK_EQ(send(second, "2", 1, 0), 1);
    CHECK(WSAAccept(listener, NULL, NULL, condition, (DWORD_PTR)&seen) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSATRY_AGAIN);
    CHECK(WSAAccept(listener, NULL, NULL, condition, (DWORD_PTR)&seen) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSATRY_AGAIN);
    CHECK_EQ(seen.calls, 2);
    CHECK_EQ(ready(listener), 1);
    server = accept(listener, NULL, NULL);
    REQUIRE(server + 1 != 0);
    CHECK_EQ(recv(server, text, 1, 0), 1);
    CHECK_EQ(text[0], '1');
    CHECK_EQ(closesocket(server), 0);
    server = accept(listener, NULL, NULL);
    REQUIRE(server + 1 != 0);
    CHECK_EQ(recv(server, text, 1, 0), 1);
    CHECK_EQ(text[0], '2');
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(ready(listener), 0);
    CHECK_EQ(closesocket(first), 0);
    CHECK_EQ(closesocket(second), 0);
}

static DWORD WINAPI blocked_accept(void *context)
{
    SOCKET server = accept(*(SOCKET *)context, NULL, NULL);
    return server != INVALID_SOCKET && closesocket(server) == 0;
}

static void wakes(SOCKET listener, unsigned short port)
{
    struct seen seen = {CF_DEFER, 0, 0, {0}, {0}, 0, 0};
    SOCKET client = check_net_connect(port);
    DWORD code = 0;
    HANDLE thread;

    FACT("10.5", "another thread's accept takes what was deferred");
    CHECK(WSAAccept(listener, NULL, NULL, condition, (DWORD_PTR)&seen) == INVALID_SOCKET);
    thread = CreateThread(NULL, 0, blocked_accept, &listener, 0, NULL);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 1);
    CHECK(CloseHandle(thread));
    CHECK_EQ(closesocket(client), 0);
}

static void extended(SOCKET listener, unsigned short port)
{
    struct seen seen = {CF_DEFER, 0, 0, {0}, {0}, 0, 0};
    SOCKET client = check_net_connect(port), server = check_net_socket();
    char area[64], text[4];
    OVERLAPPED request;
    DWORD count;

    FACT("10.5", "so does AcceptEx");
    CHECK_EQ(send(client, "9", 1, 0), 1);
    CHECK(WSAAccept(listener, NULL, NULL, condition, (DWORD_PTR)&seen) == INVALID_SOCKET);
    memset(&request, 0, sizeof request);
    request.hEvent = WSACreateEvent();
    if (!AcceptEx(listener, server, area, 0, 32, 32, &count, &request))
        CHECK_EQ(WSAGetLastError(), ERROR_IO_PENDING);
    /* Under Wine nothing comes. */
    CHECK_EQ(WaitForSingleObject(request.hEvent, 5000), WAIT_OBJECT_0);
    CHECK(WSACloseEvent(request.hEvent));
    CHECK_EQ(recv(server, text, 1, 0), 1);
    CHECK_EQ(text[0], '9');
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);
}

static void errors(SOCKET listener, unsigned short port)
{
    struct seen seen = {CF_ACCEPT, 0, 0, {0}, {0}, 0, 0};
    struct sockaddr_in peer;
    int length = sizeof peer - 1;
    SOCKET client = check_net_connect(port), unbound = check_net_socket(), server;
    u_long on = 1, off = 0;

    FACT("10.4", "an address buffer that is too small costs no connection");
    CHECK(WSAAccept(listener, (struct sockaddr *)&peer, &length, condition, (DWORD_PTR)&seen) ==
          INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(ioctlsocket(listener, FIONBIO, &on), 0);
    server = accept(listener, NULL, NULL);
    CHECK(server + 1 != 0 && closesocket(server) == 0);
    CHECK_EQ(closesocket(client), 0);

    FACT("10.5", "nobody asks the condition when there is nobody to accept");
    seen.calls = 0;
    CHECK(WSAAccept(listener, NULL, NULL, condition, (DWORD_PTR)&seen) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(ioctlsocket(listener, FIONBIO, &off), 0);
    CHECK(WSAAccept(unbound, NULL, NULL, condition, (DWORD_PTR)&seen) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK(WSAAccept(INVALID_SOCKET, NULL, NULL, condition, (DWORD_PTR)&seen) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(seen.calls, 0);
    CHECK_EQ(closesocket(unbound), 0);
}

static void closes(SOCKET listener, unsigned short port)
{
    struct seen seen = {CF_DEFER, 0, 0, {0}, {0}, 0, 0};
    SOCKET client = check_net_connect(port);
    DWORD patience = 3000; /* for Wine, where nothing comes */
    char text[4];

    FACT("10.5", "a listener that closes sends away whom it has deferred");
    CHECK(WSAAccept(listener, NULL, NULL, condition, (DWORD_PTR)&seen) == INVALID_SOCKET);
    CHECK_EQ(closesocket(listener), 0);
    CHECK_EQ(setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, (char *)&patience, sizeof patience), 0);
    CHECK_EQ(recv(client, text, sizeof text, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    CHECK_EQ(closesocket(client), 0);
}

int main(void)
{
    unsigned short port;
    SOCKET listener;

    check_net_start();
    listener = check_net_listener(&port);
    accepts(listener, port);
    rejects(listener, port);
    conditional();
    defers(listener, port);
    wakes(listener, port);
    extended(listener, port);
    errors(listener, port);
    closes(listener, port);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
