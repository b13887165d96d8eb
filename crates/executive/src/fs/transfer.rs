//! Reading and writing an open file, with and without an OVERLAPPED.

use super::disk_file::{DiskFile, Kind};
use super::error::general;
use super::request::Request;
use super::rights::{READ_DATA, WRITES};
use super::work::{Step, Work};
use crate::io::complete::{self, Timing};
use crate::io::file::File;
use crate::io::irp::{Irp, Outcome, Overlapped, Started};
use crate::io::read_write::{Given, Way};
use crate::io::user_memory::UserBuffers;
use crate::ke::deadline::Deadline;
use crate::ke::descriptor_wait::FdWait;
use crate::ke::thread::{self, Thread};
use crate::ob::object::Object;
use crate::ob::table::Pinned;
use crate::status::{Result, Status};
use crate::sync::Ordering;
use crate::sys::file::{self as linux, Patience};
use rustix::event::PollFlags;
use rustix::fd::AsFd;
use rustix::fs::{self, OFlags, SeekFrom};
use rustix::io::Errno;

/// Reading can be tried without waiting.
const READS_AT_ONCE: u32 = 1;
/// Writing can.
const WRITES_AT_ONCE: u32 = 2;
/// The two bits say something.
const KNOWN: u32 = 4;
/// Reading can be tried, is permitted, and has places, any of which will do.
const READS_ANYWHERE: u32 = 8;

/// A place in an OVERLAPPED that stands for the end of the file, for a write.
const WRITE_TO_END: u64 = u64::MAX;

/// The bit that says that it can be tried.
#[inline]
fn at_once(way: Way) -> u32 {
    if way == Way::Read { READS_AT_ONCE } else { WRITES_AT_ONCE }
}

/// A read is done inside its call.
#[inline]
fn done_at_once(file: &File, overlapped: &Overlapped, outcome: Outcome) -> Started {
    overlapped.start_done(file);
    complete::deliver(file, overlapped, outcome, Timing::INLINE);
    Started::Done(outcome)
}

impl DiskFile {
    /// Refuses what the file cannot do at all.
    ///
    /// # Errors
    /// `ACCESS_DENIED`, `INVALID_DEVICE_REQUEST`, `INVALID_PARAMETER` for a place below zero.
    pub(crate) fn permit(&self, way: Way, place: Option<u64>) -> Result<()> {
        self.require(if way == Way::Read { READ_DATA } else { WRITES })?;
        if self.kind == Kind::Directory {
            return Err(Status::INVALID_DEVICE_REQUEST);
        }
        let has_place = !self.goes_to_end(way, place);
        if has_place && place.is_some_and(|at| i64::try_from(at).is_err()) {
            return Err(Status::INVALID_PARAMETER);
        }
        Ok(())
    }

    /// A write at the end, wherever that is by then.
    fn goes_to_end(&self, way: Way, place: Option<u64>) -> bool {
        way == Way::Write && (self.appends || place == Some(WRITE_TO_END))
    }

    /// Starts a transfer of an overlapped file: it is done at once if nothing has to be waited for,
    /// or pending.  A write is always told of as if it had been pending (semantics 13.1), and so is
    /// the end of the file.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; `INVALID_PARAMETER` for a place below zero; `ACCESS_VIOLATION` for wild
    /// memory.  Whatever else goes wrong is the request's end.
    pub(crate) fn start(
        &self,
        object: &Pinned<'_, Object>,
        file: &File,
        way: Way,
        buffers: UserBuffers,
        given: Given,
    ) -> Result<Started> {
        let Given { overlapped, place } = given;
        self.permit(way, Some(place))?;
        let to_end = self.goes_to_end(way, Some(place));
        self.admit(way, (!to_end).then_some(place), buffers.length())?;
        let place = if to_end { linux::Place::End } else { self.place(Some(place)) };
        let moved = self.move_at_once(way, &buffers, place);
        if way == Way::Read && moved == Some(Ok(buffers.length())) {
            return Ok(done_at_once(file, &overlapped, Outcome::bytes(buffers.length())));
        }
        self.settle(object, file, way, buffers, overlapped, place, moved)
    }

