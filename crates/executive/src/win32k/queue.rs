//! A thread's message queue.
//!
//! A thread gets its queue with the first call that needs one ([`with_current`]), and loses it when
//! it ends.  Everything in a queue is under its one lock; whoever posts takes that lock and no
//! other.
//!
//! Retrieval has NT's order: what other threads have sent (which comes out as a [`Call`]), posted
//! messages, `WM_QUIT`, timers.  Of input and painting there is none without a screen.
//!
//! *Waiting.*  Two sets of `QS_…` bits say what is there and what has come since the thread last
//! looked.  A waiting thread arms the queue with what it waits for; the queue's dispatcher is
//! signalled while one of those bits is set, so that a wait can name it beside handles.

use super::send::Request;
use super::timer::Timers;
use super::window;
use super::{Call, INVALID_THREAD, Message, WM_QUIT, WM_TIMER};
use crate::ke::deadline::Deadline;
use crate::ke::dispatcher::{Dispatcher, Kind, Waitable};
use crate::ke::thread::{self, Thread};
use crate::ke::wait;
use crate::status::{Result, Status};
use crate::sync::{Mutex, MutexGuard};
use core::cell::RefCell;
use core::mem::ManuallyDrop;
use rustix::time::{ClockId, clock_gettime};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, RwLock};

/// A message was posted.
pub const QS_POSTMESSAGE: u32 = 0x0008;
/// A timer's time has come.
pub const QS_TIMER: u32 = 0x0010;
/// Another thread has sent a message.
pub const QS_SENDMESSAGE: u32 = 0x0040;
/// A message was posted, whatever a filter says about it.
pub const QS_ALLPOSTMESSAGE: u32 = 0x0100;
/// The reply to a message that the thread has sent is there.
pub const QS_SMRESULT: u32 = 0x8000;
/// Everything that `GetMessage` looks for.
pub const QS_ANY: u32 = 0x1CFF;

/// As many posted messages as a queue holds.
const LIMIT: usize = 10_000;

/// Of whom a message is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Of all windows of the thread, and of the thread itself.
    Any,
    /// Only those to the thread itself.
    Thread,
    /// Of this window and of those below it.
    Window(u32),
}

/// Which messages are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Whose.
    pub wanted: Wanted,
    /// The smallest number.
    pub first: u32,
    /// The largest number.
    pub last: u32,
    /// `QS_…`: of which kinds.
    pub kinds: u32,
    /// Whether it is taken out.
    pub remove: bool,
}

impl Filter {
    /// From the arguments of `GetMessage`: two zeroes want every number.
    pub fn new(wanted: Wanted, first: u32, last: u32, kinds: u32, remove: bool) -> Filter {
        let last = if first == 0 && last == 0 { u32::MAX } else { last };
        Filter { wanted, first, last, kinds, remove }
    }

    fn takes(&self, message: &Message) -> bool {
        (self.first..=self.last).contains(&message.number) && self.takes_window(message.window)
    }

    pub(super) fn takes_window(&self, number: u32) -> bool {
        match self.wanted {
            Wanted::Any => true,
            Wanted::Thread => number == 0,
            Wanted::Window(wanted) => number == wanted || window::is_below(number, wanted),
        }
    }

    fn takes_number(&self, number: u32) -> bool {
        (self.first..=self.last).contains(&number)
    }
}

/// What a look into the queue gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retrieved {
    /// Something to be done first; the caller does it, replies ([`super::send::reply`]), and looks
    /// again.
    Call(Call),
    /// A message.
    Message(Message),
    /// Nothing that is wanted.
    Nothing,
}

/// What a wait for the queue begins with.
pub enum Armed {
    /// What it waits for is there.
    Ready,
    /// The wait ends at this time at the latest, because a timer is due then.
    Until(Deadline),
}

