//! Taking the figures: rounds in which every model has its turn, then for each a run in which its
//! system calls are counted.
//!
//! Two loads tell the models apart.  *All talk*: every client has a message under way, so whoever
//! looks at many sockets finds many ready.  *One talks*: one client has, all others are connected
//! and quiet, so what a server does for those is done for nothing.

use super::model::Model;
use super::server::Server;
use crate::Failure;
use indicatif::ProgressBar;
use lapwing_measure::machine::{self, Processors};
use lapwing_measure::{process, system_calls};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Messages of each client before anything is counted.
const WARM_UP: usize = 3;
/// No further round begins when it would end later than this after the start, so that the whole
/// takes no more than about two minutes on a slow machine too.
const TIME_FOR_ROUNDS: Duration = Duration::from_secs(60);
/// What a server still does after the last message is not what it does when idle.
const SETTLING: Duration = Duration::from_millis(100);
/// Descriptors that this command and a server need besides their connections.
const SPARE_DESCRIPTORS: usize = 64;
/// How many messages are counted, when system calls are, for each talker.
const COUNTED_EACH: usize = 5;
const COUNTED_ONE: usize = 200;
/// Lapwing's own threads are called so.
const OWN_THREADS: &str = "lapwing";

/// How much is measured.
pub struct Plan {
    started: Instant,
    /// At most.
    pub rounds: usize,
    connections: usize,
    wanted_connections: usize,
    size: usize,
    /// Messages of all clients together, when all talk.
    messages: usize,
    /// Messages of the one that talks.
    messages_of_one: usize,
    idle: Duration,
    processors: Processors,
}

/// A figure for each of the two loads.
#[derive(Serialize, Clone, Copy)]
pub struct Loads {
    pub all_talk: f64,
    pub one_talks: f64,
}

/// What was found out about one model.
#[derive(Serialize)]
pub struct Finding {
    #[serde(skip)]
    pub model: &'static Model,
    pub name: &'static str,
    pub source: &'static str,
    /// Lines of source, without what all servers share.
    pub lines: usize,
    /// Open at once.
    pub connections: usize,
    /// The program's threads, while they were.
    pub threads: usize,
    /// Lapwing's threads besides.
    pub lapwing_threads: usize,
    /// Messages that came back exactly, all rounds together.
    pub messages: usize,
    /// Microseconds of processor time for one message.
    pub cpu_microseconds: Loads,
    /// Microseconds from one message to the next: of all clients together, and of the one.
    pub microseconds: Loads,
    /// Microseconds of processor time in a second in which nobody talks.
    pub idle_microseconds_per_second: f64,
    /// System calls for one message.
    pub system_calls: Option<Loads>,
    /// The same by name.
    pub system_calls_by_name: BTreeMap<String, Loads>,
    /// Why system calls were not counted.
    pub not_counted: Option<String>,
}

/// Everything.
#[derive(Serialize)]
pub struct Findings {
    pub wanted_connections: usize,
    pub connections_limited_by_descriptors: bool,
    pub message_bytes: usize,
    pub rounds: usize,
    pub machine: String,
    pub models: Vec<Finding>,
}

/// The figures of one turn.
struct Turn {
    cpu: Loads,
    wall: Loads,
}

impl Plan {
    /// What to do for so many connections and messages of so many bytes.
    pub fn new(wanted_connections: usize, size: usize, quick: bool) -> Self {
        let room = process::raise_descriptor_limit().saturating_sub(SPARE_DESCRIPTORS).max(1);
        Plan {
            started: Instant::now(),
            rounds: if quick { 1 } else { 5 },
            connections: wanted_connections.min(room),
            wanted_connections,
            size,
            messages: if quick { 4_000 } else { 20_000 },
            messages_of_one: if quick { 200 } else { 1_000 },
            idle: Duration::from_millis(if quick { 200 } else { 500 }),
            processors: Processors::divide(),
        }
    }

    fn connections(&self, model: &Model) -> usize {
        self.connections.min(model.limit.unwrap_or(usize::MAX))
    }

    fn start(&self, model: &Model, program: &Path) -> Result<Server, Failure> {
        let connections = self.connections(model);
        let mut server = Server::start(program, &self.processors, connections, self.size)?;
        server.echo(connections, WARM_UP)?;
        Ok(server)
    }

    /// Times both loads on a server that has just started.
    fn turn(&self, model: &Model, program: &Path) -> Result<Turn, Failure> {
        let connections = self.connections(model);
        let mut server = self.start(model, program)?;
        let (all_cpu, all_wall) = timed(&mut server, connections, self.messages / connections)?;
        let (one_cpu, one_wall) = timed(&mut server, 1, self.messages_of_one)?;
        server.end()?;
        Ok(Turn {
            cpu: Loads { all_talk: all_cpu, one_talks: one_cpu },
            wall: Loads { all_talk: all_wall, one_talks: one_wall },
        })
    }

