//! An echo server while it runs, with its clients, and what it costs.

use crate::Failure;
use crate::child::Running;
use crate::toolbox::Built;
use crate::wine::Wine;
use hdrhistogram::Histogram;
use lapwing_measure::clients::Clients;
use lapwing_measure::machine::Processors;
use lapwing_measure::process;
use rustix::process::{Pid, Signal, kill_process};
use std::process::Command;
use std::time::{Duration, Instant};

/// Messages of each talker before anything is counted.
pub const WARM_UP: usize = 20;
/// The same in each turn of a server that has waited for the others' turns: so many of all talkers
/// together, but at least some of each.  The turn begins with a message from every client at once,
/// and some servers are at their best then: asio with 64 talkers seemed to take 0.985 of the port
/// after 2 messages each, 0.995 after 5, 1.007 after 20, 1.013 after 60 (± 0.01).
const LEAD_IN: usize = 1280;
const LEAST_LEAD_IN: usize = 5;
/// Fewer messages of each talker than so many say nothing.
const FEWEST: usize = 10;
/// A server that takes longer to say its port, or to end, hangs; valgrind is slow.
const PATIENCE: Duration = Duration::from_secs(20);
/// A server that is seen asleep so often in a row, with such a pause each time, has nothing to do.
const ASLEEP: usize = 3;
const LOOKS_EVERY: Duration = Duration::from_micros(200);
/// The longest latency that is told from longer ones.
const LONGEST: Duration = Duration::from_secs(60);

/// What is asked of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Clients that are connected.
    pub connections: usize,
    /// Those of them that have a message under way each; the others are quiet.
    pub talkers: usize,
    /// Messages that each of these has under way.
    pub depth: usize,
    /// Bytes of a message.
    pub size: usize,
    /// The server's threads.
    pub threads: usize,
    /// Messages of each talker, while the server's time is taken.
    pub messages: usize,
    /// Where a server of one thread runs.
    pub place: Place,
    /// What the server is told besides.
    pub words: &'static [&'static str],
}

/// Where a server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On one processor, and its clients on another.
    Apart,
    /// On one processor with its clients.
    Together,
    /// On any, as its clients; so does a server of more threads.
    Anywhere,
}

impl Load {
    fn is_anywhere(&self) -> bool {
        self.place == Place::Anywhere || self.threads > 1
    }

    /// Clients run where the calling thread does.
    fn place_clients(&self, processors: &Processors) {
        match self.place {
            _ if self.is_anywhere() => processors.anywhere(),
            Place::Together => processors.for_one(),
            Place::Apart | Place::Anywhere => processors.for_clients(),
        }
    }

    /// Messages of all talkers, while the server's time is taken.
    pub fn total(&self) -> usize {
        self.talkers * self.messages
    }

    /// The same with so many times fewer messages.
    pub fn divided(&self, by: usize) -> Self {
        let least = FEWEST.min(self.messages);
        Load { messages: self.messages.div_ceil(by.max(1)).max(least), ..*self }
    }
}

/// A measured pass; everything in microseconds.
pub struct Pass {
    /// The server's processor time for one message.
    pub cpu: f64,
    /// The clients'.
    pub clients: f64,
    /// That of Wine's own server.
    pub wineserver: Option<f64>,
    /// From one message to the next.
    pub wall: f64,
    /// What half of the messages took at most, there and back.
    pub median: f64,
    /// What all but one in a hundred took at most.
    pub slow: f64,
}

/// The connections' beginning.
pub struct Opening {
    /// Microseconds from one to the next, until each has had its first message back.
    pub wall: f64,
    /// The server's processor time for each of them, Wine's own server's with it.
    pub cpu: f64,
}

/// A running server and its clients.
pub struct Server {
    running: Running,
    clients: Clients,
    load: Load,
}

impl Server {
    /// Starts `command` where the server's processors are and connects the clients from theirs.
    pub fn start(
        mut command: Command,
        load: Load,
        processors: &Processors,
    ) -> Result<Self, Failure> {
        let (running, port) = begin(&mut command, load, processors)?;
        match Clients::connect(port, load.connections, load.size) {
            Ok(clients) => {
                let clients = clients.with_depth(load.depth);
                Ok(Server { running, clients, load })
            }
            Err(error) => Err(format!("{error}; the server: {}", running.failure())),
        }
    }

    /// The process.
    pub fn process(&self) -> u32 {
        self.running.process()
    }

    /// Each talker exchanges so many messages; `observe` is told how long each was under way.
    pub fn echo(
        &mut self,
        messages: usize,
        observe: &mut dyn FnMut(Duration),
    ) -> Result<(), Failure> {
        let talkers = self.load.talkers;
        self.clients.echo_observed(talkers, messages, observe).map_err(|error| error.to_string())
    }

    fn processor_time(&self) -> Result<Duration, Failure> {
        process::processor_time(self.process()).map_err(|error| error.to_string())
    }

