//! Blocking calls on a descriptor: what `recv` on a blocking socket does.
//!
//! The thread sleeps in `ppoll` on the descriptor and on an eventfd of its own, through which
//! another thread interrupts it: because an APC has come, or because it closed the socket.

use super::apc::Sleeper;
use super::deadline::Deadline;
use super::thread::{Thread, blocking_as};
use crate::sync::{AtomicU32, Ordering};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::{Errno, read, write};
use std::sync::Arc;

/// Why a wait for a descriptor ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FdWait {
    /// The descriptor is ready, or in a state that an attempt will tell.
    Ready,
    /// An APC is due; the caller delivers it (with nothing held) and waits on.
    Alerted,
    /// [`Thread::wake_fd_wait`] was called, perhaps for an earlier wait: look again.
    Woken,
    /// The deadline came first.
    TimedOut,
    /// Another thread has broken the synchronous call off ([`Thread::cancel_synchronous_wait`]).
    Cancelled,
}

/// Whether the thread is in a synchronous call that others may break off, and how far it is.
#[derive(Default)]
pub(super) struct SynchronousCall(AtomicU32);

const OUTSIDE: u32 = 0;
const INSIDE: u32 = 1;
const ASLEEP: u32 = 2;
const CANCELLED: u32 = 3;

impl Thread {
    /// Blocks until the descriptor is ready for `events`.  Only the thread itself calls this.
    pub fn wait_for_fd(
        self: &Arc<Self>,
        descriptor: BorrowedFd<'_>,
        events: PollFlags,
        deadline: Deadline,
        alertable: bool,
    ) -> FdWait {
        let call = &self.synchronous_call.0;
        if call.load(Ordering::Relaxed) == OUTSIDE {
            return blocking_as(self, || self.poll_one(descriptor, events, deadline, alertable));
        }
        call.store(ASLEEP, Ordering::Release);
        let ended = blocking_as(self, || self.poll_one(descriptor, events, deadline, alertable));
        if call.swap(INSIDE, Ordering::AcqRel) == CANCELLED { FdWait::Cancelled } else { ended }
    }

    /// Makes a call of the calling thread one that [`Thread::cancel_synchronous_wait`] breaks off
    /// while it waits for a descriptor.
    pub fn in_synchronous_call<T>(&self, body: impl FnOnce() -> T) -> T {
        let call = &self.synchronous_call.0;
        let before = call.swap(INSIDE, Ordering::Relaxed);
        let result = body();
        call.store(before, Ordering::Relaxed);
        result
    }

    /// Ends the thread's wait for a descriptor, if it is in one within a synchronous call.
    pub fn cancel_synchronous_wait(&self) -> bool {
        let (from, to) = (ASLEEP, CANCELLED);
        let call = &self.synchronous_call.0;
        let is_asleep =
            call.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed).is_ok();
        if is_asleep {
            self.wake_fd_wait();
        }
        is_asleep
    }

    /// As [`Thread::wait_for_fd`], alertably, for a port's own wait: the port knows already that
    /// the thread does not run.
    pub fn wait_in_port(self: &Arc<Self>, set: BorrowedFd<'_>, deadline: Deadline) -> FdWait {
        self.poll_one(set, PollFlags::IN, deadline, true)
    }

    /// Blocks alertably until one of the descriptors is ready, and leaves in each what it is ready
    /// for.  Only the thread itself calls this.
    pub fn wait_for_fds<'fd>(
        self: &'fd Arc<Self>,
        descriptors: &mut Vec<PollFd<'fd>>,
        deadline: Deadline,
    ) -> FdWait {
        let Some(interruption) = self.descriptor_wake() else {
            // Without a descriptor nothing can interrupt the wait, but it still has its end.
            return match poll(descriptors, timeout(deadline).as_ref()) {
                Ok(0) => FdWait::TimedOut,
                _ => FdWait::Ready,
            };
        };
        descriptors.push(PollFd::from_borrowed_fd(interruption.as_fd(), PollFlags::IN));
        let ended = blocking_as(self, || self.poll_until(descriptors, deadline, true));
        descriptors.pop();
        ended
    }

    fn poll_one(
        &self,
        descriptor: BorrowedFd<'_>,
        events: PollFlags,
        deadline: Deadline,
        alertable: bool,
    ) -> FdWait {
        let Some(interruption) = self.descriptor_wake() else { return FdWait::Ready };
        let mut polled = [
            PollFd::from_borrowed_fd(descriptor, events),
            PollFd::from_borrowed_fd(interruption.as_fd(), PollFlags::IN),
        ];
        self.poll_until(&mut polled, deadline, alertable)
    }

    /// The last of the descriptors is the thread's own interruption.
    fn poll_until(&self, polled: &mut [PollFd<'_>], deadline: Deadline, alertable: bool) -> FdWait {
        if alertable && !self.apcs().fall_asleep(Sleeper::Descriptor) {
            return FdWait::Alerted;
        }
        let ended = loop {
            let ended = poll_once(polled, deadline);
            if alertable && self.apcs().is_due() {
                break FdWait::Alerted;
            }
            if let Some(ended) = ended {
                break ended;
            }
        };
        if alertable {
            self.apcs().wake_up();
        }
        ended
    }

    /// Interrupts the thread's wait for a descriptor, the present one or, if there is none now, the
    /// next.
    pub fn wake_fd_wait(&self) {
        if let Some(interruption) = self.descriptor_wake() {
            // It fails only when it has been written 2^64 times unread; then it is readable.
            let _ = write(interruption, &1_u64.to_ne_bytes());
        }
    }

    /// The thread's eventfd.  None when the process has no descriptor left.
    fn descriptor_wake(&self) -> Option<&OwnedFd> {
        if self.descriptor_wake.get().is_none() {
            let made = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).ok()?;
            // Of two that come at once the second one's is closed again.
            let _ = self.descriptor_wake.set(made);
        }
        self.descriptor_wake.get()
    }
}

