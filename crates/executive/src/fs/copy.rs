//! Copying a file, with its attributes and the time of its data.

use super::attributes;
use super::basic::{self, Times};
use super::error::general;
use super::open::{identity, open};
use super::path::{self, Place};
use super::share::{SHARE_ALL, SHARE_READ};
use crate::io::create::{Disposition, Options, Request};
use crate::io::file::Device;
use crate::status::{Result, Status};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs;
use rustix::io::Errno;
use std::path::{Path, PathBuf};

/// `GENERIC_READ`
const READ: u32 = 0x8000_0000;
/// `GENERIC_WRITE` and `DELETE`
const WRITE: u32 = 0x4001_0000;
/// Bytes that are copied before it is asked whether to go on.
const PORTION: usize = 1 << 20;

/// What becomes of a file that has the new name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It goes.
    Replaced,
    /// It stays, and nothing is copied.
    Refused,
}

/// How far a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes in the file.
    pub total: u64,
    /// Bytes copied.
    pub done: u64,
}

/// Copies a file.  `goes_on` is asked before the first byte, after each portion and at the end;
/// when it refuses, the copy is deleted.
///
/// # Errors
/// `OBJECT_NAME_COLLISION` when the new name is taken and that should not go, `REQUEST_ABORTED`
/// when `goes_on` refused, `SHARING_VIOLATION` (also for a file onto itself), `ACCESS_DENIED`,
/// `DISK_FULL`, those of a path and of Linux.
pub fn copy(
    old: &str,
    new: &str,
    existing: Existing,
    goes_on: &mut dyn FnMut(Progress) -> bool,
) -> Result<()> {
    let old = path::resolve(old)?;
    let new = path::resolve(new)?;
    if old.of_directory || new.of_directory {
        return Err(Status::OBJECT_NAME_INVALID);
    }
    copy_path(&old.path, &new.path, existing, goes_on)
}

/// An open file that is closed as a program's is.
struct Opened(Device);

impl Opened {
    fn new(path: &Path, access: u32, share: u32, disposition: Disposition) -> Result<Self> {
        let request = Request {
            name: "",
            access,
            share,
            disposition,
            options: Options { sequential: true, ..Options::default() },
            attributes: 0,
            template: None,
        };
        let place = Place { path: path.to_path_buf(), of_directory: false };
        open(&request, place).map(|opened| Opened(opened.device))
    }

    fn fd(&self) -> Result<OwnedFd> {
        match &self.0 {
            Device::Disk(disk) => disk.descriptor(),
            _ => Err(Status::INVALID_DEVICE_REQUEST),
        }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        if let Device::Disk(disk) = &self.0 {
            disk.close();
        }
    }
}

pub(super) fn copy_path(
    old: &Path,
    new: &Path,
    existing: Existing,
    goes_on: &mut dyn FnMut(Progress) -> bool,
) -> Result<()> {
    let source = Opened::new(old, READ, SHARE_ALL, Disposition::OpenExisting)?;
    let disposition = match existing {
        Existing::Replaced => Disposition::CreateAlways,
        Existing::Refused => Disposition::CreateNew,
    };
    let from = source.fd()?;
    if existing == Existing::Replaced && is_same(&from, new) {
        // It would be emptied before it is read.
        return Err(Status::SHARING_VIOLATION);
    }
    let target = Opened::new(new, WRITE, SHARE_READ, disposition)?;
    let to = target.fd()?;
    let copied = transfer(&from, &to, goes_on).and_then(|()| dress(&from, &to));
    if copied.is_err() {
        let name: PathBuf = basic::name_of(to.as_fd()).unwrap_or_else(|_| new.to_path_buf());
        // What is not whole is not left behind.
        let _stays = fs::unlink(name);
    }
    copied
}

/// True when a path leads to what is open.
fn is_same(open: &OwnedFd, path: &Path) -> bool {
    matches!((fs::fstat(open), fs::stat(path)), (Ok(open), Ok(found))
        if identity(&open) == identity(&found))
}

/// Copies the bytes.
fn transfer(from: &OwnedFd, to: &OwnedFd, goes_on: &mut dyn FnMut(Progress) -> bool) -> Result<()> {
    let total = fs::fstat(from).map_err(general)?.st_size.max(0) as u64;
    let mut done = 0;
    let mut in_kernel = true;
    let mut ask = |done| {
        let goes_on = goes_on(Progress { total, done });
        if goes_on { Ok(()) } else { Err(Status::REQUEST_ABORTED) }
    };
    ask(0)?;
    let mut buffer = Vec::new();
    loop {
        let count = if in_kernel {
            match fs::copy_file_range(from, None, to, None, PORTION) {
                // Files that are made up, such as /proc's, say 0 at once.
                Ok(0) if done == 0 => {
                    in_kernel = false;
                    continue;
                }
                Ok(count) => count,
                Err(Errno::INTR) => continue,
                Err(Errno::XDEV | Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP | Errno::PERM) => {
                    in_kernel = false;
                    continue;
                }
                Err(error) => return Err(general(error)),
            }
        } else {
            by_hand(from, to, &mut buffer)?
        };
        if count == 0 {
            return Ok(());
        }
        done += count as u64;
        ask(done)?;
    }
}

fn by_hand(from: &OwnedFd, to: &OwnedFd, buffer: &mut Vec<u8>) -> Result<usize> {
    buffer.resize(PORTION, 0);
    let count = rustix::io::retry_on_intr(|| rustix::io::read(from, &mut buffer[..]));
    let count = count.map_err(general)?;
    let mut rest = &buffer[..count];
    while !rest.is_empty() {
        let written = rustix::io::retry_on_intr(|| rustix::io::write(to, rest));
        rest = &rest[written.map_err(general)?..];
    }
    Ok(count)
}

/// Gives the copy what the file has besides its bytes.
fn dress(from: &OwnedFd, to: &OwnedFd) -> Result<()> {
    let (source, target) = (basic::path_of(from.as_fd()), basic::path_of(to.as_fd()));
    let found = basic::of_descriptor(from.as_fd())?;
    attributes::copy_kept(&source, &target)?;
    let stat = fs::fstat(to).map_err(general)?;
    match attributes::set(&target, &stat, found.attributes) {
        Ok(()) | Err(Status::NOT_SUPPORTED) => {}
        Err(status) => return Err(status),
    }
    let times = Times { written: Some(found.written), ..Times::default() };
    basic::set_times(to.as_fd(), times)
}
