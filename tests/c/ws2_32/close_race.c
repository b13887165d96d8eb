// test: native a handle's value may be used again at once elsewhere, and a thread would meet it
// test: guard 120
/* Handles that one thread uses while another closes them.
 * semantics.md: 2 (own close; port closed), 5.7, 6.1, 10.4 (a blocked accept) */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

#define ROUNDS 300
#define REQUESTS 64

static HANDLE port;
static volatile LONG go;

struct user {
    struct check_thread thread;
    SOCKET socket;
    OVERLAPPED overlapped[REQUESTS];
    char buffers[REQUESTS][4];
    int begun, strange;
    HANDLE port;
    int closed;
};

static int expected_error(int error)
{
    return error == WSAENOTSOCK || error == WSAEINTR || error == WSAECONNABORTED ||
           error == WSA_OPERATION_ABORTED;
}

/* Begins receives until the socket is gone, with other calls between. */
static void use_socket(void *argument)
{
    struct user *user = argument;
    int value, length;

    InterlockedIncrement(&go);
    while (user->begun < REQUESTS) {
        WSABUF description = {4, user->buffers[user->begun]};
        DWORD flags = 0;
        int result = WSARecv(user->socket, &description, 1, NULL, &flags,
                             &user->overlapped[user->begun], NULL);
        if (result != 0 && WSAGetLastError() != WSA_IO_PENDING) {
            user->strange += !expected_error(WSAGetLastError());
            return;
        }
        user->begun++;
        length = sizeof value;
        if (getsockopt(user->socket, SOL_SOCKET, SO_TYPE, (char *)&value, &length) != 0)
            user->strange += WSAGetLastError() != WSAENOTSOCK;
        if (send(user->socket, "x", 1, 0) != 1)
            user->strange += !expected_error(WSAGetLastError());
        if (user->begun % 8 == 0 && !CancelIoEx((HANDLE)user->socket, NULL))
            user->strange += GetLastError() != ERROR_NOT_FOUND &&
                             GetLastError() != ERROR_INVALID_HANDLE;
    }
}

static void spin(int turns)
{
    static volatile int sink;
    while (turns-- > 0)
        sink++;
}

static void sockets_in_use(void)
{
    static struct user users[2];
    int round, index, strange = 0, lost = 0, wrong_key = 0;

    for (round = 0; round < ROUNDS; round++) {
        SOCKET client, server;
        int begun = 0, taken = 0;
        check_net_pair(&client, &server);
        if (CreateIoCompletionPort((HANDLE)server, port, round, 0) != port)
            strange++;
        memset(users, 0, sizeof users);
        go = 0;
        for (index = 0; index < 2; index++) {
            struct check_thread *thread = &users[index].thread;
            users[index].socket = server;
            thread->routine = use_socket;
            thread->argument = &users[index];
            thread->handle = CreateThread(NULL, 0, check_thread_main, thread, 0, NULL);
        }
        while (go < 2)
            ;
        spin((round % 50) * 400);
        strange += closesocket(server) != 0;
        for (index = 0; index < 2; index++) {
            strange += WaitForSingleObject(users[index].thread.handle, HANG_GUARD) != 0;
            CloseHandle(users[index].thread.handle);
            strange += users[index].strange;
            begun += users[index].begun;
        }
        for (; taken < begun; taken++) {
            struct check_taken packet = check_take(port, HANG_GUARD);
            lost += packet.overlapped == NULL;
            wrong_key += packet.key != (ULONG_PTR)round;
        }
        closesocket(client);
    }
    CHECK_EQ(strange, 0);
    CHECK_EQ(lost, 0);
    CHECK_EQ(wrong_key, 0);
    CHECK_EMPTY(port);
}

static void use_port(void *argument)
{
    struct user *user = argument;
    int turn;

    InterlockedIncrement(&go);
    for (turn = 0;; turn++) {
        struct check_taken packet;
        if (!PostQueuedCompletionStatus(user->port, 0, 1, NULL)) {
            user->strange += GetLastError() != ERROR_INVALID_HANDLE;
            return;
        }
        packet = check_take(user->port, turn % 2 ? 0 : INFINITE);
        if (!packet.ok && packet.error != WAIT_TIMEOUT) {
            user->strange += packet.error != ERROR_ABANDONED_WAIT_0 &&
                             packet.error != ERROR_INVALID_HANDLE;
            return;
        }
    }
}

