/* Semantics 11.10 and 2.1 in one process, and the catalog of protocols. */
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static SOCKET again(const WSAPROTOCOL_INFOA *info)
{
    return WSASocketA(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO,
                      (WSAPROTOCOL_INFOA *)info, 0, WSA_FLAG_OVERLAPPED);
}

static int offer(SOCKET s, DWORD process, WSAPROTOCOL_INFOA *info)
{
    return WSADuplicateSocketA(s, process, info) ? WSAGetLastError() : 0;
}

static void errors(void)
{
    SOCKET s = check_net_socket();
    WSAPROTOCOL_INFOA info;

    FACT("11.10", "whom and what cannot be offered");
    memset(&info, 0, sizeof info);
    CHECK_EQ(offer(0, 0, NULL), WSAENOTSOCK);
    CHECK_EQ(offer(0, GetCurrentProcessId(), &info), WSAENOTSOCK);
    CHECK_EQ(offer(s, 0, NULL), WSAEINVAL);
    CHECK_EQ(offer(s, 0, &info), WSAEINVAL);
    CHECK_EQ(offer(s, ~0u, &info), WSAEINVAL);
    CHECK_EQ(offer(INVALID_SOCKET, GetCurrentProcessId(), &info), WSAENOTSOCK);
    CHECK_EQ(offer(s, GetCurrentProcessId(), NULL), WSAEFAULT);
    CHECK_EQ(closesocket(s), 0);
}

static void shared(void)
{
    SOCKET client, server, twin;
    WSAPROTOCOL_INFOA info;
    struct linger linger = {1, 7};
    int length = sizeof linger;
    u_long on = 1;
    char text[8] = "";

    FACT("11.10", "the duplicate is the same open socket: its data, its options, its mode");
    check_net_pair(&client, &server);
    CHECK_EQ(send(client, "abcd", 4, 0), 4);
    CHECK_EQ(recv(server, text, 2, 0), 2);
    CHECK_EQ(offer(server, GetCurrentProcessId(), &info), 0);
    CHECK_EQ(info.iAddressFamily, AF_INET);
    CHECK_EQ(info.iSocketType, SOCK_STREAM);
    CHECK_EQ(info.iProtocol, IPPROTO_TCP);
    twin = again(&info);
    REQUIRE(twin + 1 != 0);
    CHECK(twin != server);
    CHECK_EQ(recv(twin, text, sizeof text, 0), 2);
    CHECK(memcmp(text, "cd", 2) == 0);
    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger), 0);
    memset(&linger, 0, sizeof linger);
    CHECK_EQ(getsockopt(twin, SOL_SOCKET, SO_LINGER, (char *)&linger, &length), 0);
    CHECK_EQ(linger.l_linger, 7);
    CHECK_EQ(ioctlsocket(server, FIONBIO, &on), 0);
    CHECK_EQ(recv(twin, text, sizeof text, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);

    FACT("11.10", "each value is closed on its own, and the connection goes with the last");
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(send(twin, "xy", 2, 0), 2);
    CHECK_EQ(recv(client, text, sizeof text, 0), 2);
    CHECK_EQ(recv(server, text, sizeof text, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    linger.l_onoff = 0;
    CHECK_EQ(setsockopt(twin, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger), 0);
    CHECK_EQ(closesocket(twin), 0);
    CHECK_EQ(recv(client, text, sizeof text, 0), 0);
    CHECK_EQ(closesocket(client), 0);
}

static void pending(void)
{
    SOCKET client, server, twin;
    WSAPROTOCOL_INFOA info;
    WSAOVERLAPPED request;
    DWORD count = 0, flags = 0;
    char text[8] = "";
    WSABUF buffer = {sizeof text, text};

    FACT("2.1", "a pending receive lives on while a duplicate of the socket does");
    check_net_pair(&client, &server);
    memset(&request, 0, sizeof request);
    request.hEvent = WSACreateEvent();
    CHECK_EQ(WSARecv(server, &buffer, 1, NULL, &flags, &request, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(offer(server, GetCurrentProcessId(), &info), 0);
    CHECK_EQ(closesocket(server), 0);
    twin = again(&info);
    REQUIRE(twin + 1 != 0);
    CHECK_EQ(send(client, "later", 5, 0), 5);
    CHECK_EQ(WaitForSingleObject(request.hEvent, INFINITE), WAIT_OBJECT_0);
    CHECK(WSAGetOverlappedResult(twin, &request, &count, FALSE, &flags));
    CHECK_EQ(count, 5);
    CHECK(WSACloseEvent(request.hEvent));
    CHECK_EQ(closesocket(twin), 0);
    CHECK_EQ(closesocket(client), 0);
}

static void catalog(void)
{
    static INT wanted[] = {0xdead, IPPROTO_TCP, 0xcafe, IPPROTO_UDP, 0xbeef, 0};
    static INT unknown[] = {0xdead, 0};
    WSAPROTOCOL_INFOA lines[32];
    WSAPROTOCOL_INFOW wide[32];
    DWORD length = 0, needed;
    int count, i, others = 0;

    FACT("14.6", "WSAEnumProtocols says how much room it needs, then lists what was asked for");
    CHECK_EQ(WSAEnumProtocolsA(NULL, NULL, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOBUFS);
    CHECK(length >= 4 * sizeof *lines && length % sizeof *lines == 0);
    needed = length--;
    CHECK_EQ(WSAEnumProtocolsA(NULL, lines, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOBUFS);
    CHECK_EQ(length, needed);
    CHECK(WSAEnumProtocolsA(NULL, lines, &length) == (int)(length / sizeof *lines));
    length = sizeof lines;
    count = WSAEnumProtocolsA(wanted, lines, &length);
    CHECK_EQ(count, 4);
    for (i = 0; i < count; i++) {
        others += lines[i].iProtocol != IPPROTO_TCP && lines[i].iProtocol != IPPROTO_UDP;
        others += lines[i].szProtocol[0] == 0;
    }
    CHECK_EQ(others, 0);
    length = sizeof wide;
    CHECK_EQ(WSAEnumProtocolsW(wanted, wide, &length), 4);
    CHECK(wide[0].szProtocol[0] > 32 && wide[0].szProtocol[1] > 32);
    CHECK_EQ(wide[3].iMaxSockAddr > 0, 1);
    length = sizeof lines;
    CHECK_EQ(WSAEnumProtocolsA(unknown, lines, &length), 0);
}

int main(void)
{
    check_net_start();
    errors();
    shared();
    pending();
    catalog();
    return check_end();
}
