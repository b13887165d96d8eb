// Heap handles and blocks that are none.
// test: native Windows ends a program that does this, so there is nothing to compare
#include <windows.h>
#include "check.h"

int main(void)
{
    HANDLE heap = HeapCreate(0, 0, 0), small = HeapCreate(0, 0, 4096);
    void *block = HeapAlloc(heap, 0, 100);

    FACT("issue 2, bad input", "a forged heap, a block of another heap, a block freed twice");
    REQUIRE(heap && small && block);
    SetLastError(0);
    CHECK(HeapAlloc((HANDLE)0x1234, 0, 1) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    SetLastError(0);
    CHECK(!HeapFree(GetProcessHeap(), 0, block));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK_EQ(HeapSize(small, 0, block), (SIZE_T)-1);
    CHECK(HeapReAlloc(small, 0, block, 10) == NULL);
    CHECK(HeapFree(heap, 0, block));
    CHECK(!HeapFree(heap, 0, block));
    CHECK(!HeapDestroy(GetProcessHeap()));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);

    FACT("issue 2.7", "a heap with a maximum size refuses what exceeds it");
    CHECK(HeapAlloc(small, 0, 5000) == NULL);
    CHECK_EQ(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
    CHECK(HeapDestroy(small));
    CHECK(HeapDestroy(heap));
    CHECK(!HeapDestroy(heap));
    CHECK(HeapAlloc(heap, 0, 1) == NULL);
    return check_end();
}
