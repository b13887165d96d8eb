// CreateFileMapping, MapViewOfFile and their family: sizes, rights, places, names, what stays.
#include <winsock2.h>
#include <windows.h>
#include "check.h"
#include "check_changes.h"

#define GRANULE 0x10000

static HANDLE open_file(const char *last, DWORD access, DWORD disposition)
{
    return CreateFileA(check_in(last), access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       disposition, 0, NULL);
}

static HANDLE map(HANDLE file, DWORD protection, DWORD size)
{
    SetLastError(UNTOUCHED);
    return CreateFileMappingA(file, NULL, protection, 0, size, NULL);
}

static char *view(HANDLE mapping, DWORD access, DWORD offset, SIZE_T size)
{
    SetLastError(UNTOUCHED);
    return MapViewOfFile(mapping, access, 0, offset, size);
}

static DWORD refused(HANDLE file, DWORD protection, DWORD size)
{
    HANDLE mapping = map(file, protection, size);
    DWORD error = GetLastError();
    if (!mapping)
        return error;
    CloseHandle(mapping);
    return 0;
}

static DWORD view_refused(HANDLE mapping, DWORD access, DWORD offset, SIZE_T size)
{
    char *base = view(mapping, access, offset, size);
    DWORD error = GetLastError();
    if (!base)
        return error;
    UnmapViewOfFile(base);
    return 0;
}

static void memory(void)
{
    HANDLE mapping = map(INVALID_HANDLE_VALUE, PAGE_READWRITE, 2 * GRANULE);
    char *one, *two, *copy;

    FACT("13", "memory: zero at first, the same in all views, private in a copy");
    CHECK(mapping != NULL && GetLastError() == 0);
    one = view(mapping, FILE_MAP_WRITE, 0, 0);
    two = view(mapping, FILE_MAP_READ, GRANULE, 100);
    copy = view(mapping, FILE_MAP_COPY, 0, 0);
    REQUIRE(one && two && copy);
    CHECK(((ULONG_PTR)one | (ULONG_PTR)two | (ULONG_PTR)copy) % GRANULE == 0);
    CHECK(one[0] == 0 && one[2 * GRANULE - 1] == 0);
    one[GRANULE + 5] = 'x';
    CHECK_EQ(two[5], 'x');
    copy[0] = 'c';
    CHECK_EQ(one[0], 0);
    one[1] = 'o';
    CHECK(CloseHandle(mapping));

    FACT("13", "views outlive the handle, and go by any address in them");
    one[GRANULE] = 'y';
    CHECK_EQ(two[0], 'y');
    CHECK(UnmapViewOfFile(two));
    CHECK(UnmapViewOfFile(copy));
    CHECK(UnmapViewOfFile(one));
    SetLastError(UNTOUCHED);
    CHECK(!UnmapViewOfFile(one) && GetLastError() == ERROR_INVALID_ADDRESS);
    SetLastError(UNTOUCHED);
    CHECK(!UnmapViewOfFile(NULL) && GetLastError() == ERROR_INVALID_ADDRESS);

    FACT("13", "memory that is reserved, and committed by VirtualAlloc");
    mapping = map(INVALID_HANDLE_VALUE, PAGE_READWRITE | SEC_RESERVE, GRANULE);
    one = view(mapping, FILE_MAP_WRITE, 0, 0);
    CHECK(VirtualAlloc(one + 4096, 4096, MEM_COMMIT, PAGE_READWRITE) == one + 4096);
    one[4096] = 1;
    CHECK(UnmapViewOfFile(one) && CloseHandle(mapping));
}

static void flags(void)
{
    HANDLE file = open_file("flags", GENERIC_READ | GENERIC_WRITE, CREATE_NEW), handle, event;

    FACT("13", "protections and flags that are none: 87");
    CHECK_EQ(refused(INVALID_HANDLE_VALUE, PAGE_READWRITE, 0), ERROR_INVALID_PARAMETER);
    CHECK_EQ(refused(INVALID_HANDLE_VALUE, PAGE_NOACCESS, 4096), ERROR_INVALID_PARAMETER);
    CHECK_EQ(refused(INVALID_HANDLE_VALUE, 0, 4096), ERROR_INVALID_PARAMETER);
    CHECK_EQ(refused(INVALID_HANDLE_VALUE, PAGE_READWRITE | SEC_NOCACHE, 4096),
             ERROR_INVALID_PARAMETER);
    CHECK_EQ(refused(INVALID_HANDLE_VALUE, PAGE_READWRITE | SEC_FILE, 4096),
             ERROR_INVALID_PARAMETER);
    CHECK_EQ(refused(INVALID_HANDLE_VALUE, PAGE_READWRITE | SEC_RESERVE | SEC_COMMIT, 4096),
             ERROR_INVALID_PARAMETER);
    CHECK_EQ(refused(INVALID_HANDLE_VALUE, PAGE_READWRITE | SEC_RESERVE | SEC_LARGE_PAGES, 4096),
             ERROR_INVALID_PARAMETER);
    CHECK_EQ(refused(INVALID_HANDLE_VALUE, PAGE_READWRITE | SEC_COMMIT | SEC_NOCACHE, 4096), 0);
    CHECK_EQ(refused(INVALID_HANDLE_VALUE, PAGE_READWRITE | SEC_RESERVE | SEC_WRITECOMBINE, 4096),
             0);
    CHECK_EQ(refused(file, PAGE_READWRITE | SEC_COMMIT | SEC_LARGE_PAGES, 4096),
             ERROR_INVALID_PARAMETER);
    CHECK_EQ(refused(file, PAGE_READWRITE | SEC_IMAGE | SEC_RESERVE, 4096),
             ERROR_INVALID_PARAMETER);

    FACT("13", "what is no file on a disk");
    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK_EQ(refused(event, PAGE_READWRITE, 4096), ERROR_INVALID_HANDLE);
    CHECK_EQ(view_refused(event, FILE_MAP_READ, 0, 0), ERROR_INVALID_HANDLE);
    CHECK_EQ(view_refused(NULL, FILE_MAP_READ, 0, 0), ERROR_INVALID_HANDLE);
    handle = check_open_folder(check_folder, 0);
    CHECK_EQ(refused(handle, PAGE_READONLY, 4096), ERROR_BAD_EXE_FORMAT);
    CHECK(CloseHandle(handle) && CloseHandle(event) && CloseHandle(file));
    CHECK(DeleteFileA(check_in("flags")));
}

