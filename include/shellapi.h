/* shellapi.h: taking command lines apart. */
#ifndef _INC_SHELLAPI
#define _INC_SHELLAPI
#pragma GCC system_header
#include "windef.h"

LAPWING_BEGIN
/* LocalFree frees the words, all at once. */
SHSTDAPI LPWSTR *WINAPI CommandLineToArgvW(LPCWSTR lpCmdLine, int *pNumArgs)
    LAPWING_LP64(CommandLineToArgvW);
LAPWING_END

#endif
