// Share modes and locks between processes: the program starts itself.
// test: native Wine 8 lets everybody read and write what is locked, and forgets requests that wait
// test: guard 120
#include <winsock2.h>
#include <windows.h>
#include <dirent.h>
#include "check_folder.h"
#include "check_process.h"

#define ALL_SHARES (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

/* The child unlocks the range when it should leave, and stays. */
#define UNLOCKS 4

static char file_name[MAX_PATH + 400];
static char ready[MAX_PATH + 400], leave[MAX_PATH + 400];

/* The error of an opening; 0 if it succeeds. */
static DWORD refused(DWORD access, DWORD share, DWORD flags)
{
    HANDLE file;
    SetLastError(4711);
    file = CreateFileA(file_name, access, share, NULL, OPEN_EXISTING, flags, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return GetLastError();
    CloseHandle(file);
    return 0;
}

/* Files tell the processes how far the other one is. */
static void tell(const char *path)
{
    CloseHandle(CreateFileA(path, GENERIC_WRITE, ALL_SHARES, NULL, CREATE_NEW, 0, NULL));
}

/* Waits until it has been told, or the process has ended. */
static BOOL told(const char *path, HANDLE process)
{
    while (GetFileAttributesA(path) == INVALID_FILE_ATTRIBUTES)
        if (WaitForSingleObject(process, 2) != WAIT_TIMEOUT)
            return FALSE;
    return TRUE;
}

/* A child: opens the file as it is told, says so, and waits. */
static int child(char **words)
{
    DWORD access = (DWORD)strtoul(words[2], NULL, 16), share = (DWORD)atoi(words[3]);
    DWORD flags = (DWORD)strtoul(words[4], NULL, 16), locks = (DWORD)atoi(words[5]);
    OVERLAPPED place = {0};
    HANDLE file = CreateFileA(words[1], access, share, NULL, OPEN_EXISTING, flags, NULL);

    if (file == INVALID_HANDLE_VALUE)
        return (int)GetLastError();
    place.Offset = 10;
    if (locks && !LockFileEx(file, (locks & 2) | LOCKFILE_FAIL_IMMEDIATELY, 0, 10, 0, &place))
        return (int)GetLastError();
    tell(words[6]);
    told(words[7], CreateEventA(NULL, TRUE, FALSE, NULL));
    if (locks & UNLOCKS) {
        UnlockFileEx(file, 0, 10, 0, &place);
        Sleep(INFINITE);
    }
    return 0;
}

/* Starts one and waits until it has the file. */
static HANDLE start(DWORD access, DWORD share, DWORD flags, DWORD locks)
{
    char arguments[4000];
    PROCESS_INFORMATION process;
    BOOL started;

    DeleteFileA(ready);
    DeleteFileA(leave);
    snprintf(arguments, sizeof arguments, "\"%s\" %x %u %x %u \"%s\" \"%s\"", file_name,
             (unsigned)access, (unsigned)share, (unsigned)flags, (unsigned)locks, ready, leave);
    started = check_start(arguments, FALSE, 0, NULL, &process);
    REQUIRE(started);
    CloseHandle(process.hThread);
    CHECK(told(ready, process.hProcess));
    return process.hProcess;
}

static void end(HANDLE process)
{
    DWORD code = 77;
    tell(leave);
    CHECK_EQ(WaitForSingleObject(process, 30000), WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process, &code) && code == 0);
    CHECK(CloseHandle(process));
}

