// CreateNamedPipe: names, arguments, later instances, and when a pipe is there.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_pipe.h"

#define BOTH (GENERIC_READ | GENERIC_WRITE)

static HANDLE make(const char *name)
{
    return CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 1, 512, 512, 0, NULL);
}

static HANDLE open_name(const char *name, DWORD access)
{
    return CreateFileA(name, access, 0, NULL, OPEN_EXISTING, 0, NULL);
}

static void names(void)
{
    char name[400], other[400];
    HANDLE pipe, client;

    FACT("12.1", "a name begins \\\\.\\pipe\\");
    CHECK_REFUSED(make("not a pipe"), ERROR_INVALID_NAME);
    CHECK_REFUSED(make("\\\\.\\pipe\\"), ERROR_INVALID_NAME);
    CHECK_REFUSED(make(NULL), ERROR_PATH_NOT_FOUND);

    FACT("12.1", "capitals do not matter");
    strcpy(name, check_pipe_name("Some Name"));
    pipe = make(name);
    CHECK(check_is_open(pipe));
    strcpy(other, name);
    memcpy(other, "\\\\.\\PIPE\\LAPWING", 16);
    strcpy(strrchr(other, '\\'), "\\sOME nAME");
    client = open_name(other, BOTH);
    CHECK(check_is_open(client));
    CloseHandle(client);

    FACT("12.1", "backslashes are letters of the name: a trailing one makes another");
    strcpy(other, name);
    strcat(other, "\\");
    CHECK_REFUSED(open_name(other, BOTH), ERROR_FILE_NOT_FOUND);
    client = make(other);
    CHECK(check_is_open(client));
    CloseHandle(client);
    CloseHandle(pipe);

    FACT("12.1", "up to 256 characters");
    memset(name, 'n', sizeof name);
    memcpy(name, "\\\\.\\pipe\\", 9);
    memcpy(name + 9, check_pipe_name(""), 20);
    memset(name + 9, 'n', 3);
    name[256] = 0;
    pipe = make(name);
    CHECK(check_is_open(pipe));
    client = open_name(name, BOTH);
    CHECK(check_is_open(client));
    CloseHandle(client);
    CloseHandle(pipe);
    name[256] = 'n';
    name[257] = 0;
    CHECK_REFUSED(make(name), ERROR_INVALID_NAME);
}

