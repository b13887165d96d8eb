//! The page of one object: what it is, its state, who waits for it.

use super::Template;
use super::process::{ProcessTable, SLOTS};
use super::{deaths, doorbell};
use crate::io::worker;
use crate::ke::shared::{Place, ProcessNumber, reserved_for};
use crate::ke::shared_timer::now;
use crate::ke::timer::{Alarm, Due, SetAlarm, set_alarm};
use crate::status::{Result, Status};
use crate::sync::{AtomicU32, AtomicU64, Mutex, Ordering};
use crate::sys::shared_memory::SharedMemory;
use core::time::Duration;

/// The page's length.
pub(super) const LENGTH: usize = 4096;
/// Ours, of this version.
const MAGIC_NUMBER: u64 = u64::from_le_bytes(*b"Lapwing1");

const MAGIC: usize = 0;
const SORT: usize = 8;
const LIMIT: usize = 12;
const STATE: usize = 64;
const RECURSION: usize = 72;
const PULSES: usize = 76;
/// Which of the following words have ever had a bit.
const GROUPS: usize = 80;
const PERIOD: usize = 88;
const SETTINGS: usize = 96;
/// A bit for each slot whose process has threads that wait.
const WAITING: usize = 128;
const GROUP_COUNT: usize = SLOTS / 64;

const EVENT_MANUAL: u32 = 1;
const EVENT_AUTO: u32 = 2;
const SEMAPHORE: u32 = 3;
const MUTANT: u32 = 4;
const SECTION: u32 = 5;
const TIMER_MANUAL: u32 = 6;
const TIMER_AUTO: u32 = 7;
/// Where [`super::section`] has its part.
pub(super) const OF_SECTION: usize = 256;

/// What the page says that the object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Event { manual_reset: bool },
    Semaphore { limit: u32 },
    Mutant,
    Timer { manual_reset: bool },
    Section,
}

/// Writes a new object into a page of zeros.
pub(super) fn begin(memory: &SharedMemory, table: &ProcessTable, template: &Template) {
    let (sort, limit, state) = match *template {
        Template::Event { manual_reset: true, set } => (EVENT_MANUAL, 0, u64::from(set)),
        Template::Event { manual_reset: false, set } => (EVENT_AUTO, 0, u64::from(set)),
        Template::Semaphore { count, limit } => (SEMAPHORE, limit, u64::from(count)),
        Template::Mutant { owned: false } => (MUTANT, 0, 0),
        Template::Timer { manual_reset: true } => (TIMER_MANUAL, 0, 0),
        Template::Timer { manual_reset: false } => (TIMER_AUTO, 0, 0),
        Template::Mutant { owned: true } => (MUTANT, 0, reserved_for(table.number())),
    };
    memory.u32(SORT).store(sort, Ordering::SeqCst);
    memory.u32(LIMIT).store(limit, Ordering::SeqCst);
    memory.u64(STATE).store(state, Ordering::SeqCst);
    memory.u64(MAGIC).store(MAGIC_NUMBER, Ordering::SeqCst);
}

/// As [`begin`], for a section, whose part has been written.
pub(super) fn begin_section(memory: &SharedMemory) {
    memory.u32(SORT).store(SECTION, Ordering::SeqCst);
    memory.u64(MAGIC).store(MAGIC_NUMBER, Ordering::SeqCst);
}

/// What a page is.
///
/// # Errors
/// `UNSUCCESSFUL` when it is nothing of ours.
pub(super) fn sort(memory: &SharedMemory) -> Result<Sort> {
    if memory.u64(MAGIC).load(Ordering::SeqCst) != MAGIC_NUMBER {
        return Err(Status::UNSUCCESSFUL);
    }
    let limit = memory.u32(LIMIT).load(Ordering::SeqCst);
    match memory.u32(SORT).load(Ordering::SeqCst) {
        EVENT_MANUAL => Ok(Sort::Event { manual_reset: true }),
        EVENT_AUTO => Ok(Sort::Event { manual_reset: false }),
        SEMAPHORE if (1..1 << 31).contains(&limit) => Ok(Sort::Semaphore { limit }),
        MUTANT => Ok(Sort::Mutant),
        TIMER_MANUAL => Ok(Sort::Timer { manual_reset: true }),
        TIMER_AUTO => Ok(Sort::Timer { manual_reset: false }),
        SECTION => Ok(Sort::Section),
        _ => Err(Status::UNSUCCESSFUL),
    }
}

