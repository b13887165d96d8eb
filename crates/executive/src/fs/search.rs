//! The search of a directory: FindFirstFile's handle, and what lists an open directory.
//!
//! A search reads all names when it begins, so that a program may delete what it is shown, and
//! shows them as NTFS does: `.` and `..`, then by their upper case.  What a name stands for is
//! looked up when it is shown; what has gone by then is left out.
//!
//! A search's number is not a handle of the object table's: CloseHandle does not know it.

use super::basic;
use super::error::general;
use super::information::{self, Information};
use super::kept;
use super::order;
use super::path;
use super::pattern::{self, Pattern};
use crate::io::create::{Target, classify};
use crate::ke::biased_mutex::BiasedMutex;
use crate::ob::table::{Pinned, Table};
use crate::status::{Result, Status};
use crate::sys::kept_names::Asker;
use crate::sys::name_list::NameList;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, Mode, OFlags, RawDir};
use rustix::io::Errno;
use std::borrow::Cow;
use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

/// Bytes of names that one system call reads.
const READ: usize = 1 << 16;

/// What is found.
#[derive(Debug)]
pub struct Found<'name> {
    /// The name; what is not UTF-8 in it is U+FFFD.
    pub name: Cow<'name, str>,
    /// What is told of the file.
    pub information: Information,
}

/// Where a search looks.
#[derive(Debug)]
struct Directory {
    fd: OwnedFd,
    asker: Asker,
}

impl Directory {
    fn new(fd: OwnedFd, path: &Path) -> Self {
        Directory { fd, asker: Asker::new(path) }
    }

    fn open(path: &Path) -> Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = fs::open(path, flags, Mode::empty()).map_err(|error| match error {
            Errno::NOENT => Status::OBJECT_PATH_NOT_FOUND,
            Errno::NOTDIR if path.symlink_metadata().is_ok() => Status::NOT_A_DIRECTORY,
            other => general(other),
        })?;
        Ok(Directory::new(fd, path))
    }

    #[inline(always)]
    fn information(&mut self, name: &CStr) -> Result<Information> {
        let found = information::of_entry(self.fd.as_fd(), name)?;
        Ok(kept::complete_entry(found, &mut self.asker, self.fd.as_fd(), name))
    }
}

/// What is left of a search.
#[derive(Debug, Default)]
pub struct Search {
    /// None for a device, which is in no directory.
    directory: Option<Directory>,
    names: NameList,
    next: usize,
}

