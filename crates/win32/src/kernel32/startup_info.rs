//! What the program was started with: its STARTUPINFO, its environment as a block.
#![allow(unsafe_code)]

use crate::entry::handle;
use crate::text::Unit;
use core::ptr;
use lapwing_abi::{BOOL, PCSTR, PCWSTR, PSTR, PWSTR, STARTUPINFOA, STARTUPINFOW};
use lapwing_executive::fs::path::to_windows;
use lapwing_executive::ps::start::{self, Startup};
use std::os::unix::ffi::OsStrExt;
use std::sync::OnceLock;

/// The two texts of a STARTUPINFO.
pub(super) type Texts<U> = [Vec<U>; 2];

fn terminated<U: Unit>(text: &str) -> Vec<U> {
    let mut units = U::encode(text);
    units.push(U::NUL);
    units
}

/// Fills a STARTUPINFO in units of `U`.  A program that was started without a title has its file's
/// name for one.
///
/// # Safety
/// As for [`GetStartupInfoA`].
pub(super) unsafe fn get<U: Unit>(place: *mut STARTUPINFOW, texts: &'static OnceLock<Texts<U>>) {
    if place.is_null() {
        return;
    }
    let none = Startup::default();
    let given = start::own().map_or(&none, |start| &start.startup);
    let texts = texts.get_or_init(|| {
        let own = || to_windows(&std::env::current_exe().unwrap_or_default());
        let title = given.title.clone().unwrap_or_else(own);
        [terminated(given.desktop.as_deref().unwrap_or_default()), terminated(&title)]
    });
    let [x, y, width, height, columns, rows, colours, flags] = given.numbers;
    let standard = given.standard.unwrap_or_default();
    let text = |units: &[U]| units.as_ptr().cast_mut().cast::<u16>();
    let startup = STARTUPINFOW {
        cb: size_of::<STARTUPINFOW>() as u32,
        lpReserved: ptr::null_mut(),
        lpDesktop: text(&texts[0]),
        lpTitle: text(&texts[1]),
        dwX: x,
        dwY: y,
        dwXSize: width,
        dwYSize: height,
        dwXCountChars: columns,
        dwYCountChars: rows,
        dwFillAttribute: colours,
        dwFlags: flags,
        wShowWindow: given.show_window,
        cbReserved2: 0,
        lpReserved2: ptr::null_mut(),
        hStdInput: handle(standard[0]),
        hStdOutput: handle(standard[1]),
        hStdError: handle(standard[2]),
    };
    // SAFETY: not NULL, hence writable by the caller's promise.
    unsafe { place.write_unaligned(startup) };
}

/// What `CreateProcess` was given for this process; zeros in a process that a shell has started.
/// The strings belong to Lapwing and stay.
///
/// # Safety
/// `lpstartupinfo` must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetStartupInfoA(lpstartupinfo: *mut STARTUPINFOA) {
    static TEXTS: OnceLock<Texts<u8>> = OnceLock::new();
    // SAFETY: the caller's promise.
    unsafe { get(lpstartupinfo.cast(), &TEXTS) }
}

/// As [`GetStartupInfoA`], in UTF-16.
///
/// # Safety
/// As for [`GetStartupInfoA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetStartupInfoW(lpstartupinfo: *mut STARTUPINFOW) {
    static TEXTS: OnceLock<Texts<u16>> = OnceLock::new();
    // SAFETY: the caller's promise.
    unsafe { get(lpstartupinfo, &TEXTS) }
}

/// The environment as one block; the caller frees it by [`free`].
pub(super) fn block<U: Unit>() -> *mut U {
    let mut units: Vec<U> = Vec::new();
    for (name, value) in std::env::vars_os() {
        let [name, value] = [name, value]
            .map(|text| String::from_utf8_lossy(text.as_os_str().as_bytes()).into_owned());
        units.extend(terminated::<U>(&format!("{name}={value}")));
    }
    units.push(U::NUL);
    // SAFETY: it takes a number; the block is checked.
    let place = unsafe { libc::malloc(units.len() * size_of::<U>()) }.cast::<U>();
    if !place.is_null() {
        // SAFETY: so many units have just been allocated.
        unsafe { ptr::copy_nonoverlapping(units.as_ptr(), place, units.len()) };
    }
    place
}

/// # Safety
/// As for [`FreeEnvironmentStringsA`].
pub(super) unsafe fn free<U>(place: *const U) -> BOOL {
    // SAFETY: NULL, or from `block`, by the caller's promise.
    unsafe { libc::free(place.cast_mut().cast()) };
    1
}

/// A copy of the environment: `NAME=VALUE` each, an empty string at the end.  NULL without memory.
#[unsafe(no_mangle)]
pub extern "system" fn GetEnvironmentStrings() -> PSTR {
    block()
}

/// As [`GetEnvironmentStrings`], in UTF-16.
#[unsafe(no_mangle)]
pub extern "system" fn GetEnvironmentStringsW() -> PWSTR {
    block()
}

/// Frees a copy of the environment.
///
/// # Safety
/// `penv` must be NULL or from `GetEnvironmentStrings`, and not be freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FreeEnvironmentStringsA(penv: PCSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { free(penv) }
}

/// As [`FreeEnvironmentStringsA`], for `GetEnvironmentStringsW`.
///
/// # Safety
/// As for [`FreeEnvironmentStringsA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FreeEnvironmentStringsW(penv: PCWSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { free(penv) }
}
