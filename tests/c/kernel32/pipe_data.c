// Data through a pipe without an OVERLAPPED: messages, bytes, looking, transacting, modes.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_pipe.h"

#define MESSAGES (PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE)

static void messages(HANDLE writer, HANDLE reader)
{
    FACT("12.3", "a short buffer gets a part of the message and 234; the next read continues");
    CHECK(check_put(writer, "a message", 9));
    CHECK(check_put(writer, "another", 7));
    CHECK_GETS(reader, 2, "a ", ERROR_MORE_DATA);
    CHECK_GETS(reader, 4, "mess", ERROR_MORE_DATA);
    CHECK_GETS(reader, 100, "age", 0);
    CHECK_GETS(reader, 100, "another", 0);
    FACT("12.3", "empty messages exist");
    CHECK(check_put(writer, "", 0));
    CHECK(check_put(writer, "x", 1));
    CHECK(check_put(writer, "", 0));
    CHECK_GETS(reader, 100, "", 0);
    CHECK_GETS(reader, 100, "x", 0);
    CHECK_GETS(reader, 100, "", 0);
    FACT("12.3", "a read of nothing: 234 when there is something");
    CHECK(check_put(writer, "xy", 2));
    CHECK_GETS(reader, 0, "", ERROR_MORE_DATA);
    CHECK_GETS(reader, 2, "xy", 0);
}

static void bytes(HANDLE writer, HANDLE reader)
{
    FACT("12.3", "in byte read mode the boundaries vanish");
    CHECK(check_put(writer, "one", 3));
    CHECK(check_put(writer, "two", 3));
    CHECK_GETS(reader, 2, "on", 0);
    CHECK_GETS(reader, 0, "", 0);
    CHECK_GETS(reader, 100, "etwo", 0);
}

struct look {
    DWORD copied, available, left;
    char bytes[100];
};

static BOOL look_at(HANDLE pipe, DWORD length, DWORD copied, DWORD available, DWORD left,
                    const char *text)
{
    struct look look = {UNTOUCHED, UNTOUCHED, UNTOUCHED, {0}};
    if (PeekNamedPipe(pipe, look.bytes, length, &look.copied, &look.available, &look.left) &&
        look.copied == copied && look.available == available && look.left == left &&
        !memcmp(look.bytes, text, copied))
        return TRUE;
    SHOW("  copied %lu, available %lu, left %ld", (unsigned long)look.copied,
         (unsigned long)look.available, (long)(LONG)look.left);
    return FALSE;
}

static void looking(HANDLE writer, HANDLE reader, BOOL in_messages)
{
    DWORD available = UNTOUCHED;
    FACT("12.3", "PeekNamedPipe: all bytes, those left in the message, those copied");
    CHECK(look_at(reader, 9, 0, 0, 0, ""));
    CHECK(check_put(writer, "message", 7));
    CHECK(check_put(writer, "next", 4));
    if (in_messages) {
        CHECK(look_at(reader, 4, 4, 11, 3, "mess"));
        CHECK(look_at(reader, 99, 7, 11, 0, "message"));
    } else {
        CHECK(look_at(reader, 4, 4, 11, (DWORD)-4, "mess"));
        CHECK(look_at(reader, 99, 11, 11, (DWORD)-11, "messagenext"));
    }
    CHECK(PeekNamedPipe(reader, NULL, 0, NULL, &available, NULL));
    CHECK_EQ(available, 11);
    CHECK(PeekNamedPipe(reader, (void *)(ULONG_PTR)1, 0, NULL, NULL, NULL));
    CHECK_GETS(reader, 7, "message", 0);
    CHECK_GETS(reader, 4, "next", 0);
}

static void both_ways(DWORD pipe_mode)
{
    struct check_pipe pipe = check_pipe_pair(0, pipe_mode);
    BOOL in_messages = pipe_mode & PIPE_TYPE_MESSAGE ? TRUE : FALSE;
    HANDLE ends[2] = {pipe.client, pipe.server};
    int at;
    SHOW("mode %lu", (unsigned long)pipe_mode);
    for (at = 0; at < 2; at++) {
        if (pipe_mode & PIPE_READMODE_MESSAGE)
            messages(ends[at], ends[1 - at]);
        else
            bytes(ends[at], ends[1 - at]);
        looking(ends[at], ends[1 - at], in_messages);
    }
    check_pipe_close(pipe);
}

