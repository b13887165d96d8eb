/* Stands in front of glibc's <stdint.h>: uintptr_t is UINT_PTR, as with Microsoft, so that a source
 * may say `typedef uintptr_t SOCKET;` beside <winsock2.h>.  It has 64 bits either way. */
#pragma GCC system_header
#ifndef LAPWING_CRT_STDINT_H
#define LAPWING_CRT_STDINT_H
#define uintptr_t __glibc_uintptr_t
#include_next <stdint.h>
#undef uintptr_t
typedef unsigned long long uintptr_t;
#else
# include_next <stdint.h>
#endif
