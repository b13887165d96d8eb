//! The handle table: from a number that a program may invent to an object that is there.
//!
//! Here lives only the mapping.  What the objects are, and what closing one means, is
//! `ob::object`'s business.  The epoll registrations of `engine` use the same table, because their
//! problem is the same: a number comes back from outside and must not reach a dead object.
//!
//! A handle is a multiple of four below 2^31:
//!
//! ```text
//!   30      24 23                      2 1 0
//!  +----------+-------------------------+---+
//!  | generation|         slot           | 0 |     the two low bits are ignored, as on Windows
//!  +----------+-------------------------+---+
//! ```
//!
//! A slot's word holds its state, its generation, the number of its *pins*, and a *mark*: 21 bits
//! that came with the object and that a look-up finds (a handle's rights).  A look-up pins the
//! slot, so the object stays while the [`Pinned`] lives; an open handle is itself one pin.  Closing
//! turns LIVE into CLOSING and gives that pin back; whoever takes the last pin of a CLOSING slot
//! drops the table's reference and frees the slot under the next generation.
//!
//! ```text
//!   FREE --insert--> LIVE --remove--> CLOSING --last unpin--> FREE (generation + 1)
//! ```
//!
//! To count a pin and to give it back are two locked instructions, and a cache line that all who
//! use the handle write to.  So a slot that is looked up often becomes a HOT one, until it is free
//! again.  A thread that pins a hot slot notes that in a place of its own ([`hazard`]), and whoever
//! closes the handle looks into all such places.  One in some hundred counted pins makes its slot
//! hot, so a handle that is opened, used and closed, again and again, seldom pays for that look;
//! one in a few while it would cost nothing, because no other thread has such places.
//!
//! No look-up takes a lock.  The lock guards the free list only, which is a queue: a slot is reused
//! late, and a stale handle is caught by its generation until the slot has been used 128 times.
#![allow(unsafe_code)]

use super::hazard::{self, Place, Places};
use crate::sync::{Arc, AtomicPtr, AtomicU64, Mutex, Ordering};
use core::ptr;
use std::collections::VecDeque;

mod pin;

#[cfg(all(target_arch = "x86_64", not(any(loom, shuttle, miri))))]
pub(crate) use pin::NEVER_OPEN;
pub use pin::{Held, Keep, Kept, Openness, Pinned};

const SLOT_BITS: u32 = 22;
const GENERATION_BITS: u32 = 7;
const GENERATIONS: u64 = 1 << GENERATION_BITS;
/// The first slots stay unused, so that the small numbers programs pass by mistake are no handles.
const FIRST_SLOT: u32 = 16;

#[cfg(not(loom))]
const CHUNK_SLOTS: usize = 4096;
#[cfg(not(loom))]
const CHUNKS: usize = (1 << SLOT_BITS) / CHUNK_SLOTS;
#[cfg(loom)]
const CHUNK_SLOTS: usize = 18;
#[cfg(loom)]
const CHUNKS: usize = 1;

/// So many slots must be free before the oldest of them is used again.
#[cfg(not(loom))]
const REUSE_AFTER: usize = 256;
#[cfg(loom)]
const REUSE_AFTER: usize = 1;

const PINS: u64 = 0xFFFF_FFFF;
const GENERATION_SHIFT: u32 = 32;
const GENERATION: u64 = (GENERATIONS - 1) << GENERATION_SHIFT;
const MARK_SHIFT: u32 = 40;
const MARK: u32 = (1 << 21) - 1;
/// Pins may be notes ([`hazard`]).
const HOT: u64 = 1 << 61;
const LIVE: u64 = 1 << 62;
const CLOSING: u64 = 1 << 63;

struct Slot<T> {
    /// State, mark, generation, pins.
    word: AtomicU64,
    /// From `Arc::into_raw`; meaningful while the slot is LIVE or CLOSING.
    object: AtomicPtr<T>,
}

impl<T> Slot<T> {
    #[cfg(not(any(loom, shuttle)))]
    const fn new() -> Self {
        Slot { word: AtomicU64::new(0), object: AtomicPtr::new(ptr::null_mut()) }
    }

    #[cfg(any(loom, shuttle))]
    fn new() -> Self {
        Slot { word: AtomicU64::new(0), object: AtomicPtr::new(ptr::null_mut()) }
    }

