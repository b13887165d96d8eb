//! The page of a pipe's name: what its first instance decided, and which processes serve it.
//!
//! ```text
//!   0   what it is, the settings, how many seats have ever been taken
//!   64  the seats, one for each serving process: how many instances it has (0: the seat is free),
//!       and since when the first of them listens (0: none does)
//! ```
//!
//! The processes that serve have it mapped.  Each holds the lock of its seat's byte in a second
//! file, which Linux drops with the process; only the owner can open that file, so nobody else can
//! pretend to sit there.  Clients read the page, and find out at the [door](super::door) who lives.

use super::pipe::{Configuration, Settings, UNLIMITED_INSTANCES};
use super::queue::Kind;
use crate::fs::error::general;
use crate::status::{Result, Status};
use crate::sys::range_lock::{Hold, Span, is_held_elsewhere, try_lock};
use crate::sys::runtime_directory::Directory;
use crate::sys::shared_memory::SharedMemory;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::pread;
use rustix::time::{ClockId, clock_gettime};

const PAGE: &str = "page";
const SEATS: &str = "seats";
/// What the page begins with.
const MAGIC: u32 = 0x4C50_5002;
const LENGTH: usize = 4096;
/// Where the settings' numbers are, behind the magic one.
const USED: usize = 20;
const FIRST_SEAT: usize = 64;
const SEAT: usize = 16;
/// How many processes can serve a name.
const COUNT: usize = (LENGTH - FIRST_SEAT) / SEAT;

/// A moment that all processes of the machine compare.
pub fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// The page, for a process that serves or is about to.
pub struct Roster {
    memory: SharedMemory,
    seats: OwnedFd,
    /// Where this process sits.
    own: Option<usize>,
}

fn span(seat: usize) -> Span {
    Span { start: seat as i64, length: 1 }
}

impl Roster {
    /// The page of a name's folder, made if it is not there.
    ///
    /// # Errors
    /// `ACCESS_DENIED` for what was planted, and those of the file system.
    pub fn open(folder: &Directory) -> Result<Roster> {
        let page = folder.file(PAGE)?;
        let memory = SharedMemory::map(page.as_fd(), LENGTH)?;
        folder.publish(PAGE)?;
        Ok(Roster { memory, seats: folder.file(SEATS)?, own: None })
    }

    /// Takes the files away.
    pub fn remove(folder: &Directory) {
        folder.remove(PAGE);
        folder.remove(SEATS);
    }

    fn has_instances(&self, seat: usize) -> bool {
        self.instances(seat).load(Ordering::Acquire) > 0
    }

    fn instances(&self, seat: usize) -> &AtomicU32 {
        self.memory.u32(FIRST_SEAT + seat * SEAT)
    }

    fn listens_since(&self, seat: usize) -> &AtomicU64 {
        self.memory.u64(FIRST_SEAT + seat * SEAT + 8)
    }

    fn is_alive(&self, seat: usize) -> bool {
        // In doubt nobody is thrown out.
        is_held_elsewhere(self.seats.as_fd(), span(seat), Hold::Exclusive).unwrap_or(true)
    }

    fn used(&self) -> usize {
        (self.memory.u32(USED).load(Ordering::Acquire) as usize).min(COUNT)
    }

    /// The seats of the other processes that serve.
    pub fn others(&self) -> impl Iterator<Item = usize> {
        (0..self.used()).filter(|seat| {
            Some(*seat) != self.own && self.has_instances(*seat) && self.is_alive(*seat)
        })
    }

    /// The seats that dead processes have left, which are free from now on.
    pub fn sweep(&self) -> Vec<usize> {
        let is_dead = |seat: &usize| {
            Some(*seat) != self.own && self.has_instances(*seat) && !self.is_alive(*seat)
        };
        let dead: Vec<usize> = (0..self.used()).filter(is_dead).collect();
        for seat in &dead {
            self.clear(*seat);
        }
        dead
    }

    fn clear(&self, seat: usize) {
        self.listens_since(seat).store(0, Ordering::Release);
        self.instances(seat).store(0, Ordering::Release);
    }

    /// How many instances there are in all processes.
    pub fn servers(&self) -> u32 {
        let own = self.own.map_or(0, |own| self.instances(own).load(Ordering::Acquire));
        let others = self.others().map(|seat| self.instances(seat).load(Ordering::Acquire));
        others.fold(own, u32::saturating_add)
    }

