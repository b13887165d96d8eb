//! Files: blocks read at random places beside io_uring itself, and a file sent beside sendfile.

use crate::child::Running;
use crate::programs::{Kind, Program, native, told, windows};
use crate::report::{CPU, Case, NANOSECONDS, Section, WALL};
use crate::rounds::{Bench, Contender};
use crate::{Failure, child};
use rustix::fs::{Mode, OFlags};
use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::{Duration, Instant};

const ABOUT: &str = "\
`servers/uring_read.c` is a hand-written loop over io_uring, `servers/port_read.c` an ordinary
Windows program with overlapped ReadFile and a completion port.  Both read blocks of 4 KiB at random
places, 32 at a time: of a file in the page cache, and of one read past it (`O_DIRECT`,
`FILE_FLAG_NO_BUFFERING`).  The first takes as many results at a time as there are; so does the
second, by GetQueuedCompletionStatusEx, or one by one, by GetQueuedCompletionStatus.  `preadv2`
(`servers/nowait_read.c`) is the bare call that reads what is in the cache, and nothing else;
`queue over preadv2` (`servers/queue_read.c`) is the least that makes an overlapped read on a port
of it: a status block is written, and a packet goes through a queue under a mutex.  io_uring takes
less than the bare call because 32 reads share a system call; ReadFile reads when it is called.

`servers/sendfile.c` and `servers/transmit_file.c` send a file, which is in the page cache, to a
peer on the other processor that reads and forgets it; the time is from the first byte until the
peer has read everything.";

/// A program that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);
const MIB: usize = 1 << 20;
/// MiB of the file that is read, and of the one that is sent.
const READ_SIZE: usize = 256;
const SENT_SIZE: usize = 1024;
/// These are for what is in memory.
pub const BARE_READS: &str = "preadv2";
pub const QUEUED_READS: &str = "queue over preadv2";
static READERS: [Program; 5] = [
    windows("ReadFile, …StatusEx", "servers/port_read.c"),
    told(windows("ReadFile, …Status", "servers/port_read.c"), &["each"]),
    native("io_uring", Kind::HandWritten, "servers/uring_read.c"),
    native(BARE_READS, Kind::HandWritten, "servers/nowait_read.c"),
    native(QUEUED_READS, Kind::HandWritten, "servers/queue_read.c"),
];
static SENDERS: [Program; 3] = [
    windows("TransmitFile, blocking", "servers/transmit_file.c"),
    told(windows("TransmitFile, port", "servers/transmit_file.c"), &["port"]),
    native("sendfile", Kind::HandWritten, "servers/sendfile.c"),
];

/// The subject.
pub fn measure(bench: &mut Bench) -> Section {
    let mut cases = Vec::new();
    if let Err(why) = reads(bench, &mut cases).and_then(|()| sends(bench, &mut cases)) {
        bench.miss("file", Kind::HandWritten, None, why);
    }
    Section { subject: "file", title: "Files", about: ABOUT, divide: bench.divide, cases }
}

fn reads(bench: &mut Bench, cases: &mut Vec<Case>) -> Result<(), Failure> {
    let readers = bench.build(&READERS);
    let path = bench.scratch("blocks");
    let made = Scratch::new(&path, (READ_SIZE / bench.divide).max(16))?;
    let kinds: [(&str, Option<&str>, usize); 2] =
        [("in the cache", None, 500_000), ("past the cache", Some("direct"), 50_000)];
    for (title, word, count) in kinds {
        if word.is_some() && !made.can_be_read_past_the_cache() {
            let why = format!("{} cannot be read past the cache", path.display());
            bench.miss("file past the cache", Kind::HandWritten, None, why);
            continue;
        }
        let count = count / bench.divide;
        let reads_this = |it: &&Contender| {
            word.is_none() || ![BARE_READS, QUEUED_READS].contains(&it.name.as_str())
        };
        let readers: Vec<Contender> = readers.iter().filter(reads_this).cloned().collect();
        let entries = bench.take_turns(title, &readers, |bench, it, entry| {
            let mut command = it.built.command();
            command.arg(&path).arg(count.to_string()).args(word).args(it.program.words);
            bench.processors.for_one();
            let said = child::output(&mut command, PATIENCE);
            bench.processors.for_clients();
            let (wall, cpu) = two_numbers(&said?)?;
            entry.push(&NANOSECONDS, wall * 1e9 / count as f64);
            entry.push(&CPU, cpu * 1e6 / count as f64);
            Ok(())
        });
        let name = format!("file {title}");
        let title = format!("a block of 4 KiB, 32 at a time, {title}");
        cases.push(Case { name, title, measure: &NANOSECONDS, entries, notes: Vec::new() });
    }
    Ok(())
}

