//! Window classes.
#![allow(unsafe_code)]

use super::Face;
use crate::kernel32::loader::GetModuleHandleA;
use crate::text::{self, Fit};
use crate::{entry, last_error};
use core::ptr;
use lapwing_abi::{
    BOOL, CS_GLOBALCLASS, ERROR_INVALID_PARAMETER, HINSTANCE, HWND, PCSTR, PCWSTR, PSTR, PWSTR,
    WNDCLASSA, WNDCLASSEXA, WNDCLASSEXW, WNDCLASSW, WNDPROC,
};
use lapwing_executive::status::{Result, Status};
use lapwing_executive::win32k::atom::Name;
use lapwing_executive::win32k::class::{self, ClassTerms};
use lapwing_executive::win32k::window;
use lapwing_executive::win32k::{Alphabet, Procedure};
use std::sync::Once;

/// The module that a function's `instance` means: NULL is the program.
pub(super) fn module(instance: HINSTANCE) -> usize {
    if instance.is_null() {
        // SAFETY: NULL is allowed.
        return unsafe { GetModuleHandleA(ptr::null()) }.addr();
    }
    instance.addr()
}

/// What the four structures have in common.
pub(super) struct Definition<U> {
    style: u32,
    procedure: WNDPROC,
    class_extra: i32,
    window_extra: i32,
    instance: HINSTANCE,
    name: *const U,
}

/// Reads one of the four structures.
macro_rules! definition {
    ($class:expr) => {{
        let class = $class;
        Definition {
            style: class.style,
            procedure: class.lpfnWndProc,
            class_extra: class.cbClsExtra,
            window_extra: class.cbWndExtra,
            instance: class.hInstance,
            name: class.lpszClassName.cast(),
        }
    }};
}

/// A class of any face.  0 on failure.
///
/// # Safety
/// The name must be a small number or a terminated string; the procedure must be callable.
pub(super) unsafe fn register<U: Face>(definition: &Definition<U>) -> u16 {
    let make = || -> Result<u16> {
        let procedure = definition.procedure.ok_or(Status::INVALID_PARAMETER)?;
        let size = |bytes: i32| usize::try_from(bytes).map_err(|_| Status::INVALID_PARAMETER);
        size(definition.class_extra)?;
        class::register(ClassTerms {
            // SAFETY: the caller's promise.
            name: unsafe { super::name(definition.name) },
            instance: module(definition.instance),
            style: definition.style,
            procedure: Procedure { address: procedure as usize, alphabet: U::ALPHABET },
            window_extra: size(definition.window_extra)?,
        })
    };
    make().unwrap_or_else(|status| {
        entry::fail(status);
        0
    })
}

/// `RegisterClassW` and its twin.
///
/// # Safety
/// As for [`RegisterClassA`].
pub(super) unsafe fn register_wide<U: Face>(class: *const WNDCLASSW) -> u16 {
    if entry::is_wild(class) {
        entry::fail(Status::ACCESS_VIOLATION);
        return 0;
    }
    // SAFETY: the caller's promises.
    unsafe { register::<U>(&definition!(class.read_unaligned())) }
}

/// `RegisterClassExW` and its twin.
///
/// # Safety
/// As for [`RegisterClassExA`].
pub(super) unsafe fn register_wide_ex<U: Face>(class: *const WNDCLASSEXW) -> u16 {
    if entry::is_wild(class) {
        entry::fail(Status::ACCESS_VIOLATION);
        return 0;
    }
    // SAFETY: the caller's promise.
    let class = unsafe { class.read_unaligned() };
    if class.cbSize as usize != size_of::<WNDCLASSEXW>() {
        entry::fail(Status::INVALID_PARAMETER);
        return 0;
    }
    // SAFETY: the caller's promises.
    unsafe { register::<U>(&definition!(class)) }
}

/// Registers the classes that every program has: `Message`, and `Static`, which is a text without a
/// place to show it.  Of the system's other classes there is none without a screen.
pub(super) fn register_system_classes() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let procedure = Procedure {
            address: super::default_procedure::DefWindowProcW as *const () as usize,
            alphabet: Alphabet::Utf16,
        };
        for name in ["Message", "Static"] {
            let name = Name::Text(name.to_owned());
            let (instance, style) = (0, CS_GLOBALCLASS);
            let terms = ClassTerms { name, instance, style, procedure, window_extra: 0 };
            // A program that was faster with a class of this name has its own.
            let _taken = class::register(terms);
        }
    });
}

