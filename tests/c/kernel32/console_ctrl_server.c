// Ctrl-C as servers take it: the handler closes the listening socket and posts to the port.
// test: native signals are Linux' own, and Wine has no console here
#include <winsock2.h>
#include <windows.h>
#include <signal.h>
#include <unistd.h>
#include "check_net.h"
#include "check_thread.h"

static struct check_thread acceptor, worker;
static SOCKET listener;
static HANDLE port;
static int accept_error;
static ULONG_PTR key;

static BOOL WINAPI stops(DWORD event)
{
    if (event != CTRL_C_EVENT)
        return FALSE;
    closesocket(listener);
    PostQueuedCompletionStatus(port, 0, 42, NULL);
    return TRUE;
}

static void accepts(void *unused)
{
    SOCKET accepted;
    (void)unused;
    check_thread_about_to_block(&acceptor);
    accepted = accept(listener, NULL, NULL);
    accept_error = accepted == INVALID_SOCKET ? WSAGetLastError() : 0;
}

static void dequeues(void *unused)
{
    DWORD bytes;
    OVERLAPPED *request;
    (void)unused;
    check_thread_about_to_block(&worker);
    GetQueuedCompletionStatus(port, &bytes, &key, &request, INFINITE);
}

int main(void)
{
    struct sockaddr_in address = check_net_loopback(0);

    check_net_start();
    listener = check_net_socket();
    REQUIRE(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    REQUIRE(listen(listener, 5) == 0);
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    REQUIRE(port != NULL);
    REQUIRE(SetConsoleCtrlHandler(stops, TRUE));

    FACT("client-needs 9", "Ctrl-C wakes a blocked accept and a thread at a port");
    check_thread_start(&acceptor, accepts, NULL);
    check_thread_start(&worker, dequeues, NULL);
    check_thread_wait_blocked(&acceptor);
    check_thread_wait_blocked(&worker);
    kill(getpid(), SIGINT);
    check_thread_join(&acceptor);
    check_thread_join(&worker);
    CHECK_EQ(accept_error, WSAEINTR);
    CHECK_EQ(key, 42);
    CHECK(SetConsoleCtrlHandler(stops, FALSE));
    CHECK(CloseHandle(port));
    CHECK_EQ(WSACleanup(), 0);
    return check_end();
}
