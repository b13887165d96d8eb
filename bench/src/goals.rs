//! The goals, and whether this run has met them.

use crate::possible;
use crate::programs::Kind;
use crate::report::{CPU, Case, Entry, LATENCY, Measure, NANOSECONDS, Report};
use crate::sample::ratio;
use crate::subjects::{LISTING, idle};
use lapwing_measure::chart::figure;

/// Up to which or from which value a goal is met.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// It or less.
    AtMost(f64),
    /// It or more.
    AtLeast(f64),
}

impl Bound {
    fn is_met(self, value: f64) -> bool {
        match self {
            Bound::AtMost(limit) => value <= limit,
            Bound::AtLeast(limit) => value >= limit,
        }
    }

    fn in_words(self, unit: &str) -> String {
        match self {
            Bound::AtMost(limit) => format!("≤ {limit}{unit}"),
            Bound::AtLeast(limit) => format!("≥ {limit}{unit}"),
        }
    }
}

/// What was found, and beside whom.
#[derive(Debug, Clone)]
pub struct Found {
    /// The figure.
    pub value: f64,
    /// Whom it is a ratio to or a difference from; empty if to nobody.
    pub beside: String,
    /// Whether that one sends late, which a Windows program may not.
    pub sends_late: bool,
}

impl Found {
    fn alone(value: f64) -> Self {
        Found { value, beside: String::new(), sends_late: false }
    }

    fn beside(value: f64, other: &Entry) -> Self {
        Found { value, beside: other.name.clone(), sends_late: other.sends_late }
    }
}

/// How a figure is found in a report.
type Find = Box<dyn Fn(&Report) -> Option<Found>>;
/// How what is possible is found there.
type Possible = Box<dyn Fn(&Report) -> Option<String>>;

/// A goal.
struct Goal {
    what: String,
    bound: Bound,
    unit: &'static str,
    find: Find,
    /// What is possible, if it is missed: sentences about the same run.
    possible: Possible,
}

/// A goal, and what was found.
pub struct Verdict {
    /// What is measured.
    pub what: String,
    /// The goal in words.
    pub goal: String,
    /// What was found.
    pub found: Option<Found>,
    /// The unit of both.
    pub unit: &'static str,
    /// Whether it was met, if it was measured.
    pub is_met: Option<bool>,
    /// What is possible, if it was missed and that is known.
    pub possible: Option<String>,
}

/// The loads of the echo servers that there are goals for, in words and as their cases' names say
/// it.
const SIZES: [(&str, &str); 3] =
    [("64 × 64", "64x64"), ("512 × 64", "512x64"), ("64 × 4096", "64x4096")];

/// Our echo server on a port, beside everybody else's, and the Rust crate's beside it.
fn echo_goals() -> Vec<Goal> {
    let mut goals = Vec::new();
    for (size, name) in SIZES {
        goals.extend(peer_goals(size, name));
        let what = format!("echo {size}, the Rust crate: CPU / port");
        goals.push(at_most(&what, 1.05, "", move |report| {
            beside(report.case(&format!("echo {name}"))?, "crate", "port", &CPU)
        }));
    }
    goals
}

/// Our echo server beside the best of each kind, with one load.
fn peer_goals(size: &str, name: &'static str) -> [Goal; 4] {
    let goal = |other: &str, limit, find| {
        at_most(&format!("echo {size}: CPU / best {other}"), limit, "", find)
    };
    let of_all = |kind: Kind| -> Find {
        Box::new(move |report| best(report.case(&format!("echo {name}"))?, kind))
    };
    let library_at_once: Find =
        Box::new(move |report| best_at_once(report.case(&format!("echo {name}"))?, Kind::Library));
    let by_hand_at_once: Find = Box::new(move |report| {
        let engine = report.case(&format!("engine {name}"));
        best_at_once(engine.or(report.case(&format!("echo {name}")))?, Kind::HandWritten)
    });
    [
        goal("library", 0.98, of_all(Kind::Library))
            .or_else(move |report| possible::beside_library(report, name)),
        goal("library that sends at once", 0.98, library_at_once)
            .or_else(move |report| possible::beside_library_at_once(report, name)),
        goal("hand-written", 1.03, of_all(Kind::HandWritten))
            .or_else(move |report| possible::beside_hand_written(report, name)),
        goal("hand-written that sends at once", 1.03, by_hand_at_once),
    ]
}

/// Our other models, other loads, and Wine.
fn other_echo_goals() -> Vec<Goal> {
    vec![
        at_most("echo, one connection: median latency / epoll", 1.03, "", |report| {
            beside(report.case("echo 1x64")?, "port", "epoll", &LATENCY)
        }),
        at_most("echo, two workers: time for a message / best library", 1.0, "", |report| {
            best(report.case("threads 2")?, Kind::Library)
        })
        .or_else(possible::two_workers),
        at_most("echo 64 × 64, events: CPU / port", 1.15, "", |report| {
            beside(report.case("echo 64x64")?, "events", "port", &CPU)
        }),
        at_most("echo 64 × 64, routines: CPU / port", 1.15, "", |report| {
            beside(report.case("echo 64x64")?, "routines", "port", &CPU)
        }),
        at_least("echo 64 × 64 under Wine: its CPU / ours", 18.0, |report| {
            beside(report.case("echo 64x64")?, "wine", "port", &CPU)
        })
        .or_else(possible::echo_under_wine),
        at_most("echo 64 × 64: instructions above epoll", 700.0, "", |report| {
            let case = report.case("echo 64x64")?;
            let (ours, epoll) = (case.entry("port")?, case.entry("epoll")?);
            Some(Found::beside(ours.instructions? - epoll.instructions?, epoll))
        })
        .or_else(possible::instructions),
    ]
}

