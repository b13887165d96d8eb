//! Locks on ranges of a file: who has which, who waits, and whom they keep from reading and
//! writing.
//!
//! Each belongs to a file object.  Those of this process are known one by one, under the lock of
//! the file's control block; of the others' only that they are in the way, from the lock file
//! ([`super::lock_file`]).  A lock that waits for another one here is looked at when that goes, one
//! that waits for another process's when [`super::lock_watch`] hears of it.

use super::disk_file::{DiskFile, Kind};
use super::fcb::Fcb;
use super::lock_watch;
use super::rights::{READ_DATA, WRITES};
use crate::io::complete::{self, Timing};
use crate::io::file::File;
use crate::io::irp::{Irp, Notify, Outcome, Overlapped, Started};
use crate::io::read_write::Way;
use crate::ke::pending::Pending;
use crate::ke::thread;
use crate::npfs::request::Blocked;
use crate::ob::object::Object;
use crate::ob::table::{Keep, Pinned};
use crate::status::{Result, Status};
use crate::sync::{AtomicU64, Ordering};
use crate::sys::range_lock::Hold;
use std::sync::Arc;

/// Bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first.
    pub start: u64,
    /// How many; none are a range too, that nothing is in.
    pub length: u64,
}

impl Range {
    /// Bytes from a place on.
    ///
    /// # Errors
    /// `INVALID_LOCK_RANGE` when they go beyond what 64 bits can count.
    pub fn new(start: u64, length: u64) -> Result<Self> {
        match start.checked_add(length.saturating_sub(1)) {
            Some(_) => Ok(Range { start, length }),
            None => Err(Status::INVALID_LOCK_RANGE),
        }
    }

    pub(super) fn last(self) -> u64 {
        self.start + (self.length - 1)
    }

    fn meets(self, other: Range) -> bool {
        self.length > 0
            && other.length > 0
            && self.start <= other.last()
            && other.start <= self.last()
    }
}

/// Whose a lock is: each file object has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner(u64);

impl Owner {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Owner(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A lock that somebody has, or wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) owner: Owner,
    pub(super) range: Range,
    pub(super) hold: Hold,
}

/// A lock that waits.
pub(super) struct Waiting {
    irp: Irp,
    claim: Claim,
}

/// What a file's control block knows of locks.
#[derive(Default)]
pub(super) struct Claims {
    granted: Vec<Claim>,
    waiting: Pending<Waiting>,
}

/// Who asks the other processes.
pub(super) trait Others {
    /// Holds the bytes so that the other processes see it.
    fn hold(&self, first: u64, last: u64, hold: Option<Hold>) -> Result<()>;
}

/// The strongest hold of these claims at each part of a range in which it is the same.
fn parts(claims: &[Claim], range: Range) -> Vec<(u64, u64, Option<Hold>)> {
    if range.length == 0 {
        return Vec::new();
    }
    let near: Vec<&Claim> = claims.iter().filter(|claim| claim.range.meets(range)).collect();
    let mut starts = vec![range.start];
    for claim in &near {
        starts.push(claim.range.start.max(range.start));
        if claim.range.last() < range.last() {
            starts.push(claim.range.last() + 1);
        }
    }
    starts.sort_unstable();
    starts.dedup();
    let strongest = |at: u64| {
        let here = near.iter().filter(|claim| claim.range.start <= at && at <= claim.range.last());
        here.map(|claim| claim.hold).reduce(
            |left, right| {
                if left == Hold::Exclusive { left } else { right }
            },
        )
    };
    let ends = starts.iter().skip(1).map(|start| start - 1).chain([range.last()]);
    starts.iter().zip(ends).map(|(&start, end)| (start, end, strongest(start))).collect()
}

impl Claims {
    pub(super) fn is_empty(&self) -> bool {
        self.granted.is_empty()
    }

    /// How many are granted.
    pub(super) fn count(&self) -> usize {
        self.granted.len()
    }

    /// An exclusive lock stands alone; a shared one beside other shared ones, and beside whatever
    /// its own owner has.
    fn suits(&self, wanted: &Claim) -> bool {
        !self.granted.iter().any(|claim| {
            claim.range.meets(wanted.range)
                && (wanted.hold == Hold::Exclusive
                    || claim.hold == Hold::Exclusive && claim.owner != wanted.owner)
        })
    }

