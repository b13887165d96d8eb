//! The keyed event: two threads meet at a key.
//!
//! One waits for the key, another releases it, and each blocks until the other has come.  Nothing
//! is remembered: there is no signal, only who is there.

use super::deadline::Deadline;
use super::dispatcher::{Dispatcher, Kind};
use super::wait::wait_for_single;
use crate::status::Status;
use crate::sync::Mutex;
use std::sync::Arc;

/// Which of the two a thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `NtWaitForKeyedEvent`
    Waits,
    /// `NtReleaseKeyedEvent`
    Releases,
}

/// A thread that has come first.
struct Early {
    key: usize,
    role: Role,
    met: Arc<Dispatcher>,
}

/// A keyed event.
pub struct KeyedEvent {
    early: Mutex<Vec<Early>>,
    /// A wait for the object itself never ends.
    dispatcher: Dispatcher,
}

impl Default for KeyedEvent {
    fn default() -> Self {
        let dispatcher = Dispatcher::new(Kind::Notification, 0);
        KeyedEvent { early: Mutex::new(Vec::new()), dispatcher }
    }
}

impl KeyedEvent {
    /// What a wait for the object uses.
    pub fn dispatcher(&self) -> &Dispatcher {
        &self.dispatcher
    }

    /// Blocks until a thread of the other role has come with the same key; `SUCCESS`, `TIMEOUT` or
    /// `USER_APC` (then the caller delivers them, holding nothing).
    pub fn meet(&self, key: usize, role: Role, alertable: bool, deadline: Deadline) -> Status {
        let mut early = self.early.lock();
        if let Some(at) = early.iter().position(|other| other.key == key && other.role != role) {
            let _was_set = early.remove(at).met.set();
            return Status::SUCCESS;
        }
        let met = Arc::new(Dispatcher::new(Kind::Notification, 0));
        early.push(Early { key, role, met: met.clone() });
        drop(early);
        let status = wait_for_single(&met, alertable, deadline);
        if status == Status::SUCCESS {
            return status;
        }
        let mut early = self.early.lock();
        match early.iter().position(|own| Arc::ptr_eq(&own.met, &met)) {
            Some(at) => {
                early.remove(at);
                status
            }
            // The other has come in the last moment and gone on.
            None => Status::SUCCESS,
        }
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn each_blocks_until_the_other_has_come_with_its_key() {
        let event = Arc::new(KeyedEvent::default());
        let wait = |key| event.meet(key, Role::Waits, false, Deadline::Passed);
        assert_eq!(wait(2), Status::TIMEOUT);
        let other = event.clone();
        let releasing =
            std::thread::spawn(move || other.meet(2, Role::Releases, false, Deadline::Never));
        while event.early.lock().is_empty() {
            std::thread::yield_now();
        }
        assert_eq!(wait(4), Status::TIMEOUT);
        assert_eq!(wait(2), Status::SUCCESS);
        assert_eq!(releasing.join().unwrap(), Status::SUCCESS);
        assert_eq!(wait(2), Status::TIMEOUT);
    }
}
