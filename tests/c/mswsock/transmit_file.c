// TransmitFile: what is sent, from where, how its end is told, what it refuses.
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"

static char name[MAX_PATH];
static HANDLE file;
static SOCKET client, server;
static char head[] = "head", tail[] = "tail!";
static TRANSMIT_FILE_BUFFERS both = {head, 4, tail, 5};

/* Whether the peer receives exactly this text next. */
static BOOL arrives(const char *text)
{
    char buffer[200];
    int wanted = (int)strlen(text), have = 0;
    while (have < wanted) {
        int count = recv(server, buffer + have, wanted - have, 0);
        if (count <= 0)
            return FALSE;
        have += count;
    }
    return memcmp(buffer, text, wanted) == 0;
}

/* Whether nothing else has been sent: what is sent now is the next that arrives. */
static BOOL nothing_more(void)
{
    return send(client, "#", 1, 0) == 1 && arrives("#");
}

static DWORD place(void)
{
    return SetFilePointer(file, 0, NULL, FILE_CURRENT);
}

static BOOL sent(HANDLE what, DWORD length, TRANSMIT_FILE_BUFFERS *buffers)
{
    WSASetLastError(UNTOUCHED);
    return TransmitFile(client, what, length, 0, NULL, buffers, 0) && WSAGetLastError() == 0;
}

static int refused(SOCKET s, HANDLE what, DWORD length, OVERLAPPED *overlapped,
                   TRANSMIT_FILE_BUFFERS *buffers, DWORD flags)
{
    WSASetLastError(UNTOUCHED);
    return TransmitFile(s, what, length, 0, overlapped, buffers, flags) ? 0 : WSAGetLastError();
}

static void connect_anew(void)
{
    closesocket(client);
    closesocket(server);
    check_net_pair(&client, &server);
}

static void at_once(void)
{
    LPFN_TRANSMITFILE pointer = NULL;
    FACT("11.8", "TransmitFile has a GUID and a name");
    CHECK(check_extension(client, (GUID)WSAID_TRANSMITFILE, &pointer));
    CHECK(pointer && pointer(client, NULL, 0, 0, NULL, &both, 0) && arrives("headtail!"));

    FACT("11.7", "without a file the buffers alone are sent, or nothing");
    CHECK(sent(NULL, 0, NULL) && nothing_more());
    CHECK(sent(NULL, 0, &both) && arrives("headtail!"));
    CHECK(sent(NULL, 100, &both) && arrives("headtail!") && nothing_more());

    FACT("11.7", "without an OVERLAPPED it begins at the file's position, which moves");
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    CHECK(sent(file, 0, NULL) && arrives("0123456789") && place() == 10);
    CHECK(sent(file, 0, &both) && arrives("headtail!"));
    SetFilePointer(file, 4, NULL, FILE_BEGIN);
    CHECK(sent(file, 3, NULL) && arrives("456") && place() == 7);
    CHECK(sent(file, 0, &both) && arrives("head789tail!") && place() == 10);
    SetFilePointer(file, 8, NULL, FILE_BEGIN);
    CHECK(sent(file, 100, &both) && arrives("head89tail!") && nothing_more());
    SetFilePointer(file, 50, NULL, FILE_BEGIN);
    CHECK(sent(file, 0, &both) && arrives("headtail!") && nothing_more());
}

