/* Datagrams echoed between two overlapped sockets on one port: at a bounded depth the loopback
 * loses none, and each comes back once, to whom it belongs.
 *
 *   datagrams THREADS DEPTH COUNT
 *
 * The client keeps DEPTH datagrams under way; each carries its number and a pattern of its own
 * length.  The server sends back whatever it receives to where it came from.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

#define DEPTH_MAX 64
#define LENGTH    600

struct slot {
    OVERLAPPED receiving, sending; /* the first member: a packet's OVERLAPPED names the slot */
    char received[LENGTH], sent[LENGTH];
    struct sockaddr_in from;
    int from_length;
};

static HANDLE port;
static SOCKET client, server;
static struct sockaddr_in server_address, client_address;
static struct slot client_slots[DEPTH_MAX], server_slots[DEPTH_MAX];
static LONG count;
static volatile LONG next_number, echoed;
static volatile LONG *seen;

static void check(BOOL condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "not so: %s (last error %d)\n", what, WSAGetLastError());
        exit(1);
    }
}

static SOCKET open_socket(struct sockaddr_in *own, ULONG_PTR key)
{
    SOCKET s = WSASocketA(AF_INET, SOCK_DGRAM, IPPROTO_UDP, NULL, 0, WSA_FLAG_OVERLAPPED);
    int length = sizeof *own;

    memset(own, 0, sizeof *own);
    own->sin_family = AF_INET;
    own->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(s, (struct sockaddr *)own, sizeof *own) == 0, "bind");
    check(getsockname(s, (struct sockaddr *)own, &length) == 0, "getsockname");
    check(CreateIoCompletionPort((HANDLE)s, port, key, 0) == port, "the port");
    return s;
}

static void receive(SOCKET s, struct slot *slot)
{
    WSABUF buffer = {LENGTH, slot->received};
    DWORD flags = 0;

    memset(&slot->receiving, 0, sizeof slot->receiving);
    slot->from_length = sizeof slot->from;
    check(WSARecvFrom(s, &buffer, 1, NULL, &flags, (struct sockaddr *)&slot->from,
                      &slot->from_length, &slot->receiving, NULL) == 0 ||
              WSAGetLastError() == WSA_IO_PENDING, "WSARecvFrom");
}

static void send_to(SOCKET s, struct slot *slot, DWORD length, const struct sockaddr_in *to)
{
    WSABUF buffer = {length, slot->sent};

    memset(&slot->sending, 0, sizeof slot->sending);
    check(WSASendTo(s, &buffer, 1, NULL, 0, (const struct sockaddr *)to, sizeof *to,
                    &slot->sending, NULL) == 0 || WSAGetLastError() == WSA_IO_PENDING, "WSASendTo");
}

static DWORD length_of(LONG number)
{
    return sizeof number + (DWORD)number % (LENGTH - sizeof number);
}

/* The client's next datagram; nothing when all have been sent. */
static void send_next(struct slot *slot)
{
    LONG number = InterlockedIncrement(&next_number) - 1;
    DWORD length = length_of(number);

    if (number >= count) return;
    memset(slot->sent, number % 251, length);
    memcpy(slot->sent, &number, sizeof number);
    send_to(client, slot, length, &server_address);
}

static void check_echo(struct slot *slot, DWORD bytes)
{
    LONG number, bit;
    DWORD at;

    check(bytes >= sizeof number, "an echo has a number");
    memcpy(&number, slot->received, sizeof number);
    check(number >= 0 && number < count && bytes == length_of(number), "it has its length");
    for (at = sizeof number; at < bytes; at++)
        check((unsigned char)slot->received[at] == number % 251, "it has its pattern");
    check(slot->from.sin_port == server_address.sin_port, "it comes from the server");
    bit = (LONG)(1u << (number % 32));
    check(!(InterlockedOr(&seen[number / 32], bit) & bit), "it comes once");
}

static void finished(struct slot *slot, OVERLAPPED *overlapped, ULONG_PTR key, DWORD bytes)
{
    if (overlapped == &slot->sending) return;
    if (key == 2) {
        check(slot->from.sin_port == client_address.sin_port, "the server knows the client");
        memcpy(slot->sent, slot->received, bytes);
        send_to(server, slot, bytes, &slot->from);
        receive(server, slot);
        return;
    }
    check_echo(slot, bytes);
    if (InterlockedIncrement(&echoed) == count) {
        PostQueuedCompletionStatus(port, 0, 0, NULL);
        return;
    }
    /* In this order: from the receive on, another thread may have the slot. */
    send_next(slot);
    receive(client, slot);
}

static DWORD WINAPI work(void *unused)
{
    (void)unused;
    for (;;) {
        DWORD bytes = 0;
        ULONG_PTR key = 0;
        OVERLAPPED *overlapped = NULL;
        struct slot *slots;
        size_t index;

        check(GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 30000), "a packet");
        if (key == 0) {
            PostQueuedCompletionStatus(port, 0, 0, NULL);
            return 0;
        }
        slots = key == 1 ? client_slots : server_slots;
        index = (size_t)((char *)overlapped - (char *)slots) / sizeof *slots;
        finished(&slots[index], overlapped, key, bytes);
    }
}

int main(int argc, char **argv)
{
    int threads = argc > 1 ? atoi(argv[1]) : 2, depth = argc > 2 ? atoi(argv[2]) : 16, index;
    HANDLE workers[DEPTH_MAX];
    WSADATA data;

    count = argc > 3 ? atol(argv[3]) : 100000;
    check(WSAStartup(MAKEWORD(2, 2), &data) == 0, "WSAStartup");
    check(threads > 0 && threads <= DEPTH_MAX && depth > 0 && depth <= DEPTH_MAX, "arguments");
    seen = (volatile LONG *)calloc((size_t)count / 32 + 1, sizeof *seen);
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    client = open_socket(&client_address, 1);
    server = open_socket(&server_address, 2);
    for (index = 0; index < depth; index++) {
        receive(server, &server_slots[index]);
        receive(client, &client_slots[index]);
    }
    /* Before there are workers: one of them may send from any slot that has received. */
    for (index = 0; index < depth; index++)
        send_next(&client_slots[index]);
    for (index = 0; index < threads; index++)
        workers[index] = CreateThread(NULL, 0, work, NULL, 0, NULL);
    for (index = 0; index < threads; index++)
        WaitForSingleObject(workers[index], INFINITE);
    check(echoed == count, "everything has come back");
    printf("%ld datagrams, each echoed once\n", (long)count);
    return 0;
}
