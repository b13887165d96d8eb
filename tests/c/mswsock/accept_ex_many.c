// test: long
// test: guard 600
// test: native Wine needs many minutes for so many connections
/* 100,000 short connections through AcceptEx, with data, none lost, and no descriptor more than
 * before.  Every other peer talks first, the others reset at once.
 * semantics.md: 11.1 to 11.4 */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"

/* Linux' own: the lowest free descriptor tells whether any was lost. */
extern int dup(int descriptor);
extern int close(int descriptor);

#define CONNECTIONS 100000
#define WAITING 16
#define CLIENTS 4
#define AHEAD 1000

enum state { ACCEPTING, RECEIVING, SENDING };

struct conversation {
    OVERLAPPED overlapped;
    enum state state;
    SOCKET s;
    char room[64 + 2 * (sizeof(struct sockaddr_in) + 16)];
};

static LPFN_ACCEPTEX accept_ex;
static SOCKET listener;
static HANDLE port;
static unsigned short number;
static volatile LONG begun, accepted, answered, talked, lost;
static struct conversation conversations[WAITING];

static void wait_for_next(struct conversation *one)
{
    DWORD count;
    one->s = check_net_socket();
    one->state = ACCEPTING;
    memset(&one->overlapped, 0, sizeof one->overlapped);
    /* Peers that never talk must not keep their place: the connection alone is enough. */
    if (accept_ex(listener, one->s, one->room, 0, AREA, AREA, &count, &one->overlapped) ||
        WSAGetLastError() != ERROR_IO_PENDING)
        check_net_end("AcceptEx", __FILE__, __LINE__);
}

static void receive(struct conversation *one)
{
    WSABUF description = {64, one->room};
    DWORD flags = 0;
    one->state = RECEIVING;
    memset(&one->overlapped, 0, sizeof one->overlapped);
    if (WSARecv(one->s, &description, 1, NULL, &flags, &one->overlapped, NULL) != 0 &&
        WSAGetLastError() != WSA_IO_PENDING) {
        closesocket(one->s);
        wait_for_next(one);
    }
}

static void answer(struct conversation *one, DWORD bytes)
{
    WSABUF description = {bytes, one->room};
    one->state = SENDING;
    memset(&one->overlapped, 0, sizeof one->overlapped);
    if (WSASend(one->s, &description, 1, NULL, 0, &one->overlapped, NULL) != 0 &&
        WSAGetLastError() != WSA_IO_PENDING) {
        closesocket(one->s);
        wait_for_next(one);
    }
}

static DWORD WINAPI serve(void *unused)
{
    (void)unused;
    for (;;) {
        struct check_taken taken = check_take(port, INFINITE);
        struct conversation *one = (struct conversation *)taken.overlapped;
        if (!one)
            return 0;
        switch (one->state) {
        case ACCEPTING:
            if (!taken.ok)
                return 0;
            InterlockedIncrement(&accepted);
            if (setsockopt(one->s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&listener,
                           sizeof listener) != 0 ||
                CreateIoCompletionPort((HANDLE)one->s, port, 0, 0) != port)
                InterlockedIncrement(&lost);
            receive(one);
            break;
        case RECEIVING:
            if (taken.ok && taken.bytes > 0) {
                answer(one, taken.bytes);
            } else {
                closesocket(one->s);
                wait_for_next(one);
            }
            break;
        case SENDING:
            InterlockedIncrement(&answered);
            receive(one);
            break;
        }
    }
}

static DWORD WINAPI talk(void *which)
{
    int index;
    for (index = (int)(size_t)which; index < CONNECTIONS; index += CLIENTS) {
        SOCKET s;
        char room[8];
        /* Linux drops a connection for which the listener's queue has no room; a peer that resets
         * it at once never learns of that, and nobody accepts it. */
        InterlockedIncrement(&begun);
        while (begun - accepted > AHEAD)
            SwitchToThread();
        s = check_net_connect(number);
        if (index % 2 == 0) {
            if (send(s, "hello", 5, 0) != 5 || recv(s, room, 5, MSG_WAITALL) != 5 ||
                memcmp(room, "hello", 5) != 0)
                InterlockedIncrement(&lost);
            InterlockedIncrement(&talked);
        }
        /* A reset leaves no TIME_WAIT, of which Linux has room for some 28,000. */
        check_net_reset(s);
    }
    return 0;
}

static int lowest_free(void)
{
    int descriptor = dup(0);
    close(descriptor);
    return descriptor;
}

int main(void)
{
    GUID guid = WSAID_ACCEPTEX;
    HANDLE server, clients[CLIENTS];
    DWORD handles_before, handles_after;
    int before, index;

    check_net_start();
    port = check_port();
    listener = check_net_listener(&number);
    REQUIRE(check_extension(listener, guid, &accept_ex));
    REQUIRE(CreateIoCompletionPort((HANDLE)listener, port, 0, 0) == port);
    for (index = 0; index < WAITING; index++)
        wait_for_next(&conversations[index]);
    before = lowest_free();
    REQUIRE(GetProcessHandleCount(GetCurrentProcess(), &handles_before));
    server = CreateThread(NULL, 0, serve, NULL, 0, NULL);
    for (index = 0; index < CLIENTS; index++)
        clients[index] = CreateThread(NULL, 0, talk, (void *)(size_t)index, 0, NULL);
    CHECK_EQ(WaitForMultipleObjects(CLIENTS, clients, TRUE, INFINITE), WAIT_OBJECT_0);
    /* The last connections may still wait in the listener's queue. */
    while (accepted < CONNECTIONS)
        SwitchToThread();
    FACT("11.1", "every connection is accepted once, every word answered");
    CHECK_EQ(accepted, CONNECTIONS);
    CHECK_EQ(talked, CONNECTIONS / 2);
    CHECK_EQ(answered, talked);
    CHECK_EQ(lost, 0);
    for (index = 0; index < CLIENTS; index++)
        CloseHandle(clients[index]);
    PostQueuedCompletionStatus(port, 0, 0, NULL);
    CHECK_EQ(WaitForSingleObject(server, HANG_GUARD), WAIT_OBJECT_0);
    CloseHandle(server);
    FACT("11.1", "and no descriptor and no handle is left");
    for (index = 0; index < WAITING; index++)
        closesocket(conversations[index].s);
    CHECK(GetProcessHandleCount(GetCurrentProcess(), &handles_after));
    CHECK(handles_after <= handles_before);
    CHECK(lowest_free() <= before);
    closesocket(listener);
    CloseHandle(port);
    return check_end();
}
