//! Pool timers: callbacks at a time.
//!
//! The lock is the timer's own; it is held while the alarm is set and taken back.

use super::callback::Told;
use super::member::{Kind, Member};
use crate::ke::timer::{Alarm, Due, SetAlarm, set_alarm};
use crate::sync::Mutex;
use core::time::Duration;
use std::sync::Weak;
use std::time::Instant;

#[derive(Default)]
struct State {
    /// Set, whether or not it will go off again.
    set: bool,
    /// Tells an alarm that comes too late.
    generation: u64,
    due: Option<Instant>,
    period: Duration,
    alarm: Option<SetAlarm>,
    closed: bool,
}

/// What a timer has beside a pool object.
#[derive(Default)]
pub struct TimerPart {
    state: Mutex<State>,
    /// What its callback is told.
    told: Told,
}

struct Ring {
    member: Weak<Member>,
    generation: u64,
}

impl Alarm for Ring {
    fn ring(&self) {
        if let Some(member) = self.member.upgrade()
            && let Kind::Timer(part) = member.kind()
        {
            part.ring(&member, self.generation);
        }
    }
}

impl TimerPart {
    /// A timer whose callback is told this.
    pub fn telling(told: Told) -> TimerPart {
        TimerPart { told, ..TimerPart::default() }
    }

    /// Sets the timer, or with None unsets it.  True if it would have gone off otherwise.
    pub fn set(&self, member: &Member, due: Option<(Due, Duration)>) -> bool {
        let mut state = self.state.lock();
        if state.closed {
            return false;
        }
        self.set_locked(&mut state, member, due)
    }

    fn set_locked(&self, state: &mut State, member: &Member, due: Option<(Due, Duration)>) -> bool {
        let was_due = state.due.take().is_some();
        state.alarm = None;
        state.generation += 1;
        state.set = due.is_some();
        if let Some((due, period)) = due {
            state.period = period;
            let now = Instant::now();
            let moment = due.deadline();
            if moment.has_passed() {
                member.submit(self.told);
                state.due = now.checked_add(period).filter(|_| !period.is_zero());
            } else {
                state.due = moment.remaining().and_then(|left| now.checked_add(left));
            }
            self.arm(state, member);
        }
        was_due
    }

    /// Changes a timer of a queue: one that has gone off for good stays as it is.
    pub fn change(&self, member: &Member, due: Due, period: Duration) {
        let mut state = self.state.lock();
        if !state.closed && state.due.is_some() {
            self.set_locked(&mut state, member, Some((due, period)));
        }
    }

    /// True since it was set, until it is unset.
    pub fn is_set(&self) -> bool {
        self.state.lock().set
    }

    /// It goes off no more.
    pub(super) fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        state.set = false;
        state.due = None;
        state.alarm = None;
    }

    fn arm(&self, state: &mut State, member: &Member) {
        let Some(due) = state.due else { return };
        let ring = Ring { member: member.weak(), generation: state.generation };
        let left = due.saturating_duration_since(Instant::now());
        state.alarm = Some(set_alarm(Due::After(left), Box::new(ring)));
    }

    fn ring(&self, member: &Member, generation: u64) {
        let mut state = self.state.lock();
        let Some(due) = state.due.filter(|_| state.generation == generation && !state.closed)
        else {
            return;
        };
        // Not made up for: ticks that were missed altogether.
        let next = due.checked_add(state.period).filter(|_| !state.period.is_zero());
        state.due = next.map(|next| next.max(Instant::now()));
        self.arm(&mut state, member);
        drop(state);
        member.submit(self.told);
    }
}
