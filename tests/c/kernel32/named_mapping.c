// Sections of a parent and its child: by name and by inherited handle, of memory and of a file.
#include <windows.h>
#include "check_process.h"

#define LENGTH 0x30000

static const char *name_of(const char *what, DWORD process)
{
    static char name[100];
    snprintf(name, sizeof name, "lapwing-%s-%lu", what, (unsigned long)process);
    return name;
}

static DWORD runs(const char *what, HANDLE handle, BOOL inherit)
{
    char arguments[100];
    PROCESS_INFORMATION child;
    snprintf(arguments, sizeof arguments, "%s %lu %lu", what, (unsigned long)GetCurrentProcessId(),
             (unsigned long)(ULONG_PTR)handle);
    if (!check_start(arguments, inherit, 0, NULL, &child))
        return 0xF0000000 | GetLastError();
    return check_end_of(&child);
}

/* Reads what the parent has written and answers behind it. */
static int answers(HANDLE section)
{
    char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    if (!view)
        return 10;
    if (MapViewOfFile(section, FILE_MAP_READ, 0, 0, LENGTH + 0x10000))
        return 11;
    if (strcmp(view, "parent") != 0 || view[LENGTH - 1] != 'e')
        return 12;
    strcpy(view + 100, "child");
    char *later = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0x10000, 0x10000);
    if (!later)
        return 13;
    later[5] = 'l';
    return 0;
}

static HANDLE opened(DWORD parent, DWORD disposition)
{
    char path[MAX_PATH + 100];
    GetTempPathA(MAX_PATH, path);
    strcat(path, name_of("cut", parent));
    return CreateFileA(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       disposition, FILE_ATTRIBUTE_NORMAL, NULL);
}

/* The file of this process's parent ends here from now on; or why not. */
static int cut(DWORD parent, LONG size)
{
    HANDLE handle = opened(parent, OPEN_EXISTING);
    if (SetFilePointer(handle, size, NULL, FILE_BEGIN) != (DWORD)size)
        return 1;
    int error = SetEndOfFile(handle) ? 0 : (int)GetLastError();
    CloseHandle(handle);
    return error;
}

static int child(const char *what, DWORD parent, HANDLE handle)
{
    HANDLE section;
    if (strcmp(what, "inherits") == 0)
        return answers(handle);
    if (strcmp(what, "opens") == 0) {
        section = OpenFileMappingA(FILE_MAP_WRITE, FALSE, name_of("section", parent));
        return section ? answers(section) : 1;
    }
    if (strcmp(what, "creates") == 0) {
        section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 2 * LENGTH,
                                     name_of("section", parent));
        if (!section || GetLastError() != ERROR_ALREADY_EXISTS)
            return 1;
        return answers(section);
    }
    if (strcmp(what, "reads") == 0) {
        section = OpenFileMappingA(FILE_MAP_READ, FALSE, name_of("readable", parent));
        if (!section)
            return 1;
        if (MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0) || GetLastError() != 5)
            return 2;
        char *view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
        return view && strcmp(view, "parent") == 0 ? 0 : 3;
    }
    if (strcmp(what, "cuts") == 0)
        return cut(parent, 100);
    if (strcmp(what, "grows") == 0)
        return cut(parent, 9000);
    if (strcmp(what, "misses") == 0) {
        section = OpenFileMappingA(FILE_MAP_READ, FALSE, name_of("section", parent));
        return !section && GetLastError() == ERROR_FILE_NOT_FOUND ? 0 : 1;
    }
    if (strcmp(what, "mistakes") == 0) {
        HANDLE event = CreateEventA(NULL, FALSE, FALSE, name_of("section", parent));
        return !event && GetLastError() == ERROR_INVALID_HANDLE ? 0 : 1;
    }
    return 99;
}

/* Writes, lets a child do something, and looks for its answer. */
static void converses(HANDLE section, const char *what, BOOL inherit)
{
    char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    REQUIRE(view != NULL);
    strcpy(view, "parent");
    view[100] = view[0x10005] = 0;
    view[LENGTH - 1] = 'e';
    CHECK_EQ(runs(what, section, inherit), 0);
    CHECK_STR(view + 100, "child");
    CHECK_EQ(view[0x10005], 'l');
    UnmapViewOfFile(view);
}

