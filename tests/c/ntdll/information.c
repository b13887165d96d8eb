/* NtSetInformationFile: the port of a file (T:nfile:test_file_completion_information,
 * test_set_io_completion). */
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include "../check_afd.h"

#define COMPLETION 30
#define MODES 41

struct completion {
    HANDLE port;
    ULONG_PTR key;
};

static NTSTATUS set(HANDLE file, int class, void *information, ULONG length)
{
    IO_STATUS_BLOCK block;
    return pNtSetInformationFile(file, &block, information, length, class);
}

static NTSTATUS set_port(HANDLE file, int class, HANDLE port, ULONG_PTR key)
{
    struct completion completion;
    completion.port = port;
    completion.key = key;
    return set(file, class, &completion, sizeof completion);
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
    SOCKET client, server, plain;
    OVERLAPPED overlapped = {0};
    ULONG modes = FILE_SKIP_SET_EVENT_ON_HANDLE;
    DWORD half = 0;
    check_net_start();
    check_afd_start();
    check_net_pair(&client, &server);
    plain = WSASocketA(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, 0);

    FACT("4.1", "FileCompletionInformation gives a file its port, once");
    CHECK_EQ(set_port((HANDLE)server, COMPLETION, first, 1), STATUS_SUCCESS);
    CHECK_EQ(set_port((HANDLE)server, COMPLETION, second, 2), NT_INVALID_PARAMETER);
    receive(server, client, &overlapped);
    CHECK_SUCCESS(first, 1, &overlapped, 1);

    FACT("4.1", "it must be overlapped, and the information whole");
    CHECK_EQ(set_port((HANDLE)plain, COMPLETION, first, 1), NT_INVALID_PARAMETER);
    CHECK(set((HANDLE)client, COMPLETION, &half, 4) == NT(0xc0000004));
    CHECK_EQ(set_port(NULL, COMPLETION, first, 1), NT_INVALID_HANDLE);
    CHECK_EQ(set_port((HANDLE)client, COMPLETION, (HANDLE)client, 1), NT_OBJECT_TYPE_MISMATCH);

    FACT("4.8", "FileIoCompletionNotificationInformation sets the notification modes");
    CHECK_EQ(set((HANDLE)server, MODES, &modes, sizeof modes), STATUS_SUCCESS);
    receive(server, client, &overlapped);
    CHECK_SUCCESS(first, 1, &overlapped, 1);
    CHECK(WaitForSingleObject((HANDLE)server, 0) == WAIT_TIMEOUT);
    closesocket(client);
    closesocket(server);
    closesocket(plain);
    return check_end();
}
