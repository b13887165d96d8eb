//! Counters that all processes of a user have in common: a file, mapped.
#![allow(unsafe_code)]

use crate::fs::error::general;
use crate::status::{Result, Status};
use core::sync::atomic::AtomicU32;
use rustix::fd::BorrowedFd;
use rustix::mm::{MapFlags, ProtFlags, mmap};

/// How many there are.
const COUNT: usize = 4096;

/// The counters; they are mapped until the process ends.
pub struct SharedCounters {
    counters: &'static [AtomicU32],
}

impl SharedCounters {
    /// Maps a file of counters, which begin with 0.
    ///
    /// # Errors
    /// `DISK_FULL`, `INSUFFICIENT_RESOURCES`.
    pub fn map(file: BorrowedFd<'_>) -> Result<Self> {
        let bytes = COUNT * size_of::<AtomicU32>();
        if rustix::fs::fstat(file).map_err(general)?.st_size < bytes as i64 {
            rustix::fs::ftruncate(file, bytes as u64).map_err(general)?;
        }
        let rights = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new mapping, of which nobody else in this process knows.
        let start =
            unsafe { mmap(core::ptr::null_mut(), bytes, rights, MapFlags::SHARED, file, 0) };
        let start = start.map_err(|_| Status::INSUFFICIENT_RESOURCES)?.cast::<AtomicU32>();
        // SAFETY: as long as this, never unmapped, and of a type that anybody may change.
        let counters = unsafe { core::slice::from_raw_parts(start, COUNT) };
        Ok(SharedCounters { counters })
    }

    /// The counter for a number; others may have it too.
    pub fn of(&self, number: u64) -> &'static AtomicU32 {
        let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        &self.counters[mixed as usize % COUNT]
    }
}
