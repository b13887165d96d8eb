/* Semantics 6.3: what SO_LINGER makes of closesocket. */
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

#define LARGE (8 << 20)

static void linger_of(SOCKET s, u_short on, u_short seconds)
{
    struct linger linger = {on, seconds};
    CHECK_EQ(setsockopt(s, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger), 0);
}

/* Sends so much that the peer, which does not read, cannot take it all. */
static int fill(SOCKET s, char *data)
{
    u_long on = 1, off = 0;
    int sent;

    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    sent = send(s, data, LARGE, 0);
    CHECK(sent > 0);
    CHECK_EQ(ioctlsocket(s, FIONBIO, &off), 0);
    return sent;
}

static int drain(SOCKET s, char *data)
{
    int all = 0, got;
    while ((got = recv(s, data, LARGE, 0)) > 0) all += got;
    return got < 0 ? -WSAGetLastError() : all;
}

static DWORD WINAPI drain_later(void *context)
{
    char *data = malloc(LARGE);
    int all = drain(*(SOCKET *)context, data);
    free(data);
    return (DWORD)all;
}

int main(void)
{
    char *data = calloc(1, LARGE);
    SOCKET client, server;
    DWORD all = 0;
    HANDLE thread;
    u_long on = 1;
    int sent;

    check_net_start();
    FACT("6.3", "off: closing returns at once, and the data is delivered in the background");
    check_net_pair(&client, &server);
    sent = fill(client, data);
    CHECK_EQ(closesocket(client), 0);
    CHECK(drain(server, data) == sent);
    CHECK_EQ(closesocket(server), 0);

    FACT("6.3", "on with 0: a reset, and unsent data is lost");
    check_net_pair(&client, &server);
    fill(client, data);
    linger_of(client, 1, 0);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(drain(server, data), -WSAECONNRESET);
    CHECK_EQ(closesocket(server), 0);

    FACT("6.3", "on with a time, non-blocking: would block while data is unsent, and stays open");
    check_net_pair(&client, &server);
    linger_of(client, 1, 30);
    sent = fill(client, data);
    CHECK_EQ(ioctlsocket(client, FIONBIO, &on), 0);
    CHECK_EQ(closesocket(client), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(closesocket(client), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    linger_of(client, 0, 0);
    CHECK_EQ(closesocket(client), 0);
    CHECK(drain(server, data) == sent);
    CHECK_EQ(closesocket(server), 0);

    FACT("6.3", "on with a time, blocking: closing waits until the data is sent");
    check_net_pair(&client, &server);
    linger_of(client, 1, 30);
    sent = fill(client, data);
    thread = CreateThread(NULL, 0, drain_later, &server, 0, NULL);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &all));
    CHECK((int)all == sent);
    CHECK(CloseHandle(thread));
    CHECK_EQ(closesocket(server), 0);

    FACT("6.3", "when the time is over the connection is reset");
    check_net_pair(&client, &server);
    linger_of(client, 1, 1);
    fill(client, data);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(drain(server, data), -WSAECONNRESET);
    CHECK_EQ(closesocket(server), 0);

    FACT("6.3", "with nothing unsent closing waits for nothing");
    check_net_pair(&client, &server);
    linger_of(client, 1, 30);
    CHECK_EQ(ioctlsocket(client, FIONBIO, &on), 0);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(drain(server, data), 0);
    CHECK_EQ(closesocket(server), 0);
    free(data);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
