//! The requests that wait on one side of a device, in the order in which they were made.
//!
//! The queue lies under the device's lock.  Whoever takes a request out owns it and ends it, or
//! ends it where it is and drops it under the same lock; there is no other way to end a pending
//! request, so each ends once.  After [`Pending::close`] nothing can be queued any more, so nothing
//! is forgotten either.

use std::collections::VecDeque;

/// Pending requests, in order.
pub struct Pending<T> {
    /// The first.  Most sides never have a second one, and many none; its memory stays for the
    /// next.
    first: Option<Box<Option<T>>>,
    /// What nearly nobody has: a word as long as it is not there.
    seldom: Option<Box<Seldom<T>>>,
    closed: bool,
}

struct Seldom<T> {
    /// Those behind the first; none while there is no first.
    behind: VecDeque<T>,
    /// Those that have had their turn and wait on, in no order.
    aside: Vec<T>,
}

impl<T> Default for Seldom<T> {
    fn default() -> Self {
        Seldom { behind: VecDeque::new(), aside: Vec::new() }
    }
}

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Pending { first: None, seldom: None, closed: false }
    }
}

impl<T> Pending<T> {
    /// True when nothing waits.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.first.as_ref().is_none_or(|first| first.is_none())
    }

    /// Queues a request behind the others.  After the close it comes back.
    #[inline]
    pub fn push(&mut self, request: T) -> Result<(), T> {
        if self.closed {
            return Err(request);
        }
        match &mut self.first {
            None => self.first = Some(Box::new(Some(request))),
            Some(first) if first.is_none() => **first = Some(request),
            Some(_) => self.seldom.get_or_insert_default().behind.push_back(request),
        }
        Ok(())
    }

    /// Puts a request aside, where the others do not wait for it.
    pub fn push_aside(&mut self, request: T) {
        self.seldom.get_or_insert_default().aside.push(request);
    }

    /// Lets the requests be continued in order: each is taken out and either ends, or goes back to
    /// the front because it has to wait on, which ends the round.  True when none is left.
    pub fn drain(&mut self, mut carry_on: impl FnMut(T) -> Option<T>) -> bool {
        let Some(first) = &mut self.first else { return true };
        while let Some(request) = first.take() {
            if let Some(request) = carry_on(request) {
                **first = Some(request);
                return false;
            }
            **first = self.seldom.as_mut().and_then(|seldom| seldom.behind.pop_front());
        }
        true
    }

    /// As [`Pending::drain`], where most requests end: each is tried in its place, and taken out to
    /// be finished when it has come to an end; what `finish` gives back stands aside from then on.
    #[inline]
    pub fn try_in_place<E>(
        &mut self,
        mut attempt: impl FnMut(&mut T) -> Option<E>,
        mut finish: impl FnMut(T, E) -> Option<T>,
    ) -> bool {
        let Some(first) = &mut self.first else { return true };
        while let Some(request) = &mut **first {
            let Some(end) = attempt(request) else { return false };
            let ended = first.take();
            if let Some(seldom) = &mut self.seldom {
                **first = seldom.behind.pop_front();
            }
            if let Some(waits_on) = ended.and_then(|request| finish(request, end)) {
                self.seldom.get_or_insert_default().aside.push(waits_on);
            }
        }
        true
    }

    /// Takes the chosen requests out, in order.  Those that stand aside stay there.
    pub fn take_if(&mut self, chosen: impl Fn(&T) -> bool) -> Vec<T> {
        let Some(first) = &mut self.first else { return Vec::new() };
        let behind = self.seldom.as_mut().map(|seldom| &mut seldom.behind);
        let mut waiting = first.iter().chain(behind.iter().flat_map(|behind| behind.iter()));
        if !waiting.any(&chosen) {
            return Vec::new();
        }
        let behind = behind.map(core::mem::take);
        let waiting = first.take().into_iter().chain(behind.into_iter().flatten());
        let (taken, kept): (Vec<T>, Vec<T>) = waiting.partition(chosen);
        let mut kept = VecDeque::from(kept);
        **first = kept.pop_front();
        if let Some(seldom) = &mut self.seldom {
            seldom.behind = kept;
        }
        taken
    }

    /// Takes the chosen ones out of those that stand aside.
    pub fn take_aside_if(&mut self, chosen: impl Fn(&T) -> bool) -> Vec<T> {
        let seldom = self.seldom.iter_mut();
        let chosen = |request: &mut T| chosen(request);
        seldom.flat_map(|seldom| seldom.aside.extract_if(.., chosen)).collect()
    }

    /// Refuses further requests.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// True after the close.
    pub fn is_closed(&self) -> bool {
        self.closed
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
    fn a_request_that_waits_stays_where_it_is_and_those_that_end_are_taken_out() {
        let mut pending = Pending::default();
        for number in 0..4 {
            assert_eq!(pending.push(number), Ok(()));
        }
        let mut ended = Vec::new();
        let attempt = |number: &mut i32| (*number != 2).then_some("end");
        assert!(!pending.try_in_place(attempt, |number, end| {
            ended.push((number, end));
            None
        }));
        assert_eq!(ended, [(0, "end"), (1, "end")]);
        assert!(pending.try_in_place(|_| Some(()), |number, ()| (number == 3).then_some(number)));
        assert!(pending.is_empty());
        assert_eq!(pending.take_if(|_| true), []);
        assert_eq!(pending.take_aside_if(|number| *number == 3), [3]);
        assert_eq!(pending.take_aside_if(|_| true), []);
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
