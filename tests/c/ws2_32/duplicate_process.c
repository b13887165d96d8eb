// test: native Wine's programs have no fork and no exec
/* Semantics 11.10 between processes: a child takes what its parent offers, once. */
#include <winsock2.h>
#include <windows.h>
#include <stdint.h>
#include <unistd.h>
#include <sys/wait.h>
#include "check.h"
#include "check_net.h"

/* What the child says with its exit code. */
enum { GOOD = 40, NO_SOCKET, BAD_DATA, TAKEN_TWICE };

static int child(void)
{
    WSAPROTOCOL_INFOW info;
    char text[8] = "";
    DWORD size = 0;
    int length = sizeof size;
    SOCKET s;

    check_net_start();
    if (read(0, &info, sizeof info) != sizeof info) return 1;
    s = WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0, 0);
    if (s == INVALID_SOCKET) return WSAGetLastError() == WSAEINVAL ? NO_SOCKET : 2;
    if (recv(s, text, sizeof text, 0) != 2 || memcmp(text, "cd", 2) != 0) return BAD_DATA;
    if (getsockopt(s, SOL_SOCKET, SO_RCVBUF, (char *)&size, &length) || size != 54321) return 3;
    if (send(s, "child", 5, 0) != 5) return 4;
    if (WSASocketW(-1, -1, -1, &info, 0, 0) != INVALID_SOCKET) return TAKEN_TWICE;
    if (closesocket(s) || WSACleanup()) return 5;
    return GOOD;
}

/* Starts this program as a child; what is written to *pipe_end is its input. */
static pid_t start(int *pipe_end)
{
    int ends[2];
    pid_t process;

    if (pipe(ends)) exit(1);
    process = fork();
    if (process == 0) {
        dup2(ends[0], 0);
        close(ends[0]);
        close(ends[1]);
        execl("/proc/self/exe", "child", "child", (char *)NULL);
        _exit(1);
    }
    close(ends[0]);
    *pipe_end = ends[1];
    return process;
}

static int tell(pid_t process, int pipe_end, const WSAPROTOCOL_INFOW *info)
{
    int status = 0;
    CHECK_EQ(write(pipe_end, info, sizeof *info), sizeof *info);
    close(pipe_end);
    CHECK_EQ(waitpid(process, &status, 0), process);
    return WEXITSTATUS(status);
}

static void parent(void)
{
    SOCKET client, server, other;
    WSAPROTOCOL_INFOW info, forged;
    DWORD size = 54321;
    char text[8] = "";
    int input, second_input;
    pid_t process, second;

    FACT("11.10", "another process gets the same open socket, with its unread data and its state");
    check_net_pair(&client, &server);
    CHECK_EQ(setsockopt(server, SOL_SOCKET, SO_RCVBUF, (char *)&size, sizeof size), 0);
    CHECK_EQ(send(client, "abcd", 4, 0), 4);
    CHECK_EQ(recv(server, text, 2, 0), 2);
    process = start(&input);
    second = start(&second_input);
    CHECK_EQ(WSADuplicateSocketW(server, (DWORD)process, &info), 0);
    CHECK_EQ(closesocket(server), 0);
    forged = info;
    CHECK_EQ(tell(process, input, &info), GOOD);
    CHECK_EQ(recv(client, text, sizeof text, 0), 5);
    CHECK(memcmp(text, "child", 5) == 0);

    FACT("11.10", "the connection ends with the last process that has it");
    CHECK_EQ(recv(client, text, sizeof text, 0), 0);
    CHECK_EQ(closesocket(client), 0);

    FACT("11.10", "who is not meant, or comes too late, gets nothing");
    CHECK_EQ(tell(second, second_input, &forged), NO_SOCKET);
    CHECK(WSASocketW(-1, -1, -1, &forged, 0, 0) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    other = check_net_socket();
    process = start(&input);
    second = start(&second_input);
    CHECK_EQ(WSADuplicateSocketW(other, (DWORD)process, &info), 0);
    CHECK_EQ(tell(second, second_input, &info), NO_SOCKET);
    CHECK(WSASocketW(-1, -1, -1, &info, 0, 0) == INVALID_SOCKET);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    forged = info;
    forged.dwServiceFlags3 ^= 1;
    CHECK_EQ(tell(process, input, &forged), NO_SOCKET);
    CHECK_EQ(WSADuplicateSocketW(other, (DWORD)process, &info), SOCKET_ERROR);
    CHECK_EQ(WSAGetLastError(), WSAEINVAL);
    CHECK_EQ(closesocket(other), 0);
    CHECK_EQ(WSACleanup(), 0);
}

int main(int count, char **words)
{
    if (count > 1 && strcmp(words[1], "child") == 0) return child();
    check_net_start();
    parent();
    return check_end();
}