/// Registers a window class and returns the number of its name.  0 on failure: 1410 when the module
/// has a class of that name, 87 without a name or a procedure, for a name of more than 255
/// characters, or for a negative number of extra bytes; 998 for a wild pointer.
///
/// Icon, cursor, brush and menu have no meaning without a screen; extra bytes of the class cannot
/// be reached.
///
/// # Safety
/// `class` must point to a structure whose name is a string or an atom and whose procedure can be
/// called as long as the class has windows.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RegisterClassA(class: *const WNDCLASSA) -> u16 {
    if entry::is_wild(class) {
        entry::fail(Status::ACCESS_VIOLATION);
        return 0;
    }
    // SAFETY: the caller's promises.
    unsafe { register::<u8>(&definition!(class.read_unaligned())) }
}

/// [`RegisterClassA`] with a name in UTF-16; the procedure takes UTF-16.
///
/// # Safety
/// As for [`RegisterClassA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RegisterClassW(class: *const WNDCLASSW) -> u16 {
    // SAFETY: the caller's promises.
    unsafe { register_wide::<u16>(class) }
}

/// [`RegisterClassA`] with the structure's size in it, which must be right (87).
///
/// # Safety
/// As for [`RegisterClassA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RegisterClassExA(class: *const WNDCLASSEXA) -> u16 {
    if entry::is_wild(class) {
        entry::fail(Status::ACCESS_VIOLATION);
        return 0;
    }
    // SAFETY: the caller's promise.
    let class = unsafe { class.read_unaligned() };
    if class.cbSize as usize != size_of::<WNDCLASSEXA>() {
        entry::fail(Status::INVALID_PARAMETER);
        return 0;
    }
    // SAFETY: the caller's promises.
    unsafe { register::<u8>(&definition!(class)) }
}

/// [`RegisterClassExA`] with a name in UTF-16; the procedure takes UTF-16.
///
/// # Safety
/// As for [`RegisterClassA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RegisterClassExW(class: *const WNDCLASSEXW) -> u16 {
    // SAFETY: the caller's promises.
    unsafe { register_wide_ex::<u16>(class) }
}

/// `UnregisterClass` of any face.
///
/// # Safety
/// As for [`UnregisterClassA`].
pub(super) unsafe fn unregister<U: Face>(name: *const U, instance: HINSTANCE) -> BOOL {
    // SAFETY: the caller's promise.
    let name = unsafe { super::name(name) };
    entry::succeed(class::unregister(&name, module(instance)))
}

/// Forgets a class.  Fails with 1411 when the module has none of that name, with 1412 while it has
/// windows.
///
/// # Safety
/// `name` must be an atom or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn UnregisterClassA(name: PCSTR, instance: HINSTANCE) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { unregister(name, instance) }
}

/// [`UnregisterClassA`] with a name in UTF-16.
///
/// # Safety
/// As for [`UnregisterClassA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn UnregisterClassW(name: PCWSTR, instance: HINSTANCE) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { unregister(name, instance) }
}

/// Copies as much of a text as fits, always with a terminator.  Returns the units without it.
///
/// # Safety
/// `buffer` must point to `capacity` writable units, at least one.
pub(super) unsafe fn copy_truncated<U: Face>(text: &str, buffer: *mut U, capacity: usize) -> usize {
    let mut units = U::encode(text);
    units.truncate(capacity - 1);
    // SAFETY: the caller's promise.
    match unsafe { text::units_into_buffer(&units, buffer, capacity) } {
        Fit::Written(length) => length,
        Fit::Needed(_) => 0,
    }
}

/// `GetClassName` of any face.
///
/// # Safety
/// As for [`GetClassNameA`].
pub(super) unsafe fn class_name<U: Face>(hwnd: HWND, buffer: *mut U, capacity: i32) -> i32 {
    let name = match window::lookup(hwnd.addr()) {
        Ok(window) => window.class().name(),
        Err(status) => return entry::fail(status),
    };
    match usize::try_from(capacity) {
        Ok(capacity @ 1..) if !buffer.is_null() => {
            // SAFETY: the caller's promise.
            unsafe { copy_truncated(&name, buffer, capacity) as i32 }
        }
        _ => {
            last_error::set(ERROR_INVALID_PARAMETER);
            0
        }
    }
}

/// The name of a window's class, cut off where the buffer ends; returns its length.  0 on failure:
/// 1400 for no window, 87 without a buffer.
///
/// # Safety
/// `buffer` must point to `capacity` writable characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetClassNameA(hwnd: HWND, buffer: PSTR, capacity: i32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { class_name(hwnd, buffer, capacity) }
}

/// [`GetClassNameA`] in UTF-16.
///
/// # Safety
/// As for [`GetClassNameA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetClassNameW(hwnd: HWND, buffer: PWSTR, capacity: i32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { class_name(hwnd, buffer, capacity) }
}
