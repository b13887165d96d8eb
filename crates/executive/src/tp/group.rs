//! Cleanup groups: objects that are closed together.

use super::member::{Kind, Member};
use crate::ob::table::{Pinned, Table};
use crate::status::{Result, Status};
use crate::sync::Mutex;
use std::sync::Arc;

/// A cleanup group.
#[derive(Default)]
pub struct Group {
    members: Mutex<Vec<Arc<Member>>>,
}

static GROUPS: Table<Group> = Table::new();

/// Makes a group; its number.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES`.
pub fn create() -> Result<u32> {
    GROUPS.insert(Arc::default()).ok_or(Status::INSUFFICIENT_RESOURCES)
}

/// The group of this number.
pub fn find(number: usize) -> Option<Pinned<'static, Group>> {
    GROUPS.lookup(u32::try_from(number).ok()?)
}

/// The program needs the group no longer.  False for none.
pub fn close(number: usize) -> bool {
    u32::try_from(number).ok().and_then(|number| GROUPS.remove(number)).is_some()
}

impl Group {
    pub(super) fn add(&self, member: Arc<Member>) {
        self.members.lock().push(member);
    }

    pub(super) fn remove(&self, member: &Member) {
        let mut members = self.members.lock();
        let place = members.iter().position(|known| core::ptr::eq(&**known, member));
        let removed = place.map(|place| members.swap_remove(place));
        drop(members);
        drop(removed);
    }

    /// Closes all objects and waits for their callbacks.  With `cancel`, those that have not begun
    /// are taken back, and the program is told of each object that it has not closed itself
    /// meanwhile.
    pub fn close_members(&self, cancel: bool, cleanup_context: usize) {
        let members = core::mem::take(&mut *self.members.lock());
        for member in &members {
            member.stop();
        }
        let cancelled: Vec<u32> =
            members.iter().map(|member| if cancel { member.cancel() } else { 0 }).collect();
        for (member, taken) in members.iter().zip(cancelled) {
            member.wait_until_quiet();
            // A simple callback is closed when it has been called.
            let open = match member.kind() {
                Kind::Simple => taken > 0,
                _ => member.close(),
            };
            if cancel && open {
                member.tell_cancelled(cleanup_context);
            }
        }
    }
}
