//! When a thread says that it would listen: alone in its process, which has one listener.
#![cfg(not(any(loom, shuttle)))]

use lapwing_executive::ke::apc::{self, Apc, ApcArguments};
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::listen::{Listener, set_listener};
use lapwing_executive::ke::thread::Thread;
use lapwing_executive::ke::wait::sleep_alertably;
use lapwing_executive::status::Status;
use std::sync::atomic::{AtomicU32, Ordering};

/// Counts who would have listened.
struct Counting(AtomicU32);

static COUNTING: Counting = Counting(AtomicU32::new(0));

impl Listener for Counting {
    fn listen(&self, _thread: &Thread, _deadline: Deadline) -> Option<bool> {
        None
    }

    fn falls_asleep(&self) {}

    fn wakes_up(&self) {}

    fn would_listen(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn wake(&self) {}
}

fn nothing(_: &ApcArguments) {}

#[test]
fn a_thread_with_many_apcs_is_in_its_wait_before_each() {
    set_listener(&COUNTING);
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
