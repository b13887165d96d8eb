/* \Device\Afd for the C tests: the structures and functions that every client of IOCTL_AFD_POLL
 * declares for itself, the functions looked up at run time as they do.  Include <winsock2.h>,
 * <windows.h> and <winternl.h> first. */
#ifndef LAPWING_TESTS_CHECK_AFD_H
#define LAPWING_TESTS_CHECK_AFD_H

#include "check.h"
#include "check_net.h"
#include "check_port.h"
#include <stddef.h>

#define IOCTL_AFD_POLL 0x00012024

#define AFD_POLL_RECEIVE 0x0001
#define AFD_POLL_RECEIVE_EXPEDITED 0x0002
#define AFD_POLL_SEND 0x0004
#define AFD_POLL_DISCONNECT 0x0008
#define AFD_POLL_ABORT 0x0010
#define AFD_POLL_LOCAL_CLOSE 0x0020
#define AFD_POLL_CONNECT 0x0040
#define AFD_POLL_ACCEPT 0x0080
#define AFD_POLL_CONNECT_FAIL 0x0100

typedef struct {
    HANDLE Handle;
    ULONG Events;
    NTSTATUS Status;
} AFD_POLL_HANDLE_INFO;

typedef struct {
    LARGE_INTEGER Timeout;
    ULONG NumberOfHandles;
    ULONG Exclusive;
    AFD_POLL_HANDLE_INFO Handles[4];
} AFD_POLL_INFO;

#define POLL_SIZE(count) ((ULONG)(offsetof(AFD_POLL_INFO, Handles) + (count) * 16))
#define NEVER 0x7fffffffffffffffLL
#define EVERYTHING 0xffffffffu

#ifndef STATUS_SUCCESS
#define STATUS_SUCCESS 0
#endif
#ifndef STATUS_TIMEOUT
#define STATUS_TIMEOUT 0x102
#endif
#define NT(status) ((NTSTATUS)(status))
#define NT_INVALID_HANDLE NT(0xc0000008)
#define NT_INVALID_PARAMETER NT(0xc000000d)
#define NT_OBJECT_TYPE_MISMATCH NT(0xc0000024)
#define NT_OBJECT_NAME_NOT_FOUND NT(0xc0000034)
#define NT_OBJECT_PATH_NOT_FOUND NT(0xc000003a)
#define NT_OBJECT_PATH_SYNTAX_BAD NT(0xc000003b)
#define NT_NOT_FOUND NT(0xc0000225)
#define NT_CONNECTION_REFUSED NT(0xc0000236)

#define AFD_FUNCTIONS(X) \
    X(NTSTATUS, NtCreateFile, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, IO_STATUS_BLOCK *, \
                               LARGE_INTEGER *, ULONG, ULONG, ULONG, ULONG, void *, ULONG)) \
    X(NTSTATUS, NtClose, (HANDLE)) \
    X(NTSTATUS, NtDeviceIoControlFile, (HANDLE, HANDLE, PIO_APC_ROUTINE, void *, \
                                        IO_STATUS_BLOCK *, ULONG, void *, ULONG, void *, ULONG)) \
    X(NTSTATUS, NtCancelIoFile, (HANDLE, IO_STATUS_BLOCK *)) \
    X(NTSTATUS, NtCancelIoFileEx, (HANDLE, IO_STATUS_BLOCK *, IO_STATUS_BLOCK *)) \
    X(NTSTATUS, NtSetInformationFile, (HANDLE, IO_STATUS_BLOCK *, void *, ULONG, int)) \
    X(NTSTATUS, NtCreateKeyedEvent, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, ULONG)) \
    X(NTSTATUS, NtWaitForKeyedEvent, (HANDLE, void *, BOOLEAN, LARGE_INTEGER *)) \
    X(NTSTATUS, NtReleaseKeyedEvent, (HANDLE, void *, BOOLEAN, LARGE_INTEGER *)) \
    X(void, RtlInitUnicodeString, (UNICODE_STRING *, const WCHAR *)) \
    X(ULONG, RtlNtStatusToDosError, (NTSTATUS))

#define X(result, name, parameters) CHECK_UNUSED static result(NTAPI *p##name) parameters;
AFD_FUNCTIONS(X)
#undef X

