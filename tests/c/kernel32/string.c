// Conversions between UTF-8 and wide characters; the environment.
#include <windows.h>
#include "check.h"

static void conversions(void)
{
    static const char text[] = "Gr\xc3\xbc\xc3\x9f";
    WCHAR wide[16];
    char narrow[16];

    FACT("issue 2.7", "UTF-8 becomes wide and narrow again");
    CHECK_EQ(MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0), 5);
    CHECK_EQ(MultiByteToWideChar(CP_UTF8, 0, text, 6, NULL, 0), 4);
    CHECK_EQ(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, 16), 5);
    CHECK_EQ(wide[2], 0xfc);
    CHECK_EQ(wide[3], 0xdf);
    CHECK_EQ(lstrlenW(wide), 4);
    CHECK_EQ(WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL), 7);
    CHECK_EQ(WideCharToMultiByte(CP_UTF8, 0, wide, -1, narrow, 16, NULL, NULL), 7);
    CHECK_STR(narrow, text);
    SetLastError(0);
    CHECK_EQ(MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, 2), 0);
    CHECK_EQ(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    SetLastError(0);
    CHECK_EQ(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "a\xff", 2, wide, 16), 0);
    CHECK_EQ(GetLastError(), ERROR_NO_UNICODE_TRANSLATION);
    CHECK_EQ(MultiByteToWideChar(CP_UTF8, 0, "a\xff" "b", 3, wide, 16), 3);
    CHECK_EQ(wide[1], 0xfffd);
    SetLastError(0);
    CHECK_EQ(MultiByteToWideChar(CP_UTF8, 0, text, 0, wide, 16), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    SetLastError(0);
    CHECK_EQ(MultiByteToWideChar(12345, 0, text, -1, wide, 16), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    SetLastError(0);
    CHECK_EQ(MultiByteToWideChar(CP_UTF8, 0x100, text, -1, wide, 16), 0);
    CHECK_EQ(GetLastError(), ERROR_INVALID_FLAGS);
    CHECK_EQ(lstrlenA(NULL), 0);
    CHECK_EQ(lstrlenA("four"), 4);
}

static void environment(void)
{
    char value[8];
    WCHAR wide[8];

    FACT("issue 2.7", "environment variables in any case");
    SetLastError(0);
    CHECK_EQ(GetEnvironmentVariableA("Lapwing_Test", value, sizeof value), 0);
    CHECK_EQ(GetLastError(), ERROR_ENVVAR_NOT_FOUND);
    CHECK(SetEnvironmentVariableA("Lapwing_Test", "value"));
    CHECK_EQ(GetEnvironmentVariableA("LAPWING_TEST", value, sizeof value), 5);
    CHECK_STR(value, "value");
    CHECK_EQ(GetEnvironmentVariableA("LAPWING_TEST", value, 5), 6);
    CHECK_EQ(GetEnvironmentVariableW(L"lapwing_test", wide, 8), 5);
    CHECK(SetEnvironmentVariableW(L"LAPWING_TEST", NULL));
    SetLastError(0);
    CHECK(!SetEnvironmentVariableA("Lapwing_Test", NULL));
    CHECK_EQ(GetLastError(), ERROR_ENVVAR_NOT_FOUND);
    SetLastError(0);
    CHECK(!SetEnvironmentVariableA("", "value"));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(strstr(GetCommandLineA(), "string") != NULL);
    CHECK(!IsDebuggerPresent());
    OutputDebugStringA("nobody listens");
}

static void machine(void)
{
    SYSTEM_INFO info, native;
    DWORD_PTR own, all;
    char name[256];
    DWORD size = 1;

    FACT("issue 2.7", "the machine");
    GetSystemInfo(&info);
    GetNativeSystemInfo(&native);
    CHECK(info.dwNumberOfProcessors >= 1);
    CHECK_EQ(info.wProcessorArchitecture, PROCESSOR_ARCHITECTURE_AMD64);
    CHECK_EQ(native.dwNumberOfProcessors, info.dwNumberOfProcessors);
    CHECK(GetProcessAffinityMask(GetCurrentProcess(), &own, &all));
    CHECK(own != 0 && (own & ~all) == 0);
    SetLastError(0);
    CHECK(!GetComputerNameA(name, &size));
    CHECK_EQ(GetLastError(), ERROR_BUFFER_OVERFLOW);
    CHECK(size > 1);
    CHECK(GetComputerNameA(name, &size));
    CHECK_EQ(strlen(name), size);
}

int main(void)
{
    conversions();
    environment();
    machine();
    return check_end();
}
