//! Locks that wait for another process, and the thread that hears when it may be their turn.
//!
//! ```text
//!  a process has unlocked a range --touches the lock file--> inotify --.
//!  a process that has locked one is killed ----------------> its pidfd --> the locks that wait
//!  a lock here begins to wait, or waits for others now ----> eventfd --'   are tried again
//! ```
//!
//! Whoever unlocks looks at a counter in memory that all processes have, and touches the file only
//! if somebody waits.  The thread is there while a lock of this process waits.

use super::byte_range::{Claims, finish};
use super::fcb::Fcb;
use super::lock_file;
use crate::status::Status;
use crate::sync::Mutex;
use core::sync::atomic::{AtomicU32, Ordering};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::inotify::{self, CreateFlags};
use rustix::io::{Errno, read, write};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::sync::{Arc, Weak};

/// How often a lock is tried when Linux cannot tell of the process that is in the way: it has no
/// pidfds, or the process lives in a container.
const AGAIN: Timespec = Timespec { tv_sec: 0, tv_nsec: 5_000_000 };

/// A file of which a range is waited for.
struct Watched {
    fcb: Weak<Fcb>,
    waiters: Option<&'static AtomicU32>,
}

impl Watched {
    fn new(fcb: &Arc<Fcb>) -> Self {
        let waiters = lock_file::waiters(fcb.identity());
        if let Some(waiters) = waiters {
            waiters.fetch_add(1, Ordering::SeqCst);
        }
        Watched { fcb: Arc::downgrade(fcb), waiters }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(waiters) = self.waiters {
            waiters.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// The thread's files, and how it is woken.
struct Watcher {
    files: Vec<Watched>,
    wake: Arc<OwnedFd>,
}

static WATCHER: Mutex<Option<Watcher>> = Mutex::new(None);

/// From now on the file's locks that wait are tried when others unlock; false when there can be no
/// thread for it.
pub(super) fn watch(fcb: &Arc<Fcb>) -> bool {
    let mut watcher = WATCHER.lock();
    if let Some(watcher) = watcher.as_mut() {
        watcher.files.push(Watched::new(fcb));
        wake(&watcher.wake);
        return true;
    }
    let Ok(event) = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK) else {
        return false;
    };
    let event = Arc::new(event);
    let own = event.clone();
    let name = String::from("lapwing-locks");
    let started = std::thread::Builder::new().name(name).spawn(move || run(&own)).is_ok();
    if started {
        *watcher = Some(Watcher { files: vec![Watched::new(fcb)], wake: event });
    }
    started
}

/// What waits may wait for others now, or no more.
pub(super) fn look_again() {
    if let Some(watcher) = WATCHER.lock().as_ref() {
        wake(&watcher.wake);
    }
}

fn wake(event: &OwnedFd) {
    // It can only be full, and then it wakes too.
    let _full = write(event, &1_u64.to_ne_bytes());
}

fn run(event: &OwnedFd) {
    let ears = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).ok();
    loop {
        let files: Vec<Arc<Fcb>> = match WATCHER.lock().as_ref() {
            Some(watcher) => watcher.files.iter().filter_map(|file| file.fcb.upgrade()).collect(),
            None => return,
        };
        let mut heard = Heard::default();
        for fcb in &files {
            heard.add(fcb, ears.as_ref().map(OwnedFd::as_fd));
        }
        drop(files);
        {
            let mut watcher = WATCHER.lock();
            let Some(Watcher { files, .. }) = watcher.as_mut() else { return };
            files.retain(|file| {
                file.fcb
                    .upgrade()
                    .is_some_and(|fcb| fcb.with_claims(|claims, _| claims.has_waiting()))
            });
            if files.is_empty() {
                *watcher = None;
                return;
            }
        }
        heard.wait(event, ears.as_ref());
    }
}

/// What the thread waits for.
#[derive(Default)]
struct Heard {
    processes: Vec<OwnedFd>,
    /// Something is in the way that nobody will tell of.
    deaf: bool,
}

impl Heard {
    /// Tries the locks of a file that wait, and listens to those that are in their way.
    fn add(&mut self, fcb: &Fcb, ears: Option<BorrowedFd<'_>>) {
        // From here on every unlocking is heard.
        self.deaf |= !ears.is_some_and(|ears| fcb.listen(ears));
        if !try_all(fcb) {
            return;
        }
        for holder in fcb.holders() {
            let pid = i32::try_from(holder).ok().and_then(Pid::from_raw);
            match pid.map(|pid| pidfd_open(pid, PidfdFlags::empty())) {
                Some(Ok(process)) => self.processes.push(process),
                // It has gone, unless it lives elsewhere.
                _ => self.deaf = true,
            }
        }
        // Who was killed before there was a descriptor for him is in nobody's way by now.
        try_all(fcb);
    }

    fn wait(&self, event: &OwnedFd, ears: Option<&OwnedFd>) {
        let all = [Some(event), ears].into_iter().flatten().chain(&self.processes);
        let mut all: Vec<_> = all.map(|fd| PollFd::new(fd, PollFlags::IN)).collect();
        // Whatever has happened, everything is looked at.
        let _happened = poll(&mut all, self.deaf.then_some(&AGAIN));
        let mut room = [0_u8; 4096];
        for fd in [Some(event), ears].into_iter().flatten() {
            while matches!(read(fd, &mut room), Ok(1..) | Err(Errno::INTR)) {}
        }
    }
}

/// Grants what can be granted; true if some locks wait on.
fn try_all(fcb: &Fcb) -> bool {
    finish(fcb.with_claims(Claims::ready), Status::SUCCESS);
    fcb.with_claims(|claims, _| claims.has_waiting())
}
