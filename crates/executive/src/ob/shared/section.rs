//! The section's part of a page.
//!
//! A section of memory has its bytes in the name's own file, behind the page.  Of a section of a
//! file the page has the path and the identity: who opens the name opens the file too, and another
//! file that has the path by then is refused.

use super::page::{self, LENGTH, OF_SECTION};
use crate::fs::error::general;
use crate::fs::information;
use crate::fs::share::Identity;
use crate::mm::section::{Rights, Section};
use crate::status::{Result, Status};
use crate::sync::Ordering;
use crate::sys::shared_memory::{SharedMemory, reserve};
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags, open, readlink};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

const SIZE: usize = OF_SECTION;
const RIGHTS: usize = OF_SECTION + 8;
const PATH_LENGTH: usize = OF_SECTION + 12;
const DEVICE: usize = OF_SECTION + 16;
const INODE: usize = OF_SECTION + 24;
const PATH: usize = OF_SECTION + 32;

const WRITE: u32 = 1;
const EXECUTE: u32 = 2;
const OF_FILE: u32 = 4;

/// The path of what is open, or to it.
fn path_of(file: BorrowedFd<'_>) -> String {
    format!("/proc/self/fd/{}", file.as_raw_fd())
}

/// Writes a new section into a page of zeros, and makes room for it behind the page.
///
/// # Errors
/// `COMMITMENT_LIMIT` without room, `NAME_TOO_LONG` for a file of a long path.
pub(super) fn begin(memory: &SharedMemory, file: &OwnedFd, section: &Section) -> Result<()> {
    let rights = section.rights();
    let mut bits = if rights.write { WRITE } else { 0 } | if rights.execute { EXECUTE } else { 0 };
    match section.file() {
        None => {
            let length = section.size().checked_add(LENGTH as u64);
            let length = length.ok_or(Status::SECTION_TOO_BIG)?;
            reserve(file.as_fd(), length).map_err(|_| Status::COMMITMENT_LIMIT)?;
        }
        Some(identity) => {
            bits |= OF_FILE;
            let path = readlink(path_of(section.memory()), Vec::new()).map_err(general)?;
            let path = path.as_bytes();
            if path.len() > LENGTH - PATH {
                return Err(Status::NAME_TOO_LONG);
            }
            for (at, byte) in path.iter().enumerate() {
                memory.u8(PATH + at).store(*byte, Ordering::SeqCst);
            }
            memory.u32(PATH_LENGTH).store(path.len() as u32, Ordering::SeqCst);
            memory.u64(DEVICE).store(identity.device, Ordering::SeqCst);
            memory.u64(INODE).store(identity.inode, Ordering::SeqCst);
        }
    }
    memory.u64(SIZE).store(section.size(), Ordering::SeqCst);
    memory.u32(RIGHTS).store(bits, Ordering::SeqCst);
    page::begin_section(memory);
    Ok(())
}

/// The section of a page in this file.
///
/// # Errors
/// `UNSUCCESSFUL` when it is not as it was begun, and those of opening its file.
pub(super) fn of_page(memory: &SharedMemory, file: &OwnedFd) -> Result<Section> {
    let bits = memory.u32(RIGHTS).load(Ordering::SeqCst);
    let size = memory.u64(SIZE).load(Ordering::SeqCst);
    let rights = Rights { write: bits & WRITE != 0, execute: bits & EXECUTE != 0 };
    let (start, opened, identity) = if bits & OF_FILE == 0 {
        let opened = open(path_of(file.as_fd()), OFlags::RDWR | OFlags::CLOEXEC, Mode::empty());
        (LENGTH as u64, opened.map_err(general)?, None)
    } else {
        let (opened, identity) = open_file(memory, rights)?;
        (0, opened, Some(identity))
    };
    let end = size.checked_add(start).filter(|&end| size != 0 && i64::try_from(end).is_ok());
    let known = information::of_file(opened.as_fd())?;
    if end.is_none_or(|end| end > known.size) || identity.is_some_and(|id| id != known.identity) {
        return Err(Status::UNSUCCESSFUL);
    }
    Ok(Section::of_another(opened, start, size, rights, identity))
}

fn open_file(memory: &SharedMemory, rights: Rights) -> Result<(OwnedFd, Identity)> {
    let length = memory.u32(PATH_LENGTH).load(Ordering::SeqCst) as usize;
    let length = length.min(LENGTH - PATH);
    let path: Vec<u8> = (0..length).map(|at| memory.u8(PATH + at).load(Ordering::SeqCst)).collect();
    let access = if rights.write { OFlags::RDWR } else { OFlags::RDONLY };
    let flags = access | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let opened = open(OsStr::from_bytes(&path), flags, Mode::empty()).map_err(general)?;
    let device = memory.u64(DEVICE).load(Ordering::SeqCst);
    let inode = memory.u64(INODE).load(Ordering::SeqCst);
    Ok((opened, Identity { device, inode }))
}
