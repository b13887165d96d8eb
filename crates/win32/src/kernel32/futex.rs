//! How the locks in the program's own memory sleep: the one place where they enter the kernel.
//!
//! The locks are [`super::critical_section`], [`super::srw_lock`], [`super::condition_variable`]
//! and [`super::init_once`].  They have Windows' sizes, allocate nothing, and make no system call
//! while nobody has to wait.  A thread that sleeps here gives its place at a completion port back.

use core::sync::atomic::{AtomicU32, Ordering};
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::thread::blocking;
use rustix::thread::futex::{self, Flags, Timespec};
use std::sync::OnceLock;

/// Sleeps while the word has this value, until somebody wakes it or the deadline comes.  False
/// when the deadline has come; a return for another reason, or for none, is true.
pub(super) fn wait(word: &AtomicU32, value: u32, deadline: Deadline) -> bool {
    let left = match deadline.remaining() {
        Some(left) if left.is_zero() => return false,
        left => left.and_then(|left| Timespec::try_from(left).ok()),
    };
    // The callers look at the word again, whatever ended the system call.
    let result = blocking(|| futex::wait(word, Flags::PRIVATE, value, left.as_ref()));
    result != Err(rustix::io::Errno::TIMEDOUT)
}

/// Wakes one sleeper; true if there was one.
pub(super) fn wake_one(word: &AtomicU32) -> bool {
    futex::wake(word, Flags::PRIVATE, 1).is_ok_and(|woken| woken > 0)
}

/// Wakes every sleeper.
pub(super) fn wake_all(word: &AtomicU32) {
    // A wake on a word in memory that the caller has just written cannot fail.
    let _ = futex::wake(word, Flags::PRIVATE, i32::MAX.unsigned_abs());
}

/// Looks at the word up to `limit` times for a value that `wanted` accepts; gives the last one.
/// With one processor nobody could change it meanwhile, so one look is enough.
pub(super) fn spin(word: &AtomicU32, limit: u32, wanted: impl Fn(u32) -> bool) -> u32 {
    let mut left = if several_processors() { limit } else { 0 };
    loop {
        let value = word.load(Ordering::Relaxed);
        if left == 0 || wanted(value) {
            return value;
        }
        core::hint::spin_loop();
        left -= 1;
    }
}

fn several_processors() -> bool {
    static SEVERAL: OnceLock<bool> = OnceLock::new();
    *SEVERAL.get_or_init(|| std::thread::available_parallelism().is_ok_and(|n| n.get() > 1))
}
