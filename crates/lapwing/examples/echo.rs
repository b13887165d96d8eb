//! An echo server on a completion port; the crate's guide explains it (`lapwing::guide::echo`).
//!
//! `echo` serves 127.0.0.1:5150 for ever.  `echo CONNECTIONS SIZE [THREADS]`, to be measured beside
//! the C one (`bench/servers/iocp_echo.c`), prints the number of its port, serves so many
//! connections, and ends when the last client is gone.

use lapwing::{Accept, Associated, Completed, CompletionPort, Operation, TcpListener, TcpStream};
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

type Listener = Associated<TcpListener, (), Event>;
type Stream = Associated<TcpStream, (), Event>;

enum Event {
    Accepted(Completed<Accept, Listener>),
    Received(Completed<Vec<u8>, Stream>),
    Sent(Completed<Vec<u8>, Stream>),
    Stop,
}

/// What a server is to do.
pub struct Options {
    /// Where it listens.
    pub address: &'static str,
    /// So many are served before the server ends.
    pub connections: usize,
    /// Bytes in a connection's buffer.
    pub capacity: usize,
    /// Threads that take from the port.
    pub threads: usize,
}

struct Server {
    port: CompletionPort<Event>,
    options: Options,
    accepted: AtomicUsize,
    gone: AtomicUsize,
}

impl Server {
    /// What every thread does.
    fn work(&self) -> lapwing::Result<()> {
        loop {
            let goes_on = match self.port.get()? {
                Event::Accepted(done) => {
                    self.accepted(done)?;
                    continue;
                }
                Event::Received(done) => received(done),
                Event::Sent(done) => sent(done),
                Event::Stop => return Ok(()),
            };
            if !goes_on.unwrap_or(false) {
                self.has_gone()?;
            }
        }
    }

    /// A client is there, or has left before it could be accepted.
    fn accepted(&self, mut done: Completed<Accept, Listener>) -> lapwing::Result<()> {
        let begun = done.accepted().map(|stream| self.begin(stream));
        let count = match &begun {
            Ok(_) => self.accepted.fetch_add(1, Ordering::Relaxed) + 1,
            Err(_) => self.accepted.load(Ordering::Relaxed),
        };
        if count < self.options.connections {
            done.source.accept(done.operation).then(Event::Accepted)?;
        }
        match begun {
            Ok(Err(_)) => self.has_gone(),
            _ => Ok(()),
        }
    }

    fn begin(&self, stream: TcpStream) -> lapwing::Result<()> {
        stream.set_no_delay(true)?;
        let stream = self.port.associate(stream, ())?;
        let buffer = Vec::with_capacity(self.options.capacity);
        Ok(stream.receive(Operation::new(buffer)).then(Event::Received)?)
    }

    /// A connection has ended; with the last of them all threads do.
    fn has_gone(&self) -> lapwing::Result<()> {
        if self.gone.fetch_add(1, Ordering::Relaxed) + 1 < self.options.connections {
            return Ok(());
        }
        self.stop()
    }

    fn stop(&self) -> lapwing::Result<()> {
        (0..self.options.threads).try_for_each(|_| self.port.post(Event::Stop))
    }
}

/// False when nothing more comes.
fn received(done: Completed<Vec<u8>, Stream>) -> lapwing::Result<bool> {
    if done.result? == 0 {
        return Ok(false);
    }
    done.source.send(done.operation).then(Event::Sent)?;
    Ok(true)
}

fn sent(done: Completed<Vec<u8>, Stream>) -> lapwing::Result<bool> {
    done.result?;
    done.source.receive(done.operation).then(Event::Received)?;
    Ok(true)
}

/// Serves until the last client is gone; `listens` is told the number of its port.
pub fn run(options: Options, listens: impl FnOnce(u16)) -> lapwing::Result<()> {
    let port = CompletionPort::new(u32::try_from(options.threads).unwrap_or(u32::MAX))?;
    let listener = port.associate(TcpListener::bind(options.address)?, ())?;
    listens(listener.local_address()?.port());
    listener.accept(Operation::new(Accept::new())).then(Event::Accepted)?;
    let server = Server { port, options, accepted: 0.into(), gone: 0.into() };
    // One that cannot go on takes the others with it.
    let work = || server.work().or_else(|error| server.stop().and(Err(error)));
    thread::scope(|scope| {
        let others: Vec<_> = (1..server.options.threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        others.into_iter().map(|other| other.join().expect("no panic")).chain([own]).collect()
    })
}

fn main() -> ExitCode {
    let words = std::env::args().skip(1);
    let numbers: Option<Vec<NonZeroUsize>> = words.map(|word| word.parse().ok()).collect();
    let numbers = numbers.map(|numbers| numbers.into_iter().map(usize::from).collect::<Vec<_>>());
    // Room for two messages, so that one does not fill it.
    let measured = |connections, size: usize, threads| {
        let (address, capacity) = ("127.0.0.1:0", size.saturating_mul(2));
        Options { address, connections, capacity, threads }
    };
    let options = match numbers.as_deref() {
        Some([]) => {
            let threads = thread::available_parallelism().map_or(1, usize::from);
            let (address, connections) = ("127.0.0.1:5150", usize::MAX);
            Options { address, connections, capacity: 4096, threads }
        }
        Some(&[connections, size]) => measured(connections, size, 1),
        Some(&[connections, size, threads]) => measured(connections, size, threads),
        _ => {
            eprintln!("echo [CONNECTIONS SIZE [THREADS]]");
            return ExitCode::from(2);
        }
    };
    match run(options, |port| println!("{port}")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