impl Search {
    /// A search for a name that may have wildcards behind its last separator.
    ///
    /// # Errors
    /// `NO_SUCH_FILE` (2) when nothing matches, `OBJECT_PATH_NOT_FOUND` (3) without the directory,
    /// `NOT_A_DIRECTORY` (267) when it is none, `OBJECT_NAME_INVALID` (123) for what is no name,
    /// `ACCESS_DENIED`, and the others of a path.
    pub fn open(name: &str, case_sensitive: bool) -> Result<Self> {
        let verbatim = name.starts_with(r"\\?\");
        let is_separator = |letter| letter == '\\' || (letter == '/' && !verbatim);
        let start = name.rfind(|letter| is_separator(letter) || letter == ':');
        let (folder, last) = name.split_at(start.map_or(0, |at| at + 1));
        if !last.contains(pattern::is_wild) {
            return Search::open_one(name, case_sensitive);
        }
        if last.contains(|letter: char| letter < ' ' || letter == '|') {
            return Err(Status::OBJECT_NAME_INVALID);
        }
        let folder = path::resolve(if folder.is_empty() { "." } else { folder })?.path;
        let directory = Directory::open(&folder)?;
        let wanted = match verbatim {
            true => Pattern::new(last, case_sensitive),
            false => Pattern::of_win32(last, case_sensitive),
        };
        let search = Search::list(directory, &wanted, is_root(&folder))?;
        if search.names.is_empty() { Err(Status::NO_SUCH_FILE) } else { Ok(search) }
    }

    /// A search for one name.
    fn open_one(name: &str, case_sensitive: bool) -> Result<Self> {
        let place = match classify(name)? {
            Target::Disk(place) => place,
            Target::Null | Target::Console(_) | Target::Serial(_) => return Search::device(name),
            _ => return Err(Status::OBJECT_PATH_NOT_FOUND),
        };
        let folder = place.path.parent();
        let (Some(folder), Some(last)) = (folder, place.path.file_name()) else {
            return Err(Status::NO_SUCH_FILE);
        };
        if place.of_directory {
            let is_there = place.path.is_dir();
            return Err(if is_there {
                Status::NO_SUCH_FILE
            } else {
                Status::OBJECT_PATH_NOT_FOUND
            });
        }
        let directory = Directory::open(folder)?;
        let mut names = NameList::default();
        let exact = CString::new(last.as_bytes()).map_err(|_| Status::OBJECT_NAME_INVALID)?;
        if information::of_name(directory.fd.as_fd(), exact.as_c_str()).is_ok() {
            names.add(&exact).map_err(general)?;
            return Ok(Search { directory: Some(directory), names, next: 0 });
        }
        if !case_sensitive {
            let wanted = Pattern::new(&last.to_string_lossy(), false);
            let mut search = Search::list(directory, &wanted, true)?;
            search.names.truncate(1);
            if !search.names.is_empty() {
                return Ok(search);
            }
        }
        Err(Status::NO_SUCH_FILE)
    }

    /// A search for a device, which finds its name as it is written.
    fn device(name: &str) -> Result<Self> {
        let last = name.rsplit(['\\', '/', ':']).next().unwrap_or(name);
        let mut names = NameList::default();
        let exact = CString::new(last).map_err(|_| Status::OBJECT_NAME_INVALID)?;
        names.add(&exact).map_err(general)?;
        Ok(Search { directory: None, names, next: 0 })
    }

    /// A search in an open directory; everything there without a pattern.
    ///
    /// # Errors
    /// `ACCESS_DENIED` and the others of Linux' open.
    pub fn of_directory(directory: BorrowedFd<'_>, wanted: &Pattern) -> Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let own = fs::openat(directory, ".", flags, Mode::empty()).map_err(general)?;
        let identity = |name| information::of_name(own.as_fd(), name).map(|of| of.identity);
        let is_root = identity(c".")? == identity(c"..")?;
        let path = basic::path_of(directory);
        Search::list(Directory::new(own, &path), wanted, is_root)
    }

    fn list(directory: Directory, wanted: &Pattern, without_dots: bool) -> Result<Self> {
        let mut names = NameList::default();
        if !without_dots {
            for dots in [c".", c".."] {
                if wanted.matches(&dots.to_string_lossy()) {
                    names.add(dots).map_err(general)?;
                }
            }
        }
        let dots = names.len();
        let mut buffer = Vec::with_capacity(READ);
        let mut entries = RawDir::new(&directory.fd, buffer.spare_capacity_mut());
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(general)?;
            let name = entry.file_name();
            let is_dots = matches!(name.to_bytes(), b"." | b"..");
            if !is_dots && (wanted.is_everything() || wanted.matches(&name.to_string_lossy())) {
                names.add(name).map_err(general)?;
            }
        }
        names.look_through();
        order::sort(&mut names, dots);
        Ok(Search { directory: Some(directory), names, next: 0 })
    }

    /// The next one that is still there.
    #[inline(always)]
    pub fn next_found(&mut self) -> Option<Found<'_>> {
        loop {
            let at = self.next;
            let name = self.names.get(at)?;
            self.next += 1;
            let information = match &mut self.directory {
                Some(directory) => directory.information(name),
                None => Ok(Information::of_device()),
            };
            if let Ok(information) = information {
                // Looked up behind the test, because the loop goes on with the names.
                return Some(Found { name: self.names.text(at)?, information });
            }
        }
    }

    /// Shows the last one again next time.
    pub fn step_back(&mut self) {
        self.next = self.next.saturating_sub(1);
    }

    /// True when every name has been shown.
    pub fn is_at_end(&self) -> bool {
        self.next >= self.names.len()
    }
}

/// A drive's root is in no other directory.
fn is_root(folder: &Path) -> bool {
    path::to_windows(folder).len() <= r"C:\".len()
}

/// A search that threads may share; nearly always one asks for thousands of names.
pub type Shared = BiasedMutex<Search>;

static SEARCHES: Table<Shared> = Table::new();

/// Gives a search a number.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES` when there are millions.
pub fn keep(search: Search) -> Result<u32> {
    let shared = Shared::default();
    *shared.lock() = search;
    SEARCHES.insert(Arc::new(shared)).ok_or(Status::INSUFFICIENT_RESOURCES)
}

/// The search of this number.
///
/// # Errors
/// `INVALID_HANDLE`.
#[inline]
pub fn lookup(number: u32) -> Result<Pinned<'static, Shared>> {
    SEARCHES.lookup(number).ok_or(Status::INVALID_HANDLE)
}

/// Ends a search.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn close(number: u32) -> Result<()> {
    SEARCHES.remove(number).map(drop).ok_or(Status::INVALID_HANDLE)
}
