/* Completion ports for the C tests.  Include <winsock2.h> and <windows.h> first.
 *
 * What ought to come is waited for with HANG_GUARD: a time that only a hang reaches.  That nothing
 * has come is shown with a time of 0, after something that proves it would be there by now. */
#ifndef LAPWING_TESTS_CHECK_PORT_H
#define LAPWING_TESTS_CHECK_PORT_H

#include "check.h"

#define HANG_GUARD 20000

/* What stands in an output that the call must not touch. */
#define UNTOUCHED 0x5a5a5a5a

#ifndef STATUS_PENDING
#define STATUS_PENDING 0x103
#endif
/* NTSTATUS values; the headers that have them cannot be mixed with windows.h everywhere. */
#define NT_CANCELLED 0xc0000120
#define NT_CONNECTION_RESET 0xc000020d
#define NT_CONNECTION_ABORTED 0xc0000241

/* How GetQueuedCompletionStatus returned. */
struct check_taken {
    BOOL ok;
    DWORD error;
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *overlapped;
};

CHECK_UNUSED static HANDLE check_port(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    REQUIRE(port != NULL);
    return port;
}

/* One call, with outputs and last error set to UNTOUCHED before. */
CHECK_UNUSED static struct check_taken check_take(HANDLE port, DWORD milliseconds)
{
    struct check_taken taken = {0, 0, UNTOUCHED, UNTOUCHED, (OVERLAPPED *)(ULONG_PTR)UNTOUCHED};
    SetLastError(UNTOUCHED);
    taken.ok = GetQueuedCompletionStatus(port, &taken.bytes, &taken.key, &taken.overlapped,
                                         milliseconds);
    taken.error = GetLastError();
    return taken;
}

/* Whether the call returned this; the failure of the call itself leaves bytes and key alone. */
CHECK_UNUSED static int check_taken_is(struct check_taken taken, BOOL ok, DWORD error,
                                       ULONG_PTR key, void *overlapped, DWORD bytes,
                                       const char *text, const char *file, int line)
{
    int same = taken.ok == ok && taken.error == error && taken.key == key &&
               taken.overlapped == (OVERLAPPED *)overlapped && taken.bytes == bytes;
    if (!check_that(same, text, file, line))
        check_line("  seen: %d, error %lu, key %llx, %s OVERLAPPED, bytes %lx; wanted: %d, error "
                   "%lu, key %llx, bytes %lx\n", taken.ok, (unsigned long)taken.error,
                   (unsigned long long)taken.key,
                   taken.overlapped == (OVERLAPPED *)overlapped ? "the right"
                   : taken.overlapped ? "another" : "no", (unsigned long)taken.bytes, ok,
                   (unsigned long)error, (unsigned long long)key, (unsigned long)bytes);
    return same;
}

/* A packet of a request that succeeded (or that was posted). */
#define CHECK_SUCCESS(port, key, overlapped, bytes) \
    check_taken_is(check_take(port, HANG_GUARD), TRUE, UNTOUCHED, key, overlapped, bytes, \
                   "a packet: success, " #key ", " #overlapped ", " #bytes, __FILE__, __LINE__)

/* A packet of a request that failed. */
#define CHECK_FAILURE(port, key, overlapped, error) \
    check_taken_is(check_take(port, HANG_GUARD), FALSE, error, key, overlapped, 0, \
                   "a packet: " #error ", " #key ", " #overlapped, __FILE__, __LINE__)

/* No packet, for this reason: only the OVERLAPPED is written. */
#define CHECK_NO_PACKET(port, milliseconds, error) \
    check_taken_is(check_take(port, milliseconds), FALSE, error, UNTOUCHED, NULL, UNTOUCHED, \
                   "no packet at " #port ": " #error, __FILE__, __LINE__)

/* The port is empty now. */
#define CHECK_EMPTY(port) \
    check_taken_is(check_take(port, 0), FALSE, WAIT_TIMEOUT, UNTOUCHED, NULL, UNTOUCHED, \
                   "nothing at " #port, __FILE__, __LINE__)

#endif
