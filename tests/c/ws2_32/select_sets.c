/* select: what it does to the sets and to the time, whatever they are made of.
 * semantics.md: 9.1 to 9.4 */
#include <winsock.h>
#include <windows.h>
#include "../check.h"

static SOCKET sockets[3];

static SOCKET datagram_socket(void)
{
    struct sockaddr_in address;
    SOCKET s = socket(AF_INET, SOCK_DGRAM, 0);

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK((int)s >= 0);
    REQUIRE(bind(s, (struct sockaddr *)&address, sizeof address) == 0);
    return s;
}

/* Sends itself a datagram, which it then has to receive. */
static void make_readable(SOCKET s)
{
    struct sockaddr_in address;
    int length = sizeof address;

    REQUIRE(getsockname(s, (struct sockaddr *)&address, &length) == 0);
    REQUIRE(sendto(s, "x", 1, 0, (struct sockaddr *)&address, sizeof address) == 1);
}

static void numbers(void)
{
    fd_set readable, empty;

    FACT("9.1", "the first argument means nothing");
    FD_ZERO(&readable);
    FD_SET(sockets[0], &readable);
    CHECK_EQ(select(-7, &readable, NULL, NULL, NULL), 1);
    CHECK_EQ(select(0x7fffffff, &readable, NULL, NULL, NULL), 1);

    FACT("9.1", "all that are given are empty: WSAEINVAL at once, however long the time");
    FD_ZERO(&empty);
    CHECK_EQ(select(0, &empty, NULL, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(select(0, NULL, &empty, &empty, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(select(0, NULL, NULL, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(select(0, &empty, &readable, NULL, NULL), 1);
    CHECK_EQ(empty.fd_count, 0);
}

static void compacted(void)
{
    fd_set readable, writable;
    struct timeval time = {5, 250000};
    int i;

    FACT("9.3", "the ready sockets move to the front, and their memberships are counted");
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    for (i = 0; i < 3; i++) {
        FD_SET(sockets[2 - i], &readable);
        FD_SET(sockets[i], &writable);
    }
    CHECK_EQ(select(0, &readable, &writable, NULL, &time), 4);
    CHECK_EQ(readable.fd_count, 1);
    CHECK(readable.fd_array[0] == sockets[0]);
    CHECK_EQ(writable.fd_count, 3);

    FACT("9.3", "the time stays as it was");
    CHECK(time.tv_sec == 5 && time.tv_usec == 250000);

    FACT("9.3", "whoever is ready in none is in none");
    FD_ZERO(&readable);
    FD_SET(sockets[1], &readable);
    FD_SET(sockets[2], &readable);
    time.tv_sec = time.tv_usec = 0;
    CHECK_EQ(select(0, &readable, NULL, NULL, &time), 0);
    CHECK_EQ(readable.fd_count, 0);
}

static void macros(void)
{
    fd_set set;

    FACT("9.4", "winsock.h's FD_SET lets a socket in twice, and FD_CLR takes one out");
    FD_ZERO(&set);
    FD_SET(sockets[0], &set);
    FD_SET(sockets[0], &set);
    CHECK_EQ(set.fd_count, 2);
    CHECK(FD_ISSET(sockets[0], &set) && !FD_ISSET(sockets[1], &set));
    CHECK_EQ(select(0, &set, NULL, NULL, NULL), 1);
    CHECK_EQ(set.fd_count, 1);
    FD_CLR(sockets[0], &set);
    CHECK_EQ(set.fd_count, 0);
}

static void errors(void)
{
    fd_set readable, exceptional;
    SOCKET gone = datagram_socket();

    FACT("9.2", "one that is no socket, in whatever set: nothing is changed");
    closesocket(gone);
    FD_ZERO(&readable);
    FD_ZERO(&exceptional);
    FD_SET(sockets[1], &readable);
    FD_SET(sockets[0], &readable);
    FD_SET(gone, &exceptional);
    CHECK_EQ(select(0, &readable, NULL, &exceptional, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK(readable.fd_count == 2 && readable.fd_array[0] == sockets[1]);
    CHECK(exceptional.fd_count == 1 && exceptional.fd_array[0] == gone);
    FD_ZERO(&exceptional);
    FD_SET(INVALID_SOCKET, &exceptional);
    CHECK_EQ(select(0, &readable, NULL, &exceptional, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
}

int main(void)
{
    WSADATA data;
    int i;

    REQUIRE(WSAStartup(0x0101, &data) == 0);
    for (i = 0; i < 3; i++) sockets[i] = datagram_socket();
    make_readable(sockets[0]);
    numbers();
    compacted();
    macros();
    errors();
    return check_end();
}
