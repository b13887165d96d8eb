//! Waitable timers, and the queue from which they and the alarms of requests fire.
//!
//! The queue belongs to the process: due times in order, under one lock.  It fires nothing by
//! itself.  Its *driver* (the process's worker thread, [`set_driver`]) sleeps until
//! [`next_deadline`] and calls [`fire_due`].
//!
//! A timer's lock is taken before the queue's.  APCs go to the thread that set the timer; a timer
//! has at most one APC queued at any time, and setting or cancelling the timer withdraws it.
//! Absolute times are turned into moments when the timer is set: later changes of the system's
//! clock do not move them, which differs from Windows.

use super::apc::{Apc, ApcArguments};
use super::deadline::Deadline;
use super::dispatcher::{Dispatcher, Kind};
use super::shared::Shared;
use super::thread::Thread;
use crate::sync::Mutex;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Instant, SystemTime};

/// 100-nanosecond intervals between 1601, where Windows' time begins, and 1970.
const UNIX_EPOCH: u64 = 116_444_736_000_000_000;

/// When a timer is to fire first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// So long from now.
    After(Duration),
    /// At this system time, in 100-nanosecond intervals since 1601 (UTC).
    At(u64),
}

impl Due {
    /// From Windows' number: negative for relative, in 100-nanosecond intervals.
    pub fn from_intervals(intervals: i64) -> Due {
        match u64::try_from(intervals) {
            Ok(absolute) => Due::At(absolute),
            Err(_) => Due::After(from_hundred_nanoseconds(intervals.unsigned_abs())),
        }
    }

    /// As a wait takes it.
    pub fn deadline(self) -> Deadline {
        let now = Instant::now();
        match self.moment(now) {
            Some(moment) if moment <= now => Deadline::Passed,
            Some(moment) => Deadline::At(moment),
            None => Deadline::Never,
        }
    }

    fn moment(self, now: Instant) -> Option<Instant> {
        let after = match self {
            Due::After(after) => after,
            Due::At(absolute) => from_hundred_nanoseconds(absolute.saturating_sub(system_time())),
        };
        // A time beyond the clock's range never comes.
        now.checked_add(after)
    }
}

fn from_hundred_nanoseconds(intervals: u64) -> Duration {
    Duration::new(intervals / 10_000_000, (intervals % 10_000_000) as u32 * 100)
}

/// The system time in 100-nanosecond intervals since 1601 (UTC).
pub fn system_time() -> u64 {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UNIX_EPOCH + u64::try_from(since_1970.as_nanos() / 100).unwrap_or(u64::MAX - UNIX_EPOCH)
}

/// The APC that a timer queues when it fires.
#[derive(Clone)]
pub struct TimerRoutine {
    /// The thread that set the timer.
    pub thread: Arc<Thread>,
    /// Calls the program's routine.  Its arguments: the two below, then the low and the high half
    /// of the system time at which the timer fired.
    pub routine: fn(&ApcArguments),
    /// For the routine: usually the program's function and its argument.
    pub arguments: [usize; 2],
}

#[derive(Default)]
struct State {
    /// Where the timer stands in the queue; None when it is not set.
    due: Option<Instant>,
    /// Zero for once.
    period: Duration,
    routine: Option<TimerRoutine>,
    /// Which setting of a timer of several processes this is.
    setting: u32,
}

/// A waitable timer.
pub struct Timer {
    dispatcher: Dispatcher,
    /// Tells timers of the same due time apart, and is their APCs' origin.
    number: usize,
    this: Weak<Timer>,
    state: Mutex<State>,
}

/// Something else that waits for a time.
pub trait Alarm: Send + Sync {
    /// The time has come.  No lock is held; the alarm will not ring again.
    fn ring(&self);
}

/// An alarm that is set, until this goes; it may ring all the same if it is just about to.
pub struct SetAlarm(Option<Key>);

/// When, and which of those that are due then.
type Key = (Instant, usize);
type Queue = BTreeMap<Key, Waiting>;

