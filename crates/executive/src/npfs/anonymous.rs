//! Anonymous pipes, which are Linux' own: a program of Linux' can have the other end.  So are the
//! pipes and sockets with which a program is started as its standard handles.
//!
//! The descriptor's flags are common to all who have it, so it stays a blocking one, and a call
//! that must not block says so (`RWF_NOWAIT`; before Linux 6.4 it asks by `poll` first).  A call
//! that would wait is listed, with its request, under the lock; then it sleeps until the descriptor
//! is ready or somebody has taken it off the list, which a cancel and the close do.
//!
//! What differs from Windows: an empty write is not seen by the reader; a write of more than 4096
//! bytes, which waits for room, can be read in parts, and parts of writes of other processes can
//! come between (within one process they do not); the size is Linux', at least the one asked for.

use super::end::End;
use super::instance::{Modes, Side};
use super::queue::{Kind, Peeked, ReadMode};
use crate::fs::error::general;
use crate::fs::rights::{READ_DATA, WRITES};
use crate::io::file::{Device, File};
use crate::io::irp::{Irp, Outcome, Overlapped};
use crate::io::read_write::Way;
use crate::io::user_memory::{UserBuffer, UserBuffers};
use crate::ke::deadline::Deadline;
use crate::ke::descriptor_wait::FdWait;
use crate::ke::thread::Thread;
use crate::ob::object::Object;
use crate::ob::table::Pinned;
use crate::status::{Result, Status};
use crate::sync::{AtomicBool, Mutex, Ordering};
use crate::sys::file::{self as linux, Patience, Place};
use crate::sys::signal::without_broken_pipes;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{FileType, fstat};
use rustix::io::{Errno, ioctl_fionread, read};
use rustix::pipe::{
    PipeFlags, SpliceFlags, fcntl_getpipe_size, fcntl_setpipe_size, pipe_with, tee,
};
use std::sync::Arc;

/// What a pipe takes and gives at once, whatever else happens.
const ATOMIC: usize = 4096;
/// How often a flush looks.
const LOOK_AGAIN: Timespec = Timespec { tv_sec: 0, tv_nsec: 1_000_000 };
/// NT rounds a pipe's size up to this; so does Linux.
const PAGE: u32 = 4096;

/// A call that waits.
struct Waiting {
    irp: Irp,
    thread: Arc<Thread>,
    /// How it ends, if it ends early.
    ended: Option<Status>,
}

#[derive(Default)]
struct State {
    waiting: Vec<Waiting>,
    closed: bool,
}

/// One end of a pipe.
pub struct AnonymousPipe {
    fd: OwnedFd,
    access: u32,
    no_wait: AtomicBool,
    /// The kernel knows no such call on this file.
    asks_first: AtomicBool,
    state: Mutex<State>,
    /// Writes of this process come one after the other.
    turn: Mutex<()>,
}

/// The two ends of a new pipe: for reading, for writing.
///
/// # Errors
/// `TOO_MANY_OPENED_FILES`.
pub fn create(size: u32) -> Result<(AnonymousPipe, AnonymousPipe)> {
    let (read, write) = pipe_with(PipeFlags::CLOEXEC).map_err(general)?;
    if size > ATOMIC as u32 {
        // The size is only a wish; a user has so many pages and no more.
        let _wished = fcntl_setpipe_size(&write, size.saturating_add(PAGE - 1) as usize);
    }
    Ok((AnonymousPipe::new(behind(read)?, READ_DATA), AnonymousPipe::new(behind(write)?, WRITES)))
}

/// Copies what could be read from a pipe of either sort.
///
/// # Errors
/// Those of the two; `INVALID_DEVICE_REQUEST` for what is no pipe.
pub fn peek(file: &File, buffer: UserBuffer) -> Result<Peeked> {
    match file.device() {
        Device::AnonymousPipe(end) => end.peek(buffer),
        _ => file.pipe()?.peek(buffer),
    }
}

