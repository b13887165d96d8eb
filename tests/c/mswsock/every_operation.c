/* Every call that takes an OVERLAPPED tells its end by an event, by the handle, by a port, by the
 * event alone (the low bit of hEvent), and by a routine if it takes one: when it pends and when it
 * is done at once.
 * semantics.md: 1.5, 1.6, 1.7, 1.8, 1.14, 5.12, 6.6, 7.6, 11.5, 11.6, 11.7 */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_datagram.h"
#include "check_extension.h"

/* What a call works with. */
static SOCKET s, peer, spare;
static struct sockaddr_in own, others, from;
static int from_length;
static char room[8], area[100];
static WSABUF into = {sizeof room, room}, text = {5, (char *)"hello"};
static WSAMSG message;
static unsigned short port_number;
static LPFN_CONNECTEX connect_ex;
static LPFN_DISCONNECTEX disconnect_ex;
static LPFN_TRANSMITPACKETS transmit_packets;
static LPFN_WSARECVMSG receive_message;
static LPFN_WSASENDMSG send_message;
static DWORD flags;

typedef LPWSAOVERLAPPED_COMPLETION_ROUTINE ROUTINE;

static void make_streams(void)
{
    check_net_pair(&s, &peer);
}

static void make_datagrams(void)
{
    s = check_datagram(&own);
    peer = check_datagram(&others);
}

static void make_listener(void)
{
    s = check_net_listener(&port_number);
    spare = check_net_socket();
}

static void make_unconnected(void)
{
    struct sockaddr_in any = check_net_loopback(0);
    peer = check_net_listener(&port_number);
    others = check_net_loopback(port_number);
    s = check_net_socket();
    CHECK_NET_NEEDS(bind(s, (struct sockaddr *)&any, sizeof any) == 0);
}

static int begun(BOOL done)
{
    return done ? 0 : SOCKET_ERROR;
}

static int call_WSARecv(OVERLAPPED *overlapped, ROUTINE routine)
{
    flags = 0;
    return WSARecv(s, &into, 1, NULL, &flags, overlapped, routine);
}

static int call_WSASend(OVERLAPPED *overlapped, ROUTINE routine)
{
    return WSASend(s, &text, 1, NULL, 0, overlapped, routine);
}

static int call_WSARecvFrom(OVERLAPPED *overlapped, ROUTINE routine)
{
    flags = 0;
    from_length = sizeof from;
    return WSARecvFrom(s, &into, 1, NULL, &flags, (struct sockaddr *)&from, &from_length,
                       overlapped, routine);
}

static int call_WSASendTo(OVERLAPPED *overlapped, ROUTINE routine)
{
    return WSASendTo(s, &text, 1, NULL, 0, (struct sockaddr *)&others, sizeof others, overlapped,
                     routine);
}

static void fill_message(WSABUF *buffer, struct sockaddr_in *name)
{
    memset(&message, 0, sizeof message);
    message.name = (struct sockaddr *)name;
    message.namelen = name ? sizeof *name : 0;
    message.lpBuffers = buffer;
    message.dwBufferCount = 1;
}

static int call_WSARecvMsg(OVERLAPPED *overlapped, ROUTINE routine)
{
    fill_message(&into, NULL);
    return receive_message(s, &message, NULL, overlapped, routine);
}

static int call_WSASendMsg(OVERLAPPED *overlapped, ROUTINE routine)
{
    fill_message(&text, &others);
    return send_message(s, &message, 0, NULL, overlapped, routine);
}

static int call_WSAIoctl(OVERLAPPED *overlapped, ROUTINE routine)
{
    static DWORD answer, count;
    return WSAIoctl(s, FIONREAD, NULL, 0, &answer, sizeof answer, &count, overlapped, routine);
}

static int call_AcceptEx(OVERLAPPED *overlapped, ROUTINE none)
{
    (void)none;
    return begun(AcceptEx(s, spare, area, 0, AREA, AREA, NULL, overlapped));
}

static int call_ConnectEx(OVERLAPPED *overlapped, ROUTINE none)
{
    (void)none;
    return begun(connect_ex(s, (struct sockaddr *)&others, sizeof others, "hello", 5, NULL,
                            overlapped));
}

static int call_DisconnectEx(OVERLAPPED *overlapped, ROUTINE none)
{
    (void)none;
    return begun(disconnect_ex(s, overlapped, 0, 0));
}

static int call_TransmitFile(OVERLAPPED *overlapped, ROUTINE none)
{
    static TRANSMIT_FILE_BUFFERS buffers = {"hel", 3, "lo", 2};
    (void)none;
    return begun(TransmitFile(s, NULL, 0, 0, overlapped, &buffers, 0));
}

