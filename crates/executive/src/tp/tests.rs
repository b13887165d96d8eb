//! The pool's own logic, with callbacks in Rust.

use super::callback::{Arguments, Callback};
use super::member::{self, Completion, Environment, Kind};
use super::wait::WaitPart;
use super::{group, pool};
use crate::ke::deadline::Deadline;
use crate::ke::dispatcher::{Dispatcher, Kind as DispatcherKind};
use crate::ke::wait::wait_for_single;
use crate::ob::object::{Body, Object, Reference};
use crate::status::Status;
use std::sync::atomic::{AtomicUsize, Ordering};

fn event(manual: bool) -> Reference {
    let kind = if manual { DispatcherKind::Notification } else { DispatcherKind::Synchronization };
    Object::new(Body::Event(Dispatcher::new(kind, 0)))
}

/// Counts at the address that is its context.
fn count(callback: &Callback, _: &Arguments) {
    counter(callback.context).fetch_add(1, Ordering::SeqCst);
}

fn counter(place: usize) -> &'static AtomicUsize {
    COUNTERS.get(place).expect("a counter")
}

static COUNTERS: [AtomicUsize; 8] = [const { AtomicUsize::new(0) }; 8];

fn counting(place: usize) -> Callback {
    Callback { call: count, routine: 1, context: place }
}

fn environment() -> Environment {
    Environment::of(pool::default().unwrap())
}

#[test]
fn work_is_called_as_often_as_it_is_submitted() {
    let work = member::create(environment(), counting(0), Kind::Work).unwrap();
    for _ in 0..1000 {
        work.submit([0; 3]);
    }
    work.wait_for_callbacks(false);
    assert_eq!(counter(0).load(Ordering::SeqCst), 1000);
    assert!(work.close());
    assert!(!work.close());
}

#[test]
fn a_thousand_waits_need_no_threads() {
    let waits: Vec<_> = (0..1000)
        .map(|_| {
            let event = event(false);
            let kind = Kind::Wait(WaitPart::default());
            let wait = member::create(environment(), counting(1), kind).unwrap();
            let Kind::Wait(part) = wait.kind() else { panic!("a wait") };
            part.register(&wait, event.clone(), None, true).unwrap();
            (event, wait)
        })
        .collect();
    for (event, _) in &waits {
        event.dispatcher().set();
    }
    for (event, wait) in &waits {
        wait.wait_for_callbacks(false);
        assert_eq!(wait.close_and_tell(Completion::Caller), Ok(Status::SUCCESS));
        assert!(!event.dispatcher().is_signalled());
    }
    assert_eq!(counter(1).load(Ordering::SeqCst), 1000);
}

#[test]
fn a_group_closes_its_members() {
    let number = group::create().unwrap() as usize;
    let group = group::find(number).unwrap().to_arc();
    let environment = Environment { group: Some(group.clone()), ..environment() };
    let work = member::create(environment.clone(), counting(2), Kind::Work).unwrap();
    work.submit([0; 3]);
    member::submit_simple(environment, counting(2)).unwrap();
    group.close_members(false, 0);
    assert_eq!(counter(2).load(Ordering::SeqCst), 2);
    assert!(member::find(work.number() as usize).is_none());
    assert!(group::close(number));
}

fn blocks(callback: &Callback, _: &Arguments) {
    let number = counter(3).fetch_add(1, Ordering::SeqCst);
    let gate = GATE.get().expect("the test has made it");
    if number == 49 {
        gate.dispatcher().set();
    }
    assert_eq!(wait_for_single(gate.dispatcher(), false, Deadline::Never), Status::SUCCESS);
    count(callback, &Arguments::default());
}

static GATE: std::sync::OnceLock<Reference> = std::sync::OnceLock::new();

#[test]
fn callbacks_that_block_give_their_places_away() {
    GATE.get_or_init(|| event(true));
    let callback = Callback { call: blocks, routine: 1, context: 4 };
    let work = member::create(environment(), callback, Kind::Work).unwrap();
    for _ in 0..50 {
        work.submit([0; 3]);
    }
    work.wait_for_callbacks(false);
    assert_eq!(counter(4).load(Ordering::SeqCst), 50);
    work.close();
}