/// What is left, as `ppoll` takes it; None is for ever.
fn timeout(deadline: Deadline) -> Option<Timespec> {
    deadline.remaining().and_then(|left| Timespec::try_from(left).ok())
}

/// None after a signal.
fn poll_once(polled: &mut [PollFd<'_>], deadline: Deadline) -> Option<FdWait> {
    match poll(polled, timeout(deadline).as_ref()) {
        Ok(0) => Some(FdWait::TimedOut),
        Ok(_) => {
            let interruption = polled.last()?;
            if interruption.revents().is_empty() {
                return Some(FdWait::Ready);
            }
            let mut count = [0; 8];
            // Nothing to read is fine: the point is that nothing is left.
            let _ = read(interruption, &mut count);
            Some(FdWait::Woken)
        }
        Err(Errno::INTR) => None,
        // The caller's attempt on the descriptor finds out what is wrong.
        Err(_) => Some(FdWait::Ready),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ke::apc::{self, Apc};
    use rustix::pipe::pipe;
    use std::sync::mpsc;

    const APC: Apc = Apc { routine: |_| {}, arguments: [0; 5], origin: 0 };

    fn wait(descriptor: &OwnedFd, deadline: Deadline, alertable: bool) -> FdWait {
        Thread::current().wait_for_fd(descriptor.as_fd(), PollFlags::IN, deadline, alertable)
    }

    #[test]
    fn readiness_and_time_end_the_wait() {
        let (reader, writer) = pipe().unwrap();
        assert_eq!(wait(&reader, Deadline::Passed, false), FdWait::TimedOut);
        assert_eq!(wait(&reader, Deadline::after_milliseconds(5), true), FdWait::TimedOut);
        write(&writer, b"x").unwrap();
        assert_eq!(wait(&reader, Deadline::Never, false), FdWait::Ready);
        drop(writer);
        assert_eq!(wait(&reader, Deadline::Never, true), FdWait::Ready);
    }

    #[test]
    fn an_interruption_before_the_wait_ends_the_next_one_once() {
        let (reader, _writer) = pipe().unwrap();
        Thread::current().wake_fd_wait();
        Thread::current().wake_fd_wait();
        assert_eq!(wait(&reader, Deadline::Never, false), FdWait::Woken);
        assert_eq!(wait(&reader, Deadline::Passed, false), FdWait::TimedOut);
    }

    #[test]
    fn only_a_wait_within_a_synchronous_call_is_broken_off() {
        let (reader, _writer) = pipe().unwrap();
        let (send, receive) = mpsc::channel();
        assert!(!Thread::current().cancel_synchronous_wait());
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                let thread = Thread::current();
                send.send(thread.clone()).unwrap();
                let ended = thread.in_synchronous_call(|| wait(&reader, Deadline::Never, false));
                assert_eq!(ended, FdWait::Cancelled);
            });
            let thread = receive.recv().unwrap();
            while !thread.cancel_synchronous_wait() {
                std::thread::yield_now();
            }
            waiter.join().unwrap();
        });
    }

    #[test]
    fn an_apc_ends_only_an_alertable_wait() {
        let (reader, _writer) = pipe().unwrap();
        let thread = Thread::current();
        thread.queue_apc(APC).unwrap();
        assert_eq!(wait(&reader, Deadline::Passed, false), FdWait::TimedOut);
        assert_eq!(wait(&reader, Deadline::Never, true), FdWait::Alerted);
        assert!(apc::deliver());
        assert_eq!(wait(&reader, Deadline::Passed, true), FdWait::TimedOut);
    }

    #[test]
    fn other_threads_interrupt_and_alert() {
        let (reader, _writer) = pipe().unwrap();
        let (send, receive) = mpsc::channel();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                send.send(Thread::current()).unwrap();
                assert_eq!(wait(&reader, Deadline::Never, false), FdWait::Woken);
                send.send(Thread::current()).unwrap();
                assert_eq!(wait(&reader, Deadline::Never, true), FdWait::Alerted);
                assert!(apc::deliver());
            });
            receive.recv().unwrap().wake_fd_wait();
            receive.recv().unwrap().queue_apc(APC).unwrap();
            waiter.join().unwrap();
        });
    }
}
