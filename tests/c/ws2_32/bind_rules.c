// test: native Wine 8 has Linux' rules for these pairs, and then waits for ever
/* Semantics 10.1: who may bind beside whom, pair by pair, and who of them gets the connections. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

enum wish { PLAIN, REUSE, EXCLUSIVE, ONLY_V6 = 4 };

static const char *const wish_name[] = {"plain", "reuse", "exclusive", "", "plain v6only", "",
                                        "exclusive v6only"};

struct side {
    const char *address;
    int wish;
};

static const struct {
    struct side first, second;
    int error;
} pairs[] = {
    {{"0.0.0.0", EXCLUSIVE}, {"127.0.0.1", PLAIN}, WSAEACCES},
    {{"::", EXCLUSIVE}, {"127.0.0.1", PLAIN}, WSAEACCES},
    {{"0.0.0.0", PLAIN}, {"127.0.0.1", EXCLUSIVE}, 0},
    {{"0.0.0.0", EXCLUSIVE}, {"127.0.0.1", EXCLUSIVE}, WSAEACCES},
    {{"127.0.0.1", EXCLUSIVE}, {"0.0.0.0", PLAIN}, 0},
    {{"127.0.0.1", PLAIN}, {"0.0.0.0", EXCLUSIVE}, WSAEADDRINUSE},
    {{"127.0.0.1", PLAIN}, {"::", EXCLUSIVE}, WSAEADDRINUSE},
    {{"::1", PLAIN}, {"0.0.0.0", EXCLUSIVE}, 0},
    {{"::1", EXCLUSIVE}, {"127.0.0.1", EXCLUSIVE}, 0},
    {{"::ffff:127.0.0.1", PLAIN}, {"0.0.0.0", EXCLUSIVE}, WSAEADDRINUSE},
    {{"::", EXCLUSIVE}, {"0.0.0.0", PLAIN}, WSAEACCES},
    {{"::", PLAIN}, {"0.0.0.0", EXCLUSIVE}, 0},
    {{"0.0.0.0", PLAIN}, {"0.0.0.0", EXCLUSIVE}, WSAEADDRINUSE},
    {{"0.0.0.0", PLAIN}, {"0.0.0.0", PLAIN}, WSAEADDRINUSE},
    {{"::", PLAIN}, {"0.0.0.0", PLAIN}, 0},
    {{"::ffff:0.0.0.0", PLAIN}, {"0.0.0.0", PLAIN}, WSAEADDRINUSE},
    {{"::ffff:127.0.0.1", PLAIN}, {"127.0.0.1", PLAIN}, WSAEADDRINUSE},
    {{"127.0.0.1", PLAIN}, {"::ffff:127.0.0.1", PLAIN}, WSAEADDRINUSE},
    {{"127.0.0.1", EXCLUSIVE}, {"127.0.0.1", PLAIN}, WSAEADDRINUSE},
    {{"127.0.0.1", PLAIN}, {"127.0.0.1", EXCLUSIVE}, WSAEADDRINUSE},
    {{"127.0.0.1", PLAIN}, {"127.0.0.1", REUSE}, WSAEACCES},
    {{"127.0.0.1", REUSE}, {"127.0.0.1", PLAIN}, WSAEADDRINUSE},
    {{"127.0.0.1", REUSE}, {"127.0.0.1", REUSE}, 0},
    {{"::1", PLAIN}, {"::1", REUSE}, WSAEACCES},
    {{"::1", REUSE}, {"::1", REUSE}, 0},
    {{"0.0.0.0", PLAIN}, {"127.0.0.1", PLAIN}, 0},
    {{"127.0.0.1", PLAIN}, {"0.0.0.0", PLAIN}, 0},
    {{"::", PLAIN}, {"::1", PLAIN}, 0},
    {{"::1", PLAIN}, {"::", PLAIN}, 0},
    {{"::", PLAIN}, {"::", PLAIN}, WSAEADDRINUSE},
    {{"127.0.0.1", PLAIN}, {"127.0.0.2", EXCLUSIVE}, 0},
    {{"::", EXCLUSIVE | ONLY_V6}, {"127.0.0.1", PLAIN}, 0},
    {{"0.0.0.0", EXCLUSIVE}, {"::", EXCLUSIVE | ONLY_V6}, 0},
};

static int length_of(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
}

/* The address in numbers, with a port in network byte order. */
static struct sockaddr_storage address_of(const char *text, u_short port)
{
    struct sockaddr_storage address;
    struct sockaddr_in *v4 = (struct sockaddr_in *)&address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address;

