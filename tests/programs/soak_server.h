/* The server of soak.c: sessions that accept, echo, and accept again, all on one port.
 *
 * A session belongs to whoever holds its lock: a request may end before the call that began it has
 * returned.
 */

enum state { ACCEPTING, LOOKING, RECEIVING, SENDING, DISCONNECTING, CLOSING };

struct session {
    OVERLAPPED         overlapped;
    CRITICAL_SECTION   lock;
    enum state         state;
    SOCKET             s;
    BOOL               associated; /* the socket with the port, which lasts as long as it does */
    BOOL               greeted;    /* the contract is known */
    enum contract      contract;
    unsigned long long random;
    char               room[ROOM + 2 * AREA];
};

static struct session     sessions[SESSIONS];
static HANDLE             port, all_gone, workers[WORKERS];
static SOCKET             listener;
static unsigned short     port_number; /* in network byte order */
static volatile LONG      living, stopping, accepted, reused, resets_seen, cancelled;
static unsigned long long server_runs;

static void receive(struct session *session);

static BOOL is_stopping(void)
{
    return InterlockedCompareExchange(&stopping, 0, 0) != 0;
}

static void forget_socket(struct session *session)
{
    check(closesocket(session->s) == 0, "closesocket");
    session->s = INVALID_SOCKET;
    session->associated = FALSE;
}

static void retire(struct session *session)
{
    if (session->s != INVALID_SOCKET)
        forget_socket(session);
    if (InterlockedDecrement(&living) == 0)
        check(SetEvent(all_gone), "SetEvent");
}

/* With the socket that there is, if it may be used again. */
static void accept_next(struct session *session)
{
    DWORD count, wanted = draw(&session->random, 2) ? ROOM : 0;

    if (session->s == INVALID_SOCKET)
        session->s = WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    check(session->s != INVALID_SOCKET, "WSASocket");
    ZeroMemory(&session->overlapped, sizeof session->overlapped);
    session->state = ACCEPTING;
    session->greeted = FALSE;
    if (is_stopping() || !is_begun(accept_ex(listener, session->s, session->room, wanted, AREA,
                                             AREA, &count, &session->overlapped))) {
        check(is_stopping(), "AcceptEx fails only when the listener is closed");
        retire(session);
    }
}

static void start_again(struct session *session)
{
    forget_socket(session);
    accept_next(session);
}

static void lost(struct session *session)
{
    InterlockedIncrement(&resets_seen);
    start_again(session);
}

static BOOL begin_receive(struct session *session, enum state state, ULONG room)
{
    WSABUF buffer = {room, session->room};
    DWORD  flags = 0;

    ZeroMemory(&session->overlapped, sizeof session->overlapped);
    session->state = state;
    return is_begun(WSARecv(session->s, &buffer, 1, NULL, &flags, &session->overlapped, NULL) == 0);
}

static void receive(struct session *session)
{
    unsigned how = draw(&session->random, 16);

    if (!begin_receive(session, how < 3 ? LOOKING : RECEIVING, how < 3 ? 0 : ROOM)) {
        check(WSAGetLastError() == WSAECONNRESET, "a receive fails at once only after a reset");
        lost(session);
    } else if (how == 3) {
        /* It ends either way; who takes the packet waits for our lock. */
        CancelIoEx((HANDLE)session->s, &session->overlapped);
    }
}

static void echo(struct session *session, DWORD bytes)
{
    DWORD  half = bytes / 2;
    WSABUF halves[2] = {{half, session->room}, {bytes - half, session->room + half}};

    if (!session->greeted) {
        session->contract = (enum contract)session->room[0];
        session->greeted = TRUE;
        check(session->contract < CONTRACTS, "a conversation begins with its contract");
    }
    ZeroMemory(&session->overlapped, sizeof session->overlapped);
    session->state = SENDING;
    if (!is_begun(WSASend(session->s, halves, 2, NULL, 0, &session->overlapped, NULL) == 0)) {
        check(WSAGetLastError() == WSAECONNRESET, "a send fails at once only after a reset");
        lost(session);
    }
}

static void echoed(struct session *session)
{
    enum contract contract = session->contract;

    session->contract = GO_ON;
    switch (contract) {
    case RESET:
        will_reset(session->s);
        start_again(session);
        break;
    case CLOSE:
        start_again(session);
        break;
    case CLOSE_PENDING:
        if (begin_receive(session, CLOSING, ROOM))
            forget_socket(session);
        else
            lost(session);
        break;
    case SHUT_DOWN:
        if (shutdown(session->s, SD_SEND) != 0)
            check(WSAGetLastError() == WSAECONNRESET, "shutdown fails only after a reset");
        receive(session);
        break;
    default:
        receive(session);
    }
}

static void peer_has_ended(struct session *session)
{
    switch (draw(&session->random, 4)) {
    case 0:
        check(shutdown(session->s, SD_BOTH) == 0 || WSAGetLastError() == WSAECONNRESET, "shutdown");
        start_again(session);
        break;
    case 1:
    case 2:
        ZeroMemory(&session->overlapped, sizeof session->overlapped);
        session->state = DISCONNECTING;
        if (!is_begun(disconnect_ex(session->s, &session->overlapped, TF_REUSE_SOCKET, 0)))
            start_again(session);
        break;
    default:
        start_again(session);
    }
}