/// Changes how a pipe of either sort is read, and whether its calls wait.
///
/// # Errors
/// `INVALID_PARAMETER` for reading bytes in messages and for what is no pipe, and those of named
/// pipes.
pub fn set_modes(file: &File, modes: Modes) -> Result<()> {
    match file.device() {
        Device::AnonymousPipe(_) if modes.read == ReadMode::Message => {
            Err(Status::INVALID_PARAMETER)
        }
        Device::AnonymousPipe(end) => {
            end.no_wait.store(modes.no_wait, Ordering::Relaxed);
            Ok(())
        }
        _ => named(file)?.set_modes(modes),
    }
}

/// By this code libuv sees that a handle is no pipe's.
fn named(file: &File) -> Result<&End> {
    file.pipe().map_err(|_| Status::INVALID_PARAMETER)
}

/// How a pipe of either sort is read, whether its calls wait, and how many instances it has.
///
/// # Errors
/// `INVALID_PARAMETER` for what is no pipe, and those of named pipes.
pub fn state(file: &File) -> Result<(Modes, u32)> {
    match file.device() {
        Device::AnonymousPipe(end) => {
            Ok((Modes { read: ReadMode::Byte, no_wait: end.is_no_wait() }, 1))
        }
        _ => named(file).and_then(|end| Ok((end.modes()?, end.instances().0))),
    }
}

/// What does not change while a pipe is there.
#[derive(Clone, Copy, Debug)]
pub struct Information {
    /// It is the end that waits for clients, or an anonymous pipe's for reading.
    pub is_server: bool,
    /// What is written stays apart.
    pub in_messages: bool,
    /// How much may wait for the client.
    pub outbound: usize,
    /// How much may wait for the server.
    pub inbound: usize,
    /// How many instances there may be.
    pub most: u32,
}

/// What a pipe of either sort is like.
///
/// # Errors
/// As for [`state`].
pub fn information(file: &File) -> Result<Information> {
    if let Device::AnonymousPipe(end) = file.device() {
        let size = fcntl_getpipe_size(&end.fd).unwrap_or(ATOMIC);
        let is_server = end.permit(Way::Read).is_ok();
        let (outbound, inbound) = (size, size);
        return Ok(Information { is_server, in_messages: false, outbound, inbound, most: 1 });
    }
    let end = named(file)?;
    let _state = end.ask_state()?;
    let instance = end.instance();
    Ok(Information {
        is_server: !end.is_client(),
        in_messages: instance.settings().kind == Kind::Message,
        outbound: instance.quota(Side::Client),
        inbound: instance.quota(Side::Server),
        most: end.instances().1,
    })
}

/// 0, 1 and 2 are the program's, even if it was started without.
fn behind(fd: OwnedFd) -> Result<OwnedFd> {
    rustix::io::fcntl_dupfd_cloexec(&fd, 3).map_err(general)
}

fn is_ready(fd: BorrowedFd<'_>, events: PollFlags) -> bool {
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut polled = [PollFd::from_borrowed_fd(fd, events)];
    matches!(poll(&mut polled, Some(&at_once)), Ok(1..))
}

fn events(way: Way) -> PollFlags {
    if way == Way::Read { PollFlags::IN } else { PollFlags::OUT }
}

impl AnonymousPipe {
    /// An end, with what may be done to it.
    pub fn new(fd: OwnedFd, access: u32) -> Self {
        AnonymousPipe {
            fd,
            access,
            no_wait: AtomicBool::new(false),
            asks_first: AtomicBool::new(false),
            state: Mutex::new(State::default()),
            turn: Mutex::new(()),
        }
    }

    /// The descriptor.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// What may be done to it.
    pub fn access(&self) -> u32 {
        self.access
    }

    /// `ACCESS_DENIED` at the wrong end.
    pub fn permit(&self, way: Way) -> Result<()> {
        let needed = if way == Way::Read { READ_DATA } else { WRITES };
        if self.access & needed == 0 { Err(Status::ACCESS_DENIED) } else { Ok(()) }
    }

