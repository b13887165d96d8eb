/* One status, two error languages.
 * semantics.md: 3 (every row of the table), 1.1 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

struct row {
    DWORD status, win32, winsock;
};

/* STATUS_PENDING is not here: it is no result, see result.c. */
static const struct row table[] = {
    {0x80000005, 234, 10040},  /* BUFFER_OVERFLOW */
    {0xc000020d, 64, 10054},   /* CONNECTION_RESET */
    {0xc000020c, 64, 10054},   /* CONNECTION_DISCONNECTED */
    {0xc000013c, 64, 10054},   /* REMOTE_DISCONNECT */
    {0xc000013b, 64, 10053},   /* LOCAL_DISCONNECT */
    {0xc0000241, 1236, 10053}, /* CONNECTION_ABORTED */
    {0xc000020f, 59, 10053},   /* TRANSACTION_ABORTED */
    {0xc0000120, 995, 995},    /* CANCELLED */
    {0xc0000236, 1225, 10061}, /* CONNECTION_REFUSED */
    {0xc00000bc, 51, 10061},   /* REMOTE_NOT_LISTENING */
    {0xc0000237, 1226, 10101}, /* GRACEFUL_DISCONNECT */
    {0xc000023b, 1230, 10056}, /* CONNECTION_ACTIVE */
    {0xc0000140, 59, 10057},   /* INVALID_CONNECTION */
    {0xc000023c, 1231, 10051}, /* NETWORK_UNREACHABLE */
    {0xc000023e, 1233, 10051}, /* PROTOCOL_UNREACHABLE */
    {0xc00000be, 53, 10051},   /* BAD_NETWORK_PATH */
    {0xc000023d, 1232, 10065}, /* HOST_UNREACHABLE */
    {0xc000023f, 1234, 10054}, /* PORT_UNREACHABLE */
    {0xc0000350, 1256, 10064}, /* HOST_DOWN */
    {0xc0000240, 1235, 10004}, /* REQUEST_ABORTED */
    {0xc00000b5, 121, 10060},  /* IO_TIMEOUT */
    {0xc000013f, 59, 10060},   /* LINK_TIMEOUT */
    {0xc000013e, 59, 10054},   /* LINK_FAILED */
    {0xc000020a, 52, 10048},   /* ADDRESS_ALREADY_EXISTS */
    {0xc0000043, 32, 10048},   /* SHARING_VIOLATION */
    {0xc0000141, 59, 10049},   /* INVALID_ADDRESS */
    {0xc0000207, 1214, 10049}, /* INVALID_ADDRESS_COMPONENT */
    {0xc0000209, 68, 10055},   /* TOO_MANY_ADDRESSES */
    {0xc0000206, 1784, 10040}, /* INVALID_BUFFER_SIZE */
    {0xc0000023, 122, 10014},  /* BUFFER_TOO_SMALL */
    {0xc0000005, 998, 10014},  /* ACCESS_VIOLATION */
    {0xc00002c5, 998, 10014},  /* DATATYPE_MISALIGNMENT_ERROR */
    {0xc0000022, 5, 10013},    /* ACCESS_DENIED */
    {0xc0000008, 6, 10038},    /* INVALID_HANDLE */
    {0xc0000024, 6, 10038},    /* OBJECT_TYPE_MISMATCH */
    {0xc00000b0, 233, 10058},  /* PIPE_DISCONNECTED */
    {0xc00000a3, 21, 10035},   /* DEVICE_NOT_READY */
    {0xc00000d0, 71, 10035},   /* REQUEST_NOT_ACCEPTED */
    {0xc00000bb, 50, 10045},   /* NOT_SUPPORTED */
    {0xc0000002, 1, 10045},    /* NOT_IMPLEMENTED */
    {0xc0000017, 8, 10055},    /* NO_MEMORY */
    {0xc000009a, 1450, 10055}, /* INSUFFICIENT_RESOURCES */
    {0xc0000044, 1816, 10055}, /* QUOTA_EXCEEDED */
    {0xc0000007, 1454, 10055}, /* PAGEFILE_QUOTA */
    {0xc00000a1, 1453, 10055}, /* WORKING_SET_QUOTA */
    {0xc000012d, 1455, 10055}, /* COMMITMENT_LIMIT */
    {0xc0000097, 8, 10055},    /* TOO_MANY_PAGING_FILES */
    {0xc0000018, 487, 10055},  /* CONFLICTING_ADDRESSES */
    {0xc000013d, 51, 10055},   /* REMOTE_RESOURCES */
    {0xc000000e, 433, 10050},  /* NO_SUCH_DEVICE */
    {0xc000000f, 2, 10050},    /* NO_SUCH_FILE */
    {0xc0000034, 2, 10050},    /* OBJECT_NAME_NOT_FOUND */
    {0xc000003a, 3, 10050},    /* OBJECT_PATH_NOT_FOUND */
    {0xc00000bf, 54, 10050},   /* NETWORK_BUSY */
    {0xc00000c3, 58, 10050},   /* INVALID_NETWORK_RESPONSE */
    {0xc00000c4, 59, 10050},   /* UNEXPECTED_NETWORK_ERROR */
    {0xc000000d, 87, 10022},   /* INVALID_PARAMETER: any other failure */
    {0xc0000001, 31, 10022},   /* UNSUCCESSFUL */
    {0xc0000011, 38, 10022},   /* END_OF_FILE */
    {0xc000014b, 109, 10022},  /* PIPE_BROKEN */
    {0xc00000b1, 232, 10022},  /* PIPE_CLOSING */
    {0xc00000d9, 232, 10022},  /* PIPE_EMPTY */
    {0xc00000b2, 535, 10022},  /* PIPE_CONNECTED */
    {0xc00000b3, 536, 10022},  /* PIPE_LISTENING */
    {0xc00000ac, 231, 10022},  /* PIPE_NOT_AVAILABLE */
    {0xc00000ae, 231, 10022},  /* PIPE_BUSY */
    {0xc00000ad, 230, 10022},  /* INVALID_PIPE_STATE */
    {0xc0000225, 1168, 10022}, /* NOT_FOUND */
    {0xc0000010, 1, 10022},    /* INVALID_DEVICE_REQUEST */
    {0xc0000184, 22, 10022},   /* INVALID_DEVICE_STATE */
};

