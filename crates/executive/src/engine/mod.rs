//! Readiness: how a socket that would block is heard of again.
//!
//! A file object is registered once, edge-triggered, with the epoll set of its port or, without a
//! port, with the worker's ([`crate::io::worker`]).  An event carries a number, not an address; the
//! number is looked up like a handle, so an event that arrives after the close finds nothing.

pub mod epoll;

use crate::ob::hazard::Places;
use crate::ob::object::Object;
use crate::ob::table::{Pinned, Table};
use rustix::event::epoll::EventFlags;
use std::sync::Arc;

/// By what an epoll event names a file object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registration(u32);

static REGISTERED: Table<Object> = Table::new();

impl Registration {
    /// Takes a number for the object.  The registration holds a reference until it is withdrawn.
    pub fn new(object: Arc<Object>) -> Option<Self> {
        REGISTERED.insert(object).map(Registration)
    }

    /// The object, unless the registration has been withdrawn.
    #[inline(always)]
    pub fn object(self) -> Option<Pinned<'static, Object>> {
        REGISTERED.lookup(self.0)
    }

    /// As [`Registration::object`], by a note in the caller's own first place; None also where that
    /// does not do.
    #[inline(always)]
    pub(crate) fn object_noted(self, own: &'static Places) -> Option<Pinned<'static, Object>> {
        REGISTERED.lookup_noted(self.0, own)
    }

    /// Ends the registration; events under way find nothing any more.
    pub fn withdraw(self) {
        drop(REGISTERED.remove(self.0));
    }
}

impl From<Registration> for u64 {
    fn from(registration: Registration) -> u64 {
        u64::from(registration.0)
    }
}

/// What a socket has become ready for, in epoll's flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness(EventFlags);

impl Readiness {
    /// Data has come, and there is nothing else to say.
    pub const DATA: Self = Readiness(EventFlags::IN);

    const fn has(self, flags: EventFlags) -> bool {
        self.0.intersects(flags)
    }

    /// A receive or accept would not block.
    pub const fn readable(self) -> bool {
        self.has(EventFlags::IN) || self.ended()
    }

    /// A send would not block, or a connect has ended.
    pub const fn writable(self) -> bool {
        self.has(EventFlags::OUT.union(EventFlags::HUP).union(EventFlags::ERR))
    }

    /// Urgent data waits.
    pub const fn urgent(self) -> bool {
        self.has(EventFlags::PRI)
    }

    /// The peer has ended its side, or the connection is gone: receives never block again.
    pub const fn ended(self) -> bool {
        self.has(EventFlags::RDHUP.union(EventFlags::HUP).union(EventFlags::ERR))
    }
}
