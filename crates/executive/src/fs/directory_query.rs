//! What GetFileInformationByHandleEx tells of a directory: records of what is in it, as many as
//! there is room for, and with the next call those behind them.

use super::disk_file::{DiskFile, Kind};
use super::information::{REPARSE_POINT, SYMBOLIC_LINK};
use super::pattern::Pattern;
use super::rights::READ_DATA;
use super::search::{Found, Search};
use super::wide::Wide;
use crate::status::{Result, Status};
use rustix::fd::AsFd;

/// The kind of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `FILE_FULL_DIR_INFO`
    Full,
    /// `FILE_ID_BOTH_DIR_INFO`
    IdBoth,
}

/// Records begin at multiples of this.
const ALIGNMENT: usize = 8;

impl Layout {
    /// Where a record's name begins.
    fn head(self, wide: Wide) -> usize {
        match (self, wide) {
            (Layout::Full, _) => 68,
            // Twelve characters of a short name, and the file's number.
            (Layout::IdBoth, Wide::Utf16) => 104,
            (Layout::IdBoth, Wide::Utf32) => 128,
        }
    }

    /// Adds a record; its NextEntryOffset stays 0.
    fn add(self, found: &Found<'_>, wide: Wide, bytes: &mut Vec<u8>) {
        let Found { name, information } = found;
        let start = bytes.len();
        bytes.extend([0; 8]);
        let is_link = information.attributes & REPARSE_POINT != 0;
        let times = [
            information.created,
            information.accessed,
            information.written,
            information.changed,
            information.size,
            information.allocated,
        ];
        bytes.extend(times.into_iter().flat_map(u64::to_ne_bytes));
        // Where extended attributes would be counted a reparse point has its tag.
        let tag = if is_link { SYMBOLIC_LINK } else { 0 };
        let numbers = [information.attributes, wide.length(name) as u32, tag];
        bytes.extend(numbers.into_iter().flat_map(u32::to_ne_bytes));
        if self == Layout::IdBoth {
            bytes.resize(start + self.head(wide) - size_of::<u64>(), 0);
            bytes.extend(information.identity.inode.to_ne_bytes());
        }
        debug_assert_eq!(bytes.len(), start + self.head(wide));
        wide.encode(name, bytes);
    }
}

impl DiskFile {
    /// The next records of what is in the directory, at most so many bytes; from the first again
    /// if `restart`.
    ///
    /// # Errors
    /// `NO_MORE_FILES` at the end, `INVALID_PARAMETER` for what is no directory, `ACCESS_DENIED`
    /// without the right to list it, `INFO_LENGTH_MISMATCH` for less than a record's head,
    /// `BUFFER_OVERFLOW` when the next one has no room.
    pub fn records(
        &self,
        layout: Layout,
        wide: Wide,
        restart: bool,
        room: usize,
    ) -> Result<Vec<u8>> {
        if self.kind() != Kind::Directory {
            return Err(Status::INVALID_PARAMETER);
        }
        self.require(READ_DATA)?;
        if room < layout.head(wide).next_multiple_of(ALIGNMENT) {
            return Err(Status::INFO_LENGTH_MISMATCH);
        }
        let mut listing = self.listing.lock();
        if restart || listing.is_none() {
            let whole = Search::of_directory(self.fd.as_fd(), &Pattern::new("*", false))?;
            *listing = Some(Box::new(whole));
        }
        let search = listing.as_mut().ok_or(Status::NO_MORE_FILES)?;
        let mut bytes = Vec::new();
        let mut last = None;
        while let Some(found) = search.next_found() {
            let start = bytes.len().next_multiple_of(ALIGNMENT);
            let end = start + layout.head(wide) + wide.length(&found.name);
            if end > room {
                search.step_back();
                break;
            }
            bytes.resize(start, 0);
            layout.add(&found, wide, &mut bytes);
            if let Some(last) = last.replace(start) {
                let distance = (start - last) as u32;
                bytes[last..last + 4].copy_from_slice(&distance.to_ne_bytes());
            }
        }
        match (last, search.is_at_end()) {
            (Some(_), _) => Ok(bytes),
            (None, true) => Err(Status::NO_MORE_FILES),
            (None, false) => Err(Status::BUFFER_OVERFLOW),
        }
    }
}
