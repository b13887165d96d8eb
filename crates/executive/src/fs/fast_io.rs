//! Fast I/O, which NT's file systems have beside their request path: an overlapped read of what is
//! in memory.
//!
//! The usual form is one buffer, no event, no routine, a port that is told.  What is not usual is
//! left to [`super::transfer`] before anything has happened, and what is not in memory goes on
//! there.

use super::disk_file::{DiskFile, Kind};
use super::rights::READ_DATA;
use super::transfer::READS_AT_ONCE;
use crate::io::complete;
use crate::io::file::{Binding, Device, File};
use crate::io::irp::{Notify, Outcome, Overlapped, Started};
use crate::io::read_write::Way;
use crate::io::user_memory::{StatusBlock, UserBuffer, UserBuffers};
use crate::ob::object::Object;
use crate::ob::table::Pinned;
use crate::status::Result;
use crate::sys::file::{self as linux, Place};
use rustix::fd::AsFd;

/// The file and the port, if the read is a usual one.
#[inline]
fn usual(file: &File, buffer: UserBuffer, place: u64) -> Option<(&DiskFile, &Binding)> {
    let Device::Disk(disk) = file.device() else { return None };
    let binding = file.binding()?;
    let is_place = i64::try_from(place).is_ok();
    let reads = disk.known_at_once() & READS_AT_ONCE != 0
        && disk.kind == Kind::Disk
        && disk.permits(READ_DATA);
    // Whether the memory is the program's is for the kernel to say, but for what never is.
    let is_memory = buffer.length() > 0 && !UserBuffers::One(buffer).is_nowhere();
    let all = file.is_overlapped() && is_place && reads && is_memory;
    (all && disk.admit(Way::Read, Some(place), buffer.length()).is_ok()).then_some((disk, binding))
}

/// Reads; None when this is not a usual read, and nothing has happened.
///
/// # Errors
/// As [`crate::io::read_write::read_write`].
#[inline]
pub fn read(
    object: &Pinned<'_, Object>,
    file: &File,
    buffer: UserBuffer,
    block: StatusBlock,
    place: u64,
) -> Option<Result<Started>> {
    let (disk, binding) = usual(file, buffer, place)?;
    let block = block.keeping_offset();
    let moved = linux::read_at_once(disk.fd.as_fd(), buffer, place);
    if moved == Ok(buffer.length()) {
        let outcome = Outcome::bytes(buffer.length());
        complete::deliver_inline(file, binding, block, buffer.length());
        return Some(Ok(Started::Done(outcome)));
    }
    let (buffers, place) = (UserBuffers::One(buffer), Place::At(place));
    let overlapped = Overlapped { status_block: Some(block), event: None, notify: Notify::Packet };
    Some(disk.settle(object, file, Way::Read, buffers, overlapped, place, Some(moved)))
}
