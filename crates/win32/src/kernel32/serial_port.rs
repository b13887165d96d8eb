//! Serial ports: settings, time-outs, events, lines.  Opening is CreateFile's, `COM1` by the
//! configuration; reading and writing are ReadFile's and WriteFile's.
//!
//! What is no serial port is told `ERROR_INVALID_FUNCTION` (1), as a driver that does not know the
//! control code would.
#![allow(unsafe_code)]

use super::io::take_overlapped;
use crate::entry::{fail, is_wild, number, succeed};
use crate::last_error;
use crate::text::{Unit, from_terminated};
use core::mem;
use lapwing_abi::{
    BOOL, CLEAR_COMM_ERROR_FLAGS, CLRBREAK, CLRDTR, CLRRTS, COMM_EVENT_MASK, COMMTIMEOUTS, COMSTAT,
    DCB, ERROR_IO_PENDING, ESCAPE_COMM_FUNCTION, HANDLE, MODEM_STATUS_FLAGS, OVERLAPPED, PCSTR,
    PCWSTR, PURGE_COMM_FLAGS, SETBREAK, SETDTR, SETRTS, SETXOFF, SETXON,
};
use lapwing_executive::io::irp::{Overlapped, Started};
use lapwing_executive::io::read_write::Way;
use lapwing_executive::io::user_memory::{UserBuffer, UserPointer};
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::wait::wait_for_single;
use lapwing_executive::ob::handle;
use lapwing_executive::serial::flow::Flow;
use lapwing_executive::serial::port::SerialPort;
use lapwing_executive::serial::settings::Settings;
use lapwing_executive::serial::timeouts::Timeouts;
use lapwing_executive::status::{Result, Status};
use lapwing_executive::sys::serial_line;

fn with<R>(port: HANDLE, act: impl FnOnce(&SerialPort) -> Result<R>) -> Result<R> {
    act(handle::lookup(number(port))?.file()?.serial()?)
}

/// Writes what was found, unless the place is wild.
///
/// # Safety
/// `place` must be writable.
unsafe fn write<T>(found: Result<T>, place: *mut T) -> BOOL {
    match found {
        Ok(_) if is_wild(place) => fail(Status::ACCESS_VIOLATION),
        // SAFETY: the caller's promise.
        found => succeed(found.map(|found| unsafe { place.write_unaligned(found) })),
    }
}

fn block_of(settings: &Settings) -> DCB {
    let [xon, xoff, error, end, event] = settings.characters.map(u8::cast_signed);
    DCB {
        DCBlength: mem::size_of::<DCB>() as u32,
        BaudRate: settings.baud_rate,
        _bitfield: settings.flags,
        wReserved: 0,
        XonLim: settings.limits[0],
        XoffLim: settings.limits[1],
        ByteSize: settings.byte_size,
        Parity: settings.parity,
        StopBits: settings.stop_bits,
        XonChar: xon,
        XoffChar: xoff,
        ErrorChar: error,
        EofChar: end,
        EvtChar: event,
        wReserved1: 0,
    }
}

fn settings_of(block: &DCB) -> Settings {
    let characters = [block.XonChar, block.XoffChar, block.ErrorChar, block.EofChar, block.EvtChar];
    Settings {
        baud_rate: block.BaudRate,
        flags: block._bitfield,
        limits: [block.XonLim, block.XoffLim],
        byte_size: block.ByteSize,
        parity: block.Parity,
        stop_bits: block.StopBits,
        characters: characters.map(i8::cast_unsigned),
    }
}

/// Tells how a port sends and receives.
///
/// # Safety
/// `block` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetCommState(port: HANDLE, block: *mut DCB) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { write(with(port, |port| Ok(block_of(&port.settings()))), block) }
}

