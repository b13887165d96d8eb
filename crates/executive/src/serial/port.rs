//! The open port: requests, in order in each direction, and what ends them.
//!
//! One lock.  Requests end in [`SerialPort::serve`], which everybody calls who has news: epoll
//! (bytes, room), the alarm (time has passed), a call that changes something.

use super::event::{ALL, Events, RXCHAR, Waiting};
use super::flow::Flow;
use super::settings::Settings;
use super::timeouts::{Timeouts, Verdict};
use super::transfer::Transfer;
use crate::engine::Readiness;
use crate::fs::error::general;
use crate::io::complete::{self, Timing};
use crate::io::create::{Disposition, Opened, Request, mapped};
use crate::io::file::{Device, File};
use crate::io::irp::{Irp, Outcome, Overlapped, Started};
use crate::io::read_write::Way;
use crate::io::user_memory::{UserBuffer, UserPointer};
use crate::io::worker;
use crate::ke::deadline::Deadline;
use crate::ke::descriptor_wait::FdWait;
use crate::ke::pending::Pending;
use crate::ke::thread::{self, Thread};
use crate::ke::timer::{Alarm, Due, SetAlarm, set_alarm};
use crate::ob::object::Object;
use crate::ob::table::Pinned;
use crate::status::{Result, Status};
use crate::sync::{Mutex, MutexGuard};
use crate::sys::serial_line;
use core::time::Duration;
use rustix::event::PollFlags;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{FlockOperation, Mode, OFlags, flock, open as open_path};
use rustix::io::ioctl_fionread;
use rustix::termios::{QueueSelector, isatty, tcflush};
use std::sync::{Arc, Weak};

/// How often somebody looks for what nobody tells.
const LOOK: Duration = Duration::from_millis(5);

/// One that is pending.
struct Queued {
    irp: Irp,
    transfer: Transfer,
}

/// What the lock protects.
pub(super) struct State {
    reads: Pending<Queued>,
    writes: Pending<Queued>,
    pub(super) events: Events,
    settings: Settings,
    timeouts: Timeouts,
    pub(super) flow: Flow,
    alarm: Option<SetAlarm>,
    file: Weak<Object>,
}

/// An open serial port.
pub struct SerialPort {
    fd: OwnedFd,
    state: Mutex<State>,
}

struct Ring(Weak<Object>);

impl Alarm for Ring {
    fn ring(&self) {
        if let Some(object) = self.0.upgrade()
            && let Ok(file) = object.file()
            && let Ok(port) = file.serial()
        {
            port.serve(Timing::LATER);
        }
    }
}

/// Opens the port of this name, by the configuration.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND` when there is none, or the path is no terminal; `INVALID_PARAMETER` for
/// a disposition that makes or empties; `ACCESS_DENIED` when it is open already.
pub fn open(request: &Request<'_>, name: &str) -> Result<Opened> {
    if request.disposition != Disposition::OpenExisting {
        return Err(Status::INVALID_PARAMETER);
    }
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let fd = open_path(mapped(name)?, flags, Mode::empty()).map_err(general)?;
    if !isatty(&fd) {
        return Err(Status::OBJECT_NAME_NOT_FOUND);
    }
    flock(&fd, FlockOperation::NonBlockingLockExclusive).map_err(|_| Status::ACCESS_DENIED)?;
    let settings = Settings::default();
    settings.apply(fd.as_fd())?;
    let state = State {
        reads: Pending::default(),
        writes: Pending::default(),
        events: Events::default(),
        settings,
        timeouts: Timeouts::default(),
        flow: Flow::Runs,
        alarm: None,
        file: Weak::new(),
    };
    let device = Device::Serial(Box::new(SerialPort { fd, state: Mutex::new(state) }));
    Ok(Opened { device, existed: true })
}

