//! The processes that share names, by number.
//!
//! A process has a slot of the table as long as it holds the lock of the byte of the slot's number,
//! which goes when it dies.  The generation tells those apart that had the slot one after another.

use super::{deaths, is_byte_locked, try_lock_byte};
use crate::ke::shared::ProcessNumber;
use crate::status::{Result, Status};
use crate::sync::{AtomicU32, Mutex, Ordering};
use crate::sys::range_lock::Hold;
use crate::sys::runtime_directory;
use crate::sys::shared_memory::{SharedMemory, wake_all};
use rustix::fd::{AsFd, OwnedFd};
use std::sync::OnceLock;

/// How many processes can share names at a time.
pub(super) const SLOTS: usize = 1024;
const SLOT_BITS: u32 = SLOTS.trailing_zeros();
/// A process number has 31 bits.
const GENERATIONS: u32 = 1 << (31 - SLOT_BITS);

const SLOT_LENGTH: usize = 64;
const DOORBELL: usize = 0;
const ASLEEP: usize = 4;
const GENERATION: usize = 8;
const ID: usize = 12;
/// Of the namespace in which it has the id.
const NAMESPACE: usize = 16;

/// The table, and this process's place in it.
pub(super) struct ProcessTable {
    memory: SharedMemory,
    file: OwnedFd,
    own: usize,
    number: ProcessNumber,
}

/// The table; this process has its slot from the first call on.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES` when all slots are taken, and those of the file system.
pub(super) fn table() -> Result<&'static ProcessTable> {
    static TABLE: OnceLock<ProcessTable> = OnceLock::new();
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock();
    if let Some(table) = TABLE.get() {
        return Ok(table);
    }
    let file = runtime_directory::open("process")?.file("table")?;
    let memory = SharedMemory::map(file.as_fd(), SLOTS * SLOT_LENGTH)?;
    let first = std::process::id() as usize;
    let mut slots = (0..SLOTS).map(|step| (first + step) % SLOTS);
    let own = slots.find(|&slot| try_lock_byte(&file, slot as u64, Hold::Exclusive));
    let own = own.ok_or(Status::INSUFFICIENT_RESOURCES)?;
    let generation = memory.u32(own * SLOT_LENGTH + GENERATION);
    // 0 is no generation, so that no process has the number 0.
    let new = match generation.load(Ordering::SeqCst).wrapping_add(1) % GENERATIONS {
        0 => 1,
        other => other,
    };
    memory.u32(own * SLOT_LENGTH + ID).store(std::process::id(), Ordering::SeqCst);
    memory.u64(own * SLOT_LENGTH + NAMESPACE).store(namespace(), Ordering::SeqCst);
    generation.store(new, Ordering::SeqCst);
    memory.u32(own * SLOT_LENGTH + ASLEEP).store(0, Ordering::SeqCst);
    let number = ProcessNumber(new << SLOT_BITS | own as u32);
    Ok(TABLE.get_or_init(|| ProcessTable { memory, file, own, number }))
}

/// What tells apart the places that count processes by themselves.
fn namespace() -> u64 {
    rustix::fs::stat("/proc/self/ns/pid").map_or(0, |stat| stat.st_ino)
}

impl ProcessTable {
    /// This process.
    pub(super) fn number(&self) -> ProcessNumber {
        self.number
    }

    /// This process's slot.
    pub(super) fn own_slot(&self) -> usize {
        self.own
    }

    /// The slot of a process.
    pub(super) fn slot(process: ProcessNumber) -> usize {
        process.0 as usize % SLOTS
    }

    /// The process that has this slot, or had it last.
    pub(super) fn process_in(&self, slot: usize) -> ProcessNumber {
        let generation = self.field(slot, GENERATION).load(Ordering::SeqCst) % GENERATIONS;
        ProcessNumber(generation << SLOT_BITS | slot as u32)
    }

    fn field(&self, slot: usize, field: usize) -> &AtomicU32 {
        self.memory.u32(slot % SLOTS * SLOT_LENGTH + field)
    }

    /// True as long as the process lives.
    pub(super) fn is_alive(&self, process: ProcessNumber) -> bool {
        let slot = Self::slot(process);
        process == self.number
            || (self.process_in(slot) == process
                && !deaths::has_died(process)
                && is_byte_locked(&self.file, slot as u64))
    }

    /// The id of a process that lives; None when it counts for nothing here.
    pub(super) fn id(&self, process: ProcessNumber) -> Option<u32> {
        let slot = Self::slot(process);
        let namespace_of = self.memory.u64(slot * SLOT_LENGTH + NAMESPACE).load(Ordering::SeqCst);
        let id = self.field(slot, ID).load(Ordering::SeqCst);
        (id != 0 && namespace_of == namespace()).then_some(id)
    }

    /// What its doorbell's thread sleeps on.
    pub(super) fn doorbell(&self, slot: usize) -> &AtomicU32 {
        self.field(slot, DOORBELL)
    }

    /// Not 0 while somebody has to be woken there.
    pub(super) fn asleep(&self, slot: usize) -> &AtomicU32 {
        self.field(slot, ASLEEP)
    }

    /// Rings at the process that has this slot.
    pub(super) fn ring(&self, slot: usize) {
        self.doorbell(slot).fetch_add(1, Ordering::SeqCst);
        if self.asleep(slot).load(Ordering::SeqCst) != 0 {
            wake_all(self.doorbell(slot));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_lives_and_those_before_it_in_its_slot_do_not() {
        let table = table().unwrap();
        let own = table.number();
        assert!(own.0 != 0 && own.0 < 1 << 31);
        assert!(table.is_alive(own));
        assert_eq!(table.process_in(table.own_slot()), own);
        assert!(!table.is_alive(ProcessNumber(own.0 ^ 1 << 30)));
        assert!(!table.is_alive(ProcessNumber(own.0.wrapping_sub(1 << SLOT_BITS))));
    }
}
