//! The requests that wait on one side of a device, in the order in which they were made.
//!
//! The queue lies under the device's lock.  Whoever takes a request out owns it and ends it; there
//! is no other way to end a pending request, so each ends once.  After [`Pending::close`] nothing
//! can be queued any more, so nothing is forgotten either.

use std::collections::VecDeque;

/// Pending requests.
pub struct Pending<T> {
    queue: VecDeque<T>,
    closed: bool,
}

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Pending { queue: VecDeque::new(), closed: false }
    }
}

impl<T> Pending<T> {
    /// True when nothing waits.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Queues a request behind the others.  After the close it comes back.
    #[inline]
    pub fn push(&mut self, request: T) -> Result<(), T> {
        if self.closed {
            return Err(request);
        }
        if self.queue.capacity() == 0 {
            // Most sockets never have more than one.
            self.queue.reserve_exact(1);
        }
        self.queue.push_back(request);
        Ok(())
    }

    /// Lets the requests be continued in order: each is taken out and either ends, or goes back to
    /// the front because it has to wait on, which ends the round.  True when none is left.
    pub fn drain(&mut self, mut carry_on: impl FnMut(T) -> Option<T>) -> bool {
        while let Some(request) = self.queue.pop_front() {
            if let Some(request) = carry_on(request) {
                self.queue.push_front(request);
                return false;
            }
        }
        true
    }

    /// Takes the chosen requests out, in order.
    pub fn take_if(&mut self, chosen: impl Fn(&T) -> bool) -> Vec<T> {
        if !self.queue.iter().any(&chosen) {
            return Vec::new();
        }
        let waiting = core::mem::take(&mut self.queue);
        let (taken, kept): (Vec<T>, Vec<T>) = waiting.into_iter().partition(chosen);
        self.queue = kept.into();
        taken
    }

    /// Refuses further requests.
    pub fn close(&mut self) {
        self.closed = true;
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn requests_end_in_order_until_one_has_to_wait() {
        let mut pending = Pending::default();
        for number in 0..4 {
            assert_eq!(pending.push(number), Ok(()));
        }
        let mut ended = Vec::new();
        let drained = pending.drain(|number| {
            ended.push(number);
            (number == 2).then_some(number)
        });
        assert!(!drained);
        assert_eq!(ended, [0, 1, 2]);
        assert_eq!(pending.take_if(|_| true), [2, 3]);
        assert!(pending.is_empty());
    }

    #[test]
    fn the_chosen_are_taken_and_the_others_keep_their_order() {
        let mut pending = Pending::default();
        for number in 0..6 {
            assert_eq!(pending.push(number), Ok(()));
        }
        assert_eq!(pending.take_if(|number| number % 2 == 1), [1, 3, 5]);
        assert_eq!(pending.take_if(|number| *number > 9), []);
        pending.close();
        assert_eq!(pending.push(7), Err(7));
        assert_eq!(pending.take_if(|_| true), [0, 2, 4]);
    }
}
