//! Whether a transfer may begin at a place: sectors.

use super::disk_file::{DiskFile, Kind};
use crate::io::read_write::Way;
use crate::status::{Result, Status};

impl DiskFile {
    /// Refuses a transfer of so many bytes at a place, or at the end (None).
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when the file takes whole sectors only.
    pub(super) fn admit(&self, _way: Way, at: Option<u64>, length: usize) -> Result<()> {
        let sector = u64::from(self.sector);
        let fits = |number: u64| sector == 0 || number.is_multiple_of(sector);
        if fits(at.unwrap_or(0)) && fits(length as u64) {
            Ok(())
        } else {
            Err(Status::INVALID_PARAMETER)
        }
    }

    /// True for a file on a disk whose transfers go past the cache.
    pub fn is_unbuffered(&self) -> bool {
        self.sector != 0 && self.kind() == Kind::Disk
    }
}
