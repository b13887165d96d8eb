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
//! No look-up takes a lock.  The lock guards the free list only, which is a queue: a slot is reused
//! late, and a stale handle is caught by its generation until the slot has been used 128 times.
#![allow(unsafe_code)]

use crate::sync::{Arc, AtomicPtr, AtomicU64, Mutex, Ordering};
use core::ptr;
use std::collections::VecDeque;

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
const LIVE: u64 = 1 << 62;
const CLOSING: u64 = 1 << 63;

struct Slot<T> {
    /// State, mark, generation, pins.
    word: AtomicU64,
    /// From `Arc::into_raw`; meaningful while the slot is LIVE or CLOSING.
    object: AtomicPtr<T>,
}

impl<T> Slot<T> {
    fn new() -> Self {
        Slot { word: AtomicU64::new(0), object: AtomicPtr::new(ptr::null_mut()) }
    }
}

struct Allocation {
    free: VecDeque<u32>,
    next_fresh: u32,
}

/// A table of `Arc<T>` by handle.
pub struct Table<T> {
    chunks: [AtomicPtr<[Slot<T>; CHUNK_SLOTS]>; CHUNKS],
    allocation: Mutex<Allocation>,
}

/// An object that a look-up found.  It cannot go away while this lives, even when its handle is
/// closed meanwhile.
pub struct Pinned<'table, T> {
    table: &'table Table<T>,
    slot: &'table Slot<T>,
    index: u32,
    mark: u32,
    object: *const T,
}

fn generation_of(word: u64) -> u64 {
    (word & GENERATION) >> GENERATION_SHIFT
}

fn mark_of(word: u64) -> u32 {
    (word >> MARK_SHIFT) as u32 & MARK
}

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
            chunks: [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS],
            allocation: Mutex::new(Allocation { free: VecDeque::new(), next_fresh: FIRST_SLOT }),
        }
    }

    /// An empty table (a checker's types cannot be made in a constant).
    #[cfg(any(loom, shuttle))]
    pub fn new() -> Self {
        Table {
            chunks: core::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
            allocation: Mutex::new(Allocation { free: VecDeque::new(), next_fresh: FIRST_SLOT }),
        }
    }

    #[inline]
    fn slot(&self, index: u32) -> Option<&Slot<T>> {
        let index = index as usize;
        let chunk = self.chunks.get(index / CHUNK_SLOTS)?.load(Ordering::Acquire);
        // SAFETY: a chunk pointer is null or came from `Box::into_raw` in `take_slot`, and chunks
        // are freed only with the table.
        unsafe { chunk.as_ref() }.map(|slots| &slots[index % CHUNK_SLOTS])
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
        let chunk = &self.chunks[index as usize / CHUNK_SLOTS];
        if chunk.load(Ordering::Relaxed).is_null() {
            let slots: Box<[Slot<T>]> = (0..CHUNK_SLOTS).map(|_| Slot::new()).collect();
            let slots: *mut [Slot<T>] = Box::into_raw(slots);
            chunk.store(slots.cast(), Ordering::Release);
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
    #[inline]
    pub fn lookup(&self, handle: u32) -> Option<Pinned<'_, T>> {
        let (index, generation) = split(handle);
        let slot = self.slot(index)?;
        let before = slot.word.fetch_add(1, Ordering::Acquire);
        if before & LIVE == 0 || generation_of(before) != generation {
            self.unpin(slot, index);
            return None;
        }
        let object = slot.object.load(Ordering::Relaxed);
        Some(Pinned { table: self, slot, index, mark: mark_of(before), object })
    }

    /// True when the handle is open and names this object, which the caller keeps: what a look-up
    /// would say, without writing to the slot.
    #[inline]
    pub fn names(&self, handle: u32, object: &Arc<T>) -> bool {
        let (index, generation) = split(handle);
        self.slot(index).is_some_and(|slot| {
            let word = slot.word.load(Ordering::Acquire);
            // The object lives, so no other has its address.
            word & LIVE != 0
                && generation_of(word) == generation
                && ptr::eq(slot.object.load(Ordering::Relaxed), Arc::as_ptr(object))
        })
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
        let object = slot.object.load(Ordering::Relaxed);
        let pinned = Pinned { table: self, slot, index, mark: mark_of(word), object };
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

    #[inline]
    fn unpin(&self, slot: &Slot<T>, index: u32) {
        let before = slot.word.fetch_sub(1, Ordering::AcqRel);
        if before & PINS == 1 && before & CLOSING != 0 {
            self.free(slot, index, before);
        }
    }

    #[cold]
    fn free(&self, slot: &Slot<T>, index: u32, before: u64) {
        // The last pin of a closing slot.  A late look-up may pin it once more; then its unpin
        // comes here again, and one of the two wins the exchange.
        let object = slot.object.load(Ordering::Relaxed);
        let generation = (generation_of(before) + 1) % GENERATIONS;
        let free = generation << GENERATION_SHIFT;
        let expected = before - 1;
        let won = slot.word.compare_exchange(expected, free, Ordering::AcqRel, Ordering::Relaxed);
        if won.is_ok() {
            self.allocation.lock().free.push_back(index);
            // SAFETY: the pointer came from `Arc::into_raw` in `insert`, and only the winner of
            // this exchange takes it back.
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
        for chunk in &self.chunks {
            let slots = chunk.load(Ordering::Acquire);
            if !slots.is_null() {
                // SAFETY: from `Box::into_raw` in `take_slot`; nobody else holds the table.
                drop(unsafe { Box::from_raw(slots) });
            }
        }
    }
}

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

impl<T> Keep<T> for Arc<T> {
    fn keep(&self) -> Arc<T> {
        self.clone()
    }
}

impl<T> Pinned<'_, T> {
    /// The mark with which the object was inserted.
    #[inline]
    pub fn mark(&self) -> u32 {
        self.mark
    }

    /// A reference that may outlive the call.
    pub fn to_arc(&self) -> Arc<T> {
        // SAFETY: the pin keeps the table's own reference alive, so the count is at least one.
        unsafe {
            Arc::increment_strong_count(self.object);
            Arc::from_raw(self.object)
        }
    }
}

impl<T> core::ops::Deref for Pinned<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the pin keeps the table's own reference alive.
        unsafe { &*self.object }
    }
}

