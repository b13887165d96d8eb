/* lapwing/seh.h: the words of structured exception handling; excpt.h and winnt.h include it.
 *
 * A hardware fault is a signal here and never becomes an exception.  But servers use the blocks as
 * control flow: __try/__finally/__leave round their set-up, __try/__except round a start that may
 * fail.  That works, and so does a C++ exception that passes through:
 *
 *              __leave                 __finally runs after           __except runs after
 *     C        a goto                  the block's end, __leave       nothing: no exception exists
 *     C++      a throw                 those, a C++ exception        a C++ exception, by its filter
 *
 * Not so: neither language runs __finally when `return`, `goto` or `break` leaves a __try.  The
 * driver refuses a source that does that. */
#ifndef LAPWING_SEH_H
#define LAPWING_SEH_H
#pragma GCC system_header

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

#define _abnormal_termination() AbnormalTermination()
#define _exception_code() GetExceptionCode()

#ifdef __cplusplus

/* The code under which Visual C++ raises every C++ exception, the only kind there is here. */
# define GetExceptionCode() ((DWORD)0xE06D7363)

/* libstdc++ says `#define __try try` for its own use, and that has to stay.  Some programs include
 * windows.h inside extern "C", which the library's templates would not survive. */
extern "C++" {
# include <exception>
}
# ifndef __try
#  define __try try
# endif

extern "C++" {
/* What __leave throws; the __try it ends catches it. */
struct __lapwing_leave {};

/* The exception on its way from the catch clause, which ends at once, to the block behind it. */
inline std::exception_ptr &__lapwing_caught() {
    static thread_local std::exception_ptr caught;
    return caught;
}

/* Lives as long as a __finally block and then lets the exception go on. */
class __lapwing_finally {
  public:
    __lapwing_finally() : caught(__lapwing_caught()) { __lapwing_caught() = nullptr; }
    explicit operator bool() const { return true; }
    /* An exception is passing; __leave is not one. */
    int is_abnormal() const { return caught != nullptr; }
    ~__lapwing_finally() noexcept(false) {
        if (caught && !unwinding()) std::rethrow_exception(caught);
    }

  private:
    /* The block itself threw: that exception wins. */
    static bool unwinding() {
# if __cplusplus >= 201703L
        return std::uncaught_exceptions() > 0;
# else
        return std::uncaught_exception();
# endif
    }
    std::exception_ptr caught;
};

/* Whether the __except block runs: an exception came and its filter wants it. */
inline bool __lapwing_except(int disposition) {
    std::exception_ptr caught = __lapwing_caught();
    __lapwing_caught() = nullptr;
    if (disposition != EXCEPTION_EXECUTE_HANDLER) std::rethrow_exception(caught);
    return true;
}
}

# define AbnormalTermination() (lapwing_finally_.is_abnormal())
# define __leave throw __lapwing_leave()
# define LAPWING_CATCH                                                                             \
    catch (const __lapwing_leave &) {}                                                             \
    catch (...) { __lapwing_caught() = std::current_exception(); }
# define __except(filter) LAPWING_CATCH if (__lapwing_caught() && __lapwing_except(filter))
# define __finally                                                                                 \
    LAPWING_CATCH if (__lapwing_finally lapwing_finally_ = __lapwing_finally())

#else /* C */

# define GetExceptionCode() ((DWORD)0)
# define AbnormalTermination() (0)

/* The label is the block's own, so blocks nest, and __leave reaches it from an inner loop or switch
 * too.  The brace that __try opens is closed by the word that has to follow the block. */
# define __try                                                                                     \
    {                                                                                              \
        __label__ lapwing_leave_;
# define __leave goto lapwing_leave_
# define LAPWING_TRY_ENDS                                                                          \
    lapwing_leave_:                                                                                \
        __attribute__((__unused__));                                                               \
    }
# define __finally LAPWING_TRY_ENDS
# define __except(filter) LAPWING_TRY_ENDS if (0 && (filter))

#endif

#endif
