// The process heap, private heaps, LocalAlloc, VirtualAlloc.
#include <windows.h>
#include "check.h"

static int all(const unsigned char *bytes, size_t from, size_t to, unsigned char value)
{
    for (size_t i = from; i < to; i++)
        if (bytes[i] != value)
            return 0;
    return 1;
}

static void process_heap(void)
{
    HANDLE heap = GetProcessHeap();
    unsigned char *block, *larger;

    FACT("issue 2.7", "a block of the process heap has the size that was asked for");
    CHECK(heap != NULL);
    CHECK(heap == GetProcessHeap());
    block = HeapAlloc(heap, HEAP_ZERO_MEMORY, 1000);
    REQUIRE(block != NULL);
    CHECK(((ULONG_PTR)block & 15) == 0);
    CHECK(all(block, 0, 1000, 0));
    CHECK_EQ(HeapSize(heap, 0, block), 1000);
    memset(block, 0xaa, 1000);
    larger = HeapReAlloc(heap, HEAP_ZERO_MEMORY, block, 50000);
    REQUIRE(larger != NULL);
    CHECK(all(larger, 0, 1000, 0xaa));
    CHECK(all(larger, 1000, 50000, 0));
    CHECK_EQ(HeapSize(heap, 0, larger), 50000);
    CHECK(HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, larger, 10) == larger);
    CHECK_EQ(HeapSize(heap, 0, larger), 10);
    CHECK(HeapFree(heap, 0, larger));
    CHECK(HeapFree(heap, 0, NULL));
    block = HeapAlloc(heap, 0, 0);
    CHECK(block != NULL);
    CHECK_EQ(HeapSize(heap, 0, block), 0);
    CHECK(HeapFree(heap, 0, block));
    CHECK(HeapAlloc(heap, 0, (SIZE_T)-1) == NULL);
}

static void private_heap(void)
{
    HANDLE heap = HeapCreate(0, 0, 0);
    int i;

    FACT("issue 2.7", "a private heap takes its blocks along");
    REQUIRE(heap != NULL);
    CHECK(heap != GetProcessHeap());
    for (i = 0; i < 100; i++)
        if (!HeapAlloc(heap, 0, i * 37))
            CHECK(!"a block of a private heap");
    CHECK(HeapDestroy(heap));
}

static void local(void)
{
    char *block = LocalAlloc(LPTR, 100);

    FACT("issue 2.7", "LocalAlloc and GlobalAlloc are blocks of the process heap");
    REQUIRE(block != NULL);
    CHECK(all((unsigned char *)block, 0, 100, 0));
    CHECK(LocalFree(block) == NULL);
    CHECK(LocalFree(NULL) == NULL);
    block = GlobalAlloc(GPTR, 100);
    REQUIRE(block != NULL);
    CHECK(all((unsigned char *)block, 0, 100, 0));
    CHECK(GlobalFree(block) == NULL);
}

static void pages(void)
{
    SYSTEM_INFO info;
    char *base, *page;

    FACT("issue 2.7", "pages are reserved, committed, decommitted, released");
    GetSystemInfo(&info);
    CHECK_EQ(info.dwPageSize, 4096);
    CHECK_EQ(info.dwAllocationGranularity, 65536);
    base = VirtualAlloc(NULL, 1 << 20, MEM_RESERVE, PAGE_NOACCESS);
    REQUIRE(base != NULL);
    CHECK(((ULONG_PTR)base & 0xffff) == 0);
    page = VirtualAlloc(base + 5000, 1, MEM_COMMIT, PAGE_READWRITE);
    CHECK(page == base + 4096);
    *page = 7;
    CHECK(VirtualFree(page, 4096, MEM_DECOMMIT));
    page = VirtualAlloc(page, 4096, MEM_COMMIT, PAGE_READWRITE);
    REQUIRE(page != NULL);
    CHECK_EQ(*page, 0);
    SetLastError(0);
    CHECK(!VirtualFree(base, 4096, MEM_RELEASE));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(VirtualFree(base, 0, MEM_RELEASE));
    SetLastError(0);
    CHECK(VirtualAlloc(NULL, 0, MEM_COMMIT, PAGE_READWRITE) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
}

int main(void)
{
    process_heap();
    private_heap();
    local();
    pages();
    return check_end();
}
