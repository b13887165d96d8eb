//! XON and XOFF, as a program says them.

use super::port::SerialPort;
use crate::io::complete::Timing;
use crate::status::{Result, Status};
use rustix::termios::{Action, tcflow};

/// Whether bytes leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// They do.
    Runs,
    /// They wait, as if the other side had sent XOFF.
    Held,
}

impl SerialPort {
    /// Holds what is written, or lets it go.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when the device cannot.
    pub fn set_flow(&self, flow: Flow) -> Result<()> {
        let action = if flow == Flow::Held { Action::OOff } else { Action::OOn };
        let mut state = self.state();
        tcflow(self.fd(), action).map_err(|_| Status::INVALID_PARAMETER)?;
        state.flow = flow;
        drop(state);
        self.serve(Timing::LATER);
        Ok(())
    }

    /// Whether bytes leave, as far as the program itself has said.
    pub fn flow(&self) -> Flow {
        self.state().flow
    }
}
