/* The clients of soak.c: each is a thread with some connections, of which it takes one at random
 * and lets it do something. */

#define SMALL 8000   /* what both ends' buffers hold, so that a send that blocks comes to an end */
#define LARGE 200000 /* more than that */

#define STATUS_OF(request) ((DWORD)(request)->overlapped.Internal)
#define NT_CANCELLED       0xC0000120u
#define NT_ABORTED         0xC0000241u

#define IOCTL_AFD_POLL   0x00012024
#define POLL_INPUT       0x0019u /* RECEIVE, DISCONNECT, ABORT */
#define POLL_LOCAL_CLOSE 0x0020u

/* An AFD_POLL_INFO about one socket. */
struct poll_info {
    LARGE_INTEGER timeout;
    ULONG         count, exclusive;
    HANDLE        socket;
    ULONG         events;
    NTSTATUS      status;
};

/* How a request tells its end. */
enum notice { BY_EVENT, BY_PORT, BY_ROUTINE, NOTICES };

struct request {
    OVERLAPPED    overlapped;
    volatile LONG ended;
};

struct slot {
    SOCKET             s;
    BOOL               connected;
    enum notice        notice;
    enum contract      contract;
    unsigned           number; /* of the conversation: gives its bytes */
    unsigned long long sent, received;
    struct request     receiving, sending;
};

struct client {
    int                conversations, made;
    unsigned long long random;
    HANDLE             port, events[2];
    HANDLE             afd; /* \\Device\\Afd, whose requests end at the port */
    struct slot        slots[SLOTS];
    unsigned char      out[LARGE], in[LARGE];
};

static volatile LONG next_number, talks, resets_made, half_closes, closes, closes_pending;
static volatile LONG cancels, again, hung_up, polls;
static volatile LONGLONG bytes_echoed;

static unsigned char byte_at(const struct slot *slot, unsigned long long position)
{
    if (position == 0)
        return (unsigned char)slot->contract;
    return (unsigned char)(slot->number * 131 + position * 7 + (position >> 8));
}

static DWORD fill(struct client *client, struct slot *slot, DWORD length)
{
    DWORD i;

    for (i = 0; i < length; i++)
        client->out[i] = byte_at(slot, slot->sent + i);
    slot->sent += length;
    return length;
}

static void compare(struct client *client, struct slot *slot, DWORD count)
{
    DWORD i;

    for (i = 0; i < count; i++)
        check(client->in[i] == byte_at(slot, slot->received + i), "bytes come back as they went");
    slot->received += count;
    check(slot->received <= slot->sent, "no more come back than went");
    InterlockedExchangeAdd64(&bytes_echoed, count);
}

static void CALLBACK on_end(DWORD error, DWORD bytes, LPOVERLAPPED overlapped, DWORD flags)
{
    (void)error, (void)bytes, (void)flags;
    InterlockedIncrement(&((struct request *)overlapped)->ended);
}

static LPWSAOVERLAPPED_COMPLETION_ROUTINE prepare(struct client *client, struct slot *slot,
                                                  struct request *request)
{
    ZeroMemory(request, sizeof *request);
    if (slot->notice == BY_EVENT)
        request->overlapped.hEvent = client->events[request == &slot->sending];
    return slot->notice == BY_ROUTINE ? on_end : NULL;
}

/* Waits for the end of a request; what it came to is in its OVERLAPPED. */
static void await(struct client *client, enum notice notice, struct request *request)
{
    while (!request->ended)
        switch (notice) {
        case BY_EVENT:
            check(WaitForSingleObject(request->overlapped.hEvent, INFINITE) == WAIT_OBJECT_0,
                  "an event");
            request->ended = 1;
            break;
        case BY_PORT: {
            DWORD       bytes;
            ULONG_PTR   key;
            OVERLAPPED *overlapped = NULL;
            GetQueuedCompletionStatus(client->port, &bytes, &key, &overlapped, INFINITE);
            check(overlapped != NULL, "a packet");
            ((struct request *)overlapped)->ended++;
            break;
        }
        default:
            SleepEx(INFINITE, TRUE);
        }
    check(request->ended == 1, "a request ends once");
    InterlockedIncrement(&ended);
}

static BOOL begin_receiving(struct client *client, struct slot *slot, DWORD length)
{
    LPWSAOVERLAPPED_COMPLETION_ROUTINE routine = prepare(client, slot, &slot->receiving);
    WSABUF                             buffer = {length, (char *)client->in};
    DWORD                              flags = 0;

    return is_begun(WSARecv(slot->s, &buffer, 1, NULL, &flags, &slot->receiving.overlapped,
                            routine) == 0);
}

