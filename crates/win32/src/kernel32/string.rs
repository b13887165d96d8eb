//! `MultiByteToWideChar`, `WideCharToMultiByte` and the lengths of strings.
//!
//! The ANSI, the OEM and the thread's code page are UTF-8; there are no others.  Malformed text is
//! either replaced (U+FFFD for each part that could not begin a character) or refused.
#![allow(unsafe_code)]

use crate::last_error;
use crate::text::{self, Unit};
use lapwing_abi::{
    BOOL, CP_ACP, CP_OEMCP, CP_THREAD_ACP, CP_UTF8, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_FLAGS,
    ERROR_INVALID_PARAMETER, ERROR_NO_UNICODE_TRANSLATION, FALSE, MB_ERR_INVALID_CHARS, PCSTR,
    PCWSTR, PSTR, PWSTR, WC_ERR_INVALID_CHARS,
};

/// Flags about composed characters and substitutes, which mean nothing for UTF-8; only
/// `CP_UTF8` itself refuses them.
const MULTI_BYTE_HINTS: u32 = 0x7;
const WIDE_HINTS: u32 = 0x670;

/// A wide character: UTF-16, or UTF-32 for C programs.
pub(super) trait Wide: Unit {
    /// The text, or `None` when it is malformed.
    fn decode_strictly(units: &[Self]) -> Option<String>;
}

impl Wide for u16 {
    fn decode_strictly(units: &[u16]) -> Option<String> {
        String::from_utf16(units).ok()
    }
}

impl Wide for i32 {
    fn decode_strictly(units: &[i32]) -> Option<String> {
        units.iter().map(|unit| char::from_u32(unit.cast_unsigned())).collect()
    }
}

/// Turns UTF-8 into UTF-16.  Gives the number of characters written, or needed when `wide_size`
/// is 0; a negative `bytes` means up to the terminator, which is then counted.
///
/// 0 with `ERROR_INVALID_PARAMETER`, `ERROR_INVALID_FLAGS`, `ERROR_INSUFFICIENT_BUFFER`, or with
/// `MB_ERR_INVALID_CHARS` for malformed text `ERROR_NO_UNICODE_TRANSLATION` (1113).
///
/// # Safety
/// `source` must have `bytes` bytes or be terminated, `wide` must have `wide_size` characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MultiByteToWideChar(
    code_page: u32,
    flags: u32,
    source: PCSTR,
    bytes: i32,
    wide: PWSTR,
    wide_size: i32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { to_wide(code_page, flags, source, bytes, wide, wide_size) }
}

/// Turns UTF-16 into UTF-8; see [`MultiByteToWideChar`].  `WC_ERR_INVALID_CHARS` refuses lone
/// surrogates.  Every character can be translated, so `default` is never used and
/// `*used_default` becomes FALSE; with `CP_UTF8` both must be NULL.
///
/// # Safety
/// `source` must have `characters` characters or be terminated, `narrow` must have `narrow_size`
/// bytes, `used_default` must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WideCharToMultiByte(
    code_page: u32,
    flags: u32,
    source: PCWSTR,
    characters: i32,
    narrow: PSTR,
    narrow_size: i32,
    default: PCSTR,
    used_default: *mut BOOL,
) -> i32 {
    let substitute = Substitute { default, used_default };
    // SAFETY: the caller's promise.
    unsafe { to_narrow(code_page, flags, source, characters, narrow, narrow_size, substitute) }
}

/// The two parameters of `WideCharToMultiByte` about characters that cannot be translated.
pub(super) struct Substitute {
    pub default: PCSTR,
    pub used_default: *mut BOOL,
}

/// # Safety
/// As for [`MultiByteToWideChar`], in units of `U`.
pub(super) unsafe fn to_wide<U: Wide>(
    code_page: u32,
    flags: u32,
    source: *const u8,
    bytes: i32,
    wide: *mut U,
    wide_size: i32,
) -> i32 {
    let hints = if code_page == CP_UTF8 { 0 } else { MULTI_BYTE_HINTS };
    // SAFETY: the caller's promise.
    let converted = unsafe {
        checked(code_page, flags & !(hints | MB_ERR_INVALID_CHARS), source, wide, wide_size)
            .and_then(|()| bytes_of(source, bytes))
            .and_then(|source| {
                let text = if flags & MB_ERR_INVALID_CHARS != 0 {
                    String::from_utf8(source).map_err(|_| ERROR_NO_UNICODE_TRANSLATION)?
                } else {
                    u8::decode(&source)
                };
                deliver(&U::encode(&text), wide, wide_size)
            })
    };
    converted.unwrap_or_else(fail)
}

