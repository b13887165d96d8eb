// Addresses as text, and byte order.
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"

/* What inet_addr makes of a text; the last error stays. */
static void address(const char *text, unsigned long wanted)
{
    WSASetLastError(1234);
    SHOW("inet_addr(\"%s\")", text);
    CHECK_EQ(ntohl(inet_addr(text)), wanted);
    CHECK_EQ(WSAGetLastError(), 1234);
}

static void parse(int family, const char *text, int wanted)
{
    unsigned char bytes[16];
    WSASetLastError(1234);
    SHOW("inet_pton(\"%s\")", text);
    CHECK_EQ(inet_pton(family, text, bytes), wanted);
    CHECK_EQ(WSAGetLastError(), 1234);
}

static void print(const char *text, const char *wanted)
{
    unsigned char bytes[16];
    char buffer[64];
    CHECK_EQ(inet_pton(AF_INET6, text, bytes), 1);
    CHECK_STR(inet_ntop(AF_INET6, bytes, buffer, sizeof buffer), wanted);
}

static DWORD WINAPI other_thread(void *unused)
{
    struct in_addr four;
    (void)unused;
    four.s_addr = inet_addr("4.3.2.1");
    CHECK_STR(inet_ntoa(four), "4.3.2.1");
    return 0;
}

static void buffers(void)
{
    struct in_addr one;
    char buffer[16];
    wchar_t wide[16];
    HANDLE thread;
    const char *mine;

    FACT("14.2", "inet_ntoa's buffer belongs to the thread");
    one.s_addr = inet_addr("1.2.3.4");
    mine = inet_ntoa(one);
    thread = CreateThread(NULL, 0, other_thread, NULL, 0, NULL);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(CloseHandle(thread));
    CHECK_STR(mine, "1.2.3.4");

    FACT("14.2", "inet_ntop needs room for the terminator");
    CHECK(inet_ntop(AF_INET, &one, buffer, 8) == buffer);
    CHECK(inet_ntop(AF_INET, &one, buffer, 7) == NULL);
    CHECK_EQ(WSAGetLastError(), (int)0xC000000D);
    CHECK(inet_ntop(AF_INET, &one, NULL, 16) == NULL);
    CHECK_EQ(WSAGetLastError(), (int)0xC000000D);
    CHECK(inet_ntop(1, &one, buffer, sizeof buffer) == NULL);
    CHECK_EQ(WSAGetLastError(), WSAEAFNOSUPPORT);

    FACT("14.4", "the W forms take the program's wide characters");
    CHECK(InetNtopW(AF_INET, &one, wide, 16) == wide);
    CHECK(wide[0] == L'1' && wide[1] == L'.' && wide[7] == 0);
    one.s_addr = 0;
    CHECK_EQ(InetPtonW(AF_INET, L"10.0.0.1", &one), 1);
    CHECK_EQ(ntohl(one.s_addr), 0x0A000001);
    CHECK_EQ(InetPtonW(AF_INET, L"nothing", &one), 0);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(InetPtonW(AF_INET, NULL, &one), -1);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
}

int main(void)
{
    unsigned short port = htons(0x1234);
    unsigned char bytes[16];

    FACT("14.2", "byte order");
    CHECK_EQ(((unsigned char *)&port)[0], 0x12);
    CHECK_EQ(ntohs(port), 0x1234);
    CHECK_EQ(ntohl(htonl(0x12345678)), 0x12345678);

    FACT("14.2", "inet_addr takes every historic form (T:protocol:test_inet_addr)");
    address("1.2.3.4", 0x01020304);
    address("1.2.3", 0x01020003);
    address("1.2", 0x01000002);
    address("1", 1);
    address("0x7f000001", 0x7F000001);
    address("0777", 0777);
    address("1.2.3.010", 0x01020308);
    address("3.4.5.6 and more", 0x03040506);
    address(" ", 0);
    address("", INADDR_NONE);
    address(" 3.4.5.6", INADDR_NONE);
    address("1.2.3.256", INADDR_NONE);
    address("1.2.3.4.5", INADDR_NONE);
    address("localhost", INADDR_NONE);
    CHECK_EQ(inet_addr(NULL), INADDR_NONE);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);

    FACT("14.2", "inet_pton is strict (T:protocol:test_inet_pton)");
    parse(AF_INET, "127.127.127.255", 1);
    parse(AF_INET, "1.2.3", 0);
    parse(AF_INET, "1.1.1.010", 0);
    parse(AF_INET, "3.4.5.6 ", 0);
    parse(AF_INET6, "::1", 1);
    parse(AF_INET6, "1::001.2.3.4", 1);
    parse(AF_INET6, "1:2:3:4:5:6:7:8:9", 0);
    parse(AF_INET6, "[::1]", 0);
    CHECK_EQ(inet_pton(AF_INET6, "::0:0:0:0:0:0:0", bytes), 0);
    CHECK_EQ(inet_pton(AF_UNSPEC, "127.0.0.1", &port), -1);
    CHECK_EQ(WSAGetLastError(), WSAEAFNOSUPPORT);

    FACT("14.2", "inet_ntop writes IPv6 as Windows does (T:protocol:test_addr_to_print)");
    print("0:0:0:0:0:0:0:0", "::");
    print("0:0:0:0:0:fffe:cc98:bd74", "::fffe:cc98:bd74");
    print("2030:a4b1:0:0:0:0:0:0", "2030:a4b1::");
    print("::cc98:bd74", "::204.152.189.116");
    print("::ffff:7f00:1", "::ffff:127.0.0.1");
    buffers();
    return check_end();
}