static void overlapped_calls(void)
{
    OVERLAPPED request = {0};
    HANDLE port, second;
    DWORD count;

    FACT("11.7", "with an OVERLAPPED it is pending, and begins at Offset");
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    SetFilePointer(file, 7, NULL, FILE_BEGIN);
    CHECK_EQ(refused(client, file, 0, &request, NULL, 0), ERROR_IO_PENDING);
    CHECK(check_outcome(client, &request, &count) == 0 && count == 10);
    CHECK(arrives("0123456789") && place() == 7);
    request.Offset = 6;
    CHECK_EQ(refused(client, file, 2, &request, &both, 0), ERROR_IO_PENDING);
    CHECK(check_outcome(client, &request, &count) == 0 && count == 11);
    CHECK(arrives("head67tail!"));
    CHECK_EQ(request.Offset, 6);
    request.Offset = 1000;
    CHECK_EQ(refused(client, file, 0, &request, &both, 0), ERROR_IO_PENDING);
    CHECK(check_outcome(client, &request, &count) == 0 && count == 9);
    CHECK(arrives("headtail!"));
    CHECK_EQ(refused(client, NULL, 0, &request, NULL, 0), ERROR_IO_PENDING);
    CHECK(check_outcome(client, &request, &count) == 0 && count == 0);
    CHECK(nothing_more());
    request.Offset = 0;

    FACT("1.14", "a file's handle may be closed while the request runs");
    second = CreateFileA(name, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                         OPEN_EXISTING, FILE_FLAG_OVERLAPPED | FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    CHECK_EQ(refused(client, second, 0, &request, &both, TF_USE_KERNEL_APC), ERROR_IO_PENDING);
    CHECK(CloseHandle(second));
    CHECK(check_outcome(client, &request, &count) == 0 && count == 19);
    CHECK(arrives("head0123456789tail!"));
    CHECK(CloseHandle(request.hEvent));
    request.hEvent = NULL;

    FACT("4.4", "it completes to the socket's port");
    port = CreateIoCompletionPort((HANDLE)client, NULL, 5, 0);
    REQUIRE(port ? 1 : 0);
    CHECK(SetFileCompletionNotificationModes((HANDLE)client,
                                             FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
    CHECK_EQ(refused(client, file, 0, &request, &both, TF_WRITE_BEHIND), ERROR_IO_PENDING);
    CHECK_SUCCESS(port, 5, &request, 19);
    CHECK(arrives("head0123456789tail!"));
    CHECK(CloseHandle(port));
}

static void pending(void)
{
    static char large[1 << 20];
    OVERLAPPED requests[40];
    TRANSMIT_FILE_BUFFERS buffers = {large, sizeof large, NULL, 0};
    long long total = 0, expected;
    DWORD count;
    int i, done = 0;

    FACT("5.3, 6.8", "transmissions wait in order behind each other, and can be cancelled");
    for (i = 0; i < 40; i++) {
        memset(&requests[i], 0, sizeof requests[i]);
        requests[i].hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
        if (refused(client, file, 0, &requests[i], &buffers, 0) == ERROR_IO_PENDING)
            done++;
    }
    CHECK_EQ(done, 40);
    CHECK_EQ(WaitForSingleObject(requests[39].hEvent, 0), WAIT_TIMEOUT);
    CHECK(CancelIoEx((HANDLE)client, &requests[39]));
    CHECK_EQ(check_outcome(client, &requests[39], &count), ERROR_OPERATION_ABORTED);
    expected = 39ll * ((1 << 20) + 10);
    while (total < expected) {
        int received = recv(server, large, sizeof large, 0);
        if (received <= 0)
            break;
        total += received;
    }
    CHECK(total == expected);
    CHECK(nothing_more());
    for (i = done = 0; i < 39; i++)
        done += check_outcome(client, &requests[i], &count) == 0 && count == (1 << 20) + 10;
    CHECK_EQ(done, 39);
}

static void bad_input(void)
{
    TRANSMIT_FILE_BUFFERS wild = {NULL, 4, NULL, 0};
    SOCKET s = check_net_socket(), datagrams = socket(AF_INET, SOCK_DGRAM, 0);
    OVERLAPPED request = {0};
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), writer;

    FACT("11.7", "what it refuses");
    CHECK_EQ(refused(INVALID_SOCKET, file, 0, NULL, NULL, 0), WSAENOTSOCK);
    CHECK_EQ(refused(s, NULL, 0, NULL, NULL, TF_REUSE_SOCKET), WSAENOTCONN);
    CHECK_EQ(refused(s, (HANDLE)0xbad0, 0, NULL, NULL, 0), WSAENOTCONN);
    CHECK_EQ(refused(s, NULL, 0, &request, NULL, 0), WSAENOTCONN);
    CHECK_EQ(refused(datagrams, NULL, 0, NULL, NULL, 0), WSAENOTCONN);
    CHECK_EQ(refused(client, (HANDLE)0xbad0, 0, NULL, &both, 0), WSAENOTSOCK);
    CHECK_EQ(refused(client, INVALID_HANDLE_VALUE, 0, NULL, &both, 0), WSAENOTSOCK);
    CHECK_EQ(refused(client, event, 0, NULL, &both, 0), WSAENOTSOCK);
    CHECK_EQ(refused(client, (HANDLE)server, 0, NULL, &both, 0), WSAEOPNOTSUPP);
    CHECK_EQ(refused(client, NULL, 0, NULL, &wild, 0), WSAEFAULT);
    writer = CreateFileA(name, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                         OPEN_EXISTING, 0, NULL);
    CHECK_EQ(refused(client, writer, 0, NULL, NULL, 0), WSAEACCES);
    CHECK(CloseHandle(writer));
    CHECK_EQ(refused(client, file, 0x7fffffff, NULL, NULL, 0), WSAEINVAL);
    CHECK_EQ(refused(client, NULL, 0, NULL, NULL, 0x8000), WSAEINVAL);
    request.OffsetHigh = 0x80000000;
    CHECK_EQ(refused(client, file, 0, &request, NULL, 0), WSAEINVAL);
    CHECK(closesocket(s) == 0 && closesocket(datagrams) == 0);
    CHECK(CloseHandle(event));
}

int main(void)
{
    char folder[MAX_PATH];
    DWORD count;

    check_net_start();
    check_net_pair(&client, &server);
    REQUIRE(GetTempPathA(sizeof folder, folder) > 0);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, name) > 0);
    file = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                       NULL, CREATE_ALWAYS, 0, NULL);
    REQUIRE(WriteFile(file, "0123456789", 10, &count, NULL) && count == 10);
    at_once();
    overlapped_calls();
    connect_anew();
    bad_input();
    check_that(nothing_more(), "what was refused sent nothing", __FILE__, __LINE__);
    connect_anew();
    pending();
    FACT("6.4", "a reset is told, and raises no signal");
    connect_anew();
    CHECK(shutdown(server, SD_SEND) == 0 && recv(client, folder, 1, 0) == 0);
    check_net_reset(server);
    do
        SetFilePointer(file, 0, NULL, FILE_BEGIN);
    while (sent(file, 0, NULL));
    CHECK_EQ(WSAGetLastError(), WSAECONNRESET);
    CHECK_EQ(refused(client, file, 0, NULL, &both, 0), WSAECONNRESET);
    CHECK(closesocket(client) == 0);
    CHECK(CloseHandle(file));
    CHECK(DeleteFileA(name));
    return check_end();
}
