//! `lp64.rs` for the search of a directory, whose structure holds names and so is larger in C.
#![allow(unsafe_code)]

use super::find_file::{self, Terms};
use core::ffi::c_void;
use lapwing_abi::{BOOL, FIND_FIRST_EX_FLAGS, FINDEX_INFO_LEVELS, FINDEX_SEARCH_OPS, HANDLE};

/// As [`super::find_file::FindFirstFileW`], in UTF-32: the structure is larger.
///
/// # Safety
/// As for [`super::find_file::FindFirstFileA`].
#[unsafe(export_name = "lapwing_FindFirstFileW_lp64")]
pub unsafe extern "system" fn FindFirstFileW(name: *const i32, data: *mut c_void) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { find_file::first(name, data.cast(), false) }
}

/// As [`super::find_file::FindFirstFileExW`], in UTF-32: the structure is larger.
///
/// # Safety
/// As for [`super::find_file::FindFirstFileA`].
#[unsafe(export_name = "lapwing_FindFirstFileExW_lp64")]
pub unsafe extern "system" fn FindFirstFileExW(
    name: *const i32,
    level: FINDEX_INFO_LEVELS,
    data: *mut c_void,
    operation: FINDEX_SEARCH_OPS,
    _filter: *const c_void,
    flags: FIND_FIRST_EX_FLAGS,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { find_file::first_extended(name, &Terms { level, operation, flags }, data) }
}

/// As [`super::find_file::FindNextFileW`], in UTF-32: the structure is larger.
///
/// # Safety
/// As for [`super::find_file::FindNextFileA`].
#[unsafe(export_name = "lapwing_FindNextFileW_lp64")]
pub unsafe extern "system" fn FindNextFileW(search: HANDLE, data: *mut c_void) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { find_file::next::<i32>(search, data.cast()) }
}