    memset(&address, 0, sizeof address);
    address.ss_family = strchr(text, ':') ? AF_INET6 : AF_INET;
    if (address.ss_family == AF_INET) {
        CHECK_NET_NEEDS(inet_pton(AF_INET, text, &v4->sin_addr) == 1);
    } else {
        CHECK_NET_NEEDS(inet_pton(AF_INET6, text, &v6->sin6_addr) == 1);
    }
    v4->sin_port = port; /* in both at one place */
    return address;
}

static SOCKET make(struct side side, int type)
{
    BOOL on = TRUE;
    DWORD only = (side.wish & ONLY_V6) != 0;
    int wish = side.wish & ~ONLY_V6, family = strchr(side.address, ':') ? AF_INET6 : AF_INET;
    SOCKET s = socket(family, type, 0);

    CHECK_NET_NEEDS(s != INVALID_SOCKET);
    if (wish)
        CHECK_NET_NEEDS(setsockopt(s, SOL_SOCKET,
                                   wish == REUSE ? SO_REUSEADDR : SO_EXCLUSIVEADDRUSE,
                                   (char *)&on, sizeof on) == 0);
    if (family == AF_INET6)
        CHECK_NET_NEEDS(setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, (char *)&only, sizeof only) == 0);
    return s;
}

static int binds(SOCKET s, const char *text, u_short port)
{
    struct sockaddr_storage address = address_of(text, port);
    return bind(s, (struct sockaddr *)&address, length_of(&address)) ? WSAGetLastError() : 0;
}

/* A port that nobody has at any address: of one that the system chooses for a single address
   another program may have the same at a second, where the pair's other socket would meet it. */
static u_short port_of_nobody(int type)
{
    struct side everywhere = {"::", PLAIN};
    SOCKET s = make(everywhere, type);
    struct sockaddr_storage address;
    int length = sizeof address;

    CHECK_EQ(binds(s, "::", 0), 0);
    CHECK_NET_NEEDS(getsockname(s, (struct sockaddr *)&address, &length) == 0);
    CHECK_EQ(closesocket(s), 0);
    return ((struct sockaddr_in *)&address)->sin_port;
}

/* Binds to a port that was nobody's. */
static u_short binds_first(SOCKET s, const char *text)
{
    int type, length = sizeof type;
    u_short port;

    CHECK_NET_NEEDS(getsockopt(s, SOL_SOCKET, SO_TYPE, (char *)&type, &length) == 0);
    port = port_of_nobody(type);
    CHECK_EQ(binds(s, text, port), 0);
    return port;
}

static void table(int type)
{
    unsigned i;

    for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        SOCKET first = make(pairs[i].first, type), second = make(pairs[i].second, type);
        u_short port = binds_first(first, pairs[i].first.address);
        int error = binds(second, pairs[i].second.address, port);

        SHOW("%s %s, then %s %s: %s", pairs[i].first.address, wish_name[pairs[i].first.wish],
             pairs[i].second.address, wish_name[pairs[i].second.wish],
             error == pairs[i].error ? "as on Windows" : "not as on Windows");
        CHECK_EQ(error, pairs[i].error);
        CHECK_EQ(closesocket(first), 0);
        CHECK_EQ(closesocket(second), 0);
    }
}

/* Connects to the address and sees that the listener has it. */
static void reaches(const char *text, u_short port, SOCKET listener)
{
    struct sockaddr_storage address = address_of(text, port);
    SOCKET client = socket(address.ss_family, SOCK_STREAM, 0), server;
    u_long on = 1, off = 0;

    CHECK_EQ(connect(client, (struct sockaddr *)&address, length_of(&address)), 0);
    CHECK_EQ(ioctlsocket(listener, FIONBIO, &on), 0);
    server = accept(listener, NULL, NULL);
    CHECK(server + 1 != 0);
    CHECK_EQ(ioctlsocket(listener, FIONBIO, &off), 0);
    if (server != INVALID_SOCKET) CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(closesocket(client), 0);
}

