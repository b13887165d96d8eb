/* lapwing/interlocked.h: the Interlocked functions; winnt.h includes it.
 *
 * On Windows they are intrinsics, and so they are here: no export, one instruction.  A program
 * hands over LONG *, `long *` (which has 64 bits here) or an unsigned one and means all of them, so
 * C gets the compiler's type-generic builtins and C++ templates of the real names, which leaves
 * `::InterlockedIncrement(&x)` legal.  Every variant is a full barrier, as on x86 it is anyway.
 *
 * And, Or and Xor return the value before, Increment, Decrement and Add the value after. */
#ifndef LAPWING_INTERLOCKED_H
#define LAPWING_INTERLOCKED_H
#pragma GCC system_header

#ifdef __cplusplus

/* One template for each name that takes a pointer and an operand: builtin(p, v). */
# define LAPWING_INTERLOCKED_UNARY(name, builtin)                                                  \
    template <class T> inline T name(volatile T *target) {                                         \
        return builtin(target, T(1), __ATOMIC_SEQ_CST);                                            \
    }
# define LAPWING_INTERLOCKED_BINARY(name, builtin)                                                 \
    template <class T, class U> inline T name(volatile T *target, U value) {                       \
        return builtin(target, (T)value, __ATOMIC_SEQ_CST);                                        \
    }
# define LAPWING_INTERLOCKED_COMPARE(name)                                                         \
    template <class T, class U, class V>                                                           \
    inline T name(volatile T *target, U exchange, V comparand) {                                   \
        T expected = (T)comparand;                                                                 \
        __atomic_compare_exchange_n(target, &expected, (T)exchange, false, __ATOMIC_SEQ_CST,       \
                                    __ATOMIC_SEQ_CST);                                             \
        return expected;                                                                           \
    }