#[derive(Default)]
pub(super) struct State {
    pub(super) sent: VecDeque<Arc<Request>>,
    /// What the thread is doing for others, the innermost last.
    pub(super) serving: Vec<Arc<Request>>,
    /// Whose replies the thread waits for, the innermost last.
    pub(super) sending: Vec<Arc<Request>>,
    posted: VecDeque<Message>,
    quit: Option<i32>,
    pub(super) timers: Timers,
    pub(super) windows: Vec<u32>,
    replied: bool,
    changed: u32,
    wake_present: u32,
    wake_changed: u32,
    closed: bool,
}

impl State {
    /// The bits of what is there now.
    fn present(&self) -> u32 {
        let bit = |is: bool, bit: u32| if is { bit } else { 0 };
        bit(!self.sent.is_empty(), QS_SENDMESSAGE)
            | bit(self.has_posted(), QS_POSTMESSAGE | QS_ALLPOSTMESSAGE)
            | bit(self.timers.any_ready(), QS_TIMER)
            | bit(self.replied, QS_SMRESULT)
    }

    fn has_posted(&self) -> bool {
        !self.posted.is_empty() || self.quit.is_some()
    }

    fn is_awaited(&self) -> bool {
        self.present() & self.wake_present != 0 || self.changed & self.wake_changed != 0
    }

    fn expire_timers(&mut self) {
        if self.timers.expire() {
            self.changed |= QS_TIMER;
        }
    }

    fn take_posted(&mut self, filter: &Filter) -> Option<Message> {
        let place = self.posted.iter().position(|message| filter.takes(message))?;
        match filter.remove {
            true => self.posted.remove(place),
            false => self.posted.get(place).copied(),
        }
    }

    /// `WM_QUIT` comes when no posted message is left, and no filter keeps it back.
    fn take_quit(&mut self, filter: &Filter) -> Option<Message> {
        let code = self.quit.filter(|_| self.posted.is_empty())?;
        if filter.remove {
            self.quit = None;
        }
        let wparam = code as isize as usize;
        Some(Message { number: WM_QUIT, wparam, time: tick(), ..Message::default() })
    }

    fn take_timer(&mut self, filter: &Filter) -> Option<Message> {
        if !filter.takes_number(WM_TIMER) {
            return None;
        }
        self.expire_timers();
        self.timers.take(filter)
    }
}

/// The queue of one thread.
pub struct MessageQueue {
    thread_id: u32,
    dispatcher: Dispatcher,
    state: Mutex<State>,
}

impl Waitable for MessageQueue {
    fn dispatcher(&self) -> &Dispatcher {
        &self.dispatcher
    }
}