    /// Grants a lock if nobody is in the way.
    fn grant(&mut self, wanted: Claim, others: &dyn Others) -> Result<()> {
        if !self.suits(&wanted) {
            return Err(Status::LOCK_NOT_GRANTED);
        }
        let before = parts(&self.granted, wanted.range);
        for (index, &(first, last, held)) in before.iter().enumerate() {
            if held == Some(Hold::Exclusive) || held == Some(wanted.hold) {
                continue;
            }
            if others.hold(first, last, Some(wanted.hold)).is_err() {
                for &(first, last, held) in &before[..index] {
                    // To hold less is always granted.
                    let _less = others.hold(first, last, held);
                }
                return Err(Status::LOCK_NOT_GRANTED);
            }
        }
        self.granted.push(wanted);
        Ok(())
    }

    fn release_at(&mut self, at: usize, others: &dyn Others) {
        let claim = self.granted.swap_remove(at);
        for (first, last, held) in parts(&self.granted, claim.range) {
            // To hold less is always granted.
            let _less = others.hold(first, last, held);
        }
    }

    /// Takes a lock back: exactly this one.
    pub(super) fn release(
        &mut self,
        owner: Owner,
        range: Range,
        others: &dyn Others,
    ) -> Result<()> {
        let is_it = |claim: &Claim| claim.owner == owner && claim.range == range;
        let exclusive = |claim: &Claim| is_it(claim) && claim.hold == Hold::Exclusive;
        let at = self.granted.iter().position(exclusive);
        let at = at.or_else(|| self.granted.iter().position(is_it));
        self.release_at(at.ok_or(Status::RANGE_NOT_LOCKED)?, others);
        Ok(())
    }

    /// Takes back what an owner has.
    pub(super) fn release_all(&mut self, owner: Owner, others: &dyn Others) {
        while let Some(at) = self.granted.iter().position(|claim| claim.owner == owner) {
            self.release_at(at, others);
        }
    }

    /// Those that waited and have theirs now, in the order in which they asked.
    pub(super) fn ready(&mut self, others: &dyn Others) -> Vec<Irp> {
        let waiting = self.waiting.take_if(|_| true);
        let mut ready = Vec::new();
        for request in waiting {
            match self.grant(request.claim, others) {
                Ok(()) => ready.push(request.irp),
                Err(_) => {
                    let _open = self.waiting.push(request);
                }
            }
        }
        ready
    }

    /// Takes out the requests that wait, of those that are chosen.
    pub(super) fn withdraw(&mut self, chosen: impl Fn(&Irp) -> bool) -> Vec<Irp> {
        let taken = self.waiting.take_if(|request| chosen(&request.irp));
        taken.into_iter().map(|request| request.irp).collect()
    }

    /// True when somebody waits.
    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// True when a lock of this process keeps an owner from reading or writing there.  Nobody
    /// writes to what is shared, not even who has locked it.
    pub(super) fn forbid(&self, owner: Owner, way: Way, range: Range) -> bool {
        self.granted.iter().any(|claim| {
            claim.range.meets(range)
                && match claim.hold {
                    Hold::Exclusive => claim.owner != owner,
                    Hold::Shared => way == Way::Write,
                }
        })
    }
}

/// What a program wants locked.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Which bytes.
    pub range: Range,
    /// By nobody else.
    pub exclusive: bool,
    /// Now or never.
    pub immediate: bool,
}

pub(super) fn finish(ready: Vec<Irp>, status: Status) {
    for irp in ready {
        complete::complete(irp, Outcome::of(status), Timing::LATER);
    }
}

impl DiskFile {
    fn lockable(&self) -> Result<&Arc<Fcb>> {
        self.require(READ_DATA | WRITES)?;
        if self.kind == Kind::Directory {
            return Err(Status::INVALID_PARAMETER);
        }
        self.fcb().ok_or(Status::NOT_SUPPORTED)
    }

    fn claim(&self, wish: &Wish) -> Claim {
        let hold = if wish.exclusive { Hold::Exclusive } else { Hold::Shared };
        Claim { owner: self.owner(), range: wish.range, hold }
    }

    /// Locks a range, now or never.
    ///
    /// # Errors
    /// `ACCESS_DENIED` for a file that can be neither read nor written, `LOCK_NOT_GRANTED`,
    /// `INVALID_PARAMETER` for a directory, `NOT_SUPPORTED` for what was not opened by its name.
    pub fn try_lock_range(&self, wish: &Wish) -> Result<()> {
        self.lockable()?.with_claims(|claims, others| claims.grant(self.claim(wish), others))
    }

