//! Memory that is a file's: mapping it, giving it back, writing it out.
#![allow(unsafe_code)]

use core::ffi::c_void;
use core::ptr::{null_mut, with_exposed_provenance_mut};
use rustix::fd::BorrowedFd;
use rustix::io::{Errno, Result};
use rustix::mm::{MapFlags, MsyncFlags, ProtFlags, mmap, mmap_anonymous, msync, munmap};

/// Mappings begin at multiples of this, as on Windows.
pub const GRANULARITY: usize = 65_536;
/// They consist of these.
pub const PAGE: usize = 4096;

/// What is to be mapped.
#[derive(Clone, Copy)]
pub struct Part {
    /// Bytes from the beginning of the file on.
    pub offset: u64,
    /// A multiple of [`PAGE`].
    pub size: usize,
    /// What may be done with the memory.
    pub rights: ProtFlags,
    /// What is written stays here, and the file as it is.
    pub is_private: bool,
}

fn pointer(address: usize) -> *mut c_void {
    with_exposed_provenance_mut(address)
}

/// Maps a part of a file, at this address or (0) somewhere; the address.
///
/// # Errors
/// `EXIST` when something else is at the address, and those of Linux' mmap.
pub fn map(file: BorrowedFd<'_>, part: &Part, at: usize) -> Result<usize> {
    let Part { offset, size, rights, is_private } = *part;
    let flags = if is_private { MapFlags::PRIVATE } else { MapFlags::SHARED };
    if at != 0 {
        let fixed = flags | MapFlags::FIXED_NOREPLACE;
        // SAFETY: NOREPLACE touches no mapping that exists.
        let found = unsafe { mmap(pointer(at), size, rights, fixed, file, offset) }?;
        return Ok(found.expose_provenance());
    }
    let whole = size.checked_add(GRANULARITY).ok_or(Errno::NOMEM)?;
    let reserve = MapFlags::PRIVATE | MapFlags::NORESERVE;
    // SAFETY: a new mapping at an address of the kernel's choice.
    let start = unsafe { mmap_anonymous(null_mut(), whole, ProtFlags::empty(), reserve) }?;
    let start = start.expose_provenance();
    let base = start.next_multiple_of(GRANULARITY);
    unmap(start, base - start);
    unmap(base + size, start + whole - (base + size));
    // SAFETY: it replaces what has just been reserved, which nobody else knows.
    match unsafe { mmap(pointer(base), size, rights, flags | MapFlags::FIXED, file, offset) } {
        Ok(found) => Ok(found.expose_provenance()),
        Err(error) => {
            unmap(base, size);
            Err(error)
        }
    }
}

/// Gives mapped memory back.
pub fn unmap(base: usize, size: usize) {
    if size != 0 {
        // SAFETY: the caller owns the mapping, and promises the program that it goes.
        let unmapped = unsafe { munmap(pointer(base), size) };
        debug_assert!(unmapped.is_ok(), "whole pages of a mapping can be unmapped");
    }
}

/// Writes what has changed to the file.
///
/// # Errors
/// Those of Linux' msync.
pub fn flush(base: usize, size: usize) -> Result<()> {
    // SAFETY: the memory is a mapping; its content is only read.
    unsafe { msync(pointer(base), size, MsyncFlags::SYNC) }
}
