//! What can be measured.

mod accept;
mod calls;
mod echo;
mod engine;
mod file;
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
    /// Whether it has goals that take many rounds to judge.
    pub is_close: bool,
}

const fn subject(name: &'static str, measure: fn(&mut Bench) -> Section) -> Subject {
    Subject { name, measure, is_close: false }
}

const fn close(name: &'static str, measure: fn(&mut Bench) -> Section) -> Subject {
    Subject { is_close: true, ..subject(name, measure) }
}

/// All of them, in the order in which they are shown.
pub static SUBJECTS: [Subject; 12] = [
    close("echo", echo::measure),
    close("scale", scale::measure),
    close("engine", engine::measure),
    subject("accept", accept::measure),
    subject("idle", idle::measure),
    close("port", |bench| timed::measure(bench, &calls::PORT)),
    subject("wait", |bench| timed::measure(bench, &calls::WAIT)),
    subject("apc", |bench| timed::measure(bench, &calls::APC)),
    subject("pipe", |bench| timed::measure(bench, &calls::PIPE)),
    close("file", file::measure),
    subject("poll", |bench| timed::measure(bench, &calls::POLL)),
    close("directory", |bench| timed::measure(bench, &calls::DIRECTORY)),
];
