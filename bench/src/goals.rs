//! The goals, and whether this run has met them.

use crate::programs::Kind;
use crate::report::{CPU, Case, Entry, LATENCY, Measure, Report};
use crate::sample::ratio;

/// Up to which or from which value a goal is met.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// It or less.
    AtMost(f64),
    /// It or more.
    AtLeast(f64),
}

/// A goal.
struct Goal {
    what: &'static str,
    bound: Bound,
    unit: &'static str,
    find: fn(&Report) -> Option<(f64, String)>,
}

/// A goal, and what was found.
pub struct Verdict {
    /// What is measured.
    pub what: &'static str,
    /// The goal in words.
    pub goal: String,
    /// What was found, and beside whom.
    pub found: Option<(f64, String)>,
    /// The unit of both.
    pub unit: &'static str,
    /// Whether it was met, if it was measured.
    pub is_met: Option<bool>,
}

const GOALS: [Goal; 9] = [
    to_best("echo 64 × 64: CPU / best library", 0.98, |report| {
        best(report, "echo 64x64", Kind::Library)
    }),
    to_best("echo 64 × 64: CPU / best hand-written", 1.03, |report| {
        best(report, "echo 64x64", Kind::HandWritten)
    }),
    to_best("echo 512 × 64: CPU / best library", 0.98, |report| {
        best(report, "echo 512x64", Kind::Library)
    }),
    to_best("echo 512 × 64: CPU / best hand-written", 1.03, |report| {
        best(report, "echo 512x64", Kind::HandWritten)
    }),
    to_best("echo 64 × 4096: CPU / best library", 0.98, |report| {
        best(report, "echo 64x4096", Kind::Library)
    }),
    to_best("echo 64 × 4096: CPU / best hand-written", 1.03, |report| {
        best(report, "echo 64x4096", Kind::HandWritten)
    }),
    to_best("echo, one connection: median latency / epoll", 1.03, |report| {
        beside(report.case("echo 1x64")?, "port", "epoll", &LATENCY)
    }),
    Goal {
        what: "echo 64 × 64 under Wine: its CPU / ours",
        bound: Bound::AtLeast(18.0),
        unit: "",
        find: |report| beside(report.case("echo 64x64")?, "wine", "port", &CPU),
    },
    Goal {
        what: "echo 64 × 64: instructions above epoll",
        bound: Bound::AtMost(700.0),
        unit: "",
        find: |report| {
            let case = report.case("echo 64x64")?;
            let of = |name| case.entry(name).and_then(|entry| entry.instructions);
            Some((of("port")? - of("epoll")?, "epoll".to_owned()))
        },
    },
];

const fn to_best(
    what: &'static str,
    at_most: f64,
    find: fn(&Report) -> Option<(f64, String)>,
) -> Goal {
    Goal { what, bound: Bound::AtMost(at_most), unit: "", find }
}

/// The median of the rounds' ratios of one entry to another.
fn beside(case: &Case, one: &str, other: &str, measure: &Measure) -> Option<(f64, String)> {
    let (one, other) = (case.entry(one)?, case.entry(other)?);
    Some((ratio(one.of(measure), other.of(measure))?.median, other.name.clone()))
}

/// Ours to the best of a kind, by what the case compares.
fn best(report: &Report, case: &str, kind: Kind) -> Option<(f64, String)> {
    let case = report.case(case)?;
    let (_, others) = case.ours()?;
    let middle = |entry: &&Entry| entry.spread(case.measure).map_or(f64::MAX, |it| it.median);
    let of_kind = others.iter().filter(|entry| entry.kind == kind);
    let best = of_kind.min_by(|one, other| middle(one).total_cmp(&middle(other)))?;
    Some((case.ratio(best)?.median, best.name.clone()))
}

/// Every goal.
pub fn verdicts(report: &Report) -> Vec<Verdict> {
    let judge = |goal: &Goal| {
        let found = (goal.find)(report);
        let unit = goal.unit;
        let (goal_in_words, is_met) = match goal.bound {
            Bound::AtMost(limit) => {
                (format!("≤ {limit}{unit}"), found.as_ref().map(|(value, _)| *value <= limit))
            }
            Bound::AtLeast(limit) => {
                (format!("≥ {limit}{unit}"), found.as_ref().map(|(value, _)| *value >= limit))
            }
        };
        Verdict { what: goal.what, goal: goal_in_words, found, unit, is_met }
    };
    GOALS.iter().map(judge).collect()
}

impl Verdict {
    /// What was found, in words.
    pub fn figure(&self) -> String {
        match &self.found {
            None => "not measured".to_owned(),
            Some((value, whom)) if whom.is_empty() => {
                format!("{}{}", lapwing_measure::chart::figure(*value), self.unit)
            }
            Some((value, whom)) => {
                format!("{}{} ({whom})", lapwing_measure::chart::figure(*value), self.unit)
            }
        }
    }

    /// Whether it was met, in a word.
    pub fn word(&self) -> &'static str {
        match self.is_met {
            Some(true) => "met",
            Some(false) => "missed",
            None => "",
        }
    }
}
