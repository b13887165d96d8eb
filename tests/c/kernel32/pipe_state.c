// Every state of a pipe and every operation, as a table (T:npipe:pipe_for_each_state), and how
// pipes end.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_pipe.h"

enum state { LISTENING, CONNECTED, CLOSING, DISCONNECTED };
static const char *const state_names[] = {"listening", "connected", "closing", "disconnected"};

enum operation { PEEK, TRANSACT, FLUSH, WRITE, READ, CONNECT, DISCONNECT, INFO, HANDLE_STATE };

/* What is expected of the server's and the client's end; ANY: not tried. */
#define ANY 0xffffffff
struct row {
    enum operation operation;
    const char *name;
    /* By state; 0 is success. */
    DWORD server[4], client[4];
};

/* Nothing is there to be read. */
static const struct row empty[] = {
    {PEEK, "PeekNamedPipe",
     {ERROR_BAD_PIPE, 0, ERROR_BROKEN_PIPE, ERROR_BAD_PIPE},
     {ANY, 0, ERROR_BROKEN_PIPE, ERROR_PIPE_NOT_CONNECTED}},
    {TRANSACT, "TransactNamedPipe",
     {ERROR_BAD_PIPE, ANY, ERROR_BAD_PIPE, ERROR_BAD_PIPE},
     {ANY, ANY, ERROR_BAD_PIPE, ERROR_PIPE_NOT_CONNECTED}},
    {FLUSH, "FlushFileBuffers",
     {0, 0, 0, 0},
     {ANY, 0, 0, ERROR_PIPE_NOT_CONNECTED}},
    {READ, "ReadFile",
     {ERROR_PIPE_LISTENING, ANY, ERROR_BROKEN_PIPE, ERROR_PIPE_NOT_CONNECTED},
     {ANY, ANY, ERROR_BROKEN_PIPE, ERROR_PIPE_NOT_CONNECTED}},
    {WRITE, "WriteFile of nothing",
     {ERROR_PIPE_LISTENING, ANY, ERROR_NO_DATA, ERROR_PIPE_NOT_CONNECTED},
     {ANY, ANY, ERROR_NO_DATA, ERROR_PIPE_NOT_CONNECTED}},
    {CONNECT, "ConnectNamedPipe",
     {ANY, ERROR_PIPE_CONNECTED, ERROR_NO_DATA, ANY},
     {ANY, ERROR_INVALID_FUNCTION, ERROR_INVALID_FUNCTION, ANY}},
    {INFO, "GetNamedPipeInfo",
     {0, 0, 0, 0},
     {ANY, 0, 0, ERROR_PIPE_NOT_CONNECTED}},
    {HANDLE_STATE, "GetNamedPipeHandleState",
     {0, 0, 0, 0},
     {ANY, 0, 0, ERROR_PIPE_NOT_CONNECTED}},
};

/* Something was written on both sides before. */
static const struct row filled[] = {
    {PEEK, "PeekNamedPipe",
     {ANY, 0, 0, ERROR_BAD_PIPE},
     {ANY, 0, 0, ERROR_PIPE_NOT_CONNECTED}},
    {WRITE, "WriteFile",
     {ANY, 0, ERROR_NO_DATA, ERROR_PIPE_NOT_CONNECTED},
     {ANY, 0, ERROR_NO_DATA, ERROR_PIPE_NOT_CONNECTED}},
    {READ, "ReadFile",
     {ANY, 0, 0, ERROR_PIPE_NOT_CONNECTED},
     {ANY, 0, 0, ERROR_PIPE_NOT_CONNECTED}},
    {INFO, "GetNamedPipeInfo",
     {ANY, 0, 0, 0},
     {ANY, 0, 0, ERROR_PIPE_NOT_CONNECTED}},
};

static DWORD perform(HANDLE pipe, enum operation operation)
{
    char byte = 'b', reply;
    DWORD count, length = 1;
    BOOL ok = FALSE;

    SetLastError(UNTOUCHED);
    switch (operation) {
    case PEEK: ok = PeekNamedPipe(pipe, NULL, 0, NULL, &count, NULL); break;
    case TRANSACT: ok = TransactNamedPipe(pipe, &byte, 1, &reply, 1, &count, NULL); break;
    case FLUSH: ok = FlushFileBuffers(pipe); break;
    case WRITE: ok = WriteFile(pipe, &byte, length, &count, NULL); break;
    case READ: ok = ReadFile(pipe, &reply, 1, &count, NULL); break;
    case CONNECT: ok = ConnectNamedPipe(pipe, NULL); break;
    case DISCONNECT: ok = DisconnectNamedPipe(pipe); break;
    case INFO: ok = GetNamedPipeInfo(pipe, NULL, NULL, NULL, &count); break;
    case HANDLE_STATE:
        ok = GetNamedPipeHandleStateA(pipe, &count, NULL, NULL, NULL, NULL, 0);
        break;
    }
    return ok ? 0 : GetLastError();
}

static BOOL has_data;

