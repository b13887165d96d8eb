// test: native the filters are programs of Linux'
/* Semantics 12.5, 13.6: programs of Linux' as filters of a Windows program: sort and gzip, by
 * anonymous pipes.  Every byte is counted and checked.  filter_long.c does the same with 1 GB. */
#include <windows.h>
#include "check.h"
#include "check_process.h"

#ifndef FILTER_BYTES
# define FILTER_BYTES (8ll << 20)
# define FILTER_LINES 100000
#endif

enum { LINE = 32, PART = 1 << 16 };

/* Line `number` of the text: always the same, and of LINE bytes. */
static void put_line(char *place, unsigned long long number)
{
    unsigned long long mixed = number * 6364136223846793005ull + 1442695040888963407ull;
    int at;
    mixed ^= mixed >> 33;
    for (at = 0; at < 16; at++) place[at] = "0123456789abcdef"[mixed >> (60 - 4 * at) & 15];
    for (at = 16; at < LINE - 1; at++) place[at] = (char)('0' + (number >> (at - 16)) % 2);
    place[LINE - 1] = '\n';
}

static HANDLE to_filter;
static void (*generate)(char *, unsigned long long);
static unsigned long long lines_to_write;

static DWORD WINAPI feed(LPVOID unused)
{
    static char part[PART];
    unsigned long long number = 0;
    DWORD count, at;
    (void)unused;
    while (number < lines_to_write) {
        for (at = 0; at < PART && number < lines_to_write; at += LINE)
            generate(part + at, number++);
        if (!WriteFile(to_filter, part, at, &count, NULL) || count != at) return 1;
    }
    return CloseHandle(to_filter) ? 0 : 2;
}

/* A pipe of which a child gets one end: which is 0 for the reading end, or 1. */
static void pipe_for_child(HANDLE *ends, int which)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    REQUIRE(CreatePipe(&ends[0], &ends[1], &inherited, 0));
    CHECK(SetHandleInformation(ends[!which], HANDLE_FLAG_INHERIT, 0));
}

static HANDLE start(const char *command, HANDLE input, HANDLE output)
{
    STARTUPINFOA startup;
    PROCESS_INFORMATION child;
    char line[64];

    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = input;
    startup.hStdOutput = output;
    startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    strcpy(line, command);
    REQUIRE(CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child));
    CHECK(CloseHandle(child.hThread));
    /* The child has them now; were they open here too, nobody would see the end. */
    CHECK(CloseHandle(input) && CloseHandle(output));
    return child.hProcess;
}

static void check_ended(HANDLE process)
{
    DWORD code = 77;
    CHECK_EQ(WaitForSingleObject(process, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process, &code));
    CHECK_EQ(code, 0);
    CHECK(CloseHandle(process));
}

/* Reads everything; each line must be the one that `expect` gives.  Returns how many were right. */
static unsigned long long check_lines(HANDLE from, void (*expect)(char *, unsigned long long),
                                      unsigned long long *bytes)
{
    static char part[PART], line[LINE];
    unsigned long long number = 0, good = 0;
    DWORD count, kept = 0, at;

    *bytes = 0;
    while (ReadFile(from, part + kept, PART - kept, &count, NULL)) {
        *bytes += count;
        kept += count;
        for (at = 0; at + LINE <= kept; at += LINE) {
            expect(line, number++);
            good += memcmp(line, part + at, LINE) == 0;
        }
        memmove(part, part + at, kept - at);
        kept -= at;
    }
    CHECK_EQ(GetLastError(), ERROR_BROKEN_PIPE);
    CHECK_EQ(kept, 0);
    CHECK(CloseHandle(from));
    return good;
}

static void through_gzip(void)
{
    HANDLE first[2], between[2], last[2], packs, unpacks, thread;
    unsigned long long bytes, good;
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    DWORD code = 77;

    FACT("12.5", "gzip packs what a second gzip unpacks: every byte comes back, in its place");
    pipe_for_child(first, 0);
    REQUIRE(CreatePipe(&between[0], &between[1], &inherited, 0));
    CHECK(SetHandleInformation(between[0], HANDLE_FLAG_INHERIT, 0));
    packs = start("gzip.exe -1 -c", first[0], between[1]);
    CHECK(SetHandleInformation(between[0], HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    pipe_for_child(last, 1);
    unpacks = start("gzip -d -c", between[0], last[1]);
    to_filter = first[1];
    generate = put_line;
    lines_to_write = FILTER_BYTES / LINE;
    thread = CreateThread(NULL, 0, feed, NULL, 0, NULL);
    good = check_lines(last[0], put_line, &bytes);
    CHECK(bytes == FILTER_BYTES);
    CHECK(good == FILTER_BYTES / LINE);
    CHECK_EQ(WaitForSingleObject(thread, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 0);
    CHECK(CloseHandle(thread));
    check_ended(packs);
    check_ended(unpacks);
}

/* The numbers from 0 on, and the same in another order: 7919 is prime to FILTER_LINES. */
static void put_number(char *place, unsigned long long number)
{
    char line[LINE + 1];
    snprintf(line, sizeof line, "%031llu\n", number);
    memcpy(place, line, LINE);
}

static void put_shuffled(char *place, unsigned long long number)
{
    put_number(place, number * 7919 % FILTER_LINES);
}

static void through_sort(void)
{
    HANDLE first[2], last[2], sorts, thread;
    unsigned long long bytes, good;
    DWORD code = 77;

    FACT("12.5", "sort gives back every line once, in order");
    pipe_for_child(first, 0);
    pipe_for_child(last, 1);
    sorts = start("sort", first[0], last[1]);
    to_filter = first[1];
    generate = put_shuffled;
    lines_to_write = FILTER_LINES;
    thread = CreateThread(NULL, 0, feed, NULL, 0, NULL);
    good = check_lines(last[0], put_number, &bytes);
    CHECK(bytes == (unsigned long long)FILTER_LINES * LINE);
    CHECK(good == FILTER_LINES);
    CHECK_EQ(WaitForSingleObject(thread, CHECK_LONG_MS), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, 0);
    CHECK(CloseHandle(thread));
    check_ended(sorts);
}

int main(void)
{
    through_sort();
    through_gzip();
    return check_end();
}
