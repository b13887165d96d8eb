//! Strings for functions that want a terminated one, as `windows-sys` has them: `s!` and `w!`.

/// A terminated UTF-8 string, as a `PCSTR`.
#[macro_export]
macro_rules! s {
    ($text:literal) => {
        ::core::concat!($text, '\0').as_ptr()
    };
}

/// A terminated UTF-16 string, as a `PCWSTR`.
#[macro_export]
macro_rules! w {
    ($text:literal) => {{
        const UNITS: &[u16] = &$crate::literal::utf16::<{ $crate::literal::units($text) }>($text);
        UNITS.as_ptr()
    }};
}

/// How many units of UTF-16 a text has, with a terminator.
pub const fn units(text: &str) -> usize {
    let (bytes, mut at, mut count) = (text.as_bytes(), 0, 1);
    while at < bytes.len() {
        // What begins with 0xf0 or more lies beyond the first plane: a pair of units.
        count += match bytes[at] {
            0x80..0xc0 => 0,
            0xf0.. => 2,
            _ => 1,
        };
        at += 1;
    }
    count
}

/// The text in UTF-16, with a terminator; `N` is [`units`] of it.
pub const fn utf16<const N: usize>(text: &str) -> [u16; N] {
    let (bytes, mut at) = (text.as_bytes(), 0);
    let (mut units, mut count) = ([0; N], 0);
    while at < bytes.len() {
        // A text is well-formed UTF-8.
        let (length, first) = match bytes[at] {
            first @ ..0x80 => (1, first),
            first @ ..0xe0 => (2, first & 0x1f),
            first @ ..0xf0 => (3, first & 0x0f),
            first => (4, first & 0x07),
        };
        let (mut code, end) = (first as u32, at + length);
        at += 1;
        while at < end {
            code = code << 6 | (bytes[at] & 0x3f) as u32;
            at += 1;
        }
        if code < 0x10000 {
            units[count] = code as u16;
        } else {
            code -= 0x10000;
            units[count] = 0xd800 | (code >> 10) as u16;
            count += 1;
            units[count] = 0xdc00 | (code & 0x3ff) as u16;
        }
        count += 1;
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_as_its_units() {
        const TEXT: &str = "a\u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}";
        const UNITS: [u16; units(TEXT)] = utf16(TEXT);
        let expected: Vec<u16> = TEXT.encode_utf16().chain([0]).collect();
        assert_eq!(UNITS[..], expected);
        assert_eq!(utf16::<{ units("") }>(""), [0]);
    }
}
