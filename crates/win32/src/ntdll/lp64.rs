//! What C programs call in place of an ntdll function that takes a UNICODE_STRING: its buffer holds
//! C's `wchar_t`, which has 32 bits on Linux, and its lengths count bytes of these, as `sizeof` and
//! `wcslen` make them.
#![allow(unsafe_code)]

use super::{file, status_of, string};
use core::ffi::c_void;
use lapwing_abi::{HANDLE, IO_STATUS_BLOCK, NTSTATUS, OBJECT_ATTRIBUTES, UNICODE_STRING};

/// As [`super::file::NtCreateFile`], the name in UTF-32.
///
/// # Safety
/// As for [`super::file::NtCreateFile`].
#[unsafe(export_name = "lapwing_NtCreateFile_lp64")]
pub unsafe extern "system" fn NtCreateFile(
    file: *mut HANDLE,
    _access: u32,
    attributes: *const OBJECT_ATTRIBUTES,
    block: *mut IO_STATUS_BLOCK,
    _allocation_size: *const i64,
    _file_attributes: u32,
    _share: u32,
    disposition: u32,
    options: u32,
    ea: *const c_void,
    _ea_length: u32,
) -> NTSTATUS {
    let how = file::How { disposition, options, has_ea: !ea.is_null() };
    // SAFETY: the caller's promises.
    status_of(unsafe { file::open::<i32>(file, attributes, block, &how) })
}

/// As [`super::file::NtOpenFile`], the name in UTF-32.
///
/// # Safety
/// As for [`super::file::NtOpenFile`].
#[unsafe(export_name = "lapwing_NtOpenFile_lp64")]
pub unsafe extern "system" fn NtOpenFile(
    file: *mut HANDLE,
    _access: u32,
    attributes: *const OBJECT_ATTRIBUTES,
    block: *mut IO_STATUS_BLOCK,
    _share: u32,
    options: u32,
) -> NTSTATUS {
    // SAFETY: the caller's promises.
    status_of(unsafe { file::open::<i32>(file, attributes, block, &file::How::existing(options)) })
}

/// As [`super::string::RtlInitUnicodeString`], of a text in UTF-32.
///
/// # Safety
/// As for [`super::string::RtlInitUnicodeString`].
#[unsafe(export_name = "lapwing_RtlInitUnicodeString_lp64")]
pub unsafe extern "system" fn RtlInitUnicodeString(
    destination: *mut UNICODE_STRING,
    source: *const i32,
) {
    // SAFETY: the caller's promises.
    unsafe { string::init(destination, source) }
}
