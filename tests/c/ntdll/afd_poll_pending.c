/* How a pending IOCTL_AFD_POLL ends (T:afd:test_poll). */
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include "../check_afd.h"

#define MILLISECOND 10000LL

static LONGLONG now(void)
{
    FILETIME time;
    GetSystemTimeAsFileTime(&time);
    return (LONGLONG)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

/* The end, with this many sockets in the answer. */
static void ended(struct poll *poll, NTSTATUS status, ULONG count)
{
    if (!CHECK(poll_ends(poll))) return;
    CHECK_EQ(poll->block.Status, status);
    CHECK_EQ(poll->block.Information, POLL_SIZE(count));
    CHECK_EQ(poll->out.NumberOfHandles, count);
    CHECK_EQ(poll->out.Timeout.QuadPart, poll->in.Timeout.QuadPart);
}

/* One socket of the answer. */
static void found(struct poll *poll, ULONG index, SOCKET socket, ULONG events)
{
    AFD_POLL_HANDLE_INFO *info = &poll->out.Handles[index];
    CHECK((SOCKET)info->Handle == socket);
    CHECK_EQ(info->Events, events);
    CHECK_EQ(info->Status, STATUS_SUCCESS);
}

static void times(HANDLE afd)
{
    SOCKET s = check_net_socket();
    struct poll poll = {0};

    FACT("T:afd:test_poll", "a time of 0 does not wait, and success is the answer");
    poll_prepare(&poll, 0);
    poll_add(&poll, s, EVERYTHING);
    CHECK_EQ(poll_send(afd, &poll, NULL), STATUS_SUCCESS);
    ended(&poll, STATUS_SUCCESS, 0);

    FACT("T:afd:test_poll", "a time that is past is pending, and ends in STATUS_TIMEOUT");
    poll_prepare(&poll, now());
    poll_add(&poll, s, EVERYTHING);
    CHECK_EQ(poll_send(afd, &poll, NULL), STATUS_PENDING);
    ended(&poll, STATUS_TIMEOUT, 0);

    FACT("T:afd:test_poll", "a relative time ends so too");
    poll_prepare(&poll, -20 * MILLISECOND);
    poll_add(&poll, s, EVERYTHING);
    CHECK_EQ(poll_send(afd, &poll, NULL), STATUS_PENDING);
    CHECK_EQ(poll.block.Status, 0x5a5a5a5a); /* untouched before the end */
    ended(&poll, STATUS_TIMEOUT, 0);
    closesocket(s);
}

static void events(HANDLE afd)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port), client, server;
    struct poll poll = {0};

    FACT("T:afd:test_poll", "a connection ends it; afterwards the same is so at once");
    CHECK_EQ(poll_one((HANDLE)listener, &poll, listener, EVERYTHING), STATUS_PENDING);
    client = check_net_connect(port);
    ended(&poll, STATUS_SUCCESS, 1);
    found(&poll, 0, listener, AFD_POLL_ACCEPT);
    CHECK_EQ(poll_one((HANDLE)listener, &poll, listener, EVERYTHING), STATUS_SUCCESS);
    ended(&poll, STATUS_SUCCESS, 1);
    found(&poll, 0, listener, AFD_POLL_ACCEPT);
    server = accept(listener, NULL, NULL);

    FACT("T:afd:test_poll", "one handle asks about another, and only wanted events count");
    CHECK_EQ(poll_one((HANDLE)listener, &poll, server, AFD_POLL_RECEIVE), STATUS_PENDING);
    CHECK(send(client, "a", 1, 0) == 1);
    ended(&poll, STATUS_SUCCESS, 1);
    found(&poll, 0, server, AFD_POLL_RECEIVE);
    closesocket(client);
    closesocket(server);

    FACT("T:afd:test_poll", "a connect makes CONNECT and SEND so together");
    client = check_net_socket();
    CHECK_EQ(poll_one(afd, &poll, client, EVERYTHING), STATUS_PENDING);
    {
        struct sockaddr_in name = check_net_loopback(port);
        CHECK(connect(client, (struct sockaddr *)&name, sizeof name) == 0);
    }
    ended(&poll, STATUS_SUCCESS, 1);
    found(&poll, 0, client, AFD_POLL_CONNECT | AFD_POLL_SEND);
    closesocket(client);
    closesocket(listener);
}

