//! Tests of waits and dispatcher objects, under contention where it matters.

use super::*;
use crate::ke::apc::{self, Apc, ApcArguments};
use crate::ke::dispatcher::Kind;
use crate::ke::mutant::Mutant;
use core::cell::RefCell;
use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

struct Plain(Dispatcher);

impl Waitable for Plain {
    fn dispatcher(&self) -> &Dispatcher {
        &self.0
    }
}

struct Owned(Arc<Mutant>);

impl Waitable for Owned {
    fn dispatcher(&self) -> &Dispatcher {
        self.0.dispatcher()
    }
}

fn manual(value: u32) -> Arc<Plain> {
    Arc::new(Plain(Dispatcher::new(Kind::Notification, value)))
}

fn automatic(value: u32) -> Arc<Plain> {
    Arc::new(Plain(Dispatcher::new(Kind::Synchronization, value)))
}

fn semaphore(value: u32, limit: u32) -> Arc<Plain> {
    Arc::new(Plain(Dispatcher::new(Kind::Semaphore { limit }, value)))
}

fn poll(object: &Plain) -> Status {
    wait_for_single(&object.0, false, Deadline::Passed)
}

fn wait(object: &Plain) -> Status {
    wait_for_single(&object.0, false, Deadline::Never)
}

fn all(objects: &[&Arc<Plain>]) -> Vec<Arc<dyn Waitable>> {
    objects.iter().map(|&object| object.clone() as Arc<dyn Waitable>).collect()
}

/// Until so many threads stand in the object's list.
fn until_waiting(object: &Dispatcher, count: usize) {
    while object.waiter_count() < count {
        std::thread::yield_now();
    }
}

#[test]
fn an_event_keeps_or_gives_its_signal() {
    let (event, gate) = (automatic(0), manual(0));
    assert_eq!(poll(&event), Status::TIMEOUT);
    assert!(!event.0.set());
    assert!(event.0.set());
    assert_eq!(poll(&event), Status::SUCCESS);
    assert_eq!(poll(&event), Status::TIMEOUT);
    assert!(!gate.0.set());
    assert_eq!((poll(&gate), poll(&gate)), (Status::SUCCESS, Status::SUCCESS));
    assert!(gate.0.clear());
    assert!(!gate.0.clear());
    assert_eq!(poll(&gate), Status::TIMEOUT);
    assert!(!gate.0.pulse());
    assert_eq!(poll(&gate), Status::TIMEOUT);
}

#[test]
fn in_passing_an_event_is_set_and_taken_where_nobody_waits() {
    let (event, gate) = (automatic(0), manual(0));
    for likely in [false, true] {
        assert!(!event.0.take_in_passing(likely) && !gate.0.take_in_passing(likely));
        assert_eq!((event.0.set_in_passing(), gate.0.set_in_passing()), (Some(false), Some(false)));
        assert_eq!((event.0.set_in_passing(), gate.0.set_in_passing()), (Some(true), Some(true)));
        assert!(event.0.take_in_passing(likely) && gate.0.take_in_passing(likely));
        assert!(!event.0.is_signalled() && gate.0.clear());
    }
    let (counted, owned) = (semaphore(1, 1), Mutant::new());
    assert!(!counted.0.take_in_passing(true) && !owned.dispatcher().take_in_passing(true));
    assert!(counted.0.is_signalled() && owned.dispatcher().is_signalled());
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| wait(&event));
        until_waiting(&event.0, 1);
        assert_eq!(event.0.set_in_passing(), None);
        assert!(!event.0.is_signalled());
        event.0.set();
        assert_eq!(waiter.join().unwrap(), Status::SUCCESS);
    });
}

#[test]
fn a_semaphore_counts_to_its_limit() {
    let object = semaphore(1, 3);
    assert_eq!(object.0.release(0), Err(Status::INVALID_PARAMETER));
    assert_eq!(object.0.release(3), Err(Status::SEMAPHORE_LIMIT_EXCEEDED));
    assert_eq!(object.0.release(u32::MAX), Err(Status::SEMAPHORE_LIMIT_EXCEEDED));
    assert_eq!(object.0.release(2), Ok(1));
    for _ in 0..3 {
        assert_eq!(poll(&object), Status::SUCCESS);
    }
    assert_eq!(poll(&object), Status::TIMEOUT);
    assert_eq!(automatic(0).0.release(1), Err(Status::OBJECT_TYPE_MISMATCH));
}

