// test: engines
// test: native Wine 8 looks for the end and writes there in two steps, between which others append
// Appending by an Offset of all ones, from several threads at once.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_port.h"

static char name[MAX_PATH];

static HANDLE open_file(DWORD disposition, DWORD flags)
{
    HANDLE file = CreateFileA(name, GENERIC_READ | GENERIC_WRITE,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              disposition, flags, NULL);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

#define APPENDERS 4
#define RECORDS 100

static DWORD WINAPI append(void *number)
{
    HANDLE file = open_file(OPEN_EXISTING, FILE_FLAG_OVERLAPPED);
    static char records[APPENDERS][RECORDS][50];
    OVERLAPPED overlapped[RECORDS];
    int own = (int)(ULONG_PTR)number, i;
    memset(overlapped, 0, sizeof overlapped);
    for (i = 0; i < RECORDS; i++) {
        memset(records[own][i], 'A' + own, sizeof records[own][i]);
        overlapped[i].Offset = overlapped[i].OffsetHigh = 0xffffffff;
        overlapped[i].hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
        WriteFile(file, records[own][i], sizeof records[own][i], NULL, &overlapped[i]);
    }
    for (i = 0; i < RECORDS; i++) {
        DWORD count;
        GetOverlappedResult(file, &overlapped[i], &count, TRUE);
        CloseHandle(overlapped[i].hEvent);
    }
    CloseHandle(file);
    return 0;
}

static void appending(void)
{
    HANDLE file = open_file(CREATE_ALWAYS, 0), threads[APPENDERS];
    static char data[APPENDERS * RECORDS * 50 + 1];
    int i, whole[APPENDERS] = {0};
    DWORD count;

    FACT("13.1", "an Offset of all ones appends; nothing is lost, torn or doubled");
    for (i = 0; i < APPENDERS; i++)
        threads[i] = CreateThread(NULL, 0, append, (void *)(ULONG_PTR)i, 0, NULL);
    CHECK_EQ(WaitForMultipleObjects(APPENDERS, threads, TRUE, HANG_GUARD), WAIT_OBJECT_0);
    CHECK(ReadFile(file, data, sizeof data, &count, NULL) && count == sizeof data - 1);
    for (i = 0; i < APPENDERS * RECORDS; i++) {
        const char *record = data + i * 50;
        if (!memcmp(record, record + 1, 49) && *record >= 'A' && *record < 'A' + APPENDERS)
            whole[*record - 'A']++;
    }
    for (i = 0; i < APPENDERS; i++) {
        CHECK_EQ(whole[i], RECORDS);
        CloseHandle(threads[i]);
    }
    CHECK(CloseHandle(file));
}

int main(void)
{
    char folder[MAX_PATH];
    REQUIRE(GetTempPathA(sizeof folder, folder) != 0);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, name) != 0);
    appending();
    CHECK(DeleteFileA(name));
    return check_end();
}
