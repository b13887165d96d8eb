//! DCB: how a serial port sends and receives.

use crate::status::{Result, Status};
use crate::sys::serial_line;
use rustix::fd::BorrowedFd;
use rustix::termios::{self, ControlModes, InputModes, OptionalActions, SpecialCodeIndex, Termios};

/// The members of a DCB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Bits a second.
    pub baud_rate: u32,
    /// The DCB's bits, from `fBinary` on.
    pub flags: u32,
    /// `XonLim` and `XoffLim`, which are Linux' business here.
    pub limits: [u16; 2],
    /// Bits a character: 5 to 8.
    pub byte_size: u8,
    /// None, odd, even, mark, space.
    pub parity: u8,
    /// One, one and a half, two.
    pub stop_bits: u8,
    /// `XonChar`, `XoffChar`, `ErrorChar`, `EofChar`, `EvtChar`.
    pub characters: [u8; 5],
}

/// `fBinary`
const BINARY: u32 = 1;
/// `fParity`
const CHECKS_PARITY: u32 = 1 << 1;
/// `fOutxCtsFlow`
const CTS_FLOW: u32 = 1 << 2;
/// `fDtrControl`
const DTR: (u32, u32) = (4, 3);
/// `fOutX`
const OUT_X: u32 = 1 << 8;
/// `fInX`
const IN_X: u32 = 1 << 9;
/// `fNull`
const NUL: u32 = 1 << 11;
/// `fRtsControl`
const RTS: (u32, u32) = (12, 3);
/// `DTR_CONTROL_ENABLE`, `RTS_CONTROL_ENABLE`
const ENABLE: u32 = 1;
/// `RTS_CONTROL_HANDSHAKE`
const HANDSHAKE: u32 = 2;

impl Default for Settings {
    fn default() -> Self {
        Settings {
            baud_rate: 9600,
            flags: BINARY | ENABLE << DTR.0 | ENABLE << RTS.0,
            limits: [2048, 512],
            byte_size: 8,
            parity: 0,
            stop_bits: 0,
            characters: [0x11, 0x13, 0, 0, 0],
        }
    }
}

fn field(flags: u32, (shift, mask): (u32, u32)) -> u32 {
    flags >> shift & mask
}

impl Settings {
    /// `fNull`: bytes of zero are not received.
    pub(super) fn drops_nul(&self) -> bool {
        self.flags & NUL != 0
    }

    /// `INVALID_PARAMETER` for what no port can do.
    fn check(&self) -> Result<()> {
        let fits = matches!((self.byte_size, self.stop_bits), (5, 0 | 1) | (6..=8, 0 | 2));
        let right = fits && self.parity <= 4 && self.baud_rate > 0 && self.flags & BINARY != 0;
        if right { Ok(()) } else { Err(Status::INVALID_PARAMETER) }
    }

    /// Makes the port so.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` for what the port, or any, cannot do; nothing has changed then.
    pub fn apply(&self, fd: BorrowedFd<'_>) -> Result<()> {
        self.check()?;
        let wrong = |_| Status::INVALID_PARAMETER;
        let mut terminal = termios::tcgetattr(fd).map_err(wrong)?;
        self.write_to(&mut terminal);
        terminal.set_speed(self.baud_rate).map_err(wrong)?;
        termios::tcsetattr(fd, OptionalActions::Now, &terminal).map_err(wrong)?;
        for (lines, control) in [(libc::TIOCM_DTR, DTR), (libc::TIOCM_RTS, RTS)] {
            let control = field(self.flags, control);
            if control <= ENABLE {
                // A pseudo terminal has no such lines.
                let _without = serial_line::set_modem_lines(fd, lines, control == ENABLE);
            }
        }
        Ok(())
    }

    fn write_to(&self, terminal: &mut Termios) {
        terminal.make_raw();
        let control = &mut terminal.control_modes;
        control.remove(ControlModes::CSIZE);
        control.insert(match self.byte_size {
            5 => ControlModes::CS5,
            6 => ControlModes::CS6,
            7 => ControlModes::CS7,
            _ => ControlModes::CS8,
        });
        control.insert(ControlModes::CREAD | ControlModes::CLOCAL);
        control.set(ControlModes::CSTOPB, self.stop_bits != 0);
        control.set(ControlModes::PARENB, self.parity != 0);
        control.set(ControlModes::PARODD, matches!(self.parity, 1 | 3));
        control.set(ControlModes::CMSPAR, self.parity >= 3);
        let handshake = field(self.flags, RTS) == HANDSHAKE;
        control.set(ControlModes::CRTSCTS, handshake || self.flags & CTS_FLOW != 0);
        let input = &mut terminal.input_modes;
        input.set(InputModes::IXON, self.flags & OUT_X != 0);
        input.set(InputModes::IXOFF, self.flags & IN_X != 0);
        input.set(InputModes::INPCK, self.flags & CHECKS_PARITY != 0 && self.parity != 0);
        let codes = &mut terminal.special_codes;
        codes[SpecialCodeIndex::VSTART] = self.characters[0];
        codes[SpecialCodeIndex::VSTOP] = self.characters[1];
        codes[SpecialCodeIndex::VMIN] = 1;
        codes[SpecialCodeIndex::VTIME] = 0;
    }
}
