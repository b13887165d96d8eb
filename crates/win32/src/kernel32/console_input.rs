//! Input as records: keys that are pressed.
#![allow(unsafe_code)]

use crate::entry::{self, number};
use lapwing_abi::{
    BOOL, HANDLE, INPUT_RECORD, INPUT_RECORD_0, KEY_EVENT, KEY_EVENT_RECORD, KEY_EVENT_RECORD_0,
};
use lapwing_executive::condrv::input::{self, Record, Units};
use lapwing_executive::condrv::key::Key;
use lapwing_executive::io::file::File;
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};

/// A layout of INPUT_RECORD.
pub(super) trait Form: Copy {
    /// The record in this layout.
    fn of(record: &Record) -> Self;

    /// What a program wrote; `is_wide` says which member of the union holds the character.
    fn record(&self, is_wide: bool) -> Record;
}

impl Form for INPUT_RECORD {
    fn of(record: &Record) -> Self {
        match *record {
            Record::Key(key) => INPUT_RECORD {
                EventType: KEY_EVENT as u16,
                Event: INPUT_RECORD_0 {
                    KeyEvent: KEY_EVENT_RECORD {
                        bKeyDown: BOOL::from(key.is_down),
                        wRepeatCount: key.repeat,
                        wVirtualKeyCode: key.code,
                        wVirtualScanCode: key.scan,
                        uChar: KEY_EVENT_RECORD_0 { UnicodeChar: key.text as u16 },
                        dwControlKeyState: key.held,
                    },
                },
            },
            Record::Other(kind, words) => {
                let mut record = INPUT_RECORD { EventType: kind, ..INPUT_RECORD::default() };
                // SAFETY: the union is as large as its largest member, which is four words.
                unsafe { (&raw mut record.Event).cast::<[u32; 4]>().write(words) };
                record
            }
        }
    }

    fn record(&self, is_wide: bool) -> Record {
        if u32::from(self.EventType) != KEY_EVENT {
            // SAFETY: any bytes are four words.
            let words = unsafe { (&raw const self.Event).cast::<[u32; 4]>().read() };
            return Record::Other(self.EventType, words);
        }
        // SAFETY: any bytes are this record.
        let key = unsafe { self.Event.KeyEvent };
        // SAFETY: any two bytes are a unit.
        let text = u32::from(unsafe { key.uChar.UnicodeChar });
        Record::Key(Key {
            is_down: key.bKeyDown != 0,
            repeat: key.wRepeatCount,
            code: key.wVirtualKeyCode,
            scan: key.wVirtualScanCode,
            text: if is_wide { text } else { text & 0xFF },
            held: key.dwControlKeyState,
        })
    }
}

/// The bytes of a character in UTF-8.
pub(super) fn bytes(text: u32) -> Vec<u32> {
    let character = char::from_u32(text).unwrap_or('?');
    character.encode_utf8(&mut [0; 4]).bytes().map(u32::from).collect()
}

/// A character in UTF-16.
fn pair(text: u32) -> Vec<u32> {
    match char::from_u32(text) {
        Some(character) => {
            character.encode_utf16(&mut [0; 2]).iter().copied().map(u32::from).collect()
        }
        None => vec![text],
    }
}

/// A character in UTF-32.
pub(super) fn given(text: u32) -> Vec<u32> {
    vec![text]
}

fn with<R>(console: HANDLE, act: impl FnOnce(&File) -> Result<R>) -> Result<R> {
    let object = handle::lookup(number(console))?;
    act(object.file().map_err(|_| Status::INVALID_HANDLE)?)
}

/// What is read is taken.
pub(super) const READS: u32 = 0;
/// It is only looked at.
pub(super) const PEEKS: u32 = 1;

/// # Safety
/// As for [`ReadConsoleInputA`], with records of this layout.
pub(super) unsafe fn read<F: Form>(
    console: HANDLE,
    records: *mut F,
    [length, how]: [u32; 2],
    count: *mut u32,
    units: Units,
) -> BOOL {
    let most = length as usize;
    let found = with(console, |file| {
        if entry::is_wild(records) && most > 0 || entry::is_wild(count) {
            return Err(Status::ACCESS_VIOLATION);
        }
        if how == PEEKS {
            input::peek(file, most, units)
        } else {
            input::take_records(file, most, units)
        }
    });
    entry::succeed(found.map(|found| {
        for (index, record) in found.iter().enumerate() {
            // SAFETY: so many records are writable, by the caller's promise.
            unsafe { records.add(index).write_unaligned(F::of(record)) };
        }
        // SAFETY: the caller's promise.
        unsafe { count.write_unaligned(found.len() as u32) };
    }))
}

