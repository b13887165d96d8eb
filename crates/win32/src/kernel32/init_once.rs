//! One-time initialisation: eight bytes that end as the initialiser's context.
//!
//! The two lowest bits are the state, the rest of a finished one is the context, which is why a
//! context must be a multiple of four.  The low half is the futex word.
#![allow(unsafe_code)]

use super::futex;
use crate::last_error;
use core::ffi::c_void;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use lapwing_abi::{
    BOOL, ERROR_GEN_FAILURE, ERROR_INVALID_PARAMETER, FALSE, INIT_ONCE, INIT_ONCE_ASYNC,
    INIT_ONCE_CHECK_ONLY, INIT_ONCE_INIT_FAILED, PINIT_ONCE_FN, TRUE,
};
use lapwing_executive::ke::deadline::Deadline;

const STATE: usize = 3;
const UNBEGUN: usize = 0;
const RUNNING: usize = 1;
const DONE: usize = 2;
const RUNNING_ASYNC: usize = 3;
/// Beside [`RUNNING`]: somebody sleeps until it is over.
const AWAITED: usize = 4;

/// What a beginner is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Begun {
    /// It is this caller's task.
    Yours,
    /// It was done before, with this context.
    Done(usize),
}

struct Once<'a> {
    word: &'a AtomicUsize,
    low_half: &'a AtomicU32,
}

impl Once<'_> {
    /// # Safety
    /// `once` must point to an aligned structure that lives as long as it is used.
    unsafe fn of<'a>(once: *mut INIT_ONCE) -> Once<'a> {
        // SAFETY: eight bytes, reached through atomics only; the low half comes first.
        unsafe {
            Once {
                word: AtomicUsize::from_ptr(once.cast()),
                low_half: AtomicU32::from_ptr(once.cast()),
            }
        }
    }

    fn change(&self, from: usize, to: usize) -> bool {
        self.word.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    fn begin(&self, flags: u32) -> Result<Begun, u32> {
        let asynchronous = flags & INIT_ONCE_ASYNC != 0;
        let check_only = flags & INIT_ONCE_CHECK_ONLY != 0;
        if flags & !(INIT_ONCE_ASYNC | INIT_ONCE_CHECK_ONLY) != 0 || (asynchronous && check_only) {
            return Err(ERROR_INVALID_PARAMETER);
        }
        loop {
            let word = self.word.load(Ordering::Acquire);
            match word & STATE {
                DONE => return Ok(Begun::Done(word & !STATE)),
                _ if check_only => return Err(ERROR_GEN_FAILURE),
                UNBEGUN => {
                    let running = if asynchronous { RUNNING_ASYNC } else { RUNNING };
                    if self.change(word, running) {
                        return Ok(Begun::Yours);
                    }
                }
                RUNNING_ASYNC if asynchronous => return Ok(Begun::Yours),
                RUNNING if !asynchronous => self.sleep(word),
                _ => return Err(ERROR_INVALID_PARAMETER),
            }
        }
    }

    /// Sleeps while a synchronous initialisation runs.
    #[cold]
    fn sleep(&self, word: usize) {
        let awaited = RUNNING | AWAITED;
        if word == awaited || self.change(word, awaited) {
            futex::wait(self.low_half, awaited as u32, Deadline::Never);
        }
    }

    fn complete(&self, flags: u32, context: usize) -> Result<(), u32> {
        let asynchronous = flags & INIT_ONCE_ASYNC != 0;
        let failed = flags & INIT_ONCE_INIT_FAILED != 0;
        let unknown = flags & !(INIT_ONCE_ASYNC | INIT_ONCE_INIT_FAILED) != 0;
        if unknown || context & STATE != 0 || (failed && (asynchronous || context != 0)) {
            return Err(ERROR_INVALID_PARAMETER);
        }
        let end = if failed { UNBEGUN } else { context | DONE };
        loop {
            let word = self.word.load(Ordering::Acquire);
            match word & STATE {
                RUNNING if !asynchronous => {}
                RUNNING_ASYNC if asynchronous => {}
                RUNNING | RUNNING_ASYNC => return Err(ERROR_INVALID_PARAMETER),
                _ => return Err(ERROR_GEN_FAILURE),
            }
            if self.change(word, end) {
                if word == RUNNING | AWAITED {
                    futex::wake_all(self.low_half);
                }
                return Ok(());
            }
        }
    }
}

