//! Who is woken, and how often.

use super::*;
use crate::ke::waiter::Sleeper;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Who waits here stays from the first meeting to the second.
struct Room {
    meetings: Barrier,
    wakes: AtomicUsize,
}

impl Kernel for Room {
    fn wait(&self, _terms: &WaitTerms, _awake: impl FnOnce()) {
        self.meetings.wait();
        self.meetings.wait();
    }

    fn wake(&self) {
        self.wakes.fetch_add(1, Relaxed);
    }

    fn ask_for_tending(&self) {}
}

struct Sleepless;

impl Sleeper for Sleepless {
    fn park(&self, _terms: &WaitTerms) {}
    fn unpark(&self) {}
    fn is_alerted(&self) -> bool {
        false
    }
    fn sleeps_in_kernel(&self) -> bool {
        false
    }
}

#[test]
fn a_thread_on_its_way_from_the_kernel_is_not_woken_again() {
    let room = Room { meetings: Barrier::new(2), wakes: AtomicUsize::new(0) };
    let queue = Queue::new(2, room);
    queue.listen();
    let take = || {
        let worker = Worker::new(Arc::new(Sleepless));
        let terms = WaitTerms { deadline: Deadline::Never, alertable: false };
        queue.remove(&worker, &terms, &mut [Packet::default()])
    };
    std::thread::scope(|scope| {
        let waiter = scope.spawn(take);
        queue.kernel().meetings.wait();
        queue.insert(Packet::default());
        queue.insert(Packet::default());
        let (taken, wakes) = (take(), queue.kernel().wakes.load(Relaxed));
        queue.kernel().meetings.wait();
        assert_eq!(waiter.join().unwrap(), Removed::Packets(1));
        assert_eq!((taken, wakes), (Removed::Packets(1), 1));
    });
}

#[test]
fn a_queue_is_left_alone_until_a_worker_comes_back() {
    let room = Room { meetings: Barrier::new(1), wakes: AtomicUsize::new(0) };
    let queue = Queue::new(1, room);
    let worker = Worker::new(Arc::new(Sleepless));
    let look = || queue.remove(&worker, &LOOK, &mut [Packet::default()]);
    queue.tend();
    queue.post(Packet::default());
    assert!(queue.is_left_alone(), "a packet is no worker");
    assert_eq!(look(), Removed::Packets(1));
    assert!(!queue.is_left_alone());
    queue.tend();
    assert!(queue.is_left_alone(), "nobody has come back since");
    assert_eq!(look(), Removed::TimedOut);
    assert!(!queue.is_left_alone(), "there was nothing to take");
    queue.close();
    assert_eq!(look(), Removed::Abandoned);
    assert!(queue.is_left_alone(), "nobody is to come");
}
