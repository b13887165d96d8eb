//! Posted messages and the message loop.
#![allow(unsafe_code)]

use super::{Face, procedure};
use crate::{entry, text};
use lapwing_abi::{
    BOOL, HWND, LPARAM, LRESULT, MSG, PCSTR, PCWSTR, PEEK_MESSAGE_REMOVE_TYPE, PM_REMOVE, POINT,
    QUEUE_STATUS_FLAGS, WM_CREATE, WM_GETTEXT, WM_GETTEXTLENGTH, WM_NCCREATE, WM_QUIT, WM_SETTEXT,
    WM_TIMER, WPARAM,
};
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::status::{Result, Status};
use lapwing_executive::win32k::queue::{
    self, Filter, QS_ALLPOSTMESSAGE, QS_ANY, QS_SENDMESSAGE, Retrieved, Wanted,
};
use lapwing_executive::win32k::{Message, atom, timer, window};

/// `ERROR_MESSAGE_SYNC_ONLY`
const SYNC_ONLY: Status = Status::from_win32(1159);
/// `ERROR_INVALID_FLAGS`
const INVALID_FLAGS: Status = Status::from_win32(1004);
/// `WM_KEYDOWN` to `WM_SYSDEADCHAR`
const KEYS: core::ops::RangeInclusive<u32> = 0x0100..=0x0107;

/// The messages that `hwnd` stands for in a filter.
///
/// # Errors
/// `INVALID_WINDOW`.
fn wanted(hwnd: HWND) -> Result<Wanted> {
    match hwnd.addr() {
        0 => Ok(Wanted::Any),
        usize::MAX => Ok(Wanted::Thread),
        number => window::lookup(number).map(|window| Wanted::Window(window.number())),
    }
}

/// Looks for a message, after everything that other threads have sent has been done.
fn look(filter: &Filter) -> Option<Message> {
    loop {
        match queue::with_current(|queue| queue.retrieve(filter)) {
            Retrieved::Message(message) => return Some(message),
            Retrieved::Nothing => return None,
            // SAFETY: senders promise that what their messages point at is what it should be.
            Retrieved::Call(call) => unsafe { procedure::serve(call) },
        }
    }
}

/// A message as the program takes it.
fn as_msg(message: &Message) -> MSG {
    MSG {
        hwnd: super::handle(message.window),
        message: message.number,
        wParam: message.wparam,
        lParam: message.lparam,
        time: message.time,
        pt: POINT { x: 0, y: 0 },
    }
}

/// Waits for a message of the calling thread and takes it out.  While it waits, messages that other
/// threads send to windows of this one are handled.
///
/// Returns 0 for `WM_QUIT`, −1 on failure (1400 for no window, 998 for a wild pointer), else
/// something positive.  `hwnd` NULL takes every message, −1 those without a window; two zeroes take
/// every number.
///
/// # Safety
/// `msg` must be a place for a message.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetMessageA(
    msg: *mut MSG,
    hwnd: HWND,
    first: u32,
    last: u32,
) -> BOOL {
    if entry::is_wild(msg) {
        entry::fail(Status::ACCESS_VIOLATION);
        return -1;
    }
    let wanted = match wanted(hwnd) {
        Ok(wanted) => wanted,
        Err(status) => {
            entry::fail(status);
            return -1;
        }
    };
    let filter = Filter::new(wanted, first, last, QS_ANY, true);
    let message = loop {
        if let Some(message) = look(&filter) {
            break message;
        }
        queue::with_current(|queue| queue.wait(QS_SENDMESSAGE, QS_ANY, Deadline::Never));
    };
    // SAFETY: the caller's promise.
    unsafe { msg.write_unaligned(as_msg(&message)) };
    BOOL::from(message.number != WM_QUIT)
}

/// As [`GetMessageA`].
///
/// # Safety
/// As for [`GetMessageA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetMessageW(
    msg: *mut MSG,
    hwnd: HWND,
    first: u32,
    last: u32,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { GetMessageA(msg, hwnd, first, last) }
}

