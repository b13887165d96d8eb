/* WSASendMsg.
 * semantics.md: 11.8, 11.9; T:sock:test_WSASendMsg */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
#include "check_datagram.h"
#include "check_extension.h"


static char buffer[64];
static WSABUF parts[2] = {{5, (char *)"hello"}, {6, (char *)" world"}};

static WSAMSG message(struct sockaddr_in *to, ULONG count)
{
    WSAMSG made;
    memset(&made, 0, sizeof made);
    made.name = (struct sockaddr *)to;
    made.namelen = to ? sizeof *to : 0;
    made.lpBuffers = parts;
    made.dwBufferCount = count;
    return made;
}

int main(void)
{
    struct sockaddr_in address, own;
    SOCKET receiver, sender, stream;
    LPFN_WSASENDMSG send_message = NULL;
    GUID name = WSAID_WSASENDMSG;
    OVERLAPPED overlapped;
    WSAMSG sent;
    HANDLE port;
    DWORD count = 77;
    int length = sizeof own;

    check_net_start();
    receiver = check_datagram(&address);
    sender = check_datagram_unbound();
    FACT("11.8", "WSASendMsg has a GUID");
    REQUIRE(check_extension(sender, name, &send_message));
    sent = message(&address, 1);
    FACT("11.9", "no socket: 10038; no message, no place for the count: 10014");
    CHECK_EQ(send_message(INVALID_SOCKET, &sent, 0, NULL, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(send_message(sender, NULL, 0, NULL, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(getsockname(sender, (struct sockaddr *)&own, &length), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(send_message(sender, &sent, 0, NULL, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    FACT("11.9", "it sends, and gives the socket an address");
    CHECK_EQ(send_message(sender, &sent, 0, &count, NULL, NULL), 0);
    CHECK_EQ(WSAGetLastError(), 0);
    CHECK_EQ(count, 5);
    CHECK_EQ(recv(receiver, buffer, sizeof buffer, 0), 5);
    CHECK_EQ(getsockname(sender, (struct sockaddr *)&own, &length), 0);
    CHECK_EQ(own.sin_addr.s_addr, htonl(INADDR_ANY));
    CHECK(own.sin_port != 0);
    FACT("11.9", "two buffers are one datagram");
    sent = message(&address, 2);
    CHECK_EQ(WSASendMsg(sender, &sent, 0, &count, NULL, NULL), 0);
    CHECK_EQ(count, 11);
    CHECK_EQ(recv(receiver, buffer, sizeof buffer, 0), 11);
    CHECK(memcmp(buffer, "hello world", 11) == 0);
    FACT("11.9", "an overlapped one is told to the port");
    port = CreateIoCompletionPort((HANDLE)sender, NULL, 5, 0);
    memset(&overlapped, 0, sizeof overlapped);
    CHECK_EQ(send_message(sender, &sent, 0, &count, &overlapped, NULL), 0);
    CHECK_SUCCESS(port, 5, &overlapped, 11);
    CHECK_EQ(recv(receiver, buffer, sizeof buffer, 0), 11);
    FACT("11.9", "streams have no messages: 10022");
    stream = check_net_socket();
    CHECK_EQ(send_message(stream, &sent, 0, &count, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    closesocket(stream);
    closesocket(sender);
    closesocket(receiver);
    return check_end();
}
