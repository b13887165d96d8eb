//! Who stands in an object's list of waiters: a thread that sleeps, or a packet.
//!
//! A packet waits without a thread: whoever signals the object takes it for the packet and then
//! tells it, with no lock held.  (NT calls this a wait completion packet.)  It waits for one object
//! at a time, so being taken from the list is what decides whose it is.

use super::dispatcher::{Dispatcher, Waitable};
use super::thread::Thread;
use crate::status::Status;
use std::sync::Arc;

/// The objects of one wait-all, in the order of their dispatchers' addresses.
pub(super) type All = Arc<[Arc<dyn Waitable>]>;

/// Something that waits for an object without a thread.
pub trait WaitPacket: Send + Sync {
    /// The thread to which a mutex goes.
    fn owner(&self) -> &Arc<Thread>;
    /// The object has been taken, and the packet waits no longer.  No lock is held.
    fn satisfied(self: Arc<Self>, status: Status);
}

/// An entry in an object's list.
#[derive(Clone)]
pub(super) enum Waiter {
    /// A thread that waits for this object, or for any of several.
    One {
        /// The thread.
        thread: Arc<Thread>,
        /// Which of the thread's objects this is.
        index: u32,
    },
    /// A thread that waits for all of several.
    All {
        /// The thread.
        thread: Arc<Thread>,
        /// All of them.
        all: All,
    },
    /// A packet.
    Packet(Arc<dyn WaitPacket>),
}

impl Waiter {
    /// True when this thread waits.
    pub(super) fn is_of(&self, wanted: &Arc<Thread>) -> bool {
        match self {
            Waiter::One { thread, .. } | Waiter::All { thread, .. } => Arc::ptr_eq(thread, wanted),
            Waiter::Packet(_) => false,
        }
    }
}

/// True for two references to one packet.
pub(super) fn is_same(one: &Arc<dyn WaitPacket>, other: &Arc<dyn WaitPacket>) -> bool {
    core::ptr::addr_eq(Arc::as_ptr(one), Arc::as_ptr(other))
}

/// What a satisfied wait got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Taken {
    /// A mutex whose owner has ended.
    pub(super) abandoned: bool,
}

impl Taken {
    /// The wait's result for the object of this index.
    pub(super) fn status(self, index: u32) -> Status {
        let base = if self.abandoned { Status::ABANDONED_WAIT_0 } else { Status::SUCCESS };
        Status(base.0 + index)
    }
}

/// Whom to wake and tell once no lock is held.  The usual one needs no allocation.
#[derive(Default)]
pub(super) struct Woken {
    first: Option<Arc<Thread>>,
    rest: Vec<Arc<Thread>>,
    packets: Vec<(Arc<dyn WaitPacket>, Status)>,
}

impl Woken {
    pub(super) fn push(&mut self, thread: Arc<Thread>) {
        match self.first {
            None => self.first = Some(thread),
            Some(_) => self.rest.push(thread),
        }
    }

    pub(super) fn push_packet(&mut self, packet: Arc<dyn WaitPacket>, status: Status) {
        self.packets.push((packet, status));
    }

    pub(super) fn tell(self) {
        for thread in self.first.iter().chain(&self.rest) {
            thread.parker().unpark();
        }
        for (packet, status) in self.packets {
            packet.satisfied(status);
        }
    }
}

impl Dispatcher {
    /// Lets a packet wait for this object.  The result, if the object can be taken at once: then
    /// the packet does not wait, and is not told.
    pub fn associate(&self, packet: &Arc<dyn WaitPacket>) -> Option<Status> {
        let mut guard = self.lock();
        guard.announce();
        if guard.is_ready(packet.owner())
            && let Some(taken) = guard.take(packet.owner())
        {
            return Some(taken.status(0));
        }
        guard.enlist(Waiter::Packet(packet.clone()));
        None
    }

    /// Ends a packet's wait.  False when it has been satisfied: it is being told, or has been.
    pub fn dissociate(&self, packet: &Arc<dyn WaitPacket>) -> bool {
        self.lock().withdraw_packet(packet)
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;
    use crate::ke::dispatcher::Kind;
    use crate::sync::Mutex;

    struct Recorder {
        owner: Arc<Thread>,
        told: Mutex<Vec<Status>>,
    }

    impl WaitPacket for Recorder {
        fn owner(&self) -> &Arc<Thread> {
            &self.owner
        }

        fn satisfied(self: Arc<Self>, status: Status) {
            self.told.lock().push(status);
        }
    }

    fn recorder() -> (Arc<Recorder>, Arc<dyn WaitPacket>) {
        let own = Arc::new(Recorder { owner: Thread::current(), told: Mutex::default() });
        (own.clone(), own)
    }

    #[test]
    fn an_object_that_is_signalled_is_taken_at_once() {
        let (own, packet) = recorder();
        let event = Dispatcher::new(Kind::Synchronization, 1);
        assert_eq!(event.associate(&packet), Some(Status::SUCCESS));
        assert!(!event.is_signalled());
        assert!(!event.dissociate(&packet));
        assert!(own.told.lock().is_empty());
    }

    #[test]
    fn a_signal_takes_the_object_for_one_packet_and_tells_it() {
        let (first, packet) = recorder();
        let (second, other) = recorder();
        let event = Dispatcher::new(Kind::Synchronization, 0);
        assert_eq!(event.associate(&packet), None);
        assert_eq!(event.associate(&other), None);
        event.set();
        assert_eq!(*first.told.lock(), [Status::SUCCESS]);
        assert!(second.told.lock().is_empty());
        assert!(!event.is_signalled());
        assert!(event.dissociate(&other));
        event.set();
        assert!(event.is_signalled());
        assert!(second.told.lock().is_empty());
    }
}
