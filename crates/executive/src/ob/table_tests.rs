//! Tests of the handle table.

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
    for (number, handle) in [5 << 24 | 100, 64, 80, 127 << 24 | 20_000 << 2].into_iter().enumerate()
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
    assert!(table.remove(stale).is_some());
    for number in 1..20_000 {
        let handle = table.insert(Arc::new(number)).unwrap();
        assert!(handle < 1 << 31);
        assert!(table.lookup(stale).is_none());
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

#[test]
fn what_is_in_a_further_chunk_is_found_and_freed_as_in_the_first() {
    let table = Table::new();
    let (object, count) = (Arc::new(0), 2 * CHUNK_SLOTS + 1);
    let handles: Vec<_> = (0..count).filter_map(|_| table.insert(object.clone())).collect();
    assert_eq!(table.handles(), handles);
    for chunk in 0..3 {
        let handle = handles[chunk * CHUNK_SLOTS];
        heat(&table, handle);
        let pinned = table.lookup(handle).unwrap();
        drop(table.remove(handle));
        assert_eq!(*pinned, 0);
        assert_eq!(Arc::strong_count(&object), 1 + count - chunk, "in chunk {chunk}");
        drop(pinned);
        assert_eq!(Arc::strong_count(&object), count - chunk, "in chunk {chunk}");
    }
}

#[test]
fn a_held_handle_is_seen_to_be_closed_and_its_slot_is_not_used_again() {
    let table = Table::new();
    let object = Arc::new(0);
    let handle = table.insert(object.clone()).unwrap();
    let held = table.lookup(handle).unwrap().hold();
    assert!(held.openness().is_open());
    drop(table.remove(handle));
    assert!(!held.openness().is_open());
    let others = (0..10_000).map(|_| {
        let other = table.insert(object.clone()).unwrap();
        table.remove(other).unwrap();
        other
    });
    assert!(others.filter(|other| split(*other).0 == split(handle).0).count() == 0);
    assert_eq!(Arc::strong_count(&object), 2);
    drop(held);
    assert_eq!(Arc::strong_count(&object), 1);
}

/// Looks a handle up until its slot is hot and this thread has places.
fn heat(table: &Table<i32>, handle: u32) {
    (0..3000).for_each(|_| assert!(table.lookup(handle).is_some()));
}

#[test]
fn pins_of_a_hot_slot_are_many_and_end_in_any_order() {
    let table = Table::new();
    let object = Arc::new(7);
    let handle = table.insert_marked(object.clone(), 5).unwrap();
    heat(&table, handle);
    let mut pins: Vec<_> = (0..100).map(|_| table.lookup(handle).unwrap()).collect();
    drop(table.remove(handle));
    assert!(table.lookup(handle).is_none());
    while !pins.is_empty() {
        assert_eq!(Arc::strong_count(&object), 2);
        let pin = pins.swap_remove(pins.len() / 3);
        assert!(*pin == 7 && pin.mark() == 5);
    }
    assert_eq!(Arc::strong_count(&object), 1);
    let next = table.insert(object.clone()).unwrap();
    heat(&table, next);
    drop(table.remove(next));
    assert_eq!(Arc::strong_count(&object), 1);
}

#[test]
fn a_look_up_by_notes_finds_hot_slots_only_and_leaves_no_note() {
    let table = Table::new();
    let cold = table.insert(Arc::new(1)).unwrap();
    let hot = table.insert(Arc::new(2)).unwrap();
    heat(&table, hot);
    let own = hazard::own().expect("a thread with a hot slot has places");
    for _ in 0..3 {
        for wrong in [cold, hot ^ 1 << 24, hot | 1 << 31, u32::MAX, 0] {
            assert!(table.lookup_noted(wrong, own).is_none(), "{wrong:#x}");
        }
        let first = table.lookup_noted(hot, own).unwrap();
        assert_eq!((*first, *first.kept(), *first.to_arc()), (2, 2, 2));
        assert!(table.lookup_noted(hot, own).is_none(), "the first place is taken");
        assert_eq!(*table.lookup(hot).unwrap(), 2);
        first.give_back();
    }
    let pinned = table.lookup_noted(hot, own).unwrap();
    let object = table.remove(hot).unwrap();
    assert!(table.lookup_noted(hot, own).is_none() && table.lookup(hot).is_none());
    assert_eq!(Arc::strong_count(&object), 2, "the pin keeps the table's");
    pinned.give_back();
    assert_eq!(Arc::strong_count(&object), 1);
}

#[test]
fn a_hot_slot_is_freed_by_the_last_of_many_threads() {
    let table = Table::new();
    for round in 0..200 {
        let object = Arc::new(round);
        let handle = table.insert(object.clone()).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while let Some(pin) = table.lookup(handle) {
                        assert!(*pin == round && Arc::strong_count(&object) > 1);
                    }
                });
            }
            heat(&table, handle);
            drop(table.remove(handle));
        });
        assert_eq!(Arc::strong_count(&object), 1);
    }
}
