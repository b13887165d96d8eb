// test: native Wine 8 reads through wild pointers
// select and WSAPoll with pointers and counts that are none (semantics 9.1, 9.7).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

#define WILD ((void *)16)

static SOCKET victim;

static void CALLBACK close_victim(ULONG_PTR unused)
{
    (void)unused;
    closesocket(victim);
}

/* Sockets that a routine closes inside the very call. */
static void routines(void)
{
    WSAPOLLFD entries[2];
    SOCKET other, another;

    FACT("9.7", "a socket that a routine closes has POLLNVAL, alone and beside others");
    for (int i = 0; i < 2; i++) {
        check_net_pair(&victim, &other);
        another = socket(AF_INET, SOCK_STREAM, 0);
        entries[0].fd = another;
        entries[1].fd = victim;
        entries[0].events = entries[1].events = POLLIN;
        entries[0].revents = entries[1].revents = 0x77;
        CHECK(QueueUserAPC(close_victim, GetCurrentThread(), 0) != 0);
        CHECK_EQ(WSAPoll(entries + i, (ULONG)(2 - i), INFINITE), 1);
        CHECK(entries[1].revents == POLLNVAL && entries[0].revents == (i ? 0x77 : 0));
        closesocket(other);
        closesocket(another);
    }
}

int main(void)
{
    fd_set set;
    struct timeval at_once = {0, 0}, negative = {-1, 0}, negative_part = {0, -1};
    WSAPOLLFD entry;
    SOCKET client, server;

    check_net_start();
    check_net_pair(&client, &server);
    FD_ZERO(&set);
    FD_SET(client, &set);

    FACT("9.1", "a wild pointer is WSAEFAULT, and the other sets stay");
    CHECK_EQ(select(0, WILD, &set, NULL, &at_once), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(select(0, &set, WILD, NULL, &at_once), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(select(0, NULL, &set, WILD, &at_once), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(select(0, NULL, &set, NULL, WILD), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK(set.fd_count == 1 && set.fd_array[0] == client);

    FACT("9.1", "a set that nobody has emptied: its count is none");
    memset(&set, 0xcc, sizeof set);
    CHECK_EQ(select(0, NULL, &set, NULL, &at_once), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(set.fd_count, 0xcccccccc);
    CHECK_EQ(FD_ISSET(client, &set), 0);
    CHECK_EQ(__WSAFDIsSet(client, NULL), 0);
    CHECK_EQ(__WSAFDIsSet(client, WILD), 0);

    FACT("9.1", "a negative time is WSAEINVAL");
    FD_ZERO(&set);
    FD_SET(client, &set);
    CHECK_EQ(select(0, NULL, &set, NULL, &negative), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(select(0, NULL, &set, NULL, &negative_part), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK(set.fd_count == 1 && set.fd_array[0] == client);

    FACT("9.2", "a handle that is no socket");
    FD_SET((SOCKET)CreateEventA(NULL, TRUE, TRUE, NULL), &set);
    CHECK_EQ(select(0, NULL, &set, NULL, &at_once), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(set.fd_count, 2);

    FACT("9.7", "entries that are nowhere, and more than there can be");
    CHECK_EQ(WSAPoll(WILD, 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    entry.fd = client;
    entry.events = POLLOUT;
    entry.revents = 0x77;
    CHECK_EQ(WSAPoll(&entry, 0xffffffff, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOBUFS);
    CHECK_EQ(entry.revents, 0x77);
    CHECK_EQ(WSAPoll(&entry, 1, 0), 1);
    closesocket(client);
    closesocket(server);
    routines();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
