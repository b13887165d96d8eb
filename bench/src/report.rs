//! What has been found out: cases, in each several programs, of each one or more measures.  Lower
//! is better in all of them.

use crate::programs::Kind;
use crate::sample::{Spread, ratio, spread};
use std::collections::BTreeMap;

/// Something that is measured.
#[derive(Debug, PartialEq, Eq)]
pub struct Measure {
    /// Its name for programs.
    pub name: &'static str,
    /// What stands over its column.
    pub head: &'static str,
}

/// Processor time of the server's process for one message, connection, file.
pub static CPU: Measure = Measure { name: "cpu_microseconds", head: "CPU µs" };
/// The same with the processor time of the clients.
pub static TOGETHER: Measure =
    Measure { name: "cpu_with_clients_microseconds", head: "with clients" };
/// That of Wine's own server.
pub static WINESERVER: Measure =
    Measure { name: "wineserver_cpu_microseconds", head: "wineserver CPU µs" };
/// From one to the next.
pub static WALL: Measure = Measure { name: "microseconds", head: "µs" };
/// Of all messages half take no longer.
pub static LATENCY: Measure = Measure { name: "median_latency_microseconds", head: "latency µs" };
/// Of all messages one in a hundred takes longer.
pub static SLOW: Measure = Measure { name: "latency_99_percent_microseconds", head: "99 % µs" };
/// Of one call, pair of calls, round trip.
pub static NANOSECONDS: Measure = Measure { name: "nanoseconds", head: "ns" };

/// Memory of the process, for one connection.
pub static BYTES: Measure = Measure { name: "bytes", head: "bytes" };
/// What malloc has given the process, for one connection.
pub static HEAP_BYTES: Measure = Measure { name: "malloc_bytes", head: "by malloc" };
/// Memory of the kernel, for one connection and its peer's end.
pub static KERNEL_BYTES: Measure = Measure { name: "kernel_bytes", head: "kernel bytes" };

/// What was found out about one program in one case.
pub struct Entry {
    /// The program's name.
    pub name: String,
    /// What it is made of.
    pub kind: Kind,
    /// Whether what it sends leaves only with its next wait.
    pub sends_late: bool,
    /// Samples, one for each round.
    pub samples: Vec<(&'static Measure, Vec<f64>)>,
    /// System calls for one message by name, where they were counted.
    pub system_calls: Option<BTreeMap<String, f64>>,
    /// Instructions outside the kernel for one message, where they were counted.
    pub instructions: Option<f64>,
}

impl Entry {
    /// Nothing yet.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Entry {
            name: name.into(),
            kind,
            sends_late: false,
            samples: Vec::new(),
            system_calls: None,
            instructions: None,
        }
    }

    /// Adds a sample.
    pub fn push(&mut self, measure: &'static Measure, value: f64) {
        match self.samples.iter_mut().find(|(known, _)| *known == measure) {
            Some((_, samples)) => samples.push(value),
            None => self.samples.push((measure, vec![value])),
        }
    }

    /// The samples of a measure.
    pub fn of(&self, measure: &Measure) -> &[f64] {
        let found = self.samples.iter().find(|(known, _)| *known == measure);
        found.map_or(&[], |(_, samples)| samples)
    }

    /// Their middle and ends.
    pub fn spread(&self, measure: &Measure) -> Option<Spread> {
        spread(self.of(measure))
    }

    /// All system calls for one message.
    pub fn all_system_calls(&self) -> Option<f64> {
        // The sum of none is -0.
        self.system_calls.as_ref().map(|calls| calls.values().fold(0.0, |sum, count| sum + count))
    }
}

/// Programs that did the same in the same rounds.
pub struct Case {
    /// Its name for programs: `echo 64x64`.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What is compared.
    pub measure: &'static Measure,
    /// The first is ours, if ours could be measured.
    pub entries: Vec<Entry>,
    /// What a reader must know besides.
    pub notes: Vec<String>,
}

