//! The transfers of disk files where io_uring is forbidden: a few threads that do them.
//!
//! ```text
//!  start --> waiting, in order --> running, on a thread of the pool --> io::complete
//!                |                    (a stream: on a thread of its own)
//!                `-- cancelled --> io::complete
//! ```
//!
//! What runs on a disk is done to its end; what waits for a stream's data can be broken off.  A
//! thread without work sleeps in its parker, on a stack: the last that had work gets more.

use super::request::{CANCELLED, Request, descriptor};
use super::work::{Step, Work};
use crate::io::complete::{self, Timing};
use crate::io::irp::{Irp, Outcome};
use crate::io::read_write::Way;
use crate::ke::deadline::Deadline;
use crate::ke::thread::{self, Thread};
use crate::sync::Mutex;
use crate::sys::file::Patience;
use crate::sys::thread::spawn_without_signals;
use rustix::event::PollFlags;
use rustix::fd::BorrowedFd;
use rustix::io::Errno;
use std::collections::VecDeque;
use std::sync::Arc;

/// So many disk transfers run at once.
const THREADS: usize = 8;

struct Pool {
    waiting: VecDeque<Request>,
    running: Vec<Running>,
    idle: Vec<Arc<Thread>>,
    threads: usize,
    next_number: u64,
}

/// A request that a thread is busy with; the thread has its work.
struct Running {
    number: u64,
    irp: Irp,
    /// Who waits for a stream.
    thread: Option<Arc<Thread>>,
    cancelled: bool,
}

static POOL: Mutex<Pool> = Mutex::new(Pool {
    waiting: VecDeque::new(),
    running: Vec::new(),
    idle: Vec::new(),
    threads: 0,
    next_number: 0,
});

/// Lets a thread of the pool do it.
pub(super) fn start(request: Request) {
    let mut pool = POOL.lock();
    if request.work.is_stream() {
        // Its data may never come; none of the pool's threads must wait for that.
        let (number, work) = pool.begin(request);
        drop(pool);
        spawn_without_signals("lapwing-stream", move || {
            thread::serve();
            perform_stream(number, work);
        });
        return;
    }
    pool.waiting.push_back(request);
    if let Some(thread) = pool.idle.pop() {
        drop(pool);
        thread.parker().unpark();
    } else if pool.threads < THREADS {
        pool.threads += 1;
        drop(pool);
        spawn_without_signals("lapwing-disk", serve);
    }
}

/// Ends the chosen requests that wait, and breaks off those that wait for a stream; how many are
/// pending.
pub(super) fn cancel(chosen: &dyn Fn(&Irp) -> bool) -> usize {
    let mut pool = POOL.lock();
    let (taken, kept): (VecDeque<_>, VecDeque<_>) =
        core::mem::take(&mut pool.waiting).into_iter().partition(|request| chosen(&request.irp));
    pool.waiting = kept;
    let mut count = taken.len();
    for running in pool.running.iter_mut().filter(|running| chosen(&running.irp)) {
        count += 1;
        running.cancelled = true;
        if let Some(thread) = &running.thread {
            thread.wake_fd_wait();
        }
    }
    drop(pool);
    for request in taken {
        request.finish(CANCELLED, Timing::LATER);
    }
    count
}

impl Pool {
    fn begin(&mut self, request: Request) -> (u64, Work) {
        let Request { irp, work } = request;
        let number = self.next_number;
        self.next_number += 1;
        self.running.push(Running { number, irp, thread: None, cancelled: false });
        (number, work)
    }

    fn running(&mut self, number: u64) -> Option<&mut Running> {
        self.running.iter_mut().find(|running| running.number == number)
    }
}

/// A request has been done.
fn end(number: u64, work: Work, outcome: Outcome) {
    let mut pool = POOL.lock();
    let at = pool.running.iter().position(|running| running.number == number);
    let running = at.map(|at| pool.running.swap_remove(at));
    drop(pool);
    drop(work);
    if let Some(running) = running {
        complete::complete(running.irp, outcome, Timing::LATER);
    }
}

/// One of the pool's threads.
fn serve() {
    thread::serve();
    let own = Thread::current();
    loop {
        let mut pool = POOL.lock();
        if let Some(request) = pool.waiting.pop_front() {
            let (number, work) = pool.begin(request);
            drop(pool);
            perform(number, work);
            continue;
        }
        // A token of an earlier sleep may have ended this one while we still stand there.
        if !pool.idle.iter().any(|thread| Arc::ptr_eq(thread, &own)) {
            pool.idle.push(own.clone());
        }
        drop(pool);
        own.parker().park(Deadline::Never);
    }
}

/// The descriptor of a running request: it stays open as long as the request runs, because the
/// request holds its file.
fn with_descriptor<T>(number: u64, body: impl FnOnce(BorrowedFd<'_>) -> T) -> Option<T> {
    let file = POOL.lock().running(number).map(|running| running.irp.file.clone())?;
    file.file().ok().and_then(descriptor).map(body)
}

fn perform(number: u64, mut work: Work) {
    let outcome = with_descriptor(number, |fd| {
        loop {
            if let Step::End(outcome) = work.advance(work.perform(fd, Patience::Waits)) {
                return outcome;
            }
        }
    });
    end(number, work, outcome.unwrap_or(CANCELLED));
}

fn perform_stream(number: u64, mut work: Work) {
    let own = Thread::current();
    let is_cancelled = || {
        let mut pool = POOL.lock();
        let running = pool.running(number);
        running.is_none_or(|running| {
            running.thread = Some(own.clone());
            running.cancelled
        })
    };
    let events = if work.way() == Way::Read { PollFlags::IN } else { PollFlags::OUT };
    let outcome = with_descriptor(number, |fd| {
        loop {
            work.cancelled = is_cancelled();
            if work.may_end_cancelled() {
                return CANCELLED;
            }
            let mut moved = work.perform(fd, Patience::None);
            if moved == Err(Errno::OPNOTSUPP) {
                // It has no such way.  Then it must be ready before.
                own.wait_for_fd(fd, events, Deadline::Never, false);
                if is_cancelled() {
                    continue;
                }
                moved = work.perform(fd, Patience::Waits);
            } else if moved == Err(Errno::AGAIN) {
                own.wait_for_fd(fd, events, Deadline::Never, false);
                continue;
            }
            if let Step::End(outcome) = work.advance(moved) {
                return outcome;
            }
        }
    });
    end(number, work, outcome.unwrap_or(CANCELLED));
}
