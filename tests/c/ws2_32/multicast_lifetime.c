/* How far multicasts go.
 * semantics.md: 5.9, 11.9; D:IPPROTO_IP socket options */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"
#include "check_multicast.h"

static DWORD get(SOCKET s, int option)
{
    DWORD value = 77;
    int length = sizeof value;
    CHECK_EQ(getsockopt(s, IPPROTO_IP, option, (char *)&value, &length), 0);
    return value;
}

static INT lifetime(SOCKET receiver, LPFN_WSARECVMSG receive_message)
{
    char data[16], control[100];
    WSABUF buffer = {sizeof data, data};
    WSAMSG asked = {NULL, 0, &buffer, 1, {sizeof control, control}, 0};
    WSACMSGHDR *record;
    DWORD count = 0;

    CHECK_EQ(receive_message(receiver, &asked, &count, NULL, NULL), 0);
    record = WSA_CMSG_FIRSTHDR(&asked);
    return record && record->cmsg_type == IP_TTL ? *(INT *)WSA_CMSG_DATA(record) : -1;
}

int main(void)
{
    unsigned short port = 0;
    SOCKET sender, receiver;
    struct sockaddr_in group;
    LPFN_WSARECVMSG receive_message = NULL;
    GUID name = WSAID_WSARECVMSG;
    DWORD value = 1;

    check_net_start();
    sender = check_multicast_sender();
    receiver = check_multicast_receiver(&port);
    group = check_multicast_group(port);
    REQUIRE(check_extension(receiver, name, &receive_message));
    CHECK_EQ(check_multicast_member(receiver, IP_ADD_MEMBERSHIP, INADDR_LOOPBACK), 0);
    CHECK_EQ(setsockopt(receiver, IPPROTO_IP, IP_RECVTTL, (char *)&value, sizeof value), 0);
    FACT("5.9", "a multicast stays on its network: its time to live is 1");
    CHECK_EQ(get(sender, IP_MULTICAST_TTL), 1);
    CHECK_EQ(check_datagram_send(sender, "near", &group), 4);
    CHECK_EQ(lifetime(receiver, receive_message), 1);
    FACT("5.9", "IP_MULTICAST_TTL sends it farther, IP_TTL does not");
    value = 9;
    CHECK_EQ(setsockopt(sender, IPPROTO_IP, IP_TTL, (char *)&value, sizeof value), 0);
    CHECK_EQ(check_datagram_send(sender, "near", &group), 4);
    CHECK_EQ(lifetime(receiver, receive_message), 1);
    value = 3;
    CHECK_EQ(setsockopt(sender, IPPROTO_IP, IP_MULTICAST_TTL, (char *)&value, sizeof value), 0);
    CHECK_EQ(check_datagram_send(sender, "far", &group), 3);
    CHECK_EQ(lifetime(receiver, receive_message), 3);
    value = 256;
    CHECK_EQ(setsockopt(sender, IPPROTO_IP, IP_MULTICAST_TTL, (char *)&value, sizeof value),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(get(sender, IP_MULTICAST_TTL), 3);
    closesocket(sender);
    closesocket(receiver);
    return check_end();
}