#[test]
fn wait_any_takes_the_lowest_signalled_and_only_that() {
    let objects = [automatic(0), automatic(1), automatic(1)];
    let dispatchers = objects.each_ref().map(|object| &object.0);
    let now = |list: &[&Dispatcher]| wait_for_any(list, false, Deadline::Passed);
    assert_eq!(now(&dispatchers), Status(1));
    assert_eq!(now(&dispatchers), Status(2));
    assert_eq!(now(&dispatchers), Status::TIMEOUT);
    objects[0].0.set();
    assert_eq!(now(&[dispatchers[0], dispatchers[0]]), Status(0));
}

#[test]
fn wait_all_takes_everything_or_nothing() {
    let (one, two) = (automatic(1), automatic(0));
    let both = all(&[&one, &two]);
    assert_eq!(wait_for_all(&both, false, Deadline::Passed), Ok(Status::TIMEOUT));
    assert!(one.0.is_signalled());
    two.0.set();
    assert_eq!(wait_for_all(&both, false, Deadline::Passed), Ok(Status::SUCCESS));
    assert!(!one.0.is_signalled() && !two.0.is_signalled());
    let twice = all(&[&one, &one]);
    let result = wait_for_all(&twice, false, Deadline::Passed);
    assert_eq!(result, Err(Status::INVALID_PARAMETER_MIX));
}

#[test]
fn a_deadline_ends_a_wait_and_leaves_no_waiter() {
    let (one, two) = (automatic(0), automatic(0));
    let soon = || Deadline::after_milliseconds(5);
    assert_eq!(wait_for_any(&[&one.0, &two.0], false, soon()), Status::TIMEOUT);
    assert_eq!(wait_for_all(&all(&[&one, &two]), false, soon()), Ok(Status::TIMEOUT));
    assert_eq!((one.0.waiter_count(), two.0.waiter_count()), (0, 0));
    one.0.set();
    assert_eq!(poll(&one), Status::SUCCESS);
}

#[test]
fn waiters_of_an_automatic_event_are_served_in_order() {
    let event = automatic(0);
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for number in 0..4 {
            let (event, send) = (&event, send.clone());
            scope.spawn(move || {
                assert_eq!(wait(event), Status::SUCCESS);
                send.send(number).unwrap();
            });
            until_waiting(&event.0, number + 1);
        }
        for number in 0..4 {
            event.0.set();
            assert_eq!(receive.recv(), Ok(number));
        }
    });
    assert!(!event.0.is_signalled());
}

#[test]
fn a_pulse_frees_those_who_wait_and_nobody_else() {
    let gate = manual(0);
    std::thread::scope(|scope| {
        let waiters: Vec<_> = (0..3).map(|_| scope.spawn(|| wait(&gate))).collect();
        until_waiting(&gate.0, 3);
        gate.0.pulse();
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap(), Status::SUCCESS);
        }
    });
    assert_eq!(poll(&gate), Status::TIMEOUT);
}

#[test]
fn setting_the_last_event_completes_a_wait_all_before_the_setter_goes_on() {
    let (one, two) = (automatic(0), automatic(0));
    for _ in 0..2000 {
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| wait_for_all(&all(&[&one, &two]), false, Deadline::Never));
            until_waiting(&two.0, 1);
            until_waiting(&one.0, 1);
            one.0.set();
            two.0.set();
            assert_eq!(poll(&two), Status::TIMEOUT, "the wait-all has it");
            assert_eq!(poll(&one), Status::TIMEOUT, "the wait-all has it");
            assert_eq!(waiter.join().unwrap(), Ok(Status::SUCCESS));
        });
    }
}

#[test]
fn an_incomplete_wait_all_does_not_hold_up_those_behind_it() {
    let (one, two) = (automatic(0), automatic(0));
    std::thread::scope(|scope| {
        let stuck = scope.spawn(|| wait_for_all(&all(&[&one, &two]), false, Deadline::Never));
        until_waiting(&one.0, 1);
        let behind = scope.spawn(|| wait(&one));
        until_waiting(&one.0, 2);
        one.0.set();
        assert_eq!(behind.join().unwrap(), Status::SUCCESS);
        one.0.set();
        assert_eq!(two.0.waiter_count(), 1);
        two.0.set();
        assert_eq!(stuck.join().unwrap(), Ok(Status::SUCCESS));
    });
}