thread_local! {
    /// No destructor: the thread's rundown takes it out.
    static CURRENT: ManuallyDrop<RefCell<Option<Arc<MessageQueue>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// The queues by thread, for `PostThreadMessage`.
static QUEUES: RwLock<BTreeMap<u32, Arc<MessageQueue>>> = RwLock::new(BTreeMap::new());

/// Calls with the calling thread's queue, which is made now if there is none.
pub fn with_current<R>(body: impl FnOnce(&Arc<MessageQueue>) -> R) -> R {
    CURRENT.with(|current| {
        if current.borrow().is_none() {
            let queue = MessageQueue::for_current_thread();
            current.replace(Some(queue));
        }
        match &*current.borrow() {
            Some(queue) => body(queue),
            None => unreachable!("it was just put there, and only this thread takes it"),
        }
    })
}

/// The calling thread's queue, if it has one.
pub(super) fn existing() -> Option<Arc<MessageQueue>> {
    CURRENT.with(|current| current.borrow().clone())
}

/// The queue of a thread.
///
/// # Errors
/// `INVALID_THREAD` when no thread of this id has a queue.
pub fn of_thread(id: u32) -> Result<Arc<MessageQueue>> {
    let queues = QUEUES.read().unwrap_or_else(|poisoned| poisoned.into_inner());
    queues.get(&id).cloned().ok_or(INVALID_THREAD)
}

/// The thread ends: its windows go, without a word to their procedures, and whoever waits for a
/// reply of its gets none.
fn close_of_ending_thread(_: &Arc<Thread>) {
    let Some(queue) = CURRENT.with(|current| current.borrow().clone()) else { return };
    QUEUES.write().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(&queue.thread_id);
    let windows = core::mem::take(&mut queue.lock().windows);
    windows.into_iter().for_each(window::forget);
    let ended = State { closed: true, ..State::default() };
    let left = core::mem::replace(&mut *queue.lock(), ended);
    for request in left.sent.iter().chain(&left.serving) {
        request.fail();
    }
    CURRENT.with(|current| current.take());
}

/// The time as `GetTickCount` tells it.
pub fn tick() -> u32 {
    let time = clock_gettime(ClockId::Boottime);
    (time.tv_sec.wrapping_mul(1000) + time.tv_nsec / 1_000_000) as u32
}

impl MessageQueue {
    fn for_current_thread() -> Arc<MessageQueue> {
        thread::at_rundown(close_of_ending_thread);
        let thread_id = thread::with_current(|thread| thread.id());
        let queue = Arc::new(MessageQueue {
            thread_id,
            dispatcher: Dispatcher::new(Kind::Notification, 0),
            state: Mutex::new(State::default()),
        });
        let mut queues = QUEUES.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        queues.insert(thread_id, queue.clone());
        queue
    }

    /// The thread's id.
    pub fn thread_id(&self) -> u32 {
        self.thread_id
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Notes that something has come.
    fn raise(&self, state: &mut State, bits: u32) {
        state.changed |= bits;
        if state.is_awaited() && !self.dispatcher.is_signalled() {
            self.dispatcher.set();
        }
    }

    /// Adds a message at the end.
    ///
    /// # Errors
    /// `QUOTA_EXCEEDED` when there are 10,000 already, `INVALID_THREAD` when the thread has ended.
    pub fn post(&self, message: Message) -> Result<()> {
        let message = Message { time: tick(), ..message };
        let mut state = self.lock();
        if state.closed {
            return Err(INVALID_THREAD);
        }
        if state.posted.len() >= LIMIT {
            return Err(Status::QUOTA_EXCEEDED);
        }
        state.posted.push_back(message);
        self.raise(&mut state, QS_POSTMESSAGE | QS_ALLPOSTMESSAGE);
        Ok(())
    }

    /// Adds what another thread wants done.  False when the thread has ended.
    pub(super) fn send(&self, request: Arc<Request>) -> bool {
        let mut state = self.lock();
        if state.closed {
            return false;
        }
        state.sent.push_back(request);
        self.raise(&mut state, QS_SENDMESSAGE);
        true
    }

    /// A reply has come for this thread.
    pub(super) fn note_reply(&self) {
        let mut state = self.lock();
        state.replied = true;
        self.raise(&mut state, QS_SMRESULT);
    }

    /// The thread is about to look whether its reply is there.
    pub(super) fn forget_reply(&self) {
        let mut state = self.lock();
        state.replied = false;
        state.changed &= !QS_SMRESULT;
    }

    /// The next `WM_QUIT` ends the message loop with this code.
    pub fn post_quit(&self, code: i32) {
        let mut state = self.lock();
        state.quit = Some(code);
        self.raise(&mut state, QS_POSTMESSAGE | QS_ALLPOSTMESSAGE);
    }

    /// Timers were set by another thread than the queue's: a wait looks again until when it lasts.
    pub(super) fn timers_changed(&self) {
        let state = self.lock();
        if (state.wake_present | state.wake_changed) & QS_TIMER != 0 {
            self.dispatcher.set();
        }
    }

    /// Takes what another thread has sent; [`super::send::reply`] ends it.
    pub(super) fn take_sent(&self) -> Option<Call> {
        let mut state = self.lock();
        let request = state.sent.pop_front()?;
        if state.sent.is_empty() {
            state.changed &= !QS_SENDMESSAGE;
        }
        let call = request.call();
        state.serving.push(request);
        Some(call)
    }

    /// Looks for a message.  Only the queue's thread calls this.
    pub fn retrieve(&self, filter: &Filter) -> Retrieved {
        if let Some(call) = self.take_sent() {
            return Retrieved::Call(call);
        }
        let mut state = self.lock();
        let mut found = None;
        if filter.kinds & QS_POSTMESSAGE != 0 {
            // From here on only what comes later is new.
            state.changed &= !(QS_POSTMESSAGE | QS_TIMER);
            if filter.first == 0 && filter.last == u32::MAX {
                state.changed &= !QS_ALLPOSTMESSAGE;
            }
            found = state.take_posted(filter).or_else(|| state.take_quit(filter));
        }
        if filter.kinds & QS_TIMER != 0 {
            found = found.or_else(|| state.take_timer(filter));
            state.changed &= !QS_TIMER;
        }
        found.map_or(Retrieved::Nothing, Retrieved::Message)
    }

    /// What has come since the last look, and what is there, of these kinds (`GetQueueStatus`).
    pub fn status(&self, kinds: u32) -> (u32, u32) {
        let mut state = self.lock();
        state.expire_timers();
        let changed = state.changed & kinds;
        state.changed &= !kinds;
        (changed, state.present() & kinds)
    }

    /// Says what the thread waits for: what is there (`present`), what comes (`changed`).  The
    /// queue is signalled from now on while there is such a thing.
    pub fn arm(&self, present: u32, changed: u32) -> Armed {
        let mut state = self.lock();
        state.expire_timers();
        (state.wake_present, state.wake_changed) = (present, changed);
        if state.is_awaited() {
            self.dispatcher.set();
            return Armed::Ready;
        }
        self.dispatcher.clear();
        match (present | changed) & QS_TIMER {
            0 => Armed::Until(Deadline::Never),
            _ => Armed::Until(state.timers.next_due()),
        }
    }

    /// The wait is over.
    pub fn disarm(&self) {
        let mut state = self.lock();
        (state.wake_present, state.wake_changed) = (0, 0);
    }

    /// Waits for such a thing, not alertably.  False when the time has passed first; true may also
    /// mean nothing, so the caller looks and comes back.
    pub fn wait(&self, present: u32, changed: u32, deadline: Deadline) -> bool {
        let came = match self.arm(present, changed) {
            Armed::Ready => true,
            Armed::Until(due) => {
                wait::wait_for_single(&self.dispatcher, false, deadline.earlier(due));
                !deadline.has_passed()
            }
        };
        self.disarm();
        came
    }

    /// The window is gone, and what was on its way to it.
    pub(super) fn forget_window(&self, number: u32) {
        let mut state = self.lock();
        state.windows.retain(|&other| other != number);
        state.posted.retain(|message| message.window != number);
        state.timers.forget_window(number);
        let is_to_it = |request: &Arc<Request>| request.call().message.window == number;
        let (lost, kept) = core::mem::take(&mut state.sent).into_iter().partition(is_to_it);
        state.sent = kept;
        drop(state);
        let lost: VecDeque<Arc<Request>> = lost;
        lost.iter().for_each(|request| request.fail());
    }
}

/// Posts a message to a window's queue, or to the calling thread's if the window is 0.
///
/// # Errors
/// `INVALID_WINDOW`; what [`MessageQueue::post`] says.
pub fn post(window: usize, number: u32, wparam: usize, lparam: isize) -> Result<()> {
    let message = |window| Message { window, number, wparam, lparam, time: 0 };
    if window == 0 {
        return with_current(|queue| queue.post(message(0)));
    }
    let target = window::lookup(window)?;
    target.queue().post(message(target.number()))
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