/// Says how a port is to send and receive.  FALSE with 87 for what no port can do (and for
/// `fBinary` not set); nothing has changed then.
///
/// Missing: flow control by DSR, `fErrorChar`, `fAbortOnError`, which are kept and not obeyed.
///
/// # Safety
/// `block` must be readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetCommState(port: HANDLE, block: *const DCB) -> BOOL {
    if is_wild(block) {
        return fail(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise.
    let settings = settings_of(&unsafe { block.read_unaligned() });
    succeed(with(port, |port| port.set_settings(settings)))
}

/// Tells how long reads and writes wait, in milliseconds.
///
/// # Safety
/// `timeouts` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetCommTimeouts(port: HANDLE, timeouts: *mut COMMTIMEOUTS) -> BOOL {
    let found = with(port, |port| {
        let known = port.timeouts();
        Ok(COMMTIMEOUTS {
            ReadIntervalTimeout: known.read_interval,
            ReadTotalTimeoutMultiplier: known.read_multiplier,
            ReadTotalTimeoutConstant: known.read_constant,
            WriteTotalTimeoutMultiplier: known.write_multiplier,
            WriteTotalTimeoutConstant: known.write_constant,
        })
    });
    // SAFETY: the caller's promise.
    unsafe { write(found, timeouts) }
}

/// Says how long reads and writes wait.  A read that has waited long enough succeeds with what it
/// has.  An interval of `MAXDWORD` means what is there; with a multiplier of `MAXDWORD` too and a
/// constant, the first byte that comes in so long.
///
/// # Safety
/// `timeouts` must be readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetCommTimeouts(port: HANDLE, timeouts: *const COMMTIMEOUTS) -> BOOL {
    if is_wild(timeouts) {
        return fail(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise.
    let given = unsafe { timeouts.read_unaligned() };
    let timeouts = Timeouts {
        read_interval: given.ReadIntervalTimeout,
        read_multiplier: given.ReadTotalTimeoutMultiplier,
        read_constant: given.ReadTotalTimeoutConstant,
        write_multiplier: given.WriteTotalTimeoutMultiplier,
        write_constant: given.WriteTotalTimeoutConstant,
    };
    succeed(with(port, |port| {
        port.set_timeouts(timeouts);
        Ok(())
    }))
}

/// Recommends sizes for the port's buffers, which are Linux' own.
#[unsafe(no_mangle)]
pub extern "system" fn SetupComm(port: HANDLE, _in_queue: u32, _out_queue: u32) -> BOOL {
    succeed(with(port, |_| Ok(())))
}

/// Ends pending requests with 995 (`PURGE_TXABORT`, `PURGE_RXABORT`) and forgets bytes
/// (`PURGE_TXCLEAR`, `PURGE_RXCLEAR`).  FALSE with 87 for other flags or none.
#[unsafe(no_mangle)]
pub extern "system" fn PurgeComm(port: HANDLE, flags: PURGE_COMM_FLAGS) -> BOOL {
    const KNOWN: PURGE_COMM_FLAGS = 0xF;
    succeed(with(port, |port| {
        if flags == 0 || flags & !KNOWN != 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        port.purge([flags & 2 != 0, flags & 1 != 0], [flags & 8 != 0, flags & 4 != 0]);
        Ok(())
    }))
}

/// Tells how many bytes have arrived and how many have not left, and whether `SETXOFF` holds them.
/// Both pointers may be NULL.
///
/// Missing: errors of the line, which Linux does not tell a reader; there are said to be none.
///
/// # Safety
/// The pointers are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ClearCommError(
    port: HANDLE,
    errors: *mut CLEAR_COMM_ERROR_FLAGS,
    state: *mut COMSTAT,
) -> BOOL {
    // `fXoffHold`
    const XOFF_HOLD: u32 = 1 << 3;
    succeed(with(port, |port| {
        let (arrived, leaving) = port.queued();
        // SAFETY: the caller's promise.
        unsafe { UserPointer::new(errors) }.write(0);
        let held = if port.flow() == Flow::Held { XOFF_HOLD } else { 0 };
        let told = COMSTAT { _bitfield: held, cbInQue: arrived, cbOutQue: leaving };
        // SAFETY: the caller's promise.
        unsafe { UserPointer::new(state) }.write(told);
        Ok(())
    }))
}

/// Raises or lowers DTR or RTS, begins or ends a break, holds what is written (`SETXOFF`) or lets
/// it go (`SETXON`).  FALSE with 87 for another function or a port without such lines.
#[unsafe(no_mangle)]
pub extern "system" fn EscapeCommFunction(port: HANDLE, function: ESCAPE_COMM_FUNCTION) -> BOOL {
    succeed(with(port, |port| {
        let line = |line, raise| serial_line::set_modem_lines(port.fd(), line, raise);
        let done = match function {
            SETDTR => line(libc::TIOCM_DTR, true),
            CLRDTR => line(libc::TIOCM_DTR, false),
            SETRTS => line(libc::TIOCM_RTS, true),
            CLRRTS => line(libc::TIOCM_RTS, false),
            SETBREAK => serial_line::set_break(port.fd(), true),
            CLRBREAK => serial_line::set_break(port.fd(), false),
            SETXOFF => return port.set_flow(Flow::Held),
            SETXON => return port.set_flow(Flow::Runs),
            _ => return Err(Status::INVALID_PARAMETER),
        };
        done.map_err(|_| Status::INVALID_PARAMETER)
    }))
}