static void requests(HANDLE afd)
{
    SOCKET client, server;
    struct poll poll = {0};
    WSABUF buffer;
    OVERLAPPED overlapped = {0};
    char byte;
    DWORD count, flags = 0;
    check_net_pair(&client, &server);
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    buffer.buf = &byte;
    buffer.len = 1;

    FACT("T:afd:test_poll", "what a pending receive takes is not seen");
    CHECK_EQ(poll_one(afd, &poll, server, AFD_POLL_RECEIVE), STATUS_PENDING);
    CHECK(WSARecv(server, &buffer, 1, NULL, &flags, &overlapped, NULL) == -1);
    CHECK(send(client, "a", 1, 0) == 1);
    CHECK(GetOverlappedResult((HANDLE)server, &overlapped, &count, TRUE) && count == 1);
    CHECK(poll_is_pending(&poll));
    CHECK(send(client, "a", 1, 0) == 1);
    ended(&poll, STATUS_SUCCESS, 1);
    found(&poll, 0, server, AFD_POLL_RECEIVE);
    closesocket(client);
    closesocket(server);
}

static void at_a_port(HANDLE afd)
{
    SOCKET client, server;
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    struct poll poll = {0};
    WSABUF buffer;
    OVERLAPPED overlapped = {0}, *taken;
    char byte;
    DWORD count, flags = 0;
    ULONG_PTR key;
    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 0, 0) == port);
    buffer.buf = &byte;
    buffer.len = 1;

    FACT("T:afd:test_poll", "nor while nobody waits at the receive's port");
    CHECK(WSARecv(server, &buffer, 1, NULL, &flags, &overlapped, NULL) == -1);
    CHECK(send(client, "a", 1, 0) == 1);
    CHECK_EQ(poll_one(afd, &poll, server, AFD_POLL_RECEIVE), STATUS_PENDING);
    CHECK(GetQueuedCompletionStatus(port, &count, &key, &taken, INFINITE) && count == 1);
    CHECK(poll_is_pending(&poll));
    CHECK(send(client, "a", 1, 0) == 1);
    ended(&poll, STATUS_SUCCESS, 1);
    closesocket(client);
    closesocket(server);
    CloseHandle(port);
}

static void several(HANDLE afd)
{
    SOCKET client, server;
    struct poll poll = {0};
    check_net_pair(&client, &server);

    FACT("T:afd:test_poll", "of several sockets the answer has those of which something is so");
    poll_prepare(&poll, NEVER);
    poll_add(&poll, client, AFD_POLL_RECEIVE);
    poll_add(&poll, server, AFD_POLL_RECEIVE);
    CHECK_EQ(poll_send(afd, &poll, NULL), STATUS_PENDING);
    CHECK(send(client, "data", 4, 0) == 4);
    ended(&poll, STATUS_SUCCESS, 1);
    found(&poll, 0, server, AFD_POLL_RECEIVE);
    poll_prepare(&poll, NEVER);
    poll_add(&poll, client, AFD_POLL_RECEIVE | AFD_POLL_SEND);
    poll_add(&poll, server, AFD_POLL_RECEIVE | AFD_POLL_SEND);
    CHECK_EQ(poll_send(afd, &poll, NULL), STATUS_SUCCESS);
    ended(&poll, STATUS_SUCCESS, 2);
    found(&poll, 0, client, AFD_POLL_SEND);
    found(&poll, 1, server, AFD_POLL_RECEIVE | AFD_POLL_SEND);

    FACT("T:afd:test_poll", "the same socket twice is answered for each");
    poll_prepare(&poll, NEVER);
    poll_add(&poll, client, AFD_POLL_RECEIVE | AFD_POLL_SEND);
    poll_add(&poll, client, AFD_POLL_SEND | AFD_POLL_CONNECT);
    CHECK_EQ(poll_send(afd, &poll, NULL), STATUS_SUCCESS);
    ended(&poll, STATUS_SUCCESS, 2);
    found(&poll, 0, client, AFD_POLL_SEND);
    found(&poll, 1, client, AFD_POLL_SEND | AFD_POLL_CONNECT);
    closesocket(client);
    closesocket(server);
}

