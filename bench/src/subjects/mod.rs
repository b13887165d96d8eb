//! What can be measured.

mod accept;
mod echo;

use crate::report::Section;
use crate::rounds::Bench;

/// Something to measure.
#[derive(Debug)]
pub struct Subject {
    /// Its name on the command line.
    pub name: &'static str,
    /// Measures it.
    pub measure: fn(&mut Bench) -> Section,
}

/// All of them, in the order in which they are shown.
pub static SUBJECTS: [Subject; 2] = [
    Subject { name: "echo", measure: echo::measure },
    Subject { name: "accept", measure: accept::measure },
];
