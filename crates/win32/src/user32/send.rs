//! Sending messages: to a window's procedure, with its answer.
#![allow(unsafe_code)]

use super::{Face, procedure};
use crate::entry;
use lapwing_abi::{
    BOOL, HWND, HWND_BROADCAST, LPARAM, LRESULT, SEND_MESSAGE_TIMEOUT_FLAGS, SMTO_BLOCK, WNDPROC,
    WPARAM,
};
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::status::{Result, Status};
use lapwing_executive::win32k::send::{self, Progress};
use lapwing_executive::win32k::window;
use lapwing_executive::win32k::{Call, Message, Task};

/// How long a sender waits, and whether it does meanwhile what others send to it.
#[derive(Clone, Copy)]
struct Patience {
    deadline: Deadline,
    serve: bool,
}

const ENDLESS: Patience = Patience { deadline: Deadline::Never, serve: true };

/// The windows that a message to `hwnd` goes to.
pub(super) fn targets(hwnd: HWND) -> Option<Vec<u32>> {
    (hwnd == HWND_BROADCAST).then(|| window::at_level(0))
}

/// A message's parts in one piece.
fn message(window: u32, number: u32, wparam: WPARAM, lparam: LPARAM) -> Message {
    Message { window, number, wparam, lparam, time: 0 }
}

/// Sends a message and gives the procedure's answer.
///
/// # Safety
/// What the message points at must be what its number promises, in this face's alphabet.
unsafe fn send_message<U: Face>(
    hwnd: HWND,
    number: u32,
    wparam: WPARAM,
    lparam: LPARAM,
    patience: Patience,
) -> Result<LRESULT> {
    let target = window::lookup(hwnd.addr())?;
    let message = message(target.number(), number, wparam, lparam);
    if target.is_own() {
        drop(target);
        // SAFETY: the caller's promise.
        return Ok(unsafe { procedure::call_window(U::ALPHABET, &message) });
    }
    send::begin(&target, Call { task: Task::Message(U::ALPHABET), message })?;
    drop(target);
    // SAFETY: what others send to this thread has their promise.
    unsafe { wait_patiently(patience) }
}

/// Waits for the reply to what this thread has sent last, for as long as it takes.
///
/// # Safety
/// Senders promise that what their messages point at is what the numbers promise.
pub(super) unsafe fn wait_for_reply(serve: bool) -> Result<LRESULT> {
    // SAFETY: the caller's promise.
    unsafe { wait_patiently(Patience { serve, ..ENDLESS }) }
}

/// # Safety
/// As for [`wait_for_reply`].
unsafe fn wait_patiently(patience: Patience) -> Result<LRESULT> {
    loop {
        match send::poll(patience.serve) {
            Progress::Done(result) => return result,
            // SAFETY: the senders' promise.
            Progress::Call(call) => unsafe { procedure::serve(call) },
            Progress::Wait => {
                if !send::wait(patience.serve, patience.deadline) {
                    return send::give_up().ok_or(Status::TIMEOUT);
                }
            }
        }
    }
}

/// `SendMessage` of any face.
///
/// # Safety
/// As for [`SendMessageA`].
pub(super) unsafe fn send_any<U: Face>(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: the caller's promise.
    let send = |hwnd| unsafe { send_message::<U>(hwnd, message, wparam, lparam, ENDLESS) };
    if let Some(windows) = targets(hwnd) {
        for window in windows {
            // One that has gone meanwhile gets nothing.
            let _answer = send(super::handle(window));
        }
        return 1;
    }
    send(hwnd).unwrap_or_else(|status| {
        entry::fail(status);
        0
    })
}

/// Sends a message and returns what the window's procedure answers.  If the window is another
/// thread's, this waits until that thread looks for messages, and does meanwhile what others send
/// to this thread.  0 with 1400 when there is no such window, or its thread ends before it answers.
/// To `HWND_BROADCAST` it goes to every window at the top.
///
/// # Safety
/// What the message points at must be what its number promises, texts in UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SendMessageA(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: the caller's promise.
    unsafe { send_any::<u8>(hwnd, message, wparam, lparam) }
}

/// [`SendMessageA`] with texts in UTF-16.
///
/// # Safety
/// As for [`SendMessageA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SendMessageW(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: the caller's promise.
    unsafe { send_any::<u16>(hwnd, message, wparam, lparam) }
}

/// The last three arguments of `SendMessageTimeout`.
pub(super) struct Timeout {
    pub(super) flags: SEND_MESSAGE_TIMEOUT_FLAGS,
    pub(super) milliseconds: u32,
    pub(super) result: *mut usize,
}

