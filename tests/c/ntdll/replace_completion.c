// test: native Wine 8 does not know FileReplaceCompletionInformation
/* NtSetInformationFile: another port for a file, or none, as asio does it to release a socket. */
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include "../check_afd.h"

#define REPLACE 61

struct completion {
    HANDLE port;
    ULONG_PTR key;
};

static NTSTATUS set_port(HANDLE file, int class, HANDLE port, ULONG_PTR key)
{
    struct completion completion;
    IO_STATUS_BLOCK block;
    completion.port = port;
    completion.key = key;
    return pNtSetInformationFile(file, &block, &completion, sizeof completion, class);
}

/* A receive that is pending, and the byte for it. */
static void receive(SOCKET server, SOCKET client, OVERLAPPED *overlapped)
{
    static char byte;
    DWORD flags = 0;
    WSABUF buffer;
    buffer.buf = &byte;
    buffer.len = 1;
    CHECK(WSARecv(server, &buffer, 1, NULL, &flags, overlapped, NULL) == -1);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK(send(client, "a", 1, 0) == 1);
}

int main(void)
{
    HANDLE first = check_port(), second = check_port();
    SOCKET client, server;
    OVERLAPPED overlapped = {0};
    DWORD count;
    check_net_start();
    check_afd_start();
    check_net_pair(&client, &server);

    FACT("D:FileReplaceCompletionInformation", "there must be a port to replace");
    CHECK_EQ(set_port((HANDLE)server, REPLACE, first, 1), NT_INVALID_PARAMETER);
    CHECK(CreateIoCompletionPort((HANDLE)server, first, 1, 0) == first);

    FACT("D:FileReplaceCompletionInformation", "another port hears from now on, or none");
    CHECK_EQ(set_port((HANDLE)server, REPLACE, second, 2), STATUS_SUCCESS);
    receive(server, client, &overlapped);
    CHECK_SUCCESS(second, 2, &overlapped, 1);
    CHECK_EQ(set_port((HANDLE)server, REPLACE, NULL, 0), STATUS_SUCCESS);
    receive(server, client, &overlapped);
    CHECK(GetOverlappedResult((HANDLE)server, &overlapped, &count, TRUE) && count == 1);
    CHECK_EMPTY(first);
    CHECK_EMPTY(second);

    FACT("D:FileReplaceCompletionInformation", "afterwards it can be associated anew");
    CHECK(CreateIoCompletionPort((HANDLE)server, first, 3, 0) == first);
    receive(server, client, &overlapped);
    CHECK_SUCCESS(first, 3, &overlapped, 1);

    closesocket(client);
    closesocket(server);
    return check_end();
}
