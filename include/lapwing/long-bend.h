/* lapwing/long-bend.h: ioctlsocket for programs that spell its argument `unsigned long`.
 *
 * On Windows that is the same type as u_long, so the source is right; here it has 64 bits, and the
 * call would write half of it.  winsock2.h includes this. */
#ifndef LAPWING_LONG_BEND_H
#define LAPWING_LONG_BEND_H
#pragma GCC system_header

#ifdef __cplusplus
extern "C++" {
inline int ioctlsocket(SOCKET s, LONG cmd, unsigned long *wide) {
    u_long narrow = (u_long)*wide;
    int result = ioctlsocket(s, cmd, &narrow);
    *wide = narrow;
    return result;
}
}
#else
FORCEINLINE int __lapwing_ioctlsocket_wide(SOCKET s, LONG cmd, unsigned long *wide) {
    u_long narrow = (u_long)*wide;
    int result = ioctlsocket(s, cmd, &narrow);
    *wide = narrow;
    return result;
}
# define ioctlsocket(s, cmd, argument)                                                             \
    __extension__ _Generic((argument), unsigned long *: __lapwing_ioctlsocket_wide,                \
                           default: ioctlsocket)(s, cmd, argument)
#endif

#endif
