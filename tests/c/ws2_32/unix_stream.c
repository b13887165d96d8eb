// test: native Wine 8 has no AF_UNIX
/* AF_UNIX: streams whose addresses are paths (D:AF_UNIX comes to Windows). */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <afunix.h>
#include <mswsock.h>
#include <windows.h>
#include "check.h"
#include "check_net.h"

static SOCKADDR_UN named(const char *path)
{
    SOCKADDR_UN address;
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    strcpy(address.sun_path, path);
    return address;
}

static void kinds(void)
{
    SOCKET s;
    int type = 77, length = sizeof type;

    FACT("10", "AF_UNIX has streams and nothing else");
    CHECK(socket(AF_UNIX, SOCK_DGRAM, 0) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEAFNOSUPPORT);
    CHECK(socket(AF_UNIX, SOCK_RAW, 0) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEAFNOSUPPORT);
    CHECK(socket(AF_UNIX, SOCK_STREAM, IPPROTO_TCP) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEPROTONOSUPPORT);
    s = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(s + 1 != 0);
    CHECK_EQ(getsockopt(s, SOL_SOCKET, SO_TYPE, (char *)&type, &length), 0);
    CHECK_EQ(type, SOCK_STREAM);
    CHECK_EQ(closesocket(s), 0);
}

