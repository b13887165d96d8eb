//! What every pool object has: its callback, and how many calls of it are outstanding.
//!
//! The counts have one lock, under which two dispatchers are kept in step with them.  It is taken
//! after the lock of the object's own kind, and before none.

use super::callback::{self, Arguments, Callback, Told};
use super::group::Group;
use super::io::IoPart;
use super::pool::{self, Item, Pool, Priority};
use super::timer::TimerPart;
use super::wait::WaitPart;
use crate::ke::deadline::Deadline;
use crate::ke::dispatcher::{Dispatcher, Kind as DispatcherKind};
use crate::ke::wait::wait_for_single;
use crate::ob::object::Reference;
use crate::ob::table::{Pinned, Table};
use crate::status::{Result, Status};
use crate::sync::{AtomicU32, Mutex, Ordering};
use crate::sys::program_thread::on_base;
use std::sync::{Arc, Weak};

/// What the program said about an object's callbacks (`TP_CALLBACK_ENVIRON`).
#[derive(Clone)]
pub struct Environment {
    /// Whose threads run them.
    pub pool: Arc<Pool>,
    /// The group that cleans up, if any.
    pub group: Option<Arc<Group>>,
    /// Called for each object that the group cleans up with cancellation.
    pub cancelled: Option<Callback>,
    /// Called behind each callback.
    pub finalization: Option<Callback>,
    /// Which go first.
    pub priority: Priority,
    /// Each may run long.
    pub long: bool,
}

impl Environment {
    /// The one that is meant by none: this pool, and nothing else.
    pub fn of(pool: Arc<Pool>) -> Environment {
        Environment {
            pool,
            group: None,
            cancelled: None,
            finalization: None,
            priority: Priority::Normal,
            long: false,
        }
    }
}

/// What makes the callback be called.
pub enum Kind {
    /// `TrySubmitThreadpoolCallback`, once; it has no number.
    Simple,
    /// `SubmitThreadpoolWork`.
    Work,
    /// A time.
    Timer(TimerPart),
    /// An object.
    Wait(WaitPart),
    /// Requests of a file.
    Io(IoPart),
}

/// Called once.
pub(super) type Done = Box<dyn FnOnce() -> bool + Send>;

#[derive(Default)]
struct Counts {
    /// Submitted and not begun.
    queued: u32,
    /// Begun and not returned.
    running: u32,
    /// Those of them that waits wait for.
    associated: u32,
    /// Requests that the program has announced.
    announced: u32,
    /// Requests of which no callback is to be called any more.
    skipped: u32,
    /// To be called when nothing is outstanding.
    done: Option<Done>,
}

impl Counts {
    fn is_idle(&self) -> bool {
        self.queued == 0 && self.announced == 0 && self.associated == 0
    }

    fn is_quiet(&self) -> bool {
        self.queued == 0 && self.announced == 0 && self.running == 0
    }
}

/// Who hears that nothing is outstanding any more.
pub enum Completion {
    /// Nobody.
    Nobody,
    /// The caller waits for it.
    Caller,
    /// An event is set.
    Event(Reference),
}

/// A pool object.
pub struct Member {
    this: Weak<Member>,
    callback: Callback,
    environment: Environment,
    kind: Kind,
    number: AtomicU32,
    counts: Mutex<Counts>,
    /// Signalled while no associated callback is outstanding.
    idle: Dispatcher,
    /// Signalled while no callback is outstanding at all.
    quiet: Dispatcher,
}

static MEMBERS: Table<Member> = Table::new();

/// The object of this number.
pub fn find(number: usize) -> Option<Pinned<'static, Member>> {
    MEMBERS.lookup(u32::try_from(number).ok()?)
}

/// Makes an object; it has a number unless it is a simple callback.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES`.
pub fn create(environment: Environment, callback: Callback, kind: Kind) -> Result<Arc<Member>> {
    environment.pool.join();
    let member = Arc::new_cyclic(|this: &Weak<Member>| Member {
        this: this.clone(),
        callback,
        environment,
        kind,
        number: AtomicU32::new(0),
        counts: Mutex::default(),
        idle: Dispatcher::new(DispatcherKind::Notification, 1),
        quiet: Dispatcher::new(DispatcherKind::Notification, 1),
    });
    if !matches!(member.kind, Kind::Simple) {
        let number = MEMBERS.insert(member.clone()).ok_or(Status::INSUFFICIENT_RESOURCES)?;
        member.number.store(number, Ordering::Release);
    }
    if let Some(group) = &member.environment.group {
        group.add(member.clone());
    }
    Ok(member)
}

/// Calls back once, as soon as a thread is free.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES`.
pub fn submit_simple(environment: Environment, callback: Callback) -> Result<()> {
    create(environment, callback, Kind::Simple)?.submit(Told::default());
    Ok(())
}

impl Drop for Member {
    fn drop(&mut self) {
        self.environment.pool.leave();
    }
}

impl Member {
    /// What makes the callback be called.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The number that the program knows.
    pub fn number(&self) -> u32 {
        self.number.load(Ordering::Acquire)
    }

    /// A reference.
    pub(super) fn keep(&self) -> Option<Arc<Member>> {
        self.this.upgrade()
    }

    /// As a reference that keeps nothing.
    pub(super) fn weak(&self) -> Weak<Member> {
        self.this.clone()
    }

    /// The pool whose threads call.
    pub(super) fn pool(&self) -> &Arc<Pool> {
        &self.environment.pool
    }

