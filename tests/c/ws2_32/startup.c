// WSAStartup is counted, negotiates the version, and the other calls need it.
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"

static void version(int major, int minor, int got_major, int got_minor)
{
    WSADATA data;
    int failed = WSAStartup(MAKEWORD(major, minor), &data);
    SHOW("asked for %d.%d", major, minor);
    CHECK_EQ(failed, major == 0 ? WSAVERNOTSUPPORTED : 0);
    CHECK_EQ(data.wVersion, MAKEWORD(got_major, got_minor));
    CHECK_EQ(data.wHighVersion, MAKEWORD(2, 2));
    CHECK_EQ(data.iMaxSockets, major == 1 ? 32767 : 0);
    CHECK_EQ(data.iMaxUdpDg, major == 1 ? 65467 : 0);
    CHECK_STR(data.szDescription, "WinSock 2.0");
    CHECK_STR(data.szSystemStatus, "Running");
    if (!failed)
        CHECK_EQ(WSACleanup(), 0);
}

int main(void)
{
    WSADATA data;
    struct addrinfo *found = NULL;
    SOCKET socket_before;

    FACT("5.15", "calls before WSAStartup");
    WSASetLastError(0);
    CHECK_EQ(socket(AF_INET, SOCK_STREAM, 0), INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSANOTINITIALISED);
    CHECK(gethostbyname("localhost") == NULL);
    CHECK_EQ(WSAGetLastError(), WSANOTINITIALISED);
    CHECK_EQ(getaddrinfo("127.0.0.1", NULL, NULL, &found), WSANOTINITIALISED);
    CHECK_EQ(WSACleanup(), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSANOTINITIALISED);

    FACT("5.15", "versions (T:protocol:test_startup)");
    version(0, 0, 2, 2);
    version(0, 1, 2, 2);
    version(1, 0, 1, 0);
    version(1, 1, 1, 1);
    version(1, 2, 1, 1);
    version(2, 0, 2, 0);
    version(2, 1, 2, 1);
    version(2, 2, 2, 2);
    version(2, 3, 2, 2);
    version(255, 0, 2, 2);
    CHECK_EQ(WSAStartup(MAKEWORD(2, 2), NULL), WSAEFAULT);
    CHECK_EQ(WSAStartup(MAKEWORD(0, 2), NULL), WSAVERNOTSUPPORTED);

    FACT("5.15", "the last WSACleanup closes every socket");
    CHECK_EQ(WSAStartup(MAKEWORD(2, 2), &data), 0);
    CHECK_EQ(WSAStartup(MAKEWORD(2, 2), &data), 0);
    socket_before = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(socket_before + 1 != 0);
    CHECK_EQ(WSACleanup(), 0);
    CHECK_EQ(shutdown(socket_before, SD_BOTH), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(WSACleanup(), 0);
    CHECK_EQ(WSAStartup(MAKEWORD(2, 2), &data), 0);
    CHECK_EQ(shutdown(socket_before, SD_BOTH), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(WSACleanup(), 0);
    CHECK_EQ(WSACleanup(), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSANOTINITIALISED);
    return check_end();
}
