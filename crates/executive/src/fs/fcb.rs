//! The file control block: what this process's openings of one inode have in common.
//!
//! It is there as long as there is an opening.  Its lock is the innermost but the list's; while it
//! is held the gate of the lock file may be waited for, which other processes hold for moments.

use super::byte_range::{Claims, Others, Owner, Range};
use super::lock_file::{self, LockFile};
use super::share::{Identity, Uses};
use crate::io::read_write::Way;
use crate::status::{Result, Status};
use crate::sync::{Arc, AtomicBool, Mutex, Ordering};
use crate::sys::range_lock::Hold;
use core::sync::atomic::AtomicU32;
use rustix::fd::BorrowedFd;
use std::collections::BTreeMap;

static FCBS: Mutex<BTreeMap<Identity, Arc<Fcb>>> = Mutex::new(BTreeMap::new());

/// What is common to an inode's openings.
pub struct Fcb {
    identity: Identity,
    state: Mutex<State>,
    /// This process has locked a part of it.
    has_claims: AtomicBool,
    /// Not 0 while any process has.
    counter: Option<&'static AtomicU32>,
    /// Not 0 while any process waits for one.
    waiters: Option<&'static AtomicU32>,
}

#[derive(Default)]
struct State {
    openings: Vec<Uses>,
    /// The name goes with the last handle; with a lock file that file says it.
    doomed: bool,
    /// The others.
    elsewhere: Option<LockFile>,
    claims: Claims,
    /// It is on the list no more.
    gone: bool,
}

impl Others for Option<LockFile> {
    fn hold(&self, first: u64, last: u64, hold: Option<Hold>) -> Result<()> {
        match (self, hold) {
            (None, _) => Ok(()),
            (Some(file), Some(hold)) => file.lock_range(first, last, hold),
            (Some(file), None) => {
                file.unlock_range(first, last);
                Ok(())
            }
        }
    }
}

impl State {
    fn together(&self) -> u32 {
        self.openings.iter().fold(0, |all, uses| all | uses.0)
    }

    fn is_doomed(&self) -> bool {
        self.elsewhere.as_ref().map_or(self.doomed, LockFile::is_doomed)
    }

    /// Waits for the gate, which is there as soon as there is an opening.
    fn enter_gate(&mut self, identity: Identity) {
        match &self.elsewhere {
            Some(elsewhere) => elsewhere.enter_gate(),
            None => self.elsewhere = LockFile::open(identity),
        }
    }

    /// Nothing if these uses agree with everybody's; the gate is held.
    fn admit(&self, uses: Uses) -> Result<()> {
        let excluded = uses.excluded();
        let refused_here = self.openings.iter().any(|other| other.meets(excluded));
        let Some(elsewhere) = &self.elsewhere else {
            return match (self.doomed, refused_here) {
                (true, _) => Err(Status::DELETE_PENDING),
                (false, true) => Err(Status::SHARING_VIOLATION),
                (false, false) => Ok(()),
            };
        };
        let used_elsewhere = elsewhere.is_used_elsewhere();
        if elsewhere.is_doomed() {
            if used_elsewhere || !self.openings.is_empty() {
                return Err(Status::DELETE_PENDING);
            }
            // Who wanted it was killed before he could do it.
            elsewhere.set_doomed(false);
        }
        let refused = refused_here || used_elsewhere && elsewhere.has_elsewhere(excluded.0);
        if refused { Err(Status::SHARING_VIOLATION) } else { Ok(()) }
    }

    /// Tells the others, and lets the next one through the gate.
    fn publish(&mut self) {
        let together = self.together();
        if let Some(elsewhere) = &mut self.elsewhere {
            elsewhere.hold(together);
            elsewhere.leave_gate();
        }
    }
}

impl Fcb {
    fn of(identity: Identity) -> Arc<Fcb> {
        let new = || {
            let (state, has_claims) = (Mutex::default(), AtomicBool::new(false));
            let (counter, waiters) = (lock_file::counter(identity), lock_file::waiters(identity));
            Arc::new(Fcb { identity, state, has_claims, counter, waiters })
        };
        FCBS.lock().entry(identity).or_insert_with(new).clone()
    }

    /// Adds an opening, if everybody agrees.
    pub(super) fn enter(identity: Identity, uses: Uses) -> Result<Arc<Fcb>> {
        loop {
            let fcb = Fcb::of(identity);
            let mut state = fcb.state.lock();
            if state.gone {
                continue;
            }
            state.enter_gate(identity);
            let admitted = state.admit(uses);
            if admitted.is_ok() {
                state.openings.push(uses);
            }
            if state.openings.is_empty() {
                fcb.end(&mut state);
            } else {
                state.publish();
            }
            drop(state);
            return admitted.map(|()| fcb);
        }
    }