    /// Changes the counts, and tells who waits for them to be zero.
    fn count<R>(&self, change: impl FnOnce(&mut Counts) -> R) -> R {
        let mut counts = self.counts.lock();
        let result = change(&mut counts);
        for (dispatcher, holds) in
            [(&self.idle, counts.is_idle()), (&self.quiet, counts.is_quiet())]
        {
            if holds {
                dispatcher.set();
            } else {
                dispatcher.clear();
            }
        }
        let done = if counts.is_idle() { counts.done.take() } else { None };
        drop(counts);
        if let Some(done) = done {
            done();
        }
        result
    }

    /// Queues a call.
    pub fn submit(&self, told: Told) {
        let Some(member) = self.keep() else { return };
        self.count(|counts| counts.queued += 1);
        self.pool().push(self.environment.priority, Item { member, told });
    }

    /// Calls, on this thread, what was queued.  The exit code, if the callback ended the thread.
    pub(super) fn execute(&self, told: Told) -> Option<u32> {
        self.count(|counts| {
            counts.queued -= 1;
            counts.running += 1;
            counts.associated += 1;
        });
        self.call(told)
    }

    fn call(&self, told: Told) -> Option<u32> {
        let member = self.keep()?;
        if let Kind::Wait(part) = &self.kind {
            part.begin_again(self);
        }
        if self.environment.long {
            pool::do_not_count_caller();
        }
        let instance = callback::begin(&member);
        let arguments = Arguments { instance, object: self.number() as usize, told };
        let left = on_base(|| {
            self.callback.call(&arguments);
            if let Some(finalization) = &self.environment.finalization {
                finalization.call(&arguments);
            }
        });
        let associated = callback::end();
        if matches!(self.kind, Kind::Simple) {
            self.leave_group();
        }
        self.count(|counts| {
            counts.running -= 1;
            counts.associated -= u32::from(associated);
        });
        left
    }

    /// The running callback of this thread is waited for no longer.
    pub(super) fn disassociate(&self) {
        self.count(|counts| counts.associated -= 1);
    }

    /// Takes back what has not begun; how many calls.
    pub(super) fn cancel(&self) -> u32 {
        let taken = self.pool().take_back(self);
        self.count(|counts| {
            counts.queued -= taken;
            counts.skipped += counts.announced;
            counts.announced = 0;
        });
        taken
    }

    /// Waits until no callback is outstanding; `cancel` takes back those that have not begun.
    pub fn wait_for_callbacks(&self, cancel: bool) {
        if cancel {
            self.cancel();
        }
        wait_for_single(&self.idle, false, Deadline::Never);
    }

    /// As [`Member::wait_for_callbacks`], for those too that are waited for no longer.
    pub(super) fn wait_until_quiet(&self) {
        wait_for_single(&self.quiet, false, Deadline::Never);
    }

    /// A request has been announced.
    pub fn announce(&self) {
        self.count(|counts| counts.announced += 1);
    }

    /// It will not come.
    pub fn withdraw(&self) {
        self.count(|counts| counts.announced = counts.announced.saturating_sub(1));
    }

    /// A request has ended.
    pub(super) fn request_ended(&self, told: Told) -> Option<u32> {
        let wanted = self.count(|counts| {
            if counts.skipped > 0 {
                counts.skipped -= 1;
                return false;
            }
            let wanted = counts.announced > 0;
            if wanted {
                counts.announced -= 1;
                counts.running += 1;
                counts.associated += 1;
            }
            wanted
        });
        if wanted { self.call(told) } else { None }
    }

    /// True while requests may end that were announced before the object was closed.
    pub(super) fn awaits_requests(&self) -> bool {
        let counts = self.counts.lock();
        counts.announced > 0 || counts.skipped > 0
    }

    /// Nothing new is submitted from now on.
    pub(super) fn stop(&self) {
        match &self.kind {
            Kind::Simple | Kind::Work | Kind::Io(_) => {}
            Kind::Timer(part) => part.close(),
            Kind::Wait(part) => part.close(),
        }
    }

    fn leave_group(&self) {
        if let Some(group) = &self.environment.group {
            group.remove(self);
        }
    }

    /// Takes the object's number back; false if that has been done before.  What is outstanding is
    /// still called.
    pub fn close(&self) -> bool {
        let closed = MEMBERS.remove(self.number()).is_some();
        if closed {
            self.stop();
            self.leave_group();
            if let Kind::Io(part) = &self.kind {
                part.close(self);
            }
        }
        closed
    }

    /// [`Member::close`], and then says how it stands with the callbacks: `PENDING` when some are
    /// outstanding, other than the wait thread's own.
    ///
    /// # Errors
    /// `INVALID_HANDLE` when it has been closed before.
    pub fn close_and_tell(&self, completion: Completion) -> Result<Status> {
        if !self.close() {
            return Err(Status::INVALID_HANDLE);
        }
        let own = self.pool().is_wait_thread() && callback::is_in_callback_of(self);
        let pending = self.count(|counts| counts.queued + counts.associated > u32::from(own));
        if let Completion::Event(event) = &completion {
            let event = event.clone();
            self.when_done(Box::new(move || event.dispatcher().set()));
        }
        match completion {
            Completion::Caller => {
                self.wait_for_callbacks(false);
                Ok(Status::SUCCESS)
            }
            _ if pending => Ok(Status::PENDING),
            _ => Ok(Status::SUCCESS),
        }
    }

    /// True while callbacks are to come, or run.
    pub(super) fn is_outstanding(&self) -> bool {
        !self.idle.is_signalled()
    }

    /// Does this when no callback is outstanding, perhaps at once.
    pub(super) fn when_done(&self, done: Done) {
        self.count(|counts| counts.done = Some(done));
    }

    /// Tells the program that its group has cancelled the object.
    pub(super) fn tell_cancelled(&self, cleanup_context: usize) {
        if let Some(cancelled) = &self.environment.cancelled {
            let told = [self.callback.context, cleanup_context, 0];
            cancelled.call(&Arguments { told, ..Arguments::default() });
        }
    }
}
