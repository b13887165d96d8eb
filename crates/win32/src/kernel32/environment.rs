//! Environment variables, the command line, and what a debugger sees.
//!
//! The variables are the C run-time's own (`getenv` sees them).  Windows does not tell `Path` from
//! `PATH`, Linux does: a name is looked up as it is, then without regard to case.
#![allow(unsafe_code)]

use crate::last_error;
use crate::text::{self, Fit, Unit};
use lapwing_abi::{
    BOOL, ERROR_ENVVAR_NOT_FOUND, ERROR_INVALID_PARAMETER, FALSE, PCSTR, PCWSTR, PSTR, PWSTR, TRUE,
};
use lapwing_executive::ps::start;
use std::ffi::OsString;
use std::sync::OnceLock;

/// When this variable is set, debug output goes to the standard error stream.
const DEBUG_OUTPUT: &str = "LAPWING_DEBUG_OUTPUT";

/// The name under which the environment has a variable.
fn find(name: &str) -> Option<OsString> {
    if std::env::var_os(name).is_some() {
        return Some(name.into());
    }
    let same = |known: &OsString| {
        known.to_str().is_some_and(|known| known.to_lowercase() == name.to_lowercase())
    };
    std::env::vars_os().map(|(known, _)| known).find(same)
}

/// A variable's value: its length without the terminator, or the size that the buffer needs with
/// it.  0 with `ERROR_ENVVAR_NOT_FOUND` (203) when there is none; 0 and a last error of 0 when it
/// is empty.
///
/// # Safety
/// `name` must be NULL or terminated, `buffer` must have `size` characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetEnvironmentVariableA(name: PCSTR, buffer: PSTR, size: u32) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { get_variable(name, buffer, size) }
}

/// As [`GetEnvironmentVariableA`], in UTF-16.
///
/// # Safety
/// As for [`GetEnvironmentVariableA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetEnvironmentVariableW(
    name: PCWSTR,
    buffer: PWSTR,
    size: u32,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { get_variable(name, buffer, size) }
}

/// # Safety
/// As for [`GetEnvironmentVariableA`], in units of `U`.
pub(super) unsafe fn get_variable<U: Unit>(name: *const U, buffer: *mut U, size: u32) -> u32 {
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_terminated(name) };
    let value =
        name.filter(|name| is_name(name)).and_then(|name| find(&name)).and_then(std::env::var_os);
    let Some(value) = value else {
        last_error::set(ERROR_ENVVAR_NOT_FOUND);
        return 0;
    };
    last_error::set(0);
    // SAFETY: the caller's promise.
    match unsafe { text::into_buffer(&value.to_string_lossy(), buffer, size as usize) } {
        Fit::Written(length) | Fit::Needed(length) => u32::try_from(length).unwrap_or(u32::MAX),
    }
}

/// Sets a variable, or with NULL removes it (`ERROR_ENVVAR_NOT_FOUND` when there is none).
///
/// `ERROR_INVALID_PARAMETER` for a name that is NULL, empty, or has an equals sign.
///
/// # Safety
/// Both must be NULL or terminated.  As on Linux at large, no other thread may be in the C
/// run-time's own `getenv` or `setenv` at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetEnvironmentVariableA(name: PCSTR, value: PCSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { set_variable(name, value) }
}

/// As [`SetEnvironmentVariableA`], in UTF-16.
///
/// # Safety
/// As for [`SetEnvironmentVariableA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetEnvironmentVariableW(name: PCWSTR, value: PCWSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { set_variable(name, value) }
}

/// # Safety
/// As for [`SetEnvironmentVariableA`], in units of `U`.
pub(super) unsafe fn set_variable<U: Unit>(name: *const U, value: *const U) -> BOOL {
    // SAFETY: the caller's promise.
    let (name, value) = unsafe { (text::from_terminated(name), text::from_terminated(value)) };
    let Some(name) = name.filter(|name| is_name(name)) else {
        return fail(ERROR_INVALID_PARAMETER);
    };
    let known = find(&name);
    // SAFETY: the name has no `=` and neither has a NUL; the rest is the caller's promise.
    unsafe {
        match (known, value) {
            (known, Some(value)) => std::env::set_var(known.unwrap_or(name.into()), value),
            (Some(known), None) => std::env::remove_var(known),
            (None, None) => return fail(ERROR_ENVVAR_NOT_FOUND),
        }
    }
    TRUE
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('=')
}

fn fail(code: u32) -> BOOL {
    last_error::set(code);
    FALSE
}

