// One pipe, several processes that serve it: who gets which client, what holds for all of them, and
// what the end of one leaves to the others.
// guard 60
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_pipe.h"
#include "check_process.h"

#define BOTH (GENERIC_READ | GENERIC_WRITE)
#define FIRST (PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE)

static char name[100], event_name[100];

static void names(unsigned long parent)
{
    snprintf(name, sizeof name, "\\\\.\\pipe\\lapwing-%lu-processes", parent);
    snprintf(event_name, sizeof event_name, "lapwing-%lu-ready", parent);
}

static HANDLE make(DWORD open_mode, DWORD instances)
{
    return CreateNamedPipeA(name, open_mode, PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, instances,
                            4096, 4096, 0, NULL);
}

static HANDLE open_it(void)
{
    return CreateFileA(name, BOTH, 0, NULL, OPEN_EXISTING, 0, NULL);
}

static DWORD server_of(HANDLE client)
{
    ULONG id = 0;
    CHECK(GetNamedPipeServerProcessId(client, &id));
    return id;
}

static DWORD instances_of(HANDLE pipe)
{
    DWORD count = 0;
    CHECK(GetNamedPipeHandleStateA(pipe, NULL, &count, NULL, NULL, NULL, 0));
    return count;
}

/* A child that serves: it gives back what it gets; "leave" parts from the client, who goes first,
 * "end" ends. */
static int serve(void)
{
    HANDLE pipe = make(PIPE_ACCESS_DUPLEX, 9), ready = OpenEventA(EVENT_ALL_ACCESS, 0, event_name);
    char bytes[20];
    DWORD count;

    if (!check_is_open(pipe) || !ready) return 1;
    SetEvent(ready);
    for (;;) {
        if (!ConnectNamedPipe(pipe, NULL) && GetLastError() != ERROR_PIPE_CONNECTED) return 2;
        while (ReadFile(pipe, bytes, sizeof bytes, &count, NULL)) {
            if (count == 3 && !memcmp(bytes, "end", 3)) return 0;
            if (count == 5 && !memcmp(bytes, "leave", 5)) break;
            if (!WriteFile(pipe, bytes, count, &count, NULL)) return 3;
        }
        if (!DisconnectNamedPipe(pipe)) return 4;
    }
}

/* What another process' attempt to make an instance comes to: its error, or 0. */
static int attempt(DWORD open_mode, DWORD instances)
{
    HANDLE pipe = make(open_mode, instances);
    return check_is_open(pipe) ? 0 : (int)GetLastError();
}

static DWORD attempt_elsewhere(const char *open_mode)
{
    char arguments[60];
    snprintf(arguments, sizeof arguments, "%lu attempt %s", (unsigned long)GetCurrentProcessId(),
             open_mode);
    return check_run(arguments);
}

static PROCESS_INFORMATION start_server(HANDLE ready)
{
    PROCESS_INFORMATION child;
    char arguments[60];
    snprintf(arguments, sizeof arguments, "%lu serve", (unsigned long)GetCurrentProcessId());
    REQUIRE(check_start(arguments, FALSE, 0, NULL, &child));
    REQUIRE(WaitForSingleObject(ready, CHECK_LONG_MS) == WAIT_OBJECT_0);
    return child;
}