static void the_table(SOCKET s)
{
    size_t index;

    FACT("3", "GetOverlappedResult reads a status as Win32, WSAGetOverlappedResult as Winsock");
    for (index = 0; index < sizeof table / sizeof *table; index++) {
        const struct row *row = &table[index];
        OVERLAPPED overlapped = {0};
        DWORD count = UNTOUCHED, flags = UNTOUCHED, win32, winsock;
        overlapped.Internal = row->status;
        overlapped.InternalHigh = 3;
        SetLastError(UNTOUCHED);
        if (GetOverlappedResult((HANDLE)s, &overlapped, &count, FALSE))
            SetLastError(UNTOUCHED);
        win32 = GetLastError();
        if (WSAGetOverlappedResult(s, &overlapped, &count, FALSE, &flags))
            SetLastError(UNTOUCHED);
        winsock = GetLastError();
        SHOW("%08lx: %lu %lu", (unsigned long)row->status, (unsigned long)win32,
             (unsigned long)winsock);
        CHECK_EQ(win32, row->win32);
        CHECK_EQ(winsock, row->winsock);
    }
}

static void both(SOCKET s, OVERLAPPED *overlapped, DWORD win32, DWORD winsock)
{
    DWORD count = UNTOUCHED, flags = UNTOUCHED;
    CHECK_EQ(GetOverlappedResult((HANDLE)s, overlapped, &count, FALSE), FALSE);
    CHECK_EQ(GetLastError(), win32);
    CHECK_EQ(WSAGetOverlappedResult(s, overlapped, &count, FALSE, &flags), FALSE);
    CHECK_EQ(GetLastError(), winsock);
}

static void real_failures(HANDLE port)
{
    SOCKET client, server;
    OVERLAPPED overlapped = {0};
    WSABUF description;
    DWORD flags = 0;
    char buffer[4];

    description.len = sizeof buffer;
    description.buf = buffer;
    check_net_pair(&client, &server);
    CHECK(CreateIoCompletionPort((HANDLE)server, port, 1, 0) == port);
    FACT("3", "a cancelled receive: 995 and 995");
    CHECK_EQ(WSARecv(server, &description, 1, NULL, &flags, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(CancelIoEx((HANDLE)server, &overlapped), TRUE);
    CHECK_FAILURE(port, 1, &overlapped, ERROR_OPERATION_ABORTED);
    both(server, &overlapped, ERROR_OPERATION_ABORTED, WSA_OPERATION_ABORTED);
    FACT("3", "a reset: 64 and 10054");
    CHECK_EQ(WSARecv(server, &description, 1, NULL, &flags, &overlapped, NULL), SOCKET_ERROR);
    check_net_reset(client);
    CHECK_FAILURE(port, 1, &overlapped, ERROR_NETNAME_DELETED);
    both(server, &overlapped, ERROR_NETNAME_DELETED, WSAECONNRESET);
    closesocket(server);
}

int main(void)
{
    HANDLE port;
    SOCKET s;
    check_net_start();
    port = check_port();
    s = check_net_socket();
    the_table(s);
    closesocket(s);
    real_failures(port);
    CHECK_EQ(CloseHandle(port), TRUE);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
