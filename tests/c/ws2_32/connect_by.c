/* WSAConnectByName and WSAConnectByList; the host's name in wide characters. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static void by_name(void)
{
    struct sockaddr_in local, remote;
    DWORD local_length = sizeof local, remote_length = sizeof remote;
    WSAOVERLAPPED unused;
    int code;
    struct timeval time = {10, 0};
    unsigned short port;
    char service[16];
    SOCKET listener = check_net_listener(&port), s = check_net_socket(), server;

    FACT("11.5", "connecting by name tells both names");
    sprintf(service, "%u", port);
    CHECK(WSAConnectByNameA(s, "127.0.0.1", service, &local_length, (struct sockaddr *)&local,
                            &remote_length, (struct sockaddr *)&remote, &time, NULL));
    CHECK_EQ(WSAGetLastError(), 0);
    CHECK_EQ(local_length, sizeof local);
    CHECK_EQ(remote_length, sizeof remote);
    CHECK(ntohs(remote.sin_port) == port);
    CHECK_EQ(local.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    CHECK_EQ(local.sin_port, 0);
    server = accept(listener, NULL, NULL);
    CHECK_EQ(send(s, "x", 1, 0), 1);
    CHECK_EQ(recv(server, service + 8, 1, 0), 1);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(closesocket(s), 0);

    FACT("11.5", "names and lengths are not needed");
    s = check_net_socket();
    CHECK(WSAConnectByNameA(s, "localhost", service, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(closesocket(s), 0);

    FACT("11.5", "a length without an address, and the other way round, ask for nothing");
    s = check_net_socket();
    memset(&remote, 0, sizeof remote);
    CHECK(WSAConnectByNameA(s, "localhost", service, &local_length, NULL, NULL,
                            (struct sockaddr *)&remote, NULL, NULL));
    CHECK_EQ(local_length, sizeof local);
    CHECK_EQ(remote.sin_family, 0);
    CHECK_EQ(closesocket(s), 0);

    FACT("11.5", "too short a place, and the lengths stay as they were");
    s = check_net_socket();
    local_length = remote_length = 3;
    CHECK(!WSAConnectByNameA(s, "localhost", service, &local_length, (struct sockaddr *)&local,
                             &remote_length, (struct sockaddr *)&remote, NULL, NULL));
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK(local_length == 3 && remote_length == 3);
    CHECK_EQ(closesocket(s), 0);

    FACT("11.5", "what is wrong");
    s = check_net_socket();
    CHECK(!WSAConnectByNameA(s, "127.0.0.1", "nonexistentservice", NULL, NULL, NULL, NULL, NULL,
                             NULL));
    CHECK_EQ(WSAGetLastError(), WSATYPE_NOT_FOUND);
    memset(&unused, 0, sizeof unused);
    CHECK(!WSAConnectByNameA(s, "127.0.0.1", service, NULL, NULL, NULL, NULL, NULL, &unused));
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(closesocket(s), 0);
    s = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    CHECK(!WSAConnectByNameA(s, "127.0.0.1", service, NULL, NULL, NULL, NULL, NULL, NULL));
    code = WSAGetLastError(); /* one of three, as Windows grew older */
    CHECK(code == WSAEINVAL || code == WSAEFAULT || code == WSAEOPNOTSUPP);
    CHECK_EQ(closesocket(s), 0);
    s = check_net_socket();
    CHECK(!WSAConnectByNameA(s, NULL, service, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK(!WSAConnectByNameA(s, "127.0.0.1", NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK(!WSAConnectByNameA(INVALID_SOCKET, "127.0.0.1", service, NULL, NULL, NULL, NULL, NULL,
                             NULL));
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(closesocket(listener), 0);
    CHECK(!WSAConnectByNameA(s, "127.0.0.1", service, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    CHECK_EQ(closesocket(s), 0);
}

static void wide_name(void)
{
    static WCHAR node[] = {'1', '2', '7', '.', '0', '.', '0', '.', '1', 0};
    WCHAR service[8];
    unsigned short port;
    char digits[8];
    SOCKET listener = check_net_listener(&port), s = check_net_socket();
    int i = 0;

    FACT("14.4", "the same in wide characters");
    sprintf(digits, "%u", port);
    do service[i] = (WCHAR)digits[i];
    while (digits[i++]);
    CHECK(WSAConnectByNameW(s, node, service, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(closesocket(listener), 0);
}

int main(void)
{
    check_net_start();
    by_name();
    wide_name();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
