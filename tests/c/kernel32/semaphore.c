// Semaphores: counts and limits.
#include <windows.h>
#include "check.h"

#define MARK 0xdeadbeef

static HANDLE shared;
static LONG taken;

static DWORD WINAPI takes(void *count)
{
    for (int i = 0; i < *(int *)count; i++) {
        WaitForSingleObject(shared, INFINITE);
        InterlockedIncrement(&taken);
    }
    return 0;
}

int main(void)
{
    LONG before = -1;
    FACT("7.1", "a semaphore counts, and tells the count before");
    HANDLE semaphore = CreateSemaphoreA(NULL, 1, 3, NULL);
    CHECK(semaphore != NULL);
    CHECK(ReleaseSemaphore(semaphore, 2, &before));
    CHECK_EQ(before, 1);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);

    FACT("7.1", "above the maximum: error 298, and nothing changes");
    CHECK(ReleaseSemaphore(semaphore, 2, NULL));
    before = -1;
    SetLastError(MARK);
    CHECK(!ReleaseSemaphore(semaphore, 2, &before));
    CHECK_EQ(GetLastError(), ERROR_TOO_MANY_POSTS);
    CHECK_EQ(before, -1);
    CHECK(ReleaseSemaphore(semaphore, 1, &before));
    CHECK_EQ(before, 2);

    FACT("7.1", "a count below one: error 87");
    CHECK(!ReleaseSemaphore(semaphore, 0, NULL) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(!ReleaseSemaphore(semaphore, -1, NULL) && GetLastError() == ERROR_INVALID_PARAMETER);
    CloseHandle(semaphore);

    FACT("7.1", "impossible counts: error 87");
    SetLastError(MARK);
    CHECK(CreateSemaphoreA(NULL, 2, 1, NULL) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(CreateSemaphoreA(NULL, 0, 0, NULL) == NULL);
    CHECK(CreateSemaphoreA(NULL, -1, 1, NULL) == NULL);

    FACT("7.3", "named semaphores");
    SetLastError(MARK);
    semaphore = CreateSemaphoreW(NULL, 1, 1, L"lapwing-semaphore");
    CHECK_EQ(GetLastError(), 0);
    HANDLE opened = OpenSemaphoreA(SEMAPHORE_ALL_ACCESS, FALSE, "lapwing-semaphore");
    CHECK(opened != NULL);
    CHECK_EQ(WaitForSingleObject(opened, 0), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    CloseHandle(opened);
    CloseHandle(semaphore);

    FACT("7.1", "every release lets exactly one through");
    HANDLE threads[3];
    int each = 3000;
    shared = CreateSemaphoreA(NULL, 0, 0x7fffffff, NULL);
    for (int i = 0; i < 3; i++)
        threads[i] = CreateThread(NULL, 0, takes, &each, 0, NULL);
    for (int i = 0; i < each; i++)
        ReleaseSemaphore(shared, 3, NULL);
    CHECK_EQ(WaitForMultipleObjects(3, threads, TRUE, INFINITE), WAIT_OBJECT_0);
    CHECK_EQ(taken, 3 * each);
    CHECK_EQ(WaitForSingleObject(shared, 0), WAIT_TIMEOUT);
    for (int i = 0; i < 3; i++)
        CloseHandle(threads[i]);
    CloseHandle(shared);
    return check_end();
}
