//! A routine of the program, and its *instance*: one call of it, on one thread.
//!
//! The instance is the calling thread's own; its number, which the program sees as a pointer, only
//! says whether that is what it means.

use super::member::Member;
use super::pool;
use crate::ke::thread;
use crate::ob::object::Reference;
use core::cell::RefCell;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

/// What a callback is called with.
#[derive(Clone, Copy, Default)]
pub struct Arguments {
    /// The instance's number.
    pub instance: usize,
    /// The number of the object that it is a callback of.
    pub object: usize,
    /// What it is told besides; each object says what.
    pub told: Told,
}

/// Up to three numbers for a callback.
pub type Told = [usize; 3];

/// A routine of the program.
#[derive(Clone, Copy)]
pub struct Callback {
    /// Calls the routine.
    pub call: fn(&Callback, &Arguments),
    /// Its address.
    pub routine: usize,
    /// What the program gave for it.
    pub context: usize,
}

impl Callback {
    /// Calls the routine.  The caller holds no lock.
    pub fn call(&self, arguments: &Arguments) {
        (self.call)(self, arguments);
    }
}

/// What is to be done when the callback has returned; of each the first one counts.
#[derive(Default)]
pub struct Afterwards {
    /// Leaves a critical section.
    pub leave: Option<Callback>,
    /// A mutex to release.
    pub mutex: Option<Reference>,
    /// A semaphore to release, so often.
    pub semaphore: Option<(Reference, u32)>,
    /// An event to set.
    pub event: Option<Reference>,
    /// Gives a library back.
    pub library: Option<Callback>,
}

impl Afterwards {
    /// Does it all, in Windows' order.  What fails cannot be reported to anybody.
    fn perform(self) {
        let nothing = Arguments::default();
        if let Some(leave) = self.leave {
            leave.call(&nothing);
        }
        if let Some(mutex) = self.mutex
            && let Ok(mutex) = mutex.mutant()
        {
            let _ = thread::with_current(|thread| mutex.release(thread));
        }
        if let Some((semaphore, count)) = self.semaphore
            && let Ok(semaphore) = semaphore.semaphore()
        {
            let _ = semaphore.release(count);
        }
        if let Some(event) = self.event
            && let Ok(event) = event.event()
        {
            event.set();
        }
        if let Some(library) = self.library {
            library.call(&nothing);
        }
    }
}

/// One call of a callback.
pub struct Instance {
    number: usize,
    /// Whose callback it is.
    pub(super) member: Arc<Member>,
    /// Waits for the object's callbacks wait for this one.
    pub(super) associated: bool,
    /// It has said that it may run long, and has been believed.
    pub(super) long: bool,
    /// What follows it.
    pub after: Afterwards,
}

thread_local! {
    static CURRENT: RefCell<Option<Instance>> = const { RefCell::new(None) };
}

/// Begins an instance on the calling thread; its number.
pub(super) fn begin(member: &Arc<Member>) -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed) * 16;
    let member = member.clone();
    let after = Afterwards::default();
    CURRENT.set(Some(Instance { number, member, associated: true, long: false, after }));
    number
}

/// Ends it, and does what was to follow.  True if it was associated to the end.
pub(super) fn end() -> bool {
    let Some(instance) = CURRENT.take() else { return true };
    instance.after.perform();
    instance.associated
}

/// The callback says that it may run long.  False when no thread is left for others, and when this
/// is not the calling thread's instance.
pub fn may_run_long(number: usize) -> bool {
    with_instance(number, |instance| {
        if !instance.long && instance.member.pool().has_another_thread() {
            instance.long = true;
            pool::do_not_count_caller();
        }
        instance.long
    })
    .unwrap_or(false)
}

/// Waits for the object's callbacks do not wait for this one from now on.  False when this is not
/// the calling thread's instance.
pub fn disassociate(number: usize) -> bool {
    with_instance(number, |instance| {
        if core::mem::take(&mut instance.associated) {
            instance.member.disassociate();
        }
    })
    .is_some()
}

/// Looks at the calling thread's instance; None when it has none of this number.
pub fn with_instance<R>(number: usize, look: impl FnOnce(&mut Instance) -> R) -> Option<R> {
    CURRENT.with_borrow_mut(|current| {
        current.as_mut().filter(|instance| instance.number == number).map(look)
    })
}

/// True when the calling thread runs a callback of this object.
pub(super) fn is_in_callback_of(member: &Member) -> bool {
    CURRENT.with_borrow(|current| {
        current.as_ref().is_some_and(|instance| core::ptr::eq(&*instance.member, member))
    })
}
