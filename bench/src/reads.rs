//! Blocks of 4 KiB read at random places, 32 at a time: ReadFile and a port beside io_uring itself,
//! in turns, with the file in the page cache and past it.

use crate::report::Timed;
use crate::server::{self, Programs};
use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};

/// MiB of the file.
const SIZE: usize = 256;
/// The programs, what they are told beside the case, and what the table calls them.
const READERS: [(&str, Option<&str>, &str); 3] = [
    ("uring_read", None, "io_uring"),
    ("port_read", None, "ReadFile and GetQueuedCompletionStatusEx"),
    ("port_read", Some("each"), "ReadFile and GetQueuedCompletionStatus"),
];
/// Whether past the cache, and how many blocks.
const CASES: [(&str, Option<&str>, usize); 2] =
    [("in the cache", None, 500_000), ("past the cache", Some("direct"), 50_000)];

/// Nanoseconds for a block, of each reader and case, a figure for each round.
pub fn compare(programs: &Programs, rounds: usize, divide: usize) -> Timed {
    let path = programs.path("blocks");
    let mut file = File::create(&path).expect("target/ can be written to");
    for number in 0..SIZE {
        file.write_all(&vec![number as u8; 1 << 20]).expect("there is room");
    }
    file.sync_all().expect("the disk works");
    let mut figures = Timed::new();
    for (case, word, count) in CASES {
        let count = (count / divide).max(1);
        let first = figures.len();
        figures.extend(READERS.map(|(_, _, name)| (format!("{name}, {case}"), Vec::new())));
        for _ in 0..rounds {
            for (at, (program, way, _)) in READERS.iter().enumerate() {
                let mut command = Command::new(programs.path(program));
                command.arg(&path).arg(count.to_string()).args(word).args(way);
                command.stdout(Stdio::piped());
                let said = server::start_apart(&mut command).wait_with_output();
                let said = said.expect("it ends");
                assert!(said.status.success(), "{program} failed");
                let said = String::from_utf8_lossy(&said.stdout).into_owned();
                let seconds = said.split_whitespace().next().map(str::parse::<f64>);
                let seconds = seconds.expect("seconds").expect("a number");
                figures[first + at].1.push(seconds * 1e9 / count as f64);
            }
        }
    }
    std::fs::remove_file(&path).expect("it is ours");
    figures
}
