//! An echo server: our models beside everyone else's.

use crate::Failure;
use crate::counted;
use crate::programs::{Kind, MODELS, PEERS, Program};
use crate::report::{CPU, Case, Entry, LATENCY, Measure, SLOW, Section, TOGETHER};
use crate::report::{WALL, WINESERVER};
use crate::rounds::{Bench, Contender, Play};
use crate::sample::spread;
use crate::server::{self, Load, Pass, Place, Server};

const ABOUT: &str = "\
Each server runs in a process of its own on one processor, the clients on another; every client has
one message under way (`--depth`: more), and every echo is compared byte by byte.  In each round all
servers are there at once, where there are descriptors enough, and have five short turns each, one
after the other, while the others sleep (those under Wine have one long turn); a round's figure is
the median of a server's turns.  So what disturbs the machine for more than a moment disturbs all
alike.  CPU is what the kernel accounts to all threads of the server's process, for one message;
`with clients` adds what it accounts to the clients, because who sends over the loopback pays for
what happens at the receiving end, and a server can make its clients' work cheaper or dearer.
`epoll` is hand-written: edge-triggered, with receive and send inline; `queue over epoll` is the
same with the least that makes it a port: a receive that waits, and a queue under a mutex, from
which the ends of receives and sends are taken; `queue over epoll, idle thread` is that program in a
process that has a second thread, as most Windows servers have: even if that does nothing, each
system call on a socket is dearer; `queue over epoll, handles` keeps besides that what a port
promises to several threads: a handle may be closed at any moment, whatever uses it, and then what
waits ends.  System calls (strace) and instructions outside the kernel (valgrind) are differences of
a long and a short run of their own, so that starting and ending cancel out.  While instructions are
counted, a server sleeps until a message of every client is there: so it does the same every time,
and each receive has to wait, which is the dearer case for some.

`port`, `events`, `routines` and `select` are C; `crate` is `port` once more, in Rust without
`unsafe`, on the crate `lapwing` (`crates/lapwing/examples/echo.rs`), built with link-time
optimisation, as the peers in Rust are.

`io_uring`, compio and monoio send late: what they send waits until their thread has done all else
and asks for more, so that many sends share a system call.  A Windows program's data leaves when it
calls WSASend, even if the thread computes for a second afterwards.

With clients on another processor much of what a message costs is not the server's work, but that
the cache lines of a connection move between two processors which both use them.  How much of that a
server pays depends on who works when: one that goes through all its connections while the clients
wait, and waits while they work, pays less.  So the same loads follow once more on one processor
with the clients, where only the work differs; `docs/io-uring.md` has what that says of monoio.

`wine` is pinned to one processor with its own server, where Wine is at its best; `wine-anywhere` is
Wine as it comes.";

/// strace slows a server down so much that fewer messages must do.
const COUNTED_LESS: usize = 4;
/// Turns of a server in a round.
const TURNS: usize = 5;
/// Wine is so much slower.
const WINE_LESS: usize = 5;

/// What a full run measures, unless the options say it.
const LOADS: [Load; 7] = [
    load(64, 64, 1, 1500),
    load(512, 64, 1, 150),
    load(64, 4096, 1, 1000),
    load(1, 64, 1, 8000),
    together(load(64, 64, 1, 1500)),
    together(load(512, 64, 1, 150)),
    together(load(64, 4096, 1, 1000)),
];

/// A load in which every connection has a message under way.
pub const fn load(connections: usize, size: usize, threads: usize, messages: usize) -> Load {
    let (talkers, depth, place) = (connections, 1, Place::Apart);
    Load { connections, talkers, depth, size, threads, messages, place, words: &[] }
}

const fn together(load: Load) -> Load {
    Load { place: Place::Together, ..load }
}

/// The subject.
pub fn measure(bench: &mut Bench) -> Section {
    let options = bench.options;
    let asked = options.connections.map_or(64, usize::from);
    let loads: Vec<Load> = if options.has_load() {
        let connections = bench.connections("echo", asked);
        let size = options.size.map_or(64, |size| size as usize);
        let messages = 100_000_usize.div_ceil(connections * (1 + size / 4096));
        let load = load(connections, size, options.threads.map_or(1, usize::from), messages);
        vec![Load { depth: options.depth.map_or(1, usize::from), ..load }]
    } else {
        LOADS.to_vec()
    };
    let models: Vec<&'static Program> = match options.models.as_slice() {
        [] => MODELS.iter().collect(),
        chosen => chosen.to_vec(),
    };
    let contenders = bench.build(models.into_iter().chain(&PEERS));
    let of_load = |(number, load): (usize, &Load)| {
        let is_first = number == 0;
        // Our other models are looked at once, unless they are asked for; so is Wine as it comes.
        let is_wanted = |it: &&Contender| match it.program.kind {
            Kind::Lapwing => is_in_all(it.program) || !bench.options.models.is_empty(),
            Kind::Wine => load.place == Place::Apart && !it.program.anywhere,
            Kind::HandWritten | Kind::Library => true,
        };
        let these = contenders.iter().filter(|it| is_first || is_wanted(it)).cloned();
        let these: Vec<Contender> = these.collect();
        compare(bench, &these, load.divided(bench.divide), is_first)
    };
    let cases = loads.iter().enumerate().map(of_load).collect();
    Section { subject: "echo", title: "An echo server", about: ABOUT, divide: bench.divide, cases }
}

/// Whether this one of ours has every load: the one that all are compared with, and the same
/// written in Rust.
fn is_in_all(program: &Program) -> bool {
    [MODELS.first(), MODELS.last()].contains(&Some(program))
}

