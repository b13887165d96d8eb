/* What the calls about names refuse (T:protocol:test_getaddrinfo, test_getnameinfo, test_inet_pton;
 * D:getaddrinfo, D:gethostbyaddr, D:WSAConnectByList). */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static int hints(int flags, int family, int type, size_t length)
{
    struct addrinfo wanted, *found = (struct addrinfo *)&wanted;
    int code;

    memset(&wanted, 0, sizeof wanted);
    wanted.ai_flags = flags;
    wanted.ai_family = family;
    wanted.ai_socktype = type;
    wanted.ai_addrlen = length;
    code = getaddrinfo("127.0.0.1", "1", &wanted, &found);
    CHECK((found == NULL) == (code != 0));
    if (code == 0) freeaddrinfo(found);
    return code;
}

static void forward(void)
{
    FACT("14.7", "getaddrinfo: hints that nobody can have, and the result is NULL then");
    CHECK_EQ(hints(0, AF_UNSPEC, 0, 0), 0);
    CHECK_EQ(hints(0, 99, 0, 0), WSAEAFNOSUPPORT);
    CHECK_EQ(hints(0, AF_UNSPEC, 99, 0), WSAESOCKTNOSUPPORT);
    CHECK_EQ(hints(0, AF_UNSPEC, -1, 0), WSAESOCKTNOSUPPORT);
    CHECK_EQ(hints(0, AF_UNSPEC, 0, 1), WSANO_RECOVERY);
}

static int name(const void *address, int length, DWORD node, DWORD service, int flags)
{
    char text[64] = "unchanged";
    int code = getnameinfo(address, length, node ? text : NULL, node, service ? text + 32 : NULL,
                           service, flags);
    if (code && node) CHECK_STR(text, "unchanged");
    return code;
}

static void backward(void)
{
    struct sockaddr_in address = check_net_loopback(80);
    struct sockaddr_in6 v6;
    const int number = NI_NUMERICHOST | NI_NUMERICSERV;

    FACT("14.7", "getnameinfo: no address, one that is too short, nothing wanted, no room");
    memset(&v6, 0, sizeof v6);
    v6.sin6_family = AF_INET6;
    CHECK_EQ(name(&address, sizeof address, 32, 32, number), 0);
    CHECK_EQ(name(&v6, sizeof v6, 32, 32, number), 0);
    CHECK_EQ(name(NULL, sizeof address, 32, 32, number), WSAEFAULT);
    CHECK_EQ(name(&address, sizeof address - 1, 32, 32, number), WSAEFAULT);
    CHECK_EQ(name(&v6, sizeof v6 - 1, 32, 32, number), WSAEFAULT);
    CHECK_EQ(name(&address, 0, 32, 32, number), WSAEFAULT);
    CHECK_EQ(name(&address, sizeof address, 0, 0, number), WSAHOST_NOT_FOUND);
    CHECK(name(&address, sizeof address, 9, 0, number) != 0);
}

static void old(void)
{
    struct in_addr loopback = {{{127, 0, 0, 1}}};

    FACT("14.7", "gethostbyaddr: no address, one that is too short, another family");
    CHECK(gethostbyaddr(NULL, 4, AF_INET) == NULL);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK(gethostbyaddr((char *)&loopback, 3, AF_INET) == NULL);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK(gethostbyaddr((char *)&loopback, 4, 99) == NULL);
    CHECK_EQ(WSAGetLastError(), WSAEAFNOSUPPORT);
    FACT("14.7", "gethostbyname: a name that cannot be one");
    CHECK(gethostbyname("no such host.") == NULL);
    CHECK_EQ(WSAGetLastError(), WSAHOST_NOT_FOUND);
}

static void text(void)
{
    unsigned char bytes[16] = {127, 0, 0, 1};
    char small[9] = "same";

    FACT("14.7", "inet_pton and inet_ntop: other families, NULL, no room");
    CHECK_EQ(inet_pton(99, "127.0.0.1", bytes), -1);
    CHECK_EQ(WSAGetLastError(), WSAEAFNOSUPPORT);
    CHECK_EQ(inet_pton(AF_INET, NULL, bytes), -1);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(inet_pton(AF_INET, "127.0.0.1", NULL), -1);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(inet_pton(AF_INET, "127.0.0", bytes), 0);
    CHECK(inet_ntop(99, bytes, small, sizeof small) == NULL);
    CHECK_EQ(WSAGetLastError(), WSAEAFNOSUPPORT);
    CHECK(inet_ntop(AF_INET, bytes, small, sizeof small) == NULL);
    CHECK_STR(small, "same");
}

int main(void)
{
    check_net_start();
    forward();
    backward();
    old();
    text();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
