//! What of advapi32 takes wide characters, for C programs, whose `wchar_t` has 32 bits.
#![allow(unsafe_code)]

use super::security_descriptor::convert;
use lapwing_abi::{BOOL, PSECURITY_DESCRIPTOR};

/// As [`super::security_descriptor::ConvertStringSecurityDescriptorToSecurityDescriptorW`], in
/// UTF-32.
///
/// # Safety
/// As for [`super::security_descriptor::ConvertStringSecurityDescriptorToSecurityDescriptorA`].
#[unsafe(export_name = "lapwing_ConvertStringSecurityDescriptorToSecurityDescriptorW_lp64")]
pub unsafe extern "system" fn ConvertStringSecurityDescriptorToSecurityDescriptorW(
    text: *const i32,
    revision: u32,
    descriptor: *mut PSECURITY_DESCRIPTOR,
    size: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { convert(text, revision, descriptor, size) }
}
