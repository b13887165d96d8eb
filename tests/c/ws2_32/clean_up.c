/* The last WSACleanup, and error values.
 * semantics.md: 5.15 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"
#include "check_port.h"

static void after(void)
{
    SOCKET s = (SOCKET)4096;
    char byte;

    FACT("5.15", "calls after the last WSACleanup: 10093");
    WSASetLastError(0);
    CHECK_EQ(socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSANOTINITIALISED);
    CHECK_EQ(WSASocketA(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED),
             INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSANOTINITIALISED);
    CHECK_EQ(recv(s, &byte, 1, 0), SOCKET_ERROR);
    CHECK_EQ(send(s, &byte, 1, 0), SOCKET_ERROR);
    CHECK_EQ(closesocket(s), SOCKET_ERROR);
    FACT("5.15", "one WSACleanup too many: 10093");
    WSASetLastError(0);
    CHECK_EQ(WSACleanup(), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSANOTINITIALISED);
}

static DWORD WINAPI error_of_another_thread(void *parameter)
{
    (void)parameter;
    return (DWORD)WSAGetLastError();
}

static void error_values(void)
{
    HANDLE thread;
    DWORD code = UNTOUCHED;

    FACT("5.15", "WSAGetLastError and GetLastError are one value");
    WSASetLastError(WSAENOTSOCK);
    CHECK_EQ(GetLastError(), WSAENOTSOCK);
    SetLastError(ERROR_INVALID_HANDLE);
    CHECK_EQ(WSAGetLastError(), ERROR_INVALID_HANDLE);
    FACT("5.15", "each thread has its own");
    WSASetLastError(WSAEINVAL);
    thread = CreateThread(NULL, 0, error_of_another_thread, NULL, 0, NULL);
    CHECK_EQ(WaitForSingleObject(thread, HANG_GUARD), WAIT_OBJECT_0);
    CHECK_EQ(GetExitCodeThread(thread, &code), TRUE);
    CHECK_EQ(code, 0);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(CloseHandle(thread), TRUE);
}

static void last_clean_up(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    SOCKET client, server;
    OVERLAPPED overlapped = {0};
    char buffer[4];
    WSABUF description = {sizeof buffer, buffer};
    DWORD flags = 0;

    FACT("5.15", "WSAStartup is counted");
    check_net_start();
    check_net_start();
    CHECK_EQ(WSACleanup(), 0);
    check_net_pair(&client, &server);
    CHECK_EQ(send(client, "x", 1, 0), 1);
    CHECK_EQ(recv(server, buffer, 4, 0), 1);
    FACT("5.15", "the last WSACleanup destroys the sockets and ends what is pending");
    overlapped.hEvent = event;
    CHECK_EQ(WSARecv(server, &description, 1, NULL, &flags, &overlapped, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(WSACleanup(), 0);
    CHECK_EQ(WaitForSingleObject(event, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(HasOverlappedIoCompleted(&overlapped));
    check_net_start();
    CHECK_EQ(send(client, "x", 1, 0), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(closesocket(server), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTSOCK);
    CHECK_EQ(WSACleanup(), 0);
    CHECK_EQ(CloseHandle(event), TRUE);
}

int main(void)
{
    error_values();
    last_clean_up();
    after();
    return check_end();
}
