/* A handle of every kind, for the tests that give each to a call that does not want it.  Include
 * <winsock2.h> and <windows.h> first.
 *
 *   #define CALLS(X) \
 *       X(SetEvent, !SetEvent(h), "- event") \
 *       X(LockFile, !LockFile(h, 0, 0, 1, 0), "- file 87 folder changes 1 socket")
 *   CALLS(CHECK_WRONG_CALL)
 *   static const struct check_wrong_call calls[] = {CALLS(CHECK_WRONG_ROW)};
 *   ... CHECK_WRONG_HANDLES(calls, ERROR_INVALID_HANDLE);
 *
 * A call is true when it has failed; h is the handle.  Each kind that the text does not name is
 * refused with the code behind the calls.  The text names the others, behind their code, or behind
 * "-" if they are right and not tried; "*" are all kinds.  After each call everything still works.
 */
#ifndef LAPWING_TESTS_CHECK_WRONG_HANDLE_H
#define LAPWING_TESTS_CHECK_WRONG_HANDLE_H

#include "check_folder.h"
#include "check_net.h"
#include "check_pipe.h"

enum check_kind {
    KIND_NULL, KIND_ALL_ONES, KIND_CLOSED, KIND_FORGED, KIND_EVENT, KIND_MUTEX, KIND_SEMAPHORE,
    KIND_TIMER, KIND_THREAD, KIND_PROCESS, KIND_PORT, KIND_SECTION, KIND_FILE, KIND_FOLDER,
    KIND_SOCKET, KIND_PIPE, KIND_CLIENT, KIND_READER, KIND_WRITER, KIND_SLOT, KIND_SENDER,
    KIND_FIND, KIND_CHANGES, KIND_COUNT
};

static const char *const check_kinds[KIND_COUNT] = {
    "null", "all_ones", "closed", "forged", "event", "mutex", "semaphore",
    "timer", "thread", "process", "port", "section", "file", "folder",
    "socket", "pipe", "client", "reader", "writer", "slot", "sender",
    "find", "changes",
};

static HANDLE check_handles[KIND_COUNT], check_released;
static DWORD WINAPI check_wrong_stay(void *parameter)
{
    return WaitForSingleObject((HANDLE)parameter, INFINITE);
}

CHECK_UNUSED static void check_open_objects(void)
{
    HANDLE *h = check_handles, self = GetCurrentProcess();
    BOOL real = DuplicateHandle(self, self, self, &h[KIND_PROCESS], 0, FALSE,
                                DUPLICATE_SAME_ACCESS);
    REQUIRE(real);
    h[KIND_ALL_ONES] = INVALID_HANDLE_VALUE;
    h[KIND_FORGED] = (HANDLE)(ULONG_PTR)0xdead;
    h[KIND_EVENT] = CreateEventA(NULL, TRUE, FALSE, NULL);
    h[KIND_MUTEX] = CreateMutexA(NULL, FALSE, NULL);
    h[KIND_SEMAPHORE] = CreateSemaphoreA(NULL, 1, 2, NULL);
    h[KIND_TIMER] = CreateWaitableTimerA(NULL, TRUE, NULL);
    check_released = CreateEventA(NULL, TRUE, FALSE, NULL);
    h[KIND_THREAD] = CreateThread(NULL, 0, check_wrong_stay, check_released, 0, NULL);
    h[KIND_PORT] = check_port();
    h[KIND_SECTION] = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, NULL);
}

