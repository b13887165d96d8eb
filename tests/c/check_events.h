/* Network events for the C tests: told by an event object, or by messages to a window.
 *
 * A test file is written for both modes: another file that defines EVENTS_BY_MESSAGE as 1 and
 * includes it runs the same facts with WSAAsyncSelect.  Include <winsock2.h> and <windows.h> first.
 *
 * events_start()              makes the event or the window, and starts Winsock
 * events_select(s, events)    WSAEventSelect or WSAAsyncSelect
 * TELLS(s, first, second, why)
 *                             waits for these events of the socket, in this order, and checks that
 *                             nothing else is told; 0 stands for none.  EVENT(event, error) is an
 *                             event with an error code
 * NOTHING(s, why)             checks that nothing is told, after everything that has happened so
 *                             far has been looked at
 * BY_MODE(event, message)     what holds in event mode and what in message mode
 */
#ifndef LAPWING_TESTS_CHECK_EVENTS_H
#define LAPWING_TESTS_CHECK_EVENTS_H

#include "check.h"
#include "check_net.h"

#ifndef EVENTS_BY_MESSAGE
#define EVENTS_BY_MESSAGE 0
#endif

#define BY_MODE(event, message) (EVENTS_BY_MESSAGE ? (message) : (event))
#define EVENT(event, error) ((event) | (long)(error) << 16)
#define TELLS(s, first, second, why) events_check((s), (first), (second), (why), __FILE__, __LINE__)
#define NOTHING(s, why) events_check((s), 0, 0, (why), __FILE__, __LINE__)

/* A hang is assumed after that. */
#define EVENTS_PATIENCE 5000

static HANDLE events_event;
CHECK_UNUSED static HWND events_window;
/* Whose events are looked at by the same thread after all earlier ones. */
static SOCKET events_last_sender, events_last_receiver;
static HANDLE events_last_event;