static void wide_names(void)
{
    HANDLE pipe, client;
    FACT("12.1", "names in UTF-16, and the machine's other names for a client");
    pipe = CreateNamedPipeW(L"\\\\.\\pipe\\lapwing wide", PIPE_ACCESS_DUPLEX, 0, 1, 9, 9, 0, NULL);
    CHECK(check_is_open(pipe));
    CHECK(WaitNamedPipeW(L"\\\\.\\pipe\\LAPWING WIDE", 1));
    client = CreateFileW(L"\\\\.\\pipe\\Lapwing Wide", BOTH, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(check_is_open(client));
    CloseHandle(client);
    CloseHandle(pipe);
}

static HANDLE make_with(DWORD open_mode, DWORD pipe_mode, DWORD instances)
{
    return check_pipe_server(open_mode, pipe_mode, instances);
}

static void arguments(void)
{
    HANDLE pipe;
    DWORD maximum = 0, instances[] = {1, 2, 254, 255};
    int at;

    FACT("12.1", "a byte pipe cannot be read in messages");
    CHECK_REFUSED(make_with(PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_READMODE_MESSAGE, 1),
                  ERROR_INVALID_PARAMETER);
    FACT("12.1", "1 to 255 instances, where 255 is no limit");
    CHECK_REFUSED(make_with(PIPE_ACCESS_DUPLEX, 0, 0), ERROR_INVALID_PARAMETER);
    CHECK_REFUSED(make_with(PIPE_ACCESS_DUPLEX, 0, 256), ERROR_INVALID_PARAMETER);
    for (at = 0; at < 4; at++) {
        pipe = make_with(PIPE_ACCESS_DUPLEX, 0, instances[at]);
        CHECK(GetNamedPipeInfo(pipe, NULL, NULL, NULL, &maximum));
        CHECK_EQ(maximum, instances[at]);
        CloseHandle(pipe);
    }
    FACT("12.1", "other bits, and no direction, are refused");
    CHECK_REFUSED(make_with(0, 0, 1), ERROR_INVALID_PARAMETER);
    CHECK_REFUSED(make_with(PIPE_ACCESS_DUPLEX | 0x100, 0, 1), ERROR_INVALID_PARAMETER);
    CHECK_REFUSED(make_with(PIPE_ACCESS_DUPLEX, 0x10, 1), ERROR_INVALID_PARAMETER);
    CHECK_REFUSED(open_name(check_pipe_name("pipe"), BOTH), ERROR_FILE_NOT_FOUND);
    FACT("12.1", "clients of other computers can be refused, which changes nothing here");
    pipe = make_with(PIPE_ACCESS_DUPLEX, PIPE_REJECT_REMOTE_CLIENTS, 1);
    CHECK(check_is_open(pipe));
    CHECK(check_is_set(pipe));
    CHECK_EQ(GetFileType(pipe), FILE_TYPE_PIPE);
    CloseHandle(pipe);
}

static void instances(void)
{
    HANDLE pipe, second, client;
    DWORD first = PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE, count = 0, maximum = 0;

    FACT("12.1", "too many instances");
    pipe = make_with(PIPE_ACCESS_DUPLEX, 0, 2);
    second = make_with(PIPE_ACCESS_DUPLEX, 0, 2);
    CHECK(check_is_open(pipe) && check_is_open(second));
    CHECK(GetNamedPipeHandleStateA(pipe, NULL, &count, NULL, NULL, NULL, 0));
    CHECK_EQ(count, 2);
    CHECK_REFUSED(make_with(PIPE_ACCESS_DUPLEX, 0, 2), ERROR_PIPE_BUSY);
    CHECK_REFUSED(make_with(PIPE_ACCESS_INBOUND, 0, 2), ERROR_PIPE_BUSY);
    CloseHandle(second);

    FACT("12.1", "a later instance goes the same way");
    CHECK_REFUSED(make_with(PIPE_ACCESS_INBOUND, 0, 2), ERROR_ACCESS_DENIED);
    CHECK_REFUSED(make_with(PIPE_ACCESS_OUTBOUND, 0, 2), ERROR_ACCESS_DENIED);

    FACT("12.1", "type, sizes, time-out and limit of a later instance may differ");
    second = CreateNamedPipeA(check_pipe_name("pipe"), PIPE_ACCESS_DUPLEX,
                              PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 5, 1, 2, 3, NULL);
    CHECK(check_is_open(second));
    CHECK(GetNamedPipeInfo(second, NULL, NULL, NULL, &maximum));
    CHECK_EQ(maximum, 2);
    CHECK_REFUSED(make_with(PIPE_ACCESS_DUPLEX, 0, 9), ERROR_PIPE_BUSY);
    CloseHandle(second);

    FACT("12.1", "the first instance flag on a second one");
    CHECK_REFUSED(make_with(first, 0, 2), ERROR_ACCESS_DENIED);

    FACT("12.1", "the pipe goes with its last server; who is connected keeps the name alone");
    client = check_pipe_client(BOTH, 0);
    CHECK(check_is_open(client));
    CloseHandle(pipe);
    pipe = make_with(PIPE_ACCESS_INBOUND | FILE_FLAG_FIRST_PIPE_INSTANCE, 0, 1);
    CHECK(check_is_open(pipe));
    CloseHandle(pipe);
    CloseHandle(client);
    CHECK_REFUSED(check_pipe_client(BOTH, 0), ERROR_FILE_NOT_FOUND);
}

static void directions(void)
{
    HANDLE pipe, client;
    DWORD mode = PIPE_READMODE_BYTE;

    FACT("12.1", "a client opens only the directions that the pipe has");
    pipe = make_with(PIPE_ACCESS_INBOUND, 0, 1);
    CHECK_REFUSED(check_pipe_client(BOTH, 0), ERROR_ACCESS_DENIED);
    CHECK_REFUSED(check_pipe_client(GENERIC_READ, 0), ERROR_ACCESS_DENIED);
    client = check_pipe_client(GENERIC_WRITE, 0);
    CHECK(check_is_open(client));
    CHECK(check_put(client, "in", 2));
    CHECK_GETS(pipe, 9, "in", 0);
    CHECK_FAILS(check_put(pipe, "out", 3), ERROR_ACCESS_DENIED);
    CHECK_FAILS(ReadFile(client, &mode, 1, &mode, NULL), ERROR_ACCESS_DENIED);
    CHECK_FAILS(PeekNamedPipe(client, NULL, 0, NULL, NULL, NULL), ERROR_ACCESS_DENIED);
    CloseHandle(client);
    CloseHandle(pipe);

    pipe = make_with(PIPE_ACCESS_OUTBOUND, 0, 1);
    CHECK_REFUSED(check_pipe_client(BOTH, 0), ERROR_ACCESS_DENIED);
    CHECK_REFUSED(check_pipe_client(GENERIC_WRITE, 0), ERROR_ACCESS_DENIED);
    client = check_pipe_client(GENERIC_READ, 0);
    CHECK(check_is_open(client));
    CHECK(check_put(pipe, "out", 3));
    CHECK_GETS(client, 9, "out", 0);
    FACT("12.3", "who cannot write cannot change how it reads, unless that right was asked for");
    mode = PIPE_READMODE_BYTE;
    CHECK_FAILS(SetNamedPipeHandleState(client, &mode, NULL, NULL), ERROR_ACCESS_DENIED);
    CloseHandle(client);
    CloseHandle(pipe);
    pipe = make_with(PIPE_ACCESS_OUTBOUND, 0, 1);
    client = check_pipe_client(GENERIC_READ | FILE_WRITE_ATTRIBUTES, 0);
    CHECK(SetNamedPipeHandleState(client, &mode, NULL, NULL));
    CloseHandle(client);
    CloseHandle(pipe);
}

static void inheritance(void)
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, TRUE};
    DWORD flags = 9;
    HANDLE pipe = make(check_pipe_name("pipe")), client;

    FACT("13.6", "handles of pipes are inherited only if the attributes say so");
    CHECK(GetHandleInformation(pipe, &flags) && flags == 0);
    CloseHandle(pipe);
    pipe = CreateNamedPipeA(check_pipe_name("pipe"), PIPE_ACCESS_DUPLEX, 0, 1, 9, 9, 0,
                            &attributes);
    CHECK(GetHandleInformation(pipe, &flags) && flags == HANDLE_FLAG_INHERIT);
    client = CreateFileA(check_pipe_name("pipe"), BOTH, 0, &attributes, OPEN_EXISTING, 0, NULL);
    CHECK(GetHandleInformation(client, &flags) && flags == HANDLE_FLAG_INHERIT);
    CloseHandle(client);
    CloseHandle(pipe);
}

int main(void)
{
    names();
    wide_names();
    arguments();
    instances();
    directions();
    inheritance();
    return check_end();
}
