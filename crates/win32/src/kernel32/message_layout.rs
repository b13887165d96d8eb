//! The language of message texts: `%1!s!` inserts, `%n` escapes, line breaks and line width.
//!
//! [`expand`] turns a template into the finished text.  Where templates come from and where the
//! text goes is [`super::format_message`]'s business.
#![allow(unsafe_code)]

use crate::text::{self, Unit};
use core::ffi::{c_char, c_longlong, c_void};
use lapwing_abi::ERROR_INVALID_PARAMETER;

/// The width that means "only `%n` breaks lines".
const NO_SOFT_BREAKS: usize = 0xFF;
/// The widest field that an insert may ask for.
const WIDEST: usize = 0xFFFF;

/// Where the values of inserts come from.
pub(super) enum Inserts {
    /// Inserts stay in the text as they are.
    Ignored,
    /// There are no values: an insert is an error.
    None,
    /// `FORMAT_MESSAGE_ARGUMENT_ARRAY`.
    Array(*const usize),
    /// A `va_list`, with the values read so far.
    List(VaList, Vec<usize>),
}

/// A `va_list` of the System V ABI.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct VaList {
    /// How much of the register area is used up, in bytes.
    gp_offset: u32,
    fp_offset: u32,
    overflow_area: *const usize,
    register_area: *const c_void,
}

impl VaList {
    /// The next integer or pointer.
    ///
    /// # Safety
    /// There must be one more argument.
    unsafe fn next(&mut self) -> usize {
        const REGISTERS_END: u32 = 48;
        // SAFETY: the caller passed another argument, and the ABI says where it is.
        unsafe {
            if self.gp_offset < REGISTERS_END {
                let place = self.register_area.byte_add(self.gp_offset as usize);
                self.gp_offset += size_of::<usize>() as u32;
                return place.cast::<usize>().read();
            }
            let place = self.overflow_area;
            self.overflow_area = place.add(1);
            place.read()
        }
    }
}

impl Inserts {
    /// Takes a copy of the caller's `va_list`, which is not advanced.
    ///
    /// # Safety
    /// `list` must point to a valid `va_list`.
    pub(super) unsafe fn from_va_list(list: *const c_void) -> Inserts {
        // SAFETY: the caller's promise.
        Inserts::List(unsafe { list.cast::<VaList>().read_unaligned() }, Vec::new())
    }

    /// Value number `index`, counted from 0.
    ///
    /// # Safety
    /// The caller of `FormatMessage` must have passed that many values.
    unsafe fn value(&mut self, index: usize) -> Result<usize, u32> {
        match self {
            Inserts::Ignored | Inserts::None => Err(ERROR_INVALID_PARAMETER),
            // SAFETY: the caller's promise.
            Inserts::Array(values) => Ok(unsafe { values.add(index).read_unaligned() }),
            Inserts::List(list, read) => {
                while read.len() <= index {
                    // SAFETY: the caller's promise.
                    read.push(unsafe { list.next() });
                }
                Ok(read[index])
            }
        }
    }
}

/// The text under construction.
struct Layout {
    text: Vec<char>,
    width: usize,
    line_start: usize,
    /// The last place of the line where it may be broken.
    space: Option<usize>,
}

impl Layout {
    fn push(&mut self, character: char) {
        self.text.push(character);
        if self.width != 0 && self.width != NO_SOFT_BREAKS {
            self.wrap();
        }
    }

    /// Breaks the line if it has become longer than the width.
    fn wrap(&mut self) {
        if self.text.len() - self.line_start <= self.width {
            return;
        }
        let (end, next) = match self.space {
            Some(space) => {
                let spaces = self.text[space..].iter().take_while(|&&c| c == ' ').count();
                (space, space + spaces)
            }
            None => (self.text.len() - 1, self.text.len() - 1),
        };
        self.text.splice(end..next, ['\r', '\n']);
        self.line_start = end + 2;
        self.space = None;
    }

    /// A place where the line may be broken.
    fn blank(&mut self) {
        self.space = Some(self.text.len());
        self.push(' ');
    }

    fn hard_break(&mut self, line_end: &str) {
        self.text.extend(line_end.chars());
        self.line_start = self.text.len();
        self.space = None;
    }

    /// A line break of the template: kept without a width, a blank with one.
    fn soft_break(&mut self) {
        if self.width == 0 { self.hard_break("\r\n") } else { self.blank() }
    }
}

