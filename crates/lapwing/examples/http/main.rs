//! A server of files over HTTP/1.1; the crate's guide explains it (`lapwing::guide::http`).
//!
//! `http FOLDER [ADDRESS [THREADS]]` serves what lies below the folder, at 127.0.0.1:8080 and with
//! as many threads as there are processors, until Ctrl-C.

mod answer;
mod request;

use answer::{Answer, Site};
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use lapwing::{Accept, Associated, ConsoleControl, ConsoleHandler, Executor, File, Operation};
use lapwing::{Spawner, TcpListener, TcpStream, Transmit, Work};
use request::{Refusal, Request};
use std::collections::HashMap;
use std::mem;
use std::net::{Shutdown, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

type Listener = Associated<TcpListener, (), Work>;
type Stream = Associated<TcpStream, (), Work>;

/// What a server serves, and what its clients may take of it.
pub struct Options {
    /// The folder of the site.
    pub site: PathBuf,
    /// Where it listens.
    pub address: SocketAddr,
    /// The executor's threads; 0: as many as there are processors.
    pub threads: u32,
    /// Connections at one time; who comes then waits.
    pub connections: usize,
    /// Bytes of a request's head.
    pub head: usize,
    /// How long a connection waits for the next head to be whole.
    pub receive: Duration,
    /// How long a client takes for [`PIECE`].
    pub send: Duration,
    /// How often it is looked who has had too long, and whether files have changed.
    pub tick: Duration,
}

/// Bytes of a file that are sent by one operation, and must be gone in the time for it.
const PIECE: u64 = 1 << 18;

/// What all tasks share.
struct Server {
    site: Site,
    options: Options,
    start: Instant,
    clients: Mutex<HashMap<u64, Arc<Client>>>,
    /// A place for another connection.
    places: UnboundedSender<()>,
    /// Places whose connection could not begin, for another try at the next look.
    failed: AtomicUsize,
}

/// A connection, and when it is too late for what it waits for.
struct Client {
    stream: Stream,
    /// In milliseconds from the server's start.
    late: AtomicU64,
}

impl Server {
    fn clients(&self) -> MutexGuard<'_, HashMap<u64, Arc<Client>>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        self.start.elapsed().as_millis() as u64
    }

    /// From now on the client has so much time.
    fn give(&self, client: &Client, time: Duration) {
        let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        client.late.store(self.now().saturating_add(time), Ordering::Relaxed);
    }

    /// The connection has ended; there is a place for another.
    fn forget(&self, number: u64) {
        self.clients().remove(&number);
        let _ends = self.places.unbounded_send(());
    }

    /// Ends what takes too long, and notices files that have changed.
    fn look(&self) {
        self.site.forget();
        for _ in 0..self.failed.swap(0, Ordering::Relaxed) {
            let _ends = self.places.unbounded_send(());
        }
        let now = self.now();
        for client in self.clients().values() {
            if client.late.load(Ordering::Relaxed) < now {
                client.stream.cancel();
            }
        }
    }
}

/// Accepts as long as there are places.
async fn accept(
    server: Arc<Server>,
    listener: Listener,
    spawner: Spawner,
    mut places: UnboundedReceiver<()>,
) {
    let mut operation = Operation::new(Accept::new());
    for number in 0.. {
        let Some(()) = places.next().await else { return };
        let mut done = listener.accept(operation).await;
        let begun = done.accepted().and_then(|stream| {
            stream.set_no_delay(true)?;
            let stream = spawner.associate(stream)?;
            let client = Arc::new(Client { stream, late: AtomicU64::new(u64::MAX) });
            server.clients().insert(number, client.clone());
            spawner.spawn(serve(server.clone(), number, client))
        });
        if begun.is_err() {
            // The client has left already, or the system can give us no more.
            server.clients().remove(&number);
            server.failed.fetch_add(1, Ordering::Relaxed);
        }
        operation = done.operation;
    }
}

async fn serve(server: Arc<Server>, number: u64, client: Arc<Client>) {
    // However it ends, it concerns this client only.
    let _ = answer_all(&server, &client).await;
    server.forget(number);
}