    /// Whether a call that cannot be done at once fails (`PIPE_NOWAIT`).
    fn is_no_wait(&self) -> bool {
        self.no_wait.load(Ordering::Relaxed)
    }

    /// Reads what there is, or writes everything.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; `PIPE_BROKEN` for a read when all is read and nobody writes any more, and
    /// for a write whose reader goes meanwhile; `PIPE_CLOSING` for a write when nobody reads;
    /// `PIPE_EMPTY` for a read that must not wait; `CANCELLED`, also when another thread closes the
    /// handle.
    pub fn perform(
        &self,
        object: &Pinned<'_, Object>,
        way: Way,
        buffers: &UserBuffers,
    ) -> Result<Outcome> {
        self.permit(way)?;
        let turn = (way == Way::Write).then(|| {
            without_broken_pipes();
            self.turn.lock()
        });
        let (mut done, total) = (0, buffers.length());
        loop {
            match self.try_once(way, buffers, done) {
                Ok(0) if way == Way::Read && (total > 0 || self.is_at_end()) => {
                    return Err(Status::PIPE_BROKEN);
                }
                Ok(count) if way == Way::Read => return Ok(Outcome::bytes(count)),
                Ok(count) => {
                    done += count;
                    if done >= total {
                        drop(turn);
                        return Ok(Outcome::bytes(done));
                    }
                }
                Err(Errno::AGAIN) if self.is_no_wait() => {
                    return if way == Way::Read {
                        Err(Status::PIPE_EMPTY)
                    } else {
                        Ok(Outcome::bytes(done))
                    };
                }
                Err(Errno::AGAIN) => self.wait(object, way)?,
                Err(Errno::PIPE) if done > 0 => return Err(Status::PIPE_BROKEN),
                Err(error) => return Err(general(error)),
            }
        }
    }

    /// One call to the kernel, which does not wait.
    fn try_once(&self, way: Way, buffers: &UserBuffers, skip: usize) -> rustix::io::Result<usize> {
        if buffers.length() == 0 {
            // An empty read waits for data, an empty write for nothing.
            let waits = way == Way::Read && !is_ready(self.fd(), PollFlags::IN);
            return if waits { Err(Errno::AGAIN) } else { Ok(0) };
        }
        if !self.asks_first.load(Ordering::Relaxed) {
            let result = match way {
                Way::Read => linux::read(self.fd(), buffers, skip, Place::Next, Patience::None),
                Way::Write => linux::write(self.fd(), buffers, skip, Place::Next, Patience::None),
            };
            match result {
                Err(Errno::OPNOTSUPP | Errno::INVAL) => {
                    self.asks_first.store(true, Ordering::Relaxed);
                }
                result => return result,
            }
        }
        if !is_ready(self.fd(), events(way)) {
            return Err(Errno::AGAIN);
        }
        match way {
            Way::Read => linux::read(self.fd(), buffers, skip, Place::Next, Patience::Waits),
            Way::Write => {
                // So much there is room for, when there is room.
                let part = UserBuffers::Many(buffers.first_part(skip, ATOMIC));
                linux::write(self.fd(), &part, 0, Place::Next, Patience::Waits)
            }
        }
    }

