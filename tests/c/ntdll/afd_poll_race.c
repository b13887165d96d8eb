// test: guard 120
/* Polls that are answered, cancelled, timed out and closed all at once by several threads: each
 * ends exactly once, and the port hears of each. */
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include "../check_afd.h"

#define THREADS 4
#define ROUNDS 400

static HANDLE afd, port;
static volatile LONG asked, heard, wrong;

struct request {
    struct poll poll;
    volatile LONG ended;
    SOCKET socket;
};

/* Takes packets until told to end. */
static DWORD WINAPI listen_at_port(void *unused)
{
    (void)unused;
    for (;;) {
        DWORD bytes;
        ULONG_PTR key;
        OVERLAPPED *context = NULL;
        struct request *request;
        NTSTATUS status;
        GetQueuedCompletionStatus(port, &bytes, &key, &context, INFINITE);
        if (!context) return 0;
        request = (struct request *)context;
        status = request->poll.block.Status;
        if (status == STATUS_SUCCESS ? request->poll.out.NumberOfHandles != 1 ||
                                           (SOCKET)request->poll.out.Handles[0].Handle !=
                                               request->socket ||
                                           request->poll.out.Handles[0].Events == 0
                                     : status != STATUS_TIMEOUT && status != NT(NT_CANCELLED))
            InterlockedIncrement(&wrong);
        InterlockedIncrement(&heard);
        /* Its owner may use the memory again. */
        if (InterlockedExchange(&request->ended, 1) != 0) InterlockedIncrement(&wrong);
    }
}

static void ask(struct request *request, SOCKET socket, LONGLONG time)
{
    NTSTATUS status;
    memset(&request->poll, 0, sizeof request->poll);
    request->poll.in.Timeout.QuadPart = time;
    request->socket = socket;
    poll_add(&request->poll, socket, AFD_POLL_RECEIVE | AFD_POLL_DISCONNECT | AFD_POLL_ABORT);
    InterlockedExchange(&request->ended, 0);
    InterlockedIncrement(&asked);
    status = poll_send(afd, &request->poll, request);
    if (status != STATUS_PENDING && status != STATUS_SUCCESS) {
        InterlockedIncrement(&wrong);
        InterlockedIncrement(&heard);
        InterlockedExchange(&request->ended, 1);
    }
}

static void await(struct request *request)
{
    while (InterlockedCompareExchange(&request->ended, 1, 1) == 0) Sleep(0);
}

static DWORD WINAPI race(void *argument)
{
    struct request *requests = calloc(3, sizeof *requests);
    unsigned seed = (unsigned)(ULONG_PTR)argument * 7919 + 1;
    SOCKET client, server;
    int round, i;
    check_net_pair(&client, &server);
    for (round = 0; round < ROUNDS; round++) {
        IO_STATUS_BLOCK block;
        char byte;
        seed = seed * 1103515245 + 12345;
        /* The same socket, watched three times; the third for a tenth of a millisecond. */
        for (i = 0; i < 3; i++) ask(&requests[i], server, i == 2 ? -1000 : NEVER);
        switch (seed >> 16 & 3) {
        case 0:
            send(client, "a", 1, 0);
            for (i = 0; i < 3; i++) await(&requests[i]);
            recv(server, &byte, 1, 0);
            break;
        case 1:
            send(client, "a", 1, 0);
            for (i = 0; i < 3; i++) pNtCancelIoFileEx(afd, &requests[i].poll.block, &block);
            for (i = 0; i < 3; i++) await(&requests[i]);
            recv(server, &byte, 1, 0);
            break;
        case 2:
            for (i = 0; i < 3; i++) pNtCancelIoFileEx(afd, &requests[i].poll.block, &block);
            for (i = 0; i < 3; i++) await(&requests[i]);
            break;
        default:
            closesocket(client);
            closesocket(server);
            for (i = 0; i < 3; i++) await(&requests[i]);
            check_net_pair(&client, &server);
        }
    }
    closesocket(client);
    closesocket(server);
    free(requests);
    return 0;
}

int main(void)
{
    HANDLE racers[THREADS], listeners[2];
    int i;
    check_net_start();
    check_afd_start();
    afd = check_afd();
    port = check_port();
    REQUIRE(CreateIoCompletionPort(afd, port, 0, 0) == port);

    FACT("T:afd:test_poll", "of four ways to end a poll one wins, and it ends once");
    for (i = 0; i < 2; i++) listeners[i] = CreateThread(NULL, 0, listen_at_port, NULL, 0, NULL);
    for (i = 0; i < THREADS; i++)
        racers[i] = CreateThread(NULL, 0, race, (void *)(ULONG_PTR)i, 0, NULL);
    CHECK(WaitForMultipleObjects(THREADS, racers, TRUE, INFINITE) == WAIT_OBJECT_0);
    CHECK_EQ(asked, THREADS * ROUNDS * 3);
    CHECK_EQ(heard, asked);
    CHECK_EQ(wrong, 0);
    for (i = 0; i < 2; i++) PostQueuedCompletionStatus(port, 0, 0, NULL);
    CHECK(WaitForMultipleObjects(2, listeners, TRUE, HANG_GUARD) == WAIT_OBJECT_0);
    return check_end();
}