impl<T> Drop for Pinned<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.table.unpin(self.slot, self.index);
    }
}

// SAFETY: the table hands out shared references to T and moves `Arc<T>` between threads, which is
// what `Arc<T>: Send + Sync` asks of T.
unsafe impl<T: Send + Sync> Send for Table<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Table<T> {}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn handles_are_small_multiples_of_four() {
        let table = Table::new();
        for number in 0..1000 {
            let handle = table.insert(Arc::new(number)).unwrap();
            assert_eq!(handle % 4, 0);
            assert!(handle > 0 && handle < 8192);
            assert_eq!(*table.lookup(handle).unwrap(), number);
            assert_eq!(*table.lookup(handle | 3).unwrap(), number, "the low bits are ignored");
        }
    }

    #[test]
    fn a_given_handle_is_found_under_its_value_and_the_others_beside_it() {
        let table = Table::new();
        for (number, handle) in
            [5 << 24 | 100, 64, 80, 127 << 24 | 20_000 << 2].into_iter().enumerate()
        {
            assert!(table.insert_at(handle, Arc::new(number), MARK));
            assert!(!table.insert_at(handle, Arc::new(number), 0), "it is in use");
            assert_eq!(*table.lookup(handle).unwrap(), number);
            assert_eq!(table.lookup(handle).unwrap().mark(), MARK);
            assert!(table.lookup(handle ^ 1 << 24).is_none());
        }
        for wrong in [0, 60, 65, 1 << 31] {
            assert!(!table.insert_at(wrong, Arc::new(9), 0), "{wrong}");
        }
        assert_eq!(table.handles().len(), 4);
        let others: HashSet<u32> = (0..1000).filter_map(|n| table.insert(Arc::new(n))).collect();
        assert_eq!(others.len(), 1000);
        assert_eq!(*table.remove(5 << 24 | 100).unwrap(), 0);
        assert!(table.lookup(5 << 24 | 100).is_none());
        assert_eq!(table.handles().len(), 1003);
    }

    #[test]
    fn a_mark_is_its_handles_own() {
        let table = Table::new();
        for mark in [0, 1, MARK, 5, 0] {
            let handle = table.insert_marked(Arc::new(()), mark).unwrap();
            assert_eq!(table.lookup(handle).unwrap().mark(), mark);
            table.remove(handle).unwrap();
        }
    }

    #[test]
    fn a_stale_handle_is_caught_for_a_long_time() {
        let table = Table::new();
        let first = Arc::new(0);
        let stale = table.insert(first.clone()).unwrap();
        assert!(table.names(stale, &first) && !table.names(stale, &Arc::new(0)));
        assert!(table.remove(stale).is_some());
        for number in 1..20_000 {
            let handle = table.insert(Arc::new(number)).unwrap();
            assert!(handle < 1 << 31);
            assert!(table.lookup(stale).is_none());
            assert!(!table.names(stale, &first));
            assert!(table.remove(stale).is_none());
            assert_eq!(*table.remove(handle).unwrap(), number);
        }
    }

    #[test]
    fn forged_handles_find_nothing() {
        let table = Table::new();
        let handle = table.insert(Arc::new(())).unwrap();
        for forged in [0, 4, handle + 4, handle | 1 << 24, u32::MAX, 1 << 31, 0x7FFF_FFFC] {
            assert!(table.lookup(forged).is_none(), "{forged:#x}");
        }
    }

    #[test]
    fn an_object_lives_as_long_as_a_pin_and_no_longer() {
        let table = Table::new();
        let object = Arc::new(5);
        let handle = table.insert(object.clone()).unwrap();
        let pinned = table.lookup(handle).unwrap();
        drop(table.remove(handle));
        assert!(table.lookup(handle).is_none());
        assert_eq!(*pinned, 5);
        assert_eq!(Arc::strong_count(&object), 2);
        drop(pinned);
        assert_eq!(Arc::strong_count(&object), 1);
    }

    #[test]
    fn threads_that_close_the_same_handles_close_each_once() {
        let table = Table::new();
        let handles: Vec<u32> =
            (0..2000).map(|number| table.insert(Arc::new(number)).unwrap()).collect();
        let closed: Vec<i32> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        let mine = handles.iter().filter_map(|&handle| {
                            let _pin = table.lookup(handle);
                            table.remove(handle).map(|object| *object)
                        });
                        mine.collect::<Vec<i32>>()
                    })
                })
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(closed.len(), 2000);
        assert_eq!(closed.iter().collect::<HashSet<_>>().len(), 2000);
        assert!(table.handles().is_empty());
    }
}
