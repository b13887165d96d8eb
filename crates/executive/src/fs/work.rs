//! What a transfer has still to do, and what becomes of it after each step.
//!
//! The same for every engine: the caller's own thread, a ring, the pool.  Nothing here waits or
//! locks.

use super::disk_file::Kind;
use super::error::general;
use crate::io::irp::Outcome;
use crate::io::read_write::Way;
use crate::io::user_memory::{UserBuffers, Vector};
use crate::status::Status;
use crate::sys::file::{self as linux, Patience, Place};
use crate::sys::uring::Operation;
use rustix::fd::BorrowedFd;
use rustix::io::Errno;

/// A step that failed for no reason of the transfer's own is repeated at most so often.
const ATTEMPTS: u8 = 16;

/// What comes after a step.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The transfer has ended.
    End(Outcome),
    /// There is more to do.
    Again,
}

/// One transfer.
pub(super) struct Work {
    way: Way,
    kind: Kind,
    buffers: UserBuffers,
    place: Place,
    done: usize,
    attempts: u8,
    /// The program does not want it any more.
    pub(super) cancelled: bool,
    /// The list of several buffers, while a ring has it.
    vector: Option<Box<Vector>>,
}

impl Work {
    pub(super) fn new(way: Way, kind: Kind, buffers: UserBuffers, place: Place) -> Self {
        Work { way, kind, buffers, place, done: 0, attempts: 0, cancelled: false, vector: None }
    }

    pub(super) fn way(&self) -> Way {
        self.way
    }

    /// True for what comes in its own time: a read takes what there is, and may wait for ever.
    pub(super) fn is_stream(&self) -> bool {
        matches!(self.kind, Kind::Pipe | Kind::Character)
    }

    /// Nothing is to be moved.
    pub(super) fn is_empty(&self) -> bool {
        self.buffers.length() == 0
    }

    /// The program does not want it any more, and nothing has been moved.
    pub(super) fn may_end_cancelled(&self) -> bool {
        self.cancelled && self.done == 0
    }

    /// What the next step begins behind.
    fn next_place(&self) -> Place {
        match self.place {
            Place::At(at) => Place::At(at + self.done as u64),
            other => other,
        }
    }

    /// One step on the calling thread.
    pub(super) fn perform(&self, fd: BorrowedFd<'_>, patience: Patience) -> Result<usize, Errno> {
        let part = (&self.buffers, self.done);
        linux::transfer(self.way, fd, part, self.next_place(), patience)
    }

    /// One step for a ring.
    pub(super) fn operation(&mut self, fd: BorrowedFd<'_>, number: u64) -> Operation {
        let place = self.next_place();
        let make = if self.way == Way::Read { Operation::read } else { Operation::write };
        make(fd, (&self.buffers, self.done), place, &mut self.vector, number)
    }

    /// What a step has come to.
    #[inline]
    pub(super) fn advance(&mut self, moved: Result<usize, Errno>) -> Step {
        match moved {
            Ok(0) => Step::End(self.without_more()),
            Ok(count) => {
                self.done += count;
                // A stream gives what it has; what a file leaves over may not be there, or may
                // not have been in memory.
                let is_all = self.done >= self.buffers.length();
                if is_all || self.way == Way::Read && self.is_stream() {
                    return Step::End(Outcome::bytes(self.done));
                }
                Step::Again
            }
            // Part of it is done; the rest will be soon.
            Err(Errno::CANCELED | Errno::INTR | Errno::AGAIN) if self.may_end_cancelled() => {
                Step::End(Outcome::of(Status::CANCELLED))
            }
            // Broken off because the thread ended that had begun it, or a signal came.
            Err(Errno::CANCELED | Errno::INTR | Errno::AGAIN | Errno::FAULT)
                if self.attempts < ATTEMPTS =>
            {
                self.attempts += 1;
                Step::Again
            }
            Err(Errno::CANCELED) => Step::End(Outcome::of(Status::CANCELLED)),
            Err(error) => Step::End(Outcome::of(general(error))),
        }
    }

    /// There was nothing to read, or no room to write.
    fn without_more(&self) -> Outcome {
        if self.way == Way::Write || self.done > 0 || self.is_empty() {
            return Outcome::bytes(self.done);
        }
        let is_pipe = self.kind == Kind::Pipe;
        Outcome::of(if is_pipe { Status::PIPE_BROKEN } else { Status::END_OF_FILE })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(way: Way, kind: Kind) -> Work {
        let buffers = UserBuffers::Owned(vec![0; 10].into());
        Work::new(way, kind, buffers, Place::At(100))
    }

    #[test]
    fn what_is_left_over_is_read_behind_what_was_read() {
        let mut read = work(Way::Read, Kind::Disk);
        assert_eq!(read.advance(Ok(4)), Step::Again);
        assert_eq!(read.next_place(), Place::At(104));
        assert_eq!(read.advance(Ok(0)), Step::End(Outcome::bytes(4)));
        assert_eq!(read.advance(Ok(6)), Step::End(Outcome::bytes(10)));
    }

    #[test]
    fn the_end_of_a_file_and_of_a_pipe() {
        let end = |kind| work(Way::Read, kind).advance(Ok(0));
        assert_eq!(end(Kind::Disk), Step::End(Outcome::of(Status::END_OF_FILE)));
        assert_eq!(end(Kind::Pipe), Step::End(Outcome::of(Status::PIPE_BROKEN)));
        assert_eq!(work(Way::Read, Kind::Pipe).advance(Ok(3)), Step::End(Outcome::bytes(3)));
    }

    #[test]
    fn what_was_broken_off_unasked_is_repeated_but_not_for_ever() {
        let mut write = work(Way::Write, Kind::Disk);
        assert_eq!(write.advance(Err(Errno::CANCELED)), Step::Again);
        assert_eq!(write.advance(Err(Errno::INTR)), Step::Again);
        let end = (0..ATTEMPTS).map(|_| write.advance(Err(Errno::FAULT))).last();
        assert_eq!(end, Some(Step::End(Outcome::of(Status::ACCESS_VIOLATION))));
    }

    #[test]
    fn cancelled_is_what_has_not_begun() {
        let mut read = work(Way::Read, Kind::Disk);
        read.cancelled = true;
        assert_eq!(read.advance(Err(Errno::CANCELED)), Step::End(Outcome::of(Status::CANCELLED)));
        assert_eq!(read.advance(Ok(5)), Step::Again);
        assert_eq!(read.advance(Err(Errno::CANCELED)), Step::Again);
        assert_eq!(read.advance(Ok(5)), Step::End(Outcome::bytes(10)));
    }

    #[test]
    fn a_full_disk_is_the_end_of_a_write() {
        let mut write = work(Way::Write, Kind::Disk);
        assert_eq!(write.advance(Ok(5)), Step::Again);
        let full = write.advance(Err(Errno::NOSPC));
        assert_eq!(full, Step::End(Outcome::of(Status::DISK_FULL)));
    }
}
