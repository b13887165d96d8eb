//! What a look-up gives: a pin of the slot, by which the object stays; and what may be made of it.
#![allow(unsafe_code)]

use super::{CLOSING, Slot, Table, mark_of};
use crate::ob::hazard::{self, Place};
use crate::sync::{Arc, AtomicU64, Ordering};
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::Deref;

/// An object that a look-up found.  It cannot go away while this lives, even when its handle is
/// closed meanwhile.
pub struct Pinned<'table, T> {
    table: &'table Table<T>,
    slot: &'table Slot<T>,
    /// Where the pin is noted; None for one of those that the slot's word counts.
    place: Option<&'static Place>,
    /// It stays with its thread, as the note does.
    of_thread: PhantomData<*const T>,
}

/// What a pin keeps, for who makes a reference of it or nothing.
pub struct Kept<'pin, T>(&'pin Slot<T>);

/// A handle that was open: neither its object goes away while this lives, nor is its slot, and so
/// its number, used again.
pub struct Held<'table, T> {
    table: &'table Table<T>,
    slot: &'table Slot<T>,
}

/// The place that says whether a [`Held`] handle is open; as long as it is held.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Openness<'table>(&'table AtomicU64);

/// What can make a reference that outlives it.
pub trait Keep<T> {
    /// The reference.
    fn keep(&self) -> Arc<T>;
}

impl<T> Keep<T> for Pinned<'_, T> {
    fn keep(&self) -> Arc<T> {
        self.to_arc()
    }
}

impl<T> Deref for Kept<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the pin keeps the table's own reference alive.
        unsafe { &*self.0.object.load(Ordering::Relaxed) }
    }
}

impl<T> Keep<T> for Kept<'_, T> {
    fn keep(&self) -> Arc<T> {
        let object = self.0.object.load(Ordering::Relaxed);
        // SAFETY: the pin keeps the table's own reference alive, so the count is at least one.
        unsafe {
            Arc::increment_strong_count(object);
            Arc::from_raw(object)
        }
    }
}

impl<T> Keep<T> for Arc<T> {
    fn keep(&self) -> Arc<T> {
        self.clone()
    }
}

impl<'table, T> Pinned<'table, T> {
    #[inline(always)]
    pub(super) fn new(
        table: &'table Table<T>,
        slot: &'table Slot<T>,
        place: Option<&'static Place>,
    ) -> Self {
        Pinned { table, slot, place, of_thread: PhantomData }
    }

    /// The mark with which the object was inserted.
    #[inline]
    pub fn mark(&self) -> u32 {
        mark_of(self.slot.word.load(Ordering::Relaxed))
    }

    /// A pin that outlives the call and may go to another thread.
    pub fn hold(&self) -> Held<'table, T> {
        self.slot.word.fetch_add(1, Ordering::Relaxed);
        Held { table: self.table, slot: self.slot }
    }

    /// A reference that may outlive the call.
    pub fn to_arc(&self) -> Arc<T> {
        self.kept().keep()
    }

    /// What it keeps.
    #[inline]
    pub fn kept(&self) -> Kept<'_, T> {
        Kept(self.slot)
    }
}

impl<T> Deref for Pinned<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the pin keeps the table's own reference alive.
        unsafe { &*self.slot.object.load(Ordering::Relaxed) }
    }
}

impl<T> Pinned<'_, T> {
    /// As a drop, where the compiler shall not make a call of it.
    #[inline(always)]
    pub fn give_back(self) {
        ManuallyDrop::new(self).end();
    }

    #[inline(always)]
    fn end(&self) {
        let Some(place) = self.place else { return self.table.unpin(self.slot) };
        hazard::take_back(place);
        if self.slot.word.load(Ordering::Acquire) & CLOSING != 0 {
            self.table.free(self.slot);
        }
    }
}

impl<T> Drop for Pinned<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.end();
    }
}

impl<'table, T> Held<'table, T> {
    /// Where to look whether the handle is open.
    pub fn openness(&self) -> Openness<'table> {
        Openness(&self.slot.word)
    }
}

impl<T> Drop for Held<'_, T> {
    fn drop(&mut self) {
        self.table.unpin(self.slot);
    }
}

/// What says for ever that no handle is open.
#[cfg(not(any(loom, shuttle)))]
pub(crate) static NEVER_OPEN: AtomicU64 = AtomicU64::new(CLOSING);

#[cfg(not(any(loom, shuttle)))]
impl Openness<'static> {
    /// Of no handle: false for ever.
    pub(crate) const NEVER: Self = Openness(&NEVER_OPEN);
}

impl Openness<'_> {
    /// True until the handle is closed.
    #[inline]
    pub fn is_open(self) -> bool {
        // What is pinned is LIVE or CLOSING.
        self.0.load(Ordering::Acquire) & CLOSING == 0
    }
}