/// The finished text of a template.  `width` 0 keeps the template's line breaks, 255 drops them,
/// any other number breaks lines that would be longer.
///
/// Fails with `ERROR_INVALID_PARAMETER` for a `%` at the end, a malformed insert, or an insert
/// without a value.
///
/// # Safety
/// The inserts must have the values that the template names, strings among them terminated,
/// narrow ones in UTF-8 and wide ones in the alphabet `Wide`; the template's own alphabet is `U`.
pub(super) unsafe fn expand<U: Unit, Wide: Unit>(
    template: &str,
    width: usize,
    inserts: &mut Inserts,
) -> Result<String, u32> {
    let mut layout = Layout { text: Vec::new(), width, line_start: 0, space: None };
    let template: Vec<char> = template.chars().collect();
    let mut rest = template.as_slice();
    while let Some((&character, after)) = rest.split_first() {
        rest = after;
        match character {
            '\r' => {
                rest = rest.strip_prefix(&['\n']).unwrap_or(rest);
                layout.soft_break();
            }
            '\n' => layout.soft_break(),
            ' ' => layout.blank(),
            '%' => {
                let (&escape, after) = rest.split_first().ok_or(ERROR_INVALID_PARAMETER)?;
                rest = after;
                match escape {
                    '0' => break,
                    'n' => layout.hard_break("\r\n"),
                    'r' => layout.hard_break("\r"),
                    't' if width == 0 => layout.push('\t'),
                    't' => layout.blank(),
                    '1'..='9' if !matches!(inserts, Inserts::Ignored) => {
                        let number = two_digits(escape, &mut rest);
                        let format = format_of(&mut rest)?;
                        // SAFETY: the caller's promise.
                        let value = unsafe { insert::<U, Wide>(number, &format, inserts)? };
                        value.chars().for_each(|character| layout.push(character));
                    }
                    other => {
                        if matches!(inserts, Inserts::Ignored) {
                            layout.push('%');
                        }
                        layout.push(other);
                    }
                }
            }
            other => layout.push(other),
        }
    }
    Ok(layout.text.into_iter().collect())
}

/// The number of an insert, whose first digit has been read.
fn two_digits(first: char, rest: &mut &[char]) -> usize {
    let digit = |character: char| character.to_digit(10).map(|value| value as usize);
    let mut number = digit(first).unwrap_or(0);
    if let Some((second, after)) = rest.split_first()
        && let Some(second) = digit(*second)
    {
        number = number * 10 + second;
        *rest = after;
    }
    number
}

/// What stands between the exclamation marks after an insert's number; `s` if there are none.
fn format_of(rest: &mut &[char]) -> Result<Vec<char>, u32> {
    let Some(inside) = rest.strip_prefix(&['!']) else { return Ok(vec!['s']) };
    let end = inside.iter().position(|&c| c == '!').ok_or(ERROR_INVALID_PARAMETER)?;
    *rest = &inside[end + 1..];
    Ok(inside[..end].to_vec())
}

/// A printf format, taken apart.
#[derive(Default)]
struct Format {
    flags: String,
    width: Option<usize>,
    precision: Option<usize>,
    length: String,
    conversion: char,
}

/// The text of insert `number`.  An asterisk takes the insert's own value and moves on by one.
///
/// # Safety
/// As for [`expand`].
unsafe fn insert<U: Unit, Wide: Unit>(
    number: usize,
    format: &[char],
    inserts: &mut Inserts,
) -> Result<String, u32> {
    let mut index = number - 1;
    // SAFETY: the caller's promise.
    let parsed = unsafe { parse(format, &mut index, inserts)? };
    // SAFETY: as above.
    let value = unsafe { inserts.value(index)? };
    match parsed.conversion {
        's' | 'S' | 'c' | 'C' => {
            // SAFETY: as above.
            let content = unsafe { content::<U, Wide>(&parsed, value) };
            Ok(pad(&parsed, content))
        }
        'd' | 'i' | 'u' | 'x' | 'X' | 'o' => Ok(integer(&parsed, value)),
        'p' => Ok(format!("{value:016X}")),
        _ => Err(ERROR_INVALID_PARAMETER),
    }
}

