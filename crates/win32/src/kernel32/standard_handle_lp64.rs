//! `lp64.rs` for text to a console.
#![allow(unsafe_code)]

use super::standard_handle::{finish, write};
use core::ffi::c_void;
use lapwing_abi::{BOOL, HANDLE};

/// As [`super::standard_handle::WriteConsoleW`], in UTF-32.
///
/// # Safety
/// As for [`super::standard_handle::WriteConsoleA`].
#[unsafe(export_name = "lapwing_WriteConsoleW_lp64")]
pub unsafe extern "system" fn WriteConsoleW(
    output: HANDLE,
    buffer: *const i32,
    count: u32,
    written: *mut u32,
    _reserved: *const c_void,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { finish(write(output, buffer, count), count, written) }
}

/// As [`super::console_mode::ReadConsoleW`], in UTF-32.
///
/// # Safety
/// As for [`super::console_mode::ReadConsoleA`].
#[unsafe(export_name = "lapwing_ReadConsoleW_lp64")]
pub unsafe extern "system" fn ReadConsoleW(
    input: HANDLE,
    buffer: *mut i32,
    count: u32,
    characters_read: *mut u32,
    _control: *const c_void,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { super::console_mode::read(input, buffer, count, characters_read) }
}
