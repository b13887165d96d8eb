//! Programs that we start, none of which may keep us: whoever takes too long is killed.

use crate::Failure;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How often a child is asked whether it has ended.
const LOOKS_EVERY: Duration = Duration::from_millis(2);

/// So long we wait for the last that a dead program has said.
const COMPLAINT: Duration = Duration::from_secs(1);

/// A running program.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    complaints: Receiver<String>,
}

impl Running {
    /// Starts it, without input.
    pub fn start(command: &mut Command) -> Result<Self, Failure> {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self::start_as_is(command)
    }

    fn start_as_is(command: &mut Command) -> Result<Self, Failure> {
        command.stdin(Stdio::null());
        let mut child = command.spawn().map_err(|error| {
            format!("{}: {error}", PathBuf::from(command.get_program()).display())
        })?;
        let (told, lines) = channel();
        if let Some(output) = child.stdout.take() {
            std::thread::spawn(move || {
                let lines = BufReader::new(output).lines().map_while(Result::ok);
                lines.map(|line| told.send(line)).take_while(Result::is_ok).for_each(drop);
            });
        }
        let (complained, complaints) = channel();
        if let Some(mut errors) = child.stderr.take() {
            std::thread::spawn(move || {
                let mut text = Vec::new();
                let _ = errors.read_to_end(&mut text);
                let _ = complained.send(String::from_utf8_lossy(&text).into_owned());
            });
        }
        Ok(Running { child, lines, complaints })
    }

    /// The process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Its next line; `None` when it says no more.
    pub fn line(&mut self, limit: Duration) -> Result<Option<String>, Failure> {
        match self.lines.recv_timeout(limit) {
            Ok(line) => Ok(Some(line)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => {
                Err(format!("it said nothing for {} seconds", limit.as_secs()))
            }
        }
    }

    /// Waits for its end, which must be a success.
    pub fn end(mut self, limit: Duration) -> Result<(), Failure> {
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
                break status;
            }
            if started.elapsed() > limit {
                return Err(format!("it did not end within {} seconds", limit.as_secs()));
            }
            std::thread::sleep(LOOKS_EVERY);
        };
        if status.success() { Ok(()) } else { Err(self.why(status)) }
    }

    /// Why it failed, as far as it has said so itself.  Kills it, if it still runs.
    pub fn failure(mut self) -> Failure {
        self.kill();
        match self.child.wait() {
            Ok(status) => self.why(status),
            Err(error) => error.to_string(),
        }
    }

    fn why(&mut self, status: ExitStatus) -> Failure {
        // Somebody else may hold the pipe open, whom the program has started.
        let said = self.complaints.recv_timeout(COMPLAINT).ok();
        match said.as_deref().map(last_line) {
            Some(line) if !line.is_empty() => format!("{line} ({status})"),
            _ => status.to_string(),
        }
    }

    /// strace leaves what it has started behind, so that comes first.
    fn kill(&mut self) {
        let process = self.child.id();
        let list = format!("/proc/{process}/task/{process}/children");
        for child in std::fs::read_to_string(list).unwrap_or_default().split_whitespace() {
            if let Some(pid) = child.parse().ok().and_then(rustix::process::Pid::from_raw) {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        }
        let _ = self.child.kill();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.kill();
            let _ = self.child.wait();
        }
    }
}

fn last_line(text: &str) -> &str {
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default()
}

/// Runs a command that must end in time, and with success; what it has printed.
pub fn output(command: &mut Command, limit: Duration) -> Result<String, Failure> {
    let deadline = Instant::now() + limit;
    let mut running = Running::start(command)?;
    let mut text = String::new();
    while let Some(line) = running.line(deadline.saturating_duration_since(Instant::now()))? {
        text.push_str(&line);
        text.push('\n');
    }
    running.end(deadline.saturating_duration_since(Instant::now()))?;
    Ok(text)
}

/// The same for one whose output is not wanted, and may be kept open by what it leaves behind.
pub fn succeed(command: &mut Command, limit: Duration) -> Result<(), Failure> {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Running::start_as_is(command)?.end(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn what_a_program_says_comes_back_and_why_it_failed() {
        let guard = Duration::from_secs(60);
        assert_eq!(output(&mut shell("echo a; echo b"), guard).unwrap(), "a\nb\n");
        let failure = output(&mut shell("echo x; echo why >&2; exit 3"), guard).unwrap_err();
        assert!(failure.contains("why") && failure.contains('3'), "{failure}");
        let failure = output(&mut Command::new("/nowhere/at/all"), guard).unwrap_err();
        assert!(failure.contains("/nowhere/at/all"), "{failure}");
    }

    #[test]
    fn who_takes_too_long_is_killed_and_what_it_started_as_well() {
        let limit = Duration::from_millis(1);
        assert!(output(&mut shell("sleep 600"), limit).unwrap_err().contains("for 0 seconds"));
        // Waits for the end of both: their output is one pipe.
        let mut running = Running::start(&mut shell("echo; sleep 600; :")).unwrap();
        running.line(Duration::from_secs(60)).unwrap();
        running.kill();
        assert_eq!(running.line(Duration::from_secs(60)), Ok(None));
    }
}