/// The command line: as `CreateProcess` was given it or, in a program that a shell has started, its
/// arguments with the quotes by which they can be taken apart.  It belongs to Lapwing and stays
/// until the program ends.
#[unsafe(no_mangle)]
pub extern "system" fn GetCommandLineA() -> PCSTR {
    static LINE: OnceLock<Vec<u8>> = OnceLock::new();
    command_line(&LINE)
}

/// As [`GetCommandLineA`], in UTF-16.
#[unsafe(no_mangle)]
pub extern "system" fn GetCommandLineW() -> PCWSTR {
    static LINE: OnceLock<Vec<u16>> = OnceLock::new();
    command_line(&LINE)
}

pub(super) fn command_line<U: Unit>(line: &'static OnceLock<Vec<U>>) -> *const U {
    let build = || {
        let mut units = U::encode(&start::own_command_line());
        units.push(U::NUL);
        units
    };
    line.get_or_init(build).as_ptr()
}

/// Shows a text to the debugger: on the standard error stream, if the environment variable
/// `LAPWING_DEBUG_OUTPUT` is set; otherwise nobody listens.
///
/// # Safety
/// `output` must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn OutputDebugStringA(output: PCSTR) {
    // SAFETY: the caller's promise.
    unsafe { debug_output(output) }
}

/// As [`OutputDebugStringA`], in UTF-16.
///
/// # Safety
/// As for [`OutputDebugStringA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn OutputDebugStringW(output: PCWSTR) {
    // SAFETY: the caller's promise.
    unsafe { debug_output(output) }
}

/// # Safety
/// `output` must be NULL or terminated.
pub(super) unsafe fn debug_output<U: Unit>(output: *const U) {
    if std::env::var_os(DEBUG_OUTPUT).is_none() {
        return;
    }
    // SAFETY: the caller's promise.
    if let Some(output) = unsafe { text::from_terminated(output) } {
        // Nobody can be told that the error stream is closed.
        let _ = rustix::io::write(rustix::stdio::stderr(), output.as_bytes());
    }
}

/// Whether a debugger traces this process.
#[unsafe(no_mangle)]
pub extern "system" fn IsDebuggerPresent() -> BOOL {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
    BOOL::from(tracer.is_some_and(|process| process.trim() != "0"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::ptr::{null, null_mut};

    #[test]
    fn variables_are_found_in_any_case() {
        let name = c"Lapwing_Environment_Test".as_ptr().cast();
        let shouted = c"LAPWING_ENVIRONMENT_TEST".as_ptr().cast();
        let mut buffer = [0_u8; 16];
        // SAFETY: all strings are terminated, the buffer has its size.
        unsafe {
            assert_eq!(GetEnvironmentVariableA(name, buffer.as_mut_ptr(), 16), 0);
            assert_eq!(last_error::get(), ERROR_ENVVAR_NOT_FOUND);
            assert_eq!(SetEnvironmentVariableA(name, c"value".as_ptr().cast()), TRUE);
            assert_eq!(GetEnvironmentVariableA(shouted, buffer.as_mut_ptr(), 5), 6);
            assert_eq!(GetEnvironmentVariableA(shouted, null_mut(), 0), 6);
            assert_eq!(GetEnvironmentVariableA(shouted, buffer.as_mut_ptr(), 6), 5);
            assert_eq!(&buffer[..6], b"value\0");
            assert_eq!(SetEnvironmentVariableA(shouted, c"".as_ptr().cast()), TRUE);
            assert_eq!(GetEnvironmentVariableA(name, buffer.as_mut_ptr(), 16), 0);
            assert_eq!(last_error::get(), 0);
            assert_eq!(SetEnvironmentVariableA(name, null()), TRUE);
            assert_eq!(SetEnvironmentVariableA(name, null()), FALSE);
            assert_eq!(last_error::get(), ERROR_ENVVAR_NOT_FOUND);
            for bad in [null(), c"".as_ptr().cast(), c"a=b".as_ptr().cast()] {
                assert_eq!(SetEnvironmentVariableA(bad, name), FALSE);
                assert_eq!(last_error::get(), ERROR_INVALID_PARAMETER);
            }
        }
    }

    #[test]
    fn the_command_line_begins_with_this_program() {
        // SAFETY: the lines are terminated and stay.
        unsafe {
            let narrow = text::from_ansi(GetCommandLineA()).expect("not NULL");
            assert_eq!(text::from_utf16(GetCommandLineW()), Some(narrow.clone()));
            assert!(narrow.contains("lapwing_win32"), "{narrow}");
        }
        assert_eq!(GetCommandLineA(), GetCommandLineA());
    }
}
