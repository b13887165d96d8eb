/* What the native calls refuse, and that refusing changes nothing: names and how they are given,
 * handles, codes, status blocks that belong to no request; and what is no NTSTATUS. */
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include "../check_afd.h"

static HANDLE untouched = (HANDLE)(ULONG_PTR)0x1234;

/* NtCreateFile with everything right, for one thing to be wrong. */
struct how {
    HANDLE file;
    IO_STATUS_BLOCK block;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    ULONG disposition;
};

static void prepare(struct how *how, const WCHAR *name)
{
    memset(how, 0, sizeof *how);
    how->file = untouched;
    how->block.Status = NT(0x5a5a5a5a);
    how->disposition = FILE_OPEN;
    pRtlInitUnicodeString(&how->name, name);
    InitializeObjectAttributes(&how->attributes, &how->name, 0, NULL, NULL);
}

static NTSTATUS create(struct how *how)
{
    return pNtCreateFile(&how->file, SYNCHRONIZE, &how->attributes, &how->block, NULL, 0,
                         FILE_SHARE_READ | FILE_SHARE_WRITE, how->disposition, 0, NULL, 0);
}

static void names(void)
{
    const WCHAR *missing[] = {L"\\Device\\Afd2", L"\\Device\\Af", L"\\Lapwing"};
    struct how how;
    size_t i;

    FACT("D:NtCreateFile", "a name is whole or it is another");
    for (i = 0; i < 3; i++) {
        prepare(&how, missing[i]);
        CHECK_EQ(create(&how), NT_OBJECT_NAME_NOT_FOUND);
    }
    prepare(&how, L"\\Device\\Afd2\\Lapwing");
    CHECK_EQ(create(&how), NT_OBJECT_PATH_NOT_FOUND);
    prepare(&how, L"\\Lapwing\\Afd");
    CHECK_EQ(create(&how), NT_OBJECT_PATH_NOT_FOUND);

    FACT("D:NtCreateFile", "an empty name and none are no path");
    prepare(&how, L"");
    CHECK_EQ(create(&how), NT_OBJECT_PATH_SYNTAX_BAD);
    prepare(&how, L"\\Device\\Afd");
    how.attributes.ObjectName = NULL;
    CHECK_EQ(create(&how), NT_OBJECT_PATH_SYNTAX_BAD);

    FACT("D:OBJECT_ATTRIBUTES", "the structure says how long it is");
    prepare(&how, L"\\Device\\Afd");
    how.attributes.Length = sizeof how.attributes - 1;
    CHECK_EQ(create(&how), NT_INVALID_PARAMETER);
    how.attributes.Length = 0;
    CHECK_EQ(create(&how), NT_INVALID_PARAMETER);

    FACT("D:NtCreateFile", "a disposition is one of six");
    prepare(&how, L"\\Device\\Afd");
    how.disposition = FILE_MAXIMUM_DISPOSITION + 1;
    CHECK_EQ(create(&how), NT_INVALID_PARAMETER);

    FACT("D:NtCreateFile", "who is refused has no handle");
    CHECK_EQ(how.file, untouched);
}

static void codes(void)
{
    const ULONG other[] = {0, 0x00012020, 0x00012025, 0x00012028, 0xffffffff};
    HANDLE file = check_afd();
    SOCKET s = check_net_socket();
    struct poll poll = {0};
    size_t i;

    FACT("D:NtDeviceIoControlFile", "a code that is none; nobody is told");
    for (i = 0; i < 5; i++) {
        poll_prepare(&poll, 0);
        poll_add(&poll, s, AFD_POLL_SEND);
        CHECK(pNtDeviceIoControlFile(file, poll.event, NULL, &poll, &poll.block, other[i],
                                     &poll.in, POLL_SIZE(1), &poll.out, POLL_SIZE(1)) < 0);
        CHECK(poll_is_pending(&poll) && poll.block.Status == NT(0x5a5a5a5a));
    }

    FACT("T:afd:test_poll", "bits that mean nothing are never so");
    CHECK_EQ(poll_one((HANDLE)s, &poll, s, 0xfffff000), STATUS_PENDING);
    CHECK_EQ(closesocket(s), 0);
    CHECK(poll_ends(&poll));
    CHECK_EQ(poll.out.NumberOfHandles, 1);
    CHECK_EQ(poll.out.Handles[0].Events, AFD_POLL_LOCAL_CLOSE);

    FACT("T:afd:test_poll", "a closed socket is no handle");
    CHECK_EQ(poll_one(file, &poll, s, AFD_POLL_SEND), NT_INVALID_HANDLE);
    CloseHandle(poll.event);
    pNtClose(file);
}

