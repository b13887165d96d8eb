//! `FormatMessage`: finds the message, hands it to [`super::message_layout`], delivers the result.
//!
//! The texts are in [`super::error_text`].  Written once for the three alphabets of
//! [`crate::text`]; the twin with a 32-bit `wchar_t` is in [`super::lp64`].
#![allow(unsafe_code)]

use super::error_text;
use super::heap::LocalAlloc;
use super::message_layout::{Inserts, expand};
use crate::last_error;
use crate::text::{self, Fit, Unit};
use core::ffi::c_void;
use core::ptr::null_mut;
use lapwing_abi::{
    ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER, ERROR_MR_MID_NOT_FOUND,
    ERROR_NOT_ENOUGH_MEMORY, ERROR_RESOURCE_LANG_NOT_FOUND, ERROR_RESOURCE_TYPE_NOT_FOUND,
    FORMAT_MESSAGE_ALLOCATE_BUFFER, FORMAT_MESSAGE_ARGUMENT_ARRAY, FORMAT_MESSAGE_FROM_HMODULE,
    FORMAT_MESSAGE_FROM_STRING, FORMAT_MESSAGE_FROM_SYSTEM, FORMAT_MESSAGE_IGNORE_INSERTS,
    FORMAT_MESSAGE_MAX_WIDTH_MASK, PSTR, PWSTR,
};

/// The arguments of a `FormatMessage` in any alphabet.
pub(super) struct Request<U> {
    pub flags: u32,
    pub source: *const c_void,
    pub message_id: u32,
    pub language_id: u32,
    pub buffer: *mut U,
    pub size: u32,
    pub arguments: *const *const i8,
}

/// Writes the text of an error code, or a message of the caller's with its inserts, in UTF-8.
///
/// Gives the length without the terminator, or 0 with the error: `ERROR_MR_MID_NOT_FOUND` (317)
/// for an unknown code, `ERROR_INSUFFICIENT_BUFFER` (122), `ERROR_INVALID_PARAMETER` (87) for
/// impossible flags, a malformed insert or an insert without arguments. With
/// `FORMAT_MESSAGE_ALLOCATE_BUFFER` the buffer belongs to the caller, who frees it with
/// `LocalFree`. The texts are English; other languages give `ERROR_RESOURCE_LANG_NOT_FOUND`.
///
/// Missing: message tables of modules (`FORMAT_MESSAGE_FROM_HMODULE`), floating-point inserts (as
/// on Windows).
///
/// # Safety
/// `source` must be a terminated string with `FORMAT_MESSAGE_FROM_STRING`; `buffer` must have
/// `size` units, or be a pointer to a pointer with `FORMAT_MESSAGE_ALLOCATE_BUFFER`; `arguments`
/// must be NULL, a `va_list *`, or with `FORMAT_MESSAGE_ARGUMENT_ARRAY` an array, of as many
/// values as the message has inserts.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FormatMessageA(
    flags: u32,
    source: *const c_void,
    message_id: u32,
    language_id: u32,
    buffer: PSTR,
    size: u32,
    arguments: *const *const i8,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe {
        let request = Request { flags, source, message_id, language_id, buffer, size, arguments };
        format::<_, u16>(request)
    }
}

/// As [`FormatMessageA`], in UTF-16.
///
/// # Safety
/// As for [`FormatMessageA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FormatMessageW(
    flags: u32,
    source: *const c_void,
    message_id: u32,
    language_id: u32,
    buffer: PWSTR,
    size: u32,
    arguments: *const *const i8,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe {
        let request = Request { flags, source, message_id, language_id, buffer, size, arguments };
        format::<_, u16>(request)
    }
}

/// `FormatMessage` in any alphabet, with wide strings among the inserts in another.
///
/// # Safety
/// As for [`FormatMessageA`], in units of `U` and `Wide`.
pub(super) unsafe fn format<U: Unit, Wide: Unit>(request: Request<U>) -> u32 {
    // SAFETY: the caller's promise.
    let delivered =
        unsafe { message::<U, Wide>(&request).and_then(|units| deliver(&request, &units)) };
    delivered.unwrap_or_else(|code| {
        last_error::set(code);
        0
    })
}

