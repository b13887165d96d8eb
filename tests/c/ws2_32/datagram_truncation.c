/* Datagrams that are longer than their buffer.
 * semantics.md: 2 (table), 3, 4.8, 5.4, 5.9 */
#include <winsock2.h>
#include <windows.h>
#include "check_datagram.h"
#include "check_port.h"

static char buffer[8];
static struct sockaddr_in address, own;
static DWORD routine_error, routine_bytes, routine_flags;

static VOID CALLBACK routine(DWORD error, DWORD bytes, OVERLAPPED *overlapped, DWORD flags)
{
    (void)overlapped;
    routine_error = error;
    routine_bytes = bytes;
    routine_flags = flags;
}

static int start(SOCKET s, OVERLAPPED *overlapped, ULONG room, struct sockaddr_in *from,
                 int *length, LPWSAOVERLAPPED_COMPLETION_ROUTINE called)
{
    WSABUF description;
    DWORD flags = 0;
    description.len = room;
    description.buf = buffer;
    memset(buffer, '.', sizeof buffer);
    return WSARecvFrom(s, &description, 1, NULL, &flags, (struct sockaddr *)from, length,
                       overlapped, called);
}

static void at_once(SOCKET receiver, SOCKET sender)
{
    struct sockaddr_in from;
    int length = sizeof from;
    u_long on = 1, off = 0;

    FACT("5.9", "the buffer is filled, the rest is lost: 10040");
    CHECK_EQ(check_datagram_send(sender, "abcdef", &address), 6);
    CHECK_EQ(check_datagram_send(sender, "next", &address), 4);
    memset(buffer, '.', sizeof buffer);
    CHECK_EQ(recvfrom(receiver, buffer, 3, 0, (struct sockaddr *)&from, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEMSGSIZE);
    CHECK(memcmp(buffer, "abc..", 5) == 0);
    FACT("5.9", "its sender is told all the same");
    CHECK(check_datagram_same(&from, &own));
    CHECK_EQ(recv(receiver, buffer, sizeof buffer, 0), 4);
    FACT("5.9", "MSG_PEEK cuts off too, and leaves the datagram");
    CHECK_EQ(check_datagram_send(sender, "abcdef", &address), 6);
    CHECK_EQ(recv(receiver, buffer, 3, MSG_PEEK), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEMSGSIZE);
    CHECK_EQ(recv(receiver, buffer, sizeof buffer, MSG_PEEK), 6);
    CHECK_EQ(recv(receiver, buffer, sizeof buffer, 0), 6);
    FACT("5.9", "a buffer without length takes the datagram away");
    CHECK_EQ(check_datagram_send(sender, "abcdef", &address), 6);
    CHECK_EQ(recv(receiver, buffer, 0, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEMSGSIZE);
    CHECK_EQ(ioctlsocket(receiver, FIONBIO, &on), 0);
    CHECK_EQ(recv(receiver, buffer, sizeof buffer, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    FACT("5.9", "an empty datagram fits into it");
    CHECK_EQ(check_datagram_send(sender, "", &address), 0);
    CHECK_EQ(recv(receiver, buffer, 0, 0), 0);
    CHECK_EQ(ioctlsocket(receiver, FIONBIO, &off), 0);
}

static void pending(SOCKET receiver, SOCKET sender)
{
    OVERLAPPED overlapped;
    struct sockaddr_in from;
    int length = sizeof from;
    DWORD bytes = 77, flags = 77;

    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    FACT("3", "pending, with an event: BUFFER_OVERFLOW, 10040 to Winsock and 234 to Win32");
    memset(&from, 0, sizeof from);
    CHECK_EQ(start(receiver, &overlapped, 3, &from, &length, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(from.sin_port, 0);
    CHECK_EQ(check_datagram_send(sender, "abcdef", &address), 6);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ((DWORD)overlapped.Internal, 0x80000005);
    CHECK_EQ(WSAGetOverlappedResult(receiver, &overlapped, &bytes, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSAEMSGSIZE);
    CHECK_EQ(bytes, 3);
    CHECK_EQ(GetOverlappedResult((HANDLE)receiver, &overlapped, &bytes, FALSE), FALSE);
    CHECK_EQ(GetLastError(), ERROR_MORE_DATA);
    CHECK(check_datagram_same(&from, &own));
    CHECK_EQ(length, sizeof from);
    FACT("4.8", "when the datagram is there already the call pends all the same");
    CHECK_EQ(check_datagram_send(sender, "abcdef", &address), 6);
    CHECK_EQ(start(receiver, &overlapped, 3, NULL, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ((DWORD)overlapped.Internal, 0x80000005);
    CHECK_EQ(overlapped.InternalHigh, 3);
    FACT("3", "a routine is told 10040");
    CHECK_EQ(start(receiver, &overlapped, 3, NULL, NULL, routine), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(check_datagram_send(sender, "abcdef", &address), 6);
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(routine_error, WSAEMSGSIZE);
    CHECK_EQ(routine_bytes, 3);
    CHECK_EQ(routine_flags, 0);
    CloseHandle(overlapped.hEvent);
}

static void at_a_port(SOCKET receiver, SOCKET sender)
{
    HANDLE port = CreateIoCompletionPort((HANDLE)receiver, NULL, 7, 0);
    OVERLAPPED overlapped;
    struct check_taken taken;

    FACT("2", "at a port: FALSE, 234, with the bytes of the buffer");
    memset(&overlapped, 0, sizeof overlapped);
    CHECK_EQ(start(receiver, &overlapped, 3, NULL, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(check_datagram_send(sender, "abcdef", &address), 6);
    taken = check_take(port, HANG_GUARD);
    CHECK_EQ(taken.ok, FALSE);
    CHECK_EQ(taken.error, ERROR_MORE_DATA);
    CHECK_EQ(taken.bytes, 3);
    CHECK_EQ(taken.key, 7);
    CHECK(taken.overlapped == &overlapped);
    CHECK(memcmp(buffer, "abc..", 5) == 0);
    FACT("4.8", "SKIP_COMPLETION_PORT_ON_SUCCESS does not suppress it");
    CHECK(SetFileCompletionNotificationModes((HANDLE)receiver, 1));
    CHECK_EQ(check_datagram_send(sender, "abcdef", &address), 6);
    CHECK_EQ(start(receiver, &overlapped, 3, NULL, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    taken = check_take(port, HANG_GUARD);
    CHECK_EQ(taken.error, ERROR_MORE_DATA);
    CHECK_EQ(taken.bytes, 3);
    FACT("4.8", "a datagram that fits is a success at once, and suppressed");
    CHECK_EQ(check_datagram_send(sender, "abc", &address), 3);
    CHECK_EQ(start(receiver, &overlapped, 3, NULL, NULL, NULL), 0);
    CHECK_EMPTY(port);
    CloseHandle(port);
}

int main(void)
{
    SOCKET receiver, sender;

    check_net_start();
    receiver = check_datagram(&address);
    sender = check_datagram(&own);
    at_once(receiver, sender);
    pending(receiver, sender);
    at_a_port(receiver, sender);
    closesocket(receiver);
    closesocket(sender);
    return check_end();
}