/// The earlier of two times; None is never.
fn earlier(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl SerialPort {
    /// The terminal device.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Serves one direction: what has ended is ended.  When to look again.
    fn drain(
        &self,
        queue: &mut Pending<Queued>,
        timeouts: &Timeouts,
        sent: &mut bool,
        timing: Timing,
    ) -> Option<Duration> {
        let mut again = None;
        queue.drain(|mut queued| {
            let verdict = queued.transfer.go_on(self.fd(), timeouts);
            *sent |= queued.transfer.way == Way::Write && queued.transfer.done > 0;
            match queued.transfer.end(verdict) {
                Some(outcome) => {
                    complete::complete(queued.irp, outcome, timing);
                    None
                }
                None => {
                    again = verdict.ok().and_then(|verdict| match verdict {
                        Verdict::Waits(left) => left,
                        _ => None,
                    });
                    Some(queued)
                }
            }
        });
        again
    }

    fn serve_locked(&self, state: &mut State, timing: Timing) {
        let timeouts = state.timeouts;
        let (mut reads, mut writes) =
            (core::mem::take(&mut state.reads), core::mem::take(&mut state.writes));
        let mut sent = false;
        let mut again = self.drain(&mut reads, &timeouts, &mut sent, timing);
        again = earlier(again, self.drain(&mut writes, &timeouts, &mut sent, timing));
        (state.reads, state.writes) = (reads, writes);
        state.events.sending |= sent;
        state.events.look(self.fd());
        if let Some((waiting, events)) = state.events.take_ended() {
            waiting.tell(events, timing);
        }
        if state.events.needs_looking() {
            again = earlier(again, Some(LOOK));
        }
        state.alarm = None;
        if let Some(again) = again {
            // Whoever rings the alarm.
            let _worker = worker::get();
            let ring = Ring(state.file.clone());
            state.alarm = Some(set_alarm(Due::After(again), Box::new(ring)));
        }
    }

    /// Ends what has ended.
    pub fn serve(&self, timing: Timing) {
        let mut state = self.state();
        self.serve_locked(&mut state, timing);
    }

    /// epoll has news.
    pub fn ready(&self, readiness: Readiness, timing: Timing) {
        let mut state = self.state();
        if readiness.readable() {
            state.events.note(RXCHAR);
        }
        self.serve_locked(&mut state, timing);
    }

    /// Hears of bytes and room from now on.
    fn listen(&self, object: &Pinned<'_, Object>, file: &File) -> Result<()> {
        self.state().file = Arc::downgrade(&object.to_arc());
        file.register(object, true)
    }

    /// Starts a read or a write.
    ///
    /// # Errors
    /// Those of [`Transfer::go_on`].
    pub fn start(
        &self,
        object: &Pinned<'_, Object>,
        file: &File,
        way: Way,
        buffer: UserBuffer,
        overlapped: Overlapped,
    ) -> Result<Started> {
        self.listen(object, file)?;
        overlapped.start(file);
        let mut state = self.state();
        let mut transfer = Transfer::new(way, buffer, &state.settings);
        let alone = match way {
            Way::Read => state.reads.is_empty(),
            Way::Write => state.writes.is_empty(),
        };
        if alone {
            let verdict = transfer.go_on(self.fd(), &state.timeouts);
            if let Some(outcome) = transfer.end(verdict) {
                verdict?;
                if way == Way::Write {
                    state.events.sending = true;
                    self.serve_locked(&mut state, Timing::LATER);
                }
                drop(state);
                complete::deliver(file, &overlapped, outcome, Timing::INLINE);
                return Ok(Started::Done(outcome));
            }
        }
        if let Some(block) = overlapped.status_block {
            block.begin();
        }
        let has_event = overlapped.event.is_some();
        let thread_id = thread::with_current(|thread| thread.id());
        let irp = Irp { file: object.to_arc(), thread_id, overlapped };
        let queued = Queued { irp, transfer };
        let pushed = match way {
            Way::Read => state.reads.push(queued),
            Way::Write => state.writes.push(queued),
        };
        pushed.map_err(|_| Status::INVALID_HANDLE)?;
        self.serve_locked(&mut state, Timing::LATER);
        drop(state);
        file.look_after(has_event);
        Ok(Started::Pending)
    }

    /// Reads or writes on the caller's own thread.
    ///
    /// # Errors
    /// As for [`SerialPort::start`]; `CANCELLED`.
    pub fn perform(&self, way: Way, buffer: UserBuffer) -> Result<Outcome> {
        let thread = Thread::current();
        let (mut transfer, timeouts) = {
            let state = self.state();
            (Transfer::new(way, buffer, &state.settings), state.timeouts)
        };
        let events = if way == Way::Read { PollFlags::IN } else { PollFlags::OUT };
        loop {
            let verdict = transfer.go_on(self.fd(), &timeouts);
            if let Some(outcome) = transfer.end(verdict) {
                verdict?;
                if way == Way::Write {
                    self.state().events.sending = true;
                    self.serve(Timing::LATER);
                }
                return Ok(outcome);
            }
            let deadline = match verdict? {
                Verdict::Waits(Some(left)) => Deadline::after(left),
                _ => Deadline::Never,
            };
            if thread.wait_for_fd(self.fd(), events, deadline, false) == FdWait::Cancelled {
                return Err(Status::CANCELLED);
            }
        }
    }

    /// Waits for an event; `overlapped` as for a read.  Told in `place` when the request ends.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when nothing is noted, or somebody waits already.
    pub fn wait_event(
        &self,
        object: &Pinned<'_, Object>,
        file: &File,
        place: UserPointer<u32>,
        overlapped: Overlapped,
    ) -> Result<Started> {
        self.listen(object, file)?;
        let mut state = self.state();
        if state.events.mask == 0 || state.events.waiting.is_some() {
            return Err(Status::INVALID_PARAMETER);
        }
        overlapped.start(file);
        state.events.look(self.fd());
        let happened = core::mem::take(&mut state.events.happened);
        if happened != 0 {
            drop(state);
            place.write(happened);
            let outcome = Outcome::bytes(size_of::<u32>());
            complete::deliver(file, &overlapped, outcome, Timing::INLINE);
            return Ok(Started::Done(outcome));
        }
        if let Some(block) = overlapped.status_block {
            block.begin();
        }
        let has_event = overlapped.event.is_some();
        let thread_id = thread::with_current(|thread| thread.id());
        let irp = Irp { file: object.to_arc(), thread_id, overlapped };
        state.events.waiting = Some(Waiting { irp, place });
        self.serve_locked(&mut state, Timing::LATER);
        drop(state);
        file.look_after(has_event);
        Ok(Started::Pending)
    }

    /// Notes these events from now on, and ends a wait for others.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` for events that do not exist.
    pub fn set_event_mask(&self, object: &Pinned<'_, Object>, mask: u32) -> Result<()> {
        if mask & !ALL != 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        self.listen(object, object.file()?)?;
        let mut state = self.state();
        state.events.set_mask(mask, self.fd());
        let waiting = state.events.waiting.take();
        drop(state);
        if let Some(waiting) = waiting {
            waiting.tell(0, Timing::LATER);
        }
        Ok(())
    }

    /// How the port sends and receives.
    pub fn settings(&self) -> Settings {
        self.state().settings
    }

    /// See [`Settings::apply`].
    ///
    /// # Errors
    /// As there.
    pub fn set_settings(&self, settings: Settings) -> Result<()> {
        let mut state = self.state();
        settings.apply(self.fd())?;
        state.settings = settings;
        Ok(())
    }

    /// How long requests wait.
    pub fn timeouts(&self) -> Timeouts {
        self.state().timeouts
    }

    /// For the requests that are made from now on, and those that are pending.
    pub fn set_timeouts(&self, timeouts: Timeouts) {
        let mut state = self.state();
        state.timeouts = timeouts;
        self.serve_locked(&mut state, Timing::LATER);
    }

    /// Bytes that have arrived and not been read, and that are written and have not left.
    pub fn queued(&self) -> (u32, u32) {
        let arrived = ioctl_fionread(self.fd()).unwrap_or(0);
        let leaving = serial_line::queued_output(self.fd()).unwrap_or(0);
        (arrived as u32, leaving as u32)
    }

    /// Ends the requests of these directions, and forgets the bytes of those.
    pub fn purge(&self, abort: [bool; 2], forget: [bool; 2]) {
        let mut state = self.state();
        let mut ended = Vec::new();
        if abort[0] {
            ended.extend(state.reads.take_if(|_| true));
        }
        if abort[1] {
            ended.extend(state.writes.take_if(|_| true));
        }
        drop(state);
        for queued in ended {
            complete::complete(queued.irp, Outcome::of(Status::CANCELLED), Timing::LATER);
        }
        for (forget, queue) in
            forget.into_iter().zip([QueueSelector::IFlush, QueueSelector::OFlush])
        {
            if forget {
                // A terminal forgets; there is nothing else that could fail.
                let _flushed = tcflush(self.fd(), queue);
            }
        }
    }

    /// Ends the chosen pending requests with this status; how many there were.
    pub fn cancel(&self, status: Status, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        let mut state = self.state();
        let mut taken = state.reads.take_if(|queued| chosen(&queued.irp));
        taken.extend(state.writes.take_if(|queued| chosen(&queued.irp)));
        let mut ended: Vec<Irp> = taken.into_iter().map(|queued| queued.irp).collect();
        if state.events.waiting.as_ref().is_some_and(|waiting| chosen(&waiting.irp)) {
            ended.extend(state.events.waiting.take().map(|waiting| waiting.irp));
        }
        drop(state);
        let count = ended.len();
        for irp in ended {
            complete::complete(irp, Outcome::of(status), Timing::LATER);
        }
        count
    }

    /// The last handle is closed: what is pending ends.
    pub fn close(&self, file: &File) {
        self.cancel(Status::CANCELLED, &|_| true);
        let mut state = self.state();
        state.reads.close();
        state.writes.close();
        state.alarm = None;
        drop(state);
        file.unregister();
        // The descriptor may live a little longer than the handle, in whoever looks at it now.
        let _unlocked = flock(&self.fd, FlockOperation::Unlock);
    }
}
