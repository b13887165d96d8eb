//! One futex word per thread, on which it sleeps.
//!
//! Only the owner parks; anybody may unpark.  The token is sticky: an `unpark` before the `park`
//! makes that `park` return at once.  Tokens do not say why, and one may be left over from a wait
//! that is already over, so every caller of [`Parker::park`] loops over its own condition.

use super::deadline::Deadline;

#[cfg(not(any(loom, shuttle)))]
pub use futex::Parker;
#[cfg(any(loom, shuttle))]
pub use modelled::Parker;

#[cfg(not(any(loom, shuttle)))]
mod futex {
    use super::Deadline;
    use crate::ke::listen;
    use crate::sync::{AtomicU32, Ordering};
    use rustix::thread::futex::{Flags, Timespec, wait, wake};

    const EMPTY: u32 = 0;
    const TOKEN: u32 = 1;
    const ASLEEP: u32 = u32::MAX;
    /// The owner sleeps elsewhere ([`super::super::listen`]).
    const LISTENING: u32 = u32::MAX - 1;

    /// The place where one thread sleeps.
    #[derive(Default)]
    pub struct Parker {
        word: AtomicU32,
    }

    impl Parker {
        /// A parker without a token.
        pub const fn new() -> Self {
            Parker { word: AtomicU32::new(EMPTY) }
        }

        /// Sleeps until somebody unparks this thread or the deadline comes.  True when it was
        /// unparked (and has used the token up).  Only the owning thread calls this.
        pub fn park(&self, deadline: Deadline) -> bool {
            if self.word.swap(EMPTY, Ordering::Acquire) == TOKEN {
                return true;
            }
            loop {
                let left = match deadline.remaining() {
                    Some(left) if left.is_zero() => {
                        return self.word.swap(EMPTY, Ordering::Acquire) == TOKEN;
                    }
                    left => left.and_then(|left| Timespec::try_from(left).ok()),
                };
                if self
                    .word
                    .compare_exchange(EMPTY, ASLEEP, Ordering::Relaxed, Ordering::Relaxed)
                    .is_ok()
                {
                    // Whatever ends the system call (a wake, a signal, time), the word tells.
                    let _ = wait(&self.word, Flags::PRIVATE, ASLEEP, left.as_ref());
                }
                if self.word.swap(EMPTY, Ordering::Acquire) == TOKEN {
                    return true;
                }
            }
        }

        /// True while there is a token: `park` returns at once.
        pub fn is_unparked(&self) -> bool {
            self.word.load(Ordering::Relaxed) == TOKEN
        }

        /// The owner is about to sleep where [`listen::wake`] reaches it.  False when there is a
        /// token, which is used up.
        pub fn begin_listening(&self) -> bool {
            let order = (Ordering::Relaxed, Ordering::Relaxed);
            let sleeps = self.word.compare_exchange(EMPTY, LISTENING, order.0, order.1).is_ok();
            sleeps || !self.take_token()
        }

        /// The owner is awake; a token stays.
        pub fn end_listening(&self) {
            let order = (Ordering::Relaxed, Ordering::Relaxed);
            let _token = self.word.compare_exchange(LISTENING, EMPTY, order.0, order.1);
        }

        /// Uses the token up; whether there was one.
        pub fn take_token(&self) -> bool {
            self.word.swap(EMPTY, Ordering::Acquire) == TOKEN
        }

        /// Gives the owner the token; a system call is made only when the owner is asleep.
        pub fn unpark(&self) {
            match self.word.swap(TOKEN, Ordering::Release) {
                ASLEEP => {
                    // A wake on a private futex of our own cannot fail.
                    let _ = wake(&self.word, Flags::PRIVATE, 1);
                }
                LISTENING => listen::wake(),
                _ => {}
            }
        }
    }
}

#[cfg(any(loom, shuttle))]
mod modelled {
    use super::Deadline;
    use crate::sync::{Condvar, Mutex};

    /// The checkers know no futex.  Time does not pass in a model: a moment never comes.
    pub struct Parker {
        token: Mutex<bool>,
        given: Condvar,
    }

    impl Default for Parker {
        fn default() -> Self {
            Self::new()
        }
    }

    impl Parker {
        /// A parker without a token.
        pub fn new() -> Self {
            Parker { token: Mutex::new(false), given: Condvar::new() }
        }

        /// Sleeps until unparked.
        pub fn park(&self, deadline: Deadline) -> bool {
            let mut token = self.token.lock();
            while !*token {
                if deadline == Deadline::Passed {
                    return false;
                }
                token = self.given.wait(token).unwrap();
            }
            *token = false;
            true
        }

        /// True while there is a token.
        pub fn is_unparked(&self) -> bool {
            *self.token.lock()
        }

        /// Gives the owner the token.
        pub fn unpark(&self) {
            *self.token.lock() = true;
            self.given.notify_one();
        }
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    #[test]
    fn a_token_given_before_is_taken_once() {
        let parker = Parker::new();
        parker.unpark();
        parker.unpark();
        assert!(parker.is_unparked());
        assert!(parker.park(Deadline::Never));
        assert!(!parker.is_unparked());
        assert!(!parker.park(Deadline::Passed));
    }

    #[test]
    fn a_deadline_ends_the_sleep() {
        let parker = Parker::new();
        let moment = Instant::now() + Duration::from_millis(20);
        assert!(!parker.park(Deadline::At(moment)));
        assert!(Instant::now() >= moment);
    }

    #[test]
    fn two_threads_pass_the_turn() {
        let pair = Arc::new((Parker::new(), Parker::new()));
        let other = pair.clone();
        let thread = std::thread::spawn(move || {
            for _ in 0..10_000 {
                assert!(other.0.park(Deadline::Never));
                other.1.unpark();
            }
        });
        for _ in 0..10_000 {
            pair.0.unpark();
            assert!(pair.1.park(Deadline::Never));
        }
        thread.join().unwrap();
    }
}
