//! A process that uses named objects as a test tells it (`tests/programs/named_objects.c`).

use crate::guarded::Guarded;
use crate::{command, program, scratch_folder, source_tree};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// When a process is taken to hang.
pub const GUARD: Duration = Duration::from_secs(120);

/// True when `/proc` shows the system call in which a thread sleeps that waits for an object: the
/// sleep of `ke::park`, and not that of a lock or of malloc, which ends by itself.
fn is_parked(call: &str) -> bool {
    let words: Vec<&str> = call.split_whitespace().collect();
    matches!(words[..], ["202", _, "0x80", "0xffffffff", ..])
}

/// A program of `tests/programs`, compiled.
///
/// # Panics
/// When it does not compile.
pub fn compiled(name: &str) -> PathBuf {
    let program = scratch_folder("programs").join(name);
    let source = source_tree().join("tests/programs").join(format!("{name}.c"));
    let mut compiler = command::compiler(false);
    compiler.arg("-O1").arg("-o").arg(&program).arg(source);
    program::run(&mut compiler, GUARD).success().expect("it compiles");
    program
}

fn named_objects() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| compiled("named_objects"))
}

/// A name that no other test and no other run has.
pub fn name(what: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("lapwing-{what}-{}-{number}", std::process::id())
}

/// A process that does what it is told.
pub struct Process(Guarded);

impl Default for Process {
    fn default() -> Self {
        Process::new()
    }
}

impl Process {
    /// Starts one.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn new() -> Self {
        Process(Guarded::converse(&mut Command::new(named_objects()), GUARD).expect("it starts"))
    }

    /// The program.
    pub fn guarded(&mut self) -> &mut Guarded {
        &mut self.0
    }

    /// Tells it something, whose answer is read later.
    ///
    /// # Panics
    /// When it has gone, as all of these do.
    pub fn tell(&mut self, line: &str) {
        self.0.say(line).expect("it listens");
    }

    /// Its next answer.
    ///
    /// # Panics
    /// When it has gone.
    pub fn answer(&mut self) -> String {
        self.0.line().expect("it can be read").expect("it answers")
    }

    /// Tells it something; its answer.
    ///
    /// # Panics
    /// When it has gone.
    pub fn ask(&mut self, line: &str) -> String {
        self.tell(line);
        self.answer()
    }

    /// Tells it something that has this answer.
    ///
    /// # Panics
    /// When the answer is another.
    #[track_caller]
    pub fn says(&mut self, line: &str, wanted: &str) {
        assert_eq!(self.ask(line), wanted, "{line}");
    }

    /// Kills it.
    ///
    /// # Panics
    /// When that fails.
    pub fn kill(mut self) {
        self.0.kill().expect("it is killed");
    }

    /// Returns when its only thread of the program waits for what it was told to.
    ///
    /// # Panics
    /// When it has gone.
    pub fn until_asleep(&self) {
        let id = self.0.id();
        let read = |what: &str| std::fs::read_to_string(format!("/proc/{id}/task/{id}/{what}"));
        // It sleeps in a read before that.
        let sleeps = || {
            let state = read("stat").expect("it lives");
            let call = read("syscall").unwrap_or_default();
            state.contains(") S ") && (call.is_empty() || is_parked(&call))
        };
        while !sleeps() {
            std::thread::yield_now();
        }
    }
}

/// Two of them.
pub fn two() -> (Process, Process) {
    (Process::new(), Process::new())
}
