//! The reading end of a mailslot.
//!
//! The state's lock is held while messages are moved out of the socket and while a read looks for
//! one or is queued, so that messages stay in order and none falls between the two.

use super::place::{self, Claim};
use crate::io::complete::{self, Timing};
use crate::io::file::{Device, File};
use crate::io::irp::{Irp, Outcome, Overlapped, Started};
use crate::io::user_memory::UserBuffer;
use crate::io::worker;
use crate::ke::deadline::Deadline;
use crate::ke::descriptor_wait::FdWait;
use crate::ke::pending::Pending;
use crate::ke::thread::{self, Thread};
use crate::ke::timer::{Alarm, Due, SetAlarm, set_alarm};
use crate::ob::handle;
use crate::ob::object::{Body, Object};
use crate::ob::table::Pinned;
use crate::status::{Result, Status};
use crate::sync::Mutex;
use core::mem::MaybeUninit;
use core::time::Duration;
use rustix::event::PollFlags;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::fstat;
use rustix::io::{Errno, IoSliceMut, pread};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use std::collections::VecDeque;
use std::sync::{Arc, Weak};

/// `MAILSLOT_WAIT_FOREVER`
pub const WAIT_FOREVER: u32 = u32::MAX;
/// What a datagram holds at most: longer messages come as files.
const DATAGRAM: usize = 64 * 1024;
/// The longest message that is believed.
const LONGEST: u64 = u32::MAX as u64;

/// What GetMailslotInfo tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Information {
    /// The longest message that may be written; 0 for any.
    pub limit: u32,
    /// The length of the next message, if there is one.
    pub next: Option<u32>,
    /// Messages that wait.
    pub count: u32,
    /// How long a read waits.
    pub timeout_ms: u32,
}

/// A read that waits.
struct Read {
    number: u64,
    irp: Irp,
    buffer: UserBuffer,
    _alarm: Option<SetAlarm>,
}

struct State {
    messages: VecDeque<Box<[u8]>>,
    pending: Pending<Read>,
    next_number: u64,
    timeout_ms: u32,
    /// Gone with the last handle, and the name with it.
    claim: Option<Claim>,
    /// Threads that wait for a message themselves.
    blocked: Vec<Arc<Thread>>,
}

/// The reading end.
pub struct Mailslot {
    fd: OwnedFd,
    limit: u32,
    state: Mutex<State>,
}

/// Makes a mailslot and opens a handle to it.
///
/// # Errors
/// `OBJECT_NAME_COLLISION` when somebody has the name, `OBJECT_NAME_INVALID` when it is empty,
/// `ACCESS_DENIED` when something was planted in its place, and those of [`handle::insert`].
pub fn create(name: &str, limit: u32, timeout_ms: u32) -> Result<u32> {
    let (claim, fd) = place::claim(name, limit)?;
    let state = State {
        messages: VecDeque::new(),
        pending: Pending::default(),
        next_number: 0,
        timeout_ms,
        claim: Some(claim),
        blocked: Vec::new(),
    };
    let mailslot = Mailslot { fd, limit, state: Mutex::new(state) };
    let file = File::new(Device::Mailslot(mailslot), true);
    let object = Object::new(Body::File(file));
    let number = handle::insert(object)?;
    let pinned = handle::lookup(number as usize)?;
    // So that writers never wait for a reader.
    let registered = pinned.file().and_then(|file| file.register(&pinned, false));
    drop(pinned);
    if let Err(status) = registered {
        let _closed = handle::close(number as usize);
        return Err(status);
    }
    Ok(number)
}

impl State {
    /// Gives the next message, if there is one.
    fn take(&mut self, buffer: UserBuffer) -> Option<Result<Outcome>> {
        let next = self.messages.front()?;
        if next.len() > buffer.length() {
            return Some(Err(Status::BUFFER_TOO_SMALL));
        }
        let message = self.messages.pop_front()?;
        buffer.put(&message);
        Some(Ok(Outcome::bytes(message.len())))
    }