/// # Safety
/// As for [`WideCharToMultiByte`], in units of `U`.
pub(super) unsafe fn to_narrow<U: Wide>(
    code_page: u32,
    flags: u32,
    source: *const U,
    characters: i32,
    narrow: PSTR,
    narrow_size: i32,
    substitute: Substitute,
) -> i32 {
    if code_page == CP_UTF8 && !(substitute.default.is_null() && substitute.used_default.is_null())
    {
        return fail(ERROR_INVALID_PARAMETER);
    }
    let hints = if code_page == CP_UTF8 { 0 } else { WIDE_HINTS };
    // SAFETY: the caller's promise.
    let converted = unsafe {
        checked(code_page, flags & !(hints | WC_ERR_INVALID_CHARS), source, narrow, narrow_size)
            .and_then(|()| bytes_of(source, characters))
            .and_then(|source| {
                let text = if flags & WC_ERR_INVALID_CHARS != 0 {
                    U::decode_strictly(&source).ok_or(ERROR_NO_UNICODE_TRANSLATION)?
                } else {
                    U::decode(&source)
                };
                deliver(text.as_bytes(), narrow, narrow_size)
            })
    };
    if converted.is_ok() && !substitute.used_default.is_null() {
        // SAFETY: the caller's promise.
        unsafe { substitute.used_default.write_unaligned(FALSE) };
    }
    converted.unwrap_or_else(fail)
}

/// Refuses unknown code pages, flags that nobody knows, and impossible buffers.
fn checked<S, D>(
    code_page: u32,
    unknown_flags: u32,
    source: *const S,
    destination: *mut D,
    size: i32,
) -> Result<(), u32> {
    let known = [CP_ACP, CP_OEMCP, CP_THREAD_ACP, CP_UTF8].contains(&code_page);
    let no_room = size < 0 || (size > 0 && destination.is_null());
    if !known || source.is_null() || no_room || source.addr() == destination.addr() {
        return Err(ERROR_INVALID_PARAMETER);
    }
    if unknown_flags != 0 { Err(ERROR_INVALID_FLAGS) } else { Ok(()) }
}

/// The caller's characters; a negative number means up to the terminator, and with it.
///
/// # Safety
/// `source` must have that many characters or be terminated.
unsafe fn bytes_of<U: Unit>(source: *const U, number: i32) -> Result<Vec<U>, u32> {
    let number = match usize::try_from(number) {
        Ok(0) => return Err(ERROR_INVALID_PARAMETER),
        Ok(number) => number,
        // SAFETY: terminated, says the caller.
        Err(_) => 1 + unsafe { text::length(source) },
    };
    // SAFETY: the caller's promise.
    Ok((0..number).map(|index| unsafe { source.add(index).read_unaligned() }).collect())
}

/// Writes all of it or nothing; a size of 0 only asks.
///
/// # Safety
/// `destination` must have `size` units.
unsafe fn deliver<U: Unit>(units: &[U], destination: *mut U, size: i32) -> Result<i32, u32> {
    let length = i32::try_from(units.len()).map_err(|_| ERROR_INVALID_PARAMETER)?;
    if size == 0 {
        return Ok(length);
    }
    if length > size {
        return Err(ERROR_INSUFFICIENT_BUFFER);
    }
    for (index, &unit) in units.iter().enumerate() {
        // SAFETY: `index` is below the size.
        unsafe { destination.add(index).write_unaligned(unit) };
    }
    Ok(length)
}

fn fail(code: u32) -> i32 {
    last_error::set(code);
    0
}

/// The number of bytes before the terminator; 0 for NULL.
///
/// # Safety
/// `text` must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lstrlenA(text: PCSTR) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { length(text) }
}

/// The number of characters before the terminator; 0 for NULL.
///
/// # Safety
/// `text` must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn lstrlenW(text: PCWSTR) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { length(text) }
}

