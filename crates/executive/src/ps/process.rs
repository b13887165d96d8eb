//! The process object: this process, those it has started, and those it has opened by their id.
//!
//! The kernel says by a pidfd that a process has ended.  The worker listens to it, and whoever asks
//! looks too, so that nobody has to wait for the worker; the first to look finishes the object.  A
//! child is waited for by its pidfd, so the program's own `waitpid` for its own children misses
//! nothing, and no zombie stays.
//!
//! The state's lock holds the end, and what is needed until then.

use super::record::{self, End, Record};
use super::{exchange, start};
use crate::engine::Registration;
use crate::fs::error::general;
use crate::io::worker;
use crate::ke::dispatcher::{Dispatcher, Kind};
use crate::ob::handle;
use crate::ob::object::{Body, Object};
use crate::status::{Result, Status};
use crate::sync::Mutex;
use crate::sys::process::{end_now, end_of, own_times};
use crate::sys::spawn::{Held, Launched};
use core::time::Duration;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, pidfd_open, pidfd_send_signal,
    test_kill_process, waitid,
};
use rustix::time::{ClockId, clock_gettime};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, Weak};
use std::time::{SystemTime, UNIX_EPOCH};

/// What `GetExitCodeProcess` says of a process that runs.
pub const STILL_ACTIVE: u32 = 259;
/// The right to end it.
pub const TERMINATE: u32 = 0x0001;
/// The right to give it handles and to take its handles.
pub const DUPLICATE_HANDLES: u32 = 0x0040;
/// The right to ask for everything.
pub const QUERY: u32 = 0x0400;
/// The right to ask for the exit code and the times.
pub const QUERY_LIMITED: u32 = 0x1000;
/// The right to wait for it.
pub const SYNCHRONIZE: u32 = 0x0010_0000;
/// Every right.
pub const ALL_ACCESS: u32 = 0x001F_FFFF;
/// The rights that a process of another user gives.
const STRANGERS: u32 = QUERY_LIMITED | SYNCHRONIZE;

/// Tenths of microseconds from 1601 to 1970.
const EPOCH: u64 = 116_444_736_000_000_000;
/// Tenths of microseconds in a tick of `/proc`.
const TICK: u64 = 100_000;

/// When a process began and ended, as FILETIME counts it, and for how long it has computed, in
/// tenths of microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// When it began.
    pub created: u64,
    /// When it ended; 0 while it runs.
    pub ended: u64,
    /// In the kernel.
    pub kernel: u64,
    /// In the program.
    pub user: u64,
}

/// What a handle to a process leads to.
pub struct Opened {
    /// The process.
    pub process: Arc<Process>,
    /// The rights that it was opened with.
    pub access: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// This process.
    Own,
    /// We have started it, and wait for it.
    Child,
    /// Somebody else's.
    Other,
}

#[derive(Default)]
struct State {
    end: Option<End>,
    times: Times,
    killed_with: Option<u32>,
    /// The code of a process that could not begin.
    failed_with: Option<u32>,
    held: Option<Held>,
    registration: Option<Registration>,
}

/// A process.
pub struct Process {
    id: u32,
    origin: Origin,
    pidfd: Option<OwnedFd>,
    record: Option<Record>,
    signal: Dispatcher,
    /// Its first thread's, which is another object.
    thread_signal: Dispatcher,
    state: Mutex<State>,
}

/// The processes with an object, by their ids.
static KNOWN: Mutex<BTreeMap<u32, Weak<Process>>> = Mutex::new(BTreeMap::new());

fn now() -> u64 {
    // Before 1970 there was no Linux.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    EPOCH + since.as_nanos() as u64 / 100
}

impl Process {
    fn new(id: u32, origin: Origin, pidfd: Option<OwnedFd>, record: Option<Record>) -> Self {
        let signal = Dispatcher::new(Kind::Notification, 0);
        let thread_signal = Dispatcher::new(Kind::Notification, 0);
        let state = State { times: read_times(id).unwrap_or_default(), ..State::default() };
        Process { id, origin, pidfd, record, signal, thread_signal, state: Mutex::new(state) }
    }

