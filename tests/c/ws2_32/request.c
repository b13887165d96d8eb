/* What a request leaves in its OVERLAPPED, its event and its handle.
 * semantics.md: 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.9, 1.13 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static char buffer[64];

/* A receive with the event that stands in the OVERLAPPED; the WSABUF array is gone at once. */
static int start(SOCKET s, OVERLAPPED *overlapped, DWORD *count)
{
    WSABUF descriptions[2];
    DWORD flags = 0;
    int result, error;
    descriptions[0].len = 2;
    descriptions[0].buf = buffer;
    descriptions[1].len = sizeof buffer - 2;
    descriptions[1].buf = buffer + 2;
    overlapped->InternalHigh = UNTOUCHED;
    result = WSARecv(s, descriptions, 2, count, &flags, overlapped, NULL);
    error = WSAGetLastError();
    memset(descriptions, 0x5a, sizeof descriptions);
    WSASetLastError(error);
    return result;
}

static void status_words(SOCKET client, SOCKET server)
{
    OVERLAPPED overlapped = {0};
    DWORD count = UNTOUCHED, flags = UNTOUCHED;

    FACT("1.1", "Internal is PENDING while the request is, and the status then");
    overlapped.Internal = UNTOUCHED;
    CHECK_EQ(start(server, &overlapped, &count), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ((DWORD)overlapped.Internal, STATUS_PENDING);
    CHECK(!HasOverlappedIoCompleted(&overlapped));
    FACT("1.3", "InternalHigh is left alone while the request is pending");
    CHECK_EQ(overlapped.InternalHigh, UNTOUCHED);
    FACT("1.13", "the WSABUF array was copied");
    CHECK_EQ(send(client, "abcdef", 6, 0), 6);
    CHECK_EQ(WaitForSingleObject((HANDLE)server, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(HasOverlappedIoCompleted(&overlapped));
    CHECK_EQ((DWORD)overlapped.Internal, 0);
    CHECK_EQ(overlapped.InternalHigh, 6);
    CHECK(memcmp(buffer, "abcdef", 6) == 0);
    CHECK_EQ(WSAGetOverlappedResult(server, &overlapped, &count, FALSE, &flags), TRUE);
    CHECK_EQ(count, 6);
    CHECK_EQ(flags, 0);
}

static void publication(SOCKET client, SOCKET server)
{
    OVERLAPPED overlapped = {0};
    int round, wrong = 0;

    FACT("1.2", "whoever sees the status sees the count and the data");
    for (round = 0; round < 500; round++) {
        char text[8];
        int length = snprintf(text, sizeof text, "%d", round);
        start(server, &overlapped, NULL);
        send(client, text, length, 0);
        while (!HasOverlappedIoCompleted(&overlapped))
            ;
        wrong += overlapped.Internal != 0 || (int)overlapped.InternalHigh != length ||
                 memcmp(buffer, text, (size_t)length) != 0;
    }
    CHECK_EQ(wrong, 0);
}

static void fails_at_once(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), port = check_port();
    SOCKET s = check_net_socket();
    OVERLAPPED overlapped = {0};
    DWORD count = UNTOUCHED;

    CHECK(CreateIoCompletionPort((HANDLE)s, port, 0, 0) == port);
    FACT("1.4", "a call that fails at once: no packet, no event, the count untouched");
    overlapped.hEvent = event;
    CHECK_EQ(start(s, &overlapped, &count), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(count, UNTOUCHED);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    CHECK_EMPTY(port);
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(CloseHandle(event), TRUE);
    CHECK_EQ(CloseHandle(port), TRUE);
}

static void event_rule(SOCKET client, SOCKET server)
{
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    OVERLAPPED overlapped = {0};

    FACT("1.6", "with an event: reset at the start, set at the end; the handle is left alone");
    start(server, &overlapped, NULL);
    send(client, "x", 1, 0);
    CHECK_EQ(WaitForSingleObject((HANDLE)server, HANG_GUARD), WAIT_OBJECT_0);
    overlapped.hEvent = event;
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    send(client, "y", 1, 0);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(overlapped.InternalHigh, 1);

    FACT("1.6", "without an event: the handle is reset at the start, set at the end");
    overlapped.hEvent = NULL;
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WaitForSingleObject((HANDLE)server, 0), WAIT_TIMEOUT);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    send(client, "z", 1, 0);
    CHECK_EQ(WaitForSingleObject((HANDLE)server, HANG_GUARD), WAIT_OBJECT_0);
    FACT("1.6", "the handle stays signalled until a request without event starts");
    CHECK_EQ(WaitForSingleObject((HANDLE)server, 0), WAIT_OBJECT_0);

    FACT("1.5", "a send that succeeds at once sets its event");
    {
        WSABUF description = {3, "abc"};
        DWORD count = 0;
        ResetEvent(event);
        memset(&overlapped, 0, sizeof overlapped);
        overlapped.hEvent = event;
        CHECK_EQ(WSASend(client, &description, 1, &count, 0, &overlapped, NULL), 0);
        CHECK_EQ(count, 3);
        CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
        CHECK_EQ((DWORD)overlapped.Internal, 0);
        CHECK_EQ(overlapped.InternalHigh, 3);
        CHECK_EQ(recv(server, buffer, 3, 0), 3);
    }
    CHECK_EQ(CloseHandle(event), TRUE);
}

static void auto_reset_event(SOCKET client, SOCKET server)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    OVERLAPPED overlapped = {0};

    FACT("1.6", "an auto-reset event is set once");
    overlapped.hEvent = event;
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    send(client, "q", 1, 0);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    CHECK_EQ(CloseHandle(event), TRUE);
}

static void event_closed_early(SOCKET client, SOCKET server)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), self = GetCurrentProcess();
    HANDLE second = NULL;
    OVERLAPPED overlapped = {0};

    FACT("1.6", "the request keeps its event object, not the handle's value");
    CHECK_EQ(DuplicateHandle(self, event, self, &second, 0, FALSE, DUPLICATE_SAME_ACCESS), TRUE);
    overlapped.hEvent = event;
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(CloseHandle(event), TRUE);
    send(client, "r", 1, 0);
    CHECK_EQ(WaitForSingleObject(second, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(CloseHandle(second), TRUE);
}

static void low_bit(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), port = check_port();
    SOCKET client, server;
    OVERLAPPED overlapped = {0};

    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 5, 0) == port);
    FACT("1.7", "the low bit of hEvent: the event is set, and there is no packet");
    overlapped.hEvent = (HANDLE)((ULONG_PTR)event | 1);
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    send(client, "1", 1, 0);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(overlapped.InternalHigh, 1);
    CHECK_EMPTY(port);
    FACT("1.14", "an event without the low bit: event and packet");
    overlapped.hEvent = event;
    CHECK_EQ(start(server, &overlapped, NULL), SOCKET_ERROR);
    send(client, "2", 1, 0);
    CHECK_SUCCESS(port, 5, &overlapped, 1);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    closesocket(client);
    closesocket(server);
    CHECK_EQ(CloseHandle(event), TRUE);
    CHECK_EQ(CloseHandle(port), TRUE);
}

int main(void)
{
    SOCKET client, server;
    check_net_start();
    check_net_pair(&client, &server);
    status_words(client, server);
    publication(client, server);
    fails_at_once();
    event_rule(client, server);
    auto_reset_event(client, server);
    event_closed_early(client, server);
    closesocket(client);
    closesocket(server);
    low_bit();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
