//! What the models of the port's queue share: a kernel and a parker that the checkers understand,
//! and the scenarios, which both checkers run.
//!
//! A scenario that loses a wake-up ends in a deadlock, and the checkers report it.

use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::queue::{Kernel, Packet, Queue, Removed};
use lapwing_executive::ke::waiter::{Sleeper, WaitTerms, Worker};
use lapwing_executive::sync::{AtomicBool, Condvar, Mutex, Ordering, thread};
use std::sync::{Arc, OnceLock, Weak};

/// What may happen to a thread in the kernel.
#[derive(Default)]
struct Pending {
    wakes: usize,
    finished: Vec<usize>,
}

/// An epoll set: edges that wake one waiter each, and I/O that the woken thread finishes.
pub struct ModelKernel {
    pending: Mutex<Pending>,
    changed: Condvar,
    queue: OnceLock<Weak<Queue<ModelKernel>>>,
    /// Somebody may be waiting for this.
    tending: OnceLock<Tending>,
}

/// The process's worker, who tends the queue when he is asked.
#[derive(Default)]
struct Tending {
    asked: Mutex<bool>,
    changed: Condvar,
}

impl Tending {
    fn ask(&self) {
        *self.asked.lock() = true;
        self.changed.notify_one();
    }

    fn wait(&self) {
        let mut asked = self.asked.lock();
        while !*asked {
            asked = self.changed.wait(asked).unwrap();
        }
        *asked = false;
    }
}

impl Kernel for ModelKernel {
    fn wait(&self, terms: &WaitTerms, awake: impl FnOnce()) {
        let mut pending = self.pending.lock();
        let waits = terms.deadline != Deadline::Passed;
        while waits && pending.wakes == 0 && pending.finished.is_empty() {
            pending = self.changed.wait(pending).unwrap();
        }
        awake();
        pending.wakes = pending.wakes.saturating_sub(1);
        let finished = core::mem::take(&mut pending.finished);
        drop(pending);
        let queue = self.queue.get().and_then(Weak::upgrade).unwrap();
        for key in finished {
            queue.insert_from_kernel(packet(key));
        }
    }

    fn wake(&self) {
        self.pending.lock().wakes += 1;
        self.changed.notify_one();
    }

    fn ask_for_tending(&self) {
        if let Some(tending) = self.tending.get() {
            tending.ask();
        }
    }
}

impl ModelKernel {
    /// A request finishes: its socket becomes ready.
    fn finish(&self, key: usize) {
        self.pending.lock().finished.push(key);
        self.changed.notify_one();
    }
}

/// A thread's parker.
struct ModelSleeper {
    token: Mutex<bool>,
    given: Condvar,
}

impl Sleeper for ModelSleeper {
    fn park(&self, _terms: &WaitTerms) {
        let mut token = self.token.lock();
        while !*token {
            token = self.given.wait(token).unwrap();
        }
        *token = false;
    }

    fn unpark(&self) {
        *self.token.lock() = true;
        self.given.notify_one();
    }

    fn is_alerted(&self) -> bool {
        false
    }

    fn sleeps_in_kernel(&self) -> bool {
        false
    }
}

fn packet(key: usize) -> Packet {
    Packet { key, ..Packet::default() }
}

fn queue(limit: usize) -> Arc<Queue<ModelKernel>> {
    let queue = queue_without_io(limit);
    queue.listen();
    queue
}

fn queue_without_io(limit: usize) -> Arc<Queue<ModelKernel>> {
    let kernel = ModelKernel {
        pending: Mutex::new(Pending::default()),
        changed: Condvar::new(),
        queue: OnceLock::new(),
        tending: OnceLock::new(),
    };
    let queue = Arc::new(Queue::new(limit, kernel));
    let set = queue.kernel().queue.set(Arc::downgrade(&queue));
    assert!(set.is_ok());
    queue
}

fn worker(queue: &Queue<ModelKernel>) -> Arc<Worker> {
    let sleeper = ModelSleeper { token: Mutex::new(false), given: Condvar::new() };
    let worker = Worker::new(Arc::new(sleeper));
    queue.tie(&worker);
    worker
}

