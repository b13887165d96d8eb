//! The names of the extended attributes that a file has.
#![allow(unsafe_code)]

use crate::sync::{AtomicBool, Ordering};
use rustix::fd::{AsRawFd, BorrowedFd};
use rustix::fs;
use rustix::io::{Errno, retry_on_intr};
use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use syscalls::Sysno;

/// Bytes that the names of most files fit into.
pub const ROOM: usize = 256;

/// Whether Linux does not have the call, which is new in 6.13.
static IS_MISSING: AtomicBool = AtomicBool::new(false);

/// Asks for what is in one directory, one after the other.
#[derive(Debug)]
pub struct Asker {
    /// The directory's path and a separator, for where Linux cannot be asked by a descriptor;
    /// behind them any name.
    path: Vec<u8>,
    /// Bytes of them; none of these is NUL.
    folder: usize,
    /// Whether no file so far had any: then it is cheaper to ask first how many bytes they are.
    none_so_far: bool,
    room: [u8; ROOM],
}

impl Asker {
    /// For the directory that is at this path.
    pub fn new(folder: &Path) -> Self {
        // The directory was opened by it, so there is no NUL in it.
        let folder = CString::new(folder.as_os_str().as_bytes()).unwrap_or_default();
        let path = [folder.as_bytes(), b"/"].concat();
        Asker { folder: path.len(), path, none_so_far: true, room: [0; ROOM] }
    }

    /// The names, each with its terminator, of what has a name in the directory; a link is asked
    /// itself.
    ///
    /// # Errors
    /// `RANGE` when there are more, those of Linux' listxattr.
    #[inline]
    pub fn names(&mut self, directory: BorrowedFd<'_>, name: &CStr) -> Result<&[u8], Errno> {
        if self.none_so_far {
            if self.ask(directory, name, 0)? == 0 {
                return Ok(&[]);
            }
            // Where SELinux is, every file has one.
            self.none_so_far = false;
        }
        let length = self.ask(directory, name, ROOM)?;
        Ok(&self.room[..length])
    }

    /// How many bytes they are; without room only that.
    #[inline]
    fn ask(&mut self, directory: BorrowedFd<'_>, name: &CStr, room: usize) -> Result<usize, Errno> {
        if !IS_MISSING.load(Ordering::Relaxed) {
            let place = &mut self.room[..room];
            match retry_on_intr(|| list_at(directory, name, place)) {
                // A sandbox may say that it is not permitted.
                Err(Errno::NOSYS | Errno::PERM) => IS_MISSING.store(true, Ordering::Relaxed),
                done => return done,
            }
        }
        self.ask_by_path(name, room)
    }

    #[cold]
    fn ask_by_path(&mut self, name: &CStr, room: usize) -> Result<usize, Errno> {
        self.path.truncate(self.folder);
        self.path.extend_from_slice(name.to_bytes_with_nul());
        // SAFETY: there is no NUL in the folder, and in the name's bytes only the last.
        let path = unsafe { CStr::from_bytes_with_nul_unchecked(&self.path) };
        let room = &mut self.room[..room];
        retry_on_intr(|| match room.is_empty() {
            true => fs::llistxattr_query(path),
            false => fs::llistxattr(path, &mut *room),
        })
    }
}

#[inline]
fn list_at(directory: BorrowedFd<'_>, name: &CStr, room: &mut [u8]) -> Result<usize, Errno> {
    let descriptor = directory.as_raw_fd().unsigned_abs() as usize;
    let name = name.as_ptr().expose_provenance();
    let flags = libc::AT_SYMLINK_NOFOLLOW.unsigned_abs() as usize;
    let (place, length) = (room.as_mut_ptr().expose_provenance(), room.len());
    // SAFETY: the name is terminated, and the room as large as it is said to be.
    let done =
        unsafe { syscalls::syscall5(Sysno::listxattrat, descriptor, name, flags, place, length) };
    done.map_err(|error| Errno::from_raw_os_error(error.into_raw()))
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;
    use rustix::fd::AsFd;

    #[test]
    fn by_descriptor_and_by_path_the_same_is_said() {
        let folder = std::env::temp_dir().join(format!("kept-names-{}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        for name in ["a", "b"] {
            std::fs::write(folder.join(name), "").unwrap();
        }
        let has_some = fs::setxattr(folder.join("b"), "user.some", b"", fs::XattrFlags::empty());
        let directory = std::fs::File::open(&folder).unwrap();
        let mut asker = Asker::new(&folder);
        for name in [c"a", c"b", c"a", c"nothing"] {
            let told = asker.names(directory.as_fd(), name).map(<[u8]>::to_vec);
            let has = told.as_ref().is_ok_and(|told| told.windows(9).any(|it| it == b"user.some"));
            assert_eq!(has, has_some.is_ok() && name == c"b", "{name:?}");
            for room in [0, ROOM] {
                let length = told.as_ref().map(Vec::len).map_err(|error| *error);
                assert_eq!(asker.ask_by_path(name, room), length, "{name:?}");
            }
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
