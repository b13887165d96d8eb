/* lapwing/scan-s.h: sscanf_s, fscanf_s and scanf_s.  Behind the address for %s, %c and %[ stands
 * the size of what is there, in characters; a text that does not fit is a failure, and the
 * destination is empty.
 *
 * The format is taken apart and glibc reads one conversion after the other. */
#ifndef LAPWING_CRT_SCAN_S_H
#define LAPWING_CRT_SCAN_S_H
#pragma GCC system_header

#ifdef __cplusplus
extern "C" {
#endif

/* From a text or a stream: the other one is NULL. */
struct __lapwing_scan {
    const char *text;
    FILE *stream;
    int read; /* characters so far */
};

/* One conversion into `to`: 1, 0 if it does not match, EOF at the end. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
LAPWING_CRT_INLINE int __lapwing_scan_one(struct __lapwing_scan *from, const char *format,
                                          void *to) {
    int used = 0, result;
    result = from->stream ? fscanf(from->stream, format, to, &used)
                          : sscanf(from->text + from->read, format, to, &used);
    if (result == 1) from->read += used;
    return result;
}
#pragma GCC diagnostic pop

/* What `%` begins, up to its last letter. */
struct __lapwing_conversion {
    const char *end;
    int width, drops, wide, is_text;
    char letter;
};

LAPWING_CRT_INLINE struct __lapwing_conversion __lapwing_conversion(const char *format) {
    struct __lapwing_conversion found = {NULL, 0, 0, 0, 0, 0};
    const char *at = format;
    if (*at == '*') at++, found.drops = 1;
    while (*at >= '0' && *at <= '9') found.width = found.width * 10 + (*at++ - '0');
    for (; *at && __builtin_strchr("hljztLwqI", *at); at++) {
        if (*at == 'l' || *at == 'w') found.wide = 1;
        if (*at == 'I' && (at[1] == '6' || at[1] == '3')) at += 2;
    }
    found.letter = *at;
    found.is_text = *at == 's' || *at == 'c' || *at == '[' || *at == 'S' || *at == 'C';
    if (*at == '[') {
        at++;
        if (*at == '^') at++;
        if (*at == ']') at++;
        while (*at && *at != ']') at++;
    }
    found.end = *at ? at + 1 : at;
    return found;
}

/* Reads text into a place of its own first, one character more than fits. */
LAPWING_CRT_INLINE int __lapwing_scan_text(struct __lapwing_scan *from, char *piece, size_t length,
                                           const char *set,
                                           const struct __lapwing_conversion *conversion, void *to,
                                           unsigned size) {
    size_t one = conversion->wide ? sizeof(wchar_t) : 1, got;
    int is_character = conversion->letter == 'c' || conversion->letter == 'C';
    int width = conversion->width ? conversion->width : is_character ? 1 : (int)size;
    int too_small = is_character ? (unsigned)width > size : 0, result;
    char *place;
    if (!size) return 0;
    if ((unsigned)width > size) width = (int)size;
    place = (char *)__builtin_malloc(((size_t)width + 1) * sizeof(wchar_t));
    if (!place) return 0;
    __builtin_memset(place, 0, ((size_t)width + 1) * sizeof(wchar_t));
    length += (size_t)__builtin_sprintf(piece + length, "%d%s", width, conversion->wide ? "l" : "");
    __builtin_strcpy(piece + length, set);
    result = too_small ? 0 : __lapwing_scan_one(from, piece, place);
    for (got = 0; got < (size_t)width; got++) {
        if (conversion->wide ? !((wchar_t *)(void *)place)[got] : !place[got]) break;
    }
    if (result == 1 && is_character) {
        __builtin_memcpy(to, place, (size_t)width * one);
    } else if (result == 1 && got < size) {
        __builtin_memcpy(to, place, (got + 1) * one);
    } else {
        if (result == 1) result = 0;
        __builtin_memset(to, 0, one);
    }
    __builtin_free(place);
    return result;
}

LAPWING_CRT_INLINE int __lapwing_vscan(struct __lapwing_scan *from, const char *format,
                                       va_list arguments) {
    size_t room = 2 * __builtin_strlen(format) + 64, length = 0;
    char *piece = (char *)__builtin_malloc(room), *set = (char *)__builtin_malloc(room);
    int count = 0, result = 1;
    while (piece && set && *format && result == 1) {
        struct __lapwing_conversion conversion;
        piece[length++] = *format;
        if (*format++ != '%') continue;
        if (*format == '%') {
            piece[length++] = *format++;
            continue;
        }
        conversion = __lapwing_conversion(format);
        if (conversion.drops || conversion.letter == 'n') {
            if (conversion.letter == 'n') {
                /* What stands before it is read; glibc would count from there. */
                piece[length - 1] = '\0';
                __builtin_strcat(piece, "%n");
                if (from->stream) {
                    int used = 0;
                    if (fscanf(from->stream, piece, &used) != EOF) from->read += used;
                } else {
                    int used = 0;
                    if (sscanf(from->text + from->read, piece, &used) != EOF) from->read += used;
                }
                *va_arg(arguments, int *) = from->read;
                length = 0;
            } else {
                while (format < conversion.end) piece[length++] = *format++;
            }
            format = conversion.end;
            continue;
        }
        if (conversion.is_text) {
            void *to = va_arg(arguments, void *);
            unsigned size = va_arg(arguments, unsigned);
            const char *letters = conversion.letter == '['
                                      ? __builtin_strchr(format, '[')
                                      : conversion.end - 1;
            size_t end = (size_t)(conversion.end - letters);
            __builtin_memcpy(set, letters, end);
            __builtin_strcpy(set + end, "%n");
            if (conversion.letter == 'S') set[0] = 's';
            if (conversion.letter == 'C') set[0] = 'c';
            if (conversion.letter == 'S' || conversion.letter == 'C') conversion.wide = 1;
            result = __lapwing_scan_text(from, piece, length, set, &conversion, to, size);
        } else {
            for (; format < conversion.end; format++) {
                if (*format == 'I' && format[1] == '6') {
                    piece[length++] = 'l';
                    piece[length++] = 'l';
                    format += 2;
                } else if (*format == 'I' && format[1] == '3') {
                    format += 2;
                } else {
                    piece[length++] = *format == 'I' ? 'z' : *format;
                }
            }
            __builtin_strcpy(piece + length, "%n");
            result = __lapwing_scan_one(from, piece, va_arg(arguments, void *));
        }
        format = conversion.end;
        length = 0;
        if (result == 1) count++;
    }
    __builtin_free(piece);
    __builtin_free(set);
    return result == EOF && !count ? EOF : count;
}

#define LAPWING_CRT_SCAN(text, stream)                                                             \
    struct __lapwing_scan from = {text, stream, 0};                                                \
    va_list arguments;                                                                             \
    int count;                                                                                     \
    va_start(arguments, format);                                                                   \
    count = __lapwing_vscan(&from, format, arguments);                                             \
    va_end(arguments);                                                                             \
    return count
#ifndef sscanf_s
LAPWING_CRT_INLINE int sscanf_s(const char *text, const char *format, ...) {
    LAPWING_CRT_SCAN(text, NULL);
}
#endif
#ifndef fscanf_s
LAPWING_CRT_INLINE int fscanf_s(FILE *stream, const char *format, ...) {
    LAPWING_CRT_SCAN(NULL, stream);
}
#endif
#ifndef scanf_s
LAPWING_CRT_INLINE int scanf_s(const char *format, ...) {
    LAPWING_CRT_SCAN(NULL, stdin);
}
#endif
#undef LAPWING_CRT_SCAN

#ifdef __cplusplus
}
#endif
#endif
