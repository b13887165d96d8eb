//! `lp64.rs` for files and directories by their names, and for the names in what an open file
//! tells and is told.
#![allow(unsafe_code)]

use super::move_file::Listener;
use super::{directory, drive, file_attributes, file_information, move_file, path_name};
use core::ffi::c_void;
use lapwing_abi::{BOOL, HANDLE, LPPROGRESS_ROUTINE, MOVEFILE_COPY_ALLOWED, SECURITY_ATTRIBUTES};
use lapwing_executive::fs as executive;
use lapwing_executive::fs::by_handle;

// directory

/// As [`super::directory::CreateDirectoryW`], in UTF-32.
///
/// # Safety
/// As for [`super::directory::CreateDirectoryW`].
#[unsafe(export_name = "lapwing_CreateDirectoryW_lp64")]
pub unsafe extern "system" fn CreateDirectoryW(
    name: *const i32,
    _attributes: *const SECURITY_ATTRIBUTES,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { directory::with_name(name, executive::directory::create) }
}

/// As [`super::directory::RemoveDirectoryW`], in UTF-32.
///
/// # Safety
/// As for [`super::directory::RemoveDirectoryW`].
#[unsafe(export_name = "lapwing_RemoveDirectoryW_lp64")]
pub unsafe extern "system" fn RemoveDirectoryW(name: *const i32) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { directory::with_name(name, executive::directory::remove) }
}

/// As [`super::directory::SetCurrentDirectoryW`], in UTF-32.
///
/// # Safety
/// As for [`super::directory::SetCurrentDirectoryW`].
#[unsafe(export_name = "lapwing_SetCurrentDirectoryW_lp64")]
pub unsafe extern "system" fn SetCurrentDirectoryW(name: *const i32) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { directory::with_name(name, executive::directory::set_current) }
}

/// As [`super::directory::GetCurrentDirectoryW`], in UTF-32.
///
/// # Safety
/// As for [`super::directory::GetCurrentDirectoryW`].
#[unsafe(export_name = "lapwing_GetCurrentDirectoryW_lp64")]
pub unsafe extern "system" fn GetCurrentDirectoryW(size: u32, buffer: *mut i32) -> u32 {
    // SAFETY: the caller's promises.
    unsafe { directory::answer(executive::directory::current(), size, buffer) }
}

// path_name

/// As [`super::path_name::GetFullPathNameW`], in UTF-32.
///
/// # Safety
/// As for [`super::path_name::GetFullPathNameW`].
#[unsafe(export_name = "lapwing_GetFullPathNameW_lp64")]
pub unsafe extern "system" fn GetFullPathNameW(
    name: *const i32,
    size: u32,
    buffer: *mut i32,
    file_part: *mut *mut i32,
) -> u32 {
    // SAFETY: the caller's promises.
    unsafe { path_name::full(name, size, buffer, file_part) }
}

/// As [`super::path_name::GetFinalPathNameByHandleW`], in UTF-32.
///
/// # Safety
/// As for [`super::path_name::GetFinalPathNameByHandleW`].
#[unsafe(export_name = "lapwing_GetFinalPathNameByHandleW_lp64")]
pub unsafe extern "system" fn GetFinalPathNameByHandleW(
    file: HANDLE,
    buffer: *mut i32,
    size: u32,
    flags: u32,
) -> u32 {
    // SAFETY: the caller's promises.
    unsafe { path_name::final_path(file, buffer, size, flags) }
}

// move_file

/// As [`super::move_file::MoveFileW`], in UTF-32.
///
/// # Safety
/// As for [`super::move_file::MoveFileW`].
#[unsafe(export_name = "lapwing_MoveFileW_lp64")]
pub unsafe extern "system" fn MoveFileW(existing: *const i32, new: *const i32) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { move_file::rename(existing, new, MOVEFILE_COPY_ALLOWED) }
}

/// As [`super::move_file::MoveFileExW`], in UTF-32.
///
/// # Safety
/// As for [`super::move_file::MoveFileExW`].
#[unsafe(export_name = "lapwing_MoveFileExW_lp64")]
pub unsafe extern "system" fn MoveFileExW(
    existing: *const i32,
    new: *const i32,
    flags: u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { move_file::rename(existing, new, flags) }
}

/// As [`super::move_file::CopyFileW`], in UTF-32.
///
/// # Safety
/// As for [`super::move_file::CopyFileW`].
#[unsafe(export_name = "lapwing_CopyFileW_lp64")]
pub unsafe extern "system" fn CopyFileW(
    existing: *const i32,
    new: *const i32,
    fail_if_exists: BOOL,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { move_file::copy(existing, new, Listener::NOBODY, u32::from(fail_if_exists != 0)) }
}

/// As [`super::move_file::CopyFileExW`], in UTF-32.
///
/// # Safety
/// As for [`super::move_file::CopyFileExW`].
#[unsafe(export_name = "lapwing_CopyFileExW_lp64")]
pub unsafe extern "system" fn CopyFileExW(
    existing: *const i32,
    new: *const i32,
    routine: LPPROGRESS_ROUTINE,
    data: *const c_void,
    cancel: *mut BOOL,
    flags: u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { move_file::copy(existing, new, Listener { routine, data, cancel }, flags) }
}

