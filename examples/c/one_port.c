/* One completion port for everything: a socket, a file, a pipe, a directory, and a packet of our
 * own.  All five are asked before anything happens; then it happens; then one loop takes five
 * packets, and the key of each says where it comes from.
 *
 *   Visual C++   cl one_port.c
 *   mingw-w64    x86_64-w64-mingw32-gcc one_port.c -lws2_32
 *   Linux        lapwing run one_port.c
 */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma comment(lib, "ws2_32.lib")

enum { FROM_SOCKET, FROM_FILE, FROM_PIPE, FROM_DIRECTORY, FROM_US, SOURCES };

/* A request: what the port gives back is the address of its OVERLAPPED. */
typedef struct {
    OVERLAPPED overlapped;
    char       buffer[1024];
} REQUEST;

static HANDLE  port;
static REQUEST requests[SOURCES];
static char    directory[MAX_PATH], file_name[MAX_PATH + 16], pipe_name[64];
static const char *const FILE_NAME = "one_port.txt";

static void fail(const char *what, int error)
{
    fprintf(stderr, "%s failed with error %d\n", what, error);
    exit(EXIT_FAILURE);
}

static void watch(HANDLE handle, ULONG_PTR source)
{
    if (!CreateIoCompletionPort(handle, port, source, 0))
        fail("CreateIoCompletionPort", (int)GetLastError());
}

/* A request that is pending is as good as one that is done: both give a packet. */
static void check(const char *what, BOOL done)
{
    if (!done && GetLastError() != ERROR_IO_PENDING)
        fail(what, (int)GetLastError());
}

/* Two ends of a connection; the port has the first. */
static void connect_pair(SOCKET ends[2])
{
    struct sockaddr_in address = {0};
    int                length = sizeof address;
    SOCKET             listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, length) == SOCKET_ERROR ||
        listen(listener, 1) == SOCKET_ERROR ||
        getsockname(listener, (struct sockaddr *)&address, &length) == SOCKET_ERROR)
        fail("listen", WSAGetLastError());
    ends[1] = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (connect(ends[1], (struct sockaddr *)&address, length) == SOCKET_ERROR)
        fail("connect", WSAGetLastError());
    ends[0] = accept(listener, NULL, NULL);
    if (ends[0] == INVALID_SOCKET)
        fail("accept", WSAGetLastError());
    closesocket(listener);
}

static void ask_socket(SOCKET socket)
{
    REQUEST *request = &requests[FROM_SOCKET];
    WSABUF   buffer = {sizeof request->buffer, request->buffer};
    DWORD    flags = 0;

    watch((HANDLE)socket, FROM_SOCKET);
    if (WSARecv(socket, &buffer, 1, NULL, &flags, &request->overlapped, NULL) == SOCKET_ERROR &&
        WSAGetLastError() != WSA_IO_PENDING)
        fail("WSARecv", WSAGetLastError());
}

static HANDLE ask_pipe(void)
{
    REQUEST *request = &requests[FROM_PIPE];
    HANDLE   pipe = CreateNamedPipeA(pipe_name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                                     PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 1, 4096, 4096, 0,
                                     NULL);
    if (pipe == INVALID_HANDLE_VALUE)
        fail("CreateNamedPipe", (int)GetLastError());
    watch(pipe, FROM_PIPE);
    check("ConnectNamedPipe", ConnectNamedPipe(pipe, &request->overlapped));
    return pipe;
}

static HANDLE ask_directory(void)
{
    REQUEST *request = &requests[FROM_DIRECTORY];
    HANDLE   handle = CreateFileA(directory, FILE_LIST_DIRECTORY,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                  OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED,
                                  NULL);
    if (handle == INVALID_HANDLE_VALUE)
        fail("CreateFile of a directory", (int)GetLastError());
    watch(handle, FROM_DIRECTORY);
    check("ReadDirectoryChangesW",
          ReadDirectoryChangesW(handle, request->buffer, sizeof request->buffer, FALSE,
                                FILE_NOTIFY_CHANGE_FILE_NAME, NULL, &request->overlapped, NULL));
    return handle;
}

