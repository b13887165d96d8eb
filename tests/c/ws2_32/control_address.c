/* WSAIoctl about this machine's addresses (T:sock:test_address_list_query,
 * test_get_interface_list, test_sioRoutingInterfaceQuery, test_sioAddressListChange). */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

#define UNSET 0xdeadbeef
#define HEAD FIELD_OFFSET(SOCKET_ADDRESS_LIST, Address[0])

static DWORD size;

/* A command: 0 or its code; `size` says what *lpcbBytesReturned is then. */
static int ask(SOCKET s, DWORD code, void *in, DWORD in_size, void *out, DWORD out_size,
               OVERLAPPED *overlapped)
{
    size = UNSET;
    WSASetLastError(UNSET);
    if (WSAIoctl(s, code, in, in_size, out, out_size, &size, overlapped, NULL) == 0)
        return WSAGetLastError();
    return WSAGetLastError();
}

static void list_query(void)
{
    static char buffer[4096];
    SOCKET_ADDRESS_LIST *list = (SOCKET_ADDRESS_LIST *)buffer;
    OVERLAPPED overlapped, *ended = NULL;
    ULONG_PTR key;
    DWORD expected, room, bytes;
    SOCKET s = check_net_socket();
    HANDLE port = CreateIoCompletionPort((HANDLE)s, NULL, 123, 0);
    int i, wrong = 0;

    FACT("5.12", "the addresses of this machine: without room the size is told");
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_QUERY, NULL, 0, NULL, 0, NULL), WSAEFAULT);
    CHECK(size >= HEAD);
    expected = size;
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_QUERY, NULL, 0, buffer, sizeof buffer, NULL), 0);
    CHECK(size == expected);
    room = FIELD_OFFSET(SOCKET_ADDRESS_LIST, Address) +
           (DWORD)list->iAddressCount * sizeof list->Address[0];
    for (i = 0; i < list->iAddressCount; i++) {
        room += list->Address[i].iSockaddrLength;
        wrong += list->Address[i].lpSockaddr->sa_family != AF_INET ||
                 list->Address[i].iSockaddrLength != sizeof(struct sockaddr_in);
    }
    CHECK(room == expected);
    CHECK_EQ(wrong, 0);
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_QUERY, NULL, 0, NULL, sizeof buffer, NULL), WSAEFAULT);
    CHECK(size == expected);
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_QUERY, NULL, 0, buffer, 1, NULL), WSAEINVAL);
    CHECK_EQ(size, 0);
    memset(buffer, 0xcc, sizeof buffer);
    if (expected > HEAD)
        CHECK_EQ(ask(s, SIO_ADDRESS_LIST_QUERY, NULL, 0, buffer, HEAD, NULL), WSAEFAULT);
    else
        SHOW("ok: ask(s, SIO_ADDRESS_LIST_QUERY, NULL, 0, buffer, HEAD, NULL) == WSAEFAULT");

    FACT("5.12", "with an OVERLAPPED a failure leaves it alone, and success makes a packet");
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.Internal = UNSET;
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_QUERY, NULL, 0, buffer, 1, &overlapped), WSAEINVAL);
    CHECK_EQ(overlapped.Internal, UNSET);
    CHECK_EQ(size, 0);
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_QUERY, NULL, 0, buffer, sizeof buffer, &overlapped), 0);
    CHECK(size == expected);
    CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &ended, 0));
    CHECK_EQ(bytes, 0);
    CHECK(ended == &overlapped);
    CHECK(!GetQueuedCompletionStatus(port, &bytes, &key, &ended, 0));
    CHECK_EQ(closesocket(s), 0);
    CHECK(CloseHandle(port));
}

static void interface_list(void)
{
    static INTERFACE_INFO found[64];
    OVERLAPPED overlapped, *ended = NULL;
    ULONG_PTR key;
    SOCKET s = check_net_socket();
    HANDLE port = CreateIoCompletionPort((HANDLE)s, NULL, 123, 0);
    DWORD expected, bytes, i, loopbacks = 0, wrong = 0;

    FACT("5.12", "the interfaces, each with its address and mask");
    CHECK_EQ(ask(s, SIO_GET_INTERFACE_LIST, NULL, 0, found, sizeof found, NULL), 0);
    CHECK(size > 0 && size != UNSET && size % sizeof *found == 0);
    expected = size;
    for (i = 0; i < expected / sizeof *found; i++) {
        struct sockaddr_in *address = &found[i].iiAddress.AddressIn;
        wrong += address->sin_family != AF_INET;
        wrong += found[i].iiNetmask.AddressIn.sin_addr.s_addr == 0;
        wrong += ((found[i].iiFlags & IFF_BROADCAST) != 0) !=
                 (found[i].iiBroadcastAddress.AddressIn.sin_addr.s_addr != 0);
        if (address->sin_addr.s_addr == htonl(INADDR_LOOPBACK))
            loopbacks += (found[i].iiFlags & (IFF_UP | IFF_LOOPBACK)) == (IFF_UP | IFF_LOOPBACK);
    }
    CHECK_EQ(wrong, 0);
    CHECK_EQ(loopbacks, 1);
    CHECK_EQ(ask(s, SIO_GET_INTERFACE_LIST, NULL, 0, found, sizeof *found - 1, NULL), WSAEFAULT);
    CHECK_EQ(size, 0);

    FACT("5.12", "with an OVERLAPPED it is pending, and its end tells the bytes");
    memset(&overlapped, 0, sizeof overlapped);
    CHECK_EQ(ask(s, SIO_GET_INTERFACE_LIST, NULL, 0, found, sizeof found, &overlapped),
             ERROR_IO_PENDING);
    CHECK_EQ(size, UNSET);
    CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &ended, 10000));
    CHECK(bytes == expected && ended == &overlapped && overlapped.InternalHigh == expected);
    CHECK_EQ(ask(s, SIO_GET_INTERFACE_LIST, NULL, 0, found, sizeof *found - 1, &overlapped),
             ERROR_IO_PENDING);
    CHECK_EQ(size, UNSET);
    CHECK(!GetQueuedCompletionStatus(port, &bytes, &key, &ended, 10000));
    CHECK_EQ(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    CHECK_EQ(bytes, 0);
    CHECK_EQ(closesocket(s), 0);
    CHECK(CloseHandle(port));
}

