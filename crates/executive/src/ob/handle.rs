//! The process's handles: from a number to an object, by type.
//!
//! The mapping is [`super::table`]; here is what a handle has beside its object (its rights, which
//! are the table's mark, and two flags), what closing the last one means, and the two pseudo
//! handles, which name the caller's own process and thread without standing in the table.

use super::access::SYNCHRONIZE;
use super::hazard::{self, Places};
use super::object::{self, Body, Object, Reference};
use super::table::{Pinned, Table};
use crate::ke::dispatcher::Dispatcher;
use crate::ke::thread::{self, Thread};
use crate::status::{Result, Status};
use crate::sync::Mutex;
use core::ops::Deref;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::BTreeMap;
use std::sync::Arc;

static HANDLES: Table<Object> = Table::new();

/// Who has handles may have been given some.
#[cfg(not(any(loom, shuttle)))]
#[used]
static GIVEN: fn() -> extern "C" fn() = crate::sys::process::begins_before_main;

/// The handle may be inherited by a child process.
pub const INHERIT: u32 = 1;
/// `CloseHandle` refuses to close the handle.
pub const PROTECT_FROM_CLOSE: u32 = 2;

/// What `GetCurrentProcess` returns.
pub const CURRENT_PROCESS: usize = usize::MAX;
/// What `GetCurrentThread` returns.
pub const CURRENT_THREAD: usize = usize::MAX - 1;

/// Flags of handles that differ from their object's default; nearly no handle is in here.
static FLAGS: Mutex<BTreeMap<u32, u32>> = Mutex::new(BTreeMap::new());
/// How many are, so that closing a handle need not take the lock.
static FLAGGED: AtomicUsize = AtomicUsize::new(0);

/// An object that a handle led to; it stays while this lives.
pub enum Found {
    /// Through the table.
    Pinned(Pinned<'static, Object>),
    /// Through a pseudo handle.
    Own(Reference),
}

impl Pinned<'_, Object> {
    /// The handle's rights.
    #[inline]
    pub fn access(&self) -> u32 {
        self.mark()
    }

    /// Lets through who has this right.
    ///
    /// # Errors
    /// `ACCESS_DENIED`.
    #[inline]
    pub fn require(&self, right: u32) -> Result<()> {
        if self.mark() & right == right { Ok(()) } else { Err(Status::ACCESS_DENIED) }
    }

    /// What a wait through the handle uses.
    ///
    /// # Errors
    /// `ACCESS_DENIED` without the right to wait.
    #[inline]
    pub fn to_wait_for(&self) -> Result<&Dispatcher> {
        self.require(SYNCHRONIZE)?;
        Ok(self.dispatcher())
    }
}

impl Found {
    /// The handle's rights; a pseudo handle has all that there are.
    pub fn access(&self) -> u32 {
        match self {
            Found::Pinned(pinned) => pinned.access(),
            Found::Own(object) => object.access(),
        }
    }

    /// What a wait through the handle uses.
    ///
    /// # Errors
    /// `ACCESS_DENIED` without the right to wait.
    #[inline]
    pub fn to_wait_for(&self) -> Result<&Dispatcher> {
        match self {
            Found::Pinned(pinned) => pinned.to_wait_for(),
            Found::Own(object) => Ok(object.dispatcher()),
        }
    }

    /// A reference that may outlive the call.
    pub fn to_reference(&self) -> Reference {
        match self {
            Found::Pinned(pinned) => pinned.to_arc(),
            Found::Own(object) => object.clone(),
        }
    }
}

impl Deref for Found {
    type Target = Object;

    fn deref(&self) -> &Object {
        match self {
            Found::Pinned(pinned) => pinned,
            Found::Own(object) => object,
        }
    }
}

/// Opens a handle to the object, with all rights that its opener has.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES` when the table is full.
pub fn insert(object: Reference) -> Result<u32> {
    let access = object.access();
    insert_with(object, access)
}

/// As [`insert`], with these rights.
///
/// # Errors
/// As for [`insert`].
pub fn insert_with(object: Reference, access: u32) -> Result<u32> {
    object.add_handle();
    insert_counted(object, access)
}

/// As [`insert_with`], for an object whose handle has been counted.
pub(super) fn insert_counted(object: Reference, access: u32) -> Result<u32> {
    let Some(handle) = HANDLES.insert_marked(object.clone(), access) else {
        release(&object);
        return Err(Status::INSUFFICIENT_RESOURCES);
    };
    // A flag set in a race with the close of the handle's predecessor does not pass on.
    forget_flags(handle);
    Ok(handle)
}

/// Opens a handle with this value and these rights; false when it is in use.  For handles that a
/// parent has given, before there are others.
pub fn insert_at(handle: u32, object: Reference, access: u32) -> bool {
    object.add_handle();
    let inserted = HANDLES.insert_at(handle, object.clone(), access);
    if !inserted {
        release(&object);
    }
    inserted
}

