//! The model's part for files: there is one, and it is empty.

use super::{fail, with};
use lapwing_abi::{BOOL, ERROR_HANDLE_EOF, HANDLE, OVERLAPPED, SECURITY_ATTRIBUTES};

pub(crate) unsafe extern "system" fn CreateFileW(
    _name: *const u16,
    _access: u32,
    _share: u32,
    _rights: *const SECURITY_ATTRIBUTES,
    _disposition: u32,
    _flags: u32,
    _template: HANDLE,
) -> HANDLE {
    with(|model| std::ptr::without_provenance_mut(model.new_handle()))
}

/// There is nothing to read, as Windows says it: at once, and no packet comes.
pub(crate) unsafe extern "system" fn ReadFile(
    _file: HANDLE,
    _start: *mut u8,
    _length: u32,
    _count: *mut u32,
    overlapped: *mut OVERLAPPED,
) -> BOOL {
    with(|model| model.begin(overlapped));
    fail(ERROR_HANDLE_EOF);
    0
}