    fn messages(&self, model: &Model, rounds: usize) -> usize {
        let connections = self.connections(model);
        let all = (self.messages / connections).max(1) * connections;
        rounds * (all + self.messages_of_one)
    }
}

/// Microseconds for one message: of the server's processor time, and on the clock.
fn timed(server: &mut Server, talkers: usize, messages: usize) -> Result<(f64, f64), Failure> {
    let messages = messages.max(1);
    let (before, started) = (server.processor_time()?, Instant::now());
    server.echo(talkers, messages)?;
    let wall = started.elapsed();
    let cpu = server.processor_time()? - before;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / (talkers * messages) as f64;
    Ok((each(cpu), each(wall)))
}

/// Measures all of these models.
pub fn measure(
    plan: &Plan,
    programs: &[(&'static Model, PathBuf)],
    bar: &ProgressBar,
) -> Result<Findings, Failure> {
    let mut turns: Vec<Vec<Turn>> = programs.iter().map(|_| Vec::new()).collect();
    let mut rounds = 0;
    let before = plan.started.elapsed();
    while rounds < plan.rounds && is_time_for_another(rounds, before, plan.started.elapsed()) {
        rounds += 1;
        for ((model, program), turns) in programs.iter().zip(&mut turns) {
            bar.set_message(format!("round {rounds}: {}", model.title));
            turns.push(plan.turn(model, program).map_err(|error| of(model, &error))?);
            bar.inc(1);
        }
    }
    bar.set_length(bar.position() + programs.len() as u64);
    let mut models = Vec::new();
    for ((model, program), turns) in programs.iter().zip(turns) {
        bar.set_message(format!("counting and idling: {}", model.title));
        models.push(find(plan, model, program, &turns).map_err(|error| of(model, &error))?);
        bar.inc(1);
    }
    Ok(Findings {
        wanted_connections: plan.wanted_connections,
        connections_limited_by_descriptors: plan.connections < plan.wanted_connections,
        message_bytes: plan.size,
        rounds,
        machine: machine(plan),
        models,
    })
}

/// Whether the next round, if it takes as long as those before, is over in time; the first always
/// has time.
fn is_time_for_another(rounds: usize, before: Duration, now: Duration) -> bool {
    let each = now.saturating_sub(before).checked_div(rounds as u32);
    each.is_none_or(|each| now + each <= TIME_FOR_ROUNDS)
}

fn of(model: &Model, error: &str) -> Failure {
    format!("{}: {error}", model.source.file)
}

/// What is found without a clock, and the medians of what was timed.
fn find(
    plan: &Plan,
    model: &'static Model,
    program: &Path,
    turns: &[Turn],
) -> Result<Finding, Failure> {
    let connections = plan.connections(model);
    let mut server = plan.start(model, program)?;
    let threads = process::threads(server.process()).map_err(|error| error.to_string())?;
    let own = threads.iter().filter(|(_, name)| name.starts_with(OWN_THREADS)).count();
    let idle = idle(&server, plan.idle)?;
    let counted = count(&mut server, connections);
    server.end()?;
    let (by_name, not_counted) = match counted {
        Ok(by_name) => (by_name, None),
        Err(why) => (BTreeMap::new(), Some(why)),
    };
    let sum = |load: fn(&Loads) -> f64| by_name.values().map(load).sum();
    Ok(Finding {
        model,
        name: model.name,
        source: model.source.file,
        lines: model.lines(),
        connections,
        threads: threads.len() - own,
        lapwing_threads: own,
        messages: plan.messages(model, turns.len()),
        cpu_microseconds: middle(turns, |turn| turn.cpu),
        microseconds: middle(turns, |turn| turn.wall),
        idle_microseconds_per_second: idle,
        system_calls: not_counted.is_none().then(|| Loads {
            all_talk: sum(|loads| loads.all_talk),
            one_talks: sum(|loads| loads.one_talks),
        }),
        system_calls_by_name: by_name,
        not_counted,
    })
}

/// Processor time of a server nobody talks to, in microseconds for each second.
fn idle(server: &Server, watched: Duration) -> Result<f64, Failure> {
    std::thread::sleep(SETTLING);
    let (before, started) = (server.processor_time()?, Instant::now());
    std::thread::sleep(watched);
    let used = server.processor_time()? - before;
    Ok(used.as_secs_f64() * 1e6 / started.elapsed().as_secs_f64())
}

/// System calls by name for one message.
fn count(server: &mut Server, connections: usize) -> Result<BTreeMap<String, Loads>, Failure> {
    let all = count_load(server, connections, COUNTED_EACH)?;
    let one = count_load(server, 1, COUNTED_ONE)?;
    let names = all.keys().chain(one.keys());
    let each = |name: &String| {
        let of = |calls: &system_calls::Calls, messages: usize| {
            calls.get(name).copied().unwrap_or(0) as f64 / messages as f64
        };
        let all_talk = of(&all, connections * COUNTED_EACH);
        let one_talks = of(&one, COUNTED_ONE);
        (name.clone(), Loads { all_talk, one_talks })
    };
    Ok(names.map(each).collect())
}

fn count_load(
    server: &mut Server,
    talkers: usize,
    messages: usize,
) -> Result<system_calls::Calls, Failure> {
    let process = server.process();
    let server = std::cell::RefCell::new(server);
    let echo = |messages| server.borrow_mut().echo(talkers, messages);
    let (outcome, calls) = system_calls::count(process, || echo(1), || echo(messages))?;
    outcome.map(|()| calls)
}

/// The median of the turns, figure by figure.
fn middle(turns: &[Turn], which: fn(&Turn) -> Loads) -> Loads {
    let median = |load: fn(Loads) -> f64| {
        let mut values: Vec<f64> = turns.iter().map(|turn| load(which(turn))).collect();
        values.sort_by(f64::total_cmp);
        let (low, high) = ((values.len() - 1) / 2, values.len() / 2);
        (values[low] + values[high]) / 2.0
    };
    Loads { all_talk: median(|load| load.all_talk), one_talks: median(|load| load.one_talks) }
}

fn machine(plan: &Plan) -> String {
    let apart = if plan.processors.are_apart {
        "clients and server apart"
    } else {
        "clients and server together"
    };
    format!("{}; {apart}; {}", machine::processors(), machine::kernel())
}

#[cfg(test)]
mod tests {
    use super::super::model::MODELS;
    use super::super::{page, table};
    use super::*;

    /// As if every model had been measured.
    fn example() -> Findings {
        let loads = Loads { all_talk: 1.5, one_talks: 30.0 };
        let find = |model: &'static Model| Finding {
            model,
            name: model.name,
            source: model.source.file,
            lines: model.lines(),
            connections: 1000,
            threads: 17,
            lapwing_threads: 1,
            messages: 5000,
            cpu_microseconds: loads,
            microseconds: loads,
            idle_microseconds_per_second: 0.0,
            system_calls: Some(loads),
            system_calls_by_name: BTreeMap::from([("recvfrom".to_owned(), loads)]),
            not_counted: None,
        };
        Findings {
            wanted_connections: 1000,
            connections_limited_by_descriptors: false,
            message_bytes: 64,
            rounds: 5,
            machine: "2 processors".to_owned(),
            models: MODELS.iter().map(find).collect(),
        }
    }

    #[test]
    fn table_and_page_have_every_model() {
        let findings = example();
        let (table, page) = (table::table(&findings), page::page(&findings));
        for model in &MODELS {
            let is_row = |line: &str| line.starts_with(&format!("{}  ", model.title));
            assert_eq!(table.lines().filter(|line| is_row(line)).count(), 1, "{table}");
            assert!(page.contains(&format!("<h3>{}</h3>", model.title)), "{}", model.name);
            assert!(page.contains(model.source.file), "{}", model.name);
        }
        assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
        assert_eq!(page.matches("<svg").count(), MODELS.len() + 4);
    }

    #[test]
    fn rounds_end_in_time() {
        let seconds = Duration::from_secs;
        assert!(is_time_for_another(0, seconds(70), seconds(70)));
        assert!(is_time_for_another(1, seconds(0), seconds(30)));
        assert!(!is_time_for_another(1, seconds(0), seconds(31)));
        assert!(is_time_for_another(3, seconds(20), seconds(50)));
        assert!(!is_time_for_another(3, seconds(20), seconds(51)));
    }

    #[test]
    fn the_median_is_taken_for_each_figure() {
        let turn = |value: f64| {
            let loads = Loads { all_talk: value, one_talks: -value };
            Turn { cpu: loads, wall: loads }
        };
        let turns = [3.0, 1.0, 8.0].map(turn);
        let found = middle(&turns, |turn| turn.cpu);
        assert_eq!((found.all_talk, found.one_talks), (3.0, -3.0));
        assert_eq!(middle(&[1.0, 2.0].map(turn), |turn| turn.wall).all_talk, 1.5);
    }
}
