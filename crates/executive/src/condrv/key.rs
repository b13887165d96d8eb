//! Keys: what the bytes that a terminal sends say was pressed.
//!
//! A terminal tells characters, and escape sequences for the keys that have none; it does not tell
//! when a key is let go.  Names of punctuation are those of an American keyboard.

/// `RIGHT_ALT_PRESSED` and its kin.
pub const LEFT_ALT: u32 = 0x2;
/// `LEFT_CTRL_PRESSED`
pub const LEFT_CTRL: u32 = 0x8;
/// `SHIFT_PRESSED`
pub const SHIFT: u32 = 0x10;
/// `ENHANCED_KEY`: one of the keys between letters and digits.
pub const ENHANCED: u32 = 0x100;

/// What KEY_EVENT_RECORD says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// Pressed, not let go.
    pub is_down: bool,
    /// How often.
    pub repeat: u16,
    /// The virtual key code.
    pub code: u16,
    /// The keyboard's own number, 0 if it is not known.
    pub scan: u16,
    /// The character, as a UTF-32 unit (or, from a program, a half of a UTF-16 pair); 0 for none.
    pub text: u32,
    /// What else is held.
    pub held: u32,
}

const BACK: u16 = 0x08;
const TAB: u16 = 0x09;
const RETURN: u16 = 0x0D;
const ESCAPE: u16 = 0x1B;
const SPACE: u16 = 0x20;

/// Punctuation and shifted digits: the character, the key, and whether Shift is held.
const PUNCTUATION: [(u8, u16, bool); 31] = [
    (b')', 0x30, true),
    (b'!', 0x31, true),
    (b'@', 0x32, true),
    (b'#', 0x33, true),
    (b'$', 0x34, true),
    (b'%', 0x35, true),
    (b'^', 0x36, true),
    (b'&', 0x37, true),
    (b'*', 0x38, true),
    (b'(', 0x39, true),
    (b';', 0xBA, false),
    (b':', 0xBA, true),
    (b'=', 0xBB, false),
    (b'+', 0xBB, true),
    (b',', 0xBC, false),
    (b'<', 0xBC, true),
    (b'-', 0xBD, false),
    (b'_', 0xBD, true),
    (b'.', 0xBE, false),
    (b'>', 0xBE, true),
    (b'/', 0xBF, false),
    (b'?', 0xBF, true),
    (b'`', 0xC0, false),
    (b'~', 0xC0, true),
    (b'[', 0xDB, false),
    (b'{', 0xDB, true),
    (b'\\', 0xDC, false),
    (b'|', 0xDC, true),
    (b']', 0xDD, false),
    (b'}', 0xDD, true),
    (b'\'', 0xDE, false),
];

/// The key of a sequence that ends in a letter, after `ESC [` or `ESC O`.
fn by_letter(letter: u8) -> Option<u16> {
    Some(match letter {
        b'A' => 0x26,
        b'B' => 0x28,
        b'C' => 0x27,
        b'D' => 0x25,
        b'E' => 0x0C,
        b'F' => 0x23,
        b'H' => 0x24,
        b'P'..=b'S' => 0x70 + u16::from(letter - b'P'),
        _ => return None,
    })
}

/// The key of a sequence `ESC [ number ~`.
fn by_number(number: u32) -> Option<u16> {
    Some(match number {
        1 | 7 => 0x24,
        2 => 0x2D,
        3 => 0x2E,
        4 | 8 => 0x23,
        5 => 0x21,
        6 => 0x22,
        11..=15 => 0x70 + (number - 11) as u16,
        17..=21 => 0x75 + (number - 17) as u16,
        23 | 24 => 0x7A + (number - 23) as u16,
        _ => return None,
    })
}

fn pressed(code: u16, text: u32, held: u32) -> Key {
    Key { is_down: true, repeat: 1, code, scan: 0, text, held }
}

/// The key of a character.
fn of_character(character: char) -> Key {
    let text = u32::from(character);
    let Ok(byte) = u8::try_from(character) else { return pressed(0, text, 0) };
    let letter = |byte: u8| u16::from(byte.to_ascii_uppercase());
    match byte {
        0 => pressed(SPACE, 0, LEFT_CTRL),
        8 | 0x7F => pressed(BACK, 8, 0),
        9 => pressed(TAB, text, 0),
        b'\r' | b'\n' => pressed(RETURN, u32::from(b'\r'), 0),
        0x1B => pressed(ESCAPE, text, 0),
        1..=26 => pressed(letter(byte + b'@'), text, LEFT_CTRL),
        28..=31 => pressed([0xDC, 0xDD, 0x36, 0xBD][usize::from(byte) - 28], text, LEFT_CTRL),
        b' ' | b'0'..=b'9' => pressed(u16::from(byte), text, 0),
        b'a'..=b'z' => pressed(letter(byte), text, 0),
        b'A'..=b'Z' => pressed(letter(byte), text, SHIFT),
        b'"' => pressed(0xDE, text, SHIFT),
        _ => match PUNCTUATION.iter().find(|(it, ..)| *it == byte) {
            Some(&(_, code, shifted)) => pressed(code, text, if shifted { SHIFT } else { 0 }),
            None => pressed(0, text, 0),
        },
    }
}

