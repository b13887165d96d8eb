/* Sends a file by sendfile(2), as a program would that is written for Linux.
 *
 *   sendfile PORT FILE
 *
 * Connects to 127.0.0.1, sends, and waits until the peer has read everything and closes.  Prints
 * the seconds from the first byte to that, and the processor seconds of this program.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include "errno_check.h"

int main(int argc, char **argv)
{
    struct sockaddr_in address;
    struct stat        status;
    double             started, before;
    off_t              offset = 0;
    char               byte;
    int                s, file;

    check(argc == 3, "PORT FILE");
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)atoi(argv[1]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    s = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(s, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    file = open(argv[2], O_RDONLY);
    check(file >= 0 && fstat(file, &status) == 0, "the file");
    started = now();
    before = processor();
    while (offset < status.st_size)
        check(sendfile(s, file, &offset, (size_t)(status.st_size - offset)) > 0, "sendfile");
    check(shutdown(s, SHUT_WR) == 0, "shutdown");
    check(recv(s, &byte, 1, 0) == 0, "recv");
    printf("%f %f\n", (now() - started) / 1e9, (processor() - before) / 1e9);
    return 0;
}
