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
    front: Front,
    closed: bool,
}

/// What there is of the first request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Front {
    /// Nothing.
    Empty,
    /// A usual one has ended: what it is made of is there for the next.
    Ended,
    /// It waits alone, and was queued by [`Pending::push_usual`] or [`Pending::wait_again`].
    Usual,
    /// It waits, and there may be more.
    Any,
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
        Pending { first: None, seldom: None, front: Front::Empty, closed: false }
    }
}

impl<T> Pending<T> {
    /// True when nothing waits.
    #[inline]
    pub fn is_empty(&self) -> bool {
        matches!(self.front, Front::Empty | Front::Ended)
    }

    /// The request that waits, if it is a usual one and alone.
    #[inline]
    pub fn usual(&mut self) -> Option<&mut T> {
        if self.front != Front::Usual {
            return None;
        }
        self.first.as_deref_mut()?.as_mut()
    }

    /// As [`Pending::push`] for a usual request where nothing waits: one of which many follow one
    /// another that differ only in what [`Pending::wait_again`] lets be changed.
    pub fn push_usual(&mut self, request: T) -> Result<(), T> {
        debug_assert!(self.is_empty());
        self.push(request)?;
        self.front = Front::Usual;
        Ok(())
    }

    /// The usual request that has ended waits anew, once the caller has made it another.
    #[inline]
    pub fn wait_again(&mut self) -> Option<&mut T> {
        if self.front != Front::Ended {
            return None;
        }
        self.front = Front::Usual;
        self.first.as_deref_mut()?.as_mut()
    }

    /// The usual request that waits has been ended.  What it holds stays until another kind of
    /// request comes, or the close.
    #[inline]
    pub fn usual_has_ended(&mut self) {
        debug_assert!(self.front == Front::Usual);
        self.front = Front::Ended;
    }

    /// The first is a request like any other from now on, if it waits, and gone if it has ended.
    #[inline]
    fn treat_as_any(&mut self) {
        match self.front {
            Front::Empty | Front::Any => {}
            Front::Usual => self.front = Front::Any,
            Front::Ended => {
                if let Some(first) = &mut self.first {
                    **first = None;
                }
                self.front = Front::Empty;
            }
        }
    }

    /// After requests have been taken out.
    #[inline]
    fn look_at_first(&mut self) {
        let waits = self.first.as_ref().is_some_and(|first| first.is_some());
        self.front = if waits { Front::Any } else { Front::Empty };
    }

    /// Queues a request behind the others.  After the close it comes back.
    #[inline]
    pub fn push(&mut self, request: T) -> Result<(), T> {
        if self.closed {
            return Err(request);
        }
        self.treat_as_any();
        match &mut self.first {
            None => self.first = Some(Box::new(Some(request))),
            Some(first) if first.is_none() => **first = Some(request),
            Some(_) => self.seldom.get_or_insert_default().behind.push_back(request),
        }
        self.front = Front::Any;
        Ok(())
    }

    /// Puts a request aside, where the others do not wait for it.
    pub fn push_aside(&mut self, request: T) {
        self.seldom.get_or_insert_default().aside.push(request);
    }

    /// Lets the requests be continued in order: each is taken out and either ends, or goes back to
    /// the front because it has to wait on, which ends the round.  True when none is left.
    pub fn drain(&mut self, mut carry_on: impl FnMut(T) -> Option<T>) -> bool {
        self.treat_as_any();
        let Some(first) = &mut self.first else { return true };
        while let Some(request) = first.take() {
            if let Some(request) = carry_on(request) {
                **first = Some(request);
                return false;
            }
            **first = self.seldom.as_mut().and_then(|seldom| seldom.behind.pop_front());
        }
        self.front = Front::Empty;
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
        self.treat_as_any();
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
        self.front = Front::Empty;
        true
    }

    /// Takes the chosen requests out, in order.  Those that stand aside stay there.
    pub fn take_if(&mut self, chosen: impl Fn(&T) -> bool) -> Vec<T> {
        self.treat_as_any();
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
        self.look_at_first();
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
        self.treat_as_any();
        self.closed = true;
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;
    use std::rc::Rc;

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
    fn a_usual_request_ends_and_waits_anew() {
        let mut pending = Pending::default();
        assert!(pending.usual().is_none() && pending.wait_again().is_none());
        assert_eq!(pending.push_usual(1), Ok(()));
        assert_eq!(pending.usual(), Some(&mut 1));
        assert!(pending.wait_again().is_none() && !pending.is_empty());
        pending.usual_has_ended();
        assert!(pending.is_empty() && pending.usual().is_none());
        *pending.wait_again().unwrap() = 2;
        assert_eq!(pending.usual(), Some(&mut 2));
        assert_eq!(pending.take_if(|_| true), [2]);
        assert!(pending.is_empty() && pending.usual().is_none() && pending.wait_again().is_none());
    }

    #[test]
    fn a_usual_request_is_none_any_more_when_another_comes() {
        let mut pending = Pending::default();
        assert_eq!(pending.push_usual(1), Ok(()));
        assert_eq!(pending.push(2), Ok(()));
        assert_eq!(pending.usual(), None);
        assert_eq!(pending.take_if(|_| true), [1, 2]);
    }

    #[test]
    fn a_usual_request_that_has_ended_goes_with_the_next_or_the_close() {
        let request = Rc::new(());
        let mut pending = Pending::default();
        for end in [
            |pending: &mut Pending<_>| pending.drain(Some),
            |pending: &mut Pending<_>| pending.take_if(|_| true).is_empty(),
            |pending: &mut Pending<_>| pending.try_in_place(|_| Some(()), |_, ()| None),
            |pending: &mut Pending<_>| {
                pending.close();
                true
            },
        ] {
            assert_eq!(pending.push_usual(request.clone()), Ok(()));
            pending.usual_has_ended();
            assert_eq!(Rc::strong_count(&request), 2);
            assert!(end(&mut pending));
            assert_eq!(Rc::strong_count(&request), 1);
            assert!(pending.is_empty());
        }
        assert!(pending.push_usual(request).is_err());
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