/// What waits for its time.
enum Waiting {
    Timer(Weak<Timer>),
    Alarm(Box<dyn Alarm>),
}

static QUEUE: Mutex<Queue> = Mutex::new(Queue::new());
static DRIVER: OnceLock<fn()> = OnceLock::new();

/// Registers what is called (without a lock of ours) when the earliest due time has become
/// earlier: it sees to it that somebody calls [`fire_due`] in time.  The first one stays.
pub fn set_driver(changed: fn()) {
    // A second driver would be a bug of ours, but a harmless one.
    let _ = DRIVER.set(changed);
}

/// When [`fire_due`] should be called next.
pub fn next_deadline() -> Deadline {
    QUEUE.lock().first_key_value().map_or(Deadline::Never, |(&(due, _), _)| Deadline::At(due))
}

/// Fires every timer that is due at this moment.
pub fn fire_due(now: Instant) {
    while let Some((due, waiting)) = take_due(now) {
        match waiting {
            Waiting::Timer(timer) => {
                if let Some(timer) = timer.upgrade() {
                    timer.fire(due, now);
                }
            }
            Waiting::Alarm(alarm) => alarm.ring(),
        }
    }
}

fn take_due(now: Instant) -> Option<(Instant, Waiting)> {
    let mut queue = QUEUE.lock();
    let entry = queue.first_entry().filter(|entry| entry.key().0 <= now)?;
    let ((due, _), waiting) = entry.remove_entry();
    Some((due, waiting))
}

fn next_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Sets an alarm.  A time that is past rings soon, not at once.
pub fn set_alarm(due: Due, alarm: Box<dyn Alarm>) -> SetAlarm {
    let Some(moment) = due.moment(Instant::now()) else { return SetAlarm(None) };
    let key = (moment, next_number());
    let mut queue = QUEUE.lock();
    queue.insert(key, Waiting::Alarm(alarm));
    let earliest = queue.first_key_value().is_some_and(|(first, _)| *first == key);
    drop(queue);
    if earliest {
        tell_driver();
    }
    SetAlarm(Some(key))
}

impl Drop for SetAlarm {
    fn drop(&mut self) {
        if let Some(key) = self.0 {
            // What the alarm holds goes after the lock.
            let _removed = QUEUE.lock().remove(&key);
        }
    }
}

fn kind(manual_reset: bool) -> Kind {
    if manual_reset { Kind::Notification } else { Kind::Synchronization }
}

impl Timer {
    /// A timer that is not set.  A manual-reset timer stays signalled until it is set again; the
    /// other kind lets one wait through each time.
    pub fn new(manual_reset: bool) -> Arc<Timer> {
        Timer::with_dispatcher(Dispatcher::new(kind(manual_reset), 0))
    }

    /// A timer that other processes use too.
    pub fn new_shared(manual_reset: bool, shared: Shared) -> Arc<Timer> {
        Timer::with_dispatcher(Dispatcher::new_shared(kind(manual_reset), shared))
    }

    fn with_dispatcher(dispatcher: Dispatcher) -> Arc<Timer> {
        Arc::new_cyclic(|this| Timer {
            dispatcher,
            number: next_number(),
            this: this.clone(),
            state: Mutex::default(),
        })
    }

    /// What waits use.
    pub fn dispatcher(&self) -> &Dispatcher {
        &self.dispatcher
    }

    /// Sets the timer, which takes its signal away.  A time that is past fires at once.
    pub fn set(&self, due: Due, period: Duration, routine: Option<TimerRoutine>) {
        let now = Instant::now();
        let mut state = self.state.lock();
        self.stop(&mut state);
        if let Some(shared) = self.dispatcher.shared() {
            let after = due.moment(now).map(|moment| moment.saturating_duration_since(now));
            state.setting = self.dispatcher.set_timer(shared, after, period);
            if routine.is_none() {
                return;
            }
        } else {
            self.dispatcher.clear();
        }
        state.period = period;
        state.routine = routine;
        let Some(moment) = due.moment(now) else { return };
        if moment <= now {
            self.signal(&state);
            if !period.is_zero() {
                state.due = now.checked_add(period);
            }
        } else {
            state.due = Some(moment);
        }
        let earliest = self.enqueue(&state);
        drop(state);
        if earliest {
            tell_driver();
        }
    }