static void route_query(void)
{
    struct sockaddr_in in, out;
    struct sockaddr_in6 other;
    SOCKET s = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    const DWORD code = SIO_ROUTING_INTERFACE_QUERY;

    FACT("5.12", "the own address on the way to another: what is wrong");
    memset(&in, 0, sizeof in);
    memset(&other, 0, sizeof other);
    CHECK_EQ(ask(s, code, &in, sizeof in - 1, &out, sizeof out, NULL), WSAEINVAL);
    CHECK_EQ(size, UNSET);
    CHECK_EQ(ask(s, code, NULL, sizeof in, &out, sizeof out, NULL), WSAEINVAL);
    CHECK_EQ(size, UNSET);
    CHECK_EQ(ask(s, code, &in, sizeof in, &out, sizeof out, NULL), WSAEAFNOSUPPORT);
    CHECK_EQ(size, UNSET);
    other.sin6_family = AF_INET6;
    other.sin6_addr.s6_addr[15] = 1;
    CHECK_EQ(ask(s, code, &other, sizeof other, &out, sizeof out, NULL), WSAEAFNOSUPPORT);
    in.sin_family = AF_INET;
    CHECK_EQ(ask(s, code, &in, sizeof in, &out, sizeof out, NULL), WSAEINVAL);
    CHECK_EQ(size, UNSET);

    FACT("5.12", "the own address on the way to another");
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(&out, 0, sizeof out);
    CHECK_EQ(ask(s, code, &in, sizeof in, &out, sizeof out, NULL), 0);
    CHECK_EQ(size, sizeof out);
    CHECK_EQ(out.sin_family, AF_INET);
    CHECK_EQ(ntohl(out.sin_addr.s_addr), INADDR_LOOPBACK);
    CHECK_EQ(out.sin_port, 0);
    CHECK_EQ(ask(s, code, &in, sizeof in, &out, sizeof out - 1, NULL), WSAEFAULT);
    CHECK_EQ(size, sizeof out);
    CHECK_EQ(ask(s, code, &in, sizeof in, NULL, sizeof out, NULL), WSAEFAULT);
    CHECK_EQ(size, UNSET);
    CHECK_EQ(closesocket(s), 0);
}

static void list_change(void)
{
    struct sockaddr_in any = check_net_loopback(0);
    OVERLAPPED overlapped, *ended = NULL;
    ULONG_PTR key;
    DWORD bytes;
    u_long on = 1;
    HANDLE port;
    SOCKET s = check_net_socket();

    FACT("5.12", "a change of the addresses is waited for");
    CHECK_EQ(bind(s, (struct sockaddr *)&any, sizeof any), 0);
    CHECK_EQ(ioctlsocket(s, FIONBIO, &on), 0);
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_CHANGE, NULL, 0, NULL, 0, NULL), WSAEWOULDBLOCK);
    port = CreateIoCompletionPort((HANDLE)s, NULL, 0, 0);
    memset(&overlapped, 0, sizeof overlapped);
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_CHANGE, NULL, 0, NULL, 0, &overlapped), ERROR_IO_PENDING);
    CHECK_EQ(size, UNSET);
    CHECK(!GetQueuedCompletionStatus(port, &bytes, &key, &ended, 0));
    CHECK_EQ(GetLastError(), WAIT_TIMEOUT);
    CHECK(!HasOverlappedIoCompleted(&overlapped));

    FACT("6.8", "and can be cancelled");
    CHECK(CancelIoEx((HANDLE)s, &overlapped));
    CHECK(!GetQueuedCompletionStatus(port, &bytes, &key, &ended, 10000));
    CHECK_EQ(GetLastError(), ERROR_OPERATION_ABORTED);
    CHECK(ended == &overlapped);

    FACT("2", "closing ends it with 995");
    ended = NULL;
    CHECK_EQ(ask(s, SIO_ADDRESS_LIST_CHANGE, NULL, 0, NULL, 0, &overlapped), ERROR_IO_PENDING);
    CHECK_EQ(closesocket(s), 0);
    CHECK(!GetQueuedCompletionStatus(port, &bytes, &key, &ended, 10000));
    CHECK_EQ(GetLastError(), ERROR_OPERATION_ABORTED);
    CHECK(ended == &overlapped);
    CHECK(CloseHandle(port));
}

int main(void)
{
    check_net_start();
    list_query();
    interface_list();
    route_query();
    list_change();
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
