//! A chat server of tasks; the crate's guide explains it (`lapwing::guide::chat`).
//!
//! `chat [ADDRESS]` listens there, or at 127.0.0.1:5151.  What a client says, by lines, everybody
//! hears; `/quit` leaves.  Ctrl-C ends the server in order: all are told, and all that has been
//! said before goes out.

use futures::StreamExt;
use futures::channel::mpsc;
use futures::future::{Either, select};
use lapwing::{Accept, Associated, ConsoleControl, ConsoleHandler, Executor, Operation, Spawner};
use lapwing::{TcpListener, TcpStream, Timer, Waitable, Work};
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::net::{Shutdown, SocketAddr};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

type Listener = Associated<TcpListener, (), Work>;
type Stream = Associated<TcpStream, (), Work>;

/// What is sent to many is there once.
type Message = Arc<[u8]>;

/// What a client may take of the server.
#[derive(Clone, Copy)]
pub struct Limits {
    /// How long it may say nothing.
    pub idle: Duration,
    /// How long it may take for a message.
    pub send: Duration,
    /// Messages that wait for it.
    pub queue: usize,
    /// Bytes of a line whose end has not come.
    pub line: usize,
}

/// Who is there.
pub struct Room {
    spawner: Spawner,
    listener: Listener,
    limits: Limits,
    members: Mutex<Members>,
}

struct Members {
    last: u64,
    queues: HashMap<u64, mpsc::Sender<Message>>,
    /// Every task that sends has a clone.  None when the room is closed.
    sending: Option<mpsc::Sender<Infallible>>,
}

impl Members {
    /// Queues a message for all, and removes those whose queues are full.
    fn tell(&mut self, text: &str) -> Vec<u64> {
        let message = Message::from(text.as_bytes());
        let slow = self.queues.extract_if(|_, queue| queue.try_send(message.clone()).is_err());
        slow.map(|(number, _)| number).collect()
    }
}

impl Room {
    fn members(&self) -> MutexGuard<'_, Members> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A client has come: from now on it hears what is said.
    fn enter(self: &Arc<Self>, stream: TcpStream) -> lapwing::Result<()> {
        stream.set_no_delay(true)?;
        let stream = self.spawner.associate(stream)?;
        let (queue, queued) = mpsc::channel(self.limits.queue);
        let timers = [Timer::manual()?, Timer::manual()?];
        let mut members = self.members();
        let Some(sending) = members.sending.clone() else { return Ok(()) };
        members.last += 1;
        let number = members.last;
        members.queues.insert(number, queue);
        drop(members);
        self.say(&format!("{number} is here\n"));
        let ([first, second], limit) = (timers, self.limits.send);
        self.spawner.spawn(send(stream.clone(), queued, first, limit, sending))?;
        self.spawner.spawn(receive(self.clone(), number, stream, second))
    }

    /// It hears of it too; then nothing more, but what waits for it goes out.
    fn leave(&self, number: u64, why: &str) {
        if self.members().queues.contains_key(&number) {
            self.say(&format!("{number} has left{why}\n"));
            self.members().queues.remove(&number);
        }
    }

    /// Everybody hears it.  Those for whom too much waits have left, and of that all hear too.
    fn say(&self, text: &str) {
        let slow = self.members().tell(text);
        for number in slow {
            self.say(&format!("{number} has left: it does not listen\n"));
        }
    }

    /// A line of a member's; false when it is none any more.
    fn hear(&self, number: u64, line: &str) -> bool {
        if line == "/quit" {
            self.leave(number, "");
        } else if self.members().queues.contains_key(&number) {
            self.say(&format!("{number}: {line}\n"));
        }
        self.members().queues.contains_key(&number)
    }

    /// Ends the server: nobody enters any more, all are told, and what waits goes out.
    pub fn close(&self) {
        let mut members = self.members();
        members.tell("the server ends\n");
        members.sending = None;
        members.queues.clear();
        drop(members);
        self.listener.cancel();
    }
}

