/* WSAIoctl about connections, with and without OVERLAPPED (T:sock:test_keepalive_vals,
 * test_fionbio, test_fionread_siocatmark, test_unsupported_ioctls, test_base_handle,
 * test_backlog_query, test_get_extension_func). */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <mstcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

#ifndef SIO_IDEAL_SEND_BACKLOG_QUERY
# define SIO_IDEAL_SEND_BACKLOG_QUERY 0x4004747b
#endif
#define UNSET 0xdeadbeef

static DWORD size;
static struct { DWORD error, bytes, calls; OVERLAPPED *overlapped; } heard;

static void CALLBACK hear(DWORD error, DWORD bytes, OVERLAPPED *overlapped, DWORD flags)
{
    (void)flags;
    heard.error = error;
    heard.bytes = bytes;
    heard.overlapped = overlapped;
    heard.calls++;
}

/* A command: 0 or its code; `size` says what *lpcbBytesReturned is then. */
static int ask(SOCKET s, DWORD code, void *in, DWORD in_size, void *out, DWORD out_size,
               OVERLAPPED *overlapped)
{
    size = UNSET;
    WSASetLastError(UNSET);
    WSAIoctl(s, code, in, in_size, out, out_size, &size, overlapped, NULL);
    return WSAGetLastError();
}

static void keep_alive(void)
{
    struct tcp_keepalive values = {0, 0, 0};
    OVERLAPPED overlapped, *ended = NULL;
    SOCKET s = check_net_socket();
    HANDLE port = CreateIoCompletionPort((HANDLE)s, NULL, 123, 0);
    ULONG_PTR key;
    DWORD bytes;
    int on = 77, length = sizeof on;

    FACT("5.12", "SIO_KEEPALIVE_VALS");
    CHECK_EQ(ask(s, SIO_KEEPALIVE_VALS, &values, 0, NULL, 0, NULL), WSAEFAULT);
    CHECK_EQ(size, 0);
    CHECK_EQ(ask(s, SIO_KEEPALIVE_VALS, NULL, sizeof values, NULL, 0, NULL), WSAEFAULT);
    CHECK_EQ(size, 0);
    CHECK_EQ(ask(s, SIO_KEEPALIVE_VALS, &values, sizeof values, NULL, 0, NULL), 0);
    CHECK_EQ(size, 0);
    CHECK_EQ(WSAIoctl(s, SIO_KEEPALIVE_VALS, &values, sizeof values, NULL, 0, NULL, NULL, NULL),
             SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    memset(&overlapped, 0, sizeof overlapped);
    CHECK_EQ(ask(s, SIO_KEEPALIVE_VALS, &values, sizeof values - 1, NULL, 0, &overlapped),
             WSAEFAULT);
    CHECK_EQ(size, UNSET);
    CHECK_EQ(ask(s, SIO_KEEPALIVE_VALS, &values, sizeof values, NULL, 0, &overlapped), 0);
    CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &ended, 0));
    CHECK_EQ(bytes, 0);
    CHECK(ended == &overlapped);
    values.onoff = 1;
    CHECK_EQ(ask(s, SIO_KEEPALIVE_VALS, &values, sizeof values, NULL, 0, NULL), 0);
    values.keepalivetime = values.keepaliveinterval = 100;
    CHECK_EQ(ask(s, SIO_KEEPALIVE_VALS, &values, sizeof values, NULL, 0, NULL), 0);
    values.keepalivetime = values.keepaliveinterval = 10000;
    CHECK_EQ(ask(s, SIO_KEEPALIVE_VALS, &values, sizeof values, NULL, 0, NULL), 0);
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&on, &length), 0);
    CHECK_EQ(on, 1);
    CHECK_EQ(closesocket(s), 0);
    CHECK(CloseHandle(port));
}