/// `SendMessageTimeout` of any face.
///
/// # Safety
/// As for [`SendMessageTimeoutA`].
pub(super) unsafe fn send_timeout<U: Face>(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
    timeout: &Timeout,
) -> LRESULT {
    let deadline = Deadline::after_milliseconds(timeout.milliseconds.max(1));
    let patience = Patience { deadline, serve: timeout.flags & SMTO_BLOCK == 0 };
    // SAFETY: the caller's promise.
    match unsafe { send_message::<U>(hwnd, message, wparam, lparam, patience) } {
        Ok(answer) => {
            if !timeout.result.is_null() {
                // SAFETY: the caller's promise.
                unsafe { timeout.result.write_unaligned(answer.cast_unsigned()) };
            }
            1
        }
        Err(status) => entry::fail(status) as LRESULT,
    }
}

/// [`SendMessageA`] that waits for so many milliseconds at most: the answer goes to `result`.  0
/// with 1460 when the time has passed (the message still reaches the window), with 1400 for no
/// window.
/// With `SMTO_BLOCK` nothing is done meanwhile for others; the other flags change nothing.
///
/// # Safety
/// As for [`SendMessageA`], also after the time has passed; `result` must be NULL or a place for a
/// number.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SendMessageTimeoutA(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
    flags: SEND_MESSAGE_TIMEOUT_FLAGS,
    milliseconds: u32,
    result: *mut usize,
) -> LRESULT {
    let timeout = Timeout { flags, milliseconds, result };
    // SAFETY: the caller's promises.
    unsafe { send_timeout::<u8>(hwnd, message, wparam, lparam, &timeout) }
}

/// [`SendMessageTimeoutA`] with texts in UTF-16.
///
/// # Safety
/// As for [`SendMessageTimeoutA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SendMessageTimeoutW(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
    flags: SEND_MESSAGE_TIMEOUT_FLAGS,
    milliseconds: u32,
    result: *mut usize,
) -> LRESULT {
    let timeout = Timeout { flags, milliseconds, result };
    // SAFETY: the caller's promises.
    unsafe { send_timeout::<u16>(hwnd, message, wparam, lparam, &timeout) }
}

/// `SendNotifyMessage` of either face: such a message has no text.
fn notify<U: Face>(hwnd: HWND, number: u32, wparam: WPARAM, lparam: LPARAM) -> BOOL {
    let send = |hwnd: HWND| -> Result<()> {
        super::message::check_no_pointer(number)?;
        let target = window::lookup(hwnd.addr())?;
        let message = message(target.number(), number, wparam, lparam);
        if !target.is_own() {
            return send::notify(&target, Call { task: Task::Message(U::ALPHABET), message });
        }
        drop(target);
        // SAFETY: the message points at nothing.
        unsafe { procedure::call_window(U::ALPHABET, &message) };
        Ok(())
    };
    match targets(hwnd) {
        Some(windows) => {
            for window in windows {
                // One that has gone meanwhile gets nothing.
                let _unsent = send(super::handle(window));
            }
            1
        }
        None => entry::succeed(send(hwnd)),
    }
}

/// [`SendMessageA`] that does not wait when the window is another thread's.  Fails with 1400 for no
/// window, with 1159 for a message that points at something.
#[unsafe(no_mangle)]
pub extern "system" fn SendNotifyMessageA(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> BOOL {
    notify::<u8>(hwnd, message, wparam, lparam)
}

/// As [`SendNotifyMessageA`].
#[unsafe(no_mangle)]
pub extern "system" fn SendNotifyMessageW(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> BOOL {
    notify::<u16>(hwnd, message, wparam, lparam)
}

/// Answers the message that another thread has sent, while the procedure goes on.  FALSE when there
/// is none, or it has been answered.
#[unsafe(no_mangle)]
pub extern "system" fn ReplyMessage(result: LRESULT) -> BOOL {
    BOOL::from(send::reply_early(result))
}

/// Whether the thread handles a message that another thread has sent.
#[unsafe(no_mangle)]
pub extern "system" fn InSendMessage() -> BOOL {
    BOOL::from(send::is_serving())
}

/// Calls a window procedure; 0 for NULL.
///
/// # Safety
/// The procedure must be callable with this message, whose texts are in its own alphabet.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CallWindowProcA(
    procedure: WNDPROC,
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: the caller's promise.
    procedure.map_or(0, |procedure| unsafe { procedure(hwnd, message, wparam, lparam) })
}

/// As [`CallWindowProcA`].
///
/// # Safety
/// As for [`CallWindowProcA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CallWindowProcW(
    procedure: WNDPROC,
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    // SAFETY: the caller's promise.
    unsafe { CallWindowProcA(procedure, hwnd, message, wparam, lparam) }
}