/// An object's page.
pub(super) struct Page {
    memory: SharedMemory,
    table: &'static ProcessTable,
    /// When this process looks at a timer.
    looks: Mutex<Option<(u64, SetAlarm)>>,
}

/// Lets this process look at what it waits for.
struct Look(&'static ProcessTable);

impl Alarm for Look {
    fn ring(&self) {
        self.0.ring(self.0.own_slot());
    }
}

impl Page {
    /// A page that somebody has begun.
    pub(super) fn new(memory: SharedMemory, table: &'static ProcessTable) -> Self {
        Page { memory, table, looks: Mutex::new(None) }
    }

    fn group(&self, group: usize) -> &AtomicU64 {
        self.memory.u64(WAITING + group % GROUP_COUNT * 8)
    }

    /// The slots whose processes wait, this one's excepted, beginning behind it.
    fn waiting_slots(&self) -> impl Iterator<Item = usize> {
        let groups = self.memory.u64(GROUPS).load(Ordering::SeqCst);
        let own = self.table.own_slot();
        let (own_group, own_bit) = (own / 64, 1_u64 << (own % 64));
        let behind = !(own_bit | (own_bit - 1));
        (0..=GROUP_COUNT).flat_map(move |step| {
            let group = (own_group + step) % GROUP_COUNT;
            let wanted = match step {
                0 => behind,
                GROUP_COUNT => own_bit - 1,
                _ => u64::MAX,
            };
            let mut bits = match groups & 1 << group {
                0 => 0,
                _ => self.group(group).load(Ordering::SeqCst) & wanted,
            };
            core::iter::from_fn(move || {
                let bit = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
                bits &= bits - 1;
                Some(group * 64 + bit)
            })
        })
    }
}

impl Place for Page {
    fn state(&self) -> &AtomicU64 {
        self.memory.u64(STATE)
    }

    fn recursion(&self) -> &AtomicU32 {
        self.memory.u32(RECURSION)
    }

    fn pulses(&self) -> &AtomicU32 {
        self.memory.u32(PULSES)
    }

    fn own_process(&self) -> ProcessNumber {
        self.table.number()
    }

    fn is_alive(&self, process: ProcessNumber) -> bool {
        self.table.is_alive(process)
    }

    fn note_waiting(&self, waiting: bool) {
        let own = self.table.own_slot();
        let (group, bit) = (self.group(own / 64), 1_u64 << (own % 64));
        if !waiting {
            group.fetch_and(!bit, Ordering::SeqCst);
            return;
        }
        if group.load(Ordering::SeqCst) & bit == 0 {
            self.memory.u64(GROUPS).fetch_or(1 << (own / 64), Ordering::SeqCst);
            group.fetch_or(bit, Ordering::SeqCst);
        }
        doorbell::listen();
    }

    fn next_waiting(&self) -> Option<ProcessNumber> {
        self.waiting_slots().find_map(|slot| {
            let process = self.table.process_in(slot);
            if self.table.is_alive(process) {
                return Some(process);
            }
            // Should another process have taken the slot just now, it says so again by itself.
            self.group(slot / 64).fetch_and(!(1 << (slot % 64)), Ordering::SeqCst);
            None
        })
    }

    fn is_waiting(&self, process: ProcessNumber) -> bool {
        let slot = ProcessTable::slot(process);
        self.group(slot / 64).load(Ordering::SeqCst) & 1 << (slot % 64) != 0
    }

    fn watch(&self, owner: ProcessNumber) {
        deaths::watch(owner);
    }

    fn period(&self) -> &AtomicU64 {
        self.memory.u64(PERIOD)
    }

    fn settings(&self) -> &AtomicU32 {
        self.memory.u32(SETTINGS)
    }

    fn look_at(&self, due: u64) {
        let mut looks = self.looks.lock();
        if looks.as_ref().is_some_and(|(at, _)| *at == due) {
            return;
        }
        // The worker is what lets alarms ring.
        worker::get();
        let after = Duration::from_nanos(due.saturating_sub(now()));
        *looks = Some((due, set_alarm(Due::After(after), Box::new(Look(self.table)))));
    }

    fn ring(&self, process: ProcessNumber) {
        self.table.ring(ProcessTable::slot(process));
    }

    fn ring_others(&self) {
        self.waiting_slots().for_each(|slot| self.table.ring(slot));
    }
}
