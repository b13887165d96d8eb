// ioctlsocket and WSAIoctl: blocking or not, how much there is to receive, keep-alive.
#include <winsock2.h>
#include <mstcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

/* The same commands with an answer's length, and with an OVERLAPPED on a port. */
static void commands(SOCKET s)
{
    struct tcp_keepalive keep_alive = {1, 10000, 1000};
    OVERLAPPED overlapped, *ended = NULL;
    ULONG_PTR key = 0;
    DWORD value = 99, size = 99;
    u_long network = 0;
    HANDLE port = CreateIoCompletionPort((HANDLE)s, NULL, 123, 0);

    FACT("5.12", "WSAIoctl without an OVERLAPPED");
    CHECK_EQ(WSAIoctl(s, FIONREAD, NULL, 0, &value, sizeof value, &size, NULL, NULL), 0);
    CHECK_EQ(value, 5);
    CHECK_EQ(size, sizeof value);
    CHECK_EQ(WSAIoctl(s, FIONREAD, NULL, 0, &value, sizeof value, NULL, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(WSAIoctl(s, FIONREAD, NULL, 0, &value, 3, &size, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(size, sizeof value);
    CHECK_EQ(WSAIoctl(s, SIO_KEEPALIVE_VALS, &keep_alive, sizeof keep_alive, NULL, 0, &size, NULL,
                      NULL), 0);
    CHECK_EQ(size, 0);
    size = 99;
    CHECK_EQ(WSAIoctl(s, SIO_KEEPALIVE_VALS, &keep_alive, 0, NULL, 0, &size, NULL, NULL),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(size, 0);
    CHECK_EQ(WSAIoctl(s, 0xdeadbeef, NULL, 0, NULL, 0, &size, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEOPNOTSUPP);

    FACT("5.12", "WSAIoctl with an OVERLAPPED: done at once, and a packet of 0 bytes");
    memset(&overlapped, 0, sizeof overlapped);
    CHECK_EQ(WSAIoctl(s, FIONREAD, NULL, 0, &value, sizeof value, &size, &overlapped, NULL), 0);
    CHECK_EQ(GetQueuedCompletionStatus(port, &size, &key, &ended, 0), TRUE);
    CHECK_EQ(size, 0);
    CHECK_EQ(key, 123);
    CHECK(ended == &overlapped);
    CHECK_EQ(WSAIoctl(s, 0xdeadbeef, NULL, 0, NULL, 0, &size, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), ERROR_IO_PENDING);
    CHECK_EQ(GetQueuedCompletionStatus(port, &size, &key, &ended, INFINITE), FALSE);
    CHECK_EQ(GetLastError(), ERROR_NOT_SUPPORTED);
    CloseHandle(port);

    FACT("14.2", "byte order by socket");
    CHECK_EQ(WSAHtonl(s, 0x12345678, &network), 0);
    CHECK_EQ(network, htonl(0x12345678));
    CHECK_EQ(WSAHtonl(s, 1, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(WSAHtonl(INVALID_SOCKET, 1, &network), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
}

int main(void)
{
    SOCKET client, server;
    u_long value = 1;
    char buffer[8];
    fd_set readable;

    check_net_start();
    check_net_pair(&client, &server);

    FACT("5.2", "a call on a non-blocking socket does not wait");
    CHECK_EQ(ioctlsocket(server, FIONBIO, &value), 0);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    value = 0;
    CHECK_EQ(ioctlsocket(server, FIONBIO, &value), 0);

    FACT("5.12", "FIONREAD and SIOCATMARK (T:sock:test_fionread_siocatmark)");
    value = 99;
    CHECK_EQ(ioctlsocket(server, FIONREAD, &value), 0);
    CHECK_EQ(value, 0);
    CHECK_EQ(send(client, "data", 5, 0), 5);
    FD_ZERO(&readable);
    FD_SET(server, &readable);
    CHECK_EQ(select(0, &readable, NULL, NULL, NULL), 1);
    CHECK_EQ(ioctlsocket(server, FIONREAD, &value), 0);
    CHECK_EQ(value, 5);
    CHECK_EQ(ioctlsocket(server, SIOCATMARK, &value), 0);
    CHECK_EQ(value, TRUE);

    FACT("5.12", "errors");
    CHECK_EQ(ioctlsocket(server, FIONREAD, (u_long *)1), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(ioctlsocket(server, 0x667e, &value), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEOPNOTSUPP);
    CHECK_EQ(ioctlsocket(INVALID_SOCKET, FIONREAD, &value), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    commands(server);
    closesocket(client);
    closesocket(server);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
