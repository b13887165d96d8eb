//! Pins that cost no locked instruction: each thread notes in places of its own what it uses.
//!
//! (Such places are known as hazard pointers.)  Here live only the notes; what is noted are the
//! addresses of the handle table's slots, and [`super::table`] says what a note is worth; and those
//! of locks ([`crate::ke::biased_mutex`]).
//!
//! A note is a plain store, after which its writer looks whether the handle is still open.  Who
//! closes it says so first and then looks for notes.  Between store and look both need a barrier,
//! or each could miss the other:
//!
//! ```text
//!   note: store the note           close: store "closed"
//!         light_barrier                   heavy_barrier
//!         look whether it is closed       look for notes
//! ```
//!
//! What is noted is looked up often and seldom closed.  So who closes pays for both: the kernel
//! (`membarrier`) runs a barrier on every processor on which a thread of this process runs, and
//! whatever a thread does lies before it or after it.  If its store does, the note is seen; if its
//! look does, it sees that the handle is closed.  The light barrier is one for the compiler only.
//! Where the kernel has no `membarrier` there are no notes, and the table counts its pins.

use crate::ke::teb::teb;
use crate::sync::{AtomicU32, AtomicUsize, Mutex, Ordering, thread_local};
use core::cell::Cell;
use core::ptr;
use core::sync::atomic::AtomicUsize as Count;

/// 64 for a wait for as many objects, and some for what else a call uses.
const PLACES: usize = if cfg!(any(loom, shuttle)) { 1 } else { 71 };

/// Of so many counted pins of a thread one makes its slot a hot one: by then they have cost about
/// as much as a heavy barrier will.
const SELDOM: u32 = if cfg!(any(loom, shuttle)) { 1 } else { 251 };

/// The same while no other thread has places, for then there will be no barrier ([`settle`]).
const OFTEN: u32 = if cfg!(any(loom, shuttle)) { 1 } else { 7 };

/// Where a thread notes what it uses; 0 says nothing.
pub(crate) type Place = AtomicUsize;

/// What stands in places in which nothing can be noted: no address.
const TAKEN: usize = 1;

/// Tells a thread's mark from a number.
pub(crate) const MARK: u32 = 1 << 31;

/// A thread's places.  They outlive it, and another thread gets them.  Only the owner writes.
///
/// What is used most lies on one cache line.
#[repr(C, align(64))]
pub(crate) struct Places {
    /// The places' own number, and [`MARK`].
    mark: u32,
    /// Where the owner looks for an empty place when the first is taken.
    next: AtomicU32,
    /// The lock that the owner holds by a note.
    lock: Place,
    noted: [Place; PLACES],
}

/// The places of all threads that have none: each is taken for ever.
#[cfg(not(any(loom, shuttle)))]
pub(crate) static NOBODY: Places = Places {
    mark: 0,
    next: AtomicU32::new(0),
    lock: Place::new(TAKEN),
    noted: [const { Place::new(TAKEN) }; PLACES],
};

/// The places of a thread that has none.
#[cfg(not(any(loom, shuttle)))]
pub(crate) const fn nobody() -> &'static Places {
    &NOBODY
}

/// The same (a checker's types cannot be made in a constant).
#[cfg(any(loom, shuttle))]
pub(crate) fn nobody() -> &'static Places {
    Places::new(0, TAKEN)
}

struct Known {
    places: &'static Places,
    has_owner: bool,
}

/// How many threads have places: a hint, which nothing but speed depends on.
static OWNERS: Count = Count::new(0);

#[cfg(not(any(loom, shuttle)))]
static ALL: Mutex<Vec<Known>> = Mutex::new(Vec::new());
#[cfg(loom)]
loom::lazy_static! { static ref ALL: Mutex<Vec<Known>> = Mutex::new(Vec::new()); }
#[cfg(shuttle)]
shuttle::lazy_static! { static ref ALL: Mutex<Vec<Known>> = Mutex::new(Vec::new()); }

thread_local! {
    static UNTIL_HOT: Cell<u32> = const { Cell::new(SELDOM) };
    /// Whether the thread is to have no places.
    static ABSTAINS: Cell<bool> = const { Cell::new(false) };
}

