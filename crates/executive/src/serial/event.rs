//! WaitCommEvent: what happens at a port while a program waits for it.
//!
//! Bytes that arrive are told by epoll.  That the last byte has left, and what the modem's lines
//! do, has to be asked: while somebody waits for that, an alarm asks every few milliseconds.

use super::port::SerialPort;
use crate::io::complete::{self, Timing};
use crate::io::irp::{Irp, Outcome};
use crate::io::user_memory::UserPointer;
use crate::sys::serial_line;
use rustix::fd::BorrowedFd;

/// `EV_RXCHAR`: a byte has arrived.
pub const RXCHAR: u32 = 0x1;
/// `EV_TXEMPTY`: the last byte has left.
pub const TXEMPTY: u32 = 0x4;
/// `EV_CTS`, `EV_DSR`, `EV_RLSD` and `EV_RING`, each with its line.
const LINES: [(u32, i32); 4] = [
    (0x08, libc::TIOCM_CTS),
    (0x10, libc::TIOCM_DSR),
    (0x20, libc::TIOCM_CAR),
    (0x100, libc::TIOCM_RNG),
];
/// Every event that Windows knows.
pub const ALL: u32 = 0x1FFF;

/// A program that waits.
pub(super) struct Waiting {
    pub(super) irp: Irp,
    pub(super) place: UserPointer<u32>,
}

/// What has happened, and what is wanted.
#[derive(Default)]
pub(super) struct Events {
    /// What is noted.
    pub(super) mask: u32,
    /// What has happened and not been told.
    pub(super) happened: u32,
    /// Bytes have been written since the line was empty.
    pub(super) sending: bool,
    lines: i32,
    pub(super) waiting: Option<Waiting>,
}

impl Events {
    /// Begins to note these, and forgets the others.
    pub(super) fn set_mask(&mut self, mask: u32, fd: BorrowedFd<'_>) {
        self.mask = mask;
        self.happened = 0;
        self.lines = serial_line::modem_lines(fd).unwrap_or(0);
    }

    /// Something has happened.
    pub(super) fn note(&mut self, events: u32) {
        self.happened |= events & self.mask;
    }

    /// Looks at what nobody tells.
    pub(super) fn look(&mut self, fd: BorrowedFd<'_>) {
        if self.sending && serial_line::queued_output(fd) == Ok(0) {
            self.sending = false;
            self.note(TXEMPTY);
        }
        if self.asks_for_lines()
            && let Ok(lines) = serial_line::modem_lines(fd)
        {
            let changed = lines ^ core::mem::replace(&mut self.lines, lines);
            for (event, line) in LINES {
                if changed & line != 0 {
                    self.note(event);
                }
            }
        }
    }

    fn asks_for_lines(&self) -> bool {
        LINES.iter().any(|(event, _)| self.mask & event != 0)
    }

    /// True while somebody has to look again soon.
    pub(super) fn needs_looking(&self) -> bool {
        let sending = self.sending && self.mask & TXEMPTY != 0;
        self.waiting.is_some() && (sending || self.asks_for_lines())
    }

    /// Takes the wait that is over, with what is to be told.
    pub(super) fn take_ended(&mut self) -> Option<(Waiting, u32)> {
        if self.happened == 0 {
            return None;
        }
        let waiting = self.waiting.take()?;
        Some((waiting, core::mem::take(&mut self.happened)))
    }
}

impl Waiting {
    /// Tells what has happened; 0 when the mask has been changed meanwhile.
    pub(super) fn tell(self, events: u32, timing: Timing) {
        self.place.write(events);
        complete::complete(self.irp, Outcome::bytes(size_of::<u32>()), timing);
    }
}

impl SerialPort {
    /// What is noted.
    pub fn event_mask(&self) -> u32 {
        self.state().events.mask
    }
}