static void cancelling(void)
{
    HANDLE file = check_afd(), event = CreateEventA(NULL, TRUE, FALSE, NULL);
    SOCKET s = check_net_socket();
    IO_STATUS_BLOCK block = {0}, foreign = {0};
    struct poll poll = {0};

    FACT("6.8", "a cancel names a file, and one of its requests");
    block.Information = UNTOUCHED;
    CHECK_EQ(poll_one(file, &poll, s, AFD_POLL_RECEIVE), STATUS_PENDING);
    CHECK_EQ(pNtCancelIoFileEx(NULL, &poll.block, &block), NT_INVALID_HANDLE);
    CHECK_EQ(pNtCancelIoFileEx((HANDLE)(ULONG_PTR)0xabacac, NULL, &block), NT_INVALID_HANDLE);
    CHECK_EQ(pNtCancelIoFileEx(event, NULL, &block), NT_OBJECT_TYPE_MISMATCH);
    CHECK_EQ(pNtCancelIoFile(event, &block), NT_OBJECT_TYPE_MISMATCH);
    CHECK_EQ(pNtCancelIoFile(NULL, &block), NT_INVALID_HANDLE);
    CHECK_EQ(pNtCancelIoFileEx(file, &foreign, &block), NT_NOT_FOUND);
    CHECK_EQ(pNtCancelIoFileEx((HANDLE)s, &poll.block, &block), NT_NOT_FOUND);
    CHECK(poll_is_pending(&poll));
    CHECK_EQ(pNtCancelIoFileEx(file, &poll.block, &block), STATUS_SUCCESS);
    CHECK(poll_ends(&poll));
    CHECK_EQ(poll.block.Status, NT(NT_CANCELLED));
    CHECK_EQ(pNtCancelIoFileEx(file, &poll.block, &block), NT_NOT_FOUND);
    CloseHandle(event);
    CloseHandle(poll.event);
    closesocket(s);
    pNtClose(file);
}

static void numbers(void)
{
    FACT("3", "RtlNtStatusToDosError: success, warnings, errors");
    CHECK_EQ(pRtlNtStatusToDosError(STATUS_SUCCESS), 0);
    CHECK_EQ(pRtlNtStatusToDosError(STATUS_TIMEOUT), ERROR_TIMEOUT);
    CHECK_EQ(pRtlNtStatusToDosError(STATUS_PENDING), ERROR_IO_PENDING);
    CHECK_EQ(pRtlNtStatusToDosError(NT(0x80000005)), ERROR_MORE_DATA);
    CHECK_EQ(pRtlNtStatusToDosError(NT(0xc0000120)), ERROR_OPERATION_ABORTED);
    CHECK_EQ(pRtlNtStatusToDosError(NT(0xc0000236)), ERROR_CONNECTION_REFUSED);
    CHECK_EQ(pRtlNtStatusToDosError(NT(0xc000020d)), ERROR_NETNAME_DELETED);
    CHECK_EQ(pRtlNtStatusToDosError(NT(0xc0000225)), ERROR_NOT_FOUND);

    FACT("3", "a Win32 code in an NTSTATUS's clothes is that code");
    CHECK_EQ(pRtlNtStatusToDosError(NT(0x80070005)), ERROR_ACCESS_DENIED);
    CHECK_EQ(pRtlNtStatusToDosError(NT(0xc0070005)), ERROR_ACCESS_DENIED);
    CHECK_EQ(pRtlNtStatusToDosError(NT(0xc0010005)), ERROR_ACCESS_DENIED);

    FACT("D:RtlNtStatusToDosError", "a program's own code stays as it is");
    CHECK_EQ(pRtlNtStatusToDosError(NT(0x20000001)), 0x20000001);
    CHECK_EQ(pRtlNtStatusToDosError(NT(0xe0000001)), 0xe0000001);

    FACT("D:RtlNtStatusToDosError", "what has no code is 317");
    CHECK_EQ(pRtlNtStatusToDosError(NT(0xc0ffffff)), ERROR_MR_MID_NOT_FOUND);
    CHECK_EQ(pRtlNtStatusToDosError(NT(0xc0001234)), ERROR_MR_MID_NOT_FOUND);
}

int main(void)
{
    check_net_start();
    check_afd_start();
    names();
    codes();
    cancelling();
    numbers();
    return check_end();
}
