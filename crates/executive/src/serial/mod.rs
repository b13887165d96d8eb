//! The serial port, as Windows' driver of that name makes one of a terminal device of Linux'.
//!
//! | you look for | it is in |
//! |---|---|
//! | opening, the queues of reads and writes | [`port`] |
//! | one of these, and what ends it | `transfer` |
//! | WaitCommEvent | [`event`] |
//! | when a read or a write has waited long enough | [`timeouts`] |
//! | baud rate, parity, flow control | [`settings`] |
//! | XON and XOFF, as a program says them | [`flow`] |

pub mod event;
pub mod flow;
pub mod port;
pub mod settings;
pub mod timeouts;
mod transfer;

use crate::io::file::{Device, File};
use crate::status::{Result, Status};
use port::SerialPort;

impl File {
    /// The serial port.
    ///
    /// # Errors
    /// `INVALID_DEVICE_REQUEST` when it is open to something else.
    pub fn serial(&self) -> Result<&SerialPort> {
        match self.device() {
            Device::Serial(port) => Ok(port),
            _ => Err(Status::INVALID_DEVICE_REQUEST),
        }
    }
}
