// test: native Wine 8 leaves WSASendMsg's control data out
/* Control data that travels with what WSASendMsg sends.
 * semantics.md: 11.9 */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
#include "check_datagram.h"

static char sent_control[WSA_CMSG_SPACE(8)], control[200], data[16];

static void check_record(SOCKET receiver, LPFN_WSARECVMSG receive_message, INT type, INT value)
{
    WSABUF buffer = {sizeof data, data};
    WSAMSG asked = {NULL, 0, &buffer, 1, {sizeof control, control}, 0};
    WSACMSGHDR *record;
    DWORD count = 0;

    CHECK_EQ(receive_message(receiver, &asked, &count, NULL, NULL), 0);
    for (record = WSA_CMSG_FIRSTHDR(&asked); record; record = WSA_CMSG_NXTHDR(&asked, record))
        if (record->cmsg_level == IPPROTO_IP && record->cmsg_type == type)
            break;
    if (CHECK(record != NULL))
        CHECK_EQ(*(INT *)WSA_CMSG_DATA(record), value);
}

int main(void)
{
    struct sockaddr_in address, from;
    SOCKET receiver, sender;
    LPFN_WSARECVMSG receive_message = NULL;
    GUID name = WSAID_WSARECVMSG;
    WSABUF buffer = {5, (char *)"hello"};
    WSAMSG sent;
    WSACMSGHDR *record = (WSACMSGHDR *)sent_control;
    DWORD count = 77, on = 1;
    int length = sizeof from;

    check_net_start();
    receiver = check_datagram(&address);
    sender = check_datagram_unbound();
    REQUIRE(WSAIoctl(sender, SIO_GET_EXTENSION_FUNCTION_POINTER, &name, sizeof name,
                     &receive_message, sizeof receive_message, &count, NULL, NULL) == 0);
    setsockopt(receiver, IPPROTO_IP, IP_RECVTTL, (char *)&on, sizeof on);
    setsockopt(receiver, IPPROTO_IP, IP_RECVTOS, (char *)&on, sizeof on);
    memset(&sent, 0, sizeof sent);
    sent.name = (struct sockaddr *)&address;
    sent.namelen = sizeof address;
    sent.lpBuffers = &buffer;
    sent.dwBufferCount = 1;
    sent.Control.buf = sent_control;
    sent.Control.len = WSA_CMSG_SPACE(4);
    record->cmsg_level = IPPROTO_IP;
    record->cmsg_len = WSA_CMSG_LEN(4);

    FACT("11.9", "IP_TTL of one datagram");
    record->cmsg_type = IP_TTL;
    *(INT *)WSA_CMSG_DATA(record) = 17;
    CHECK_EQ(WSASendMsg(sender, &sent, 0, &count, NULL, NULL), 0);
    check_record(receiver, receive_message, IP_TTL, 17);
    FACT("11.9", "IP_TOS of one datagram");
    record->cmsg_type = IP_TOS;
    *(INT *)WSA_CMSG_DATA(record) = 2;
    CHECK_EQ(WSASendMsg(sender, &sent, 0, &count, NULL, NULL), 0);
    check_record(receiver, receive_message, IP_TOS, 2);
    FACT("11.9", "IP_PKTINFO chooses the address that it comes from");
    record->cmsg_type = IP_PKTINFO;
    record->cmsg_len = WSA_CMSG_LEN(8);
    memset(WSA_CMSG_DATA(record), 0, 8);
    ((IN_PKTINFO *)WSA_CMSG_DATA(record))->ipi_addr.s_addr = htonl(0x7f000005);
    sent.Control.len = WSA_CMSG_SPACE(8);
    CHECK_EQ(WSASendMsg(sender, &sent, 0, &count, NULL, NULL), 0);
    CHECK_EQ(recvfrom(receiver, data, sizeof data, 0, (struct sockaddr *)&from, &length), 5);
    CHECK_EQ(from.sin_addr.s_addr, htonl(0x7f000005));
    FACT("11.9", "a record that is broken, unknown or longer than its place: 10022");
    record->cmsg_type = 777;
    CHECK_EQ(WSASendMsg(sender, &sent, 0, &count, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    record->cmsg_type = IP_PKTINFO;
    record->cmsg_len = 3;
    CHECK_EQ(WSASendMsg(sender, &sent, 0, &count, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    record->cmsg_len = WSA_CMSG_LEN(9);
    CHECK_EQ(WSASendMsg(sender, &sent, 0, &count, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    sent.Control.buf = (char *)1;
    CHECK_EQ(WSASendMsg(sender, &sent, 0, &count, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    closesocket(sender);
    closesocket(receiver);
    return check_end();
}
