//! Windows has no signal for a pipe that nobody reads.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;
use core::ptr;
use std::sync::Once;

extern "C" fn nothing(_: libc::c_int) {}

/// From now on a write to a pipe that nobody reads fails and does no more, unless the program has
/// a handler of its own for that.  Programs that this one starts find the signal as always: a
/// handler goes at `exec`, while a signal that is ignored stays ignored.
pub fn without_broken_pipes() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let mut before = MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: the places are writable, and the handler does nothing.
        unsafe {
            if libc::sigaction(libc::SIGPIPE, ptr::null(), before.as_mut_ptr()) != 0
                || before.assume_init_ref().sa_sigaction != libc::SIG_DFL
            {
                return;
            }
            let mut action = MaybeUninit::<libc::sigaction>::zeroed();
            let handler: extern "C" fn(libc::c_int) = nothing;
            (*action.as_mut_ptr()).sa_sigaction = handler as *const () as usize;
            (*action.as_mut_ptr()).sa_flags = libc::SA_RESTART;
            libc::sigaction(libc::SIGPIPE, action.as_ptr(), ptr::null_mut());
        }
    });
}