    #[inline]
    fn address(&self) -> usize {
        ptr::from_ref(self).addr()
    }

    /// True for an open handle that is pinned by notes.
    #[inline(always)]
    fn is_hot(&self, generation: u64) -> bool {
        // The upper half alone fits into an instruction.
        let half = |word: u64| (word >> 32) as u32;
        let wanted = half(LIVE | HOT) | half(generation << GENERATION_SHIFT);
        half(self.word.load(Ordering::Acquire)) & half(LIVE | HOT | GENERATION) == wanted
    }
}

struct Allocation {
    free: VecDeque<u32>,
    next_fresh: u32,
}

type Chunk<T> = [Slot<T>; CHUNK_SLOTS];

/// A table of `Arc<T>` by handle.
pub struct Table<T> {
    /// In the table itself: a look-up in a static one knows where it is, and need not wait for its
    /// address to be loaded before anything else.
    first: Chunk<T>,
    further: [AtomicPtr<Chunk<T>>; CHUNKS - 1],
    allocation: Mutex<Allocation>,
}

#[inline]
fn generation_of(word: u64) -> u64 {
    (word & GENERATION) >> GENERATION_SHIFT
}

#[inline]
fn mark_of(word: u64) -> u32 {
    (word >> MARK_SHIFT) as u32 & MARK
}

#[inline]
fn split(handle: u32) -> (u32, u64) {
    let number = handle >> 2;
    (number & ((1 << SLOT_BITS) - 1), u64::from(number >> SLOT_BITS))
}

fn join(index: u32, generation: u64) -> u32 {
    // The generation has seven bits, so it always fits.
    let generation = (generation & (GENERATIONS - 1)) as u32;
    (generation << SLOT_BITS | index) << 2
}

impl<T> Table<T> {
    /// An empty table.
    #[cfg(not(any(loom, shuttle)))]
    pub const fn new() -> Self {
        Table {
            first: [const { Slot::new() }; CHUNK_SLOTS],
            further: [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS - 1],
            allocation: Mutex::new(Allocation { free: VecDeque::new(), next_fresh: FIRST_SLOT }),
        }
    }

    /// An empty table (a checker's types cannot be made in a constant).
    #[cfg(any(loom, shuttle))]
    pub fn new() -> Self {
        Table {
            first: core::array::from_fn(|_| Slot::new()),
            further: core::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
            allocation: Mutex::new(Allocation { free: VecDeque::new(), next_fresh: FIRST_SLOT }),
        }
    }

    #[inline]
    fn chunk(&self, number: usize) -> Option<&Chunk<T>> {
        let Some(further) = number.checked_sub(1) else { return Some(&self.first) };
        let chunk = self.further.get(further)?.load(Ordering::Acquire);
        // SAFETY: a chunk pointer is null or came from `Box::into_raw` in `open_slot`, and chunks
        // are freed only with the table.
        unsafe { chunk.as_ref() }
    }

    #[inline(always)]
    fn slot(&self, index: u32) -> Option<&Slot<T>> {
        let index = index as usize;
        // The first chunk is there: nobody need ask.
        if index < CHUNK_SLOTS {
            return Some(&self.first[index]);
        }
        Some(&self.chunk(index / CHUNK_SLOTS)?[index % CHUNK_SLOTS])
    }

    /// Takes a free slot, or None when the table is full.
    fn take_slot(&self) -> Option<u32> {
        let mut allocation = self.allocation.lock();
        if allocation.free.len() >= REUSE_AFTER {
            return allocation.free.pop_front();
        }
        if allocation.next_fresh as usize >= CHUNK_SLOTS * CHUNKS {
            return allocation.free.pop_front();
        }
        Some(self.open_slot(&mut allocation))
    }

    /// The next slot that was never used; there is one.
    fn open_slot(&self, allocation: &mut Allocation) -> u32 {
        let index = allocation.next_fresh;
        let number = index as usize / CHUNK_SLOTS;
        if self.chunk(number).is_none() {
            let slots: Box<[Slot<T>]> = (0..CHUNK_SLOTS).map(|_| Slot::new()).collect();
            let slots: *mut [Slot<T>] = Box::into_raw(slots);
            self.further[number - 1].store(slots.cast(), Ordering::Release);
        }
        allocation.next_fresh += 1;
        index
    }

