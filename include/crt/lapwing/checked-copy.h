/* lapwing/checked-copy.h: the checked copies, for one kind of character.  string.h and wchar.h
 * include it; no include guard, it is a template.
 *
 *   LAPWING_CHAR          the character
 *   LAPWING_COPY_S ...    the functions' names
 *
 * 0, or EINVAL for a missing argument, or ERANGE and an empty text when the destination is too
 * small.  Microsoft's ends the program in the last two cases, unless it installed a handler. */
#pragma GCC system_header

LAPWING_CRT_INLINE errno_t LAPWING_NCOPY_S(LAPWING_CHAR *to, rsize_t size, const LAPWING_CHAR *from,
                                           rsize_t count) {
    rsize_t length = 0;
    if (!to || !size) return EINVAL;
    to[0] = 0;
    if (!from) return count ? EINVAL : 0;
    while (length < count && from[length]) length++;
    if (length >= size && count != _TRUNCATE) return ERANGE;
    if (length >= size) length = size - 1;
    memcpy(to, from, length * sizeof *to);
    to[length] = 0;
    return count == _TRUNCATE && from[length] ? STRUNCATE : 0;
}
LAPWING_CRT_INLINE errno_t LAPWING_COPY_S(LAPWING_CHAR *to, rsize_t size,
                                          const LAPWING_CHAR *from) {
    rsize_t length = 0;
    if (!to || !size) return EINVAL;
    to[0] = 0;
    if (!from) return EINVAL;
    while (from[length]) length++;
    if (length >= size) return ERANGE;
    memcpy(to, from, (length + 1) * sizeof *to);
    return 0;
}
LAPWING_CRT_INLINE errno_t LAPWING_NCAT_S(LAPWING_CHAR *to, rsize_t size, const LAPWING_CHAR *from,
                                          rsize_t count) {
    rsize_t used = 0;
    errno_t result;
    if (!to || !size) return EINVAL;
    while (used < size && to[used]) used++;
    if (used == size || (!from && count)) {
        to[0] = 0;
        return EINVAL;
    }
    result = LAPWING_NCOPY_S(to + used, size - used, from, count);
    if (result && result != STRUNCATE) to[0] = 0;
    return result;
}
LAPWING_CRT_INLINE errno_t LAPWING_CAT_S(LAPWING_CHAR *to, rsize_t size, const LAPWING_CHAR *from) {
    rsize_t length = 0;
    while (from && from[length]) length++;
    return LAPWING_NCAT_S(to, size, from, from ? length : 1);
}

#ifdef __cplusplus /* an array knows its own size */
extern "C++" {
LAPWING_CRT_TEMPLATE errno_t LAPWING_COPY_S(LAPWING_CHAR (&to)[Size], const LAPWING_CHAR *from) {
    return LAPWING_COPY_S(to, Size, from);
}
LAPWING_CRT_TEMPLATE errno_t LAPWING_CAT_S(LAPWING_CHAR (&to)[Size], const LAPWING_CHAR *from) {
    return LAPWING_CAT_S(to, Size, from);
}
LAPWING_CRT_TEMPLATE errno_t LAPWING_NCOPY_S(LAPWING_CHAR (&to)[Size], const LAPWING_CHAR *from,
                                             size_t count) {
    return LAPWING_NCOPY_S(to, Size, from, count);
}
LAPWING_CRT_TEMPLATE errno_t LAPWING_NCAT_S(LAPWING_CHAR (&to)[Size], const LAPWING_CHAR *from,
                                            size_t count) {
    return LAPWING_NCAT_S(to, Size, from, count);
}
}
#endif

#undef LAPWING_CHAR
#undef LAPWING_COPY_S
#undef LAPWING_NCOPY_S
#undef LAPWING_CAT_S
#undef LAPWING_NCAT_S
