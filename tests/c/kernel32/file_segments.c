// test: engines
// Transfers past the cache: whole sectors, and ReadFileScatter and WriteFileGather.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_port.h"

#define PAGE 4096
#define PAGES 150

static char name[MAX_PATH];
static char *memory;
static FILE_SEGMENT_ELEMENT list[PAGES + 1];

static HANDLE open_file(DWORD disposition, DWORD flags)
{
    HANDLE file = CreateFileA(name, GENERIC_READ | GENERIC_WRITE,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              disposition, flags, NULL);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

/* The end of a request that has begun; the error, or 0. */
static DWORD end(HANDLE file, OVERLAPPED *request, BOOL done, DWORD *count)
{
    *count = 0;
    if (!done && GetLastError() != ERROR_IO_PENDING)
        return GetLastError();
    return GetOverlappedResult(file, request, count, TRUE) ? 0 : GetLastError();
}

/* The list names the pages backwards, every second one of the memory. */
static void fill(char first)
{
    int i;
    for (i = 0; i < PAGES; i++) {
        char *page = memory + (size_t)(PAGES - 1 - i) * 2 * PAGE;
        list[i].Alignment = 0;
        list[i].Buffer = page;
        memset(page, first ? first + i % 20 : 0, PAGE);
    }
    list[PAGES].Alignment = 0;
}

static int wrong_pages(char first, int count)
{
    int i, wrong = 0;
    for (i = 0; i < count; i++) {
        const char *page = list[i].Buffer;
        wrong += page[0] != first + i % 20 || memcmp(page, page + 1, PAGE - 1);
    }
    return wrong;
}

#define CHECK_REFUSED(call, code) \
    (SetLastError(UNTOUCHED), check_that(!(call), "!" #call, __FILE__, __LINE__), \
     check_equal(GetLastError(), code, "the error of " #call ": " #code, __FILE__, __LINE__))

static void pages(void)
{
    HANDLE file = open_file(CREATE_ALWAYS, FILE_FLAG_OVERLAPPED | FILE_FLAG_NO_BUFFERING), port;
    OVERLAPPED request = {0};
    DWORD count;

    FACT("13.1", "pages of memory in any order are one stretch of the file");
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    fill('a');
    CHECK_EQ(end(file, &request, WriteFileGather(file, list, PAGES * PAGE, NULL, &request),
                 &count), 0);
    CHECK_EQ(count, PAGES * PAGE);
    CHECK_EQ(GetFileSize(file, NULL), PAGES * PAGE);
    fill(0);
    CHECK_EQ(end(file, &request, ReadFileScatter(file, list, PAGES * PAGE, NULL, &request),
                 &count), 0);
    CHECK_EQ(count, PAGES * PAGE);
    CHECK_EQ(wrong_pages('a', PAGES), 0);

    FACT("13.1", "from a place on, up to the end of the file, and behind it");
    request.Offset = (PAGES - 3) * PAGE;
    fill(0);
    CHECK_EQ(end(file, &request, ReadFileScatter(file, list, 5 * PAGE, NULL, &request), &count),
             0);
    CHECK_EQ(count, 3 * PAGE);
    CHECK_EQ(wrong_pages('a' + (PAGES - 3) % 20, 3), 0);
    request.Offset = 0;
    fill(0);
    CHECK_EQ(end(file, &request, ReadFileScatter(file, list, PAGE + 512, NULL, &request), &count),
             0);
    CHECK_EQ(count, PAGE + 512);
    CHECK(((char *)list[1].Buffer)[511] == 'b' && ((char *)list[1].Buffer)[512] == 0);
    request.Offset = PAGES * PAGE;
    CHECK_EQ(end(file, &request, ReadFileScatter(file, list, PAGE, NULL, &request), &count),
             ERROR_HANDLE_EOF);
    request.Offset = 0;

    FACT("13.1", "what is wrong with the arguments is 87");
    CHECK_REFUSED(WriteFileGather(file, list, PAGE - 1, NULL, &request), ERROR_INVALID_PARAMETER);
    list[0].Alignment += 512;
    CHECK_REFUSED(WriteFileGather(file, list, PAGE, NULL, &request), ERROR_INVALID_PARAMETER);
    list[0].Alignment = 0;
    CHECK_REFUSED(WriteFileGather(file, list, PAGE, NULL, &request), ERROR_INVALID_USER_BUFFER);
    CHECK(CloseHandle(request.hEvent));
    request.hEvent = NULL;

    FACT("4.4", "their packets come to the port");
    port = CreateIoCompletionPort(file, NULL, 3, 0);
    REQUIRE(port ? 1 : 0);
    fill('A');
    CHECK(WriteFileGather(file, list, 2 * PAGE, NULL, &request) ||
          GetLastError() == ERROR_IO_PENDING);
    CHECK_SUCCESS(port, 3, &request, 2 * PAGE);
    CHECK_EMPTY(port);
    CHECK(CloseHandle(file));
    CHECK(CloseHandle(port));
    CHECK_REFUSED(ReadFileScatter(file, list, PAGE, NULL, &request), ERROR_INVALID_HANDLE);

    FACT("13.1", "they want a file that is overlapped and not buffered");
    fill('A');
    file = open_file(OPEN_EXISTING, FILE_FLAG_OVERLAPPED);
    CHECK_REFUSED(ReadFileScatter(file, list, PAGE, NULL, &request), ERROR_INVALID_PARAMETER);
    CHECK_REFUSED(WriteFileGather(file, list, PAGE, NULL, &request), ERROR_INVALID_PARAMETER);
    CHECK(CloseHandle(file));
    file = open_file(OPEN_EXISTING, FILE_FLAG_NO_BUFFERING);
    CHECK_REFUSED(ReadFileScatter(file, list, PAGE, NULL, &request), ERROR_INVALID_PARAMETER);
    CHECK(CloseHandle(file));
}

static void uncached(void)
{
    HANDLE file = open_file(OPEN_EXISTING, FILE_FLAG_OVERLAPPED | FILE_FLAG_NO_BUFFERING), port;
    static OVERLAPPED requests[PAGES];
    struct check_taken taken;
    int i, wrong = 0;

    FACT("13.1", "many reads past the cache at once, each told of once");
    port = CreateIoCompletionPort(file, NULL, 3, 0);
    REQUIRE(port ? 1 : 0);
    fill(0);
    memset(requests, 0, sizeof requests);
    for (i = 0; i < PAGES; i++) {
        requests[i].Offset = (DWORD)i * PAGE;
        wrong += !ReadFile(file, list[i].Buffer, PAGE, NULL, &requests[i]) &&
                 GetLastError() != ERROR_IO_PENDING;
    }
    for (i = 0; i < PAGES; i++) {
        taken = check_take(port, HANG_GUARD);
        wrong += !taken.ok || taken.bytes != PAGE || taken.overlapped->hEvent;
        taken.overlapped->hEvent = (HANDLE)(ULONG_PTR)1;
    }
    CHECK_EQ(wrong, 0);
    CHECK_EQ(wrong_pages('A', 2), 0);
    CHECK_EQ(((char *)list[2].Buffer)[0], 'a' + 2);
    CHECK_EMPTY(port);
    CHECK(CloseHandle(file));
    CHECK(CloseHandle(port));
}

int main(void)
{
    char folder[MAX_PATH];
    REQUIRE(GetTempPathA(sizeof folder, folder) != 0);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, name) != 0);
    memory = VirtualAlloc(NULL, PAGES * 2 * PAGE, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    REQUIRE(memory != NULL);
    pages();
    uncached();
    CHECK(VirtualFree(memory, 0, MEM_RELEASE));
    CHECK(DeleteFileA(name));
    return check_end();
}
