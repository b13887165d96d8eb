//! CommandLineToArgvW.
#![allow(unsafe_code)]

use crate::entry;
use crate::kernel32::heap::LocalAlloc;
use crate::text::{Unit, from_terminated};
use core::ptr;
use lapwing_abi::{PCWSTR, PWSTR};
use lapwing_executive::ps::command_line::split;
use lapwing_executive::status::Status;

/// # Safety
/// As for [`CommandLineToArgvW`], in units of `U`.
pub(super) unsafe fn to_words<U: Unit>(line: *const U, count: *mut i32) -> *mut *mut U {
    // SAFETY: the caller's promise.
    let line = unsafe { from_terminated(line) };
    let (Some(line), false) = (line, entry::is_wild(count)) else {
        entry::fail(Status::INVALID_PARAMETER);
        return ptr::null_mut();
    };
    let words = if line.is_empty() {
        // The name of the running program.
        let own = std::env::current_exe().unwrap_or_default();
        vec![lapwing_executive::fs::path::to_windows(&own)]
    } else {
        split(&line)
    };
    let encoded: Vec<Vec<U>> = words.iter().map(|word| U::encode(word)).collect();
    let table = (words.len() + 1) * size_of::<*mut U>();
    let units: usize = encoded.iter().map(|word| word.len() + 1).sum();
    let block = LocalAlloc(0, table + units * size_of::<U>());
    if block.is_null() {
        return ptr::null_mut();
    }
    let addresses = block.cast::<*mut U>();
    // SAFETY: the block has room for the addresses, NULL behind them, and the words.
    unsafe {
        let mut at = block.cast::<u8>().add(table).cast::<U>();
        for (index, word) in encoded.iter().enumerate() {
            addresses.add(index).write(at);
            ptr::copy_nonoverlapping(word.as_ptr(), at, word.len());
            at.add(word.len()).write(U::NUL);
            at = at.add(word.len() + 1);
        }
        addresses.add(words.len()).write(ptr::null_mut());
        // A command line has no two thousand million words.
        count.write_unaligned(words.len() as i32);
    }
    addresses
}

/// Takes a command line apart into words, as the C run-time does for `main`; `LocalFree` frees
/// them all.  An empty line gives the running program's name.
///
/// # Errors
/// NULL with `ERROR_INVALID_PARAMETER` (a NULL), `ERROR_NOT_ENOUGH_MEMORY`.
///
/// # Safety
/// `lpcmdline` is NULL or terminated, `pnumargs` NULL or a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CommandLineToArgvW(
    lpcmdline: PCWSTR,
    pnumargs: *mut i32,
) -> *mut PWSTR {
    // SAFETY: the caller's promise.
    unsafe { to_words(lpcmdline, pnumargs) }
}
