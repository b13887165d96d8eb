//! Reading and writing an open file, with and without an OVERLAPPED.

use super::disk_file::{DiskFile, Kind};
use super::error::general;
use super::rights::{READ_DATA, WRITES};
use crate::io::complete::{self, Timing};
use crate::io::file::File;
use crate::io::irp::{Outcome, Started};
use crate::io::read_write::{Given, Way};
use crate::io::user_memory::UserBuffers;
use crate::status::{Result, Status};
use crate::sys::file as linux;
use rustix::fd::AsFd;
use rustix::fs::{self, SeekFrom};

/// A place in an OVERLAPPED that stands for the end of the file, for a write.
const WRITE_TO_END: u64 = u64::MAX;

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

    /// Starts a transfer of an overlapped file.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; `INVALID_PARAMETER` for a place below zero; `ACCESS_VIOLATION` for wild
    /// memory.  Whatever else goes wrong is the request's end.
    pub(crate) fn start(
        &self,
        file: &File,
        way: Way,
        buffers: &UserBuffers,
        given: Given,
    ) -> Result<Started> {
        let Given { overlapped, place } = given;
        self.permit(way, Some(place))?;
        let to_end = self.goes_to_end(way, Some(place));
        self.admit(way, (!to_end).then_some(place), buffers.length())?;
        let place = if to_end { linux::Place::End } else { self.place(Some(place)) };
        overlapped.start(file);
        let outcome = match self.move_bytes(way, buffers, place) {
            Ok(0) if way == Way::Read && buffers.length() > 0 => Outcome::of(Status::END_OF_FILE),
            Ok(count) => Outcome::bytes(count),
            // NT looks at the memory before there is a request.
            Err(Status::ACCESS_VIOLATION) => return Err(Status::ACCESS_VIOLATION),
            Err(status) => Outcome::of(status),
        };
        complete::deliver(file, &overlapped, outcome, Timing::Later);
        Ok(Started::Pending)
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
            let moved = match way {
                Way::Read => linux::read(self.fd.as_fd(), buffers, done, place),
                Way::Write => linux::write(self.fd.as_fd(), buffers, done, place),
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
}
