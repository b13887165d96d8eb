//! What a connection costs that is open and says nothing: bytes of memory.

use super::echo::load;
use crate::Failure;
use crate::programs::{Kind, MODELS, PEERS, Program, native};
use crate::report::{BYTES, Case, Entry, HEAP_BYTES, KERNEL_BYTES, Section};
use crate::rounds::{Bench, Contender};
use crate::server::Server;
use std::io::Read;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::Path;
use std::time::Duration;
use std::{fs, thread};

const ABOUT: &str = "\
The same echo servers with few and with many connections, each of which has had an answer and now
waits with a posted receive: how much more memory of its own the process has for one connection
more, its own buffer for the connection among it (in `servers/iocp_echo.c` 80 bytes here), and how
much more the kernel has for both ends of it, in use anywhere on the machine.  `bytes` are the
process's pages: that is what the machine has to give, and what the goal is about.  `by malloc` is
what is in use of its heap, to the byte (`servers/heap.c`, loaded into the server, asks malloc).";

/// Few connections and many.
const FEW: usize = 1000;
const MANY: usize = 9000;
/// Each server is idle for so long before it is measured.
const IDLE: Duration = Duration::from_millis(200);
/// Wine does not do many in this time.
const KINDS: [Kind; 3] = [Kind::Lapwing, Kind::HandWritten, Kind::Library];
/// What is loaded into the servers.
static HEAP: Program = native("heap", Kind::HandWritten, "servers/heap.c");
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
        let contenders =
            bench.build(programs.filter(|it| KINDS.contains(&it.kind) && it.words.is_empty()));
        let heap = bench.helper(&HEAP).map(|built| built.path);
        let heap = heap.map_err(|why| bench.miss(HEAP.name, HEAP.kind, Some("idle"), why)).ok();
        let heap = heap.as_deref();
        // Memory is counted, not timed: it varies little.
        let rounds = bench.rounds;
        bench.rounds = rounds.min(2);
        let entries = bench.take_turns("idle", &contenders, |bench, it, entry| {
            let before = memory(bench, it, FEW, heap)?;
            let after = memory(bench, it, many, heap)?;
            let each = |before: f64, after: f64| (after - before) / (many - FEW) as f64;
            entry.push(&BYTES, each(before.process, after.process));
            if let (Some(before), Some(after)) = (before.heap, after.heap) {
                entry.push(&HEAP_BYTES, each(before, after));
            }
            entry.push(&KERNEL_BYTES, each(before.kernel, after.kernel));
            Ok(())
        });
        bench.rounds = rounds;
        let title = format!("a connection more, from {FEW} to {many}");
        let name = "idle".to_owned();
        let notes = entries.first().and_then(on_paper).into_iter().collect();
        cases.push(Case { name, title, measure: &BYTES, entries, notes });
    }
    Section { subject: "idle", title, about: ABOUT, divide: bench.divide, cases }
}

/// What more connections would take than the limit of open files allows.
fn on_paper(ours: &Entry) -> Option<String> {
    const CONNECTIONS: f64 = 100_000.0;
    let megabytes = |measure| Some(ours.spread(measure)?.median * CONNECTIONS / 1e6);
    let (own, kernel) = (megabytes(&BYTES)?, megabytes(&KERNEL_BYTES)?);
    Some(format!(
        "100,000 idle connections would take {own:.0} MB of the process and {kernel:.0} MB of the \
         kernel, for both ends"
    ))
}

/// Bytes.
struct Memory {
    process: f64,
    heap: Option<f64>,
    kernel: f64,
}

fn memory(
    bench: &Bench,
    it: &Contender,
    connections: usize,
    heap: Option<&Path>,
) -> Result<Memory, Failure> {
    let load = load(connections, 1, 1, 1);
    let socket = format!("lapwing-bench-heap-{}", std::process::id());
    let mut command = it.built.command();
    if let Some(heap) = heap {
        command.env("LD_PRELOAD", heap).env("HEAP_SOCKET", &socket);
    }
    let before = field("/proc/meminfo", "SUnreclaim:")?;
    let mut server = Server::start(command, load, &bench.processors)?;
    server.echo(1, &mut |_| {})?;
    // What a server needed for all of them at once, it may give back when it is idle.
    thread::sleep(IDLE);
    let own = format!("/proc/{}/smaps_rollup", server.process());
    let process = field(&own, "Private_Dirty:")? + field(&own, "Private_Clean:")?;
    let kernel = field("/proc/meminfo", "SUnreclaim:")? - before;
    let heap = heap.and_then(|_| heap_in_use(&socket));
    server.end()?;
    Ok(Memory { process, heap, kernel })
}

/// The bytes that the program at this socket has in use.
fn heap_in_use(socket: &str) -> Option<f64> {
    let address = SocketAddr::from_abstract_name(socket).ok()?;
    let mut said = String::new();
    UnixStream::connect_addr(&address).ok()?.read_to_string(&mut said).ok()?;
    said.trim().parse().ok()
}

/// A number of KiB in a file of the kernel's, in bytes.
fn field(path: &str, name: &str) -> Result<f64, Failure> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    number.map(|kib| kib * 1024.0).ok_or_else(|| format!("{path} has no {name}"))
}