    /// Locks a range.  The end is told the way of every request; of a file that is not overlapped
    /// before the call returns.
    ///
    /// # Errors
    /// As for [`DiskFile::try_lock_range`].
    pub fn lock_range(
        &self,
        object: &Pinned<'_, Object>,
        file: &File,
        wish: &Wish,
        overlapped: Overlapped,
    ) -> Result<Started> {
        let fcb = self.lockable()?;
        overlapped.start(file);
        let claim = self.claim(wish);
        let granted = |overlapped: &Overlapped| {
            let outcome = Outcome::of(Status::SUCCESS);
            complete::deliver(file, overlapped, outcome, Timing::INLINE);
            Ok(Started::Done(outcome))
        };
        match fcb.with_claims(|claims, others| claims.grant(claim, others)) {
            Ok(()) => return granted(&overlapped),
            Err(status) if wish.immediate => return Err(status),
            Err(_) => {}
        }
        if file.is_overlapped() {
            if let Some(block) = overlapped.status_block {
                block.begin();
            }
            self.wait_for(fcb, object, claim, overlapped);
            return Ok(Started::Pending);
        }
        let blocked = Blocked::current();
        let notify = Notify::Blocked(blocked.clone());
        let own = Overlapped { status_block: None, event: None, notify };
        self.wait_for(fcb, object, claim, own);
        let outcome = blocked.wait();
        if outcome.status.is_error() { Err(outcome.status) } else { granted(&overlapped) }
    }

    /// From now on the lock is granted as soon as nobody is in the way.
    fn wait_for(
        &self,
        fcb: &Arc<Fcb>,
        object: &Pinned<'_, Object>,
        claim: Claim,
        overlapped: Overlapped,
    ) {
        let thread_id = thread::current_id();
        let irp = Irp { file: object.keep(), thread_id, overlapped };
        let refused =
            fcb.with_claims(|claims, _| claims.waiting.push(Waiting { irp, claim }).err());
        // It is never closed, but for the last handle.
        finish(refused.into_iter().map(|request| request.irp).collect(), Status::CANCELLED);
        // What was in the way may have gone meanwhile.
        finish(fcb.with_claims(Claims::ready), Status::SUCCESS);
        if self.sharing().is_none() {
            // The last handle was closed meanwhile, and has not seen this request.
            self.close_locks();
        }
        if fcb.with_claims(|claims, _| claims.has_waiting()) && !lock_watch::watch(fcb) {
            // Nobody would hear when it is granted.
            self.end_waiting(Status::INSUFFICIENT_RESOURCES, &|irp| irp.thread_id == thread_id);
        }
    }

    /// Unlocks a range: exactly one that was locked.
    ///
    /// # Errors
    /// `RANGE_NOT_LOCKED`, and as for [`DiskFile::try_lock_range`].
    pub fn unlock_range(&self, range: Range) -> Result<()> {
        let fcb = self.lockable()?;
        fcb.with_claims(|claims, others| claims.release(self.owner(), range, others))?;
        try_waiting(fcb);
        Ok(())
    }

    /// Cancels the chosen locks that wait; returns how many there were.
    pub(crate) fn cancel_locks(&self, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        self.end_waiting(Status::CANCELLED, chosen)
    }

    fn end_waiting(&self, status: Status, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        let Some(fcb) = self.fcb() else { return 0 };
        let own = |irp: &Irp| {
            let disk = irp.file.file().and_then(|file| file.disk());
            disk.is_ok_and(|disk| core::ptr::eq(disk, self)) && chosen(irp)
        };
        let ended = fcb.with_claims(|claims, _| claims.withdraw(own));
        let count = ended.len();
        if count > 0 {
            // The thread need not listen any more.
            lock_watch::look_again();
        }
        finish(ended, status);
        count
    }

    /// The last handle is closed: its locks go, and those that wait end with `RANGE_NOT_LOCKED`, as
    /// on NTFS (T:smb2:test_lock_cancel, "cancel by close", which is run against Windows too).
    pub(super) fn close_locks(&self) {
        let Some(fcb) = self.fcb() else { return };
        self.end_waiting(Status::RANGE_NOT_LOCKED, &|_| true);
        fcb.with_claims(|claims, others| claims.release_all(self.owner(), others));
        try_waiting(fcb);
    }
}

