//! TransmitFile beside sendfile: a gigabyte through each, in turns.

use crate::server::{self, Programs};
use std::fs::File;
use std::io::Read;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

/// Bytes of the file.
const SIZE: u64 = 1 << 30;
/// What sends: the words of the table, the program, and what it is told beside port and file.
pub const SENDERS: [(&str, &str, Option<&str>); 3] = [
    ("sendfile(2)", "sendfile", None),
    ("TransmitFile, blocking", "transmit_file", None),
    ("TransmitFile, to a completion port", "transmit_file", Some("port")),
];

/// One file sent.
#[derive(Clone, Copy)]
pub struct Pass {
    /// From the first byte until the peer had everything.
    pub seconds: f64,
    /// Processor time of the sending program.
    pub cpu_seconds: f64,
}

/// For each sender one pass of each round.
pub fn compare(programs: &Programs, rounds: usize) -> [Vec<Pass>; 3] {
    let path = programs.path("gigabyte");
    let file = File::create(&path).expect("target/ can be written to");
    file.set_len(SIZE).expect("a file with nothing in it has room");
    // The first pass brings the file into the page cache.
    pass(programs, SENDERS[0], &path, SIZE);
    let mut passes = SENDERS.map(|_| Vec::new());
    for _ in 0..rounds {
        for (sender, passes) in SENDERS.into_iter().zip(&mut passes) {
            passes.push(pass(programs, sender, &path, SIZE));
        }
    }
    std::fs::remove_file(&path).expect("it is ours");
    passes
}

fn pass(
    programs: &Programs,
    (_, program, word): (&str, &str, Option<&str>),
    file: &Path,
    size: u64,
) -> Pass {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("it has one").port();
    let mut command = Command::new(programs.path(program));
    command.arg(port.to_string()).arg(file).args(word).stdout(Stdio::piped());
    let child = server::start_apart(&mut command);
    let (mut stream, _) = listener.accept().expect("the program connects");
    let mut buffer = vec![0; 1 << 18];
    let mut received = 0;
    loop {
        match stream.read(&mut buffer).expect("data") {
            0 => break,
            count => received += count as u64,
        }
    }
    assert_eq!(received, size, "{program} sent another number of bytes");
    drop(stream);
    let said = child.wait_with_output().expect("it ends");
    assert!(said.status.success(), "{program} failed");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let mut numbers = said.split_whitespace().map(|word| word.parse().expect("a number"));
    let mut next = || numbers.next().expect("two numbers");
    Pass { seconds: next(), cpu_seconds: next() }
}
