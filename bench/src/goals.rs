//! The goals, and whether this run has met them.

use crate::possible;
use crate::programs::Kind;
use crate::report::{CPU, Case, Entry, LATENCY, Measure, NANOSECONDS, Report};
use crate::sample::{Spread, ratios, spread};
use crate::subjects::{LISTING, finals, idle};
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
    /// Whether a value meets it.
    pub fn is_met(self, value: f64) -> bool {
        match self {
            Bound::AtMost(limit) => value <= limit,
            Bound::AtLeast(limit) => value >= limit,
        }
    }

    /// A value, so exact that it is seen to meet it or not.
    pub fn figure(self, value: f64) -> String {
        let short = figure(value);
        match short.parse().is_ok_and(|it| self.is_met(it) == self.is_met(value)) {
            true => short,
            false => format!("{value:.3}"),
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
    /// Each round's, where rounds can be told apart; the figure is their median.
    pub rounds: Vec<f64>,
    /// Whom it is a ratio to or a difference from; empty if to nobody.
    pub beside: String,
    /// Whether that one sends late, which a Windows program may not.
    pub sends_late: bool,
}

impl Found {
    /// A figure beside nobody's.
    pub fn alone(value: f64) -> Self {
        Found { value, rounds: Vec::new(), beside: String::new(), sends_late: false }
    }

    /// The median of so many rounds.
    pub fn of_rounds(rounds: Vec<f64>) -> Option<Self> {
        Some(Found { rounds: rounds.clone(), ..Found::alone(spread(&rounds)?.median) })
    }

    fn beside(self, other: &Entry) -> Self {
        Found { beside: other.name.clone(), sends_late: other.sends_late, ..self }
    }
}

/// Said of what the measurement is not exact enough to tell.
pub const CLOSE: &str = ", too close to be sure";

/// How a figure is found in a report.
type Find = Box<dyn Fn(&Report) -> Option<Found>>;
/// How what is possible is found there.
type Possible = Box<dyn Fn(&Report, Bound) -> Option<String>>;

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
    /// Up to which or from which value it is met.
    bound: Bound,
    /// The same in words.
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
        let goal = at_most(&what, 1.05, "", move |report| {
            beside(report.case(&format!("echo {name}"))?, "crate", "port", &CPU)
        });
        goals.push(goal.or_else(move |report, _| possible::in_rust(report, name)));
    }
    goals
}

/// Our echo server beside the best of each kind, with one load.
fn peer_goals(size: &str, load: &'static str) -> [Goal; 4] {
    let goal = |others: &str, limit, kind: Kind, at_once: bool| {
        let find = move |report: &Report| {
            let (case, best) = best_server(report, load, kind, at_once)?;
            ours_beside(case, best)
        };
        let possible = move |report: &Report, bound| {
            let (case, best) = best_server(report, load, kind, at_once)?;
            let (all, best_of_all) = best_server(report, load, kind, false)?;
            if at_once && (&all.name, &best_of_all.name) == (&case.name, &best.name) {
                return Some(format!("as above: {} sends at once.", best.name));
            }
            possible::beside_server(report, load, (case, best), bound)
        };
        at_most(&format!("echo {size}: CPU / best {others}"), limit, "", find).or_else(possible)
    };
    [
        goal("library", 0.98, Kind::Library, false),
        goal("library that sends at once", 0.98, Kind::Library, true),
        goal("hand-written", 1.03, Kind::HandWritten, false),
        goal("hand-written that sends at once", 1.03, Kind::HandWritten, true),
    ]
}

/// The best echo server of a kind, among all or among those that send as a Windows program must,
/// and the case in which it is compared.
fn best_server<'r>(
    report: &'r Report,
    load: &str,
    kind: Kind,
    at_once: bool,
) -> Option<(&'r Case, &'r Entry)> {
    // More of them that are written by hand and send at once are only there.
    let is_engine = at_once && kind == Kind::HandWritten;
    let engine = report.case(&format!("engine {load}")).filter(|_| is_engine);
    let finals = report.case(&finals::name(load));
    let case = finals.or(engine).or_else(|| report.case(&format!("echo {load}")))?;
    let best = case.best(|entry| entry.kind == kind && !(at_once && entry.sends_late))?;
    Some((case, best))
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
            Some(Found::alone(ours.instructions? - epoll.instructions?).beside(epoll))
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
        at_most("set and wait, one thread", 20.0, " ns", |report| ours(report, "wait set+wait"))
            .or_else(possible::set_and_wait),
        at_most("any of 64", 600.0, " ns", |report| ours(report, "wait any of 64")),
        at_most("QueueUserAPC and SleepEx", 100.0, " ns", |report| ours(report, "apc queue+sleep")),
    ]
}

