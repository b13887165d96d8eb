/* GetAddrInfoExW: the same names, also while the program goes on (T:protocol:
 * test_GetAddrInfoExW). */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

#ifdef __MINGW32__ /* its header lacks them */
typedef void(CALLBACK *ROUTINE)(DWORD, DWORD, LPWSAOVERLAPPED);
INT WSAAPI GetAddrInfoExOverlappedResult(LPOVERLAPPED);
#else
typedef LPLOOKUPSERVICE_COMPLETION_ROUTINE ROUTINE;
#endif
#ifndef NS_DNS
# define NS_DNS 12
#endif

#define UNSET ((ADDRINFOEXW *)(UINT_PTR)0xdead0000)
#define PATIENCE 20000

static struct {
    DWORD error, bytes, internal, calls, thread;
    LPWSAOVERLAPPED overlapped;
    HANDLE done;
} heard;

static void CALLBACK hear(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped)
{
    heard.error = error;
    heard.bytes = bytes;
    heard.internal = (DWORD)overlapped->Internal;
    heard.overlapped = overlapped;
    heard.thread = GetCurrentThreadId();
    heard.calls++;
    SetEvent(heard.done);
}

static int ask(const WCHAR *node, const WCHAR *service, const ADDRINFOEXW *hints,
               ADDRINFOEXW **result, OVERLAPPED *overlapped, ROUTINE routine)
{
    return GetAddrInfoExW(node, service, NS_DNS, NULL, hints, result, NULL, overlapped,
                          (LPLOOKUPSERVICE_COMPLETION_ROUTINE)routine, NULL);
}

static void at_once(void)
{
    ADDRINFOEXW *result = UNSET, hints;
    struct sockaddr_in *v4;

    FACT("14.7", "neither node nor service: no such host, and no result");
    CHECK_EQ(ask(NULL, NULL, NULL, &result, NULL, NULL), WSAHOST_NOT_FOUND);
    CHECK_EQ(WSAGetLastError(), WSAHOST_NOT_FOUND);
    CHECK(result == NULL);

    FACT("14.7", "an empty name is this machine");
    CHECK_EQ(ask(L"", NULL, NULL, &result, NULL, NULL), 0);
    CHECK_EQ(WSAGetLastError(), 0);
    CHECK(result != NULL);
    FreeAddrInfoExW(result);

    FACT("14.2", "an entry has the members of GetAddrInfoW's, and three that are empty");
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_protocol = IPPROTO_TCP;
    REQUIRE(ask(L"127.0.0.1", L"80", &hints, &result, NULL, NULL) == 0);
    CHECK_EQ(result->ai_family, AF_INET);
    CHECK_EQ(result->ai_socktype, SOCK_STREAM);
    CHECK_EQ(result->ai_protocol, IPPROTO_TCP);
    CHECK_EQ(result->ai_addrlen, sizeof *v4);
    v4 = (struct sockaddr_in *)result->ai_addr;
    CHECK_EQ(ntohs(v4->sin_port), 80);
    CHECK_EQ(ntohl(v4->sin_addr.s_addr), INADDR_LOOPBACK);
    CHECK(result->ai_blob == NULL && result->ai_bloblen == 0 && result->ai_provider == NULL);
    CHECK(result->ai_next == NULL);
    FreeAddrInfoExW(result);
    FreeAddrInfoExW(NULL);
}

static void with_event(void)
{
    ADDRINFOEXW *result = UNSET;
    OVERLAPPED overlapped;
    HANDLE event = WSACreateEvent();
    DWORD code;
    int told;

    FACT("14.7", "overlapped: pending, then the event, and the code in the OVERLAPPED");
    memset(&overlapped, 0xcc, sizeof overlapped);
    overlapped.hEvent = event;
    CHECK_EQ(ask(L"localhost", L"80", NULL, &result, &overlapped, NULL), ERROR_IO_PENDING);
    CHECK_EQ(WSAGetLastError(), ERROR_IO_PENDING);
    CHECK(result != UNSET);
    code = (DWORD)overlapped.Internal;
    CHECK(code == WSAEINPROGRESS || code == 0);
    CHECK_EQ(WaitForSingleObject(event, PATIENCE), WAIT_OBJECT_0);
    CHECK_EQ(GetAddrInfoExOverlappedResult(&overlapped), 0);
    CHECK(overlapped.hEvent == event);
    CHECK_EQ(overlapped.Internal, 0);
    CHECK(overlapped.Pointer == &result);
    CHECK(result != NULL);
    FreeAddrInfoExW(result);
    CHECK_EQ(GetAddrInfoExOverlappedResult(NULL), WSAEINVAL);

    FACT("14.7", "what is wrong at once is told at once, and the event stays as it was");
    CHECK(ResetEvent(event));
    result = UNSET;
    told = ask(NULL, NULL, NULL, &result, &overlapped, NULL);
    CHECK(told == WSAHOST_NOT_FOUND && WaitForSingleObject(event, 0) == WAIT_TIMEOUT);
    CHECK(result == NULL);
    FACT("14.7", "an event and a routine: one too many");
    CHECK_EQ(ask(L"localhost", NULL, NULL, &result, &overlapped, hear), WSAEINVAL);
    CHECK(WSACloseEvent(event));
}

static void with_routine(void)
{
    ADDRINFOEXW *result = UNSET;
    OVERLAPPED overlapped;

    FACT("14.7", "a routine is called by another thread, without an alertable wait");
    heard.done = CreateEventA(NULL, FALSE, FALSE, NULL);
    memset(&overlapped, 0, sizeof overlapped);
    CHECK_EQ(ask(L"127.0.0.1", L"7", NULL, &result, &overlapped, hear), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(heard.done, PATIENCE), WAIT_OBJECT_0);
    CHECK_EQ(heard.calls, 1);
    CHECK_EQ(heard.error, 0);
    CHECK_EQ(heard.bytes, 0);
    CHECK_EQ(heard.internal, 0);
    CHECK(heard.overlapped == &overlapped);
    CHECK(heard.thread != GetCurrentThreadId());
    CHECK(overlapped.hEvent == NULL && overlapped.Pointer == &result);
    CHECK_EQ(GetAddrInfoExOverlappedResult(&overlapped), 0);
    CHECK(result != NULL);
    FreeAddrInfoExW(result);

    FACT("14.7", "a failure is told in the same way");
    result = UNSET;
    CHECK_EQ(ask(L"127.0.0.1", L"nonexistentservice", NULL, &result, &overlapped, hear),
             ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(heard.done, PATIENCE), WAIT_OBJECT_0);
    CHECK_EQ(heard.calls, 2);
    CHECK_EQ(heard.error, WSATYPE_NOT_FOUND);
    CHECK_EQ(GetAddrInfoExOverlappedResult(&overlapped), WSATYPE_NOT_FOUND);
    CHECK(result == NULL);
    CHECK(CloseHandle(heard.done));
}

int main(void)
{
    ADDRINFOEXW *result = UNSET;

    FACT("5.15", "before WSAStartup: 10093");
    CHECK_EQ(ask(L"127.0.0.1", NULL, NULL, &result, NULL, NULL), WSANOTINITIALISED);
    check_net_start();
    at_once();
    with_event();
    with_routine();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
