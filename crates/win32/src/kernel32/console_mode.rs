//! The console: modes, size, code pages, and what is typed.
#![allow(unsafe_code)]

use crate::entry::{self, number};
use crate::last_error;
use crate::text::Unit;
use core::ffi::c_void;
use core::ptr;
use lapwing_abi::{
    BOOL, CONSOLE_CHARACTER_ATTRIBUTES, CONSOLE_MODE, CONSOLE_READCONSOLE_CONTROL,
    CONSOLE_SCREEN_BUFFER_INFO, COORD, ERROR_INVALID_PARAMETER, HANDLE, SMALL_RECT,
};
use lapwing_executive::condrv;
use lapwing_executive::io::file::File;
use lapwing_executive::io::irp::Started;
use lapwing_executive::io::read_write::{Way, read_write};
use lapwing_executive::io::user_memory::{UserBuffer, UserBuffers, UserPointer};
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};
use std::sync::{Mutex, PoisonError};

/// UTF-8: the only code page that a console here has.
const UTF_8: u32 = 65001;

/// Does something with a console's file.
fn with<R>(console: HANDLE, act: impl FnOnce(&File) -> Result<R>) -> Result<R> {
    let object = handle::lookup(number(console))?;
    act(object.file().map_err(|_| Status::INVALID_HANDLE)?)
}

/// Tells a console's modes.  FALSE with `ERROR_INVALID_HANDLE` (6) for what is no console, which is
/// how programs find out.
///
/// # Safety
/// `mode` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetConsoleMode(console: HANDLE, mode: *mut CONSOLE_MODE) -> BOOL {
    let told = with(console, |file| {
        let told = condrv::mode(file)?;
        if entry::is_wild(mode) { Err(Status::ACCESS_VIOLATION) } else { Ok(told) }
    });
    // SAFETY: the caller's promise.
    entry::succeed(told.map(|told| unsafe { mode.write_unaligned(told) }))
}

/// Changes a console's modes.  Of input's the terminal knows whole lines, echo and Ctrl-C; the
/// others, and all of output's, are remembered, and the terminal does as it does.  What was changed
/// is put back when the process exits.
///
/// FALSE: 6 for what is no console, 87 for modes that do not exist and for echo without lines.
#[unsafe(no_mangle)]
pub extern "system" fn SetConsoleMode(console: HANDLE, mode: CONSOLE_MODE) -> BOOL {
    entry::succeed(with(console, |file| condrv::set_mode(file, mode)))
}

/// Forgets what has been typed and not read.  FALSE with 6 for what is no console's input.
#[unsafe(no_mangle)]
pub extern "system" fn FlushConsoleInputBuffer(input: HANDLE) -> BOOL {
    let flushed = with(input, condrv::flush_input);
    if flushed.is_ok() {
        rest().clear();
    }
    entry::succeed(flushed)
}

/// Tells how large the terminal is; all of it is the window.
///
/// Missing: the cursor's place, which a terminal does not tell; it is said to be 0, 0, and the
/// colours to be the usual ones.
///
/// # Safety
/// `information` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetConsoleScreenBufferInfo(
    output: HANDLE,
    information: *mut CONSOLE_SCREEN_BUFFER_INFO,
) -> BOOL {
    const GREY_ON_BLACK: CONSOLE_CHARACTER_ATTRIBUTES = 7;
    let size = match with(output, condrv::size) {
        Ok(_) if entry::is_wild(information) => return entry::fail(Status::ACCESS_VIOLATION),
        Ok(size) => size,
        Err(status) => return entry::fail(status),
    };
    let (columns, rows) = (size.0.cast_signed(), size.1.cast_signed());
    let told = CONSOLE_SCREEN_BUFFER_INFO {
        dwSize: COORD { X: columns, Y: rows },
        dwCursorPosition: COORD { X: 0, Y: 0 },
        wAttributes: GREY_ON_BLACK,
        srWindow: SMALL_RECT { Left: 0, Top: 0, Right: columns - 1, Bottom: rows - 1 },
        dwMaximumWindowSize: COORD { X: columns, Y: rows },
    };
    // SAFETY: the caller's promise.
    unsafe { information.write_unaligned(told) };
    1
}

/// The code page of input: 65001, UTF-8.
#[unsafe(no_mangle)]
pub extern "system" fn GetConsoleCP() -> u32 {
    UTF_8
}

/// The code page of output: 65001, UTF-8.
#[unsafe(no_mangle)]
pub extern "system" fn GetConsoleOutputCP() -> u32 {
    UTF_8
}

fn set_code_page(code_page: u32) -> BOOL {
    if code_page == UTF_8 {
        return 1;
    }
    last_error::set(ERROR_INVALID_PARAMETER);
    0
}

