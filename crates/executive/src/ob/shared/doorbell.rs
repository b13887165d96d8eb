//! The thread through which the waiters of this process hear of other processes.
//!
//! It starts when a thread first waits for a shared object and sleeps on this process's doorbell.
//! When it rings, every shared object with waiters is looked at: another process has signalled
//! something, one that was watched has died ([`super::deaths`]), or a timer's time has come.
//!
//! A signal can come without a ring when its sender is killed between the two, which nobody could
//! tell.  So as long as somebody waits the thread looks by itself too, rarely; more often only when
//! another process has what is waited for and cannot be watched.

use super::{deaths, process};
use crate::ke::thread;
use crate::ob::object::{Object, Reference};
use crate::sync::{AtomicU32, Mutex, Ordering};
use crate::sys::shared_memory::sleep_on;
use core::time::Duration;
use std::sync::{Arc, OnceLock, Weak};

/// How soon the death of a mutex's owner is noticed that cannot be watched.
const OFTEN: Duration = Duration::from_millis(50);
/// How soon a signal is noticed whose sender died before it rang.
const RARELY: Duration = Duration::from_secs(1);
/// After so many looks at nothing the thread sleeps until it rings.
const QUIET_LOOKS: u32 = 10;

/// Every shared object of this process.
static OBJECTS: Mutex<Vec<Weak<Object>>> = Mutex::new(Vec::new());

const NOBODY: u32 = 0;
const SOMEBODY: u32 = 1;
const FOR_A_DEATH: u32 = 2;
/// Who waits, as far as was said since the thread last looked.
static WAITS: AtomicU32 = AtomicU32::new(NOBODY);

/// The least of [`WAITS`] for which the thread must be woken: more than there is while it is awake
/// or sleeps shortly anyway.
static WAKES_FOR: AtomicU32 = AtomicU32::new(AWAKE);
const AWAKE: u32 = 3;

/// Learns of a shared object.
pub(super) fn register(object: &Reference) {
    let mut objects = OBJECTS.lock();
    objects.retain(|known| known.strong_count() > 0);
    objects.push(Arc::downgrade(object));
}

/// A thread waits for a shared object.
pub(super) fn listen() {
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        crate::sys::thread::spawn_without_signals("lapwing-names", run);
    });
    wake_for(SOMEBODY);
}

/// A thread waits for what a process has that is not watched yet.
pub(super) fn listen_for_deaths() {
    wake_for(FOR_A_DEATH);
}

fn wake_for(who: u32) {
    WAITS.fetch_max(who, Ordering::SeqCst);
    if who >= WAKES_FOR.load(Ordering::SeqCst)
        && let Ok(table) = process::table()
    {
        table.ring(table.own_slot());
    }
}

fn run() {
    thread::serve();
    // Whoever waits has an object, and so the table.
    let Ok(table) = process::table() else { return };
    let (doorbell, asleep) = (table.doorbell(table.own_slot()), table.asleep(table.own_slot()));
    let mut quiet = 0;
    loop {
        let rings = doorbell.load(Ordering::SeqCst);
        WAITS.store(NOBODY, Ordering::SeqCst);
        look();
        let waits = WAITS.swap(NOBODY, Ordering::SeqCst);
        let watches_all = deaths::watch_wanted(table);
        quiet = if waits == NOBODY { quiet + 1 } else { 0 };
        let wakes_for = match waits {
            _ if !watches_all => AWAKE,
            NOBODY if quiet > QUIET_LOOKS => SOMEBODY,
            _ => FOR_A_DEATH,
        };
        let at_most = match wakes_for {
            SOMEBODY => None,
            FOR_A_DEATH => Some(RARELY),
            _ => Some(OFTEN),
        };
        asleep.store(1, Ordering::SeqCst);
        WAKES_FOR.store(wakes_for, Ordering::SeqCst);
        // Who came before that store has not rung.
        if WAITS.load(Ordering::SeqCst) < wakes_for {
            sleep_on(doorbell, rings, at_most);
        }
        WAKES_FOR.store(AWAKE, Ordering::SeqCst);
        asleep.store(0, Ordering::SeqCst);
    }
}

fn look() {
    let objects: Vec<_> = OBJECTS.lock().iter().filter_map(Weak::upgrade).collect();
    for object in objects {
        object.dispatcher().reconsider();
    }
}
