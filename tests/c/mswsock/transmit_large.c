// TransmitFile of a gigabyte, with head and tail, blocking and overlapped.
// test: long
// test: guard 300
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"
#include "check_thread.h"

#define GIGABYTE (1ll << 30)

static SOCKET client, server;
static char head[1000], tail[1000];

struct received {
    long long total, wrong;
};

/* Counts what arrives, and what is not as it was sent. */
static DWORD WINAPI receive(void *context)
{
    static char buffer[1 << 18];
    struct received *received = context;
    long long end = GIGABYTE + sizeof head + sizeof tail;
    while (received->total < end) {
        int count = recv(server, buffer, sizeof buffer, 0), i;
        if (count <= 0)
            break;
        for (i = 0; i < count; i++) {
            long long at = received->total + i;
            char wanted = at < (long long)sizeof head ? 'h'
                          : at < end - (long long)sizeof tail ? 0 : 't';
            received->wrong += buffer[i] != wanted;
        }
        received->total += count;
    }
    return 0;
}

static void transmit(HANDLE file, OVERLAPPED *request)
{
    struct received received = {0, 0};
    TRANSMIT_FILE_BUFFERS both = {head, sizeof head, tail, sizeof tail};
    HANDLE thread = CreateThread(NULL, 0, receive, &received, 0, NULL);
    BOOL sent = TransmitFile(client, file, 0, 0, request, &both, 0);
    DWORD count;
    if (request) {
        CHECK(!sent && WSAGetLastError() == WSA_IO_PENDING);
        CHECK(WaitForSingleObject(request->hEvent, INFINITE) == WAIT_OBJECT_0);
        CHECK(GetOverlappedResult((HANDLE)client, request, &count, FALSE));
        CHECK(count == GIGABYTE + sizeof head + sizeof tail);
    } else {
        CHECK(sent);
    }
    CHECK(WaitForSingleObject(thread, INFINITE) == WAIT_OBJECT_0);
    CHECK(received.total == (long long)(GIGABYTE + sizeof head + sizeof tail));
    CHECK(received.wrong == 0);
    CHECK(CloseHandle(thread));
}

int main(void)
{
    char folder[MAX_PATH], name[MAX_PATH];
    OVERLAPPED request = {0};
    LARGE_INTEGER size;
    HANDLE file;

    check_net_start();
    check_net_pair(&client, &server);
    memset(head, 'h', sizeof head);
    memset(tail, 't', sizeof tail);
    REQUIRE(GetTempPathA(sizeof folder, folder) > 0);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, name) > 0);
    file = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                       FILE_FLAG_DELETE_ON_CLOSE | FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    size.QuadPart = GIGABYTE;
    REQUIRE(SetFilePointerEx(file, size, NULL, FILE_BEGIN) && SetEndOfFile(file));
    size.QuadPart = 0;
    REQUIRE(SetFilePointerEx(file, size, NULL, FILE_BEGIN));

    FACT("11.7", "a gigabyte arrives whole, between head and tail");
    transmit(file, NULL);
    FACT("11.7", "overlapped too");
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    transmit(file, &request);
    CHECK(CloseHandle(file));
    CHECK(closesocket(client) == 0 && closesocket(server) == 0);
    return check_end();
}
