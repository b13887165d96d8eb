// Overlapped data through a pipe: quotas, waiting reads and writes, flushing, cancelling, and the
// end of the other side (T:kpipe:test_blocking_rw, test_overlapped_transport, test_transact).
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_pipe.h"

#define MESSAGES (PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE)

/* Of each direction: who writes, who reads, how much may wait, and what the pipe is. */
struct way {
    HANDLE writer, reader;
    DWORD quota;
    BOOL of_messages, in_messages;
};

static struct check_request first_read, second_read, first_write, second_write, now;

/* A read that is done at once; cut: it gets a part of a message. */
static BOOL reads(struct way *way, DWORD length, DWORD count, BOOL cut)
{
    DWORD error = cut && way->in_messages ? ERROR_MORE_DATA : 0;
    check_start_read(way->reader, length, &now);
    if (now.error == error && now.count == (error ? 0 : count) &&
        check_has_ended(way->reader, &now, error, count))
        return TRUE;
    SHOW("  error %lu, count %lu", (unsigned long)now.error, (unsigned long)now.count);
    return FALSE;
}

static BOOL writes(struct way *way, DWORD length)
{
    check_start_write(way->writer, length, &now);
    return now.ok && now.count == length && check_has_ended(way->writer, &now, 0, length);
}

static BOOL write_waits(struct way *way, DWORD length, struct check_request *request)
{
    check_start_write(way->writer, length, request);
    return check_is_pending(request);
}

static BOOL read_waits(struct way *way, DWORD length, struct check_request *request)
{
    check_start_read(way->reader, length, request);
    return check_is_pending(request);
}

/* What can be read: everything, and of that the first message. */
static BOOL holds(struct way *way, DWORD all, DWORD message)
{
    static char bytes[20000];
    DWORD copied = UNTOUCHED, available = UNTOUCHED, left = UNTOUCHED;
    DWORD seen = way->of_messages ? message : all;
    return PeekNamedPipe(way->reader, bytes, sizeof bytes, &copied, &available, &left) &&
           copied == seen && available == all &&
           left == (way->of_messages ? message : 0) - copied;
}

static struct check_thread flusher;
static HANDLE flushed;
static BOOL flush_ok;
static DWORD flush_error;

static void flush(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&flusher);
    flush_ok = FlushFileBuffers(flushed);
    flush_error = flush_ok ? 0 : GetLastError();
}

static void start_flush(HANDLE pipe)
{
    flushed = pipe;
    check_thread_start(&flusher, flush, NULL);
    check_thread_wait_blocked(&flusher);
}

static void quotas(struct way *way)
{
    DWORD quota = way->quota;

    FACT("12.3", "a waiting read takes its part of a write, the rest stays");
    CHECK(read_waits(way, 1000, &first_read));
    CHECK(FlushFileBuffers(way->writer));
    CHECK(holds(way, 0, 0));
    CHECK(writes(way, 4000));
    CHECK(check_has_ended(way->reader, &first_read, way->in_messages ? ERROR_MORE_DATA : 0, 1000));
    CHECK(holds(way, 3000, 3000));

    FACT("12.3", "a write beyond the quota waits, and so do those behind it, but for empty ones");
    CHECK(write_waits(way, quota, &first_write));
    CHECK(holds(way, 3000 + quota, 3000));
    CHECK(write_waits(way, 1, &second_write));
    start_flush(way->writer);
    CHECK(holds(way, 3001 + quota, 3000));
    CHECK(writes(way, 0));
    CHECK(!check_is_set(first_write.overlapped.hEvent));

    FACT("12.3", "it ends when what is there fits, and the next one byte later");
    CHECK(reads(way, 3000, 3000, FALSE));
    CHECK(check_has_ended(way->writer, &first_write, 0, quota));
    CHECK(!check_is_set(second_write.overlapped.hEvent));
    CHECK(reads(way, 1, 1, TRUE));
    CHECK(check_has_ended(way->writer, &second_write, 0, 1));
    CHECK(holds(way, quota, quota - 1));
    CHECK(reads(way, quota, way->in_messages ? quota - 1 : quota, FALSE));
    if (way->in_messages)
        CHECK(reads(way, 1000, 1, FALSE));
    if (way->of_messages)
        CHECK(reads(way, 1000, 0, FALSE));
    CHECK(holds(way, 0, 0));

    FACT("12.3", "FlushFileBuffers waits until everything has been read");
    check_thread_join(&flusher);
    CHECK(flush_ok);

    FACT("12.3", "a read of nothing waits for something, and takes none of it");
    CHECK(read_waits(way, 0, &first_read));
    CHECK(read_waits(way, 1000, &second_read));
    CHECK(writes(way, 1));
    CHECK(check_has_ended(way->reader, &first_read, way->in_messages ? ERROR_MORE_DATA : 0, 0));
    CHECK(check_has_ended(way->reader, &second_read, 0, 1));

    FACT("12.3", "a write larger than the quota ends when its rest fits");
    CHECK(write_waits(way, quota + 2000, &first_write));
    CHECK(holds(way, quota + 2000, quota + 2000));
    CHECK(reads(way, 1999, 1999, TRUE));
    CHECK(!check_is_set(first_write.overlapped.hEvent));
    CHECK(reads(way, 1, 1, TRUE));
    CHECK(check_has_ended(way->writer, &first_write, 0, quota + 2000));
    CHECK(reads(way, quota + 1, quota, FALSE));

    FACT("12.3", "an empty message ends one waiting read, an empty write to a byte pipe none");
    CHECK(read_waits(way, 0, &first_read));
    CHECK(read_waits(way, 1, &second_read));
    CHECK(writes(way, 0));
    CHECK_EQ(check_is_set(first_read.overlapped.hEvent), way->of_messages);
    CHECK(!check_is_set(second_read.overlapped.hEvent));
    CHECK(writes(way, 1));
    CHECK(check_has_ended(way->reader, &second_read, 0, 1));
    CHECK(holds(way, 0, 0));
}