static void talks(const char *path)
{
    SOCKADDR_UN address = named(path), name;
    SOCKET listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
    SOCKET server, other;
    int length = sizeof name;
    ULONG id = 0;
    DWORD count = 0;
    char data[8] = "";

    FACT("10", "a name is a file, and both ends are told it");
    REQUIRE(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK_EQ(getsockname(listener, (struct sockaddr *)&name, &length), 0);
    CHECK_EQ(name.sun_family, AF_UNIX);
    CHECK(strcmp(name.sun_path, path) == 0);
    CHECK_EQ(listen(listener, SOMAXCONN), 0);
    CHECK_EQ(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    length = sizeof name;
    memset(&name, 0xcc, sizeof name);
    server = accept(listener, (struct sockaddr *)&name, &length);
    REQUIRE(server + 1 != 0);
    CHECK_EQ(name.sun_family, AF_UNIX);
    CHECK_EQ(name.sun_path[0], 0);
    length = sizeof name;
    CHECK_EQ(getpeername(client, (struct sockaddr *)&name, &length), 0);
    CHECK(strcmp(name.sun_path, path) == 0);
    length = sizeof name;
    CHECK_EQ(getpeername(server, (struct sockaddr *)&name, &length), 0);
    CHECK_EQ(name.sun_family, AF_UNIX);
    CHECK_EQ(name.sun_path[0], 0);

    FACT("10", "data in both directions, and the end of it");
    CHECK_EQ(send(client, "ping", 4, 0), 4);
    CHECK_EQ(recv(server, data, 4, MSG_WAITALL), 4);
    CHECK_STR(data, "ping");
    CHECK_EQ(send(server, "pong", 4, 0), 4);
    CHECK_EQ(recv(client, data, 4, MSG_WAITALL), 4);
    CHECK_STR(data, "pong");
    CHECK_EQ(shutdown(client, SD_SEND), 0);
    CHECK_EQ(recv(server, data, 4, 0), 0);

    FACT("10", "SIO_AF_UNIX_GETPEERPID says which process the peer is");
    CHECK_EQ(WSAIoctl(client, SIO_AF_UNIX_GETPEERPID, NULL, 0, &id, sizeof id, &count, NULL, NULL),
             0);
    CHECK(id == GetCurrentProcessId() && count == sizeof id);
    CHECK_EQ(WSAIoctl(listener, SIO_AF_UNIX_GETPEERPID, NULL, 0, &id, sizeof id, &count, NULL,
                      NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);

    FACT("10", "a name that is there cannot be bound; closing leaves it, deleting removes it");
    other = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_EQ(bind(other, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEADDRINUSE);
    CHECK_EQ(closesocket(listener), 0);
    CHECK_EQ(bind(other, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEADDRINUSE);
    CHECK_EQ(connect(other, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAECONNREFUSED);
    CHECK(DeleteFileA(path));
    CHECK_EQ(bind(other, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(closesocket(other), 0);
    CHECK(DeleteFileA(path));
}

static void extensions(const char *path)
{
    enum { AREA_UN = sizeof(SOCKADDR_UN) + 16 };
    SOCKADDR_UN address = named(path), own, *from = NULL, *to = NULL;
    SOCKET listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
    SOCKET server = socket(AF_UNIX, SOCK_STREAM, 0);
    GUID guid = WSAID_CONNECTEX;
    LPFN_CONNECTEX connect_ex = NULL;
    OVERLAPPED accepting, connecting;
    DWORD count = 0;
    char area[2 * AREA_UN], data[4] = "";
    int from_length = 0, to_length = 0;

    FACT("10", "AcceptEx and ConnectEx, with a name at both ends");
    own = named(path);
    strcat(own.sun_path, "-client");
    REQUIRE(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK_EQ(listen(listener, 5), 0);
    CHECK_EQ(bind(client, (struct sockaddr *)&own, sizeof own), 0);
    memset(&accepting, 0, sizeof accepting);
    memset(&connecting, 0, sizeof connecting);
    accepting.hEvent = WSACreateEvent();
    connecting.hEvent = WSACreateEvent();
    CHECK(!AcceptEx(listener, server, area, 0, AREA_UN, AREA_UN, &count, &accepting));
    CHECK_EQ(WSAGetLastError(), ERROR_IO_PENDING);
    CHECK_EQ(WSAIoctl(client, SIO_GET_EXTENSION_FUNCTION_POINTER, &guid, sizeof guid, &connect_ex,
                      sizeof connect_ex, &count, NULL, NULL), 0);
    CHECK(!connect_ex(client, (struct sockaddr *)&address, sizeof address, "hey", 3, NULL,
                      &connecting));
    CHECK_EQ(WSAGetLastError(), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(connecting.hEvent, INFINITE), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(accepting.hEvent, INFINITE), WAIT_OBJECT_0);
    CHECK_EQ(accepting.Internal, 0);
    CHECK_EQ(connecting.Internal, 0);
    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&listener,
                        sizeof listener), 0);
    GetAcceptExSockaddrs(area, 0, AREA_UN, AREA_UN, (struct sockaddr **)&to, &to_length,
                         (struct sockaddr **)&from, &from_length);
    CHECK(to && strcmp(to->sun_path, address.sun_path) == 0);
    CHECK(from && strcmp(from->sun_path, own.sun_path) == 0);
    CHECK_EQ(recv(server, data, 3, MSG_WAITALL), 3);
    CHECK_STR(data, "hey");
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(closesocket(listener), 0);
    CHECK(WSACloseEvent(accepting.hEvent) && WSACloseEvent(connecting.hEvent));
    CHECK(DeleteFileA(path) && DeleteFileA(own.sun_path));
}

static void wrong(const char *path)
{
    SOCKADDR_UN address = named(path);
    SOCKET s = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_in v4 = check_net_loopback(0);

    FACT("10", "names that lead nowhere");
    CHECK_EQ(connect(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENETDOWN);
    address = named("no-such-directory/name");
    CHECK_EQ(bind(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENETDOWN);
    address = named("");
    CHECK_EQ(bind(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    memset(address.sun_path, 'x', sizeof address.sun_path);
    CHECK_EQ(bind(s, (struct sockaddr *)&address, sizeof address), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(bind(s, (struct sockaddr *)&address, 1), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEFAULT);
    CHECK_EQ(bind(s, (struct sockaddr *)&v4, sizeof v4), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(listen(s, 1), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);

    FACT("10", "after all this the socket can still be bound");
    address = named(path);
    CHECK_EQ(bind(s, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(closesocket(s), 0);
    CHECK(DeleteFileA(path));
}

static void overlapped(const char *path)
{
    SOCKADDR_UN address = named(path);
    SOCKET listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
    SOCKET server;
    HANDLE port;
    OVERLAPPED request, *ended = NULL;
    ULONG_PTR key = 0;
    DWORD flags = 0, count = 0;
    char data[8] = "";
    WSABUF buffer = {sizeof data, data};

    FACT("10", "overlapped requests and ports work as with TCP");
    REQUIRE(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK_EQ(listen(listener, 5), 0);
    CHECK_EQ(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    server = accept(listener, NULL, NULL);
    REQUIRE(server + 1 != 0);
    port = CreateIoCompletionPort((HANDLE)server, NULL, 5, 0);
    memset(&request, 0, sizeof request);
    CHECK_EQ(WSARecv(server, &buffer, 1, NULL, &flags, &request, NULL), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSA_IO_PENDING);
    CHECK_EQ(send(client, "abc", 3, 0), 3);
    CHECK(GetQueuedCompletionStatus(port, &count, &key, &ended, INFINITE));
    CHECK(count == 3 && key == 5 && ended == &request);
    CHECK_STR(data, "abc");
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(recv(server, data, sizeof data, 0), 0);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(closesocket(listener), 0);
    CHECK(CloseHandle(port));
    CHECK(DeleteFileA(path));
}

static void windows_path(const char *path)
{
    SOCKADDR_UN address;
    char text[MAX_PATH];
    SOCKET s = socket(AF_UNIX, SOCK_STREAM, 0);

    FACT("13.5", "a path may be written as Windows writes it");
    snprintf(text, sizeof text, "C:%s", path);
    for (char *at = text; *at; at++)
        if (*at == '/') *at = '\\';
    address = named(text);
    CHECK_EQ(bind(s, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(closesocket(s), 0);
    CHECK(DeleteFileA(text));
    CHECK(!DeleteFileA(path));
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
}

int main(void)
{
    char path[64];

    check_net_start();
    snprintf(path, sizeof path, "/tmp/lapwing-unix-%lu", (unsigned long)GetCurrentProcessId());
    kinds();
    talks(path);
    extensions(path);
    wrong(path);
    overlapped(path);
    windows_path(path);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