static void serving_together(HANDLE ready)
{
    HANDLE own = make(FIRST, 3), second, clients[3];
    PROCESS_INFORMATION child;

    FACT("12.1", "another process makes an instance of the same name");
    CHECK(check_is_open(own));
    child = start_server(ready);
    CHECK_EQ(instances_of(own), 2);

    FACT("12.1", "if it agrees: not as the first, not in another direction");
    CHECK_EQ(attempt_elsewhere("first"), ERROR_ACCESS_DENIED);
    CHECK_EQ(attempt_elsewhere("inbound"), ERROR_ACCESS_DENIED);
    CHECK_EQ(attempt_elsewhere("duplex"), 0);

    FACT("12.1", "the first instance's limit holds for all processes");
    second = make(PIPE_ACCESS_DUPLEX, 9);
    CHECK(check_is_open(second));
    CHECK_EQ(instances_of(second), 3);
    CHECK_REFUSED(make(PIPE_ACCESS_DUPLEX, 9), ERROR_PIPE_BUSY);
    CHECK_EQ(attempt_elsewhere("duplex"), ERROR_PIPE_BUSY);
    CHECK_REFUSED(make(FIRST, 9), ERROR_ACCESS_DENIED);

    FACT("12.2", "clients are given to instances in the order in which they began to listen");
    clients[0] = open_it();
    clients[1] = open_it();
    clients[2] = open_it();
    CHECK_EQ(server_of(clients[0]), GetCurrentProcessId());
    CHECK_EQ(server_of(clients[1]), child.dwProcessId);
    CHECK_EQ(server_of(clients[2]), GetCurrentProcessId());
    CHECK_REFUSED(open_it(), ERROR_PIPE_BUSY);
    CHECK_EQ(instances_of(clients[1]), 3);
    CHECK(check_put(clients[0], "one", 3) && check_put(clients[1], "two", 3));
    CHECK_GETS(own, 9, "one", 0);
    CHECK_GETS(clients[1], 9, "two", 0);
    CHECK(check_put(clients[2], "three", 5));
    CHECK_GETS(second, 9, "three", 0);

    FACT("12.2", "a wait ends when an instance of another process listens again");
    CHECK_FAILS(WaitNamedPipeA(name, 1), ERROR_SEM_TIMEOUT);
    CHECK(check_put(clients[1], "leave", 5));
    CHECK(WaitNamedPipeA(name, NMPWAIT_WAIT_FOREVER));
    CloseHandle(clients[1]);
    clients[1] = open_it();
    CHECK_EQ(server_of(clients[1]), child.dwProcessId);

    FACT("12.4", "a process that dies leaves the others' instances as they are");
    CHECK(TerminateProcess(child.hProcess, 7));
    CHECK_EQ(check_end_of(&child), 7);
    CHECK_GETS(clients[1], 9, "", ERROR_BROKEN_PIPE);
    CHECK_EQ(instances_of(own), 2);
    CHECK(check_put(clients[0], "four", 4));
    CHECK_GETS(own, 9, "four", 0);
    CHECK_FAILS(WaitNamedPipeA(name, 1), ERROR_SEM_TIMEOUT);
    FACT("12.1", "and its instance's place to another");
    child = start_server(ready);
    CHECK_EQ(instances_of(own), 3);

    FACT("12.1", "the name lives as long as one of the processes serves it");
    CloseHandle(own);
    CloseHandle(second);
    CloseHandle(clients[0]);
    CloseHandle(clients[1]);
    CloseHandle(clients[2]);
    CHECK_REFUSED(make(FIRST, 3), ERROR_ACCESS_DENIED);
    clients[0] = open_it();
    CHECK_EQ(server_of(clients[0]), child.dwProcessId);
    CHECK_REFUSED(open_it(), ERROR_PIPE_BUSY);
    CHECK(check_put(clients[0], "end", 3));
    CHECK_EQ(check_end_of(&child), 0);
    CloseHandle(clients[0]);
    CHECK_REFUSED(open_it(), ERROR_FILE_NOT_FOUND);
    CHECK_FAILS(WaitNamedPipeA(name, 1), ERROR_FILE_NOT_FOUND);
    own = make(FIRST, 1);
    CHECK(check_is_open(own));
    CloseHandle(own);
}

static struct check_thread waiter;
static BOOL waited;

static void wait_for_it(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&waiter);
    waited = WaitNamedPipeA(name, NMPWAIT_WAIT_FOREVER);
}

static void a_server_that_comes_later(HANDLE ready)
{
    HANDLE own = make(FIRST, 9), client = open_it(), other;
    PROCESS_INFORMATION child, late;

    FACT("12.2", "a wait ends when a process begins to serve that did not when the wait began");
    check_thread_start(&waiter, wait_for_it, NULL);
    check_thread_wait_blocked(&waiter);
    child = start_server(ready);
    check_thread_join(&waiter);
    CHECK(waited);
    other = open_it();
    CHECK_EQ(server_of(other), child.dwProcessId);

    FACT("12.2", "so does the wait at other processes' doors");
    CloseHandle(client);
    CloseHandle(own);
    check_thread_start(&waiter, wait_for_it, NULL);
    check_thread_wait_blocked(&waiter);
    late = start_server(ready);
    check_thread_join(&waiter);
    CHECK(waited);
    client = open_it();
    CHECK_EQ(server_of(client), late.dwProcessId);
    CHECK(check_put(client, "end", 3) && check_put(other, "end", 3));
    CHECK_EQ(check_end_of(&child), 0);
    CHECK_EQ(check_end_of(&late), 0);
    CloseHandle(client);
    CloseHandle(other);
}

int main(int count, char **words)
{
    HANDLE ready;
    names(count > 1 ? strtoul(words[1], NULL, 10) : GetCurrentProcessId());
    if (count == 3) return serve();
    if (count == 4 && !strcmp(words[3], "first")) return attempt(FIRST, 9);
    if (count == 4 && !strcmp(words[3], "inbound")) return attempt(PIPE_ACCESS_INBOUND, 9);
    if (count == 4) return attempt(PIPE_ACCESS_DUPLEX, 9);
    ready = CreateEventA(NULL, FALSE, FALSE, event_name);
    serving_together(ready);
    a_server_that_comes_later(ready);
    CloseHandle(ready);
    return check_end();
}
