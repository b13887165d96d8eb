//! What C programs call in place of a function of shell32's with a `W`: strings are UTF-32.
#![allow(unsafe_code)]

use super::command_line::to_words;

/// As [`super::command_line::CommandLineToArgvW`], in UTF-32.
///
/// # Safety
/// As for [`super::command_line::CommandLineToArgvW`].
#[unsafe(export_name = "lapwing_CommandLineToArgvW_lp64")]
pub unsafe extern "system" fn CommandLineToArgvW(
    line: *const i32,
    count: *mut i32,
) -> *mut *mut i32 {
    // SAFETY: the caller's promise.
    unsafe { to_words(line, count) }
}
