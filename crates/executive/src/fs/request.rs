//! A transfer that is pending, and where it is meanwhile.
//!
//! ```text
//!                    a ring of the file's port, or of the worker: fs::ring
//!  start --------<                                                          >-- io::complete
//!                    where io_uring is forbidden: fs::pool
//! ```

use super::disk_file::DiskFile;
use super::pool;
use super::ring::Ring;
use super::work::Work;
use crate::io::complete::{self, Timing};
use crate::io::file::File;
use crate::io::irp::{Irp, Outcome};
use crate::io::worker;
use crate::status::Status;
use crate::sync::{AtomicBool, Mutex, Ordering};
use rustix::fd::{AsFd, BorrowedFd};
use std::sync::{Arc, OnceLock};

/// A pending transfer.
pub(crate) struct Request {
    pub(super) irp: Irp,
    pub(super) work: Work,
}

impl Request {
    /// It ends.
    pub(super) fn finish(self, outcome: Outcome, timing: Timing) {
        let Request { irp, work } = self;
        // What it holds is free before anybody hears of its end.
        drop(work);
        complete::complete(irp, outcome, timing);
    }
}

/// The descriptor of a disk file.
pub(super) fn descriptor(file: &File) -> Option<BorrowedFd<'_>> {
    file.disk().ok().map(|disk| disk.fd.as_fd())
}

/// Where the requests of a file are, or have been.
#[derive(Default)]
pub(super) struct Engines {
    /// Nearly always the only one: a port is associated before the first request.
    ring: OnceLock<Arc<Ring>>,
    more_rings: Mutex<Vec<Arc<Ring>>>,
    pool: AtomicBool,
    closed: AtomicBool,
}

impl Engines {
    fn note_ring(&self, ring: &Arc<Ring>) {
        if !Arc::ptr_eq(self.ring.get_or_init(|| ring.clone()), ring) {
            let mut more = self.more_rings.lock();
            if !more.iter().any(|known| Arc::ptr_eq(known, ring)) {
                more.push(ring.clone());
            }
        }
    }
}

impl DiskFile {
    /// Lets an engine do it.
    pub(super) fn queue(&self, file: &File, request: Request) {
        let has_event = request.irp.overlapped.event.is_some();
        let ring = match file.binding() {
            Some(binding) => binding.port.ring(),
            None => worker::get().unbound().ring(),
        };
        match ring {
            Some(ring) => {
                self.engines.note_ring(ring);
                ring.start(request);
            }
            None => {
                self.engines.pool.store(true, Ordering::Release);
                pool::start(request);
            }
        }
        file.look_after(has_event);
        if self.engines.closed.load(Ordering::Acquire) {
            // The last handle was closed meanwhile, and has not seen this request.
            self.cancel(&|_| true);
        }
    }

    /// The last handle is closed: what is pending ends, by being done or with `CANCELLED`.
    pub(super) fn close_requests(&self) {
        self.engines.closed.store(true, Ordering::SeqCst);
        self.cancel(&|_| true);
    }

    /// Asks that the chosen requests end with `CANCELLED`; how many there are.  Those whose data
    /// is moving already are done instead.
    pub(crate) fn cancel(&self, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        let own = |irp: &Irp| {
            let disk = irp.file.file().and_then(|file| file.disk());
            disk.is_ok_and(|disk| core::ptr::eq(disk, self)) && chosen(irp)
        };
        let first = self.engines.ring.get().cloned();
        let more = self.engines.more_rings.lock().clone();
        let in_rings: usize = first.iter().chain(&more).map(|ring| ring.cancel(&own)).sum();
        let uses_pool = self.engines.pool.load(Ordering::Acquire);
        in_rings + if uses_pool { pool::cancel(&own) } else { 0 }
    }
}

/// What a request that was cancelled before it began ends with.
pub(super) const CANCELLED: Outcome = Outcome::of(Status::CANCELLED);