static void blocking(void)
{
    u_long one = 1;
    OVERLAPPED overlapped, *ended = NULL;
    SOCKET s = check_net_socket();
    HANDLE port = CreateIoCompletionPort((HANDLE)s, NULL, 123, 0);
    ULONG_PTR key;
    DWORD bytes;

    FACT("5.12", "FIONBIO");
    CHECK_EQ(WSAIoctl(s, FIONBIO, &one, sizeof one, NULL, 0, NULL, NULL, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    memset(&overlapped, 0, sizeof overlapped);
    CHECK_EQ(ask(s, FIONBIO, &one, sizeof one - 1, NULL, 0, &overlapped), WSAEFAULT);
    CHECK_EQ(ask(s, FIONBIO, &one, sizeof one, NULL, 0, NULL), 0);
    CHECK_EQ(size, 0);
    CHECK_EQ(ask(s, FIONBIO, &one, sizeof one + 1, NULL, 0, NULL), 0);
    CHECK_EQ(ask(s, FIONBIO, &one, sizeof one, NULL, 0, &overlapped), 0);
    CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &ended, 0));
    CHECK_EQ(bytes, 0);
    CHECK(ended == &overlapped);
    CHECK_EQ(closesocket(s), 0);
    CHECK(CloseHandle(port));
}