/// Notes an address and says where; None for a thread without a free place.  Then comes a look
/// whether that was in time.
#[inline(always)]
pub(super) fn note(address: usize) -> Option<&'static Place> {
    let places = at_hand();
    places.note_first(address).or_else(|| places.note_next(address)).or_else(|| {
        places.search();
        places.note_next(address)
    })
}

#[inline(always)]
fn note_in(place: &Place, address: usize) -> Option<&Place> {
    if place.load(Ordering::Relaxed) != 0 {
        return None;
    }
    place.store(address, Ordering::Release);
    barrier::light();
    Some(place)
}

/// Takes back what the calling thread has noted here.  Then comes a look whether the handle has
/// been closed meanwhile.
#[inline(always)]
pub(crate) fn take_back(place: &Place) {
    place.store(0, Ordering::Release);
    barrier::light();
}

/// The calling thread's places, or, if it has none, such in which nothing can be noted.
#[inline(always)]
pub(crate) fn at_hand() -> &'static Places {
    teb().places.get()
}

/// The calling thread's places, if it has some.
pub(crate) fn own() -> Option<&'static Places> {
    let places = at_hand();
    (places.mark != 0).then_some(places)
}

impl Places {
    /// New ones, for ever, in each of which this stands.
    fn new(mark: u32, noted: usize) -> &'static Self {
        Box::leak(Box::new(Places {
            mark,
            next: AtomicU32::new(0),
            lock: Place::new(noted),
            noted: core::array::from_fn(|_| Place::new(noted)),
        }))
    }

    /// What no other thread has meanwhile; it has the bit [`MARK`], and is more than that.  0 for
    /// those of a thread that has none.
    #[inline]
    pub(crate) fn mark(&self) -> u32 {
        self.mark
    }

    /// As [`note`], in the first place; None while something else is noted there.
    #[inline(always)]
    pub(super) fn note_first(&self, address: usize) -> Option<&Place> {
        note_in(&self.noted[0], address)
    }

    /// As [`note`], for the address of a lock; None while another is noted.
    #[inline(always)]
    pub(crate) fn note_lock(&self, address: usize) -> Option<&Place> {
        note_in(&self.lock, address)
    }

    /// As [`note`], where the owner looks next; None while something else is noted there.
    #[inline(always)]
    fn note_next(&self, address: usize) -> Option<&Place> {
        let next = self.next.load(Ordering::Relaxed) as usize;
        let place = note_in(self.noted.get(next)?, address)?;
        self.next.store(((next + 1) % PLACES) as u32, Ordering::Relaxed);
        Some(place)
    }

    /// The owner looks next at an empty place, if there is one.
    #[cold]
    fn search(&self) {
        let mut noted = self.noted.iter();
        if let Some(empty) = noted.position(|place| place.load(Ordering::Relaxed) == 0) {
            self.next.store(empty as u32, Ordering::Relaxed);
        }
    }
}

/// True for one in so many calls: then the thread has places, and what it uses may become hot.
#[inline]
pub(super) fn is_turn() -> bool {
    UNTIL_HOT.with(|until| {
        let left = until.get() - 1;
        until.set(match left {
            0 if is_alone() => OFTEN,
            0 => SELDOM,
            left => left,
        });
        left == 0
    }) && enter()
}

/// True while the calling thread is the only one that has places.
pub(crate) fn is_alone() -> bool {
    OWNERS.load(Ordering::Relaxed) == 1 && own().is_some()
}

/// The calling thread gets no places: it pins too seldom to need them, and a thread that is alone
/// in having some begins to note much sooner.
#[cfg(not(any(loom, shuttle)))]
pub(crate) fn abstain() {
    ABSTAINS.set(true);
}

