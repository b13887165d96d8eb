//! The transfers of disk files that a ring of the kernel's has taken.
//!
//! A port has a ring, and so has the worker, for files without a port; each is made when it is
//! first needed.  Any thread puts requests in.  They come out where the results are waited for
//! anyway: the ring's descriptor is in the port's epoll set (the worker's), and whoever listens
//! there ends them on its own stack.
//!
//! A request stays in its slot until the kernel has given it back, whatever happens meanwhile, as
//! the program's memory is the kernel's for so long.  The kernel breaks off what a thread has begun
//! when that thread ends; such a request is begun again by the thread that finds it.
//!
//! Locks: `submissions`, then `state`.

use super::request::{CANCELLED, Request, descriptor};
use super::work::Step;
use crate::engine::epoll::EpollSet;
use crate::io::complete::Timing;
use crate::io::irp::Irp;
use crate::sync::Mutex;
use crate::sys::uring::{self, Completions, Operation, Submissions};
use rustix::fd::AsFd;
use rustix::io::Errno;
use std::sync::{Arc, OnceLock};

/// Requests in a ring of the kernel's.
pub struct Ring {
    submissions: Mutex<Submissions>,
    state: Mutex<State>,
}

struct State {
    completions: Completions,
    slots: Vec<Slot>,
    free: Vec<u32>,
}

/// The place of a request.  The generation tells it from those that were there before.
struct Slot {
    generation: u32,
    request: Option<Request>,
}

/// False when the environment forbids rings, so that tests see the pool at work.
fn is_wanted() -> bool {
    static WANTED: OnceLock<bool> = OnceLock::new();
    *WANTED.get_or_init(|| std::env::var_os("LAPWING_IO_URING").is_none_or(|value| value != "0"))
}

impl Ring {
    /// A ring whose results are heard of at this set.  None where there can be none: the kernel
    /// has no io_uring, or it is forbidden (by seccomp, `kernel.io_uring_disabled`, or
    /// `LAPWING_IO_URING=0` in the environment).
    pub fn new(set: &EpollSet) -> Option<Arc<Self>> {
        if !is_wanted() {
            return None;
        }
        let (submissions, completions) = uring::open().ok()?;
        set.add_ring(completions.as_fd()).ok()?;
        let state = State { completions, slots: Vec::new(), free: Vec::new() };
        Some(Arc::new(Ring { submissions: Mutex::new(submissions), state: Mutex::new(state) }))
    }

    /// Hands a request to the kernel.
    pub(super) fn start(&self, request: Request) {
        // A request is in its slot, and a cancellation sees it, only together with its operation
        // in the kernel: the cancellation takes the same lock.
        let mut submissions = self.submissions.lock();
        let operation = self.state.lock().admit(request);
        let Some(operation) = operation else { return };
        self.submit(&mut submissions, &operation);
    }

    fn submit(&self, submissions: &mut Submissions, operation: &Operation) {
        let mut again = Vec::new();
        submissions.submit(operation, || again.extend(self.take_results(Timing::LATER)));
        for number in again {
            self.go_on(submissions, number);
        }
    }

    /// The next step of a request.
    fn go_on(&self, submissions: &mut Submissions, number: u64) {
        let operation = self.state.lock().next_operation(number);
        if let Some(operation) = operation {
            self.submit(submissions, &operation);
        }
    }

    /// Ends what the kernel has done.
    pub fn finish_ready(&self, timing: Timing) {
        for number in self.take_results(timing) {
            self.go_on(&mut self.submissions.lock(), number);
        }
    }

    /// Ends what is done; the others' numbers are returned, which need another step.
    fn take_results(&self, timing: Timing) -> Vec<u64> {
        let mut again = Vec::new();
        // The lock is held while they are told of, so that packets come in the kernel's order.
        let mut state = self.state.lock();
        while let Some((number, moved)) = state.completions.take() {
            if state.advance(number, moved, timing) == Some(Step::Again) {
                again.push(number);
            }
        }
        again
    }

    /// Asks the kernel to break the chosen requests off; how many there are.
    pub(super) fn cancel(&self, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        let numbers = self.state.lock().mark_cancelled(chosen);
        if numbers.is_empty() {
            return 0;
        }
        let mut submissions = self.submissions.lock();
        for number in &numbers {
            self.submit(&mut submissions, &Operation::cancel(*number));
        }
        numbers.len()
    }
}

impl State {
    /// Gives the request a slot, and makes its first operation.
    fn admit(&mut self, request: Request) -> Option<Operation> {
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, request: None });
            (self.slots.len() - 1) as u32
        });
        let slot = &mut self.slots[index as usize];
        slot.request = Some(request);
        let number = u64::from(slot.generation) << 32 | u64::from(index);
        self.next_operation(number)
    }

    fn slot(&mut self, number: u64) -> Option<&mut Slot> {
        let generation = (number >> 32) as u32;
        self.slots.get_mut(number as u32 as usize).filter(|slot| slot.generation == generation)
    }

    fn take(&mut self, number: u64) -> Option<Request> {
        let slot = self.slot(number)?;
        let request = slot.request.take();
        // Thirty-one bits: the highest number of all has a meaning of its own.
        slot.generation = slot.generation.wrapping_add(1) & 0x7fff_ffff;
        self.free.push(number as u32);
        request
    }

    /// What the kernel is to do next for a request.
    fn next_operation(&mut self, number: u64) -> Option<Operation> {
        let Request { irp, work } = self.slot(number)?.request.as_mut()?;
        if work.may_end_cancelled() {
            self.take(number)?.finish(CANCELLED, Timing::LATER);
            return None;
        }
        let fd = irp.file.file().ok().and_then(descriptor)?;
        Some(work.operation(fd, number))
    }

    /// The kernel has done something for a request.
    fn advance(
        &mut self,
        number: u64,
        moved: Result<usize, Errno>,
        timing: Timing,
    ) -> Option<Step> {
        let step = self.slot(number)?.request.as_mut()?.work.advance(moved);
        if let Step::End(outcome) = step {
            self.take(number)?.finish(outcome, timing);
        }
        Some(step)
    }

    fn mark_cancelled(&mut self, chosen: &dyn Fn(&Irp) -> bool) -> Vec<u64> {
        let mut numbers = Vec::new();
        for (slot, index) in self.slots.iter_mut().zip(0_u64..) {
            if let Some(request) = &mut slot.request
                && chosen(&request.irp)
            {
                request.work.cancelled = true;
                numbers.push(u64::from(slot.generation) << 32 | index);
            }
        }
        numbers
    }
}