#[test]
fn two_threads_that_signal_the_last_two_objects_do_not_miss_each_other() {
    for _ in 0..2000 {
        let (one, two) = (automatic(0), semaphore(0, 1));
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| wait_for_all(&all(&[&one, &two]), false, Deadline::Never));
            until_waiting(&two.0, 1);
            scope.spawn(|| one.0.set());
            scope.spawn(|| two.0.release(1).unwrap());
            assert_eq!(waiter.join().unwrap(), Ok(Status::SUCCESS));
        });
    }
}

#[test]
fn every_release_is_consumed_exactly_once() {
    const ROUNDS: u32 = 5000;
    let objects = [semaphore(0, u32::MAX >> 1), automatic(0), semaphore(0, u32::MAX >> 1)];
    let taken = [const { AtomicU32::new(0) }; 3];
    let done = manual(0);
    std::thread::scope(|scope| {
        let waiters: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let list = [&objects[0].0, &objects[2].0, &done.0];
                        match wait_for_any(&list, false, Deadline::Never) {
                            Status(0) => taken[0].fetch_add(1, Ordering::Relaxed),
                            Status(1) => taken[2].fetch_add(1, Ordering::Relaxed),
                            _ => return,
                        };
                    }
                })
            })
            .collect();
        let releasers = [0, 2].map(|which| {
            let object = &objects[which];
            scope.spawn(move || (0..ROUNDS).for_each(|_| assert!(object.0.release(1).is_ok())))
        });
        for releaser in releasers {
            releaser.join().unwrap();
        }
        while objects[0].0.is_signalled() || objects[2].0.is_signalled() {
            std::thread::yield_now();
        }
        done.0.set();
        for waiter in waiters {
            waiter.join().unwrap();
        }
    });
    assert_eq!(taken[0].load(Ordering::Relaxed), ROUNDS);
    assert_eq!(taken[2].load(Ordering::Relaxed), ROUNDS);
}

#[test]
fn a_mutex_excludes_recurses_and_counts() {
    let mutant = Mutant::new();
    // Loaded and stored apart: only the mutex keeps the sum right.
    let shared = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let thread = Thread::current();
                for _ in 0..2000 {
                    for _ in 0..2 {
                        let got = wait_for_single(mutant.dispatcher(), false, Deadline::Never);
                        assert_eq!(got, Status::SUCCESS);
                    }
                    let seen = shared.load(Ordering::Relaxed);
                    std::hint::spin_loop();
                    shared.store(seen + 1, Ordering::Relaxed);
                    assert_eq!(mutant.release(&thread), Ok(2));
                    assert_eq!(mutant.release(&thread), Ok(1));
                }
            });
        }
    });
    assert_eq!(shared.load(Ordering::Relaxed), 8000);
    assert_eq!(mutant.release(&Thread::current()), Err(Status::MUTANT_NOT_OWNED));
}

#[test]
fn an_abandoned_mutex_says_so_once() {
    let mutant = Mutant::new();
    let (gone, other) = (mutant.clone(), automatic(1));
    std::thread::spawn(move || {
        assert_eq!(wait_for_single(gone.dispatcher(), false, Deadline::Never), Status::SUCCESS);
    })
    .join()
    .unwrap();
    let now = |list: &[&Dispatcher]| wait_for_any(list, false, Deadline::Passed);
    assert_eq!(mutant.dispatcher().mutant_state(&Thread::current()), (0, false, true));
    other.0.clear();
    assert_eq!(now(&[&other.0, mutant.dispatcher()]), Status(Status::ABANDONED_WAIT_0.0 + 1));
    let thread = Thread::current();
    assert_eq!(now(&[mutant.dispatcher()]), Status::SUCCESS);
    assert_eq!(mutant.release(&thread), Ok(2));
    assert_eq!(mutant.release(&thread), Ok(1));
    assert_eq!(now(&[mutant.dispatcher()]), Status::SUCCESS);
}

