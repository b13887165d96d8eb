//! Counting a process's system calls by name, as `strace -c` does: we are its tracer, and it stops
//! at each one.  So it runs slower meanwhile; what it costs must be measured at another time.

use nix::errno::Errno;
use nix::sys::ptrace::{self, Options};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use rustix::process::{Signal, kill_process};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Sender, channel};
use syscalls::Sysno;

/// What `PTRACE_GET_SYSCALL_INFO` calls a stop before the call.
const BEFORE: u8 = nix::libc::PTRACE_SYSCALL_INFO_ENTRY;

const NOT_YET: u8 = 0;
const COUNTING: u8 = 1;
const DONE: u8 = 2;

/// Calls by name.
pub type Calls = BTreeMap<String, u64>;

/// Counts the system calls of a running process (a child of ours) during `counted`.  `before` runs
/// first, when the process is already watched, for what a thread does only when a wait of its was
/// interrupted.  What `counted` returns comes back with the counts.
///
/// # Errors
/// If the process may not be traced, which some containers forbid.
pub fn count<T, E>(
    process: u32,
    before: impl FnOnce() -> Result<(), E>,
    counted: impl FnOnce() -> Result<T, E>,
) -> Result<(Result<T, E>, Calls), String> {
    let phase = AtomicU8::new(NOT_YET);
    let (ready, is_ready) = channel();
    std::thread::scope(|scope| {
        let tracer = scope.spawn(|| {
            let mut tracer = Tracer { process, phase: &phase, calls: BTreeMap::new() };
            let result = tracer.run(ready);
            result.map(|()| tracer.calls)
        });
        let mut outcome = None;
        if is_ready.recv().is_ok() {
            outcome = Some(before().and_then(|()| {
                phase.store(COUNTING, Ordering::SeqCst);
                counted()
            }));
            phase.store(DONE, Ordering::SeqCst);
            // The tracer waits for the process to stop: a signal stops it, and is then withheld.
            if let Some(pid) = rustix::process::Pid::from_raw(process.cast_signed()) {
                let _ = kill_process(pid, Signal::URG);
            }
        }
        let calls = tracer.join().map_err(|_| "the tracer panicked".to_owned())?;
        let calls = calls.map_err(|error| format!("the process cannot be traced: {error}"))?;
        let outcome = outcome.ok_or("the tracer ended early")?;
        let calls = calls.into_iter().map(|(number, count)| (name(number), count)).collect();
        Ok((outcome, calls))
    })
}

fn name(number: u64) -> String {
    let known = usize::try_from(number).ok().and_then(Sysno::new);
    known.map_or_else(|| format!("call {number}"), |call| call.name().to_owned())
}

/// The thread that traces.  When it ends, the kernel lets all that it traced run on untraced.
struct Tracer<'a> {
    process: u32,
    phase: &'a AtomicU8,
    calls: BTreeMap<u64, u64>,
}

impl Tracer<'_> {
    fn run(&mut self, ready: Sender<()>) -> Result<(), Errno> {
        let mut expected = self.seize()?;
        let mut ready = Some(ready);
        loop {
            if expected.is_empty()
                && let Some(ready) = ready.take()
            {
                let _ = ready.send(());
            }
            // Only what this thread traces: the other children of the process are not ours.
            let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
            let stop = match waitpid(None, Some(flags)) {
                Ok(stop) => stop,
                Err(Errno::ECHILD) => return Ok(()),
                Err(error) => return Err(error),
            };
            if self.phase.load(Ordering::SeqCst) == DONE {
                return Ok(());
            }
            let (thread, signal) = match stop {
                WaitStatus::PtraceSyscall(thread) => {
                    self.see(thread);
                    (thread, None)
                }
                WaitStatus::PtraceEvent(thread, ..) => (thread, None),
                WaitStatus::Stopped(thread, signal) => (thread, Some(signal)),
                _ => continue,
            };
            expected.remove(&thread);
            match ptrace::syscall(thread, signal) {
                Ok(()) | Err(Errno::ESRCH) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes hold of every thread there is, and of those that these will start.
    fn seize(&self) -> Result<BTreeSet<Pid>, Errno> {
        let mut seized = BTreeSet::new();
        loop {
            let found = crate::process::threads(self.process).map_err(|_| Errno::ESRCH)?;
            let found = found.into_iter().map(|(number, _)| Pid::from_raw(number.cast_signed()));
            let fresh: Vec<Pid> = found.filter(|thread| !seized.contains(thread)).collect();
            if fresh.is_empty() {
                return Ok(seized);
            }
            for thread in fresh {
                let options = Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_TRACECLONE;
                match ptrace::seize(thread, options) {
                    // It was started by one that we hold already.
                    Err(Errno::EPERM) if !seized.is_empty() => continue,
                    result => result?,
                }
                ptrace::interrupt(thread)?;
                seized.insert(thread);
            }
        }
    }

    fn see(&mut self, thread: Pid) {
        if self.phase.load(Ordering::SeqCst) == COUNTING
            && ptrace::syscall_info(thread).is_ok_and(|info| info.op == BEFORE)
            && let Ok(registers) = ptrace::getregs(thread)
        {
            *self.calls.entry(registers.orig_rax).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};

    #[test]
    fn reads_and_writes_of_a_child_are_counted() {
        let mut cat = Command::new("cat");
        let mut child = cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut output = child.stdout.take().unwrap();
        let mut echo = move |times: usize| {
            let mut byte = [0];
            (0..times).try_for_each(|_| {
                input.write_all(b"x")?;
                output.read_exact(&mut byte)
            })
        };
        echo(1).unwrap();
        let echo = std::cell::RefCell::new(echo);
        let counted = count(child.id(), || (echo.borrow_mut())(2), || (echo.borrow_mut())(10));
        drop(echo);
        assert!(child.wait().unwrap().success());
        let (outcome, calls) = counted.unwrap();
        outcome.unwrap();
        assert_eq!(calls["write"], 10);
        assert!((9..=11).contains(&calls["read"]), "{calls:?}");
    }
}
