//! A model's server while it runs: started on its processors, ended in order.

use crate::Failure;
use lapwing_measure::clients::Clients;
use lapwing_measure::machine::Processors;
use lapwing_measure::process;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

/// A running server with its clients.
pub struct Server {
    child: Child,
    said: Option<JoinHandle<Vec<String>>>,
    /// The clients.
    pub clients: Clients,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts a server and connects so many clients.
    pub fn start(
        program: &Path,
        processors: &Processors,
        connections: usize,
        size: usize,
    ) -> Result<Self, Failure> {
        processors.for_server();
        let child = Command::new(program)
            .arg("0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()));
        processors.for_clients();
        let mut child = child?;
        let stdout = child.stdout.take().ok_or("the server has no output")?;
        let mut stdout = BufReader::new(stdout);
        let mut first = String::new();
        let _ = stdout.read_line(&mut first);
        // It says something about each connection, which must be taken from it.
        let said = std::thread::spawn(move || stdout.lines().map_while(Result::ok).collect());
        let port = first.trim_end().rsplit(':').next().and_then(|port| port.parse().ok());
        let clients = port
            .ok_or_else(|| format!("the server says no port but {first:?}"))
            .and_then(|port| Clients::connect(port, connections, size).map_err(in_words));
        match clients {
            Ok(clients) => Ok(Server { child, said: Some(said), clients }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// The process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// The first `talkers` clients exchange `messages` messages each.
    pub fn echo(&mut self, talkers: usize, messages: usize) -> Result<(), Failure> {
        self.clients.echo(talkers, messages).map_err(in_words)
    }

    /// The processor time of the server so far.
    pub fn processor_time(&self) -> Result<Duration, Failure> {
        process::processor_time(self.process()).map_err(in_words)
    }

    /// Closes the console, so to speak, and sees that the server ends in order, every connection
    /// accounted for.  (Not Ctrl-C: a shell has what it starts in the background ignore that.)
    pub fn end(mut self) -> Result<(), Failure> {
        if let Some(process) = Pid::from_raw(self.child.id().cast_signed()) {
            kill_process(process, Signal::TERM).map_err(|error| in_words(error.into()))?;
        }
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        let status = self.child.wait().map_err(in_words)?;
        let count = |sign| said.iter().filter(|line| line.starts_with(sign)).count();
        let connections = self.clients.count();
        if status.success() && count("+ ") == connections && count("- ") == connections {
            return Ok(());
        }
        let last = said.last().map_or("", String::as_str);
        Err(format!("the server did not end in order ({status}); the last it said: {last:?}"))
    }
}

fn in_words(error: std::io::Error) -> Failure {
    error.to_string()
}
