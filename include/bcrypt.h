/* bcrypt.h: random bytes; of cryptography nothing. */
#ifndef __BCRYPT_H__
#define __BCRYPT_H__
#pragma GCC system_header
#include "minwindef.h"

typedef PVOID BCRYPT_HANDLE;
typedef PVOID BCRYPT_ALG_HANDLE;

#define BCRYPT_RNG_ALG_HANDLE ((BCRYPT_ALG_HANDLE)0x81)
#define BCRYPT_USE_SYSTEM_PREFERRED_RNG 0x00000002

LAPWING_BEGIN
NTSTATUS WINAPI BCryptGenRandom(BCRYPT_ALG_HANDLE hAlgorithm, PUCHAR pbBuffer, ULONG cbBuffer,
                                ULONG dwFlags);
LAPWING_END

#endif
