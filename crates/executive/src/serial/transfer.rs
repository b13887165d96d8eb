//! A read or a write: how far it is, and what ends it.

use super::settings::Settings;
use super::timeouts::{Progress, Timeouts, Verdict};
use crate::fs::error::general;
use crate::io::irp::Outcome;
use crate::io::read_write::Way;
use crate::io::user_memory::{UserBuffer, UserBuffers};
use crate::status::{Result, Status};
use crate::sys::file::{Patience, Place, read, write};
use rustix::fd::BorrowedFd;
use rustix::io::Errno;
use std::time::Instant;

/// A read or a write under way.
pub(super) struct Transfer {
    pub(super) way: Way,
    buffers: UserBuffers,
    wanted: usize,
    pub(super) done: usize,
    started: Instant,
    last_byte: Instant,
    /// `fNull`: bytes of zero are not received.
    drops_nul: bool,
}

impl Transfer {
    pub(super) fn new(way: Way, buffer: UserBuffer, settings: &Settings) -> Self {
        let now = Instant::now();
        let (wanted, buffers) = (buffer.length(), UserBuffers::One(buffer));
        let drops_nul = way == Way::Read && settings.drops_nul();
        Transfer { way, buffers, wanted, done: 0, started: now, last_byte: now, drops_nul }
    }

    /// Moves what can be moved now, and says how it stands.
    pub(super) fn go_on(&mut self, fd: BorrowedFd<'_>, timeouts: &Timeouts) -> Result<Verdict> {
        while self.done < self.wanted {
            let moved = match self.way {
                Way::Read => read(fd, &self.buffers, self.done, Place::Next, Patience::Waits),
                Way::Write => write(fd, &self.buffers, self.done, Place::Next, Patience::Waits),
            };
            match moved {
                // The other side has gone.
                Ok(0) => return Err(Status::IO_DEVICE_ERROR),
                Ok(count) => {
                    self.done += if self.drops_nul { self.without_nul(count) } else { count };
                    self.last_byte = Instant::now();
                }
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => {}
                Err(error) => return Err(general(error)),
            }
        }
        let now = Instant::now();
        let progress = Progress {
            wanted: self.wanted,
            done: self.done,
            since_start: now.saturating_duration_since(self.started),
            since_byte: now.saturating_duration_since(self.last_byte),
        };
        Ok(match self.way {
            Way::Read => timeouts.of_read(progress),
            Way::Write => timeouts.of_write(progress),
        })
    }

    /// The end, if this is one.
    pub(super) fn end(&self, verdict: Result<Verdict>) -> Option<Outcome> {
        let outcome = |status| Outcome { status, information: self.done, flags: 0 };
        match verdict {
            Ok(Verdict::Waits(_)) => None,
            Ok(Verdict::Ended) => Some(outcome(Status::SUCCESS)),
            Ok(Verdict::TimedOut) => Some(outcome(Status::TIMEOUT)),
            Err(status) => Some(outcome(status)),
        }
    }

    /// Closes the gaps that bytes of zero leave in what has just been read; how much is left.
    fn without_nul(&self, count: usize) -> usize {
        let UserBuffers::One(buffer) = &self.buffers else { return count };
        let read = buffer.part(self.done, count);
        let kept: Vec<u8> = read.to_box().iter().copied().filter(|byte| *byte != 0).collect();
        read.put(&kept);
        kept.len()
    }
}