static void closing(HANDLE afd)
{
    SOCKET client, server;
    struct poll poll = {0}, other = {0};

    FACT("T:afd:test_poll", "closing the socket is LOCAL_CLOSE, asked for or not");
    check_net_pair(&client, &server);
    CHECK_EQ(poll_one(afd, &poll, client, 0), STATUS_PENDING);
    CHECK_EQ(poll_one((HANDLE)client, &other, client, AFD_POLL_RECEIVE), STATUS_PENDING);
    closesocket(client);
    ended(&poll, STATUS_SUCCESS, 1);
    found(&poll, 0, client, AFD_POLL_LOCAL_CLOSE);
    ended(&other, STATUS_SUCCESS, 1);
    found(&other, 0, client, AFD_POLL_LOCAL_CLOSE);
    closesocket(server);

    FACT("T:afd:test_poll", "closing the file on which it was asked does not end it");
    check_net_pair(&client, &server);
    poll_prepare(&poll, -100 * MILLISECOND);
    poll_add(&poll, client, AFD_POLL_RECEIVE);
    CHECK_EQ(poll_send((HANDLE)server, &poll, NULL), STATUS_PENDING);
    closesocket(server);
    CHECK(poll_ends(&poll));
    CHECK(poll.block.Status == STATUS_TIMEOUT && poll.block.Information == POLL_SIZE(0));
    closesocket(client);
}

static DWORD WINAPI ask_and_end(void *argument)
{
    struct poll *poll = argument;
    return (DWORD)poll_send((HANDLE)poll->in.Handles[0].Handle, poll, NULL);
}

static void cancelling(HANDLE afd)
{
    SOCKET s = check_net_socket();
    struct poll first = {0}, second = {0};
    IO_STATUS_BLOCK block;
    HANDLE thread;

    FACT("6.8", "NtCancelIoFileEx ends one request, or all");
    CHECK_EQ(poll_one(afd, &first, s, EVERYTHING), STATUS_PENDING);
    CHECK_EQ(poll_one(afd, &second, s, EVERYTHING), STATUS_PENDING);
    first.out.NumberOfHandles = 77;
    memset(&block, 0x5a, sizeof block);
    CHECK_EQ(pNtCancelIoFileEx(afd, &first.block, &block), STATUS_SUCCESS);
    CHECK_EQ(block.Status, STATUS_SUCCESS);
    CHECK_EQ(block.Information, 0);
    CHECK(poll_ends(&first));
    CHECK_EQ(first.block.Status, NT(NT_CANCELLED));
    CHECK_EQ(first.block.Information, 0);
    CHECK_EQ(first.out.NumberOfHandles, 77);
    CHECK(poll_is_pending(&second));
    CHECK_EQ(pNtCancelIoFileEx(afd, NULL, &block), STATUS_SUCCESS);
    CHECK(poll_ends(&second));
    CHECK_EQ(second.block.Status, NT(NT_CANCELLED));

    FACT("6.8", "STATUS_NOT_FOUND when there is none");
    CHECK_EQ(pNtCancelIoFileEx(afd, &first.block, &block), NT_NOT_FOUND);

    FACT("6.8", "NtCancelIoFile ends those of the calling thread and is content with none");
    CHECK_EQ(poll_one(afd, &first, s, EVERYTHING), STATUS_PENDING);
    CHECK_EQ(pNtCancelIoFile(afd, &block), STATUS_SUCCESS);
    CHECK(poll_ends(&first));
    CHECK_EQ(first.block.Status, NT(NT_CANCELLED));
    CHECK_EQ(pNtCancelIoFile(afd, &block), STATUS_SUCCESS);

    FACT("6.6", "a request ends with its thread");
    poll_prepare(&first, NEVER);
    poll_add(&first, s, EVERYTHING);
    thread = CreateThread(NULL, 0, ask_and_end, &first, 0, NULL);
    CHECK(WaitForSingleObject(thread, HANG_GUARD) == WAIT_OBJECT_0);
    CHECK(poll_ends(&first));
    CHECK_EQ(first.block.Status, NT(NT_CANCELLED));
    CloseHandle(thread);
    closesocket(s);
}

int main(void)
{
    HANDLE afd;
    check_net_start();
    check_afd_start();
    afd = check_afd();
    times(afd);
    events(afd);
    requests(afd);
    at_a_port(afd);
    several(afd);
    closing(afd);
    cancelling(afd);
    CHECK(CloseHandle(afd));
    return check_end();
}
