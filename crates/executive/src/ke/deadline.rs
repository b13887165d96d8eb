//! Until when a call waits.
//!
//! A wait of zero milliseconds never blocks and a wait without end never looks at a clock, so both
//! are told apart from a moment before the first clock is read.

use core::time::Duration;
use std::time::Instant;

/// The end of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// Do not wait.
    Passed,
    /// Until this moment.
    At(Instant),
    /// For ever.
    Never,
}

impl Deadline {
    /// From milliseconds as Windows' functions take them: 0 is [`Deadline::Passed`], `INFINITE`
    /// (0xFFFFFFFF) is [`Deadline::Never`].
    #[inline]
    pub fn after_milliseconds(milliseconds: u32) -> Deadline {
        match milliseconds {
            0 => Deadline::Passed,
            u32::MAX => Deadline::Never,
            some => Deadline::after(Duration::from_millis(u64::from(some))),
        }
    }

    /// So long from now; a zero duration is [`Deadline::Passed`].
    pub fn after(duration: Duration) -> Deadline {
        if duration.is_zero() {
            return Deadline::Passed;
        }
        // A moment beyond the clock's range is never reached.
        Instant::now().checked_add(duration).map_or(Deadline::Never, Deadline::At)
    }

    /// What is left: None for ever, zero when the moment has come.
    pub fn remaining(self) -> Option<Duration> {
        match self {
            Deadline::Passed => Some(Duration::ZERO),
            Deadline::At(moment) => Some(moment.saturating_duration_since(Instant::now())),
            Deadline::Never => None,
        }
    }

    /// True when the moment has come.
    pub fn has_passed(self) -> bool {
        self.remaining().is_some_and(|left| left.is_zero())
    }

    /// True when the moment came longer ago than that.
    pub fn has_long_passed(self, than: Duration) -> bool {
        matches!(self, Deadline::At(moment) if moment.elapsed() > than)
    }

    /// The earlier of two.
    pub fn earlier(self, other: Deadline) -> Deadline {
        match (self, other) {
            (Deadline::Passed, _) | (_, Deadline::Passed) => Deadline::Passed,
            (Deadline::Never, some) | (some, Deadline::Never) => some,
            (Deadline::At(one), Deadline::At(two)) => Deadline::At(one.min(two)),
        }
    }
}

impl From<Option<Instant>> for Deadline {
    fn from(moment: Option<Instant>) -> Self {
        moment.map_or(Deadline::Never, Deadline::At)
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn zero_and_infinite_are_no_moments() {
        assert_eq!(Deadline::after_milliseconds(0), Deadline::Passed);
        assert_eq!(Deadline::after_milliseconds(u32::MAX), Deadline::Never);
        assert!(matches!(Deadline::after_milliseconds(u32::MAX - 1), Deadline::At(_)));
        assert_eq!(Deadline::after(Duration::MAX), Deadline::Never);
        assert_eq!(Deadline::after(Duration::ZERO), Deadline::Passed);
    }

    #[test]
    fn the_earlier_of_two_wins() {
        let now = Instant::now();
        let later = now + Duration::from_secs(1);
        assert_eq!(Deadline::At(now).earlier(Deadline::At(later)), Deadline::At(now));
        assert_eq!(Deadline::Never.earlier(Deadline::At(now)), Deadline::At(now));
        assert_eq!(Deadline::At(now).earlier(Deadline::Passed), Deadline::Passed);
        assert!(Deadline::At(now).has_passed());
        assert!(!Deadline::Never.has_passed());
        assert!(Deadline::At(now).has_long_passed(Duration::ZERO));
        assert!(!Deadline::At(later).has_long_passed(Duration::ZERO));
        assert!(!Deadline::Never.has_long_passed(Duration::ZERO));
    }
}
