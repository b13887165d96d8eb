/* intrin.h: what Visual C++ makes instructions of. */
#ifndef __INTRIN_H_
#define __INTRIN_H_
#pragma GCC system_header
#include "_lapwing.h"
#include <stdlib.h>
#include <x86intrin.h>
#include "winnt.h"

#define __nop() __asm__ __volatile__("nop")
#define __ud2() __builtin_trap()
#define _ReturnAddress() __builtin_return_address(0)
#define _AddressOfReturnAddress() __builtin_frame_address(0)
#define __popcnt16(value) ((unsigned short)__builtin_popcount((unsigned short)(value)))
#define __popcnt(value) ((unsigned)__builtin_popcount(value))
#define __popcnt64(value) ((unsigned __int64)__builtin_popcountll(value))
#define __umulh(left, right)                                                                       \
    ((unsigned __int64)((unsigned __int128)(unsigned __int64)(left) *                              \
                            (unsigned __int64)(right) >>                                           \
                        64))

/* Macros, because the index may be a DWORD or an unsigned long, which differ here. */
#define _BitScanForward(index, mask)                                                               \
    __extension__({                                                                                \
        unsigned lapwing_mask_ = (unsigned)(mask);                                                 \
        if (lapwing_mask_) *(index) = (unsigned)__builtin_ctz(lapwing_mask_);                      \
        (unsigned char)(lapwing_mask_ != 0);                                                       \
    })
#define _BitScanReverse(index, mask)                                                               \
    __extension__({                                                                                \
        unsigned lapwing_mask_ = (unsigned)(mask);                                                 \
        if (lapwing_mask_) *(index) = 31u - (unsigned)__builtin_clz(lapwing_mask_);                \
        (unsigned char)(lapwing_mask_ != 0);                                                       \
    })
#define _BitScanForward64(index, mask)                                                             \
    __extension__({                                                                                \
        unsigned __int64 lapwing_mask_ = (mask);                                                   \
        if (lapwing_mask_) *(index) = (unsigned)__builtin_ctzll(lapwing_mask_);                    \
        (unsigned char)(lapwing_mask_ != 0);                                                       \
    })
#define _BitScanReverse64(index, mask)                                                             \
    __extension__({                                                                                \
        unsigned __int64 lapwing_mask_ = (mask);                                                   \
        if (lapwing_mask_) *(index) = 63u - (unsigned)__builtin_clzll(lapwing_mask_);              \
        (unsigned char)(lapwing_mask_ != 0);                                                       \
    })

#undef __cpuid
#undef __cpuidex
static inline __attribute__((__unused__)) void __cpuidex(int registers[4], int leaf, int more) {
    __asm__ __volatile__("cpuid"
                         : "=a"(registers[0]), "=b"(registers[1]), "=c"(registers[2]),
                           "=d"(registers[3])
                         : "a"(leaf), "c"(more));
}
static inline __attribute__((__unused__)) void __cpuid(int registers[4], int leaf) {
    __cpuidex(registers, leaf, 0);
}

/* The Interlocked functions under the names of the instructions. */
#define _InterlockedIncrement InterlockedIncrement
#define _InterlockedIncrement16 InterlockedIncrement16
#define _InterlockedIncrement64 InterlockedIncrement64
#define _InterlockedDecrement InterlockedDecrement
#define _InterlockedDecrement16 InterlockedDecrement16
#define _InterlockedDecrement64 InterlockedDecrement64
#define _InterlockedExchange InterlockedExchange
#define _InterlockedExchange64 InterlockedExchange64
#define _InterlockedExchangePointer InterlockedExchangePointer
#define _InterlockedExchangeAdd InterlockedExchangeAdd
#define _InterlockedExchangeAdd64 InterlockedExchangeAdd64
#define _InterlockedCompareExchange InterlockedCompareExchange
#define _InterlockedCompareExchange64 InterlockedCompareExchange64
#define _InterlockedCompareExchangePointer InterlockedCompareExchangePointer
#define _InterlockedAnd InterlockedAnd
#define _InterlockedAnd64 InterlockedAnd64
#define _InterlockedOr InterlockedOr
#define _InterlockedOr64 InterlockedOr64
#define _InterlockedXor InterlockedXor
#define _InterlockedXor64 InterlockedXor64

#endif