static void cancelling(struct way *way)
{
    DWORD quota = way->quota;

    FACT("6.8", "CancelIoEx ends the read that it names, once");
    CHECK(read_waits(way, 1, &first_read));
    CHECK(read_waits(way, 1, &second_read));
    CHECK(CancelIoEx(way->reader, &second_read.overlapped));
    CHECK(check_has_ended(way->reader, &second_read, ERROR_OPERATION_ABORTED, 0));
    CHECK_FAILS(CancelIoEx(way->reader, &second_read.overlapped), ERROR_NOT_FOUND);
    CHECK(!check_is_set(first_read.overlapped.hEvent));
    CHECK(writes(way, 1));
    CHECK(check_has_ended(way->reader, &first_read, 0, 1));
    CHECK(CancelIo(way->reader));
    CHECK_FAILS(CancelIoEx(way->reader, NULL), ERROR_NOT_FOUND);

    FACT("12.3", "a cancelled write takes its data along, even if it was partly read");
    CHECK(write_waits(way, quota + 2000, &first_write));
    CHECK(write_waits(way, 1, &second_write));
    CHECK(reads(way, 10, 10, TRUE));
    CHECK(CancelIoEx(way->writer, &first_write.overlapped));
    CHECK(check_has_ended(way->writer, &first_write, ERROR_OPERATION_ABORTED, 0));
    CHECK(holds(way, 1, 1));
    CHECK(reads(way, 1000, 1, FALSE));
    CHECK(check_has_ended(way->writer, &second_write, 0, 1));
    CHECK(holds(way, 0, 0));

    FACT("12.3", "the flush ends when the cancelled write leaves nothing");
    CHECK(write_waits(way, quota + 2000, &first_write));
    start_flush(way->writer);
    CHECK(CancelIoEx(way->writer, &first_write.overlapped));
    check_thread_join(&flusher);
    CHECK(flush_ok);
}

static void transport(DWORD mode)
{
    struct check_pipe pipe = check_pipe_pair(FILE_FLAG_OVERLAPPED, mode);
    struct way to_client = {pipe.server, pipe.client, 5000, FALSE, FALSE}, to_server;

    SHOW("mode %lu", (unsigned long)mode);
    to_client.of_messages = mode & PIPE_TYPE_MESSAGE ? TRUE : FALSE;
    to_client.in_messages = mode & PIPE_READMODE_MESSAGE ? TRUE : FALSE;
    to_server = to_client;
    to_server.writer = pipe.client;
    to_server.reader = pipe.server;
    to_server.quota = 6000;
    quotas(&to_client);
    cancelling(&to_client);
    quotas(&to_server);
    cancelling(&to_server);
    check_pipe_close(pipe);
}

