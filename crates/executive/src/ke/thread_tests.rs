//! Tests of the thread's block: its end, and threads tied to ports.

use super::*;
use crate::ke::deadline::Deadline;
use crate::ke::wait::{sleep_alertably, wait_for_single};
use core::sync::atomic::{AtomicU32, Ordering as StdOrdering};
use std::sync::Mutex as StdMutex;

#[derive(Default)]
struct Recorder(StdMutex<String>);

impl Recorder {
    fn note(&self, letter: char) {
        self.0.lock().unwrap().push(letter);
    }

    fn take(&self) -> String {
        core::mem::take(&mut self.0.lock().unwrap())
    }
}

impl PortWorker for Recorder {
    fn blocks(&self) {
        self.note('b');
    }

    fn runs(&self) {
        self.note('r');
    }

    fn leaves(&self) {
        self.note('l');
    }
}

#[test]
fn a_thread_tied_to_a_port_gives_its_place_back_while_it_blocks() {
    let port = Arc::new(Recorder::default());
    let tied = port.clone();
    std::thread::spawn(move || {
        blocking(|| ());
        let thread = Thread::current();
        thread.set_worker_of(Some(tied.clone()));
        assert_eq!(thread.worker_address(), Arc::as_ptr(&tied).addr());
        let event = Dispatcher::new(Kind::Notification, 1);
        assert_eq!(wait_for_single(&event, true, Deadline::Never), Status::SUCCESS);
        assert_eq!(wait_for_single(&event, false, Deadline::Passed), Status::SUCCESS);
        assert_eq!(tied.take(), "", "a satisfied wait does not block");
        event.clear();
        let soon = Deadline::after_milliseconds(2);
        assert_eq!(wait_for_single(&event, false, soon), Status::TIMEOUT);
        assert_eq!(tied.take(), "br");
        assert_eq!(sleep_alertably(Deadline::after_milliseconds(2)), Status::TIMEOUT);
        assert_eq!(blocking(|| 5), 5);
        assert_eq!(tied.take(), "brbr");
        thread.set_worker_of(None);
        assert_eq!(tied.take(), "l");
        assert_eq!(blocking(|| 6), 6);
        thread.set_worker_of(Some(tied));
    })
    .join()
    .unwrap();
    assert_eq!(port.take(), "l", "the end of the thread");
}

static ENDED: AtomicU32 = AtomicU32::new(0);

fn note_the_end(thread: &Arc<Thread>) {
    let own = with_current(|own| Arc::ptr_eq(own, thread));
    if own && thread.pending_requests.load(Ordering::Relaxed) == 77 {
        ENDED.fetch_add(1, StdOrdering::Relaxed);
    }
}

#[test]
fn hooks_run_once_on_the_ending_thread() {
    at_rundown(note_the_end);
    at_rundown(note_the_end);
    let thread = std::thread::spawn(|| {
        let thread = Thread::current();
        thread.pending_requests.store(77, Ordering::Relaxed);
        thread
    })
    .join()
    .unwrap();
    assert!(thread.has_ended());
    assert_eq!(ENDED.load(StdOrdering::Relaxed), 1);
}

struct Late;

impl Drop for Late {
    fn drop(&mut self) {
        let event = Dispatcher::new(Kind::Notification, 0);
        assert_eq!(wait_for_single(&event, false, Deadline::Passed), Status::TIMEOUT);
        let soon = Deadline::after_milliseconds(1);
        assert_eq!(wait_for_single(&event, true, soon), Status::TIMEOUT);
        ENDED_LATE.fetch_add(1, StdOrdering::Relaxed);
    }
}

static ENDED_LATE: AtomicU32 = AtomicU32::new(0);

std::thread_local! {
    static LATE: Late = const { Late };
}

#[test]
fn a_thread_can_wait_even_after_its_block_was_run_down() {
    // A hook asks for the block of the thread that ends, also when that is the late one.
    at_rundown(note_the_end);
    std::thread::spawn(|| {
        // Registered first, destroyed last.
        LATE.with(|_| ());
        assert!(Thread::current().id() > 0);
    })
    .join()
    .unwrap();
    assert_eq!(ENDED_LATE.load(StdOrdering::Relaxed), 1);
}

#[test]
fn ids_and_serial_numbers_tell_threads_apart() {
    let own = Thread::current();
    assert!(Arc::ptr_eq(&own, &Thread::current()));
    let other = std::thread::spawn(Thread::current).join().unwrap();
    assert_ne!(own.serial(), other.serial());
    assert_ne!(own.id(), other.id());
    assert_eq!(own.exit_code(), STILL_ACTIVE);
    assert_eq!(other.exit_code(), 0);
}