    /// The first instance decides.
    pub fn write(&self, settings: &Settings) {
        let kind = match settings.kind {
            Kind::Byte => 0,
            Kind::Message => 1,
        };
        let configuration = match settings.configuration {
            Configuration::Inbound => 0,
            Configuration::Outbound => 1,
            Configuration::Duplex => 2,
        };
        let (maximum, timeout) = (settings.maximum, settings.default_timeout_ms);
        for (at, number) in [MAGIC, kind, configuration, maximum, timeout].into_iter().enumerate() {
            self.memory.u32(at * 4).store(number, Ordering::Release);
        }
    }

    /// What the first instance has decided.
    pub fn settings(&self, name: &str) -> Option<Settings> {
        decode(|at| self.memory.u32(at).load(Ordering::Acquire), name)
    }

    /// Takes a seat for this process; its number.
    ///
    /// # Errors
    /// `INSTANCE_NOT_AVAILABLE` when all are taken.
    pub fn sit_down(&mut self) -> Result<usize> {
        let is_free = |seat: &usize| {
            !self.has_instances(*seat)
                && try_lock(self.seats.as_fd(), span(*seat), Hold::Exclusive).is_ok()
        };
        let seat = (0..COUNT).find(is_free).ok_or(Status::INSTANCE_NOT_AVAILABLE)?;
        self.memory.u32(USED).fetch_max(seat as u32 + 1, Ordering::AcqRel);
        self.own = Some(seat);
        Ok(seat)
    }

    /// True when this process has a seat.
    pub fn is_seated(&self) -> bool {
        self.own.is_some()
    }

    /// Leaves the seat, which is returned.
    pub fn stand_up(&mut self) -> Option<usize> {
        let own = self.own.take()?;
        self.clear(own);
        Some(own)
    }

    /// The own process has so many instances, of which the first listens since then (0: none).
    pub fn show(&self, servers: u32, since: u64) {
        if let Some(own) = self.own {
            self.listens_since(own).store(since, Ordering::Release);
            self.instances(own).store(servers, Ordering::Release);
        }
    }
}

fn decode(number: impl Fn(usize) -> u32, name: &str) -> Option<Settings> {
    let kind = match number(4) {
        0 => Kind::Byte,
        1 => Kind::Message,
        _ => return None,
    };
    let configuration = match number(8) {
        0 => Configuration::Inbound,
        1 => Configuration::Outbound,
        2 => Configuration::Duplex,
        _ => return None,
    };
    let (maximum, default_timeout_ms) = (number(12), number(16));
    let is_right = number(0) == MAGIC && (1..=UNLIMITED_INSTANCES).contains(&maximum);
    let settings = Settings { name: name.into(), kind, configuration, maximum, default_timeout_ms };
    is_right.then_some(settings)
}

/// What a client has read in the page.
pub struct Reading {
    /// What the first instance decided.
    pub settings: Settings,
    /// Where the processes sit that may serve: the instance that has listened longest first, those
    /// of which none listens last.
    pub seats: Vec<usize>,
    /// How many instances they have.
    pub servers: u32,
}

impl Reading {
    /// Reads the page of a name's folder.
    ///
    /// # Errors
    /// `OBJECT_NAME_NOT_FOUND` when nobody serves, `ACCESS_DENIED` for what was planted.
    pub fn of(folder: &Directory, name: &str) -> Result<Reading> {
        let mut bytes = [0; LENGTH];
        let count = pread(folder.file_to_read(PAGE)?, &mut bytes, 0).map_err(general)?;
        let number = |at: usize| {
            let [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
            u32::from_ne_bytes([a, b, c, d])
        };
        let settings = decode(number, name).filter(|_| count == LENGTH);
        let settings = settings.ok_or(Status::OBJECT_NAME_NOT_FOUND)?;
        let seats = 0..(number(USED) as usize).min(COUNT);
        let at = |seat: usize| FIRST_SEAT + seat * SEAT;
        let servers = |seat: &usize| number(at(*seat));
        let since =
            |seat: usize| u64::from(number(at(seat) + 8)) | u64::from(number(at(seat) + 12)) << 32;
        let mut order: Vec<(u64, usize)> = seats
            .filter(|seat| servers(seat) > 0)
            // None listens: 0 becomes the greatest.
            .map(|seat| (since(seat).wrapping_sub(1), seat))
            .collect();
        order.sort_unstable();
        let seats: Vec<usize> = order.into_iter().map(|(_, seat)| seat).collect();
        let servers = seats.iter().map(servers).fold(0, u32::saturating_add);
        if seats.is_empty() {
            return Err(Status::OBJECT_NAME_NOT_FOUND);
        }
        Ok(Reading { settings, seats, servers })
    }
}
