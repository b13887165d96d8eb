//! What other processes do with a file: a lock file for each inode that is open, in the runtime
//! directory, on whose bytes the processes have locks.
//!
//! ```text
//!  bytes       0 ... 2^62 ...  SECTIONS ...   FIRST_PROCESS ...  FIRST_BIT ...     GATE
//!  stand for   ranges that     the sections'  processes that     who uses it, and  whose turn
//!              are locked      sizes          lock ranges        what he forbids   it is
//! ```
//!
//! Each process holds what all its handles together do.  The kernel keeps the locks and takes them
//! from a process that is killed, so nothing outlives its holder.  What concerns the file as a
//! whole is looked at and changed by the process that has the gate.  The file's one byte of content
//! says that the name goes with the last handle; it counts only while somebody has a handle.
//!
//! A section of the file has the byte of its size locked, through an opening of its own, for as
//! long as it lives ([`SectionLock`]): whoever makes the file shorter looks for locks above the new
//! size.
//!
//! Whoever reads or writes would have to ask whether the place is locked; a counter of the locked
//! ranges, in memory that all processes have, says that there are none.  Another one counts those
//! who wait for a range: whoever unlocks one then touches the file, which they hear.

use super::basic;
use super::share::Identity;
use crate::status::{Result, Status};
use crate::sync::Mutex;
use crate::sys::range_lock::{self, Hold, Span};
use crate::sys::runtime_directory::{self, Directory};
use crate::sys::shared_counters::SharedCounters;
use core::cell::Cell;
use core::sync::atomic::AtomicU32;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::inotify::{self, WatchFlags};
use rustix::fs::{self, AtFlags, Timespec, Timestamps};
use std::sync::OnceLock;

/// The bits of a process's use: three for what is done, three for what is forbidden.
pub(super) const BITS: u32 = 6;
const FIRST_BIT: i64 = i64::MAX - 64;
/// A byte for each process that there may be, by its number.
const FIRST_PROCESS: i64 = i64::MAX - 64 - PROCESSES;
const PROCESSES: i64 = 1 << 22;
const GATE: Span = Span { start: i64::MAX - 32, length: 1 };
const ALL_BITS: Span = Span { start: FIRST_BIT, length: BITS as i64 };

/// Behind the last range.
const SECTIONS: i64 = (7 << 60) + 1;
/// No file is longer.
const LONGEST: i64 = 1 << 59;

/// From here on four bytes of Windows' share one of Linux'.
const COARSE: u64 = 1 << 62;

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
    /// The others see which process it is that locks ranges.
    is_shown: Cell<bool>,
}

fn bit(number: u32) -> Span {
    Span { start: FIRST_BIT + i64::from(number), length: 1 }
}

/// A range of Windows' as one of Linux', whose files are shorter.
fn span(first: u64, last: u64) -> Span {
    let place = |byte: u64| {
        let byte = if byte < COARSE { byte } else { COARSE + (byte - COARSE) / 4 };
        i64::try_from(byte).unwrap_or(i64::MAX).min(FIRST_PROCESS - 1)
    };
    Span { start: place(first), length: place(last) - place(first) + 1 }
}

/// The byte of a section's size.
fn section(size: u64) -> Span {
    let size = i64::try_from(size).unwrap_or(LONGEST).min(LONGEST);
    Span { start: SECTIONS + size, length: 1 }
}

/// Those of the sections that are longer than this.
fn longer_sections(size: u64) -> Span {
    let start = section(size).start + 1;
    Span { start, length: SECTIONS + LONGEST + 1 - start }
}

fn name_of(identity: Identity) -> String {
    format!("{:x}-{:x}", identity.device, identity.inode)
}

/// Counts, for all processes, those that have a part of the inode locked; other inodes may have
/// the same counter, and who is killed counts on.  0 means that nobody has.
pub(super) fn counter(identity: Identity) -> Option<&'static AtomicU32> {
    static COUNTERS: OnceLock<Option<SharedCounters>> = OnceLock::new();
    shared(&COUNTERS, "locks", identity)
}

/// Counts, for all processes, those that wait for a part of the inode, in the same way.
pub(super) fn waiters(identity: Identity) -> Option<&'static AtomicU32> {
    static COUNTERS: OnceLock<Option<SharedCounters>> = OnceLock::new();
    shared(&COUNTERS, "waiters", identity)
}

fn shared(
    counters: &'static OnceLock<Option<SharedCounters>>,
    name: &str,
    identity: Identity,
) -> Option<&'static AtomicU32> {
    let counters = counters.get_or_init(|| {
        let file = directory()?.file(name).ok()?;
        SharedCounters::map(file.as_fd()).ok()
    });
    let number = identity.device.rotate_left(32) ^ identity.inode;
    counters.as_ref().map(|counters| counters.of(number))
}