/// One key at the beginning of the bytes, and how many bytes it is; None while it is not all there.
fn first(bytes: &[u8], sequences: bool) -> Option<(usize, Key)> {
    match bytes {
        [0x1B, b'[' | b'O', ..] if sequences => match sequence(bytes) {
            Sequence::Key(length, key) => Some((length, key)),
            Sequence::Unfinished => None,
            Sequence::Unknown => Some((1, of_character('\u{1B}'))),
        },
        // Alt and another key.
        [0x1B, next, ..] if sequences && *next != 0x1B => {
            let (length, key) = first(&bytes[1..], sequences)?;
            Some((length + 1, Key { held: key.held | LEFT_ALT, ..key }))
        }
        _ => {
            let (length, character) = character(bytes)?;
            Some((length, of_character(character)))
        }
    }
}

/// A character of UTF-8 at the beginning; what is malformed is U+FFFD.
fn character(bytes: &[u8]) -> Option<(usize, char)> {
    let bytes = &bytes[..bytes.len().min(4)];
    let valid = match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() > 0 => {
            core::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) => return error.error_len().map(|length| (length, char::REPLACEMENT_CHARACTER)),
    };
    valid.chars().next().map(|character| (character.len_utf8(), character))
}

enum Sequence {
    Key(usize, Key),
    Unfinished,
    Unknown,
}

/// `ESC [ number ; modifiers letter-or-tilde`, or `ESC O letter`.
fn sequence(bytes: &[u8]) -> Sequence {
    let inside = |byte: &u8| byte.is_ascii_digit() || *byte == b';';
    let Some(length) = bytes[2..].iter().position(|byte| !inside(byte)) else {
        return Sequence::Unfinished;
    };
    let last = bytes[2 + length];
    let text = core::str::from_utf8(&bytes[2..2 + length]).unwrap_or_default();
    let mut numbers = text.split(';').map(|number| number.parse().unwrap_or(0));
    let (number, modifiers) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(1_u32));
    let bits = modifiers.saturating_sub(1);
    let mut held = 0;
    for (bit, name) in [(1, SHIFT), (2, LEFT_ALT), (4, LEFT_CTRL)] {
        held |= if bits & bit != 0 { name } else { 0 };
    }
    let key = match last {
        b'Z' => Some(pressed(TAB, u32::from(b'\t'), SHIFT)),
        b'~' => by_number(number).map(|code| pressed(code, 0, held)),
        letter => by_letter(letter).map(|code| pressed(code, 0, held)),
    };
    let Some(key) = key else { return Sequence::Unknown };
    let enhanced = matches!(key.code, 0x21..=0x2E);
    Sequence::Key(length + 3, Key { held: key.held | if enhanced { ENHANCED } else { 0 }, ..key })
}

/// Takes the keys out of the bytes; what is not all there stays.  Without `sequences` the bytes of
/// an escape sequence are keys of their own, as with `ENABLE_VIRTUAL_TERMINAL_INPUT`.
pub fn take(bytes: &mut Vec<u8>, sequences: bool) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut taken = 0;
    while taken < bytes.len()
        && let Some((length, key)) = first(&bytes[taken..], sequences)
    {
        keys.push(key);
        taken += length;
    }
    bytes.drain(..taken);
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<(u16, u32, u32)> {
        let mut bytes = text.as_bytes().to_vec();
        let keys = take(&mut bytes, true);
        assert!(bytes.is_empty(), "{bytes:?}");
        keys.into_iter().map(|key| (key.code, key.text, key.held)).collect()
    }

    #[test]
    fn characters_are_keys() {
        assert_eq!(keys("aZ7 "), [(0x41, 97, 0), (0x5A, 90, SHIFT), (0x37, 55, 0), (0x20, 32, 0)]);
        assert_eq!(keys("\"?"), [(0xDE, 34, SHIFT), (0xBF, 63, SHIFT)]);
        assert_eq!(keys("é😀"), [(0, 0xE9, 0), (0, 0x1F600, 0)]);
        assert_eq!(keys("\r\n\t\x7f"), [(13, 13, 0), (13, 13, 0), (9, 9, 0), (8, 8, 0)]);
        assert_eq!(keys("\x03\x1d"), [(0x43, 3, LEFT_CTRL), (0xDD, 29, LEFT_CTRL)]);
    }

    #[test]
    fn sequences_are_keys_without_characters() {
        assert_eq!(keys("\x1b[A\x1bOP"), [(0x26, 0, ENHANCED), (0x70, 0, 0)]);
        assert_eq!(keys("\x1b[3~\x1b[24~"), [(0x2E, 0, ENHANCED), (0x7B, 0, 0)]);
        assert_eq!(keys("\x1b[1;6D"), [(0x25, 0, SHIFT | LEFT_CTRL | ENHANCED)]);
        assert_eq!(keys("\x1b[Z\x1bx"), [(9, 9, SHIFT), (0x58, 120, LEFT_ALT)]);
        assert_eq!(keys("\x1b"), [(0x1B, 27, 0)]);
        assert_eq!(keys("\x1b[?"), [(0x1B, 27, 0), (0xDB, 91, 0), (0xBF, 63, SHIFT)]);
    }

    #[test]
    fn what_is_not_all_there_stays() {
        for unfinished in [&b"\x1b[1;"[..], b"\xf0\x9f", b"\xc3"] {
            let mut bytes = [b"a", unfinished].concat();
            assert_eq!(take(&mut bytes, true).len(), 1);
            assert_eq!(bytes, unfinished);
        }
    }

    #[test]
    fn bytes_are_characters_where_the_program_reads_sequences_itself() {
        let mut bytes = b"\x1b[A".to_vec();
        let texts: Vec<u32> = take(&mut bytes, false).iter().map(|key| key.text).collect();
        assert_eq!(texts, [27, 91, 65]);
    }
}
