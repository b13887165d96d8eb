/* tchar.h: text whose width _UNICODE chooses. */
#ifndef _INC_TCHAR
#define _INC_TCHAR
#pragma GCC system_header
#include "_lapwing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#ifdef _UNICODE
typedef wchar_t _TCHAR, _TSCHAR, _TUCHAR, _TXCHAR;
typedef wint_t _TINT;
# define __T(text) L##text
# define _tmain wmain
# define _tWinMain wWinMain
# define _tprintf wprintf
# define _ftprintf fwprintf
# define _vtprintf vwprintf
# define _vftprintf vfwprintf
# define _tscanf wscanf
# define _fgettc fgetwc
# define _fgetts fgetws
# define _fputtc fputwc
# define _fputts fputws
# define _tcscat wcscat
# define _tcschr wcschr
# define _tcscmp wcscmp
# define _tcscpy wcscpy
# define _tcslen wcslen
# define _tcsncat wcsncat
# define _tcsncmp wcsncmp
# define _tcsncpy wcsncpy
# define _tcsrchr wcsrchr
# define _tcsstr wcsstr
# define _tcspbrk wcspbrk
# define _tcsicmp wcscasecmp
# define _tcsnicmp wcsncasecmp
# define _tcsdup wcsdup
# define _tcstol wcstol
# define _tcstoul wcstoul
# define _tcstod wcstod
#else
typedef char _TCHAR, _TXCHAR;
typedef signed char _TSCHAR;
typedef unsigned char _TUCHAR;
typedef int _TINT;
# define __T(text) text
# define _tmain main
# define _tWinMain WinMain
# define _tprintf printf
# define _ftprintf fprintf
# define _vtprintf vprintf
# define _vftprintf vfprintf
# define _tscanf scanf
# define _fgettc fgetc
# define _fgetts fgets
# define _fputtc fputc
# define _fputts fputs
# define _tcscat strcat
# define _tcschr strchr
# define _tcscmp strcmp
# define _tcscpy strcpy
# define _tcslen strlen
# define _tcsncat strncat
# define _tcsncmp strncmp
# define _tcsncpy strncpy
# define _tcsrchr strrchr
# define _tcsstr strstr
# define _tcspbrk strpbrk
# define _tcsicmp strcasecmp
# define _tcsnicmp strncasecmp
# define _tcsdup strdup
# define _tcstol strtol
# define _tcstoul strtoul
# define _tcstod strtod
#endif

#define _T(text) __T(text)
#define _TEXT(text) __T(text)

/* The same word as minwindef.h's, which follows UNICODE; programs define both or neither. */
#ifndef _TCHAR_DEFINED
# define _TCHAR_DEFINED
typedef _TCHAR TCHAR, *PTCHAR;
#endif

#endif
