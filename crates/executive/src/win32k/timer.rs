//! `SetTimer`: timers whose ticks come as messages.
//!
//! A timer belongs to the queue of its window's thread and needs nobody to fire it: who looks into
//! the queue looks at the clock, and a wait for the queue lasts until the next timer is due.  Ticks
//! that nobody fetched are not made up for.

use super::queue::{self, Filter, MessageQueue};
use super::window;
use super::{Message, WM_TIMER};
use crate::ke::deadline::Deadline;
use crate::status::{Result, Status};
use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

/// The shortest and the longest interval, in milliseconds.
const INTERVALS: (u32, u32) = (10, 0x7FFF_FFFF);
/// Numbers for timers without a window, from the highest down.
const NUMBERS: (usize, usize) = (0x100, 0x7FFF);

struct Timer {
    window: u32,
    id: usize,
    /// The program's routine, or 0.
    routine: usize,
    interval: Duration,
    due: Instant,
    /// Its time has come, and nobody has fetched the tick.
    ready: bool,
}

/// The timers of one queue.
#[derive(Default)]
pub(super) struct Timers {
    list: Vec<Timer>,
    /// Every routine that the program has named, for [`is_routine`].
    routines: Vec<usize>,
    last_number: usize,
}

impl Timers {
    pub(super) fn any_ready(&self) -> bool {
        self.list.iter().any(|timer| timer.ready)
    }

    /// Looks at the clock; true when a further timer has become ready.
    pub(super) fn expire(&mut self) -> bool {
        if self.list.is_empty() {
            return false;
        }
        let now = Instant::now();
        let mut more = false;
        for timer in self.list.iter_mut().filter(|timer| !timer.ready && timer.due <= now) {
            timer.ready = true;
            more = true;
        }
        more
    }

    pub(super) fn next_due(&self) -> Deadline {
        let waiting = self.list.iter().filter(|timer| !timer.ready);
        waiting.map(|timer| timer.due).min().into()
    }

    /// The tick of the timer that has been ready for the longest.
    pub(super) fn take(&mut self, filter: &Filter) -> Option<Message> {
        let ready = self.list.iter_mut().filter(|timer| timer.ready);
        let wanted = ready.filter(|timer| filter.takes_window(timer.window));
        let timer = wanted.min_by_key(|timer| timer.due)?;
        let message = Message {
            window: timer.window,
            number: WM_TIMER,
            wparam: timer.id,
            lparam: timer.routine.cast_signed(),
            time: queue::tick(),
        };
        if filter.remove {
            timer.ready = false;
            timer.due = next_due(timer.due, timer.interval);
        }
        Some(message)
    }

    fn place(&self, window: u32, id: usize) -> Option<usize> {
        self.list.iter().position(|timer| timer.window == window && timer.id == id)
    }

    pub(super) fn forget_window(&mut self, window: u32) {
        self.list.retain(|timer| timer.window != window);
    }

    /// A number that no timer of the thread has.
    fn fresh_number(&mut self) -> usize {
        loop {
            let (lowest, highest) = NUMBERS;
            let next = self.last_number.wrapping_sub(1);
            self.last_number = if (lowest..=highest).contains(&next) { next } else { highest };
            if self.place(0, self.last_number).is_none() {
                return self.last_number;
            }
        }
    }

    fn set(&mut self, timer: Timer) {
        if timer.routine != 0 && !self.routines.contains(&timer.routine) {
            self.routines.push(timer.routine);
        }
        if let Some(place) = self.place(timer.window, timer.id) {
            self.list.remove(place);
        }
        self.list.push(timer);
    }
}

/// The first tick after now.
fn next_due(due: Instant, interval: Duration) -> Instant {
    let now = Instant::now();
    let late = now.saturating_duration_since(due).as_nanos();
    let missed = late / interval.as_nanos().max(1);
    u32::try_from(missed + 1)
        .ok()
        .and_then(|ticks| interval.checked_mul(ticks))
        .and_then(|after| due.checked_add(after))
        .unwrap_or(now + interval)
}

