//! Timers whose ticks come as messages.
#![allow(unsafe_code)]

use crate::entry;
use lapwing_abi::{BOOL, HWND, TIMERPROC};
use lapwing_executive::win32k::timer;

/// Sets a timer, anew if the window has one of this id: `WM_TIMER` comes every so many milliseconds
/// (at least 10) when the thread has no other message; with a routine `DispatchMessage` calls that.
/// Without a window the id is the thread's choice, unless it is a timer's already.
///
/// Returns the id; 0 on failure: 1400 for no window.
///
/// # Safety
/// The routine must be callable on the window's thread, as long as the timer is set.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetTimer(
    hwnd: HWND,
    id: usize,
    milliseconds: u32,
    routine: TIMERPROC,
) -> usize {
    let routine = routine.map_or(0, |routine| routine as usize);
    timer::set(hwnd.addr(), id, milliseconds, routine).unwrap_or_else(|status| {
        entry::fail(status);
        0
    })
}

/// Ends a timer; a tick that has not been fetched is lost.  Fails with 1400 for no window, with 87
/// when there is no such timer.
#[unsafe(no_mangle)]
pub extern "system" fn KillTimer(hwnd: HWND, id: usize) -> BOOL {
    entry::succeed(timer::kill(hwnd.addr(), id))
}