    /// Adds an opening that there is already, in the process that has handed it on: nobody is
    /// asked.
    pub(super) fn join(identity: Identity, uses: Uses) -> Arc<Fcb> {
        loop {
            let fcb = Fcb::of(identity);
            let mut state = fcb.state.lock();
            if state.gone {
                continue;
            }
            state.enter_gate(identity);
            state.openings.push(uses);
            state.publish();
            drop(state);
            return fcb;
        }
    }

    /// One opening does and forbids less from now on.
    pub(super) fn narrow(&self, old: Uses, new: Uses) {
        let mut state = self.state.lock();
        if let Some(elsewhere) = &state.elsewhere {
            elsewhere.enter_gate();
        }
        if let Some(opening) = state.openings.iter_mut().find(|uses| **uses == old) {
            *opening = new;
        }
        state.publish();
    }

    /// Takes an opening out.
    pub(super) fn leave(&self, uses: Uses, remove: impl FnOnce()) {
        let mut state = self.state.lock();
        if let Some(elsewhere) = &state.elsewhere {
            elsewhere.enter_gate();
        }
        if let Some(at) = state.openings.iter().position(|&other| other == uses) {
            state.openings.swap_remove(at);
        }
        if !state.openings.is_empty() {
            state.publish();
            return;
        }
        let used_elsewhere = state.elsewhere.as_ref().is_some_and(LockFile::is_used_elsewhere);
        if state.is_doomed() && !used_elsewhere {
            remove();
        }
        self.end(&mut state);
    }

    /// The last opening has gone; the gate is held.
    fn end(&self, state: &mut State) {
        state.gone = true;
        if let Some(mut elsewhere) = state.elsewhere.take() {
            if !elsewhere.is_used_elsewhere() {
                elsewhere.remove();
            }
            // Closing it would do, but a child that is being started may have it too.
            elsewhere.hold(0);
            elsewhere.leave_gate();
        }
        FCBS.lock().remove(&self.identity);
    }

    /// Lets a call look at the locked ranges and change them.
    pub(super) fn with_claims<T>(&self, call: impl FnOnce(&mut Claims, &dyn Others) -> T) -> T {
        let mut state = self.state.lock();
        let State { claims, elsewhere, .. } = &mut *state;
        let (had, before) = (!claims.is_empty(), claims.count());
        let result = call(claims, elsewhere);
        let has = !claims.is_empty();
        if has != had {
            self.has_claims.store(has, Ordering::Release);
            if let Some(counter) = self.counter {
                let step = if has { 1 } else { u32::MAX };
                counter.fetch_add(step, Ordering::AcqRel);
            }
        }
        if claims.count() < before
            && self.waiters.is_some_and(|waiters| waiters.load(Ordering::SeqCst) != 0)
            && let Some(elsewhere) = elsewhere
        {
            elsewhere.touch();
        }
        result
    }

    /// Which file it is.
    pub(super) fn identity(&self) -> Identity {
        self.identity
    }

    /// Has what other processes unlock heard; false if it cannot be.
    pub(super) fn listen(&self, ears: BorrowedFd<'_>) -> bool {
        self.state.lock().elsewhere.as_ref().is_none_or(|elsewhere| elsewhere.listen(ears))
    }

    /// The other processes that lock ranges.
    pub(super) fn holders(&self) -> Vec<u32> {
        self.state.lock().elsewhere.as_ref().map(LockFile::holders).unwrap_or_default()
    }

    /// True when a part of the file may be locked, by whomever.
    #[inline]
    pub(super) fn may_have_locks(&self) -> bool {
        match self.counter {
            // This process counts there too.
            Some(counter) => counter.load(Ordering::Acquire) != 0,
            None => self.has_claims.load(Ordering::Acquire),
        }
    }

    /// True when a lock keeps an owner from reading or writing there.
    pub(super) fn forbids(&self, owner: Owner, way: Way, range: Range) -> bool {
        let state = self.state.lock();
        let hold = if way == Way::Read { Hold::Shared } else { Hold::Exclusive };
        state.claims.forbid(owner, way, range)
            || state.elsewhere.as_ref().is_some_and(|elsewhere| {
                elsewhere.is_locked_elsewhere(range.start, range.last(), hold)
            })
    }

    pub(super) fn set_doomed(&self, doomed: bool) {
        let mut state = self.state.lock();
        state.doomed = doomed;
        if let Some(elsewhere) = &state.elsewhere {
            elsewhere.set_doomed(doomed);
        }
    }

    pub(super) fn is_doomed(&self) -> bool {
        self.state.lock().is_doomed()
    }
}
