//! `lp64.rs` for the version of Windows, whose structures hold text and so are larger in C.
#![allow(unsafe_code)]

use super::version;
use core::ffi::c_void;
use lapwing_abi::BOOL;

/// As [`super::version::GetVersionExW`], in UTF-32: the structure is larger.
///
/// # Safety
/// As for [`super::version::GetVersionExA`].
#[unsafe(export_name = "lapwing_GetVersionExW_lp64")]
pub unsafe extern "system" fn GetVersionExW(information: *mut c_void) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { version::tell(information.cast(), version::LP64) }
}

/// As [`super::version::VerifyVersionInfoW`], in UTF-32: the structure is larger.
///
/// # Safety
/// As for [`super::version::VerifyVersionInfoA`].
#[unsafe(export_name = "lapwing_VerifyVersionInfoW_lp64")]
pub unsafe extern "system" fn VerifyVersionInfoW(
    information: *mut c_void,
    type_mask: u32,
    condition_mask: u64,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { version::verify(information.cast(), version::LP64, type_mask, condition_mask) }
}