    /// Serves the waiting reads.
    fn carry_on(&mut self, timing: Timing) {
        let mut pending = core::mem::take(&mut self.pending);
        pending.drain(|read| match self.take(read.buffer) {
            None => Some(read),
            Some(end) => {
                complete::complete(read.irp, end.unwrap_or_else(Outcome::of), timing);
                None
            }
        });
        self.pending = pending;
        if !self.messages.is_empty() {
            self.wake_blocked();
        }
    }

    fn wake_blocked(&self) {
        for thread in &self.blocked {
            thread.wake_fd_wait();
        }
    }
}

impl Mailslot {
    /// The socket.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// Moves what has arrived into our memory.
    fn drain(&self, state: &mut State) {
        let mut bytes = Vec::new();
        loop {
            match self.receive(&mut bytes) {
                Ok(Some(message)) => state.messages.push_back(message),
                // What was no message.
                Ok(None) | Err(Errno::INTR) => {}
                Err(_) => return,
            }
        }
    }

    fn receive(&self, bytes: &mut Vec<u8>) -> core::result::Result<Option<Box<[u8]>>, Errno> {
        bytes.resize(DATAGRAM + 1, 0);
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
        let received = recvmsg(&self.fd, &mut [IoSliceMut::new(bytes)], &mut control, flags)?;
        for record in control.drain() {
            if let RecvAncillaryMessage::ScmRights(files) = record {
                return Ok(files.into_iter().next().and_then(|file| from_file(&file)));
            }
        }
        Ok((received.bytes <= DATAGRAM).then(|| bytes[..received.bytes].into()))
    }

    /// Starts a read: done at once, or pending until a message comes or the time is over.
    ///
    /// # Errors
    /// `BUFFER_TOO_SMALL` when the next message is longer (it stays), `IO_TIMEOUT`.
    pub fn start(
        &self,
        object: &Pinned<'_, Object>,
        file: &File,
        buffer: UserBuffer,
        overlapped: Overlapped,
    ) -> Result<Started> {
        overlapped.start(file);
        let mut state = self.state.lock();
        self.drain(&mut state);
        if state.pending.is_empty()
            && let Some(end) = state.take(buffer)
        {
            let outcome = end?;
            complete::deliver(file, &overlapped, outcome, Timing::INLINE);
            return Ok(Started::Done(outcome));
        }
        let timeout_ms = state.timeout_ms;
        if timeout_ms == 0 {
            return Err(Status::IO_TIMEOUT);
        }
        if let Some(block) = overlapped.status_block {
            block.begin();
        }
        let has_event = overlapped.event.is_some();
        let number = state.next_number;
        state.next_number += 1;
        let thread_id = thread::current_id();
        let irp = Irp { file: object.to_arc(), thread_id, overlapped };
        let alarm = (timeout_ms != WAIT_FOREVER).then(|| {
            // Whoever rings the alarm.
            let _worker = worker::get();
            let time_out = TimeOut { file: Arc::downgrade(&irp.file), number };
            let due = Due::After(Duration::from_millis(u64::from(timeout_ms)));
            set_alarm(due, Box::new(time_out))
        });
        let read = Read { number, irp, buffer, _alarm: alarm };
        state.pending.push(read).map_err(|_| Status::INVALID_HANDLE)?;
        drop(state);
        file.look_after(has_event);
        Ok(Started::Pending)
    }

