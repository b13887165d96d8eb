// Thread-local and fiber-local storage.
#include <windows.h>
#include "check.h"

static DWORD tls, fls;
static const DWORD none = TLS_OUT_OF_INDEXES;
static HANDLE set, freed;
static volatile LONG handed_out;

static void CALLBACK takes(void *value)
{
    InterlockedExchangeAdd(&handed_out, (LONG)(ULONG_PTR)value);
}

static DWORD WINAPI has_its_own(void *unused)
{
    (void)unused;
    CHECK(TlsGetValue(tls) == NULL);
    CHECK(TlsSetValue(tls, (void *)2));
    CHECK(TlsGetValue(tls) == (void *)2);
    SetEvent(set);
    WaitForSingleObject(freed, INFINITE);
    CHECK(TlsGetValue(tls) == NULL);
    return 0;
}

static DWORD WINAPI leaves_a_value(void *unused)
{
    (void)unused;
    CHECK(FlsGetValue(fls) == NULL);
    CHECK(FlsSetValue(fls, (void *)100));
    return 0;
}

static void thread_local_storage(void)
{
    HANDLE thread;
    DWORD again;

    FACT("issue 2.7", "each thread has its own value, and release clears all");
    set = CreateEventA(NULL, FALSE, FALSE, NULL);
    freed = CreateEventA(NULL, FALSE, FALSE, NULL);
    tls = TlsAlloc();
    REQUIRE(tls != none);
    SetLastError(5);
    CHECK(TlsGetValue(tls) == NULL);
    CHECK_EQ(GetLastError(), 0);
    CHECK(TlsSetValue(tls, (void *)1));
    thread = CreateThread(NULL, 0, has_its_own, NULL, 0, NULL);
    WaitForSingleObject(set, INFINITE);
    CHECK(TlsGetValue(tls) == (void *)1);
    CHECK(TlsFree(tls));
    again = TlsAlloc();
    CHECK_EQ(again, tls);
    CHECK(TlsGetValue(again) == NULL);
    SetEvent(freed);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK(TlsFree(again));
    SetLastError(0);
    CHECK(!TlsFree(again));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    SetLastError(0);
    CHECK(!TlsSetValue(100000, NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CloseHandle(thread);
    CloseHandle(set);
    CloseHandle(freed);
}

static void many(void)
{
    static DWORD indexes[1088];
    int count = 0;

    FACT("issue 2.7", "there are more than a thousand indexes");
    while (count < 1000 && (indexes[count] = TlsAlloc()) != TLS_OUT_OF_INDEXES)
        count++;
    CHECK_EQ(count, 1000);
    while (count > 0)
        TlsFree(indexes[--count]);
}

static void fiber_local_storage(void)
{
    HANDLE thread;

    FACT("issue 2.7", "FLS values are handed to the callback at thread exit and at release");
    fls = FlsAlloc(takes);
    REQUIRE(fls != none);
    thread = CreateThread(NULL, 0, leaves_a_value, NULL, 0, NULL);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CHECK_EQ(handed_out, 100);
    CHECK(FlsSetValue(fls, (void *)1000));
    CHECK(FlsFree(fls));
    CHECK_EQ(handed_out, 1100);
    SetLastError(0);
    CHECK(!FlsFree(fls));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CloseHandle(thread);
}

int main(void)
{
    thread_local_storage();
    many();
    fiber_local_storage();
    return check_end();
}
