//! With what code a process has ended.  Linux keeps eight bits of it, Windows all: parent and child
//! have a page in common, in which whoever ends the process writes the code first.

use crate::fs::error::general;
use crate::status::{Result, Status};
use crate::sys::mapping::PAGE;
use crate::sys::shared_memory::{SharedMemory, sleep_on, wake_all};
use core::sync::atomic::Ordering;
use core::time::Duration;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{MemfdFlags, fstat, memfd_create};
use rustix::process::WaitIdStatus;

/// Above the 32 bits of a code: there is one.
const TOLD: u64 = 1 << 32;

const MAGIC_NUMBER: u64 = u64::from_le_bytes(*b"LAPWING1");

/// Whose page it is; the process writes it before it becomes a program (`sys::spawn`).
const PROCESS: usize = 0;
/// Not 0 as soon as it answers those who ask for handles.
const SERVES: usize = 4;
const MAGIC: usize = 8;
/// With what code the process has ended itself.
const OWN_END: usize = 16;
/// With what code another has ended it.
const KILLED: usize = 24;

/// A process's record.
pub struct Record {
    file: OwnedFd,
    page: SharedMemory,
}

impl Record {
    /// An empty record, for a process to be started.
    ///
    /// # Errors
    /// `TOO_MANY_OPENED_FILES`, `INSUFFICIENT_RESOURCES`.
    pub fn new() -> Result<Self> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        let file = memfd_create("lapwing-process", flags).map_err(general)?;
        let page = SharedMemory::map(file.as_fd(), PAGE)?;
        page.u64(MAGIC).store(MAGIC_NUMBER, Ordering::Release);
        Ok(Record { file, page })
    }

    /// The record that is in this file.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when it is none.
    pub fn of_file(file: OwnedFd) -> Result<Self> {
        if fstat(&file).map_err(general)?.st_size < PAGE as i64 {
            return Err(Status::INVALID_PARAMETER);
        }
        let page = SharedMemory::map(file.as_fd(), PAGE)?;
        if page.u64(MAGIC).load(Ordering::Acquire) != MAGIC_NUMBER {
            return Err(Status::INVALID_PARAMETER);
        }
        Ok(Record { file, page })
    }

    /// The file; what stands behind the page is the start's.
    pub fn file(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// The process's id.
    pub fn process(&self) -> u32 {
        self.page.u32(PROCESS).load(Ordering::Acquire)
    }

    /// The process answers those who ask for handles ([`super::exchange`]).
    pub fn is_served(&self) {
        self.page.u32(SERVES).store(1, Ordering::Release);
        wake_all(self.page.u32(SERVES));
    }

    /// Waits until the process does so, for at most so long.  False while it does not.
    pub fn await_service(&self, at_most: Duration) -> bool {
        let word = self.page.u32(SERVES);
        if word.load(Ordering::Acquire) == 0 {
            sleep_on(word, 0, Some(at_most));
        }
        word.load(Ordering::Acquire) != 0
    }

    /// The process ends itself with this code.
    pub fn ends(&self, code: u32) {
        self.page.u64(OWN_END).store(TOLD | u64::from(code), Ordering::Release);
    }

    /// Another ends it with this code; the first counts.
    pub fn is_killed(&self, code: u32) {
        let told = TOLD | u64::from(code);
        let killed = self.page.u64(KILLED);
        // The first counts.
        let _late = killed.compare_exchange(0, told, Ordering::AcqRel, Ordering::Relaxed);
    }

    fn own_end(&self) -> Option<u32> {
        let told = self.page.u64(OWN_END).load(Ordering::Acquire);
        (told & TOLD != 0).then_some(told as u32)
    }

    fn killed(&self) -> Option<u32> {
        let told = self.page.u64(KILLED).load(Ordering::Acquire);
        (told & TOLD != 0).then_some(told as u32)
    }
}

/// How the kernel says that a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with eight bits of its code.
    Exited(u8),
    /// By a signal.
    Signal(i32),
    /// Somebody else was told.
    Unknown,
}

