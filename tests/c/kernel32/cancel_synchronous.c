// CancelSynchronousIo: blocking reads and writes of sockets and pipes are broken off, and what
// they were made on stays as it was.
#include <winsock2.h>
#include <windows.h>
#include <io.h>
#include <fcntl.h>
#ifndef __MINGW32__
#include <unistd.h>
#endif
#include "check.h"
#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

static struct {
    struct check_thread thread;
    HANDLE file;
    BOOL writes;
    BOOL done;
    DWORD error, count;
    char data[1 << 20];
} it;

static void block(void *unused)
{
    (void)unused;
    check_thread_about_to_block(&it.thread);
    it.count = 77;
    SetLastError(UNTOUCHED);
    it.done = it.writes ? WriteFile(it.file, it.data, sizeof it.data, &it.count, NULL)
                        : ReadFile(it.file, it.data, 10, &it.count, NULL);
    it.error = GetLastError();
}

static void start(HANDLE file, BOOL writes)
{
    it.file = file;
    it.writes = writes;
    check_thread_start(&it.thread, block, NULL);
    check_thread_wait_blocked(&it.thread);
}

/* Breaks the call off. */
static BOOL cancel(void)
{
    BOOL cancelled = CancelSynchronousIo(it.thread.handle);
    check_thread_join(&it.thread);
    return cancelled;
}

static void refusals(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    FACT("6.8", "a thread that is in no blocking call");
    SetLastError(UNTOUCHED);
    CHECK(!CancelSynchronousIo(GetCurrentThread()));
    CHECK_EQ(GetLastError(), ERROR_NOT_FOUND);
    CHECK(!CancelSynchronousIo(event));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(event));
    CHECK(!CancelSynchronousIo(event));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK(!CancelSynchronousIo(NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
}

static void sleep_in_wait(void *event)
{
    check_thread_about_to_block(&it.thread);
    it.error = WaitForSingleObject(event, INFINITE);
}

static void waits(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    FACT("6.8", "a wait for an object is no input or output");
    check_thread_start(&it.thread, sleep_in_wait, event);
    check_thread_wait_blocked(&it.thread);
    CHECK(!CancelSynchronousIo(it.thread.handle));
    CHECK_EQ(GetLastError(), ERROR_NOT_FOUND);
    CHECK(SetEvent(event));
    check_thread_join(&it.thread);
    CHECK_EQ(it.error, WAIT_OBJECT_0);
    CHECK(CloseHandle(event));
}

/* A blocking read of what has nothing yet, then one that is given something. */
static void reading(HANDLE file, void (*give)(void))
{
    start(file, FALSE);
    CHECK(cancel());
    CHECK(!it.done && it.error == ERROR_OPERATION_ABORTED);
    start(file, FALSE);
    give();
    check_thread_join(&it.thread);
    CHECK(it.done && it.count == 3 && !memcmp(it.data, "abc", 3));
    CHECK(!CancelSynchronousIo(GetCurrentThread()) && GetLastError() == ERROR_NOT_FOUND);
}

static SOCKET theirs;
static HANDLE writer;

static void give_socket(void)
{
    CHECK_EQ(send(theirs, "abc", 3, 0), 3);
}

static void give_pipe(void)
{
    DWORD count;
    CHECK(WriteFile(writer, "abc", 3, &count, NULL) && count == 3);
}

static void sockets(void)
{
    unsigned short number;
    SOCKET listener = check_net_listener(&number), ours;
    struct sockaddr_in address = check_net_loopback(number);

    ours = WSASocketA(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, 0);
    CHECK_EQ(connect(ours, (struct sockaddr *)&address, sizeof address), 0);
    theirs = accept(listener, NULL, NULL);
    FACT("6.8", "a blocking read of a socket that is not overlapped");
    reading((HANDLE)ours, give_socket);
    CHECK_EQ(closesocket(ours), 0);
    CHECK_EQ(closesocket(theirs), 0);
    CHECK_EQ(closesocket(listener), 0);
}

static BOOL make_pipe(int ends[2])
{
#ifdef __MINGW32__
    return _pipe(ends, 4096, _O_BINARY) == 0;
#else
    return pipe(ends) == 0;
#endif
}

static void pipes(void)
{
    int ends[2];
    HANDLE reader;

    REQUIRE(make_pipe(ends));
    reader = (HANDLE)_get_osfhandle(ends[0]);
    writer = (HANDLE)_get_osfhandle(ends[1]);
    FACT("6.8", "a blocking read of an anonymous pipe");
    reading(reader, give_pipe);
    FACT("6.8", "a blocking write");
    start(writer, TRUE);
    CHECK(cancel());
    CHECK(!it.done && it.error == ERROR_OPERATION_ABORTED);
    CHECK_EQ(_close(ends[0]), 0);
    CHECK_EQ(_close(ends[1]), 0);
}

int main(void)
{
    check_net_start();
    refusals();
    waits();
    pipes();
    sockets();
    return check_end();
}
