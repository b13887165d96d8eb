// Clocks and dates.
#include <windows.h>
#include "check.h"

static ULONGLONG number(FILETIME time)
{
    return (ULONGLONG)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

int main(void)
{
    SYSTEMTIME date, back;
    FILETIME time, later;
    LARGE_INTEGER before, after, frequency;
    ULONGLONG ticks;

    FACT("issue 2.7", "dates go there and back");
    memset(&date, 0, sizeof date);
    date.wYear = 2000, date.wMonth = 2, date.wDay = 29, date.wHour = 23, date.wMinute = 59;
    date.wSecond = 58, date.wMilliseconds = 999;
    CHECK(SystemTimeToFileTime(&date, &time));
    CHECK_EQ(number(time), 125963423989990000LL);
    CHECK(FileTimeToSystemTime(&time, &back));
    CHECK_EQ(back.wYear, 2000);
    CHECK_EQ(back.wMonth, 2);
    CHECK_EQ(back.wDay, 29);
    CHECK_EQ(back.wDayOfWeek, 2);
    CHECK_EQ(back.wMilliseconds, 999);
    date.wYear = 2001;
    SetLastError(0);
    CHECK(!SystemTimeToFileTime(&date, &time));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    memset(&time, 0xff, sizeof time);
    CHECK(!FileTimeToSystemTime(&time, &back));
    memset(&time, 0, sizeof time);
    CHECK(FileTimeToSystemTime(&time, &back));
    CHECK_EQ(back.wYear * 10000 + back.wMonth * 100 + back.wDay, 16010101);
    CHECK_EQ(back.wDayOfWeek, 1);

    FACT("issue 2.7", "the clocks agree and never go back");
    GetSystemTimeAsFileTime(&time);
    GetSystemTime(&date);
    GetSystemTimePreciseAsFileTime(&later);
    CHECK(number(later) >= number(time));
    CHECK(SystemTimeToFileTime(&date, &time));
    CHECK(number(later) - number(time) < 600000000ULL);
    GetLocalTime(&date);
    CHECK(date.wYear >= 2024);
    CHECK(QueryPerformanceFrequency(&frequency));
    CHECK_EQ(frequency.QuadPart, 10000000);
    CHECK(QueryPerformanceCounter(&before));
    ticks = GetTickCount64();
    Sleep(20);
    CHECK(GetTickCount64() - ticks >= 10);
    CHECK(QueryPerformanceCounter(&after));
    CHECK(after.QuadPart - before.QuadPart >= 100000);
    CHECK(GetTickCount() - (DWORD)ticks < 600000);
    return check_end();
}