static void taken(struct session *session, DWORD error, DWORD bytes)
{
    switch (session->state) {
    case ACCEPTING:
        if (error != 0) {
            start_again(session);
            break;
        }
        InterlockedIncrement(&accepted);
        if (setsockopt(session->s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&listener,
                       sizeof listener) != 0) {
            check(is_stopping(), "there is a context as long as there is the listener");
            start_again(session);
            break;
        }
        if (!session->associated)
            check(CreateIoCompletionPort((HANDLE)session->s, port, (ULONG_PTR)session, 0) == port,
                  "CreateIoCompletionPort");
        session->associated = TRUE;
        if (bytes > 0)
            echo(session, bytes);
        else
            receive(session);
        break;
    case LOOKING:
    case RECEIVING:
        if (error == ERROR_OPERATION_ABORTED)
            InterlockedIncrement(&cancelled);
        if (error == ERROR_OPERATION_ABORTED || (error == 0 && session->state == LOOKING))
            receive(session);
        else if (error != 0)
            lost(session);
        else if (bytes == 0)
            peer_has_ended(session);
        else
            echo(session, bytes);
        break;
    case SENDING:
        if (error == 0)
            echoed(session);
        else
            lost(session);
        break;
    case DISCONNECTING:
        InterlockedIncrement(&reused);
        if (error == 0)
            accept_next(session);
        else
            start_again(session);
        break;
    case CLOSING:
        check(error == ERROR_CONNECTION_ABORTED || error == ERROR_NETNAME_DELETED ||
                  (error == 0 && bytes == 0), "a closed socket's receive ends with 1236");
        accept_next(session);
    }
}

static DWORD WINAPI work(LPVOID unused)
{
    (void)unused;
    for (;;) {
        DWORD           bytes = 0;
        ULONG_PTR       key = 0;
        OVERLAPPED     *overlapped = NULL;
        BOOL            good = GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
        DWORD           error = good ? 0 : GetLastError();
        struct session *session = (struct session *)overlapped;

        if (key == QUIT)
            return 0;
        check(overlapped != NULL, "a packet names its request");
        InterlockedIncrement(&ended);
        EnterCriticalSection(&session->lock);
        taken(session, error, bytes);
        LeaveCriticalSection(&session->lock);
    }
}

static void start_server(void)
{
    struct sockaddr_in address = {0};
    int                length = sizeof address, i;

    InterlockedExchange(&stopping, 0);
    living = SESSIONS;
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    all_gone = CreateEventW(NULL, TRUE, FALSE, NULL);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    check(port && all_gone && listener != INVALID_SOCKET, "a port, an event and a socket");
    address.sin_family = AF_INET;
    check(bind(listener, (struct sockaddr *)&address, length) == 0, "bind");
    check(listen(listener, SOMAXCONN) == 0, "listen");
    check(getsockname(listener, (struct sockaddr *)&address, &length) == 0, "getsockname");
    port_number = address.sin_port;
    check(CreateIoCompletionPort((HANDLE)listener, port, 0, 0) == port, "CreateIoCompletionPort");
    for (i = 0; i < SESSIONS; i++) {
        sessions[i].s = INVALID_SOCKET;
        sessions[i].random = random_of(1000u + (unsigned)i) + server_runs;
        InitializeCriticalSection(&sessions[i].lock);
        EnterCriticalSection(&sessions[i].lock);
        accept_next(&sessions[i]);
        LeaveCriticalSection(&sessions[i].lock);
    }
    for (i = 0; i < WORKERS; i++)
        check((workers[i] = CreateThread(NULL, 0, work, NULL, 0, NULL)) != NULL, "CreateThread");
    server_runs++;
}

static void stop_server(void)
{
    int i;

    InterlockedExchange(&stopping, 1);
    check(closesocket(listener) == 0, "closesocket");
    check(WaitForSingleObject(all_gone, INFINITE) == WAIT_OBJECT_0, "the sessions");
    for (i = 0; i < WORKERS; i++)
        check(PostQueuedCompletionStatus(port, 0, QUIT, NULL), "PostQueuedCompletionStatus");
    check(WaitForMultipleObjects(WORKERS, workers, TRUE, INFINITE) == WAIT_OBJECT_0, "the workers");
    for (i = 0; i < WORKERS; i++)
        check(CloseHandle(workers[i]), "CloseHandle");
    for (i = 0; i < SESSIONS; i++)
        DeleteCriticalSection(&sessions[i].lock);
    check(CloseHandle(port) && CloseHandle(all_gone), "CloseHandle");
}

static void tell_server(void)
{
    printf("the server: %ld accepted, %ld sockets used again, %ld resets, %ld receives cancelled\n",
           (long)accepted, (long)reused, (long)resets_seen, (long)cancelled);
}
