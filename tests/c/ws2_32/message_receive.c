/* WSARecvMsg: datagrams and what travels beside them.
 * semantics.md: 11.8, 11.9; T:sock:test_ip_pktinfo, test_ipv4_cmsg, test_ipv6_cmsg */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
#include "check_datagram.h"
#include "check_extension.h"

static LPFN_WSARECVMSG receive_message;
static char data[32], control[200];
static WSABUF buffer = {sizeof data, data};

static WSAMSG message(void *name, int length, ULONG room)
{
    WSAMSG made;
    memset(&made, 0, sizeof made);
    memset(control, 0, sizeof control);
    made.name = name;
    made.namelen = length;
    made.lpBuffers = &buffer;
    made.dwBufferCount = 1;
    made.Control.buf = control;
    made.Control.len = room;
    return made;
}

static void set(SOCKET s, int level, int option, DWORD value)
{
    CHECK_EQ(setsockopt(s, level, option, (char *)&value, sizeof value), 0);
}

static void arguments(SOCKET receiver)
{
    WSAMSG asked = message(NULL, 0, 0);
    SOCKET stream = check_net_socket();
    DWORD count = 77;

    FACT("11.9", "no message: 10014; a stream: 10022");
    CHECK_EQ(receive_message(receiver, NULL, NULL, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(receive_message(INVALID_SOCKET, &asked, &count, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(receive_message(stream, &asked, &count, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(count, 77);
    closesocket(stream);
}

static void ipv4(SOCKET receiver, SOCKET sender, struct sockaddr_in *address,
                 struct sockaddr_in *own)
{
    static const struct {
        int option, type, length;
    } rows[] = {{IP_PKTINFO, IP_PKTINFO, 8}, {IP_RECVTTL, IP_TTL, 4}, {IP_RECVTOS, IP_TOS, 4}};
    struct sockaddr_storage from;
    WSACMSGHDR *record = (WSACMSGHDR *)control;
    WSAMSG asked;
    DWORD count, on;
    int row, length;

    FACT("11.9", "without control data its place may be NULL");
    CHECK_EQ(check_datagram_send(sender, "hello", address), 5);
    asked = message(&from, sizeof from, 0);
    asked.Control.buf = NULL;
    CHECK_EQ(receive_message(receiver, &asked, &count, NULL, NULL), 0);
    CHECK_EQ(count, 5);
    CHECK(check_datagram_same(&from, own));
    CHECK_EQ(asked.namelen, sizeof *own);
    CHECK_EQ(asked.dwFlags, 0);
    FACT("11.9", "IP_PKTINFO, IP_RECVTTL, IP_RECVTOS: one record each, aligned like a pointer");
    for (row = 0; row < 3; row++) {
        set(receiver, IPPROTO_IP, rows[row].option, 1);
        on = 77;
        length = sizeof on;
        CHECK_EQ(getsockopt(receiver, IPPROTO_IP, rows[row].option, (char *)&on, &length), 0);
        CHECK_EQ(on, 1);
        CHECK_EQ(check_datagram_send(sender, "hello", address), 5);
        asked = message(NULL, 0, sizeof control);
        CHECK_EQ(receive_message(receiver, &asked, &count, NULL, NULL), 0);
        CHECK_EQ(asked.Control.len, WSA_CMSG_SPACE(rows[row].length));
        CHECK(WSA_CMSG_FIRSTHDR(&asked) == record);
        CHECK(WSA_CMSG_NXTHDR(&asked, record) == NULL);
        CHECK_EQ(record->cmsg_len, WSA_CMSG_LEN(rows[row].length));
        CHECK_EQ(record->cmsg_level, IPPROTO_IP);
        CHECK_EQ(record->cmsg_type, rows[row].type);
        if (row == 0)
            CHECK_EQ(((IN_PKTINFO *)WSA_CMSG_DATA(record))->ipi_addr.s_addr,
                     htonl(INADDR_LOOPBACK));
        else if (row == 1)
            CHECK(*(INT *)WSA_CMSG_DATA(record) >= 32);
        else
            CHECK_EQ(*(INT *)WSA_CMSG_DATA(record), 0);
        set(receiver, IPPROTO_IP, rows[row].option, 0);
    }
}

static void no_room(SOCKET receiver, SOCKET sender, struct sockaddr_in *address)
{
    OVERLAPPED overlapped;
    WSAMSG asked;
    DWORD count = 77;

    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    set(receiver, IPPROTO_IP, IP_PKTINFO, 1);
    FACT("11.9", "too little room for control data: 10040 and MSG_CTRUNC, and the data is there");
    CHECK_EQ(check_datagram_send(sender, "hello", address), 5);
    asked = message(NULL, 0, 1);
    CHECK_EQ(receive_message(receiver, &asked, &count, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEMSGSIZE);
    CHECK_EQ(count, 5);
    CHECK_EQ(asked.dwFlags, MSG_CTRUNC);
    FACT("11.9", "an overlapped one pends, and ends so");
    asked = message(NULL, 0, 1);
    CHECK_EQ(receive_message(receiver, &asked, NULL, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(check_datagram_send(sender, "hello", address), 5);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ((DWORD)overlapped.Internal, 0x80000005);
    CHECK_EQ(overlapped.InternalHigh, 5);
    CHECK_EQ(asked.dwFlags, MSG_CTRUNC);
    FACT("4.8", "also when the datagram is there already");
    CHECK_EQ(check_datagram_send(sender, "hello", address), 5);
    asked = message(NULL, 0, 1);
    CHECK_EQ(receive_message(receiver, &asked, NULL, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ((DWORD)overlapped.Internal, 0x80000005);
    FACT("11.9", "an overlapped one with room: length and records at the end");
    asked = message(NULL, 0, sizeof control);
    CHECK_EQ(receive_message(receiver, &asked, NULL, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(asked.Control.len, sizeof control);
    CHECK_EQ(check_datagram_send(sender, "hello", address), 5);
    CHECK_EQ(WSAGetOverlappedResult(receiver, &overlapped, &count, TRUE, NULL), TRUE);
    CHECK_EQ(count, 5);
    CHECK_EQ(asked.Control.len, WSA_CMSG_SPACE(sizeof(IN_PKTINFO)));
    CHECK_EQ(((WSACMSGHDR *)control)->cmsg_type, IP_PKTINFO);
    set(receiver, IPPROTO_IP, IP_PKTINFO, 0);
    CloseHandle(overlapped.hEvent);
}

static DWORD routine_error, routine_bytes, routine_flags;

static VOID CALLBACK routine(DWORD error, DWORD bytes, OVERLAPPED *overlapped, DWORD flags)
{
    (void)overlapped;
    routine_error = error;
    routine_bytes = bytes;
    routine_flags = flags;
}

/* At a socket that is bound to every interface. */
static void everywhere(SOCKET sender)
{
    struct sockaddr_in address = check_net_loopback(0), from;
    SOCKET receiver = check_datagram_unbound();
    int length = sizeof address;
    DWORD count = 77, flags = 77;
    OVERLAPPED overlapped;
    WSAMSG asked;

    address.sin_addr.s_addr = htonl(INADDR_ANY);
    CHECK_EQ(bind(receiver, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(getsockname(receiver, (struct sockaddr *)&address, &length), 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    set(receiver, IPPROTO_IP, IP_PKTINFO, 1);
    FACT("11.9", "IP_PKTINFO tells by which of its addresses and interfaces a datagram came");
    CHECK_EQ(check_datagram_send(sender, "hello", &address), 5);
    asked = message(&from, sizeof from, sizeof control);
    CHECK_EQ(receive_message(receiver, &asked, &count, NULL, NULL), 0);
    CHECK_EQ(((WSACMSGHDR *)control)->cmsg_type, IP_PKTINFO);
    CHECK_EQ(((IN_PKTINFO *)WSA_CMSG_DATA((WSACMSGHDR *)control))->ipi_addr.s_addr,
             htonl(INADDR_LOOPBACK));
    CHECK_EQ(((IN_PKTINFO *)WSA_CMSG_DATA((WSACMSGHDR *)control))->ipi_ifindex, 1);
    FACT("11.9", "a routine is told 10040 for too little room, and no flags");
    memset(&overlapped, 0x5a, sizeof overlapped);
    CHECK_EQ(check_datagram_send(sender, "hello", &address), 5);
    asked = message(NULL, 0, 1);
    CHECK_EQ(receive_message(receiver, &asked, NULL, &overlapped, routine), SOCKET_ERROR);
    CHECK_EQ(SleepEx(HANG_GUARD, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(routine_error, WSAEMSGSIZE);
    CHECK_EQ(routine_bytes, 5);
    CHECK_EQ(routine_flags, 0);
    CHECK_EQ(asked.dwFlags, MSG_CTRUNC);
    FACT("1.12", "a result that failed leaves the flags alone, and the request's offsets");
    CHECK_EQ(overlapped.Offset, UNTOUCHED);
    CHECK_EQ(overlapped.OffsetHigh, UNTOUCHED);
    CHECK_EQ(WSAGetOverlappedResult(receiver, &overlapped, &count, FALSE, &flags), FALSE);
    CHECK_EQ(WSAGetLastError(), WSAEMSGSIZE);
    CHECK_EQ(flags, 77);
    closesocket(receiver);
}

static void short_buffer(SOCKET receiver, SOCKET sender, struct sockaddr_in *address)
{
    WSAMSG asked = message(NULL, 0, 0);
    DWORD count = 77;

    FACT("11.9", "a datagram that is cut off: 10040 and MSG_TRUNC");
    CHECK_EQ(check_datagram_send(sender, "hello", address), 5);
    buffer.len = 2;
    CHECK_EQ(receive_message(receiver, &asked, &count, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEMSGSIZE);
    CHECK_EQ(count, 2);
    CHECK_EQ(asked.dwFlags, MSG_TRUNC);
    buffer.len = sizeof data;
}

static void ipv6(void)
{
    static const struct {
        int option, type, length;
    } rows[] = {{IPV6_PKTINFO, IPV6_PKTINFO, 20},
                {IPV6_HOPLIMIT, IPV6_HOPLIMIT, 4},
                {IPV6_RECVTCLASS, IPV6_TCLASS, 4}};
    SOCKET receiver = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    SOCKET sender = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    struct sockaddr_in6 address, from;
    WSACMSGHDR *record = (WSACMSGHDR *)control;
    WSAMSG asked;
    DWORD count;
    int row, length = sizeof address;

    memset(&address, 0, sizeof address);
    address.sin6_family = AF_INET6;
    address.sin6_addr.u.Byte[15] = 1;
    FACT("11.9", "IPv6 has them too");
    CHECK_EQ(bind(receiver, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(getsockname(receiver, (struct sockaddr *)&address, &length), 0);
    CHECK_EQ(connect(sender, (struct sockaddr *)&address, sizeof address), 0);
    for (row = 0; row < 3; row++) {
        set(receiver, IPPROTO_IPV6, rows[row].option, 1);
        CHECK_EQ(send(sender, "hello", 5, 0), 5);
        asked = message(&from, sizeof from, sizeof control);
        CHECK_EQ(receive_message(receiver, &asked, &count, NULL, NULL), 0);
        CHECK_EQ(asked.namelen, sizeof from);
        CHECK_EQ(from.sin6_family, AF_INET6);
        CHECK(memcmp(&from.sin6_addr, &address.sin6_addr, 16) == 0);
        CHECK_EQ(record->cmsg_len, WSA_CMSG_LEN(rows[row].length));
        CHECK_EQ(record->cmsg_level, IPPROTO_IPV6);
        CHECK_EQ(record->cmsg_type, rows[row].type);
        if (row == 0)
            CHECK(memcmp(WSA_CMSG_DATA(record), &address.sin6_addr, 16) == 0);
        set(receiver, IPPROTO_IPV6, rows[row].option, 0);
    }
    closesocket(receiver);
    closesocket(sender);
}

int main(void)
{
    GUID name = WSAID_WSARECVMSG;
    struct sockaddr_in address, own;
    SOCKET receiver, sender;

    check_net_start();
    receiver = check_datagram(&address);
    sender = check_datagram(&own);
    REQUIRE(check_extension(receiver, name, &receive_message));
    arguments(receiver);
    ipv4(receiver, sender, &address, &own);
    no_room(receiver, sender, &address);
    short_buffer(receiver, sender, &address);
    everywhere(sender);
    ipv6();
    return check_end();
}
