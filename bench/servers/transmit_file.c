/* Sends a file by TransmitFile.
 *
 *   transmit_file PORT FILE [port]
 *
 * Connects to 127.0.0.1, sends, and waits until the peer has read everything and closes: in a
 * blocking call, or with `port` as a request that completes to a completion port.  Prints the
 * seconds from the first byte to that, and the processor seconds of this program.
 */
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include "check.h"

static void send_by_port(SOCKET s, HANDLE file)
{
    HANDLE      port = CreateIoCompletionPort((HANDLE)s, NULL, 1, 1);
    OVERLAPPED  request = {0}, *ended = NULL;
    DWORD       bytes;
    ULONG_PTR   key;

    check(port != NULL, "CreateIoCompletionPort");
    check(!TransmitFile(s, file, 0, 0, &request, NULL, 0) && WSAGetLastError() == WSA_IO_PENDING,
          "TransmitFile");
    check(GetQueuedCompletionStatus(port, &bytes, &key, &ended, INFINITE) && ended == &request,
          "GetQueuedCompletionStatus");
}

int main(int argc, char **argv)
{
    struct sockaddr_in address;
    WSADATA            data;
    double             started, before;
    HANDLE             file;
    SOCKET             s;
    char               byte;

    check(argc >= 3, "PORT FILE");
    check(WSAStartup(MAKEWORD(2, 2), &data) == 0, "WSAStartup");
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)atoi(argv[1]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    s = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(s, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    file = CreateFileA(argv[2], GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                       FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    check(file != INVALID_HANDLE_VALUE, "CreateFile");
    started = now();
    before = processor();
    if (argc > 3)
        send_by_port(s, file);
    else
        check(TransmitFile(s, file, 0, 0, NULL, NULL, 0), "TransmitFile");
    check(shutdown(s, SD_SEND) == 0, "shutdown");
    check(recv(s, &byte, 1, 0) == 0, "recv");
    printf("%f %f\n", (now() - started) / 1e9, (processor() - before) / 1e9);
    return 0;
}
