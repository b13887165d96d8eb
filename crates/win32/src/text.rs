//! Strings across the C boundary: the caller's characters to Rust strings and back.
//!
//! Three alphabets meet here.  `A` functions speak UTF-8 (the ANSI code page is UTF-8), `W`
//! functions UTF-16 as on Windows, and the `lp64` twins UTF-32, because a C program on Linux has a
//! `wchar_t` of 32 bits.  [`Unit`] is a character of any of them, so that a function can be
//! written once for all three.  Malformed text becomes U+FFFD, it never fails; functions that must
//! tell the difference (`MultiByteToWideChar`) decode for themselves.
#![allow(unsafe_code)]

/// A code unit of one of the three alphabets: `u8`, `u16` or `i32`.
pub trait Unit: Copy + PartialEq + 'static {
    /// The terminator.
    const NUL: Self;

    /// The units as a Rust string; what is malformed becomes U+FFFD.
    fn decode(units: &[Self]) -> String;

    /// The string's units, without a terminator.
    fn units(text: &str) -> impl Iterator<Item = Self>;

    /// A letter of ASCII, which is one unit.
    fn of_ascii(letter: u8) -> Self;

    /// The string in these units, without a terminator.
    fn encode(text: &str) -> Vec<Self> {
        Self::units(text).collect()
    }
}

impl Unit for u8 {
    const NUL: u8 = 0;

    fn decode(units: &[u8]) -> String {
        String::from_utf8_lossy(units).into_owned()
    }

    fn units(text: &str) -> impl Iterator<Item = u8> {
        text.bytes()
    }

    fn of_ascii(letter: u8) -> u8 {
        letter
    }
}

impl Unit for u16 {
    const NUL: u16 = 0;

    fn decode(units: &[u16]) -> String {
        String::from_utf16_lossy(units)
    }

    fn units(text: &str) -> impl Iterator<Item = u16> {
        text.encode_utf16()
    }

    fn of_ascii(letter: u8) -> u16 {
        letter.into()
    }
}

/// `wchar_t` on Linux: one Unicode scalar value each.
impl Unit for i32 {
    const NUL: i32 = 0;

    fn decode(units: &[i32]) -> String {
        let scalar = |&unit: &i32| {
            char::from_u32(unit.cast_unsigned()).unwrap_or(char::REPLACEMENT_CHARACTER)
        };
        units.iter().map(scalar).collect()
    }

    fn units(text: &str) -> impl Iterator<Item = i32> {
        text.chars().map(|scalar| (scalar as u32).cast_signed())
    }

    fn of_ascii(letter: u8) -> i32 {
        letter.into()
    }
}

/// The number of units before the terminator.
///
/// # Safety
/// `text` must point to a NUL-terminated string that nobody changes during the call.
pub unsafe fn length<U: Unit>(text: *const U) -> usize {
    let mut length = 0;
    // SAFETY: every unit up to and including the terminator is readable.
    while unsafe { text.add(length).read_unaligned() } != U::NUL {
        length += 1;
    }
    length
}

/// A NUL-terminated string of the caller's; NULL is `None`.
///
/// # Safety
/// `text` must be NULL or point to a NUL-terminated string that nobody changes during the call.
pub unsafe fn from_terminated<U: Unit>(text: *const U) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: not NULL, hence terminated by the caller's promise.
    let length = unsafe { length(text) };
    // SAFETY: `length` units precede the terminator.
    unsafe { from_counted(text, length) }
}

/// A string of the caller's with its length in units, in which NUL is a character like any other;
/// NULL is `None`.
///
/// # Safety
/// `text` must be NULL or point to `length` readable units that nobody changes during the call.
pub unsafe fn from_counted<U: Unit>(text: *const U, length: usize) -> Option<String> {
    if text.is_null() {
        return None;
    }
    let mut units = Vec::with_capacity(length);
    for index in 0..length {
        // SAFETY: `length` units are readable; C callers do not always align them.
        units.push(unsafe { text.add(index).read_unaligned() });
    }
    Some(U::decode(&units))
}

/// The string of an `A` function: UTF-8, NUL-terminated; NULL is `None`.
///
/// # Safety
/// As for [`from_terminated`].
pub unsafe fn from_ansi(text: *const u8) -> Option<String> {
    // SAFETY: the caller's promise.
    unsafe { from_terminated(text) }
}

/// The string of a `W` function: UTF-16, NUL-terminated; NULL is `None`.
///
/// # Safety
/// As for [`from_terminated`].
pub unsafe fn from_utf16(text: *const u16) -> Option<String> {
    // SAFETY: the caller's promise.
    unsafe { from_terminated(text) }
}

