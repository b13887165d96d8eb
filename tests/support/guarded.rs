//! A program that runs while a test talks to it.

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

/// A running program, whose output is read as it comes.  It is killed when this is dropped, or when
/// it hangs, which ends a read of its output.
pub struct Guarded {
    child: Child,
    input: Option<ChildStdin>,
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
        Self::begin(command.stdin(Stdio::null()), guard)
    }

    /// As [`Guarded::start`], a program that is told what to do ([`Guarded::say`]).
    ///
    /// # Errors
    /// Those of starting it.
    pub fn converse(command: &mut Command, guard: Duration) -> io::Result<Self> {
        Self::begin(command.stdin(Stdio::piped()), guard)
    }

    fn begin(command: &mut Command, guard: Duration) -> io::Result<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
        let process = Pid::from_child(&child);
        let (ends, ended) = mpsc::channel();
        std::thread::spawn(move || {
            if ended.recv_timeout(guard) == Err(RecvTimeoutError::Timeout) {
                let _ = kill_process(process, Signal::KILL);
            }
        });
        Ok(Guarded { child, input, output: BufReader::new(output), _ends: ends })
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Writes a line to its input.
    ///
    /// # Errors
    /// Those of writing; `BrokenPipe` for a program without input.
    pub fn say(&mut self, line: &str) -> io::Result<()> {
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        input.write_all(format!("{line}\n").as_bytes())
    }

    /// Stops it and returns when none of its threads runs any more.
    ///
    /// # Errors
    /// Those of signalling and waiting.
    pub fn stop(&self) -> io::Result<()> {
        self.signal(Signal::STOP)?;
        waitpid(Some(Pid::from_child(&self.child)), WaitOptions::UNTRACED)?;
        Ok(())
    }

    /// Kills it and waits until it is gone.
    ///
    /// # Errors
    /// Those of killing and waiting.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
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
        self.input = None;
        let mut rest = String::new();
        self.output.read_to_string(&mut rest)?;
        assert_eq!(self.child.wait()?.code(), Some(0), "{rest}");
        Ok(rest)
    }
}
