//! Running a program to its end, with a guard against hangs.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// What a program left.
#[derive(Debug)]
pub struct Outcome {
    /// Its standard output, with line ends as on Linux.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
    /// Its exit code; none if a signal ended it or the guard did.
    pub code: Option<i32>,
    /// How it ended, in words.
    pub ended: String,
}

impl Outcome {
    /// The output, or everything that is known of the failure.
    pub fn success(self) -> Result<String, String> {
        match self.code {
            Some(0) => Ok(self.stdout),
            _ => Err(self.report()),
        }
    }

    /// Everything, for a person.
    pub fn report(&self) -> String {
        format!("{}\n-- stdout\n{}-- stderr\n{}", self.ended, self.stdout, self.stderr)
    }
}

/// Runs a program with no standard input.  One that has not ended after `guard` hangs: it is killed
/// with everything it started.  No test may depend on the guard's length.
pub fn run(command: &mut Command, guard: Duration) -> Outcome {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
    wait(child, guard)
}

fn wait(mut child: Child, guard: Duration) -> Outcome {
    let group = rustix::process::Pid::from_child(&child);
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let (tell, ended) = mpsc::channel();
    let waiter = std::thread::spawn(move || {
        let status = child.wait();
        let _ = tell.send(());
        status
    });
    let hangs = ended.recv_timeout(guard).is_err();
    // Also after an ordinary end: what the program started must not outlive the test.
    let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    let status = waiter.join().expect("the waiter ends").expect("a child can be waited for");
    let ended = match (hangs, status.code(), status.signal()) {
        (true, ..) => format!("did not end within {} s", guard.as_secs()),
        (false, Some(code), _) => format!("exit code {code}"),
        (false, None, signal) => format!("ended by signal {}", signal.unwrap_or(0)),
    };
    Outcome {
        stdout: stdout.join().expect("the reader ends").replace("\r\n", "\n"),
        stderr: stderr.join().expect("the reader ends"),
        code: status.code().filter(|_| !hangs),
        ended,
    }
}

fn collect(stream: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(text: &str, guard: Duration) -> Outcome {
        run(Command::new("sh").args(["-c", text]), guard)
    }

    #[test]
    fn output_and_exit_code_are_kept() {
        let outcome = shell("printf 'a\\r\\nb\\n'; echo c >&2; exit 7", Duration::from_secs(60));
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("a\nb\n", "c\n"));
        assert_eq!(outcome.code, Some(7));
        assert!(outcome.success().is_err());
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_its_children() {
        let outcome = shell("sleep 1000 & sleep 1000", Duration::from_millis(100));
        assert_eq!(outcome.code, None);
        assert!(outcome.ended.contains("did not end"));
    }

    #[test]
    fn a_signal_is_named() {
        let outcome = shell("kill -SEGV $$", Duration::from_secs(60));
        assert_eq!((outcome.code, outcome.ended.as_str()), (None, "ended by signal 11"));
    }
}
