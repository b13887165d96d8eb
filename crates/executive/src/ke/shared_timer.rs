//! A timer that several processes use: one number ([`super::shared`]).
//!
//! ```text
//!   63                                                       1  0
//!  +----------------------------------------------------------+--+
//!  | when it comes due (monotonic clock, ns); 0: it is not set|  | 1: signalled
//!  +----------------------------------------------------------+--+
//! ```
//!
//! Nobody has to fire it.  Whoever looks at the number when its time has come moves it on to the
//! next due time, with the signal, by one compare-exchange ([`Shared::tick`]): so no process must
//! live for it, and nothing is lost with one that dies.  A process with threads that wait looks at
//! that time ([`super::shared::Place::look_at`]).  A routine is the business of the process that
//! set the timer ([`super::timer`]), as long as nobody has set it anew.

use super::dispatcher::Dispatcher;
use super::shared::Shared;
use crate::sync::Ordering;
use core::time::Duration;
use rustix::time::{ClockId, clock_gettime};

const SIGNALLED: u64 = 1;
/// Later than any clock of Linux' goes.
const LATEST: u64 = (1 << 62) - 2;
const ORDER: Ordering = Ordering::SeqCst;

/// The monotonic clock, in nanoseconds.
pub fn now() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec.unsigned_abs() * 1_000_000_000 + now.tv_nsec.unsigned_abs()
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(LATEST).min(LATEST)
}

/// The first due time of this period after now, or 0.  What was missed is not made up for.
fn following(due: u64, period: u64, now: u64) -> u64 {
    match now.saturating_sub(due).checked_div(period) {
        None => 0,
        Some(missed) => {
            let next = due.saturating_add(period.saturating_mul(missed + 1));
            next.min(LATEST) & !SIGNALLED
        }
    }
}

impl Shared {
    /// Moves a timer on whose time has come.
    pub(super) fn tick(&self) {
        if self.is_timer {
            self.tick_timer();
        }
    }

    fn tick_timer(&self) {
        loop {
            let state = self.state().load(ORDER);
            let due = state & !SIGNALLED;
            if due == 0 {
                return;
            }
            let now = now();
            let next = following(due, self.place.period().load(ORDER), now);
            if now < due || self.exchange(state, next | SIGNALLED) {
                return;
            }
        }
    }

    /// Somebody waits for a timer of this state.
    pub(super) fn watch_time(&self, state: u64) {
        let due = state & !SIGNALLED;
        if due != 0 {
            self.place.look_at(due);
        }
    }

    /// The timer as it has been set so often.
    pub(super) fn setting(&self) -> u32 {
        self.place.settings().load(ORDER)
    }
}

impl Dispatcher {
    /// Sets a timer, which takes its signal away; None: to a time that never comes.  Returns which
    /// setting this is.
    pub(super) fn set_timer(
        &self,
        shared: &Shared,
        after: Option<Duration>,
        period: Duration,
    ) -> u32 {
        let setting = shared.place.settings().fetch_add(1, ORDER).wrapping_add(1);
        let due = after.map_or(0, |after| now().saturating_add(nanoseconds(after)).min(LATEST));
        // With the old due time and the new period the timer may fire once more just now.
        shared.place.period().store(nanoseconds(period), ORDER);
        shared.state().store(due & !SIGNALLED, ORDER);
        shared.place.ring_others();
        self.reconsider();
        setting
    }

    /// Stops a timer; its signal stays as it is.
    pub(super) fn cancel_timer(&self, shared: &Shared) {
        shared.tick();
        shared.place.settings().fetch_add(1, ORDER);
        shared.state().fetch_and(SIGNALLED, ORDER);
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn what_was_missed_is_not_made_up_for() {
        assert_eq!(following(100, 0, 500), 0);
        assert_eq!(following(100, 50, 100), 150);
        assert_eq!(following(100, 50, 149), 150);
        assert_eq!(following(100, 50, 330), 350);
        assert!(following(100, LATEST, LATEST) <= LATEST);
    }
}