static void no_empty_bytes(void)
{
    struct check_pipe pipe = check_pipe_pair(0, PIPE_TYPE_BYTE);
    DWORD available = 9;
    FACT("12.3", "an empty write to a byte pipe is nothing");
    CHECK(check_put(pipe.client, "", 0));
    CHECK(PeekNamedPipe(pipe.server, NULL, 0, NULL, &available, NULL) && available == 0);
    CHECK(check_put(pipe.client, "a", 1));
    CHECK_GETS(pipe.server, 9, "a", 0);
    check_pipe_close(pipe);
}

static void empties_in_byte_mode(void)
{
    struct check_pipe pipe = check_pipe_pair(0, PIPE_TYPE_MESSAGE);
    FACT("12.3", "in byte read mode an empty message is a read of nothing, once");
    CHECK(check_put(pipe.client, "", 0));
    CHECK_GETS(pipe.server, 9, "", 0);
    CHECK(check_put(pipe.client, "a", 1));
    CHECK_GETS(pipe.server, 9, "a", 0);
    check_pipe_close(pipe);
}

static struct check_thread thread;
static HANDLE of_thread;

static void answer(void *unused)
{
    char question[10];
    DWORD count;
    (void)unused;
    while (ReadFile(of_thread, question, sizeof question, &count, NULL) &&
           WriteFile(of_thread, "an answer", 9, &count, NULL))
        ;
}

static void transacting(void)
{
    struct check_pipe pipe = check_pipe_pair(0, MESSAGES);
    char reply[20] = {0};
    DWORD count = 0, mode = PIPE_READMODE_BYTE;

    FACT("12.3", "TransactNamedPipe writes a message and reads the answer");
    of_thread = pipe.server;
    check_thread_start(&thread, answer, NULL);
    CHECK(TransactNamedPipe(pipe.client, "question", 8, reply, sizeof reply, &count, NULL));
    CHECK_EQ(count, 9);
    CHECK_STR(reply, "an answer");
    FACT("12.3", "a short buffer: 234, and the rest can be read");
    CHECK_FAILS(TransactNamedPipe(pipe.client, "question", 8, reply, 3, &count, NULL),
                ERROR_MORE_DATA);
    CHECK_EQ(count, 3);
    CHECK_GETS(pipe.client, 99, "answer", 0);
    CloseHandle(pipe.client);
    check_thread_join(&thread);
    CloseHandle(pipe.server);

    FACT("12.3", "it needs message read mode, and nothing to be read");
    pipe = check_pipe_pair(0, MESSAGES);
    CHECK(check_put(pipe.server, "early", 5));
    CHECK_FAILS(TransactNamedPipe(pipe.client, "q", 1, reply, 3, &count, NULL), ERROR_PIPE_BUSY);
    CHECK(SetNamedPipeHandleState(pipe.client, &mode, NULL, NULL));
    CHECK_FAILS(TransactNamedPipe(pipe.client, "q", 1, reply, 3, &count, NULL), ERROR_BAD_PIPE);
    CHECK_GETS(pipe.client, 99, "early", 0);
    check_pipe_close(pipe);
    pipe = check_pipe_pair(0, PIPE_TYPE_BYTE);
    CHECK_FAILS(TransactNamedPipe(pipe.client, "q", 1, reply, 3, &count, NULL), ERROR_BAD_PIPE);
    check_pipe_close(pipe);
}

static void serve_once(void *unused)
{
    char question[10];
    DWORD count;
    (void)unused;
    if (!ConnectNamedPipe(of_thread, NULL) && GetLastError() != ERROR_PIPE_CONNECTED)
        return;
    if (ReadFile(of_thread, question, sizeof question, &count, NULL))
        WriteFile(of_thread, "an answer", 9, &count, NULL);
}

