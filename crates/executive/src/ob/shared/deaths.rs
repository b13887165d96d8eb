//! The deaths of the processes that have what threads of this process wait for.
//!
//! Such a process is watched from the first wait on until it dies: the worker listens to it
//! ([`Process`]), and tells the doorbell's thread, which looks at everything that is waited for.
//! That thread also begins the watch, because whoever waits holds locks.  A process that cannot be
//! watched (it has its id in another namespace) is looked at often instead.

use super::doorbell;
use super::process::{self, ProcessTable, SLOTS};
use crate::ke::shared::ProcessNumber;
use crate::ke::thread::Thread;
use crate::ke::wait_entry::WaitPacket;
use crate::ps::process::{Process, SYNCHRONIZE};
use crate::status::Status;
use crate::sync::{AtomicU32, Mutex, Ordering};
use std::sync::Arc;

/// By slot: the process that is watched, or was until it died.
static WATCHED: [AtomicU32; SLOTS] = [const { AtomicU32::new(0) }; SLOTS];
/// By slot: the last one that was seen to die.
static DEAD: [AtomicU32; SLOTS] = [const { AtomicU32::new(0) }; SLOTS];
/// Those to be watched.
static WANTED: Mutex<Vec<ProcessNumber>> = Mutex::new(Vec::new());

fn is(list: &[AtomicU32; SLOTS], process: ProcessNumber) -> bool {
    list[ProcessTable::slot(process)].load(Ordering::SeqCst) == process.0
}

fn note(list: &[AtomicU32; SLOTS], process: ProcessNumber) {
    list[ProcessTable::slot(process)].store(process.0, Ordering::SeqCst);
}

/// True once the process has been seen to die: something else may have its lock for a moment still.
pub(super) fn has_died(process: ProcessNumber) -> bool {
    is(&DEAD, process)
}

/// A thread waits for what this process has.
pub(super) fn watch(process: ProcessNumber) {
    if is(&WATCHED, process) {
        return;
    }
    let mut wanted = WANTED.lock();
    if !wanted.contains(&process) {
        wanted.push(process);
    }
    drop(wanted);
    doorbell::listen_for_deaths();
}

/// Begins to watch those that are to be watched.  False when one of them cannot be.
pub(super) fn watch_wanted(table: &'static ProcessTable) -> bool {
    let wanted = core::mem::take(&mut *WANTED.lock());
    let refused = wanted.into_iter().filter(|&process| !begin(table, process)).count();
    refused == 0
}

/// Watches one; false when that is not possible.
fn begin(table: &'static ProcessTable, process: ProcessNumber) -> bool {
    let opened = table.id(process).map(|id| Process::open(id, SYNCHRONIZE));
    if !table.is_alive(process) {
        // The id may have been another's.  Whoever waits finds out when it looks.
        table.ring(table.own_slot());
        return true;
    }
    let Some(Ok(opened)) = opened else { return false };
    // Only now is it certain that it was this one.
    let watch: Arc<dyn WaitPacket> = Arc::new(Watch { process, owner: Thread::current() });
    note(&WATCHED, process);
    if opened.process.signal_to_wait_for().associate(&watch).is_some() {
        has_ended(process);
    }
    true
}

fn has_ended(process: ProcessNumber) {
    note(&DEAD, process);
    // Who watches it has the table.
    if let Ok(table) = process::table() {
        table.ring(table.own_slot());
    }
}

/// Waits for the end of a process.
struct Watch {
    process: ProcessNumber,
    owner: Arc<Thread>,
}

impl WaitPacket for Watch {
    fn owner(&self) -> &Arc<Thread> {
        &self.owner
    }

    fn satisfied(self: Arc<Self>, _status: Status) {
        has_ended(self.process);
    }
}
