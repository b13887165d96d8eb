/* crtdbg.h: the debugging heap and its reports, which exist in Visual C++'s debug builds only.  In
 * its release builds these words are nothing, and so they are here; _ASSERT and _ASSERTE check
 * where _DEBUG is defined. */
#ifndef _INC_CRTDBG
#define _INC_CRTDBG
#pragma GCC system_header
#include "_lapwing.h"
#include <stdlib.h>

#define _CRT_WARN 0
#define _CRT_ERROR 1
#define _CRT_ASSERT 2
#define _CRTDBG_MODE_FILE 0x1
#define _CRTDBG_MODE_DEBUG 0x2
#define _CRTDBG_MODE_WNDW 0x4
#define _CRTDBG_REPORT_MODE (-1)
#define _CRTDBG_FILE_STDOUT ((void *)-4)
#define _CRTDBG_FILE_STDERR ((void *)-5)
#define _CRTDBG_REPORT_FLAG (-1)
#define _CRTDBG_ALLOC_MEM_DF 0x01
#define _CRTDBG_DELAY_FREE_MEM_DF 0x02
#define _CRTDBG_CHECK_ALWAYS_DF 0x04
#define _CRTDBG_CHECK_CRT_DF 0x10
#define _CRTDBG_LEAK_CHECK_DF 0x20

#define _CrtSetDbgFlag(flags) ((int)0)
#define _CrtSetReportMode(type, mode) ((int)0)
#define _CrtSetReportFile(type, file) ((void *)0)
#define _CrtSetBreakAlloc(number) ((long)0)
#define _CrtCheckMemory() ((int)1)
#define _CrtDumpMemoryLeaks() ((int)0)
#define _RPT0(type, text) ((void)0)
#define _RPT1(type, format, a) ((void)0)
#define _RPT2(type, format, a, b) ((void)0)
#define _RPTF0(type, text) ((void)0)
#define _RPTF1(type, format, a) ((void)0)

#ifdef _DEBUG
# include <stdio.h>
static inline __attribute__((__unused__)) void __lapwing_assert(const char *condition,
                                                                const char *file, int line) {
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
    abort();
}
# define _ASSERT(condition)                                                                        \
    ((condition) ? (void)0 : __lapwing_assert(#condition, __FILE__, __LINE__))
#else
# define _ASSERT(condition) ((void)0)
#endif
#define _ASSERTE(condition) _ASSERT(condition)
#define _ASSERT_EXPR(condition, text) _ASSERT(condition)

#endif