/// Single calls.
fn call_goals() -> Vec<Goal> {
    vec![
        at_most("post and get, one thread", 60.0, " ns", |report| ours(report, "port post+get")),
        at_least("post and get under Wine: its time / ours", 200.0, |report| {
            beside(report.case("port post+get")?, "wine", "post+get", &NANOSECONDS)
        })
        .or_else(possible::post_and_get_under_wine),
        at_most("post and get between threads / futex", 1.15, "", |report| {
            let case = report.case("port ping-pong")?;
            beside(case, "ping-pong", "ping-pong by futexes", &NANOSECONDS)
        }),
        at_most("set and wait, one thread", 20.0, " ns", |report| ours(report, "wait set+wait")),
        at_most("any of 64", 600.0, " ns", |report| ours(report, "wait any of 64")),
        at_most("QueueUserAPC and SleepEx", 100.0, " ns", |report| ours(report, "apc queue+sleep")),
    ]
}

/// Memory, files, pipes, and what many connections cost.
fn resource_goals() -> Vec<Goal> {
    vec![
        at_most("memory of an idle connection, beyond the program's", 512.0, " bytes", |report| {
            Some(Found::alone(ours(report, "idle")?.value - idle::OWN_BYTES))
        })
        .or_else(possible::idle_connection),
        at_least("blocks of a file in a second / io_uring's", 0.95, |report| {
            theirs_to_ours(report.case("file in the cache")?, "io_uring")
        })
        .or_else(possible::cached_reads),
        at_least("a file sent: sendfile's time / ours", 0.95, |report| {
            theirs_to_ours(report.case("file sent")?, "sendfile")
        }),
        at_most("10,000 files listed / readdir and stat", 1.5, "", |report| {
            best(report.case(LISTING)?, Kind::HandWritten)
        })
        .or_else(possible::listing),
        at_most("10,000 connections: CPU for a message / 100", 1.10, "", |report| {
            let of = |name| report.case(name)?.entry("port")?.spread(&CPU);
            Some(Found::alone(of("quiet 10000")?.median / of("quiet 100")?.median))
        }),
        at_most("named pipe within a process / socket pair", 1.0, "", |report| {
            best(report.case("pipe named pipe, two threads")?, Kind::HandWritten)
        }),
        at_most("named pipe between processes / socket pair", 1.3, "", |report| {
            best(report.case("pipe named pipe, two processes")?, Kind::HandWritten)
        }),
    ]
}

fn at_most(
    what: &str,
    limit: f64,
    unit: &'static str,
    find: impl Fn(&Report) -> Option<Found> + 'static,
) -> Goal {
    let (bound, find) = (Bound::AtMost(limit), Box::new(find));
    Goal { what: what.to_owned(), bound, unit, find, possible: Box::new(|_| None) }
}

fn at_least(what: &str, limit: f64, find: impl Fn(&Report) -> Option<Found> + 'static) -> Goal {
    Goal { bound: Bound::AtLeast(limit), ..at_most(what, limit, "", find) }
}

impl Goal {
    /// The same, with what is possible.
    fn or_else(self, possible: impl Fn(&Report) -> Option<String> + 'static) -> Self {
        Goal { possible: Box::new(possible), ..self }
    }
}

/// Our median.
fn ours(report: &Report, case: &str) -> Option<Found> {
    let case = report.case(case)?;
    let (ours, _) = case.ours()?;
    Some(Found::alone(ours.spread(case.measure)?.median))
}

/// The median of the rounds' ratios of one entry to another.
pub fn beside(case: &Case, one: &str, other: &str, measure: &Measure) -> Option<Found> {
    let (one, other) = (case.entry(one)?, case.entry(other)?);
    Some(Found::beside(ratio(one.of(measure), other.of(measure))?.median, other))
}

/// What another takes, to what we take.
fn theirs_to_ours(case: &Case, other: &str) -> Option<Found> {
    let (ours, _) = case.ours()?;
    let found = beside(case, other, &ours.name, case.measure)?;
    Some(Found { beside: other.to_owned(), ..found })
}

/// Ours to the best of a kind, by what the case compares.
fn best(case: &Case, kind: Kind) -> Option<Found> {
    let best = case.best(|entry| entry.kind == kind)?;
    Some(Found::beside(case.ratio(best)?.median, best))
}

/// The same among those that send as a Windows program must.
fn best_at_once(case: &Case, kind: Kind) -> Option<Found> {
    let best = case.best(|entry| entry.kind == kind && !entry.sends_late)?;
    Some(Found::beside(case.ratio(best)?.median, best))
}

/// Every goal.
pub fn verdicts(report: &Report) -> Vec<Verdict> {
    let judge = |goal: Goal| {
        let found = (goal.find)(report);
        let is_met = found.as_ref().map(|found| goal.bound.is_met(found.value));
        let possible = (is_met == Some(false)).then(|| (goal.possible)(report)).flatten();
        let Goal { what, bound, unit, .. } = goal;
        Verdict { what, goal: bound.in_words(unit), found, unit, is_met, possible }
    };
    let goals = [echo_goals(), other_echo_goals(), call_goals(), resource_goals()];
    goals.into_iter().flatten().map(judge).collect()
}

impl Verdict {
    /// What was found, in words.
    pub fn figure(&self) -> String {
        let Some(Found { value, beside, sends_late }) = &self.found else {
            return "not measured".to_owned();
        };
        let value = format!("{}{}", figure(*value), self.unit);
        match beside.as_str() {
            "" => value,
            beside if *sends_late => format!("{value} ({beside}, sends late)"),
            beside => format!("{value} ({beside})"),
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
