// test: native Wine 8 waits for ever in a WSARecv with an array of none
/* Pointers that are NULL, wild or misaligned; counts of 0; lengths that are negative.
 * semantics.md: 1.4, 1.12, 3 (10014), 5.4, 10.4 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static char buffer[64];
static HANDLE port;

#define FAILS(call, wanted) \
    do { \
        int result, error; \
        WSASetLastError(0); \
        result = (int)(call); \
        error = WSAGetLastError(); \
        if (!check_that(result == SOCKET_ERROR && error == (wanted), #wanted ": " #call, \
                        __FILE__, __LINE__)) \
            check_line("  seen: %d, error %d\n", result, error); \
    } while (0)

static void transfers(SOCKET s, SOCKET peer)
{
    WSABUF good = {4, buffer}, none = {4, NULL}, pair[2];
    OVERLAPPED overlapped = {0};
    DWORD flags = 0, count = UNTOUCHED;

    FACT("3", "no buffer where there is a length");
    FAILS(recv(s, NULL, 1, 0), WSAEFAULT);
    FAILS(send(s, NULL, 1, 0), WSAEFAULT);
    FAILS(WSASend(s, &none, 1, &count, 0, NULL, NULL), WSAEFAULT);
    FAILS(WSASend(s, &none, 1, &count, 0, &overlapped, NULL), WSAEFAULT);
    FAILS(WSARecv(s, &none, 1, &count, &flags, &overlapped, NULL), WSAEFAULT);
    none.buf = (char *)(ULONG_PTR)0xffff800000001000;
    FAILS(WSARecv(s, &none, 1, &count, &flags, &overlapped, NULL), WSAEFAULT);
    none.buf = (char *)(ULONG_PTR)0x7ffffffffffe;
    FAILS(WSARecv(s, &none, 1, &count, &flags, &overlapped, NULL), WSAEFAULT);
    none.buf = NULL;
    FACT("3", "the second of two buffers is bad");
    pair[0] = good;
    pair[1] = none;
    FAILS(WSASend(s, pair, 2, &count, 0, NULL, NULL), WSAEFAULT);
    FACT("3", "no array");
    FAILS(WSASend(s, NULL, 1, &count, 0, NULL, NULL), WSAEFAULT);
    FAILS(WSARecv(s, NULL, 1, &count, &flags, NULL, NULL), WSAEFAULT);
    FAILS(WSARecv(s, NULL, 1, &count, &flags, &overlapped, NULL), WSAEFAULT);
    FACT("5.4", "an array of none");
    FAILS(WSARecv(s, &good, 0, &count, &flags, NULL, NULL), WSAEINVAL);
    FAILS(WSARecv(s, &good, 0, &count, &flags, &overlapped, NULL), WSAEINVAL);
    FACT("3", "no count without an OVERLAPPED, no flags");
    FAILS(WSASend(s, &good, 1, NULL, 0, NULL, NULL), WSAEFAULT);
    FAILS(WSARecv(s, &good, 1, NULL, &flags, NULL, NULL), WSAEFAULT);
    FAILS(WSARecv(s, &good, 1, &count, NULL, NULL, NULL), WSAEFAULT);
    FAILS(WSARecv(s, &good, 1, &count, NULL, &overlapped, NULL), WSAEFAULT);
    FACT("3", "negative lengths");
    FAILS(recv(s, buffer, -1, 0), WSAEFAULT);
    FAILS(send(s, buffer, -1, 0), WSAEFAULT);
    FACT("1.4", "nothing was touched, sent, queued or begun");
    CHECK_EQ(count, UNTOUCHED);
    CHECK_EMPTY(port);
    CHECK_EQ(send(s, "ok", 2, 0), 2);
    CHECK_EQ(recv(peer, buffer, sizeof buffer, 0), 2);
    CHECK_EQ(send(peer, "ok", 2, 0), 2);
    CHECK_EQ(recv(s, buffer, sizeof buffer, 0), 2);
}

static void wild_buffers(SOCKET s, SOCKET peer)
{
    char *wild = (char *)(ULONG_PTR)0x10, *kernel = (char *)(ULONG_PTR)0xffff800000001000;

    FACT("3", "a wild buffer: 10014, and the data is still there");
    CHECK_EQ(send(peer, "data", 4, 0), 4);
    FAILS(recv(s, wild, 4, 0), WSAEFAULT);
    FAILS(recv(s, kernel, 4, 0), WSAEFAULT);
    FAILS(send(s, wild, 4, 0), WSAEFAULT);
    FAILS(send(s, kernel, 4, 0), WSAEFAULT);
    CHECK_EQ(recv(s, buffer, 4, MSG_WAITALL), 4);
    CHECK(memcmp(buffer, "data", 4) == 0);
}

static void overlapped_itself(SOCKET s, SOCKET peer)
{
    static char room[sizeof(OVERLAPPED) + 16];
    WSABUF good = {4, buffer};
    OVERLAPPED *odd = (OVERLAPPED *)(((ULONG_PTR)room & ~(ULONG_PTR)15) + 17);
    OVERLAPPED with_bad_event = {0};
    HANDLE closed = CreateEventA(NULL, TRUE, FALSE, NULL), mutex = CreateMutexA(NULL, FALSE, NULL);
    DWORD flags = 0;

    CloseHandle(closed);
    memset(room, 0, sizeof room);
    FACT("3", "a misaligned or wild OVERLAPPED: 10014");
    FAILS(WSARecv(s, &good, 1, NULL, &flags, odd, NULL), WSAEFAULT);
    FAILS(WSASend(s, &good, 1, NULL, 0, odd, NULL), WSAEFAULT);
    FAILS(WSARecv(s, &good, 1, NULL, &flags, (OVERLAPPED *)(ULONG_PTR)0x20, NULL), WSAEFAULT);
    FACT("1.6", "an hEvent that is no event: 6");
    with_bad_event.hEvent = closed;
    FAILS(WSARecv(s, &good, 1, NULL, &flags, &with_bad_event, NULL), WSA_INVALID_HANDLE);
    with_bad_event.hEvent = mutex;
    FAILS(WSARecv(s, &good, 1, NULL, &flags, &with_bad_event, NULL), WSA_INVALID_HANDLE);
    FAILS(WSASend(s, &good, 1, NULL, 0, &with_bad_event, NULL), WSA_INVALID_HANDLE);
    FACT("1.4", "nothing was begun");
    CHECK_EMPTY(port);
    CHECK_EQ(send(peer, "z", 1, 0), 1);
    CHECK_EQ(recv(s, buffer, 1, 0), 1);
    CHECK_EQ(CloseHandle(mutex), TRUE);
}

static void names(SOCKET connected)
{
    struct sockaddr_in address = check_net_loopback(0);
    struct sockaddr *name = (struct sockaddr *)&address;
    int length = sizeof address, small = sizeof address - 1, negative = -1, value = 1;
    unsigned short number;
    SOCKET s = check_net_socket(), listener = check_net_listener(&number), client;

    FACT("3", "addresses: none, too short, of negative length");
    FAILS(bind(s, NULL, sizeof address), WSAEFAULT);
    FAILS(bind(s, name, sizeof address - 1), WSAEFAULT);
    FAILS(bind(s, name, -1), WSAEFAULT);
    FAILS(bind(s, name, 0), WSAEFAULT);
    FAILS(connect(s, NULL, sizeof address), WSAEFAULT);
    FAILS(connect(s, name, sizeof address - 1), WSAEFAULT);
    FAILS(connect(s, name, -1), WSAEFAULT);
    FAILS(getsockname(connected, NULL, &length), WSAEFAULT);
    FAILS(getsockname(connected, name, NULL), WSAEFAULT);
    FAILS(getsockname(connected, name, &small), WSAEFAULT);
    FAILS(getpeername(connected, NULL, &length), WSAEFAULT);
    FAILS(getpeername(connected, name, NULL), WSAEFAULT);
    FAILS(getpeername(connected, name, &negative), WSAEFAULT);
    FACT("10.4", "accept with too small a buffer: 10014, and the connection stays");
    client = check_net_connect(number);
    small = 1;
    FAILS(accept(listener, name, &small), WSAEFAULT);
    s = (closesocket(s), accept(listener, name, &length));
    CHECK(s != INVALID_SOCKET);
    CHECK_EQ(length, sizeof address);
    FACT("3", "options and commands");
    FAILS(setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, NULL, sizeof value), WSAEFAULT);
    FAILS(setsockopt(s, SOL_SOCKET, SO_LINGER, (char *)&value, 1), WSAEFAULT);
    FAILS(getsockopt(s, SOL_SOCKET, SO_TYPE, NULL, &length), WSAEFAULT);
    FAILS(getsockopt(s, SOL_SOCKET, SO_TYPE, (char *)&value, NULL), WSAEFAULT);
    FAILS(ioctlsocket(s, FIONBIO, NULL), WSAEFAULT);
    closesocket(s);
    closesocket(client);
    closesocket(listener);
}

int main(void)
{
    SOCKET s, peer;
    check_net_start();
    port = check_port();
    check_net_pair(&s, &peer);
    CHECK(CreateIoCompletionPort((HANDLE)s, port, 1, 0) == port);
    transfers(s, peer);
    wild_buffers(s, peer);
    overlapped_itself(s, peer);
    names(s);
    CHECK_EMPTY(port);
    closesocket(s);
    closesocket(peer);
    CHECK_EQ(CloseHandle(port), TRUE);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