CHECK_UNUSED static void events_start(void)
{
    check_net_start();
    events_event = WSACreateEvent();
    events_last_event = WSACreateEvent();
    check_net_pair(&events_last_sender, &events_last_receiver);
    CHECK_NET_NEEDS(WSAEventSelect(events_last_receiver, events_last_event, FD_READ) == 0);
#if EVENTS_BY_MESSAGE
    events_window = CreateWindowA("Message", NULL, 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    CHECK_NET_NEEDS(events_window != NULL);
#endif
}

/* Returns when all that has happened before has been looked at. */
CHECK_UNUSED static void events_settle(void)
{
    WSANETWORKEVENTS told;
    char byte = 0;
    CHECK_NET_NEEDS(send(events_last_sender, &byte, 1, 0) == 1);
    CHECK_NET_NEEDS(WaitForSingleObject(events_last_event, EVENTS_PATIENCE) == WAIT_OBJECT_0);
    CHECK_NET_NEEDS(WSAEnumNetworkEvents(events_last_receiver, events_last_event, &told) == 0);
    CHECK_NET_NEEDS(recv(events_last_receiver, &byte, 1, 0) == 1);
}

CHECK_UNUSED static void events_select(SOCKET s, long events)
{
#if EVENTS_BY_MESSAGE
    CHECK_NET_NEEDS(WSAAsyncSelect(s, events_window, WM_USER, events) == 0);
#else
    CHECK_NET_NEEDS(WSAEventSelect(s, events_event, events) == 0);
#endif
}

#if EVENTS_BY_MESSAGE
/* The next message about the socket, as lParam; 0 when there is none within the time.  Messages
 * about sockets that have been closed since are of no interest. */
static long events_next_message(SOCKET s, DWORD milliseconds)
{
    MSG message;
    do {
        while (!PeekMessageA(&message, events_window, WM_USER, WM_USER, PM_REMOVE))
            if (milliseconds == 0 || MsgWaitForMultipleObjects(0, NULL, FALSE, milliseconds,
                                                               QS_POSTMESSAGE) == WAIT_TIMEOUT)
                return 0;
    } while ((SOCKET)message.wParam != s);
    return (long)message.lParam;
}

static int events_are(SOCKET s, long first, long second, long seen[3])
{
    if (first == 0)
        events_settle();
    else
        seen[0] = events_next_message(s, EVENTS_PATIENCE);
    if (second != 0)
        seen[1] = events_next_message(s, EVENTS_PATIENCE);
    events_settle();
    seen[2] = events_next_message(s, 0);
    return seen[0] == first && seen[1] == second && seen[2] == 0;
}
#else
static int events_are(SOCKET s, long first, long second, long seen[3])
{
    WSANETWORKEVENTS told;
    long wanted = (first | second) & 0xffff;
    int right;
    if (wanted == 0)
        events_settle();
    else
        seen[2] = WaitForSingleObject(events_event, EVENTS_PATIENCE);
    memset(&told, 0xcc, sizeof told);
    seen[2] |= WSAEnumNetworkEvents(s, events_event, &told);
    right = seen[2] == 0 && told.lNetworkEvents == wanted;
    seen[0] = told.lNetworkEvents;
    for (int bit = 0; bit < FD_MAX_EVENTS; bit++) {
        long told_error = told.lNetworkEvents & 1 << bit ? told.iErrorCode[bit] : 0;
        long wanted_error = first & 1 << bit ? first >> 16 : second & 1 << bit ? second >> 16 : 0;
        right &= told_error == wanted_error;
        seen[1] |= told_error;
        if (!(told.lNetworkEvents & 1 << bit))
            right &= told.iErrorCode[bit] == (int)0xcccccccc;
    }
    /* And the event is not set again. */
    events_settle();
    right &= WaitForSingleObject(events_event, 0) == WAIT_TIMEOUT;
    return right;
}
#endif

CHECK_UNUSED static void events_check(SOCKET s, long first, long second, const char *why,
                                      const char *file, int line)
{
    static const char *const names[] = {"FD_READ", "FD_WRITE", "FD_OOB", "FD_ACCEPT", "FD_CONNECT",
                                        "FD_CLOSE"};
    long seen[3] = {0, 0, 0}, wanted[2] = {first, second};
    char text[200];
    int length = snprintf(text, sizeof text, "%s:", why);
    for (int which = 0; which < 2; which++)
        for (int bit = 0; bit < 6; bit++)
            if (wanted[which] & 1 << bit)
                length += snprintf(text + length, sizeof text - length, " %s %ld", names[bit],
                                   wanted[which] >> 16);
    if (first == 0)
        snprintf(text + length, sizeof text - length, " nothing");
    if (!check_that(events_are(s, first, second, seen), text, file, line))
        check_line("  seen %lx %lx %lx\n", seen[0], seen[1], seen[2]);
}

/* A non-blocking listener; *address is where it listens. */
CHECK_UNUSED static SOCKET events_listener(struct sockaddr_in *address)
{
    unsigned short port;
    SOCKET listener = check_net_listener(&port);
    *address = check_net_loopback(port);
    return listener;
}

CHECK_UNUSED static SOCKET events_connect(const struct sockaddr_in *address)
{
    return check_net_connect(ntohs(address->sin_port));
}

/* Receives once there is something, also from a socket that does not block. */
CHECK_UNUSED static int events_receive(SOCKET s, char *buffer, int length)
{
    OVERLAPPED overlapped;
    WSABUF range = {(u_long)length, buffer};
    DWORD count = 0, flags = 0;
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = WSACreateEvent();
    if (WSARecv(s, &range, 1, NULL, &flags, &overlapped, NULL) != 0)
        CHECK_NET_NEEDS(WSAGetLastError() == WSA_IO_PENDING);
    CHECK_NET_NEEDS(WSAGetOverlappedResult(s, &overlapped, &count, TRUE, &flags));
    WSACloseEvent(overlapped.hEvent);
    return (int)count;
}

#endif
