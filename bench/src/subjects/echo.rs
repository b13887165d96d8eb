//! An echo server: our models beside everyone else's.

use crate::programs::{Kind, MODELS, PEERS, Program};
use crate::report::{CPU, Case, LATENCY, Measure, SLOW, Section, WALL, WINESERVER};
use crate::rounds::{Bench, Contender};
use crate::server::{self, Load};

const ABOUT: &str = "\
Each server runs in a process of its own on one processor, the clients on another; every client has
one message under way, and every echo is compared byte by byte.  CPU is what the kernel accounts to
all threads of the server's process, for one message.  `epoll` is hand-written: edge-triggered, with
receive and send inline.  System calls (strace) and instructions outside the kernel (valgrind) are
differences of a long and a short run of their own, so that starting and ending cancel out.";

/// strace and valgrind slow a server down so much that fewer messages must do.
const COUNTED_LESS: usize = 20;
/// Wine is so much slower.
const WINE_LESS: usize = 20;

/// What a full run measures, unless the options say it.
const LOADS: [Load; 4] =
    [load(64, 64, 1, 1500), load(512, 64, 1, 150), load(64, 4096, 1, 1000), load(1, 64, 1, 8000)];

/// A load in which every connection has a message under way.
pub const fn load(connections: usize, size: usize, threads: usize, messages: usize) -> Load {
    Load { connections, talkers: connections, size, threads, messages }
}

/// The subject.
pub fn measure(bench: &mut Bench) -> Section {
    let options = bench.options;
    let asked = options.connections.map_or(64, usize::from);
    let is_asked = options.connections.is_some() || options.size.is_some();
    let loads: Vec<Load> = if is_asked || options.threads.is_some() {
        let connections = bench.connections("echo", asked);
        let size = options.size.map_or(64, |size| size as usize);
        let messages = 100_000_usize.div_ceil(connections * (1 + size / 4096));
        vec![load(connections, size, options.threads.map_or(1, usize::from), messages)]
    } else {
        LOADS.to_vec()
    };
    let models: Vec<&'static Program> = match options.models.as_slice() {
        [] => MODELS.iter().collect(),
        chosen => chosen.to_vec(),
    };
    let contenders = bench.build(models.into_iter().chain(&PEERS));
    // Our other models are looked at once, unless they are asked for.
    let is_first = |it: &&Contender| it.program == &MODELS[0] || !MODELS.contains(it.program);
    let fewer: Vec<Contender> = contenders.iter().filter(is_first).cloned().collect();
    let cases = loads.iter().enumerate().map(|(number, load)| {
        let load = load.divided(bench.divide);
        let is_all = number == 0 || !bench.options.models.is_empty();
        compare(bench, if is_all { &contenders } else { &fewer }, load, number == 0)
    });
    Section { subject: "echo", title: "An echo server", about: ABOUT, cases: cases.collect() }
}

/// The case's name for programs.
pub fn name(load: &Load) -> String {
    let threads = match load.threads {
        1 => String::new(),
        threads => format!(" {threads} threads"),
    };
    format!("echo {}x{}{threads}", load.connections, load.size)
}

fn title(load: &Load) -> String {
    let Load { connections, size, threads, .. } = load;
    let plural = if *connections == 1 { "" } else { "s" };
    let threads = match threads {
        1 => "one thread".to_owned(),
        threads => format!("{threads} threads"),
    };
    format!("{connections} connection{plural} × {size} bytes, {threads}")
}

/// All these programs under a load; with their system calls and instructions, if that is wanted.
pub fn compare(bench: &mut Bench, contenders: &[Contender], load: Load, is_counted: bool) -> Case {
    let (name, title) = (name(&load), title(&load));
    let has_threads = |it: &&Contender| load.threads == 1 || it.program.has_threads;
    let contenders: Vec<Contender> = contenders.iter().filter(has_threads).cloned().collect();
    let mut entries = bench.take_turns(&name, &contenders, |bench, contender, entry| {
        let load = match contender.program.kind {
            Kind::Wine => load.divided(WINE_LESS),
            _ => load,
        };
        let pass = server::measure(&contender.built, load, &bench.processors)?;
        // What is done for a program under Wine is done by both.
        entry.push(&CPU, pass.cpu + pass.wineserver.unwrap_or(0.0));
        entry.push(&WALL, pass.wall);
        entry.push(&LATENCY, pass.median);
        entry.push(&SLOW, pass.slow);
        pass.wineserver.into_iter().for_each(|value| entry.push(&WINESERVER, value));
        Ok(())
    });
    let mut notes = Vec::new();
    for entry in &mut entries {
        let Some(it) = contenders.iter().find(|it| it.name == entry.name) else { continue };
        if is_counted && it.program.kind != Kind::Wine {
            let load = load.divided(COUNTED_LESS);
            bench.say(format!("counting {}", it.name));
            let list = bench.scratch("list");
            match server::system_calls(&it.built, load, &bench.processors, &list) {
                Ok(calls) => entry.system_calls = Some(calls),
                Err(why) => notes.push(format!("{}: no system calls counted: {why}", it.name)),
            }
            match server::instructions(&it.built, load, &bench.processors, &list) {
                Ok(count) => entry.instructions = Some(count),
                Err(why) => notes.push(format!("{}: no instructions counted: {why}", it.name)),
            }
        }
    }
    let measure: &'static Measure = match (load.connections, load.threads) {
        (1, _) => &LATENCY,
        (_, 1) => &CPU,
        _ => &WALL,
    };
    Case { name, title, measure, entries, notes }
}