static void endings(DWORD mode)
{
    struct check_pipe pipe;
    struct check_request *from_client = &first_write, *from_server = &second_write;

    FACT("12.4", "the reader closes: the waiting write and the flush end with 109");
    pipe = check_pipe_pair(FILE_FLAG_OVERLAPPED, mode);
    check_start_write(pipe.server, 7000, from_server);
    CHECK(check_is_pending(from_server));
    start_flush(pipe.server);
    CloseHandle(pipe.client);
    CHECK(check_has_ended(pipe.server, from_server, ERROR_BROKEN_PIPE, 0));
    check_thread_join(&flusher);
    CHECK_EQ(flush_error, ERROR_BROKEN_PIPE);
    CloseHandle(pipe.server);

    pipe = check_pipe_pair(FILE_FLAG_OVERLAPPED, mode);
    check_start_write(pipe.client, 7000, from_client);
    start_flush(pipe.client);
    CloseHandle(pipe.server);
    CHECK(check_has_ended(pipe.client, from_client, ERROR_BROKEN_PIPE, 0));
    check_thread_join(&flusher);
    CHECK_EQ(flush_error, ERROR_BROKEN_PIPE);
    CloseHandle(pipe.client);

    FACT("12.4", "the writer closes: the waiting read ends with 109");
    pipe = check_pipe_pair(FILE_FLAG_OVERLAPPED, mode);
    check_start_read(pipe.server, 9, &first_read);
    CHECK(check_is_pending(&first_read));
    CloseHandle(pipe.client);
    CHECK(check_has_ended(pipe.server, &first_read, ERROR_BROKEN_PIPE, 0));
    CHECK_EQ((DWORD)first_read.overlapped.Internal, NT_PIPE_BROKEN);
    CloseHandle(pipe.server);

    FACT("12.4", "disconnecting ends every request of both ends with 233");
    pipe = check_pipe_pair(FILE_FLAG_OVERLAPPED, mode);
    check_start_write(pipe.client, 7000, from_client);
    check_start_write(pipe.server, 7000, from_server);
    start_flush(pipe.client);
    CHECK(DisconnectNamedPipe(pipe.server));
    CHECK(check_has_ended(pipe.client, from_client, ERROR_PIPE_NOT_CONNECTED, 0));
    CHECK(check_has_ended(pipe.server, from_server, ERROR_PIPE_NOT_CONNECTED, 0));
    check_thread_join(&flusher);
    CHECK_EQ(flush_error, ERROR_PIPE_NOT_CONNECTED);
    check_pipe_close(pipe);
    pipe = check_pipe_pair(FILE_FLAG_OVERLAPPED, mode);
    check_start_read(pipe.client, 9, &first_read);
    check_start_read(pipe.server, 9, &second_read);
    CHECK(DisconnectNamedPipe(pipe.server));
    CHECK(check_has_ended(pipe.client, &first_read, ERROR_PIPE_NOT_CONNECTED, 0));
    CHECK(check_has_ended(pipe.server, &second_read, ERROR_PIPE_NOT_CONNECTED, 0));
    check_pipe_close(pipe);
}

static struct check_request transaction, answer;

static BOOL transacts(HANDLE pipe, DWORD length, DWORD reply_length, struct check_request *request)
{
    check_request_begin(request);
    request->ok = TransactNamedPipe(pipe, "question", length, request->bytes, reply_length, NULL,
                                    &request->overlapped);
    request->error = request->ok ? 0 : GetLastError();
    return request->error == ERROR_IO_PENDING;
}

static void transactions(HANDLE caller, HANDLE callee, DWORD quota)
{
    struct way to = {caller, callee, 0, TRUE, TRUE}, from = {callee, caller, 0, TRUE, TRUE};

    FACT("12.3", "TransactNamedPipe with an OVERLAPPED is pending until the answer comes");
    CHECK(transacts(caller, 3, 100, &transaction));
    CHECK(writes(&from, 4));
    CHECK(check_has_ended(caller, &transaction, 0, 4));
    CHECK(reads(&to, 100, 3, FALSE));
    FACT("12.3", "its write never waits");
    CHECK(write_waits(&to, quota + 2000, &first_write));
    CHECK(transacts(caller, 2, 1, &transaction));
    CHECK(writes(&from, 1));
    CHECK(check_has_ended(caller, &transaction, 0, 1));
    CHECK(reads(&to, 10000, quota + 2000, FALSE));
    CHECK(check_has_ended(caller, &first_write, 0, quota + 2000));
    CHECK(reads(&to, 10000, 2, FALSE));
    FACT("12.3", "a part of the answer, and the rest of it");
    CHECK(read_waits(&to, 10, &first_read));
    CHECK(transacts(caller, 5, 6, &transaction));
    CHECK(check_has_ended(callee, &first_read, 0, 5));
    CHECK(writes(&from, 10));
    CHECK(check_has_ended(caller, &transaction, ERROR_MORE_DATA, 6));
    CHECK(reads(&from, 100, 4, FALSE));
    FACT("12.3", "empty questions and answers");
    CHECK(transacts(caller, 0, 0, &transaction));
    CHECK(reads(&to, 100, 0, FALSE));
    CHECK(writes(&from, 0));
    CHECK(check_has_ended(caller, &transaction, 0, 0));
    FACT("12.3", "a transaction answers a transaction");
    CHECK(transacts(caller, 3, 100, &transaction));
    CHECK(reads(&to, 100, 3, FALSE));
    CHECK(transacts(callee, 4, 100, &answer));
    CHECK(check_has_ended(caller, &transaction, 0, 4));
    CHECK(writes(&to, 1));
    CHECK(check_has_ended(callee, &answer, 0, 1));
    FACT("12.3", "cancelling it keeps what was written");
    CHECK(transacts(caller, 2, 1, &transaction));
    CHECK(CancelIoEx(caller, &transaction.overlapped));
    CHECK(check_has_ended(caller, &transaction, ERROR_OPERATION_ABORTED, 0));
    CHECK(reads(&to, 100, 2, FALSE));
}

