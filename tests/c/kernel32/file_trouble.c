// test: engines
// test: mounts
// test: native the small disk and the lost rights are Linux' own
// What happens to a file while it is used: its disk fills up, it is cut off, its folder goes, its
// disk takes no writes any more, the program loses its rights.
#define _GNU_SOURCE
#include <winsock2.h>
#include <windows.h>
#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "check.h"
#include "check_port.h"

#define BLOCK 65536
#define MANY 16
#define ROUNDS 200
/* The disk's size: not a multiple of the block, so that a block is cut. */
#define SMALL "size=200k"
#define NOBODY 65534

/* A folder that every Linux has; our disk lies over it for us alone. */
#define FOLDER "/mnt"

static const char name[] = FOLDER "/file";
static char data[MANY][BLOCK];
static OVERLAPPED requests[MANY];

static HANDLE open_file(const char *path, DWORD access, DWORD disposition, DWORD flags)
{
    return CreateFileA(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                       disposition, flags, NULL);
}

static BOOL is_refused(const char *path, DWORD access, DWORD disposition, DWORD error)
{
    SetLastError(UNTOUCHED);
    return open_file(path, access, disposition, 0) == INVALID_HANDLE_VALUE &&
           GetLastError() == error;
}

/* A disk of our own, in a namespace of our own; before there is any other thread. */
static BOOL mount_small_disk(void)
{
    return unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("small", FOLDER, "tmpfs", 0, SMALL) == 0;
}

/* Blocks until the disk is full; what was reported as written, all in all. */
static unsigned fill(HANDLE file, BOOL overlapped, DWORD *error)
{
    unsigned written = 0;
    DWORD count;
    for (;;) {
        OVERLAPPED request = {0};
        BOOL done;
        request.Offset = written;
        memset(data[0], (int)(written / 1000 + 1), BLOCK);
        done = WriteFile(file, data[0], BLOCK, &count, overlapped ? &request : NULL);
        if (!done && GetLastError() == ERROR_IO_PENDING)
            done = GetOverlappedResult(file, &request, &count, TRUE);
        if (!done) {
            *error = GetLastError();
            return written;
        }
        if (count == 0 || written > 10 * BLOCK)
            return written;
        written += count;
    }
}

/* Whether the file begins with what was reported. */
static BOOL holds(unsigned written)
{
    HANDLE file = open_file(name, GENERIC_READ, OPEN_EXISTING, 0);
    unsigned at = 0, begun = 0;
    BOOL same = GetFileSize(file, NULL) >= written;
    DWORD count;
    while (same && at < written && ReadFile(file, data[1], 1000, &count, NULL) && count > 0) {
        unsigned i;
        for (i = 0; i < count && at < written; i++, at++) {
            if (at - begun == BLOCK)
                begun = at;
            same &= data[1][i] == (char)(begun / 1000 + 1);
        }
    }
    CloseHandle(file);
    return same && at == written;
}

/* A thread that has just ended a request of the file may still hold it for a moment. */
static void delete_and_wait_for_room(void)
{
    struct statvfs disk;
    CHECK(DeleteFileA(name));
    while (statvfs(FOLDER, &disk) == 0 && disk.f_bfree < disk.f_blocks)
        sched_yield();
}

static void full_disk(void)
{
    HANDLE file;
    DWORD error = 0;
    unsigned written;

    FACT("13", "a disk that fills up: 112, and what was reported as written is there");
    file = open_file(name, GENERIC_WRITE, CREATE_ALWAYS, 0);
    REQUIRE(file != INVALID_HANDLE_VALUE);
    written = fill(file, FALSE, &error);
    CHECK_EQ(error, ERROR_DISK_FULL);
    CHECK(written >= BLOCK && CloseHandle(file) && holds(written));
    delete_and_wait_for_room();
    error = 0;
    file = open_file(name, GENERIC_WRITE, CREATE_ALWAYS, FILE_FLAG_OVERLAPPED);
    REQUIRE(file != INVALID_HANDLE_VALUE);
    written = fill(file, TRUE, &error);
    CHECK_EQ(error, ERROR_DISK_FULL);
    CHECK(written >= BLOCK && CloseHandle(file) && holds(written));
    delete_and_wait_for_room();
}

