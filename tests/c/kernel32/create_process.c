/* Semantics 13.6 (T:process): CreateProcess: the program's name, its command line, its folder, its
 * environment, what its STARTUPINFO says, and what is refused. */
#include <windows.h>
#include <shellapi.h>
#include "check.h"
#include "check_process.h"

static STARTUPINFOA startup;
static PROCESS_INFORMATION child;

/* A child that says with its code whether everything is as it should be. */
static int is_as_told(int count, char **words)
{
    const char *line = GetCommandLineA();
    STARTUPINFOA own;
    char text[64];

    if (strcmp(words[1], "words") == 0) {
        /* "a\"b\\" c\" d """" "" */
        if (count != 7) return 100 + count;
        if (strcmp(words[2], "a\"b\\") || strcmp(words[3], "c\"")) return 2;
        if (strcmp(words[4], "d") || strcmp(words[5], "\"") || words[6][0]) return 3;
        return strstr(line, " words \"a\\\"b\\\\\" c\\\" d \"\"\"\" \"\"") ? 42 : 4;
    }
    if (strcmp(words[1], "line") == 0) return strcmp(line, "dummy line  x") ? 1 : 42;
    if (strcmp(words[1], "startup") == 0) {
        GetStartupInfoA(&own);
        if (own.cb != sizeof own || own.dwFlags != STARTF_USESHOWWINDOW) return 1;
        if (own.dwX != 0x34343434 || own.dwY != 0x45454545 || own.dwXSize != 0x56565656) return 2;
        if (own.dwYSize != 0x67676767 || own.dwXCountChars != 0x12121212) return 3;
        if (own.dwYCountChars != 0x23232323 || own.dwFillAttribute != 0xA55A) return 4;
        if (own.wShowWindow != 5 || strcmp(own.lpTitle, "I'm the title")) return 5;
        return own.cbReserved2 == 0 ? 42 : 6;
    }
    if (strcmp(words[1], "narrow") == 0) {
        if (GetEnvironmentVariableA("Other_Lapwing", text, sizeof text)) return 1;
        if (!GetEnvironmentVariableA("Lapwing_Test", text, sizeof text)) return 2;
        return strcmp(text, "word") ? 3 : 42;
    }
    if (strcmp(words[1], "environment") == 0) {
        if (GetEnvironmentVariableA("LAPWING_START", text, sizeof text)) return 1;
        if (GetEnvironmentVariableA("Other_Lapwing", text, sizeof text)) return 2;
        WCHAR wide[64];
        if (!GetEnvironmentVariableW(L"Lapwing_Wide", wide, 64) || wide[1] != 0xF6) return 3;
        if (!GetEnvironmentVariableA("Lapwing_Test", text, sizeof text)) return 4;
        return strcmp(text, "word") ? 5 : 42;
    }
    if (strcmp(words[1], "inherited") == 0) {
        if (!GetEnvironmentVariableA("Other_Lapwing", text, sizeof text)) return 1;
        return strcmp(text, "x=y") ? 2 : 42;
    }
    return 99;
}

static DWORD run(const char *application, char *line, DWORD flags, void *environment,
                 const char *folder)
{
    memset(&child, 0xA, sizeof child);
    if (!CreateProcessA(application, line, NULL, NULL, FALSE, flags, environment, folder, &startup,
                        &child))
        return 0x10000 + GetLastError();
    return check_end_of(&child);
}

static void lines(void)
{
    char own[MAX_PATH], line[MAX_PATH * 3];

    FACT("13", "the command line arrives as it was given, and main has its words");
    snprintf(line, sizeof line, "%s words \"a\\\"b\\\\\" c\\\" d \"\"\"\" \"\"", check_own_name());
    CHECK_EQ(run(NULL, line, 0, NULL, NULL), 42);

    FACT("13", "the application's name says what runs, and the line need not name it");
    GetModuleFileNameA(NULL, own, sizeof own);
    strcpy(line, "dummy line  x");
    CHECK_EQ(run(own, line, 0, NULL, NULL), 42);
    CHECK_STR(line, "dummy line  x");

    FACT("13", "CreateProcessW does the same in wide characters");
    {
        WCHAR wide[MAX_PATH * 3], wide_own[MAX_PATH];
        STARTUPINFOW info;
        memset(&info, 0, sizeof info);
        info.cb = sizeof info;
        CHECK(GetModuleFileNameW(NULL, wide_own, MAX_PATH) > 0);
        MultiByteToWideChar(CP_UTF8, 0, line, -1, wide, MAX_PATH * 3);
        CHECK(CreateProcessW(wide_own, wide, NULL, NULL, FALSE, 0, NULL, NULL, &info, &child));
        CHECK_EQ(check_end_of(&child), 42);
    }

    FACT("13", "a STARTUPINFO arrives with its numbers and texts");
    startup.dwFlags = STARTF_USESHOWWINDOW;
    startup.wShowWindow = 5;
    startup.lpTitle = (char *)"I'm the title";
    startup.dwX = 0x34343434, startup.dwY = 0x45454545;
    startup.dwXSize = 0x56565656, startup.dwYSize = 0x67676767;
    startup.dwXCountChars = 0x12121212, startup.dwYCountChars = 0x23232323;
    startup.dwFillAttribute = 0xA55A;
    snprintf(line, sizeof line, "%s startup", check_own_name());
    CHECK_EQ(run(NULL, line, 0, NULL, NULL), 42);
    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
}

