// WSAAsyncGetHostByName and its family: the answer comes as a message.
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_window.h"

#define ANSWER (WM_USER + 7)

static HWND window;
static char buffer[MAXGETHOSTSTRUCT];
static LPARAM answer;

/* Takes the answer out of the queue; 0 if it never comes. */
static int answer_comes(HWND asking, UINT number, MSG *msg)
{
    while (!PeekMessageA(msg, asking, number, number, PM_REMOVE))
        if (MsgWaitForMultipleObjects(0, NULL, FALSE, 20000, QS_POSTMESSAGE) == WAIT_TIMEOUT)
            return 0;
    return 1;
}

/* The code in the answer to this request; -1 if it never comes. */
static int answered_at(HWND asking, HANDLE request)
{
    MSG msg;
    if (!request || !answer_comes(asking, ANSWER, &msg))
        return -1;
    answer = msg.lParam;
    return (HANDLE)msg.wParam == request ? (int)WSAGETASYNCERROR(msg.lParam) : -2;
}

static int answered(HANDLE request)
{
    return answered_at(window, request);
}

static int inside(const void *place)
{
    return (const char *)place >= buffer && (const char *)place < buffer + sizeof buffer;
}

static void hosts(void)
{
    struct hostent *host = (struct hostent *)buffer;
    struct in_addr address;
    FACT("D:WSAAsyncGetHostByName", "the record is in the buffer, with all that it points at");
    CHECK_EQ(answered(WSAAsyncGetHostByName(window, ANSWER, "127.0.0.1", buffer, sizeof buffer)),
             0);
    CHECK_EQ(host->h_addrtype, AF_INET);
    CHECK_EQ(host->h_length, 4);
    CHECK(inside(host->h_name) && inside(host->h_addr_list) && inside(host->h_addr_list[0]));
    CHECK(inside(host->h_aliases) && host->h_addr_list[1] == NULL);
    CHECK_EQ(*(unsigned *)host->h_addr_list[0], htonl(INADDR_LOOPBACK));
    CHECK_EQ(answered(WSAAsyncGetHostByName(window, ANSWER, "localhost", buffer, sizeof buffer)),
             0);
    CHECK_EQ(*(unsigned *)host->h_addr_list[0], htonl(INADDR_LOOPBACK));
    FACT("D:WSAAsyncGetHostByName", "a name that nobody has");
    CHECK_EQ(answered(WSAAsyncGetHostByName(window, ANSWER, "no-such-host.invalid", buffer,
                                            sizeof buffer)) >= WSAHOST_NOT_FOUND,
             1);
    FACT("D:WSAAsyncGetHostByName", "a buffer that is too small: the message says how large");
    memset(buffer, 7, sizeof buffer);
    CHECK_EQ(answered(WSAAsyncGetHostByName(window, ANSWER, "127.0.0.1", buffer, 10)),
             WSAENOBUFS);
    CHECK(WSAGETASYNCBUFLEN(answer) > 10 && WSAGETASYNCBUFLEN(answer) < 200);
    CHECK_EQ(answered(WSAAsyncGetHostByName(window, ANSWER, "127.0.0.1", buffer,
                                            WSAGETASYNCBUFLEN(answer))),
             0);
    FACT("D:WSAAsyncGetHostByAddr", "the same for an address");
    address.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_EQ(answered(WSAAsyncGetHostByAddr(window, ANSWER, (char *)&address, 4, AF_INET, buffer,
                                            sizeof buffer)),
             0);
    CHECK(inside(host->h_name) && host->h_name[0]);
}

static void services(void)
{
    struct servent *service = (struct servent *)buffer;
    FACT("D:WSAAsyncGetServByName", "services by name and by port");
    CHECK_EQ(answered(WSAAsyncGetServByName(window, ANSWER, "http", "tcp", buffer,
                                            sizeof buffer)),
             0);
    CHECK_STR(service->s_name, "http");
    CHECK_EQ(service->s_port, htons(80));
    CHECK_STR(service->s_proto, "tcp");
    CHECK(inside(service->s_name) && inside(service->s_aliases) && inside(service->s_proto));
    CHECK_EQ(answered(WSAAsyncGetServByPort(window, ANSWER, htons(80), NULL, buffer,
                                            sizeof buffer)),
             0);
    CHECK_STR(service->s_name, "http");
    CHECK_EQ(answered(WSAAsyncGetServByName(window, ANSWER, "no such service", NULL, buffer,
                                            sizeof buffer)),
             WSANO_DATA);
}

static void protocols(void)
{
    struct protoent *protocol = (struct protoent *)buffer;
    FACT("D:WSAAsyncGetProtoByName", "protocols by name and by number");
    CHECK_EQ(answered(WSAAsyncGetProtoByName(window, ANSWER, "udp", buffer, sizeof buffer)), 0);
    CHECK_EQ(protocol->p_proto, 17);
    CHECK_STR(protocol->p_name, "udp");
    CHECK_STR(protocol->p_aliases[0], "UDP");
    CHECK_EQ(answered(WSAAsyncGetProtoByNumber(window, ANSWER, 6, buffer, sizeof buffer)), 0);
    CHECK_STR(protocol->p_name, "tcp");
    CHECK_EQ(answered(WSAAsyncGetProtoByNumber(window, ANSWER, 999, buffer, sizeof buffer)),
             WSANO_DATA);
}

