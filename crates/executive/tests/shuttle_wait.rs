//! Waits with more threads and more kinds of objects, in many random orders.
#![cfg(shuttle)]

use lapwing_executive::ke::apc::{self, Apc, ApcArguments};
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::dispatcher::{Dispatcher, Kind, Waitable};
use lapwing_executive::ke::mutant::Mutant;
use lapwing_executive::ke::thread::{self as block, Thread};
use lapwing_executive::ke::wait::{sleep_alertably, wait_for_all, wait_for_any, wait_for_single};
use lapwing_executive::status::Status;
use lapwing_executive::sync::thread;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const ORDERS: usize = 20_000;

fn check(scenario: impl Fn() + Sync + Send + 'static) {
    let scenario = move || {
        scenario();
        block::end();
    };
    shuttle::check_random(scenario, ORDERS);
}

/// A modelled thread, which ends as a real one does.
fn spawn<R: Send + 'static>(body: impl FnOnce() -> R + Send + 'static) -> thread::JoinHandle<R> {
    thread::spawn(move || {
        let result = body();
        block::end();
        result
    })
}

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

fn automatic() -> Arc<Plain> {
    Arc::new(Plain(Dispatcher::new(Kind::Synchronization, 0)))
}

fn semaphore() -> Arc<Plain> {
    Arc::new(Plain(Dispatcher::new(Kind::Semaphore { limit: 100 }, 0)))
}

fn wait(object: &Dispatcher) -> Status {
    wait_for_single(object, false, Deadline::Never)
}

fn poll(object: &Dispatcher) -> Status {
    wait_for_single(object, false, Deadline::Passed)
}

#[test]
fn every_unit_of_two_semaphores_is_taken_once() {
    check(|| {
        let (one, two) = (semaphore(), semaphore());
        let waiters: Vec<_> = (0..3)
            .map(|number| {
                let (one, two) = (one.clone(), two.clone());
                spawn(move || {
                    let mut taken = [0; 2];
                    for _ in 0..2 {
                        // Half of the threads look the other way round.
                        let swap = number % 2;
                        let list = [[&one.0, &two.0], [&two.0, &one.0]][swap];
                        let index = wait_for_any(&list, false, Deadline::Never).0 as usize;
                        taken[index ^ swap] += 1;
                    }
                    taken
                })
            })
            .collect();
        let releaser = {
            let two = two.clone();
            spawn(move || (0..3).for_each(|_| assert!(two.0.release(1).is_ok())))
        };
        one.0.release(2).unwrap();
        one.0.release(1).unwrap();
        releaser.join().unwrap();
        let taken = waiters.into_iter().map(|waiter| waiter.join().unwrap());
        let sums = taken.fold([0, 0], |sum, taken| [sum[0] + taken[0], sum[1] + taken[1]]);
        assert_eq!(sums, [3, 3]);
        assert_eq!((poll(&one.0), poll(&two.0)), (Status::TIMEOUT, Status::TIMEOUT));
    });
}

#[test]
fn wait_all_and_wait_any_share_two_objects() {
    check(|| {
        let (one, two) = (semaphore(), semaphore());
        let any = {
            let (one, two) = (one.clone(), two.clone());
            spawn(move || wait_for_any(&[&one.0, &two.0], false, Deadline::Never))
        };
        let all = [(), ()].map(|()| {
            let both: Vec<Arc<dyn Waitable>> = vec![one.clone(), two.clone()];
            spawn(move || wait_for_all(&both, false, Deadline::Never))
        });
        let releaser = {
            let two = two.clone();
            spawn(move || (0..3).for_each(|_| assert!(two.0.release(1).is_ok())))
        };
        (0..3).for_each(|_| assert!(one.0.release(1).is_ok()));
        releaser.join().unwrap();
        for waiter in all {
            assert_eq!(waiter.join().unwrap(), Ok(Status::SUCCESS));
        }
        let index = any.join().unwrap().0;
        // Three and three: two each for the wait-alls, one for the wait-any.
        assert_eq!(one.0.value(), u32::from(index != 0));
        assert_eq!(two.0.value(), u32::from(index != 1));
    });
}

#[test]
fn the_thread_that_completes_a_wait_all_cannot_take_it_back() {
    check(|| {
        let (one, two) = (automatic(), automatic());
        let waiter = {
            let both: Vec<Arc<dyn Waitable>> = vec![one.clone(), two.clone()];
            spawn(move || wait_for_all(&both, false, Deadline::Never))
        };
        one.0.set();
        two.0.set();
        let stolen = poll(&two.0) == Status::SUCCESS;
        // What was taken had not completed the wait: then the first is still there.
        assert!(!stolen || one.0.is_signalled());
        if stolen {
            two.0.set();
        }
        assert_eq!(waiter.join().unwrap(), Ok(Status::SUCCESS));
        assert!(!one.0.is_signalled() && !two.0.is_signalled());
    });
}

