//! The epoll engine: a set of registered descriptors and a way to wake whoever waits on it.

use super::{Readiness, Registration};
use crate::ke::deadline::Deadline;
use crate::status::{Result, Status};
use crate::sync::{AtomicUsize, Ordering, fence};
use core::mem::MaybeUninit;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::event::{EventfdFlags, Timespec, eventfd};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;

/// So many events are fetched by one system call.
const BATCH: usize = 64;
/// The wake-up's own number.
const WAKE: u64 = u64::MAX;
/// A registration's number is smaller; set in that of a port that is watched from another set.
const PORT: u64 = 1 << 32;
/// The number of the set's own ring.
const RING: u64 = u64::MAX - 1;

/// Two sets do without each other for so many ticks before they part,
const CALM: usize = 4;
/// and one more for each so many descriptors: to watch again, the kernel looks at them all (25 µs
/// for 512, 0.9 ms for 10,000).
const LOOKED_AT: usize = 256;

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A registered file object.
    File(Registration, Readiness),
    /// The epoll set of the port with this number has events.
    Port(u32),
    /// The set's own ring has results.
    Ring,
}

/// An epoll set.
pub struct EpollSet {
    epoll: OwnedFd,
    wake: OwnedFd,
    /// Descriptors that have been registered.
    count: AtomicUsize,
    /// 0: no other set watches this one.  Else one more than the ticks for which they have done
    /// without each other.
    watched: AtomicUsize,
}

fn interest(writes: bool) -> EventFlags {
    let reads = EventFlags::IN | EventFlags::PRI | EventFlags::RDHUP | EventFlags::ET;
    if writes { reads | EventFlags::OUT } else { reads }
}

fn failure(error: Errno) -> Status {
    match error {
        Errno::NOMEM | Errno::NOSPC | Errno::MFILE | Errno::NFILE => Status::INSUFFICIENT_RESOURCES,
        _ => Status::UNSUCCESSFUL,
    }
}