/// [`GetMessageA`] that does not wait: FALSE when there is no message.  `flags`: `PM_REMOVE` takes
/// it out, the high word may limit the kinds.  FALSE with 1400 or 998 on failure.
///
/// # Safety
/// `msg` must be a place for a message.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn PeekMessageA(
    msg: *mut MSG,
    hwnd: HWND,
    first: u32,
    last: u32,
    flags: PEEK_MESSAGE_REMOVE_TYPE,
) -> BOOL {
    if entry::is_wild(msg) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    let wanted = match wanted(hwnd) {
        Ok(wanted) => wanted,
        Err(status) => return entry::fail(status),
    };
    let kinds = if flags >> 16 == 0 { QS_ANY } else { flags >> 16 };
    let filter = Filter::new(wanted, first, last, kinds, flags & PM_REMOVE != 0);
    let Some(message) = look(&filter) else { return 0 };
    // SAFETY: the caller's promise.
    unsafe { msg.write_unaligned(as_msg(&message)) };
    1
}

/// As [`PeekMessageA`].
///
/// # Safety
/// As for [`PeekMessageA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn PeekMessageW(
    msg: *mut MSG,
    hwnd: HWND,
    first: u32,
    last: u32,
    flags: PEEK_MESSAGE_REMOVE_TYPE,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { PeekMessageA(msg, hwnd, first, last, flags) }
}

/// Gives a message to its window's procedure and returns the answer.  A `WM_TIMER` with the routine
/// of a timer of this thread goes to the routine.  0 for a message without a window, and with 1400
/// for one whose window is gone.
///
/// # Safety
/// `msg` must point to a message; what it points at must be what its number promises.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn DispatchMessageA(msg: *const MSG) -> LRESULT {
    type Routine = unsafe extern "system" fn(HWND, u32, usize, u32);
    if entry::is_wild(msg) {
        return entry::fail(Status::ACCESS_VIOLATION) as LRESULT;
    }
    // SAFETY: the caller's promise.
    let msg = unsafe { msg.read_unaligned() };
    let routine = msg.lParam.cast_unsigned();
    if msg.message == WM_TIMER && routine != 0 {
        if timer::is_routine(routine) {
            // SAFETY: the number was a routine of this type when `SetTimer` took it.
            let routine = unsafe { core::mem::transmute::<usize, Routine>(routine) };
            // SAFETY: callable, by the promise given to `SetTimer`.
            unsafe { routine(msg.hwnd, msg.message, msg.wParam, queue::tick()) };
        }
        return 0;
    }
    if msg.hwnd.is_null() {
        return 0;
    }
    let found = window::lookup(msg.hwnd.addr());
    let (window, alphabet) = match found.map(|it| (it.number(), it.procedure().alphabet)) {
        Ok(found) => found,
        Err(status) => return entry::fail(status) as LRESULT,
    };
    let message = Message {
        window,
        number: msg.message,
        wparam: msg.wParam,
        lparam: msg.lParam,
        time: msg.time,
    };
    // SAFETY: the caller's promise.
    unsafe { procedure::call_window(alphabet, &message) }
}

/// As [`DispatchMessageA`].
///
/// # Safety
/// As for [`DispatchMessageA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn DispatchMessageW(msg: *const MSG) -> LRESULT {
    // SAFETY: the caller's promise.
    unsafe { DispatchMessageA(msg) }
}

/// TRUE for a key's message, which could mean a character.
///
/// Missing: the character; there is no keyboard.
///
/// # Safety
/// `msg` must point to a message.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn TranslateMessage(msg: *const MSG) -> BOOL {
    if entry::is_wild(msg) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise.
    BOOL::from(KEYS.contains(&unsafe { msg.read_unaligned() }.message))
}

/// Messages of the system's that point at something cannot be posted.
///
/// # Errors
/// `SYNC_ONLY`.
pub(super) fn check_no_pointer(message: u32) -> Result<()> {
    match message {
        WM_CREATE | WM_NCCREATE | WM_SETTEXT | WM_GETTEXT | WM_GETTEXTLENGTH => Err(SYNC_ONLY),
        _ => Ok(()),
    }
}

