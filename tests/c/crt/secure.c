/* The checked functions of Microsoft's C run-time, those ending in _s.
 * Where Microsoft's would end the program, unless it has a handler of its own, Lapwing's return
 * the code that the handler's program sees. */
#include <windows.h>
#include <errno.h>
#include <time.h>
#include <wchar.h>
#include "check.h"

static void copies(void)
{
    char text[8];
    wchar_t wide[4];

    FACT("14", "strcpy_s, strcat_s, strncpy_s: too small is ERANGE and an empty text");
    CHECK_EQ(strcpy_s(text, 8, "abc"), 0);
    CHECK_EQ(strcat_s(text, 8, "defg"), 0);
    CHECK_STR(text, "abcdefg");
    CHECK_EQ(strcat_s(text, 8, "h"), ERANGE);
    CHECK_STR(text, "");
    CHECK_EQ(strcpy_s(text, 3, "abc"), ERANGE);
    CHECK_EQ(strncpy_s(text, 8, "abcdef", 3), 0);
    CHECK_STR(text, "abc");
    CHECK_EQ(strncpy_s(text, 4, "abcdef", _TRUNCATE), STRUNCATE);
    CHECK_STR(text, "abc");
    CHECK_EQ(strncat_s(text, 8, "defgh", 2), 0);
    CHECK_STR(text, "abcde");
    CHECK_EQ(strncat_s(text, 8, "fghij", _TRUNCATE), STRUNCATE);
    CHECK_STR(text, "abcdefg");
    CHECK_EQ(wcscpy_s(wide, 4, L"abcd"), ERANGE);
    CHECK_EQ(wcscpy_s(wide, 4, L"abc"), 0);
    CHECK_EQ(wcsncpy_s(wide, 4, L"xyzw", _TRUNCATE), STRUNCATE);
    CHECK(wcscmp(wide, L"xyz") == 0);
    CHECK_EQ(memcpy_s(text, 2, "abc", 3), ERANGE);
    CHECK_EQ(text[0], 0);
}

static void formats(void)
{
    char text[6];
    wchar_t wide[6];

    FACT("14", "sprintf_s refuses, _snprintf_s cuts short where it is told");
    CHECK_EQ(sprintf_s(text, 6, "%d", 12345), 5);
    CHECK_EQ(sprintf_s(text, 6, "%d", 123456), -1);
    CHECK_EQ(_snprintf_s(text, 6, 3, "%s", "abcdef"), -1);
    CHECK_STR(text, "abc");
    CHECK_EQ(_snprintf_s(text, 6, _TRUNCATE, "%s", "abcdefgh"), -1);
    CHECK_STR(text, "abcde");
    CHECK_EQ(_snprintf_s(text, 6, _TRUNCATE, "%s", "abc"), 3);
    CHECK_EQ(_snwprintf_s(wide, 6, _TRUNCATE, L"%s", L"abcdefgh"), -1);
    CHECK(wcscmp(wide, L"abcde") == 0);
    CHECK_EQ(swprintf_s(wide, 6, L"%d%s", 1, L"ab"), 3);
    CHECK(wcscmp(wide, L"1ab") == 0);
}

static void scans(void)
{
    char word[4], rest[8], set[4];
    int number = 0, other = 0, at = 0;
    long long large = 0;

    FACT("14", "sscanf_s takes the size behind the address of a text");
    CHECK_EQ(sscanf_s("12 abc x", "%d %s %c", &number, word, 4u, rest, 1u), 3);
    CHECK(number == 12 && strcmp(word, "abc") == 0 && rest[0] == 'x');
    CHECK_EQ(sscanf_s("7 abcd", "%d %s", &number, word, 4u), 1);
    CHECK_STR(word, "");
    CHECK_EQ(sscanf_s("ab12,34", "%[a-z]%d,%x", set, 4u, &number, &other), 3);
    CHECK(strcmp(set, "ab") == 0 && number == 12 && other == 0x34);
    CHECK_EQ(sscanf_s("abcdef", "%2s%*c%3s", word, 4u, rest, 8u), 2);
    CHECK(strcmp(word, "ab") == 0 && strcmp(rest, "def") == 0);
    CHECK_EQ(sscanf_s("5000000000", "%lld", &large), 1);
    CHECK(large == 5000000000LL);
    CHECK_EQ(sscanf_s("50% 7", "%d%% %d%n", &number, &other, &at), 2);
    CHECK(number == 50 && other == 7 && at == 5);
    CHECK_EQ(sscanf_s("", "%d", &number), EOF);
    CHECK_EQ(sscanf_s("x", "%d", &number), 0);
}

static void numbers(void)
{
    char text[8];
    unsigned first = 0, second = 0, tries;

    FACT("14", "_itoa_s and its like");
    CHECK_EQ(_itoa_s(-12, text, 8, 10), 0);
    CHECK_STR(text, "-12");
    CHECK_EQ(_itoa_s(255, text, 8, 16), 0);
    CHECK_STR(text, "ff");
    CHECK_EQ(_itoa_s(12345678, text, 8, 10), ERANGE);
    CHECK_STR(text, "");
    CHECK_EQ(_i64toa_s(-5LL, text, 8, 10), 0);
    CHECK_STR(text, "-5");
    FACT("14", "rand_s gives other numbers every time");
    for (tries = 0; tries < 4 && first == second; tries++) {
        if (rand_s(&first) || rand_s(&second)) break;
    }
    CHECK(first != second);
    CHECK_EQ(rand_s(NULL), EINVAL);
}

static void times(void)
{
    time_t day = 86400;
    struct tm parts;
    char text[26];

    FACT("14", "localtime_s and gmtime_s take the result first");
    CHECK_EQ(gmtime_s(&parts, &day), 0);
    CHECK(parts.tm_year == 70 && parts.tm_mon == 0 && parts.tm_mday == 2);
    CHECK_EQ(localtime_s(&parts, &day), 0);
    CHECK_EQ(gmtime_s(&parts, NULL), EINVAL);
    CHECK_EQ(_gmtime64_s(&parts, (__time64_t[]){86400}), 0);
    CHECK_EQ(parts.tm_mday, 2);
    CHECK_EQ(asctime_s(text, sizeof text, &parts), 0);
    CHECK_EQ(strlen(text), 25);
    CHECK_EQ(_mkgmtime(&parts), day);
}

static void files(void)
{
    FILE *file = (FILE *)1;

    FACT("14", "fopen_s: errno's number, and no stream");
    CHECK_EQ(fopen_s(&file, "no such folder/x", "r"), ENOENT);
    CHECK(file == NULL);
    CHECK_EQ(fopen_s(NULL, "x", "r"), EINVAL);
    FACT("14", "strerror_s, getenv_s");
    {
        char text[64];
        size_t length = 7;
        CHECK_EQ(strerror_s(text, sizeof text, ENOENT), 0);
        CHECK(strlen(text) > 5);
        getenv_s(&length, text, sizeof text, "NO_SUCH_VARIABLE");
        CHECK_EQ(length, 0);
        CHECK_EQ(_putenv_s("LAPWING_TEST", "abc"), 0);
        CHECK_EQ(getenv_s(&length, text, sizeof text, "LAPWING_TEST"), 0);
        CHECK(length == 4 && strcmp(text, "abc") == 0);
    }
}

int main(void)
{
    copies();
    formats();
    scans();
    numbers();
    times();
    files();
    return check_end();
}
