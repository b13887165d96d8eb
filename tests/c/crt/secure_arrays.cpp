/* In C++ the checked functions know the size of an array. */
#include <windows.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "check.h"

int main()
{
    char text[8];
    wchar_t wide[8];

    FACT("14", "an array's size need not be said");
    CHECK_EQ(strcpy_s(text, "abc"), 0);
    CHECK_EQ(strcat_s(text, "def"), 0);
    CHECK_STR(text, "abcdef");
    CHECK_EQ(strncpy_s(text, "abcdefgh", 3), 0);
    CHECK_STR(text, "abc");
    CHECK_EQ(sprintf_s(text, "%d", 1234), 4);
    CHECK_STR(text, "1234");
    CHECK_EQ(_snprintf_s(text, _TRUNCATE, "%s", "abcdefghij"), -1);
    CHECK_STR(text, "abcdefg");
    CHECK_EQ(wcscpy_s(wide, L"abc"), 0);
    CHECK_EQ(wcscat_s(wide, L"def"), 0);
    CHECK(wcscmp(wide, L"abcdef") == 0);
    return check_end();
}