static void close_slot(struct slot *slot)
{
    check(closesocket(slot->s) == 0, "closesocket");
    slot->s = INVALID_SOCKET;
    slot->connected = FALSE;
}

/* IOCTL_AFD_POLL about this socket, as wepoll and mio ask. */
static void begin_poll(struct client *client, struct slot *slot, struct request *request,
                       struct poll_info *info)
{
    NTSTATUS status;

    ZeroMemory(request, sizeof *request);
    ZeroMemory(info, sizeof *info);
    info->timeout.QuadPart = 0x7fffffffffffffffLL;
    info->count = 1;
    info->socket = (HANDLE)slot->s;
    info->events = POLL_INPUT;
    InterlockedIncrement(&begun);
    InterlockedIncrement(&polls);
    status = NtDeviceIoControlFile(client->afd, NULL, NULL, request,
                                   (IO_STATUS_BLOCK *)&request->overlapped, IOCTL_AFD_POLL, info,
                                   sizeof *info, info, sizeof *info);
    check(status == 0 || status == STATUS_PENDING, "IOCTL_AFD_POLL");
}

/* What is ready for a receive can be received without blocking, whoever says so. */
static int take_when_ready(struct client *client, struct slot *slot, DWORD limit)
{
    u_long           on = 1, off = 0;
    struct request   request;
    struct poll_info info;
    fd_set           readable;
    int              count;

    if (draw(&client->random, 2)) {
        FD_ZERO(&readable);
        FD_SET(slot->s, &readable);
        check(select(0, &readable, NULL, NULL, NULL) == 1, "select");
    } else {
        begin_poll(client, slot, &request, &info);
        await(client, BY_PORT, &request);
        check(STATUS_OF(&request) == 0 && info.count == 1 && info.events & POLL_INPUT, "a poll");
    }
    check(ioctlsocket(slot->s, FIONBIO, &on) == 0, "FIONBIO");
    count = recv(slot->s, (char *)client->in, (int)limit, 0);
    check(count >= 0 || WSAGetLastError() != WSAEWOULDBLOCK, "what is ready does not block");
    check(ioctlsocket(slot->s, FIONBIO, &off) == 0, "FIONBIO");
    return count;
}

/* The next bytes, at least one, or 0 at the peer's end, or -1 after its reset. */
static int take(struct client *client, struct slot *slot, DWORD limit)
{
    unsigned how = draw(&client->random, 3);
    int      count;

    if (how == 0) {
        count = recv(slot->s, (char *)client->in, (int)limit, 0);
    } else if (how == 1) {
        count = take_when_ready(client, slot, limit);
    } else if (begin_receiving(client, slot, limit)) {
        await(client, slot->notice, &slot->receiving);
        count = (int)slot->receiving.overlapped.InternalHigh;
        if (STATUS_OF(&slot->receiving) != 0)
            count = -1;
    } else {
        count = -1;
    }
    if (count > 0)
        compare(client, slot, (DWORD)count);
    return count;
}

static void take_all(struct client *client, struct slot *slot)
{
    while (slot->received < slot->sent) {
        unsigned long long missing = slot->sent - slot->received;
        check(take(client, slot, missing < LARGE ? (DWORD)missing : LARGE) > 0, "an echo comes");
    }
}

static void say(struct client *client, struct slot *slot, DWORD length)
{
    fill(client, slot, length);
    check(send(slot->s, (char *)client->out, (int)length, 0) == (int)length, "send");
}

static void talk(struct client *client, struct slot *slot)
{
    InterlockedIncrement(&talks);
    if (draw(&client->random, 20)) {
        say(client, slot, 1 + draw(&client->random, SMALL));
        take_all(client, slot);
    } else {
        LPWSAOVERLAPPED_COMPLETION_ROUTINE routine = prepare(client, slot, &slot->sending);
        WSABUF                             buffer;

        buffer.buf = (char *)client->out;
        buffer.len = fill(client, slot, 1 + draw(&client->random, LARGE));
        check(is_begun(WSASend(slot->s, &buffer, 1, NULL, 0, &slot->sending.overlapped, routine) ==
                       0), "WSASend");
        take_all(client, slot);
        await(client, slot->notice, &slot->sending);
        check(STATUS_OF(&slot->sending) == 0 &&
                  slot->sending.overlapped.InternalHigh == buffer.len, "everything is sent");
    }
}

/* The server ends it after its first echo. */
static void be_hung_up(struct client *client, struct slot *slot)
{
    enum contract contract = slot->contract;
    int           count;

    if (slot->sent == 0)
        say(client, slot, 1 + draw(&client->random, 1000));
    while ((count = take(client, slot, SMALL)) > 0)
        continue;
    check(contract == RESET || (count == 0 && slot->received == slot->sent),
          "everything comes back before the end");
    InterlockedIncrement(&hung_up);
    close_slot(slot);
}