static void calling(void)
{
    char reply[20] = {0};
    DWORD count = 0;
    HANDLE pipe, client;

    FACT("12.2", "CallNamedPipe opens, transacts and closes");
    CHECK_FAILS(CallNamedPipeA(check_pipe_name("pipe"), "q", 1, reply, 9, &count, 100),
                ERROR_FILE_NOT_FOUND);
    of_thread = pipe = check_pipe_server(PIPE_ACCESS_DUPLEX, MESSAGES, 1);
    check_thread_start(&thread, serve_once, NULL);
    CHECK(CallNamedPipeA(check_pipe_name("pipe"), "q", 1, reply, sizeof reply, &count,
                         NMPWAIT_WAIT_FOREVER));
    CHECK_EQ(count, 9);
    CHECK_STR(reply, "an answer");
    check_thread_join(&thread);
    CHECK_GETS(pipe, 9, "", ERROR_BROKEN_PIPE);
    FACT("12.2", "nobody listens, for so long");
    CHECK_FAILS(CallNamedPipeA(check_pipe_name("pipe"), "q", 1, reply, 9, &count, 1),
                ERROR_SEM_TIMEOUT);
    FACT("12.2", "an answer that is too long: 234, and the rest is lost");
    CHECK(DisconnectNamedPipe(pipe));
    check_thread_start(&thread, serve_once, NULL);
    CHECK_FAILS(CallNamedPipeA(check_pipe_name("pipe"), "q", 1, reply, 2, &count,
                               NMPWAIT_WAIT_FOREVER), ERROR_MORE_DATA);
    CHECK_EQ(count, 2);
    check_thread_join(&thread);
    CloseHandle(pipe);
    FACT("12.2", "message pipes only");
    pipe = check_pipe_server(PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 1);
    CHECK_FAILS(CallNamedPipeA(check_pipe_name("pipe"), "q", 1, reply, 2, &count, 1),
                ERROR_INVALID_PARAMETER);
    client = check_pipe_client(GENERIC_READ, 0);
    CHECK(!check_is_open(client));
    CloseHandle(pipe);
}

