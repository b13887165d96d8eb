// BCryptGenRandom.
#include <winsock2.h>
#include <windows.h>
#include <bcrypt.h>
#include "check.h"

#ifndef BCRYPT_RNG_ALG_HANDLE /* mingw-w64 has it later */
# define BCRYPT_RNG_ALG_HANDLE ((BCRYPT_ALG_HANDLE)0x81)
#endif
#define GOOD 0
#define INVALID_HANDLE_STATUS ((NTSTATUS)0xC0000008)
#define INVALID_PARAMETER_STATUS ((NTSTATUS)0xC000000D)

int main(void)
{
    unsigned char bytes[64] = {0}, before[64] = {0};
    FACT("14.5", "the system's own generator fills the buffer");
    CHECK_EQ(BCryptGenRandom(NULL, bytes, sizeof bytes, BCRYPT_USE_SYSTEM_PREFERRED_RNG), GOOD);
    CHECK(memcmp(bytes, before, sizeof bytes) != 0);
    memcpy(before, bytes, sizeof bytes);
    CHECK_EQ(BCryptGenRandom(NULL, bytes, 32, BCRYPT_USE_SYSTEM_PREFERRED_RNG), GOOD);
    CHECK(memcmp(bytes, before, 32) != 0 && memcmp(bytes + 32, before + 32, 32) == 0);
    CHECK_EQ(BCryptGenRandom(NULL, bytes, 0, BCRYPT_USE_SYSTEM_PREFERRED_RNG), GOOD);
    FACT("14.5", "no algorithm and no flag: STATUS_INVALID_HANDLE");
    CHECK_EQ(BCryptGenRandom(NULL, bytes, sizeof bytes, 0), INVALID_HANDLE_STATUS);
    CHECK_EQ(BCryptGenRandom(NULL, NULL, 0, 0), INVALID_HANDLE_STATUS);
    FACT("14.5", "no buffer: STATUS_INVALID_PARAMETER");
    CHECK_EQ(BCryptGenRandom(NULL, NULL, sizeof bytes, BCRYPT_USE_SYSTEM_PREFERRED_RNG),
             INVALID_PARAMETER_STATUS);
    FACT("14.5", "the generator's own handle needs no flag");
    CHECK_EQ(BCryptGenRandom(BCRYPT_RNG_ALG_HANDLE, bytes, sizeof bytes, 0), GOOD);
    return check_end();
}
