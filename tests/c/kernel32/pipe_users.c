// test: native users of Linux; Wine's server belongs to one user
// Named pipes and other users of the machine: whom a descriptor lets in.  Only the administrator
// can act as somebody else, so anybody else checks nothing here.
#include <winsock2.h>
#include <windows.h>
#include <sddl.h>
#include <unistd.h>
#include "check.h"
#include "check_pipe.h"
#include "check_process.h"

#define BOTH (GENERIC_READ | GENERIC_WRITE)
#define SOMEBODY 54321

static char name[100];

static HANDLE make(const char *text, DWORD open_mode)
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, FALSE};
    HANDLE pipe;
    if (text)
        REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorA(
            text, SDDL_REVISION_1, &attributes.lpSecurityDescriptor, NULL));
    pipe = CreateNamedPipeA(name, open_mode, PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 9, 4096,
                            4096, 0, &attributes);
    LocalFree(attributes.lpSecurityDescriptor);
    return pipe;
}

static HANDLE open_it(void)
{
    return CreateFileA(name, BOTH, 0, NULL, OPEN_EXISTING, 0, NULL);
}

/* -- what somebody else does -- */

static int become_somebody(void)
{
    return setgid(SOMEBODY) == 0 && setuid(SOMEBODY) == 0;
}

/* Opens the pipe: its error, or 0. */
static int open_once(void)
{
    HANDLE pipe = open_it();
    int error = check_is_open(pipe) ? 0 : (int)GetLastError();
    if (error == ERROR_FILE_NOT_FOUND &&
        (WaitNamedPipeA(name, 1) || GetLastError() != ERROR_FILE_NOT_FOUND))
        return 999;
    return error;
}

/* Sends its process' number and gives back what comes, twice. */
static int talk(unsigned long parent)
{
    DWORD id = GetCurrentProcessId(), count;
    ULONG server = 0;
    char bytes[20];
    int round;

    for (round = 0; round < 2; round++) {
        HANDLE pipe = open_it();
        while (!check_is_open(pipe)) {
            if (GetLastError() != ERROR_PIPE_BUSY) return 1;
            if (!WaitNamedPipeA(name, NMPWAIT_WAIT_FOREVER)) return 2;
            pipe = open_it();
        }
        if (!GetNamedPipeServerProcessId(pipe, &server) || server != parent) return 3;
        if (!WriteFile(pipe, &id, sizeof id, &count, NULL)) return 4;
        if (!ReadFile(pipe, bytes, sizeof bytes, &count, NULL) || count != 5) return 5;
        if (!WriteFile(pipe, bytes, count, &count, NULL)) return 6;
        ReadFile(pipe, bytes, sizeof bytes, &count, NULL);
        if (GetLastError() != ERROR_PIPE_NOT_CONNECTED) return 7;
        CloseHandle(pipe);
    }
    return 0;
}

/* Serves the same name, open to all, until it has had a client. */
static int serve(void)
{
    HANDLE pipe = make("D:(A;;GA;;;WD)", PIPE_ACCESS_DUPLEX);
    HANDLE ready = CreateFileA(name, BOTH, 0, NULL, OPEN_EXISTING, 0, NULL);
    ULONG server = 0;
    if (!check_is_open(pipe)) return 1;
    if (!check_is_open(ready) || !GetNamedPipeServerProcessId(ready, &server)) return 2;
    CloseHandle(ready);
    CloseHandle(pipe);
    return server == GetCurrentProcessId() ? 0 : 3;
}

static void clean_up(void)
{
    char path[100];
    snprintf(path, sizeof path, "/tmp/lapwing-%d/pipe/~lock", SOMEBODY);
    unlink(path);
    *strrchr(path, '/') = 0;
    rmdir(path);
    snprintf(path, sizeof path, "/tmp/lapwing-%d", SOMEBODY);
    rmdir(path);
    snprintf(path, sizeof path, "/tmp/lapwing-open-%d", SOMEBODY);
    rmdir(path);
}

static int somebody(const char *what, unsigned long parent)
{
    int code = 97;
    snprintf(name, sizeof name, "\\\\.\\pipe\\lapwing-%lu-users", parent);
    if (!become_somebody()) return 96;
    if (!strcmp(what, "open")) code = open_once();
    if (!strcmp(what, "talk")) code = talk(parent);
    if (!strcmp(what, "serve")) code = serve();
    clean_up();
    return code;
}

/* -- what the administrator sees of it -- */