/// # Safety
/// As for [`expand`].
unsafe fn parse(format: &[char], index: &mut usize, inserts: &mut Inserts) -> Result<Format, u32> {
    let mut parsed = Format::default();
    let mut rest = format;
    let flags = rest.iter().take_while(|c| "-+ #0".contains(**c)).count();
    parsed.flags.extend(&rest[..flags]);
    rest = &rest[flags..];
    // SAFETY: the caller's promise.
    parsed.width = unsafe { count(&mut rest, index, inserts)? };
    if let Some(after) = rest.strip_prefix(&['.']) {
        rest = after;
        // SAFETY: as above.
        parsed.precision = Some(unsafe { count(&mut rest, index, inserts)? }.unwrap_or(0));
    }
    let (&conversion, length) = rest.split_last().ok_or(ERROR_INVALID_PARAMETER)?;
    parsed.length.extend(length);
    let known = ["", "h", "hh", "l", "ll", "w", "I", "I32", "I64", "z", "j", "t"];
    if !known.contains(&parsed.length.as_str()) {
        return Err(ERROR_INVALID_PARAMETER);
    }
    parsed.conversion = conversion;
    Ok(parsed)
}

/// A width or a precision: digits, an asterisk that takes a value, or nothing.
///
/// # Safety
/// As for [`expand`].
unsafe fn count(
    rest: &mut &[char],
    index: &mut usize,
    inserts: &mut Inserts,
) -> Result<Option<usize>, u32> {
    if let Some(after) = rest.strip_prefix(&['*']) {
        *rest = after;
        // SAFETY: the caller's promise.
        let value = unsafe { inserts.value(*index)? };
        *index += 1;
        return Ok(Some((value & 0xFFFF_FFFF).min(WIDEST)));
    }
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    let number: String = rest[..digits].iter().collect();
    *rest = &rest[digits..];
    if number.is_empty() {
        return Ok(None);
    }
    let number: usize = number.parse().map_err(|_| ERROR_INVALID_PARAMETER)?;
    Ok(Some(number.min(WIDEST)))
}

/// The characters of a string or character insert.  Capitals mean the other alphabet, a length
/// says which: `h` narrow, `l` and `w` wide.
///
/// # Safety
/// As for [`expand`].
unsafe fn content<U: Unit, Wide: Unit>(format: &Format, value: usize) -> String {
    let own_is_wide = size_of::<U>() > 1;
    let wide = match format.length.as_str() {
        "h" => false,
        "l" | "w" => true,
        _ => own_is_wide == format.conversion.is_ascii_lowercase(),
    };
    if format.conversion.eq_ignore_ascii_case(&'c') {
        return if !wide {
            u8::decode(&[value as u8])
        } else if size_of::<Wide>() == size_of::<i32>() {
            i32::decode(&[value as i32])
        } else {
            u16::decode(&[value as u16])
        };
    }
    let address = core::ptr::with_exposed_provenance::<c_void>(value);
    // SAFETY: the caller's promise that this value is a terminated string of that alphabet.
    let string = unsafe {
        if !wide {
            text::from_terminated::<u8>(address.cast())
        } else {
            text::from_terminated::<Wide>(address.cast())
        }
    };
    string.unwrap_or_else(|| "(null)".to_owned())
}

/// A string in its field.
fn pad(format: &Format, content: String) -> String {
    let limit = format.precision.unwrap_or(usize::MAX);
    let content: String = content.chars().take(limit).collect();
    let width = format.width.unwrap_or(0);
    if format.flags.contains('-') {
        format!("{content:<width$}")
    } else if format.flags.contains('0') {
        format!("{content:0>width$}")
    } else {
        format!("{content:>width$}")
    }
}

/// An integer in its field.  `long` has 32 bits, as on Windows.
fn integer(format: &Format, value: usize) -> String {
    let signed = matches!(format.conversion, 'd' | 'i');
    let wide = matches!(format.length.as_str(), "ll" | "I64" | "I" | "z" | "j" | "t");
    let value: c_longlong = match (wide, signed) {
        (true, _) => value.cast_signed() as c_longlong,
        (false, true) => c_longlong::from(value as u32 as i32),
        (false, false) => c_longlong::from(value as u32),
    };
    let mut printf = format!("%{}", format.flags);
    if let Some(width) = format.width {
        printf.push_str(&width.to_string());
    }
    if let Some(precision) = format.precision {
        printf.push_str(&format!(".{precision}"));
    }
    printf.push_str(&format!("ll{}\0", format.conversion));
    let mut buffer = vec![0_u8; 2 * WIDEST];
    // SAFETY: the format is terminated and takes one long long; the buffer has the given size.
    let length = unsafe {
        let buffer_start = buffer.as_mut_ptr().cast::<c_char>();
        libc::snprintf(buffer_start, buffer.len(), printf.as_ptr().cast(), value)
    };
    buffer.truncate(usize::try_from(length).unwrap_or(0));
    String::from_utf8_lossy(&buffer).into_owned()
}
