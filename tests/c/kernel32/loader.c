// Modules and their functions.
#include <winsock2.h>
#include <windows.h>
#include "check.h"

typedef ULONGLONG(WINAPI *tick_count)(void);
typedef int(WINAPI *get_error)(void);

int main(void)
{
    HMODULE kernel32 = GetModuleHandleA("kernel32.dll"), winsock;
    tick_count ticks;
    get_error error;
    char path[4096], small[4];
    DWORD length;

    FACT("client-needs 8", "our own DLL names are modules");
    CHECK(kernel32 != NULL);
    CHECK(GetModuleHandleA("KERNEL32") == kernel32);
    CHECK(GetModuleHandleW(L"Kernel32.DLL") == kernel32);
    CHECK(GetModuleHandleA(NULL) != NULL);
    CHECK(GetModuleHandleA(NULL) != kernel32);
    CHECK(GetModuleHandleA("ntdll.dll") != NULL);
    winsock = LoadLibraryA("ws2_32.dll");
    CHECK(winsock != NULL);
    CHECK(LoadLibraryW(L"ws2_32") == winsock);
    SetLastError(0);
    CHECK(GetModuleHandleA("no_such_module.dll") == NULL);
    CHECK_EQ(GetLastError(), ERROR_MOD_NOT_FOUND);
    SetLastError(0);
    CHECK(LoadLibraryA("no_such_module.dll") == NULL);
    CHECK_EQ(GetLastError(), ERROR_MOD_NOT_FOUND);

    FACT("client-needs 8", "GetProcAddress finds functions by name");
    ticks = (tick_count)(void *)GetProcAddress(kernel32, "GetTickCount64");
    REQUIRE(ticks != NULL);
    CHECK(ticks() != 0);
    error = (get_error)(void *)GetProcAddress(winsock, "WSAGetLastError");
    REQUIRE(error != NULL);
    SetLastError(10054);
    CHECK_EQ(error(), 10054);
    SetLastError(0);
    CHECK(GetProcAddress(kernel32, "NoSuchFunction") == NULL);
    CHECK_EQ(GetLastError(), ERROR_PROC_NOT_FOUND);
    SetLastError(0);
    CHECK(GetProcAddress(kernel32, "WSAGetLastError") == NULL);
    CHECK_EQ(GetLastError(), ERROR_PROC_NOT_FOUND);
    CHECK(GetProcAddress(winsock, "socket") != NULL);
    CHECK(GetProcAddress(GetModuleHandleA("ntdll"), "RtlNtStatusToDosError") != NULL);
    CHECK(FreeLibrary(winsock));

    FACT("issue 2.7", "the program has a path");
    length = GetModuleFileNameA(NULL, path, sizeof path);
    CHECK(length > 0 && length < sizeof path);
    CHECK(strstr(path, "loader") != NULL);
    SetLastError(0);
    CHECK_EQ(GetModuleFileNameA(NULL, small, sizeof small), sizeof small);
    CHECK_EQ(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    return check_end();
}
