//! The serial port, as Windows' driver of that name makes one of a terminal device of Linux'.
//!
//! | you look for | it is in |
//! |---|---|
//! | opening, reads, writes, what ends them | [`port`] |
//! | WaitCommEvent | [`event`] |
//! | when a read or a write has waited long enough | [`timeouts`] |
//! | baud rate, parity, flow control | [`settings`] |

pub mod event;
pub mod port;
pub mod settings;
pub mod timeouts;

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
