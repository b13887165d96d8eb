//! What a program keeps with a window: numbers and the text.
#![allow(unsafe_code)]

use super::Face;
use super::class::copy_truncated;
use super::send::send_any;
use crate::entry;
use lapwing_abi::{
    BOOL, GWL_EXSTYLE, GWL_STYLE, GWLP_HINSTANCE, GWLP_HWNDPARENT, GWLP_ID, GWLP_USERDATA,
    GWLP_WNDPROC, HWND, PCSTR, PCWSTR, PSTR, PWSTR, WINDOW_LONG_PTR_INDEX, WM_GETTEXT, WM_SETTEXT,
};
use lapwing_executive::status::{Result, Status};
use lapwing_executive::win32k::window::{self, Extra, Property, Window};
use lapwing_executive::win32k::{INVALID_INDEX, Procedure};

const POINTER: usize = 8;
const LONG: usize = 4;

/// What an index of `GetWindowLongPtr` means.
enum Place {
    Procedure,
    Parent,
    Property(Property),
    Extra(Extra),
}

/// A pointer's place cannot be reached by the functions for 32 bits.
fn place(index: WINDOW_LONG_PTR_INDEX, size: usize) -> Result<Place> {
    let only_whole = |place| if size == POINTER { Ok(place) } else { Err(INVALID_INDEX) };
    match index {
        GWLP_WNDPROC => only_whole(Place::Procedure),
        GWLP_HWNDPARENT => only_whole(Place::Parent),
        GWLP_HINSTANCE => only_whole(Place::Property(Property::Instance)),
        GWLP_USERDATA => Ok(Place::Property(Property::UserData)),
        GWLP_ID => Ok(Place::Property(Property::Id)),
        GWL_STYLE => Ok(Place::Property(Property::Style)),
        GWL_EXSTYLE => Ok(Place::Property(Property::ExStyle)),
        _ => match usize::try_from(index) {
            Ok(offset) => Ok(Place::Extra(Extra { offset, size })),
            Err(_) => Err(INVALID_INDEX),
        },
    }
}

fn read(window: &Window, place: &Place) -> Result<u64> {
    Ok(match place {
        Place::Procedure => window.procedure().address as u64,
        Place::Parent => window.parent() as u64,
        Place::Property(property) => window.property(*property) as u64,
        Place::Extra(extra) => window.extra(*extra)?,
    })
}

fn get(hwnd: HWND, index: WINDOW_LONG_PTR_INDEX, size: usize) -> u64 {
    let look = || read(&*window::lookup(hwnd.addr())?, &place(index, size)?);
    look().unwrap_or_else(|status| {
        entry::fail(status);
        0
    })
}

/// Changes a place and gives what was there; a procedure from now on takes this face's texts.
fn set<U: Face>(hwnd: HWND, index: WINDOW_LONG_PTR_INDEX, size: usize, value: u64) -> u64 {
    let change = || -> Result<u64> {
        let window = window::lookup(hwnd.addr())?;
        let value_of_pointer = value as usize;
        match place(index, size)? {
            Place::Procedure if value_of_pointer == 0 => Err(Status::INVALID_PARAMETER),
            Place::Procedure => {
                let new = Procedure { address: value_of_pointer, alphabet: U::ALPHABET };
                Ok(window.set_procedure(new).address as u64)
            }
            Place::Parent => Err(INVALID_INDEX),
            Place::Property(property) => Ok(window.set_property(property, value_of_pointer) as u64),
            Place::Extra(extra) => window.set_extra(extra, value),
        }
    };
    change().unwrap_or_else(|status| {
        entry::fail(status);
        0
    })
}

/// `SetWindowLongPtr` of any face.
pub(super) fn set_pointer<U: Face>(
    hwnd: HWND,
    index: WINDOW_LONG_PTR_INDEX,
    value: isize,
) -> isize {
    (set::<U>(hwnd, index, POINTER, value as u64) as usize).cast_signed()
}

/// A number that belongs to a window: `GWLP_WNDPROC`, `GWLP_USERDATA`, `GWLP_ID`,
/// `GWLP_HINSTANCE`, `GWLP_HWNDPARENT`, `GWL_STYLE`, `GWL_EXSTYLE`, or eight of the class's extra
/// bytes from an offset on.  0 on failure: 1400 for no window, 1413 for an index that does not
/// exist.
#[unsafe(no_mangle)]
pub extern "system" fn GetWindowLongPtrA(hwnd: HWND, index: WINDOW_LONG_PTR_INDEX) -> isize {
    (get(hwnd, index, POINTER) as usize).cast_signed()
}

/// As [`GetWindowLongPtrA`].
#[unsafe(no_mangle)]
pub extern "system" fn GetWindowLongPtrW(hwnd: HWND, index: WINDOW_LONG_PTR_INDEX) -> isize {
    GetWindowLongPtrA(hwnd, index)
}

