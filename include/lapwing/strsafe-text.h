/* lapwing/strsafe-text.h: the functions of strsafe.h for one kind of character.  No include guard:
 * strsafe.h includes it twice. */
#pragma GCC system_header

/* How many characters a text has before its end, at most `size`. */
LAPWING_STRSAFE_INLINE size_t LAPWING_OWN(length)(const LAPWING_CHAR *text, size_t size) {
    size_t length = 0;
    while (length < size && text[length]) length++;
    return length;
}

LAPWING_STRSAFE_INLINE HRESULT LAPWING_OWN(checked)(const LAPWING_CHAR *to, size_t size,
                                                    DWORD flags) {
    if (flags & ~(DWORD)STRSAFE_VALID_FLAGS) return STRSAFE_E_INVALID_PARAMETER;
    if (flags & STRSAFE_IGNORE_NULLS) {
        if ((!to && size) || size > STRSAFE_MAX_CCH) return STRSAFE_E_INVALID_PARAMETER;
        return S_OK;
    }
    return to && size && size <= STRSAFE_MAX_CCH ? S_OK : STRSAFE_E_INVALID_PARAMETER;
}

/* At most `count` characters behind the first `used`. */
LAPWING_STRSAFE_INLINE HRESULT LAPWING_OWN(append)(LAPWING_CHAR *to, size_t size, size_t *used,
                                                   const LAPWING_CHAR *from, size_t count) {
    size_t length = from ? LAPWING_OWN(length)(from, count) : 0, room = size ? size - *used - 1 : 0;
    HRESULT result = length > room ? STRSAFE_E_INSUFFICIENT_BUFFER : S_OK;
    if (!size) return result;
    if (length > room) length = room;
    memcpy(to + *used, from ? from : to, length * sizeof *to);
    *used += length;
    to[*used] = 0;
    return result;
}

/* The end of every ...Ex function: what stands behind the text, or in place of it. */
LAPWING_STRSAFE_INLINE HRESULT LAPWING_OWN(finish)(HRESULT result, LAPWING_CHAR *to, size_t size,
                                                   size_t used, LAPWING_CHAR **end,
                                                   size_t *remaining, DWORD flags) {
    int fill = STRSAFE_GET_FILL_PATTERN(flags);
    if (FAILED(result) && size) {
        if (flags & STRSAFE_FILL_ON_FAILURE) {
            memset(to, fill, size * sizeof *to);
            used = fill ? size - 1 : 0;
            to[used] = 0;
        }
        if (flags & (STRSAFE_NULL_ON_FAILURE | STRSAFE_NO_TRUNCATION)) {
            if (!(flags & STRSAFE_FILL_ON_FAILURE) || (flags & STRSAFE_NULL_ON_FAILURE)) {
                used = 0;
                to[0] = 0;
            }
        }
    } else if (size && (flags & STRSAFE_FILL_BEHIND_NULL) && used + 1 < size) {
        memset(to + used + 1, fill, (size - used - 1) * sizeof *to);
    }
    if (SUCCEEDED(result) || result == STRSAFE_E_INSUFFICIENT_BUFFER) {
        if (end) *end = to + used;
        if (remaining) *remaining = size - used;
    }
    return result;
}

LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(CopyNEx)(LAPWING_CHAR *to, size_t size,
                                                     const LAPWING_CHAR *from, size_t count,
                                                     LAPWING_CHAR **end, size_t *remaining,
                                                     DWORD flags) {
    size_t used = 0;
    HRESULT result = LAPWING_OWN(checked)(to, size, flags);
    if (FAILED(result)) return result;
    if (count > STRSAFE_MAX_CCH) {
        if (size) to[0] = 0;
        result = STRSAFE_E_INVALID_PARAMETER;
    } else {
        result = LAPWING_OWN(append)(to, size, &used, from, count);
    }
    return LAPWING_OWN(finish)(result, to, size, used, end, remaining, flags);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(CopyEx)(LAPWING_CHAR *to, size_t size,
                                                    const LAPWING_CHAR *from, LAPWING_CHAR **end,
                                                    size_t *remaining, DWORD flags) {
    return LAPWING_TEXT(CopyNEx)(to, size, from, STRSAFE_MAX_CCH, end, remaining, flags);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(CopyN)(LAPWING_CHAR *to, size_t size,
                                                   const LAPWING_CHAR *from, size_t count) {
    return LAPWING_TEXT(CopyNEx)(to, size, from, count, NULL, NULL, 0);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(Copy)(LAPWING_CHAR *to, size_t size,
                                                  const LAPWING_CHAR *from) {
    return LAPWING_TEXT(CopyNEx)(to, size, from, STRSAFE_MAX_CCH, NULL, NULL, 0);
}

LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(CatNEx)(LAPWING_CHAR *to, size_t size,
                                                    const LAPWING_CHAR *from, size_t count,
                                                    LAPWING_CHAR **end, size_t *remaining,
                                                    DWORD flags) {
    size_t used;
    HRESULT result = LAPWING_OWN(checked)(to, size, flags);
    if (FAILED(result)) return result;
    used = LAPWING_OWN(length)(to, size);
    if (count > STRSAFE_MAX_CCH || (size && used == size)) {
        if (used == size) used = 0;
        result = STRSAFE_E_INVALID_PARAMETER;
    } else {
        result = LAPWING_OWN(append)(to, size, &used, from, count);
    }
    return LAPWING_OWN(finish)(result, to, size, used, end, remaining, flags);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(CatEx)(LAPWING_CHAR *to, size_t size,
                                                   const LAPWING_CHAR *from, LAPWING_CHAR **end,
                                                   size_t *remaining, DWORD flags) {
    return LAPWING_TEXT(CatNEx)(to, size, from, STRSAFE_MAX_CCH, end, remaining, flags);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(CatN)(LAPWING_CHAR *to, size_t size,
                                                  const LAPWING_CHAR *from, size_t count) {
    return LAPWING_TEXT(CatNEx)(to, size, from, count, NULL, NULL, 0);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(Cat)(LAPWING_CHAR *to, size_t size,
                                                 const LAPWING_CHAR *from) {
    return LAPWING_TEXT(CatNEx)(to, size, from, STRSAFE_MAX_CCH, NULL, NULL, 0);
}

LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(VPrintfEx)(LAPWING_CHAR *to, size_t size,
                                                       LAPWING_CHAR **end, size_t *remaining,
                                                       DWORD flags, const LAPWING_CHAR *format,
                                                       va_list arguments) {
    static const LAPWING_CHAR nothing[1] = {0};
    size_t used = 0;
    HRESULT result = LAPWING_OWN(checked)(to, size, flags);
    if (FAILED(result)) return result;
    if (!format) format = nothing;
    if (!size) {
        result = format[0] ? STRSAFE_E_INSUFFICIENT_BUFFER : S_OK;
    } else {
        int length = LAPWING_FORMATTED(to, size, format, arguments);
        if (length < 0) to[0] = 0;
        used = LAPWING_OWN(length)(to, size);
        if (length < 0 || (size_t)length >= size) result = STRSAFE_E_INSUFFICIENT_BUFFER;
    }
    return LAPWING_OWN(finish)(result, to, size, used, end, remaining, flags);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(VPrintf)(LAPWING_CHAR *to, size_t size,
                                                     const LAPWING_CHAR *format,
                                                     va_list arguments) {
    return LAPWING_TEXT(VPrintfEx)(to, size, NULL, NULL, 0, format, arguments);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(PrintfEx)(LAPWING_CHAR *to, size_t size,
                                                      LAPWING_CHAR **end, size_t *remaining,
                                                      DWORD flags, const LAPWING_CHAR *format,
                                                      ...) {
    va_list arguments;
    HRESULT result;
    va_start(arguments, format);
    result = LAPWING_TEXT(VPrintfEx)(to, size, end, remaining, flags, format, arguments);
    va_end(arguments);
    return result;
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(Printf)(LAPWING_CHAR *to, size_t size,
                                                    const LAPWING_CHAR *format, ...) {
    va_list arguments;
    HRESULT result;
    va_start(arguments, format);
    result = LAPWING_TEXT(VPrintfEx)(to, size, NULL, NULL, 0, format, arguments);
    va_end(arguments);
    return result;
}

LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(Length)(const LAPWING_CHAR *text, size_t size,
                                                    size_t *length) {
    size_t found = text && size <= STRSAFE_MAX_CCH ? LAPWING_OWN(length)(text, size) : size;
    if (length) *length = found < size ? found : 0;
    return found < size ? S_OK : STRSAFE_E_INVALID_PARAMETER;
}

/* A line of the standard input.  What does not fit stays there. */
LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(GetsEx)(LAPWING_CHAR *to, size_t size,
                                                    LAPWING_CHAR **end, size_t *remaining,
                                                    DWORD flags) {
    size_t used = 0;
    HRESULT result = LAPWING_OWN(checked)(to, size, flags);
    if (FAILED(result)) return result;
    if (size <= 1) {
        result = STRSAFE_E_INSUFFICIENT_BUFFER;
    } else {
        while (used + 1 < size) {
            LAPWING_CHAR character;
            int next = (int)LAPWING_GETCHAR();
            if (next == (int)LAPWING_END_OF_FILE) {
                if (!used) result = STRSAFE_E_END_OF_FILE;
                break;
            }
            character = (LAPWING_CHAR)next;
            if (character == '\n') break;
            to[used++] = character;
        }
    }
    if (size) to[used] = 0;
    return LAPWING_OWN(finish)(result, to, size, used, end, remaining, flags);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_TEXT(Gets)(LAPWING_CHAR *to, size_t size) {
    return LAPWING_TEXT(GetsEx)(to, size, NULL, NULL, 0);
}

/* The same by bytes. */
#define LAPWING_IN_BYTES(call)                                                                     \
    HRESULT result = call;                                                                         \
    if (remaining && (SUCCEEDED(result) || result == STRSAFE_E_INSUFFICIENT_BUFFER))               \
        *remaining = *remaining * sizeof *to + size % sizeof *to;                                  \
    return result
#define LAPWING_COUNT (size / sizeof(LAPWING_CHAR))

LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(CopyNEx)(LAPWING_CHAR *to, size_t size,
                                                      const LAPWING_CHAR *from, size_t count,
                                                      LAPWING_CHAR **end, size_t *remaining,
                                                      DWORD flags) {
    LAPWING_IN_BYTES(LAPWING_TEXT(CopyNEx)(to, LAPWING_COUNT, from, count / sizeof *to, end,
                                           remaining, flags));
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(CopyEx)(LAPWING_CHAR *to, size_t size,
                                                     const LAPWING_CHAR *from, LAPWING_CHAR **end,
                                                     size_t *remaining, DWORD flags) {
    LAPWING_IN_BYTES(LAPWING_TEXT(CopyEx)(to, LAPWING_COUNT, from, end, remaining, flags));
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(CopyN)(LAPWING_CHAR *to, size_t size,
                                                    const LAPWING_CHAR *from, size_t count) {
    return LAPWING_TEXT(CopyN)(to, LAPWING_COUNT, from, count / sizeof *to);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(Copy)(LAPWING_CHAR *to, size_t size,
                                                   const LAPWING_CHAR *from) {
    return LAPWING_TEXT(Copy)(to, LAPWING_COUNT, from);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(CatNEx)(LAPWING_CHAR *to, size_t size,
                                                     const LAPWING_CHAR *from, size_t count,
                                                     LAPWING_CHAR **end, size_t *remaining,
                                                     DWORD flags) {
    LAPWING_IN_BYTES(LAPWING_TEXT(CatNEx)(to, LAPWING_COUNT, from, count / sizeof *to, end,
                                          remaining, flags));
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(CatEx)(LAPWING_CHAR *to, size_t size,
                                                    const LAPWING_CHAR *from, LAPWING_CHAR **end,
                                                    size_t *remaining, DWORD flags) {
    LAPWING_IN_BYTES(LAPWING_TEXT(CatEx)(to, LAPWING_COUNT, from, end, remaining, flags));
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(CatN)(LAPWING_CHAR *to, size_t size,
                                                   const LAPWING_CHAR *from, size_t count) {
    return LAPWING_TEXT(CatN)(to, LAPWING_COUNT, from, count / sizeof *to);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(Cat)(LAPWING_CHAR *to, size_t size,
                                                  const LAPWING_CHAR *from) {
    return LAPWING_TEXT(Cat)(to, LAPWING_COUNT, from);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(VPrintfEx)(LAPWING_CHAR *to, size_t size,
                                                        LAPWING_CHAR **end, size_t *remaining,
                                                        DWORD flags, const LAPWING_CHAR *format,
                                                        va_list arguments) {
    LAPWING_IN_BYTES(LAPWING_TEXT(VPrintfEx)(to, LAPWING_COUNT, end, remaining, flags, format,
                                             arguments));
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(VPrintf)(LAPWING_CHAR *to, size_t size,
                                                      const LAPWING_CHAR *format,
                                                      va_list arguments) {
    return LAPWING_TEXT(VPrintf)(to, LAPWING_COUNT, format, arguments);
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(PrintfEx)(LAPWING_CHAR *to, size_t size,
                                                       LAPWING_CHAR **end, size_t *remaining,
                                                       DWORD flags, const LAPWING_CHAR *format,
                                                       ...) {
    va_list arguments;
    HRESULT result;
    va_start(arguments, format);
    result = LAPWING_BYTES(VPrintfEx)(to, size, end, remaining, flags, format, arguments);
    va_end(arguments);
    return result;
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(Printf)(LAPWING_CHAR *to, size_t size,
                                                     const LAPWING_CHAR *format, ...) {
    va_list arguments;
    HRESULT result;
    va_start(arguments, format);
    result = LAPWING_TEXT(VPrintf)(to, LAPWING_COUNT, format, arguments);
    va_end(arguments);
    return result;
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(Length)(const LAPWING_CHAR *text, size_t size,
                                                     size_t *length) {
    HRESULT result = LAPWING_TEXT(Length)(text, LAPWING_COUNT, length);
    if (length) *length *= sizeof(LAPWING_CHAR);
    return result;
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(GetsEx)(LAPWING_CHAR *to, size_t size,
                                                     LAPWING_CHAR **end, size_t *remaining,
                                                     DWORD flags) {
    LAPWING_IN_BYTES(LAPWING_TEXT(GetsEx)(to, LAPWING_COUNT, end, remaining, flags));
}
LAPWING_STRSAFE_INLINE HRESULT LAPWING_BYTES(Gets)(LAPWING_CHAR *to, size_t size) {
    return LAPWING_TEXT(Gets)(to, LAPWING_COUNT);
}

#undef LAPWING_IN_BYTES
#undef LAPWING_COUNT
#undef LAPWING_CHAR
#undef LAPWING_TEXT
#undef LAPWING_BYTES
#undef LAPWING_OWN
#undef LAPWING_FORMATTED
#undef LAPWING_GETCHAR
#undef LAPWING_END_OF_FILE
