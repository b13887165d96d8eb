// Pipes and other computers: who asks for one that cannot be reached, and who is local.
// test: native Wine 8 lacks GetNamedPipeClientComputerName, and asks no computer
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_pipe.h"

#define BOTH (GENERIC_READ | GENERIC_WRITE)

int main(void)
{
    struct check_pipe pipe = check_pipe_pair(0, PIPE_TYPE_BYTE);
    const char *other = "\\\\other.invalid\\pipe\\name";
    char name[300], bytes[9];
    DWORD count;

    FACT("12.2", "a client of this computer has no computer's name");
    CHECK_FAILS(GetNamedPipeClientComputerNameA(pipe.server, name, sizeof name), ERROR_PIPE_LOCAL);
    CHECK_FAILS(GetNamedPipeClientComputerNameA(pipe.server, NULL, 0), ERROR_INVALID_PARAMETER);
    CHECK(DisconnectNamedPipe(pipe.server));
    CHECK_FAILS(GetNamedPipeClientComputerNameA(pipe.server, name, sizeof name), ERROR_NOT_FOUND);
    check_pipe_close(pipe);

    FACT("12.1", "a computer that cannot be reached");
    CHECK_REFUSED(CreateFileA(other, BOTH, 0, NULL, OPEN_EXISTING, 0, NULL), ERROR_BAD_NETPATH);
    CHECK_FAILS(WaitNamedPipeA(other, 1), ERROR_BAD_NETPATH);
    CHECK_FAILS(CallNamedPipeA(other, "q", 1, bytes, 9, &count, 1), ERROR_BAD_NETPATH);
    CHECK_REFUSED(CreateNamedPipeA(other, PIPE_ACCESS_DUPLEX, 0, 1, 9, 9, 0, NULL),
                  ERROR_BAD_NETPATH);
    FACT("12.1", "this computer's other names lead to the same pipe, but no server may write them");
    pipe.server = check_pipe_server(PIPE_ACCESS_DUPLEX, 0, 1);
    snprintf(name, sizeof name, "\\\\localhost%s", check_pipe_name("pipe") + 3);
    pipe.client = CreateFileA(name, BOTH, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(check_is_open(pipe.client));
    check_pipe_close(pipe);
    CHECK_REFUSED(CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, 0, 1, 9, 9, 0, NULL),
                  ERROR_INVALID_NAME);
    FACT("12.2", "what is no pipe's name");
    CHECK_FAILS(WaitNamedPipeA("C:\\file", 1), ERROR_BAD_PATHNAME);
    return check_end();
}
