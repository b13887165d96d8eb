// test: native Wine 8 cancels nothing, knows no time-outs, and has no GetAddrInfoExA
/* GetAddrInfoEx: cancelling, time-outs, name spaces, and the A form (D:GetAddrInfoExW,
 * D:GetAddrInfoExCancel).  Which end comes first is left to chance where a look-up runs: what must
 * hold is that there is one end, and only one. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

#define UNSET ((ADDRINFOEXW *)(UINT_PTR)0xdead0000)
#define ROUNDS 200

static LONG calls, results;
static HANDLE done;

static void CALLBACK hear(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped)
{
    (void)bytes;
    if (error == 0) InterlockedIncrement(&results);
    else if (error != WSA_E_CANCELLED) CHECK_EQ(error, WSA_E_CANCELLED);
    if (GetAddrInfoExOverlappedResult(overlapped) != (INT)error) CHECK(!"another code");
    if (InterlockedIncrement(&calls) == ROUNDS) SetEvent(done);
}

static void cancels(void)
{
    static OVERLAPPED overlapped[ROUNDS];
    static ADDRINFOEXW *result[ROUNDS];
    static HANDLE handle[ROUNDS];
    int i, pending = 0, cancelled = 0, ended = 0, freed = 0;

    FACT("14.7", "each look-up has one end: its answer or its cancellation");
    done = CreateEventA(NULL, FALSE, FALSE, NULL);
    for (i = 0; i < ROUNDS; i++) {
        int code = GetAddrInfoExW(L"localhost", L"80", NS_ALL, NULL, NULL, &result[i], NULL,
                                  &overlapped[i], hear, &handle[i]);
        pending += code == ERROR_IO_PENDING && handle[i] != NULL;
    }
    CHECK_EQ(pending, ROUNDS);
    for (i = 0; i < ROUNDS; i++) {
        int code = GetAddrInfoExCancel(&handle[i]);
        if (code == 0) cancelled++;
        else if (code == WSA_INVALID_HANDLE) ended++;
    }
    CHECK_EQ(cancelled + ended, ROUNDS);
    CHECK_EQ(WaitForSingleObject(done, 60000), WAIT_OBJECT_0);
    CHECK_EQ(calls, ROUNDS);
    CHECK(results == ended);
    for (i = 0; i < ROUNDS; i++) {
        freed += result[i] != NULL;
        FreeAddrInfoExW(result[i]);
    }
    CHECK(freed == ended);

    FACT("14.7", "what has ended cannot be cancelled");
    CHECK_EQ(GetAddrInfoExCancel(&handle[0]), WSA_INVALID_HANDLE);
    CHECK_EQ(GetAddrInfoExCancel(NULL), WSA_INVALID_HANDLE);
    CHECK(CloseHandle(done));
}

static void times_out(void)
{
    struct timeval none = {0, 0}, wrong = {-1, 0}, enough = {60, 0};
    ADDRINFOEXW *result = UNSET;
    OVERLAPPED overlapped;
    int code;

    FACT("14.7", "a time-out ends a look-up, overlapped or not");
    code = GetAddrInfoExW(L"localhost", NULL, NS_DNS, NULL, NULL, &result, &none, NULL, NULL,
                          NULL);
    CHECK(code == WSAETIMEDOUT || code == 0);
    CHECK((result == NULL) == (code != 0));
    FreeAddrInfoExW(result);
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = WSACreateEvent();
    CHECK_EQ(GetAddrInfoExW(L"localhost", NULL, NS_DNS, NULL, NULL, &result, &none, &overlapped,
                            NULL, NULL), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(overlapped.hEvent, 60000), WAIT_OBJECT_0);
    code = GetAddrInfoExOverlappedResult(&overlapped);
    CHECK(code == WSAETIMEDOUT || code == 0);
    CHECK((result == NULL) == (code != 0));
    FreeAddrInfoExW(result);
    CHECK_EQ(GetAddrInfoExW(L"localhost", NULL, NS_DNS, NULL, NULL, &result, &wrong, NULL, NULL,
                            NULL), WSAEINVAL);
    CHECK_EQ(GetAddrInfoExW(L"127.0.0.1", NULL, NS_DNS, NULL, NULL, &result, &enough, NULL, NULL,
                            NULL), 0);
    FreeAddrInfoExW(result);
    CHECK(WSACloseEvent(overlapped.hEvent));
}

static void refuses(void)
{
    ADDRINFOEXW *result = UNSET, hints;
    OVERLAPPED overlapped;
    GUID nobody = {1, 2, 3, {4}};

    FACT("14.7", "what is refused");
    CHECK_EQ(GetAddrInfoExW(L"localhost", NULL, NS_WINS, NULL, NULL, &result, NULL, NULL, NULL,
                            NULL), WSASERVICE_NOT_FOUND);
    CHECK(result == NULL);
    CHECK_EQ(GetAddrInfoExW(L"localhost", NULL, NS_DNS, &nobody, NULL, &result, NULL, NULL, NULL,
                            NULL), WSASERVICE_NOT_FOUND);
    CHECK_EQ(GetAddrInfoExW(L"localhost", NULL, NS_DNS, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
             WSAEFAULT);
    CHECK_EQ(GetAddrInfoExW(L"localhost", NULL, NS_DNS, NULL, NULL, &result, NULL, NULL, hear,
                            NULL), WSAEINVAL);
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = (HANDLE)(UINT_PTR)0xdead0;
    CHECK_EQ(GetAddrInfoExW(L"localhost", NULL, NS_DNS, NULL, NULL, &result, NULL, &overlapped,
                            NULL, NULL), WSA_INVALID_HANDLE);
    memset(&hints, 0, sizeof hints);
    hints.ai_family = 99;
    CHECK_EQ(GetAddrInfoExW(L"localhost", NULL, NS_DNS, NULL, &hints, &result, NULL, NULL, NULL,
                            NULL), WSAEAFNOSUPPORT);
    hints.ai_family = AF_INET;
    hints.ai_addrlen = 1;
    CHECK_EQ(GetAddrInfoExW(L"localhost", NULL, NS_DNS, NULL, &hints, &result, NULL, NULL, NULL,
                            NULL), WSANO_RECOVERY);
}

static void narrow(void)
{
    ADDRINFOEXA *result = NULL, hints;
    struct timeval time = {1, 0};

    FACT("14.7", "the A form answers at once, and only so");
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_INET;
    hints.ai_flags = AI_CANONNAME;
    REQUIRE(GetAddrInfoExA("127.0.0.1", "9", NS_ALL, NULL, &hints, &result, NULL, NULL, NULL,
                           NULL) == 0);
    CHECK_STR(result->ai_canonname, "127.0.0.1");
    CHECK_EQ(ntohs(((struct sockaddr_in *)result->ai_addr)->sin_port), 9);
    FreeAddrInfoEx(result);
    FreeAddrInfoEx(NULL);
    CHECK_EQ(GetAddrInfoExA("127.0.0.1", "9", NS_ALL, NULL, &hints, &result, &time, NULL, NULL,
                            NULL), WSAEINVAL);
    CHECK(result == NULL);
}

int main(void)
{
    check_net_start();
    cancels();
    times_out();
    refuses();
    narrow();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
