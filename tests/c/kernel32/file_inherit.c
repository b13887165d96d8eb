// A file whose handle a child inherits: one opening, but each process has its own locks.
// test: native Wine 8 lets everybody read and write what is locked
// test: guard 120
#include <winsock2.h>
#include <windows.h>
#include "check_folder.h"
#include "check_process.h"

#define ALL_SHARES (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static char name[MAX_PATH + 400];
static char events[2][60];

static DWORD lock(HANDLE file, DWORD start)
{
    return CODE(LockFile(file, start, 0, 10, 0));
}

static DWORD read_at(HANDLE file, DWORD start)
{
    char memory[10];
    OVERLAPPED place = {0};
    DWORD count;
    place.Offset = start;
    return CODE(ReadFile(file, memory, sizeof memory, &count, &place));
}

static DWORD refused(DWORD access, DWORD share)
{
    HANDLE file;
    SetLastError(4711);
    file = CreateFileA(name, access, share, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return GetLastError();
    CloseHandle(file);
    return 0;
}

/* A child: does one thing with the file and tells the code. */
static int child(char **words)
{
    HANDLE file = (HANDLE)(ULONG_PTR)strtoull(words[2], NULL, 16);
    DWORD start = (DWORD)atoi(words[3]), code;
    HANDLE ready, leave;

    if (!strcmp(words[1], "lock"))
        return (int)lock(file, start);
    if (!strcmp(words[1], "read"))
        return (int)read_at(file, start);
    if (!strcmp(words[1], "unlock"))
        return (int)CODE(UnlockFile(file, start, 0, 10, 0));
    ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, words[4]);
    leave = OpenEventA(SYNCHRONIZE, FALSE, words[5]);
    code = lock(file, start);
    SetEvent(ready);
    WaitForSingleObject(leave, 60000);
    return (int)code;
}

static BOOL start_child(const char *what, HANDLE file, DWORD start, PROCESS_INFORMATION *process)
{
    char arguments[400];
    snprintf(arguments, sizeof arguments, "%s %llx %u %s %s", what,
             (unsigned long long)(ULONG_PTR)file, (unsigned)start, events[0], events[1]);
    return check_start(arguments, TRUE, 0, NULL, process);
}

static DWORD run(const char *what, HANDLE file, DWORD start)
{
    PROCESS_INFORMATION process;
    return start_child(what, file, start, &process) ? check_end_of(&process) : 0xBAD;
}

static HANDLE open_inheritable(DWORD access, DWORD share, DWORD flags)
{
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    HANDLE file = CreateFileA(name, access, share, &inheritable, OPEN_EXISTING, flags, NULL);
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
    return file;
}

static void locks(HANDLE ready, HANDLE leave)
{
    HANDLE file = open_inheritable(GENERIC_READ | GENERIC_WRITE, ALL_SHARES, 0);
    PROCESS_INFORMATION process;

    FACT("D:LockFile", "locks are not inherited: the parent's keep the child out");
    CHECK_EQ(lock(file, 10), 0);
    CHECK_EQ(run("lock", file, 10), ERROR_LOCK_VIOLATION);
    CHECK_EQ(run("lock", file, 30), 0);
    CHECK_EQ(run("read", file, 10), ERROR_LOCK_VIOLATION);
    CHECK_EQ(run("read", file, 30), 0);
    CHECK_EQ(run("unlock", file, 10), ERROR_NOT_LOCKED);
    CHECK_EQ(read_at(file, 10), 0);
    CHECK_EQ(CODE(UnlockFile(file, 10, 0, 10, 0)), 0);
    CHECK_EQ(run("lock", file, 10), 0);

    FACT("D:LockFile", "and the child's keep the parent out, until it ends");
    CHECK(start_child("hold", file, 50, &process));
    CHECK_EQ(WaitForSingleObject(ready, 60000), WAIT_OBJECT_0);
    CHECK_EQ(lock(file, 50), ERROR_LOCK_VIOLATION);
    CHECK_EQ(read_at(file, 50), ERROR_LOCK_VIOLATION);
    CHECK_EQ(CODE(UnlockFile(file, 50, 0, 10, 0)), ERROR_NOT_LOCKED);
    CHECK(SetEvent(leave));
    CHECK_EQ(check_end_of(&process), 0);
    CHECK_EQ(lock(file, 50), 0);
    CHECK(CloseHandle(file));
}

static void openings(HANDLE ready, HANDLE leave)
{
    HANDLE file = open_inheritable(GENERIC_READ, FILE_SHARE_READ, 0);
    PROCESS_INFORMATION process;

    FACT("13.6", "the file stays open until the last process has closed it");
    CHECK(start_child("hold", file, 50, &process));
    CHECK_EQ(WaitForSingleObject(ready, 60000), WAIT_OBJECT_0);
    CHECK(CloseHandle(file));
    CHECK_EQ(refused(GENERIC_WRITE, ALL_SHARES), ERROR_SHARING_VIOLATION);
    CHECK_EQ(refused(GENERIC_READ, FILE_SHARE_READ), 0);
    CHECK(SetEvent(leave));
    CHECK_EQ(check_end_of(&process), 0);
    CHECK_EQ(refused(GENERIC_WRITE, ALL_SHARES), 0);

    FACT("D:CreateFile", "and then the name goes, if it is to go with the last handle");
    file = open_inheritable(GENERIC_READ | DELETE, ALL_SHARES, FILE_FLAG_DELETE_ON_CLOSE);
    CHECK(start_child("hold", file, 50, &process));
    CHECK_EQ(WaitForSingleObject(ready, 60000), WAIT_OBJECT_0);
    CHECK(CloseHandle(file));
    CHECK(GetFileAttributesA(name) != INVALID_FILE_ATTRIBUTES);
    CHECK(SetEvent(leave));
    CHECK_EQ(check_end_of(&process), 0);
    CHECK_EQ(GetFileAttributesA(name), INVALID_FILE_ATTRIBUTES);
}

int main(int count, char **words)
{
    HANDLE ready, leave;
    int i;

    if (count > 3)
        return child(words);
    check_make_folder();
    check_make_file("file", 100);
    strcpy(name, check_in("file"));
    for (i = 0; i < 2; i++)
        snprintf(events[i], sizeof events[i], "lapwing-file-inherit-%u-%d",
                 (unsigned)GetCurrentProcessId(), i);
    ready = CreateEventA(NULL, FALSE, FALSE, events[0]);
    leave = CreateEventA(NULL, FALSE, FALSE, events[1]);
    locks(ready, leave);
    openings(ready, leave);
    CHECK(CloseHandle(ready) && CloseHandle(leave));
    check_remove_folder();
    return check_end();
}
