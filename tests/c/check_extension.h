/* Microsoft's extension functions for the C tests, asked for by their GUIDs as programs do.
 * Include <winsock2.h>, <mswsock.h> and "check_net.h" first. */
#ifndef LAPWING_TESTS_CHECK_EXTENSION_H
#define LAPWING_TESTS_CHECK_EXTENSION_H

#include "check_net.h"
#include "check_port.h"

/* The call returns FALSE with this code, which is ERROR_IO_PENDING when it has begun. */
#define REFUSED(call, code) \
    ((void)check_equal((call), FALSE, #call " == FALSE", __FILE__, __LINE__), \
     (void)check_equal(WSAGetLastError(), (code), "with " #code, __FILE__, __LINE__))

/* The areas of addresses are larger than the addresses by this. */
#define AREA (sizeof(struct sockaddr_in) + 16)

/* Fills in the pointer to a function. */
CHECK_UNUSED static int check_extension(SOCKET s, GUID guid, void *function)
{
    DWORD count = 0;
    return WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &guid, sizeof guid, function,
                    sizeof(void *), &count, NULL, NULL) == 0 &&
           count == sizeof(void *);
}

/* Waits for the event of an overlapped call and gives its Win32 code, 0 after success. */
CHECK_UNUSED static DWORD check_outcome(SOCKET s, OVERLAPPED *overlapped, DWORD *count)
{
    *count = UNTOUCHED;
    CHECK_NET_NEEDS(WaitForSingleObject(overlapped->hEvent, HANG_GUARD) == WAIT_OBJECT_0);
    return GetOverlappedResult((HANDLE)s, overlapped, count, FALSE) ? 0 : GetLastError();
}

#endif