/// Servers under a load.
struct Echo {
    load: Load,
    /// There are descriptors enough for all servers' connections.
    is_at_once: bool,
    /// Turns of each in a round, which has all messages of the load.
    turns: usize,
}

/// A server that is there through a round, unless it is measured in one go, and what its turns have
/// brought.
struct Echoing {
    server: Option<Server>,
    passes: Vec<Pass>,
}

impl Play for Echo {
    type Actor = Echoing;

    fn turns(&self) -> usize {
        self.turns
    }

    fn begin(&mut self, bench: &Bench, contender: &Contender) -> Result<Echoing, Failure> {
        let load = Load { words: contender.program.words, ..self.load };
        if contender.program.kind != Kind::Wine && self.is_at_once {
            let load = load.divided(self.turns);
            let mut server = Server::start(contender.built.command(), load, &bench.processors)?;
            server.warm_up()?;
            return Ok(Echoing { server: Some(server), passes: Vec::new() });
        }
        // Under Wine the server has another process beside it, whose time counts.
        let load = match contender.program.kind {
            Kind::Wine => load.divided(WINE_LESS),
            _ => load,
        };
        let place = if contender.program.anywhere { Place::Anywhere } else { load.place };
        let pass = server::measure(&contender.built, Load { place, ..load }, &bench.processors)?;
        Ok(Echoing { server: None, passes: vec![pass] })
    }

    fn turn(&mut self, bench: &Bench, _: &Contender, it: &mut Echoing) -> Result<(), Failure> {
        if let Some(server) = &mut it.server {
            it.passes.push(server.turn(&bench.processors)?);
        }
        Ok(())
    }

    fn end(
        &mut self,
        _: &Bench,
        _: &Contender,
        it: Echoing,
        entry: &mut Entry,
    ) -> Result<(), Failure> {
        let mut push = |measure, of: fn(&Pass) -> f64| {
            let turns: Vec<f64> = it.passes.iter().map(of).collect();
            spread(&turns).into_iter().for_each(|turns| entry.push(measure, turns.median));
        };
        // What is done for a program under Wine is done by both.
        push(&CPU, |pass| pass.cpu + pass.wineserver.unwrap_or(0.0));
        push(&TOGETHER, |pass| pass.cpu + pass.wineserver.unwrap_or(0.0) + pass.clients);
        push(&WALL, |pass| pass.wall);
        push(&LATENCY, |pass| pass.median);
        push(&SLOW, |pass| pass.slow);
        if it.passes.iter().all(|pass| pass.wineserver.is_some()) {
            push(&WINESERVER, |pass| pass.wineserver.unwrap_or(0.0));
        }
        it.server.map_or(Ok(()), Server::end)
    }
}

/// The case's name for programs.
pub fn name(load: &Load) -> String {
    let more = |count: usize, what: &str| match count {
        1 => String::new(),
        count => format!(" {count} {what}"),
    };
    let (depth, threads) = (more(load.depth, "deep"), more(load.threads, "threads"));
    let place = if load.place == Place::Together { " together" } else { "" };
    format!("echo {}x{}{depth}{threads}{place}", load.connections, load.size)
}

fn title(load: &Load) -> String {
    let Load { connections, depth, size, threads, .. } = load;
    let plural = if *connections == 1 { "" } else { "s" };
    let threads = match threads {
        1 => "one thread".to_owned(),
        threads => format!("{threads} threads"),
    };
    let depth = match depth {
        1 => String::new(),
        depth => format!(", {depth} messages under way each"),
    };
    let place = match load.place {
        Place::Together => ", on one processor with the clients",
        Place::Apart | Place::Anywhere => "",
    };
    format!("{connections} connection{plural} × {size} bytes{depth}, {threads}{place}")
}

/// All these programs under a load; with their system calls and instructions, if that is wanted.
pub fn compare(bench: &mut Bench, contenders: &[Contender], load: Load, is_counted: bool) -> Case {
    let mut case = compete(bench, contenders, load, TURNS);
    for entry in &mut case.entries {
        let Some(it) = contenders.iter().find(|it| it.name == entry.name) else { continue };
        if is_counted && it.program.kind != Kind::Wine {
            let load = Load { words: it.program.words, ..load.divided(COUNTED_LESS) };
            bench.say(format!("counting {}", it.name));
            let list = bench.scratch("list");
            match counted::system_calls(&it.built, load, &bench.processors, &list) {
                Ok(calls) => entry.system_calls = Some(calls),
                Err(why) => case.notes.push(format!("{}: no system calls counted: {why}", it.name)),
            }
            match counted::instructions(&it.built, load, &bench.processors, &list) {
                Ok(count) => entry.instructions = Some(count),
                Err(why) => case.notes.push(format!("{}: no instructions counted: {why}", it.name)),
            }
        }
    }
    case
}

/// All these programs under a load, each with so many turns in a round.
pub fn compete(bench: &mut Bench, contenders: &[Contender], load: Load, turns: usize) -> Case {
    let (name, title) = (name(&load), title(&load));
    let has_threads = |it: &&Contender| load.threads == 1 || it.program.has_threads;
    let contenders: Vec<Contender> = contenders.iter().filter(has_threads).cloned().collect();
    let is_at_once = bench.can_hold(contenders.len() * load.connections);
    let entries = bench.play(&name, &contenders, Echo { load, is_at_once, turns });
    let measure: &'static Measure = match (load.connections, load.threads) {
        (1, _) if load.depth == 1 => &LATENCY,
        (_, 1) => &CPU,
        _ => &WALL,
    };
    Case { name, title, measure, entries, notes: Vec::new() }
}