/// Memory, files, pipes, and what many connections cost.
fn resource_goals() -> Vec<Goal> {
    vec![
        at_most("memory of an idle connection, beyond the program's", 512.0, " bytes", |report| {
            let rounds = ours(report, "idle")?.rounds;
            Found::of_rounds(rounds.iter().map(|bytes| bytes - idle::OWN_BYTES).collect())
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
    Goal { what: what.to_owned(), bound, unit, find, possible: Box::new(|_, _| None) }
}

fn at_least(what: &str, limit: f64, find: impl Fn(&Report) -> Option<Found> + 'static) -> Goal {
    Goal { bound: Bound::AtLeast(limit), ..at_most(what, limit, "", find) }
}

impl Goal {
    /// The same, with what is possible.
    fn or_else(self, possible: impl Fn(&Report, Bound) -> Option<String> + 'static) -> Self {
        Goal { possible: Box::new(possible), ..self }
    }
}

/// Our median.
fn ours(report: &Report, case: &str) -> Option<Found> {
    let case = report.case(case)?;
    let (ours, _) = case.ours()?;
    Found::of_rounds(ours.of(case.measure).to_vec())
}

/// The median of the rounds' ratios of one entry to another.
pub fn beside(case: &Case, one: &str, other: &str, measure: &Measure) -> Option<Found> {
    let (one, other) = (case.entry(one)?, case.entry(other)?);
    Some(Found::of_rounds(ratios(one.of(measure), other.of(measure)))?.beside(other))
}

/// What another takes, to what we take.
fn theirs_to_ours(case: &Case, other: &str) -> Option<Found> {
    let (ours, _) = case.ours()?;
    Some(beside(case, other, &ours.name, case.measure)?.beside(case.entry(other)?))
}

/// Ours to another, by what the case compares.
fn ours_beside(case: &Case, other: &Entry) -> Option<Found> {
    let (ours, _) = case.ours()?;
    beside(case, &ours.name, &other.name, case.measure)
}

/// Ours to the best of a kind.
fn best(case: &Case, kind: Kind) -> Option<Found> {
    ours_beside(case, case.best(|entry| entry.kind == kind)?)
}

/// Every goal.
pub fn verdicts(report: &Report) -> Vec<Verdict> {
    let judge = |goal: Goal| {
        let found = (goal.find)(report);
        let is_met = found.as_ref().map(|found| goal.bound.is_met(found.value));
        let possible =
            (is_met == Some(false)).then(|| (goal.possible)(report, goal.bound)).flatten();
        let Goal { what, bound, unit, .. } = goal;
        Verdict { what, bound, goal: bound.in_words(unit), found, unit, is_met, possible }
    };
    let goals = [echo_goals(), other_echo_goals(), call_goals(), resource_goals()];
    goals.into_iter().flatten().map(judge).collect()
}

impl Found {
    /// The figure, and between which ones it is.
    pub fn figure(&self, bound: Bound, unit: &str) -> String {
        let value = bound.figure(self.value) + unit;
        match spread(&self.rounds) {
            Some(Spread { between: (from, to), .. }) if self.rounds.len() > 1 => {
                format!("{value} ({}–{})", bound.figure(from), bound.figure(to))
            }
            _ => value,
        }
    }

    /// Whether the figure may as well be on the other side of a bound.
    pub fn is_close_to(&self, bound: Bound) -> bool {
        let ends = spread(&self.rounds).map(|Spread { between: (from, to), .. }| [from, to]);
        ends.is_some_and(|ends| {
            ends.iter().any(|end| bound.is_met(*end) != bound.is_met(self.value))
        })
    }
}

impl Verdict {
    /// What was found, in words.
    pub fn figure(&self) -> String {
        let found = self.found.as_ref();
        found.map_or_else(|| "not measured".to_owned(), |found| found.figure(self.bound, self.unit))
    }

    /// Whom it was compared with.
    pub fn beside(&self) -> String {
        match &self.found {
            Some(found) if found.sends_late => format!("{}, sends late", found.beside),
            Some(found) => found.beside.clone(),
            None => String::new(),
        }
    }

    /// Whether it was met, and whether that is certain.
    pub fn words(&self) -> String {
        let word = match self.is_met {
            Some(true) => "met",
            Some(false) => "missed",
            None => return String::new(),
        };
        let is_close = self.found.as_ref().is_some_and(|it| it.is_close_to(self.bound));
        if is_close { format!("{word}{CLOSE}") } else { word.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(rounds: &[f64], limit: f64) -> Verdict {
        let found = Found::of_rounds(rounds.to_vec()).unwrap();
        let bound = Bound::AtMost(limit);
        let (is_met, found) = (Some(bound.is_met(found.value)), Some(found));
        let what = "what".to_owned();
        Verdict { what, bound, goal: bound.in_words(""), found, unit: "", is_met, possible: None }
    }

    #[test]
    fn what_is_too_close_is_said() {
        assert_eq!(verdict(&[1.06, 1.02, 1.08], 1.05).words(), "missed, too close to be sure");
        assert_eq!(verdict(&[1.01, 1.06, 1.02], 1.05).words(), "met, too close to be sure");
        assert_eq!(verdict(&[1.06, 1.07, 1.08], 1.05).words(), "missed");
        assert_eq!(verdict(&[1.01, 1.02, 1.03], 1.05).words(), "met");
    }

    #[test]
    fn a_figure_is_so_exact_that_it_is_seen_to_miss() {
        assert_eq!(verdict(&[1.0512, 1.02, 1.08], 1.05).figure(), "1.051 (1.02–1.08)");
        assert_eq!(verdict(&[1.06], 1.05).figure(), "1.06");
    }
}