/* Finds the functions. */
CHECK_UNUSED static void check_afd_start(void)
{
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    REQUIRE(ntdll != NULL);
#define X(result, name, parameters) \
    p##name = (result(NTAPI *) parameters)(void *)GetProcAddress(ntdll, #name); \
    REQUIRE(p##name != NULL);
    AFD_FUNCTIONS(X)
#undef X
}

/* NtCreateFile as wepoll and mio call it. */
CHECK_UNUSED static NTSTATUS check_afd_open(const WCHAR *name, HANDLE *file, IO_STATUS_BLOCK *block)
{
    UNICODE_STRING text;
    OBJECT_ATTRIBUTES attributes;
    pRtlInitUnicodeString(&text, name);
    InitializeObjectAttributes(&attributes, &text, 0, NULL, NULL);
    return pNtCreateFile(file, SYNCHRONIZE, &attributes, block, NULL, 0,
                         FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, 0, NULL, 0);
}

CHECK_UNUSED static HANDLE check_afd(void)
{
    HANDLE file = NULL;
    IO_STATUS_BLOCK block;
    REQUIRE(check_afd_open(L"\\Device\\Afd\\Lapwing", &file, &block) == STATUS_SUCCESS);
    return file;
}

/* A request, with what came of it. */
struct poll {
    IO_STATUS_BLOCK block;
    AFD_POLL_INFO in, out;
    HANDLE event;
};

CHECK_UNUSED static void poll_prepare(struct poll *poll, LONGLONG timeout)
{
    HANDLE event = poll->event;
    memset(poll, 0, sizeof *poll);
    poll->event = event ? event : CreateEventA(NULL, TRUE, FALSE, NULL);
    poll->block.Status = NT(0x5a5a5a5a);
    poll->block.Information = UNTOUCHED;
    poll->in.Timeout.QuadPart = timeout;
}

CHECK_UNUSED static void poll_add(struct poll *poll, SOCKET socket, ULONG events)
{
    AFD_POLL_HANDLE_INFO *info = &poll->in.Handles[poll->in.NumberOfHandles++];
    info->Handle = (HANDLE)socket;
    info->Events = events;
    info->Status = NT(0x5a5a5a5a);
}

CHECK_UNUSED static NTSTATUS poll_send(HANDLE file, struct poll *poll, void *context)
{
    return pNtDeviceIoControlFile(file, poll->event, NULL, context, &poll->block, IOCTL_AFD_POLL,
                                  &poll->in, POLL_SIZE(poll->in.NumberOfHandles), &poll->out,
                                  POLL_SIZE(poll->in.NumberOfHandles));
}

/* One socket, asked for a time that never comes. */
CHECK_UNUSED static NTSTATUS poll_one(HANDLE file, struct poll *poll, SOCKET socket, ULONG events)
{
    poll_prepare(poll, NEVER);
    poll_add(poll, socket, events);
    return poll_send(file, poll, NULL);
}

CHECK_UNUSED static int poll_ends(struct poll *poll)
{
    return WaitForSingleObject(poll->event, HANG_GUARD) == WAIT_OBJECT_0;
}

CHECK_UNUSED static int poll_is_pending(struct poll *poll)
{
    return WaitForSingleObject(poll->event, 0) == WAIT_TIMEOUT;
}

/* What is so of a socket now, in AFD's bits. */
CHECK_UNUSED static ULONG level(SOCKET socket)
{
    struct poll poll = {0};
    ULONG events;
    poll_prepare(&poll, 0);
    poll_add(&poll, socket, EVERYTHING);
    if (poll_send((HANDLE)socket, &poll, NULL) != STATUS_SUCCESS) return 0xdead;
    events = poll.out.NumberOfHandles ? poll.out.Handles[0].Events : 0;
    CloseHandle(poll.event);
    return events;
}

/* Waits until one of these is so. */
CHECK_UNUSED static void level_wait(SOCKET socket, ULONG events)
{
    struct poll poll = {0};
    NTSTATUS status = poll_one((HANDLE)socket, &poll, socket, events);
    CHECK_NET_NEEDS(status == STATUS_SUCCESS || (status == STATUS_PENDING && poll_ends(&poll)));
    CloseHandle(poll.event);
}

#endif
