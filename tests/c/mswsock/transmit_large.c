// TransmitFile of a gigabyte, with head and tail, blocking and overlapped.
// test: long
// test: guard 300
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"
#include "check_thread.h"

#define GIGABYTE (1ll << 30)
#define BLOCK (1 << 20)

static SOCKET client, server;
static char head[1000], tail[1000];

struct received {
    long long total;
    int wrong;
};

/* What the block with this number contains: no two words of the file are alike. */
static void fill(unsigned long long *words, long long number)
{
    unsigned long long index = number * (BLOCK / 8);
    int i;
    for (i = 0; i < BLOCK / 8; i++)
        words[i] = (index + i) * 0x9e3779b97f4a7c15ull;
}

/* Receives so many bytes and compares them; what is missing at the end of the data is wrong. */
static void receive_exactly(struct received *received, const void *expected, int length)
{
    static char buffer[BLOCK];
    int have = 0;
    while (have < length) {
        int count = recv(server, buffer + have, length - have, 0);
        if (count <= 0)
            break;
        have += count;
    }
    received->total += have;
    received->wrong += have < length || memcmp(buffer, expected, length) != 0;
}

static DWORD WINAPI receive(void *context)
{
    static unsigned long long expected[BLOCK / 8];
    struct received *received = context;
    long long number;
    receive_exactly(received, head, sizeof head);
    for (number = 0; number < GIGABYTE / BLOCK; number++) {
        fill(expected, number);
        receive_exactly(received, expected, BLOCK);
    }
    receive_exactly(received, tail, sizeof tail);
    return 0;
}

static HANDLE large_file(void)
{
    static unsigned long long block[BLOCK / 8];
    char folder[MAX_PATH], name[MAX_PATH];
    long long number;
    DWORD count;
    HANDLE file;

    REQUIRE(GetTempPathA(sizeof folder, folder) > 0);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, name) > 0);
    file = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                       FILE_FLAG_DELETE_ON_CLOSE | FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    for (number = 0; number < GIGABYTE / BLOCK; number++) {
        fill(block, number);
        if (!WriteFile(file, block, BLOCK, &count, NULL) || count != BLOCK)
            REQUIRE(!"the disk has room for a gigabyte");
    }
    return file;
}

static void transmit(HANDLE file, OVERLAPPED *request)
{
    struct received received = {0};
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
    OVERLAPPED request = {0};
    LARGE_INTEGER start = {0};
    HANDLE file;

    check_net_start();
    check_net_pair(&client, &server);
    memset(head, 'h', sizeof head);
    memset(tail, 't', sizeof tail);
    file = large_file();
    REQUIRE(SetFilePointerEx(file, start, NULL, FILE_BEGIN));

    FACT("11.7", "a gigabyte arrives as it is in the file, between head and tail");
    transmit(file, NULL);
    FACT("11.7", "overlapped too");
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    transmit(file, &request);
    CHECK(CloseHandle(file));
    CHECK(closesocket(client) == 0 && closesocket(server) == 0);
    return check_end();
}