fn sends(bench: &mut Bench, cases: &mut Vec<Case>) -> Result<(), Failure> {
    let senders = bench.build(&SENDERS);
    let path = bench.scratch("sent");
    let mib = (SENT_SIZE / bench.divide).max(16);
    let _made = Scratch::new(&path, mib)?;
    let entries = bench.take_turns("file sent", &senders, |bench, it, entry| {
        let (wall, cpu) = send(bench, it, &path, mib * MIB)?;
        entry.push(&WALL, wall * 1e6 / mib as f64);
        entry.push(&CPU, cpu * 1e6 / mib as f64);
        Ok(())
    });
    let title = format!("a MiB of a file of {mib} MiB, sent");
    let name = "file sent".to_owned();
    cases.push(Case { name, title, measure: &WALL, entries, notes: Vec::new() });
    Ok(())
}

/// The seconds that sending took, and the program's processor seconds.
fn send(bench: &Bench, it: &Contender, file: &Path, size: usize) -> Result<(f64, f64), Failure> {
    let said = |error: std::io::Error| error.to_string();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(said)?;
    let port = listener.local_addr().map_err(said)?.port();
    let mut command = it.built.command();
    command.arg(port.to_string()).arg(file).args(it.program.words);
    bench.processors.for_one();
    let running = Running::start(&mut command);
    bench.processors.for_clients();
    let mut running = running?;
    listener.set_nonblocking(true).map_err(said)?;
    let started = Instant::now();
    let mut stream = loop {
        match listener.accept() {
            Ok((stream, _)) => break stream,
            Err(_) if started.elapsed() > PATIENCE => return Err(running.failure()),
            Err(_) => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    stream.set_nonblocking(false).map_err(said)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(said)?;
    let mut buffer = vec![0; 1 << 18];
    let mut received = 0;
    loop {
        match stream.read(&mut buffer).map_err(said)? {
            0 => break,
            count => received += count,
        }
    }
    if received != size {
        return Err(format!("{received} bytes came instead of {size}"));
    }
    drop(stream);
    let line = running.line(PATIENCE)?.ok_or("it says nothing")?;
    running.end(PATIENCE)?;
    two_numbers(&line)
}

fn two_numbers(said: &str) -> Result<(f64, f64), Failure> {
    let mut numbers = said.split_whitespace().map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(first)), Some(Ok(second))) => Ok((first, second)),
        _ => Err(format!("it says {said:?}")),
    }
}

/// A file that goes when we do.
struct Scratch<'a>(&'a Path);

impl<'a> Scratch<'a> {
    fn new(path: &'a Path, mib: usize) -> Result<Self, Failure> {
        let scratch = Scratch(path);
        let write = || {
            let mut file = File::create(path)?;
            for number in 0..mib {
                file.write_all(&vec![number as u8; MIB])?;
            }
            file.sync_all()
        };
        write().map_err(|error: std::io::Error| format!("{}: {error}", path.display()))?;
        Ok(scratch)
    }

    fn can_be_read_past_the_cache(&self) -> bool {
        rustix::fs::open(self.0, OFlags::RDONLY | OFlags::DIRECT, Mode::empty()).is_ok()
    }
}

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.0);
    }
}
