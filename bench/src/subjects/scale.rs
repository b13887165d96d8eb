//! More of everything: threads, and connections that are quiet.

use super::echo::{self, load};
use crate::programs::{Kind, MODELS, ONE_SET, PEERS};
use crate::report::{Case, Section};
use crate::rounds::Bench;
use crate::server::Load;

const ABOUT: &str = "\
The same echo servers with more threads, which share the processors with the clients: here the time
from one message to the next is compared.  The threads of `one epoll set`, by hand, share what they
wait for, as the workers of a port do, so that any of them serves any connection; `epoll`,
`io_uring`, libuv, compio and monoio give each thread connections of its own.  Then with ever more
connections, of which 64 have a message under way and the others are quiet: what a message costs
should not change.";

const THREADS: [usize; 4] = [1, 2, 4, 8];
/// Connections, of which so many talk.
const CONNECTIONS: [usize; 4] = [100, 1000, 10_000, MOST];
const TALKERS: usize = 64;
const MOST: usize = 20_000;

/// The subject.
pub fn measure(bench: &mut Bench) -> Section {
    let mut cases = Vec::new();
    let threaded = MODELS.iter().take(1).chain([&ONE_SET]).chain(&PEERS);
    let threaded = threaded.filter(|it| it.has_threads);
    let contenders = bench.build(threaded);
    for threads in THREADS {
        let load = load(64, 64, threads, 600).divided(bench.divide);
        let case = echo::compare(bench, &contenders, load, false);
        cases.push(Case { name: format!("threads {threads}"), ..case });
    }
    let by_hand = PEERS.iter().filter(|it| it.kind == Kind::HandWritten).take(1);
    let contenders = bench.build(MODELS.iter().take(1).chain(by_hand));
    for wanted in CONNECTIONS {
        let connections = bench.connections("scale", wanted);
        // The last one says only that so many are possible.
        let rounds = bench.rounds;
        bench.rounds = if wanted == MOST { 1 } else { rounds };
        let quiet = Load { talkers: TALKERS, ..load(connections, 64, 1, 1000) };
        let case = echo::compare(bench, &contenders, quiet.divided(bench.divide), false);
        bench.rounds = rounds;
        let title = format!("{connections} connections, {TALKERS} of which talk");
        cases.push(Case { name: format!("quiet {wanted}"), title, ..case });
    }
    Section {
        subject: "scale",
        title: "More threads, more connections",
        about: ABOUT,
        divide: bench.divide,
        cases,
    }
}