/// # Safety
/// As for [`WriteConsoleInputA`], with records of this layout.
pub(super) unsafe fn write<F: Form>(
    console: HANDLE,
    records: *const F,
    length: u32,
    written: *mut u32,
    is_wide: bool,
) -> BOOL {
    let put = with(console, |file| {
        if entry::is_wild(records) && length > 0 || entry::is_wild(written) {
            return Err(Status::ACCESS_VIOLATION);
        }
        let at = |index| {
            // SAFETY: so many records are readable, by the caller's promise.
            unsafe { records.add(index).read_unaligned() }.record(is_wide)
        };
        input::put(file, &(0..length as usize).map(at).collect::<Vec<_>>())
    });
    // SAFETY: the caller's promise.
    entry::succeed(put.map(|()| unsafe { written.write_unaligned(length) }))
}

/// Tells how many records of input there are.  FALSE with 6 for what is no console's input.
///
/// # Safety
/// `count` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetNumberOfConsoleInputEvents(
    console: HANDLE,
    count: *mut u32,
) -> BOOL {
    let found = with(console, |file| {
        let found = input::count(file)?;
        if entry::is_wild(count) { Err(Status::ACCESS_VIOLATION) } else { Ok(found) }
    });
    // SAFETY: the caller's promise.
    entry::succeed(found.map(|found| unsafe { count.write_unaligned(found as u32) }))
}

/// Takes input: keys as the terminal tells them, pressed and at once let go, and what
/// [`WriteConsoleInputA`] has put there.  Waits until there is something.  Arrows and function keys
/// come from the terminal's sequences, unless `ENABLE_VIRTUAL_TERMINAL_INPUT` is set.  Modes of
/// lines and echo do not count for the length of the call; a character beyond ASCII is as many
/// records as it has bytes.
///
/// Missing: scan codes, the mouse, the window's size; and while whole lines are waited for
/// ([`super::console_mode::SetConsoleMode`]) a wait for the handle ends with a line, not a key.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE` (6) for what is no console's input,
/// `ERROR_NOACCESS` (998).
///
/// # Safety
/// So many records and the count must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReadConsoleInputA(
    input: HANDLE,
    records: *mut INPUT_RECORD,
    length: u32,
    count: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { read(input, records, [length, READS], count, bytes) }
}

/// As [`ReadConsoleInputA`], in UTF-16.
///
/// # Safety
/// As for [`ReadConsoleInputA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReadConsoleInputW(
    input: HANDLE,
    records: *mut INPUT_RECORD,
    length: u32,
    count: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { read(input, records, [length, READS], count, pair) }
}

/// As [`ReadConsoleInputA`], but what is read stays, and nothing is waited for.
///
/// # Safety
/// As for [`ReadConsoleInputA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn PeekConsoleInputA(
    input: HANDLE,
    records: *mut INPUT_RECORD,
    length: u32,
    count: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { read(input, records, [length, PEEKS], count, bytes) }
}

/// As [`PeekConsoleInputA`], in UTF-16.
///
/// # Safety
/// As for [`ReadConsoleInputA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn PeekConsoleInputW(
    input: HANDLE,
    records: *mut INPUT_RECORD,
    length: u32,
    count: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { read(input, records, [length, PEEKS], count, pair) }
}

/// Puts records behind the input that is there, and wakes who waits for this handle or reads
/// records from it.
///
/// Missing: it does not end a [`super::console_mode::ReadConsoleA`] that waits for the terminal.
///
/// # Errors
/// As for [`ReadConsoleInputA`].
///
/// # Safety
/// So many records must be readable, and the count writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WriteConsoleInputA(
    input: HANDLE,
    records: *const INPUT_RECORD,
    length: u32,
    written: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { write(input, records, length, written, false) }
}

/// As [`WriteConsoleInputA`], in UTF-16.
///
/// # Safety
/// As for [`WriteConsoleInputA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WriteConsoleInputW(
    input: HANDLE,
    records: *const INPUT_RECORD,
    length: u32,
    written: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { write(input, records, length, written, true) }
}
