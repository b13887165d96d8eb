//! Pool waits: callbacks when an object is signalled, or when time has passed.
//!
//! No thread waits.  A [`WaitPacket`] stands in the object's list, and whoever signals the object
//! queues the callback.  Each time the wait is set there is a new packet, so that one that was
//! satisfied just before is told from its successor.

use super::callback::Told;
use super::member::{Kind, Member};
use super::pool;
use crate::ke::thread::Thread;
use crate::ke::timer::{Alarm, Due, SetAlarm, set_alarm};
use crate::ke::wait_entry::WaitPacket;
use crate::ob::object::Reference;
use crate::status::{Result, Status};
use crate::sync::Mutex;
use core::time::Duration;
use std::sync::{Arc, Weak};

/// A wait that is set.
struct Armed {
    object: Reference,
    packet: Arc<dyn WaitPacket>,
    /// Taken back with it.
    _alarm: Option<SetAlarm>,
}

#[derive(Default)]
struct State {
    armed: Option<Armed>,
    /// What is waited for again when the callback begins, and for how long.
    again: Option<(Reference, Option<Duration>)>,
    closed: bool,
}

/// What a wait has beside a pool object.
#[derive(Default)]
pub struct WaitPart {
    state: Mutex<State>,
}

struct Part {
    member: Weak<Member>,
    owner: Arc<Thread>,
}

impl WaitPacket for Part {
    fn owner(&self) -> &Arc<Thread> {
        &self.owner
    }

    fn satisfied(self: Arc<Self>, status: Status) {
        let own: Arc<dyn WaitPacket> = self.clone();
        with_part(&self.member, |member, part| {
            let over = part.take_if(|armed| is_same(&armed.packet, &own));
            member.submit(told(status));
            drop(over);
        });
    }
}

struct Ring(Weak<Part>);

impl Alarm for Ring {
    fn ring(&self) {
        let Some(own) = self.0.upgrade() else { return };
        let packet: Arc<dyn WaitPacket> = own.clone();
        with_part(&own.member, |member, part| {
            let over = part.take_if(|armed| {
                is_same(&armed.packet, &packet) && armed.object.dispatcher().dissociate(&packet)
            });
            if over.is_some() {
                member.submit(told(Status::TIMEOUT));
            }
        });
    }
}

fn with_part(member: &Weak<Member>, act: impl FnOnce(&Member, &WaitPart)) {
    if let Some(member) = member.upgrade()
        && let Kind::Wait(part) = member.kind()
    {
        act(&member, part);
    }
}

fn is_same(one: &Arc<dyn WaitPacket>, other: &Arc<dyn WaitPacket>) -> bool {
    core::ptr::addr_eq(Arc::as_ptr(one), Arc::as_ptr(other))
}

/// The callback is told how the wait ended.
fn told(status: Status) -> Told {
    [status.0 as usize, 0, 0]
}

/// Who gets the object: a mutex goes to the wait thread.
fn owner_of(object: &Reference) -> Result<Arc<Thread>> {
    if object.mutant().is_ok() { pool::wait_thread()?.thread() } else { Ok(Thread::current()) }
}

impl WaitPart {
    fn take_if(&self, chosen: impl FnOnce(&Armed) -> bool) -> Option<Armed> {
        let mut state = self.state.lock();
        if state.armed.as_ref().is_some_and(chosen) { state.armed.take() } else { None }
    }

    /// Waits for the object, or with None for nothing any more.  True if a wait was set before and
    /// will not be satisfied.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES`: a mutex needs the wait thread, which could not be started.
    pub fn set(
        &self,
        member: &Member,
        object: Option<Reference>,
        timeout: Option<Due>,
    ) -> Result<bool> {
        let owner = object.as_ref().map(owner_of).transpose()?;
        let mut state = self.state.lock();
        let before = state.armed.take();
        let ended = before
            .as_ref()
            .is_some_and(|armed| armed.object.dispatcher().dissociate(&armed.packet));
        let mut result = None;
        if let (Some(object), Some(owner), false) = (object, owner, state.closed) {
            result = Self::arm(&mut state, member, object, owner, timeout);
        }
        drop(state);
        drop(before);
        if let Some(status) = result {
            member.submit(told(status));
        }
        Ok(ended)
    }

    /// The wait's result, if it ends at once.
    fn arm(
        state: &mut State,
        member: &Member,
        object: Reference,
        owner: Arc<Thread>,
        timeout: Option<Due>,
    ) -> Option<Status> {
        let part = Arc::new(Part { member: member.weak(), owner });
        let packet: Arc<dyn WaitPacket> = part.clone();
        if let Some(status) = object.dispatcher().associate(&packet) {
            return Some(status);
        }
        if timeout.is_some_and(|due| due.deadline().has_passed()) {
            // If somebody has satisfied it meanwhile it is told so.
            let ended = object.dispatcher().dissociate(&packet);
            return ended.then_some(Status::TIMEOUT);
        }
        let alarm = timeout.map(|due| set_alarm(due, Box::new(Ring(Arc::downgrade(&part)))));
        state.armed = Some(Armed { object, packet, _alarm: alarm });
        None
    }

    /// Waits for the object now and, unless it is to be once, whenever the callback has begun.
    ///
    /// # Errors
    /// As for [`WaitPart::set`].
    pub fn register(
        &self,
        member: &Member,
        object: Reference,
        timeout: Option<Duration>,
        once: bool,
    ) -> Result<()> {
        if !once {
            self.state.lock().again = Some((object.clone(), timeout));
        }
        self.set(member, Some(object), timeout.map(Due::After)).map(drop)
    }

    /// The callback begins.
    pub(super) fn begin_again(&self, member: &Member) {
        let again = self.state.lock().again.clone();
        if let Some((object, timeout)) = again {
            // The wait thread is there: it was needed the first time.
            let _set = self.set(member, Some(object), timeout.map(Due::After));
        }
    }

    /// Nothing is waited for any more.
    pub(super) fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        let (armed, again) = (state.armed.take(), state.again.take());
        drop(state);
        if let Some(armed) = &armed {
            armed.object.dispatcher().dissociate(&armed.packet);
        }
        drop((armed, again));
    }
}
