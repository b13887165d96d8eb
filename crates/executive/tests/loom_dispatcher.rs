//! Signal states and waits, in every order that the memory model allows.
//!
//! The models are small on purpose: two or three threads, and few steps of each.
#![cfg(loom)]

use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::dispatcher::{Dispatcher, Kind, Waitable};
use lapwing_executive::ke::thread as block;
use lapwing_executive::ke::wait::{wait_for_all, wait_for_any, wait_for_single};
use lapwing_executive::status::Status;
use lapwing_executive::sync::{AtomicU32, Ordering, thread};
use std::sync::Arc;

struct Plain(Dispatcher);

fn object(kind: Kind, value: u32) -> Arc<Plain> {
    Arc::new(Plain(Dispatcher::new(kind, value)))
}

fn automatic(value: u32) -> Arc<Plain> {
    object(Kind::Synchronization, value)
}

fn wait(object: &Plain) -> Status {
    wait_for_single(&object.0, false, Deadline::Never)
}

fn poll(object: &Plain) -> Status {
    wait_for_single(&object.0, false, Deadline::Passed)
}

/// A modelled thread, which ends as a real one does.
fn spawn<R: 'static>(body: impl FnOnce() -> R + 'static) -> thread::JoinHandle<R> {
    thread::spawn(move || {
        let result = body();
        block::end();
        result
    })
}

/// Runs a model; two forced switches find what there is to find, and end in seconds.
fn model(scenario: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(move || {
        scenario();
        block::end();
    });
}

#[test]
fn a_set_is_not_lost_and_carries_what_was_written_before() {
    model(|| {
        let (event, written) = (automatic(0), Arc::new(AtomicU32::new(0)));
        let waiter = {
            let (event, written) = (event.clone(), written.clone());
            spawn(move || {
                assert_eq!(wait(&event), Status::SUCCESS);
                written.load(Ordering::Relaxed)
            })
        };
        written.store(7, Ordering::Relaxed);
        event.0.set();
        assert_eq!(waiter.join().unwrap(), 7);
        assert!(!event.0.is_signalled());
    });
}

#[test]
fn setting_a_set_event_carries_what_was_written_before() {
    model(|| {
        let (event, written) = (automatic(1), Arc::new(AtomicU32::new(0)));
        let setter = {
            let (event, written) = (event.clone(), written.clone());
            spawn(move || {
                written.store(1, Ordering::Relaxed);
                event.0.set()
            })
        };
        let first = poll(&event);
        let seen = written.load(Ordering::Relaxed);
        let second = poll(&event);
        let was_set = setter.join().unwrap();
        assert_eq!(first, Status::SUCCESS);
        // The set came before the first wait, which then saw the write, or after it.
        assert!(!was_set || seen == 1 || second == Status::TIMEOUT);
        if was_set {
            assert_eq!(seen, 1);
        }
    });
}

#[test]
fn who_sees_what_a_signal_follows_can_take_that_signal_away() {
    model(|| {
        let (event, ended) = (automatic(0), Arc::new(AtomicU32::new(0)));
        let setter = {
            let (event, ended) = (event.clone(), ended.clone());
            spawn(move || event.0.set_after(|| ended.store(1, Ordering::Release)))
        };
        let has_ended = ended.load(Ordering::Acquire) == 1;
        let was_set = event.0.clear();
        setter.join().unwrap();
        assert_eq!(event.0.is_signalled(), !was_set);
        assert!(was_set || !has_ended);
    });
}

#[test]
fn two_sets_let_at_most_two_through_and_at_least_one() {
    model(|| {
        let event = automatic(0);
        let waiter = {
            let event = event.clone();
            spawn(move || wait(&event))
        };
        let setter = {
            let event = event.clone();
            spawn(move || event.0.set())
        };
        event.0.set();
        setter.join().unwrap();
        assert_eq!(waiter.join().unwrap(), Status::SUCCESS);
        // Whatever is left is left once.
        poll(&event);
        assert_eq!(poll(&event), Status::TIMEOUT);
    });
}

#[test]
fn a_semaphore_gives_each_unit_once() {
    model(|| {
        let semaphore = object(Kind::Semaphore { limit: 2 }, 0);
        let waiters = [(), ()].map(|()| {
            let semaphore = semaphore.clone();
            spawn(move || wait(&semaphore))
        });
        assert_eq!(semaphore.0.release(1), Ok(0));
        semaphore.0.release(1).unwrap();
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap(), Status::SUCCESS);
        }
        assert_eq!(poll(&semaphore), Status::TIMEOUT);
    });
}

#[test]
fn wait_any_takes_from_exactly_one() {
    model(|| {
        let (one, two) = (automatic(0), automatic(0));
        let waiter = {
            let (one, two) = (one.clone(), two.clone());
            spawn(move || wait_for_any(&[&one.0, &two.0], false, Deadline::Never))
        };
        let setter = {
            let two = two.clone();
            spawn(move || two.0.set())
        };
        one.0.set();
        setter.join().unwrap();
        let index = waiter.join().unwrap().0;
        assert!(index < 2);
        assert_eq!(one.0.is_signalled(), index != 0);
        assert_eq!(two.0.is_signalled(), index != 1);
    });
}

/// One of two objects that lie side by side: locks are taken in the order of addresses, and loom
/// wants the same order in every run.
struct Half(Arc<[Dispatcher; 2]>, usize);

impl Waitable for Half {
    fn dispatcher(&self) -> &Dispatcher {
        &self.0[self.1]
    }
}

fn pair() -> Arc<[Dispatcher; 2]> {
    Arc::new([(), ()].map(|()| Dispatcher::new(Kind::Synchronization, 0)))
}

fn wait_for_both(pair: &Arc<[Dispatcher; 2]>) -> Status {
    let half = |which| Arc::new(Half(pair.clone(), which)) as Arc<dyn Waitable>;
    wait_for_all(&[half(1), half(0)], false, Deadline::Never).unwrap()
}

#[test]
fn two_setters_of_a_wait_all_do_not_miss_each_other() {
    model(|| {
        let both = pair();
        let waiter = {
            let both = both.clone();
            spawn(move || wait_for_both(&both))
        };
        let setter = {
            let both = both.clone();
            spawn(move || both[1].set())
        };
        both[0].set();
        assert_eq!(waiter.join().unwrap(), Status::SUCCESS);
        setter.join().unwrap();
        assert!(!both[0].is_signalled() && !both[1].is_signalled());
    });
}

#[test]
fn a_wait_all_takes_nothing_while_something_is_missing() {
    model(|| {
        let both = pair();
        let waiter = {
            let both = both.clone();
            spawn(move || wait_for_both(&both))
        };
        both[0].set();
        // Nobody can have completed the wait: what was set is still there to be taken.
        assert_eq!(wait_for_single(&both[0], false, Deadline::Passed), Status::SUCCESS);
        both[0].set();
        both[1].set();
        assert_eq!(waiter.join().unwrap(), Status::SUCCESS);
        assert!(!both[0].is_signalled() && !both[1].is_signalled());
    });
}
