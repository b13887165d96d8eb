//! What a connection costs that is open and says nothing: bytes of memory.

use super::echo::load;
use crate::Failure;
use crate::programs::{Kind, MODELS, PEERS};
use crate::report::{BYTES, Case, KERNEL_BYTES, Section};
use crate::rounds::{Bench, Contender};
use crate::server::Server;
use std::fs;

const ABOUT: &str = "\
The same echo servers with few and with many connections, each of which has had an answer and now
waits with a posted receive: how much more memory of its own the process has for one connection
more, its own buffer for the connection among it (in `servers/iocp_echo.c` 80 bytes here), and how
much more the kernel has for both ends of it, in use anywhere on the machine.";

/// Few connections and many.
const FEW: usize = 1000;
const MANY: usize = 9000;
/// Wine does not do many in this time.
const KINDS: [Kind; 3] = [Kind::Lapwing, Kind::HandWritten, Kind::Library];
/// What `servers/iocp_echo.c` allocates itself for a connection and messages of one byte.
pub const OWN_BYTES: f64 = 80.0;

/// The subject.
pub fn measure(bench: &mut Bench) -> Section {
    let title = "An idle connection";
    let many = (MANY / bench.divide.min(4)).max(FEW * 2);
    let mut cases = Vec::new();
    let many = bench.connections("idle", many);
    if many > FEW {
        let programs = MODELS.iter().take(1).chain(&PEERS);
        let contenders = bench.build(programs.filter(|it| KINDS.contains(&it.kind)));
        // Memory is counted, not timed: it varies little.
        let rounds = bench.rounds;
        bench.rounds = rounds.min(2);
        let entries = bench.take_turns("idle", &contenders, |bench, it, entry| {
            let (few, many) = ((FEW, memory(bench, it, FEW)?), (many, memory(bench, it, many)?));
            let each =
                |of: fn(&Memory) -> f64| (of(&many.1) - of(&few.1)) / (many.0 - few.0) as f64;
            entry.push(&BYTES, each(|memory| memory.process));
            entry.push(&KERNEL_BYTES, each(|memory| memory.kernel));
            Ok(())
        });
        bench.rounds = rounds;
        let title = format!("a connection more, from {FEW} to {many}");
        let name = "idle".to_owned();
        cases.push(Case { name, title, measure: &BYTES, entries, notes: Vec::new() });
    }
    Section { subject: "idle", title, about: ABOUT, cases }
}

/// Bytes.
struct Memory {
    process: f64,
    kernel: f64,
}

fn memory(bench: &Bench, it: &Contender, connections: usize) -> Result<Memory, Failure> {
    let load = load(connections, 1, 1, 1);
    let before = field("/proc/meminfo", "SUnreclaim:")?;
    let mut server = Server::start(it.built.command(), load, &bench.processors)?;
    server.echo(1, &mut |_| {})?;
    let own = format!("/proc/{}/smaps_rollup", server.process());
    let process = field(&own, "Private_Dirty:")? + field(&own, "Private_Clean:")?;
    let kernel = field("/proc/meminfo", "SUnreclaim:")? - before;
    server.end()?;
    Ok(Memory { process, kernel })
}

/// A number of KiB in a file of the kernel's, in bytes.
fn field(path: &str, name: &str) -> Result<f64, Failure> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    number.map(|kib| kib * 1024.0).ok_or_else(|| format!("{path} has no {name}"))
}
