/* Stands in front of glibc's <stdio.h>.
 *
 * C11 and C++14 took `gets` out of the language, and glibc its declaration.  Windows programs that
 * are older still call it; the linker warns them. */
#pragma GCC system_header
#include_next <stdio.h>

#ifndef _LAPWING_CRT_STDIO_H_
# define _LAPWING_CRT_STDIO_H_
# ifdef __cplusplus
extern "C" char *gets(char *line);
# else
extern char *gets(char *line);
# endif
#endif
