/* SO_OPENTYPE, which belongs to the thread, and SO_BSP_STATE, which is a socket's whole state. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

#ifndef SO_BSP_STATE /* mingw-w64's headers do not have these */
# define SO_BSP_STATE 0x1009
# define TCP_MAXRT 5
# define TCP_MAXRTMS 14
#endif

static int open_type(void)
{
    int value = -1, length = sizeof value;
    CHECK_EQ(getsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (char *)&value, &length), 0);
    CHECK_EQ(length, 4);
    return value;
}

static DWORD WINAPI other_thread(void *unused)
{
    (void)unused;
    CHECK_EQ(open_type(), 0);
    return 0;
}

/* True for an overlapped socket: only such a one goes to a port. */
static int is_overlapped(SOCKET s)
{
    HANDLE port = CreateIoCompletionPort((HANDLE)s, NULL, 0, 0);
    DWORD error = GetLastError();
    if (port) CHECK(CloseHandle(port));
    else CHECK_EQ(error, ERROR_INVALID_PARAMETER);
    return port != NULL;
}

static void opentype(void)
{
    int value = SO_SYNCHRONOUS_NONALERT, length = sizeof value;
    HANDLE thread;
    SOCKET s;

    FACT("5.1", "socket() gives an overlapped socket, unless SO_OPENTYPE of the thread says no");
    CHECK_EQ(open_type(), 0);
    s = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(is_overlapped(s));
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(setsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (char *)&value, sizeof value), 0);
    CHECK_EQ(WSAGetLastError(), 0);
    CHECK_EQ(open_type(), SO_SYNCHRONOUS_NONALERT);
    thread = CreateThread(NULL, 0, other_thread, NULL, 0, NULL);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(CloseHandle(thread));
    s = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(!is_overlapped(s));
    CHECK_EQ(closesocket(s), 0);
    s = WSASocketA(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    CHECK(is_overlapped(s));
    CHECK_EQ(closesocket(s), 0);

    FACT("5.1", "a value of fewer than four bytes is no value");
    CHECK_EQ(setsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (char *)&value, 3), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    length = 3;
    CHECK_EQ(getsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (char *)&value, &length),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(open_type(), SO_SYNCHRONOUS_NONALERT);
    value = 0;
    CHECK_EQ(setsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (char *)&value, sizeof value), 0);
}

struct state {
    CSADDR_INFO info;
    struct sockaddr_in addresses[2];
};

static int state_of(SOCKET s, struct state *state, int length)
{
    memset(state, 0xCC, sizeof *state);
    return getsockopt(s, SOL_SOCKET, SO_BSP_STATE, (char *)state, &length) ? WSAGetLastError() : 0;
}

static void bsp_state(void)
{
    SOCKET client, server, fresh = check_net_socket();
    struct sockaddr_in address;
    int length = sizeof address;
    struct state state;

    FACT("14.6", "SO_BSP_STATE points to both addresses, which lie behind it in the same variable");
    check_net_pair(&client, &server);
    CHECK_EQ(state_of(client, &state, sizeof state), 0);
    CHECK_EQ(state.info.iSocketType, SOCK_STREAM);
    CHECK_EQ(state.info.iProtocol, IPPROTO_TCP);
    CHECK_EQ(state.info.LocalAddr.iSockaddrLength, sizeof address);
    CHECK(state.info.LocalAddr.lpSockaddr == (struct sockaddr *)&state.addresses[0]);
    CHECK(state.info.RemoteAddr.lpSockaddr == (struct sockaddr *)&state.addresses[1]);
    CHECK_EQ(getpeername(client, (struct sockaddr *)&address, &length), 0);
    CHECK(state.addresses[1].sin_port == address.sin_port);
    CHECK_EQ(getsockname(client, (struct sockaddr *)&address, &length), 0);
    CHECK(state.addresses[0].sin_port == address.sin_port);
    CHECK_EQ(state_of(client, &state, sizeof state - 1), WSAEFAULT);
    CHECK_EQ(state_of(client, &state, sizeof state.info), WSAEFAULT);

    FACT("14.6", "a socket without addresses points nowhere");
    CHECK_EQ(state_of(fresh, &state, sizeof state), 0);
    CHECK(state.info.LocalAddr.lpSockaddr == NULL);
    CHECK_EQ(state.info.LocalAddr.iSockaddrLength, 0);
    CHECK(state.info.RemoteAddr.lpSockaddr == NULL);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(closesocket(fresh), 0);
    CHECK_EQ(state_of(fresh, &state, sizeof state), WSAENOTSOCK);
}

static void max_retransmit(void)
{
    SOCKET s = check_net_socket();
    DWORD value = 1500;
    int length = sizeof value;

    FACT("14.7", "TCP_MAXRTMS counts milliseconds, TCP_MAXRT seconds");
    CHECK_EQ(setsockopt(s, IPPROTO_TCP, TCP_MAXRTMS, (char *)&value, sizeof value), 0);
    value = 0;
    CHECK_EQ(getsockopt(s, IPPROTO_TCP, TCP_MAXRTMS, (char *)&value, &length), 0);
    CHECK_EQ(value, 1500);
    CHECK_EQ(getsockopt(s, IPPROTO_TCP, TCP_MAXRT, (char *)&value, &length), 0);
    CHECK_EQ(value, 1);
    CHECK_EQ(closesocket(s), 0);
}

int main(void)
{
    int value = 0, length = sizeof value;

    FACT("5.15", "before WSAStartup even SO_OPENTYPE cannot be read");
    CHECK_EQ(getsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (char *)&value, &length),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSANOTINITIALISED);
    check_net_start();
    opentype();
    bsp_state();
    max_retransmit();
    return check_end();
}
