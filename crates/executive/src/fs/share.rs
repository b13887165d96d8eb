//! Share modes: which further openings of a file an opening allows, here and in other processes.
//!
//! Here each opening is known ([`super::fcb`]); what the other processes' openings do together is
//! read from the locks of a lock file ([`super::lock_file`]).

use super::fcb::Fcb;
use super::rights::{DELETE, READS, WRITES};
use crate::status::Result;
use crate::sync::Arc;

/// `FILE_SHARE_READ`
pub const SHARE_READ: u32 = 1;
/// `FILE_SHARE_WRITE`
pub const SHARE_WRITE: u32 = 2;
/// `FILE_SHARE_DELETE`
pub const SHARE_DELETE: u32 = 4;
/// Everything may be done besides.
pub const SHARE_ALL: u32 = SHARE_READ | SHARE_WRITE | SHARE_DELETE;

/// The rights that share modes are about, in the order of their bits.
const USES: [(u32, u32); 3] = [(READS, SHARE_READ), (WRITES, SHARE_WRITE), (DELETE, SHARE_DELETE)];

/// A file by its device and inode; nobody else has them as long as it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// `st_dev`
    pub device: u64,
    /// `st_ino`
    pub inode: u64,
}

/// Marks what a child is told of an opening.
const TOLD: u32 = 1 << 8;

/// What openings do with a file, and what they forbid the others: a bit for each use, and three
/// bits further up one for each that is not shared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Uses(pub(super) u32);

impl Uses {
    fn new(access: u32, share: u32) -> Self {
        let mut bits = 0;
        for (number, (rights, shared)) in USES.into_iter().enumerate() {
            bits |= u32::from(access & rights != 0) << number;
            bits |= u32::from(share & shared == 0) << (number + USES.len());
        }
        Uses(bits)
    }

    /// What somebody else must not be doing or forbidding beside this.
    pub(super) fn excluded(self) -> Uses {
        let (uses, forbidden) = (self.0 & 0b111, self.0 >> USES.len());
        Uses(forbidden | uses << USES.len())
    }

    /// True when the two have something in common.
    pub(super) fn meets(self, other: Uses) -> bool {
        self.0 & other.0 != 0
    }
}

/// An opening that the others respect, until it is dropped.
pub struct Sharing {
    fcb: Arc<Fcb>,
    uses: Uses,
    has_left: bool,
}

impl Sharing {
    /// Enters an opening.  One that touches neither the data nor the name disturbs nobody.
    ///
    /// # Errors
    /// `SHARING_VIOLATION` when it does what another does not share, or the other way round;
    /// `DELETE_PENDING` when the name goes with the last handle.
    pub fn enter(identity: Identity, access: u32, share: u32) -> Result<Option<Self>> {
        if access & (READS | WRITES | DELETE) == 0 {
            return Ok(None);
        }
        let uses = Uses::new(access, share);
        Fcb::enter(identity, uses).map(|fcb| Some(Sharing { fcb, uses, has_left: false }))
    }

    /// Takes over an opening of the parent's, as [`Sharing::told`] has told it.
    pub(super) fn join(identity: Identity, told: u32) -> Option<Self> {
        let uses = Uses(told.checked_sub(TOLD)?);
        Some(Sharing { fcb: Fcb::join(identity, uses), uses, has_left: false })
    }

    /// What a child is to know of it; 0 stands for no opening.
    pub(super) fn told(&self) -> u32 {
        self.uses.0 | TOLD
    }

    /// The same opening, which does less from now on.
    pub fn narrowed(mut self, access: u32, share: u32) -> Option<Self> {
        if access & (READS | WRITES | DELETE) == 0 {
            return None;
        }
        let uses = Uses::new(access, share);
        self.fcb.narrow(self.uses, uses);
        self.uses = uses;
        Some(self)
    }

    /// Whether the name goes with the last handle.
    pub fn set_doomed(&self, doomed: bool) {
        self.fcb.set_doomed(doomed);
    }

    /// True when the name goes with the last handle.
    pub fn is_doomed(&self) -> bool {
        self.fcb.is_doomed()
    }

    /// The file's own block.
    pub(super) fn fcb(&self) -> &Arc<Fcb> {
        &self.fcb
    }

    /// The opening ends; `remove` takes the name away if it was the last and the name is to go.
    pub fn leave(mut self, remove: impl FnOnce()) {
        self.has_left = true;
        self.fcb.leave(self.uses, remove);
    }
}

impl Drop for Sharing {
    fn drop(&mut self) {
        if !self.has_left {
            self.fcb.leave(self.uses, || {});
        }
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;
    use crate::status::Status;

    #[test]
    fn both_sides_have_to_agree_until_one_goes() {
        let identity = Identity { device: u64::MAX, inode: 1 };
        let refused = |access, share| Sharing::enter(identity, access, share).err();
        let reader = Sharing::enter(identity, READS, SHARE_READ).unwrap();
        assert_eq!(refused(WRITES, SHARE_READ), Some(Status::SHARING_VIOLATION));
        assert_eq!(refused(READS, SHARE_WRITE), Some(Status::SHARING_VIOLATION));
        assert_eq!(refused(DELETE, 7), Some(Status::SHARING_VIOLATION));
        assert!(Sharing::enter(identity, 0x80, 0).unwrap().is_none(), "only the attributes");
        let second = Sharing::enter(identity, READS, 7).unwrap();
        drop(reader);
        assert_eq!(refused(WRITES, SHARE_WRITE), Some(Status::SHARING_VIOLATION));
        drop(second);
        let writer = Sharing::enter(identity, WRITES, 0).unwrap().unwrap();
        let _reader = writer.narrowed(READS, SHARE_ALL);
        assert_eq!(refused(WRITES, SHARE_ALL), None);
    }

    #[test]
    fn a_doomed_name_goes_with_the_last_opening() {
        let identity = Identity { device: u64::MAX, inode: 2 };
        let enter = || Sharing::enter(identity, READS, SHARE_ALL);
        let (first, second) = (enter().unwrap().unwrap(), enter().unwrap().unwrap());
        first.set_doomed(true);
        assert_eq!(enter().err(), Some(Status::DELETE_PENDING));
        first.leave(|| panic!("one is left"));
        assert!(second.is_doomed());
        second.set_doomed(false);
        drop(enter().unwrap());
        second.set_doomed(true);
        let mut removed = false;
        second.leave(|| removed = true);
        assert!(removed);
        let third = enter().unwrap().unwrap();
        assert!(!third.is_doomed(), "who comes later finds another file");
    }
}