static struct check_thread blocked;
static HANDLE blocked_on;
static char blocked_bytes[8000];
static BOOL blocked_ok;
static DWORD blocked_count, blocked_error;

static void read_blocking(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&blocked);
    blocked_ok = ReadFile(blocked_on, blocked_bytes, 9, &blocked_count, NULL);
    blocked_error = blocked_ok ? 0 : GetLastError();
}

static void write_blocking(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&blocked);
    blocked_ok = WriteFile(blocked_on, blocked_bytes, 8000, &blocked_count, NULL);
    blocked_error = blocked_ok ? 0 : GetLastError();
}

static void start_blocking(HANDLE pipe, void (*call)(void *))
{
    blocked_on = pipe;
    check_thread_start(&blocked, call, NULL);
    check_thread_wait_blocked(&blocked);
}

static void blocking(DWORD flags)
{
    struct check_pipe pipe = check_pipe_pair(flags, PIPE_TYPE_BYTE);
    static char bytes[8000];
    DWORD count, total = 0;

    FACT("12.3", flags ? "an overlapped handle without an OVERLAPPED blocks" : "calls block");
    start_blocking(pipe.client, read_blocking);
    CHECK(!check_is_set(pipe.client));
    CHECK(check_put(pipe.server, "here", 4));
    check_thread_join(&blocked);
    CHECK(blocked_ok && blocked_count == 4 && !memcmp(blocked_bytes, "here", 4));
    CHECK(check_is_set(pipe.client));
    start_blocking(pipe.client, write_blocking);
    while (total < 8000 && ReadFile(pipe.server, bytes, 3000, &count, NULL))
        total += count;
    CHECK_EQ(total, 8000);
    check_thread_join(&blocked);
    CHECK(blocked_ok && blocked_count == 8000);
    FACT("12.4", "the other end goes while a read blocks");
    start_blocking(pipe.client, read_blocking);
    CloseHandle(pipe.server);
    check_thread_join(&blocked);
    CHECK_EQ(blocked_error, ERROR_BROKEN_PIPE);
    CloseHandle(pipe.client);
}

static void bad_memory(void)
{
    struct check_pipe pipe = check_pipe_pair(0, PIPE_TYPE_BYTE);
    DWORD count;
    FACT("12.3", "memory that is none");
    CHECK(check_put(pipe.server, "x", 1));
    CHECK_FAILS(ReadFile(pipe.client, NULL, 1, &count, NULL), ERROR_NOACCESS);
    CHECK_FAILS(WriteFile(pipe.client, NULL, 1, &count, NULL), ERROR_INVALID_USER_BUFFER);
    CHECK_GETS(pipe.client, 9, "x", 0);
    check_pipe_close(pipe);
}

int main(void)
{
    struct check_pipe pipe;
    transport(PIPE_TYPE_BYTE);
    transport(PIPE_TYPE_MESSAGE);
    transport(MESSAGES);
    endings(PIPE_TYPE_BYTE);
    endings(MESSAGES);
    pipe = check_pipe_pair(FILE_FLAG_OVERLAPPED, MESSAGES);
    transactions(pipe.client, pipe.server, 6000);
    transactions(pipe.server, pipe.client, 5000);
    check_pipe_close(pipe);
    blocking(0);
    blocking(FILE_FLAG_OVERLAPPED);
    bad_memory();
    return check_end();
}
