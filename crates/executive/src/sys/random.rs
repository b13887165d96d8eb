//! Random bytes from the kernel.
#![allow(unsafe_code)]

use super::net::keep_errno;
use crate::fs::error::general;
use crate::io::user_memory::UserBuffer;
use crate::status::Result;

/// Fills the buffer.
///
/// # Errors
/// `ACCESS_VIOLATION` for a wild one.
pub fn fill(buffer: UserBuffer) -> Result<()> {
    let (start, length) = buffer.parts();
    let mut done = 0;
    while done < length {
        let at = start.wrapping_byte_add(done);
        // SAFETY: the kernel answers EFAULT for a wild address; the rest is the promise of
        // `UserBuffer::new`.
        let call = || unsafe { libc::getrandom(at, length - done, 0) };
        done += keep_errno(call).map_err(general)?;
    }
    Ok(())
}
