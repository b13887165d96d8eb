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
WINBASEAPI HMODULE WINAPI LoadLibraryExA(LPCSTR lpLibFileName, HANDLE hFile, DWORD dwFlags);
WINBASEAPI HMODULE WINAPI LoadLibraryExW(LPCWSTR lpLibFileName, HANDLE hFile, DWORD dwFlags)
    LAPWING_LP64(LoadLibraryExW);
WINBASEAPI FARPROC WINAPI GetProcAddress(HMODULE hModule, LPCSTR lpProcName)
    LAPWING_LP64(GetProcAddress);
WINBASEAPI DWORD WINAPI GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize);
WINBASEAPI DWORD WINAPI GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize)
    LAPWING_LP64(GetModuleFileNameW);
LAPWING_END

/* Where LoadLibraryEx searches: nowhere, our functions are in the process. */
#define DONT_RESOLVE_DLL_REFERENCES 0x00000001
#define LOAD_LIBRARY_AS_DATAFILE 0x00000002
#define LOAD_WITH_ALTERED_SEARCH_PATH 0x00000008
#define LOAD_LIBRARY_SEARCH_SYSTEM32 0x00000800
#define LOAD_LIBRARY_SEARCH_DEFAULT_DIRS 0x00001000

#define GetModuleHandle LAPWING_AW(GetModuleHandle)
#define LoadLibrary LAPWING_AW(LoadLibrary)
#define LoadLibraryEx LAPWING_AW(LoadLibraryEx)
#define GetModuleFileName LAPWING_AW(GetModuleFileName)

#endif
