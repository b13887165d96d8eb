//! The goals, and whether this run has met them.

use crate::programs::Kind;
use crate::report::{CPU, Case, Entry, LATENCY, Measure, NANOSECONDS, Report};
use crate::sample::ratio;
use crate::subjects::idle;

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
    find: Find,
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

const GOALS: [Goal; 25] = [
    at_most("echo 64 × 64: CPU / best library", 0.98, "", |report| {
        best(report, "echo 64x64", Kind::Library)
    }),
    at_most("echo 64 × 64: CPU / best hand-written", 1.03, "", |report| {
        best(report, "echo 64x64", Kind::HandWritten)
    }),
    at_most("echo 512 × 64: CPU / best library", 0.98, "", |report| {
        best(report, "echo 512x64", Kind::Library)
    }),
    at_most("echo 512 × 64: CPU / best hand-written", 1.03, "", |report| {
        best(report, "echo 512x64", Kind::HandWritten)
    }),
    at_most("echo 64 × 4096: CPU / best library", 0.98, "", |report| {
        best(report, "echo 64x4096", Kind::Library)
    }),
    at_most("echo 64 × 4096: CPU / best hand-written", 1.03, "", |report| {
        best(report, "echo 64x4096", Kind::HandWritten)
    }),
    at_most("echo, one connection: median latency / epoll", 1.03, "", |report| {
        beside(report.case("echo 1x64")?, "port", "epoll", &LATENCY)
    }),
    at_most("echo, two workers: time for a message / best library", 1.0, "", |report| {
        best(report, "threads 2", Kind::Library)
    }),
    at_most("echo 64 × 64, events: CPU / port", 1.15, "", |report| {
        beside(report.case("echo 64x64")?, "events", "port", &CPU)
    }),
    at_most("echo 64 × 64, routines: CPU / port", 1.15, "", |report| {
        beside(report.case("echo 64x64")?, "routines", "port", &CPU)
    }),
    at_least("echo 64 × 64 under Wine: its CPU / ours", 18.0, |report| {
        beside(report.case("echo 64x64")?, "wine", "port", &CPU)
    }),
    at_most("echo 64 × 64: instructions above epoll", 700.0, "", |report| {
        let case = report.case("echo 64x64")?;
        let of = |name| case.entry(name).and_then(|entry| entry.instructions);
        Some((of("port")? - of("epoll")?, "epoll".to_owned()))
    }),
    at_most("post and get, one thread", 60.0, " ns", |report| ours(report, "port post+get")),
    at_least("post and get under Wine: its time / ours", 200.0, |report| {
        beside(report.case("port post+get")?, "wine", "post+get", &NANOSECONDS)
    }),
    at_most("post and get between threads / futex", 1.15, "", |report| {
        beside(report.case("port ping-pong")?, "ping-pong", "ping-pong by futexes", &NANOSECONDS)
    }),
    at_most("set and wait, one thread", 20.0, " ns", |report| ours(report, "wait set+wait")),
    at_most("any of 64", 600.0, " ns", |report| ours(report, "wait any of 64")),
    at_most("QueueUserAPC and SleepEx", 100.0, " ns", |report| ours(report, "apc queue+sleep")),
    at_most("memory of an idle connection, beyond the program's", 512.0, " bytes", |report| {
        let (value, whom) = ours(report, "idle")?;
        Some((value - idle::OWN_BYTES, whom))
    }),
    at_least("blocks of a file in a second / io_uring's", 0.95, |report| {
        let case = report.case("file in the cache")?;
        let (ours, _) = case.ours()?;
        beside(case, "io_uring", &ours.name, case.measure).map(|(it, _)| (it, "io_uring".into()))
    }),
    at_least("a file sent: sendfile's time / ours", 0.95, |report| {
        let case = report.case("file sent")?;
        let (ours, _) = case.ours()?;
        beside(case, "sendfile", &ours.name, case.measure).map(|(it, _)| (it, "sendfile".into()))
    }),
    at_most("10,000 files listed / readdir and stat", 1.5, "", |report| {
        best(report, "directory FindFirstFile, 10000 files", Kind::HandWritten)
    }),
    at_most("10,000 connections: CPU for a message / 100", 1.10, "", |report| {
        let of = |name| report.case(name)?.entry("port")?.spread(&CPU);
        Some((of("quiet 10000")?.median / of("quiet 100")?.median, String::new()))
    }),
    at_most("named pipe within a process / socket pair", 1.0, "", |report| {
        best(report, "pipe named pipe, two threads", Kind::HandWritten)
    }),
    at_most("named pipe between processes / socket pair", 1.3, "", |report| {
        best(report, "pipe named pipe, two processes", Kind::HandWritten)
    }),
];

type Find = fn(&Report) -> Option<(f64, String)>;

const fn at_most(what: &'static str, limit: f64, unit: &'static str, find: Find) -> Goal {
    Goal { what, bound: Bound::AtMost(limit), unit, find }
}

const fn at_least(what: &'static str, limit: f64, find: Find) -> Goal {
    Goal { what, bound: Bound::AtLeast(limit), unit: "", find }
}

/// Our median.
fn ours(report: &Report, case: &str) -> Option<(f64, String)> {
    let case = report.case(case)?;
    let (ours, _) = case.ours()?;
    Some((ours.spread(case.measure)?.median, String::new()))
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