    /// Stops the timer; its signal stays as it is.  True if it was running.
    pub fn cancel(&self) -> bool {
        let mut state = self.state.lock();
        if let Some(shared) = self.dispatcher.shared() {
            self.dispatcher.cancel_timer(shared);
        }
        self.stop(&mut state)
    }

    fn stop(&self, state: &mut State) -> bool {
        let due = state.due.take();
        if let Some(due) = due {
            QUEUE.lock().remove(&(due, self.number));
        }
        if let Some(routine) = state.routine.take() {
            routine.thread.apcs().withdraw(self.number);
        }
        due.is_some()
    }

    /// Puts the timer into the queue if it is set; true when it is the earliest there.
    fn enqueue(&self, state: &State) -> bool {
        let Some(due) = state.due else { return false };
        let mut queue = QUEUE.lock();
        queue.insert((due, self.number), Waiting::Timer(self.this.clone()));
        queue.first_key_value().is_some_and(|(key, _)| *key == (due, self.number))
    }

    /// The timer's time has come, unless it was set anew meanwhile.
    fn fire(&self, due: Instant, now: Instant) {
        let mut state = self.state.lock();
        if state.due != Some(due) {
            return;
        }
        let shared = self.dispatcher.shared();
        if shared.is_some_and(|shared| shared.setting() != state.setting) {
            // Another process has set it anew.
            self.stop(&mut state);
            return;
        }
        if state.routine.as_ref().is_some_and(|routine| routine.thread.has_ended()) {
            // A timer with a routine ends with the thread that set it.
            state.due = None;
            if let Some(shared) = shared {
                self.dispatcher.cancel_timer(shared);
            }
            return;
        }
        state.due = next_due(due, state.period, now);
        self.signal(&state);
        self.enqueue(&state);
    }

    fn signal(&self, state: &State) {
        if self.dispatcher.shared().is_none() {
            self.dispatcher.set();
        }
        let Some(routine) = &state.routine else { return };
        let time = system_time();
        let arguments = [
            routine.arguments[0],
            routine.arguments[1],
            (time & u64::from(u32::MAX)) as usize,
            (time >> 32) as usize,
            0,
        ];
        let apc = Apc { routine: routine.routine, arguments, origin: self.number };
        // A thread that has ended gets no more APCs; the timer goes on without.
        let _ = routine.thread.queue_apc(apc);
    }
}

/// The first due time of a periodic timer after now.  Ticks that were missed are not made up for.
fn next_due(due: Instant, period: Duration, now: Instant) -> Option<Instant> {
    if period.is_zero() {
        return None;
    }
    let late = now.saturating_duration_since(due);
    let missed = u32::try_from(late.as_nanos() / period.as_nanos()).ok()?;
    due.checked_add(period.checked_mul(missed.checked_add(1)?)?)
}

impl Drop for Timer {
    fn drop(&mut self) {
        // Another process may still wait for it.
        self.stop(&mut self.state.lock());
    }
}