static int call_TransmitPackets(OVERLAPPED *overlapped, ROUTINE none)
{
    static TRANSMIT_PACKETS_ELEMENT element;
    (void)none;
    element.dwElFlags = TP_ELEMENT_MEMORY;
    element.cLength = 5;
    element.pBuffer = "hello";
    return begun(transmit_packets(s, &element, 1, 0, overlapped, 0));
}

static void stream_arrives(void)
{
    CHECK_NET_NEEDS(send(peer, "hello", 5, 0) == 5);
}

static void datagram_arrives(void)
{
    CHECK_NET_NEEDS(check_datagram_send(peer, "hello", &own) == 5);
}

static void connection_arrives(void)
{
    peer = check_net_connect(port_number);
}

/* What a call is called, what it needs, what ends it if it pends, and the bytes of its result. */
static const struct operation {
    const char *name;
    int (*call)(OVERLAPPED *, ROUTINE);
    void (*make)(void);
    void (*happens)(void);
    DWORD count;
    BOOL takes_routine;
    /* Also when its end is known at once it says that it is pending. */
    BOOL tells_later;
} operations[] = {
    {"WSARecv", call_WSARecv, make_streams, stream_arrives, 5, TRUE, FALSE},
    {"WSASend", call_WSASend, make_streams, NULL, 5, TRUE, FALSE},
    {"WSARecvFrom", call_WSARecvFrom, make_datagrams, datagram_arrives, 5, TRUE, FALSE},
    {"WSASendTo", call_WSASendTo, make_datagrams, NULL, 5, TRUE, FALSE},
    {"WSARecvMsg", call_WSARecvMsg, make_datagrams, datagram_arrives, 5, TRUE, FALSE},
    {"WSASendMsg", call_WSASendMsg, make_datagrams, NULL, 5, TRUE, FALSE},
    {"WSAIoctl", call_WSAIoctl, make_streams, NULL, 0, TRUE, FALSE},
    {"AcceptEx", call_AcceptEx, make_listener, connection_arrives, 0, FALSE, FALSE},
    {"ConnectEx", call_ConnectEx, make_unconnected, NULL, 5, FALSE, TRUE},
    {"DisconnectEx", call_DisconnectEx, make_streams, NULL, 0, FALSE, TRUE},
    {"TransmitFile", call_TransmitFile, make_streams, NULL, 5, FALSE, TRUE},
    {"TransmitPackets", call_TransmitPackets, make_streams, NULL, 5, FALSE, TRUE},
};
static const struct operation *operation;

static struct {
    int runs;
    DWORD error, count;
    OVERLAPPED *overlapped;
} told;

static void CALLBACK routine(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD result)
{
    (void)result;
    told.runs++;
    told.error = error;
    told.count = count;
    told.overlapped = overlapped;
}

static void check(int right, const char *fact)
{
    char line[200];
    snprintf(line, sizeof line, "%s %s", operation->name, fact);
    if (!check_that(right, line, __FILE__, __LINE__))
        SHOW("  error %d", (int)GetLastError());
}

/* Starts the call; it pends, unless what it waits for has happened before. */
static void start(OVERLAPPED *overlapped, HANDLE event, ROUTINE with, BOOL happened)
{
    int result, pends = operation->tells_later || (operation->happens && !happened);
    if (operation->happens && happened)
        operation->happens();
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->hEvent = event;
    memset(&told, 0, sizeof told);
    result = operation->call(overlapped, with);
    /* AcceptEx says so in either case. */
    if (pends || operation->call == call_AcceptEx)
        check(result == SOCKET_ERROR && WSAGetLastError() == WSA_IO_PENDING, "has begun");
    else
        check(result == 0, "is done at once");
    check(told.runs == 0, "runs nothing by itself");
    if (operation->happens && !happened)
        operation->happens();
}

static int has_result(OVERLAPPED *overlapped)
{
    DWORD count = UNTOUCHED, result_flags = UNTOUCHED;
    return overlapped->Internal == 0 && overlapped->InternalHigh == operation->count &&
           WSAGetOverlappedResult(s, overlapped, &count, FALSE, &result_flags) &&
           count == operation->count;
}

static void renew(void)
{
    operation->make();
    if (operation->make == make_datagrams)
        CHECK_NET_NEEDS(check_extension(s, (GUID)WSAID_WSARECVMSG, &receive_message) &&
                        check_extension(s, (GUID)WSAID_WSASENDMSG, &send_message));
    else
        CHECK_NET_NEEDS(check_extension(s, (GUID)WSAID_CONNECTEX, &connect_ex) &&
                        check_extension(s, (GUID)WSAID_DISCONNECTEX, &disconnect_ex));
}

/* Wine has no TransmitPackets. */
static int exists(void)
{
    int found = 1;
    if (operation->call == call_TransmitPackets) {
        make_streams();
        found = check_extension(s, (GUID)WSAID_TRANSMITPACKETS, &transmit_packets);
        closesocket(s);
        closesocket(peer);
    }
    return found;
}