/// The object behind a handle from outside, pseudo handles excluded.
///
/// # Errors
/// `INVALID_HANDLE` for a handle that is forged, stale or closed.
#[inline(always)]
pub fn lookup(handle: usize) -> Result<Pinned<'static, Object>> {
    let handle = u32::try_from(handle).map_err(|_| Status::INVALID_HANDLE)?;
    HANDLES.lookup(handle).ok_or(Status::INVALID_HANDLE)
}

/// As [`lookup`], by a note in the caller's own first place; None also where that does not do.
#[inline(always)]
pub(crate) fn lookup_noted(handle: usize, own: &'static Places) -> Option<Pinned<'static, Object>> {
    HANDLES.lookup_noted(u32::try_from(handle).ok()?, own)
}

/// Does with the object behind a handle what takes a moment: the pin is a note in the caller's own
/// first place.  None, and nothing has happened, where such a note does not do or `action` says so.
///
/// For functions that do nothing else, and leave the rest to another: with nothing to keep across a
/// call, they take half the time.
#[inline(always)]
pub fn in_passing<R>(
    handle: usize,
    action: impl FnOnce(&Pinned<'static, Object>) -> Option<R>,
) -> Option<R> {
    let pinned = lookup_noted(handle, hazard::at_hand())?;
    let result = action(&pinned);
    pinned.give_back();
    result
}

/// The object behind a handle from outside, pseudo handles included.
///
/// # Errors
/// As for [`lookup`].
#[inline(always)]
pub fn resolve(handle: usize) -> Result<Found> {
    match lookup(handle) {
        Ok(pinned) => Ok(Found::Pinned(pinned)),
        Err(_) => own(handle).map(Found::Own),
    }
}

/// The object that a pseudo handle names.
#[cold]
fn own(handle: usize) -> Result<Reference> {
    match handle {
        CURRENT_PROCESS => Ok(object::current_process()),
        CURRENT_THREAD => Ok(thread::with_current(object::of_thread)),
        _ => Err(Status::INVALID_HANDLE),
    }
}

/// What there is to do with the thread behind a handle, pseudo handles included.  The caller's own
/// needs no object for that.
///
/// # Errors
/// As for [`lookup`], `OBJECT_TYPE_MISMATCH`, and those of `body`.
pub fn with_thread<R>(handle: usize, body: impl FnOnce(&Arc<Thread>) -> Result<R>) -> Result<R> {
    if handle == CURRENT_THREAD {
        return thread::with_current(body);
    }
    body(resolve(handle)?.thread()?)
}

/// Closes a handle.  With the last one the object's name goes, and whatever else closing means for
/// its type is done.
///
/// # Errors
/// `INVALID_HANDLE` for a handle that is not open, `HANDLE_NOT_CLOSABLE` for one that is protected.
pub fn close(handle: usize) -> Result<()> {
    if handle == CURRENT_PROCESS || handle == CURRENT_THREAD {
        // There is nothing to close; Windows takes it kindly.
        return Ok(());
    }
    remove(handle).map(|object| release(&object))
}

/// Takes a handle out of the table and leaves the rest of closing to the caller, who calls
/// [`release`] with the object.
///
/// # Errors
/// As for [`close`].
pub fn remove(handle: usize) -> Result<Reference> {
    let handle = u32::try_from(handle).map_err(|_| Status::INVALID_HANDLE)? & !3;
    if FLAGGED.load(Ordering::Relaxed) != 0 && is_protected(handle) {
        // A stale entry says nothing about a closed handle.
        let found = HANDLES.lookup(handle).is_some();
        return Err(if found { Status::HANDLE_NOT_CLOSABLE } else { Status::INVALID_HANDLE });
    }
    let object = HANDLES.remove(handle).ok_or(Status::INVALID_HANDLE)?;
    forget_flags(handle);
    Ok(object)
}

/// Gives back one counted handle of an object that is no longer in the table under it.
pub fn release(object: &Object) {
    if super::name::remove_handle(object) {
        object.cleanup();
    }
}

/// Opens a second handle to what a handle (perhaps a pseudo handle) names, with the same rights.
///
/// # Errors
/// As for [`lookup`] and [`insert`].
pub fn duplicate(handle: usize) -> Result<u32> {
    let found = resolve(handle)?;
    insert_with(found.to_reference(), found.access())
}

/// The open handles, for the rare walk over everything.
pub fn all() -> Vec<u32> {
    HANDLES.handles()
}

fn is_protected(handle: u32) -> bool {
    FLAGS.lock().get(&handle).is_some_and(|flags| flags & PROTECT_FROM_CLOSE != 0)
}

fn forget_flags(handle: u32) {
    if FLAGGED.load(Ordering::Relaxed) != 0 {
        let mut flags = FLAGS.lock();
        flags.remove(&handle);
        FLAGGED.store(flags.len(), Ordering::Relaxed);
    }
}

/// The handle's [`INHERIT`] and [`PROTECT_FROM_CLOSE`].
///
/// # Errors
/// As for [`lookup`].
pub fn flags(handle: usize) -> Result<u32> {
    let object = lookup(handle)?;
    let own = match u32::try_from(handle) {
        Ok(handle) if FLAGGED.load(Ordering::Relaxed) != 0 => {
            FLAGS.lock().get(&(handle & !3)).copied()
        }
        _ => None,
    };
    Ok(own.unwrap_or_else(|| object.default_handle_flags()))
}

/// Changes those flags of the handle that `mask` names.
///
/// # Errors
/// As for [`lookup`].
pub fn set_flags(handle: usize, mask: u32, values: u32) -> Result<()> {
    let mask = mask & (INHERIT | PROTECT_FROM_CLOSE);
    // The pin keeps the number from being used again before the entry stands.
    let object = lookup(handle)?;
    let handle = u32::try_from(handle).map_err(|_| Status::INVALID_HANDLE)? & !3;
    let mut flags = FLAGS.lock();
    let default = object.default_handle_flags();
    let before = flags.get(&handle).copied().unwrap_or(default);
    let after = before & !mask | values & mask;
    if after == default {
        flags.remove(&handle);
    } else {
        flags.insert(handle, after);
    }
    FLAGGED.store(flags.len(), Ordering::Relaxed);
    Ok(())
}

/// Opens a handle to a new object without a name.
///
/// # Errors
/// As for [`insert`].
pub fn create(body: Body) -> Result<u32> {
    insert(Object::new(body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ke::dispatcher::{Dispatcher, Kind};

    fn event() -> Body {
        Body::Event(Dispatcher::new(Kind::Notification, 0))
    }

    #[test]
    fn a_handle_finds_its_object_until_it_is_closed() {
        let handle = create(event()).unwrap() as usize;
        assert!(lookup(handle).unwrap().event().is_ok());
        assert!(lookup(handle | 3).unwrap().event().is_ok(), "the low bits are ignored");
        assert_eq!(lookup(handle).unwrap().semaphore().err(), Some(Status::OBJECT_TYPE_MISMATCH));
        assert_eq!(lookup(handle | 1 << 40).err(), Some(Status::INVALID_HANDLE));
        assert_eq!(close(handle), Ok(()));
        assert_eq!(close(handle), Err(Status::INVALID_HANDLE));
        assert_eq!(lookup(handle).err(), Some(Status::INVALID_HANDLE));
    }

    #[test]
    fn a_duplicate_names_the_same_object_and_keeps_it() {
        let one = create(event()).unwrap() as usize;
        let two = duplicate(one).unwrap() as usize;
        assert_ne!(one, two);
        lookup(one).unwrap().event().unwrap().set();
        assert_eq!(lookup(two).unwrap().handle_count(), 2);
        close(one).unwrap();
        assert!(lookup(two).unwrap().event().unwrap().is_signalled());
        close(two).unwrap();
    }

    #[test]
    fn a_protected_handle_is_not_closed() {
        let handle = create(event()).unwrap() as usize;
        assert_eq!(flags(handle), Ok(0));
        set_flags(handle, INHERIT | PROTECT_FROM_CLOSE, PROTECT_FROM_CLOSE).unwrap();
        assert_eq!(flags(handle | 1), Ok(PROTECT_FROM_CLOSE));
        assert_eq!(close(handle), Err(Status::HANDLE_NOT_CLOSABLE));
        set_flags(handle, INHERIT, INHERIT).unwrap();
        assert_eq!(flags(handle), Ok(INHERIT | PROTECT_FROM_CLOSE));
        set_flags(handle, PROTECT_FROM_CLOSE, 0).unwrap();
        assert_eq!(close(handle), Ok(()));
        assert_eq!(flags(handle), Err(Status::INVALID_HANDLE));
    }

    #[test]
    fn pseudo_handles_name_the_caller() {
        assert!(lookup(CURRENT_THREAD).is_err());
        let own = resolve(CURRENT_THREAD).unwrap();
        let again = resolve(CURRENT_THREAD).unwrap();
        assert!(Arc::ptr_eq(&own.to_reference(), &again.to_reference()));
        assert_eq!(close(CURRENT_PROCESS), Ok(()));
        let real = duplicate(CURRENT_THREAD).unwrap() as usize;
        let id = lookup(real).unwrap().thread().unwrap().id();
        assert_eq!(id, thread::with_current(|thread| thread.id()));
        close(real).unwrap();
        assert!(!resolve(CURRENT_PROCESS).unwrap().dispatcher().is_signalled());
    }
}
