//! The handle table, in every order that the memory model allows.
#![cfg(loom)]

use lapwing_executive::ob::table::Table;
use lapwing_executive::sync::{Arc, AtomicBool, AtomicUsize, Ordering, thread};

/// Knows whether it is still there.
struct Tracked {
    alive: AtomicBool,
    dropped: Arc<AtomicUsize>,
}

impl Tracked {
    fn new(dropped: &Arc<AtomicUsize>) -> Arc<Self> {
        Arc::new(Tracked { alive: AtomicBool::new(true), dropped: dropped.clone() })
    }

    fn is_alive(&self) -> bool {
        self.alive.load(Ordering::Relaxed)
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        assert!(self.alive.swap(false, Ordering::Relaxed), "dropped twice");
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_pinned_object_outlives_its_handle() {
    loom::model(|| {
        let dropped = Arc::new(AtomicUsize::new(0));
        let table = Arc::new(Table::new());
        let handle = table.insert(Tracked::new(&dropped)).unwrap();
        let other = {
            let table = table.clone();
            thread::spawn(move || {
                if let Some(pinned) = table.lookup(handle) {
                    assert!(pinned.is_alive());
                }
            })
        };
        let removed = table.remove(handle);
        assert!(removed.is_some_and(|object| object.is_alive()));
        assert!(table.lookup(handle).is_none());
        other.join().unwrap();
        assert_eq!(dropped.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn of_two_closes_one_finds_the_object() {
    loom::model(|| {
        let dropped = Arc::new(AtomicUsize::new(0));
        let table = Arc::new(Table::new());
        let handle = table.insert(Tracked::new(&dropped)).unwrap();
        let other = {
            let table = table.clone();
            thread::spawn(move || table.remove(handle).is_some())
        };
        let mine = table.remove(handle).is_some();
        assert!(mine ^ other.join().unwrap());
        assert_eq!(dropped.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn a_stale_handle_never_reaches_the_slots_next_object() {
    loom::model(|| {
        let dropped = Arc::new(AtomicUsize::new(0));
        let table = Arc::new(Table::new());
        let first = table.insert(Tracked::new(&dropped)).unwrap();
        let stale = table.clone();
        let other = thread::spawn(move || {
            if let Some(pinned) = stale.lookup(first) {
                assert!(pinned.is_alive());
            }
        });
        drop(table.remove(first));
        // The slot is free unless the other thread still pins it.
        let second = table.insert(Tracked::new(&dropped)).unwrap();
        assert_ne!(first, second);
        assert!(table.lookup(first).is_none());
        assert!(table.lookup(second).is_some_and(|object| object.is_alive()));
        other.join().unwrap();
        assert_eq!(dropped.load(Ordering::Relaxed), 1);
    });
}