/// Answers one request after the other, in their order, however they come.
async fn answer_all(server: &Server, client: &Client) -> lapwing::Result<()> {
    let options = &server.options;
    let mut receiving = Operation::new(Vec::with_capacity(4096));
    let mut sending = Operation::new(Transmit::new());
    let mut bytes = Vec::new();
    server.give(client, options.receive);
    loop {
        let answer = match Request::parse(&bytes) {
            Ok(Some((request, length))) => {
                let answer = Answer::to(&request, &server.site);
                bytes.drain(..length);
                answer
            }
            Ok(None) if bytes.len() < options.head => {
                let done = client.stream.receive(receiving).await;
                receiving = done.operation;
                match done.result {
                    Ok(0) => return Ok(()),
                    Ok(_) => {
                        bytes.extend_from_slice(receiving.buffer());
                        continue;
                    }
                    Err(error) if error.is_aborted() && !bytes.is_empty() => {
                        Answer::to_nothing(Refusal::TimedOut)
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(None) => Answer::to_nothing(Refusal::HeadTooLarge),
            Err(refusal) => Answer::to_nothing(refusal),
        };
        let keep_alive = answer.keep_alive;
        let Some(sent) = send(server, client, answer, sending).await? else { return Ok(()) };
        sending = sent;
        server.give(client, options.receive);
        if !keep_alive {
            return end(&client.stream, receiving).await;
        }
    }
}

/// Sends an answer: the head with the first piece of the file, and the other pieces after it.
async fn send(
    server: &Server,
    client: &Client,
    answer: Answer,
    mut operation: Operation<Transmit<Arc<File>>>,
) -> lapwing::Result<Option<Operation<Transmit<Arc<File>>>>> {
    let Answer { mut head, file, .. } = answer;
    let mut rest = file.as_ref().map_or(0..0, |(_, range)| range.clone());
    loop {
        let piece = rest.start..rest.end.min(rest.start + PIECE);
        rest.start = piece.end;
        let count = head.len() + (piece.end - piece.start) as usize;
        let mut transmit = Transmit::new().head(mem::take(&mut head));
        if let Some((file, _)) = &file {
            transmit = transmit.file(file.clone(), piece);
        }
        *operation.buffer_mut() = transmit;
        server.give(client, server.options.send);
        let done = client.stream.transmit_file(operation).await;
        operation = done.operation;
        if done.result? < count {
            // The file has become shorter meanwhile: what was promised cannot be kept.
            return Ok(None);
        }
        if rest.is_empty() {
            // The file is not kept open for the next request.
            *operation.buffer_mut() = Transmit::new();
            return Ok(Some(operation));
        }
    }
}

/// Says that no more comes, and hears the client out.  If the connection were closed at once what
/// the client still sends would be answered with a reset, and that could overtake the answer.
async fn end(stream: &Stream, mut operation: Operation<Vec<u8>>) -> lapwing::Result<()> {
    const MOST: usize = 1 << 20;
    stream.shutdown(Shutdown::Write)?;
    let mut heard = 0;
    while heard < MOST {
        let done = stream.receive(operation).await;
        match done.result? {
            0 => break,
            count => heard += count,
        }
        operation = done.operation;
    }
    Ok(())
}

/// Serves until somebody sends a word, or nobody can any more; `listens` is told where.
pub fn run(
    options: Options,
    stop: &Receiver<()>,
    listens: impl FnOnce(SocketAddr),
) -> lapwing::Result<()> {
    let executor = Executor::new(options.threads)?;
    let listener = executor.associate(TcpListener::bind(options.address)?)?;
    listens(listener.local_address()?);
    let (places, free) = unbounded();
    for _ in 0..options.connections {
        let _ = places.unbounded_send(());
    }
    let (start, clients, tick) = (Instant::now(), Mutex::default(), options.tick);
    let site = Site::new(options.site.clone());
    let server = Server { site, options, start, clients, places, failed: AtomicUsize::new(0) };
    let server = Arc::new(server);
    executor.spawn(accept(server.clone(), listener, executor.spawner(), free))?;
    while stop.recv_timeout(tick) == Err(RecvTimeoutError::Timeout) {
        server.look();
    }
    Ok(())
}

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let address = words.get(1).map_or("127.0.0.1:8080", String::as_str).parse();
    let threads = words.get(2).map_or("0", String::as_str).parse();
    let (Some(site), Ok(address), Ok(threads), 1..=3) =
        (words.first(), address, threads, words.len())
    else {
        eprintln!("http FOLDER [ADDRESS [THREADS]]");
        return ExitCode::from(2);
    };
    if !Path::new(site).is_dir() {
        eprintln!("{site} is no folder");
        return ExitCode::from(2);
    }
    let options = Options {
        site: site.into(),
        address,
        threads,
        connections: 10_000,
        head: 16 << 10,
        receive: Duration::from_secs(30),
        send: Duration::from_secs(30),
        tick: Duration::from_secs(1),
    };
    let (sender, stop) = channel();
    let handler = ConsoleHandler::new(move |control| {
        control == ConsoleControl::CtrlC && sender.send(()).is_ok()
    });
    let served = handler.and_then(|_handler| run(options, &stop, |at| println!("http://{at}/")));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
