// FormatMessage: texts of errors, inserts, line widths, buffers.
#include <winsock2.h>
#include <windows.h>
#include <stdarg.h>
#include "check.h"

#define STRING FORMAT_MESSAGE_FROM_STRING
#define ARRAY (FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY)

static const char *format(DWORD flags, const char *text, DWORD_PTR *values)
{
    static char buffer[512];
    DWORD length;

    strcpy(buffer, "untouched");
    SetLastError(0);
    length = FormatMessageA(flags, text, 0, 0, buffer, sizeof buffer, (va_list *)values);
    if (!length && GetLastError())
        sprintf(buffer, "error %u", (unsigned)GetLastError());
    else if (length != strlen(buffer))
        strcpy(buffer, "the length is wrong");
    return buffer;
}

static const char *with_list(const char *text, ...)
{
    static char buffer[512];
    va_list list;

    va_start(list, text);
    if (!FormatMessageA(STRING, text, 0, 0, buffer, sizeof buffer, &list))
        strcpy(buffer, "failed");
    va_end(list);
    return buffer;
}

static void inserts(void)
{
    DWORD_PTR values[] = {(DWORD_PTR) "alpha", 42, (DWORD_PTR) "beta", (DWORD_PTR)-1};
    DWORD_PTR widths[] = {6, 2, (DWORD_PTR) "dup", (DWORD_PTR) "next"};

    FACT("D:FormatMessage", "inserts take their values by number");
    CHECK_STR(format(ARRAY, "%1 and %3", values), "alpha and beta");
    CHECK_STR(format(ARRAY, "%3, %1!s!, %2!d!", values), "beta, alpha, 42");
    CHECK_STR(format(ARRAY, "%2!05d!|%2!-5u!|%2!#x!|%2!X!", values), "00042|42   |0x2a|2A");
    CHECK_STR(format(ARRAY, "%4!d! %4!u! %4!I64d!", values), "-1 4294967295 -1");
    CHECK_STR(format(ARRAY, "[%1!7s!][%1!-7s!][%1!.2s!]", values), "[  alpha][alpha  ][al]");
    CHECK_STR(format(ARRAY, "100%% %2!c!", values), "100% *");
    CHECK_STR(format(ARRAY, "%1!*.*s!,%4", widths), "    du,next");
    CHECK_STR(with_list("%3 %1 %4!d! %2!d!", "first", 2, "third", 4), "third first 4 2");
    CHECK_STR(with_list("%1!d!%2!d!%3!d!%4!d!%5!d!%6!d!%7!d!", 1, 2, 3, 4, 5, 6, 7), "1234567");

    FACT("D:FormatMessage", "escapes, and inserts that stay");
    CHECK_STR(format(STRING, "one%ntwo%ttabs%r", NULL), "one\r\ntwo\ttabs\r");
    CHECK_STR(format(STRING, "end%0never", NULL), "end");
    CHECK_STR(format(STRING, "%.%!%%% b", NULL), ".!% b");
    CHECK_STR(format(STRING | FORMAT_MESSAGE_IGNORE_INSERTS, "%1 %2!d! %n%%", NULL),
              "%1 %2!d! \r\n%%");
    CHECK_STR(format(STRING, "%1", NULL), "error 87");
    CHECK_STR(format(STRING, "end%", NULL), "error 87");
}

static void alphabets(void)
{
    DWORD_PTR values[] = {(DWORD_PTR) "narrow", (DWORD_PTR)L"wide"};
    WCHAR wide[64];

    FACT("D:FormatMessage", "inserts of the other alphabet");
    CHECK_STR(format(ARRAY, "%1 %1!hs! [%2!S!] [%2!ls!]", values), "narrow narrow [wide] [wide]");
    CHECK_EQ(FormatMessageW(ARRAY, L"%2 %1!S! %1!hs!", 0, 0, wide, 64, (va_list *)values), 18);
    CHECK_EQ(wide[3], 'e');
    CHECK_EQ(wide[5], 'n');
    CHECK_EQ(wide[18], 0);
}

static void widths(void)
{
    FACT("D:FormatMessage", "a width breaks lines, 255 keeps them whole");
    CHECK_STR(format(STRING, "one two\r\nthree\nfour", NULL), "one two\r\nthree\r\nfour");
    CHECK_STR(format(STRING | 0xff, "one two\r\nthree%nfour", NULL), "one two three\r\nfour");
    CHECK_STR(format(STRING | 8, "one two three\r\nfour", NULL), "one two\r\nthree\r\nfour");
    CHECK_STR(format(STRING | 4, "abcdefghij", NULL), "abcd\r\nefgh\r\nij");
}

static void system_messages(void)
{
    static const DWORD codes[] = {0, 2, 5, 6, 87, 121, 258, 995, 996, 997, 998, 1450, 10004,
                                  10035, 10038, 10048, 10053, 10054, 10060, 10061, 10093, 11001};
    char buffer[512], *allocated = NULL;
    WCHAR wide[512];
    DWORD length;
    int missing = 0;

    FACT("features Q", "the codes have texts that end their line");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        length = FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                                codes[i], 0, buffer, sizeof buffer, NULL);
        if (length < 5 || strcmp(buffer + length - 2, "\r\n"))
            missing++;
    }
    CHECK_EQ(missing, 0);
    length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM, NULL, WSAECONNRESET, 0, wide, 512, NULL);
    CHECK(length > 5);
    CHECK_EQ(lstrlenW(wide), length);
    SetLastError(0);
    CHECK(!FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 0x12345678, 0, buffer, 512, NULL));
    CHECK_EQ(GetLastError(), ERROR_MR_MID_NOT_FOUND);
    SetLastError(0);
    CHECK(!FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 5, 0, buffer, 4, NULL));
    CHECK_EQ(GetLastError(), ERROR_INSUFFICIENT_BUFFER);

    FACT("D:FormatMessage", "an allocated buffer is freed by LocalFree");
    length = FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_ALLOCATE_BUFFER, NULL, 5,
                            MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), (char *)&allocated, 0,
                            NULL);
    REQUIRE(length && allocated);
    CHECK_EQ(strlen(allocated), length);
    CHECK(LocalFree(allocated) == NULL);
}

int main(void)
{
    inserts();
    alphabets();
    widths();
    system_messages();
    return check_end();
}