/// # Safety
/// `text` must be NULL or terminated.
pub(super) unsafe fn length<U: Unit>(text: *const U) -> i32 {
    if text.is_null() {
        return 0;
    }
    // SAFETY: the caller's promise.
    i32::try_from(unsafe { text::length(text) }).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::ptr::{null, null_mut};

    fn widen(flags: u32, bytes: &[u8], size: usize) -> (i32, Vec<u16>) {
        let mut wide = vec![0_u16; size];
        last_error::set(0);
        let count = bytes.len() as i32;
        // SAFETY: the sizes are the slices'.
        let length = unsafe {
            let (source, target) = (bytes.as_ptr(), wide.as_mut_ptr());
            MultiByteToWideChar(CP_UTF8, flags, source, count, target, size as i32)
        };
        wide.truncate(length as usize);
        (length, wide)
    }

    #[test]
    fn both_ways_and_back() {
        let text = "Grüße 🐦";
        let (_, wide) = widen(MB_ERR_INVALID_CHARS, text.as_bytes(), 64);
        assert_eq!(wide, text.encode_utf16().collect::<Vec<_>>());
        let mut narrow = [0_u8; 64];
        // SAFETY: the sizes are the arrays'.
        let length = unsafe {
            let (source, target) = (wide.as_ptr(), narrow.as_mut_ptr());
            let count = wide.len() as i32;
            let none = null_mut();
            WideCharToMultiByte(CP_ACP, 0, source, count, target, 64, null(), none)
        };
        assert_eq!(&narrow[..length as usize], text.as_bytes());
    }

    #[test]
    fn a_size_of_zero_asks_and_minus_one_counts_the_terminator() {
        assert_eq!(widen(0, "ü🐦".as_bytes(), 0).0, 3);
        // SAFETY: the text is terminated.
        let length =
            unsafe { MultiByteToWideChar(CP_ACP, 1, c"abc".as_ptr().cast(), -1, null_mut(), 0) };
        assert_eq!(length, 4);
        assert_eq!(widen(0, b"abc", 2).0, 0);
        assert_eq!(last_error::get(), ERROR_INSUFFICIENT_BUFFER);
    }

    #[test]
    fn malformed_text_is_replaced_or_refused() {
        let (length, wide) = widen(0, b"a\xFF\xE2\x82b", 8);
        assert_eq!((length, wide), (4, vec![97, 0xFFFD, 0xFFFD, 98]));
        assert_eq!(widen(MB_ERR_INVALID_CHARS, b"a\xFF", 8).0, 0);
        assert_eq!(last_error::get(), ERROR_NO_UNICODE_TRANSLATION);
        let lone = [0xD800_u16];
        let mut narrow = [0_u8; 8];
        let mut convert = |flags| {
            // SAFETY: the sizes are the arrays'.
            unsafe {
                let (source, target) = (lone.as_ptr(), narrow.as_mut_ptr());
                WideCharToMultiByte(CP_UTF8, flags, source, 1, target, 8, null(), null_mut())
            }
        };
        assert_eq!(convert(0), 3);
        assert_eq!(convert(WC_ERR_INVALID_CHARS), 0);
        assert_eq!(last_error::get(), ERROR_NO_UNICODE_TRANSLATION);
    }

    #[test]
    fn bad_parameters_have_their_codes() {
        let refuse = |code_page, flags, source: *const u8, bytes, size, expected| {
            let mut wide = [0_u16; 4];
            // SAFETY: the source is NULL or has the bytes; the size is the array's or negative.
            let length = unsafe {
                MultiByteToWideChar(code_page, flags, source, bytes, wide.as_mut_ptr(), size)
            };
            assert_eq!((length, last_error::get()), (0, expected));
        };
        let text = c"abc".as_ptr().cast();
        refuse(1252, 0, text, 3, 4, ERROR_INVALID_PARAMETER);
        refuse(CP_UTF8, 1, text, 3, 4, ERROR_INVALID_FLAGS);
        refuse(CP_UTF8, 0, null(), 3, 4, ERROR_INVALID_PARAMETER);
        refuse(CP_UTF8, 0, text, 0, 4, ERROR_INVALID_PARAMETER);
        refuse(CP_UTF8, 0, text, 3, -1, ERROR_INVALID_PARAMETER);
        // SAFETY: NULL is allowed, the text is terminated.
        unsafe { assert_eq!((lstrlenA(null()), lstrlenA(text), lstrlenW(null())), (0, 3, 0)) };
    }
}