impl LockFile {
    /// Opens the inode's, and has the gate.  None when there is no directory for it.
    pub(super) fn open(identity: Identity) -> Option<LockFile> {
        let directory = directory()?;
        let mut name = name_of(identity);
        loop {
            let fd = directory.file(&name).ok()?;
            range_lock::lock(fd.as_fd(), GATE, Hold::Exclusive).ok()?;
            let file = LockFile { directory, name, fd, held: 0, is_shown: Cell::new(false) };
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

    /// Nobody has a handle any more; the gate is held.  It stays as long as there are sections.
    pub(super) fn remove(&self) {
        let all = Span { start: SECTIONS, length: LONGEST + 1 };
        if !range_lock::is_held_elsewhere(self.fd.as_fd(), all, Hold::Exclusive).unwrap_or(true) {
            self.directory.remove(&self.name);
        }
    }

    /// Locks a range, if no other process is in the way.
    pub(super) fn lock_range(&self, first: u64, last: u64, hold: Hold) -> Result<()> {
        if !self.is_shown.replace(true) {
            let own = FIRST_PROCESS + i64::from(std::process::id());
            let span = Span { start: own, length: 1 };
            // Who shares the number, in another container, need not be waited for by it.
            let _unseen = range_lock::try_lock(self.fd.as_fd(), span, Hold::Shared);
        }
        range_lock::try_lock(self.fd.as_fd(), span(first, last), hold)
            .map_err(|_| Status::LOCK_NOT_GRANTED)
    }

    /// Unlocks a range.
    pub(super) fn unlock_range(&self, first: u64, last: u64) {
        let _kept = range_lock::unlock(self.fd.as_fd(), span(first, last));
    }

    /// The other processes that lock ranges, or did so and have the file still.
    pub(super) fn holders(&self) -> Vec<u32> {
        let mut to_do = vec![(FIRST_PROCESS, FIRST_PROCESS + PROCESSES)];
        let mut found = Vec::new();
        while let Some((start, end)) = to_do.pop() {
            let span = Span { start, length: end - start };
            let held = range_lock::find_elsewhere(self.fd.as_fd(), span, Hold::Exclusive);
            let Ok(Some(held)) = held else { continue };
            found.push((held.start - FIRST_PROCESS) as u32);
            let sides = [(start, held.start), (held.start + 1, end)];
            to_do.extend(sides.into_iter().filter(|(start, end)| start < end));
        }
        found
    }

    /// From now on what [`LockFile::touch`] does is heard there; false if it cannot be.
    pub(super) fn listen(&self, ears: BorrowedFd<'_>) -> bool {
        inotify::add_watch(ears, basic::path_of(self.fd.as_fd()), WatchFlags::ATTRIB).is_ok()
    }

    /// Tells those who wait that there is something to try.
    pub(super) fn touch(&self) {
        let now = Timespec { tv_sec: 0, tv_nsec: fs::UTIME_NOW };
        // The file is the user's own; if he may not touch it, nobody waits.
        let _unheard =
            fs::futimens(&self.fd, &Timestamps { last_access: now, last_modification: now });
    }

    /// True when another process has locked a part of the range so that this hold has no room.
    pub(super) fn is_locked_elsewhere(&self, first: u64, last: u64, hold: Hold) -> bool {
        range_lock::is_held_elsewhere(self.fd.as_fd(), span(first, last), hold).unwrap_or(false)
    }
}

/// Keeps a file from being cut off before a section's end, by whatever process.
pub struct SectionLock {
    file: Mutex<LockFile>,
    size: u64,
}

impl SectionLock {
    /// None when the processes do not see each other.
    pub fn new(identity: Identity, size: u64) -> Option<Self> {
        let file = LockFile::open(identity)?;
        let locked = range_lock::try_lock(file.fd.as_fd(), section(size), Hold::Shared);
        file.leave_gate();
        locked.is_ok().then_some(SectionLock { file: Mutex::new(file), size })
    }
}

impl Drop for SectionLock {
    fn drop(&mut self) {
        let file = self.file.lock();
        file.enter_gate();
        // Closing it would do, but a child that is being started may have it too.
        let _gone = range_lock::unlock(file.fd.as_fd(), section(self.size));
        if !file.is_used_elsewhere() {
            file.remove();
        }
        file.leave_gate();
    }
}

/// True when a section of the file, in whatever process, is longer than this.
pub fn has_longer_section(identity: Identity, size: u64) -> bool {
    let file = directory().and_then(|directory| directory.existing_file(&name_of(identity)).ok());
    file.is_some_and(|file| {
        let longer = longer_sections(size);
        range_lock::is_held_elsewhere(file.as_fd(), longer, Hold::Exclusive).unwrap_or(false)
    })
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_windows_fit_into_linux() {
        assert_eq!(span(0, 0), Span { start: 0, length: 1 });
        assert_eq!(span(5, 9), Span { start: 5, length: 5 });
        let all = span(0, u64::MAX);
        assert_eq!(all.start, 0);
        assert!(all.start + all.length <= SECTIONS);
        let longest = section(u64::MAX);
        assert!(longest.start + longest.length <= FIRST_PROCESS);
        let high = span(1 << 63, (1 << 63) + 4);
        assert!(high.start > 1 << 62 && high.length == 2);
    }

    #[test]
    fn a_section_is_seen_by_who_cuts_and_keeps_the_lock_file() {
        let identity = Identity { device: u64::MAX, inode: 78 };
        let Some(section) = SectionLock::new(identity, 4096) else { return };
        let second = SectionLock::new(identity, 4096).unwrap();
        assert!(has_longer_section(identity, 4095) && !has_longer_section(identity, 4096));
        let user = LockFile::open(identity).unwrap();
        assert!(!user.is_used_elsewhere(), "a section is no handle");
        user.remove();
        user.leave_gate();
        assert!(user.has_its_name());
        drop(section);
        assert!(has_longer_section(identity, 0));
        drop(second);
        assert!(!has_longer_section(identity, 0) && !user.has_its_name());
    }

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
        first.lock_range(10, 19, Hold::Shared).unwrap();
        assert!(second.is_locked_elsewhere(0, 10, Hold::Exclusive));
        assert!(!second.is_locked_elsewhere(0, 10, Hold::Shared));
        assert_eq!(second.lock_range(19, 30, Hold::Exclusive), Err(Status::LOCK_NOT_GRANTED));
        assert_eq!(second.holders(), [std::process::id()]);
        drop(first);
        assert!(!second.is_used_elsewhere());
        assert_eq!(second.holders(), []);
        second.remove();
        second.leave_gate();
        assert!(!second.has_its_name());
    }
}
