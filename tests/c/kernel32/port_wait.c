/* Waiting for the port's handle itself.
 * semantics.md: 4.7 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

struct waiter {
    struct check_thread thread;
    HANDLE port;
    DWORD waited;
};

static void wait_for_port(void *argument)
{
    struct waiter *waiter = argument;
    check_thread_about_to_block(&waiter->thread);
    waiter->waited = WaitForSingleObject(waiter->port, INFINITE);
}

static void start(struct waiter *waiter, HANDLE port)
{
    waiter->port = port;
    check_thread_start(&waiter->thread, wait_for_port, waiter);
    check_thread_wait_blocked(&waiter->thread);
}

static void signalled_while_packets_are_queued(HANDLE port)
{
    FACT("4.7", "a port is signalled while packets are queued");
    CHECK_EQ(WaitForSingleObject(port, 0), WAIT_TIMEOUT);
    PostQueuedCompletionStatus(port, 0, 1, NULL);
    PostQueuedCompletionStatus(port, 0, 2, NULL);
    CHECK_EQ(WaitForSingleObject(port, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(port, 0), WAIT_OBJECT_0);
    CHECK_SUCCESS(port, 1, NULL, 0);
    CHECK_EQ(WaitForSingleObject(port, 0), WAIT_OBJECT_0);
    CHECK_SUCCESS(port, 2, NULL, 0);
    CHECK_EQ(WaitForSingleObject(port, 0), WAIT_TIMEOUT);
}

static void among_several(HANDLE port)
{
    HANDLE handles[2];
    handles[0] = CreateEventA(NULL, TRUE, FALSE, NULL);
    handles[1] = port;
    FACT("4.7", "in a wait for several objects");
    CHECK_EQ(WaitForMultipleObjects(2, handles, FALSE, 0), WAIT_TIMEOUT);
    PostQueuedCompletionStatus(port, 0, 3, NULL);
    CHECK_EQ(WaitForMultipleObjects(2, handles, FALSE, HANG_GUARD), WAIT_OBJECT_0 + 1);
    CHECK_EQ(WaitForMultipleObjects(2, handles, TRUE, 0), WAIT_TIMEOUT);
    SetEvent(handles[0]);
    CHECK_EQ(WaitForMultipleObjects(2, handles, TRUE, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_SUCCESS(port, 3, NULL, 0);
    CHECK_EQ(CloseHandle(handles[0]), TRUE);
}

static void finished_io(HANDLE port)
{
    static struct waiter waiter;
    SOCKET client, server;
    OVERLAPPED overlapped = {0};
    char buffer[4];
    WSABUF description = {sizeof buffer, buffer};
    DWORD flags = 0;

    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 5, 0) == port);
    CHECK_EQ(WSARecv(server, &description, 1, NULL, &flags, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    FACT("4.7", "finished I/O wakes a direct waiter, though nobody asks for packets");
    start(&waiter, port);
    CHECK_EQ(send(client, "x", 1, 0), 1);
    check_thread_join(&waiter.thread);
    CHECK_EQ(waiter.waited, WAIT_OBJECT_0);
    CHECK_SUCCESS(port, 5, &overlapped, 1);
    CHECK_EQ(WaitForSingleObject(port, 0), WAIT_TIMEOUT);
    closesocket(client);
    closesocket(server);
}

int main(void)
{
    HANDLE port;
    check_net_start();
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 64);
    signalled_while_packets_are_queued(port);
    among_several(port);
    finished_io(port);
    CHECK_EQ(CloseHandle(port), TRUE);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