static void readable(void)
{
    DWORD value = UNSET;
    OVERLAPPED overlapped;
    SOCKET s = check_net_socket();

    FACT("5.12", "FIONREAD and SIOCATMARK: no room, and nothing is told");
    CHECK_EQ(ask(s, FIONREAD, NULL, 0, &value, sizeof value - 1, NULL), WSAEFAULT);
    CHECK_EQ(size, UNSET);
    CHECK_EQ(ask(s, SIOCATMARK, NULL, 0, &value, sizeof value - 1, NULL), WSAEFAULT);
    CHECK_EQ(size, UNSET);
    CHECK_EQ(ask(s, FIONREAD, NULL, 0, &value, sizeof value, NULL), 0);
    CHECK_EQ(value, 0);
    CHECK_EQ(ask(s, SIOCATMARK, NULL, 0, &value, sizeof value, NULL), 0);
    CHECK_EQ(value, TRUE);

    FACT("5.12", "with a routine, which runs in the next alertable wait");
    memset(&overlapped, 0, sizeof overlapped);
    size = UNSET;
    CHECK_EQ(WSAIoctl(s, FIONREAD, NULL, 0, &value, sizeof value, &size, &overlapped, hear), 0);
    CHECK_EQ(size, sizeof value);
    CHECK_EQ(heard.calls, 0);
    CHECK_EQ(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    CHECK(heard.calls == 1 && heard.error == 0 && heard.bytes == 0);
    CHECK(heard.overlapped == &overlapped);
    CHECK_EQ(closesocket(s), 0);
}

static void unknown(DWORD code)
{
    OVERLAPPED overlapped, *ended = NULL;
    SOCKET s = check_net_socket();
    HANDLE port = CreateIoCompletionPort((HANDLE)s, NULL, 123, 0);
    ULONG_PTR key = 0;
    DWORD bytes = UNSET;

    SHOW("command 0x%08x", (unsigned)code);
    memset(&overlapped, 0, sizeof overlapped);
    CHECK_EQ(WSAIoctl(s, code, NULL, 0, NULL, 0, NULL, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(ask(s, code, NULL, 0, NULL, 0, NULL), WSAEOPNOTSUPP);
    CHECK_EQ(size, 0);
    CHECK_EQ(ask(s, code, NULL, 0, NULL, 0, &overlapped), ERROR_IO_PENDING);
    CHECK_EQ(size, UNSET);
    CHECK(!GetQueuedCompletionStatus(port, &bytes, &key, &ended, 0));
    CHECK_EQ(GetLastError(), ERROR_NOT_SUPPORTED);
    CHECK_EQ(bytes, 0);
    CHECK_EQ(key, 123);
    CHECK(ended == &overlapped);
    CHECK_EQ((DWORD)overlapped.Internal, 0xC00000BB);
    CHECK_EQ(overlapped.InternalHigh, 0);
    CHECK(CloseHandle(port));
    CHECK_EQ(closesocket(s), 0);

    s = check_net_socket();
    heard.calls = 0;
    CHECK_EQ(WSAIoctl(s, code, NULL, 0, NULL, 0, &size, &overlapped, hear), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), ERROR_IO_PENDING);
    CHECK_EQ(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    CHECK(heard.calls == 1 && heard.error == WSAEOPNOTSUPP && heard.bytes == 0);
    CHECK_EQ(closesocket(s), 0);
}

static void base_handle(void)
{
    SOCKET base = UNSET, s = check_net_socket();
    OVERLAPPED overlapped;

    FACT("5.12", "SIO_BASE_HANDLE is unknown with an OVERLAPPED");
    memset(&overlapped, 0, sizeof overlapped);
    CHECK_EQ(ask(s, SIO_BASE_HANDLE, NULL, 0, &base, sizeof base, NULL), 0);
    CHECK(base == s && size == sizeof base);
    base = UNSET;
    CHECK_EQ(ask(s, SIO_BASE_HANDLE, NULL, 0, &base, sizeof base, &overlapped), ERROR_IO_PENDING);
    CHECK_EQ(size, UNSET);
    CHECK_EQ((DWORD)overlapped.Internal, 0xC00000BB);
    CHECK_EQ(base, UNSET);
    CHECK_EQ(closesocket(s), 0);
}

static void extension(void)
{
    GUID accept_guid = WSAID_ACCEPTEX, nobody = {UNSET, 0, 0, {0}};
    OVERLAPPED overlapped;
    void *function = NULL;
    SOCKET s = check_net_socket();

    FACT("11.8", "an unknown GUID: nothing is told, and the OVERLAPPED is left alone");
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.Internal = UNSET;
    CHECK_EQ(ask(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &accept_guid, sizeof(GUID), &function,
                 sizeof function, NULL), 0);
    CHECK(size == sizeof function && function != NULL);
    CHECK_EQ(ask(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &nobody, sizeof(GUID), &function,
                 sizeof function, &overlapped), WSAEINVAL);
    CHECK_EQ(size, UNSET);
    CHECK_EQ(overlapped.Internal, UNSET);
    CHECK_EQ(closesocket(s), 0);
}

static void backlog(void)
{
    unsigned short port;
    ULONG ideal = 0;
    SOCKET listener = check_net_listener(&port), s = check_net_socket(), datagram;

    FACT("5.12", "SIO_IDEAL_SEND_BACKLOG_QUERY");
    CHECK_EQ(ask(s, SIO_IDEAL_SEND_BACKLOG_QUERY, NULL, 0, &ideal, sizeof ideal, NULL),
             WSAENOTCONN);
    CHECK_EQ(closesocket(s), 0);
    s = check_net_connect(port);
    CHECK_EQ(ask(s, SIO_IDEAL_SEND_BACKLOG_QUERY, NULL, 0, &ideal, sizeof ideal, NULL), 0);
    CHECK_EQ(ideal, 0x10000);
    datagram = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    CHECK_EQ(ask(datagram, SIO_IDEAL_SEND_BACKLOG_QUERY, NULL, 0, &ideal, sizeof ideal, NULL),
             WSAEOPNOTSUPP);
    CHECK_EQ(closesocket(datagram), 0);
    CHECK_EQ(closesocket(s), 0);
    CHECK_EQ(closesocket(listener), 0);
}

int main(void)
{
    check_net_start();
    keep_alive();
    blocking();
    readable();
    FACT("5.12", "unknown commands: 10045, or pending and then that");
    unknown(0xdeadbeef);
    unknown(FIOASYNC);
    unknown(0x667e);
    unknown(SIO_FLUSH);
    base_handle();
    extension();
    backlog();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
