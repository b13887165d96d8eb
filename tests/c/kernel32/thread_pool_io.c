// Requests whose end calls back on the thread pool: BindIoCompletionCallback and TP_IO.
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static HANDLE called;
static LONG calls;
static DWORD code_seen, bytes_seen;
static void *overlapped_seen, *object_seen;

static void CALLBACK ended(DWORD code, DWORD bytes, LPOVERLAPPED overlapped)
{
    code_seen = code, bytes_seen = bytes, overlapped_seen = overlapped;
    InterlockedIncrement(&calls);
    SetEvent(called);
}

static void CALLBACK ended_io(PTP_CALLBACK_INSTANCE instance, PVOID context, PVOID overlapped,
                              ULONG code, ULONG_PTR bytes, PTP_IO io)
{
    (void)context;
    code_seen = code, bytes_seen = (DWORD)bytes, overlapped_seen = overlapped, object_seen = io;
    InterlockedIncrement(&calls);
    SetEventWhenCallbackReturns(instance, called);
}

static DWORD wait_for(HANDLE object)
{
    return WaitForSingleObject(object, HANG_GUARD);
}

static void bound(void)
{
    SOCKET client, server;
    char byte = 0;
    OVERLAPPED overlapped = {0};
    check_net_pair(&client, &server);
    FACT("4.1", "BindIoCompletionCallback: the routine is told code, bytes and OVERLAPPED");
    CHECK(BindIoCompletionCallback((HANDLE)server, ended, 0));
    CHECK(!ReadFile((HANDLE)server, &byte, 1, NULL, &overlapped));
    CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    CHECK_EQ(send(client, "x", 1, 0), 1);
    CHECK_EQ(wait_for(called), WAIT_OBJECT_0);
    CHECK(code_seen == 0 && bytes_seen == 1 && overlapped_seen == &overlapped && byte == 'x');

    FACT("4.1", "a cancelled request is told 995");
    CHECK(!ReadFile((HANDLE)server, &byte, 1, NULL, &overlapped));
    CHECK(CancelIoEx((HANDLE)server, &overlapped));
    CHECK_EQ(wait_for(called), WAIT_OBJECT_0);
    CHECK(code_seen == ERROR_OPERATION_ABORTED && bytes_seen == 0);

    FACT("4.1", "a second association fails with 87, flags too, a wrong handle with 6");
    CHECK(!BindIoCompletionCallback((HANDLE)server, ended, 0));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(!BindIoCompletionCallback((HANDLE)client, ended, 12345));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(!BindIoCompletionCallback(NULL, ended, 0));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    closesocket(client);
    closesocket(server);
}

static void objects(void)
{
    SOCKET client, server;
    char one, other;
    OVERLAPPED first = {0}, second = {0};
    check_net_pair(&client, &server);
    PTP_IO io = CreateThreadpoolIo((HANDLE)server, ended_io, NULL, NULL);
    REQUIRE(io != NULL);
    FACT("4.11", "an announced request calls back, and a wait waits for it");
    calls = 0;
    WaitForThreadpoolIoCallbacks(io, FALSE);
    StartThreadpoolIo(io);
    CHECK(!ReadFile((HANDLE)server, &one, 1, NULL, &first));
    CHECK_EQ(send(client, "a", 1, 0), 1);
    WaitForThreadpoolIoCallbacks(io, FALSE);
    CHECK_EQ(calls, 1);
    CHECK(code_seen == 0 && bytes_seen == 1 && overlapped_seen == &first && object_seen == io);
    ResetEvent(called);

    StartThreadpoolIo(io);
    StartThreadpoolIo(io);
    CHECK(!ReadFile((HANDLE)server, &one, 1, NULL, &first));
    CHECK(!ReadFile((HANDLE)server, &other, 1, NULL, &second));
    CHECK_EQ(send(client, "bc", 2, 0), 2);
    WaitForThreadpoolIoCallbacks(io, FALSE);
    CHECK_EQ(calls, 3);

    FACT("4.11", "success at once calls back too");
    CHECK_EQ(send(client, "d", 1, 0), 1);
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(server, &readable);
    CHECK_EQ(select(0, &readable, NULL, NULL, NULL), 1);
    StartThreadpoolIo(io);
    CHECK(ReadFile((HANDLE)server, &one, 1, NULL, &first));
    WaitForThreadpoolIoCallbacks(io, FALSE);
    CHECK_EQ(calls, 4);

    FACT("4.11", "an announcement that is taken back is not waited for");
    StartThreadpoolIo(io);
    CancelThreadpoolIo(io);
    WaitForThreadpoolIoCallbacks(io, FALSE);
    CHECK_EQ(calls, 4);

    FACT("4.11", "cancelled requests are told 995");
    StartThreadpoolIo(io);
    CHECK(!ReadFile((HANDLE)server, &one, 1, NULL, &first));
    CHECK(CancelIo((HANDLE)server));
    WaitForThreadpoolIoCallbacks(io, FALSE);
    CHECK_EQ(calls, 5);
    CHECK_EQ(code_seen, ERROR_OPERATION_ABORTED);

    FACT("4.11", "after a wait that cancels, the request ends without calling back");
    StartThreadpoolIo(io);
    CHECK(!ReadFile((HANDLE)server, &one, 1, NULL, &first));
    WaitForThreadpoolIoCallbacks(io, TRUE);
    CHECK_EQ(send(client, "e", 1, 0), 1);
    DWORD bytes;
    CHECK(GetOverlappedResult((HANDLE)server, &first, &bytes, TRUE));
    StartThreadpoolIo(io);
    CHECK(!ReadFile((HANDLE)server, &one, 1, NULL, &first));
    CHECK_EQ(send(client, "f", 1, 0), 1);
    WaitForThreadpoolIoCallbacks(io, FALSE);
    CHECK_EQ(calls, 6);

    FACT("4.11", "a file has one port: 87; no file: 6");
    CHECK(CreateThreadpoolIo((HANDLE)server, ended_io, NULL, NULL) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(CreateThreadpoolIo(NULL, ended_io, NULL, NULL) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CloseThreadpoolIo(io);
    closesocket(client);
    closesocket(server);
}

int main(void)
{
    check_net_start();
    called = CreateEventA(NULL, FALSE, FALSE, NULL);
    bound();
    objects();
    return check_end();
}