static void sizes(void)
{
    HANDLE file = open_file("sized", GENERIC_READ | GENERIC_WRITE, CREATE_NEW), mapping;
    DWORD count;
    char *base, data[8];

    FACT("13", "an empty file has no mapping (1006), unless it may grow");
    CHECK_EQ(refused(file, PAGE_READWRITE, 0), ERROR_FILE_INVALID);
    CHECK_EQ(refused(file, PAGE_READONLY, 0), ERROR_FILE_INVALID);
    CHECK_EQ(refused(file, PAGE_READONLY, 100), ERROR_NOT_ENOUGH_MEMORY);
    CHECK_EQ(GetFileSize(file, NULL), 0);
    mapping = map(file, PAGE_READWRITE, GRANULE + 100);
    CHECK(mapping != NULL && GetFileSize(file, NULL) == GRANULE + 100);

    FACT("13", "what is written to a view is in the file, and the other way round");
    base = view(mapping, FILE_MAP_WRITE, GRANULE, 0);
    REQUIRE(base != NULL);
    memcpy(base, "mapped", 6);
    CHECK(FlushViewOfFile(base, 0));
    CHECK(FlushViewOfFile(base + 3, 10));
    SetFilePointer(file, GRANULE, NULL, FILE_BEGIN);
    CHECK(ReadFile(file, data, 6, &count, NULL) && count == 6 && !memcmp(data, "mapped", 6));
    CHECK(WriteFile(file, "both", 4, &count, NULL) && !memcmp(base + 6, "both", 4));

    FACT("13", "the place of a view is a multiple of 64 KiB (1132), and in the section (5)");
    CHECK_EQ(view_refused(mapping, FILE_MAP_READ, 4096, 0), ERROR_MAPPED_ALIGNMENT);
    CHECK_EQ(view_refused(mapping, FILE_MAP_READ, 2 * GRANULE, 0), ERROR_ACCESS_DENIED);
    CHECK_EQ(view_refused(mapping, FILE_MAP_READ, 0, 2 * GRANULE), ERROR_ACCESS_DENIED);
    CHECK_EQ(view_refused(mapping, FILE_MAP_READ, GRANULE, 100), 0);
    SetLastError(UNTOUCHED);
    CHECK(!MapViewOfFileEx(mapping, FILE_MAP_READ, 0, 0, 0, base));
    CHECK_EQ(GetLastError(), ERROR_INVALID_ADDRESS);
    SetLastError(UNTOUCHED);
    CHECK(!MapViewOfFileEx(mapping, FILE_MAP_READ, 0, 0, 0, base + 4096));
    CHECK_EQ(GetLastError(), ERROR_MAPPED_ALIGNMENT);
    SetLastError(UNTOUCHED);
    CHECK(!FlushViewOfFile(&file, 1) && GetLastError() == ERROR_INVALID_ADDRESS);

    FACT("13", "a file with a section cannot be cut off (1224)");
    CHECK(UnmapViewOfFile(base));
    SetFilePointer(file, 10, NULL, FILE_BEGIN);
    SetLastError(UNTOUCHED);
    CHECK(!SetEndOfFile(file) && GetLastError() == ERROR_USER_MAPPED_FILE);
    CHECK_EQ(GetFileSize(file, NULL), GRANULE + 100);
    SetLastError(UNTOUCHED);
    CHECK(open_file("sized", GENERIC_WRITE, TRUNCATE_EXISTING) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_USER_MAPPED_FILE);
    SetFilePointer(file, 2 * GRANULE, NULL, FILE_BEGIN);
    CHECK(SetEndOfFile(file));
    CHECK(CloseHandle(mapping));
    SetFilePointer(file, 10, NULL, FILE_BEGIN);
    CHECK(SetEndOfFile(file) && GetFileSize(file, NULL) == 10);
    CHECK(CloseHandle(file));
}

