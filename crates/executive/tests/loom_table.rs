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

/// Such models have many steps; more preemptions than these show nothing new.
fn model(body: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(body);
}

/// The first look-up makes the slot a hot one and gives the thread its place, in which the second
/// is noted.
fn look_up_twice(table: &Table<Tracked>, handle: u32) {
    drop(table.lookup(handle));
    assert!(table.lookup(handle).is_none_or(|object| object.is_alive()));
}

#[test]
fn a_noted_object_outlives_its_handle() {
    model(|| {
        let dropped = Arc::new(AtomicUsize::new(0));
        let table = Arc::new(Table::new());
        let handle = table.insert(Tracked::new(&dropped)).unwrap();
        let other = {
            let table = table.clone();
            thread::spawn(move || look_up_twice(&table, handle))
        };
        assert!(table.remove(handle).is_some_and(|object| object.is_alive()));
        other.join().unwrap();
        assert_eq!(dropped.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn of_two_notes_the_last_frees_the_object() {
    model(|| {
        let dropped = Arc::new(AtomicUsize::new(0));
        let table = Arc::new(Table::new());
        let handle = table.insert(Tracked::new(&dropped)).unwrap();
        drop(table.lookup(handle));
        let other = {
            let table = table.clone();
            thread::spawn(move || look_up_twice(&table, handle))
        };
        let noted = table.lookup(handle);
        // There is one place for notes, so this pin is counted.
        let counted = table.lookup(handle);
        drop(table.remove(handle));
        drop(noted);
        assert!(counted.is_some_and(|object| object.is_alive()));
        other.join().unwrap();
        assert_eq!(dropped.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn a_note_for_a_stale_handle_does_not_keep_the_slots_next_object() {
    model(|| {
        let dropped = Arc::new(AtomicUsize::new(0));
        let table = Arc::new(Table::new());
        let first = table.insert(Tracked::new(&dropped)).unwrap();
        let stale = table.clone();
        let other = thread::spawn(move || look_up_twice(&stale, first));
        drop(table.remove(first));
        // The slot is free unless the other thread still pins it.
        let second = table.insert(Tracked::new(&dropped)).unwrap();
        drop(table.lookup(second));
        drop(table.remove(second));
        other.join().unwrap();
        assert_eq!(dropped.load(Ordering::Relaxed), 2);
    });
}

#[test]
fn what_is_held_stays_after_the_look_up_and_the_close() {
    model(|| {
        let dropped = Arc::new(AtomicUsize::new(0));
        let table = Arc::new(Table::new());
        let handle = table.insert(Tracked::new(&dropped)).unwrap();
        drop(table.lookup(handle));
        let other = {
            let table = table.clone();
            thread::spawn(move || drop(table.remove(handle)))
        };
        // A noted pin, where it is not too late for one.
        let held = table.lookup(handle).map(|pinned| pinned.hold());
        other.join().unwrap();
        assert_eq!(dropped.load(Ordering::Relaxed), usize::from(held.is_none()));
        assert!(held.as_ref().is_none_or(|held| !held.openness().is_open()));
        drop(held);
        assert_eq!(dropped.load(Ordering::Relaxed), 1);
    });
}
