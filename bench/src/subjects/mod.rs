//! What can be measured.

mod accept;
mod calls;
mod echo;
mod engine;
mod file;
pub mod finals;
pub mod idle;
mod scale;
mod timed;

use crate::report::Section;
use crate::rounds::Bench;

pub use file::{BARE_READS, QUEUED_READS};

/// The case of a directory that is listed.
pub const LISTING: &str = "directory FindFirstFile, 10000 files";

/// Something to measure.
#[derive(Debug)]
pub struct Subject {
    /// Its name on the command line.
    pub name: &'static str,
    /// Measures it.
    pub measure: fn(&mut Bench) -> Section,
    /// How exactly.
    pub effort: Effort,
}

/// How many rounds a subject takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Few: nothing is close, or a round takes long.
    Usual,
    /// More: it has goals that take many rounds to judge.
    Close,
    /// As much time as that, but in many short rounds.
    Short,
}

const fn subject(name: &'static str, measure: fn(&mut Bench) -> Section) -> Subject {
    Subject { name, measure, effort: Effort::Usual }
}

const fn close(name: &'static str, measure: fn(&mut Bench) -> Section) -> Subject {
    Subject { effort: Effort::Close, ..subject(name, measure) }
}

const fn short(name: &'static str, measure: fn(&mut Bench) -> Section) -> Subject {
    Subject { effort: Effort::Short, ..subject(name, measure) }
}

/// All of them, in the order in which they are shown.
pub static SUBJECTS: [Subject; 12] = [
    short("echo", echo::measure),
    short("scale", scale::measure),
    short("engine", engine::measure),
    subject("accept", accept::measure),
    subject("idle", idle::measure),
    close("port", |bench| timed::measure(bench, &calls::PORT)),
    close("wait", |bench| timed::measure(bench, &calls::WAIT)),
    close("apc", |bench| timed::measure(bench, &calls::APC)),
    subject("pipe", |bench| timed::measure(bench, &calls::PIPE)),
    close("file", file::measure),
    subject("poll", |bench| timed::measure(bench, &calls::POLL)),
    close("directory", |bench| timed::measure(bench, &calls::DIRECTORY)),
];
