//! `lp64.rs` for input as records, which hold a `wchar_t` and so are larger in C.
#![allow(unsafe_code)]

use super::console_input::{Form, PEEKS, READS, bytes, given, read, write};
use core::ffi::c_void;
use lapwing_abi::{BOOL, HANDLE, KEY_EVENT};
use lapwing_executive::condrv::input::Record;
use lapwing_executive::condrv::key::Key;

/// INPUT_RECORD, with a character of 32 bits.
#[repr(C)]
#[derive(Clone, Copy)]
struct Wide {
    kind: u16,
    /// KEY_EVENT_RECORD: `bKeyDown`; repeat count and key code; scan code; character; what is held.
    event: [u32; 5],
}

impl Form for Wide {
    fn of(record: &Record) -> Self {
        match record {
            Record::Key(key) => Wide {
                kind: KEY_EVENT as u16,
                event: [
                    u32::from(key.is_down),
                    u32::from(key.repeat) | u32::from(key.code) << 16,
                    u32::from(key.scan),
                    key.text,
                    key.held,
                ],
            },
            Record::Other(kind, [one, two, three, four]) => {
                Wide { kind: *kind, event: [*one, *two, *three, *four, 0] }
            }
        }
    }

    fn record(&self, is_wide: bool) -> Record {
        let [down, repeat_and_code, scan, text, held] = self.event;
        if u32::from(self.kind) != KEY_EVENT {
            return Record::Other(self.kind, [down, repeat_and_code, scan, text]);
        }
        Record::Key(Key {
            is_down: down != 0,
            repeat: repeat_and_code as u16,
            code: (repeat_and_code >> 16) as u16,
            scan: scan as u16,
            text: if is_wide { text } else { text & 0xFF },
            held,
        })
    }
}

/// As [`super::console_input::ReadConsoleInputA`], with records as C has them.
///
/// # Safety
/// As for [`super::console_input::ReadConsoleInputA`].
#[unsafe(export_name = "lapwing_ReadConsoleInputA_lp64")]
pub unsafe extern "system" fn ReadConsoleInputA(
    input: HANDLE,
    records: *mut c_void,
    length: u32,
    count: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { read::<Wide>(input, records.cast(), [length, READS], count, bytes) }
}

/// As [`super::console_input::ReadConsoleInputW`], with records as C has them.
///
/// # Safety
/// As for [`super::console_input::ReadConsoleInputW`].
#[unsafe(export_name = "lapwing_ReadConsoleInputW_lp64")]
pub unsafe extern "system" fn ReadConsoleInputW(
    input: HANDLE,
    records: *mut c_void,
    length: u32,
    count: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { read::<Wide>(input, records.cast(), [length, READS], count, given) }
}

/// As [`super::console_input::PeekConsoleInputA`], with records as C has them.
///
/// # Safety
/// As for [`super::console_input::PeekConsoleInputA`].
#[unsafe(export_name = "lapwing_PeekConsoleInputA_lp64")]
pub unsafe extern "system" fn PeekConsoleInputA(
    input: HANDLE,
    records: *mut c_void,
    length: u32,
    count: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { read::<Wide>(input, records.cast(), [length, PEEKS], count, bytes) }
}

/// As [`super::console_input::PeekConsoleInputW`], with records as C has them.
///
/// # Safety
/// As for [`super::console_input::PeekConsoleInputW`].
#[unsafe(export_name = "lapwing_PeekConsoleInputW_lp64")]
pub unsafe extern "system" fn PeekConsoleInputW(
    input: HANDLE,
    records: *mut c_void,
    length: u32,
    count: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { read::<Wide>(input, records.cast(), [length, PEEKS], count, given) }
}

/// As [`super::console_input::WriteConsoleInputA`], with records as C has them.
///
/// # Safety
/// As for [`super::console_input::WriteConsoleInputA`].
#[unsafe(export_name = "lapwing_WriteConsoleInputA_lp64")]
pub unsafe extern "system" fn WriteConsoleInputA(
    input: HANDLE,
    records: *const c_void,
    length: u32,
    written: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { write::<Wide>(input, records.cast(), length, written, false) }
}

/// As [`super::console_input::WriteConsoleInputW`], with records as C has them.
///
/// # Safety
/// As for [`super::console_input::WriteConsoleInputW`].
#[unsafe(export_name = "lapwing_WriteConsoleInputW_lp64")]
pub unsafe extern "system" fn WriteConsoleInputW(
    input: HANDLE,
    records: *const c_void,
    length: u32,
    written: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { write::<Wide>(input, records.cast(), length, written, true) }
}
