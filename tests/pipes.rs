//! Named pipes between two processes (`tests/programs/pipe_exchange.c`): every message arrives
//! once, whole and in order, whoever is killed meanwhile, and nobody hangs.

use lapwing_tests::guarded::Guarded;
use lapwing_tests::{command, program, scratch_folder, source_tree};
use rustix::process::Signal;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

/// When a program is taken to hang.
const GUARD: Duration = Duration::from_secs(110);
const NAME: &str = r"\\.\pipe\lapwing\exchange";

/// The program, compiled once.
fn compiled() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let program = scratch_folder("pipes").join("pipe_exchange");
        let mut compiler = command::compiler(false);
        compiler.arg("-O2").arg("-o").arg(&program);
        compiler.arg(source_tree().join("tests/programs/pipe_exchange.c"));
        program::run(&mut compiler, GUARD).success().expect("it compiles");
        program
    })
}

/// One place for names, so that two tests have two pipes of one name.
struct Names(PathBuf);

impl Names {
    fn new(test: &str) -> Names {
        let folder = scratch_folder("pipes").join(test);
        std::fs::create_dir_all(&folder).expect("a folder");
        Names(folder)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(compiled());
        command.args(words).env("XDG_RUNTIME_DIR", &self.0);
        command
    }

    fn server(&self, instances: u32) -> Guarded {
        let instances = instances.to_string();
        let mut command = self.command(&["server", NAME, &instances]);
        let mut server = Guarded::start(&mut command, GUARD).expect("it starts");
        assert_eq!(server.line().expect("output"), Some("serving".into()));
        server
    }

    fn client(&self, threads: u32, messages: u32, seed: u32) -> Guarded {
        let numbers = [threads, messages, seed].map(|number| number.to_string());
        let [threads, messages, seed] = &numbers;
        let mut command = self.command(&["client", NAME, threads, messages, seed]);
        let mut client = Guarded::start(&mut command, GUARD).expect("it starts");
        assert_eq!(client.line().expect("output"), Some("talking".into()));
        client
    }
}

/// Clients that come and go by themselves: everything is exact.
fn exchange(test: &str, threads: u32, messages: u32) {
    let names = Names::new(test);
    let _server = names.server(32);
    let mut clients = [1, 2].map(|seed| names.client(threads / 2, messages, seed));
    for client in &mut clients {
        let said = client.success().expect("output");
        assert!(said.starts_with(&format!("exact: {} ", threads / 2 * messages)), "{said}");
    }
}

/// Clients are killed; the server serves on, and who comes then finds everything exact.
fn kill_clients(test: &str, rounds: u32) {
    let names = Names::new(test);
    let _server = names.server(8);
    for round in 0..rounds {
        let mut killed = names.client(8, 1_000_000, round);
        std::thread::sleep(Duration::from_millis(u64::from(round * 7919 % 61)));
        killed.signal(Signal::KILL).expect("it runs");
        assert_eq!(killed.line().expect("output"), None);
        drop(killed);
        let said = names.client(8, 20, round).success().expect("output");
        assert!(said.starts_with("exact: 160 "), "{said}");
    }
}

/// The server is killed; its clients hear of it, and the next server has the name.
fn kill_server(test: &str, rounds: u32) {
    let names = Names::new(test);
    for round in 0..rounds {
        let server = names.server(8);
        let mut client = names.client(8, 1_000_000, round);
        std::thread::sleep(Duration::from_millis(u64::from(round * 7919 % 61)));
        server.signal(Signal::KILL).expect("it runs");
        drop(server);
        let mut last = None;
        while let Some(line) = client.line().expect("output") {
            assert!(["gone: 109", "gone: 232", "gone: 233"].contains(&line.as_str()), "{line}");
            last = Some(line);
        }
        assert!(last.is_some(), "the client ended without a word");
    }
}

#[test]
fn messages_between_processes_are_exact() {
    exchange("short", 32, 150);
}

#[test]
fn killed_clients_leave_the_server_serving() {
    kill_clients("clients", 5);
}

#[test]
fn clients_of_a_killed_server_hear_of_it() {
    kill_server("server", 5);
}

#[test]
#[ignore = "a minute: a million messages, each way"]
fn a_million_messages_are_exact() {
    exchange("long", 32, 31_250);
}

#[test]
#[ignore = "a minute: a hundred killed clients"]
fn many_killed_clients_leave_the_server_serving() {
    kill_clients("many_clients", 100);
}

#[test]
#[ignore = "a minute: a hundred killed servers"]
fn clients_of_many_killed_servers_hear_of_it() {
    kill_server("many_servers", 100);
}
