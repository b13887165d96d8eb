/* Stands in front of glibc's <malloc.h> and adds what Microsoft's has beside it.  clang's
 * <immintrin.h> comes here too: it asks _WIN32 how to get aligned memory. */
#pragma GCC system_header
#include_next <malloc.h>
#ifndef LAPWING_CRT_MALLOC_H
#define LAPWING_CRT_MALLOC_H
#include <alloca.h>
#include <stdlib.h>
#include "lapwing/crt.h"

#define _alloca(size) __builtin_alloca(size)
#define _msize(memory) malloc_usable_size(memory)

/* Aligned to a power of two; NULL when there is no memory or the alignment is none. */
#ifndef _aligned_malloc
LAPWING_CRT_INLINE void *_aligned_malloc(size_t size, size_t alignment) {
    if (!alignment || (alignment & (alignment - 1))) return NULL;
    if (alignment < sizeof(void *)) alignment = sizeof(void *);
    return memalign(alignment, size);
}
#endif
#ifndef _aligned_free
LAPWING_CRT_INLINE void _aligned_free(void *memory) {
    free(memory);
}
#endif


/* Memory that is the stack's in Visual C++ when it is little; here it is the heap's. */
#define _malloca(size) malloc(size)
#define _freea(memory) free(memory)

/* Resized, with zeroes behind what was there. */
#ifndef _recalloc
LAPWING_CRT_INLINE void *_recalloc(void *memory, size_t count, size_t size) {
    size_t before = memory ? malloc_usable_size(memory) : 0, whole;
    char *more;
    if (__builtin_mul_overflow(count, size, &whole)) return NULL;
    more = (char *)realloc(memory, whole);
    whole = more ? malloc_usable_size(more) : 0;
    if (whole > before) __builtin_memset(more + before, 0, whole - before);
    return more;
}
#endif

#endif
