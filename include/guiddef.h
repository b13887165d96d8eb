/* guiddef.h: the 128-bit identifiers by which Winsock names its extension functions. */
#ifndef GUID_DEFINED
#define GUID_DEFINED
#pragma GCC system_header
#include "_lapwing.h"
#include <string.h>

/* Data1 is a DWORD, which is `unsigned long` only where that has 32 bits. */
typedef struct _GUID {
    unsigned int Data1;
    unsigned short Data2;
    unsigned short Data3;
    unsigned char Data4[8];
} GUID;
typedef GUID *LPGUID;
typedef const GUID *LPCGUID;
typedef GUID IID, CLSID;

#ifdef __cplusplus
# define REFGUID const GUID &
# define REFIID const IID &
# define REFCLSID const CLSID &
#else
# define REFGUID const GUID *
# define REFIID const IID *
# define REFCLSID const CLSID *
#endif

#ifndef EXTERN_C
# ifdef __cplusplus
#  define EXTERN_C extern "C"
# else
#  define EXTERN_C extern
# endif
#endif

/* Declares a GUID; in the one source that defines INITGUID first, defines it. */
#ifdef INITGUID
# define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                              \
    EXTERN_C const GUID __attribute__((__weak__)) name = {                                         \
        l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}}
#else
# define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) EXTERN_C const GUID name
#endif

#ifdef __cplusplus
extern "C++" {
inline int InlineIsEqualGUID(REFGUID left, REFGUID right) {
    return memcmp(&left, &right, sizeof(GUID)) == 0;
}
inline int IsEqualGUID(REFGUID left, REFGUID right) {
    return memcmp(&left, &right, sizeof(GUID)) == 0;
}
inline bool operator==(REFGUID left, REFGUID right) {
    return IsEqualGUID(left, right) != 0;
}
inline bool operator!=(REFGUID left, REFGUID right) {
    return !(left == right);
}
}
#else
# define InlineIsEqualGUID(left, right) (!memcmp(left, right, sizeof(GUID)))
# define IsEqualGUID(left, right) (!memcmp(left, right, sizeof(GUID)))
#endif

#endif
