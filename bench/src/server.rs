//! The servers: compiling, starting on a processor of their own, and what they cost.

use lapwing_measure::clients::Clients;
use lapwing_measure::process;
use rustix::thread::{CpuSet, sched_setaffinity};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The clients' processor, and the servers'.
const CLIENT_PROCESSOR: usize = 0;
const SERVER_PROCESSOR: usize = 1;
/// Messages of each connection before anything is counted.
const WARM_UP: usize = 20;

/// What is asked of a server.
#[derive(Clone, Copy)]
pub struct Case {
    /// Clients, each with one message under way.
    pub connections: usize,
    /// Bytes of a message.
    pub size: usize,
    /// Messages that each client sends while the server's time is taken.
    pub messages: usize,
}

/// A measured pass.
pub struct Pass {
    /// The server's processor time for one message.
    pub cpu_nanoseconds: f64,
    /// Messages that came back in a second.
    pub messages_per_second: f64,
}

/// The programs to be measured.
pub struct Programs {
    folder: PathBuf,
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("servers").join(name)
}

/// Runs a command that must succeed.
///
/// # Panics
/// If it does not.
pub fn run(command: &mut Command) -> String {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?} failed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

impl Programs {
    /// Builds the command, and with it the servers.
    pub fn build() -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
        run(Command::new(cargo).args(["build", "--quiet", "--release", "-p", "lapwing-cli"]));
        let own = std::env::current_exe().expect("a program knows its own path");
        let folder = own.parent().expect("a program is in a folder").join("bench-programs");
        std::fs::create_dir_all(&folder).expect("target/ can be written to");
        let programs = Programs { folder };
        let mut cc = Command::new("cc");
        cc.args(["-O2", "-pthread", "-o"]).arg(programs.path("epoll_echo"));
        run(cc.arg(source("../peers/epoll/epoll.c")));
        let raw = ["sendfile", "poll", "uring_read", "socket_pair", "readdir"];
        for name in raw {
            let mut cc = Command::new("cc");
            cc.args(["-O2", "-pthread", "-o"]).arg(programs.path(name));
            run(cc.arg(source(&format!("{name}.c"))));
        }
        let own_programs =
            ["iocp_echo", "calls", "transmit_file", "select", "port_read", "pipe", "find_file"];
        for name in own_programs {
            let mut lapwing = Command::new(own.with_file_name("lapwing"));
            lapwing.args(["cc", "-O2", "-g", "-o"]).arg(programs.path(name));
            run(lapwing.arg(source(&format!("{name}.c"))));
        }
        programs
    }

    /// Where a program lies.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The processor time of a server in one pass.
    pub fn measure(&self, name: &str, case: Case) -> Pass {
        let mut server = Server::start(&mut Command::new(self.path(name)), case);
        server.echo(WARM_UP);
        let (before, started) = (server.cpu_nanoseconds(), std::time::Instant::now());
        server.echo(case.messages);
        let seconds = started.elapsed().as_secs_f64();
        let nanoseconds = server.cpu_nanoseconds() - before;
        server.end();
        let messages = (case.messages * case.connections) as f64;
        Pass {
            cpu_nanoseconds: nanoseconds as f64 / messages,
            messages_per_second: messages / seconds,
        }
    }

    /// System calls for one message, by name, as strace counts them: the difference of two runs,
    /// so that starting and ending cancel out.
    pub fn system_calls(&self, name: &str, case: Case) -> BTreeMap<String, f64> {
        let counted = |messages: usize| {
            let list = self.path(&format!("{name}.strace"));
            let mut strace = Command::new("strace");
            strace.args(["-f", "-c", "-U", "calls,name", "-o"]).arg(&list).arg(self.path(name));
            let mut server = Server::start(&mut strace, case);
            server.echo(messages);
            server.end();
            calls_of(&std::fs::read_to_string(list).expect("strace has written its list"))
        };
        let per_message = (case.connections * case.messages) as f64;
        let (few, many) = (counted(WARM_UP), counted(WARM_UP + case.messages));
        many.into_iter()
            .map(|(call, count)| {
                let before = few.get(&call).copied().unwrap_or(0);
                (call, (count as f64 - before as f64) / per_message)
            })
            .filter(|(_, count)| *count >= 0.0005)
            .collect()
    }

    /// Instructions outside the kernel for one message, as valgrind counts them; as above the
    /// difference of two runs.
    pub fn instructions(&self, name: &str, case: Case) -> f64 {
        let counted = |messages: usize| {
            let list = self.path(&format!("{name}.callgrind"));
            let mut valgrind = Command::new("valgrind");
            valgrind.args(["--quiet", "--tool=callgrind"]);
            valgrind.arg(format!("--callgrind-out-file={}", list.display())).arg(self.path(name));
            let mut server = Server::start(&mut valgrind, case);
            server.echo(messages);
            server.end();
            let list = std::fs::read_to_string(list).expect("valgrind has written its list");
            let total = list.lines().find_map(|line| line.strip_prefix("totals: "));
            total.and_then(|total| total.trim().parse::<f64>().ok()).expect("a total")
        };
        let per_message = (case.connections * case.messages) as f64;
        (counted(WARM_UP + case.messages) - counted(WARM_UP)) / per_message
    }
}

fn calls_of(list: &str) -> BTreeMap<String, u64> {
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let count = words.next()?.parse().ok()?;
        Some((words.next()?.to_owned(), count))
    };
    list.lines().filter_map(line).filter(|(name, _)| name != "total").collect()
}

fn pin(processor: usize) {
    let mut set = CpuSet::new();
    set.set(processor);
    sched_setaffinity(None, &set).expect("there are two processors");
}

/// Starts a program on the servers' processor; the caller goes to the clients'.
///
/// # Panics
/// If it does not start.
pub fn start_apart(command: &mut Command) -> Child {
    pin(SERVER_PROCESSOR);
    let child = command.spawn().expect("the program starts");
    pin(CLIENT_PROCESSOR);
    child
}

struct Server {
    child: Child,
    clients: Clients,
}

impl Server {
    /// Starts a server on its processor and connects the clients from theirs.
    fn start(command: &mut Command, case: Case) -> Self {
        command.arg(case.connections.to_string()).arg(case.size.to_string());
        let mut child = start_apart(command.stdout(Stdio::piped()));
        let mut said = String::new();
        let stdout = child.stdout.take().expect("it was piped");
        BufReader::new(stdout).read_line(&mut said).expect("the server says its port");
        let port = said.trim().parse().expect("a port number");
        let clients = Clients::connect(port, case.connections, case.size).expect("connections");
        Server { child, clients }
    }

    fn echo(&mut self, messages: usize) {
        self.clients.echo(self.clients.count(), messages).expect("echoes");
    }

    /// The processor time of all threads so far.
    fn cpu_nanoseconds(&self) -> u64 {
        let time = process::processor_time(self.child.id()).expect("the server runs");
        u64::try_from(time.as_nanos()).expect("a server runs for less than centuries")
    }

    /// Disconnects the clients, which ends the server.
    fn end(mut self) {
        drop(self.clients);
        assert!(self.child.wait().expect("the server ends").success(), "the server failed");
    }
}