/// The string of an `lp64` twin: UTF-32, NUL-terminated; NULL is `None`.
///
/// # Safety
/// As for [`from_terminated`].
pub unsafe fn from_wchar(text: *const i32) -> Option<String> {
    // SAFETY: the caller's promise.
    unsafe { from_terminated(text) }
}

/// What became of a string that was to go into a caller's buffer; all counts in units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Written with its terminator; the length without it.
    Written(usize),
    /// The buffer is too small and unchanged; the capacity that is needed, with the terminator.
    Needed(usize),
}

/// Writes `text` with a terminator into the caller's buffer of `capacity` units, or says how large
/// the buffer must be.  A NULL buffer has no capacity.
///
/// # Safety
/// `buffer` must be NULL or point to `capacity` writable units.
pub unsafe fn into_buffer<U: Unit>(text: &str, buffer: *mut U, capacity: usize) -> Fit {
    let is_ascii = text.is_ascii();
    let length = if is_ascii { text.len() } else { U::units(text).count() };
    if buffer.is_null() || capacity <= length {
        return Fit::Needed(length + 1);
    }
    let put = |(index, unit)| {
        // SAFETY: `index` is below the buffer's capacity.
        unsafe { buffer.add(index).write_unaligned(unit) };
    };
    // What needs no decoding is written many units at once.
    match is_ascii {
        true => text.bytes().map(U::of_ascii).enumerate().for_each(put),
        false => U::units(text).enumerate().for_each(put),
    }
    put((length, U::NUL));
    Fit::Written(length)
}

/// As [`into_buffer`], for text that is encoded already.
///
/// # Safety
/// As for [`into_buffer`].
pub unsafe fn units_into_buffer<U: Unit>(units: &[U], buffer: *mut U, capacity: usize) -> Fit {
    if buffer.is_null() || capacity <= units.len() {
        return Fit::Needed(units.len() + 1);
    }
    for (index, &unit) in units.iter().enumerate() {
        // SAFETY: `index` is below the buffer's capacity.
        unsafe { buffer.add(index).write_unaligned(unit) };
    }
    // SAFETY: the capacity is at least one more than the text's length.
    unsafe { buffer.add(units.len()).write_unaligned(U::NUL) };
    Fit::Written(units.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "Grüße, 世界 🐦";

    #[test]
    fn null_is_none() {
        // SAFETY: NULL is allowed.
        unsafe {
            assert_eq!(from_ansi(core::ptr::null()), None);
            assert_eq!(from_utf16(core::ptr::null()), None);
            assert_eq!(from_wchar(core::ptr::null()), None);
            assert_eq!(from_counted::<u16>(core::ptr::null(), 3), None);
        }
    }

    fn round_trip<U: Unit + core::fmt::Debug>() {
        let mut units = U::encode(SAMPLE);
        assert_eq!(U::decode(&units), SAMPLE);
        let length = units.len();
        units.push(U::NUL);
        // SAFETY: `units` is terminated, and `copy` has the capacity given.
        unsafe {
            assert_eq!(super::length(units.as_ptr()), length);
            assert_eq!(from_terminated(units.as_ptr()).as_deref(), Some(SAMPLE));
            let mut copy = vec![U::NUL; length + 1];
            let fit = into_buffer(SAMPLE, copy.as_mut_ptr(), length + 1);
            assert_eq!(fit, Fit::Written(length));
            assert_eq!(copy, units);
        }
    }

    #[test]
    fn each_alphabet_carries_every_character() {
        round_trip::<u8>();
        round_trip::<u16>();
        round_trip::<i32>();
    }

    #[test]
    fn a_small_buffer_stays_untouched_and_the_size_is_told() {
        let mut buffer = [7_u16; 3];
        // SAFETY: the capacity is the array's.
        let fit = unsafe { into_buffer("abc", buffer.as_mut_ptr(), 3) };
        assert_eq!((fit, buffer), (Fit::Needed(4), [7; 3]));
        // SAFETY: NULL is allowed.
        let fit = unsafe { into_buffer::<u8>("abc", core::ptr::null_mut(), 100) };
        assert_eq!(fit, Fit::Needed(4));
    }

    #[test]
    fn counted_text_may_hold_nul_and_malformed_text_is_replaced() {
        // SAFETY: the lengths are the arrays'.
        unsafe {
            assert_eq!(from_counted(b"a\0b".as_ptr(), 3).as_deref(), Some("a\0b"));
            assert_eq!(from_counted([0xD800_u16].as_ptr(), 1).as_deref(), Some("\u{FFFD}"));
            assert_eq!(from_counted([-1_i32].as_ptr(), 1).as_deref(), Some("\u{FFFD}"));
            assert_eq!(from_counted([0xFF_u8].as_ptr(), 1).as_deref(), Some("\u{FFFD}"));
        }
    }
}
