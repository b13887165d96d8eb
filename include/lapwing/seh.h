/* lapwing/seh.h: the words of structured exception handling; excpt.h and winnt.h include it.
 *
 * Nothing here raises a structured exception (a fault is a signal), but servers use the blocks as
 * control flow: __try/__finally/__leave round their set-up, __try/__except round a start that may
 * fail.  In C, __try is a loop that runs once and __leave ends it; it does not reach out of an inner
 * loop or switch.  In C++, libstdc++ already says `#define __try try`, so a __leave is a throw that
 * the block itself catches.  Neither runs the __finally block when a `return`, `goto` or `break`
 * leaves the __try. */
#ifndef LAPWING_SEH_H
#define LAPWING_SEH_H
#pragma GCC system_header

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

/* No structured exception is ever being handled. */
#define GetExceptionCode() ((DWORD)0)
#define _exception_code() ((DWORD)0)
#define AbnormalTermination() (0)
#define _abnormal_termination() (0)

#ifdef __cplusplus
# include <exception>
extern "C++" {
struct __lapwing_leave {};
}
# ifndef __try
#  define __try try
# endif
# define __leave throw __lapwing_leave()
# define __except(filter) catch (const __lapwing_leave &) {} catch (...)
# define __finally catch (const __lapwing_leave &) {}
#else
# define __try for (int lapwing_once_ = 1; lapwing_once_; lapwing_once_ = 0)
# define __leave continue
# define __except(filter) if (0 && (filter))
# define __finally
#endif

#endif
