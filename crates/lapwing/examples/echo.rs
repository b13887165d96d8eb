//! An echo server on a completion port, to be measured beside the C one
//! (`bench/servers/iocp_echo.c`).
//!
//! `echo CONNECTIONS SIZE [THREADS]` prints the number of its port, serves so many connections and
//! ends when the last client is gone.

use lapwing::{Accept, Associated, Completed, CompletionPort, Operation, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

type Listener = Associated<TcpListener, (), Event>;
type Stream = Associated<TcpStream, (), Event>;

enum Event {
    Accepted(Completed<Accept, Listener>),
    Received(Completed<Vec<u8>, Stream>),
    Sent(Completed<Vec<u8>, Stream>),
    Stop,
}

struct Server {
    port: CompletionPort<Event>,
    connections: usize,
    accepted: AtomicUsize,
    gone: AtomicUsize,
    /// Of a buffer.
    capacity: usize,
    threads: usize,
}

impl Server {
    fn work(&self) -> lapwing::Result<()> {
        loop {
            let goes_on = match self.port.get()? {
                Event::Accepted(done) => self.begin(done).map(|()| true),
                Event::Received(done) => received(done),
                Event::Sent(done) => sent(done),
                Event::Stop => return Ok(()),
            };
            let is_gone = !goes_on.unwrap_or(false);
            if is_gone && self.gone.fetch_add(1, Ordering::Relaxed) + 1 == self.connections {
                (0..self.threads).try_for_each(|_| self.port.post(Event::Stop))?;
            }
        }
    }

    fn begin(&self, mut done: Completed<Accept, Listener>) -> lapwing::Result<()> {
        let stream = done.accepted()?;
        stream.set_no_delay(true)?;
        let stream = self.port.associate(stream, ())?;
        if self.accepted.fetch_add(1, Ordering::Relaxed) + 1 < self.connections {
            done.source.accept(done.operation).then(Event::Accepted)?;
        }
        let buffer = Vec::with_capacity(self.capacity);
        Ok(stream.receive(Operation::new(buffer)).then(Event::Received)?)
    }
}

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

fn run(connections: usize, size: usize, threads: usize) -> lapwing::Result<()> {
    let port = CompletionPort::new(u32::try_from(threads).unwrap_or(u32::MAX))?;
    let listener = port.associate(TcpListener::bind("127.0.0.1:0")?, ())?;
    println!("{}", listener.local_address()?.port());
    listener.accept(Operation::new(Accept::new())).then(Event::Accepted)?;
    let (accepted, gone) = Default::default();
    // Room for two messages, so that one does not fill it.
    let server = Server { port, connections, accepted, gone, capacity: 2 * size, threads };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| server.work())).collect();
        let own = server.work();
        others.into_iter().map(|other| other.join().expect("no panic")).chain([own]).collect()
    })
}

fn main() -> ExitCode {
    let numbers: Vec<usize> = std::env::args().skip(1).flat_map(|word| word.parse()).collect();
    let (connections, size, threads) = match numbers[..] {
        [connections, size] => (connections, size, 1),
        [connections, size, threads] => (connections, size, threads),
        _ => (0, 0, 0),
    };
    if connections == 0 || size == 0 || threads == 0 {
        eprintln!("echo CONNECTIONS SIZE [THREADS]");
        return ExitCode::from(2);
    }
    match run(connections, size, threads) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
