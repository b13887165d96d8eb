//! The end of a thread, and of the process with its last one.

use super::{Thread, with_current};
use crate::sync::Ordering;
use core::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock, Weak};

/// Something to be done for a thread that ends.
pub type RundownHook = fn(&Arc<Thread>);

/// The calling thread is ours and not the program's: the process does not live on for its sake.
pub fn serve() {
    with_current(|thread| thread.count_out());
}

/// What `at_rundown` has been given.
static HOOKS: std::sync::Mutex<Vec<RundownHook>> = std::sync::Mutex::new(Vec::new());

/// Registers what is to be done when a thread ends, before its APCs are dropped.  The hook runs on
/// the ending thread, which can still use its own block.
pub fn at_rundown(hook: RundownHook) {
    let mut hooks = HOOKS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if !hooks.iter().any(|&known| core::ptr::fn_addr_eq(known, hook)) {
        hooks.push(hook);
    }
}

/// Threads that keep the process alive.
pub(super) static LIVE: AtomicUsize = AtomicUsize::new(0);
/// The code of the thread that ended last.
static LAST_EXIT_CODE: core::sync::atomic::AtomicU32 = core::sync::atomic::AtomicU32::new(0);
/// The process's first thread, once it has ended and waits for the others.
pub(super) static FIRST: OnceLock<Arc<Thread>> = OnceLock::new();

/// True on the process's first thread.
#[cfg(not(any(loom, shuttle)))]
pub(in crate::ke) fn is_first() -> bool {
    rustix::thread::gettid() == rustix::process::getpid()
}

/// Runs the calling thread's block down before the thread really ends.
#[cfg(not(any(loom, shuttle)))]
pub(in crate::ke) fn run_down_early(thread: &Arc<Thread>) {
    let _ = FIRST.set(thread.clone());
    run_down(thread);
}

/// Returns when no thread keeps the process alive any more.
#[cfg(not(any(loom, shuttle)))]
pub(in crate::ke) fn wait_for_others(first: &Thread) {
    while LIVE.load(core::sync::atomic::Ordering::Acquire) != 0 {
        first.parker.park(crate::ke::deadline::Deadline::Never);
    }
}

/// The code of the thread that ended last.
#[cfg(not(any(loom, shuttle)))]
pub(in crate::ke) fn last_exit_code() -> u32 {
    LAST_EXIT_CODE.load(core::sync::atomic::Ordering::Acquire)
}

/// The thread ends: hooks (requests), APCs, port, mutexes, and at last the signal.
pub(super) fn run_down(thread: &Arc<Thread>) {
    let hooks = HOOKS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
    for hook in hooks {
        hook(thread);
    }
    thread.apcs.close();
    thread.set_worker_of(None);
    let owned = core::mem::take(&mut *thread.owned.lock());
    for mutant in owned.iter().filter_map(Weak::upgrade) {
        mutant.abandon(thread);
    }
    let code = thread.exit_code.load(Ordering::Relaxed);
    LAST_EXIT_CODE.store(code, core::sync::atomic::Ordering::Release);
    thread.dispatcher.set();
    thread.count_out();
}
