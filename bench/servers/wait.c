/* Objects that are set and waited for.
 *
 *   wait COUNT
 *
 * Prints lines `NAME NANOSECONDS`: for one event, semaphore or mutex, given and taken by one
 * thread; for a round trip between two threads, each of which sleeps until the other's event is
 * set; and for 64 events, of which one is set and any is waited for, or all are set and waited for.
 */
#include "check.h"

enum { EVENTS = MAXIMUM_WAIT_OBJECTS, SLEEPS_LESS = 20, MANY_LESS = 10, ALL_LESS = 100 };

typedef struct {
    HANDLE question, answer;
    DWORD  count;
} WORK;

static HANDLE open_event(void)
{
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);

    check(event != NULL, "CreateEvent");
    return event;
}

static void take(HANDLE object)
{
    check(WaitForSingleObject(object, INFINITE) == WAIT_OBJECT_0, "WaitForSingleObject");
}

static void one_object(DWORD count)
{
    HANDLE event = open_event(), semaphore = CreateSemaphoreW(NULL, 0, 1, NULL);
    HANDLE mutex = CreateMutexW(NULL, FALSE, NULL);
    double started = now();
    DWORD  i;

    for (i = 0; i < count; i++) {
        check(SetEvent(event), "SetEvent");
        take(event);
    }
    print_line("set+wait", started, count);
    started = now();
    for (i = 0; i < count; i++) {
        check(ReleaseSemaphore(semaphore, 1, NULL), "ReleaseSemaphore");
        take(semaphore);
    }
    print_line("semaphore", started, count);
    started = now();
    for (i = 0; i < count; i++) {
        take(mutex);
        check(ReleaseMutex(mutex), "ReleaseMutex");
    }
    print_line("mutex", started, count);
    CloseHandle(event);
    CloseHandle(semaphore);
    CloseHandle(mutex);
}

static DWORD WINAPI answer(LPVOID parameter)
{
    WORK *work = (WORK *)parameter;
    DWORD i;

    for (i = 0; i < work->count; i++) {
        take(work->question);
        SetEvent(work->answer);
    }
    return 0;
}

static void ping_pong(DWORD count)
{
    WORK   work = {open_event(), open_event(), count};
    HANDLE thread = start_thread(answer, &work);
    double started = now();
    DWORD  i;

    for (i = 0; i < count; i++) {
        SetEvent(work.question);
        take(work.answer);
    }
    print_line("ping-pong", started, count);
    take(thread);
    CloseHandle(thread);
    CloseHandle(work.question);
    CloseHandle(work.answer);
}

static void many_events(DWORD count)
{
    HANDLE events[EVENTS];
    double started;
    DWORD  i, event;

    for (i = 0; i < EVENTS; i++)
        events[i] = open_event();
    started = now();
    for (i = 0; i < count / MANY_LESS + 1; i++) {
        event = i * 7 % EVENTS;
        SetEvent(events[event]);
        check(WaitForMultipleObjects(EVENTS, events, FALSE, INFINITE) == WAIT_OBJECT_0 + event,
              "a wait for any");
    }
    print_line("any of 64", started, i);
    started = now();
    for (i = 0; i < count / ALL_LESS + 1; i++) {
        for (event = 0; event < EVENTS; event++)
            SetEvent(events[event]);
        check(WaitForMultipleObjects(EVENTS, events, TRUE, INFINITE) < WAIT_OBJECT_0 + EVENTS,
              "a wait for all");
    }
    print_line("all of 64", started, i);
    for (i = 0; i < EVENTS; i++)
        CloseHandle(events[i]);
}

int main(int argc, char **argv)
{
    DWORD count = read_count(argc, argv);

    one_object(count);
    ping_pong(count / SLEEPS_LESS + 1);
    many_events(count);
    return 0;
}