fn tell_driver() {
    if let Some(changed) = DRIVER.get() {
        changed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ke::{apc, wait};
    use crate::status::Status;
    use core::cell::RefCell;

    /// Fires what the timer waits for, as if its time had come.
    fn advance(timer: &Timer) -> Instant {
        let due = timer.state.lock().due.expect("the timer is set");
        QUEUE.lock().remove(&(due, timer.number));
        timer.fire(due, due);
        due
    }

    fn poll(timer: &Timer) -> Status {
        wait::wait_for_single(timer.dispatcher(), false, Deadline::Passed)
    }

    const HOUR: Due = Due::After(Duration::from_secs(3600));

    #[test]
    fn numbers_are_relative_when_negative() {
        assert_eq!(Due::from_intervals(-15), Due::After(Duration::from_nanos(1500)));
        assert_eq!(Due::from_intervals(0), Due::At(0));
        assert!(matches!(Due::from_intervals(i64::MIN), Due::After(_)));
    }

    #[test]
    fn a_synchronization_timer_lets_one_through_and_a_manual_one_all() {
        let automatic = Timer::new(false);
        automatic.set(HOUR, Duration::ZERO, None);
        assert_eq!(poll(&automatic), Status::TIMEOUT);
        advance(&automatic);
        assert_eq!(poll(&automatic), Status::SUCCESS);
        assert_eq!(poll(&automatic), Status::TIMEOUT);
        let manual = Timer::new(true);
        manual.set(HOUR, Duration::ZERO, None);
        advance(&manual);
        assert_eq!(poll(&manual), Status::SUCCESS);
        assert_eq!(poll(&manual), Status::SUCCESS);
        manual.set(HOUR, Duration::ZERO, None);
        assert_eq!(poll(&manual), Status::TIMEOUT, "setting takes the signal away");
    }

    #[test]
    fn a_past_time_fires_at_once_and_a_cancelled_timer_never() {
        let timer = Timer::new(true);
        timer.set(Due::At(1), Duration::ZERO, None);
        assert_eq!(poll(&timer), Status::SUCCESS);
        assert!(!timer.cancel(), "it is not running any more");
        timer.set(HOUR, Duration::ZERO, None);
        let due = timer.state.lock().due.expect("the timer is set");
        assert!(timer.cancel());
        assert!(!timer.cancel());
        assert!(!QUEUE.lock().contains_key(&(due, timer.number)));
        // The driver may have taken it from the queue just before.
        timer.fire(due, due);
        assert_eq!(poll(&timer), Status::TIMEOUT);
    }

    #[test]
    fn a_periodic_timer_goes_on_and_drops_what_it_missed() {
        let timer = Timer::new(false);
        let period = Duration::from_secs(10);
        timer.set(HOUR, period, None);
        let first = advance(&timer);
        assert_eq!(poll(&timer), Status::SUCCESS);
        assert_eq!(advance(&timer), first + period);
        assert_eq!(poll(&timer), Status::SUCCESS);
        let late = first + period * 7 + Duration::from_secs(3);
        assert_eq!(next_due(first, period, late), Some(first + period * 8));
    }

    thread_local! {
        static CALLS: RefCell<Vec<[usize; 2]>> = const { RefCell::new(Vec::new()) };
    }

    fn record(arguments: &ApcArguments) {
        CALLS.with_borrow_mut(|calls| calls.push([arguments[0], arguments[1]]));
    }

    #[test]
    fn the_routine_runs_on_the_setting_thread_once_per_wait() {
        let timer = Timer::new(false);
        let routine =
            TimerRoutine { thread: Thread::current(), routine: record, arguments: [1, 2] };
        timer.set(HOUR, Duration::from_secs(1), Some(routine.clone()));
        advance(&timer);
        advance(&timer);
        assert_eq!(wait::sleep_alertably(Deadline::Never), Status::USER_APC);
        assert!(apc::deliver());
        assert!(!apc::deliver());
        assert_eq!(CALLS.take(), [[1, 2]]);
        advance(&timer);
        assert!(timer.cancel(), "cancelling withdraws the queued routine");
        assert_eq!(wait::sleep_alertably(Deadline::Passed), Status::TIMEOUT);
        timer.set(Due::At(0), Duration::ZERO, Some(routine));
        assert_eq!(wait::sleep_alertably(Deadline::Never), Status::USER_APC);
        assert!(apc::deliver());
        assert_eq!(CALLS.take(), [[1, 2]]);
    }

    #[test]
    fn the_earliest_timer_leads_the_queue() {
        let timer = Timer::new(false);
        timer.set(Due::After(Duration::from_secs(60)), Duration::ZERO, None);
        let Deadline::At(first) = next_deadline() else { panic!("a timer is set") };
        assert!(first <= Instant::now() + Duration::from_secs(60));
        fire_due(first);
        drop(timer);
    }
}
