//! The programs of `tests/programs`, compiled by `lapwing cc`, under load.
//!
//! The echo server runs under LeakSanitizer, and checks itself that it has given everything back.

use lapwing_measure::process::raise_descriptor_limit;
use lapwing_tests::echo_clients::{self, Done, RESET_EACH};
use lapwing_tests::program::{self, Outcome};
use lapwing_tests::{command, scratch_folder, source_tree};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// A hang, not a measure.
const GUARD: Duration = Duration::from_secs(600);

/// Compiles `tests/programs/<name>.c` with these options; each kind of build has a suffix.
fn compile(name: &str, suffix: &str, options: &[&str]) -> PathBuf {
    let program = scratch_folder("programs").join(format!("{name}{suffix}"));
    let source = source_tree().join("tests/programs").join(format!("{name}.c"));
    let mut compiler = command::compiler(false);
    compiler.args(options).arg("-o").arg(&program).arg(source);
    program::run(&mut compiler, GUARD).success().expect("it compiles");
    program
}

/// Fails when memory is misused or lost.
fn valgrind() -> Command {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--quiet", "--error-exitcode=23", "--leak-check=full", "--fair-sched=yes"]);
    valgrind.arg("--errors-for-leak-kinds=definite,indirect");
    valgrind
}

fn run(program: &str, arguments: &[&str]) -> Outcome {
    program::run(Command::new(compile(program, "", &["-O1"])).args(arguments), GUARD)
}

/// Serves so many connections under a sanitizer (or valgrind) and compares both sides' accounts.
fn echo(server: &mut Command, connections: usize, bytes_each: u64) {
    raise_descriptor_limit();
    let mut server =
        server.arg(connections.to_string()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut stdout = BufReader::new(server.stdout.take().expect("it was piped"));
    let mut said = String::new();
    stdout.read_line(&mut said).expect("the server says its port");
    let port = said.trim().parse().expect("a port number");
    let done = echo_clients::run(port, connections, bytes_each);
    said.clear();
    stdout.read_to_string(&mut said).expect("the server says what it did");
    let Done { resets, bytes, .. } = done;
    assert_eq!(said, format!("{connections} connections, {resets} resets, {bytes} bytes\n"));
    assert_eq!(resets, connections.div_ceil(RESET_EACH));
    assert!(server.wait().expect("it ends").success(), "the server or its sanitizer failed");
}

#[test]
fn an_echo_server_holds_ten_thousand_connections_and_leaves_nothing_behind() {
    let program = compile("echo_server", "-lsan", &["-O1", "-fsanitize=leak"]);
    let mut server = Command::new(program);
    // 9,000 of them echo everything: more than 100 MB.
    echo(server.env("LSAN_OPTIONS", "exitcode=23"), 10_000, 11_500);
}

#[test]
#[ignore = "needs valgrind; `.ci/run` has it"]
fn an_echo_server_is_clean_under_valgrind() {
    echo(valgrind().arg(compile("echo_server", "", &["-O1"])), 100, 20_000);
}

#[test]
fn packets_are_neither_lost_nor_doubled() {
    for threads in ["2", "3", "8", "20"] {
        let said = run("packets", &[threads, "300000"]).success().expect("it succeeds");
        assert_eq!(said, "300000 packets, each taken once\n");
    }
}

#[test]
fn ten_million_packets_are_neither_lost_nor_doubled() {
    let said = run("packets", &["8", "10000000"]).success().expect("it succeeds");
    assert_eq!(said, "10000000 packets, each taken once\n");
}

#[test]
fn ports_and_sockets_are_closed_in_the_middle_of_everything() {
    let said = run("closing", &["40"]).success().expect("it succeeds");
    assert!(said.ends_with("everything was accounted for\n"), "{said}");
}

/// Echoes so many datagrams at this depth.
fn datagrams(threads: &str, depth: &str, count: &str) {
    let said = run("datagrams", &[threads, depth, count]).success().expect("it succeeds");
    assert_eq!(said, format!("{count} datagrams, each echoed once\n"));
}

#[test]
fn a_hundred_thousand_datagrams_come_back() {
    datagrams("2", "32", "100000");
}

#[test]
#[ignore = "takes a minute"]
fn two_million_datagrams_come_back() {
    datagrams("1", "1", "200000");
    datagrams("20", "64", "300000");
    datagrams("8", "64", "1500000");
}

/// Blocks of files, by so many threads: by a ring of the kernel's and without.
fn blocks(command: impl Fn() -> Command, threads: &str, rounds: &str) {
    for ring in ["1", "0"] {
        let mut command = command();
        command.env("LAPWING_IO_URING", ring).current_dir(scratch_folder("blocks"));
        let said = program::run(command.args([threads, rounds]), GUARD).success();
        assert_eq!(said.expect("it succeeds"), "everything was accounted for\n");
    }
}

#[test]
fn blocks_of_files_are_accounted_for_and_leave_nothing_behind() {
    let program = compile("blocks", "-lsan", &["-O1", "-fsanitize=leak"]);
    let command = || {
        let mut command = Command::new(&program);
        command.env("LSAN_OPTIONS", "exitcode=23");
        command
    };
    blocks(command, "6", "60");
}

#[test]
#[ignore = "needs valgrind; `.ci/run` has it"]
fn blocks_of_files_are_clean_under_valgrind() {
    let program = compile("blocks", "-valgrind", &["-O1"]);
    let command = || {
        let mut command = valgrind();
        command.arg(&program);
        command
    };
    blocks(command, "3", "12");
}

/// So many conversations, between a server and clients that do everything in random order.
fn soak(command: &mut Command, seed: &str, conversations: &str) {
    let said = program::run(command.args([seed, conversations]), GUARD).success();
    let said = said.expect("everything is as it was before");
    assert!(said.contains(&format!("the clients: {conversations} conversations,")), "{said}");
}

#[test]
fn conversations_in_random_order_leave_nothing_behind() {
    let program = compile("soak", "-lsan", &["-O1", "-fsanitize=leak"]);
    soak(Command::new(program).env("LSAN_OPTIONS", "exitcode=23"), "1", "3000");
}

/// Two hours at five a second.
#[test]
#[ignore = "takes minutes"]
fn two_hours_of_conversations_leave_nothing_behind() {
    let program = compile("soak", "", &["-O1"]);
    for seed in ["2", "3"] {
        soak(&mut Command::new(&program), seed, "18000");
    }
}

#[test]
#[ignore = "needs valgrind; `.ci/run` has it"]
fn conversations_in_random_order_are_clean_under_valgrind() {
    soak(valgrind().arg(compile("soak", "-valgrind", &["-O1"])), "5", "600");
}