/// Waits for ever; None when the port was closed.
fn take(queue: &Queue<ModelKernel>, worker: &Arc<Worker>) -> Option<usize> {
    let terms = WaitTerms { deadline: Deadline::Never, alertable: false };
    let mut packets = [Packet::default()];
    match queue.remove(worker, &terms, &mut packets) {
        Removed::Packets(1) => Some(packets[0].key),
        Removed::Abandoned => None,
        other => panic!("{other:?}"),
    }
}

/// Two workers whose turns have been short: one of them is to listen for both.
fn quick_pair(queue: &Queue<ModelKernel>) -> [Arc<Worker>; 2] {
    let pair = [worker(queue), worker(queue)];
    let look = WaitTerms { deadline: Deadline::Passed, alertable: false };
    for _ in 0..2 {
        let looked = queue.remove(&pair[0], &look, &mut [Packet::default()]);
        assert_eq!(looked, Removed::TimedOut);
    }
    queue.worker_blocks(&pair[0]);
    pair
}

/// Workers take one packet each; half of the packets are posted, half are finished I/O.  Each is
/// taken once, and nobody is left waiting.
pub fn every_packet_reaches_one_worker(limit: usize, workers: usize) {
    take_all(&queue(limit), workers, |_| {});
}

/// The same where the first I/O begins only when workers may be waiting for posted packets.
pub fn the_first_io_ends_waiting_without_the_kernel(limit: usize, workers: usize) {
    take_all(&queue_without_io(limit), workers, Queue::listen);
}

fn take_all(
    queue: &Arc<Queue<ModelKernel>>,
    workers: usize,
    begin: impl FnOnce(&Queue<ModelKernel>),
) {
    let new = || worker(queue);
    take_all_by(queue, (0..workers).map(|_| new()).collect(), begin);
}

fn take_all_by(
    queue: &Arc<Queue<ModelKernel>>,
    workers: Vec<Arc<Worker>>,
    begin: impl FnOnce(&Queue<ModelKernel>),
) {
    let workers_count = workers.len();
    let threads: Vec<_> = workers
        .into_iter()
        .map(|worker| {
            let queue = queue.clone();
            thread::spawn(move || {
                let key = take(&queue, &worker).unwrap();
                // The thread ends; its place must go to somebody who still waits.
                queue.untie(&worker);
                key
            })
        })
        .collect();
    begin(queue);
    for key in 0..workers_count {
        if key % 2 == 0 {
            queue.insert(packet(key));
        } else {
            queue.kernel().finish(key);
        }
    }
    let mut taken: Vec<usize> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    taken.sort_unstable();
    assert_eq!(taken, (0..workers_count).collect::<Vec<_>>());
}

/// The queue's only thread listens, and others come meanwhile.  Each takes one packet.
pub fn company_comes_to_who_listens_alone(limit: usize, company: usize) {
    let queue = queue(limit);
    let alone = worker(&queue);
    // It runs from now on.
    queue.post(packet(0));
    assert_eq!(take(&queue, &alone), Some(0));
    let threads: Vec<_> = (0..=company)
        .map(|number| {
            let alone = (number == 0).then(|| alone.clone());
            let queue = queue.clone();
            thread::spawn(move || {
                let worker = alone.unwrap_or_else(|| worker(&queue));
                let key = take(&queue, &worker).unwrap();
                queue.untie(&worker);
                key
            })
        })
        .collect();
    for key in 0..=company {
        if key % 2 == 0 { queue.post(packet(key)) } else { queue.kernel().finish(key) }
    }
    let mut taken: Vec<usize> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    taken.sort_unstable();
    assert_eq!(taken, (0..=company).collect::<Vec<_>>());
}

