// One of several processes that use named objects: it does what it is told, line by line, and
// answers each line with one.  Handles lie in numbered places.
//
//   event PLACE MANUAL SET NAME      0 (new), 183 (there already), or "failed" and the error
//   mutex PLACE OWNED NAME           likewise
//   semaphore PLACE COUNT LIMIT NAME likewise
//   timer PLACE MANUAL NAME          likewise
//   open KIND PLACE NAME             0, or "failed" and the error
//   set|reset|pulse|unlock PLACE     0, or "failed" and the error
//   release PLACE COUNT              the count before, or "failed" and the error
//   arm PLACE AFTER PERIOD           sets a timer, in milliseconds: 0, or "failed" and the error
//   cancel PLACE                     0, or "failed" and the error
//   hold PLACE                       what a new thread's wait returned, which then stays
//   leave                            0: that thread has ended
//   any|all MILLISECONDS PLACE...    what the wait returned (-1 waits for ever)
//   alert                            queues an APC to itself: the next wait returns 192
//   close PLACE                      0, or "failed" and the error
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static HANDLE places[16];

static HANDLE *place(void)
{
    return &places[atoi(strtok(NULL, " ")) % 16];
}

static int number(void)
{
    return atoi(strtok(NULL, " "));
}

static void answer(long long value)
{
    printf("%lld\n", value);
}

static void outcome(int succeeded)
{
    if (succeeded)
        answer(0);
    else
        printf("failed %lu\n", (unsigned long)GetLastError());
}

static void made(HANDLE *where, HANDLE handle)
{
    DWORD error = GetLastError();
    if (handle) {
        *where = handle;
        answer(error);
    } else {
        outcome(0);
    }
}

static void CALLBACK routine(ULONG_PTR unused)
{
}

static const WCHAR *widened(const char *name)
{
    static WCHAR wide[300];
    size_t at = 0;
    for (; name[at] && at < 299; at++)
        wide[at] = (WCHAR)name[at];
    wide[at] = 0;
    return wide;
}

static void opens(void)
{
    const char *kind = strtok(NULL, " ");
    HANDLE *where = place();
    const char *name = strtok(NULL, " ");
    SetLastError(0);
    if (strcmp(kind, "event") == 0)
        made(where, OpenEventA(EVENT_ALL_ACCESS, FALSE, name));
    else if (strcmp(kind, "mutex") == 0)
        made(where, OpenMutexA(MUTEX_ALL_ACCESS, FALSE, name));
    else if (strcmp(kind, "timer") == 0)
        made(where, OpenWaitableTimerW(TIMER_ALL_ACCESS, FALSE, widened(name)));
    else
        made(where, OpenSemaphoreA(SEMAPHORE_ALL_ACCESS, FALSE, name));
}

static void waits(BOOL all)
{
    HANDLE handles[16];
    DWORD count = 0, milliseconds = (DWORD)number();
    for (char *word; count < 16 && (word = strtok(NULL, " "));)
        handles[count++] = places[atoi(word) % 16];
    answer(WaitForMultipleObjectsEx(count, handles, all, milliseconds, TRUE));
}

static void creates(const char *command)
{
    HANDLE *where = place();
    int one = number();
    int two = strcmp(command, "mutex") && strcmp(command, "timer") ? number() : 0;
    const char *name = strtok(NULL, " ");
    if (strcmp(command, "event") == 0)
        made(where, CreateEventA(NULL, one, two, name));
    else if (strcmp(command, "mutex") == 0)
        made(where, CreateMutexA(NULL, one, name));
    else if (strcmp(command, "timer") == 0)
        made(where, CreateWaitableTimerA(NULL, one, name));
    else
        made(where, CreateSemaphoreA(NULL, one, two, name));
}

static void arms(void)
{
    HANDLE timer = *place();
    LARGE_INTEGER due = {.QuadPart = -10000LL * number()};
    outcome(SetWaitableTimer(timer, &due, number(), NULL, NULL, FALSE));
}

static HANDLE holder, held, may_leave;

static DWORD WINAPI hold(void *object)
{
    DWORD result = WaitForSingleObject(object, INFINITE);
    SetEvent(held);
    WaitForSingleObject(may_leave, INFINITE);
    return result;
}

static void holds(void)
{
    held = CreateEventA(NULL, FALSE, FALSE, NULL);
    may_leave = CreateEventA(NULL, FALSE, FALSE, NULL);
    holder = CreateThread(NULL, 0, hold, *place(), 0, NULL);
    answer(WaitForSingleObject(held, INFINITE));
}

static void leaves(void)
{
    SetEvent(may_leave);
    answer(WaitForSingleObject(holder, INFINITE));
}

static void obey(const char *command)
{
    LONG before;
    if (strcmp(command, "open") == 0)
        opens();
    else if (strcmp(command, "any") == 0 || strcmp(command, "all") == 0)
        waits(command[1] == 'l');
    else if (strcmp(command, "set") == 0)
        outcome(SetEvent(*place()));
    else if (strcmp(command, "reset") == 0)
        outcome(ResetEvent(*place()));
    else if (strcmp(command, "pulse") == 0)
        outcome(PulseEvent(*place()));
    else if (strcmp(command, "unlock") == 0)
        outcome(ReleaseMutex(*place()));
    else if (strcmp(command, "close") == 0)
        outcome(CloseHandle(*place()));
    else if (strcmp(command, "arm") == 0)
        arms();
    else if (strcmp(command, "cancel") == 0)
        outcome(CancelWaitableTimer(*place()));
    else if (strcmp(command, "hold") == 0)
        holds();
    else if (strcmp(command, "leave") == 0)
        leaves();
    else if (strcmp(command, "alert") == 0)
        outcome(QueueUserAPC(routine, GetCurrentThread(), 0) != 0);
    else if (strcmp(command, "release") == 0) {
        HANDLE semaphore = *place();
        if (ReleaseSemaphore(semaphore, number(), &before))
            answer(before);
        else
            outcome(0);
    } else
        creates(command);
}

int main(void)
{
    char line[1000];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        const char *command = strtok(line, " ");
        if (command)
            obey(command);
        fflush(stdout);
    }
    return 0;
}