    /// Waits until another attempt makes sense.
    fn wait(&self, object: &Pinned<'_, Object>, way: Way) -> Result<()> {
        let thread = Thread::current();
        {
            let mut state = self.state.lock();
            if state.closed {
                return Err(Status::CANCELLED);
            }
            let irp = Irp {
                file: object.to_arc(),
                thread_id: thread.id(),
                overlapped: Overlapped::internal(),
            };
            state.waiting.push(Waiting { irp, thread: thread.clone(), ended: None });
        }
        // A reading end without writers and a writing end without readers are ready too.
        let waited = thread.wait_for_fd(self.fd(), events(way), Deadline::Never, false);
        let mut state = self.state.lock();
        let own = |waiting: &Waiting| Arc::ptr_eq(&waiting.thread, &thread);
        let at = state.waiting.iter().position(own);
        // A thread waits for one thing at a time, so the entry is its own.
        let ended = at.and_then(|at| state.waiting.swap_remove(at).ended);
        drop(state);
        match ended {
            Some(status) => Err(status),
            None if waited == FdWait::Cancelled => Err(Status::CANCELLED),
            None => Ok(()),
        }
    }

    /// Ends the chosen calls that wait; returns how many.
    pub fn cancel(&self, status: Status, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        let mut state = self.state.lock();
        let mut count = 0;
        for waiting in &mut state.waiting {
            if waiting.ended.is_none() && chosen(&waiting.irp) {
                waiting.ended = Some(status);
                waiting.thread.wake_fd_wait();
                count += 1;
            }
        }
        count
    }

    /// The last handle is closed.  Windows' own close waits for the call that waits; this ends it.
    pub fn close(&self) {
        self.state.lock().closed = true;
        self.cancel(Status::CANCELLED, &|_| true);
    }

    /// Everything is read, and nobody writes any more.
    fn is_at_end(&self) -> bool {
        is_ready(self.fd(), PollFlags::IN) && matches!(ioctl_fionread(&self.fd), Ok(0))
    }

    /// Waits until everything written has been read, as Windows does.
    ///
    /// # Errors
    /// `ACCESS_DENIED` at the reading end, `PIPE_BROKEN` when nobody reads any more.
    pub fn flush(&self) -> Result<()> {
        self.permit(Way::Write)?;
        let stat = fstat(&self.fd).map_err(general)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::Fifo {
            return Ok(());
        }
        // Linux tells nobody when a pipe has become empty.
        while matches!(ioctl_fionread(&self.fd), Ok(1..)) {
            if self.state.lock().closed {
                return Err(Status::CANCELLED);
            }
            let mut polled = [PollFd::from_borrowed_fd(self.fd(), PollFlags::empty())];
            if matches!(poll(&mut polled, Some(&LOOK_AGAIN)), Ok(1..)) {
                return Err(Status::PIPE_BROKEN);
            }
        }
        Ok(())
    }

    /// Copies what could be read.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; `PIPE_BROKEN` when all is read and nobody writes any more.
    pub fn peek(&self, buffer: UserBuffer) -> Result<Peeked> {
        self.permit(Way::Read)?;
        // A pipe's capacity is far below.
        let available = ioctl_fionread(&self.fd).map_err(general)? as usize;
        if available == 0 && is_ready(self.fd(), PollFlags::IN) {
            return Err(Status::PIPE_BROKEN);
        }
        let wanted = buffer.length().min(available);
        let copied = if wanted > 0 { self.copy(buffer, wanted)? } else { 0 };
        Ok(Peeked { copied, available, message: 0 })
    }

    /// The kernel copies from one pipe to another without taking.
    fn copy(&self, buffer: UserBuffer, wanted: usize) -> Result<usize> {
        let (from, to) = pipe_with(PipeFlags::CLOEXEC).map_err(general)?;
        let _wished = fcntl_setpipe_size(&to, wanted.next_multiple_of(ATOMIC));
        let copied = match tee(&self.fd, &to, wanted, SpliceFlags::NONBLOCK) {
            Ok(copied) => copied,
            // Another has read it meanwhile.
            Err(Errno::AGAIN) => return Ok(0),
            Err(error) => return Err(general(error)),
        };
        let mut bytes = vec![0; copied];
        let mut done = 0;
        while done < copied {
            match read(&from, &mut bytes[done..]) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(Errno::INTR) => {}
                Err(error) => return Err(general(error)),
            }
        }
        buffer.put(&bytes[..done]);
        Ok(done)
    }
}