    /// This process.
    pub fn own() -> &'static Arc<Process> {
        static OWN: OnceLock<Arc<Process>> = OnceLock::new();
        OWN.get_or_init(|| Arc::new(Process::new(std::process::id(), Origin::Own, None, None)))
    }

    /// A process that was started here.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES`; the process is ended then.
    pub fn of_child(launched: Launched, record: Record) -> Result<Arc<Process>> {
        let Launched { id, pidfd, held } = launched;
        let process = Process::new(id, Origin::Child, Some(pidfd), Some(record));
        {
            let mut state = process.state.lock();
            state.held = held;
            state.times.created = now();
        }
        let process = Arc::new(process);
        if let Err(status) = process.watch() {
            // It may have ended already.
            let _ended = process.terminate(1);
            return Err(status);
        }
        Ok(process)
    }

    /// A process that another has started, by its pidfd, and its record if it has one.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES`.
    pub fn of_pidfd(id: u32, pidfd: OwnedFd, record: Option<Record>) -> Result<Arc<Process>> {
        let process = Arc::new(Process::new(id, Origin::Other, Some(pidfd), record));
        process.watch()?;
        Ok(process)
    }

    /// The process with this id, and which of the wanted rights it gives.
    ///
    /// # Errors
    /// `INVALID_CID` when there is none, `ACCESS_DENIED` for another user's.
    pub fn open(id: u32, access: u32) -> Result<Opened> {
        let access = granted(access);
        if id == std::process::id() {
            return Ok(Opened { process: Process::own().clone(), access });
        }
        let pid = i32::try_from(id).ok().and_then(Pid::from_raw).ok_or(Status::INVALID_CID)?;
        let known = KNOWN.lock().get(&id).and_then(Weak::upgrade);
        if let Some(process) = known {
            // A process that has ended keeps its id until somebody else has it.
            if !process.has_ended() || test_kill_process(pid).is_err() {
                return Ok(Opened { process, access });
            }
        }
        let pidfd = pidfd_open(pid, PidfdFlags::empty()).map_err(|error| match error {
            Errno::NOENT | Errno::SRCH | Errno::INVAL => Status::INVALID_CID,
            other => general(other),
        })?;
        match test_kill_process(pid) {
            Err(Errno::PERM) if access & !STRANGERS != 0 => return Err(Status::ACCESS_DENIED),
            Err(Errno::SRCH) => return Err(Status::INVALID_CID),
            _ => {}
        }
        // It may be told our id, and ask back.
        exchange::serve();
        Ok(Opened { process: Process::of_pidfd(id, pidfd, None)?, access })
    }

    /// The worker listens from now on.
    fn watch(self: &Arc<Self>) -> Result<()> {
        KNOWN.lock().insert(self.id, Arc::downgrade(self));
        let Some(pidfd) = &self.pidfd else { return Ok(()) };
        let opened = Opened { process: self.clone(), access: ALL_ACCESS };
        let object = Object::new(Body::Process(opened));
        let registration = Registration::new(object).ok_or(Status::INSUFFICIENT_RESOURCES)?;
        self.state.lock().registration = Some(registration);
        worker::get().set().add(pidfd.as_fd(), registration, false).inspect_err(|_| {
            self.state.lock().registration = None;
            registration.withdraw();
        })
    }

    /// Its id, which is the kernel's.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// True for the process that asks.
    pub fn is_own(&self) -> bool {
        self.origin == Origin::Own
    }

    /// Its pidfd and its record, for a child that inherits a handle to it.
    pub fn descriptors(&self) -> Option<(BorrowedFd<'_>, Option<BorrowedFd<'_>>)> {
        let pidfd = self.pidfd.as_ref()?.as_fd();
        Some((pidfd, self.record.as_ref().map(Record::file)))
    }

    /// Signalled for good when it has ended.
    pub fn signal_to_wait_for(&self) -> &Dispatcher {
        self.look();
        &self.signal
    }

    /// The same for its first thread.
    pub fn thread_signal_to_wait_for(&self) -> &Dispatcher {
        self.look();
        &self.thread_signal
    }

    /// Finishes the object if the process has ended.
    pub fn look(&self) {
        let Some(pidfd) = &self.pidfd else { return };
        let mut state = self.state.lock();
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        let mut polled = [PollFd::from_borrowed_fd(pidfd.as_fd(), PollFlags::IN)];
        if state.end.is_some() || !matches!(poll(&mut polled, Some(&at_once)), Ok(1..)) {
            return;
        }
        let created = state.times.created;
        let used = read_times(self.id).unwrap_or(state.times);
        let wait = match self.origin {
            Origin::Child => WaitIdOptions::EXITED | WaitIdOptions::NOHANG,
            // A child that the program itself has started is the program's to wait for.
            _ => WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT,
        };
        let end = match waitid(WaitId::PidFd(pidfd.as_fd()), wait) {
            Ok(Some(status)) => End::from(status),
            _ => end_of(pidfd.as_fd()).map_or(End::Unknown, End::of_wait_status),
        };
        state.end = Some(end);
        state.times = Times { created, ended: now(), ..used };
        // Whatever was held has left our memory.
        state.held = None;
        let registration = state.registration.take();
        drop(state);
        if let Some(registration) = registration {
            worker::get().set().remove(pidfd.as_fd());
            registration.withdraw();
        }
        let _was_set = (self.signal.set(), self.thread_signal.set());
    }

    /// True when it has ended.
    pub fn has_ended(&self) -> bool {
        self.look();
        self.state.lock().end.is_some()
    }

    /// True for a process of which a record tells when it answers others, and that is not held.
    pub fn begins(&self) -> bool {
        self.record.is_some() && self.state.lock().held.is_none()
    }

    /// Waits until the process answers others, for at most so long.  False while it does not, or
    /// nothing tells.
    pub fn await_service(&self, at_most: Duration) -> bool {
        self.record.as_ref().is_some_and(|record| record.await_service(at_most))
    }

    /// The code it ended with, or [`STILL_ACTIVE`].
    pub fn exit_code(&self) -> u32 {
        self.look();
        let mut state = self.state.lock();
        if let (Some(End::Unknown), Some(pidfd)) = (state.end, &self.pidfd) {
            // Its parent may have waited for it by now, and then the kernel tells others too.
            state.end = end_of(pidfd.as_fd()).map(End::of_wait_status).or(state.end);
        }
        let Some(end) = state.end else { return STILL_ACTIVE };
        let code = || record::exit_code(end, self.record.as_ref(), state.killed_with);
        state.failed_with.unwrap_or_else(code)
    }

    /// When it began and ended, and how long it has computed.
    pub fn times(&self) -> Times {
        self.look();
        let state = self.state.lock();
        if state.end.is_some() {
            return state.times;
        }
        let mut times = read_times(self.id).unwrap_or(state.times);
        times.created = state.times.created;
        if self.pidfd.is_none() {
            (times.kernel, times.user) = own_times();
        }
        times
    }

    /// Ends it at once.  Of this process nothing runs any more, not even what `exit` runs.
    ///
    /// # Errors
    /// `PROCESS_IS_TERMINATING` when it has ended, `ACCESS_DENIED`.
    pub fn terminate(&self, code: u32) -> Result<()> {
        let Some(pidfd) = &self.pidfd else {
            start::tell_end(code);
            end_now(code)
        };
        self.look();
        let mut state = self.state.lock();
        if state.end.is_some() {
            return Err(Status::PROCESS_IS_TERMINATING);
        }
        if let Some(record) = &self.record {
            record.is_killed(code);
        }
        state.killed_with.get_or_insert(code);
        pidfd_send_signal(pidfd, Signal::KILL).map_err(|error| match error {
            Errno::SRCH => Status::PROCESS_IS_TERMINATING,
            _ => Status::ACCESS_DENIED,
        })
    }

    /// Lets a process begin that was created suspended.  Returns 1, or 0 for one that runs.
    pub fn resume(&self) -> u32 {
        let Some(held) = self.state.lock().held.take() else { return 0 };
        if held.release().is_err() {
            // The file has changed since it was looked at: the process ends as one whose libraries
            // are missing.
            self.state.lock().failed_with = Some(Status::DLL_INIT_FAILED.0);
        }
        1
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let mut known = KNOWN.lock();
        if known.get(&self.id).is_some_and(|known| known.strong_count() == 0) {
            known.remove(&self.id);
        }
    }
}