/// Begins a break, until [`ClearCommBreak`].
#[unsafe(no_mangle)]
pub extern "system" fn SetCommBreak(port: HANDLE) -> BOOL {
    EscapeCommFunction(port, SETBREAK)
}

/// Ends a break.
#[unsafe(no_mangle)]
pub extern "system" fn ClearCommBreak(port: HANDLE) -> BOOL {
    EscapeCommFunction(port, CLRBREAK)
}

/// Tells which of the modem's lines are up: CTS 0x10, DSR 0x20, ring 0x40, carrier 0x80.  FALSE
/// with 87 for a port without them.
///
/// # Safety
/// `lines` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetCommModemStatus(
    port: HANDLE,
    lines: *mut MODEM_STATUS_FLAGS,
) -> BOOL {
    const LINES: [(i32, MODEM_STATUS_FLAGS); 4] = [
        (libc::TIOCM_CTS, 0x10),
        (libc::TIOCM_DSR, 0x20),
        (libc::TIOCM_RNG, 0x40),
        (libc::TIOCM_CAR, 0x80),
    ];
    let found = with(port, |port| {
        let up = serial_line::modem_lines(port.fd()).map_err(|_| Status::INVALID_PARAMETER)?;
        Ok(LINES.iter().filter(|(line, _)| up & line != 0).map(|(_, flag)| flag).sum())
    });
    // SAFETY: the caller's promise.
    unsafe { write(found, lines) }
}

/// Tells which events are noted.
///
/// # Safety
/// `mask` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetCommMask(port: HANDLE, mask: *mut COMM_EVENT_MASK) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { write(with(port, |port| Ok(port.event_mask())), mask) }
}

/// Says which events are noted from now on; a [`WaitCommEvent`] that waits ends with none.  FALSE
/// with 87 for events that do not exist.
///
/// Missing: `EV_RXFLAG`, `EV_BREAK`, `EV_ERR` and the later ones never come.
#[unsafe(no_mangle)]
pub extern "system" fn SetCommMask(port: HANDLE, mask: COMM_EVENT_MASK) -> BOOL {
    let act = || -> Result<()> {
        let object = handle::lookup(number(port))?;
        object.file()?.serial()?.set_event_mask(&object, mask)
    };
    succeed(act())
}

