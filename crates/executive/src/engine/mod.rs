//! Readiness: how a socket that would block is heard of again.
//!
//! A file object is registered once, edge-triggered, with the epoll set of its port or, without a
//! port, with the worker's ([`crate::io::worker`]).  An event carries a number, not an address; the
//! number is looked up like a handle, so an event that arrives after the close finds nothing.

pub mod epoll;

use crate::ob::object::Object;
use crate::ob::table::{Pinned, Table};
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

/// What a socket has become ready for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// A receive or accept would not block.
    pub readable: bool,
    /// A send would not block, or a connect has ended.
    pub writable: bool,
    /// Urgent data waits.
    pub urgent: bool,
    /// The peer has ended its side, or the connection is gone: receives never block again.
    pub ended: bool,
}
