// APCs that are due when an alertable wait starts come before an object that is signalled.
#include <windows.h>
#include "check.h"

static int calls;

static void CALLBACK count(ULONG_PTR unused)
{
    calls++;
}

static HANDLE event, pair[2];

// Before each wait: two APCs, and everything signalled.
static void prepare(void)
{
    while (SleepEx(0, TRUE) == WAIT_IO_COMPLETION)
        ;
    calls = 0;
    SetEvent(event);
    QueueUserAPC(count, GetCurrentThread(), 0);
    QueueUserAPC(count, GetCurrentThread(), 0);
}

int main(void)
{
    event = pair[0] = CreateEventA(NULL, FALSE, FALSE, NULL);
    pair[1] = CreateEventA(NULL, TRUE, TRUE, NULL);
    FACT("7.4", "due APCs run and the wait returns 192 although it could be satisfied");
    prepare();
    CHECK(WaitForSingleObjectEx(event, 0, TRUE) == WAIT_IO_COMPLETION && calls == 2);
    prepare();
    CHECK(WaitForSingleObjectEx(event, INFINITE, TRUE) == WAIT_IO_COMPLETION && calls == 2);
    prepare();
    CHECK(WaitForMultipleObjectsEx(2, pair, FALSE, 0, TRUE) == WAIT_IO_COMPLETION && calls == 2);
    prepare();
    CHECK(WaitForMultipleObjectsEx(2, pair, TRUE, 0, TRUE) == WAIT_IO_COMPLETION && calls == 2);
    prepare();
    CHECK(SignalObjectAndWait(event, pair[1], 0, TRUE) == WAIT_IO_COMPLETION && calls == 2);

    FACT("7.4", "and nothing is taken from the object");
    CHECK(WaitForSingleObjectEx(event, 0, TRUE) == WAIT_OBJECT_0);
    CHECK_EQ(SleepEx(0, TRUE), 0);
    CloseHandle(pair[0]);
    CloseHandle(pair[1]);
    return check_end();
}
