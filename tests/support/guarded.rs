//! A program that runs while a test talks to it.

use rustix::process::{Pid, Signal, kill_process};
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

/// A running program, whose output is read as it comes.  It is killed when this is dropped, or when
/// it hangs, which ends a read of its output.
pub struct Guarded {
    child: Child,
    output: BufReader<ChildStdout>,
    _ends: Sender<()>,
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Guarded {
    /// Starts a program without input, which is taken to hang after this time.
    ///
    /// # Errors
    /// Those of starting it.
    pub fn start(command: &mut Command, guard: Duration) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
        let process = Pid::from_child(&child);
        let (ends, ended) = mpsc::channel();
        std::thread::spawn(move || {
            if ended.recv_timeout(guard) == Err(RecvTimeoutError::Timeout) {
                let _ = kill_process(process, Signal::KILL);
            }
        });
        Ok(Guarded { child, output: BufReader::new(output), _ends: ends })
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line of its output, without its end; None at the end.
    ///
    /// # Errors
    /// Those of reading.
    pub fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let length = self.output.read_line(&mut line)?;
        Ok((length > 0).then(|| line.trim_end().to_owned()))
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// Those of sending.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), signal)?)
    }

    /// Waits for its end, with success.  Returns the rest of its output.
    ///
    /// # Errors
    /// Those of reading and waiting.
    ///
    /// # Panics
    /// When it ends in another way.
    pub fn success(&mut self) -> io::Result<String> {
        let mut rest = String::new();
        self.output.read_to_string(&mut rest)?;
        assert_eq!(self.child.wait()?.code(), Some(0), "{rest}");
        Ok(rest)
    }
}