async fn accept(room: Arc<Room>) {
    let mut operation = Operation::new(Accept::new());
    while room.members().sending.is_some() {
        let mut done = room.listener.accept(operation).await;
        if done.accepted().and_then(|stream| room.enter(stream)).is_err() {
            // The client has left already, or the system can give us no more for the moment.
            let _ = lapwing::sleep(Duration::from_millis(10)).await;
        }
        operation = done.operation;
    }
}

/// Receives lines until there are no more, or none for too long.
async fn receive(room: Arc<Room>, number: u64, stream: Stream, timer: Timer) {
    let Limits { idle, line: longest, .. } = room.limits;
    let mut operation = Operation::new(Vec::with_capacity(4096));
    let mut text = Vec::new();
    let why = loop {
        let Some(done) = within(&timer, idle, stream.receive(operation).into_future()).await else {
            break ": it was silent for too long";
        };
        if !done.result.is_ok_and(|count| count > 0) {
            break "";
        }
        operation = done.operation;
        text.extend_from_slice(operation.buffer());
        while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
            let line = text.drain(..=end).collect::<Vec<_>>();
            if !room.hear(number, String::from_utf8_lossy(&line).trim_end()) {
                return;
            }
        }
        if text.len() > longest {
            break ": its line was too long";
        }
    };
    room.leave(number, why);
}

/// Sends what waits for a client, until nothing can come any more.
async fn send(
    stream: Stream,
    mut queued: mpsc::Receiver<Message>,
    timer: Timer,
    limit: Duration,
    _sending: mpsc::Sender<Infallible>,
) {
    let mut operation = Operation::new(Message::default());
    while let Some(message) = queued.next().await {
        *operation.buffer_mut() = message;
        match within(&timer, limit, stream.send(operation).into_future()).await {
            Some(done) if done.result.is_ok() => operation = done.operation,
            // It does not read, or has gone.
            _ => break,
        }
    }
    let _ = stream.shutdown(Shutdown::Write);
}

/// What becomes of an operation in this time; None when the time is over, or cannot be taken.
async fn within<F>(timer: &Timer, limit: Duration, running: F) -> Option<F::Output>
where
    F: Future + Unpin,
{
    timer.set(limit).ok()?;
    match select(running, timer.signaled()).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// Serves until the room is closed and all that was said has gone out; `listens` is told where,
/// and gets the room.
pub fn run(
    address: SocketAddr,
    limits: Limits,
    listens: impl FnOnce(SocketAddr, Arc<Room>),
) -> lapwing::Result<()> {
    let executor = Executor::new(0)?;
    let listener = executor.associate(TcpListener::bind(address)?)?;
    let address = listener.local_address()?;
    let (sending, mut drained) = mpsc::channel(0);
    let (last, queues, sending) = (0, HashMap::new(), Some(sending));
    let members = Mutex::new(Members { last, queues, sending });
    let room = Arc::new(Room { spawner: executor.spawner(), listener, limits, members });
    executor.spawn(accept(room.clone()))?;
    listens(address, room);
    // Nothing is ever sent there: it ends with the last who could.
    let None = executor.block_on(drained.next());
    Ok(())
}

/// The program, once it knows where it is to listen.
pub fn serve_until_ctrl_c(address: SocketAddr) -> ExitCode {
    let limits = Limits {
        idle: Duration::from_secs(600),
        send: Duration::from_secs(30),
        queue: 100,
        line: 1000,
    };
    let mut handler = None;
    let served = run(address, limits, |address, room| {
        handler = Some(ConsoleHandler::new(move |control| {
            let is_ours = control == ConsoleControl::CtrlC;
            if is_ours {
                room.close();
            }
            is_ours
        }));
        println!("{address}");
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let address = words.next().unwrap_or("127.0.0.1:5151".into()).parse();
    let (Ok(address), None) = (address, words.next()) else {
        eprintln!("chat [ADDRESS]");
        return ExitCode::from(2);
    };
    serve_until_ctrl_c(address)
}
