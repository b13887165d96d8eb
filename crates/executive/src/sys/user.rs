//! Linux' users.
#![allow(unsafe_code)]

use core::ffi::CStr;
use core::mem::MaybeUninit;
use core::ptr;

/// The longest entry that is read.
const ENTRY: usize = 16 * 1024;

/// The name of a user; without an entry of its own, its number.
pub fn name(user: u32) -> String {
    let mut entry = MaybeUninit::uninit();
    let mut memory = vec![0; ENTRY];
    let mut found = ptr::null_mut();
    // SAFETY: all three are writable, and the memory is as long as is said.
    let code = unsafe {
        libc::getpwuid_r(
            user,
            entry.as_mut_ptr(),
            memory.as_mut_ptr(),
            memory.len(),
            &raw mut found,
        )
    };
    if code != 0 || found.is_null() {
        return user.to_string();
    }
    // SAFETY: the entry was found, and its name is a string in the memory.
    let name = unsafe { CStr::from_ptr((*found).pw_name) };
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_have_names_or_numbers() {
        assert_eq!(name(0), "root");
        assert_eq!(name(4_000_000_123), "4000000123");
    }
}