static void shares(void)
{
    HANDLE process, file;

    FACT("13.4", "another process's share mode counts");
    process = start(GENERIC_READ, FILE_SHARE_READ, 0, 0);
    CHECK_EQ(refused(GENERIC_READ, FILE_SHARE_READ, 0), 0);
    CHECK_EQ(refused(GENERIC_WRITE, ALL_SHARES, 0), ERROR_SHARING_VIOLATION);
    CHECK_EQ(refused(GENERIC_READ, FILE_SHARE_WRITE, 0), ERROR_SHARING_VIOLATION);
    CHECK_EQ(CODE(DeleteFileA(file_name)), ERROR_SHARING_VIOLATION);
    CHECK_EQ(refused(0, 0, 0), 0);
    end(process);
    CHECK_EQ(refused(GENERIC_WRITE, 0, 0), 0);

    FACT("13.4", "until it is killed");
    process = start(GENERIC_READ | GENERIC_WRITE, 0, 0, 0);
    CHECK_EQ(refused(GENERIC_READ, ALL_SHARES, 0), ERROR_SHARING_VIOLATION);
    CHECK(TerminateProcess(process, 9));
    CHECK_EQ(WaitForSingleObject(process, 30000), WAIT_OBJECT_0);
    CHECK_EQ(refused(GENERIC_READ | GENERIC_WRITE, 0, 0), 0);
    CHECK(CloseHandle(process));

    FACT("13.4", "a name that is about to go is so for every process");
    process = start(GENERIC_READ, ALL_SHARES, 0, 0);
    file = CreateFileA(file_name, GENERIC_READ, ALL_SHARES, NULL, OPEN_EXISTING,
                       FILE_FLAG_DELETE_ON_CLOSE, NULL);
    CHECK(CloseHandle(file));
    CHECK_EQ(refused(GENERIC_READ, ALL_SHARES, 0), ERROR_ACCESS_DENIED);
    end(process);
    CHECK_EQ(refused(GENERIC_READ, ALL_SHARES, 0), ERROR_FILE_NOT_FOUND);
}

static DWORD use(HANDLE file, BOOL writes, DWORD start)
{
    char memory[10] = {0};
    OVERLAPPED place = {0};
    DWORD count;
    place.Offset = start;
    if (writes)
        return CODE(WriteFile(file, memory, sizeof memory, &count, &place));
    return CODE(ReadFile(file, memory, sizeof memory, &count, &place));
}

static void locks(void)
{
    HANDLE process, file, waiting;
    OVERLAPPED request = {0};
    DWORD count;

    FACT("13.4", "another process's locks keep everybody else out");
    file = CreateFileA(file_name, GENERIC_READ | GENERIC_WRITE, ALL_SHARES, NULL, OPEN_EXISTING, 0,
                       NULL);
    process = start(GENERIC_READ | GENERIC_WRITE, ALL_SHARES, 0, 2);
    CHECK_EQ(use(file, FALSE, 10), ERROR_LOCK_VIOLATION);
    CHECK_EQ(use(file, TRUE, 1), ERROR_LOCK_VIOLATION);
    CHECK_EQ(use(file, TRUE, 0), 0);
    CHECK_EQ(CODE(LockFile(file, 19, 0, 1, 0)), ERROR_LOCK_VIOLATION);
    CHECK_EQ(CODE(LockFile(file, 20, 0, 1, 0)), 0);
    CHECK_EQ(CODE(UnlockFile(file, 20, 0, 1, 0)), 0);
    end(process);
    CHECK_EQ(use(file, TRUE, 10), 0);
    process = start(GENERIC_READ, ALL_SHARES, 0, 1);
    CHECK_EQ(use(file, FALSE, 10), 0);
    CHECK_EQ(use(file, TRUE, 10), ERROR_LOCK_VIOLATION);

    FACT("D:LockFileEx", "a lock that waits for a process is granted when that is killed");
    waiting = CreateFileA(file_name, GENERIC_READ | GENERIC_WRITE, ALL_SHARES, NULL, OPEN_EXISTING,
                          FILE_FLAG_OVERLAPPED, NULL);
    request.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK_EQ(CODE(LockFileEx(waiting, LOCKFILE_EXCLUSIVE_LOCK, 0, 30, 0, &request)),
             ERROR_IO_PENDING);
    CHECK(TerminateProcess(process, 9));
    CHECK_EQ(WaitForSingleObject(process, 30000), WAIT_OBJECT_0);
    CHECK_EQ(WaitForSingleObject(request.hEvent, 30000), WAIT_OBJECT_0);
    CHECK(GetOverlappedResult(waiting, &request, &count, FALSE));
    CHECK(CloseHandle(process));
    CHECK(CloseHandle(waiting));
    CHECK(CloseHandle(request.hEvent));
    CHECK(CloseHandle(file));
}

