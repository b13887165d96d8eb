//! The echo server of `examples/c` under load: 10,000 connections at once, 100 MB in random pieces,
//! 1,000 resets while a receive is pending, then Ctrl-C.  Built with LeakSanitizer, which makes the
//! server's exit code say whether anything was left on the heap.
//!
//! Takes a minute, so it is ignored unless asked for with `-- --ignored`.

use lapwing_tests::{command, program, scratch_folder, source_tree};
use libtest_mimic::{Arguments, Failed, Trial};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const CONNECTIONS: usize = 10_000;
const RESETS: usize = 1_000;
const BYTES: usize = 100_000_000;
const CLIENT_THREADS: usize = 4;
/// A piece fits into the sockets' buffers, so a client may send to all before it reads from any.
const PIECE_MAX: usize = 4_000;
/// When a read is taken to hang.
const GUARD: Duration = Duration::from_secs(120);

fn main() {
    let trials = vec![
        Trial::test("ten_thousand_connections", || run(&["-O2"])).with_ignored_flag(true),
        Trial::test("nothing_is_left_on_the_heap", || run(&["-O1", "-fsanitize=leak"]))
            .with_ignored_flag(true),
    ];
    let mut arguments = Arguments::from_args();
    // Both need most of the descriptors a process may have.
    arguments.test_threads = Some(1);
    libtest_mimic::run(&arguments, trials).exit();
}

fn compile(options: &[&str]) -> Result<PathBuf, Failed> {
    let program = scratch_folder("load").join(format!("server{}", options.concat()));
    let mut compiler = command::compiler(false);
    compiler.args(options).arg("-o").arg(&program);
    compiler.arg(source_tree().join("examples/c/iocp_echo_server.c"));
    program::run(&mut compiler, Duration::from_secs(300)).success()?;
    Ok(program)
}

type Lines = std::io::Lines<BufReader<std::process::ChildStdout>>;

/// A started server, ended with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn run(options: &[&str]) -> Result<(), Failed> {
    raise_descriptor_limit()?;
    let mut command = Command::new(compile(options)?);
    let mut server = Server(command.arg("0").stdout(Stdio::piped()).spawn()?);
    let mut output = BufReader::new(server.0.stdout.take().ok_or("no output")?).lines();
    let first = output.next().ok_or("no line")??;
    let port = first.rsplit(':').next().and_then(|port| port.parse().ok());
    let port: u16 = port.ok_or(format!("no port in: {first}"))?;
    output.next().ok_or("no second line")??;
    let descriptors = || std::fs::read_dir(format!("/proc/{}/fd", server.0.id()));
    let at_first = descriptors()?.count();

    // The server's lines are read while it runs: a full pipe would stop it.
    let all = CONNECTIONS + RESETS;
    let (tell, all_closed) = mpsc::channel();
    let reader = std::thread::spawn(move || read_lines(output, all, &tell));
    let echoed = clients(port)?;
    assert!(echoed >= BYTES, "{echoed} bytes");
    all_closed.recv_timeout(GUARD).map_err(|_| "the server did not close every connection")?;
    // Lapwing opens one or two of its own when they are first needed; none stays per connection.
    let at_last = descriptors()?.count();
    assert!(at_last <= at_first + 4, "{at_first} descriptors, at last {at_last}");

    let process = rustix::process::Pid::from_child(&server.0);
    rustix::process::kill_process(process, rustix::process::Signal::INT)?;
    let last = reader.join().map_err(|_| "the reader panicked")??;
    assert_eq!(server.0.wait()?.code(), Some(0), "the server's exit code");
    assert_eq!(last, format!("Stopped after {all} connections"));
    Ok(())
}

/// Reads to the end, tells when `all` connections were opened and closed; the last line.
fn read_lines(output: Lines, all: usize, tell: &mpsc::Sender<()>) -> std::io::Result<String> {
    let (mut opened, mut closed, mut last) = (0, 0, String::new());
    for line in output {
        last = line?;
        opened += usize::from(last.starts_with("+ "));
        closed += usize::from(last.starts_with("- "));
        if last.starts_with("- ") && (opened, closed) == (all, all) {
            let _ = tell.send(());
        }
    }
    Ok(last)
}

/// All connections at once, shared among a few threads; how many bytes came back as they were sent.
fn clients(port: u16) -> Result<usize, Failed> {
    let connected = std::sync::Barrier::new(CLIENT_THREADS);
    let results: Vec<Result<usize, Failed>> = std::thread::scope(|scope| {
        let share = |seed| {
            let connected = &connected;
            scope.spawn(move || {
                let opened = connect(port, CONNECTIONS / CLIENT_THREADS);
                connected.wait();
                echo(opened?, port, seed)
            })
        };
        let threads: Vec<_> = (1..=CLIENT_THREADS as u64).map(share).collect();
        let join = |thread: std::thread::ScopedJoinHandle<_>| {
            thread.join().unwrap_or_else(|_| Err("a client panicked".into()))
        };
        threads.into_iter().map(join).collect()
    });
    results.into_iter().sum()
}

fn connect(port: u16, count: usize) -> Result<Vec<TcpStream>, Failed> {
    let open = || -> Result<TcpStream, Failed> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(GUARD))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    };
    (0..count).map(|_| open()).collect()
}

/// Rounds of a piece to each connection and its echo, with resets of further connections between.
fn echo(mut connections: Vec<TcpStream>, port: u16, seed: u64) -> Result<usize, Failed> {
    let mut random = Random(seed);
    let mut left = RESETS / CLIENT_THREADS;
    let mut echoed = 0;
    while echoed < BYTES / CLIENT_THREADS || left > 0 {
        let pieces: Vec<Vec<u8>> = connections.iter().map(|_| random.piece()).collect();
        for (connection, piece) in connections.iter_mut().zip(&pieces) {
            connection.write_all(piece)?;
        }
        let resets = left.min(100);
        connect(port, resets)?.iter().try_for_each(reset)?;
        left -= resets;
        for (connection, piece) in connections.iter_mut().zip(&pieces) {
            let mut received = vec![0; piece.len()];
            connection.read_exact(&mut received)?;
            assert!(&received == piece, "a piece of {} bytes came back changed", piece.len());
            echoed += piece.len();
        }
    }
    Ok(echoed)
}

/// Makes the close of the connection a reset; the server has a receive pending on it.
fn reset(connection: &TcpStream) -> Result<(), Failed> {
    Ok(rustix::net::sockopt::set_socket_linger(connection, Some(Duration::ZERO))?)
}

/// The client and the server, which inherits the limit, have a descriptor for each connection.
fn raise_descriptor_limit() -> Result<(), Failed> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit)?;
    let needed = (CONNECTIONS + RESETS + 100) as u64;
    match limit.maximum.is_none_or(|maximum| maximum >= needed) {
        true => Ok(()),
        false => Err(format!("needs {needed} descriptors: raise `ulimit -Hn`").into()),
    }
}

/// A small generator of pseudo-random numbers (xorshift), the same ones every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn piece(&mut self) -> Vec<u8> {
        let length = 1 + self.next() as usize % PIECE_MAX;
        (0..length.div_ceil(8)).flat_map(|_| self.next().to_le_bytes()).take(length).collect()
    }
}
