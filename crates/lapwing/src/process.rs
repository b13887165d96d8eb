//! Other programs: to start them, to wait for their end, and to end them.
//!
//! ```no_run
//! use lapwing::{Command, Executor, Waitable};
//!
//! # fn main() -> lapwing::Result<()> {
//! let executor = Executor::new(1)?;
//! let process = Command::new("archive").arg("a folder").spawn()?;
//! executor.block_on(process.signaled())?;
//! println!("archive ended with {:?}", process.exit_code()?);
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::Result;
use crate::handle::OwnedHandle;
use crate::sys::{self, FILETIME, HANDLE};
use crate::wait::Waitable;
use core::time::Duration;
use core::{mem, ptr};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// How a program is started.
///
/// It has this program's console and environment, and no handles of it.
#[derive(Clone, Debug)]
#[must_use = "it starts nothing before `spawn`"]
pub struct Command {
    program: OsString,
    arguments: Vec<OsString>,
    directory: Option<PathBuf>,
}

impl Command {
    /// A program: a path, or a name that is looked for where `CreateProcessW` looks.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref().to_owned();
        Command { program, arguments: Vec::new(), directory: None }
    }

    /// With one more argument, which the program gets as it is.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// With more arguments.
    pub fn args<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// In this directory.
    pub fn current_dir(mut self, directory: impl AsRef<Path>) -> Self {
        self.directory = Some(directory.as_ref().to_owned());
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// `OBJECT_NAME_NOT_FOUND` (2) without such a program; `OBJECT_NAME_INVALID` (123) for a name
    /// or an argument that is no UTF-16 or holds a zero; what else `CreateProcessW` fails with.
    pub fn spawn(&self) -> Result<Process> {
        let mut line = Vec::new();
        quote(&mut line, &sys::wide(&self.program, "Command: the program")?);
        for argument in &self.arguments {
            line.push(u16::from(b' '));
            quote(&mut line, &sys::wide(argument, "Command: an argument")?);
        }
        line.push(0);
        let directory = match &self.directory {
            Some(path) => Some(sys::wide(path.as_os_str(), "Command: the directory")?),
            None => None,
        };
        // SAFETY: all zeros are either, but for the size.
        let (mut start, mut started): (sys::STARTUPINFOW, sys::PROCESS_INFORMATION) =
            unsafe { mem::zeroed() };
        start.cb = size_of_val(&start) as u32;
        // SAFETY: the line, which may be written to, and the directory end in a zero; the places
        // are there.
        let created = unsafe {
            let (no_rights, line, inherits) = (ptr::null(), line.as_mut_ptr(), 0);
            let directory = directory.as_ref().map_or(ptr::null(), |path| path.as_ptr());
            let (program, environment, flags) = (ptr::null(), ptr::null(), 0);
            sys::CreateProcessW(
                program,
                line,
                no_rights,
                no_rights,
                inherits,
                flags,
                environment,
                directory,
                &start,
                &mut started,
            )
        };
        sys::checked("CreateProcessW", created)?;
        drop(OwnedHandle::new(started.hThread));
        Ok(Process { handle: OwnedHandle::new(started.hProcess), id: started.dwProcessId })
    }
}

/// Appends an argument to a command line so that a program of Windows' reads it as it is.
fn quote(line: &mut Vec<u16>, argument: &[u16]) {
    let [quotation, backslash] = [b'"', b'\\'].map(u16::from);
    let mut backslashes = 0;
    line.push(quotation);
    // Without the zero.  Backslashes before a quotation mark count twice.
    for unit in &argument[..argument.len() - 1] {
        if *unit == backslash {
            backslashes += 1;
        } else {
            if *unit == quotation {
                line.extend((0..=backslashes).map(|_| backslash));
            }
            backslashes = 0;
        }
        line.push(*unit);
    }
    line.extend((0..backslashes).map(|_| backslash));
    line.push(quotation);
}

/// A program that has been started.  It is signaled ([`Waitable`]) when it has ended; to drop this
/// does not end it.
#[derive(Debug)]
pub struct Process {
    handle: OwnedHandle,
    id: u32,
}

// SAFETY: the handle is closed with the process.
unsafe impl Waitable for Process {
    fn waited(&self) -> HANDLE {
        self.handle.raw()
    }
}

/// How long a process has used processors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProcessorTimes {
    /// In the program.
    pub user: Duration,
    /// In the system.
    pub kernel: Duration,
}

impl Process {
    /// Its number.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// What it has ended with; None while it runs.
    ///
    /// # Errors
    /// What `GetExitCodeProcess` fails with.
    pub fn exit_code(&self) -> Result<Option<u32>> {
        if !self.wait_within(Duration::ZERO)? {
            return Ok(None);
        }
        let mut code = 0;
        // SAFETY: the place is there.
        let got = unsafe { sys::GetExitCodeProcess(self.handle.raw(), &mut code) };
        sys::checked("GetExitCodeProcess", got).map(|()| Some(code))
    }

    /// Ends it with this code, wherever it is: nothing of it runs any more.
    ///
    /// # Errors
    /// `ACCESS_DENIED` (5) when it has ended.
    pub fn terminate(&self, exit_code: u32) -> Result<()> {
        // SAFETY: it is open.
        let terminated = unsafe { sys::TerminateProcess(self.handle.raw(), exit_code) };
        sys::checked("TerminateProcess", terminated)
    }

    /// How long it has used processors.
    ///
    /// # Errors
    /// What `GetProcessTimes` fails with.
    pub fn processor_times(&self) -> Result<ProcessorTimes> {
        // SAFETY: all zeros are times.
        let [mut began, mut ended, mut kernel, mut user]: [FILETIME; 4] = unsafe { mem::zeroed() };
        // SAFETY: the places are there.
        let got = unsafe {
            let process = self.handle.raw();
            sys::GetProcessTimes(process, &mut began, &mut ended, &mut kernel, &mut user)
        };
        sys::checked("GetProcessTimes", got)?;
        Ok(ProcessorTimes { user: span(user), kernel: span(kernel) })
    }
}

/// A number of 100 nanoseconds.
fn span(time: FILETIME) -> Duration {
    let intervals = u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime);
    Duration::from_nanos(intervals.saturating_mul(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_would_read_otherwise_is_quoted() {
        for (argument, quoted) in [
            ("plain", r#""plain""#),
            ("", r#""""#),
            ("two words", r#""two words""#),
            (r"C:\folder\", r#""C:\folder\\""#),
            (r#"say "no""#, r#""say \"no\"""#),
            (r#"a\"b"#, r#""a\\\"b""#),
        ] {
            let mut line = Vec::new();
            quote(&mut line, &sys::wide(OsStr::new(argument), "").unwrap());
            assert_eq!(String::from_utf16(&line).unwrap(), quoted);
        }
    }
}
