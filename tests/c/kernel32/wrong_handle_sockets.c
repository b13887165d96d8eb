// A handle that is no socket in every call of Winsock.
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
#include "check_wrong_handle.h"

static char bytes[4096];
static DWORD count, flags;
static int length;
static u_long number;
static u_short small;
static WSABUF buffer = {10, bytes};
static WSAMSG message = {NULL, 0, &buffer, 1, {0, NULL}, 0};
static OVERLAPPED overlapped;
static WSANETWORKEVENTS events;
static WSAPROTOCOL_INFOA narrow;
static WSAPROTOCOL_INFOW wide;
static struct sockaddr_in address;
static SOCKET connected, peer;
static GUID connect_ex = WSAID_CONNECTEX;

#define S ((SOCKET)h)
#define ADDRESS (struct sockaddr *)&address, sizeof address
#define LISTENER ((SOCKET)check_handles[KIND_SOCKET])

static BOOL fails_in_select(SOCKET s, int which)
{
    struct timeval at_once = {0, 0};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(s, &set);
    return select(0, which == 0 ? &set : NULL, which == 1 ? &set : NULL,
                  which == 2 ? &set : NULL, &at_once) == SOCKET_ERROR;
}

static BOOL fails_in_poll(SOCKET s)
{
    WSAPOLLFD polled = {s, POLLIN, 0};
    return WSAPoll(&polled, 1, 0) == SOCKET_ERROR;
}

#define CONNECTIONS(X) \
    X(accept, accept(S, NULL, NULL) == INVALID_SOCKET, "- socket") \
    X(WSAAccept, WSAAccept(S, NULL, NULL, NULL, 0) == INVALID_SOCKET, "- socket") \
    X(bind, bind(S, ADDRESS), "- socket") \
    X(connect, connect(S, ADDRESS), "- socket") \
    X(WSAConnect, WSAConnect(S, ADDRESS, NULL, NULL, NULL, NULL), "- socket") \
    X(listen, listen(S, 1), "- socket") \
    X(closesocket, closesocket(S), "- socket") \
    X(shutdown, shutdown(S, SD_BOTH), "- socket") \
    X(WSARecvDisconnect, WSARecvDisconnect(S, NULL), "- socket") \
    X(WSASendDisconnect, WSASendDisconnect(S, NULL), "- socket") \
    X(WSADuplicateSocketA, WSADuplicateSocketA(S, GetCurrentProcessId(), &narrow), "- socket") \
    X(WSADuplicateSocketW, WSADuplicateSocketW(S, GetCurrentProcessId(), &wide), "- socket") \
    X(AcceptEx, !AcceptEx(S, peer, bytes, 0, 32, 32, &count, &overlapped), "- socket") \
    X(AcceptEx_accepting, !AcceptEx(LISTENER, S, bytes, 0, 32, 32, &count, &overlapped), \
      "- socket")

#define DATA(X) \
    X(recv, recv(S, bytes, 1, 0) < 0, "- socket") \
    X(send, send(S, bytes, 1, 0) < 0, "- socket") \
    X(recvfrom, recvfrom(S, bytes, 1, 0, NULL, NULL) < 0, "- socket") \
    X(sendto, sendto(S, bytes, 1, 0, ADDRESS) < 0, "- socket") \
    X(WSARecv, WSARecv(S, &buffer, 1, &count, &flags, NULL, NULL), "- socket") \
    X(WSASend, WSASend(S, &buffer, 1, &count, 0, NULL, NULL), "- socket") \
    X(WSARecv_overlapped, WSARecv(S, &buffer, 1, &count, &flags, &overlapped, NULL), \
      "- socket") \
    X(WSASend_overlapped, WSASend(S, &buffer, 1, &count, 0, &overlapped, NULL), "- socket") \
    X(WSARecvFrom, WSARecvFrom(S, &buffer, 1, &count, &flags, NULL, NULL, NULL, NULL), \
      "- socket") \
    X(WSASendTo, WSASendTo(S, &buffer, 1, &count, 0, ADDRESS, NULL, NULL), "- socket") \
    X(WSASendMsg, WSASendMsg(S, &message, 0, &count, NULL, NULL), "- socket") \
    X(WSAGetOverlappedResult, !WSAGetOverlappedResult(S, &overlapped, &count, FALSE, &flags), \
      "- socket") \
    X(TransmitFile, !TransmitFile(S, NULL, 0, 0, &overlapped, NULL, 0), "- socket")

