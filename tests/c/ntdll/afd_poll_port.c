/* IOCTL_AFD_POLL and completion ports (T:afd:test_poll_completion_port), and whose threads see to
 * it that a request ends. */
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include "../check_afd.h"

#define KEY 7
#define DEVICE_CLOSED ERROR_OPERATION_ABORTED
#define CONTEXT ((OVERLAPPED *)(ULONG_PTR)0xdeadbeef)

static void contexts(void)
{
    HANDLE port = check_port();
    SOCKET client, server;
    struct poll poll = {0};
    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)client, port, KEY, 0) == port);

    FACT("T:afd:test_poll_completion_port", "without a context there is no packet");
    CHECK_EQ(poll_one((HANDLE)client, &poll, client, AFD_POLL_SEND), STATUS_SUCCESS);
    CHECK_EMPTY(port);

    FACT("T:afd:test_poll_completion_port", "the packet carries the context, any value");
    poll_prepare(&poll, NEVER);
    poll_add(&poll, client, AFD_POLL_SEND);
    CHECK_EQ(poll_send((HANDLE)client, &poll, CONTEXT), STATUS_SUCCESS);
    CHECK_SUCCESS(port, KEY, CONTEXT, POLL_SIZE(1));
    poll_prepare(&poll, 0);
    poll_add(&poll, client, AFD_POLL_RECEIVE);
    CHECK_EQ(poll_send((HANDLE)client, &poll, CONTEXT), STATUS_SUCCESS);
    CHECK_SUCCESS(port, KEY, CONTEXT, POLL_SIZE(0));

    FACT("4.8", "with FILE_SKIP_COMPLETION_PORT_ON_SUCCESS, none for what is so at once");
    CHECK(SetFileCompletionNotificationModes((HANDLE)client,
                                             FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
    poll_prepare(&poll, NEVER);
    poll_add(&poll, client, AFD_POLL_SEND);
    CHECK_EQ(poll_send((HANDLE)client, &poll, CONTEXT), STATUS_SUCCESS);
    CHECK_EMPTY(port);
    poll_prepare(&poll, NEVER);
    poll_add(&poll, client, AFD_POLL_RECEIVE);
    CHECK_EQ(poll_send((HANDLE)client, &poll, CONTEXT), STATUS_PENDING);
    CHECK(send(server, "a", 1, 0) == 1);
    CHECK_SUCCESS(port, KEY, CONTEXT, POLL_SIZE(1));
    CHECK_EQ(poll.out.Handles[0].Events, AFD_POLL_RECEIVE);
    closesocket(client);
    closesocket(server);
    CloseHandle(port);
}

/* A device handle at a port, as wepoll and mio have one. */
static HANDLE device_at(HANDLE port)
{
    HANDLE afd = check_afd();
    CHECK(CreateIoCompletionPort(afd, port, KEY, 0) == port);
    CHECK(SetFileCompletionNotificationModes(afd, FILE_SKIP_SET_EVENT_ON_HANDLE));
    return afd;
}

/* Asks on the device, without an event: only the port hears. */
static NTSTATUS ask(HANDLE afd, struct poll *poll, SOCKET socket, ULONG events)
{
    poll_prepare(poll, NEVER);
    CloseHandle(poll->event);
    poll->event = NULL;
    poll_add(poll, socket, events);
    return poll_send(afd, poll, &poll->block);
}

static void devices(void)
{
    HANDLE port = check_port(), afd = device_at(port);
    SOCKET client, server;
    struct poll poll = {0};
    IO_STATUS_BLOCK block;
    char byte;
    check_net_pair(&client, &server);

    FACT("4.8", "a device's requests end at its port, and leave its signal alone");
    CHECK_EQ(ask(afd, &poll, server, AFD_POLL_RECEIVE), STATUS_PENDING);
    CHECK_EMPTY(port);
    CHECK(send(client, "a", 1, 0) == 1);
    CHECK_SUCCESS(port, KEY, &poll.block, POLL_SIZE(1));
    CHECK(WaitForSingleObject(afd, 0) == WAIT_TIMEOUT);
    CHECK_EQ(ask(afd, &poll, server, AFD_POLL_RECEIVE), STATUS_SUCCESS);
    CHECK_SUCCESS(port, KEY, &poll.block, POLL_SIZE(1));
    CHECK(recv(server, &byte, 1, 0) == 1);

    FACT("6.8", "a cancelled one too");
    CHECK_EQ(ask(afd, &poll, server, AFD_POLL_RECEIVE), STATUS_PENDING);
    CHECK_EQ(pNtCancelIoFileEx(afd, &poll.block, &block), STATUS_SUCCESS);
    CHECK_FAILURE(port, KEY, &poll.block, ERROR_OPERATION_ABORTED);

    FACT("T:afd:test_poll", "LOCAL_CLOSE too");
    CHECK_EQ(ask(afd, &poll, server, AFD_POLL_RECEIVE), STATUS_PENDING);
    closesocket(server);
    CHECK_SUCCESS(port, KEY, &poll.block, POLL_SIZE(1));
    CHECK_EQ(poll.out.Handles[0].Events, AFD_POLL_LOCAL_CLOSE);

    FACT("6.7", "closing the device ends what only the port hears of");
    CHECK_EQ(ask(afd, &poll, client, AFD_POLL_RECEIVE_EXPEDITED), STATUS_PENDING);
    CHECK(CloseHandle(afd));
    CHECK_FAILURE(port, KEY, &poll.block, DEVICE_CLOSED);
    closesocket(client);
    CloseHandle(port);
}

/* The socket's own requests go on, although a port's threads hear of its events first. */
static void own_requests(void)
{
    HANDLE port = check_port(), other = check_port(), afd = device_at(port);
    SOCKET client, server;
    struct poll poll = {0};
    OVERLAPPED overlapped = {0};
    DWORD count, flags = 0;
    char byte;
    WSABUF buffer;
    buffer.buf = &byte;
    buffer.len = 1;
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);

    FACT("1.6", "a receive with an event ends while nobody waits at the port that polls");
    check_net_pair(&client, &server);
    CHECK_EQ(ask(afd, &poll, server, AFD_POLL_RECEIVE_EXPEDITED), STATUS_PENDING);
    CHECK(WSARecv(server, &buffer, 1, NULL, &flags, &overlapped, NULL) == -1);
    CHECK(send(client, "a", 1, 0) == 1);
    CHECK(GetOverlappedResult((HANDLE)server, &overlapped, &count, TRUE) && count == 1);

    FACT("4.1", "the socket may get a port of its own meanwhile");
    CHECK(CreateIoCompletionPort((HANDLE)server, other, KEY + 1, 0) == other);
    overlapped.hEvent = NULL;
    CHECK(WSARecv(server, &buffer, 1, NULL, &flags, &overlapped, NULL) == -1);
    CHECK(send(client, "a", 1, 0) == 1);
    CHECK_SUCCESS(other, KEY + 1, &overlapped, 1);
    CHECK(send(client, "!", 1, MSG_OOB) == 1);
    CHECK_SUCCESS(port, KEY, &poll.block, POLL_SIZE(1));

    FACT("4.1", "and the port that polled may go");
    CHECK(CloseHandle(afd) && CloseHandle(port));
    CHECK(WSARecv(server, &buffer, 1, NULL, &flags, &overlapped, NULL) == -1);
    CHECK(send(client, "a", 1, 0) == 1);
    CHECK_SUCCESS(other, KEY + 1, &overlapped, 1);
    closesocket(client);
    closesocket(server);

    FACT("4.1", "also under a socket that has none");
    port = check_port();
    afd = device_at(port);
    check_net_pair(&client, &server);
    CHECK_EQ(ask(afd, &poll, server, AFD_POLL_RECEIVE_EXPEDITED), STATUS_PENDING);
    CHECK(CloseHandle(afd) && CloseHandle(port));
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(WSARecv(server, &buffer, 1, NULL, &flags, &overlapped, NULL) == -1);
    CHECK(send(client, "a", 1, 0) == 1);
    CHECK(GetOverlappedResult((HANDLE)server, &overlapped, &count, TRUE) && count == 1);
    CHECK_EQ(poll_one(check_afd(), &poll, server, AFD_POLL_RECEIVE), STATUS_PENDING);
    CHECK(send(client, "a", 1, 0) == 1);
    CHECK(poll_ends(&poll));
    closesocket(client);
    closesocket(server);
    CloseHandle(other);
}

int main(void)
{
    check_net_start();
    check_afd_start();
    contexts();
    devices();
    own_requests();
    return check_end();
}
