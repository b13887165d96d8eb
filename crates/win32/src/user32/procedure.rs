//! Calling a window procedure, in the alphabet that it expects.
//!
//! Text goes along with few messages.  When the sender writes it in another way than the procedure
//! reads it, it is converted for the call, on the procedure's thread; the sender waits meanwhile.
#![allow(unsafe_code)]

use super::class::copy_truncated;
use super::{Face, handle, window};
use crate::text;
use lapwing_abi::{HWND, WM_GETTEXT, WM_SETTEXT};
use lapwing_executive::win32k::{Alphabet, Call, Message, Procedure, Task, send};

type Routine = unsafe extern "system" fn(HWND, u32, usize, isize) -> isize;

/// Calls a procedure as it is.
///
/// # Safety
/// The address must be a window procedure's, callable with this message.
pub(super) unsafe fn call_routine(address: usize, message: &Message) -> isize {
    // SAFETY: a window procedure's, by the caller's promise.
    let routine = unsafe { core::mem::transmute::<usize, Routine>(address) };
    // SAFETY: the caller's promise.
    unsafe { routine(handle(message.window), message.number, message.wparam, message.lparam) }
}

/// Calls the procedure of the message's window; 0 when there is no such window.
///
/// # Safety
/// What the message points at must be what its number promises, in the sender's alphabet.
pub(super) unsafe fn call_window(sender: Alphabet, message: &Message) -> isize {
    let found = lapwing_executive::win32k::window::lookup(message.window as usize);
    let Ok(procedure) = found.map(|window| window.procedure()) else { return 0 };
    // SAFETY: a window's procedure is one, by the promise given to its class; the rest is the
    // caller's promise.
    unsafe {
        match (message.number, sender == procedure.alphabet) {
            (WM_SETTEXT, false) => set_text(procedure, sender, message),
            (WM_GETTEXT, false) => get_text(procedure, sender, message),
            _ => call_routine(procedure.address, message),
        }
    }
}

/// Does what another thread has asked for, and replies.
///
/// # Safety
/// What the message points at must be what its number promises.
pub(super) unsafe fn serve(call: Call) {
    let result = match call.task {
        // SAFETY: the caller's promise.
        Task::Message(sender) => unsafe { call_window(sender, &call.message) },
        Task::Destroy => {
            window::destroy(call.message.window);
            0
        }
    };
    send::reply(result);
}

/// Text of the sender's.
///
/// # Safety
/// `text` must be NULL or point to a terminated string in this alphabet.
unsafe fn read(alphabet: Alphabet, text: usize) -> Option<String> {
    let text: *const u8 = core::ptr::with_exposed_provenance(text);
    // SAFETY: the caller's promise.
    unsafe {
        match alphabet {
            Alphabet::Ansi => text::from_terminated(text),
            Alphabet::Utf16 => text::from_terminated(text.cast::<u16>()),
            Alphabet::Utf32 => text::from_terminated(text.cast::<i32>()),
        }
    }
}

/// # Safety
/// As for [`call_window`].
unsafe fn set_text(procedure: Procedure, sender: Alphabet, message: &Message) -> isize {
    /// # Safety
    /// As for [`call_routine`].
    unsafe fn call<U: Face>(address: usize, message: &Message, text: Option<String>) -> isize {
        let units = text.map(|text| {
            let mut units = U::encode(&text);
            units.push(U::NUL);
            units
        });
        let pointer = units.as_ref().map_or(core::ptr::null(), |units| units.as_ptr());
        let lparam = pointer.expose_provenance().cast_signed();
        // SAFETY: the text lives until the procedure has returned.
        unsafe { call_routine(address, &Message { lparam, ..*message }) }
    }
    // SAFETY: the caller's promise.
    unsafe {
        let text = read(sender, message.lparam.cast_unsigned());
        match procedure.alphabet {
            Alphabet::Ansi => call::<u8>(procedure.address, message, text),
            Alphabet::Utf16 => call::<u16>(procedure.address, message, text),
            Alphabet::Utf32 => call::<i32>(procedure.address, message, text),
        }
    }
}

/// # Safety
/// As for [`call_window`].
unsafe fn get_text(procedure: Procedure, sender: Alphabet, message: &Message) -> isize {
    /// Several units of one alphabet may be one of another.
    const FACTOR: usize = 4;
    /// More text than a window has.
    const MOST: usize = 1 << 16;
    /// # Safety
    /// As for [`call_routine`].
    unsafe fn call<U: Face>(address: usize, message: &Message) -> String {
        let mut units = vec![U::NUL; message.wparam.min(MOST) * FACTOR + 1];
        let lparam = units.as_mut_ptr().expose_provenance().cast_signed();
        let wparam = units.len();
        // SAFETY: the buffer is as large as the message says.
        unsafe { call_routine(address, &Message { wparam, lparam, ..*message }) };
        units[wparam - 1] = U::NUL;
        let length = units.iter().position(|&unit| unit == U::NUL).unwrap_or(0);
        U::decode(&units[..length])
    }
    if message.wparam == 0 || message.lparam == 0 {
        return 0;
    }
    let (address, capacity) = (procedure.address, message.wparam);
    let buffer: *mut u8 = core::ptr::with_exposed_provenance_mut(message.lparam.cast_unsigned());
    // SAFETY: the caller's promises: the buffer has `capacity` units of the sender's.
    unsafe {
        let text = match procedure.alphabet {
            Alphabet::Ansi => call::<u8>(address, message),
            Alphabet::Utf16 => call::<u16>(address, message),
            Alphabet::Utf32 => call::<i32>(address, message),
        };
        let length = match sender {
            Alphabet::Ansi => copy_truncated(&text, buffer, capacity),
            Alphabet::Utf16 => copy_truncated(&text, buffer.cast::<u16>(), capacity),
            Alphabet::Utf32 => copy_truncated(&text, buffer.cast::<i32>(), capacity),
        };
        length.cast_signed()
    }
}
