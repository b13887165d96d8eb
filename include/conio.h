/* conio.h: the keyboard, a key at a time. */
#ifndef _INC_CONIO
#define _INC_CONIO
#pragma GCC system_header
#include "_lapwing.h"
#include <stdio.h>

LAPWING_BEGIN
_CRTIMP int __cdecl _kbhit(void);
_CRTIMP int __cdecl _getch(void);
_CRTIMP int __cdecl _getche(void);
int _putch(int character) __asm__("putchar");
int _cprintf(const char *format, ...) __asm__("printf") LAPWING_CRT_PRINTF(1, 2);
LAPWING_END

FORCEINLINE int _cputs(const char *text) {
    return fputs(text, stdout) < 0 ? -1 : 0;
}

#define kbhit _kbhit
#define getch _getch
#define getche _getche
#define putch _putch

#endif