static void half_close(struct client *client, struct slot *slot)
{
    int count;

    InterlockedIncrement(&half_closes);
    say(client, slot, 1 + draw(&client->random, SMALL));
    check(shutdown(slot->s, SD_SEND) == 0, "shutdown");
    while ((count = take(client, slot, SMALL)) > 0)
        continue;
    check(count == 0 && slot->received == slot->sent, "after a half-close the rest comes");
    close_slot(slot);
}

static void close_now(struct client *client, struct slot *slot)
{
    InterlockedIncrement(&closes);
    if (draw(&client->random, 2))
        say(client, slot, 1 + draw(&client->random, SMALL));
    close_slot(slot);
}

static void reset(struct client *client, struct slot *slot)
{
    InterlockedIncrement(&resets_made);
    if (draw(&client->random, 2))
        say(client, slot, 1 + draw(&client->random, SMALL));
    will_reset(slot->s);
    close_slot(slot);
}

static void close_pending(struct client *client, struct slot *slot)
{
    InterlockedIncrement(&closes_pending);
    check(begin_receiving(client, slot, SMALL), "WSARecv");
    close_slot(slot);
    await(client, slot->notice, &slot->receiving);
    check(STATUS_OF(&slot->receiving) == NT_ABORTED, "a close ends what is pending");
}

static void cancel(struct client *client, struct slot *slot)
{
    OVERLAPPED *one = draw(&client->random, 2) ? &slot->receiving.overlapped : NULL;

    InterlockedIncrement(&cancels);
    check(begin_receiving(client, slot, SMALL), "WSARecv");
    check(CancelIoEx((HANDLE)slot->s, one), "CancelIoEx");
    await(client, slot->notice, &slot->receiving);
    check(STATUS_OF(&slot->receiving) == NT_CANCELLED, "a request is cancelled");
}

/* A poll of a socket at rest ends by being cancelled, or with the socket. */
static void poll_in_vain(struct client *client, struct slot *slot)
{
    IO_STATUS_BLOCK  block;
    struct request   request;
    struct poll_info info;

    begin_poll(client, slot, &request, &info);
    if (draw(&client->random, 2)) {
        check(NtCancelIoFileEx(client->afd, (IO_STATUS_BLOCK *)&request.overlapped, &block) == 0,
              "NtCancelIoFileEx");
        await(client, BY_PORT, &request);
        check(STATUS_OF(&request) == NT_CANCELLED, "a poll is cancelled");
    } else {
        close_slot(slot);
        await(client, BY_PORT, &request);
        check(STATUS_OF(&request) == 0 && info.events == POLL_LOCAL_CLOSE, "a poll sees the close");
    }
}

/* The socket stays, bound and associated as it was. */
static void disconnect(struct client *client, struct slot *slot)
{
    (void)client;
    InterlockedIncrement(&again);
    check(disconnect_ex(slot->s, NULL, TF_REUSE_SOCKET, 0), "DisconnectEx");
    slot->connected = FALSE;
}

static void open_socket(struct client *client, struct slot *slot)
{
    struct sockaddr_in any = {0};

    slot->s = socket(AF_INET, SOCK_STREAM, 0);
    check(slot->s != INVALID_SOCKET, "socket");
    slot->notice = (enum notice)draw(&client->random, NOTICES);
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(slot->s, (struct sockaddr *)&any, sizeof any) == 0, "bind");
    if (slot->notice == BY_PORT)
        check(CreateIoCompletionPort((HANDLE)slot->s, client->port, 0, 0) == client->port,
              "CreateIoCompletionPort");
}

/* A connect that does not wait, and a wait for it. */
static void connect_and_select(SOCKET s, const struct sockaddr_in *to)
{
    u_long on = 1, off = 0;
    fd_set writable;

    FD_ZERO(&writable);
    FD_SET(s, &writable);
    check(ioctlsocket(s, FIONBIO, &on) == 0, "FIONBIO");
    check(connect(s, (const struct sockaddr *)to, sizeof *to) == 0 ||
              WSAGetLastError() == WSAEWOULDBLOCK, "connect");
    check(select(0, NULL, &writable, NULL, NULL) == 1, "select");
    check(ioctlsocket(s, FIONBIO, &off) == 0, "FIONBIO");
}