/* The directory hears of the file's name, and the port of the bytes. */
static HANDLE write_file(void)
{
    REQUEST *request = &requests[FROM_FILE];
    HANDLE   file = CreateFileA(file_name, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                                FILE_FLAG_OVERLAPPED | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    if (file == INVALID_HANDLE_VALUE)
        fail("CreateFile", (int)GetLastError());
    watch(file, FROM_FILE);
    strcpy(request->buffer, "written at offset 1000");
    request->overlapped.Offset = 1000;
    check("WriteFile", WriteFile(file, request->buffer, (DWORD)strlen(request->buffer), NULL,
                                 &request->overlapped));
    return file;
}

static void report(ULONG_PTR source, DWORD bytes, REQUEST *request)
{
    FILE_NOTIFY_INFORMATION *change = (FILE_NOTIFY_INFORMATION *)request->buffer;

    switch (source) {
    case FROM_SOCKET:
        printf("socket: \"%.*s\" has come\n", (int)bytes, request->buffer);
        break;
    case FROM_FILE:
        printf("file: %lu bytes are written\n", (unsigned long)bytes);
        break;
    case FROM_PIPE:
        printf("pipe: a client has come\n");
        break;
    case FROM_DIRECTORY:
        printf("directory: %s %.*ls\n",
               change->Action == FILE_ACTION_ADDED ? "there is" : "something else about",
               (int)(change->FileNameLength / sizeof change->FileName[0]), change->FileName);
        break;
    case FROM_US:
        printf("posted: the number %lu\n", (unsigned long)bytes);
        break;
    }
}

int main(void)
{
    WSADATA     data;
    SOCKET      ends[2];
    HANDLE      pipe, watched, file, client;
    ULONG_PTR   source;
    DWORD       bytes;
    OVERLAPPED *overlapped;
    int         taken;

    if (WSAStartup(MAKEWORD(2, 2), &data) != 0)
        fail("WSAStartup", WSAGetLastError());
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    if (!port)
        fail("CreateIoCompletionPort", (int)GetLastError());
    if (!GetTempPathA(sizeof directory - 32, directory))
        fail("GetTempPath", (int)GetLastError());
    sprintf(directory + strlen(directory), "one_port_%lu", (unsigned long)GetCurrentProcessId());
    sprintf(file_name, "%s\\%s", directory, FILE_NAME);
    sprintf(pipe_name, "\\\\.\\pipe\\one_port_%lu", (unsigned long)GetCurrentProcessId());
    if (!CreateDirectoryA(directory, NULL))
        fail("CreateDirectory", (int)GetLastError());

    connect_pair(ends);
    ask_socket(ends[0]);
    pipe = ask_pipe();
    watched = ask_directory();

    file = write_file();
    client = CreateFileA(pipe_name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (client == INVALID_HANDLE_VALUE)
        fail("CreateFile of a pipe", (int)GetLastError());
    if (send(ends[1], "hello", 5, 0) != 5)
        fail("send", WSAGetLastError());
    if (!PostQueuedCompletionStatus(port, 42, FROM_US, &requests[FROM_US].overlapped))
        fail("PostQueuedCompletionStatus", (int)GetLastError());

    for (taken = 0; taken < SOURCES; taken++) {
        if (!GetQueuedCompletionStatus(port, &bytes, &source, &overlapped, INFINITE))
            fail("GetQueuedCompletionStatus", (int)GetLastError());
        report(source, bytes, (REQUEST *)overlapped);
    }
    printf("%d packets, one port\n", taken);

    CloseHandle(client);
    CloseHandle(pipe);
    CloseHandle(file);
    CloseHandle(watched);
    closesocket(ends[0]);
    closesocket(ends[1]);
    if (!RemoveDirectoryA(directory))
        fail("RemoveDirectory", (int)GetLastError());
    CloseHandle(port);
    WSACleanup();
    return EXIT_SUCCESS;
}
