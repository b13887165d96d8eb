/* Keyed events: two threads meet at a key (T:nsync:test_keyed_events). */
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include "../check_afd.h"

#define KEY(number) ((void *)(ULONG_PTR)(number))

static HANDLE event;

static NTSTATUS wait_for(HANDLE on, void *key, LONGLONG time)
{
    LARGE_INTEGER timeout;
    timeout.QuadPart = time;
    return pNtWaitForKeyedEvent(on, key, FALSE, &timeout);
}

static NTSTATUS release(HANDLE on, void *key, LONGLONG time)
{
    LARGE_INTEGER timeout;
    timeout.QuadPart = time;
    return pNtReleaseKeyedEvent(on, key, FALSE, &timeout);
}

static DWORD WINAPI waits(void *on)
{
    return (DWORD)pNtWaitForKeyedEvent(on, KEY(8), FALSE, NULL);
}

static DWORD WINAPI releases(void *on)
{
    return (DWORD)pNtReleaseKeyedEvent(on, KEY(8), FALSE, NULL);
}

static VOID CALLBACK nothing(ULONG_PTR unused)
{
    (void)unused;
}

static void meet(HANDLE on)
{
    HANDLE thread = CreateThread(NULL, 0, waits, on, 0, NULL);
    DWORD code = 77;
    CHECK_EQ(pNtReleaseKeyedEvent(on, KEY(8), FALSE, NULL), STATUS_SUCCESS);
    CHECK(WaitForSingleObject(thread, HANG_GUARD) == WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == STATUS_SUCCESS);
    CloseHandle(thread);
    thread = CreateThread(NULL, 0, releases, on, 0, NULL);
    CHECK_EQ(pNtWaitForKeyedEvent(on, KEY(8), FALSE, NULL), STATUS_SUCCESS);
    CHECK(WaitForSingleObject(thread, HANG_GUARD) == WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == STATUS_SUCCESS);
    CloseHandle(thread);
}

int main(void)
{
    HANDLE other = CreateEventA(NULL, TRUE, FALSE, NULL);
    const ACCESS_MASK access = GENERIC_READ | GENERIC_WRITE;
    check_afd_start();
    REQUIRE(pNtCreateKeyedEvent(&event, access, NULL, 0) == STATUS_SUCCESS);

    FACT("T:nsync:test_keyed_events", "alone, one waits until the time is over, whoever one is");
    CHECK_EQ(wait_for(event, KEY(8), 0), STATUS_TIMEOUT);
    CHECK_EQ(release(event, KEY(8), 0), STATUS_TIMEOUT);
    CHECK_EQ(wait_for(event, KEY(8), -10000), STATUS_TIMEOUT);
    CHECK_EQ(release(event, KEY(8), -10000), STATUS_TIMEOUT);

    FACT("T:nsync:test_keyed_events", "two meet, whoever comes first");
    meet(event);

    FACT("T:nsync:test_keyed_events", "an alertable wait ends by an APC");
    CHECK(QueueUserAPC(nothing, GetCurrentThread(), 0));
    CHECK_EQ(pNtWaitForKeyedEvent(event, KEY(8), TRUE, NULL), 0xc0);

    FACT("T:nsync:test_keyed_events", "keys are even, and the event is a keyed one");
    CHECK_EQ(wait_for(event, KEY(9), 0), NT(0xc00000ef));
    CHECK_EQ(release(event, KEY(9), 0), NT(0xc00000ef));
    CHECK_EQ(wait_for(other, KEY(8), 0), NT_OBJECT_TYPE_MISMATCH);
    CHECK_EQ(wait_for(KEY(0x7ffffff0), KEY(8), 0), NT_INVALID_HANDLE);
    CHECK(pNtCreateKeyedEvent(&other, 0, NULL, 1) == NT(0xc00000f2));
    CHECK_EQ(pNtClose(event), STATUS_SUCCESS);
    CHECK_EQ(wait_for(event, KEY(8), 0), NT_INVALID_HANDLE);
    return check_end();
}