static void environments(void)
{
    char line[MAX_PATH * 3], block[4096];
    WCHAR wide[4096];
    const char *kept[] = {"SystemRoot", "PATH", "LD_LIBRARY_PATH", "WINEPREFIX", "HOME"};
    size_t at = 0, i;
    DWORD size;

    FACT("13", "without a block the child has the parent's variables");
    CHECK(SetEnvironmentVariableA("Other_Lapwing", "x=y"));
    snprintf(line, sizeof line, "%s inherited", check_own_name());
    CHECK_EQ(run(NULL, line, 0, NULL, NULL), 42);

    FACT("13", "with a block, narrow or wide, only those of the block, sorted or not");
    at += (size_t)sprintf(block + at, "=C:=C:\\FOO") + 1;
    at += (size_t)sprintf(block + at, "Lapwing_Wide=w\xC3\xB6rd") + 1;
    at += (size_t)sprintf(block + at, "Lapwing_Test=word") + 1;
    for (i = 0; i < sizeof kept / sizeof *kept; i++) {
        size = (DWORD)sprintf(block + at, "%s=", kept[i]);
        if (GetEnvironmentVariableA(kept[i], block + at + size, 2048 - (DWORD)at))
            at += strlen(block + at) + 1;
    }
    block[at++] = 0;
    snprintf(line, sizeof line, "%s environment", check_own_name());
    MultiByteToWideChar(CP_UTF8, 0, block, (int)at, wide, 4096);
    CHECK_EQ(run(NULL, line, CREATE_UNICODE_ENVIRONMENT, wide, NULL), 42);
    snprintf(line, sizeof line, "%s narrow", check_own_name());
    CHECK_EQ(run(NULL, line, 0, block, NULL), 42);
    CHECK(SetEnvironmentVariableA("Other_Lapwing", NULL));
}

static void refusals(void)
{
    char line[70000], folder[MAX_PATH];
    HANDLE file;
    DWORD count;

    FACT("13", "a program that is not there: 2, in a folder that is not there: 3");
    strcpy(line, "doesnotexist.exe");
    CHECK_EQ(run(line, NULL, 0, NULL, NULL), 0x10000 + ERROR_FILE_NOT_FOUND);
    CHECK_EQ(run(NULL, line, 0, NULL, NULL), 0x10000 + ERROR_FILE_NOT_FOUND);
    strcpy(line, "does not exist.exe");
    CHECK_EQ(run(NULL, line, 0, NULL, NULL), 0x10000 + ERROR_FILE_NOT_FOUND);
    CHECK_EQ(run("C:\\no such folder\\program.exe", NULL, 0, NULL, NULL),
             0x10000 + ERROR_PATH_NOT_FOUND);
    CHECK_EQ(run("", NULL, 0, NULL, NULL), 0x10000 + ERROR_PATH_NOT_FOUND);
    CHECK(!child.hProcess && !child.hThread && !child.dwProcessId && !child.dwThreadId);
    line[0] = 0;
    CHECK_EQ(run(NULL, line, 0, NULL, NULL), 0x10000 + ERROR_FILE_NOT_FOUND);

    FACT("13", "a folder to begin in that is not there: 267");
    snprintf(line, sizeof line, "%s words", check_own_name());
    CHECK_EQ(run(NULL, line, 0, NULL, "non\\existent\\folder"), 0x10000 + ERROR_DIRECTORY);

    FACT("13", "a file that is no program: 193; a folder: 5");
    GetTempPathA(sizeof folder, folder);
    CHECK_EQ(run(folder, NULL, 0, NULL, NULL), 0x10000 + ERROR_ACCESS_DENIED);
    REQUIRE(GetTempFileNameA(folder, "lap", 0, line) != 0);
    file = CreateFileA(line, GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(WriteFile(file, "Just a text, and long enough for a header that is none of a program's.",
                    70, &count, NULL));
    CHECK(CloseHandle(file));
    CHECK_EQ(run(line, NULL, 0, NULL, NULL), 0x10000 + ERROR_BAD_EXE_FORMAT);
    CHECK(DeleteFileA(line));

    FACT("13", "a command line of 32767 characters: 206; flags that contradict each other: 87");
    memset(line, 'x', sizeof line);
    line[32767] = 0;
    CHECK_EQ(run(NULL, line, 0, NULL, NULL), 0x10000 + ERROR_FILENAME_EXCED_RANGE);
    snprintf(line, sizeof line, "%s words", check_own_name());
    CHECK_EQ(run(NULL, line, DETACHED_PROCESS | CREATE_NEW_CONSOLE, NULL, NULL),
             0x10000 + ERROR_INVALID_PARAMETER);
}

static void flags(void)
{
    char line[MAX_PATH * 3];

    FACT("13", "groups, consoles and classes change nothing for such a child");
    strcpy(line, "dummy line  x");
    {
        DWORD all[] = {CREATE_NEW_PROCESS_GROUP, DETACHED_PROCESS, CREATE_NO_WINDOW,
                       IDLE_PRIORITY_CLASS, BELOW_NORMAL_PRIORITY_CLASS, NORMAL_PRIORITY_CLASS,
                       CREATE_DEFAULT_ERROR_MODE};
        size_t i;
        char own[MAX_PATH];
        GetModuleFileNameA(NULL, own, sizeof own);
        for (i = 0; i < sizeof all / sizeof *all; i++)
            CHECK_EQ(run(own, line, all[i], NULL, NULL), 42);
    }
}

int main(int count, char **words)
{
    if (count > 1) return is_as_told(count, words);
    startup.cb = sizeof startup;
    lines();
    environments();
    refusals();
    flags();
    return check_end();
}