CHECK_UNUSED static void check_open_files(void)
{
    HANDLE *h = check_handles;
    WIN32_FIND_DATAA found;
    unsigned short port;
    char slot[MAX_PATH];
    /* Under Wine the programs that run side by side have their names in common. */
    snprintf(slot, sizeof slot, "\\\\.\\mailslot\\lapwing wrong handle %lu",
             (unsigned long)GetCurrentProcessId());
    check_make_folder();
    check_make_file("file", 10);
    h[KIND_FILE] = CreateFileA(check_in("file"), GENERIC_READ | GENERIC_WRITE,
                               FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    h[KIND_FOLDER] = CreateFileA(check_folder, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                 NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    h[KIND_FIND] = FindFirstFileA(check_in("*"), &found);
    h[KIND_CHANGES] = FindFirstChangeNotificationA(check_folder, FALSE,
                                                   FILE_NOTIFY_CHANGE_FILE_NAME);
    h[KIND_SOCKET] = (HANDLE)check_net_listener(&port);
    h[KIND_PIPE] = check_pipe_server(PIPE_ACCESS_DUPLEX, PIPE_TYPE_MESSAGE, 1);
    h[KIND_CLIENT] = check_pipe_client(GENERIC_READ | GENERIC_WRITE, 0);
    CHECK(CreatePipe(&h[KIND_READER], &h[KIND_WRITER], NULL, 0));
    h[KIND_SLOT] = CreateMailslotA(slot, 0, 0, NULL);
    h[KIND_SENDER] = CreateFileA(slot, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0,
                                 NULL);
}

CHECK_UNUSED static void check_open_every_kind(void)
{
    int kind;
    check_net_start();
    check_open_objects();
    check_open_files();
    for (kind = KIND_EVENT; kind < KIND_COUNT; kind++) {
        BOOL is_open = check_handles[kind] && check_handles[kind] != INVALID_HANDLE_VALUE;
        REQUIRE(is_open);
    }
}

static BOOL check_objects_work(void)
{
    HANDLE *h = check_handles;
    OVERLAPPED overlapped, *taken = NULL;
    ULONG_PTR key;
    DWORD count, code;
    void *view = MapViewOfFile(h[KIND_SECTION], FILE_MAP_READ, 0, 0, 0);
    return view && UnmapViewOfFile(view) && SetEvent(h[KIND_EVENT]) &&
           WaitForSingleObject(h[KIND_EVENT], 0) == 0 && ResetEvent(h[KIND_EVENT]) &&
           WaitForSingleObject(h[KIND_MUTEX], 0) == 0 && ReleaseMutex(h[KIND_MUTEX]) &&
           WaitForSingleObject(h[KIND_SEMAPHORE], 0) == 0 &&
           ReleaseSemaphore(h[KIND_SEMAPHORE], 1, NULL) && CancelWaitableTimer(h[KIND_TIMER]) &&
           GetExitCodeThread(h[KIND_THREAD], &code) && code == STILL_ACTIVE &&
           GetExitCodeProcess(h[KIND_PROCESS], &code) && code == STILL_ACTIVE &&
           PostQueuedCompletionStatus(h[KIND_PORT], 1, 2, &overlapped) &&
           GetQueuedCompletionStatus(h[KIND_PORT], &count, &key, &taken, 0) &&
           taken == &overlapped;
}

static BOOL check_files_work(void)
{
    HANDLE *h = check_handles;
    BY_HANDLE_FILE_INFORMATION told;
    struct sockaddr_in address;
    int length = sizeof address;
    char byte;
    DWORD count, code;
    return GetFileSize(h[KIND_FILE], NULL) == 10 &&
           GetFileInformationByHandle(h[KIND_FOLDER], &told) &&
           getsockname((SOCKET)h[KIND_SOCKET], (struct sockaddr *)&address, &length) == 0 &&
           WriteFile(h[KIND_PIPE], "", 1, &count, NULL) &&
           ReadFile(h[KIND_CLIENT], &byte, 1, &count, NULL) && count == 1 &&
           WriteFile(h[KIND_WRITER], "", 1, &count, NULL) &&
           ReadFile(h[KIND_READER], &byte, 1, &count, NULL) && count == 1 &&
           WriteFile(h[KIND_SENDER], "", 1, &count, NULL) &&
           GetMailslotInfo(h[KIND_SLOT], NULL, NULL, &code, NULL) && code == 1 &&
           ReadFile(h[KIND_SLOT], &byte, 1, &count, NULL) &&
           WaitForSingleObject(h[KIND_CHANGES], 0) == WAIT_TIMEOUT;
}

struct check_wrong_call {
    const char *name, *exceptions;
    BOOL (*call)(HANDLE h);
};

#define CHECK_NOT_TRIED (-1)

/* What each kind is to be refused with. */
static void check_wrong_codes(const char *text, int others, int *codes)
{
    char words[600], *word;
    int kind, code = CHECK_NOT_TRIED;
    for (kind = 0; kind < KIND_COUNT; kind++)
        codes[kind] = others;
    snprintf(words, sizeof words, "%s", text);
    for (word = strtok(words, " "); word; word = strtok(NULL, " ")) {
        int known = 0;
        if (strcmp(word, "-") == 0 || (*word >= '0' && *word <= '9')) {
            code = *word == '-' ? CHECK_NOT_TRIED : atoi(word);
            continue;
        }
        for (kind = 0; kind < KIND_COUNT; kind++)
            if (*word == '*' || strcmp(word, check_kinds[kind]) == 0) {
                codes[kind] = code;
                known = 1;
            }
        if (!known)
            check_that(0, word, text, 0);
    }
}

static BOOL check_refuses(const struct check_wrong_call *call, int kind, int code)
{
    HANDLE h = check_handles[kind];
    BOOL failed;
    DWORD error;
    if (kind == KIND_CLOSED) {
        h = CreateEventA(NULL, TRUE, FALSE, NULL);
        CloseHandle(h);
    }
    SetLastError(UNTOUCHED);
    failed = call->call(h);
    error = GetLastError();
    if (failed && error == (DWORD)code)
        return TRUE;
    check_line("  %s: %s, the last error is %lu\n", check_kinds[kind],
               failed ? "it failed" : "it succeeded", (unsigned long)error);
    return FALSE;
}

/* All kinds from one to another whose code is this; without a title their names are it. */
static void check_wrong_group(const struct check_wrong_call *call, const int *codes, int code,
                              int from, int to, const char *title)
{
    char text[400];
    BOOL all = TRUE;
    int kind, count = 0;
    snprintf(text, sizeof text, "%s: %d for%s", call->name, code, title);
    for (kind = from; kind <= to; kind++)
        if (codes[kind] == code) {
            all = check_refuses(call, kind, code) && all;
            count++;
            if (!*title)
                snprintf(text + strlen(text), sizeof text - strlen(text), " %s",
                         check_kinds[kind]);
        }
    if (count)
        check_that(all, text, __FILE__, __LINE__);
}

CHECK_UNUSED static void check_wrong_handles(const struct check_wrong_call *call, int others)
{
    int codes[KIND_COUNT], kind, before;
    char text[100];
    check_wrong_codes(call->exceptions, others, codes);
    check_wrong_group(call, codes, others, KIND_NULL, KIND_FORGED, " no handle");
    check_wrong_group(call, codes, others, KIND_EVENT, KIND_PORT, " another object");
    check_wrong_group(call, codes, others, KIND_SECTION, KIND_SECTION, " a section");
    check_wrong_group(call, codes, others, KIND_FILE, KIND_CHANGES, " another file");
    for (kind = 0; kind < KIND_COUNT; kind++) {
        for (before = 0; codes[before] != codes[kind]; before++)
            ;
        if (before == kind && codes[kind] != others && codes[kind] != CHECK_NOT_TRIED)
            check_wrong_group(call, codes, codes[kind], kind, KIND_CHANGES, "");
    }
    snprintf(text, sizeof text, "%s: everything still works", call->name);
    check_that(check_objects_work() && check_files_work(), text, __FILE__, __LINE__);
}

#define CHECK_WRONG_CALL(name, failed, exceptions) \
    static BOOL wrong_##name(HANDLE h) { return failed; }
#define CHECK_WRONG_ROW(name, failed, exceptions) {#name, exceptions, wrong_##name},

#define CHECK_WRONG_HANDLES(rows, others) \
    do { \
        size_t row; \
        for (row = 0; row < sizeof rows / sizeof *rows; row++) \
            check_wrong_handles(&rows[row], others); \
    } while (0)

CHECK_UNUSED static void check_close_every_kind(void)
{
    int kind;
    SetEvent(check_released);
    for (kind = KIND_EVENT; kind < KIND_COUNT; kind++)
        if (kind == KIND_FIND)
            CHECK(FindClose(check_handles[kind]));
        else if (kind == KIND_SOCKET)
            CHECK(closesocket((SOCKET)check_handles[kind]) == 0);
        else
            CHECK(CloseHandle(check_handles[kind]));
    CHECK(DeleteFileA(check_in("file")));
    check_remove_folder();
}

#endif
