//! The programs of `examples`, run as their users run them.

use lapwing_measure::process::{self, raise_descriptor_limit};
use lapwing_tests::c_test::CTest;
use lapwing_tests::guarded::Guarded;
use lapwing_tests::{command, echo_clients, random_clients, source_tree, tools};
use libtest_mimic::{Arguments, Failed};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// When a read is taken to hang.
const GUARD: Duration = Duration::from_secs(60);
/// When a server is, that has 50 MB to echo on a machine that does much else.
const LONG_GUARD: Duration = Duration::from_secs(600);
/// Standard streams, and what waits in the kernel: for a port, for Ctrl-C, for our own threads.
const DESCRIPTORS_WITHOUT_CONNECTIONS: usize = 12;

/// The echo servers, one for each model.
const ECHO_SERVERS: [&str; 8] = [
    "thread_echo_server",
    "select_echo_server",
    "poll_echo_server",
    "async_select_echo_server",
    "event_select_echo_server",
    "overlapped_event_echo_server",
    "overlapped_routine_echo_server",
    "iocp_echo_server",
];

/// Debian's libasio-dev.
const ASIO: &str = "/usr/include/asio.hpp";
/// What the examples with asio need: a compiler and asio.
static ASIO_BY: [[&str; 2]; 2] = [["g++", ASIO], ["clang++", ASIO]];

type CheckResult = Result<(), Failed>;

