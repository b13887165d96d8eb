//! What C programs call in place of a user32 function with a `W`, because C's `wchar_t` has 32 bits
//! on Linux.  The headers bind the Windows name to `lapwing_<name>_lp64`; strings are UTF-32, also
//! those that a window procedure registered here is given; everything else is as in the function of
//! the same name.
#![allow(unsafe_code)]

use super::send::Timeout;
use super::window::Creation;
use super::{class, default_procedure, headless, message, property, send, window};
use core::ffi::c_void;
use core::ptr::null_mut;
use lapwing_abi::{
    BOOL, HINSTANCE, HMENU, HWND, LPARAM, LRESULT, MESSAGEBOX_RESULT, MESSAGEBOX_STYLE,
    SEND_MESSAGE_TIMEOUT_FLAGS, WINDOW_EX_STYLE, WINDOW_LONG_PTR_INDEX, WINDOW_STYLE, WNDCLASSEXW,
    WNDCLASSW, WPARAM,
};

/// As [`super::class::RegisterClassW`], in UTF-32.
///
/// # Safety
/// As for [`super::class::RegisterClassW`].
#[unsafe(export_name = "lapwing_RegisterClassW_lp64")]
pub unsafe extern "system" fn RegisterClassW(class: *const WNDCLASSW) -> u16 {
    // SAFETY: the caller's promises.
    unsafe { class::register_wide::<i32>(class) }
}

/// As [`super::class::RegisterClassExW`], in UTF-32.
///
/// # Safety
/// As for [`super::class::RegisterClassExW`].
#[unsafe(export_name = "lapwing_RegisterClassExW_lp64")]
pub unsafe extern "system" fn RegisterClassExW(class: *const WNDCLASSEXW) -> u16 {
    // SAFETY: the caller's promises.
    unsafe { class::register_wide_ex::<i32>(class) }
}

/// As [`super::class::UnregisterClassW`], in UTF-32.
///
/// # Safety
/// As for [`super::class::UnregisterClassW`].
#[unsafe(export_name = "lapwing_UnregisterClassW_lp64")]
pub unsafe extern "system" fn UnregisterClassW(name: *const i32, instance: HINSTANCE) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { class::unregister(name, instance) }
}

/// As [`super::class::GetClassNameW`], in UTF-32.
///
/// # Safety
/// As for [`super::class::GetClassNameW`].
#[unsafe(export_name = "lapwing_GetClassNameW_lp64")]
pub unsafe extern "system" fn GetClassNameW(hwnd: HWND, buffer: *mut i32, capacity: i32) -> i32 {
    // SAFETY: the caller's promises.
    unsafe { class::class_name(hwnd, buffer, capacity) }
}

/// As [`super::window::CreateWindowExW`], in UTF-32.
///
/// # Safety
/// As for [`super::window::CreateWindowExW`].
#[unsafe(export_name = "lapwing_CreateWindowExW_lp64")]
pub unsafe extern "system" fn CreateWindowExW(
    ex_style: WINDOW_EX_STYLE,
    class: *const i32,
    name: *const i32,
    style: WINDOW_STYLE,
    x: i32,
    y: i32,
    width: i32,
    height: i32,
    parent: HWND,
    menu: HMENU,
    instance: HINSTANCE,
    parameter: *const c_void,
) -> HWND {
    let place = [x, y, width, height];
    let creation = Creation { ex_style, style, place, parent, menu, instance, parameter };
    // SAFETY: the caller's promises.
    unsafe { window::create(class, name, &creation) }
}

/// As [`super::window::FindWindowW`], in UTF-32.
///
/// # Safety
/// As for [`super::window::FindWindowW`].
#[unsafe(export_name = "lapwing_FindWindowW_lp64")]
pub unsafe extern "system" fn FindWindowW(class: *const i32, name: *const i32) -> HWND {
    // SAFETY: the caller's promises.
    unsafe { window::find(null_mut(), null_mut(), class, name) }
}

