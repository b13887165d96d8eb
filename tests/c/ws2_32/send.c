// test: guard 120
/* Sending, and calls that block.
 * semantics.md: 5.5, 5.7, 2 (reset with a pending send), 2.3 (sends complete in order) */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

#define LARGE (32 << 20)

struct reader {
    struct check_thread thread;
    SOCKET socket;
    unsigned long long total, wrong;
    int last, error;
};

/* The byte at this place of the stream. */
static char pattern(unsigned long long at)
{
    return (char)(at * 31 + at / 251);
}

static char *large_buffer(void)
{
    char *buffer = malloc(LARGE);
    unsigned long long at;
    REQUIRE(buffer != NULL);
    for (at = 0; at < LARGE; at++)
        buffer[at] = pattern(at);
    return buffer;
}

static void read_all(void *argument)
{
    static char part[1 << 16];
    struct reader *reader = argument;
    int index;
    while ((reader->last = recv(reader->socket, part, sizeof part, 0)) > 0) {
        for (index = 0; index < reader->last; index++)
            reader->wrong += part[index] != pattern((reader->total + index) % LARGE);
        reader->total += reader->last;
    }
    reader->error = WSAGetLastError();
}

static void start_reading(struct reader *reader, SOCKET s)
{
    memset(reader, 0, sizeof *reader);
    reader->socket = s;
    check_thread_start(&reader->thread, read_all, reader);
}

static void check_read(struct reader *reader, unsigned long long total)
{
    check_thread_join(&reader->thread);
    CHECK_EQ(reader->last, 0);
    CHECK_EQ(reader->total, total);
    CHECK_EQ(reader->wrong, 0);
    closesocket(reader->socket);
}

static void blocking(char *buffer)
{
    static struct reader reader;
    SOCKET client, server;

    check_net_pair(&client, &server);
    FACT("5.5", "a blocking send is never short");
    start_reading(&reader, server);
    CHECK_EQ(send(client, buffer, LARGE, 0), LARGE);
    CHECK_EQ(closesocket(client), 0);
    check_read(&reader, LARGE);
}

static void non_blocking(char *buffer)
{
    static struct reader reader;
    u_long on = 1;
    SOCKET client, server;
    int all, next, next_error;

    check_net_pair(&client, &server);
    CHECK_EQ(ioctlsocket(client, FIONBIO, &on), 0);
    FACT("5.5", "a non-blocking send of tens of megabytes is accepted whole, the next refused");
    all = send(client, buffer, LARGE, 0);
    next = send(client, buffer, 1, 0);
    next_error = WSAGetLastError();
    CHECK_EQ(all, LARGE);
    CHECK_EQ(next, SOCKET_ERROR);
    CHECK_EQ(next_error, WSAEWOULDBLOCK);
    FACT("5.5", "the data is delivered although the socket is closed");
    CHECK_EQ(closesocket(client), 0);
    start_reading(&reader, server);
    check_read(&reader, LARGE);
}

static void overlapped(char *buffer)
{
    static struct reader reader;
    HANDLE port = check_port();
    OVERLAPPED overlapped[4];
    WSABUF description;
    SOCKET client, server;
    int index, started = 0;

    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)client, port, 1, 0) == port);
    FACT("2.3", "overlapped sends complete whole, in the order of the calls");
    memset(overlapped, 0, sizeof overlapped);
    for (index = 0; index < 4; index++) {
        description.len = LARGE;
        description.buf = buffer;
        started += WSASend(client, &description, 1, NULL, 0, &overlapped[index], NULL) == 0 ||
                   WSAGetLastError() == WSA_IO_PENDING;
    }
    CHECK_EQ(started, 4);
    start_reading(&reader, server);
    for (index = 0; index < 4; index++)
        CHECK_SUCCESS(port, 1, &overlapped[index], LARGE);
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    check_read(&reader, 4ull * LARGE);
    closesocket(client);
    CHECK_EQ(CloseHandle(port), TRUE);
}

static void reset_under_a_send(char *buffer)
{
    HANDLE port = check_port();
    OVERLAPPED overlapped = {0};
    WSABUF description;
    SOCKET client, server;
    struct check_taken taken;
    int index, pending = 0;

    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)client, port, 1, 0) == port);
    FACT("2", "peer reset with a pending send: 64");
    description.len = LARGE;
    description.buf = buffer;
    for (index = 0; index < 8 && !pending; index++) {
        memset(&overlapped, 0, sizeof overlapped);
        if (WSASend(client, &description, 1, NULL, 0, &overlapped, NULL) == 0)
            check_take(port, HANG_GUARD);
        else
            pending = WSAGetLastError() == WSA_IO_PENDING;
    }
    CHECK_EQ(pending, 1);
    check_net_reset(server);
    taken = check_take(port, HANG_GUARD);
    CHECK_EQ(taken.ok, FALSE);
    CHECK_EQ(taken.error, ERROR_NETNAME_DELETED);
    CHECK(taken.overlapped == &overlapped);
    CHECK_EQ((DWORD)overlapped.Internal, NT_CONNECTION_RESET);
    closesocket(client);
    CHECK_EQ(CloseHandle(port), TRUE);
}

static volatile LONG apcs;

static void CALLBACK count_apc(ULONG_PTR parameter)
{
    InterlockedIncrement(&apcs);
    if (parameter)
        send((SOCKET)parameter, "!", 1, 0);
}

struct blocked {
    struct check_thread thread;
    SOCKET socket, peer;
    int first, second;
    LONG apcs_at_once;
    char byte;
};

static void receive_twice(void *argument)
{
    struct blocked *it = argument;
    char byte;
    QueueUserAPC(count_apc, GetCurrentThread(), 0);
    it->first = recv(it->socket, &byte, 1, 0);
    it->apcs_at_once = apcs;
    SleepEx(0, TRUE);
    check_thread_about_to_block(&it->thread);
    it->second = recv(it->socket, &it->byte, 1, 0);
}

static void alertable(void)
{
    static struct blocked it;
    memset(&it, 0, sizeof it);
    check_net_pair(&it.peer, &it.socket);
    send(it.peer, "1", 1, 0);
    FACT("5.7", "a call that can finish at once runs no APC");
    check_thread_start(&it.thread, receive_twice, &it);
    check_thread_wait_blocked(&it.thread);
    CHECK_EQ(it.first, 1);
    CHECK_EQ(it.apcs_at_once, 0);
    CHECK_EQ(apcs, 1);
    FACT("5.7", "APCs run inside a blocking call, which goes on waiting");
    CHECK(QueueUserAPC(count_apc, it.thread.handle, (ULONG_PTR)it.peer) != 0);
    check_thread_join(&it.thread);
    CHECK_EQ(apcs, 2);
    CHECK_EQ(it.second, 1);
    CHECK_EQ(it.byte, '!');
    closesocket(it.peer);
    closesocket(it.socket);
}

int main(void)
{
    char *buffer = large_buffer();
    check_net_start();
    blocking(buffer);
    non_blocking(buffer);
    overlapped(buffer);
    reset_under_a_send(buffer);
    alertable();
    CHECK_EQ(WSACleanup(), 0);
    free(buffer);
    return check_end();
}
