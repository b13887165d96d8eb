// WSAEventSelect and WSAEnumNetworkEvents: arguments, the event object, blocking (semantics 8.1,
// 8.10, 8.13, 5.13).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

#define PATIENCE 5000

static void arguments(void)
{
    WSANETWORKEVENTS told;
    SOCKET client, server;
    HANDLE event = WSACreateEvent();
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);

    FACT("8.1", "bad arguments change nothing");
    check_net_pair(&client, &server);
    CHECK_EQ(WSAEventSelect(INVALID_SOCKET, event, FD_READ), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(WSAEventSelect(server, NULL, FD_READ), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(WSAEventSelect(server, (HANDLE)0xdead0, FD_READ), SOCKET_ERROR);
    int code_of_no_handle = WSAGetLastError();
    CHECK_EQ(code_of_no_handle, WSAEINVAL);
    CHECK_EQ(WSAEventSelect(server, port, FD_READ), SOCKET_ERROR);
    int code_of_no_event = WSAGetLastError();
    CHECK_EQ(code_of_no_event, WSAEINVAL);
    CHECK_EQ(WSAEventSelect(server, NULL, 0), 0);

    FACT("8.10", "a socket that was never selected has nothing to tell");
    memset(&told, 0xcc, sizeof told);
    CHECK_EQ(WSAEnumNetworkEvents(server, NULL, &told), 0);
    CHECK_EQ(told.lNetworkEvents, 0);

    FACT("8.10", "bad arguments take nothing");
    CHECK_EQ(WSAEventSelect(server, event, FD_READ | FD_WRITE), 0);
    CHECK_EQ(WaitForSingleObject(event, PATIENCE), WAIT_OBJECT_0);
    CHECK_EQ(WSAEnumNetworkEvents(INVALID_SOCKET, event, &told), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);

    FACT("8.10", "without an event none is reset; only the codes of what happened are written");
    memset(&told, 0xcc, sizeof told);
    CHECK_EQ(WSAEnumNetworkEvents(server, NULL, &told), 0);
    CHECK_EQ(told.lNetworkEvents, FD_WRITE);
    CHECK_EQ(told.iErrorCode[FD_WRITE_BIT], 0);
    CHECK_EQ(told.iErrorCode[FD_READ_BIT], (int)0xcccccccc);
    CHECK_EQ(told.iErrorCode[FD_CLOSE_BIT], (int)0xcccccccc);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    CHECK_EQ(WSAEnumNetworkEvents(server, event, &told), 0);
    CHECK_EQ(told.lNetworkEvents, 0);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    closesocket(client);
    closesocket(server);
    WSACloseEvent(event);
    CloseHandle(port);
}

static void replaced(void)
{
    SOCKET client, server;
    WSANETWORKEVENTS told;
    HANDLE first = WSACreateEvent(), second = CreateEventA(NULL, FALSE, FALSE, NULL);
    char byte;

    FACT("8.1", "a selection replaces the one before");
    check_net_pair(&client, &server);
    CHECK_EQ(WSAEventSelect(server, first, FD_READ), 0);
    CHECK_EQ(WSAEventSelect(server, second, FD_READ), 0);
    CHECK_EQ(send(client, "a", 1, 0), 1);

    FACT("8.13", "an event that resets itself is taken by the first who waits");
    CHECK_EQ(WaitForSingleObject(second, PATIENCE), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(second, 0), WAIT_TIMEOUT);
    CHECK_EQ(WaitForSingleObject(first, 0), WAIT_TIMEOUT);
    CHECK_EQ(WSAEnumNetworkEvents(server, NULL, &told), 0);
    CHECK_EQ(told.lNetworkEvents, FD_READ);

    FACT("8.1", "an event may be closed while it is selected; the record goes on");
    CHECK_EQ(recv(server, &byte, 1, 0), 1);
    CHECK(WSACloseEvent(second));
    CHECK_EQ(send(client, "b", 1, 0), 1);
    CHECK_EQ(WSAEventSelect(server, first, FD_READ), 0);
    CHECK_EQ(WaitForSingleObject(first, PATIENCE), WAIT_OBJECT_0);
    CHECK_EQ(WSAEnumNetworkEvents(server, first, &told), 0);
    CHECK_EQ(told.lNetworkEvents, FD_READ);
    closesocket(client);
    closesocket(server);
    WSACloseEvent(first);
}

static void one_event(void)
{
    SOCKET client[2], server[2];
    WSANETWORKEVENTS told;
    HANDLE event = WSACreateEvent();

    FACT("8.10", "one event for two sockets: each has its own record");
    for (int i = 0; i < 2; i++) {
        check_net_pair(&client[i], &server[i]);
        CHECK_EQ(WSAEventSelect(server[i], event, FD_READ), 0);
    }
    CHECK_EQ(send(client[1], "a", 1, 0), 1);
    CHECK_EQ(WaitForSingleObject(event, PATIENCE), WAIT_OBJECT_0);
    CHECK_EQ(WSAEnumNetworkEvents(server[0], NULL, &told), 0);
    CHECK_EQ(told.lNetworkEvents, 0);
    CHECK_EQ(WSAEnumNetworkEvents(server[1], event, &told), 0);
    CHECK_EQ(told.lNetworkEvents, FD_READ);
    for (int i = 0; i < 2; i++) {
        closesocket(client[i]);
        closesocket(server[i]);
    }
    WSACloseEvent(event);
}

static void blocking(void)
{
    SOCKET client, server;
    HANDLE event = WSACreateEvent();
    u_long on = 1, off = 0;
    DWORD count = 77;
    char byte;

    FACT("8.1", "a selected socket does not block");
    check_net_pair(&client, &server);
    CHECK_EQ(WSAEventSelect(server, event, FD_READ), 0);
    CHECK_EQ(recv(server, &byte, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);

    FACT("5.13", "and cannot be made to");
    CHECK_EQ(ioctlsocket(server, FIONBIO, &on), 0);
    CHECK_EQ(ioctlsocket(server, FIONBIO, &off), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(WSAIoctl(server, FIONBIO, &off, sizeof off, NULL, 0, &count, NULL, NULL),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(recv(server, &byte, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);

    FACT("8.1", "the end of the selection leaves it so, and allows it");
    CHECK_EQ(WSAEventSelect(server, NULL, 0), 0);
    CHECK_EQ(recv(server, &byte, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(ioctlsocket(server, FIONBIO, &off), 0);
    CHECK_EQ(send(client, "a", 1, 0), 1);
    CHECK_EQ(recv(server, &byte, 1, 0), 1);
    closesocket(client);
    closesocket(server);
    WSACloseEvent(event);
}

static void every_event(void)
{
    SOCKET client, server;
    WSANETWORKEVENTS told;
    HANDLE event = WSACreateEvent();

    FACT("8.12", "every event may be selected; those of routes, groups and addresses do not come");
    check_net_pair(&client, &server);
    CHECK_EQ(FD_ALL_EVENTS, 0x3ff);
    CHECK_EQ(WSAEventSelect(server, event, FD_ALL_EVENTS), 0);
    CHECK_EQ(WaitForSingleObject(event, PATIENCE), WAIT_OBJECT_0);
    CHECK_EQ(WSAEnumNetworkEvents(server, event, &told), 0);
    CHECK_EQ(told.lNetworkEvents, FD_WRITE);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    closesocket(server);
    closesocket(client);
    WSACloseEvent(event);
}

/* A socket whose requests complete to a port that nobody waits at. */
static void with_port(void)
{
    SOCKET client, server;
    WSANETWORKEVENTS told;
    HANDLE event = WSACreateEvent(), port;
    char byte;

    FACT("8.12", "events are told for a socket that has a port, whoever waits there");
    check_net_pair(&client, &server);
    port = CreateIoCompletionPort((HANDLE)server, NULL, 1, 0);
    CHECK(port != NULL);
    CHECK_EQ(WSAEventSelect(server, event, FD_READ | FD_CLOSE), 0);
    for (int round = 0; round < 20; round++) {
        if (send(client, "a", 1, 0) != 1 ||
            WaitForSingleObject(event, PATIENCE) != WAIT_OBJECT_0 ||
            WSAEnumNetworkEvents(server, event, &told) != 0 || told.lNetworkEvents != FD_READ ||
            recv(server, &byte, 1, 0) != 1)
            CHECK(!"a round trip");
    }
    closesocket(client);
    CHECK_EQ(WaitForSingleObject(event, PATIENCE), WAIT_OBJECT_0);
    CHECK_EQ(WSAEnumNetworkEvents(server, event, &told), 0);
    CHECK_EQ(told.lNetworkEvents, FD_CLOSE);
    closesocket(server);
    CloseHandle(port);
    WSACloseEvent(event);
}

int main(void)
{
    check_net_start();
    arguments();
    replaced();
    one_event();
    blocking();
    every_event();
    with_port();
    CHECK_EQ(WSACleanup(), 0);
    CHECK_EQ(WSAEventSelect(INVALID_SOCKET, NULL, 0), SOCKET_ERROR);
    int code_before_startup = WSAGetLastError();
    CHECK_EQ(code_before_startup, WSANOTINITIALISED);
    return check_end();
}
