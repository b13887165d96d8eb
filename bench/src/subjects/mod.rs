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

/// The case of a directory that is listed.
pub const LISTING: &str = "directory FindFirstFile, 10000 files";

/// Something to measure.
#[derive(Debug)]
pub struct Subject {
    /// Its name on the command line.
    pub name: &'static str,
    /// Measures it.
    pub measure: fn(&mut Bench) -> Section,
}

/// All of them, in the order in which they are shown.
pub static SUBJECTS: [Subject; 12] = [
    Subject { name: "echo", measure: echo::measure },
    Subject { name: "scale", measure: scale::measure },
    Subject { name: "engine", measure: engine::measure },
    Subject { name: "accept", measure: accept::measure },
    Subject { name: "idle", measure: idle::measure },
    Subject { name: "port", measure: |bench| timed::measure(bench, &calls::PORT) },
    Subject { name: "wait", measure: |bench| timed::measure(bench, &calls::WAIT) },
    Subject { name: "apc", measure: |bench| timed::measure(bench, &calls::APC) },
    Subject { name: "pipe", measure: |bench| timed::measure(bench, &calls::PIPE) },
    Subject { name: "file", measure: file::measure },
    Subject { name: "poll", measure: |bench| timed::measure(bench, &calls::POLL) },
    Subject { name: "directory", measure: |bench| timed::measure(bench, &calls::DIRECTORY) },
];
