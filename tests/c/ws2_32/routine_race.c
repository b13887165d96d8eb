/* Receives with routines, on sockets that others close, cancel, reset and write to meanwhile:
 * each that has begun runs its routine once, on its own thread, with one of the results there are.
 * semantics.md: 3, 6.1, 6.4, 6.8, 7.6, 7.8 */
// test: native the server of Wine 8 aborts at it ("poll_users[user] == fd")
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

#define PAIRS 4
#define ROUNDS 150
#define RECEIVES 3

enum trouble { WRITES, CLOSES, CANCELS, RESETS, ENDS, KINDS };

/* A thread with its requests, and one that makes trouble for it. */
struct pair {
    struct check_thread thread, troublemaker;
    HANDLE begin, done;
    SOCKET client, server;
    int round;
    struct receive {
        OVERLAPPED overlapped;
        struct pair *of;
        char byte;
        int runs;
    } receives[RECEIVES];
    int runs, wrong;
    /* Results that were seen: data, end, reset, aborted by the close, cancelled. */
    int seen[5];
};

static struct pair pairs[PAIRS];

static void CALLBACK routine(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    struct receive *receive = (struct receive *)overlapped;
    struct pair *pair = receive->of;
    (void)flags;
    pair->runs++;
    pair->wrong += receive->runs++ != 0 || pair->thread.id != GetCurrentThreadId() ||
                   (error && count) || (count && receive->byte != 'x');
    if (error == 0)
        pair->seen[count ? 0 : 1]++;
    else if (error == WSAECONNRESET)
        pair->seen[2]++;
    else if (error == WSA_OPERATION_ABORTED)
        pair->seen[4]++;
    else
        pair->seen[3]++;
}

static void make_trouble(void *argument)
{
    struct pair *pair = argument;
    int round;
    for (round = 0; round < ROUNDS; round++) {
        WaitForSingleObject(pair->begin, INFINITE);
        switch (round % KINDS) {
        case WRITES:
            send(pair->client, "xx", 2, 0);
            closesocket(pair->server);
            break;
        case CLOSES:
            closesocket(pair->server);
            break;
        case CANCELS:
            CancelIoEx((HANDLE)pair->server, NULL);
            break;
        case RESETS:
            check_net_reset(pair->client);
            break;
        case ENDS:
            send(pair->client, "x", 1, 0);
            shutdown(pair->client, SD_SEND);
            break;
        }
        SetEvent(pair->done);
    }
}

static int start(struct pair *pair, struct receive *receive)
{
    WSABUF description = {1, &receive->byte};
    DWORD flags = 0;
    memset(receive, 0, sizeof *receive);
    receive->of = pair;
    return WSARecv(pair->server, &description, 1, NULL, &flags, &receive->overlapped, routine) ==
               0 || WSAGetLastError() == WSA_IO_PENDING;
}

/* One request before the trouble, the others while it is made. */
static int start_all(struct pair *pair)
{
    int index, begun = start(pair, &pair->receives[0]);
    SetEvent(pair->begin);
    for (index = 1; index < RECEIVES; index++)
        begun += start(pair, &pair->receives[index]);
    return begun;
}

static void work(void *argument)
{
    struct pair *pair = argument;
    for (pair->round = 0; pair->round < ROUNDS; pair->round++) {
        int begun, kind = pair->round % KINDS;
        check_net_pair(&pair->client, &pair->server);
        pair->runs = 0;
        begun = start_all(pair);
        WaitForSingleObject(pair->done, INFINITE);
        /* What began after the trouble may still wait. */
        if (kind == CANCELS)
            CancelIoEx((HANDLE)pair->server, NULL);
        while (pair->runs < begun && SleepEx(HANG_GUARD, TRUE) == WAIT_IO_COMPLETION)
            ;
        pair->wrong += pair->runs != begun || SleepEx(0, TRUE) != 0;
        if (kind != WRITES && kind != CLOSES)
            closesocket(pair->server);
        if (kind != RESETS)
            closesocket(pair->client);
    }
}

int main(void)
{
    int index, result, wrong = 0, seen[5] = {0};

    check_net_start();
    FACT("6.1", "whatever others do to the socket, a routine runs once for each request");
    for (index = 0; index < PAIRS; index++) {
        struct pair *pair = &pairs[index];
        pair->begin = CreateEventA(NULL, FALSE, FALSE, NULL);
        pair->done = CreateEventA(NULL, FALSE, FALSE, NULL);
        check_thread_start(&pair->thread, work, pair);
        check_thread_start(&pair->troublemaker, make_trouble, pair);
    }
    for (index = 0; index < PAIRS; index++) {
        struct pair *pair = &pairs[index];
        check_thread_join(&pair->thread);
        check_thread_join(&pair->troublemaker);
        CloseHandle(pair->begin);
        CloseHandle(pair->done);
        wrong += pair->wrong;
        for (result = 0; result < 5; result++)
            seen[result] += pair->seen[result];
    }
    CHECK_EQ(wrong, 0);
    CHECK(seen[0] > 0);
    CHECK(seen[1] > 0);
    CHECK(seen[2] > 0);
    CHECK(seen[3] > 0);
    CHECK(seen[4] > 0);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