static void rights(void)
{
    HANDLE file = open_file("sized", GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING), mapping;
    char *base;

    FACT("13", "a view may no more than the section");
    mapping = map(file, PAGE_READWRITE, 0);
    CHECK_EQ(view_refused(mapping, FILE_MAP_READ, 0, 0), 0);
    CHECK_EQ(view_refused(mapping, FILE_MAP_WRITE, 0, 0), 0);
    CHECK_EQ(view_refused(mapping, FILE_MAP_COPY, 0, 0), 0);
    CHECK_EQ(view_refused(mapping, FILE_MAP_ALL_ACCESS, 0, 0), 0);
    CHECK_EQ(view_refused(mapping, 0, 0, 0), 0);
    CHECK(CloseHandle(mapping));
    mapping = map(file, PAGE_READONLY, 0);
    CHECK_EQ(view_refused(mapping, FILE_MAP_READ, 0, 0), 0);
    CHECK_EQ(view_refused(mapping, FILE_MAP_COPY, 0, 0), 0);
    CHECK_EQ(view_refused(mapping, FILE_MAP_WRITE, 0, 0), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(mapping));
    mapping = map(file, PAGE_WRITECOPY, 0);
    CHECK_EQ(view_refused(mapping, FILE_MAP_READ, 0, 0), 0);
    CHECK_EQ(view_refused(mapping, FILE_MAP_WRITE, 0, 0), ERROR_ACCESS_DENIED);
    base = view(mapping, FILE_MAP_COPY, 0, 0);
    base[0] = 'X';
    CHECK(UnmapViewOfFile(base));
    base = view(mapping, FILE_MAP_READ, 0, 0);
    CHECK(base[0] != 'X');
    CHECK(UnmapViewOfFile(base));
    CHECK(CloseHandle(mapping) && CloseHandle(file));

    FACT("13", "a section may no more than the file was opened for");
    file = open_file("sized", GENERIC_READ, OPEN_EXISTING);
    CHECK_EQ(refused(file, PAGE_READWRITE, 0), ERROR_ACCESS_DENIED);
    CHECK_EQ(refused(file, PAGE_WRITECOPY, 0), 0);
    CHECK_EQ(refused(file, PAGE_READONLY, 0), 0);
    CHECK(CloseHandle(file));
    file = open_file("sized", 0, OPEN_EXISTING);
    CHECK_EQ(refused(file, PAGE_WRITECOPY, 0), ERROR_ACCESS_DENIED);
    CHECK_EQ(refused(file, PAGE_READONLY, 0), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(file));
    CHECK(DeleteFileA(check_in("sized")));
}

static HANDLE named(DWORD size, const char *name)
{
    SetLastError(UNTOUCHED);
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, size, name);
}

static void names(void)
{
    HANDLE first = named(GRANULE, "Local\\lapwing mapping"), second, event;
    char *one, *two;

    FACT("13", "who asks for a name that is there gets the same section, of its size");
    CHECK(first != NULL && GetLastError() == 0);
    second = named(4 * GRANULE, "lapwing mapping");
    CHECK(second != NULL && GetLastError() == ERROR_ALREADY_EXISTS);
    one = view(first, FILE_MAP_WRITE, 0, 0);
    two = view(second, FILE_MAP_READ, 0, 0);
    one[7] = 'n';
    CHECK_EQ(two[7], 'n');
    CHECK_EQ(view_refused(second, FILE_MAP_READ, 0, 2 * GRANULE), ERROR_ACCESS_DENIED);
    CHECK(UnmapViewOfFile(two) && CloseHandle(second));
    second = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, "lapwing mapping");
    CHECK(second != NULL);
    CHECK(CloseHandle(second));
    second = OpenFileMappingW(FILE_MAP_READ, FALSE, L"lapwing mapping");
    CHECK(second != NULL);
    CHECK(CloseHandle(second));
    second = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096,
                                L"lapwing mapping");
    CHECK(second != NULL && GetLastError() == ERROR_ALREADY_EXISTS);
    CHECK(CloseHandle(second));

    FACT("13", "names have a case, and one type of object");
    SetLastError(UNTOUCHED);
    CHECK(!OpenFileMappingA(FILE_MAP_READ, FALSE, "LAPWING MAPPING"));
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    SetLastError(UNTOUCHED);
    CHECK(!OpenFileMappingA(FILE_MAP_READ, FALSE, NULL));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    SetLastError(UNTOUCHED);
    CHECK(!CreateEventA(NULL, TRUE, FALSE, "lapwing mapping"));
    CHECK_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    event = CreateEventA(NULL, TRUE, FALSE, "lapwing event");
    CHECK(!named(4096, "lapwing event") && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(event));
    CHECK(UnmapViewOfFile(one));
    CHECK(CloseHandle(first));
    CHECK(!OpenFileMappingA(FILE_MAP_READ, FALSE, "lapwing mapping"));
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
}

int main(void)
{
    check_make_folder();
    memory();
    flags();
    sizes();
    rights();
    names();
    check_remove_folder();
    return check_end();
}
