//! A thread of our own that receives none of the program's signals.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

/// Starts a thread with all signals blocked: the program's handlers run on its own threads.
///
/// A process that cannot start a thread ends with a message, because no call could report it.
pub fn spawn_without_signals(name: &str, body: impl FnOnce() + Send + 'static) {
    let mut all = MaybeUninit::uninit();
    let mut before = MaybeUninit::uninit();
    // SAFETY: both sets are written before they are read, and a new thread inherits the mask that
    // holds between the two calls.
    unsafe {
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
    }
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(body);
    // SAFETY: `before` was written by the call above.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), core::ptr::null_mut()) };
    started.expect("the process cannot start its worker thread");
}
