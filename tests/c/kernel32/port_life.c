/* How long a port lives.
 * semantics.md: 4.1 (bound for life), 4.3, 2 (a call on a closed port) */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

static void with_a_file(void)
{
    HANDLE port = check_port(), event = CreateEventA(NULL, TRUE, FALSE, NULL);
    SOCKET client, server;
    OVERLAPPED receive;
    WSABUF description;
    DWORD flags = 0, count = UNTOUCHED;
    char buffer[8];

    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 1, 0) == port);
    CHECK_EQ(CloseHandle(port), TRUE);
    FACT("4.3", "the file goes on: its events and results still work");
    memset(&receive, 0, sizeof receive);
    receive.hEvent = event;
    description.len = sizeof buffer;
    description.buf = buffer;
    CHECK_EQ(WSARecv(server, &description, 1, NULL, &flags, &receive, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(send(client, "abc", 3, 0), 3);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(WSAGetOverlappedResult(server, &receive, &count, FALSE, &flags), TRUE);
    CHECK_EQ(count, 3);
    FACT("4.1", "the closed port is still the file's: another association fails");
    port = check_port();
    SetLastError(0);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 1, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CloseHandle(port);
    closesocket(client);
    closesocket(server);
    CloseHandle(event);
}

static void one_of_two_handles(void)
{
    HANDLE port = check_port(), self = GetCurrentProcess(), second = NULL;
    CHECK_EQ(DuplicateHandle(self, port, self, &second, 0, FALSE, DUPLICATE_SAME_ACCESS), TRUE);
    CHECK_EQ(PostQueuedCompletionStatus(port, 1, 2, NULL), TRUE);
    CHECK_EQ(CloseHandle(port), TRUE);
    CHECK_SUCCESS(second, 2, NULL, 1);
    CHECK_EMPTY(second);
    CHECK_EQ(CloseHandle(second), TRUE);
    CHECK_NO_PACKET(second, 0, ERROR_INVALID_HANDLE);
}

static void close_handle(void *argument)
{
    CHECK_EQ(CloseHandle((HANDLE)argument), TRUE);
}

static void the_handle_of_a_busy_worker(void)
{
    HANDLE port = check_port(), self = GetCurrentProcess(), second = NULL, events[1000];
    struct check_thread closer;
    OVERLAPPED_ENTRY entries[4];
    ULONG count = 0;
    int index;

    CHECK_EQ(DuplicateHandle(self, port, self, &second, 0, FALSE, DUPLICATE_SAME_ACCESS), TRUE);
    for (index = 0; index < 6; index++)
        CHECK_EQ(PostQueuedCompletionStatus(port, index, 1, NULL), TRUE);
    for (index = 0; index < 3; index++)
        CHECK_SUCCESS(port, 1, NULL, index);
    check_thread_start(&closer, close_handle, port);
    check_thread_join(&closer);
    for (index = 0; index < 1000; index++)
        CHECK((events[index] = CreateEventA(NULL, TRUE, FALSE, NULL)) != NULL);
    CHECK_NO_PACKET(port, 0, ERROR_INVALID_HANDLE);
    SetLastError(0);
    CHECK_EQ(GetQueuedCompletionStatusEx(port, entries, 4, &count, 0, FALSE), FALSE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(0);
    CHECK_EQ(PostQueuedCompletionStatus(port, 9, 1, NULL), FALSE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    for (index = 3; index < 6; index++)
        CHECK_SUCCESS(second, 1, NULL, index);
    CHECK_EMPTY(second);
    for (index = 0; index < 1000; index++)
        CHECK_EQ(CloseHandle(events[index]), TRUE);
    CHECK_EQ(CloseHandle(second), TRUE);
}

int main(void)
{
    check_net_start();
    FACT("4.3", "a port that is closed before its file");
    with_a_file();
    FACT("4.3", "a port is closed with its last handle");
    one_of_two_handles();
    FACT("2", "a handle that another thread has closed is no worker's any more");
    the_handle_of_a_busy_worker();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
