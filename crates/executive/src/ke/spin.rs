//! Looking for the end of a wait for a moment before sleeping.
//!
//! A thread that sleeps and one that wakes it cost some microseconds, and where a processor has to
//! be woken too, tens of them; two threads that answer each other at once lose far more time so
//! than they work.  So a waiting thread looks first, if that has paid lately:
//!
//! ```text
//!            a number of short sleeps: a trial
//!   sleeps <----------------------------------> looks, then sleeps
//!            looked in vain too often; the next trial comes later, twice as late each time
//! ```
//!
//! Long sleeps (a thread without work) begin no trial, so they burn no processor time.  Nor does a
//! thread look that listens for a port's I/O in the kernel.  Nobody looks where there is one
//! processor, or with `LAPWING_SPIN=0` in the environment.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use core::time::Duration;
use std::time::Instant;

/// The longest look.
const LONGEST: Duration = Duration::from_micros(50);
/// A sleep that lasted no longer might have been spared: the other's waking is in it too.
const SHORT: Duration = Duration::from_micros(100);
/// A look that was so short has paid.
const CHEAP: Duration = Duration::from_micros(10);
/// Looks between two looks at the clock.
const LOOKS: u32 = 8;

/// With nothing left of it the thread sleeps at once.
const TRIAL: u32 = 8;
const HIGHEST: u32 = 16;
/// What a look in vain takes away.
const IN_VAIN: u32 = 4;

/// So many short sleeps before the first trial, and at most before any.
const FIRST_PAUSE: u32 = 8;
const LONGEST_PAUSE: u32 = 8192;

/// What a thread has learnt; only the thread itself uses it.
pub struct Spin {
    score: AtomicU32,
    /// How long it looks, in nanoseconds.
    length: AtomicU32,
    /// Short sleeps until the next trial, and from its end to the one after.
    left: AtomicU32,
    pause: AtomicU32,
}

impl Default for Spin {
    fn default() -> Self {
        let number = AtomicU32::new;
        Spin {
            score: number(0),
            length: number(0),
            left: number(FIRST_PAUSE),
            pause: number(FIRST_PAUSE),
        }
    }
}

impl Spin {
    /// Looks whether the wait is over, if that may pay, and calls `sleep` with what was seen.
    pub fn before<R>(&self, is_over: impl Fn() -> bool, sleep: impl FnOnce(bool) -> R) -> R {
        if !is_wanted() {
            return sleep(false);
        }
        let began = Instant::now();
        let Some(length) = self.length() else {
            let result = sleep(false);
            self.slept(began.elapsed());
            return result;
        };
        let found = look(is_over, began, length);
        self.looked(found);
        sleep(found.is_some())
    }

    /// How long to look, if at all.
    fn length(&self) -> Option<Duration> {
        let looks = self.score.load(Relaxed) > 0;
        looks.then(|| Duration::from_nanos(self.length.load(Relaxed).into()))
    }

    /// It has looked, and found the end after so long.
    fn looked(&self, found: Option<Duration>) {
        let score = match (self.score.load(Relaxed), found) {
            (score, Some(took)) if took <= CHEAP => (score + 1).min(HIGHEST),
            (score, Some(_)) => score.saturating_sub(1),
            (score, None) => score.saturating_sub(IN_VAIN),
        };
        self.score.store(score, Relaxed);
        if score == HIGHEST {
            self.pause.store(FIRST_PAUSE, Relaxed);
        } else if score == 0 {
            let pause = self.pause.load(Relaxed);
            self.left.store(pause, Relaxed);
            self.pause.store((2 * pause).min(LONGEST_PAUSE), Relaxed);
        }
    }

    /// It has slept for so long.
    fn slept(&self, took: Duration) {
        if took > SHORT {
            return;
        }
        let left = self.left.load(Relaxed);
        if left > 1 {
            self.left.store(left - 1, Relaxed);
            return;
        }
        // Such a sleep is two wakings, the other's and the own.  Looking spares the second.
        let length = (2 * took).min(LONGEST).as_nanos();
        self.length.store(u32::try_from(length).unwrap_or(u32::MAX), Relaxed);
        self.score.store(TRIAL, Relaxed);
    }
}

/// After how long it was over; None when it was not.
fn look(is_over: impl Fn() -> bool, began: Instant, length: Duration) -> Option<Duration> {
    loop {
        for _ in 0..LOOKS {
            if is_over() {
                return Some(began.elapsed());
            }
            core::hint::spin_loop();
        }
        if began.elapsed() >= length {
            return is_over().then_some(length);
        }
    }
}

#[cfg(not(any(loom, shuttle)))]
fn is_wanted() -> bool {
    use rustix::thread::sched_getaffinity;
    static WANTED: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *WANTED.get_or_init(|| {
        let is_allowed = std::env::var_os("LAPWING_SPIN").is_none_or(|value| value != "0");
        // The call fails only where there are more processors than the set has places.
        is_allowed && sched_getaffinity(None).map_or(true, |set| set.count() > 1)
    })
}

/// In a model looking is sleeping.
#[cfg(any(loom, shuttle))]
fn is_wanted() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_micros(1);

    fn sleep_shortly(spin: &Spin, times: u32) {
        (0..times).for_each(|_| spin.slept(SOON));
    }

    #[test]
    fn long_sleeps_begin_no_trial_and_short_ones_do() {
        let spin = Spin::default();
        (0..100 * FIRST_PAUSE).for_each(|_| spin.slept(2 * SHORT));
        sleep_shortly(&spin, FIRST_PAUSE - 1);
        assert_eq!(spin.length(), None);
        sleep_shortly(&spin, 1);
        assert_eq!(spin.length(), Some(2 * SOON));
    }

    #[test]
    fn no_look_is_longer_than_the_longest() {
        let spin = Spin::default();
        (0..FIRST_PAUSE).for_each(|_| spin.slept(LONGEST));
        assert_eq!(spin.length(), Some(LONGEST));
    }

    #[test]
    fn what_does_not_pay_is_tried_ever_less_often() {
        let spin = Spin::default();
        for pause in [8, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 8192, 8192] {
            sleep_shortly(&spin, pause - 1);
            assert_eq!(spin.length(), None);
            sleep_shortly(&spin, 1);
            for _ in 0..TRIAL / IN_VAIN {
                assert!(spin.length().is_some());
                spin.looked(None);
            }
            assert_eq!(spin.length(), None);
        }
    }

    #[test]
    fn what_pays_goes_on_and_bears_a_failure() {
        let spin = Spin::default();
        sleep_shortly(&spin, FIRST_PAUSE);
        (0..HIGHEST).for_each(|_| spin.looked(Some(SOON)));
        spin.looked(None);
        assert!(spin.length().is_some());
        (0..HIGHEST / IN_VAIN).for_each(|_| spin.looked(None));
        assert_eq!(spin.length(), None);
    }

    #[test]
    fn ends_that_are_found_late_do_not_pay() {
        let spin = Spin::default();
        sleep_shortly(&spin, FIRST_PAUSE);
        (0..HIGHEST).for_each(|_| spin.looked(Some(2 * CHEAP)));
        assert_eq!(spin.length(), None);
    }

    #[test]
    fn who_does_not_look_sleeps() {
        let spin = Spin::default();
        assert!(!spin.before(|| true, |seen| seen));
    }
}
