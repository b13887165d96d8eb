// CreateFile's share modes: every access and share against every other, as in
// T:kfile:test_file_sharing; names that are about to go.
#include <winsock2.h>
#include <windows.h>
#include "check.h"

#define ALL_SHARES (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static char folder[MAX_PATH], name[MAX_PATH];

static const DWORD accesses[] = {
    0, GENERIC_READ, GENERIC_WRITE, GENERIC_READ | GENERIC_WRITE, DELETE, GENERIC_READ | DELETE,
    GENERIC_WRITE | DELETE, GENERIC_READ | GENERIC_WRITE | DELETE, FILE_READ_ATTRIBUTES,
    FILE_APPEND_DATA, FILE_EXECUTE, READ_CONTROL,
};
#define ACCESSES (sizeof accesses / sizeof accesses[0])

static HANDLE open_as(DWORD access, DWORD share, DWORD disposition, DWORD flags)
{
    SetLastError(4711);
    return CreateFileA(name, access, share, NULL, disposition, flags, NULL);
}

static void require(HANDLE file)
{
    BOOL is_open = file != INVALID_HANDLE_VALUE;
    REQUIRE(is_open);
}

/* The error of an opening that shares everything; 0 if it succeeds. */
static DWORD refused(DWORD access, DWORD disposition)
{
    HANDLE file = open_as(access, ALL_SHARES, disposition, 0);
    if (file == INVALID_HANDLE_VALUE)
        return GetLastError();
    CloseHandle(file);
    return 0;
}

/* What an access does, in the bits of the share modes that let it. */
static DWORD uses(DWORD access)
{
    DWORD bits = 0;
    if (access & (GENERIC_READ | FILE_EXECUTE))
        bits |= FILE_SHARE_READ;
    if (access & (GENERIC_WRITE | FILE_APPEND_DATA))
        bits |= FILE_SHARE_WRITE;
    if (access & DELETE)
        bits |= FILE_SHARE_DELETE;
    return bits;
}

/* An opening that does nothing forbids nothing. */
static BOOL agree(DWORD access1, DWORD share1, DWORD access2, DWORD share2)
{
    DWORD first = uses(access1), second = uses(access2);
    return !first || !second || (!(first & ~share2) && !(second & ~share1));
}

static void matrix(void)
{
    unsigned a1, a2, share1, share2, wrong = 0, pairs = 0;
    HANDLE file;

    FACT("13.4", "an opening needs the agreement of each other one, and agrees to it");
    for (a1 = 0; a1 < ACCESSES; a1++)
        for (share1 = 0; share1 <= ALL_SHARES; share1++) {
            HANDLE first = open_as(accesses[a1], share1, OPEN_EXISTING, 0);
            if (first == INVALID_HANDLE_VALUE) {
                SHOW("first: %u %u: %u", a1, share1, (unsigned)GetLastError());
                wrong++;
                continue;
            }
            for (a2 = 0; a2 < ACCESSES; a2++)
                for (share2 = 0; share2 <= ALL_SHARES; share2++) {
                    BOOL agreed = agree(accesses[a1], share1, accesses[a2], share2);
                    HANDLE second = open_as(accesses[a2], share2, OPEN_EXISTING, 0);
                    DWORD code = second == INVALID_HANDLE_VALUE ? GetLastError() : 0;
                    if (code != (agreed ? 0 : ERROR_SHARING_VIOLATION)) {
                        SHOW("%u %u against %u %u: %u", a1, share1, a2, share2, (unsigned)code);
                        wrong++;
                    }
                    if (!code)
                        CloseHandle(second);
                    pairs++;
                }
            CloseHandle(first);
        }
    CHECK_EQ(pairs, ACCESSES * 8 * ACCESSES * 8);
    CHECK_EQ(wrong, 0);

    FACT("13.4", "what is to be emptied has to be shared for writing");
    file = open_as(GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, OPEN_EXISTING, 0);
    require(file);
    CHECK_EQ(refused(GENERIC_WRITE, CREATE_ALWAYS), ERROR_SHARING_VIOLATION);
    CHECK_EQ(refused(GENERIC_WRITE, TRUNCATE_EXISTING), ERROR_SHARING_VIOLATION);
    CHECK_EQ(GetFileSize(file, NULL), 7);
    CloseHandle(file);
}

