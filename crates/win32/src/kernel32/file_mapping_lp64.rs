//! `lp64.rs` for the names of file mappings.
#![allow(unsafe_code)]

use super::file_mapping::{self, Wishes};
use lapwing_abi::{BOOL, FILE_MAP, HANDLE, PAGE_PROTECTION_FLAGS, SECURITY_ATTRIBUTES};

/// As [`super::file_mapping::CreateFileMappingW`], the name in UTF-32.
///
/// # Safety
/// As for [`super::file_mapping::CreateFileMappingA`].
#[unsafe(export_name = "lapwing_CreateFileMappingW_lp64")]
pub unsafe extern "system" fn CreateFileMappingW(
    file: HANDLE,
    attributes: *const SECURITY_ATTRIBUTES,
    protection: PAGE_PROTECTION_FLAGS,
    size_high: u32,
    size_low: u32,
    name: *const i32,
) -> HANDLE {
    let wishes = Wishes { file, protection, size_high, size_low };
    // SAFETY: the caller's promises.
    unsafe { file_mapping::create(attributes, &wishes, name) }
}

/// As [`super::file_mapping::OpenFileMappingW`], in UTF-32.
///
/// # Safety
/// As for [`super::file_mapping::OpenFileMappingA`].
#[unsafe(export_name = "lapwing_OpenFileMappingW_lp64")]
pub unsafe extern "system" fn OpenFileMappingW(
    access: FILE_MAP,
    inherit: BOOL,
    name: *const i32,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { file_mapping::open(access, inherit, name) }
}
