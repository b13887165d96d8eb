/* Semantics 12.5 (T:kpipe:test_CreatePipe): anonymous pipes within one process. */
#include <windows.h>
#include "check.h"
#include "check_process.h"

static HANDLE reading, writing;
static volatile LONG apc_ran;

static VOID CALLBACK apc(ULONG_PTR parameter)
{
    (void)parameter;
    InterlockedIncrement(&apc_ran);
}

static void make(void)
{
    reading = writing = NULL;
    REQUIRE(CreatePipe(&reading, &writing, NULL, 0));
}

static DWORD WINAPI write_late(LPVOID bytes)
{
    DWORD count = 0;
    Sleep(50);
    if (!WriteFile(writing, bytes, (DWORD)strlen((char *)bytes), &count, NULL)) return 1;
    return count == strlen((char *)bytes) ? 0 : 2;
}

/* Writes a mebibyte, which no pipe holds. */
static DWORD WINAPI write_much(LPVOID unused)
{
    static char bytes[1 << 20];
    DWORD count = 0, i;
    (void)unused;
    for (i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i % 251);
    if (!WriteFile(writing, bytes, sizeof bytes, &count, NULL)) return 0x10000 + GetLastError();
    CloseHandle(writing);
    return count;
}

static void data(void)
{
    char bytes[64];
    DWORD count = 77, code, total = 0, i;
    HANDLE thread;
    int good = 1;

    FACT("12.5", "what is written to one end is read from the other, as bytes");
    make();
    CHECK_EQ(GetFileType(reading), FILE_TYPE_PIPE);
    CHECK_EQ(GetFileType(writing), FILE_TYPE_PIPE);
    CHECK(WriteFile(writing, "abcd", 4, &count, NULL));
    CHECK_EQ(count, 4);
    CHECK(WriteFile(writing, "ef", 2, &count, NULL));
    CHECK(ReadFile(reading, bytes, 3, &count, NULL));
    CHECK(count == 3 && memcmp(bytes, "abc", 3) == 0);
    CHECK(ReadFile(reading, bytes, sizeof bytes, &count, NULL));
    CHECK(count == 3 && memcmp(bytes, "def", 3) == 0);

    FACT("12.5", "a read waits for something and returns per write, not for a full buffer");
    thread = CreateThread(NULL, 0, write_late, (LPVOID) "late", 0, NULL);
    CHECK(ReadFile(reading, bytes, sizeof bytes, &count, NULL));
    CHECK(count == 4 && memcmp(bytes, "late", 4) == 0);
    CHECK_EQ(WaitForSingleObject(thread, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(CloseHandle(thread));

    FACT("12.5", "reading and writing are not alertable");
    CHECK(QueueUserAPC(apc, GetCurrentThread(), 0));
    thread = CreateThread(NULL, 0, write_late, (LPVOID) "x", 0, NULL);
    CHECK(ReadFile(reading, bytes, sizeof bytes, &count, NULL));
    CHECK_EQ(apc_ran, 0);
    CHECK_EQ(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    CHECK_EQ(apc_ran, 1);
    CHECK_EQ(WaitForSingleObject(thread, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(CloseHandle(thread));

    FACT("12.5", "each end has one direction");
    count = 77;
    SetLastError(0);
    CHECK(!WriteFile(reading, "x", 1, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    CHECK_EQ(count, 0);
    SetLastError(0);
    CHECK(!ReadFile(writing, bytes, 1, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);

    FACT("12.5", "data stays readable after the writer has closed, then 109");
    CHECK(WriteFile(writing, "rest", 4, &count, NULL));
    CHECK(CloseHandle(writing));
    CHECK(ReadFile(reading, bytes, 3, &count, NULL));
    CHECK_EQ(count, 3);
    CHECK(ReadFile(reading, bytes, sizeof bytes, &count, NULL));
    CHECK_EQ(count, 1);
    for (i = 0; i < 2; i++) {
        SetLastError(0);
        CHECK(!ReadFile(reading, bytes, sizeof bytes, &count, NULL));
        CHECK_EQ(GetLastError(), ERROR_BROKEN_PIPE);
        CHECK_EQ(count, 0);
    }
    CHECK(CloseHandle(reading));

    FACT("12.5", "a write that finds no room waits for a reader and loses nothing");
    make();
    thread = CreateThread(NULL, 0, write_much, NULL, 0, NULL);
    while (ReadFile(reading, bytes, sizeof bytes, &count, NULL)) {
        for (i = 0; i < count; i++) good &= bytes[i] == (char)((total + i) % 251);
        total += count;
    }
    CHECK_EQ(GetLastError(), ERROR_BROKEN_PIPE);
    CHECK_EQ(total, 1 << 20);
    CHECK(good);
    CHECK_EQ(WaitForSingleObject(thread, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == 1 << 20);
    CHECK(CloseHandle(thread));
    CHECK(CloseHandle(reading));
}

static void without_reader(void)
{
    DWORD count = 77, code = 0;
    char bytes[8];
    HANDLE thread;

    FACT("12.4", "a write whose reader has gone fails with 232, and the program goes on");
    make();
    CHECK(CloseHandle(reading));
    SetLastError(0);
    CHECK(!WriteFile(writing, "x", 1, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_NO_DATA);
    CHECK_EQ(count, 0);
    CHECK(CloseHandle(writing));

    FACT("12.4", "a write that waits when the reader goes fails with 109");
    make();
    thread = CreateThread(NULL, 0, write_much, NULL, 0, NULL);
    CHECK(ReadFile(reading, bytes, sizeof bytes, &count, NULL));
    CHECK_EQ(count, sizeof bytes);
    CHECK_EQ(WaitForSingleObject(thread, 100), WAIT_TIMEOUT);
    CHECK(CloseHandle(reading));
    CHECK_EQ(WaitForSingleObject(thread, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 0x10000 + ERROR_BROKEN_PIPE);
    CHECK(CloseHandle(thread));
    CHECK(CloseHandle(writing));
}

static void arguments(void)
{
    SECURITY_ATTRIBUTES attributes;
    DWORD flags = 77;
    OVERLAPPED overlapped;
    char bytes[8];
    DWORD count;

    FACT("13.6", "the ends are inherited only if the attributes say so");
    make();
    CHECK(GetHandleInformation(reading, &flags) && flags == 0);
    CHECK(GetHandleInformation(writing, &flags) && flags == 0);
    CHECK(CloseHandle(reading) && CloseHandle(writing));
    attributes.nLength = sizeof attributes;
    attributes.lpSecurityDescriptor = NULL;
    attributes.bInheritHandle = TRUE;
    CHECK(CreatePipe(&reading, &writing, &attributes, 100000));
    CHECK(GetHandleInformation(reading, &flags) && flags == HANDLE_FLAG_INHERIT);
    CHECK(GetHandleInformation(writing, &flags) && flags == HANDLE_FLAG_INHERIT);

    FACT("12.5", "an end is not overlapped: with an OVERLAPPED the call ends before it returns");
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.Internal = 77;
    CHECK(WriteFile(writing, "abc", 3, &count, &overlapped));
    CHECK(overlapped.Internal == 0 && overlapped.InternalHigh == 3);
    CHECK(ReadFile(reading, bytes, 8, &count, &overlapped));
    CHECK(count == 3 && overlapped.Internal == 0 && overlapped.InternalHigh == 3);
    CHECK(CloseHandle(reading) && CloseHandle(writing));
}

static void peeked(void)
{
    char bytes[8] = "";
    DWORD count = 77, available = 77, mode;

    FACT("12.3", "PeekNamedPipe copies and takes nothing");
    make();
    CHECK(PeekNamedPipe(reading, bytes, sizeof bytes, &count, &available, NULL));
    CHECK(count == 0 && available == 0);
    CHECK(WriteFile(writing, "abcdef", 6, &count, NULL));
    CHECK(PeekNamedPipe(reading, NULL, 0, NULL, &available, NULL));
    CHECK_EQ(available, 6);
    CHECK(PeekNamedPipe(reading, bytes, 4, &count, &available, NULL));
    CHECK(count == 4 && available == 6 && memcmp(bytes, "abcd", 4) == 0);
    CHECK(ReadFile(reading, bytes, 5, &count, NULL) && count == 5);
    CHECK(memcmp(bytes, "abcde", 5) == 0);
    SetLastError(0);
    CHECK(!PeekNamedPipe(writing, NULL, 0, NULL, &available, NULL));
    CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);

    FACT("12.3", "PIPE_NOWAIT: a read of an empty pipe fails with 232");
    CHECK(ReadFile(reading, bytes, 8, &count, NULL) && count == 1);
    mode = PIPE_NOWAIT;
    CHECK(SetNamedPipeHandleState(reading, &mode, NULL, NULL));
    SetLastError(0);
    CHECK(!ReadFile(reading, bytes, 8, &count, NULL));
    CHECK_EQ(GetLastError(), ERROR_NO_DATA);
    mode = PIPE_READMODE_MESSAGE;
    SetLastError(0);
    CHECK(!SetNamedPipeHandleState(reading, &mode, NULL, NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);

    FACT("12.4", "PeekNamedPipe fails with 109 when all is read and nobody writes any more");
    CHECK(WriteFile(writing, "z", 1, &count, NULL));
    CHECK(CloseHandle(writing));
    CHECK(PeekNamedPipe(reading, NULL, 0, NULL, &available, NULL));
    CHECK_EQ(available, 1);
    CHECK(ReadFile(reading, bytes, 8, &count, NULL) && count == 1);
    SetLastError(0);
    CHECK(!PeekNamedPipe(reading, NULL, 0, NULL, &available, NULL));
    CHECK_EQ(GetLastError(), ERROR_BROKEN_PIPE);
    CHECK(CloseHandle(reading));
}

int main(void)
{
    data();
    peeked();
    without_reader();
    arguments();
    return check_end();
}