/// Makes the structure ready for use; `INIT_ONCE_STATIC_INIT` does the same.
///
/// # Safety
/// `once` must point to eight writable, aligned bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InitOnceInitialize(once: *mut INIT_ONCE) {
    // SAFETY: the caller's promise.
    unsafe { once.write(lapwing_abi::INIT_ONCE_STATIC_INIT) }
}

/// Begins the initialisation, or finds it done and gives its context.
///
/// `*pending` tells whether it is the caller's task, who then calls [`InitOnceComplete`].  A
/// synchronous beginner waits for another one; with `INIT_ONCE_ASYNC` several may try at the same
/// time and the first to complete wins.  With `INIT_ONCE_CHECK_ONLY`, `ERROR_GEN_FAILURE` when it
/// is not done.  `ERROR_INVALID_PARAMETER` for bad flags or a mixture of both ways.
///
/// # Safety
/// `once` must be initialised, `pending` writable, `context` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InitOnceBeginInitialize(
    once: *mut INIT_ONCE,
    flags: u32,
    pending: *mut BOOL,
    context: *mut *mut c_void,
) -> BOOL {
    // SAFETY: the caller's promise.
    let begun = unsafe { Once::of(once) }.begin(flags);
    match begun {
        Ok(begun) => {
            // SAFETY: the caller's promise.
            unsafe {
                pending.write(BOOL::from(begun == Begun::Yours));
                give_context(begun, context);
            }
            TRUE
        }
        Err(code) => fail(code),
    }
}

/// # Safety
/// `context` must be NULL or writable.
unsafe fn give_context(begun: Begun, context: *mut *mut c_void) {
    if let Begun::Done(value) = begun
        && !context.is_null()
    {
        // SAFETY: the caller's promise.
        unsafe { context.write(core::ptr::with_exposed_provenance_mut(value)) };
    }
}

/// Ends an initialisation: with a context (a multiple of four), or without success
/// (`INIT_ONCE_INIT_FAILED`), so that the next beginner tries again.
///
/// `ERROR_GEN_FAILURE` when none is running: with `INIT_ONCE_ASYNC`, another thread was faster.
///
/// # Safety
/// `once` must be initialised.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InitOnceComplete(
    once: *mut INIT_ONCE,
    flags: u32,
    context: *const c_void,
) -> BOOL {
    // SAFETY: the caller's promise.
    match unsafe { Once::of(once) }.complete(flags, context.expose_provenance()) {
        Ok(()) => TRUE,
        Err(code) => fail(code),
    }
}

/// Runs the function once in all: everybody else waits until it has ended and gets its context.
///
/// FALSE when the function returns FALSE (its last error is left alone); the next caller tries
/// again.
///
/// # Safety
/// `once` must be initialised, `context` NULL or writable, and the function callable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InitOnceExecuteOnce(
    once: *mut INIT_ONCE,
    function: PINIT_ONCE_FN,
    parameter: *mut c_void,
    context: *mut *mut c_void,
) -> BOOL {
    let Some(function) = function else { return fail(ERROR_INVALID_PARAMETER) };
    // SAFETY: the caller's promise.
    unsafe {
        let state = Once::of(once);
        match state.begin(0) {
            Err(code) => return fail(code),
            Ok(done @ Begun::Done(_)) => {
                give_context(done, context);
                return TRUE;
            }
            Ok(Begun::Yours) => {}
        }
        let succeeded = function(once, parameter, context) != FALSE;
        let result = if context.is_null() { 0 } else { context.read().expose_provenance() };
        let ended = if succeeded {
            state.complete(0, result)
        } else {
            state.complete(INIT_ONCE_INIT_FAILED, 0)
        };
        match ended {
            Ok(()) => BOOL::from(succeeded),
            Err(code) => {
                // A context that is no multiple of four: nobody may wait for ever.
                let _ = state.complete(INIT_ONCE_INIT_FAILED, 0);
                fail(code)
            }
        }
    }
}

fn fail(code: u32) -> BOOL {
    last_error::set(code);
    FALSE
}

const _: () = assert!(size_of::<INIT_ONCE>() == 8);

#[cfg(test)]
#[path = "init_once_tests.rs"]
mod tests;
