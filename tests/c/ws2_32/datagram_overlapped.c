/* Overlapped datagrams: event, routine, port; in order; cancelled; closed.
 * semantics.md: 1.13, 1.14, 2, 5.2, 5.3, 5.9, 6.1, 6.8 */
#include <winsock2.h>
#include <windows.h>
#include "check_datagram.h"
#include "check_port.h"

static char buffers[4][16];
static struct sockaddr_in address, own, from[4];
static int lengths[4], routine_runs;
static OVERLAPPED *routine_overlapped;

static VOID CALLBACK routine(DWORD error, DWORD bytes, OVERLAPPED *overlapped, DWORD flags)
{
    CHECK_EQ(error, 0);
    CHECK_EQ(bytes, 3);
    CHECK_EQ(flags, 0);
    routine_overlapped = overlapped;
    routine_runs++;
}

static int start(SOCKET s, OVERLAPPED *overlapped, int index,
                 LPWSAOVERLAPPED_COMPLETION_ROUTINE called)
{
    WSABUF description;
    DWORD flags = 0;
    int result;

    description.len = sizeof buffers[index];
    description.buf = buffers[index];
    lengths[index] = sizeof from[index];
    memset(&from[index], 0, sizeof from[index]);
    result = WSARecvFrom(s, &description, 1, NULL, &flags, (struct sockaddr *)&from[index],
                         &lengths[index], overlapped, called);
    memset(&description, 0xee, sizeof description); /* it was copied */
    return result;
}

static void event_and_routine(SOCKET receiver, SOCKET sender)
{
    OVERLAPPED overlapped;
    DWORD bytes = 77, flags = 77;
    u_long on = 1, off = 0;

    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    FACT("5.2", "a receive pends also on a non-blocking socket");
    CHECK_EQ(ioctlsocket(receiver, FIONBIO, &on), 0);
    CHECK_EQ(start(receiver, &overlapped, 0, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(ioctlsocket(receiver, FIONBIO, &off), 0);
    FACT("1.13", "address and length are written when it ends");
    CHECK_EQ(from[0].sin_family, 0);
    CHECK_EQ(check_datagram_send(sender, "one", &address), 3);
    CHECK_EQ(WSAGetOverlappedResult(receiver, &overlapped, &bytes, TRUE, &flags), TRUE);
    CHECK_EQ(bytes, 3);
    CHECK_EQ(flags, 0);
    CHECK_EQ(lengths[0], sizeof own);
    CHECK(check_datagram_same(&from[0], &own));
    FACT("1.14", "a routine, for what pends and for what is there");
    CHECK_EQ(start(receiver, &overlapped, 1, routine), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(check_datagram_send(sender, "two", &address), 3);
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(routine_runs, 1);
    CHECK(routine_overlapped == &overlapped);
    CHECK(check_datagram_same(&from[1], &own));
    CHECK_EQ(check_datagram_send(sender, "two", &address), 3);
    CHECK_EQ(start(receiver, &overlapped, 1, routine), 0);
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(routine_runs, 2);
    CloseHandle(overlapped.hEvent);
}

static void at_a_port(SOCKET receiver, SOCKET sender, HANDLE port)
{
    OVERLAPPED overlapped[4], sent;
    WSABUF data = {4, (char *)"sent"};
    char text[2] = "a";
    DWORD bytes = 77;
    int index;

    memset(overlapped, 0, sizeof overlapped);
    FACT("5.3", "several receives take the datagrams in the order posted");
    for (index = 0; index < 4; index++)
        CHECK_EQ(start(receiver, &overlapped[index], index, NULL), SOCKET_ERROR);
    for (index = 0; index < 4; index++, text[0]++)
        CHECK_EQ(check_datagram_send(sender, text, &address), 1);
    for (index = 0; index < 4; index++) {
        CHECK_SUCCESS(port, 9, &overlapped[index], 1);
        CHECK_EQ(buffers[index][0], 'a' + index);
        CHECK(check_datagram_same(&from[index], &own));
    }
    FACT("1.14", "a send with an OVERLAPPED is told too");
    memset(&sent, 0, sizeof sent);
    CHECK_EQ(WSASendTo(receiver, &data, 1, &bytes, 0, (struct sockaddr *)&own, sizeof own, &sent,
                       NULL), 0);
    CHECK_EQ(bytes, 4);
    CHECK_SUCCESS(port, 9, &sent, 4);
    CHECK_EQ(recv(sender, buffers[0], sizeof buffers[0], 0), 4);
    FACT("6.8", "CancelIoEx: one, then none; the others take what comes");
    CHECK_EQ(start(receiver, &overlapped[0], 0, NULL), SOCKET_ERROR);
    CHECK_EQ(start(receiver, &overlapped[1], 1, NULL), SOCKET_ERROR);
    CHECK(CancelIoEx((HANDLE)receiver, &overlapped[0]));
    CHECK_FAILURE(port, 9, &overlapped[0], ERROR_OPERATION_ABORTED);
    CHECK_EQ(from[0].sin_family, 0);
    CHECK_EQ(check_datagram_send(sender, "x", &address), 1);
    CHECK_SUCCESS(port, 9, &overlapped[1], 1);
    FACT("6.1", "closing ends what is pending");
    CHECK_EQ(start(receiver, &overlapped[0], 0, NULL), SOCKET_ERROR);
    CHECK_EQ(closesocket(receiver), 0);
    CHECK_FAILURE(port, 9, &overlapped[0], ERROR_OPERATION_ABORTED);
}

int main(void)
{
    SOCKET receiver, sender;
    HANDLE port;

    check_net_start();
    receiver = check_datagram(&address);
    sender = check_datagram(&own);
    event_and_routine(receiver, sender);
    port = CreateIoCompletionPort((HANDLE)receiver, NULL, 9, 0);
    at_a_port(receiver, sender, port);
    closesocket(sender);
    CloseHandle(port);
    return check_end();
}
