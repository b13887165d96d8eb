//! What other processes do with a file: a lock file for each inode that is open, in the runtime
//! directory, on whose bytes the processes have locks.
//!
//! ```text
//!  bytes        FIRST_BIT ...                        GATE
//!  stand for    who uses it, and what he forbids     whose turn it is
//! ```
//!
//! Each process holds what all its handles together do.  The kernel keeps the locks and takes them
//! from a process that is killed, so nothing outlives its holder.  What concerns the file as a
//! whole is looked at and changed by the process that has the gate.  The file's one byte of content
//! says that the name goes with the last handle; it counts only while somebody has a handle.

use super::share::Identity;
use crate::sys::range_lock::{self, Hold, Span};
use crate::sys::runtime_directory::{self, Directory};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{self, AtFlags};
use std::sync::OnceLock;

/// The bits of a process's use: three for what is done, three for what is forbidden.
pub(super) const BITS: u32 = 6;
const FIRST_BIT: i64 = i64::MAX - 64;
const GATE: Span = Span { start: i64::MAX - 32, length: 1 };
const ALL_BITS: Span = Span { start: FIRST_BIT, length: BITS as i64 };

/// The content that says that the name goes.
const DOOMED: &[u8] = b"D";

/// Without a directory that can be trusted the processes do not see each other.
fn directory() -> Option<&'static Directory> {
    static DIRECTORY: OnceLock<Option<Directory>> = OnceLock::new();
    DIRECTORY.get_or_init(|| runtime_directory::open("share").ok()).as_ref()
}

/// The lock file of an inode.
#[derive(Debug)]
pub(super) struct LockFile {
    directory: &'static Directory,
    name: String,
    fd: OwnedFd,
    /// What this process does with the file, as bits.
    held: u32,
}

fn bit(number: u32) -> Span {
    Span { start: FIRST_BIT + i64::from(number), length: 1 }
}

impl LockFile {
    /// Opens the inode's, and has the gate.  None when there is no directory for it.
    pub(super) fn open(identity: Identity) -> Option<LockFile> {
        let directory = directory()?;
        let mut name = format!("{:x}-{:x}", identity.device, identity.inode);
        loop {
            let fd = directory.file(&name).ok()?;
            range_lock::lock(fd.as_fd(), GATE, Hold::Exclusive).ok()?;
            let file = LockFile { directory, name, fd, held: 0 };
            if file.has_its_name() {
                return Some(file);
            }
            // The last user has removed it meanwhile.
            name = file.name;
        }
    }

    fn has_its_name(&self) -> bool {
        let named = fs::statat(self.directory.fd(), &self.name, AtFlags::SYMLINK_NOFOLLOW);
        matches!((named, fs::fstat(&self.fd)), (Ok(named), Ok(own))
            if (named.st_dev, named.st_ino) == (own.st_dev, own.st_ino))
    }

    /// Waits for the gate.
    pub(super) fn enter_gate(&self) {
        // Linux refuses it only when it has no memory; then the others are not waited for.
        let _refused = range_lock::lock(self.fd.as_fd(), GATE, Hold::Exclusive);
    }

    /// Lets the next one through the gate.
    pub(super) fn leave_gate(&self) {
        let _gone = range_lock::unlock(self.fd.as_fd(), GATE);
    }

    /// True when another process has a handle.
    pub(super) fn is_used_elsewhere(&self) -> bool {
        range_lock::is_held_elsewhere(self.fd.as_fd(), ALL_BITS, Hold::Exclusive).unwrap_or(false)
    }

    /// True when another process has one of these bits.
    pub(super) fn has_elsewhere(&self, bits: u32) -> bool {
        (0..BITS).filter(|number| bits & 1 << number != 0).any(|number| {
            range_lock::is_held_elsewhere(self.fd.as_fd(), bit(number), Hold::Exclusive)
                .unwrap_or(false)
        })
    }

    /// From now on this process does what the bits say.
    pub(super) fn hold(&mut self, bits: u32) {
        for number in (0..BITS).filter(|number| (self.held ^ bits) & 1 << number != 0) {
            let fd = self.fd.as_fd();
            // Only a lack of memory can be in the way; then the others do not see it.
            let _unseen = if bits & 1 << number != 0 {
                range_lock::try_lock(fd, bit(number), Hold::Shared)
            } else {
                range_lock::unlock(fd, bit(number))
            };
        }
        self.held = bits;
    }

    /// True when the name is to go with the last handle.
    pub(super) fn is_doomed(&self) -> bool {
        fs::fstat(&self.fd).is_ok_and(|stat| stat.st_size != 0)
    }

    /// Whether the name is to go with the last handle.
    pub(super) fn set_doomed(&self, doomed: bool) {
        // On a full disk the others do not hear of it.
        let _unheard = if doomed {
            rustix::io::pwrite(&self.fd, DOOMED, 0).map(drop)
        } else {
            fs::ftruncate(&self.fd, 0)
        };
    }

    /// Nobody uses it any more; the gate is held.
    pub(super) fn remove(&self) {
        self.directory.remove(&self.name);
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn two_descriptions_see_each_other_until_one_goes() {
        let identity = Identity { device: u64::MAX, inode: 77 };
        let Some(mut first) = LockFile::open(identity) else { return };
        first.hold(0b1_0001);
        first.set_doomed(true);
        first.leave_gate();
        let second = LockFile::open(identity).unwrap();
        assert!(second.is_used_elsewhere() && second.is_doomed());
        assert!(second.has_elsewhere(1) && second.has_elsewhere(0b1_0000));
        assert!(!second.has_elsewhere(0b10));
        drop(first);
        assert!(!second.is_used_elsewhere());
        second.remove();
        second.leave_gate();
        assert!(!second.has_its_name());
    }
}