/* Every width and every ordering of one operation. */
# define LAPWING_INTERLOCKED_WIDTHS(shape, name, builtin)                                          \
    shape(name, builtin) shape(name##16, builtin) shape(name##64, builtin)                         \
        shape(name##Acquire, builtin) shape(name##Release, builtin) shape(name##NoFence, builtin)  \
            shape(name##Acquire64, builtin) shape(name##Release64, builtin)                        \
                shape(name##NoFence64, builtin)

extern "C++" {
LAPWING_INTERLOCKED_WIDTHS(LAPWING_INTERLOCKED_UNARY, InterlockedIncrement, __atomic_add_fetch)
LAPWING_INTERLOCKED_WIDTHS(LAPWING_INTERLOCKED_UNARY, InterlockedDecrement, __atomic_sub_fetch)
LAPWING_INTERLOCKED_WIDTHS(LAPWING_INTERLOCKED_BINARY, InterlockedExchange, __atomic_exchange_n)
LAPWING_INTERLOCKED_WIDTHS(LAPWING_INTERLOCKED_BINARY, InterlockedExchangeAdd, __atomic_fetch_add)
LAPWING_INTERLOCKED_WIDTHS(LAPWING_INTERLOCKED_BINARY, InterlockedAdd, __atomic_add_fetch)
LAPWING_INTERLOCKED_WIDTHS(LAPWING_INTERLOCKED_BINARY, InterlockedAnd, __atomic_fetch_and)
LAPWING_INTERLOCKED_WIDTHS(LAPWING_INTERLOCKED_BINARY, InterlockedOr, __atomic_fetch_or)
LAPWING_INTERLOCKED_WIDTHS(LAPWING_INTERLOCKED_BINARY, InterlockedXor, __atomic_fetch_xor)
LAPWING_INTERLOCKED_BINARY(InterlockedExchange8, __atomic_exchange_n)
LAPWING_INTERLOCKED_BINARY(InterlockedExchangeAdd8, __atomic_fetch_add)
LAPWING_INTERLOCKED_BINARY(InterlockedAnd8, __atomic_fetch_and)
LAPWING_INTERLOCKED_BINARY(InterlockedOr8, __atomic_fetch_or)
LAPWING_INTERLOCKED_BINARY(InterlockedXor8, __atomic_fetch_xor)
LAPWING_INTERLOCKED_BINARY(InterlockedExchangeSubtract, __atomic_fetch_sub)
LAPWING_INTERLOCKED_COMPARE(InterlockedCompareExchange)
LAPWING_INTERLOCKED_COMPARE(InterlockedCompareExchange16)
LAPWING_INTERLOCKED_COMPARE(InterlockedCompareExchange64)
LAPWING_INTERLOCKED_COMPARE(InterlockedCompareExchangeAcquire)
LAPWING_INTERLOCKED_COMPARE(InterlockedCompareExchangeRelease)
LAPWING_INTERLOCKED_COMPARE(InterlockedCompareExchangeNoFence)
LAPWING_INTERLOCKED_COMPARE(InterlockedCompareExchangeAcquire64)
LAPWING_INTERLOCKED_COMPARE(InterlockedCompareExchangeRelease64)
LAPWING_INTERLOCKED_COMPARE(InterlockedCompareExchangeNoFence64)

/* T is deduced from the target alone, so that NULL and a derived pointer convert as they would in a
 * call of the function. */
template <class T> struct __lapwing_same {
    typedef T type;
};
# define LAPWING_INTERLOCKED_POINTER(suffix)                                                       \
    template <class T>                                                                             \
    inline T *InterlockedExchangePointer##suffix(T *volatile *target,                              \
                                                 typename __lapwing_same<T>::type *value) {        \
        return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);                               \
    }                                                                                              \
    template <class T>                                                                             \
    inline T *InterlockedCompareExchangePointer##suffix(                                           \
        T *volatile *target, typename __lapwing_same<T>::type *exchange,                           \
        typename __lapwing_same<T>::type *comparand) {                                             \
        __atomic_compare_exchange_n(target, &comparand, exchange, false, __ATOMIC_SEQ_CST,         \
                                    __ATOMIC_SEQ_CST);                                             \
        return comparand;                                                                          \
    }
LAPWING_INTERLOCKED_POINTER()
LAPWING_INTERLOCKED_POINTER(Acquire)
LAPWING_INTERLOCKED_POINTER(Release)
LAPWING_INTERLOCKED_POINTER(NoFence)
}

#else /* C */

# define InterlockedIncrement(target) __atomic_add_fetch(target, 1, __ATOMIC_SEQ_CST)
# define InterlockedDecrement(target) __atomic_sub_fetch(target, 1, __ATOMIC_SEQ_CST)
# define InterlockedExchange(target, value) __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST)
# define InterlockedExchangeAdd(target, value) __atomic_fetch_add(target, value, __ATOMIC_SEQ_CST)
# define InterlockedExchangeSubtract(target, value)                                                \
    __atomic_fetch_sub(target, value, __ATOMIC_SEQ_CST)
# define InterlockedAdd(target, value) __atomic_add_fetch(target, value, __ATOMIC_SEQ_CST)
# define InterlockedAnd(target, value) __atomic_fetch_and(target, value, __ATOMIC_SEQ_CST)
# define InterlockedOr(target, value) __atomic_fetch_or(target, value, __ATOMIC_SEQ_CST)
# define InterlockedXor(target, value) __atomic_fetch_xor(target, value, __ATOMIC_SEQ_CST)
# define InterlockedCompareExchange(target, exchange, comparand)                                   \
    __sync_val_compare_and_swap(target, comparand, exchange)
# define InterlockedExchangePointer InterlockedExchange
# define InterlockedCompareExchangePointer InterlockedCompareExchange

# define InterlockedIncrement16 InterlockedIncrement
# define InterlockedIncrement64 InterlockedIncrement
# define InterlockedIncrementAcquire InterlockedIncrement
# define InterlockedIncrementRelease InterlockedIncrement
# define InterlockedIncrementNoFence InterlockedIncrement
# define InterlockedIncrementAcquire64 InterlockedIncrement
# define InterlockedIncrementRelease64 InterlockedIncrement
# define InterlockedIncrementNoFence64 InterlockedIncrement
# define InterlockedDecrement16 InterlockedDecrement
# define InterlockedDecrement64 InterlockedDecrement
# define InterlockedDecrementAcquire InterlockedDecrement
# define InterlockedDecrementRelease InterlockedDecrement
# define InterlockedDecrementNoFence InterlockedDecrement
# define InterlockedDecrementAcquire64 InterlockedDecrement
# define InterlockedDecrementRelease64 InterlockedDecrement
# define InterlockedDecrementNoFence64 InterlockedDecrement
# define InterlockedExchange16 InterlockedExchange
# define InterlockedExchange64 InterlockedExchange
# define InterlockedExchangeAcquire InterlockedExchange
# define InterlockedExchangeRelease InterlockedExchange
# define InterlockedExchangeNoFence InterlockedExchange
# define InterlockedExchangeAcquire64 InterlockedExchange
# define InterlockedExchangeRelease64 InterlockedExchange
# define InterlockedExchangeNoFence64 InterlockedExchange
# define InterlockedExchangeAdd16 InterlockedExchangeAdd
# define InterlockedExchangeAdd64 InterlockedExchangeAdd
# define InterlockedExchangeAddAcquire InterlockedExchangeAdd
# define InterlockedExchangeAddRelease InterlockedExchangeAdd
# define InterlockedExchangeAddNoFence InterlockedExchangeAdd
# define InterlockedExchangeAddAcquire64 InterlockedExchangeAdd
# define InterlockedExchangeAddRelease64 InterlockedExchangeAdd
# define InterlockedExchangeAddNoFence64 InterlockedExchangeAdd
# define InterlockedAdd16 InterlockedAdd
# define InterlockedAdd64 InterlockedAdd
# define InterlockedAddAcquire InterlockedAdd
# define InterlockedAddRelease InterlockedAdd
# define InterlockedAddNoFence InterlockedAdd
# define InterlockedAddAcquire64 InterlockedAdd
# define InterlockedAddRelease64 InterlockedAdd
# define InterlockedAddNoFence64 InterlockedAdd
# define InterlockedAnd16 InterlockedAnd
# define InterlockedAnd64 InterlockedAnd
# define InterlockedAndAcquire InterlockedAnd
# define InterlockedAndRelease InterlockedAnd
# define InterlockedAndNoFence InterlockedAnd
# define InterlockedAndAcquire64 InterlockedAnd
# define InterlockedAndRelease64 InterlockedAnd
# define InterlockedAndNoFence64 InterlockedAnd
# define InterlockedOr16 InterlockedOr
# define InterlockedOr64 InterlockedOr
# define InterlockedOrAcquire InterlockedOr
# define InterlockedOrRelease InterlockedOr
# define InterlockedOrNoFence InterlockedOr
# define InterlockedOrAcquire64 InterlockedOr
# define InterlockedOrRelease64 InterlockedOr
# define InterlockedOrNoFence64 InterlockedOr
# define InterlockedXor16 InterlockedXor
# define InterlockedXor64 InterlockedXor
# define InterlockedXorAcquire InterlockedXor
# define InterlockedXorRelease InterlockedXor
# define InterlockedXorNoFence InterlockedXor
# define InterlockedXorAcquire64 InterlockedXor
# define InterlockedXorRelease64 InterlockedXor
# define InterlockedXorNoFence64 InterlockedXor
# define InterlockedCompareExchange16 InterlockedCompareExchange
# define InterlockedCompareExchange64 InterlockedCompareExchange
# define InterlockedCompareExchangeAcquire InterlockedCompareExchange
# define InterlockedCompareExchangeRelease InterlockedCompareExchange
# define InterlockedCompareExchangeNoFence InterlockedCompareExchange
# define InterlockedCompareExchangeAcquire64 InterlockedCompareExchange
# define InterlockedCompareExchangeRelease64 InterlockedCompareExchange
# define InterlockedCompareExchangeNoFence64 InterlockedCompareExchange
# define InterlockedExchange8 InterlockedExchange
# define InterlockedExchangeAdd8 InterlockedExchangeAdd
# define InterlockedAnd8 InterlockedAnd
# define InterlockedOr8 InterlockedOr
# define InterlockedXor8 InterlockedXor
# define InterlockedExchangePointerAcquire InterlockedExchangePointer
# define InterlockedExchangePointerRelease InterlockedExchangePointer
# define InterlockedExchangePointerNoFence InterlockedExchangePointer
# define InterlockedCompareExchangePointerAcquire InterlockedCompareExchangePointer
# define InterlockedCompareExchangePointerRelease InterlockedCompareExchangePointer
# define InterlockedCompareExchangePointerNoFence InterlockedCompareExchangePointer

#endif

/* The bit's value before.  `bit` counts from the target's first bit and stays within 32. */
FORCEINLINE BOOLEAN InterlockedBitTestAndSet(LONG volatile *target, LONG bit) {
    LONG mask = (LONG)(1u << (bit & 31));
    return (BOOLEAN)((__atomic_fetch_or(target, mask, __ATOMIC_SEQ_CST) & mask) != 0);
}
FORCEINLINE BOOLEAN InterlockedBitTestAndReset(LONG volatile *target, LONG bit) {
    LONG mask = (LONG)(1u << (bit & 31));
    return (BOOLEAN)((__atomic_fetch_and(target, ~mask, __ATOMIC_SEQ_CST) & mask) != 0);
}

#define MemoryBarrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define YieldProcessor() __builtin_ia32_pause()
#define _ReadWriteBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _ReadBarrier() __atomic_signal_fence(__ATOMIC_ACQUIRE)
#define _WriteBarrier() __atomic_signal_fence(__ATOMIC_RELEASE)

#endif