impl Case {
    /// Ours, and what it is compared with.
    pub fn ours(&self) -> Option<(&Entry, &[Entry])> {
        let (first, others) = self.entries.split_first()?;
        (first.kind == Kind::Lapwing).then_some((first, others))
    }

    /// How many rounds there were.
    pub fn rounds(&self) -> usize {
        let samples = self.entries.iter().map(|entry| entry.of(self.measure).len());
        samples.max().unwrap_or(0)
    }

    /// The one of the others beside which ours looks worst, among those of which `is` holds.
    pub fn best(&self, is: impl Fn(&Entry) -> bool) -> Option<&Entry> {
        self.nearest(is).into_iter().next()
    }

    /// All of these, the one beside which ours looks worst first: by the rounds' ratios, as they
    /// are judged, because of two with the same median one may still be nearer in the rounds.
    pub fn nearest(&self, is: impl Fn(&Entry) -> bool) -> Vec<&Entry> {
        let Some((_, others)) = self.ours() else { return Vec::new() };
        let ratio = |entry: &Entry| self.ratio(entry).map_or(0.0, |it| it.median);
        let mut them: Vec<&Entry> = others.iter().filter(|entry| is(entry)).collect();
        them.sort_by(|one, other| ratio(other).total_cmp(&ratio(one)));
        them
    }

    /// The entry of this name.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// Ours to another's, round by round.
    pub fn ratio(&self, other: &Entry) -> Option<Spread> {
        let (ours, _) = self.ours()?;
        ratio(ours.of(self.measure), other.of(self.measure))
    }

    /// Ours to another's, both at their lowest.
    pub fn ratio_of_lowest(&self, other: &Entry) -> Option<f64> {
        let (ours, _) = self.ours()?;
        Some(ours.spread(self.measure)?.lowest / other.spread(self.measure)?.lowest)
    }
}

/// All cases of a subject.
pub struct Section {
    /// The subject's name.
    pub subject: &'static str,
    /// For people.
    pub title: &'static str,
    /// What is measured and how: paragraphs in Markdown.
    pub about: &'static str,
    /// So many times fewer messages or calls than in a long round.
    pub divide: usize,
    /// What was found.
    pub cases: Vec<Case>,
}

impl Section {
    /// How many rounds there were of most of its cases, or of all.
    pub fn rounds(&self) -> usize {
        self.cases.iter().map(Case::rounds).max().unwrap_or(0)
    }
}

/// A program that could not be built, or that failed.
pub struct Missing {
    /// Which.
    pub name: String,
    /// Where it would have been, if not everywhere.
    pub case: Option<String>,
    /// Why.
    pub why: String,
    /// Whether it is one of ours: then the run has failed.
    pub is_ours: bool,
}

/// Everything.
pub struct Report {
    /// What there is to say about the machine, each with its name.
    pub machine: Vec<(&'static str, String)>,
    /// What was found.
    pub sections: Vec<Section>,
    /// What was not there.
    pub missing: Vec<Missing>,
}

impl Report {
    /// The case of this name.
    pub fn case(&self, name: &str) -> Option<&Case> {
        self.sections.iter().flat_map(|section| &section.cases).find(|case| case.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_is_the_one_beside_which_ours_looks_worst() {
        let entry = |name, kind, values: [f64; 3]| {
            let mut entry = Entry::new(name, kind);
            values.iter().for_each(|value| entry.push(&CPU, *value));
            entry
        };
        let entries = vec![
            entry("port", Kind::Lapwing, [5.0, 6.0, 8.0]),
            entry("lucky once", Kind::Library, [5.4, 5.9, 8.5]),
            entry("always nearer", Kind::Library, [4.9, 5.95, 7.5]),
            entry("failed", Kind::Library, [0.0; 3]),
        ];
        let (name, title) = (String::new(), String::new());
        let case = Case { name, title, measure: &CPU, entries, notes: Vec::new() };
        let nearest = case.nearest(|entry| entry.kind == Kind::Library);
        let nearest: Vec<&str> = nearest.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(nearest, ["always nearer", "lucky once", "failed"]);
    }
}