static void try_all(HANDLE pipe, BOOL is_server, enum state state)
{
    const struct row *rows = has_data ? filled : empty;
    size_t count = has_data ? sizeof filled / sizeof *filled : sizeof empty / sizeof *empty, at;
    char text[100];

    for (at = 0; at < count; at++) {
        DWORD wanted = is_server ? rows[at].server[state] : rows[at].client[state], seen;
        if (wanted == ANY)
            continue;
        seen = perform(pipe, rows[at].operation);
        snprintf(text, sizeof text, "%s, %s, %s: %lu", rows[at].name,
                 is_server ? "server" : "client", state_names[state], (unsigned long)wanted);
        if (!check_that(seen == wanted, text, __FILE__, __LINE__))
            SHOW("  seen %lu", (unsigned long)seen);
    }
}

static HANDLE make(void)
{
    return check_pipe_server(PIPE_ACCESS_DUPLEX, PIPE_TYPE_MESSAGE, 1);
}

static HANDLE join(HANDLE server)
{
    HANDLE client = check_pipe_client(GENERIC_READ | GENERIC_WRITE, 0);
    REQUIRE(check_is_open(client));
    if (has_data)
        CHECK(check_put(client, "0123456789", 10) && check_put(server, "0123456789", 10));
    return client;
}

static void every_state(void)
{
    HANDLE server = make(), client;

    FACT("12.4", has_data ? "every state and operation, with data" : "every state and operation");
    if (!has_data)
        try_all(server, TRUE, LISTENING);
    client = join(server);
    try_all(server, TRUE, CONNECTED);
    try_all(client, FALSE, CONNECTED);
    CloseHandle(server);
    try_all(client, FALSE, CLOSING);
    CloseHandle(client);

    server = make();
    client = join(server);
    CHECK(DisconnectNamedPipe(server));
    try_all(server, TRUE, DISCONNECTED);
    try_all(client, FALSE, DISCONNECTED);
    CloseHandle(server);
    try_all(client, FALSE, DISCONNECTED);
    CloseHandle(client);

    server = make();
    client = join(server);
    CloseHandle(client);
    try_all(server, TRUE, CLOSING);
    CHECK(DisconnectNamedPipe(server));
    try_all(server, TRUE, DISCONNECTED);
    CloseHandle(server);
}

static void endings(BOOL server_closes)
{
    struct check_pipe pipe = check_pipe_pair(0, PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE);
    HANDLE gone = server_closes ? pipe.server : pipe.client;
    HANDLE left = server_closes ? pipe.client : pipe.server;
    DWORD mode = PIPE_READMODE_MESSAGE;

    FACT("12.4", server_closes ? "the server closes" : "the client closes");
    CHECK(check_put(gone, "last words", 10));
    CHECK(check_put(gone, "", 0));
    CHECK(check_put(left, "unheard", 7));
    CloseHandle(gone);
    CHECK_GETS(left, 4, "last", ERROR_MORE_DATA);
    CHECK_GETS(left, 99, " words", 0);
    CHECK_GETS(left, 99, "", 0);
    CHECK(SetNamedPipeHandleState(left, &mode, NULL, NULL));
    CHECK_GETS(left, 99, "", ERROR_BROKEN_PIPE);
    CHECK_GETS(left, 0, "", ERROR_BROKEN_PIPE);
    CHECK_FAILS(check_put(left, "x", 1), ERROR_NO_DATA);
    CloseHandle(left);
}

static void disconnecting(void)
{
    struct check_pipe pipe = check_pipe_pair(0, PIPE_TYPE_BYTE);
    HANDLE second;

    FACT("12.4", "DisconnectNamedPipe discards what was not read, and both ends fail with 233");
    CHECK(check_put(pipe.client, "unread", 6));
    CHECK(DisconnectNamedPipe(pipe.server));
    CHECK_GETS(pipe.server, 9, "", ERROR_PIPE_NOT_CONNECTED);
    CHECK_GETS(pipe.client, 9, "", ERROR_PIPE_NOT_CONNECTED);
    CHECK_FAILS(check_put(pipe.client, "x", 1), ERROR_PIPE_NOT_CONNECTED);
    CHECK_FAILS(check_put(pipe.server, "x", 1), ERROR_PIPE_NOT_CONNECTED);
    CHECK(!check_is_set(pipe.client));
    FACT("12.4", "twice");
    CHECK_FAILS(DisconnectNamedPipe(pipe.server), ERROR_PIPE_NOT_CONNECTED);
    CloseHandle(pipe.server);

    FACT("12.4", "the client that was disconnected stays so, whoever comes next");
    pipe.server = check_pipe_server(PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 1);
    second = check_pipe_client(GENERIC_READ | GENERIC_WRITE, 0);
    CHECK(check_put(second, "second", 6));
    CHECK_GETS(pipe.client, 9, "", ERROR_PIPE_NOT_CONNECTED);
    CHECK_GETS(pipe.server, 9, "second", 0);
    CloseHandle(pipe.client);
    CHECK(check_put(pipe.server, "still here", 10));
    CHECK_GETS(second, 99, "still here", 0);
    CloseHandle(second);
    CloseHandle(pipe.server);
}

int main(void)
{
    every_state();
    has_data = TRUE;
    every_state();
    endings(TRUE);
    endings(FALSE);
    disconnecting();
    return check_end();
}