static BOOL start(const char *what, PROCESS_INFORMATION *child)
{
    char arguments[60];
    snprintf(arguments, sizeof arguments, "%lu %s", (unsigned long)GetCurrentProcessId(), what);
    return check_start(arguments, FALSE, 0, NULL, child);
}

static DWORD run(const char *what)
{
    PROCESS_INFORMATION child;
    return start(what, &child) ? check_end_of(&child) : 95;
}

static void closed(const char *text, DWORD open_mode)
{
    HANDLE pipe = make(text, open_mode);
    CHECK(check_is_open(pipe));
    CHECK_EQ(run("open"), ERROR_FILE_NOT_FOUND);
    CloseHandle(pipe);
}

static void talking(HANDLE pipe)
{
    PROCESS_INFORMATION child;
    DWORD id = 0, count = 0;
    ULONG client = 0;
    int round;

    REQUIRE(start("talk", &child));
    for (round = 0; round < 2; round++) {
        CHECK(ConnectNamedPipe(pipe, NULL) || GetLastError() == ERROR_PIPE_CONNECTED);
        CHECK(ReadFile(pipe, &id, sizeof id, &count, NULL) && id == child.dwProcessId);
        CHECK(GetNamedPipeClientProcessId(pipe, &client) && client == child.dwProcessId);
        CHECK_FAILS(ImpersonateNamedPipeClient(pipe), ERROR_CANNOT_IMPERSONATE);
        CHECK(check_put(pipe, "hello", 5));
        CHECK_GETS(pipe, 20, "hello", 0);
        CHECK(DisconnectNamedPipe(pipe));
    }
    CHECK_EQ(check_end_of(&child), 0);
}

static void descriptors(void)
{
    SECURITY_DESCRIPTOR everyone;
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, &everyone, FALSE};
    HANDLE pipe, own;

    FACT("A6", "without a descriptor, or for others only, a pipe is its owner's");
    closed(NULL, PIPE_ACCESS_DUPLEX);
    closed("D:", PIPE_ACCESS_DUPLEX);
    closed("D:(A;;GA;;;SY)(A;;GA;;;BA)", PIPE_ACCESS_DUPLEX);
    closed("D:(D;;GA;;;WD)(A;;GA;;;WD)", PIPE_ACCESS_DUPLEX);
    closed("D:(A;;GR;;;WD)", PIPE_ACCESS_DUPLEX);

    FACT("A6", "a list that is NULL opens it to all users");
    InitializeSecurityDescriptor(&everyone, SECURITY_DESCRIPTOR_REVISION);
    SetSecurityDescriptorDacl(&everyone, TRUE, NULL, FALSE);
    pipe = CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 9,
                            4096, 4096, 0, &attributes);
    CHECK(check_is_open(pipe));
    talking(pipe);
    FACT("A6", "for a later instance the first one's descriptor holds");
    own = make(NULL, PIPE_ACCESS_DUPLEX);
    CHECK(check_is_open(own));
    CHECK_EQ(run("open"), 0);
    CloseHandle(own);
    CloseHandle(pipe);
    CHECK_EQ(run("open"), ERROR_FILE_NOT_FOUND);

    FACT("A6", "so does a list that lets everybody read and write");
    pipe = make("D:(A;;GRGW;;;WD)", PIPE_ACCESS_DUPLEX);
    talking(pipe);
    CloseHandle(pipe);
    pipe = make("D:(A;;0x12019b;;;AU)", PIPE_ACCESS_DUPLEX);
    CHECK_EQ(run("open"), 0);
    CloseHandle(pipe);
    FACT("A6", "where data goes one way, that way is enough");
    pipe = make("D:(A;;GW;;;WD)", PIPE_ACCESS_INBOUND);
    CHECK_EQ(run("open"), ERROR_ACCESS_DENIED);
    CloseHandle(pipe);

    FACT("A6", "each user has names of his own");
    pipe = make("D:(A;;GA;;;WD)", PIPE_ACCESS_DUPLEX);
    CHECK_EQ(run("serve"), 0);
    own = open_it();
    CHECK(check_is_open(own));
    CloseHandle(own);
    CloseHandle(pipe);
}

int main(int count, char **words)
{
    if (count == 3) return somebody(words[2], strtoul(words[1], NULL, 10));
    if (geteuid() != 0) {
        check_line("NOT CHECKED: only the administrator can act as another user\n");
        return check_end();
    }
    snprintf(name, sizeof name, "\\\\.\\pipe\\lapwing-%lu-users",
             (unsigned long)GetCurrentProcessId());
    descriptors();
    return check_end();
}
