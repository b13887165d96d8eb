//! Who came nearest competes once more.

use super::echo::{self, load};
use crate::programs::{Kind, MODELS, PEERS, Program, QUEUES};
use crate::report::{Case, Section};
use crate::rounds::Bench;
use crate::server::Load;

const ABOUT: &str = "\
Of several that are nearly equal the one that was lucky in its rounds seems best, and beside it
everybody else looks worse than it is.  So those that were nearest in the rounds above, of each kind
two that send at once and one that sends late, compete once more with the queues by hand, and nobody
else: up to 24 rounds, in each of which every server has sixteen turns of 4096 messages or more
(`--divide`: fewer).  Where the goals ask for the best of a kind, these rounds decide; those above
have only chosen who is here.";

/// Rounds, unless somebody has said how many.
const ROUNDS: usize = 24;
/// Turns of each server in a round.
const TURNS: usize = 16;
/// So many messages of all talkers make a turn, if no fewer are asked for.
const MESSAGES_OF_A_TURN: usize = 4096;
/// So many of each kind that send at once are there.
const NEAREST: usize = 2;

/// How its cases are called, of the load that the goals call by this name.
pub fn name(load: &str) -> String {
    format!("final {load}")
}

const fn of_turns(connections: usize, size: usize) -> Load {
    load(connections, size, 1, MESSAGES_OF_A_TURN * TURNS / connections)
}

const LOADS: [Load; 3] = [of_turns(64, 64), of_turns(512, 64), of_turns(64, 4096)];

/// The names of those of the first rounds that are to compete, ours first.
fn finalists<'s>(echo: &'s Case, engine: &'s Case) -> Vec<&'s str> {
    let is_queue = |name: &str| QUEUES.contains(&name);
    let mut names: Vec<&str> = [MODELS[0].name].into_iter().chain(QUEUES).collect();
    for (case, kind, count, late) in [
        (echo, Kind::Library, NEAREST, false),
        (engine, Kind::HandWritten, NEAREST, false),
        (echo, Kind::Library, 1, true),
        (echo, Kind::HandWritten, 1, true),
    ] {
        let nearest =
            case.nearest(|it| it.kind == kind && it.sends_late == late && !is_queue(&it.name));
        names.extend(nearest.into_iter().take(count).map(|entry| entry.name.as_str()));
    }
    names
}

/// The finals of what has been measured, where that is known of both the servers and the engines.
pub fn measure(bench: &mut Bench, sections: &[Section]) -> Option<Section> {
    if !bench.options.has_finals() {
        return None;
    }
    bench.rounds = bench.options.rounds_or(ROUNDS);
    bench.divide = bench.options.divide_or(1);
    let case = |name: String| {
        sections.iter().flat_map(|section| &section.cases).find(|case| case.name == name)
    };
    let mut cases = Vec::new();
    for load in LOADS {
        let size = format!("{}x{}", load.connections, load.size);
        let first = case(format!("echo {size}")).zip(case(format!("engine {size}")));
        let Some(names) = first.map(|(echo, engine)| finalists(echo, engine)) else { continue };
        let known = || MODELS.iter().chain(&PEERS).chain(&super::engine::VARIANTS);
        let program = |name: &&str| known().find(|program| program.name == *name);
        let programs: Vec<&'static Program> = names.iter().filter_map(program).collect();
        let contenders = bench.build(programs);
        let case = echo::compete(bench, &contenders, load.divided(bench.divide), TURNS);
        cases.push(Case {
            name: name(&size),
            title: format!("{}, the nearest", case.title),
            ..case
        });
    }
    if cases.is_empty() {
        return None;
    }
    let title = "An echo server: the nearest once more";
    Some(Section { subject: "finals", title, about: ABOUT, divide: bench.divide, cases })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{CPU, Entry};

    fn case(entries: &[(&str, Kind, bool, f64)]) -> Case {
        let entry = |(name, kind, sends_late, value): &(&str, Kind, bool, f64)| {
            let mut entry = Entry { sends_late: *sends_late, ..Entry::new(*name, *kind) };
            entry.push(&CPU, *value);
            entry
        };
        let entries = entries.iter().map(entry).collect();
        let (name, title) = (String::new(), String::new());
        Case { name, title, measure: &CPU, entries, notes: Vec::new() }
    }

    #[test]
    fn two_of_each_kind_that_send_at_once_and_one_that_sends_late_compete() {
        let ours = ("port", Kind::Lapwing, false, 5.0);
        let library = |name, sends_late, value| (name, Kind::Library, sends_late, value);
        let by_hand = |name, sends_late, value| (name, Kind::HandWritten, sends_late, value);
        let echo = case(&[
            ours,
            by_hand("late ring", true, 4.9),
            library("far", false, 9.0),
            library("second", false, 5.2),
            library("first", false, 5.1),
            library("late", true, 5.3),
            library("later", true, 5.4),
        ]);
        let engine = case(&[
            ours,
            by_hand("epoll", false, 4.8),
            by_hand(QUEUES[0], false, 4.7),
            by_hand("a later ring", true, 4.6),
            by_hand("ring", false, 4.9),
            by_hand("far ring", false, 7.0),
        ]);
        let named = ["first", "second", "epoll", "ring", "late", "late ring"];
        let all: Vec<&str> = ["port"].into_iter().chain(QUEUES).chain(named).collect();
        assert_eq!(finalists(&echo, &engine), all);
    }
}
