/* Socket addresses as text, with port and scope.
 * semantics.md: 10; T:sock:test_WSAAddressToString, test_WSAStringToAddress */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check_net.h"

static void print_v4(unsigned port, const char *text)
{
    struct sockaddr_in address = check_net_loopback((unsigned short)port);
    char buffer[32];
    DWORD length = sizeof buffer;

    CHECK_EQ(WSAAddressToStringA((SOCKADDR *)&address, sizeof address, NULL, buffer, &length), 0);
    CHECK_STR(buffer, text);
    CHECK_EQ(length, strlen(text) + 1);
}

static void print_v6(unsigned port, unsigned scope, const char *text)
{
    struct sockaddr_in6 address = {0};
    char buffer[80];
    DWORD length = sizeof buffer;

    address.sin6_family = AF_INET6;
    address.sin6_addr.s6_addr[15] = 1;
    address.sin6_port = htons((unsigned short)port);
    address.sin6_scope_id = scope;
    CHECK_EQ(WSAAddressToStringA((SOCKADDR *)&address, sizeof address, NULL, buffer, &length), 0);
    CHECK_STR(buffer, text);
}

static int read_v4(const char *text, struct sockaddr_in *address)
{
    int length = sizeof *address;
    memset(address, 0, sizeof *address);
    return WSAStringToAddressA((char *)text, AF_INET, NULL, (SOCKADDR *)address, &length);
}

static void none_v4(const char *text)
{
    struct sockaddr_in address;
    SHOW("\"%s\"", text);
    CHECK_EQ(read_v4(text, &address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
}

static void none_v6(const char *text)
{
    struct sockaddr_in6 address;
    int length = sizeof address;
    SHOW("\"%s\"", text);
    CHECK_EQ(WSAStringToAddressA((char *)text, AF_INET6, NULL, (SOCKADDR *)&address, &length),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
}

int main(void)
{
    struct sockaddr_in address = check_net_loopback(80);
    struct sockaddr_in6 wide;
    char buffer[32];
    wchar_t wide_buffer[32];
    DWORD length = 3;
    int size;

    FACT("5.15", "before WSAStartup: 10093");
    CHECK_EQ(read_v4("1.2.3.4", &address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSANOTINITIALISED);
    check_net_start();
    address = check_net_loopback(80);

    FACT("10", "an address is written with its port unless that is 0");
    print_v4(0, "127.0.0.1");
    print_v4(65535, "127.0.0.1:65535");
    print_v6(0, 0, "::1");
    print_v6(80, 0, "[::1]:80");
    print_v6(80, 4660, "[::1%4660]:80");
    FACT("10", "no room: WSAEFAULT, the length says how much is needed, nothing is written");
    strcpy(buffer, "unchanged");
    CHECK_EQ(WSAAddressToStringA((SOCKADDR *)&address, sizeof address, NULL, buffer, &length),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(length, sizeof "127.0.0.1:80");
    CHECK_STR(buffer, "unchanged");
    CHECK_EQ(WSAAddressToStringA((SOCKADDR *)&address, sizeof address, NULL, buffer, &length), 0);
    FACT("10", "another family: WSAEINVAL");
    address.sin_family = 99;
    length = sizeof buffer;
    CHECK_EQ(WSAAddressToStringA((SOCKADDR *)&address, sizeof address, NULL, buffer, &length),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);

    FACT("10", "an address is read with an optional port");
    CHECK_EQ(read_v4("127.127.127.127:65535", &address), 0);
    CHECK_EQ(address.sin_family, AF_INET);
    CHECK_EQ(address.sin_addr.s_addr, 0x7f7f7f7f);
    CHECK_EQ(address.sin_port, 0xffff);
    CHECK_EQ(read_v4("0.0.0.0", &address), 0);
    CHECK_EQ(address.sin_port, 0);
    FACT("10", "what is none: WSAEINVAL");
    none_v4("255.255.255.255:65536");
    none_v4("1.2.3.4:");
    none_v4("1.2.3.256");
    none_v4("www.example.com");
    none_v6("[::1");
    none_v6("::1]:80");
    none_v6("::1::2");
    CHECK_EQ(read_v4("2001::1", &address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(read_v4("", &address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    FACT("10", "no room: WSAEFAULT, and the length says how much is needed");
    size = 2;
    CHECK_EQ(WSAStringToAddressA((char *)"1.2.3.4", AF_INET, NULL, (SOCKADDR *)&address, &size),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(size, sizeof address);
    FACT("10", "IPv6, and characters that are wide");
    size = sizeof wide;
    CHECK_EQ(WSAStringToAddressW((wchar_t *)L"[20ab::1%5]:9999", AF_INET6, NULL, (SOCKADDR *)&wide,
                                 &size), 0);
    CHECK_EQ(ntohs(wide.sin6_port), 9999);
    CHECK_EQ(wide.sin6_scope_id, 5);
    length = 32;
    CHECK_EQ(WSAAddressToStringW((SOCKADDR *)&wide, sizeof wide, NULL, wide_buffer, &length), 0);
    CHECK(wcscmp(wide_buffer, L"[20ab::1%5]:9999") == 0);
    return check_end();
}