static void kill_child(HANDLE process)
{
    CHECK(TerminateProcess(process, 9));
    CHECK_EQ(WaitForSingleObject(process, 30000), WAIT_OBJECT_0);
    CHECK(CloseHandle(process));
}

/* True while there is a thread that listens to other processes. */
static BOOL is_listening(void)
{
    DIR *threads = opendir("/proc/self/task");
    struct dirent *thread;
    BOOL found = FALSE;

    while ((thread = readdir(threads)) != NULL) {
        char path[300], name[30] = "";
        FILE *file;
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", thread->d_name);
        file = fopen(path, "r");
        found |= file && fgets(name, sizeof name, file) && !strcmp(name, "lapwing-locks\n");
        if (file)
            fclose(file);
    }
    closedir(threads);
    return found;
}

static void await_listening(BOOL wanted)
{
    while (is_listening() != wanted)
        Sleep(1);
}

static void waiting_locks(void)
{
    HANDLE process, waiting;
    OVERLAPPED first = {0}, second = {0};
    DWORD count;

    FACT("D:LockFileEx", "a lock that waits for another process is granted when that unlocks");
    waiting = CreateFileA(file_name, GENERIC_READ | GENERIC_WRITE, ALL_SHARES, NULL, OPEN_EXISTING,
                          FILE_FLAG_OVERLAPPED, NULL);
    first.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    second.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    second.Offset = 15;
    process = start(GENERIC_READ | GENERIC_WRITE, ALL_SHARES, 0, 2 | UNLOCKS);
    CHECK_EQ(CODE(LockFileEx(waiting, 0, 0, 30, 0, &first)), ERROR_IO_PENDING);
    CHECK_EQ(CODE(LockFileEx(waiting, 0, 0, 1, 0, &second)), ERROR_IO_PENDING);
    FACT("6.8", "or cancelled");
    CHECK(CancelIoEx(waiting, &second));
    CHECK_EQ(CODE(GetOverlappedResult(waiting, &second, &count, TRUE)), ERROR_OPERATION_ABORTED);
    CHECK_EQ(CODE(GetOverlappedResult(waiting, &first, &count, FALSE)), ERROR_IO_INCOMPLETE);
    await_listening(TRUE);
    tell(leave);
    CHECK_EQ(WaitForSingleObject(first.hEvent, 30000), WAIT_OBJECT_0);
    CHECK_EQ(CODE(GetOverlappedResult(waiting, &first, &count, FALSE)), 0);
    CHECK_EQ(CODE(UnlockFile(waiting, 0, 0, 30, 0)), 0);
    kill_child(process);

    FACT("13.4", "no thread listens when no lock waits any more");
    process = start(GENERIC_READ | GENERIC_WRITE, ALL_SHARES, 0, 2);
    CHECK_EQ(CODE(LockFileEx(waiting, 0, 0, 30, 0, &first)), ERROR_IO_PENDING);
    await_listening(TRUE);
    CHECK(CloseHandle(waiting));
    CHECK_EQ(WaitForSingleObject(first.hEvent, 30000), WAIT_OBJECT_0);
    await_listening(FALSE);
    kill_child(process);
    CHECK(CloseHandle(first.hEvent) && CloseHandle(second.hEvent));
}

int main(int count, char **words)
{
    if (count > 6)
        return child(words);
    check_make_folder();
    check_make_file("file", 100);
    strcpy(file_name, check_in("file"));
    strcpy(ready, check_in("ready"));
    strcpy(leave, check_in("leave"));
    locks();
    waiting_locks();
    shares();
    DeleteFileA(ready);
    DeleteFileA(leave);
    check_remove_folder();
    return check_end();
}
