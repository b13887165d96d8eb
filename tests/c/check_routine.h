/* Completion routines inside blocking calls, for the C tests.
 *
 * A thread makes a call that blocks on `it.socket`.  A routine that becomes due has another thread
 * do what the call waits for: in a routine no blocking call may be made.  If no routine runs, that
 * thread loses its patience.  Include <winsock2.h> and <windows.h> first. */
#ifndef LAPWING_TESTS_CHECK_ROUTINE_H
#define LAPWING_TESTS_CHECK_ROUTINE_H

#include "check_net.h"
#include "check_port.h"
#include "check_thread.h"

/* Only a hang lasts so long. */
#define PATIENCE 5000

/* A call that blocks on a socket, and what ends the blocking. */
static struct {
    struct check_thread thread, helper;
    int (*call)(SOCKET);
    void (*remedy)(void);
    SOCKET socket, peer;
    unsigned short port;
    struct sockaddr_in address;
    BOOL due_before;
    HANDLE remedied;
    /* What the call returns, and the last error. */
    int result;
    DWORD error;
    /* The receive with the routine, on a connection of its own. */
    SOCKET told, teller;
    OVERLAPPED overlapped;
    char byte;
    volatile LONG routines;
    DWORD routine_thread, call_thread;
} it;

static void help(void *unused)
{
    (void)unused;
    WaitForSingleObject(it.remedied, PATIENCE);
    it.remedy();
}

static void CALLBACK routine(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags)
{
    (void)flags;
    it.routine_thread = GetCurrentThreadId();
    if (error || count != 1 || overlapped != &it.overlapped)
        return;
    InterlockedIncrement(&it.routines);
    if (it.remedy)
        SetEvent(it.remedied);
    else
        closesocket(it.socket);
}

static void make_call(void *unused)
{
    WSABUF description = {1, &it.byte};
    DWORD flags = 0;
    int started;

    (void)unused;
    it.call_thread = GetCurrentThreadId();
    started = WSARecv(it.told, &description, 1, NULL, &flags, &it.overlapped, routine);
    if (started == 0 || WSAGetLastError() != WSA_IO_PENDING)
        return;
    if (it.due_before) {
        send(it.teller, "x", 1, 0);
        while (!HasOverlappedIoCompleted(&it.overlapped))
            ;
    }
    check_thread_about_to_block(&it.thread);
    it.result = it.call(it.socket);
    it.error = WSAGetLastError();
    check_thread_about_to_block(&it.thread);
}

/* Blocks, with a routine that is due before, or becomes due while the thread blocks.  Without a
 * remedy the routine closes the socket. */
static void run(const char *name, int (*call)(SOCKET), void (*remedy)(void), BOOL due_before)
{
    it.call = call;
    it.remedy = remedy;
    it.due_before = due_before;
    it.routines = 0;
    it.remedied = CreateEventA(NULL, TRUE, FALSE, NULL);
    check_net_pair(&it.teller, &it.told);
    if (remedy)
        check_thread_start(&it.helper, help, NULL);
    check_thread_start(&it.thread, make_call, NULL);
    if (!due_before) {
        check_thread_wait_blocked(&it.thread);
        send(it.teller, "x", 1, 0);
    }
    check_thread_join(&it.thread);
    if (remedy)
        check_thread_join(&it.helper);
    check_that(it.routines == 1 && it.routine_thread == it.call_thread, name, __FILE__, __LINE__);
    closesocket(it.told);
    closesocket(it.teller);
    CloseHandle(it.remedied);
}

#endif