    /// Reads on the caller's own thread.
    ///
    /// # Errors
    /// As for [`Mailslot::start`]; `CANCELLED` when another thread closes the mailslot.
    pub fn perform(&self, buffer: UserBuffer) -> Result<Outcome> {
        let thread = Thread::current();
        let mut deadline = None;
        loop {
            let mut state = self.state.lock();
            state.blocked.retain(|blocked| !Arc::ptr_eq(blocked, &thread));
            self.drain(&mut state);
            if state.pending.is_empty()
                && let Some(end) = state.take(buffer)
            {
                return end;
            }
            if state.claim.is_none() {
                return Err(Status::CANCELLED);
            }
            let timeout_ms = state.timeout_ms;
            let deadline = *deadline.get_or_insert_with(|| deadline_of(timeout_ms));
            if deadline.has_passed() {
                return Err(Status::IO_TIMEOUT);
            }
            state.blocked.push(thread.clone());
            drop(state);
            // Its time-out is found out above, after one more look.
            let ended = thread.wait_for_fd(self.fd(), PollFlags::IN, deadline, false);
            if ended == FdWait::Cancelled {
                self.state.lock().blocked.retain(|blocked| !Arc::ptr_eq(blocked, &thread));
                return Err(Status::CANCELLED);
            }
        }
    }

    /// The socket is readable.
    pub fn ready(&self, timing: Timing) {
        let mut state = self.state.lock();
        self.drain(&mut state);
        state.carry_on(timing);
    }

    /// What GetMailslotInfo tells.
    pub fn information(&self) -> Information {
        let mut state = self.state.lock();
        self.drain(&mut state);
        state.carry_on(Timing::LATER);
        Information {
            limit: self.limit,
            next: state.messages.front().map(|message| message.len() as u32),
            count: state.messages.len() as u32,
            timeout_ms: state.timeout_ms,
        }
    }

    /// How long reads wait from now on.
    pub fn set_timeout(&self, timeout_ms: u32) {
        self.state.lock().timeout_ms = timeout_ms;
    }

    /// Ends the chosen pending reads with this status; how many there were.
    pub fn cancel(&self, status: Status, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        let taken = self.state.lock().pending.take_if(|read| chosen(&read.irp));
        let count = taken.len();
        for read in taken {
            complete::complete(read.irp, Outcome::of(status), Timing::LATER);
        }
        count
    }

    /// The last handle is closed: the name is free, and who reads is told.
    pub fn close(&self, file: &File) {
        let mut state = self.state.lock();
        state.pending.close();
        let claim = state.claim.take();
        state.wake_blocked();
        drop(state);
        drop(claim);
        self.cancel(Status::CANCELLED, &|_| true);
        file.unregister();
    }
}

fn deadline_of(timeout_ms: u32) -> Deadline {
    match timeout_ms {
        0 => Deadline::Passed,
        WAIT_FOREVER => Deadline::Never,
        some => Deadline::after(Duration::from_millis(u64::from(some))),
    }
}

/// The message that came as a file.  Nothing in it can be relied on, its length least of all.
fn from_file(file: &OwnedFd) -> Option<Box<[u8]>> {
    let length = u64::try_from(fstat(file).ok()?.st_size).ok().filter(|&size| size <= LONGEST)?;
    let mut message = vec![0; length as usize];
    let mut done = 0;
    while done < message.len() {
        match pread(file, &mut message[done..], done as u64) {
            Ok(0) => return None,
            Ok(count) => done += count,
            Err(Errno::INTR) => {}
            Err(_) => return None,
        }
    }
    Some(message.into())
}

/// The time-out of a read.
struct TimeOut {
    file: Weak<Object>,
    number: u64,
}

impl Alarm for TimeOut {
    fn ring(&self) {
        let Some(object) = self.file.upgrade() else { return };
        let Ok(Device::Mailslot(mailslot)) = object.file().map(File::device) else { return };
        let mut state = mailslot.state.lock();
        // A message that came in time is not too late.
        mailslot.drain(&mut state);
        state.carry_on(Timing::LATER);
        let taken = state.pending.take_if(|read| read.number == self.number);
        drop(state);
        for read in taken {
            complete::complete(read.irp, Outcome::of(Status::IO_TIMEOUT), Timing::LATER);
        }
    }
}
