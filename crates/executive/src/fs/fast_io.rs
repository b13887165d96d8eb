//! Fast I/O, which NT's file systems have beside their request path: an overlapped read of what is
//! in memory.
//!
//! The usual form is one buffer, no event, no routine, a port that is told.  What is not usual is
//! left to [`super::transfer`] before anything has happened, and what is not in memory goes on
//! there.

use super::disk_file::DiskFile;
use crate::io::complete::{self, Timing};
use crate::io::file::{File, UsualFile};
use crate::io::irp::{Notify, Overlapped, Started};
use crate::io::read_write::Way;
use crate::io::status_block::StatusBlock;
use crate::io::user_memory::{UserBuffer, UserBuffers};
use crate::ob::object::Object;
use crate::ob::table::Pinned;
use crate::status::Result;
use crate::sys::file::{self as linux, Place};
use rustix::fd::AsFd;
use rustix::io::Errno;

/// What an attempt came to.
pub enum Tried<'a> {
    /// Everything was there; everybody has been told.
    Done,
    /// Not a usual read, and nothing has happened.
    Unusual,
    /// The read is [`more`]'s.
    Missed(Missed<'a>),
}

/// A usual read that got less than was wanted, or nothing.
pub struct Missed<'a> {
    disk: &'a DiskFile,
    moved: core::result::Result<usize, Errno>,
}

/// What is read from, if the read is a usual one.
#[inline(always)]
fn usual(file: &File, buffer: UserBuffer, place: u64) -> Option<(&DiskFile, UsualFile<'_>)> {
    let (disk, usual) = file.usual_disk()?;
    // Whether the memory is the program's is for the kernel to say, but for what never is.
    let is_memory = buffer.length() > 0 && !UserBuffers::One(buffer).is_nowhere();
    let is_place = i64::try_from(place).is_ok();
    let all = disk.is_read_anywhere() && is_memory && is_place && !disk.may_have_locks();
    all.then_some((disk, usual))
}

/// Reads what is in memory, if this is a usual read.
#[inline(always)]
pub fn read(file: &File, buffer: UserBuffer, block: StatusBlock, place: u64) -> Tried<'_> {
    let Some((disk, usual)) = usual(file, buffer, place) else { return Tried::Unusual };
    let moved = linux::read_at_once(disk.fd.as_fd(), buffer, place);
    if moved != Ok(buffer.length()) {
        return Tried::Missed(Missed { disk, moved });
    }
    complete::deliver_usual(usual, block.keeping_offset(), buffer.length(), Timing::INLINE);
    Tried::Done
}

/// Goes on with what [`read`] has missed: it ends, or is pending.
///
/// # Errors
/// As [`crate::io::read_write::read_write`].
#[cold]
#[inline(never)]
pub fn more(
    object: &Pinned<'_, Object>,
    file: &File,
    buffer: UserBuffer,
    block: StatusBlock,
    place: u64,
    missed: Missed<'_>,
) -> Result<Started> {
    let (buffers, place) = (UserBuffers::One(buffer), Place::At(place));
    let status_block = Some(block.keeping_offset());
    let overlapped = Overlapped { status_block, event: None, notify: Notify::Packet };
    let Missed { disk, moved } = missed;
    disk.settle(object, file, Way::Read, buffers, overlapped, place, Some(moved))
}
