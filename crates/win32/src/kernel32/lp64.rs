//! What C programs call in place of a kernel32 function with a `W`, because C's `wchar_t` has 32
//! bits on Linux.  The headers bind the Windows name to `lapwing_<name>_lp64`; strings are UTF-32,
//! everything else is as in the function of the same name.
//!
//! One section per room, in the order of the rooms' names.
#![allow(unsafe_code)]

use core::ffi::c_void;

// format_message

/// As [`super::format_message::FormatMessageW`], in UTF-32.
///
/// # Safety
/// As for [`super::format_message::FormatMessageA`].
#[unsafe(export_name = "lapwing_FormatMessageW_lp64")]
pub unsafe extern "system" fn FormatMessageW(
    flags: u32,
    source: *const c_void,
    message_id: u32,
    language_id: u32,
    buffer: *mut i32,
    size: u32,
    arguments: *const *const i8,
) -> u32 {
    let request = super::format_message::Request {
        flags,
        source,
        message_id,
        language_id,
        buffer,
        size,
        arguments,
    };
    // SAFETY: the caller's promise.
    unsafe { super::format_message::format(request) }
}