static void cut_off(void)
{
    HANDLE file, other, port;
    int round, i, wrong = 0;

    FACT("13.1", "a file that is cut off under its reads: the bytes that were there, or 38");
    file = open_file(name, GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS, FILE_FLAG_OVERLAPPED);
    other = open_file(name, GENERIC_WRITE, OPEN_EXISTING, 0);
    port = CreateIoCompletionPort(file, NULL, 1, 0);
    REQUIRE(port != NULL && other != INVALID_HANDLE_VALUE);
    memset(data, 'x', sizeof data);
    for (round = 0; round < ROUNDS; round++) {
        DWORD count;
        SetFilePointer(other, 0, NULL, FILE_BEGIN);
        wrong += !WriteFile(other, data[MANY - 1], BLOCK, &count, NULL) || count != BLOCK;
        memset(data[0], 0, (MANY - 1) * BLOCK);
        for (i = 0; i < MANY - 1; i++) {
            memset(&requests[i], 0, sizeof requests[i]);
            requests[i].Offset = (DWORD)i * 4096;
            wrong += !ReadFile(file, data[i], 4096, NULL, &requests[i]) &&
                     GetLastError() != ERROR_IO_PENDING && GetLastError() != ERROR_HANDLE_EOF;
            if (i == MANY / 2) {
                SetFilePointer(other, 0, NULL, FILE_BEGIN);
                wrong += !SetEndOfFile(other);
            }
        }
        for (i = 0; i < MANY - 1; i++) {
            struct check_taken taken = check_take(port, HANG_GUARD);
            int which = (int)(taken.overlapped - requests);
            if (taken.ok)
                wrong += taken.bytes == 0 || memchr(data[which], 0, taken.bytes) != NULL;
            else
                wrong += taken.error != ERROR_HANDLE_EOF || taken.bytes != 0;
        }
    }
    CHECK_EQ(wrong, 0);
    CHECK_EMPTY(port);
    CHECK(CloseHandle(other) && CloseHandle(file) && CloseHandle(port));
    CHECK(DeleteFileA(name));
}

static void vanished_folder(void)
{
    char gone[64] = FOLDER "/gone";
    HANDLE file;
    DWORD count;

    FACT("13", "a folder that has vanished: 3; a file that was in it is used on");
    CHECK(CreateDirectoryA(gone, NULL));
    strcat(gone, "/file");
    file = open_file(gone, GENERIC_READ | GENERIC_WRITE, CREATE_NEW, 0);
    REQUIRE(file != INVALID_HANDLE_VALUE);
    CHECK(unlink(gone) == 0);
    *strrchr(gone, '/') = 0;
    CHECK(rmdir(gone) == 0);
    strcat(gone, "/file");
    CHECK(is_refused(gone, GENERIC_READ, OPEN_EXISTING, ERROR_PATH_NOT_FOUND));
    CHECK(is_refused(gone, GENERIC_WRITE, CREATE_NEW, ERROR_PATH_NOT_FOUND));
    CHECK(!DeleteFileA(gone) && GetLastError() == ERROR_PATH_NOT_FOUND);
    CHECK(WriteFile(file, "text", 4, &count, NULL) && count == 4);
    CHECK_EQ(GetFileSize(file, NULL), 4);
    CHECK(CloseHandle(file));
}

static BOOL fails_with(BOOL done, DWORD error)
{
    return !done && GetLastError() == error;
}

static void listed_folder(void)
{
    char gone[64] = FOLDER "/gone";
    HANDLE folder, search;
    WIN32_FIND_DATAA found;
    BY_HANDLE_FILE_INFORMATION about;

    FACT("13", "a folder that vanishes while it is listed: the list ends");
    CHECK(CreateDirectoryA(gone, NULL));
    folder = open_file(gone, GENERIC_READ, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS);
    search = FindFirstFileA(FOLDER "/gone/*", &found);
    REQUIRE(folder != INVALID_HANDLE_VALUE && search != INVALID_HANDLE_VALUE);
    CHECK(rmdir(gone) == 0);
    while (FindNextFileA(search, &found))
        CHECK(found.cFileName[0] == '.');
    CHECK_EQ(GetLastError(), ERROR_NO_MORE_FILES);
    CHECK(FindClose(search) && GetFileInformationByHandle(folder, &about));
    CHECK(CloseHandle(folder));
    CHECK(FindFirstFileA(FOLDER "/gone/*", &found) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_PATH_NOT_FOUND);
}

static void protect(void)
{
    /* What the kernel has still to close keeps it from that for a moment. */
    while (mount("none", FOLDER, NULL, MS_REMOUNT | MS_RDONLY, NULL) != 0 && errno == EBUSY)
        sched_yield();
}

