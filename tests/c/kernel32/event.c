// Events: manual and automatic, names, PulseEvent.
#include <windows.h>
#include "check.h"

#define MARK 0xdeadbeef

static void signals(void)
{
    HANDLE manual = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE automatic = CreateEventA(NULL, FALSE, TRUE, NULL);
    FACT("7.3", "a manual event stays signalled, an automatic one lets one wait through");
    CHECK_EQ(WaitForSingleObject(manual, 0), WAIT_TIMEOUT);
    CHECK(SetEvent(manual));
    CHECK(SetEvent(manual));
    CHECK_EQ(WaitForSingleObject(manual, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(manual, 0), WAIT_OBJECT_0);
    CHECK(ResetEvent(manual));
    CHECK(ResetEvent(manual));
    CHECK_EQ(WaitForSingleObject(manual, 0), WAIT_TIMEOUT);
    CHECK_EQ(WaitForSingleObject(automatic, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(automatic, 0), WAIT_TIMEOUT);

    FACT("7.3", "setting a set event changes nothing");
    CHECK(SetEvent(automatic));
    CHECK(SetEvent(automatic));
    CHECK_EQ(WaitForSingleObject(automatic, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(automatic, 0), WAIT_TIMEOUT);

    FACT("7.3", "a pulse with nobody waiting leaves the event unsignalled");
    CHECK(PulseEvent(manual));
    CHECK_EQ(WaitForSingleObject(manual, 0), WAIT_TIMEOUT);
    CHECK(SetEvent(manual));
    CHECK(PulseEvent(manual));
    CHECK_EQ(WaitForSingleObject(manual, 0), WAIT_TIMEOUT);
    CloseHandle(manual);
    CloseHandle(automatic);
}

static void names(void)
{
    HANDLE first, second;
    FACT("7.3", "creating a named event anew opens it, with ERROR_ALREADY_EXISTS");
    SetLastError(MARK);
    first = CreateEventA(NULL, TRUE, FALSE, "lapwing-event");
    CHECK(first != NULL);
    CHECK_EQ(GetLastError(), 0);
    SetLastError(MARK);
    second = CreateEventA(NULL, FALSE, TRUE, "lapwing-event");
    CHECK(second != NULL);
    CHECK_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
    CHECK(second != first);
    CHECK_EQ(WaitForSingleObject(first, 0), WAIT_TIMEOUT);
    CHECK(SetEvent(second));
    CHECK_EQ(WaitForSingleObject(first, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(first, 0), WAIT_OBJECT_0);
    CloseHandle(second);

    FACT("7.3", "Local\\ is where names live anyway; W and A share them");
    second = OpenEventW(EVENT_ALL_ACCESS, FALSE, L"Local\\lapwing-event");
    CHECK(second != NULL);
    CHECK_EQ(WaitForSingleObject(second, 0), WAIT_OBJECT_0);
    CloseHandle(second);

    FACT("7.3", "names are case-sensitive");
    SetLastError(MARK);
    CHECK(OpenEventA(EVENT_ALL_ACCESS, FALSE, "LAPWING-EVENT") == NULL);
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);

    FACT("7.3", "a name belongs to one type of object");
    SetLastError(MARK);
    CHECK(CreateMutexA(NULL, FALSE, "lapwing-event") == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(MARK);
    CHECK(OpenSemaphoreA(SEMAPHORE_ALL_ACCESS, FALSE, "lapwing-event") == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);

    FACT("7.3", "opening needs a name");
    SetLastError(MARK);
    CHECK(OpenEventA(EVENT_ALL_ACCESS, FALSE, NULL) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);

    FACT("7.3", "the name goes with the last handle");
    CloseHandle(first);
    SetLastError(MARK);
    CHECK(OpenEventA(EVENT_ALL_ACCESS, FALSE, "lapwing-event") == NULL);
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    first = CreateEventExW(NULL, L"lapwing-event", CREATE_EVENT_INITIAL_SET, EVENT_ALL_ACCESS);
    CHECK_EQ(GetLastError(), 0);
    CHECK_EQ(WaitForSingleObject(first, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(first, 0), WAIT_TIMEOUT);
    CloseHandle(first);
}

static HANDLE ping, pong;

static DWORD WINAPI answers(void *rounds)
{
    for (int i = 0; i < *(int *)rounds; i++) {
        WaitForSingleObject(ping, INFINITE);
        SetEvent(pong);
    }
    return 0;
}

static void two_threads(void)
{
    int rounds = 5000, answered = 0;
    FACT("7.3", "two threads pass the turn by events");
    ping = CreateEventA(NULL, FALSE, FALSE, NULL);
    pong = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, answers, &rounds, 0, NULL);
    for (int i = 0; i < rounds; i++)
        answered += SignalObjectAndWait(ping, pong, INFINITE, FALSE) == WAIT_OBJECT_0;
    CHECK_EQ(answered, rounds);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CloseHandle(thread);
    CloseHandle(ping);
    CloseHandle(pong);
}

int main(void)
{
    signals();
    names();
    two_threads();
    return check_end();
}