fn main() {
    let mut trials: Vec<_> = ECHO_SERVERS
        .iter()
        .map(|name| {
            let title = format!("{name}_echoes_and_stops_in_order");
            tools::trial(&title, &["gcc"], move || echo_server(name))
        })
        .collect();
    trials.extend(ECHO_SERVERS.iter().map(|name| {
        let title = format!("{name}_holds_1000_connections_and_echoes_50_mb");
        libtest_mimic::Trial::test(title, move || many_connections(name)).with_ignored_flag(true)
    }));
    for name in ECHO_SERVERS {
        let title = format!("{name}_has_nothing_left_after");
        let soaked = move |connections| move || soak(name, connections);
        trials.push(tools::trial(&format!("{title}_800_connections"), &["gcc"], soaked(800)));
        // Two hours at five a second.
        let long = libtest_mimic::Trial::test(format!("{title}_36000_connections"), soaked(36_000));
        trials.push(long.with_ignored_flag(true));
    }
    trials.push(tools::trial("an_echo_server_refuses_a_bad_port", &["gcc"], bad_port));
    trials.push(tools::trial("one_port_takes_packets_from_five_sources", &["gcc"], one_port));
    for needed in &ASIO_BY {
        let compiler = needed[0];
        let title = format!("asio_works_on_its_completion_port_by_{compiler}");
        trials.push(tools::trial(&title, needed, move || asio(compiler)));
        let title = format!("asio_works_on_pipes_events_files_and_serial_ports_by_{compiler}");
        trials.push(tools::trial(&title, needed, move || asio_handles(compiler)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn server(name: &str, argument: &str) -> Command {
    let mut command = Command::new(command::path());
    command.arg("run").arg(source_tree().join("examples/c").join(format!("{name}.c")));
    command.args(["--", argument]);
    command
}

/// A started server.
struct Server(Guarded);

impl Server {
    fn start(name: &str, guard: Duration) -> Result<Server, Failed> {
        Ok(Server(Guarded::start(&mut server(name, "0"), guard)?))
    }

    fn line(&mut self) -> Result<String, Failed> {
        Ok(self.0.line()?.ok_or("the server has ended")?)
    }

    /// The port, from the first line.
    fn port(&mut self) -> Result<u16, Failed> {
        let first = self.line()?;
        let port = first.rsplit(':').next().and_then(|port| port.parse().ok());
        Ok(port.ok_or(format!("no port in: {first}"))?)
    }

    /// Reads until so many connections were closed.
    fn see_closed(&mut self, connections: usize) -> Result<(), Failed> {
        let mut closed = 0;
        while closed < connections {
            closed += usize::from(self.line()?.starts_with("- "));
        }
        Ok(())
    }

    /// Waits until the listener is the only socket left, and besides it there are only the few
    /// descriptors that a process without connections has.  A connection's last descriptor may be
    /// closed, and its thread end, a moment after the server has said so.
    fn see_descriptors_closed(&self) -> Result<(), Failed> {
        // What we were given ourselves (a job server's pipe) is the server's as well.
        let given = descriptors("self")?;
        let is_given = |target: &String| target.starts_with("pipe:") && given.contains(target);
        loop {
            let (mut sockets, mut others) = (0, 0);
            for target in descriptors(&self.0.id().to_string())? {
                match target.starts_with("socket:") {
                    true => sockets += 1,
                    false => others += usize::from(!is_given(&target)),
                }
            }
            if sockets == 1 && others <= DESCRIPTORS_WITHOUT_CONNECTIONS {
                return Ok(());
            }
            if others == 0 {
                return Err(Failed::from("the server's descriptors were not closed in time"));
            }
            std::thread::yield_now();
        }
    }

    fn descriptors(&self) -> Result<usize, Failed> {
        Ok(descriptors(&self.0.id().to_string())?.len())
    }

    fn threads(&self) -> Result<usize, Failed> {
        Ok(process::threads(self.0.id())?.len())
    }

    /// Random clients come and go; returns when the server has closed the last connection.
    fn see_random_clients(&mut self, port: u16, seed: u64, count: usize) -> Result<(), Failed> {
        std::thread::scope(|scope| {
            let clients = scope.spawn(move || random_clients::run(port, seed, count as u64));
            self.see_closed(count)?;
            clients.join().map_err(|_| Failed::from("the clients failed"))
        })
    }

    fn interrupt(&self) -> Result<(), Failed> {
        Ok(self.0.signal(rustix::process::Signal::INT)?)
    }
}

/// What the descriptors of a process lead to.
fn descriptors(process: &str) -> Result<Vec<String>, Failed> {
    let entries = std::fs::read_dir(format!("/proc/{process}/fd"))?;
    // One that is closed while we look is no more.
    let targets = entries.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
    Ok(targets.map(|target| target.to_string_lossy().into_owned()).collect())
}

/// So many connections that those in groups of 64 events need a second group.
fn echo_server(name: &str) -> Result<(), Failed> {
    let mut server = Server::start(name, GUARD)?;
    let port = server.port()?;
    let mut clients = Vec::new();
    for _ in 0..100 {
        let client = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        client.set_read_timeout(Some(GUARD))?;
        clients.push(client);
    }
    for length in [1, 4096, 4097, 200_000] {
        clients.iter_mut().try_for_each(|client| echo(client, length))?;
    }
    clients.drain(..50);
    server.interrupt()?;
    for client in &mut clients {
        // The server closes each; with a reset if something of the client's was still unread.
        assert_eq!(client.read(&mut [0])?, 0);
    }
    let rest = server.0.success()?;
    let count = |start| rest.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((count("+ 127.0.0.1:"), count("- 127.0.0.1:")), (100, 100), "{rest}");
    assert_eq!(rest.lines().last(), Some("Stopped after 100 connections"));
    Ok(())
}

/// A tenth of the connections are reset half-way.
fn many_connections(name: &str) -> Result<(), Failed> {
    raise_descriptor_limit();
    let mut server = Server::start(name, LONG_GUARD)?;
    let port = server.port()?;
    let done = std::thread::scope(|scope| {
        let clients = scope.spawn(move || echo_clients::run(port, 1000, 55_000));
        // What the server says about each connection must be taken from it.
        server.see_closed(1000)?;
        clients.join().map_err(|_| Failed::from("the clients failed"))
    })?;
    assert!(done.bytes > 50_000_000, "{done:?}");
    server.see_descriptors_closed()?;
    server.interrupt()?;
    let rest = server.0.success()?;
    assert_eq!(rest.lines().last(), Some("Stopped after 1000 connections"));
    Ok(())
}

/// A quarter warms the server up: what it has then is what it may have at the end.
fn soak(name: &str, connections: usize) -> Result<(), Failed> {
    let mut server = Server::start(name, LONG_GUARD)?;
    let port = server.port()?;
    let quarter = connections / 4;
    server.see_random_clients(port, 1, quarter)?;
    let (descriptors, threads) = (server.descriptors()?, server.threads()?);
    server.see_random_clients(port, 2, connections - quarter)?;
    // What has said its last word may still be there for a moment.
    while server.descriptors()? > descriptors || server.threads()? > threads {
        std::thread::yield_now();
    }
    server.interrupt()?;
    let rest = server.0.success()?;
    assert_eq!(rest.lines().last(), Some(&*format!("Stopped after {connections} connections")));
    Ok(())
}

/// Sends while it receives: the server's buffer is smaller than what is sent.
fn echo(client: &mut TcpStream, length: usize) -> Result<(), Failed> {
    let sent: Vec<u8> = (0..length).map(|index| (index * 7 % 251) as u8).collect();
    let mut sender = client.try_clone()?;
    let mut received = vec![0; length];
    std::thread::scope(|scope| {
        let sending = scope.spawn(|| sender.write_all(&sent));
        client.read_exact(&mut received)?;
        sending.join().map_err(|_| std::io::Error::other("the sender panicked"))?
    })?;
    assert!(received == sent, "{length} bytes did not come back as they were sent");
    Ok(())
}

/// Runs a program of `examples/cpp`; so many things must be said to be right, and nothing wrong.
fn checks(name: &str, compiler: &str, argument: &str, config: &Path, count: usize) -> CheckResult {
    let mut command = Command::new(command::path());
    command.env("CXX", compiler).env("LAPWING_CONFIG", config);
    command.arg("run").arg(source_tree().join("examples/cpp").join(name));
    let outcome = command.args(["--", argument]).output()?;
    let said = String::from_utf8_lossy(&outcome.stdout);
    let complaints = String::from_utf8_lossy(&outcome.stderr);
    assert_eq!(outcome.status.code(), Some(0), "{said}{complaints}");
    assert_eq!(said.lines().filter(|line| line.starts_with("ok: ")).count(), count, "{said}");
    Ok(())
}

fn asio(compiler: &str) -> CheckResult {
    checks("asio_echo.cpp", compiler, "--self-test", Path::new(""), 7)
}

/// The serial port is a pseudo terminal, and we are the plug that joins both lines.
fn asio_handles(compiler: &str) -> CheckResult {
    let line = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&line)?;
    unlockpt(&line)?;
    let path = ptsname(&line, Vec::new())?.into_string()?;
    // The line stays up while nobody has the port open, and what is typed is not echoed.
    let other = std::fs::File::options().read(true).write(true).open(&path)?;
    let config = std::env::temp_dir().join(format!("asio-{compiler}-{}", std::process::id()));
    std::fs::write(&config, format!("COM1 {path}\n"))?;
    std::thread::scope(|scope| {
        let mut line = std::fs::File::from(line);
        let mut back = line.try_clone()?;
        let plug = scope.spawn(move || {
            let mut bytes = [0; 64];
            // "end" is our own.
            while let Ok(count) = line.read(&mut bytes)
                && !bytes[..count].trim_ascii_end().ends_with(b"end")
            {
                back.write_all(&bytes[..count])?;
            }
            Ok::<(), std::io::Error>(())
        });
        let result = checks("asio_handles.cpp", compiler, "COM1", &config, 21);
        (&other).write_all(b"end\n")?;
        plug.join().map_err(|_| Failed::from("the plug failed"))??;
        result
    })?;
    Ok(std::fs::remove_file(config)?)
}

fn one_port() -> Result<(), Failed> {
    let said = CTest::example("one_port.c").run_natively()?.success()?;
    // Packets of different sources come in any order.
    let (packets, last) = said.trim_end().rsplit_once('\n').ok_or("it says too little")?;
    let mut packets: Vec<&str> = packets.lines().collect();
    packets.sort_unstable();
    let expected = [
        "directory: there is one_port.txt",
        "file: 22 bytes are written",
        "pipe: a client has come",
        "posted: the number 42",
        "socket: \"hello\" has come",
    ];
    assert_eq!(packets, expected);
    assert_eq!(last, "5 packets, one port");
    Ok(())
}

fn bad_port() -> Result<(), Failed> {
    for argument in ["65536", "-1", "http", ""] {
        let outcome = server("select_echo_server", argument).output()?;
        assert_eq!(outcome.status.code(), Some(2), "{argument}");
        assert!(String::from_utf8_lossy(&outcome.stderr).contains("Usage:"));
    }
    Ok(())
}
