/* lapwing/narrow-path.h: a path or mode in wide characters, as Linux takes it: UTF-8. */
#ifndef LAPWING_CRT_NARROW_PATH_H
#define LAPWING_CRT_NARROW_PATH_H
#pragma GCC system_header
#include <errno.h>
#include <stddef.h>
#include "crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The text in UTF-8, for __builtin_free; NULL and errno when there is no memory or no text. */
LAPWING_CRT_INLINE char *__lapwing_narrow(const wchar_t *text) {
    size_t length = 0, at = 0, i;
    char *narrow;
    while (text && text[length]) length++;
    narrow = text ? (char *)__builtin_malloc(4 * length + 1) : NULL;
    if (!narrow) {
        errno = text ? ENOMEM : EINVAL;
        return NULL;
    }
    for (i = 0; i < length; i++) {
        unsigned code = (unsigned)text[i];
        if (code < 0x80) {
            narrow[at++] = (char)code;
            continue;
        }
        if (code >= 0x10000) {
            narrow[at++] = (char)(0xF0 | (code >> 18 & 7));
            narrow[at++] = (char)(0x80 | (code >> 12 & 0x3F));
        } else if (code >= 0x800) {
            narrow[at++] = (char)(0xE0 | code >> 12);
        }
        if (code >= 0x800) {
            narrow[at++] = (char)(0x80 | (code >> 6 & 0x3F));
        } else {
            narrow[at++] = (char)(0xC0 | code >> 6);
        }
        narrow[at++] = (char)(0x80 | (code & 0x3F));
    }
    narrow[at] = '\0';
    return narrow;
}

#ifdef __cplusplus
}
#endif
#endif
