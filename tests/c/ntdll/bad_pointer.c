// test: native Wine 8 uses such addresses in its own process, and ends
/* Addresses that are none, where the native calls read and write: STATUS_ACCESS_VIOLATION, and
 * nothing is begun. */
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include "../check_afd.h"

#define NT_ACCESS_VIOLATION NT(0xc0000005)

static void opening(void)
{
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK block;
    HANDLE file = NULL;
    DWORD before = 0, after = 0;

    pRtlInitUnicodeString(&name, L"\\Device\\Afd");
    InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
    GetProcessHandleCount(GetCurrentProcess(), &before);
    FACT("D:NtCreateFile", "nowhere to put the handle or the status, and no attributes");
    CHECK_EQ(pNtCreateFile(NULL, SYNCHRONIZE, &attributes, &block, NULL, 0, 0, FILE_OPEN, 0, NULL,
                           0), NT_ACCESS_VIOLATION);
    CHECK_EQ(pNtCreateFile(&file, SYNCHRONIZE, &attributes, NULL, NULL, 0, 0, FILE_OPEN, 0, NULL,
                           0), NT_ACCESS_VIOLATION);
    CHECK_EQ(pNtCreateFile(&file, SYNCHRONIZE, NULL, &block, NULL, 0, 0, FILE_OPEN, 0, NULL, 0),
             NT_INVALID_PARAMETER);
    CHECK(file == NULL);

    FACT("D:UNICODE_STRING", "half a character is no name");
    name.Length--;
    CHECK_EQ(pNtCreateFile(&file, SYNCHRONIZE, &attributes, &block, NULL, 0, 0, FILE_OPEN, 0, NULL,
                           0), NT(0xc0000033));
    GetProcessHandleCount(GetCurrentProcess(), &after);
    CHECK_EQ(after, before);
}

static NTSTATUS call(HANDLE file, struct poll *poll, void *block, void *in, void *out)
{
    return pNtDeviceIoControlFile(file, poll->event, NULL, poll, block, IOCTL_AFD_POLL, in,
                                  POLL_SIZE(1), out, POLL_SIZE(1));
}

static void asking(void)
{
    HANDLE file = check_afd(), port = check_port();
    SOCKET s = check_net_socket();
    struct poll poll = {0};
    IO_STATUS_BLOCK block;
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *context;

    REQUIRE(CreateIoCompletionPort(file, port, 0, 0) == port);
    poll_prepare(&poll, NEVER);
    poll_add(&poll, s, AFD_POLL_RECEIVE);
    FACT("D:NtDeviceIoControlFile", "no status block, no input, no output");
    CHECK_EQ(call(file, &poll, NULL, &poll.in, &poll.out), NT_ACCESS_VIOLATION);
    CHECK_EQ(call(file, &poll, &poll.block, NULL, &poll.out), NT_ACCESS_VIOLATION);
    CHECK_EQ(call(file, &poll, &poll.block, &poll.in, NULL), NT_ACCESS_VIOLATION);

    FACT("D:NtDeviceIoControlFile", "nobody is told, and nothing waits");
    CHECK(poll_is_pending(&poll) && poll.block.Status == NT(0x5a5a5a5a));
    CHECK_EQ(pNtCancelIoFileEx(file, NULL, &block), NT_NOT_FOUND);
    CHECK(!GetQueuedCompletionStatus(port, &bytes, &key, &context, 0) && context == NULL);

    FACT("D:NtCancelIoFileEx", "nowhere to put the status: nothing is cancelled");
    CHECK_EQ(call(file, &poll, &poll.block, &poll.in, &poll.out), STATUS_PENDING);
    CHECK_EQ(pNtCancelIoFileEx(file, &poll.block, NULL), NT_ACCESS_VIOLATION);
    CHECK_EQ(pNtCancelIoFile(file, NULL), NT_ACCESS_VIOLATION);
    CHECK(poll_is_pending(&poll));
    CHECK_EQ(pNtCancelIoFileEx(file, &poll.block, &block), STATUS_SUCCESS);
    CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &context, INFINITE) == FALSE);
    CHECK(context == (OVERLAPPED *)&poll);
    closesocket(s);
    CloseHandle(poll.event);
    pNtClose(file);
    CloseHandle(port);
}

int main(void)
{
    check_net_start();
    check_afd_start();
    opening();
    asking();
    return check_end();
}
