//! What would show or load something, without a screen.
#![allow(unsafe_code)]

use super::Face;
use crate::{entry, text};
use core::ptr;
use lapwing_abi::{
    BOOL, HCURSOR, HDC, HICON, HINSTANCE, HWND, IDOK, IDYES, MB_TYPEMASK, MESSAGEBOX_RESULT,
    MESSAGEBOX_STYLE, PAINTSTRUCT, PCSTR, PCWSTR, SHOW_WINDOW_CMD,
};
use lapwing_executive::status::Status;
use lapwing_executive::win32k::window::{self, Property};
use std::io::Write;

const VISIBLE: usize = 0x1000_0000;
/// `IDC_ARROW` is 32512, and so is `IDI_APPLICATION`; the last of either is below this.
const SYSTEMS_OWN: core::ops::Range<usize> = 32512..32768;
/// `ERROR_RESOURCE_NAME_NOT_FOUND`
const NO_SUCH_RESOURCE: Status = Status::from_win32(1814);

/// Notes whether the window is visible, and returns whether it was; nobody sees it.  FALSE with
/// 1400 for no window.
#[unsafe(no_mangle)]
pub extern "system" fn ShowWindow(hwnd: HWND, command: SHOW_WINDOW_CMD) -> BOOL {
    let window = match window::lookup(hwnd.addr()) {
        Ok(window) => window,
        Err(status) => return entry::fail(status),
    };
    let style = window.property(Property::Style);
    let visible = if command == 0 { style & !VISIBLE } else { style | VISIBLE };
    window.set_property(Property::Style, visible);
    BOOL::from(style & VISIBLE != 0)
}

/// Paints what needs it: nothing does.  FALSE with 1400 for no window.
#[unsafe(no_mangle)]
pub extern "system" fn UpdateWindow(hwnd: HWND) -> BOOL {
    entry::succeed(window::lookup(hwnd.addr()).map(drop))
}

/// Fails, as Windows does where there is no display to paint on: NULL, the structure empty.
///
/// # Safety
/// `paint` must be NULL or a place for the structure.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn BeginPaint(hwnd: HWND, paint: *mut PAINTSTRUCT) -> HDC {
    if let Err(status) = window::lookup(hwnd.addr()) {
        entry::fail(status);
    } else if !entry::is_wild(paint) {
        // SAFETY: the caller's promise.
        unsafe { paint.write_unaligned(PAINTSTRUCT::default()) };
    }
    ptr::null_mut()
}

/// Ends what [`BeginPaint`] began; there is nothing to end.
///
/// # Safety
/// None: the structure is not looked at.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn EndPaint(_hwnd: HWND, _paint: *const PAINTSTRUCT) -> BOOL {
    1
}

/// A handle that tells the system's own icons and cursors apart.  Programs have no resources here.
fn system_own(instance: HINSTANCE, name: usize) -> *mut core::ffi::c_void {
    if instance.is_null() && SYSTEMS_OWN.contains(&name) {
        return ptr::without_provenance_mut(name);
    }
    entry::fail(NO_SUCH_RESOURCE);
    ptr::null_mut()
}

/// One of the system's icons (`IDI_…`, no instance).  NULL with 1814 for any other: a program has
/// no resources here.
#[unsafe(no_mangle)]
pub extern "system" fn LoadIconA(instance: HINSTANCE, name: PCSTR) -> HICON {
    system_own(instance, name.addr())
}

/// As [`LoadIconA`].
#[unsafe(no_mangle)]
pub extern "system" fn LoadIconW(instance: HINSTANCE, name: PCWSTR) -> HICON {
    system_own(instance, name.addr())
}

/// One of the system's cursors (`IDC_…`, no instance).  NULL with 1814 for any other.
#[unsafe(no_mangle)]
pub extern "system" fn LoadCursorA(instance: HINSTANCE, name: PCSTR) -> HCURSOR {
    system_own(instance, name.addr())
}

/// As [`LoadCursorA`].
#[unsafe(no_mangle)]
pub extern "system" fn LoadCursorW(instance: HINSTANCE, name: PCWSTR) -> HCURSOR {
    system_own(instance, name.addr())
}

/// `MessageBox` of any face.
///
/// # Safety
/// As for [`MessageBoxA`].
pub(super) unsafe fn message_box<U: Face>(
    text: *const U,
    caption: *const U,
    kind: MESSAGEBOX_STYLE,
) -> MESSAGEBOX_RESULT {
    const YES_NO_CANCEL: u32 = 3;
    const YES_NO: u32 = 4;
    const CANCELS: [u32; 2] = [5, 6];
    const ABORT_RETRY_IGNORE: u32 = 2;
    // SAFETY: the caller's promises.
    let (text, caption) = unsafe { (text::from_terminated(text), text::from_terminated(caption)) };
    let caption = caption.unwrap_or_else(|| String::from("Error"));
    let line = format!("{caption}: {}\n", text.unwrap_or_default());
    // Nobody reads it, and there is nowhere else to say it.
    let _unread = std::io::stderr().write_all(line.as_bytes());
    match kind & MB_TYPEMASK {
        YES_NO | YES_NO_CANCEL => IDYES,
        ABORT_RETRY_IGNORE => 3,
        other if CANCELS.contains(&other) => 2,
        _ => IDOK,
    }
}

/// Writes the caption and the text to the standard error output and answers for the user: `IDOK`;
/// `IDYES`, `IDABORT` or `IDCANCEL` where there is no OK.
///
/// # Safety
/// `text` and `caption` must be NULL or terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MessageBoxA(
    _hwnd: HWND,
    text: PCSTR,
    caption: PCSTR,
    kind: MESSAGEBOX_STYLE,
) -> MESSAGEBOX_RESULT {
    // SAFETY: the caller's promises.
    unsafe { message_box(text, caption, kind) }
}

/// [`MessageBoxA`] in UTF-16.
///
/// # Safety
/// As for [`MessageBoxA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MessageBoxW(
    _hwnd: HWND,
    text: PCWSTR,
    caption: PCWSTR,
    kind: MESSAGEBOX_STYLE,
) -> MESSAGEBOX_RESULT {
    // SAFETY: the caller's promises.
    unsafe { message_box(text, caption, kind) }
}