#[test]
fn a_pulse_lets_one_through_or_none_and_leaves_nothing() {
    check(|| {
        let (event, stop) = (automatic(), Arc::new(Plain(Dispatcher::new(Kind::Notification, 0))));
        let waiters = [(), ()].map(|()| {
            let (event, stop) = (event.clone(), stop.clone());
            spawn(move || wait_for_any(&[&event.0, &stop.0], false, Deadline::Never))
        });
        event.0.pulse();
        assert_eq!(poll(&event.0), Status::TIMEOUT);
        stop.0.set();
        let results = waiters.map(|waiter| waiter.join().unwrap().0);
        assert!(results[0] < 2 && results[1] < 2);
        assert!(results != [0, 0], "a pulse of an automatic event is for one");
    });
}

#[test]
fn an_ending_owner_abandons_its_mutex_to_a_waiter() {
    check(|| {
        let mutant = Mutant::new();
        let event = automatic();
        let owner = {
            let mutant = mutant.clone();
            spawn(move || wait(mutant.dispatcher()))
        };
        let second = {
            let mutant = mutant.clone();
            spawn(move || {
                let status = wait(mutant.dispatcher());
                mutant.release(&Thread::current()).unwrap();
                status
            })
        };
        let all = {
            let both: Vec<Arc<dyn Waitable>> = vec![Arc::new(Owned(mutant.clone())), event.clone()];
            let mutant = mutant.clone();
            spawn(move || {
                let status = wait_for_all(&both, false, Deadline::Never).unwrap();
                mutant.release(&Thread::current()).unwrap();
                status
            })
        };
        event.0.set();
        let first = owner.join().unwrap();
        let results = [first, second.join().unwrap(), all.join().unwrap()];
        let abandoned = results.iter().filter(|&&status| status == Status::ABANDONED_WAIT_0);
        let satisfied = results.iter().filter(|&&status| status == Status::SUCCESS);
        // The owner ends with the mutex, so exactly one of those behind it is told, if there is
        // one.
        let (abandoned, satisfied) = (abandoned.count(), satisfied.count());
        let left = poll(mutant.dispatcher()) == Status::ABANDONED_WAIT_0;
        assert_eq!(abandoned + satisfied, 3);
        assert_eq!(abandoned + usize::from(left), 1);
        assert!(!event.0.is_signalled());
    });
}

static CALLS_OF_SLEEPER: AtomicUsize = AtomicUsize::new(0);

fn count_of_sleeper(_: &ApcArguments) {
    CALLS_OF_SLEEPER.fetch_add(1, Ordering::Relaxed);
}

static CALLS: AtomicUsize = AtomicUsize::new(0);

fn count(_: &ApcArguments) {
    CALLS.fetch_add(1, Ordering::Relaxed);
}

#[test]
fn an_apc_or_a_signal_ends_an_alertable_wait_and_neither_is_lost() {
    const APC: Apc = Apc { routine: count, arguments: [0; 5], origin: 0 };
    check(|| {
        CALLS.store(0, Ordering::Relaxed);
        let (event, other) = (automatic(), automatic());
        let (send, receive) = shuttle::sync::mpsc::channel();
        let waiter = {
            let (event, other) = (event.clone(), other.clone());
            spawn(move || {
                send.send(Thread::current()).unwrap();
                let list = [&event.0, &other.0];
                let (mut signals, mut alerts) = (0, 0);
                while signals < 1 || CALLS.load(Ordering::Relaxed) < 2 {
                    match wait_for_any(&list, true, Deadline::Never) {
                        Status::USER_APC => {
                            alerts += 1;
                            assert!(apc::deliver());
                        }
                        status => {
                            assert_eq!(status, Status(0));
                            signals += 1;
                        }
                    }
                }
                (signals, alerts)
            })
        };
        let target = receive.recv().unwrap();
        let setter = {
            let event = event.clone();
            spawn(move || event.0.set())
        };
        target.queue_apc(APC).unwrap();
        target.queue_apc(APC).unwrap();
        setter.join().unwrap();
        let (signals, alerts) = waiter.join().unwrap();
        assert_eq!(signals, 1);
        assert!(alerts == 1 || alerts == 2);
        assert!(!event.0.is_signalled());
        assert_eq!(target.queue_apc(APC), Err(Status::UNSUCCESSFUL));
    });
}

#[test]
fn an_alertable_sleep_ends_with_an_apc() {
    check(|| {
        CALLS_OF_SLEEPER.store(0, Ordering::Relaxed);
        let (send, receive) = shuttle::sync::mpsc::channel();
        let sleeper = spawn(move || {
            send.send(Thread::current()).unwrap();
            while CALLS_OF_SLEEPER.load(Ordering::Relaxed) < 3 {
                assert_eq!(sleep_alertably(Deadline::Never), Status::USER_APC);
                assert!(apc::deliver());
            }
        });
        let target = receive.recv().unwrap();
        let apc = Apc { routine: count_of_sleeper, arguments: [0; 5], origin: 0 };
        (0..3).for_each(|_| assert!(target.queue_apc(apc).is_ok()));
        sleeper.join().unwrap();
    });
}
