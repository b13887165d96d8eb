/* Handles of every wrong kind in the functions on sockets and ports.
 * semantics.md: 2 (call on an invalid port), 3 (6, 10038), 6.8 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static char buffer[8];
static struct sockaddr_in address;

/* Every function that takes a socket, on what is none.  A mistake shows in one line each. */
static void as_socket(SOCKET s)
{
    WSABUF description = {sizeof buffer, buffer};
    OVERLAPPED overlapped = {0};
    DWORD count = UNTOUCHED, flags = 0;
    u_long argument = 0;
    int value = 1, length = sizeof value, name_length = sizeof address;

#define NO_SOCKET(call) \
    do { \
        int result, error; \
        WSASetLastError(0); \
        result = (int)(call); \
        error = WSAGetLastError(); \
        if (!check_that(result == SOCKET_ERROR && error == WSAENOTSOCK, "10038: " #call, \
                        __FILE__, __LINE__)) \
            check_line("  seen: %d, error %d\n", result, error); \
    } while (0)
    NO_SOCKET(bind(s, (struct sockaddr *)&address, sizeof address));
    NO_SOCKET(listen(s, 1));
    NO_SOCKET(accept(s, NULL, NULL));
    NO_SOCKET(connect(s, (struct sockaddr *)&address, sizeof address));
    NO_SOCKET(send(s, buffer, 1, 0));
    NO_SOCKET(recv(s, buffer, 1, 0));
    NO_SOCKET(WSASend(s, &description, 1, &count, 0, NULL, NULL));
    NO_SOCKET(WSARecv(s, &description, 1, &count, &flags, NULL, NULL));
    NO_SOCKET(WSASend(s, &description, 1, &count, 0, &overlapped, NULL));
    NO_SOCKET(WSARecv(s, &description, 1, &count, &flags, &overlapped, NULL));
    NO_SOCKET(shutdown(s, SD_BOTH));
    NO_SOCKET(ioctlsocket(s, FIONBIO, &argument));
    NO_SOCKET(getsockopt(s, SOL_SOCKET, SO_TYPE, (char *)&value, &length));
    NO_SOCKET(setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&value, sizeof value));
    NO_SOCKET(getsockname(s, (struct sockaddr *)&address, &name_length));
    NO_SOCKET(getpeername(s, (struct sockaddr *)&address, &name_length));
    NO_SOCKET(WSAGetOverlappedResult(s, &overlapped, &count, FALSE, &flags) - 1);
    NO_SOCKET(closesocket(s));
    CHECK_EQ(count, UNTOUCHED);
}

/* Every function that takes a file or a port, on what is no handle at all. */
static void as_handle(HANDLE handle)
{
    HANDLE port = check_port();
    OVERLAPPED overlapped = {0};
    OVERLAPPED_ENTRY entry;
    ULONG removed = UNTOUCHED;

#define NO_HANDLE(call) \
    do { \
        BOOL result; \
        DWORD error; \
        SetLastError(0); \
        result = (call) != 0; \
        error = GetLastError(); \
        if (!check_that(!result && error == ERROR_INVALID_HANDLE, "6: " #call, __FILE__, \
                        __LINE__)) \
            check_line("  seen: %d, error %lu\n", result, (unsigned long)error); \
    } while (0)
    NO_HANDLE(CancelIo(handle));
    NO_HANDLE(CancelIoEx(handle, NULL));
    NO_HANDLE(CancelIoEx(handle, &overlapped));
    NO_HANDLE(SetFileCompletionNotificationModes(handle, 1));
    NO_HANDLE(CreateIoCompletionPort(handle, NULL, 0, 0));
    NO_HANDLE(CreateIoCompletionPort(handle, port, 0, 0));
    NO_HANDLE(PostQueuedCompletionStatus(handle, 0, 0, NULL));
    NO_HANDLE(GetQueuedCompletionStatusEx(handle, &entry, 1, &removed, 0, FALSE));
    CHECK_NO_PACKET(handle, 0, ERROR_INVALID_HANDLE);
    CHECK_EQ(CloseHandle(port), TRUE);
}

/* A port's functions on an object of another kind. */
static void as_port(HANDLE handle)
{
    OVERLAPPED_ENTRY entry;
    ULONG removed = UNTOUCHED;
    SOCKET s = check_net_socket();
    NO_HANDLE(PostQueuedCompletionStatus(handle, 0, 0, NULL));
    NO_HANDLE(GetQueuedCompletionStatusEx(handle, &entry, 1, &removed, 0, FALSE));
    NO_HANDLE(CreateIoCompletionPort((HANDLE)s, handle, 0, 0));
    CHECK_NO_PACKET(handle, 0, ERROR_INVALID_HANDLE);
    closesocket(s);
}

static DWORD WINAPI nothing(void *parameter)
{
    (void)parameter;
    return 0;
}

static void closed_twice(void)
{
    HANDLE port = check_port();
    SOCKET s = check_net_socket();

    FACT("6.2", "closed twice");
    CHECK_EQ(closesocket(s), 0);
    NO_SOCKET(closesocket(s));
    NO_HANDLE(CloseHandle((HANDLE)s));
    CHECK_EQ(CloseHandle(port), TRUE);
    NO_HANDLE(CloseHandle(port));
    s = check_net_socket();
    CHECK_EQ(CloseHandle((HANDLE)s), TRUE);
    NO_HANDLE(CloseHandle((HANDLE)s));
}

int main(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), port = check_port();
    HANDLE semaphore = CreateSemaphoreA(NULL, 1, 1, NULL), mutex = CreateMutexA(NULL, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, nothing, NULL, 0, NULL);
    SOCKET s;

    check_net_start();
    address = check_net_loopback(0);
    s = check_net_socket();
    FACT("3", "an event, a semaphore, a mutex, a thread, a port as a socket");
    as_socket((SOCKET)event);
    as_socket((SOCKET)semaphore);
    as_socket((SOCKET)mutex);
    as_socket((SOCKET)thread);
    as_socket((SOCKET)port);
    FACT("3", "NULL, INVALID_SOCKET and a number as a socket");
    as_socket(0);
    as_socket(INVALID_SOCKET);
    as_socket((SOCKET)0x7ffffff4);
    as_socket((SOCKET)0x123456789abcdef4);
    FACT("2", "NULL and a number as a handle");
    as_handle(NULL);
    as_handle((HANDLE)0x7ffffff4);
    FACT("2", "an event, a mutex, a thread, a socket as a port");
    as_port(event);
    as_port(mutex);
    as_port(thread);
    as_port((HANDLE)s);
    CHECK_EQ(closesocket(s), 0);
    FACT("2", "a closed socket");
    as_socket(s);
    closed_twice();
    CHECK_EQ(CloseHandle(event), TRUE);
    CHECK_EQ(CloseHandle(semaphore), TRUE);
    CHECK_EQ(CloseHandle(mutex), TRUE);
    CHECK_EQ(WaitForSingleObject(thread, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(CloseHandle(thread), TRUE);
    CHECK_EQ(CloseHandle(port), TRUE);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
