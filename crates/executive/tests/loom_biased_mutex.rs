//! The lock that is biased to a thread, in every order that the memory model allows: never do two
//! threads hold it.
#![cfg(loom)]

use lapwing_executive::ke::biased_mutex::BiasedMutex;
use lapwing_executive::sync::{Arc, AtomicU32, Ordering, thread};

/// Loses a count when two threads are at it at once, or one does not see what the other has done.
#[derive(Default)]
struct Count(AtomicU32);

impl Count {
    fn add(&self) {
        self.0.store(self.get() + 1, Ordering::Relaxed);
    }

    fn get(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

type Lock = BiasedMutex<Count>;

#[test]
fn the_owner_and_another_take_turns() {
    loom::model(|| {
        let lock = Arc::new(Lock::default());
        lock.bias_to_caller();
        let other = {
            let lock = lock.clone();
            thread::spawn(move || lock.lock().add())
        };
        lock.lock().add();
        lock.lock().add();
        other.join().unwrap();
        assert_eq!(lock.lock().get(), 3);
    });
}

#[test]
fn who_takes_the_bias_away_may_lose_it_to_a_third() {
    loom::model(|| {
        let lock = Arc::new(Lock::default());
        lock.bias_to_caller();
        let others = [(); 2].map(|()| {
            let lock = lock.clone();
            thread::spawn(move || lock.lock().add())
        });
        lock.lock().add();
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(lock.lock().get(), 3);
    });
}

#[test]
fn the_bias_moves_while_its_owner_uses_it() {
    loom::model(|| {
        let lock = Arc::new(Lock::default());
        lock.bias_to_caller();
        let other = {
            let lock = lock.clone();
            thread::spawn(move || {
                lock.bias_to_caller();
                lock.lock().add();
            })
        };
        lock.lock().add();
        other.join().unwrap();
        assert_eq!(lock.lock().get(), 2);
    });
}

#[test]
fn two_are_held_at_once() {
    loom::model(|| {
        let (one, two) = (Arc::new(Lock::default()), Arc::new(Lock::default()));
        one.bias_to_caller();
        two.bias_to_caller();
        let other = {
            let two = two.clone();
            thread::spawn(move || two.lock().add())
        };
        let first = one.lock();
        two.lock().add();
        drop(first);
        other.join().unwrap();
        assert_eq!(two.lock().get(), 2);
    });
}