static void forget(void)
{
    closesocket(s);
    closesocket(peer);
    if (operation->make == make_listener)
        closesocket(spare);
}

static void by_event_and_handle(BOOL happened)
{
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    OVERLAPPED overlapped;

    renew();
    start(&overlapped, event, NULL, happened);
    check(WaitForSingleObject(event, HANG_GUARD) == WAIT_OBJECT_0, "sets its event");
    check(has_result(&overlapped), "has its result");
    forget();
    renew();
    start(&overlapped, NULL, NULL, happened);
    check(WaitForSingleObject((HANDLE)s, HANG_GUARD) == WAIT_OBJECT_0,
          "signals the socket without an event");
    check(has_result(&overlapped), "has its result");
    forget();
    CloseHandle(event);
}

static void by_port(BOOL happened)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    struct check_taken taken;
    OVERLAPPED overlapped;

    renew();
    CHECK_NET_NEEDS(CreateIoCompletionPort((HANDLE)s, port, 9, 0) == port);
    start(&overlapped, event, NULL, happened);
    taken = check_take(port, HANG_GUARD);
    check(taken.ok && taken.key == 9 && taken.overlapped == &overlapped &&
          taken.bytes == operation->count, "completes to the port");
    check(WaitForSingleObject(event, 0) == WAIT_OBJECT_0, "sets its event before the packet");
    forget();
    renew();
    CHECK_NET_NEEDS(CreateIoCompletionPort((HANDLE)s, port, 9, 0) == port);
    if (operation->takes_routine && operation->call != call_WSAIoctl) {
        memset(&overlapped, 0, sizeof overlapped);
        check(operation->call(&overlapped, routine) == SOCKET_ERROR &&
              WSAGetLastError() == WSAEINVAL, "takes no routine with a port");
    }
    start(&overlapped, (HANDLE)((ULONG_PTR)event | 1), NULL, happened);
    check(WaitForSingleObject(event, HANG_GUARD) == WAIT_OBJECT_0,
          "sets its event with the low bit");
    taken = check_take(port, 0);
    check(!taken.ok && taken.overlapped == NULL, "has no packet with the low bit");
    forget();
    CloseHandle(event);
    CloseHandle(port);
}

static void by_routine(BOOL happened)
{
    OVERLAPPED overlapped;

    renew();
    start(&overlapped, (HANDLE)0x1235, routine, happened);
    check(SleepEx(HANG_GUARD, TRUE) == WAIT_IO_COMPLETION, "ends an alertable wait");
    check(told.runs == 1 && told.error == 0 && told.count == operation->count &&
          told.overlapped == &overlapped, "runs its routine");
    check(has_result(&overlapped), "has its result");
    forget();
}

static DWORD WINAPI start_and_end(void *overlapped)
{
    operation->call(overlapped, NULL);
    return 0;
}

static void let_thread_start(OVERLAPPED *overlapped, HANDLE event)
{
    HANDLE thread;
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->hEvent = event;
    thread = CreateThread(NULL, 0, start_and_end, overlapped, 0, NULL);
    CHECK_NET_NEEDS(WaitForSingleObject(thread, HANG_GUARD) == WAIT_OBJECT_0);
    CloseHandle(thread);
}

static void by_ending_thread(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    struct check_taken taken;
    OVERLAPPED overlapped;

    renew();
    let_thread_start(&overlapped, event);
    check(WaitForSingleObject(event, HANG_GUARD) == WAIT_OBJECT_0 &&
          (DWORD)overlapped.Internal == NT_CANCELLED, "without a port ends with its thread");
    CHECK_NET_NEEDS(CreateIoCompletionPort((HANDLE)s, port, 9, 0) == port);
    let_thread_start(&overlapped, NULL);
    check(overlapped.Internal == STATUS_PENDING, "with a port and no event outlives its thread");
    operation->happens();
    taken = check_take(port, HANG_GUARD);
    check(taken.ok && taken.overlapped == &overlapped && taken.bytes == operation->count,
          "completes to the port after that");
    forget();
    CloseHandle(event);
    CloseHandle(port);
}

int main(void)
{
    size_t index;

    check_net_start();
    for (index = 0; index < sizeof operations / sizeof *operations; index++) {
        operation = &operations[index];
        if (!exists())
            continue;
        FACT("1.14", operation->name);
        by_event_and_handle(FALSE);
        by_port(FALSE);
        if (operation->takes_routine)
            by_routine(FALSE);
        if (operation->happens && operation->call != call_AcceptEx) {
            SHOW("when it has happened before");
            by_event_and_handle(TRUE);
            by_port(TRUE);
            if (operation->takes_routine)
                by_routine(TRUE);
        }
    }
    FACT("6.6", "a request and the end of its thread");
    for (index = 0; index < sizeof operations / sizeof *operations; index++) {
        operation = &operations[index];
        if (operation->happens)
            by_ending_thread();
    }
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
