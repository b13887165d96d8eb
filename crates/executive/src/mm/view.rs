//! Views: the parts of sections that are mapped into the process.
//!
//! [`VIEWS`] knows them by their address; mappings are made and given back under its lock.

use super::section::Section;
use crate::status::{Result, Status};
use crate::sync::Mutex;
use crate::sys::mapping::{self, GRANULARITY, PAGE, Part};
use rustix::io::Errno;
use rustix::mm::ProtFlags;
use std::collections::BTreeMap;
use std::sync::Arc;

struct View {
    size: usize,
    /// It is there as long as a view of it.
    _section: Arc<Section>,
}

static VIEWS: Mutex<BTreeMap<usize, View>> = Mutex::new(BTreeMap::new());

/// What a view is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing; it only takes up addresses.
    Nothing,
    /// Read.
    Read,
    /// Read and write.
    Write,
    /// Read and write, of which nobody else sees anything.
    Copy,
}

/// Which view is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// For what.
    pub access: Access,
    /// To be executed too.
    pub execute: bool,
    /// From this byte of the section on.
    pub offset: u64,
    /// So many bytes; 0: to the section's end.
    pub size: usize,
    /// At this address; 0: somewhere.
    pub at: usize,
}

/// Maps a part of a section; the address.
///
/// # Errors
/// `MAPPED_ALIGNMENT` for an offset or an address that is no multiple of 64 KiB,
/// `INVALID_VIEW_SIZE` for a part that is not in the section, `ACCESS_DENIED` for what the section
/// may not, `CONFLICTING_ADDRESSES` when something else is there, `NO_MEMORY`.
pub fn map(section: &Arc<Section>, wanted: &Wanted) -> Result<usize> {
    let rights = section.rights();
    if (wanted.access == Access::Write && !rights.write) || (wanted.execute && !rights.execute) {
        return Err(Status::ACCESS_DENIED);
    }
    let granularity = GRANULARITY as u64;
    if !wanted.offset.is_multiple_of(granularity) || !wanted.at.is_multiple_of(GRANULARITY) {
        return Err(Status::MAPPED_ALIGNMENT);
    }
    let left = section.size().checked_sub(wanted.offset).filter(|&left| left > 0);
    let left = left.ok_or(Status::INVALID_VIEW_SIZE)?;
    let size = if wanted.size == 0 { left } else { wanted.size as u64 };
    if size > left {
        return Err(Status::INVALID_VIEW_SIZE);
    }
    let size = usize::try_from(size).ok().and_then(|size| size.checked_next_multiple_of(PAGE));
    let size = size.ok_or(Status::NO_MEMORY)?;
    let mut allowed = match wanted.access {
        Access::Nothing => ProtFlags::empty(),
        Access::Read => ProtFlags::READ,
        Access::Write | Access::Copy => ProtFlags::READ | ProtFlags::WRITE,
    };
    if wanted.execute {
        allowed |= ProtFlags::EXEC;
    }
    let is_private = wanted.access == Access::Copy;
    let offset = section.start() + wanted.offset;
    let part = Part { offset, size, rights: allowed, is_private };
    let mut views = VIEWS.lock();
    let base = mapping::map(section.memory(), &part, wanted.at).map_err(|error| match error {
        Errno::EXIST | Errno::INVAL => Status::CONFLICTING_ADDRESSES,
        Errno::ACCESS | Errno::PERM => Status::ACCESS_DENIED,
        _ => Status::NO_MEMORY,
    })?;
    views.insert(base, View { size, _section: section.clone() });
    Ok(base)
}

/// The view that an address is in: its base and its size.
fn around(views: &BTreeMap<usize, View>, address: usize) -> Option<(usize, usize)> {
    let (&base, view) = views.range(..=address).next_back()?;
    (address - base < view.size).then_some((base, view.size))
}

/// Takes the view away that the address is in.
///
/// # Errors
/// `NOT_MAPPED_VIEW` when it is in none.
pub fn unmap(address: usize) -> Result<()> {
    let mut views = VIEWS.lock();
    let (base, size) = around(&views, address).ok_or(Status::NOT_MAPPED_VIEW)?;
    mapping::unmap(base, size);
    let view = views.remove(&base);
    drop(views);
    drop(view);
    Ok(())
}

/// Writes what has changed in a part of a view to its file; 0 bytes: to the view's end.
///
/// # Errors
/// `NOT_MAPPED_VIEW` when the part is in no view, `IO_DEVICE_ERROR`.
pub fn flush(address: usize, size: usize) -> Result<()> {
    let views = VIEWS.lock();
    let (base, whole) = around(&views, address).ok_or(Status::NOT_MAPPED_VIEW)?;
    let left = base + whole - address;
    let size = if size == 0 { left } else { size };
    if size > left {
        return Err(Status::NOT_MAPPED_VIEW);
    }
    let start = address - address % PAGE;
    mapping::flush(start, address + size - start).map_err(|_| Status::IO_DEVICE_ERROR)
}

/// True when all of it is in one view, which is how reserved parts of sections are: theirs from the
/// first touch on.
pub fn contains(address: usize, size: usize) -> bool {
    let found = around(&VIEWS.lock(), address);
    found.is_some_and(|(base, whole)| size <= base + whole - address)
}
