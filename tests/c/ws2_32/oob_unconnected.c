// test: native Wine 8 waits for ever for what cannot come
/* Urgent data without a connection.
 * semantics.md: 5.8 */
#include <winsock2.h>
#include <windows.h>
#include "check_net.h"

int main(void)
{
    SOCKET client;
    char text[4];

    check_net_start();
    FACT("5.8", "no connection, no urgent data");
    client = check_net_socket();
    CHECK_EQ(recv(client, text, sizeof text, MSG_OOB), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(send(client, "x", 1, MSG_OOB), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAENOTCONN);
    CHECK_EQ(closesocket(client), 0);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