static void directories(void)
{
    HANDLE first;

    FACT("13.4", "a directory has share modes too");
    first = CreateFileA(folder, FILE_LIST_DIRECTORY, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                        FILE_FLAG_BACKUP_SEMANTICS, NULL);
    require(first);
    CHECK(CreateFileA(folder, FILE_LIST_DIRECTORY, FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                      FILE_FLAG_BACKUP_SEMANTICS, NULL) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_SHARING_VIOLATION);
    CloseHandle(first);
    FACT("13.4", "a directory can be opened for writing");
    first = CreateFileA(folder, GENERIC_READ | GENERIC_WRITE, ALL_SHARES, NULL, OPEN_EXISTING,
                        FILE_FLAG_BACKUP_SEMANTICS, NULL);
    CHECK(first != INVALID_HANDLE_VALUE);
    CHECK(!WriteFile(first, "x", 1, &(DWORD){0}, NULL));
    CHECK(CloseHandle(first));
}

static void doomed(void)
{
    HANDLE first, second;

    FACT("13.4", "FILE_FLAG_DELETE_ON_CLOSE needs FILE_SHARE_DELETE of the others");
    first = open_as(GENERIC_READ, FILE_SHARE_READ, OPEN_EXISTING, 0);
    require(first);
    CHECK(open_as(GENERIC_READ, ALL_SHARES, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE) ==
          INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_SHARING_VIOLATION);
    CloseHandle(first);
    FACT("13.4", "once its handle is closed nobody can open the file, but who has it keeps it");
    first = open_as(GENERIC_READ, ALL_SHARES, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE);
    require(first);
    second = open_as(GENERIC_READ | GENERIC_WRITE, ALL_SHARES, OPEN_EXISTING, 0);
    require(second);
    CHECK(CloseHandle(first));
    CHECK_EQ(refused(GENERIC_READ, OPEN_EXISTING), ERROR_ACCESS_DENIED);
    CHECK_EQ(refused(GENERIC_WRITE, OPEN_ALWAYS), ERROR_ACCESS_DENIED);
    CHECK(WriteFile(second, "still", 5, &(DWORD){0}, NULL));
    FACT("13.4", "it goes with the last handle");
    CHECK(CloseHandle(second));
    CHECK_EQ(refused(GENERIC_READ, OPEN_EXISTING), ERROR_FILE_NOT_FOUND);
}

static void deleted(void)
{
    HANDLE first, second;
    size_t length = strlen(name);

    FACT("13.4", "DeleteFile takes the name at once when all share that, as since Windows 10");
    strcpy(name + length, "2");
    first = open_as(GENERIC_READ | GENERIC_WRITE, ALL_SHARES, CREATE_NEW, 0);
    require(first);
    CHECK(DeleteFileA(name));
    second = open_as(GENERIC_WRITE, ALL_SHARES, CREATE_NEW, 0);
    CHECK(second != NULL && GetLastError() == 0);
    CHECK(WriteFile(first, "kept", 4, &(DWORD){0}, NULL));
    CHECK(CloseHandle(first));
    CloseHandle(second);
    DeleteFileA(name);
}

int main(void)
{
    HANDLE file;
    DWORD count;

    REQUIRE(GetTempPathA(sizeof folder, folder) > 0);
    REQUIRE(GetTempFileNameA(folder, "shr", 0, name) != 0);
    file = open_as(GENERIC_WRITE, 0, CREATE_ALWAYS, 0);
    require(file);
    CHECK(WriteFile(file, "content", 7, &count, NULL) && count == 7);
    CHECK(CloseHandle(file));
    matrix();
    directories();
    doomed();
    deleted();
    return check_end();
}