/* Requests that wait together, each with its own buffer, message and window. */
static void several(void)
{
    enum { REQUESTS = 10 };
    static char buffers[REQUESTS][MAXGETHOSTSTRUCT];
    static const char *const names[] = {"tcp", "udp"};
    static const int numbers[] = {6, 17};
    HANDLE requests[REQUESTS];
    HWND gone = window_make("async get", NULL), other = window_make("async get", NULL);
    int right = 0;
    MSG msg;
    FACT("D:WSAAsyncGetHostByName", "a request has a handle of its own, which its message names");
    for (int index = 0; index < REQUESTS; index++)
        requests[index] = WSAAsyncGetProtoByName(window, ANSWER + index, names[index % 2],
                                                 buffers[index], sizeof buffers[index]);
    for (int index = 0; index < REQUESTS; index++) {
        right += answer_comes(window, ANSWER + index, &msg) &&
                 (HANDLE)msg.wParam == requests[index] && WSAGETASYNCERROR(msg.lParam) == 0 &&
                 ((struct protoent *)buffers[index])->p_proto == numbers[index % 2];
        for (int before = 0; before < index; before++)
            right -= requests[before] == requests[index];
    }
    CHECK_EQ(right, REQUESTS);
    FACT("D:WSAAsyncGetHostByName", "an answer to a window that has gone is lost, nothing else");
    CHECK(WSAAsyncGetProtoByName(gone, ANSWER, "tcp", buffers[0], sizeof buffers[0]) != NULL);
    CHECK(DestroyWindow(gone));
    requests[1] = WSAAsyncGetProtoByName(other, ANSWER, "udp", buffer, sizeof buffer);
    CHECK_EQ(answered_at(other, requests[1]), 0);
    CHECK_EQ(((struct protoent *)buffer)->p_proto, 17);
    CHECK(!PeekMessageA(&msg, NULL, ANSWER, ANSWER, PM_REMOVE));
    CHECK(DestroyWindow(other));
}

static void bad_questions(void)
{
    unsigned char address[4] = {127, 0, 0, 1};
    FACT("D:WSAAsyncGetHostByAddr", "the message tells of bad addresses");
    int short_address = answered(WSAAsyncGetHostByAddr(window, ANSWER, (char *)address, 3, AF_INET,
                                                       buffer, sizeof buffer));
    CHECK_EQ(short_address, WSAEFAULT);
    CHECK_EQ(answered(WSAAsyncGetHostByAddr(window, ANSWER, (char *)address, 4, AF_UNIX, buffer,
                                            sizeof buffer)),
             WSAEAFNOSUPPORT);
    FACT("D:WSAAsyncGetHostByAddr", "a buffer of no length");
    CHECK_EQ(answered(WSAAsyncGetProtoByName(window, ANSWER, "udp", buffer, 0)), WSAENOBUFS);
}

static void cancelling(void)
{
    HANDLE request;
    MSG msg;
    int one_or_the_other = 1;
    FACT("D:WSACancelAsyncRequest", "what has been answered cannot be cancelled");
    request = WSAAsyncGetProtoByName(window, ANSWER, "udp", buffer, sizeof buffer);
    CHECK_EQ(answered(request), 0);
    CHECK_EQ(WSACancelAsyncRequest(request), SOCKET_ERROR);
    CHECK(WSAGetLastError() == WSAEALREADY && "cancelled late");
    CHECK_EQ(WSACancelAsyncRequest((HANDLE)0x7000), SOCKET_ERROR);
    CHECK(WSAGetLastError() == WSAEINVAL && "never given");
    FACT("D:WSACancelAsyncRequest", "a cancelled request is never answered");
    for (int index = 0; index < 200; index++) {
        request = WSAAsyncGetProtoByName(window, ANSWER, "udp", buffer, sizeof buffer);
        /* It was cancelled or it has been answered, not both. */
        if (WSACancelAsyncRequest(request) == 0)
            one_or_the_other &= !PeekMessageA(&msg, window, ANSWER, ANSWER, PM_REMOVE);
        else
            one_or_the_other &= answered(request) == 0;
    }
    CHECK(one_or_the_other);
}

static void bad_requests(void)
{
    HWND gone = window_make("async get", NULL);
    FACT("D:WSAAsyncGetHostByName", "requests that cannot be");
    DestroyWindow(gone);
    CHECK(!WSAAsyncGetHostByName(gone, ANSWER, "localhost", buffer, sizeof buffer) && "no window");
    CHECK(WSAGetLastError() == WSAEINVAL && "no window");
    CHECK(WSACleanup() == 0);
    CHECK(!WSAAsyncGetProtoByName(window, ANSWER, "udp", buffer, sizeof buffer) && "not started");
    CHECK(WSAGetLastError() == WSANOTINITIALISED && "not started");
}

int main(void)
{
    check_net_start();
    CHECK(window_class("async get", DefWindowProcA));
    window = window_make("async get", NULL);
    REQUIRE(window != NULL);
    hosts();
    services();
    protocols();
    several();
    bad_questions();
    cancelling();
    bad_requests();
    return check_end();
}
