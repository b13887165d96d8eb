/* strsafe.h: what fits, what is cut short, what is refused. */
#include <windows.h>
#include <strsafe.h>
#include "check.h"

static void copying(void)
{
    char text[6];
    wchar_t wide[6];

    FACT("14", "StringCchCopy: a text that does not fit is cut short and ends");
    CHECK_EQ(StringCchCopyA(text, 6, "five5"), S_OK);
    CHECK_STR(text, "five5");
    CHECK_EQ(StringCchCopyA(text, 6, "sixsix"), STRSAFE_E_INSUFFICIENT_BUFFER);
    CHECK_STR(text, "sixsi");
    CHECK_EQ(StringCchCopyA(text, 0, "x"), STRSAFE_E_INVALID_PARAMETER);
    CHECK_STR(text, "sixsi");
    CHECK_EQ(StringCchCopyA(text, (size_t)STRSAFE_MAX_CCH + 1, "x"), STRSAFE_E_INVALID_PARAMETER);
    CHECK_EQ(StringCchCopyW(wide, 6, L"sixsix"), STRSAFE_E_INSUFFICIENT_BUFFER);
    CHECK(wcscmp(wide, L"sixsi") == 0);
    CHECK_EQ(StringCbCopyW(wide, sizeof wide, L"five5"), S_OK);
    CHECK(wcscmp(wide, L"five5") == 0);

    FACT("14", "StringCchCopyN copies at most so many characters");
    CHECK_EQ(StringCchCopyNA(text, 6, "abcdefgh", 3), S_OK);
    CHECK_STR(text, "abc");
    CHECK_EQ(StringCchCopyNA(text, 6, "abcdefgh", 6), STRSAFE_E_INSUFFICIENT_BUFFER);
    CHECK_STR(text, "abcde");
    CHECK_EQ(StringCchCopyN(text, 6, "ab", 6), S_OK);
}

static void joining(void)
{
    char text[6] = "ab";

    FACT("14", "StringCchCat: a destination without an end is refused");
    CHECK_EQ(StringCchCatA(text, 6, "cd"), S_OK);
    CHECK_EQ(StringCchCatA(text, 6, "efg"), STRSAFE_E_INSUFFICIENT_BUFFER);
    CHECK_STR(text, "abcde");
    memset(text, 'x', sizeof text);
    CHECK_EQ(StringCchCatA(text, 6, "y"), STRSAFE_E_INVALID_PARAMETER);
    CHECK_EQ(StringCchCopyA(text, 6, "a"), S_OK);
    CHECK_EQ(StringCchCatNA(text, 6, "bcdef", 2), S_OK);
    CHECK_STR(text, "abc");
    CHECK_EQ(StringCbCatA(text, 6, "de"), S_OK);
}

static void formats(void)
{
    char text[8];
    wchar_t wide[16];

    FACT("14", "StringCchPrintf; %s is wide text in the wide function");
    CHECK_EQ(StringCchPrintfA(text, 8, "%d-%s", 12, "abc"), S_OK);
    CHECK_STR(text, "12-abc");
    CHECK_EQ(StringCchPrintfA(text, 8, "%d-%s", 12, "abcdefg"), STRSAFE_E_INSUFFICIENT_BUFFER);
    CHECK_STR(text, "12-abcd");
    CHECK_EQ(StringCchPrintfW(wide, 16, L"%d-%s-%S", 12, L"abc", "def"), S_OK);
    CHECK(wcscmp(wide, L"12-abc-def") == 0);
    CHECK_EQ(StringCchPrintfW(wide, 4, L"%s", L"abcdef"), STRSAFE_E_INSUFFICIENT_BUFFER);
    CHECK(wcscmp(wide, L"abc") == 0);
    CHECK_EQ(StringCbPrintfW(wide, sizeof wide, L"%hs%ls", "ab", L"cd"), S_OK);
    CHECK(wcscmp(wide, L"abcd") == 0);
    CHECK_EQ(StringCchPrintfA(text, 0, "x"), STRSAFE_E_INVALID_PARAMETER);
}

static void lengths(void)
{
    size_t length = 77;

    FACT("14", "StringCchLength: a text without an end within the size is refused");
    CHECK_EQ(StringCchLengthA("abc", 4, &length), S_OK);
    CHECK_EQ(length, 3);
    CHECK_EQ(StringCchLengthA("abc", 3, &length), STRSAFE_E_INVALID_PARAMETER);
    CHECK_EQ(length, 0);
    CHECK_EQ(StringCchLengthA(NULL, 3, &length), STRSAFE_E_INVALID_PARAMETER);
    CHECK_EQ(StringCbLengthW(L"abc", 64, &length), S_OK);
    CHECK_EQ(length, 3 * sizeof(wchar_t));
}

static void more(void)
{
    char text[8], *end = NULL;
    size_t remaining = 77;

    FACT("14", "the Ex functions tell the end, fill, and can refuse to cut short");
    memset(text, '#', sizeof text);
    CHECK_EQ(StringCchCopyExA(text, 8, "abc", &end, &remaining, 0), S_OK);
    CHECK(end == text + 3 && remaining == 5 && text[4] == '#');
    CHECK_EQ(StringCchCopyExA(text, 8, "abc", &end, &remaining, STRSAFE_FILL_BYTE('x')), S_OK);
    CHECK(memcmp(text, "abc\0xxxx", 8) == 0);
    CHECK_EQ(StringCchCopyExA(text, 8, "abcdefghi", &end, &remaining, STRSAFE_NO_TRUNCATION),
             STRSAFE_E_INSUFFICIENT_BUFFER);
    CHECK_STR(text, "");
    CHECK_EQ(StringCchCopyExA(text, 8, "abcdefghi", NULL, NULL, STRSAFE_NULL_ON_FAILURE),
             STRSAFE_E_INSUFFICIENT_BUFFER);
    CHECK_STR(text, "");
    CHECK_EQ(StringCchCopyExA(text, 8, NULL, &end, &remaining, STRSAFE_IGNORE_NULLS), S_OK);
    CHECK(text[0] == '\0' && remaining == 8);
    CHECK_EQ(StringCchPrintfExA(text, 8, &end, &remaining, 0, "%s", "ab"), S_OK);
    CHECK(end == text + 2 && remaining == 6);
    CHECK_EQ(StringCbCatExA(text, 8, "cd", &end, &remaining, 0), S_OK);
    CHECK(end == text + 4 && remaining == 4);
    CHECK_EQ(StringCchCopyExA(text, 8, "x", NULL, NULL, 0x2000), STRSAFE_E_INVALID_PARAMETER);
}

int main(void)
{
    copying();
    joining();
    formats();
    lengths();
    more();
    return check_end();
}
