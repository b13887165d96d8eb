/* Stands in front of glibc's <inttypes.h>: uintptr_t is unsigned long long. */
#pragma GCC system_header
#include <stdint.h>
#include_next <inttypes.h>
#ifndef LAPWING_CRT_INTTYPES_H
#define LAPWING_CRT_INTTYPES_H
#undef PRIoPTR
#undef PRIuPTR
#undef PRIxPTR
#undef PRIXPTR
#undef SCNoPTR
#undef SCNuPTR
#undef SCNxPTR
#define PRIoPTR "llo"
#define PRIuPTR "llu"
#define PRIxPTR "llx"
#define PRIXPTR "llX"
#define SCNoPTR "llo"
#define SCNuPTR "llu"
#define SCNxPTR "llx"
#endif