impl From<WaitIdStatus> for End {
    fn from(status: WaitIdStatus) -> End {
        match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => End::Exited(code as u8),
            (None, Some(signal)) => End::Signal(signal),
            (None, None) => End::Unknown,
        }
    }
}

impl End {
    /// From what `wait` stores.
    pub fn of_wait_status(status: i32) -> End {
        match status & 0x7F {
            0 => End::Exited((status >> 8) as u8),
            signal => End::Signal(signal),
        }
    }
}

/// What Windows would say of a process that a signal has ended: the exception for the signals of
/// the processor, `STATUS_CONTROL_C_EXIT` for those of a terminal or a supervisor, 3 as after
/// `abort`, 1 as after `taskkill /f`.
fn code_of_signal(signal: i32) -> u32 {
    match signal {
        libc::SIGSEGV => 0xC000_0005,
        libc::SIGBUS => 0xC000_0006,
        libc::SIGILL | libc::SIGSYS => 0xC000_001D,
        libc::SIGFPE => 0xC000_0094,
        libc::SIGTRAP => 0x8000_0003,
        libc::SIGINT | libc::SIGQUIT | libc::SIGHUP | libc::SIGTERM => 0xC000_013A,
        libc::SIGABRT => 3,
        libc::SIGKILL => 1,
        _ => Status::UNSUCCESSFUL.0,
    }
}

/// The exit code: what was written before the end, if it fits the end.
pub fn exit_code(end: End, record: Option<&Record>, killed_with: Option<u32>) -> u32 {
    let own = record.and_then(Record::own_end);
    let killed = record.and_then(Record::killed).or(killed_with);
    match end {
        End::Exited(low) => own.filter(|&code| code as u8 == low).unwrap_or(u32::from(low)),
        End::Signal(libc::SIGKILL) => killed.unwrap_or_else(|| code_of_signal(libc::SIGKILL)),
        End::Signal(signal) => code_of_signal(signal),
        End::Unknown => own.or(killed).unwrap_or(Status::UNSUCCESSFUL.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::ftruncate;

    #[test]
    fn the_code_that_was_told_counts_if_it_fits() {
        let record = Record::new().unwrap();
        assert_eq!(exit_code(End::Exited(3), Some(&record), None), 3);
        record.ends(0x1234_5678);
        assert_eq!(exit_code(End::Exited(0x78), Some(&record), None), 0x1234_5678);
        assert_eq!(exit_code(End::Exited(0x79), Some(&record), None), 0x79);
        assert_eq!(exit_code(End::Signal(libc::SIGKILL), Some(&record), None), 1);
        record.is_killed(77);
        record.is_killed(78);
        assert_eq!(exit_code(End::Signal(libc::SIGKILL), Some(&record), None), 77);
        assert_eq!(exit_code(End::Signal(libc::SIGSEGV), Some(&record), None), 0xC000_0005);
    }

    #[test]
    fn without_a_record_the_kernel_is_believed() {
        assert_eq!(exit_code(End::of_wait_status(7 << 8), None, None), 7);
        assert_eq!(exit_code(End::of_wait_status(9), None, Some(5)), 5);
        assert_eq!(exit_code(End::of_wait_status(libc::SIGABRT | 0x80), None, None), 3);
        assert_eq!(exit_code(End::Unknown, None, None), Status::UNSUCCESSFUL.0);
    }

    #[test]
    fn a_record_is_found_again_and_nothing_else_is_taken_for_one() {
        let record = Record::new().unwrap();
        let again = Record::of_file(record.file().try_clone_to_owned().unwrap()).unwrap();
        record.ends(5);
        assert_eq!(again.own_end(), Some(5));
        let file = memfd_create("other", MemfdFlags::CLOEXEC).unwrap();
        ftruncate(&file, PAGE as u64).unwrap();
        assert!(Record::of_file(file).is_err());
        let file = memfd_create("short", MemfdFlags::CLOEXEC).unwrap();
        assert!(Record::of_file(file).is_err());
    }
}
