//! Measures what Lapwing costs beside programs that use the kernel directly, and writes
//! `docs/performance.md`.  No figure there is typed by hand.
//!
//! | what | where |
//! |---|---|
//! | the programs that are measured, in C | `servers/` |
//! | the same servers on other libraries | `peers/` |
//! | starting them, their processor time, system calls, instructions | [`server`] |
//! | the clients | `lapwing_measure` |
//! | a file sent, by TransmitFile and by sendfile | [`mod@file`] |
//! | blocks of a file, read by ReadFile and by io_uring | [`reads`] |
//! | many sockets asked for: select, WSAPoll, poll(2) | `servers/select.c`, `servers/poll.c` |
//! | a round trip within a process: pipe, socket pair | `servers/pipe.c`, `servers/socket_pair.c` |
//! | a directory listed | `servers/find_file.c`, `servers/readdir.c` |
//! | the page | [`report`] and `page.md` |

mod file;
mod reads;
mod report;
mod server;

use clap::Parser;
use report::{Compared, Figures, Timed};
use server::{Case, Programs};
use std::process::Command;

/// Measures Lapwing and writes docs/performance.md.
#[derive(Parser)]
struct Arguments {
    /// Rounds, each with both servers; medians are taken over them.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Divides the number of messages, for a quick look.
    #[arg(long, default_value_t = 1)]
    divide: usize,
    /// Writes docs/performance.md instead of printing it.
    #[arg(long)]
    write: bool,
    /// Measures only how a file is sent, and prints that table.
    #[arg(long, conflicts_with = "write")]
    files: bool,
    /// Measures only how long asking for many sockets takes, and prints that table.
    #[arg(long, conflicts_with = "write")]
    polls: bool,
    /// Measures only round trips within a process, and prints that table.
    #[arg(long, conflicts_with = "write")]
    pipes: bool,
    /// Measures only blocks read from a file, and prints that table.
    #[arg(long, conflicts_with = "write")]
    reads: bool,
    /// Measures only how long listing a directory takes, and prints that table.
    #[arg(long, conflicts_with = "write")]
    directories: bool,
}

const CASES: [Case; 3] = [
    Case { connections: 64, size: 64, messages: 2000 },
    Case { connections: 64, size: 4096, messages: 2000 },
    Case { connections: 1, size: 64, messages: 40_000 },
];
/// strace and valgrind slow a server down so much that fewer messages must do.
const COUNTED_LESS: usize = 20;
const SERVERS: [&str; 2] = ["epoll_echo", "iocp_echo"];
const PAIRS: usize = 2_000_000;
const POLLS: usize = 5000;
const POLLERS: [&str; 2] = ["poll", "select"];
const ROUND_TRIPS: usize = 200_000;
const PIPES: [&str; 2] = ["socket_pair", "pipe"];
const LISTINGS: usize = 20;
const LISTERS: [&str; 2] = ["readdir", "find_file"];

fn compare(programs: &Programs, case: Case, rounds: usize) -> Compared {
    let mut passes = SERVERS.map(|_| Vec::new());
    for _ in 0..rounds {
        for (name, passes) in SERVERS.iter().zip(&mut passes) {
            passes.push(programs.measure(name, case));
        }
    }
    let fewer = Case { messages: case.messages.div_ceil(COUNTED_LESS), ..case };
    let system_calls = SERVERS.map(|name| programs.system_calls(name, fewer));
    let instructions = SERVERS.map(|name| programs.instructions(name, fewer));
    Compared { case, passes, system_calls, instructions }
}

/// A file is sent in half a second, and the times vary: so many rounds for one of the others.
const FILE_ROUNDS: usize = 3;

/// Nanoseconds of calls that programs time themselves, in turn: name, a figure for each round.
fn calls(programs: &Programs, which: &[&str], rounds: usize, count: usize) -> Timed {
    let mut figures = Timed::new();
    for name in (0..rounds).flat_map(|_| which) {
        let said = server::run(Command::new(programs.path(name)).arg(count.max(1).to_string()));
        for (name, value) in said.lines().filter_map(|line| line.rsplit_once(' ')) {
            let value = value.parse().expect("a number");
            match figures.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.push(value),
                None => figures.push((name.to_owned(), vec![value])),
            }
        }
    }
    figures
}

fn main() {
    let arguments = Arguments::parse();
    let programs = Programs::build();
    let rounds = arguments.rounds.max(1);
    let divide = arguments.divide.max(1);
    if arguments.files {
        print!("{}", report::file_table(&file::compare(&programs, FILE_ROUNDS * rounds)));
        return;
    }
    let polls = || calls(&programs, &POLLERS, rounds, POLLS / divide);
    let directories = || calls(&programs, &LISTERS, rounds, LISTINGS / divide);
    if arguments.directories {
        print!("{}", report::directory_table(&directories()));
        return;
    }
    if arguments.polls {
        print!("{}", report::poll_table(&polls()));
        return;
    }
    let pipes = || calls(&programs, &PIPES, rounds, ROUND_TRIPS / divide);
    if arguments.pipes {
        print!("{}", report::pipe_table(&pipes()));
        return;
    }
    let reads = || reads::compare(&programs, rounds, divide);
    if arguments.reads {
        print!("{}", report::read_table(&reads()));
        return;
    }
    let cases = CASES.map(|case| Case { messages: case.messages.div_ceil(divide), ..case });
    let figures = Figures {
        rounds,
        compared: cases.iter().map(|&case| compare(&programs, case, rounds)).collect(),
        calls: calls(&programs, &["calls"], rounds, PAIRS / divide),
        polls: polls(),
        pipes: pipes(),
        reads: reads(),
        directories: directories(),
        files: file::compare(&programs, FILE_ROUNDS * rounds),
    };
    let page = report::page(&figures);
    if arguments.write {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/performance.md");
        std::fs::write(path, page).expect("docs/ can be written to");
    } else {
        print!("{page}");
    }
}
