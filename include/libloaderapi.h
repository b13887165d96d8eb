/* libloaderapi.h: modules: the program and the DLL names that Lapwing answers to. */
#ifndef _LIBLOADERAPI_H_
#define _LIBLOADERAPI_H_
#pragma GCC system_header
#include "minwindef.h"
#include "minwinbase.h"

LAPWING_BEGIN
WINBASEAPI HMODULE WINAPI GetModuleHandleA(LPCSTR lpModuleName);
WINBASEAPI HMODULE WINAPI GetModuleHandleW(LPCWSTR lpModuleName) LAPWING_LP64(GetModuleHandleW);
WINBASEAPI HMODULE WINAPI LoadLibraryA(LPCSTR lpLibFileName);
WINBASEAPI HMODULE WINAPI LoadLibraryW(LPCWSTR lpLibFileName) LAPWING_LP64(LoadLibraryW);
WINBASEAPI BOOL WINAPI FreeLibrary(HMODULE hLibModule);
WINBASEAPI FARPROC WINAPI GetProcAddress(HMODULE hModule, LPCSTR lpProcName);
WINBASEAPI DWORD WINAPI GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize);
WINBASEAPI DWORD WINAPI GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize)
    LAPWING_LP64(GetModuleFileNameW);
LAPWING_END

#define GetModuleHandle LAPWING_AW(GetModuleHandle)
#define LoadLibrary LAPWING_AW(LoadLibrary)
#define GetModuleFileName LAPWING_AW(GetModuleFileName)

#endif
