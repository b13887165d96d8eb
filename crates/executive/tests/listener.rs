//! When a thread says that it would listen: alone in its process, which has one listener.
#![cfg(not(any(loom, shuttle)))]

use lapwing_executive::ke::apc::{self, Apc, ApcArguments};
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::listen::{Listener, set_listener};
use lapwing_executive::ke::thread::Thread;
use lapwing_executive::ke::wait::{sleep_alertably, without_blocking};
use lapwing_executive::status::Status;
use std::sync::atomic::{AtomicU32, Ordering};

/// Counts who would have listened, and who looks: each time something is ready.
struct Counting(AtomicU32, AtomicU32);

static COUNTING: Counting = Counting(AtomicU32::new(0), AtomicU32::new(0));

impl Listener for Counting {
    fn listen(&self, _thread: &Thread, _deadline: Deadline) -> Option<bool> {
        None
    }

    fn falls_asleep(&self) {}

    fn wakes_up(&self) {}

    fn would_listen(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn look(&self, _thread: &Thread) -> bool {
        self.1.fetch_add(1, Ordering::Relaxed);
        true
    }

    fn wake(&self) {}
}

fn nothing(_: &ApcArguments) {}

/// One test: the listener counts for the whole process.
#[test]
fn a_thread_that_waits_listens_or_would_have() {
    set_listener(&COUNTING);
    a_thread_with_many_apcs_is_in_its_wait_before_each();
    a_wait_for_many_objects_looks_for_finished_io_before_it_blocks();
}

fn a_thread_with_many_apcs_is_in_its_wait_before_each() {
    let thread = Thread::current();
    for _ in 0..3 {
        thread.queue_apc(Apc { routine: nothing, arguments: [0; 5], origin: 0 }).unwrap();
    }
    assert_eq!(sleep_alertably(Deadline::Never), Status::USER_APC);
    assert!(apc::deliver());
    assert_eq!(COUNTING.0.load(Ordering::Relaxed), 3);
    assert_eq!(sleep_alertably(Deadline::Passed), Status::TIMEOUT);
    assert!(!apc::deliver());
    assert_eq!(COUNTING.0.load(Ordering::Relaxed), 3, "who only looks does not listen");
}

fn a_wait_for_many_objects_looks_for_finished_io_before_it_blocks() {
    let looks = || COUNTING.1.load(Ordering::Relaxed);
    // What is waited for happens in the first look.
    let attempt = || (looks() > 0).then_some(Status(5));
    assert_eq!(without_blocking(2, Deadline::Never, attempt), None);
    assert_eq!(without_blocking(64, Deadline::Passed, attempt), None);
    assert_eq!(looks(), 0, "few objects cost little, and who has no time does not look");
    assert_eq!(without_blocking(64, Deadline::Never, attempt), Some(Status(5)));
    assert_eq!(looks(), 1);
    let before = COUNTING.0.load(Ordering::Relaxed);
    assert_eq!(without_blocking(64, Deadline::Never, attempt), Some(Status(5)));
    assert_eq!(looks(), 1, "it had happened before");
    assert_eq!(COUNTING.0.load(Ordering::Relaxed), before + 1);
}