/// Waits until a noted event happens, or tells what has happened since the last time.  Overlapped
/// if an OVERLAPPED is given and the handle is; the mask is written when it ends.
///
/// # Errors
/// FALSE with `ERROR_IO_PENDING`, 87 when nothing is noted or somebody waits already, 1 for what is
/// no serial port.
///
/// # Safety
/// The pointers are as Windows' documentation asks; they belong to the request until its end.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WaitCommEvent(
    port: HANDLE,
    mask: *mut COMM_EVENT_MASK,
    overlapped: *mut OVERLAPPED,
) -> BOOL {
    if is_wild(mask) {
        return fail(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise.
    let place = unsafe { UserPointer::new(mask) };
    let act = || -> Result<Started> {
        let object = handle::lookup(number(port))?;
        let file = object.file()?;
        let serial = file.serial()?;
        if file.is_overlapped() && !overlapped.is_null() {
            // SAFETY: the caller's promise.
            let taken = unsafe { take_overlapped(overlapped) }?;
            return serial.wait_event(&object, file, place, taken);
        }
        let started = serial.wait_event(&object, file, place, Overlapped::internal())?;
        if matches!(started, Started::Pending) {
            wait_for_single(file.signal(), false, Deadline::Never);
        }
        Ok(started)
    };
    match act() {
        Ok(Started::Pending) if !overlapped.is_null() => {
            last_error::set(ERROR_IO_PENDING);
            0
        }
        Ok(_) => 1,
        Err(status) => fail(status),
    }
}

/// Sends a character.
///
/// Missing: it waits its turn behind what is written already.
#[unsafe(no_mangle)]
pub extern "system" fn TransmitCommChar(port: HANDLE, character: i8) -> BOOL {
    let mut byte = character.cast_unsigned();
    // SAFETY: the byte outlives the call, which only reads it.
    let buffer = unsafe { UserBuffer::new(&raw mut byte, 1) };
    succeed(with(port, |port| port.perform(Way::Write, buffer).map(drop)))
}

/// What a line of MODE's language says, put into the block: `baud=9600 parity=n data=8 stop=1`, or
/// in short `9600,n,8,1`.
fn build(text: &str, block: &mut DCB) -> Option<()> {
    let text = text.to_ascii_lowercase();
    let text = match text.split_once(':') {
        Some((port, rest)) if port.trim_start().starts_with("com") => rest,
        _ => text.as_str(),
    };
    if text.contains('=') {
        for word in text.split_whitespace() {
            let (name, value) = word.split_once('=')?;
            set(name, value, block)?;
        }
    } else {
        let names = ["baud", "parity", "data", "stop"];
        let values: Vec<&str> = text.split(',').map(str::trim).collect();
        if values.len() > names.len() {
            return None;
        }
        for (name, value) in names.iter().zip(values) {
            set(name, value, block)?;
        }
    }
    Some(())
}

fn set(name: &str, value: &str, block: &mut DCB) -> Option<()> {
    let flag = |block: &mut DCB, bits: u32| {
        match value {
            "on" => block._bitfield |= bits,
            "off" => block._bitfield &= !bits,
            _ => return None,
        }
        Some(())
    };
    let control = |block: &mut DCB, shift: u32| {
        let value = match value {
            "off" => 0,
            "on" => 1,
            "hs" => 2,
            _ => return None,
        };
        block._bitfield = block._bitfield & !(3 << shift) | value << shift;
        Some(())
    };
    match name {
        "baud" => {
            block.BaudRate = match value.parse().ok()? {
                11 => 110,
                short @ (15 | 30 | 60) => short * 10,
                short @ (12 | 24 | 48 | 96) => short * 100,
                19 => 19_200,
                rate => rate,
            }
        }
        "parity" => block.Parity = "noems".find(value).filter(|_| value.len() == 1)? as u8,
        "data" => block.ByteSize = value.parse().ok().filter(|bits| (5..=8).contains(bits))?,
        "stop" => {
            block.StopBits = match value {
                "1" => 0,
                "1.5" => 1,
                "2" => 2,
                _ => return None,
            }
        }
        "xon" => flag(block, 3 << 8)?,
        "octs" => flag(block, 1 << 2)?,
        "odsr" => flag(block, 1 << 3)?,
        "idsr" => flag(block, 1 << 6)?,
        "dtr" => control(block, 4)?,
        "rts" => control(block, 12)?,
        "to" if matches!(value, "on" | "off") => {}
        _ => return None,
    }
    Some(())
}

/// # Safety
/// As for [`BuildCommDCBA`], in units of `U`.
pub(super) unsafe fn build_block<U: Unit>(text: *const U, block: *mut DCB) -> BOOL {
    if is_wild(block) {
        return fail(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promises.
    let (text, mut built) = unsafe { (from_terminated(text), block.read_unaligned()) };
    built.DCBlength = mem::size_of::<DCB>() as u32;
    match text.and_then(|text| build(&text, &mut built)) {
        // SAFETY: the caller's promise.
        Some(()) => unsafe {
            block.write_unaligned(built);
            1
        },
        None => fail(Status::INVALID_PARAMETER),
    }
}

/// Puts into a DCB what a line says as for MODE: `baud=9600 parity=n data=8 stop=1`, with `xon=`,
/// `octs=`, `odsr=`, `idsr=`, `dtr=`, `rts=`, or in short `9600,n,8,1`.  FALSE with 87 for another
/// line; the DCB is as it was then.
///
/// # Safety
/// The text must be terminated; the block readable and writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn BuildCommDCBA(text: PCSTR, block: *mut DCB) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { build_block(text, block) }
}

/// As [`BuildCommDCBA`], in UTF-16.
///
/// # Safety
/// As for [`BuildCommDCBA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn BuildCommDCBW(text: PCWSTR, block: *mut DCB) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { build_block(text, block) }
}