    /// Gives the object a handle, or nothing when four million are open.
    pub fn insert(&self, object: Arc<T>) -> Option<u32> {
        self.insert_marked(object, 0)
    }

    /// As [`Table::insert`], with a mark.
    pub fn insert_marked(&self, object: Arc<T>, mark: u32) -> Option<u32> {
        let index = self.take_slot()?;
        let slot = self.slot(index)?;
        slot.object.store(Arc::into_raw(object).cast_mut(), Ordering::Relaxed);
        // Look-ups of stale handles may pin and unpin the free slot meanwhile: keep their counts.
        let mark = u64::from(mark & MARK) << MARK_SHIFT;
        let before = slot.word.fetch_add(LIVE + mark + 1, Ordering::Release);
        debug_assert_eq!(before & (LIVE | CLOSING), 0);
        Some(join(index, generation_of(before)))
    }

    /// Gives the object this handle, with a mark; false when the slot has been used or the number
    /// is none of a handle's.  The slots before it become free ones.
    pub fn insert_at(&self, handle: u32, object: Arc<T>, mark: u32) -> bool {
        let (wanted, generation) = split(handle);
        let mut allocation = self.allocation.lock();
        let is_handle = handle.is_multiple_of(4) && handle < 1 << (SLOT_BITS + GENERATION_BITS + 2);
        let is_slot = (FIRST_SLOT as usize..CHUNK_SLOTS * CHUNKS).contains(&(wanted as usize));
        if !is_handle || !is_slot {
            return false;
        }
        while allocation.next_fresh <= wanted {
            let fresh = self.open_slot(&mut allocation);
            allocation.free.push_back(fresh);
        }
        let Some(at) = allocation.free.iter().position(|free| *free == wanted) else {
            return false;
        };
        let Some(slot) = self.slot(wanted) else { return false };
        allocation.free.remove(at);
        slot.object.store(Arc::into_raw(object).cast_mut(), Ordering::Relaxed);
        let used = generation_of(slot.word.load(Ordering::Relaxed));
        let skipped = (generation.wrapping_sub(used) % GENERATIONS) << GENERATION_SHIFT;
        // A generation may run over into the bit above it, which says nothing before LIVE does.
        let before = slot.word.fetch_add(skipped, Ordering::Relaxed);
        slot.word.fetch_and(!(GENERATIONS << GENERATION_SHIFT), Ordering::Relaxed);
        debug_assert_eq!(before & (LIVE | CLOSING), 0);
        let mark = u64::from(mark & MARK) << MARK_SHIFT;
        slot.word.fetch_add(LIVE + mark + 1, Ordering::Release);
        true
    }