/// The queue that the timers of a window are in, and the window's number.
fn queue_of(window: usize) -> Result<(Arc<MessageQueue>, u32)> {
    match window {
        0 => Ok((queue::with_current(Arc::clone), 0)),
        _ => window::lookup(window).map(|window| (window.queue().clone(), window.number())),
    }
}

/// Sets a timer, anew if there is one of this window and id.  Returns its id: a timer without a
/// window that is not one of the thread's already gets an id of its own.
///
/// # Errors
/// `INVALID_WINDOW`.
pub fn set(window: usize, id: usize, interval_ms: u32, routine: usize) -> Result<usize> {
    let (queue, window) = queue_of(window)?;
    let interval = interval_ms.clamp(INTERVALS.0, INTERVALS.1);
    let interval = Duration::from_millis(u64::from(interval));
    let now = Instant::now();
    let due = now.checked_add(interval).unwrap_or(now);
    let mut state = queue.lock();
    let id = match window {
        0 if state.timers.place(0, id).is_none() => state.timers.fresh_number(),
        _ => id,
    };
    state.timers.set(Timer { window, id, routine, interval, due, ready: false });
    drop(state);
    queue.timers_changed();
    // A timer of a window may have the id 0, and still no failure is to be seen.
    Ok(id.max(1))
}

/// Ends a timer; a tick that nobody has fetched is lost.
///
/// # Errors
/// `INVALID_WINDOW`; `INVALID_PARAMETER` when there is no such timer.
pub fn kill(window: usize, id: usize) -> Result<()> {
    let (queue, window) = queue_of(window)?;
    let mut state = queue.lock();
    let place = state.timers.place(window, id).ok_or(Status::INVALID_PARAMETER)?;
    state.timers.list.remove(place);
    Ok(())
}

/// Whether the calling thread has ever had a timer with this routine: what a `WM_TIMER` names is
/// called only then, because anybody may post one.
pub fn is_routine(routine: usize) -> bool {
    queue::existing().is_some_and(|queue| queue.lock().timers.routines.contains(&routine))
}

#[cfg(test)]
mod tests {
    use super::super::queue::{QS_ANY, Wanted};
    use super::*;

    fn all() -> Filter {
        Filter::new(Wanted::Any, 0, 0, QS_ANY, true)
    }

    fn timer(id: usize, age_ms: u64) -> Timer {
        let interval = Duration::from_millis(100);
        let due = Instant::now() - Duration::from_millis(age_ms);
        Timer { window: 0, id, routine: 0, interval, due, ready: false }
    }

    #[test]
    fn the_longest_ready_comes_first_and_missed_ticks_are_one() {
        let mut timers = Timers::default();
        timers.set(timer(1, 10));
        timers.set(timer(2, 1_000));
        assert!(timers.expire() && timers.any_ready());
        assert!(!timers.expire(), "nothing more");
        assert_eq!(timers.take(&all()).map(|message| message.wparam), Some(2));
        assert_eq!(timers.take(&all()).map(|message| message.wparam), Some(1));
        assert_eq!(timers.take(&all()), None);
        assert!(matches!(timers.next_due(), Deadline::At(due) if due > Instant::now()));
    }

    #[test]
    fn a_look_leaves_the_tick() {
        let mut timers = Timers::default();
        timers.set(timer(1, 10));
        timers.expire();
        let look = Filter { remove: false, ..all() };
        assert!(timers.take(&look).is_some());
        assert!(timers.take(&all()).is_some());
        assert!(timers.take(&look).is_none());
    }

    #[test]
    fn timers_without_a_window_get_numbers_of_their_own() {
        let first = set(0, 5, 1_000, 0).unwrap();
        let second = set(0, 5, 1_000, 7).unwrap();
        assert_ne!(first, second);
        assert_eq!(set(0, first, 2_000, 0), Ok(first), "that one is set anew");
        assert_eq!(kill(0, first), Ok(()));
        assert_eq!(kill(0, first), Err(Status::INVALID_PARAMETER));
        assert_eq!(kill(0, second), Ok(()));
        assert!(is_routine(7) && !is_routine(8));
    }
}