static void write_protected(void)
{
    HANDLE file;
    DWORD count;

    file = open_file(name, GENERIC_WRITE, CREATE_ALWAYS, 0);
    CHECK(WriteFile(file, "text", 4, &count, NULL) && CloseHandle(file));
    CHECK(CreateDirectoryA(FOLDER "/folder", NULL));
    protect();

    FACT("13", "a disk that takes no writes: 19 for whatever would write");
    CHECK(is_refused(name, GENERIC_WRITE, OPEN_EXISTING, ERROR_WRITE_PROTECT));
    CHECK(is_refused(name, GENERIC_READ | GENERIC_WRITE, OPEN_ALWAYS, ERROR_WRITE_PROTECT));
    CHECK(is_refused(name, GENERIC_WRITE, CREATE_ALWAYS, ERROR_WRITE_PROTECT));
    CHECK(is_refused(name, GENERIC_WRITE, TRUNCATE_EXISTING, ERROR_WRITE_PROTECT));
    CHECK(is_refused(FOLDER "/new", GENERIC_WRITE, CREATE_NEW, ERROR_WRITE_PROTECT));
    CHECK(is_refused(FOLDER "/new", GENERIC_READ, OPEN_ALWAYS, ERROR_WRITE_PROTECT));
    CHECK(fails_with(DeleteFileA(name), ERROR_WRITE_PROTECT));
    CHECK(fails_with(MoveFileA(name, FOLDER "/other"), ERROR_WRITE_PROTECT));
    CHECK(fails_with(CopyFileA(name, FOLDER "/other", TRUE), ERROR_WRITE_PROTECT));
    CHECK(fails_with(SetFileAttributesA(name, FILE_ATTRIBUTE_READONLY), ERROR_WRITE_PROTECT));
    CHECK(fails_with(CreateDirectoryA(FOLDER "/new", NULL), ERROR_WRITE_PROTECT));
    CHECK(fails_with(RemoveDirectoryA(FOLDER "/folder"), ERROR_WRITE_PROTECT));

    FACT("13", "it can be read");
    file = open_file(name, GENERIC_READ, OPEN_ALWAYS, 0);
    CHECK(file != INVALID_HANDLE_VALUE && GetLastError() == ERROR_ALREADY_EXISTS);
    CHECK(ReadFile(file, data[0], 10, &count, NULL) && count == 4);
    CHECK(fails_with(WriteFile(file, "more", 4, &count, NULL), ERROR_ACCESS_DENIED));
    CHECK(memcmp(data[0], "text", 4) == 0 && CloseHandle(file));
    CHECK(mount("none", FOLDER, NULL, MS_REMOUNT, NULL) == 0);
    CHECK(DeleteFileA(name) && RemoveDirectoryA(FOLDER "/folder"));
}

static void refused(void)
{
    HANDLE file;

    FACT("13.4", "a read-only file, and one that the program has no right to: 5, nothing changed");
    file = open_file(name, GENERIC_WRITE, CREATE_ALWAYS, 0);
    CHECK(file != INVALID_HANDLE_VALUE && CloseHandle(file));
    CHECK(SetFileAttributesA(name, FILE_ATTRIBUTE_READONLY));
    CHECK(is_refused(name, GENERIC_WRITE, OPEN_EXISTING, ERROR_ACCESS_DENIED));
    CHECK(is_refused(name, GENERIC_READ, CREATE_ALWAYS, ERROR_ACCESS_DENIED));
    CHECK(!DeleteFileA(name) && GetLastError() == ERROR_ACCESS_DENIED);
    CHECK(SetFileAttributesA(name, FILE_ATTRIBUTE_NORMAL));
    file = open_file(FOLDER "/allowed", GENERIC_WRITE, CREATE_ALWAYS, 0);
    CHECK(file != INVALID_HANDLE_VALUE && CloseHandle(file));
    CHECK(chmod(name, 0) == 0 && chmod(FOLDER "/allowed", 0666) == 0);
    /* The administrator has every right; nobody has his own, and a place for names. */
    CHECK(mkdir(FOLDER "/names", 0700) == 0 && chown(FOLDER "/names", NOBODY, NOBODY) == 0);
    CHECK(setenv("XDG_RUNTIME_DIR", FOLDER "/names", 1) == 0);
    CHECK(setresuid(NOBODY, NOBODY, NOBODY) == 0);
    file = open_file(FOLDER "/allowed", GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, 0);
    CHECK(file != INVALID_HANDLE_VALUE && CloseHandle(file));
    CHECK(is_refused(name, GENERIC_READ, OPEN_EXISTING, ERROR_ACCESS_DENIED));
    CHECK(is_refused(name, GENERIC_WRITE, OPEN_EXISTING, ERROR_ACCESS_DENIED));
}

int main(void)
{
    REQUIRE(mount_small_disk());
    full_disk();
    cut_off();
    vanished_folder();
    listed_folder();
    write_protected();
    refused();
    return check_end();
}