    /// Finds the object behind a handle.  None for a handle that is forged, stale or closed.
    #[inline(always)]
    pub fn lookup(&self, handle: u32) -> Option<Pinned<'_, T>> {
        let (index, generation) = split(handle);
        let slot = self.slot(index)?;
        if slot.word.load(Ordering::Relaxed) & HOT != 0
            && let Some(place) = hazard::note(slot.address())
        {
            let pinned = self.pinned(slot, Some(place));
            if slot.is_hot(generation) {
                return Some(pinned);
            }
        }
        self.count_pin(slot, generation).then(|| self.pinned(slot, None))
    }

    /// As [`Table::lookup`], by a note in the caller's own first place; None also where that does
    /// not do.
    #[inline(always)]
    pub(crate) fn lookup_noted(&self, handle: u32, own: &'static Places) -> Option<Pinned<'_, T>> {
        let (index, generation) = split(handle);
        let slot = self.slot(index)?;
        let pinned = self.pinned(slot, Some(own.note_first(slot.address())?));
        slot.is_hot(generation).then_some(pinned)
    }

    /// Counts a pin; false, and none is counted, when the slot has no such handle.
    #[inline(never)]
    fn count_pin(&self, slot: &Slot<T>, generation: u64) -> bool {
        let before = slot.word.fetch_add(1, Ordering::Acquire);
        if before & LIVE == 0 || generation_of(before) != generation {
            self.unpin(slot);
            return false;
        }
        if hazard::is_turn() {
            slot.word.fetch_or(HOT, Ordering::Relaxed);
        }
        true
    }

    #[inline]
    fn pinned<'table>(
        &'table self,
        slot: &'table Slot<T>,
        place: Option<&'static Place>,
    ) -> Pinned<'table, T> {
        Pinned::new(self, slot, place)
    }

    /// Closes a handle and returns the object, or None as [`Table::lookup`] does.  Of two threads
    /// that close the same handle one gets the object.
    pub fn remove(&self, handle: u32) -> Option<Arc<T>> {
        let (index, generation) = split(handle);
        let slot = self.slot(index)?;
        let mut word = slot.word.load(Ordering::Relaxed);
        loop {
            if word & LIVE == 0 || generation_of(word) != generation {
                return None;
            }
            let closing = word & !LIVE | CLOSING;
            match slot.word.compare_exchange_weak(
                word,
                closing,
                Ordering::AcqRel,
                Ordering::Relaxed,
            ) {
                Ok(_) => break,
                Err(seen) => word = seen,
            }
        }
        // The open handle's pin is ours now.
        let pinned = self.pinned(slot, None);
        if word & HOT != 0 {
            // The last pin of a closed slot is given back after this: who frees it sees the notes.
            hazard::settle();
        }
        Some(pinned.to_arc())
    }

    /// The handles that are open now, for the rare walk over everything.
    pub fn handles(&self) -> Vec<u32> {
        let end = self.allocation.lock().next_fresh;
        (FIRST_SLOT..end)
            .filter_map(|index| {
                let word = self.slot(index)?.word.load(Ordering::Acquire);
                (word & LIVE != 0).then(|| join(index, generation_of(word)))
            })
            .collect()
    }

    #[inline(never)]
    fn unpin(&self, slot: &Slot<T>) {
        let before = slot.word.fetch_sub(1, Ordering::AcqRel);
        if before & PINS == 1 && before & CLOSING != 0 {
            self.free(slot);
        }
    }

    /// The slot's number.
    fn index_of(&self, slot: &Slot<T>) -> Option<u32> {
        let chunks = (0..CHUNKS).map_while(|number| self.chunk(number));
        let at = chunks.enumerate().find_map(|(number, chunk)| {
            let offset = slot.address().checked_sub(ptr::from_ref(chunk).addr())?;
            (offset < size_of_val(chunk)).then_some((number, offset / size_of_val(slot)))
        });
        at.and_then(|(number, within)| u32::try_from(number * CHUNK_SLOTS + within).ok())
    }

    /// Frees a slot that is closed if nobody pins it.  Whoever gives a pin of such a slot back
    /// comes here, and the lock puts them in an order: the last finds that he is.
    #[cold]
    fn free(&self, slot: &Slot<T>) {
        let Some(index) = self.index_of(slot) else { return };
        let mut allocation = self.allocation.lock();
        let word = slot.word.load(Ordering::Acquire);
        let is_pinned = word & PINS != 0 || word & HOT != 0 && hazard::is_noted(slot.address());
        if word & CLOSING == 0 || is_pinned {
            return;
        }
        let generation = (generation_of(word) + 1) % GENERATIONS;
        let free = generation << GENERATION_SHIFT;
        let object = slot.object.load(Ordering::Relaxed);
        // A late look-up may pin it once more; then its unpin comes here again.
        if slot.word.compare_exchange(word, free, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            allocation.free.push_back(index);
            drop(allocation);
            // SAFETY: the pointer came from `Arc::into_raw` in `insert`, and whoever makes a
            // closed slot a free one takes it back.
            drop(unsafe { Arc::from_raw(object) });
        }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for Table<T> {
    fn drop(&mut self) {
        for handle in self.handles() {
            drop(self.remove(handle));
        }
        for chunk in &self.further {
            let slots = chunk.load(Ordering::Acquire);
            if !slots.is_null() {
                // SAFETY: from `Box::into_raw` in `open_slot`; nobody else holds the table.
                drop(unsafe { Box::from_raw(slots) });
            }
        }
    }
}

// SAFETY: the table hands out shared references to T and moves `Arc<T>` between threads, which is
// what `Arc<T>: Send + Sync` asks of T.
unsafe impl<T: Send + Sync> Send for Table<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Table<T> {}

#[cfg(all(test, not(any(loom, shuttle))))]
#[path = "table_tests.rs"]
mod tests;
