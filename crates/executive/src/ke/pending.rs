//! The requests that wait on one side of a device, in the order in which they were made.
//!
//! The queue lies under the device's lock.  Whoever takes a request out owns it and ends it; there
//! is no other way to end a pending request, so each ends once.  After [`Pending::close`] nothing
//! can be queued any more, so nothing is forgotten either.

use std::collections::VecDeque;

/// Pending requests, in order.
pub struct Pending<T> {
    /// The first.  Most sides never have a second one, and many none; its memory stays for the
    /// next.
    first: Option<Box<Option<T>>>,
    /// Those behind it; none while there is no first.
    behind: Seldom<VecDeque<T>>,
    closed: bool,
}

/// What nearly nobody has: a word as long as it is not there.
type Seldom<T> = Option<Box<T>>;

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Pending { first: None, behind: None, closed: false }
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
            Some(_) => self.behind.get_or_insert_default().push_back(request),
        }
        Ok(())
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
            **first = self.behind.as_mut().and_then(|behind| behind.pop_front());
        }
        true
    }

    /// As [`Pending::drain`], where most requests end: each is tried in its place, and taken out to
    /// be finished when it has come to an end.
    #[inline]
    pub fn try_in_place<E>(
        &mut self,
        mut attempt: impl FnMut(&mut T) -> Option<E>,
        mut finish: impl FnMut(T, E),
    ) -> bool {
        let Some(first) = &mut self.first else { return true };
        while let Some(request) = &mut **first {
            let Some(end) = attempt(request) else { return false };
            let ended = first.take();
            if let Some(behind) = &mut self.behind {
                **first = behind.pop_front();
            }
            if let Some(request) = ended {
                finish(request, end);
            }
        }
        true
    }

    /// Takes the chosen requests out, in order.
    pub fn take_if(&mut self, chosen: impl Fn(&T) -> bool) -> Vec<T> {
        let Some(first) = &mut self.first else { return Vec::new() };
        let mut waiting = first.iter().chain(self.behind.iter().flat_map(|behind| behind.iter()));
        if !waiting.any(&chosen) {
            return Vec::new();
        }
        let behind = self.behind.take().into_iter().flat_map(|behind| *behind);
        let waiting = first.take().into_iter().chain(behind);
        let (taken, kept): (Vec<T>, Vec<T>) = waiting.partition(chosen);
        let mut kept = VecDeque::from(kept);
        **first = kept.pop_front();
        self.behind = (!kept.is_empty()).then(|| Box::new(kept));
        taken
    }

    /// Refuses further requests.
    pub fn close(&mut self) {
        self.closed = true;
    }
}

/// Pending requests in no order.
pub struct Aside<T>(Seldom<Vec<T>>);

impl<T> Default for Aside<T> {
    fn default() -> Self {
        Aside(None)
    }
}

impl<T> Aside<T> {
    /// Adds a request.
    pub fn push(&mut self, request: T) {
        self.0.get_or_insert_default().push(request);
    }

    /// Takes the chosen requests out.
    pub fn take_if(&mut self, chosen: impl Fn(&T) -> bool) -> Vec<T> {
        let all = self.0.iter_mut();
        all.flat_map(|all| all.extract_if(.., |request| chosen(request))).collect()
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
        assert!(!pending.try_in_place(attempt, |number, end| ended.push((number, end))));
        assert_eq!(ended, [(0, "end"), (1, "end")]);
        assert!(pending.try_in_place(|_| Some(()), |number, ()| ended.push((number, ""))));
        assert_eq!(ended[2..], [(2, ""), (3, "")]);
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
