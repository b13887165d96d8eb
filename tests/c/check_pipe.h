/* Named pipes for the C tests.  Include <winsock2.h> and <windows.h> first. */
#ifndef LAPWING_TESTS_CHECK_PIPE_H
#define LAPWING_TESTS_CHECK_PIPE_H

#include "check_port.h"
#include "check_thread.h"

#define NT_BUFFER_OVERFLOW 0x80000005
#define NT_PIPE_BROKEN 0xc000014b

/* A name that no other test has.  Each thread writes its own: one that is being written is no name
 * for another. */
CHECK_UNUSED static const char *check_pipe_name(const char *last)
{
    static __thread char name[MAX_PATH];
    snprintf(name, sizeof name, "\\\\.\\pipe\\lapwing %lu\\%s",
             (unsigned long)GetCurrentProcessId(), last);
    return name;
}

/* The server's end; 5000 bytes may wait for the client, 6000 for the server. */
CHECK_UNUSED static HANDLE check_pipe_server(DWORD open_mode, DWORD pipe_mode, DWORD instances)
{
    return CreateNamedPipeA(check_pipe_name("pipe"), open_mode, pipe_mode, instances, 5000, 6000,
                            0, NULL);
}

CHECK_UNUSED static HANDLE check_pipe_client(DWORD access, DWORD flags)
{
    return CreateFileA(check_pipe_name("pipe"), access, 0, NULL, OPEN_EXISTING, flags, NULL);
}

/* Both ends of an instance. */
struct check_pipe {
    HANDLE server, client;
};

/* Both ends, overlapped or not (a flag of both), the client reading as the server does. */
CHECK_UNUSED static struct check_pipe check_pipe_pair(DWORD flags, DWORD pipe_mode)
{
    struct check_pipe pipe;
    DWORD read_mode = pipe_mode & PIPE_READMODE_MESSAGE;
    pipe.server = check_pipe_server(PIPE_ACCESS_DUPLEX | flags, pipe_mode, 1);
    pipe.client = check_pipe_client(GENERIC_READ | GENERIC_WRITE, flags);
    if (pipe.server == INVALID_HANDLE_VALUE || pipe.client == INVALID_HANDLE_VALUE ||
        !SetNamedPipeHandleState(pipe.client, &read_mode, NULL, NULL))
        REQUIRE(!"a pipe with two ends");
    return pipe;
}

CHECK_UNUSED static void check_pipe_close(struct check_pipe pipe)
{
    CloseHandle(pipe.client);
    CloseHandle(pipe.server);
}

/* The call failed with this code. */
#define CHECK_FAILS(call, code) \
    (SetLastError(UNTOUCHED), check_fails((call) ? 1 : 0, code, #call " fails: " #code, \
                                          __FILE__, __LINE__))

CHECK_UNUSED static int check_fails(int succeeded, DWORD code, const char *text, const char *file,
                                    int line)
{
    DWORD error = GetLastError();
    if (check_that(!succeeded && error == code, text, file, line))
        return 1;
    if (succeeded)
        check_line("  it succeeded\n");
    else
        check_line("  the last error is %lu\n", (unsigned long)error);
    return 0;
}

CHECK_UNUSED static BOOL check_is_open(HANDLE handle)
{
    return handle != INVALID_HANDLE_VALUE;
}

/* The call returned no handle, for this reason. */
#define CHECK_REFUSED(call, code) \
    (SetLastError(UNTOUCHED), \
     check_refused(call, code, #call " is refused: " #code, __FILE__, __LINE__))

CHECK_UNUSED static int check_refused(HANDLE handle, DWORD code, const char *text,
                                      const char *file, int line)
{
    int refused = check_fails(check_is_open(handle), code, text, file, line);
    if (check_is_open(handle))
        CloseHandle(handle);
    return refused;
}

/* Writes and reads without an OVERLAPPED. */
CHECK_UNUSED static BOOL check_put(HANDLE pipe, const void *bytes, DWORD length)
{
    DWORD written = UNTOUCHED;
    return WriteFile(pipe, bytes, length, &written, NULL) && written == length;
}

/* What one read gets, and how it ends. */
struct check_got {
    BOOL ok;
    DWORD error, count;
    char bytes[12000];
};

CHECK_UNUSED static struct check_got *check_get(HANDLE pipe, DWORD length)
{
    static __thread struct check_got got;
    memset(&got, 0, sizeof got);
    got.count = UNTOUCHED;
    SetLastError(UNTOUCHED);
    got.ok = ReadFile(pipe, got.bytes, length, &got.count, NULL);
    got.error = got.ok ? 0 : GetLastError();
    return &got;
}

/* A read of so many bytes gets this text; error 0 is success. */
#define CHECK_GETS(pipe, length, text, code) \
    check_gets(check_get(pipe, length), text, (DWORD)strlen(text), code, \
               "a read of " #length " from " #pipe ": " #text ", " #code, __FILE__, __LINE__)

CHECK_UNUSED static int check_gets(struct check_got *got, const char *text, DWORD length,
                                   DWORD code, const char *title, const char *file, int line)
{
    if (check_that(got->error == code && got->count == length &&
                       !memcmp(got->bytes, text, length), title, file, line))
        return 1;
    check_line("  the last error is %lu, the count %lu\n", (unsigned long)got->error,
               (unsigned long)got->count);
    return 0;
}

/* A request with an event of its own. */
struct check_request {
    OVERLAPPED overlapped;
    BOOL ok;
    DWORD error, count;
    char bytes[12000];
};

CHECK_UNUSED static void check_request_begin(struct check_request *request)
{
    if (!request->overlapped.hEvent)
        request->overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    request->overlapped.Internal = UNTOUCHED;
    request->overlapped.InternalHigh = UNTOUCHED;
    request->count = UNTOUCHED;
    SetLastError(UNTOUCHED);
}

CHECK_UNUSED static void check_start_read(HANDLE pipe, DWORD length, struct check_request *request)
{
    check_request_begin(request);
    request->ok = ReadFile(pipe, request->bytes, length, &request->count, &request->overlapped);
    request->error = request->ok ? 0 : GetLastError();
}

CHECK_UNUSED static void check_start_write(HANDLE pipe, DWORD length,
                                           struct check_request *request)
{
    check_request_begin(request);
    memset(request->bytes, 'w', sizeof request->bytes);
    request->ok = WriteFile(pipe, request->bytes, length, &request->count, &request->overlapped);
    request->error = request->ok ? 0 : GetLastError();
}

CHECK_UNUSED static BOOL check_is_set(HANDLE object)
{
    return WaitForSingleObject(object, 0) == WAIT_OBJECT_0;
}

CHECK_UNUSED static BOOL check_is_pending(struct check_request *request)
{
    return !request->ok && request->error == ERROR_IO_PENDING &&
           (DWORD)request->overlapped.Internal == 0x103 &&
           !check_is_set(request->overlapped.hEvent);
}

/* It has ended: its event is set, and it has this result (0: success) and count. */
CHECK_UNUSED static BOOL check_has_ended(HANDLE pipe, struct check_request *request, DWORD error,
                                         DWORD count)
{
    DWORD seen = UNTOUCHED;
    BOOL ok = check_is_set(request->overlapped.hEvent) &&
              GetOverlappedResult(pipe, &request->overlapped, &seen, FALSE);
    DWORD code = ok ? 0 : GetLastError();
    if (code == error && seen == count)
        return TRUE;
    check_line("  the last error is %lu, the count %lu\n", (unsigned long)code,
               (unsigned long)seen);
    return FALSE;
}

#endif