/// Changes such a number and returns the one before.  0 on failure, as [`GetWindowLongPtrA`]; the
/// last error is left alone on success.  A procedure set by this takes texts in UTF-8.
///
/// Missing: `GWLP_HWNDPARENT` (1413); a window stays where it was made.
///
/// # Safety
/// A procedure must be callable as long as the window has it.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetWindowLongPtrA(
    hwnd: HWND,
    index: WINDOW_LONG_PTR_INDEX,
    value: isize,
) -> isize {
    set_pointer::<u8>(hwnd, index, value)
}

/// [`SetWindowLongPtrA`]; a procedure set by this takes texts in UTF-16.
///
/// # Safety
/// As for [`SetWindowLongPtrA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetWindowLongPtrW(
    hwnd: HWND,
    index: WINDOW_LONG_PTR_INDEX,
    value: isize,
) -> isize {
    set_pointer::<u16>(hwnd, index, value)
}

/// [`GetWindowLongPtrA`] for 32 bits; pointers (1413) cannot be read so.
#[unsafe(no_mangle)]
pub extern "system" fn GetWindowLongA(hwnd: HWND, index: WINDOW_LONG_PTR_INDEX) -> i32 {
    get(hwnd, index, LONG) as i32
}

/// As [`GetWindowLongA`].
#[unsafe(no_mangle)]
pub extern "system" fn GetWindowLongW(hwnd: HWND, index: WINDOW_LONG_PTR_INDEX) -> i32 {
    GetWindowLongA(hwnd, index)
}

/// [`SetWindowLongPtrA`] for 32 bits; pointers (1413) cannot be set so.
#[unsafe(no_mangle)]
pub extern "system" fn SetWindowLongA(hwnd: HWND, index: WINDOW_LONG_PTR_INDEX, value: i32) -> i32 {
    set::<u8>(hwnd, index, LONG, i64::from(value).cast_unsigned()) as i32
}

/// As [`SetWindowLongA`].
#[unsafe(no_mangle)]
pub extern "system" fn SetWindowLongW(hwnd: HWND, index: WINDOW_LONG_PTR_INDEX, value: i32) -> i32 {
    SetWindowLongA(hwnd, index, value)
}

/// `SetWindowText` of any face.
///
/// # Safety
/// As for [`SetWindowTextA`].
pub(super) unsafe fn set_text<U: Face>(hwnd: HWND, text: *const U) -> BOOL {
    if let Err(status) = window::lookup(hwnd.addr()) {
        return entry::fail(status);
    }
    // SAFETY: the caller's promise about the text.
    unsafe { send_any::<U>(hwnd, WM_SETTEXT, 0, text.expose_provenance().cast_signed()) as BOOL }
}

/// Gives a window a text: sends it `WM_SETTEXT`.  FALSE with 1400 for no window.
///
/// # Safety
/// `text` must be NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetWindowTextA(hwnd: HWND, text: PCSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { set_text(hwnd, text) }
}

/// [`SetWindowTextA`] in UTF-16.
///
/// # Safety
/// As for [`SetWindowTextA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetWindowTextW(hwnd: HWND, text: PCWSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { set_text(hwnd, text) }
}

/// `GetWindowText` of any face.
///
/// # Safety
/// As for [`GetWindowTextA`].
pub(super) unsafe fn get_text<U: Face>(hwnd: HWND, buffer: *mut U, capacity: i32) -> i32 {
    let capacity = match (usize::try_from(capacity), window::lookup(hwnd.addr())) {
        (_, Err(status)) => return entry::fail(status),
        (Ok(capacity @ 1..), Ok(_)) if !buffer.is_null() => capacity,
        _ => return 0,
    };
    // SAFETY: the caller's promise about the buffer, which is empty until it is filled.
    unsafe {
        copy_truncated("", buffer, capacity);
        let lparam = buffer.expose_provenance().cast_signed();
        send_any::<U>(hwnd, WM_GETTEXT, capacity, lparam) as i32
    }
}

/// A window's text, cut off where the buffer ends: sends `WM_GETTEXT`; returns the length.  0 with
/// 1400 for no window.
///
/// # Safety
/// `buffer` must be NULL or point to `capacity` writable characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetWindowTextA(hwnd: HWND, buffer: PSTR, capacity: i32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { get_text(hwnd, buffer, capacity) }
}

/// [`GetWindowTextA`] in UTF-16.
///
/// # Safety
/// As for [`GetWindowTextA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetWindowTextW(hwnd: HWND, buffer: PWSTR, capacity: i32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { get_text(hwnd, buffer, capacity) }
}
