/* The version of Windows: 10.0. */
#include <windows.h>
#include "check.h"

static BOOL at_least(DWORD major, DWORD minor)
{
    OSVERSIONINFOEXA wanted;
    DWORDLONG mask = 0;
    memset(&wanted, 0, sizeof wanted);
    wanted.dwOSVersionInfoSize = sizeof wanted;
    wanted.dwMajorVersion = major;
    wanted.dwMinorVersion = minor;
    VER_SET_CONDITION(mask, VER_MAJORVERSION, VER_GREATER_EQUAL);
    VER_SET_CONDITION(mask, VER_MINORVERSION, VER_GREATER_EQUAL);
    return VerifyVersionInfoA(&wanted, VER_MAJORVERSION | VER_MINORVERSION, mask);
}

static void masks(void)
{
    FACT("14", "VerSetConditionMask: three bits for each member");
    CHECK(VerSetConditionMask(0, VER_MINORVERSION, VER_EQUAL) == 1);
    CHECK(VerSetConditionMask(0, VER_MAJORVERSION, VER_GREATER_EQUAL) == 3 << 3);
    CHECK(VerSetConditionMask(1, VER_PRODUCT_TYPE, VER_LESS) == (4u << 21 | 1));
    CHECK(VerSetConditionMask(5, 0, VER_LESS) == 5);
    CHECK(VerSetConditionMask(5, VER_MAJORVERSION, 0) == 5);
}

static void comparisons(void)
{
    OSVERSIONINFOEXA wanted;
    OSVERSIONINFOEXW wide;
    DWORDLONG mask = VerSetConditionMask(0, VER_MAJORVERSION, VER_EQUAL);

    FACT("14", "VerifyVersionInfo: at least 6.1, at least 10.0, not 10.1 and not 11.0");
    CHECK(at_least(6, 1));
    CHECK(at_least(6, 3));
    CHECK(at_least(10, 0));
    CHECK(!at_least(10, 1));
    CHECK_EQ(GetLastError(), ERROR_OLD_WIN_VERSION);
    CHECK(!at_least(11, 0));
    memset(&wanted, 0, sizeof wanted);
    wanted.dwOSVersionInfoSize = sizeof wanted;
    wanted.dwMajorVersion = 10;
    CHECK(VerifyVersionInfoA(&wanted, VER_MAJORVERSION, mask));
    wanted.wProductType = VER_NT_WORKSTATION;
    mask = VerSetConditionMask(0, VER_PRODUCT_TYPE, VER_EQUAL);
    CHECK(VerifyVersionInfoA(&wanted, VER_PRODUCT_TYPE, mask));
    CHECK(!VerifyVersionInfoA(&wanted, 0, mask));
    CHECK_EQ(GetLastError(), ERROR_BAD_ARGUMENTS);
    memset(&wide, 0, sizeof wide);
    wide.dwOSVersionInfoSize = sizeof wide;
    wide.wProductType = VER_NT_WORKSTATION;
    CHECK(VerifyVersionInfoW(&wide, VER_PRODUCT_TYPE, mask));
    wide.wProductType = VER_NT_SERVER;
    CHECK(!VerifyVersionInfoW(&wide, VER_PRODUCT_TYPE, mask));
}

static void versions(void)
{
    OSVERSIONINFOEXA all;
    OSVERSIONINFOA few;
    OSVERSIONINFOW wide;

    FACT("14", "GetVersionEx fills the structure of the size that it is told");
    memset(&all, 0x55, sizeof all);
    all.dwOSVersionInfoSize = sizeof all;
    CHECK(GetVersionExA((OSVERSIONINFOA *)&all));
    CHECK(all.dwPlatformId == VER_PLATFORM_WIN32_NT && all.szCSDVersion[0] == '\0');
    CHECK(all.wServicePackMajor == 0 && all.wProductType == VER_NT_WORKSTATION);
    memset(&few, 0x55, sizeof few);
    few.dwOSVersionInfoSize = sizeof few;
    CHECK(GetVersionExA(&few));
    CHECK_EQ(few.dwMajorVersion, all.dwMajorVersion);
    memset(&wide, 0x55, sizeof wide);
    wide.dwOSVersionInfoSize = sizeof wide;
    CHECK(GetVersionExW(&wide));
    CHECK(wide.dwMajorVersion == all.dwMajorVersion && wide.szCSDVersion[0] == 0);
    few.dwOSVersionInfoSize = 5;
    CHECK(!GetVersionExA(&few));
    CHECK_EQ(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    CHECK_EQ(GetVersion() & 0xFF, all.dwMajorVersion);
}

int main(void)
{
    masks();
    comparisons();
    versions();
    return check_end();
}