#[test]
fn a_waiter_inherits_an_abandoned_mutex_also_in_a_wait_all() {
    let (mutant, event) = (Mutant::new(), automatic(1));
    let (locked, may_end) = (manual(0), manual(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            wait_for_single(mutant.dispatcher(), false, Deadline::Never);
            locked.0.set();
            wait(&may_end);
        });
        wait(&locked);
        let waiter = scope.spawn(|| {
            let objects: Vec<Arc<dyn Waitable>> =
                vec![Arc::new(Owned(mutant.clone())), event.clone()];
            let status = wait_for_all(&objects, false, Deadline::Never);
            assert_eq!(mutant.release(&Thread::current()), Ok(1));
            status
        });
        until_waiting(mutant.dispatcher(), 1);
        may_end.0.set();
        assert_eq!(waiter.join().unwrap(), Ok(Status::ABANDONED_WAIT_0));
    });
    assert!(!event.0.is_signalled());
}

thread_local! {
    static CALLS: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

fn record(arguments: &ApcArguments) {
    CALLS.with_borrow_mut(|calls| calls.push(arguments[0]));
}

fn apc(number: usize) -> Apc {
    Apc { routine: record, arguments: [number, 0, 0, 0, 0], origin: 0 }
}

#[test]
fn due_apcs_run_in_order_even_if_the_object_is_signalled() {
    let event = automatic(1);
    let thread = Thread::current();
    for number in 0..3 {
        thread.queue_apc(apc(number)).unwrap();
    }
    assert_eq!(poll(&event), Status::SUCCESS, "a wait that is not alertable does not care");
    event.0.set();
    assert_eq!(wait_for_single(&event.0, true, Deadline::Passed), Status::USER_APC);
    assert!(apc::deliver());
    assert_eq!(CALLS.take(), [0, 1, 2]);
    assert!(event.0.is_signalled());
    assert_eq!(wait_for_single(&event.0, true, Deadline::Passed), Status::SUCCESS);
}

#[test]
fn a_queued_apc_ends_an_alertable_wait_and_no_other() {
    let (event, gate) = (automatic(0), manual(0));
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            send.send(Thread::current()).unwrap();
            assert_eq!(wait(&gate), Status::SUCCESS, "not alertable");
            assert_eq!(wait_for_single(&event.0, true, Deadline::Never), Status::USER_APC);
            assert!(apc::deliver());
            gate.0.clear();
            let both = all(&[&event, &gate]);
            let status = wait_for_all(&both, true, Deadline::Never);
            assert_eq!(status, Ok(Status::USER_APC));
            assert!(apc::deliver());
            CALLS.take()
        });
        let thread = receive.recv().unwrap();
        until_waiting(&gate.0, 1);
        thread.queue_apc(apc(7)).unwrap();
        gate.0.set();
        until_waiting(&gate.0, 1);
        thread.queue_apc(apc(8)).unwrap();
        assert_eq!(waiter.join().unwrap(), [7, 8]);
    });
    assert_eq!((event.0.waiter_count(), gate.0.waiter_count()), (0, 0));
}

fn nested(_: &ApcArguments) {
    assert_eq!(wait_for_single(&automatic(1).0, true, Deadline::Never), Status::USER_APC);
    assert!(apc::deliver());
    CALLS.with_borrow_mut(|calls| calls.push(99));
}

#[test]
fn an_apc_may_wait_alertably_itself() {
    let thread = Thread::current();
    let first = Apc { routine: nested, arguments: [0; 5], origin: 0 };
    thread.queue_apc(first).unwrap();
    thread.queue_apc(apc(5)).unwrap();
    assert_eq!(sleep_alertably(Deadline::Never), Status::USER_APC);
    assert!(apc::deliver());
    assert_eq!(CALLS.take(), [5, 99]);
}

#[test]
fn a_thread_that_has_ended_is_signalled_and_takes_no_apc() {
    let thread = std::thread::spawn(Thread::current).join().unwrap();
    assert_eq!(wait_for_single(thread.dispatcher(), false, Deadline::Never), Status::SUCCESS);
    assert_eq!(thread.queue_apc(apc(0)), Err(Status::UNSUCCESSFUL));
}
