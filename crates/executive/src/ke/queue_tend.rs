//! Looking after a queue whose threads may not come back: they compute, or sleep where we cannot
//! see it.  Who calls this, and how often, is the process's worker's business (`io::worker`).

use super::pace::Moment;
use super::queue::{Kernel, Queue};
use super::queue_state::PATIENCE;
use super::waiter::{Wakes, Worker};
use std::sync::Arc;

/// What [`Queue::tend`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tended {
    /// Nobody listens to the kernel, and nobody has come to since the last look: finished I/O
    /// would go unnoticed.
    pub unwatched: bool,
    /// It may soon be so, or packets are held back by the limit: come again.
    pub again: bool,
    /// Not all of its threads are thought to be needed: come again at once.
    pub soon: bool,
}

impl<K: Kernel> Queue<K> {
    /// True when no worker has come back since the last [`Queue::tend`], or none is to come.
    pub fn is_left_alone(&self) -> bool {
        let state = self.state.lock();
        state.closed || state.turns() == state.turns_tended
    }

    /// True when [`Queue::tend`] has been promised to be called again, by itself or by the
    /// [`Kernel`].
    pub fn is_tended(&self) -> bool {
        self.state.lock().is_tended
    }

    /// Looks after a port that may be stalled: when no worker has come back since the last call, a
    /// counted worker that sleeps in the kernel where we cannot see it loses its place to a waiter.
    pub fn tend(&self) -> Tended {
        let mut state = self.change();
        state.packets.give_room_back();
        let turns = state.turns();
        let stalled = turns == core::mem::replace(&mut state.turns_tended, turns);
        let is_listened_to = state.pumping > 0;
        state.pace.count(Moment::now(), self.limit, is_listened_to);
        let soon = state.pace.is_quick();
        if stalled && soon && state.is_held_back() {
            // Those that were to be enough do not come back.
            state.pace.is_late();
        } else if stalled && state.is_held_back() {
            let counted: Vec<Arc<Worker>> =
                state.tied.iter().filter(|worker| worker.is_counted()).cloned().collect();
            drop(state);
            let asleep: Vec<&Arc<Worker>> =
                counted.iter().filter(|worker| worker.sleeper.sleeps_in_kernel()).collect();
            state = self.change();
            // A worker that came back meanwhile may be asleep because it waits here.
            if state.turns() == turns {
                state.stalled += 1;
                let all = state.staffed && state.stalled >= PATIENCE;
                for worker in if all { counted.iter().collect() } else { asleep } {
                    state.rest(worker);
                }
            }
        } else {
            state.stalled = 0;
        }
        let mut wakes = Wakes::default();
        state.release(self.limit, &mut wakes);
        let unwatched = state.is_unwatched();
        let again = state.is_held_back() || ((unwatched || soon) && !stalled);
        state.is_tended = again;
        let tended = Tended { unwatched: unwatched && stalled, again, soon };
        self.give_back(state, wakes);
        tended
    }
}
