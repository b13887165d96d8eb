//! Threads of our own that ask for names while the program goes on.
//!
//! A question may take as long as the network, so that each that waits gets a thread, up to a
//! number; a thread that has had nothing to do for a while ends.

use lapwing_executive::ke::thread;
use lapwing_executive::sys::thread::spawn_without_signals;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// Something to be done.
pub type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
}

/// More questions than these wait for each other.
const THREADS_MAX: usize = 64;
/// How long a thread waits for something to do.
const PATIENCE: Duration = Duration::from_secs(10);

static STATE: Mutex<State> = Mutex::new(State { jobs: VecDeque::new(), threads: 0, idle: 0 });
static CHANGED: Condvar = Condvar::new();

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Has a job done soon, by another thread.
pub fn submit(job: Job) {
    let mut state = state();
    state.jobs.push_back(job);
    if state.idle < state.jobs.len() && state.threads < THREADS_MAX {
        state.threads += 1;
        drop(state);
        spawn_without_signals("lapwing-names", work);
    } else {
        CHANGED.notify_one();
    }
}

fn work() {
    thread::serve();
    while let Some(job) = next() {
        job();
    }
}

/// The next job; none when there was none for long, and the thread is counted out then.
fn next() -> Option<Job> {
    let mut state = state();
    loop {
        if let Some(job) = state.jobs.pop_front() {
            return Some(job);
        }
        state.idle += 1;
        let waited = CHANGED.wait_timeout(state, PATIENCE);
        let (after, result) = waited.unwrap_or_else(|poisoned| poisoned.into_inner());
        state = after;
        state.idle -= 1;
        if result.timed_out() && state.jobs.is_empty() {
            state.threads -= 1;
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Barrier};

    #[test]
    fn jobs_run_side_by_side() {
        let all = Arc::new(Barrier::new(9));
        for _ in 0..8 {
            let all = all.clone();
            submit(Box::new(move || {
                all.wait();
            }));
        }
        all.wait();
    }
}