static HANDLE memory(SECURITY_ATTRIBUTES *attributes, const char *name)
{
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, attributes, PAGE_READWRITE, 0, LENGTH,
                                        name);
    REQUIRE(section != NULL);
    return section;
}

static HANDLE file(char path[MAX_PATH])
{
    char folder[MAX_PATH];
    REQUIRE(GetTempPathA(sizeof folder, folder) && GetTempFileNameA(folder, "lap", 0, path));
    HANDLE handle = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                                FILE_ATTRIBUTE_NORMAL, NULL);
    BOOL opened = handle != INVALID_HANDLE_VALUE;
    REQUIRE(opened);
    return handle;
}

int main(int count, char **arguments)
{
    DWORD own = GetCurrentProcessId();
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    if (count == 4)
        return child(arguments[1], strtoul(arguments[2], NULL, 10),
                     (HANDLE)(ULONG_PTR)strtoul(arguments[3], NULL, 10));

    FACT("13", "a section of memory is found by its name and has its own size");
    HANDLE section = memory(NULL, name_of("section", own));
    converses(section, "opens", FALSE);
    converses(section, "creates", FALSE);
    CHECK_EQ(runs("mistakes", NULL, FALSE), 0);

    FACT("13", "its name goes with the last handle, its memory with the last view");
    char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    CHECK(CloseHandle(section));
    CHECK_EQ(runs("misses", NULL, FALSE), 0);
    CHECK_STR(view, "parent");
    section = memory(NULL, name_of("section", own));
    char *fresh = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    CHECK_STR(fresh, "");
    UnmapViewOfFile(view);
    UnmapViewOfFile(fresh);
    CloseHandle(section);

    FACT("13.6", "a child inherits a section with and without a name");
    section = memory(&inherited, NULL);
    converses(section, "inherits", TRUE);
    CloseHandle(section);
    section = memory(&inherited, name_of("heritage", own));
    converses(section, "inherits", TRUE);
    CloseHandle(section);

    FACT("13", "a section of a file is found by its name");
    char path[MAX_PATH];
    HANDLE open = file(path);
    section = CreateFileMappingA(open, NULL, PAGE_READWRITE, 0, LENGTH, name_of("section", own));
    REQUIRE(section != NULL);
    converses(section, "opens", FALSE);

    FACT("13", "what views may do is the section's for everybody");
    HANDLE readable = CreateFileMappingA(open, NULL, PAGE_READONLY, 0, 0, name_of("readable", own));
    CHECK(readable != NULL);
    CHECK_EQ(runs("reads", NULL, FALSE), 0);
    CloseHandle(readable);
    CloseHandle(section);
    CloseHandle(open);
    CHECK(DeleteFileA(path));

    FACT("13", "a section keeps its file from being cut off by another process");
    HANDLE cuttable = opened(own, CREATE_ALWAYS);
    section = CreateFileMappingA(cuttable, NULL, PAGE_READWRITE, 0, 8000, NULL);
    REQUIRE(section != NULL);
    CHECK_EQ(runs("cuts", NULL, FALSE), ERROR_USER_MAPPED_FILE);
    CHECK_EQ(runs("grows", NULL, FALSE), 0);
    CHECK_EQ(GetFileSize(cuttable, NULL), 9000);
    view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    CloseHandle(section);
    CHECK_EQ(runs("cuts", NULL, FALSE), ERROR_USER_MAPPED_FILE);
    UnmapViewOfFile(view);
    CHECK_EQ(runs("cuts", NULL, FALSE), 0);
    CHECK_EQ(GetFileSize(cuttable, NULL), 100);
    CloseHandle(cuttable);
    char doomed[MAX_PATH + 100];
    GetTempPathA(MAX_PATH, doomed);
    strcat(doomed, name_of("cut", own));
    DeleteFileA(doomed);
    return check_end();
}