/// As [`super::move_file::ReplaceFileW`], in UTF-32.
///
/// # Safety
/// As for [`super::move_file::ReplaceFileW`].
#[unsafe(export_name = "lapwing_ReplaceFileW_lp64")]
pub unsafe extern "system" fn ReplaceFileW(
    replaced: *const i32,
    replacement: *const i32,
    backup: *const i32,
    _flags: u32,
    _exclude: *const c_void,
    _reserved: *const c_void,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { move_file::replace(replaced, replacement, backup) }
}

// file_attributes

/// As [`super::file_attributes::GetFileAttributesW`], in UTF-32.
///
/// # Safety
/// As for [`super::file_attributes::GetFileAttributesW`].
#[unsafe(export_name = "lapwing_GetFileAttributesW_lp64")]
pub unsafe extern "system" fn GetFileAttributesW(name: *const i32) -> u32 {
    // SAFETY: the caller's promises.
    unsafe { file_attributes::attributes(name) }
}

/// As [`super::file_attributes::GetFileAttributesExW`], in UTF-32.
///
/// # Safety
/// As for [`super::file_attributes::GetFileAttributesExW`].
#[unsafe(export_name = "lapwing_GetFileAttributesExW_lp64")]
pub unsafe extern "system" fn GetFileAttributesExW(
    name: *const i32,
    level: i32,
    data: *mut c_void,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { file_attributes::attributes_ex(name, level, data) }
}

/// As [`super::file_attributes::SetFileAttributesW`], in UTF-32.
///
/// # Safety
/// As for [`super::file_attributes::SetFileAttributesW`].
#[unsafe(export_name = "lapwing_SetFileAttributesW_lp64")]
pub unsafe extern "system" fn SetFileAttributesW(name: *const i32, attributes: u32) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { directory::with_name(name, |name| by_handle::set_attributes(name, attributes)) }
}

// file_information

/// As [`super::file_information::GetFileInformationByHandleEx`], in UTF-32.
///
/// # Safety
/// As for [`super::file_information::GetFileInformationByHandleEx`].
#[unsafe(export_name = "lapwing_GetFileInformationByHandleEx_lp64")]
pub unsafe extern "system" fn GetFileInformationByHandleEx(
    file: HANDLE,
    class: i32,
    buffer: *mut c_void,
    size: u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { file_information::get::<i32>(file, class, buffer, size) }
}

/// As [`super::file_information::SetFileInformationByHandle`], in UTF-32.
///
/// # Safety
/// As for [`super::file_information::SetFileInformationByHandle`].
#[unsafe(export_name = "lapwing_SetFileInformationByHandle_lp64")]
pub unsafe extern "system" fn SetFileInformationByHandle(
    file: HANDLE,
    class: i32,
    buffer: *const c_void,
    size: u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { file_information::set::<i32>(file, class, buffer, size) }
}

// drive

/// As [`super::drive::GetDriveTypeW`], in UTF-32.
///
/// # Safety
/// As for [`super::drive::GetDriveTypeW`].
#[unsafe(export_name = "lapwing_GetDriveTypeW_lp64")]
pub unsafe extern "system" fn GetDriveTypeW(root: *const i32) -> u32 {
    // SAFETY: the caller's promises.
    unsafe { drive::kind(root) }
}

/// As [`super::drive::GetDiskFreeSpaceExW`], in UTF-32.
///
/// # Safety
/// As for [`super::drive::GetDiskFreeSpaceExW`].
#[unsafe(export_name = "lapwing_GetDiskFreeSpaceExW_lp64")]
pub unsafe extern "system" fn GetDiskFreeSpaceExW(
    directory: *const i32,
    available: *mut u64,
    total: *mut u64,
    free: *mut u64,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { drive::room(directory, [available, total, free]) }
}

/// As [`super::drive::GetDiskFreeSpaceW`], in UTF-32.
///
/// # Safety
/// As for [`super::drive::GetDiskFreeSpaceW`].
#[unsafe(export_name = "lapwing_GetDiskFreeSpaceW_lp64")]
pub unsafe extern "system" fn GetDiskFreeSpaceW(
    root: *const i32,
    sectors: *mut u32,
    bytes: *mut u32,
    free: *mut u32,
    clusters: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { drive::clusters(root, [sectors, bytes, free, clusters]) }
}

/// As [`super::drive::GetLogicalDriveStringsW`], in UTF-32.
///
/// # Safety
/// As for [`super::drive::GetLogicalDriveStringsW`].
#[unsafe(export_name = "lapwing_GetLogicalDriveStringsW_lp64")]
pub unsafe extern "system" fn GetLogicalDriveStringsW(size: u32, buffer: *mut i32) -> u32 {
    // SAFETY: the caller's promises.
    unsafe { drive::roots(size, buffer) }
}