static void ports_in_use(void)
{
    static struct user users[3];
    int round, index, strange = 0;

    for (round = 0; round < ROUNDS; round++) {
        HANDLE used = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1 + round % 3);
        memset(users, 0, sizeof users);
        go = 0;
        for (index = 0; index < 3; index++) {
            struct check_thread *thread = &users[index].thread;
            users[index].port = used;
            thread->routine = use_port;
            thread->argument = &users[index];
            thread->handle = CreateThread(NULL, 0, check_thread_main, thread, 0, NULL);
        }
        while (go < 3)
            ;
        spin((round % 50) * 400);
        strange += !CloseHandle(used);
        for (index = 0; index < 3; index++) {
            strange += WaitForSingleObject(users[index].thread.handle, HANG_GUARD) != 0;
            CloseHandle(users[index].thread.handle);
            strange += users[index].strange;
        }
    }
    CHECK_EQ(strange, 0);
}

static void close_it(void *argument)
{
    struct user *user = argument;
    InterlockedIncrement(&go);
    while (go < 2)
        ;
    if (closesocket(user->socket) == 0)
        user->closed = 1;
    else
        user->strange = WSAGetLastError() != WSAENOTSOCK;
}

static void closed_by_two(void)
{
    static struct user users[2];
    int round, index, strange = 0, not_once = 0;

    for (round = 0; round < ROUNDS; round++) {
        SOCKET s = check_net_socket();
        memset(users, 0, sizeof users);
        go = 0;
        for (index = 0; index < 2; index++) {
            struct check_thread *thread = &users[index].thread;
            users[index].socket = s;
            thread->routine = close_it;
            thread->argument = &users[index];
            thread->handle = CreateThread(NULL, 0, check_thread_main, thread, 0, NULL);
        }
        for (index = 0; index < 2; index++) {
            strange += WaitForSingleObject(users[index].thread.handle, HANG_GUARD) != 0;
            CloseHandle(users[index].thread.handle);
            strange += users[index].strange;
        }
        not_once += users[0].closed + users[1].closed != 1;
    }
    CHECK_EQ(strange, 0);
    CHECK_EQ(not_once, 0);
}

struct blocked {
    struct check_thread thread;
    SOCKET socket;
    int result, error;
    int (*call)(SOCKET);
};

static int receive(SOCKET s)
{
    char byte;
    return recv(s, &byte, 1, 0);
}

static int take_connection(SOCKET s)
{
    return accept(s, NULL, NULL) == INVALID_SOCKET ? SOCKET_ERROR : 0;
}

static int fill(SOCKET s)
{
    static char block[1 << 16];
    int result;
    while ((result = send(s, block, sizeof block, 0)) > 0)
        ;
    return result;
}

static void call_it(void *argument)
{
    struct blocked *it = argument;
    check_thread_about_to_block(&it->thread);
    it->result = it->call(it->socket);
    it->error = WSAGetLastError();
}

static void blocked_call(SOCKET s, int (*call)(SOCKET))
{
    static struct blocked it;
    memset(&it, 0, sizeof it);
    it.socket = s;
    it.call = call;
    check_thread_start(&it.thread, call_it, &it);
    check_thread_wait_blocked(&it.thread);
    CHECK_EQ(closesocket(s), 0);
    check_thread_join(&it.thread);
    CHECK_EQ(it.result, SOCKET_ERROR);
    CHECK(expected_error(it.error));
}

int main(void)
{
    unsigned short number;
    SOCKET client, server;

    check_net_start();
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 64);
    FACT("6.1", "a socket closed under calls: each request that began ends once");
    sockets_in_use();
    FACT("2", "a port closed under calls: 735 or 6");
    ports_in_use();
    FACT("6.1", "closed by two threads: by one of them");
    closed_by_two();
    FACT("5.7", "a blocked recv, send and accept end when their socket is closed");
    check_net_pair(&client, &server);
    blocked_call(server, receive);
    closesocket(client);
    check_net_pair(&client, &server);
    blocked_call(server, fill);
    closesocket(client);
    blocked_call(check_net_listener(&number), take_connection);
    CHECK_EQ(CloseHandle(port), TRUE);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
