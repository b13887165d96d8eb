// SetConsoleCtrlHandler over signals.
// test: native signals are Linux' own, and Wine has no console here
#include <windows.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"

static HANDLE seen;
static volatile LONG last_event = -1, asked;
static DWORD main_thread;

static BOOL WINAPI takes(DWORD event)
{
    CHECK(GetCurrentThreadId() != main_thread);
    last_event = (LONG)event;
    SetEvent(seen);
    return TRUE;
}

static BOOL WINAPI passes_on(DWORD event)
{
    (void)event;
    InterlockedIncrement(&asked);
    return FALSE;
}

static LONG event_of(int signal)
{
    last_event = -1;
    kill(getpid(), signal);
    CHECK_EQ(WaitForSingleObject(seen, 10000), WAIT_OBJECT_0);
    return last_event;
}

/* How a child ends that gets the signal: the number of the signal, or 0. */
static int end_of_child(PHANDLER_ROUTINE handler, int signal)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        SetConsoleCtrlHandler(handler, TRUE);
        kill(getpid(), signal);
        Sleep(10000);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

int main(void)
{
    FACT("issue 2.7", "a signal that no handler takes has its own effect");
    CHECK_EQ(end_of_child(passes_on, SIGINT), SIGINT);
    CHECK_EQ(end_of_child(passes_on, SIGTERM), SIGTERM);

    FACT("issue 2.7", "signals are events, asked from the last handler to the first");
    main_thread = GetCurrentThreadId();
    seen = CreateEventA(NULL, FALSE, FALSE, NULL);
    REQUIRE(SetConsoleCtrlHandler(takes, TRUE));
    REQUIRE(SetConsoleCtrlHandler(passes_on, TRUE));
    CHECK_EQ(event_of(SIGINT), CTRL_C_EVENT);
    CHECK_EQ(event_of(SIGQUIT), CTRL_BREAK_EVENT);
    CHECK_EQ(event_of(SIGTERM), CTRL_CLOSE_EVENT);
    CHECK_EQ(event_of(SIGHUP), CTRL_CLOSE_EVENT);
    CHECK_EQ(asked, 4);

    FACT("issue 2.7", "a NULL handler ignores Ctrl-C, and heeds it again");
    CHECK(SetConsoleCtrlHandler(NULL, TRUE));
    kill(getpid(), SIGINT);
    CHECK_EQ(event_of(SIGQUIT), CTRL_BREAK_EVENT);
    CHECK_EQ(asked, 5);
    CHECK(SetConsoleCtrlHandler(NULL, FALSE));
    CHECK_EQ(event_of(SIGINT), CTRL_C_EVENT);
    CHECK(SetConsoleCtrlHandler(passes_on, FALSE));
    SetLastError(0);
    CHECK(!SetConsoleCtrlHandler(passes_on, FALSE));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(SetConsoleCtrlHandler(takes, FALSE));

    FACT("issue 2.7", "a handler of signal() stays in charge below ours");
    signal(SIGTERM, SIG_IGN);
    CHECK(SetConsoleCtrlHandler(takes, TRUE));
    kill(getpid(), SIGTERM);
    CHECK_EQ(event_of(SIGINT), CTRL_C_EVENT);
    CHECK(SetConsoleCtrlHandler(takes, FALSE));
    CloseHandle(seen);
    return check_end();
}
