//! Share modes: which further openings of a file an opening allows.
//!
//! Missing: other processes do not see them.

use super::rights::{DELETE, READS, WRITES};
use crate::status::{Result, Status};
use crate::sync::Mutex;
use std::collections::BTreeMap;

/// `FILE_SHARE_READ`
pub const SHARE_READ: u32 = 1;
/// `FILE_SHARE_WRITE`
pub const SHARE_WRITE: u32 = 2;
/// `FILE_SHARE_DELETE`
pub const SHARE_DELETE: u32 = 4;

/// A file by its device and inode; nobody else has them as long as it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// `st_dev`
    pub device: u64,
    /// `st_ino`
    pub inode: u64,
}

/// What one opening does with the file, and what it lets others do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Opening {
    access: u32,
    share: u32,
}

impl Opening {
    /// True when what this one does is more than the other one shares.
    fn exceeds(self, other: Opening) -> bool {
        [(READS, SHARE_READ), (WRITES, SHARE_WRITE), (DELETE, SHARE_DELETE)]
            .iter()
            .any(|&(rights, share)| self.access & rights != 0 && other.share & share == 0)
    }
}

static OPENINGS: Mutex<BTreeMap<Identity, Vec<Opening>>> = Mutex::new(BTreeMap::new());

/// An opening that the others respect, until it is dropped.
#[derive(Debug)]
pub struct Sharing {
    identity: Identity,
    opening: Opening,
}

impl Sharing {
    /// Enters an opening.  One that touches neither the data nor the name disturbs nobody.
    ///
    /// # Errors
    /// `SHARING_VIOLATION` when it does what another does not share, or the other way round.
    pub fn enter(identity: Identity, access: u32, share: u32) -> Result<Option<Self>> {
        let access = access & (READS | WRITES | DELETE);
        if access == 0 {
            return Ok(None);
        }
        let opening = Opening { access, share };
        let mut openings = OPENINGS.lock();
        let others = openings.entry(identity).or_default();
        if others.iter().any(|&other| opening.exceeds(other) || other.exceeds(opening)) {
            return Err(Status::SHARING_VIOLATION);
        }
        others.push(opening);
        Ok(Some(Sharing { identity, opening }))
    }
}

impl Drop for Sharing {
    fn drop(&mut self) {
        let mut openings = OPENINGS.lock();
        let Some(others) = openings.get_mut(&self.identity) else { return };
        if let Some(at) = others.iter().position(|&other| other == self.opening) {
            others.swap_remove(at);
        }
        if others.is_empty() {
            openings.remove(&self.identity);
        }
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

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
        drop(Sharing::enter(identity, WRITES, 0).unwrap());
        assert!(!OPENINGS.lock().contains_key(&identity));
    }
}