/// The finished text.
///
/// # Safety
/// As for [`format()`].
unsafe fn message<U: Unit, Wide: Unit>(request: &Request<U>) -> Result<Vec<U>, u32> {
    if request.buffer.is_null() {
        let allocate = request.flags & FORMAT_MESSAGE_ALLOCATE_BUFFER != 0;
        return Err(if allocate { ERROR_NOT_ENOUGH_MEMORY } else { ERROR_INVALID_PARAMETER });
    }
    let template = if request.flags & FORMAT_MESSAGE_FROM_STRING != 0 {
        // SAFETY: the caller's promise for FROM_STRING.
        unsafe { text::from_terminated::<U>(request.source.cast()) }
            .ok_or(ERROR_INVALID_PARAMETER)?
    } else {
        from_tables(request.flags, request.message_id, request.language_id)?
    };
    let arguments = request.arguments.cast::<c_void>();
    // SAFETY: the caller's promise about the arguments.
    let mut inserts = unsafe {
        if request.flags & FORMAT_MESSAGE_IGNORE_INSERTS != 0 {
            Inserts::Ignored
        } else if arguments.is_null() {
            Inserts::None
        } else if request.flags & FORMAT_MESSAGE_ARGUMENT_ARRAY != 0 {
            Inserts::Array(arguments.cast())
        } else {
            Inserts::from_va_list(arguments)
        }
    };
    let width = request.flags & FORMAT_MESSAGE_MAX_WIDTH_MASK;
    // SAFETY: as above.
    let expanded = unsafe { expand::<U, Wide>(&template, width as usize, &mut inserts)? };
    Ok(U::encode(&expanded))
}

/// The text of a code from the system's or a module's table.
fn from_tables(flags: u32, message_id: u32, language_id: u32) -> Result<String, u32> {
    if flags & FORMAT_MESSAGE_FROM_SYSTEM == 0 {
        // No module of ours has a message table.
        let module = flags & FORMAT_MESSAGE_FROM_HMODULE != 0;
        return Err(if module { ERROR_RESOURCE_TYPE_NOT_FOUND } else { ERROR_INVALID_PARAMETER });
    }
    let message = error_text::message(message_id).ok_or(ERROR_MR_MID_NOT_FOUND)?;
    const NEUTRAL: u32 = 0;
    const ENGLISH: u32 = 9;
    let primary_language = language_id & 0x3FF;
    if ![NEUTRAL, ENGLISH].contains(&primary_language) {
        return Err(ERROR_RESOURCE_LANG_NOT_FOUND);
    }
    Ok(format!("{}\r\n", message.text))
}

/// Puts the text into the caller's buffer or into a new one; gives its length.
///
/// # Safety
/// As for [`format()`].
unsafe fn deliver<U: Unit>(request: &Request<U>, units: &[U]) -> Result<u32, u32> {
    let length = u32::try_from(units.len()).map_err(|_| ERROR_INSUFFICIENT_BUFFER)?;
    let (buffer, capacity) = if request.flags & FORMAT_MESSAGE_ALLOCATE_BUFFER == 0 {
        (request.buffer, request.size as usize)
    } else {
        // SAFETY: with ALLOCATE_BUFFER the buffer is a pointer to a pointer.
        unsafe { request.buffer.cast::<*mut U>().write_unaligned(null_mut()) };
        let capacity = (units.len() + 1).max(request.size as usize);
        (LocalAlloc(0, capacity * size_of::<U>()).cast(), capacity)
    };
    if buffer.is_null() {
        return Err(ERROR_NOT_ENOUGH_MEMORY);
    }
    // SAFETY: the buffer has the capacity.
    match unsafe { text::units_into_buffer(units, buffer, capacity) } {
        Fit::Needed(_) => Err(ERROR_INSUFFICIENT_BUFFER),
        Fit::Written(_) => {
            if request.flags & FORMAT_MESSAGE_ALLOCATE_BUFFER != 0 {
                // SAFETY: as above.
                unsafe { request.buffer.cast::<*mut U>().write_unaligned(buffer) };
            }
            Ok(length)
        }
    }
}

#[cfg(test)]
#[path = "format_message_tests.rs"]
mod tests;
