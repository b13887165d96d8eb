//! `UNICODE_STRING`.
#![allow(unsafe_code)]

use crate::text::{self, Unit};
use lapwing_abi::{PCWSTR, UNICODE_STRING};
use lapwing_executive::status::{Result, Status};

/// Lets a UNICODE_STRING stand for a terminated text, which is not copied.  A text that is too long
/// for its 16-bit lengths is cut.
///
/// # Safety
/// `destinationstring` must be writable, `sourcestring` NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RtlInitUnicodeString(
    destinationstring: *mut UNICODE_STRING,
    sourcestring: PCWSTR,
) {
    // SAFETY: the caller's promises.
    unsafe { init(destinationstring, sourcestring) }
}

/// # Safety
/// As for [`RtlInitUnicodeString`].
pub(super) unsafe fn init<U: Unit>(destination: *mut UNICODE_STRING, source: *const U) {
    let unit = size_of::<U>();
    let mut string = UNICODE_STRING::default();
    if !source.is_null() {
        let most = usize::from(u16::MAX) / unit - 1;
        // SAFETY: the caller's promise.
        let length = unsafe { text::length(source) }.min(most) * unit;
        string.Length = length as u16;
        string.MaximumLength = (length + unit) as u16;
        string.Buffer = source.cast_mut().cast();
    }
    // SAFETY: the caller's promise.
    unsafe { destination.write_unaligned(string) };
}

/// The text of a UNICODE_STRING whose units are `U`.  `OBJECT_NAME_INVALID` when its length is not
/// that of whole units.
///
/// # Safety
/// The string must be readable, and its buffer as long as it says.
pub(super) unsafe fn read<U: Unit>(string: *const UNICODE_STRING) -> Result<String> {
    // SAFETY: the caller's promise.
    let string = unsafe { string.read_unaligned() };
    let bytes = usize::from(string.Length);
    if bytes % size_of::<U>() != 0 {
        return Err(Status::OBJECT_NAME_INVALID);
    }
    // SAFETY: the caller's promise.
    let text = unsafe { text::from_counted(string.Buffer.cast::<U>(), bytes / size_of::<U>()) };
    Ok(text.unwrap_or_default())
}
