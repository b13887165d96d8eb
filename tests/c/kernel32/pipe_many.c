// Many instances of one pipe, and clients that come and go: nothing is lost, merged or mixed up.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_pipe.h"

#define CLIENTS 8
#define CONNECTIONS 12
#define MESSAGES 25
#define LONGEST 20000

static HANDLE listening[4];
static volatile LONG wrong, answered, finished;

static DWORD WINAPI serve(void *pipe)
{
    static __thread char bytes[LONGEST];
    DWORD length, written;
    for (;;) {
        if (!ConnectNamedPipe(pipe, NULL) && GetLastError() != ERROR_PIPE_CONNECTED &&
            GetLastError() != ERROR_NO_DATA)
            break;
        if (finished)
            break;
        while (ReadFile(pipe, bytes, sizeof bytes, &length, NULL))
            if (!WriteFile(pipe, bytes, length, &written, NULL) || written != length)
                InterlockedIncrement(&wrong);
        FlushFileBuffers(pipe);
        DisconnectNamedPipe(pipe);
    }
    return 0;
}

static HANDLE connect_to(void)
{
    DWORD mode = PIPE_READMODE_MESSAGE;
    for (;;) {
        HANDLE pipe = check_pipe_client(GENERIC_READ | GENERIC_WRITE, 0);
        if (pipe != INVALID_HANDLE_VALUE) {
            SetNamedPipeHandleState(pipe, &mode, NULL, NULL);
            return pipe;
        }
        if (GetLastError() != ERROR_PIPE_BUSY)
            return pipe;
        WaitNamedPipeA(check_pipe_name("pipe"), HANG_GUARD);
    }
}

static DWORD WINAPI ask(void *number)
{
    static __thread char question[LONGEST], answer[LONGEST];
    unsigned seed = (unsigned)(ULONG_PTR)number * 7919 + 1;
    int connection, message;

    for (connection = 0; connection < CONNECTIONS; connection++) {
        HANDLE pipe = connect_to();
        if (pipe == INVALID_HANDLE_VALUE) {
            InterlockedIncrement(&wrong);
            continue;
        }
        for (message = 0; message < MESSAGES; message++) {
            DWORD length, written = 0, got = UNTOUCHED, at;
            seed = seed * 1103515245 + 12345;
            length = (seed >> 8) % 4 ? (seed >> 16) % 100 : (seed >> 10) % LONGEST;
            for (at = 0; at < length; at++)
                question[at] = (char)(seed + at * 31);
            if (!WriteFile(pipe, question, length, &written, NULL) || written != length ||
                !ReadFile(pipe, answer, sizeof answer, &got, NULL) || got != length ||
                memcmp(question, answer, length))
                InterlockedIncrement(&wrong);
            else
                InterlockedIncrement(&answered);
        }
        CloseHandle(pipe);
    }
    return 0;
}

int main(void)
{
    HANDLE servers[4], clients[CLIENTS];
    int at;

    for (at = 0; at < 4; at++) {
        listening[at] = check_pipe_server(PIPE_ACCESS_DUPLEX,
                                          PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 4);
        servers[at] = CreateThread(NULL, 0, serve, listening[at], 0, NULL);
    }
    for (at = 0; at < CLIENTS; at++)
        clients[at] = CreateThread(NULL, 0, ask, (void *)(ULONG_PTR)(at + 1), 0, NULL);
    FACT("12.2", "eight clients, ninety-six connections, four instances");
    CHECK_EQ(WaitForMultipleObjects(CLIENTS, clients, TRUE, 6 * HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(wrong, 0);
    CHECK_EQ(answered, CLIENTS * CONNECTIONS * MESSAGES);
    finished = 1;
    for (at = 0; at < 4; at++) {
        HANDLE last = connect_to();
        CloseHandle(last);
    }
    CHECK_EQ(WaitForMultipleObjects(4, servers, TRUE, HANG_GUARD), WAIT_OBJECT_0);
    for (at = 0; at < 4; at++)
        CloseHandle(listening[at]);
    CHECK_FAILS(WaitNamedPipeA(check_pipe_name("pipe"), 1), ERROR_FILE_NOT_FOUND);
    return check_end();
}
