// WaitForMultipleObjects: counts, any, all, pseudo handles, the last error.
#include <windows.h>
#include "check.h"

#define MARK 0xdeadbeef

static HANDLE automatic(BOOL set)
{
    return CreateEventA(NULL, FALSE, set, NULL);
}

static void counts(void)
{
    HANDLE events[MAXIMUM_WAIT_OBJECTS + 1];
    FACT("7.1", "1 to 64 handles, otherwise WAIT_FAILED with 87");
    for (int i = 0; i <= MAXIMUM_WAIT_OBJECTS; i++)
        events[i] = automatic(TRUE);
    SetLastError(MARK);
    CHECK_EQ(WaitForMultipleObjects(0, events, FALSE, 0), WAIT_FAILED);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    SetLastError(MARK);
    CHECK_EQ(WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS + 1, events, FALSE, 0), WAIT_FAILED);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    for (int i = 0; i < MAXIMUM_WAIT_OBJECTS; i++)
        if (WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, events, FALSE, 0) != (DWORD)i)
            SHOW("not the lowest at %d", i);
    CHECK_EQ(WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, events, FALSE, 0), WAIT_TIMEOUT);
    CHECK_EQ(WaitForSingleObject(events[MAXIMUM_WAIT_OBJECTS], 0), WAIT_OBJECT_0);
    for (int i = 0; i < MAXIMUM_WAIT_OBJECTS; i++)
        SetEvent(events[i]);
    CHECK_EQ(WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, events, TRUE, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, events, FALSE, 0), WAIT_TIMEOUT);
    for (int i = 0; i <= MAXIMUM_WAIT_OBJECTS; i++)
        CloseHandle(events[i]);
}

static void any_and_all(void)
{
    HANDLE pair[2] = {automatic(FALSE), automatic(TRUE)};
    FACT("7.1", "any takes the lowest signalled and leaves the others alone");
    CHECK_EQ(WaitForMultipleObjects(2, pair, FALSE, 0), WAIT_OBJECT_0 + 1);
    SetEvent(pair[0]);
    SetEvent(pair[1]);
    CHECK_EQ(WaitForMultipleObjects(2, pair, FALSE, INFINITE), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(pair[1], 0), WAIT_OBJECT_0);

    FACT("7.1", "all takes everything or nothing");
    SetEvent(pair[0]);
    CHECK_EQ(WaitForMultipleObjects(2, pair, TRUE, 10), WAIT_TIMEOUT);
    CHECK_EQ(WaitForSingleObject(pair[0], 0), WAIT_OBJECT_0);
    SetEvent(pair[0]);
    SetEvent(pair[1]);
    CHECK_EQ(WaitForMultipleObjects(2, pair, TRUE, INFINITE), WAIT_OBJECT_0);
    CHECK_EQ(WaitForMultipleObjects(2, pair, FALSE, 0), WAIT_TIMEOUT);

    FACT("7.1", "all refuses an object that occurs twice");
    HANDLE twice[2] = {pair[0], pair[0]};
    SetEvent(pair[0]);
    CHECK(WaitForMultipleObjects(2, twice, TRUE, 0) == WAIT_FAILED &&
          GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(WaitForMultipleObjects(2, twice, FALSE, 0) != WAIT_FAILED);
    CloseHandle(pair[0]);
    CloseHandle(pair[1]);
}

static void wrong_handles(void)
{
    HANDLE handles[2] = {automatic(TRUE), NULL};
    FACT("7.1", "a wrong handle fails the call and nothing is taken");
    SetLastError(MARK);
    CHECK_EQ(WaitForMultipleObjects(2, handles, FALSE, 0), WAIT_FAILED);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CHECK_EQ(WaitForSingleObject(handles[0], 0), WAIT_OBJECT_0);

    FACT("7.1", "pseudo handles: one wait takes them, a wait for several does not");
    CHECK_EQ(WaitForSingleObject(GetCurrentThread(), 0), WAIT_TIMEOUT);
    CHECK_EQ(WaitForSingleObject(GetCurrentProcess(), 0), WAIT_TIMEOUT);
    handles[1] = GetCurrentThread();
    SetLastError(MARK);
    CHECK(WaitForMultipleObjects(2, handles, FALSE, 0) == WAIT_FAILED &&
          GetLastError() == ERROR_INVALID_HANDLE);
    SetLastError(MARK);
    CHECK_EQ(WaitForSingleObject(NULL, 0), WAIT_FAILED);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    CloseHandle(handles[0]);
}

static void last_error(void)
{
    HANDLE event = automatic(TRUE);
    FACT("7.1", "timeouts and satisfied waits do not touch the last error");
    SetLastError(MARK);
    CHECK_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(event, 1), WAIT_TIMEOUT);
    CHECK_EQ(WaitForMultipleObjects(1, &event, TRUE, 0), WAIT_TIMEOUT);
    CHECK_EQ(GetLastError(), MARK);
    CloseHandle(event);
}

struct pair {
    HANDLE both[2], ready;
};

static DWORD WINAPI takes_both(void *argument)
{
    struct pair *pair = argument;
    SetEvent(pair->ready);
    return WaitForMultipleObjects(2, pair->both, TRUE, INFINITE);
}

static void completed_by_the_setter(void)
{
    int stolen = 0, failed = 0;
    FACT("7.1", "what completes a wait for all cannot be taken back by its setter");
    for (int round = 0; round < 200; round++) {
        struct pair pair = {{automatic(FALSE), automatic(FALSE)}, automatic(FALSE)};
        HANDLE thread = CreateThread(NULL, 0, takes_both, &pair, 0, NULL);
        WaitForSingleObject(pair.ready, INFINITE);
        SetEvent(pair.both[0]);
        SetEvent(pair.both[1]);
        // The thread may not have got to its wait yet; then the second event is still there, and
        // so is the first.
        if (WaitForSingleObject(pair.both[1], 0) == WAIT_OBJECT_0) {
            if (WaitForSingleObject(pair.both[0], 0) != WAIT_OBJECT_0)
                stolen++;
            SetEvent(pair.both[0]);
            SetEvent(pair.both[1]);
        }
        DWORD code;
        WaitForSingleObject(thread, INFINITE);
        GetExitCodeThread(thread, &code);
        failed += code != WAIT_OBJECT_0;
        CloseHandle(thread);
        CloseHandle(pair.both[0]);
        CloseHandle(pair.both[1]);
        CloseHandle(pair.ready);
    }
    CHECK_EQ(stolen, 0);
    CHECK_EQ(failed, 0);
}

int main(void)
{
    counts();
    any_and_all();
    wrong_handles();
    last_error();
    completed_by_the_setter();
    return check_end();
}
