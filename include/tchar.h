/* tchar.h: text whose width _UNICODE chooses. */
#ifndef _INC_TCHAR
#define _INC_TCHAR
#pragma GCC system_header
#include "_lapwing.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#ifdef _UNICODE
typedef wchar_t _TCHAR, _TSCHAR, _TUCHAR, _TXCHAR;
typedef wint_t _TINT;
# define __T(text) L##text
# define _tmain wmain
# define _tWinMain wWinMain
# define _tprintf __lapwing_wprintf
# define _ftprintf __lapwing_fwprintf
# define _vtprintf __lapwing_vwprintf
# define _vftprintf __lapwing_vfwprintf
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
# define _tprintf_s __lapwing_wprintf
# define _ftprintf_s __lapwing_fwprintf
# define _sntprintf _snwprintf
# define _vsntprintf _vsnwprintf
# define _sntprintf_s _snwprintf_s
# define _vsntprintf_s _vsnwprintf_s
# define _stprintf_s swprintf_s
# define _vstprintf_s vswprintf_s
# define _sctprintf _scwprintf
# define _vsctprintf _vscwprintf
# define _stscanf swscanf
# define _gettchar getwchar
# define _puttchar putwchar
# define _tcscpy_s wcscpy_s
# define _tcscat_s wcscat_s
# define _tcsncpy_s wcsncpy_s
# define _tcsncat_s wcsncat_s
# define _tcsnlen wcsnlen
# define _tcsclen wcslen
# define _tcscspn wcscspn
# define _tcsspn wcsspn
# define _tcstok_s wcstok_s
# define _tcsupr _wcsupr
# define _tcslwr _wcslwr
# define _tcsrev _wcsrev
# define _tcscoll wcscoll
# define _tcsftime wcsftime
# define _ttoi _wtoi
# define _tstoi _wtoi
# define _ttol _wtol
# define _tstol _wtol
# define _ttoi64 _wtoi64
# define _tstoi64 _wtoi64
# define _tstof _wtof
# define _itot _itow
# define _itot_s _itow_s
# define _tfopen _wfopen
# define _tfopen_s _wfopen_s
# define _tremove _wremove
# define _trename _wrename
# define _topen _wopen
# define _taccess _waccess
# define _tunlink _wunlink
# define _tmkdir _wmkdir
# define _trmdir _wrmdir
# define _istalpha iswalpha
# define _istdigit iswdigit
# define _istalnum iswalnum
# define _istspace iswspace
# define _istupper iswupper
# define _istlower iswlower
# define _istprint iswprint
# define _istpunct iswpunct
# define _istxdigit iswxdigit
# define _totupper towupper
# define _totlower towlower
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
# define _tprintf_s printf_s
# define _ftprintf_s fprintf_s
# define _sntprintf _snprintf
# define _vsntprintf _vsnprintf
# define _sntprintf_s _snprintf_s
# define _vsntprintf_s _vsnprintf_s
# define _stprintf_s sprintf_s
# define _vstprintf_s vsprintf_s
# define _sctprintf _scprintf
# define _vsctprintf _vscprintf
# define _stscanf sscanf
# define _gettchar getchar
# define _puttchar putchar
# define _tcscpy_s strcpy_s
# define _tcscat_s strcat_s
# define _tcsncpy_s strncpy_s
# define _tcsncat_s strncat_s
# define _tcsnlen strnlen
# define _tcsclen strlen
# define _tcscspn strcspn
# define _tcsspn strspn
# define _tcstok_s strtok_s
# define _tcsupr _strupr
# define _tcslwr _strlwr
# define _tcsrev _strrev
# define _tcscoll strcoll
# define _tcsftime strftime
# define _ttoi atoi
# define _tstoi atoi
# define _ttol atol
# define _tstol atol
# define _ttoi64 _atoi64
# define _tstoi64 _atoi64
# define _tstof atof
# define _itot _itoa
# define _itot_s _itoa_s
# define _tfopen fopen
# define _tfopen_s fopen_s
# define _tremove remove
# define _trename rename
# define _topen _open
# define _taccess _access
# define _tunlink _unlink
# define _tmkdir _mkdir
# define _trmdir _rmdir
# define _istalpha isalpha
# define _istdigit isdigit
# define _istalnum isalnum
# define _istspace isspace
# define _istupper isupper
# define _istlower islower
# define _istprint isprint
# define _istpunct ispunct
# define _istxdigit isxdigit
# define _totupper toupper
# define _totlower tolower
#endif

#define _T(text) __T(text)
#define _TEXT(text) __T(text)

/* The same word as minwindef.h's, which follows UNICODE; programs define both or neither. */
#ifndef _TCHAR_DEFINED
# define _TCHAR_DEFINED
typedef _TCHAR TCHAR, *PTCHAR;
#endif

#endif