static void beside(const char *any, const char *one)
{
    struct side side = {any, PLAIN};
    SOCKET wide, narrow;
    u_short port;

    wide = make(side, SOCK_STREAM);
    narrow = make(side, SOCK_STREAM);
    port = binds_first(wide, any);
    CHECK_EQ(listen(wide, 1), 0);
    CHECK_EQ(binds(narrow, one, port), 0);
    CHECK_EQ(listen(narrow, 1), 0);
    reaches(one, port, narrow);
    reaches(one, port, narrow);
    CHECK_EQ(closesocket(narrow), 0);
    reaches(one, port, wide);
    CHECK_EQ(closesocket(wide), 0);

    wide = make(side, SOCK_STREAM);
    narrow = make(side, SOCK_STREAM);
    port = binds_first(narrow, one);
    CHECK_EQ(listen(narrow, 1), 0);
    CHECK_EQ(binds(wide, any, port), 0);
    CHECK_EQ(listen(wide, 1), 0);
    reaches(one, port, narrow);
    reaches(one, port, narrow);
    CHECK_EQ(closesocket(narrow), 0);
    reaches(one, port, wide);
    CHECK_EQ(closesocket(wide), 0);
}

static void both(const char *one)
{
    struct side side = {one, REUSE};
    SOCKET s[4];
    u_short port;
    int i;

    for (i = 0; i < 4; i++) s[i] = make(side, SOCK_STREAM);
    port = binds_first(s[0], one);
    CHECK_EQ(binds(s[1], one, port), 0);
    CHECK_EQ(listen(s[0], 5), 0);
    CHECK_EQ(listen(s[1], 5), 0);
    for (i = 0; i < 5; i++) reaches(one, port, s[0]);
    CHECK_EQ(closesocket(s[0]), 0);
    CHECK_EQ(binds(s[2], one, port), 0);
    for (i = 0; i < 5; i++) reaches(one, port, s[1]);
    CHECK_EQ(closesocket(s[1]), 0);
    CHECK_EQ(listen(s[2], 5), 0);
    CHECK_EQ(binds(s[3], one, port), 0);
    CHECK_EQ(listen(s[3], 5), 0);
    for (i = 0; i < 5; i++) reaches(one, port, s[2]);
    CHECK_EQ(closesocket(s[2]), 0);
    reaches(one, port, s[3]);
    CHECK_EQ(closesocket(s[3]), 0);
}

static void families(void)
{
    struct side v6 = {"::1", ONLY_V6}, v4 = {"127.0.0.1", PLAIN}, wide = {"::", PLAIN};
    SOCKET first = socket(AF_INET6, SOCK_STREAM, 0), second;
    DWORD only = 7;
    int length = sizeof only;
    u_short port;

    FACT("10.1", "an IPv6 socket is for IPv6 alone, unless it says otherwise");
    CHECK_EQ(getsockopt(first, IPPROTO_IPV6, IPV6_V6ONLY, (char *)&only, &length), 0);
    CHECK_EQ(only & 0xFF, 1);
    port = binds_first(first, "::");
    CHECK_EQ(listen(first, 1), 0);
    second = make(v4, SOCK_STREAM);
    CHECK_EQ(binds(second, "0.0.0.0", port), 0);
    CHECK_EQ(listen(second, 1), 0);
    reaches("127.0.0.1", port, second);
    reaches("::1", port, first);
    CHECK_EQ(closesocket(first), 0);
    CHECK_EQ(closesocket(second), 0);
    first = make(wide, SOCK_STREAM);
    port = binds_first(first, "::");
    CHECK_EQ(listen(first, 1), 0);
    reaches("127.0.0.1", port, first);
    reaches("::1", port, first);
    CHECK_EQ(closesocket(first), 0);
    first = make(v6, SOCK_STREAM);
    CHECK_EQ(binds(first, "::ffff:127.0.0.1", 0), WSAEADDRNOTAVAIL);
    CHECK_EQ(closesocket(first), 0);
}

int main(void)
{
    check_net_start();
    FACT("10.1", "pairs of stream sockets");
    table(SOCK_STREAM);
    FACT("10.1", "pairs of datagram sockets");
    table(SOCK_DGRAM);
    FACT("10.1", "of a wildcard and an address the address gets the connections");
    beside("0.0.0.0", "127.0.0.1");
    beside("::", "::1");
    FACT("10.1", "of two that both want to share the first bound gets them");
    both("127.0.0.1");
    both("::1");
    families();
    return check_end();
}
