/* Completion routines inside the blocking calls that move data or take connections.
 * semantics.md: 5.7, 7.4, 7.6 */
// test: guard 180
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_datagram.h"
#include "check_extension.h"
#include "check_routine.h"

static char large[32 << 20];

static void send_byte(void)
{
    send(it.peer, "!", 1, 0);
}

static void send_datagram(void)
{
    check_datagram_send(it.peer, "!", &it.address);
}

static void connect_to_it(void)
{
    it.peer = check_net_connect(it.port);
}

static void read_everything(void)
{
    static char room[1 << 16];
    long long total = 0;
    while (total < (long long)sizeof large) {
        int count = recv(it.peer, room, sizeof room, 0);
        if (count <= 0)
            break;
        total += count;
    }
}

static int call_recv(SOCKET s)
{
    char byte = 0;
    return recv(s, &byte, 1, 0) == 1 ? byte : SOCKET_ERROR;
}

static int call_WSARecv(SOCKET s)
{
    char byte = 0;
    WSABUF description = {1, &byte};
    DWORD count = 0, flags = 0;
    return WSARecv(s, &description, 1, &count, &flags, NULL, NULL) == 0 ? byte
                                                                                : SOCKET_ERROR;
}

static int call_recvfrom(SOCKET s)
{
    struct sockaddr_in from;
    int length = sizeof from;
    char byte = 0;
    return recvfrom(s, &byte, 1, 0, (struct sockaddr *)&from, &length) == 1
               ? byte
               : SOCKET_ERROR;
}

static int call_WSARecvFrom(SOCKET s)
{
    struct sockaddr_in from;
    int length = sizeof from;
    char byte = 0;
    WSABUF description = {1, &byte};
    DWORD count = 0, flags = 0;
    int failed = WSARecvFrom(s, &description, 1, &count, &flags, (struct sockaddr *)&from,
                             &length, NULL, NULL);
    return failed ? SOCKET_ERROR : byte;
}

static GUID receive_message_name = WSAID_WSARECVMSG;
static LPFN_WSARECVMSG receive_message;

static int call_WSARecvMsg(SOCKET s)
{
    char byte = 0;
    WSABUF description = {1, &byte};
    DWORD count = 0;
    WSAMSG message;
    memset(&message, 0, sizeof message);
    message.lpBuffers = &description;
    message.dwBufferCount = 1;
    return receive_message(s, &message, &count, NULL, NULL) == 0 ? byte : SOCKET_ERROR;
}

static int call_accept(SOCKET s)
{
    SOCKET accepted = accept(s, NULL, NULL);
    return accepted == INVALID_SOCKET ? SOCKET_ERROR : closesocket(accepted);
}

static int CALLBACK agree(LPWSABUF caller, LPWSABUF data, LPQOS service, LPQOS group,
                          LPWSABUF callee, LPWSABUF answer, GROUP *number, DWORD_PTR context)
{
    (void)caller, (void)data, (void)service, (void)group, (void)callee, (void)answer;
    (void)number, (void)context;
    return CF_ACCEPT;
}

static int call_WSAAccept(SOCKET s)
{
    SOCKET accepted = WSAAccept(s, NULL, NULL, agree, 0);
    return accepted == INVALID_SOCKET ? SOCKET_ERROR : closesocket(accepted);
}

static int call_select(SOCKET s)
{
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(s, &readable);
    return select(0, &readable, NULL, NULL, NULL);
}

static int call_WSAPoll(SOCKET s)
{
    WSAPOLLFD entry = {s, POLLRDNORM, 0};
    return WSAPoll(&entry, 1, -1) == 1 ? entry.revents : SOCKET_ERROR;
}

static int call_send(SOCKET s)
{
    return send(s, large, sizeof large, 0);
}

static int call_WSASend(SOCKET s)
{
    WSABUF description = {sizeof large, large};
    DWORD count = 0;
    return WSASend(s, &description, 1, &count, 0, NULL, NULL) == 0 ? (int)count
                                                                            : SOCKET_ERROR;
}

static int call_TransmitFile(SOCKET s)
{
    TRANSMIT_FILE_BUFFERS buffers = {large, sizeof large, NULL, 0};
    return TransmitFile(s, NULL, 0, 0, NULL, &buffers, 0) ? (int)sizeof large
                                                                  : SOCKET_ERROR;
}

static void streams(BOOL due_before)
{
    check_net_pair(&it.peer, &it.socket);
    run("a routine runs inside recv", call_recv, send_byte, due_before);
    CHECK_EQ(it.result, '!');
    run("a routine runs inside WSARecv", call_WSARecv, send_byte, due_before);
    CHECK_EQ(it.result, '!');
    run("a routine runs inside select", call_select, send_byte, due_before);
    CHECK_EQ(it.result, 1);
    CHECK_EQ(call_recv(it.socket), '!');
    run("a routine runs inside WSAPoll", call_WSAPoll, send_byte, due_before);
    CHECK_EQ(it.result, POLLRDNORM);
    closesocket(it.peer);
    closesocket(it.socket);
}

static void datagrams(BOOL due_before)
{
    struct sockaddr_in own;
    it.socket = check_datagram(&it.address);
    it.peer = check_datagram(&own);
    CHECK(check_extension(it.socket, receive_message_name, &receive_message));
    run("a routine runs inside recvfrom", call_recvfrom, send_datagram, due_before);
    CHECK_EQ(it.result, '!');
    run("a routine runs inside WSARecvFrom", call_WSARecvFrom, send_datagram, due_before);
    CHECK_EQ(it.result, '!');
    run("a routine runs inside WSARecvMsg", call_WSARecvMsg, send_datagram, due_before);
    CHECK_EQ(it.result, '!');
    closesocket(it.peer);
    closesocket(it.socket);
}

static void listeners(BOOL due_before)
{
    it.socket = check_net_listener(&it.port);
    run("a routine runs inside accept", call_accept, connect_to_it, due_before);
    CHECK_EQ(it.result, 0);
    closesocket(it.peer);
    run("a routine runs inside WSAAccept", call_WSAAccept, connect_to_it, due_before);
    CHECK_EQ(it.result, 0);
    closesocket(it.peer);
    closesocket(it.socket);
}

/* More is sent than fits in between. */
static void senders(BOOL due_before)
{
    check_net_pair(&it.peer, &it.socket);
    run("a routine runs inside send", call_send, read_everything, due_before);
    CHECK_EQ(it.result, sizeof large);
    run("a routine runs inside WSASend", call_WSASend, read_everything, due_before);
    CHECK_EQ(it.result, sizeof large);
    run("a routine runs inside TransmitFile", call_TransmitFile, read_everything, due_before);
    CHECK_EQ(it.result, sizeof large);
    closesocket(it.peer);
    closesocket(it.socket);
}

int main(void)
{
    check_net_start();
    FACT("5.7", "blocking calls wait alertably: a routine that becomes due runs, the call goes on");
    streams(FALSE);
    datagrams(FALSE);
    listeners(FALSE);
    senders(FALSE);
    FACT("5.7", "so does one that is due before a call that has to wait");
    streams(TRUE);
    datagrams(TRUE);
    listeners(TRUE);
    senders(TRUE);

    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
