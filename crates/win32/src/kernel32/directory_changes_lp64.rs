//! `lp64.rs` for what happens in a directory, which is told in structures that hold names.
#![allow(unsafe_code)]

use super::directory_changes::{self, Call};
use core::ffi::c_void;
use lapwing_abi::{BOOL, FILE_NOTIFY_CHANGE, HANDLE, LPOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED};
use lapwing_executive::fs::wide::Wide;

/// As [`super::directory_changes::ReadDirectoryChangesW`]; the names are UTF-32, and their lengths
/// count bytes of that.
///
/// # Safety
/// As for [`super::directory_changes::ReadDirectoryChangesW`].
#[unsafe(export_name = "lapwing_ReadDirectoryChangesW_lp64")]
pub unsafe extern "system" fn ReadDirectoryChangesW(
    directory: HANDLE,
    buffer: *mut c_void,
    length: u32,
    subtree: BOOL,
    filter: FILE_NOTIFY_CHANGE,
    count: *mut u32,
    overlapped: *mut OVERLAPPED,
    routine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL {
    let call = Call { directory, buffer, length, subtree, filter, count, overlapped, routine };
    // SAFETY: the caller's promise.
    unsafe { call.run(Wide::Utf32) }
}

/// As [`super::directory_changes::FindFirstChangeNotificationW`], in UTF-32.
///
/// # Safety
/// As for [`super::directory_changes::FindFirstChangeNotificationA`].
#[unsafe(export_name = "lapwing_FindFirstChangeNotificationW_lp64")]
pub unsafe extern "system" fn FindFirstChangeNotificationW(
    name: *const i32,
    subtree: BOOL,
    filter: FILE_NOTIFY_CHANGE,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { directory_changes::first(name, subtree, filter) }
}