    /// What so many messages of each talker cost.  The clients are where they belong.
    fn pass(&mut self, messages: usize) -> Result<Pass, Failure> {
        let longest = LONGEST.as_nanos() as u64;
        let mut latencies =
            Histogram::<u64>::new_with_bounds(1, longest, 3).map_err(|error| error.to_string())?;
        let own_time = || process::own_thread_time().map_err(|error| error.to_string());
        let own = own_time()?;
        let (before, started) = (self.processor_time()?, Instant::now());
        self.echo(messages, &mut |latency| {
            latencies.saturating_record(latency.as_nanos() as u64);
        })?;
        let wall = started.elapsed();
        let cpu = self.processor_time()?.saturating_sub(before);
        let clients = own_time()?.saturating_sub(own);
        let total = self.load.talkers * messages;
        let each = |time: Duration| time.as_secs_f64() * 1e6 / total as f64;
        let at = |quantile| latencies.value_at_quantile(quantile) as f64 / 1e3;
        Ok(Pass {
            cpu: each(cpu),
            clients: each(clients),
            wineserver: None,
            wall: each(wall),
            median: at(0.5),
            slow: at(0.99),
        })
    }

    /// A turn of a server that has waited: what each of these messages costs.
    pub fn turn(&mut self, processors: &Processors) -> Result<Pass, Failure> {
        self.load.place_clients(processors);
        let each = LEAD_IN / self.load.talkers.max(1);
        self.echo(each.clamp(LEAST_LEAD_IN, WARM_UP), &mut |_| {})?;
        self.pass(self.load.messages)
    }

    /// Exchanges messages until everything is as it will be.
    pub fn warm_up(&mut self) -> Result<(), Failure> {
        self.echo(WARM_UP, &mut |_| {})
    }

    /// One message of each talker, or as many as are under way at once; all are there before the
    /// server sees the first, so that it always does the same.
    pub fn round(&mut self) -> Result<(), Failure> {
        let process = self.process();
        self.await_sleep()?;
        signal(process, Signal::STOP).map_err(|error| error.to_string())?;
        let goes_on = || signal(process, Signal::CONT);
        self.clients.echo_at_once(self.load.talkers, goes_on).map_err(|error| error.to_string())
    }

    /// Waits until the server has done all that there was to do.
    fn await_sleep(&self) -> Result<(), Failure> {
        let started = Instant::now();
        let mut in_a_row = 0;
        while in_a_row < ASLEEP {
            let sleeps = process::is_asleep(self.process()).map_err(|error| error.to_string())?;
            in_a_row = if sleeps { in_a_row + 1 } else { 0 };
            if started.elapsed() > PATIENCE {
                return Err("it does not sleep although nothing is left to do".to_owned());
            }
            std::thread::sleep(LOOKS_EVERY);
        }
        Ok(())
    }

    /// Disconnects the clients, which ends the server.
    pub fn end(self) -> Result<(), Failure> {
        drop(self.clients);
        self.running.end(PATIENCE)
    }
}

fn signal(process: u32, signal: Signal) -> std::io::Result<()> {
    let process = Pid::from_raw(process.cast_signed()).ok_or(std::io::ErrorKind::InvalidInput)?;
    Ok(kill_process(process, signal)?)
}

/// Starts a server; its port.
fn begin(
    command: &mut Command,
    load: Load,
    processors: &Processors,
) -> Result<(Running, u16), Failure> {
    command.arg(load.connections.to_string()).arg(load.size.to_string());
    if load.threads > 1 {
        command.arg(load.threads.to_string());
    }
    command.args(load.words);
    if load.is_anywhere() {
        processors.anywhere();
    } else {
        processors.for_one();
    }
    let running = Running::start(command);
    load.place_clients(processors);
    let mut running = running?;
    let said = running.line(PATIENCE)?;
    match said.as_deref().map(|line| line.trim().parse()) {
        Some(Ok(port)) => Ok((running, port)),
        Some(Err(_)) => Err(format!("it says {said:?} in place of its port")),
        None => Err(running.failure()),
    }
}

/// The processor time of a server in one pass, and how long messages took.
pub fn measure(built: &Built, load: Load, processors: &Processors) -> Result<Pass, Failure> {
    if let Some(prefix) = built.prefix() {
        Wine::place_server(prefix, processors, load.is_anywhere());
    }
    let mut server = Server::start(built.command(), load, processors)?;
    server.warm_up()?;
    let wineserver = |built: &Built| built.prefix().and_then(Wine::server_time);
    let beside = wineserver(built);
    let pass = server.pass(load.messages)?;
    let beside = wineserver(built).zip(beside).map(|(now, then)| now.saturating_sub(then));
    server.end()?;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / load.total() as f64;
    Ok(Pass { wineserver: beside.map(each), ..pass })
}

/// What it costs until so many connections are there and have had an answer.
pub fn open(built: &Built, load: Load, processors: &Processors) -> Result<Opening, Failure> {
    let (running, port) = begin(&mut built.command(), load, processors)?;
    let time = |running: &Running| {
        process::processor_time(running.process()).map_err(|error| error.to_string())
    };
    let beside = built.prefix().and_then(Wine::server_time);
    let (before, started) = (time(&running)?, Instant::now());
    let clients =
        Clients::connect(port, load.connections, load.size).map_err(|error| error.to_string());
    let mut server = Server { running, clients: clients?, load };
    server.echo(1, &mut |_| {})?;
    let wall = started.elapsed();
    let cpu = time(&server.running)?.saturating_sub(before);
    let beside = built.prefix().and_then(Wine::server_time).zip(beside);
    let beside = beside.map_or(Duration::ZERO, |(now, then)| now.saturating_sub(then));
    server.end()?;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / load.connections as f64;
    Ok(Opening { wall: each(wall), cpu: each(cpu + beside) })
}
