//! The brief lock, in every order that the memory model allows.
#![cfg(loom)]

use lapwing_executive::sync::brief::RawBrief;
use lapwing_executive::sync::{Arc, AtomicUsize, Ordering, thread};

/// Changes what the lock guards if it is free: a change would be lost if two threads were here at
/// once, or one did not see what the other has done.  (Who waits looks again for ever, which is
/// too often for the checker.)
fn change(guarded: &(RawBrief, AtomicUsize)) -> usize {
    let (lock, value) = guarded;
    if !lock.try_take() {
        return 0;
    }
    value.store(value.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    lock.give_back();
    1
}

#[test]
fn what_one_holder_has_changed_the_next_one_sees() {
    loom::model(|| {
        let guarded = Arc::new((RawBrief::new(), AtomicUsize::new(0)));
        let others: Vec<_> = (0..2)
            .map(|_| {
                let guarded = guarded.clone();
                thread::spawn(move || change(&guarded) + change(&guarded))
            })
            .collect();
        let mut changes = change(&guarded);
        for other in others {
            changes += other.join().unwrap();
        }
        assert_eq!(guarded.1.load(Ordering::Relaxed), changes);
    });
}
