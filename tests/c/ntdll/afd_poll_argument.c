/* Opening \Device\Afd, and what IOCTL_AFD_POLL refuses (T:afd:test_open_device, test_poll). */
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include "../check_afd.h"

static void opening(void)
{
    const WCHAR *names[] = {L"\\Device\\Afd", L"\\Device\\Afd\\", L"\\Device\\Afd\\Anything"};
    HANDLE file = NULL;
    IO_STATUS_BLOCK block;
    DWORD flags = 77;
    size_t i;

    FACT("T:afd:test_open_device", "the device opens by its name and by any below it");
    for (i = 0; i < 3; i++) {
        CHECK_EQ(check_afd_open(names[i], &file, &block), STATUS_SUCCESS);
        CHECK_EQ(block.Status, STATUS_SUCCESS);
        CHECK(GetHandleInformation(file, &flags) && flags == 0);
        CHECK_EQ(pNtClose(file), STATUS_SUCCESS);
    }

    FACT("D:NtClose", "a handle closes once");
    CHECK_EQ(pNtClose(file), NT_INVALID_HANDLE);

    FACT("D:NtCreateFile", "a name that nothing has, and one that does not begin at the root");
    CHECK_EQ(check_afd_open(L"\\Device\\Lapwing", &file, &block), NT_OBJECT_NAME_NOT_FOUND);
    CHECK_EQ(check_afd_open(L"Afd", &file, &block), NT_OBJECT_PATH_SYNTAX_BAD);
}

/* One call on this file, with these lengths. */
static NTSTATUS call(HANDLE file, struct poll *poll, void *in, ULONG in_length, void *out,
                     ULONG out_length)
{
    return pNtDeviceIoControlFile(file, poll->event, NULL, NULL, &poll->block, IOCTL_AFD_POLL, in,
                                  in_length, out, out_length);
}

static void lengths(void)
{
    SOCKET s = check_net_socket();
    HANDLE file = (HANDLE)s;
    struct poll poll = {0};
    ULONG one = POLL_SIZE(1);
    poll_prepare(&poll, NEVER);
    poll.in.NumberOfHandles = 1; /* the handle 0 */

    FACT("T:afd:test_poll", "the output has room for the input, which has at least one socket");
    CHECK_EQ(call(file, &poll, &poll.in, one, NULL, 0), NT_INVALID_PARAMETER);
    CHECK_EQ(call(file, &poll, NULL, 0, &poll.out, one), NT_INVALID_PARAMETER);
    CHECK_EQ(call(file, &poll, &poll.in, one + 1, &poll.out, one), NT_INVALID_PARAMETER);
    CHECK_EQ(call(file, &poll, &poll.in, one - 1, &poll.out, one - 1), NT_INVALID_PARAMETER);
    CHECK_EQ(call(file, &poll, &poll.in, one, &poll.out, one + 1), NT_INVALID_HANDLE);
    CHECK_EQ(call(file, &poll, &poll.in, one + 1, &poll.out, one + 1), NT_INVALID_HANDLE);
    poll.in.NumberOfHandles = 0;
    CHECK_EQ(call(file, &poll, &poll.in, one, &poll.out, one), NT_INVALID_PARAMETER);
    poll.in.NumberOfHandles = 2;
    CHECK_EQ(call(file, &poll, &poll.in, one, &poll.out, one), NT_INVALID_PARAMETER);
    poll.in.NumberOfHandles = 0x10000001; /* times 16 is 16 in 32 bits */
    CHECK_EQ(call(file, &poll, &poll.in, one, &poll.out, one), NT_INVALID_PARAMETER);
    closesocket(s);
}

static void handles(void)
{
    SOCKET s = check_net_socket();
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), file = check_afd();
    struct poll poll = {0};

    FACT("T:afd:test_poll", "one invalid socket, and nothing is asked; the block stays as it was");
    poll_prepare(&poll, NEVER);
    poll_add(&poll, 0xabacab, AFD_POLL_RECEIVE);
    poll_add(&poll, s, AFD_POLL_RECEIVE);
    CHECK_EQ(poll_send((HANDLE)s, &poll, NULL), NT_INVALID_HANDLE);
    CHECK_EQ(poll.block.Status, 0x5a5a5a5a);
    CHECK_EQ(poll.block.Information, UNTOUCHED);
    CHECK(poll_is_pending(&poll));

    FACT("D:NtDeviceIoControlFile", "one asks a file, and about sockets");
    CHECK_EQ(poll_one((HANDLE)s, &poll, (SOCKET)event, AFD_POLL_RECEIVE), NT_OBJECT_TYPE_MISMATCH);
    CHECK_EQ(poll_one(event, &poll, s, AFD_POLL_RECEIVE), NT_OBJECT_TYPE_MISMATCH);
    CHECK_EQ(poll_one(NULL, &poll, s, AFD_POLL_RECEIVE), NT_INVALID_HANDLE);
    CloseHandle(poll.event);
    CHECK_EQ(poll_one(file, &poll, s, AFD_POLL_RECEIVE), NT_INVALID_HANDLE); /* the event */
    poll.event = file;
    CHECK_EQ(poll_one(file, &poll, s, AFD_POLL_RECEIVE), NT_OBJECT_TYPE_MISMATCH);

    FACT("D:GetLastError", "the native calls leave the last error alone");
    SetLastError(4711);
    CHECK_EQ(pNtClose(NULL), NT_INVALID_HANDLE);
    CHECK_EQ(GetLastError(), 4711);
    CHECK_EQ(pRtlNtStatusToDosError(NT_INVALID_HANDLE), ERROR_INVALID_HANDLE);
    closesocket(s);
    CHECK_EQ(pNtClose(file), STATUS_SUCCESS);
}

int main(void)
{
    check_net_start();
    check_afd_start();
    opening();
    lengths();
    handles();
    return check_end();
}