#define QUESTIONS(X) \
    X(getsockname, (length = 16, getsockname(S, (struct sockaddr *)bytes, &length)), \
      "- socket") \
    X(getpeername, (length = 16, getpeername(S, (struct sockaddr *)bytes, &length)), \
      "10057 socket") \
    X(getsockopt, (length = 4, getsockopt(S, SOL_SOCKET, SO_TYPE, bytes, &length)), "- socket") \
    X(setsockopt, setsockopt(S, SOL_SOCKET, SO_KEEPALIVE, bytes, 4), "- socket") \
    X(ioctlsocket, ioctlsocket(S, FIONREAD, &number), "- socket") \
    X(WSAIoctl, WSAIoctl(S, FIONREAD, NULL, 0, &number, 4, &count, NULL, NULL), "- socket") \
    X(WSAIoctl_extension, \
      WSAIoctl(S, SIO_GET_EXTENSION_FUNCTION_POINTER, &connect_ex, sizeof connect_ex, bytes, 8, \
               &count, NULL, NULL), "- socket") \
    X(WSAHtonl, WSAHtonl(S, 1, &number), "- socket") \
    X(WSAHtons, WSAHtons(S, 1, &small), "- socket") \
    X(WSANtohl, WSANtohl(S, 1, &number), "- socket") \
    X(WSANtohs, WSANtohs(S, 1, &small), "- socket") \
    X(WSAEventSelect, WSAEventSelect(S, check_handles[KIND_EVENT], FD_READ), "- socket") \
    X(WSAEnumNetworkEvents, WSAEnumNetworkEvents(S, NULL, &events), "- socket") \
    X(WSAAsyncSelect, WSAAsyncSelect(S, NULL, 0x400, FD_READ), "- socket") \
    X(select_reading, fails_in_select(S, 0), "- socket") \
    X(select_writing, fails_in_select(S, 1), "- socket") \
    X(select_exceptions, fails_in_select(S, 2), "- socket") \
    X(WSAPoll, fails_in_poll(S), "- socket") \
    X(WSAConnectByNameA, \
      !WSAConnectByNameA(S, "127.0.0.1", "9", NULL, NULL, NULL, NULL, NULL, NULL), "- socket")

/* Where a call wants another handle beside its socket. */
#define OTHERS(X) \
    X(WSAEventSelect_event, WSAEventSelect(connected, h, FD_READ), "10022 * - event") \
    X(WSACancelAsyncRequest, WSACancelAsyncRequest(h), "10022 *") \
    X(GetAddrInfoExCancel, (SetLastError((DWORD)GetAddrInfoExCancel(&h)), TRUE), "6 *") \
    X(TransmitFile_file, !TransmitFile(connected, h, 0, 0, &overlapped, NULL, 0), \
      "- null file folder socket pipe client reader writer slot sender changes")

CONNECTIONS(CHECK_WRONG_CALL)
DATA(CHECK_WRONG_CALL)
QUESTIONS(CHECK_WRONG_CALL)
OTHERS(CHECK_WRONG_CALL)

static const struct check_wrong_call connections[] = {CONNECTIONS(CHECK_WRONG_ROW)};
static const struct check_wrong_call data[] = {DATA(CHECK_WRONG_ROW)};
static const struct check_wrong_call questions[] = {QUESTIONS(CHECK_WRONG_ROW)};
static const struct check_wrong_call others[] = {OTHERS(CHECK_WRONG_ROW)};

int main(void)
{
    unsigned short port;
    SOCKET listener;
    check_open_every_kind();
    listener = check_net_listener(&port);
    address = check_net_loopback(port);
    connected = check_net_connect(port);
    peer = accept(listener, NULL, NULL);
    FACT("13.8", "Winsock says WSAENOTSOCK to what is no socket, and it goes on working");
    CHECK_WRONG_HANDLES(connections, WSAENOTSOCK);
    CHECK_WRONG_HANDLES(data, WSAENOTSOCK);
    CHECK_WRONG_HANDLES(questions, WSAENOTSOCK);
    CHECK_WRONG_HANDLES(others, WSAENOTSOCK);
    CHECK_EQ(closesocket(connected), 0);
    CHECK_EQ(closesocket(peer), 0);
    CHECK_EQ(closesocket(listener), 0);
    check_close_every_kind();
    return check_end();
}