static void modes(void)
{
    struct check_pipe pipe = check_pipe_pair(0, PIPE_TYPE_BYTE);
    DWORD mode, instances, flags, out_size, in_size, limit, count, time = 1;
    char user[100];

    FACT("12.3", "a byte pipe cannot be switched to messages");
    mode = PIPE_READMODE_MESSAGE;
    CHECK_FAILS(SetNamedPipeHandleState(pipe.server, &mode, NULL, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(SetNamedPipeHandleState(pipe.client, &mode, NULL, NULL), ERROR_INVALID_PARAMETER);
    mode = 4;
    CHECK_FAILS(SetNamedPipeHandleState(pipe.client, &mode, NULL, NULL), ERROR_INVALID_PARAMETER);
    CHECK(SetNamedPipeHandleState(pipe.client, NULL, NULL, NULL));
    mode = PIPE_NOWAIT;
    CHECK(SetNamedPipeHandleState(pipe.client, &mode, NULL, NULL));
    mode = instances = UNTOUCHED;
    CHECK(GetNamedPipeHandleStateA(pipe.client, &mode, &instances, NULL, NULL, NULL, 0));
    CHECK_EQ(mode, PIPE_NOWAIT);
    CHECK_EQ(instances, 1);
    CHECK(GetNamedPipeHandleStateA(pipe.server, &mode, NULL, NULL, NULL, NULL, 0));
    CHECK_EQ(mode, 0);
    CHECK(GetNamedPipeHandleStateA(pipe.server, NULL, NULL, NULL, NULL, NULL, 0));
    FACT("12.3", "what only pipes to other computers have");
    CHECK_FAILS(GetNamedPipeHandleStateA(pipe.server, &mode, &instances, &count, &time, user,
                                         sizeof user), ERROR_INVALID_PARAMETER);
    CHECK(GetNamedPipeInfo(pipe.server, &flags, &out_size, &in_size, &limit));
    CHECK(flags == (PIPE_SERVER_END | PIPE_TYPE_BYTE) && out_size == 5000 && in_size == 6000);
    CHECK_EQ(limit, 1);
    CHECK(GetNamedPipeInfo(pipe.client, &flags, &out_size, &in_size, &limit));
    CHECK(flags == PIPE_CLIENT_END && out_size == 5000 && in_size == 6000);
    check_pipe_close(pipe);

    pipe = check_pipe_pair(0, MESSAGES);
    CHECK(GetNamedPipeInfo(pipe.server, &flags, NULL, NULL, NULL));
    CHECK_EQ(flags, PIPE_SERVER_END | PIPE_TYPE_MESSAGE);
    CHECK(GetNamedPipeInfo(pipe.client, &flags, NULL, NULL, NULL));
    CHECK_EQ(flags, PIPE_TYPE_MESSAGE);
    mode = PIPE_READMODE_BYTE;
    CHECK(SetNamedPipeHandleState(pipe.server, &mode, NULL, NULL));
    check_pipe_close(pipe);
}

static void who(void)
{
    struct check_pipe pipe = check_pipe_pair(0, MESSAGES);
    DWORD own = GetCurrentProcessId();
    ULONG id = 0;
    char name[100];

    FACT("12.2", "the processes of both ends");
    CHECK(GetNamedPipeClientProcessId(pipe.server, &id) && id == own);
    CHECK(GetNamedPipeClientProcessId(pipe.client, &id) && id == own);
    CHECK(GetNamedPipeServerProcessId(pipe.server, &id) && id == own);
    CHECK(GetNamedPipeServerProcessId(pipe.client, &id) && id == own);
    CHECK(GetNamedPipeClientSessionId(pipe.server, &id));
    CHECK(GetNamedPipeServerSessionId(pipe.client, &id));
    CHECK_FAILS(GetNamedPipeClientProcessId(pipe.server, NULL), ERROR_INSUFFICIENT_BUFFER);
    FACT("12.2", "a client that has closed is still known, one that was disconnected is not");
    CloseHandle(pipe.client);
    CHECK(GetNamedPipeClientProcessId(pipe.server, &id) && id == own);
    CHECK(GetNamedPipeServerProcessId(pipe.server, &id) && id == own);
    CloseHandle(pipe.server);
    pipe = check_pipe_pair(0, MESSAGES);
    CHECK(DisconnectNamedPipe(pipe.server));
    CHECK_FAILS(GetNamedPipeClientProcessId(pipe.server, &id), ERROR_NOT_FOUND);
    CHECK_FAILS(GetNamedPipeClientProcessId(pipe.client, &id), ERROR_PIPE_NOT_CONNECTED);
    CHECK_FAILS(GetNamedPipeServerProcessId(pipe.client, &id), ERROR_PIPE_NOT_CONNECTED);
    check_pipe_close(pipe);

    FACT("12.2", "the server acts as the client once it has read something");
    pipe.server = check_pipe_server(PIPE_ACCESS_DUPLEX, MESSAGES, 1);
    CHECK_FAILS(ImpersonateNamedPipeClient(pipe.server), ERROR_CANNOT_IMPERSONATE);
    pipe.client = check_pipe_client(GENERIC_READ | GENERIC_WRITE, 0);
    CHECK(check_put(pipe.client, "me", 2));
    CHECK_GETS(pipe.server, 9, "me", 0);
    CHECK(ImpersonateNamedPipeClient(pipe.server));
    CHECK(RevertToSelf());
    CHECK(GetNamedPipeHandleStateA(pipe.server, NULL, NULL, NULL, NULL, name, sizeof name));
    CHECK(name[0]);
    CHECK_FAILS(GetNamedPipeHandleStateA(pipe.client, NULL, NULL, NULL, NULL, name, sizeof name),
                ERROR_INVALID_PARAMETER);
    check_pipe_close(pipe);
}

int main(void)
{
    both_ways(PIPE_TYPE_BYTE);
    both_ways(PIPE_TYPE_MESSAGE);
    both_ways(MESSAGES);
    no_empty_bytes();
    empties_in_byte_mode();
    transacting();
    calling();
    modes();
    who();
    return check_end();
}