/// What generic rights mean for a process, and what goes with others.
pub fn granted(access: u32) -> u32 {
    let rights = [
        (0x8000_0000, 0x0002_0410),
        (0x4000_0000, 0x0002_0AEA),
        (0x2000_0000, 0x0012_1001),
        (0x1000_0000, ALL_ACCESS),
        (0x0200_0000, ALL_ACCESS),
        (QUERY, QUERY | QUERY_LIMITED),
    ];
    let add =
        |all, &(asked, given): &(u32, u32)| if access & asked != 0 { all | given } else { all };
    rights.iter().fold(access & ALL_ACCESS, add)
}

/// What `/proc` says of a process's time.
fn read_times(id: u32) -> Option<Times> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in parentheses may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok().map(|ticks| ticks * TICK);
    let (user, kernel, since_boot) = (ticks(11)?, ticks(12)?, ticks(19)?);
    let up = clock_gettime(ClockId::Boottime);
    let up = up.tv_sec as u64 * 10_000_000 + up.tv_nsec as u64 / 100;
    Some(Times { created: now() - up + since_boot, ended: 0, kernel, user })
}

/// The object behind a process's handle, pseudo handles included, if it was opened with one of
/// these rights (0: with any).
///
/// # Errors
/// `INVALID_HANDLE`, `OBJECT_TYPE_MISMATCH`, `ACCESS_DENIED`.
pub fn of_handle(number: usize, rights: u32) -> Result<Arc<Process>> {
    let object = handle::resolve(number)?;
    let opened = object.process()?;
    if rights != 0 && opened.access & rights == 0 {
        return Err(Status::ACCESS_DENIED);
    }
    Ok(opened.process.clone())
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn what_this_process_computes_is_counted_in_less_than_ticks() {
        let computed = || Process::own().times().kernel + Process::own().times().user;
        let mut last = computed();
        while last % TICK == 0 {
            let now = computed();
            assert!(now >= last);
            last = now;
        }
    }
}
