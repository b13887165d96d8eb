//! The signals behind [`super::console`]: dispositions, and the pipe from the signal handler to a
//! thread.
//!
//! What the program had set for a signal is kept, and comes back when the last handler goes.
#![allow(unsafe_code)]

use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicI32, Ordering};
use rustix::fd::{IntoRawFd, OwnedFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is to become of a signal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Disposition {
    /// What the program or its parent chose.
    Original,
    /// Written into the pipe.
    PassedOn,
    /// Ignored, also by programs that this one starts.
    Ignored,
}

/// Where the signal handler writes; −1 before the start.
static PIPE: AtomicI32 = AtomicI32::new(-1);
/// The process that reads the pipe: a child of a fork has the handlers, but not the thread.
static READER: AtomicI32 = AtomicI32::new(0);
/// The dispositions that were there before ours.
static ORIGINALS: Mutex<Vec<(c_int, libc::sigaction)>> = Mutex::new(Vec::new());

fn originals() -> MutexGuard<'static, Vec<(c_int, libc::sigaction)>> {
    ORIGINALS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs on whatever thread the signal hits: only `write`, and errno as it was.
extern "C" fn on_signal(signal: c_int) {
    let byte = signal as u8;
    // SAFETY: all of these are async-signal-safe; the byte outlives the write.
    unsafe {
        let errno = *libc::__errno_location();
        if libc::getpid() == READER.load(Ordering::Relaxed) {
            libc::write(PIPE.load(Ordering::Relaxed), (&raw const byte).cast::<c_void>(), 1);
        } else {
            // A forked child: there is nobody to tell, so the signal does what it does.
            libc::signal(signal, libc::SIG_DFL);
            libc::raise(signal);
        }
        *libc::__errno_location() = errno;
    }
}

/// Starts the thread that calls `deliver` with every signal, unless it runs already.  False when
/// there is no descriptor or no thread left.
pub(super) fn start(deliver: fn(c_int)) -> bool {
    let own = rustix::process::getpid().as_raw_nonzero().get();
    if READER.load(Ordering::Relaxed) == own {
        return true;
    }
    use rustix::pipe::{PipeFlags, pipe_with};
    let Ok((read_end, write_end)) = pipe_with(PipeFlags::CLOEXEC) else { return false };
    let read = move || {
        while let Some(signal) = next(&read_end) {
            deliver(signal);
        }
    };
    let name = "lapwing-signals".to_owned();
    if std::thread::Builder::new().name(name).spawn(read).is_err() {
        return false;
    }
    PIPE.store(write_end.into_raw_fd(), Ordering::Relaxed);
    READER.store(own, Ordering::Release);
    true
}

/// The next signal; `None` when the program has closed our descriptor.
fn next(read_end: &OwnedFd) -> Option<c_int> {
    let mut byte = [0_u8];
    match rustix::io::retry_on_intr(|| rustix::io::read(read_end, &mut byte)) {
        Ok(1) => Some(c_int::from(byte[0])),
        _ => None,
    }
}

/// Sets what becomes of a signal.  One that the program ignores is not passed on.
pub(super) fn set(signal: c_int, disposition: Disposition) {
    let mut originals = originals();
    let place = originals.iter().position(|(known, _)| *known == signal);
    match (disposition, place) {
        (Disposition::Original, None) => {}
        (Disposition::Original, Some(place)) => {
            let (_, original) = originals.swap_remove(place);
            exchange(signal, Some(&original));
            if originals.is_empty() {
                *originals = Vec::new();
            }
        }
        (_, place) => {
            let original = match place {
                Some(place) => originals[place].1,
                None => exchange(signal, None),
            };
            let ignored = original.sa_sigaction == libc::SIG_IGN;
            if disposition == Disposition::Ignored {
                exchange(signal, Some(&action(libc::SIG_IGN)));
            } else if ignored {
                exchange(signal, Some(&original));
            } else {
                let handler: extern "C" fn(c_int) = on_signal;
                exchange(signal, Some(&action(handler as libc::sighandler_t)));
            }
            if place.is_none() {
                originals.push((signal, original));
            }
        }
    }
}

/// An action that restarts interrupted system calls.
fn action(handler: libc::sighandler_t) -> libc::sigaction {
    // SAFETY: all zeroes is a valid sigaction, with an empty mask.
    let mut action: libc::sigaction = unsafe { core::mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
    action
}

/// Sets a signal's action, if one is given; the action before.
fn exchange(signal: c_int, new: Option<&libc::sigaction>) -> libc::sigaction {
    let new = new.map_or(core::ptr::null(), |new| &raw const *new);
    // SAFETY: as in `action`.
    let mut old: libc::sigaction = unsafe { core::mem::zeroed() };
    // SAFETY: both are valid or NULL; the signals of this file can be caught.
    let done = unsafe { libc::sigaction(signal, new, &raw mut old) };
    debug_assert_eq!(done, 0, "signal {signal} can be caught");
    old
}

/// Nobody took the signal: what was there before our handlers happens to it, on this thread.
pub(super) fn perform_original(signal: c_int) {
    let known = originals().iter().find(|(known, _)| *known == signal).copied();
    // Without an entry the last handler has gone meanwhile, and the original is back already.
    let ours = known.map(|(_, original)| exchange(signal, Some(&original)));
    // SAFETY: the set is initialised before use; raising runs the program's own handler or ends
    // the process.
    unsafe {
        let mut only_this: libc::sigset_t = core::mem::zeroed();
        libc::sigemptyset(&raw mut only_this);
        libc::sigaddset(&raw mut only_this, signal);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const only_this, core::ptr::null_mut());
        libc::raise(signal);
    }
    if let Some(ours) = ours {
        exchange(signal, Some(&ours));
    }
}
