//! What a window does when the program says nothing.
#![allow(unsafe_code)]

use super::class::copy_truncated;
use super::{Face, window};
use crate::text;
use lapwing_abi::{
    CREATESTRUCTA, HWND, LPARAM, LRESULT, WM_CLOSE, WM_GETTEXT, WM_GETTEXTLENGTH, WM_NCCREATE,
    WM_SETTEXT, WPARAM,
};
use lapwing_executive::win32k::window as windows;

const WM_QUERYENDSESSION: u32 = 0x0011;
const WM_QUERYOPEN: u32 = 0x0013;

/// `DefWindowProc` of any face.
///
/// # Safety
/// As for [`DefWindowProcA`].
pub(super) unsafe fn default<U: Face>(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    let pointer = || core::ptr::with_exposed_provenance_mut::<U>(lparam.cast_unsigned());
    match message {
        WM_NCCREATE if lparam != 0 => {
            // SAFETY: such a message comes with the structure, whose texts are in this alphabet.
            let name = unsafe { pointer().cast::<CREATESTRUCTA>().read_unaligned().lpszName };
            // SAFETY: as above.
            unsafe { set_text(hwnd, name.cast::<U>()) };
            1
        }
        WM_CLOSE => {
            window::DestroyWindow(hwnd);
            0
        }
        WM_SETTEXT => {
            // SAFETY: such a message comes with a terminated text.
            unsafe { set_text(hwnd, pointer()) };
            1
        }
        WM_GETTEXTLENGTH => U::encode(&own_text(hwnd)).len().cast_signed(),
        WM_GETTEXT if wparam != 0 && lparam != 0 => {
            // SAFETY: such a message comes with a buffer of `wparam` characters.
            unsafe { copy_truncated(&own_text(hwnd), pointer(), wparam) }.cast_signed()
        }
        WM_QUERYENDSESSION | WM_QUERYOPEN => 1,
        _ => 0,
    }
}

fn own_text(hwnd: HWND) -> String {
    windows::lookup(hwnd.addr()).map(|window| window.text()).unwrap_or_default()
}

/// # Safety
/// `text` must be NULL or point to a terminated string.
unsafe fn set_text<U: Face>(hwnd: HWND, text: *const U) {
    // SAFETY: the caller's promise.
    let text = unsafe { text::from_terminated(text) }.unwrap_or_default();
    if let Ok(window) = windows::lookup(hwnd.addr()) {
        window.set_text(text);
    }
}

/// Does what a window does by default: takes its text from `WM_NCCREATE` and `WM_SETTEXT`, tells
/// it, destroys itself for `WM_CLOSE`, and answers 0 to most of the rest.
///
/// # Safety
/// What the message points at must be what its number promises, texts in UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn DefWindowProcA(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: the caller's promise.
    unsafe { default::<u8>(hwnd, message, wparam, lparam) }
}

/// [`DefWindowProcA`] with texts in UTF-16.
///
/// # Safety
/// As for [`DefWindowProcA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn DefWindowProcW(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: the caller's promise.
    unsafe { default::<u16>(hwnd, message, wparam, lparam) }
}
