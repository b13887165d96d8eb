/* Posted packets, and the ways to find none.
 * semantics.md: 2 (packet posted with any values; timeout; invalid port), 2.2, 2.3, 2.4, 4.2 */
#include <winsock2.h>
#include <windows.h>
#include "check_port.h"

static void posted_as_it_is(HANDLE port)
{
    static OVERLAPPED failed;
    struct check_taken taken;

    FACT("2", "a packet is delivered exactly as posted, whatever the values");
    CHECK_EQ(PostQueuedCompletionStatus(port, 123, 456, NULL), TRUE);
    CHECK_SUCCESS(port, 456, NULL, 123);
    CHECK_EQ(PostQueuedCompletionStatus(port, 0xffffffff, (ULONG_PTR)-1, (OVERLAPPED *)-1), TRUE);
    CHECK_SUCCESS(port, (ULONG_PTR)-1, (OVERLAPPED *)(ULONG_PTR)-1, 0xffffffff);
    CHECK_EQ(PostQueuedCompletionStatus(port, 0, 0, NULL), TRUE);
    CHECK_SUCCESS(port, 0, NULL, 0);
    CHECK_EQ(PostQueuedCompletionStatus(port, 1, 2, (OVERLAPPED *)3), TRUE);
    CHECK_SUCCESS(port, 2, (OVERLAPPED *)3, 1);

    FACT("2", "Internal is not read: a posted packet is a success");
    failed.Internal = NT_CANCELLED;
    failed.InternalHigh = 77;
    CHECK_EQ(PostQueuedCompletionStatus(port, 5, 6, &failed), TRUE);
    taken = check_take(port, HANG_GUARD);
    CHECK_EQ(taken.ok, TRUE);
    CHECK_EQ(taken.bytes, 5);
    CHECK(taken.overlapped == &failed);
    CHECK_EQ(failed.Internal, NT_CANCELLED);
    CHECK_EQ(failed.InternalHigh, 77);
}

static void nothing_there(HANDLE port)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);

    FACT("2", "timeout: only the OVERLAPPED is written, and it is NULL");
    CHECK_NO_PACKET(port, 0, WAIT_TIMEOUT);
    CHECK_NO_PACKET(port, 1, WAIT_TIMEOUT);

    FACT("2", "a call on an invalid port gives 6 and a NULL OVERLAPPED");
    CHECK_NO_PACKET(NULL, 0, ERROR_INVALID_HANDLE);
    CHECK_NO_PACKET(INVALID_HANDLE_VALUE, 0, ERROR_INVALID_HANDLE);
    CHECK_NO_PACKET(event, 0, ERROR_INVALID_HANDLE);
    CHECK_EQ(CloseHandle(event), TRUE);
    CHECK_NO_PACKET(event, 0, ERROR_INVALID_HANDLE);
}

static void first_in_first_out(HANDLE port)
{
    OVERLAPPED_ENTRY entries[8];
    ULONG count = UNTOUCHED;
    ULONG_PTR index;

    FACT("2.3", "packets come out in the order in which they were posted");
    for (index = 0; index < 8; index++)
        PostQueuedCompletionStatus(port, (DWORD)index, 100 + index, NULL);
    for (index = 0; index < 3; index++)
        CHECK_SUCCESS(port, 100 + index, NULL, index);

    FACT("2.2", "GetQueuedCompletionStatusEx takes what is there and fits, in order");
    memset(entries, 0x5a, sizeof entries);
    CHECK_EQ(GetQueuedCompletionStatusEx(port, entries, 3, &count, HANG_GUARD, FALSE), TRUE);
    CHECK_EQ(count, 3);
    for (index = 0; index < 3; index++) {
        CHECK_EQ(entries[index].lpCompletionKey, 103 + index);
        CHECK_EQ(entries[index].dwNumberOfBytesTransferred, 3 + index);
        CHECK(entries[index].lpOverlapped == NULL);
        CHECK_EQ((DWORD)entries[index].Internal, 0);
    }
    CHECK_EQ(entries[3].lpCompletionKey, 0x5a5a5a5a5a5a5a5a);
    CHECK_EQ(GetQueuedCompletionStatusEx(port, entries, 8, &count, HANG_GUARD, FALSE), TRUE);
    CHECK_EQ(count, 2);
    CHECK_EQ(entries[0].lpCompletionKey, 106);
    CHECK_EQ(entries[1].lpCompletionKey, 107);
}

static void many(HANDLE port)
{
    static OVERLAPPED_ENTRY entries[300];
    ULONG count = 0, taken = 0, out_of_order = 0, index;

    FACT("2.2", "a large array is served, perhaps in several calls, without a gap");
    for (index = 0; index < 300; index++)
        PostQueuedCompletionStatus(port, index, index, NULL);
    while (taken < 300) {
        if (!GetQueuedCompletionStatusEx(port, entries, 300, &count, HANG_GUARD, FALSE) || !count)
            break;
        for (index = 0; index < count; index++)
            out_of_order += entries[index].lpCompletionKey != taken + index;
        taken += count;
    }
    CHECK_EQ(taken, 300);
    CHECK_EQ(out_of_order, 0);
    CHECK_EMPTY(port);
}

static void ex_without_a_packet(HANDLE port)
{
    OVERLAPPED_ENTRY entry;
    ULONG count = UNTOUCHED;

    FACT("2.2", "GetQueuedCompletionStatusEx without a packet");
    SetLastError(UNTOUCHED);
    CHECK_EQ(GetQueuedCompletionStatusEx(port, &entry, 1, &count, 0, FALSE), FALSE);
    CHECK_EQ(GetLastError(), WAIT_TIMEOUT);
    CHECK(count <= 1 || count == UNTOUCHED);
    CHECK_EQ(GetQueuedCompletionStatusEx(NULL, &entry, 1, &count, 0, FALSE), FALSE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK_EQ(GetQueuedCompletionStatusEx(port, &entry, 0, &count, 0, FALSE), FALSE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
}

static void making_a_port(HANDLE port)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), other;

    FACT("4.2", "a port without a file ignores the key; failure is NULL");
    other = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 99, 1);
    CHECK(other != NULL);
    CHECK(other != INVALID_HANDLE_VALUE);
    CHECK_EQ(CloseHandle(other), TRUE);
    SetLastError(UNTOUCHED);
    CHECK(CreateIoCompletionPort(INVALID_HANDLE_VALUE, port, 0, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    SetLastError(UNTOUCHED);
    CHECK(CreateIoCompletionPort(NULL, port, 0, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(UNTOUCHED);
    CHECK(CreateIoCompletionPort(event, port, 0, 0) == NULL);
    CHECK(GetLastError() != UNTOUCHED);

    FACT("2", "posting to what is not a port");
    SetLastError(UNTOUCHED);
    CHECK_EQ(PostQueuedCompletionStatus(event, 0, 0, NULL), FALSE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK_EQ(PostQueuedCompletionStatus(NULL, 0, 0, NULL), FALSE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK_EQ(CloseHandle(event), TRUE);
}

int main(void)
{
    HANDLE port = check_port();
    posted_as_it_is(port);
    nothing_there(port);
    first_in_first_out(port);
    many(port);
    ex_without_a_packet(port);
    making_a_port(port);
    CHECK_EQ(CloseHandle(port), TRUE);
    FACT("2", "a call on a closed port gives 6");
    CHECK_NO_PACKET(port, 0, ERROR_INVALID_HANDLE);
    SetLastError(UNTOUCHED);
    CHECK_EQ(PostQueuedCompletionStatus(port, 0, 0, NULL), FALSE);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    return check_end();
}