static void connect_slot(struct client *client, struct slot *slot)
{
    struct sockaddr_in to = {0};
    DWORD              first = 0;

    if (slot->s == INVALID_SOCKET)
        open_socket(client, slot);
    /* All of 127/8 is this machine, and each pair of addresses has ports of its own. */
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK + draw(&client->random, 250));
    to.sin_port = port_number;
    slot->contract = draw(&client->random, 8) ? GO_ON
                                              : (enum contract)draw(&client->random, CONTRACTS);
    slot->number = (unsigned)InterlockedIncrement(&next_number);
    slot->sent = slot->received = 0;
    switch (draw(&client->random, 3)) {
    case 0:
        check(connect(slot->s, (struct sockaddr *)&to, sizeof to) == 0, "connect");
        break;
    case 1:
        connect_and_select(slot->s, &to);
        break;
    default:
        /* There is no routine: the event serves. */
        prepare(client, slot, &slot->sending);
        if (slot->notice == BY_ROUTINE)
            slot->sending.overlapped.hEvent = client->events[1];
        if (draw(&client->random, 2))
            first = fill(client, slot, 1 + draw(&client->random, 1000));
        check(is_begun(connect_ex(slot->s, (struct sockaddr *)&to, sizeof to, client->out, first,
                                  NULL, &slot->sending.overlapped)), "ConnectEx");
        await(client, slot->notice == BY_ROUTINE ? BY_EVENT : slot->notice, &slot->sending);
        check(STATUS_OF(&slot->sending) == 0 && slot->sending.overlapped.InternalHigh == first,
              "the connection");
        check(setsockopt(slot->s, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0) == 0,
              "SO_UPDATE_CONNECT_CONTEXT");
    }
    slot->connected = TRUE;
    client->made++;
}

static void (*const deeds[])(struct client *, struct slot *) = {
    talk, talk, talk, talk, talk, talk, cancel, cancel, poll_in_vain,
    half_close, reset, close_now, close_pending, disconnect,
};

static DWORD WINAPI run_client(LPVOID parameter)
{
    struct client *client = parameter;
    int            i;

    while (client->made < client->conversations) {
        struct slot *slot = &client->slots[draw(&client->random, SLOTS)];

        if (!slot->connected) {
            connect_slot(client, slot);
        } else if (slot->contract != GO_ON) {
            be_hung_up(client, slot);
        } else {
            /* Only a conversation at rest: what is under way on it has come back. */
            take_all(client, slot);
            deeds[draw(&client->random, sizeof deeds / sizeof *deeds)](client, slot);
        }
    }
    for (i = 0; i < SLOTS; i++)
        if (client->slots[i].s != INVALID_SOCKET)
            close_slot(&client->slots[i]);
    for (i = 0; i < 2; i++)
        check(CloseHandle(client->events[i]), "CloseHandle");
    check(CloseHandle(client->afd) && CloseHandle(client->port), "CloseHandle");
    free(client);
    return 0;
}

static void open_afd(struct client *client)
{
    UNICODE_STRING    name;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK   block;

    RtlInitUnicodeString(&name, L"\\Device\\Afd\\Soak");
    InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
    check(NtCreateFile(&client->afd, SYNCHRONIZE, &attributes, &block, NULL, 0,
                       FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, 0, NULL, 0) == 0,
          "NtCreateFile");
    check(CreateIoCompletionPort(client->afd, client->port, 0, 0) == client->port,
          "CreateIoCompletionPort");
}

static HANDLE start_client(int number, int conversations)
{
    struct client *client = calloc(1, sizeof *client);
    HANDLE         thread;
    int            i;

    check(client != NULL, "calloc");
    client->conversations = conversations;
    client->random = random_of((unsigned)number) + (unsigned)conversations;
    client->port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    check(client->port != NULL, "a port");
    open_afd(client);
    for (i = 0; i < 2; i++)
        check((client->events[i] = CreateEventW(NULL, FALSE, FALSE, NULL)) != NULL, "an event");
    for (i = 0; i < SLOTS; i++)
        client->slots[i].s = INVALID_SOCKET;
    thread = CreateThread(NULL, 0, run_client, client, 0, NULL);
    check(thread != NULL, "CreateThread");
    return thread;
}

static void tell_clients(void)
{
    printf("the clients: %ld conversations, %lld bytes echoed in %ld talks, %ld resets, "
           "%ld half-closes, %ld closes, %ld with a request pending, %ld requests cancelled, "
           "%ld polls, %ld sockets used again, hung up %ld times\n",
           (long)next_number, (long long)bytes_echoed, (long)talks, (long)resets_made,
           (long)half_closes, (long)closes, (long)closes_pending, (long)cancels, (long)polls,
           (long)again, (long)hung_up);
}
