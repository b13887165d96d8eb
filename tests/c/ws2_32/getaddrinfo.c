// getaddrinfo, getnameinfo and their W forms, without a network.
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static int ask(const char *node, const char *service, int flags, int family, int type)
{
    struct addrinfo hints, *found = (struct addrinfo *)&hints;
    int code;

    memset(&hints, 0, sizeof hints);
    hints.ai_flags = flags;
    hints.ai_family = family;
    hints.ai_socktype = type;
    code = getaddrinfo(node, service, &hints, &found);
    CHECK_EQ(WSAGetLastError(), code);
    if (code) {
        CHECK(found == NULL);
        return code;
    }
    for (struct addrinfo *one = found; one; one = one->ai_next) {
        if (one->ai_socktype != type || one->ai_protocol != 0 || one->ai_flags != 0)
            SHOW("type %d, protocol %d, flags %d", one->ai_socktype, one->ai_protocol,
                 one->ai_flags);
    }
    freeaddrinfo(found);
    return 0;
}

static void addresses(void)
{
    struct addrinfo hints, *found = NULL;
    struct sockaddr_in *v4;
    struct sockaddr_in6 *v6;

    FACT("14.2", "an address in numbers");
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_protocol = IPPROTO_TCP;
    REQUIRE(getaddrinfo("192.168.1.253", "1024", &hints, &found) == 0);
    CHECK_EQ(found->ai_family, AF_INET);
    CHECK_EQ(found->ai_socktype, SOCK_STREAM);
    CHECK_EQ(found->ai_protocol, IPPROTO_TCP);
    CHECK_EQ(found->ai_addrlen, sizeof *v4);
    CHECK(found->ai_next == NULL && found->ai_canonname == NULL);
    v4 = (struct sockaddr_in *)found->ai_addr;
    CHECK_EQ(v4->sin_family, AF_INET);
    CHECK_EQ(ntohs(v4->sin_port), 1024);
    CHECK_STR(inet_ntoa(v4->sin_addr), "192.168.1.253");
    freeaddrinfo(found);

    hints.ai_family = AF_INET6;
    hints.ai_flags = AI_NUMERICHOST;
    REQUIRE(getaddrinfo("[beef::cafe]", "0", &hints, &found) == 0);
    CHECK_EQ(found->ai_family, AF_INET6);
    CHECK_EQ(found->ai_addrlen, sizeof *v6);
    v6 = (struct sockaddr_in6 *)found->ai_addr;
    CHECK_EQ(v6->sin6_family, AF_INET6);
    CHECK_EQ(v6->sin6_addr.s6_addr[0], 0xBE);
    CHECK_EQ(v6->sin6_addr.s6_addr[15], 0xFE);
    freeaddrinfo(found);

    FACT("14.2", "without a node: any address to bind, the loopback to connect");
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_INET;
    hints.ai_flags = AI_PASSIVE;
    REQUIRE(getaddrinfo(NULL, "5150", &hints, &found) == 0);
    v4 = (struct sockaddr_in *)found->ai_addr;
    CHECK_EQ(v4->sin_addr.s_addr, INADDR_ANY);
    freeaddrinfo(found);
    hints.ai_flags = 0;
    REQUIRE(getaddrinfo(NULL, "5150", &hints, &found) == 0);
    v4 = (struct sockaddr_in *)found->ai_addr;
    CHECK_EQ(ntohl(v4->sin_addr.s_addr), INADDR_LOOPBACK);
    CHECK_EQ(ntohs(v4->sin_port), 5150);
    freeaddrinfo(found);
}

static void codes(void)
{
    struct addrinfo *found = NULL;

    FACT("14.7", "Windows' codes (T:protocol:test_getaddrinfo)");
    CHECK_EQ(getaddrinfo(NULL, NULL, NULL, &found), WSAHOST_NOT_FOUND);
    CHECK_EQ(ask("127.0.0.1", "0", 0, AF_UNSPEC, 0), 0);
    CHECK_EQ(ask("", "", 0, AF_INET, SOCK_DGRAM), 0);
    CHECK_EQ(ask("localhost", "80", 0, AF_INET, SOCK_STREAM), 0);
    CHECK_EQ(ask("localhost", "80", AI_NUMERICHOST, AF_INET, 0), WSAHOST_NOT_FOUND);
    CHECK_EQ(ask("192.168.1.253:1024", NULL, AI_NUMERICHOST, AF_UNSPEC, 0), WSAHOST_NOT_FOUND);
    CHECK_EQ(ask("[beef::cafe", NULL, AI_NUMERICHOST, AF_UNSPEC, 0), WSAHOST_NOT_FOUND);
    CHECK_EQ(ask("[beef::cafe]", NULL, AI_NUMERICHOST, AF_INET, 0), WSAHOST_NOT_FOUND);
    CHECK_EQ(ask("127.0.0.1", "nonexistentservice", 0, AF_INET, 0), WSATYPE_NOT_FOUND);
    CHECK_EQ(ask("127.0.0.1", "http", 0, AF_INET, SOCK_STREAM), 0);
    CHECK_EQ(ask("127.0.0.1", NULL, 0, AF_INET, 999), WSAESOCKTNOSUPPORT);
    CHECK_EQ(EAI_NONAME, WSAHOST_NOT_FOUND);
}

static void names(void)
{
    struct sockaddr_in address = check_net_loopback(80);
    char host[64], service[64];
    ADDRINFOW *wide = NULL;
    wchar_t wide_host[64], wide_service[64];

    FACT("14.7", "getnameinfo");
    CHECK_EQ(getnameinfo((struct sockaddr *)&address, sizeof address, host, sizeof host, service,
                         sizeof service, NI_NUMERICHOST | NI_NUMERICSERV), 0);
    CHECK_STR(host, "127.0.0.1");
    CHECK_STR(service, "80");
    CHECK_EQ(getnameinfo((struct sockaddr *)&address, sizeof address, host, sizeof host, service,
                         sizeof service, NI_NUMERICHOST), 0);
    CHECK_STR(service, "http");
    CHECK(getnameinfo((struct sockaddr *)&address, sizeof address, host, 9, NULL, 0,
                      NI_NUMERICHOST) != 0);
    CHECK_EQ(getnameinfo((struct sockaddr *)&address, sizeof address, host, 10, NULL, 0,
                         NI_NUMERICHOST), 0);
    address.sin_family = 99;
    CHECK_EQ(getnameinfo((struct sockaddr *)&address, sizeof address, host, sizeof host, NULL, 0,
                         NI_NUMERICHOST), WSAEAFNOSUPPORT);

    FACT("14.4", "the W forms take the program's wide characters");
    address.sin_family = AF_INET;
    REQUIRE(GetAddrInfoW(L"127.0.0.1", L"7", NULL, &wide) == 0);
    CHECK_EQ(ntohs(((struct sockaddr_in *)wide->ai_addr)->sin_port), 7);
    FreeAddrInfoW(wide);
    CHECK_EQ(GetNameInfoW((struct sockaddr *)&address, sizeof address, wide_host, 64,
                          wide_service, 64, NI_NUMERICHOST | NI_NUMERICSERV), 0);
    CHECK(wide_host[8] == L'1' && wide_host[9] == 0 && wide_service[0] == L'8');
}

int main(void)
{
    check_net_start();
    addresses();
    codes();
    names();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