impl EpollSet {
    /// An empty set.  `INSUFFICIENT_RESOURCES` when the process has no descriptor left.
    pub fn new() -> Result<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC).map_err(failure)?;
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        let wake = eventfd(0, flags).map_err(failure)?;
        // Edge-triggered: each write wakes one waiter, and nobody needs to read.
        let interest = EventFlags::IN | EventFlags::ET;
        epoll::add(&epoll, &wake, EventData::new_u64(WAKE), interest).map_err(failure)?;
        Ok(EpollSet { epoll, wake, count: AtomicUsize::new(0), watched: AtomicUsize::new(0) })
    }

    /// Registers a descriptor.  An event follows if it is ready already.
    pub fn add(&self, fd: BorrowedFd<'_>, file: Registration, writes: bool) -> Result<()> {
        let data = EventData::new_u64(file.into());
        epoll::add(&self.epoll, fd, data, interest(writes)).map_err(failure)?;
        self.count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// True while nothing is registered.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.count.load(Ordering::Relaxed) == 0
    }

    /// Registers the set's own ring.
    pub fn add_ring(&self, fd: BorrowedFd<'_>) -> Result<()> {
        let interest = EventFlags::IN | EventFlags::ET;
        epoll::add(&self.epoll, fd, EventData::new_u64(RING), interest).map_err(failure)?;
        self.count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Asks for write readiness too (or no more).  An event follows if it is ready already.
    pub fn modify(&self, fd: BorrowedFd<'_>, file: Registration, writes: bool) -> Result<()> {
        let data = EventData::new_u64(file.into());
        epoll::modify(&self.epoll, fd, data, interest(writes)).map_err(failure)
    }

    /// Forgets a descriptor.
    pub fn remove(&self, fd: BorrowedFd<'_>) {
        // The descriptor is open and registered; there is nothing else that could fail.
        let removed = epoll::delete(&self.epoll, fd);
        debug_assert_eq!(removed, Ok(()));
        self.count.fetch_sub(1, Ordering::Relaxed);
    }

    /// Watches another port's set until it has an event; then not until the next call.
    pub fn watch_port(&self, port: u32, set: &EpollSet) -> Result<()> {
        let data = EventData::new_u64(PORT | u64::from(port));
        let once = EventFlags::IN | EventFlags::ONESHOT;
        set.watched.store(1, Ordering::Relaxed);
        match epoll::modify(&self.epoll, &set.epoll, data, once) {
            Err(Errno::NOENT) => match epoll::add(&self.epoll, &set.epoll, data, once) {
                // Another thread has been faster, and asks for the same.
                Err(Errno::EXIST) => Ok(()),
                other => other.map_err(failure),
            },
            other => other.map_err(failure),
        }
    }

    /// Says at a tick that a set that this one may watch has others who listen.  After some such
    /// ticks in a row the two part: as long as they are together the kernel passes each event there
    /// on to here, even if nobody is to be told.  True when they have parted: what somebody else
    /// has asked of [`EpollSet::watch_port`] meanwhile may have been lost.
    pub fn does_without(&self, set: &EpollSet) -> bool {
        let watched = set.watched.load(Ordering::Relaxed);
        if watched == 0 {
            return false;
        }
        if watched <= CALM + set.count.load(Ordering::Relaxed) / LOOKED_AT {
            set.watched.store(watched + 1, Ordering::Relaxed);
            return false;
        }
        set.watched.store(0, Ordering::Relaxed);
        // It fails only where watching had failed.
        let _was_apart = epoll::delete(&self.epoll, &set.epoll);
        // What the caller looks at now is no older.
        fence(Ordering::SeqCst);
        true
    }

    /// Wakes one thread in [`EpollSet::wait`], the last that came, or the next that comes.
    pub fn wake(&self) {
        // Only an overflow of 2^64 wake-ups could fail.
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes());
    }

    /// Waits until something is ready, [`EpollSet::wake`] or the deadline; then tells what it was.
    /// Returns early for a signal.
    pub fn wait(&self, deadline: Deadline, ready: impl FnMut(Source)) {
        self.wait_and(deadline, || {}, ready);
    }

    /// As [`EpollSet::wait`]; `awake` is called when the thread sleeps no longer.
    #[inline]
    pub fn wait_and(
        &self,
        deadline: Deadline,
        awake: impl FnOnce(),
        mut ready: impl FnMut(Source),
    ) {
        let timeout = deadline.remaining().map(|left| {
            // Whole milliseconds, upwards: a wait must not end before its time.
            let milliseconds = left.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as i64;
            Timespec { tv_sec: milliseconds / 1000, tv_nsec: (milliseconds % 1000) * 1_000_000 }
        });
        let mut events = [const { MaybeUninit::<Event>::uninit() }; BATCH];
        let waited = epoll::wait(&self.epoll, &mut events[..], timeout.as_ref());
        awake();
        let Ok((events, _)) = waited else { return };
        for event in events {
            let number = event.data.u64();
            ready(match number {
                0..PORT => Source::File(Registration(number as u32), Readiness(event.flags)),
                WAKE => continue,
                RING => Source::Ring,
                _ => Source::Port(number as u32),
            });
        }
    }
}

impl AsFd for EpollSet {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.epoll.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What one set has to tell now.
    fn told(set: &EpollSet) -> Vec<Source> {
        let mut told = Vec::new();
        set.wait(Deadline::Passed, |source| told.push(source));
        told
    }

    #[test]
    fn sets_part_when_one_has_long_done_without_the_other() {
        let (worker, port) = (EpollSet::new().unwrap(), EpollSet::new().unwrap());
        assert!(!worker.does_without(&port), "they have not met");
        for _ in 0..2 {
            worker.watch_port(7, &port).unwrap();
            port.wake();
            assert_eq!(told(&worker), [Source::Port(7)]);
            // They do not part for a while, and asking once begins it anew.
            assert!((0..CALM).all(|_| !worker.does_without(&port)));
            worker.watch_port(7, &port).unwrap();
            assert_eq!(told(&worker), [Source::Port(7)]);
            worker.watch_port(7, &port).unwrap();
            assert!((0..CALM).all(|_| !worker.does_without(&port)));
            assert!(worker.does_without(&port));
            assert_eq!(told(&worker), [], "what was asked for is lost with that");
            assert!(!worker.does_without(&port), "it is done once");
            assert_eq!(told(&port), []);
        }
    }
}