/// A lock of this process has gone.
fn try_waiting(fcb: &Fcb) {
    finish(fcb.with_claims(Claims::ready), Status::SUCCESS);
    if fcb.with_claims(|claims, _| claims.has_waiting()) {
        // Perhaps they wait for other processes now.
        lock_watch::look_again();
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;
    use crate::sync::Mutex;

    /// What the others see, byte by byte.
    struct Seen(Mutex<[Option<Hold>; 32]>);

    impl Others for Seen {
        fn hold(&self, first: u64, last: u64, hold: Option<Hold>) -> Result<()> {
            let mut bytes = self.0.lock();
            for byte in first..=last.min(31) {
                bytes[byte as usize] = hold;
            }
            Ok(())
        }
    }

    fn claim(owner: u64, start: u64, length: u64, hold: Hold) -> Claim {
        Claim { owner: Owner(owner), range: Range { start, length }, hold }
    }

    #[test]
    fn locks_overlap_only_where_they_may() {
        let (mut claims, seen) = (Claims::default(), Seen(Mutex::new([None; 32])));
        let mut grant = |wanted| claims.grant(wanted, &seen).is_ok();
        assert!(grant(claim(1, 0, 10, Hold::Shared)));
        assert!(grant(claim(2, 5, 10, Hold::Shared)));
        assert!(!grant(claim(1, 0, 1, Hold::Exclusive)), "not even beside one's own");
        assert!(grant(claim(1, 20, 5, Hold::Exclusive)));
        assert!(!grant(claim(2, 24, 2, Hold::Shared)));
        assert!(grant(claim(1, 20, 5, Hold::Shared)), "shared beside one's own");
        assert!(grant(claim(2, 22, 0, Hold::Exclusive)), "nothing is in the way of nothing");
        assert!(grant(claim(2, u64::MAX, 1, Hold::Exclusive)));
        assert!(Range::new(u64::MAX, 2).is_err() && Range::new(u64::MAX, 1).is_ok());
    }

    #[test]
    fn the_others_see_the_strongest_hold_until_the_last_goes() {
        let (mut claims, seen) = (Claims::default(), Seen(Mutex::new([None; 32])));
        let at = |byte: usize| seen.0.lock()[byte];
        claims.grant(claim(1, 0, 10, Hold::Shared), &seen).unwrap();
        claims.grant(claim(2, 5, 10, Hold::Shared), &seen).unwrap();
        claims.release(Owner(1), Range { start: 0, length: 10 }, &seen).unwrap();
        assert_eq!((at(4), at(5), at(14), at(15)), (None, Some(Hold::Shared), at(5), None));
        claims.grant(claim(3, 20, 4, Hold::Exclusive), &seen).unwrap();
        claims.grant(claim(3, 20, 4, Hold::Shared), &seen).unwrap();
        assert_eq!(at(20), Some(Hold::Exclusive));
        let wrong = claims.release(Owner(3), Range { start: 20, length: 3 }, &seen);
        assert_eq!(wrong, Err(Status::RANGE_NOT_LOCKED));
        claims.release(Owner(3), Range { start: 20, length: 4 }, &seen).unwrap();
        assert_eq!(at(20), Some(Hold::Shared));
        claims.release_all(Owner(3), &seen);
        claims.release_all(Owner(2), &seen);
        assert!(claims.is_empty() && seen.0.lock().iter().all(Option::is_none));
    }

    #[test]
    fn locks_keep_others_from_reading_and_writing() {
        let (mut claims, seen) = (Claims::default(), Seen(Mutex::new([None; 32])));
        claims.grant(claim(1, 0, 4, Hold::Exclusive), &seen).unwrap();
        claims.grant(claim(1, 10, 4, Hold::Shared), &seen).unwrap();
        let forbid =
            |owner, way, start| claims.forbid(Owner(owner), way, Range { start, length: 2 });
        assert!(forbid(2, Way::Read, 3) && forbid(2, Way::Write, 3));
        assert!(!forbid(1, Way::Read, 3) && !forbid(1, Way::Write, 3));
        assert!(!forbid(2, Way::Read, 10) && forbid(2, Way::Write, 10));
        assert!(forbid(1, Way::Write, 10), "nobody writes to what is shared");
        assert!(!forbid(2, Way::Write, 4) && !forbid(2, Way::Write, 14));
    }
}
