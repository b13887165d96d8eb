//! How soon the threads of a port come back, and how many of them are to listen and work.
//!
//! Where handlers are short and data comes often, a second thread in the kernel is woken for nearly
//! every message that the first would have taken a few microseconds later: two wakings in place of
//! none.  So while the pace is quick only as many threads work as find enough to do, and who has
//! taken a packet counts as about to listen again:
//!
//! ```text
//!            so many short turns one after the other      one works, or two where one has no
//!   steady -------------------------------------------> quick: time to listen, or three ...;
//!          <------------------------------------------         the others are parked
//!            long turns, pauses, or a thread that does not come back
//! ```
//!
//! A thread that blocks in a wait of ours is seen at once, as ever; one that computes, by the next
//! look of the process's worker ([`super::queue::Queue::tend`]), which also counts who is needed.

// No model looks at the moments, so these need not be its own.
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use core::time::Duration;

/// A turn is short, if it takes no longer than so much,
const TURN: Duration = Duration::from_micros(50);
/// and so much for each packet.
const PACKET: Duration = Duration::from_micros(15);
/// Whoever listens for so long is not in a hurry: then it does not matter who is woken.
const PAUSE: Duration = Duration::from_millis(1);

/// So many short turns make the pace quick.
const QUICK: u32 = if cfg!(any(loom, shuttle)) { 1 } else { 64 };
/// What a long one, or a pause, takes away; below half of the others it is quick no more.
const LONG: u32 = 32;

/// What has been seen of a port's threads.
#[derive(Default)]
pub(super) struct Pace {
    score: u32,
    is_quick: bool,
    /// So many more than one work while it is quick.
    helpers: usize,
    /// How long threads have listened since the worker's last look.
    listened: Duration,
    looked: Moment,
}

impl Pace {
    /// Not all threads are needed.
    #[inline]
    pub(super) fn is_quick(&self) -> bool {
        self.is_quick
    }

    /// So many threads are to listen or work, of so many that may.
    #[inline]
    pub(super) fn threads(&self, limit: usize) -> usize {
        if self.is_quick { limit.min(1 + self.helpers) } else { limit }
    }

    /// The worker looks: whoever has nearly no time to listen needs help.
    pub(super) fn count(&mut self, now: Moment, limit: usize, is_listened_to: bool) {
        let listened = core::mem::take(&mut self.listened);
        let passed = now.since(core::mem::replace(&mut self.looked, now));
        if is_listened_to || listened >= passed / 4 {
            self.helpers = self.helpers.saturating_sub(1);
        } else if listened < passed / 8 {
            self.helpers = limit.min(self.helpers + 1);
        }
    }

    /// A thread has come back to listen, after a turn with so many packets.
    pub(super) fn came_back(&mut self, took: Duration, packets: usize) {
        let packets = u32::try_from(packets).unwrap_or(u32::MAX);
        if took > TURN.saturating_add(PACKET.saturating_mul(packets)) {
            self.slow_down();
            return;
        }
        self.score = (self.score + 1).min(QUICK);
        if self.score == QUICK && !self.is_quick {
            (self.is_quick, self.helpers) = (true, 0);
        }
    }

    /// A thread has listened for so long.
    pub(super) fn listened(&mut self, took: Duration) {
        self.listened += took;
        if took > PAUSE {
            self.slow_down();
        }
    }

    fn slow_down(&mut self) {
        self.score = self.score.saturating_sub(LONG);
        self.is_quick &= self.score >= QUICK / 2;
    }

    /// A thread has not come back.
    pub(super) fn is_late(&mut self) {
        (self.score, self.is_quick) = (0, false);
    }
}

/// When a thread last began a turn.  Changes only under the queue's lock.
#[derive(Default)]
pub(super) struct Turn(AtomicU64);

impl Turn {
    /// It begins now.
    pub(super) fn begin(&self, now: Moment) {
        self.0.store(now.0, Relaxed);
    }

    /// It is over; how long it was, if one had begun.
    pub(super) fn end(&self, now: Moment) -> Option<Duration> {
        let began = Moment(self.0.swap(0, Relaxed));
        (began.0 > 0).then(|| now.since(began))
    }
}

/// Nanoseconds of a clock that never goes back.
#[derive(Clone, Copy, Default)]
pub(super) struct Moment(u64);

impl Moment {
    #[cfg(not(any(loom, shuttle)))]
    pub(super) fn now() -> Self {
        use rustix::time::{ClockId, clock_gettime};
        let now = Duration::try_from(clock_gettime(ClockId::Monotonic)).unwrap_or_default();
        Moment(u64::try_from(now.as_nanos()).unwrap_or(u64::MAX))
    }

    /// Time does not pass in a model.
    #[cfg(any(loom, shuttle))]
    pub(super) fn now() -> Self {
        Moment(1)
    }

    pub(super) fn since(self, earlier: Moment) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    fn quick() -> Pace {
        let mut pace = Pace::default();
        for turn in 0..QUICK {
            assert!(!pace.is_quick(), "after {turn}");
            pace.came_back(TURN, 0);
        }
        assert!(pace.is_quick());
        pace
    }

    #[test]
    fn many_short_turns_are_quick_and_one_long_one_among_them_does_not_end_it() {
        let mut pace = quick();
        for _ in 0..3 {
            pace.came_back(TURN + 2 * PACKET, 1);
            assert!(pace.is_quick());
            (0..LONG).for_each(|_| pace.came_back(TURN + 2 * PACKET, 2));
        }
    }

    #[test]
    fn two_long_turns_end_it() {
        let mut pace = quick();
        pace.came_back(2 * TURN, 1);
        pace.came_back(2 * TURN, 1);
        assert!(!pace.is_quick());
        pace.came_back(TURN, 1);
        assert!(!pace.is_quick());
    }

    #[test]
    fn pauses_end_it_and_it_begins_anew() {
        let mut pace = quick();
        (0..9).for_each(|_| pace.listened(PAUSE));
        pace.listened(2 * PAUSE);
        assert!(pace.is_quick());
        pace.listened(2 * PAUSE);
        assert!(!pace.is_quick());
        pace.is_late();
        (1..QUICK).for_each(|_| pace.came_back(TURN, 1));
        assert!(!pace.is_quick());
    }

    #[test]
    fn whoever_has_no_time_to_listen_gets_help_and_keeps_it_while_it_is_needed() {
        let mut pace = quick();
        let look = |pace: &mut Pace, number: u64, listened: u64, is_listened_to: bool| {
            pace.listened(Duration::from_nanos(listened));
            pace.count(Moment(100 * number), 3, is_listened_to);
            pace.threads(3)
        };
        let seen: Vec<usize> = [(0, false), (13, false), (20, false), (13, false), (0, true)]
            .into_iter()
            .zip(1..)
            .map(|((listened, is_listened_to), number)| {
                look(&mut pace, number, listened, is_listened_to)
            })
            .collect();
        assert_eq!(seen, [2, 2, 2, 2, 1]);
        assert_eq!((6..10).map(|number| look(&mut pace, number, 0, false)).last(), Some(3));
        assert_eq!(look(&mut pace, 10, 25, false), 3);
        pace.is_late();
        assert_eq!(pace.threads(8), 8);
    }
}
