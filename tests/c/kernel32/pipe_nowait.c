// PIPE_NOWAIT: calls that would have to wait are refused (T:kpipe:test_nowait).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_pipe.h"

static HANDLE make(DWORD type)
{
    return CreateNamedPipeA(check_pipe_name("pipe"), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                            type | PIPE_NOWAIT, 1, 512, 512, 0, NULL);
}

static struct check_request request, read_request;

static void reading(DWORD type)
{
    HANDLE reader = make(type), writer = check_pipe_client(GENERIC_WRITE, 0);

    FACT("12.3", "a read of an empty pipe: 232, even an overlapped one");
    check_start_read(reader, 100, &request);
    CHECK_EQ(request.error, ERROR_NO_DATA);
    CHECK(!check_is_set(request.overlapped.hEvent));
    CHECK_GETS(reader, 9, "", ERROR_NO_DATA);
    CHECK(check_put(writer, "bits", 4));
    check_start_read(reader, 100, &request);
    CHECK(request.ok && request.count == 4);
    CloseHandle(writer);
    CHECK_GETS(reader, 9, "", ERROR_BROKEN_PIPE);
    CloseHandle(reader);
}

static BOOL writes(HANDLE pipe, DWORD length, DWORD count)
{
    check_start_write(pipe, length, &request);
    if (request.ok && request.count == count)
        return TRUE;
    SHOW("  error %lu, count %lu", (unsigned long)request.error, (unsigned long)request.count);
    return FALSE;
}

static void writing(DWORD type)
{
    HANDLE writer = make(type);
    HANDLE reader = check_pipe_client(GENERIC_READ, FILE_FLAG_OVERLAPPED);

    FACT("12.3", "a write that does not fit succeeds with nothing");
    CHECK(writes(writer, 513, 0));
    CHECK(writes(writer, 512, 512));
    CHECK(writes(writer, 1, 0));
    check_start_read(reader, 512, &read_request);
    CHECK(read_request.ok && read_request.count == 512);
    FACT("12.3", "what waiting reads want counts as room");
    check_start_read(reader, 10000, &read_request);
    CHECK(check_is_pending(&read_request));
    CHECK(writes(writer, 513, 513));
    CHECK(check_has_ended(reader, &read_request, 0, 513));
    check_start_read(reader, 1, &read_request);
    CHECK(check_is_pending(&read_request));
    CHECK(writes(writer, 513, 513));
    CHECK(check_has_ended(reader, &read_request, 0, 1));
    check_start_read(reader, 10000, &read_request);
    CHECK(read_request.ok && read_request.count == 512);
    FACT("12.3", "one byte more: a byte pipe serves the reader, a message pipe does nothing");
    check_start_read(reader, 1, &read_request);
    CHECK(check_is_pending(&read_request));
    if (type == PIPE_TYPE_BYTE) {
        CHECK(writes(writer, 514, 1));
        CHECK(check_has_ended(reader, &read_request, 0, 1));
    } else {
        CHECK(writes(writer, 514, 0));
        CHECK(check_is_pending(&read_request));
        CHECK(CancelIo(reader));
    }
    CloseHandle(reader);
    CloseHandle(writer);
}

static void connecting(DWORD type)
{
    HANDLE server = make(type), client;

    FACT("12.2", "ConnectNamedPipe does not wait: 536, 535, 232, after disconnecting 536 again");
    check_request_begin(&request);
    CHECK_FAILS(ConnectNamedPipe(server, &request.overlapped), ERROR_PIPE_LISTENING);
    client = check_pipe_client(GENERIC_READ | GENERIC_WRITE, 0);
    CHECK_FAILS(ConnectNamedPipe(server, &request.overlapped), ERROR_PIPE_CONNECTED);
    CloseHandle(client);
    CHECK_FAILS(ConnectNamedPipe(server, &request.overlapped), ERROR_NO_DATA);
    CHECK(DisconnectNamedPipe(server));
    CHECK_FAILS(ConnectNamedPipe(server, &request.overlapped), ERROR_PIPE_LISTENING);
    client = check_pipe_client(GENERIC_READ | GENERIC_WRITE, 0);
    CHECK(check_is_open(client));
    CloseHandle(client);
    CloseHandle(server);
}

static void switching(void)
{
    struct check_pipe pipe = check_pipe_pair(0, PIPE_TYPE_BYTE);
    DWORD mode = PIPE_NOWAIT;

    FACT("12.3", "it holds for the end that was switched, as long as it is");
    CHECK(SetNamedPipeHandleState(pipe.client, &mode, NULL, NULL));
    CHECK_GETS(pipe.client, 9, "", ERROR_NO_DATA);
    CHECK(check_put(pipe.server, "now", 3));
    CHECK_GETS(pipe.client, 9, "now", 0);
    mode = PIPE_WAIT;
    CHECK(SetNamedPipeHandleState(pipe.client, &mode, NULL, NULL));
    CHECK(GetNamedPipeHandleStateA(pipe.client, &mode, NULL, NULL, NULL, NULL, 0) && mode == 0);
    check_pipe_close(pipe);
}

int main(void)
{
    DWORD types[] = {PIPE_TYPE_BYTE, PIPE_TYPE_MESSAGE};
    int at;
    for (at = 0; at < 2; at++) {
        SHOW("type %lu", (unsigned long)types[at]);
        reading(types[at]);
        writing(types[at]);
        connecting(types[at]);
    }
    switching();
    return check_end();
}
