//! COMMTIMEOUTS: when a read or a write of a serial port has waited long enough.  No clock here.

use core::time::Duration;

/// `MAXDWORD`
const MAX: u32 = u32::MAX;
/// The longest time that is one.
const LONGEST: u32 = MAX - 1;

/// The numbers of COMMTIMEOUTS, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// Between two bytes; `MAXDWORD` for what is there.
    pub read_interval: u32,
    /// For each byte wanted.
    pub read_multiplier: u32,
    /// Beside that.
    pub read_constant: u32,
    /// For each byte to write.
    pub write_multiplier: u32,
    /// Beside that.
    pub write_constant: u32,
}

/// How a transfer stands.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Bytes wanted.
    pub wanted: usize,
    /// Bytes there.
    pub done: usize,
    /// Since the beginning.
    pub since_start: Duration,
    /// Since the last byte.
    pub since_byte: Duration,
}

/// What is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has ended.
    Ended,
    /// It has ended because time has passed.
    TimedOut,
    /// It goes on, for so long without another byte; None for as long as it takes.
    Waits(Option<Duration>),
}

fn total(multiplier: u32, constant: u32, wanted: usize) -> Option<Duration> {
    if multiplier == 0 && constant == 0 {
        return None;
    }
    let bytes = (wanted as u64).saturating_mul(u64::from(multiplier));
    Some(Duration::from_millis(bytes.saturating_add(u64::from(constant))))
}

fn until(limit: Option<Duration>, passed: Duration) -> Verdict {
    match limit {
        Some(limit) if passed >= limit => Verdict::TimedOut,
        limit => Verdict::Waits(limit.map(|limit| limit - passed)),
    }
}

impl Timeouts {
    /// How a read stands.
    pub fn of_read(&self, progress: Progress) -> Verdict {
        let Progress { wanted, done, since_start, since_byte } = progress;
        if done >= wanted {
            return Verdict::Ended;
        }
        let (multiplier, constant) = (self.read_multiplier, self.read_constant);
        if self.read_interval == MAX {
            return match (multiplier, constant) {
                (0, 0) => Verdict::TimedOut,
                // What is there; or else the first byte that comes in time.
                (MAX, 1..=LONGEST) if done > 0 => Verdict::Ended,
                (MAX, 1..=LONGEST) => {
                    until(Some(Duration::from_millis(constant.into())), since_start)
                }
                _ => until(total(multiplier, constant, wanted), since_start),
            };
        }
        let whole = until(total(multiplier, constant, wanted), since_start);
        if self.read_interval == 0 || done == 0 {
            return whole;
        }
        let interval = Duration::from_millis(self.read_interval.into());
        match (whole, until(Some(interval), since_byte)) {
            (Verdict::Waits(Some(whole)), Verdict::Waits(Some(next))) => {
                Verdict::Waits(Some(whole.min(next)))
            }
            (Verdict::Waits(_), next) => next,
            (ended, _) => ended,
        }
    }

    /// How a write stands.
    pub fn of_write(&self, progress: Progress) -> Verdict {
        if progress.done >= progress.wanted {
            return Verdict::Ended;
        }
        let limit = total(self.write_multiplier, self.write_constant, progress.wanted);
        until(limit, progress.since_start)
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    fn milliseconds(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    fn read(interval: u32, multiplier: u32, constant: u32) -> Timeouts {
        Timeouts {
            read_interval: interval,
            read_multiplier: multiplier,
            read_constant: constant,
            ..Timeouts::default()
        }
    }

    fn progress(done: usize, since_start: u64, since_byte: u64) -> Progress {
        let (since_start, since_byte) = (milliseconds(since_start), milliseconds(since_byte));
        Progress { wanted: 10, done, since_start, since_byte }
    }

    #[test]
    fn without_times_a_read_waits_for_everything() {
        let timeouts = read(0, 0, 0);
        assert_eq!(timeouts.of_read(progress(9, 99_999, 9_999)), Verdict::Waits(None));
        assert_eq!(timeouts.of_read(progress(10, 0, 0)), Verdict::Ended);
    }

    #[test]
    fn the_total_counts_from_the_start() {
        let timeouts = read(0, 2, 5);
        let left = Verdict::Waits(Some(milliseconds(1)));
        assert_eq!(timeouts.of_read(progress(0, 24, 24)), left);
        assert_eq!(timeouts.of_read(progress(3, 25, 0)), Verdict::TimedOut);
    }

    #[test]
    fn the_interval_counts_from_the_first_byte_on() {
        let timeouts = read(7, 0, 0);
        assert_eq!(timeouts.of_read(progress(0, 1000, 1000)), Verdict::Waits(None));
        let left = Verdict::Waits(Some(milliseconds(2)));
        assert_eq!(timeouts.of_read(progress(1, 1000, 5)), left);
        assert_eq!(timeouts.of_read(progress(1, 1000, 7)), Verdict::TimedOut);
    }

    #[test]
    fn the_largest_interval_means_what_is_there() {
        assert_eq!(read(MAX, 0, 0).of_read(progress(0, 0, 0)), Verdict::TimedOut);
        let first = read(MAX, MAX, 30);
        assert_eq!(first.of_read(progress(1, 0, 0)), Verdict::Ended);
        let left = Verdict::Waits(Some(milliseconds(30)));
        assert_eq!(first.of_read(progress(0, 0, 0)), left);
        assert_eq!(first.of_read(progress(0, 30, 30)), Verdict::TimedOut);
    }
}