/// Posts a message to the queue of a window's thread and returns at once; NULL stands for the
/// calling thread, `HWND_BROADCAST` for every window at the top.
///
/// Fails with 1400 for no window, with 1816 when the queue has 10,000 messages, with 1159 for a
/// message that points at something.
#[unsafe(no_mangle)]
pub extern "system" fn PostMessageA(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> BOOL {
    if let Err(status) = check_no_pointer(message) {
        return entry::fail(status);
    }
    match super::send::targets(hwnd) {
        None => entry::succeed(queue::post(hwnd.addr(), message, wparam, lparam)),
        Some(windows) => {
            let post = |window: u32| queue::post(window as usize, message, wparam, lparam);
            for window in windows {
                // One that has gone meanwhile, or whose queue is full, gets nothing.
                let _unposted = post(window);
            }
            1
        }
    }
}

/// As [`PostMessageA`].
#[unsafe(no_mangle)]
pub extern "system" fn PostMessageW(
    hwnd: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> BOOL {
    PostMessageA(hwnd, message, wparam, lparam)
}

/// Posts a message without a window to a thread.  Fails with 1444 when there is no such thread or
/// it has not asked for messages yet, with 1816 when its queue is full, with 1159 for a message
/// that points at something.
#[unsafe(no_mangle)]
pub extern "system" fn PostThreadMessageA(
    thread: u32,
    number: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> BOOL {
    let post = || -> Result<()> {
        check_no_pointer(number)?;
        let message = Message { window: 0, number, wparam, lparam, time: 0 };
        let own = lapwing_executive::ke::thread::with_current(|own| own.id() == thread);
        match own {
            true => queue::with_current(|queue| queue.post(message)),
            false => queue::of_thread(thread)?.post(message),
        }
    };
    entry::succeed(post())
}

/// As [`PostThreadMessageA`].
#[unsafe(no_mangle)]
pub extern "system" fn PostThreadMessageW(
    thread: u32,
    number: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> BOOL {
    PostThreadMessageA(thread, number, wparam, lparam)
}

/// Lets `GetMessage` return 0 once no posted message is left; the code is the `wParam` of
/// `WM_QUIT`.
#[unsafe(no_mangle)]
pub extern "system" fn PostQuitMessage(code: i32) {
    queue::with_current(|queue| queue.post_quit(code));
}

/// `RegisterWindowMessage` of any face.
///
/// # Safety
/// As for [`RegisterWindowMessageA`].
pub(super) unsafe fn register<U: Face>(name: *const U) -> u32 {
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_terminated(name) }.unwrap_or_default();
    match atom::add(&name) {
        Ok(number) => u32::from(number),
        Err(status) => entry::fail(status).cast_unsigned(),
    }
}

/// The number of the message of this name, 0xC000 to 0xFFFF; the same for the same name in any
/// case.  0 with 87 for a name that is NULL, empty or longer than 255 characters.
///
/// # Safety
/// `name` must be NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RegisterWindowMessageA(name: PCSTR) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { register(name) }
}

/// [`RegisterWindowMessageA`] with a name in UTF-16.
///
/// # Safety
/// As for [`RegisterWindowMessageA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RegisterWindowMessageW(name: PCWSTR) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { register(name) }
}

/// What is in the queue: the high word has the kinds that are there, the low word those that have
/// come since the last look.  0 with 1004 for kinds that do not exist.
#[unsafe(no_mangle)]
pub extern "system" fn GetQueueStatus(kinds: QUEUE_STATUS_FLAGS) -> u32 {
    if kinds & !(QS_ANY | QS_ALLPOSTMESSAGE) != 0 {
        return entry::fail(INVALID_FLAGS).cast_unsigned();
    }
    let (changed, present) = queue::with_current(|queue| queue.status(kinds));
    present << 16 | changed
}
