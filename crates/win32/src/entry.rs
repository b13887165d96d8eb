//! What exported functions do first and last: handles, wild pointers, results.

use crate::{error, last_error};
use core::ptr;
use lapwing_abi::{BOOL, HANDLE, SOCKET_ERROR};
use lapwing_executive::status::Status;

/// Windows never maps the first 64 KiB, so that NULL plus an offset faults.
pub const WILD_END: usize = 0x1_0000;

/// True for a pointer below that, which is answered with a code where Windows' system call would
/// notice it.
#[inline]
pub fn is_wild<T>(pointer: *const T) -> bool {
    pointer.addr() < WILD_END
}

/// True when one of three pointers is wild.
#[inline]
pub fn is_one_wild<A, B, C>(one: *const A, two: *const B, three: *const C) -> bool {
    // None of them is below what they have in common.
    let common = one.addr() & two.addr() & three.addr();
    common < WILD_END && (is_wild(one) || is_wild(two) || is_wild(three))
}

/// A handle as the executive takes it.
#[inline]
pub fn number(handle: HANDLE) -> usize {
    handle.addr()
}

/// A handle as the program takes it.
pub fn handle(number: u32) -> HANDLE {
    ptr::without_provenance_mut(number as usize)
}

/// FALSE, with the status as the last error.
#[cold]
#[inline(never)]
pub fn fail(status: Status) -> BOOL {
    last_error::set(error::win32(status));
    0
}

/// A BOOL from a result; the last error is left alone on success.
#[inline]
pub fn succeed(result: Result<(), Status>) -> BOOL {
    match result {
        Ok(()) => 1,
        Err(status) => fail(status),
    }
}

/// `SOCKET_ERROR`, with a Winsock code as the last error.
#[inline]
pub fn socket_fail(code: i32) -> i32 {
    last_error::set(code.cast_unsigned());
    SOCKET_ERROR
}

/// 0 or `SOCKET_ERROR` from a result; success clears the last error, as Winsock does.
pub fn socket_succeed(result: Result<(), i32>) -> i32 {
    match result {
        Ok(()) => {
            last_error::set(0);
            0
        }
        Err(code) => socket_fail(code),
    }
}
