//! Random bytes.
#![allow(unsafe_code)]

use lapwing_abi::{
    BCRYPT_ALG_HANDLE, BCRYPT_RNG_ALG_HANDLE, BCRYPT_USE_SYSTEM_PREFERRED_RNG,
    BCRYPTGENRANDOM_FLAGS, NTSTATUS,
};
use lapwing_executive::io::user_memory::UserBuffer;
use lapwing_executive::status::{Result, Status};
use lapwing_executive::sys::random;

/// Fills a buffer with random bytes of the system's, as good as any for keys.  Zero, or an
/// NTSTATUS.
///
/// # Errors
/// `STATUS_INVALID_HANDLE` for another algorithm than `BCRYPT_RNG_ALG_HANDLE`, and for NULL without
/// `BCRYPT_USE_SYSTEM_PREFERRED_RNG`; `STATUS_INVALID_PARAMETER` for a NULL buffer.
///
/// # Safety
/// So many bytes must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn BCryptGenRandom(
    algorithm: BCRYPT_ALG_HANDLE,
    buffer: *mut u8,
    length: u32,
    flags: BCRYPTGENRANDOM_FLAGS,
) -> NTSTATUS {
    let preferred = algorithm.is_null() && flags & BCRYPT_USE_SYSTEM_PREFERRED_RNG != 0;
    let fill = || -> Result<()> {
        if !preferred && algorithm != BCRYPT_RNG_ALG_HANDLE {
            return Err(Status::INVALID_HANDLE);
        }
        if buffer.is_null() {
            return Err(Status::INVALID_PARAMETER);
        }
        // SAFETY: the caller's promise.
        random::fill(unsafe { UserBuffer::new(buffer, length as usize) })
    };
    fill().map_or_else(|status| status.0.cast_signed(), |()| 0)
}