/// The hand-over: with room for one, the worker that took the first packet blocks elsewhere until
/// the second has been taken, which arrives as finished I/O.  If nobody took over the watch of the
/// kernel, both would wait for ever.
pub fn a_blocked_worker_hands_the_watch_over() {
    let queue = queue(1);
    let second_taken = Arc::new((Mutex::new(false), Condvar::new()));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let (queue, second_taken) = (queue.clone(), second_taken.clone());
            thread::spawn(move || {
                let worker = worker(&queue);
                let key = take(&queue, &worker).unwrap();
                let (taken, changed) = &*second_taken;
                if key == 0 {
                    queue.worker_blocks(&worker);
                    queue.kernel().finish(1);
                    let mut seen = taken.lock();
                    while !*seen {
                        seen = changed.wait(seen).unwrap();
                    }
                    drop(seen);
                    queue.worker_runs(&worker);
                } else {
                    *taken.lock() = true;
                    changed.notify_one();
                }
                queue.untie(&worker);
            })
        })
        .collect();
    queue.kernel().finish(0);
    for thread in threads {
        thread.join().unwrap();
    }
}

/// The same, where one worker is to listen for both.
pub fn every_packet_reaches_one_of_a_quick_pair() {
    let queue = queue(2);
    let pair = quick_pair(&queue);
    take_all_by(&queue, pair.into(), |_| {});
}

/// One of two worked for both, and now computes until the other has taken what came meanwhile.
/// Nothing but tending can know.
pub fn a_computing_worker_is_relieved() {
    let queue = queue(2);
    assert!(queue.kernel().tending.set(Tending::default()).is_ok());
    let pair = quick_pair(&queue);
    let second_taken = Arc::new((Mutex::new(false), Condvar::new()));
    let over = Arc::new(AtomicBool::new(false));
    let tender = {
        let (queue, over) = (queue.clone(), over.clone());
        thread::spawn(move || {
            while !over.load(Ordering::Acquire) {
                queue.kernel().tending.get().unwrap().wait();
                while queue.tend().again && !over.load(Ordering::Acquire) {
                    thread::yield_now();
                }
            }
        })
    };
    let threads: Vec<_> = pair
        .into_iter()
        .map(|worker| {
            let (queue, second_taken) = (queue.clone(), second_taken.clone());
            thread::spawn(move || {
                let (taken, changed) = &*second_taken;
                if take(&queue, &worker).unwrap() == 0 {
                    queue.kernel().finish(1);
                    let mut seen = taken.lock();
                    while !*seen {
                        seen = changed.wait(seen).unwrap();
                    }
                } else {
                    *taken.lock() = true;
                    changed.notify_one();
                }
                queue.untie(&worker);
            })
        })
        .collect();
    queue.kernel().finish(0);
    for thread in threads {
        thread.join().unwrap();
    }
    over.store(true, Ordering::Release);
    queue.kernel().tending.get().unwrap().ask();
    tender.join().unwrap();
}

/// Closing reaches every waiter, wherever it waits.
pub fn closing_ends_every_wait(limit: usize, workers: usize) {
    let queue = queue(limit);
    let threads: Vec<_> = (0..workers)
        .map(|_| {
            let queue = queue.clone();
            thread::spawn(move || {
                let worker = worker(&queue);
                assert_eq!(take(&queue, &worker), None);
                queue.untie(&worker);
            })
        })
        .collect();
    queue.close();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Somebody who is none of the queue's threads finishes I/O there (the process's worker does), and
/// takes the wake-up that was meant for the thread in the kernel; he has to repeat it.
pub fn an_outsider_repeats_the_wake_up_he_took() {
    let queue = queue(1);
    let waiter = {
        let queue = queue.clone();
        thread::spawn(move || {
            let worker = worker(&queue);
            assert_eq!(take(&queue, &worker), Some(7));
            queue.untie(&worker);
        })
    };
    let outsider = {
        let queue = queue.clone();
        thread::spawn(move || {
            let look = WaitTerms { deadline: Deadline::Passed, alertable: false };
            queue.kernel().wait(&look, || {});
            queue.wake_again();
        })
    };
    queue.insert(packet(7));
    waiter.join().unwrap();
    outsider.join().unwrap();
}