/// As [`super::window::FindWindowExW`], in UTF-32.
///
/// # Safety
/// As for [`super::window::FindWindowExW`].
#[unsafe(export_name = "lapwing_FindWindowExW_lp64")]
pub unsafe extern "system" fn FindWindowExW(
    parent: HWND,
    after: HWND,
    class: *const i32,
    name: *const i32,
) -> HWND {
    // SAFETY: the caller's promises.
    unsafe { window::find(parent, after, class, name) }
}

/// As [`super::default_procedure::DefWindowProcW`], in UTF-32.
///
/// # Safety
/// As for [`super::default_procedure::DefWindowProcW`].
#[unsafe(export_name = "lapwing_DefWindowProcW_lp64")]
pub unsafe extern "system" fn DefWindowProcW(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: the caller's promises.
    unsafe { default_procedure::default::<i32>(hwnd, message, wparam, lparam) }
}

/// As [`super::property::SetWindowLongPtrW`], in UTF-32.
///
/// # Safety
/// As for [`super::property::SetWindowLongPtrW`].
#[unsafe(export_name = "lapwing_SetWindowLongPtrW_lp64")]
pub unsafe extern "system" fn SetWindowLongPtrW(
    hwnd: HWND,
    index: WINDOW_LONG_PTR_INDEX,
    value: isize,
) -> isize {
    property::set_pointer::<i32>(hwnd, index, value)
}

/// As [`super::property::SetWindowTextW`], in UTF-32.
///
/// # Safety
/// As for [`super::property::SetWindowTextW`].
#[unsafe(export_name = "lapwing_SetWindowTextW_lp64")]
pub unsafe extern "system" fn SetWindowTextW(hwnd: HWND, text: *const i32) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { property::set_text(hwnd, text) }
}

/// As [`super::property::GetWindowTextW`], in UTF-32.
///
/// # Safety
/// As for [`super::property::GetWindowTextW`].
#[unsafe(export_name = "lapwing_GetWindowTextW_lp64")]
pub unsafe extern "system" fn GetWindowTextW(hwnd: HWND, buffer: *mut i32, capacity: i32) -> i32 {
    // SAFETY: the caller's promises.
    unsafe { property::get_text(hwnd, buffer, capacity) }
}

/// As [`super::message::RegisterWindowMessageW`], in UTF-32.
///
/// # Safety
/// As for [`super::message::RegisterWindowMessageW`].
#[unsafe(export_name = "lapwing_RegisterWindowMessageW_lp64")]
pub unsafe extern "system" fn RegisterWindowMessageW(name: *const i32) -> u32 {
    // SAFETY: the caller's promises.
    unsafe { message::register(name) }
}

/// As [`super::send::SendMessageW`], in UTF-32.
///
/// # Safety
/// As for [`super::send::SendMessageW`].
#[unsafe(export_name = "lapwing_SendMessageW_lp64")]
pub unsafe extern "system" fn SendMessageW(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: the caller's promises.
    unsafe { send::send_any::<i32>(hwnd, message, wparam, lparam) }
}

/// As [`super::send::SendMessageTimeoutW`], with texts in UTF-32.
///
/// # Safety
/// As for [`super::send::SendMessageTimeoutW`].
#[unsafe(export_name = "lapwing_SendMessageTimeoutW_lp64")]
pub unsafe extern "system" fn SendMessageTimeoutW(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
    flags: SEND_MESSAGE_TIMEOUT_FLAGS,
    milliseconds: u32,
    result: *mut usize,
) -> LRESULT {
    let timeout = Timeout { flags, milliseconds, result };
    // SAFETY: the caller's promises.
    unsafe { send::send_timeout::<i32>(hwnd, message, wparam, lparam, &timeout) }
}

/// As [`super::headless::MessageBoxW`], in UTF-32.
///
/// # Safety
/// As for [`super::headless::MessageBoxW`].
#[unsafe(export_name = "lapwing_MessageBoxW_lp64")]
pub unsafe extern "system" fn MessageBoxW(
    _hwnd: HWND,
    text: *const i32,
    caption: *const i32,
    kind: MESSAGEBOX_STYLE,
) -> MESSAGEBOX_RESULT {
    // SAFETY: the caller's promises.
    unsafe { headless::message_box(text, caption, kind) }
}
