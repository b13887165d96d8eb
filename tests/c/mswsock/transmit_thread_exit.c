/* A routine that runs inside a blocking TransmitFile and ends the thread.
 * semantics.md: 5.7, 6.1, 7.5, 11.7 */
// test: native Wine 8 does not wait alertably in TransmitFile
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include "check_net.h"
#include "check_thread.h"

#define LARGE (32 << 20)

static SOCKET client, server;
static char large[LARGE];

static void CALLBACK end_thread(ULONG_PTR code)
{
    ExitThread((DWORD)code);
}

static void transmit(void *unused)
{
    TRANSMIT_FILE_BUFFERS buffers = {large, LARGE, NULL, 0};
    (void)unused;
    QueueUserAPC(end_thread, GetCurrentThread(), 5);
    TransmitFile(client, NULL, 0, 0, NULL, &buffers, 0);
}

int main(void)
{
    static struct check_thread thread;
    static char room[1 << 16];
    long long total = 0;
    DWORD code = 0;
    int count;

    check_net_start();
    check_net_pair(&client, &server);
    FACT("7.5", "an APC ends its thread inside a blocking call");
    check_thread_start(&thread, transmit, NULL);
    CHECK_EQ(WaitForSingleObject(thread.handle, 20000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread.handle, &code));
    CHECK_EQ(code, 5);
    check_thread_join(&thread);
    FACT("6.1", "nothing of the call holds the socket: closing it is seen by the peer");
    CHECK_EQ(closesocket(client), 0);
    while ((count = recv(server, room, sizeof room, 0)) > 0)
        total += count;
    CHECK_EQ(count, 0);
    CHECK(total > 0 && total < LARGE);
    CHECK_EQ(closesocket(server), 0);
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
