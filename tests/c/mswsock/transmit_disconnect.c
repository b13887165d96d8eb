// TransmitFile with TF_DISCONNECT and TF_REUSE_SOCKET.
// test: native Wine 8 ignores both flags
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_extension.h"

static char head[] = "the last words";
static TRANSMIT_FILE_BUFFERS words = {head, 14, NULL, 0};

int main(void)
{
    struct sockaddr_in address = check_net_loopback(0);
    char buffer[100];
    OVERLAPPED request = {0};
    LPFN_CONNECTEX connect_ex;
    SOCKET client, server, listener;
    unsigned short port;
    DWORD count;

    check_net_start();
    FACT("11.7", "TF_DISCONNECT ends sending behind the data, and receiving goes on");
    check_net_pair(&client, &server);
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(!TransmitFile(client, NULL, 0, 0, &request, &words, TF_DISCONNECT));
    CHECK_EQ(WSAGetLastError(), ERROR_IO_PENDING);
    CHECK(check_outcome(client, &request, &count) == 0 && count == 14);
    CHECK_EQ(recv(server, buffer, sizeof buffer, MSG_WAITALL), 14);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 0);
    CHECK(send(client, "x", 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAESHUTDOWN);
    CHECK(!TransmitFile(client, NULL, 0, 0, NULL, &words, 0));
    CHECK_EQ(WSAGetLastError(), WSAESHUTDOWN);
    CHECK(send(server, "y", 1, 0) == 1 && recv(client, buffer, 1, 0) == 1);
    CHECK(closesocket(client) == 0 && closesocket(server) == 0);

    FACT("11.7", "with TF_REUSE_SOCKET the socket connects again");
    listener = check_net_listener(&port);
    client = check_net_socket();
    CHECK(check_extension(client, (GUID)WSAID_CONNECTEX, &connect_ex));
    CHECK(bind(client, (struct sockaddr *)&address, sizeof address) == 0);
    address = check_net_loopback(port);
    CHECK(!connect_ex(client, (struct sockaddr *)&address, sizeof address, NULL, 0, NULL,
                      &request));
    CHECK_EQ(check_outcome(client, &request, &count), 0);
    server = accept(listener, NULL, NULL);
    CHECK(TransmitFile(client, NULL, 0, 0, NULL, &words, TF_DISCONNECT | TF_REUSE_SOCKET));
    CHECK_EQ(recv(server, buffer, sizeof buffer, MSG_WAITALL), 14);
    CHECK_EQ(recv(server, buffer, sizeof buffer, 0), 0);
    CHECK(closesocket(server) == 0);
    CHECK(!TransmitFile(client, NULL, 0, 0, NULL, &words, 0));
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK(!connect_ex(client, (struct sockaddr *)&address, sizeof address, NULL, 0, NULL,
                      &request));
    CHECK_EQ(check_outcome(client, &request, &count), 0);
    server = accept(listener, NULL, NULL);
    CHECK(TransmitFile(client, NULL, 0, 0, NULL, &words, 0));
    CHECK_EQ(recv(server, buffer, 14, MSG_WAITALL), 14);
    CHECK(closesocket(client) == 0 && closesocket(server) == 0 && closesocket(listener) == 0);
    return check_end();
}
