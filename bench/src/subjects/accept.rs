//! Connections that come: until each has had its first answer.

use super::echo::load;
use crate::programs::{ACCEPT_EX, Kind, MODELS, PEERS};
use crate::report::{CPU, Case, Section, WALL};
use crate::rounds::Bench;
use crate::server;

const ABOUT: &str = "\
The same echo servers, from the first connection until the last one of many has had the answer to
its first message: the server's processor time for a connection, and what passes between one and
the next (a million divided by it is connections per second).  `port` accepts one after the other in
a loop, as the peers do; `AcceptEx` always has 64 requests under way, whose ends come by its port.";

const CONNECTIONS: usize = 2000;

/// The subject.
pub fn measure(bench: &mut Bench) -> Section {
    let connections = CONNECTIONS.div_ceil(bench.divide);
    let peers = PEERS.iter().filter(|it| !it.anywhere && it.words.is_empty());
    let contenders = bench.build(MODELS.iter().take(1).chain([&ACCEPT_EX]).chain(peers));
    let entries = bench.take_turns("accept", &contenders, |bench, contender, entry| {
        let connections = match contender.program.kind {
            Kind::Wine => connections.div_ceil(10),
            _ => connections,
        };
        let load = load(connections, 64, 1, 1);
        let opening = server::open(&contender.built, load, &bench.processors)?;
        entry.push(&CPU, opening.cpu);
        entry.push(&WALL, opening.wall);
        Ok(())
    });
    let title = format!("{connections} connections, one thread");
    let name = "accept".to_owned();
    let case = Case { name, title, measure: &CPU, entries, notes: Vec::new() };
    Section {
        subject: "accept",
        title: "Connections",
        about: ABOUT,
        divide: bench.divide,
        cases: vec![case],
    }
}