    /// A transfer that is permitted has been tried, or was not to be: it ends, or is pending.
    ///
    /// # Errors
    /// `ACCESS_VIOLATION` for wild memory.
    // All that a transfer is.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn settle(
        &self,
        object: &Pinned<'_, Object>,
        file: &File,
        way: Way,
        buffers: UserBuffers,
        overlapped: Overlapped,
        place: linux::Place,
        moved: Option<core::result::Result<usize, Errno>>,
    ) -> Result<Started> {
        let mut work = Work::new(way, self.kind, buffers, place);
        match self.try_at_once(&mut work, moved) {
            Step::End(outcome) if outcome.status == Status::SUCCESS && way == Way::Read => {
                return Ok(done_at_once(file, &overlapped, outcome));
            }
            // NT looks at the memory before there is a request, and before it resets the event.
            Step::End(Outcome { status: Status::ACCESS_VIOLATION, .. }) => {
                return Err(Status::ACCESS_VIOLATION);
            }
            Step::End(outcome) => {
                overlapped.start(file);
                complete::deliver(file, &overlapped, outcome, Timing::LATER);
            }
            Step::Again => {
                overlapped.start(file);
                if let Some(block) = overlapped.status_block {
                    block.begin();
                }
                let thread_id = thread::with_current(|thread| thread.id());
                let irp = Irp { file: object.to_arc(), thread_id, overlapped };
                self.queue(file, Request { irp, work });
            }
        }
        Ok(Started::Pending)
    }

    /// As much as one call moves without waiting; None where that is not to be tried, or nothing
    /// is to be moved.
    #[inline]
    fn move_at_once(
        &self,
        way: Way,
        buffers: &UserBuffers,
        place: linux::Place,
    ) -> Option<core::result::Result<usize, Errno>> {
        if self.can_at_once() & at_once(way) == 0 || buffers.length() == 0 {
            return None;
        }
        Some(linux::transfer(way, self.fd.as_fd(), (buffers, 0), place, Patience::None))
    }

    /// Does as much as can be done without waiting, after what has been tried.
    fn try_at_once(
        &self,
        work: &mut Work,
        tried: Option<core::result::Result<usize, Errno>>,
    ) -> Step {
        if work.is_empty() {
            return Step::End(Outcome::bytes(0));
        }
        let bit = at_once(work.way());
        let mut tried = tried;
        while let Some(moved) = tried {
            match moved {
                Ok(count) => {
                    if let Step::End(outcome) = work.advance(Ok(count)) {
                        return Step::End(outcome);
                    }
                }
                Err(Errno::OPNOTSUPP | Errno::INVAL | Errno::NOSYS) => {
                    // Whatever it means, an engine finds it out too.
                    self.at_once.fetch_and(!(bit | READS_ANYWHERE), Ordering::Relaxed);
                    break;
                }
                Err(Errno::AGAIN | Errno::INTR) => break,
                Err(error) => return Step::End(Outcome::of(general(error))),
            }
            tried = Some(work.perform(self.fd.as_fd(), Patience::None));
        }
        Step::Again
    }

    /// True for a file on a disk that can be read without waiting at any place where nothing is
    /// locked, as far as somebody has looked.
    #[inline]
    pub(super) fn is_read_anywhere(&self) -> bool {
        self.at_once.load(Ordering::Relaxed) & READS_ANYWHERE != 0
    }

    /// What can be tried without waiting: not what goes past the cache or must reach the disk.
    fn can_at_once(&self) -> u32 {
        let known = self.at_once.load(Ordering::Relaxed);
        if known & KNOWN != 0 {
            return known;
        }
        let flags = fs::fcntl_getfl(&self.fd).unwrap_or(OFlags::DIRECT);
        let waits_for_writes = flags.intersects(OFlags::DIRECT | OFlags::DSYNC | OFlags::SYNC);
        let reads = if flags.contains(OFlags::DIRECT) { 0 } else { READS_AT_ONCE };
        let writes = if waits_for_writes { 0 } else { WRITES_AT_ONCE };
        let is_plain = self.kind == Kind::Disk && self.sector == 0 && self.permits(READ_DATA);
        let anywhere = if reads != 0 && is_plain { READS_ANYWHERE } else { 0 };
        let known = KNOWN | reads | writes | anywhere;
        self.at_once.store(known, Ordering::Relaxed);
        known
    }

    /// A transfer of a file with a position, which moves behind it; at a place, or where the
    /// position is.  The position's lock is held meanwhile, as NT serialises the calls on a
    /// synchronous file object.  The caller has asked [`DiskFile::permit`].
    ///
    /// # Errors
    /// `END_OF_FILE`, `PIPE_BROKEN`, `DISK_FULL` and their like.
    pub(crate) fn perform(
        &self,
        way: Way,
        buffers: &UserBuffers,
        at: Option<u64>,
    ) -> Result<Outcome> {
        let mut position = self.lock_position()?;
        if self.goes_to_end(way, at) {
            self.admit(way, None, buffers.length())?;
            let count = self.move_bytes(way, buffers, linux::Place::End)?;
            // The descriptor's own place is used by nothing else, and is behind what was added.
            *position = fs::seek(&self.fd, SeekFrom::Current(0)).map_err(general)?;
            return Ok(Outcome::bytes(count));
        }
        let from = at.unwrap_or(*position);
        self.admit(way, Some(from), buffers.length())?;
        let own = (!self.shares_position()).then_some(from);
        let count = self.move_bytes(way, buffers, self.place(at.or(own)))?;
        *position = from + count as u64;
        if way == Way::Read && count == 0 && buffers.length() > 0 {
            let is_pipe = self.kind == Kind::Pipe;
            return Err(if is_pipe { Status::PIPE_BROKEN } else { Status::END_OF_FILE });
        }
        Ok(Outcome::bytes(count))
    }

    fn place(&self, at: Option<u64>) -> linux::Place {
        match (self.kind, at) {
            (Kind::Character | Kind::Pipe, _) | (_, None) => linux::Place::Next,
            (_, Some(at)) => linux::Place::At(at),
        }
    }

    /// Reads once, or writes until everything is written.
    fn move_bytes(&self, way: Way, buffers: &UserBuffers, place: linux::Place) -> Result<usize> {
        let mut done = 0;
        let total = buffers.length();
        loop {
            let place = match place {
                linux::Place::At(at) => linux::Place::At(at + done as u64),
                other => other,
            };
            let moved = match self.kind {
                Kind::Disk | Kind::Directory => self.step(way, buffers, done, place),
                Kind::Pipe | Kind::Character => self.stream_step(way, buffers, done)?,
            };
            match moved {
                Ok(0) => return Ok(done),
                Ok(count) => done += count,
                Err(error) => return Err(general(error)),
            }
            // What a read leaves over is not there.
            if done >= total || way == Way::Read {
                return Ok(done);
            }
        }
    }

    fn step(
        &self,
        way: Way,
        buffers: &UserBuffers,
        done: usize,
        place: linux::Place,
    ) -> core::result::Result<usize, Errno> {
        linux::transfer(way, self.fd.as_fd(), (buffers, done), place, Patience::Waits)
    }

    /// A step of what may have to be waited for, where the wait can be broken off.
    fn stream_step(
        &self,
        way: Way,
        buffers: &UserBuffers,
        done: usize,
    ) -> Result<core::result::Result<usize, Errno>> {
        let reads = way == Way::Read;
        let events = if reads { PollFlags::IN } else { PollFlags::OUT };
        let (fd, place) = (self.fd.as_fd(), linux::Place::Next);
        loop {
            let moved = linux::transfer(way, fd, (buffers, done), place, Patience::None);
            if !matches!(moved, Err(Errno::AGAIN | Errno::OPNOTSUPP)) {
                return Ok(moved);
            }
            match Thread::current().wait_for_fd(fd, events, Deadline::Never, false) {
                FdWait::Cancelled => return Err(Status::CANCELLED),
                FdWait::Woken => continue,
                _ => {}
            }
            if moved == Err(Errno::OPNOTSUPP) {
                // It has no way that does not wait; but it is ready now.
                return Ok(linux::transfer(way, fd, (buffers, done), place, Patience::Waits));
            }
        }
    }
}
