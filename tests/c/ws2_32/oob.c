/* Semantics 5.8: urgent data, one byte beside the others or among them. */
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static int marked(SOCKET s)
{
    u_long at_mark = 77;
    CHECK_EQ(ioctlsocket(s, SIOCATMARK, &at_mark), 0);
    return (int)at_mark;
}

static int exceptional(SOCKET s, long milliseconds)
{
    struct timeval time = {milliseconds / 1000, milliseconds % 1000 * 1000};
    fd_set set;

    FD_ZERO(&set);
    FD_SET(s, &set);
    return select(0, NULL, NULL, &set, &time);
}

static void beside(SOCKET client, SOCKET server)
{
    char text[8] = "";
    u_long on = 1, off = 0;

    FACT("5.8", "none there: would block");
    CHECK_EQ(ioctlsocket(server, FIONBIO, &on), 0);
    CHECK_EQ(marked(server), 1);
    CHECK_EQ(recv(server, text, sizeof text, MSG_OOB), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);

    FACT("5.8", "an urgent byte is read beside the data, once");
    CHECK_EQ(send(client, "ab", 2, 0), 2);
    CHECK_EQ(send(client, "X", 1, MSG_OOB), 1);
    CHECK_EQ(send(client, "cd", 2, 0), 2);
    CHECK_EQ(exceptional(server, 10000), 1);
    CHECK_EQ(recv(server, text, sizeof text, MSG_OOB | MSG_PEEK), 1);
    CHECK_EQ(text[0], 'X');
    CHECK_EQ(recv(server, text, sizeof text, 0), 2);
    CHECK(memcmp(text, "ab", 2) == 0);
    CHECK_EQ(recv(server, text, sizeof text, MSG_OOB), 1);
    CHECK_EQ(text[0], 'X');
    CHECK_EQ(exceptional(server, 0), 0);
    CHECK_EQ(recv(server, text, sizeof text, MSG_OOB), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
    CHECK_EQ(ioctlsocket(server, FIONBIO, &off), 0);
    CHECK_EQ(recv(server, text, sizeof text, 0), 2);
    CHECK(memcmp(text, "cd", 2) == 0);
    CHECK_EQ(marked(server), 1);
}

static void waits(SOCKET client, SOCKET server)
{
    char text[8] = "";
    WSABUF buffer = {sizeof text, text};
    WSAOVERLAPPED request;
    DWORD count = 0, flags = MSG_OOB;

    FACT("5.8", "an overlapped receive waits for the urgent byte");
    memset(&request, 0, sizeof request);
    request.hEvent = WSACreateEvent();
    CHECK_EQ(WSARecv(server, &buffer, 1, NULL, &flags, &request, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(send(client, "Y", 1, MSG_OOB), 1);
    CHECK_EQ(WaitForSingleObject(request.hEvent, INFINITE), WAIT_OBJECT_0);
    CHECK(WSAGetOverlappedResult(server, &request, &count, FALSE, &flags));
    CHECK_EQ(count, 1);
    CHECK_EQ(text[0], 'Y');
    CHECK(WSACloseEvent(request.hEvent));
}

static DWORD WINAPI send_urgent(void *context)
{
    SOCKET client = *(SOCKET *)context;
    return send(client, "no", 2, 0) == 2 && send(client, "Z", 1, MSG_OOB) == 1;
}

static void blocks(SOCKET client, SOCKET server)
{
    char text[8] = "";
    HANDLE thread;

    FACT("5.8", "so does a blocking one, whatever else arrives");
    thread = CreateThread(NULL, 0, send_urgent, &client, 0, NULL);
    CHECK_EQ(recv(server, text, sizeof text, MSG_OOB), 1);
    CHECK_EQ(text[0], 'Z');
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(CloseHandle(thread));
    CHECK_EQ(recv(server, text, sizeof text, 0), 2);
}

static void inlined(SOCKET client, SOCKET server)
{
    BOOL on = TRUE;
    char text[8] = "";

    FACT("5.8", "with SO_OOBINLINE it stands among the data, and is not there beside it");
    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_OOBINLINE, (char *)&on, sizeof on), 0);
    CHECK_EQ(send(client, "e", 1, MSG_OOB), 1);
    CHECK_EQ(recv(server, text, sizeof text, 0), 1);
    CHECK_EQ(text[0], 'e');
    CHECK_EQ(exceptional(server, 0), 0);
    CHECK_EQ(recv(server, text, sizeof text, MSG_OOB), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
}

int main(void)
{
    SOCKET client, server;

    check_net_start();
    check_net_pair(&client, &server);
    beside(client, server);
    waits(client, server);
    blocks(client, server);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);
    check_net_pair(&client, &server);
    inlined(client, server);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
