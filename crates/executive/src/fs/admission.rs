//! Whether a transfer may begin at a place: sectors, and ranges that somebody has locked.

use super::byte_range::Range;
use super::disk_file::{DiskFile, Kind};
use crate::io::read_write::Way;
use crate::status::{Result, Status};

impl DiskFile {
    /// Refuses a transfer of so many bytes at a place, or at the end (None).
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when the file takes whole sectors only, `FILE_LOCK_CONFLICT` when
    /// somebody has locked a part of it.
    #[inline]
    pub(super) fn admit(&self, way: Way, at: Option<u64>, length: usize) -> Result<()> {
        let sector = u64::from(self.sector);
        let fits = |number: u64| number.is_multiple_of(sector);
        if sector != 0 && !(fits(at.unwrap_or(0)) && fits(length as u64)) {
            return Err(Status::INVALID_PARAMETER);
        }
        match self.fcb() {
            Some(fcb) if length > 0 && fcb.may_have_locks() => {
                let start = at.map_or_else(|| self.size(), Ok)?;
                let forbids = fcb.forbids(self.owner(), way, Range::new(start, length as u64)?);
                if forbids { Err(Status::FILE_LOCK_CONFLICT) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    /// True when somebody may have locked a part of it.
    #[inline]
    pub(super) fn may_have_locks(&self) -> bool {
        self.fcb().is_some_and(|fcb| fcb.may_have_locks())
    }

    /// True for a file on a disk whose transfers go past the cache.
    pub fn is_unbuffered(&self) -> bool {
        self.sector != 0 && self.kind() == Kind::Disk
    }
}