/// Takes 65001, UTF-8, and nothing else: FALSE with 87.
#[unsafe(no_mangle)]
pub extern "system" fn SetConsoleCP(code_page: u32) -> BOOL {
    set_code_page(code_page)
}

/// Takes 65001, UTF-8, and nothing else: FALSE with 87.
#[unsafe(no_mangle)]
pub extern "system" fn SetConsoleOutputCP(code_page: u32) -> BOOL {
    set_code_page(code_page)
}

/// What a line had more than was asked for: the next `ReadConsole` gets it.
static REST: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn rest() -> std::sync::MutexGuard<'static, Vec<u8>> {
    REST.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A line, or what there is if lines are not waited for; lines end as Windows' do.
fn read_more(input: HANDLE) -> Result<Vec<u8>> {
    const ROOM: usize = 4096;
    let lines = with(input, |file| {
        if !file.disk().is_ok_and(|disk| disk.is_console_input()) {
            return Err(Status::INVALID_HANDLE);
        }
        Ok(condrv::mode(file)? & condrv::LINE_INPUT != 0)
    })?;
    // Keys that a program has looked at, or put there.
    let mut bytes = condrv::input::take_text().into_bytes();
    if !bytes.is_empty() && (!lines || bytes.ends_with(b"\r")) {
        if lines {
            bytes.push(b'\n');
        }
        return Ok(bytes);
    }
    let before = bytes.len();
    bytes.resize(before + ROOM, 0);
    // SAFETY: the memory outlives the call, which is not overlapped.
    let buffer = unsafe { UserBuffer::new(bytes.as_mut_ptr().add(before), ROOM) };
    let started = read_write(number(input), Way::Read, UserBuffers::One(buffer), |_| Ok(None))?;
    let Started::Done(outcome) = started else { return Err(Status::INVALID_HANDLE) };
    bytes.truncate(before + outcome.information);
    if lines && bytes.ends_with(b"\n") && !bytes.ends_with(b"\r\n") {
        bytes.truncate(bytes.len() - 1);
        bytes.extend_from_slice(b"\r\n");
    }
    Ok(bytes)
}

/// So many bytes at the beginning are `most` units of `U` at the most, in whole characters.
fn prefix<U: Unit>(bytes: &[u8], most: usize) -> (usize, Vec<U>) {
    let text = String::from_utf8_lossy(bytes);
    let mut units = Vec::new();
    let mut taken = 0;
    for character in text.chars() {
        let encoded = U::encode(character.encode_utf8(&mut [0; 4]));
        if units.len() + encoded.len() > most {
            break;
        }
        units.extend(encoded);
        taken += character.len_utf8();
    }
    (taken.min(bytes.len()), units)
}

/// # Safety
/// As for [`ReadConsoleA`], in units of `U`.
pub(super) unsafe fn read<U: Unit>(
    input: HANDLE,
    buffer: *mut U,
    count: u32,
    read: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promise.
    let place = unsafe { UserPointer::new(read) };
    if entry::is_wild(buffer) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    let mut waiting = core::mem::take(&mut *rest());
    if waiting.is_empty() {
        waiting = match read_more(input) {
            Ok(bytes) => bytes,
            Err(status) => {
                place.write(0);
                return entry::fail(status);
            }
        };
    }
    let (taken, units) = prefix::<U>(&waiting, count as usize);
    // SAFETY: so many units are writable, by the caller's promise.
    unsafe { ptr::copy_nonoverlapping(units.as_ptr(), buffer, units.len()) };
    place.write(units.len() as u32);
    let mut rest = rest();
    rest.splice(..0, waiting.drain(taken..));
    1
}

/// Reads text that was typed: a line with its end, unless lines are not waited for
/// ([`SetConsoleMode`]).  What does not fit is for the next call.  The control record is not looked
/// at.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE` (6) for what is no console's input.
///
/// # Safety
/// So many characters must be writable; the count is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReadConsoleA(
    input: HANDLE,
    buffer: *mut c_void,
    count: u32,
    characters_read: *mut u32,
    _control: *const CONSOLE_READCONSOLE_CONTROL,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { read(input, buffer.cast::<u8>(), count, characters_read) }
}

/// As [`ReadConsoleA`], in UTF-16.
///
/// # Safety
/// As for [`ReadConsoleA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReadConsoleW(
    input: HANDLE,
    buffer: *mut c_void,
    count: u32,
    characters_read: *mut u32,
    _control: *const CONSOLE_READCONSOLE_CONTROL,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { read(input, buffer.cast::<u16>(), count, characters_read) }
}