/// Gives the calling thread places.  False when it can have none.
#[cold]
pub(crate) fn enter() -> bool {
    if own().is_some() {
        return true;
    }
    if ABSTAINS.with(Cell::get) || !barrier::is_there() {
        return false;
    }
    #[cfg(not(any(loom, shuttle)))]
    if LEAVES.try_with(|_| ()).is_err() {
        // The thread is at its very end.
        return false;
    }
    let mut all = ALL.lock();
    OWNERS.fetch_add(1, Ordering::Relaxed);
    let places = if let Some(free) = all.iter_mut().find(|known| !known.has_owner) {
        free.has_owner = true;
        free.places
    } else {
        // As many as there have been threads at once.
        let places = Places::new((all.len() as u32 + 1) | MARK, 0);
        all.push(Known { places, has_owner: true });
        places
    };
    teb().places.set(places);
    true
}

#[cfg(not(any(loom, shuttle)))]
thread_local! {
    static LEAVES: Leaves = const { Leaves };
}

/// Its destructor gives the thread's places back.
#[cfg(not(any(loom, shuttle)))]
struct Leaves;

#[cfg(not(any(loom, shuttle)))]
impl Drop for Leaves {
    fn drop(&mut self) {
        let Some(places) = own() else { return };
        if places.noted.iter().chain([&places.lock]).any(|place| place.load(Ordering::Relaxed) != 0)
        {
            // Something that lives on in the thread still holds a pin.
            return;
        }
        teb().places.set(nobody());
        let mut all = ALL.lock();
        OWNERS.fetch_sub(1, Ordering::Relaxed);
        for known in &mut *all {
            known.has_owner &= !ptr::eq(known.places, places);
        }
    }
}

/// Between saying that something is closed and looking for notes.
pub(crate) fn settle() {
    let own = own();
    let is_other = |known: &Known| !own.is_some_and(|own| ptr::eq(own, known.places));
    // A thread that gets places later has taken the lock after us, and sees that it is closed.
    let others = ALL.lock().iter().any(|known| known.has_owner && is_other(known));
    if others {
        barrier::heavy();
    }
}

/// True while some thread has noted the address.
pub(super) fn is_noted(address: usize) -> bool {
    ALL.lock().iter().any(|Known { places, .. }| {
        places.noted.iter().any(|place| place.load(Ordering::Acquire) == address)
    })
}

/// True while some thread has noted the address of a lock.
pub(crate) fn is_lock_noted(address: usize) -> bool {
    ALL.lock().iter().any(|known| known.places.lock.load(Ordering::Acquire) == address)
}

/// Asks the kernel for barriers, before `main`: with threads about it would take long.
#[cfg(not(any(loom, shuttle)))]
pub fn prepare() {
    barrier::is_there();
}

#[cfg(not(any(loom, shuttle)))]
mod barrier {
    use core::sync::atomic::{Ordering, compiler_fence};
    use core::time::Duration;
    use rustix::thread::MembarrierCommand::{PrivateExpedited, RegisterPrivateExpedited};
    use rustix::thread::{membarrier, membarrier_query};
    use std::sync::OnceLock;

    #[inline]
    pub(super) fn light() {
        compiler_fence(Ordering::SeqCst);
    }

    /// Whether the kernel has it.  ThreadSanitizer would not understand.
    pub(super) fn is_there() -> bool {
        static IS_THERE: OnceLock<bool> = OnceLock::new();
        *IS_THERE.get_or_init(|| {
            membarrier_query().contains_command(PrivateExpedited)
                && membarrier(RegisterPrivateExpedited).is_ok()
        })
    }

    pub(super) fn heavy() {
        if membarrier(PrivateExpedited).is_err() {
            // The program has begun to forbid it.  A store is visible after nanoseconds, and a
            // thread that does not run has passed a barrier.
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// The checkers know fences: a pair of them is what the real barriers stand for.
#[cfg(any(loom, shuttle))]
mod barrier {
    use crate::sync::{Ordering, fence};

    pub(super) fn light() {
        fence(Ordering::SeqCst);
    }

    pub(super) fn is_there() -> bool {
        true
    }

    pub(super) fn heavy() {
        fence(Ordering::SeqCst);
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn who_abstains_gets_no_places() {
        let gets = |abstains: bool| {
            let thread = std::thread::spawn(move || {
                if abstains {
                    abstain();
                }
                (enter(), own().is_some())
            });
            thread.join().unwrap()
        };
        assert_eq!(gets(true), (false, false));
        assert_eq!(gets(false), (true, true));
    }
}
