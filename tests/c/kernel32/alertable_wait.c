// APCs and alertable waits.
#include <windows.h>
#include "check.h"

#define MARK 0xdeadbeef

static char order[64];

static void CALLBACK note(ULONG_PTR letter)
{
    char text[2] = {(char)letter, 0};
    strcat(order, text);
}

static void CALLBACK nested(ULONG_PTR letter)
{
    note(letter);
    CHECK_EQ(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    note(letter);
}

static void CALLBACK queues_another(ULONG_PTR letter)
{
    note(letter);
    QueueUserAPC(note, GetCurrentThread(), letter + 1);
}

static const char *taken(void)
{
    static char copy[64];
    strcpy(copy, order);
    order[0] = 0;
    return copy;
}

static void queue(const char *letters)
{
    for (; *letters; letters++)
        QueueUserAPC(note, GetCurrentThread(), (ULONG_PTR)*letters);
}

static void due_at_the_start(void)
{
    HANDLE event = CreateEventA(NULL, FALSE, TRUE, NULL), pair[2];
    FACT("7.4", "due APCs all run in order, and the wait returns 192");
    queue("abc");
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    CHECK_STR(taken(), "");
    CHECK_EQ(WaitForSingleObjectEx(event, INFINITE, TRUE), WAIT_IO_COMPLETION);
    CHECK_STR(taken(), "abc");
    CHECK_EQ(WaitForSingleObjectEx(event, 0, TRUE), WAIT_TIMEOUT);
    pair[0] = event;
    pair[1] = CreateEventA(NULL, TRUE, TRUE, NULL);
    queue("d");
    CHECK_EQ(WaitForMultipleObjectsEx(2, pair, TRUE, 0, TRUE), WAIT_IO_COMPLETION);
    ResetEvent(pair[1]);
    queue("e");
    CHECK_EQ(WaitForMultipleObjectsEx(2, pair, FALSE, INFINITE, TRUE), WAIT_IO_COMPLETION);
    CHECK_STR(taken(), "de");
    queue("f");
    CHECK_EQ(SignalObjectAndWait(event, pair[1], INFINITE, TRUE), WAIT_IO_COMPLETION);
    CHECK_STR(taken(), "f");
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    queue("g");
    Sleep(0);
    CHECK_EQ(SleepEx(0, FALSE), 0);
    CHECK_STR(taken(), "");
    CHECK_EQ(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(SleepEx(0, TRUE), 0);
    CHECK_STR(taken(), "g");
    CloseHandle(pair[1]);
    CloseHandle(event);
}

static void nesting(void)
{
    FACT("7.5", "an APC may itself wait alertably");
    QueueUserAPC(nested, GetCurrentThread(), 'n');
    queue("x");
    CHECK_EQ(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    CHECK_STR(taken(), "nxn");

    FACT("7.4", "what an APC queues runs before the wait returns");
    QueueUserAPC(queues_another, GetCurrentThread(), 'a');
    CHECK_EQ(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    CHECK_STR(taken(), "ab");
}

static DWORD WINAPI tells_order(void *unused)
{
    return order[0] == 'p' && order[1] == 'q' && !order[2];
}

struct sleeper {
    HANDLE asleep, event;
};

static DWORD WINAPI sleeps(void *argument)
{
    struct sleeper *sleeper = argument;
    DWORD results = 0;
    SetEvent(sleeper->asleep);
    results = results * 2 +
              (WaitForSingleObjectEx(sleeper->event, INFINITE, TRUE) == WAIT_IO_COMPLETION);
    SetEvent(sleeper->asleep);
    results = results * 2 + (SleepEx(INFINITE, TRUE) == WAIT_IO_COMPLETION);
    SetEvent(sleeper->asleep);
    results = results * 2 + (WaitForSingleObject(sleeper->event, INFINITE) == WAIT_OBJECT_0);
    results = results * 2 + (SleepEx(0, TRUE) == WAIT_IO_COMPLETION);
    return results;
}

static void other_threads(void)
{
    DWORD code = 0;
    FACT("7.5", "APCs queued before a thread starts run first");
    HANDLE thread = CreateThread(NULL, 0, tells_order, NULL, CREATE_SUSPENDED, NULL);
    CHECK(QueueUserAPC(note, thread, 'p'));
    CHECK(QueueUserAPC(note, thread, 'q'));
    CHECK_EQ(ResumeThread(thread), 1);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 1);
    taken();

    FACT("7.5", "a thread that has ended takes no APC: error 31");
    SetLastError(MARK);
    CHECK(!QueueUserAPC(note, thread, 'z'));
    CHECK_EQ(GetLastError(), ERROR_GEN_FAILURE);
    CloseHandle(thread);

    FACT("7.4", "an APC from another thread ends an alertable wait, and no other");
    struct sleeper sleeper = {CreateEventA(NULL, FALSE, FALSE, NULL),
                              CreateEventA(NULL, FALSE, FALSE, NULL)};
    thread = CreateThread(NULL, 0, sleeps, &sleeper, 0, NULL);
    WaitForSingleObject(sleeper.asleep, INFINITE);
    CHECK(QueueUserAPC(note, thread, 'r'));
    WaitForSingleObject(sleeper.asleep, INFINITE);
    CHECK(QueueUserAPC(note, thread, 's'));
    WaitForSingleObject(sleeper.asleep, INFINITE);
    CHECK(QueueUserAPC(note, thread, 't'));
    CHECK_EQ(WaitForSingleObject(thread, 20), WAIT_TIMEOUT);
    SetEvent(sleeper.event);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 15);
    CHECK_STR(taken(), "rst");
    CloseHandle(thread);
    CloseHandle(sleeper.asleep);
    CloseHandle(sleeper.event);
}

static DWORD WINAPI queues_to(void *thread)
{
    Sleep(10);
    return QueueUserAPC(note, thread, 'v');
}

static void own_routines_only(void)
{
    HANDLE own, self = GetCurrentProcess();
    FACT("7.8", "an APC wakes the thread that it was queued to");
    DuplicateHandle(self, GetCurrentThread(), self, &own, 0, FALSE, DUPLICATE_SAME_ACCESS);
    HANDLE thread = CreateThread(NULL, 0, queues_to, own, 0, NULL);
    CHECK_EQ(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    CHECK_STR(taken(), "v");
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    CloseHandle(own);
    SetLastError(MARK);
    CHECK(!QueueUserAPC(note, NULL, 'w'));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
}

static void CALLBACK ends(ULONG_PTR code)
{
    ExitThread((DWORD)code);
}

static DWORD WINAPI waits_for_its_end(void *event)
{
    WaitForSingleObjectEx(event, INFINITE, TRUE);
    return 1;
}

static void ended_by_an_apc(void)
{
    DWORD code = 0;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    FACT("7.5", "an APC may end the thread");
    HANDLE thread = CreateThread(NULL, 0, waits_for_its_end, event, 0, NULL);
    CHECK(QueueUserAPC(ends, thread, 23));
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 23);
    CHECK(CloseHandle(event));
    CHECK(!CloseHandle(event));
    CloseHandle(thread);
}

int main(void)
{
    due_at_the_start();
    nesting();
    other_threads();
    own_routines_only();
    ended_by_an_apc();
    return check_end();
}
