//! The page: tables out of figures, put into `page.md`.

use crate::file::{self, SENDERS};
use crate::server::{Case, Pass, run};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;

/// What was found for one case; first epoll, then the port.
pub struct Compared {
    /// What was asked.
    pub case: Case,
    /// One pass for each round.
    pub passes: [Vec<Pass>; 2],
    /// System calls for one message.
    pub system_calls: [BTreeMap<String, f64>; 2],
    /// Instructions outside the kernel for one message.
    pub instructions: [f64; 2],
}

/// Calls by name, with their nanoseconds in each round.
pub type Timed = Vec<(String, Vec<f64>)>;

/// Everything that was found.
pub struct Figures {
    /// Rounds.
    pub rounds: usize,
    /// The echo servers.
    pub compared: Vec<Compared>,
    /// Pairs of calls, nanoseconds for each round.
    pub calls: Timed,
    /// Calls that ask for many sockets.
    pub polls: Timed,
    /// Round trips within a process.
    pub pipes: Timed,
    /// Blocks read from a file.
    pub reads: Timed,
    /// Listings of a directory.
    pub directories: Timed,
    /// A file sent by each of [`SENDERS`], one pass for each round.
    pub files: [Vec<file::Pass>; 3],
}

fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 if middle > 0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}

/// Microseconds: the median, and the lowest in parentheses.
fn cpu(passes: &[Pass]) -> String {
    let middle = median(passes.iter().map(|pass| pass.cpu_nanoseconds));
    format!("{:.2} ({:.2})", middle / 1000.0, lowest_cpu(passes) / 1000.0)
}

fn lowest_cpu(passes: &[Pass]) -> f64 {
    passes.iter().map(|pass| pass.cpu_nanoseconds).fold(f64::INFINITY, f64::min)
}

fn rate(passes: &[Pass]) -> f64 {
    median(passes.iter().map(|pass| pass.messages_per_second))
}

fn echo_table(figures: &Figures) -> String {
    let mut table = String::from(
        "| connections × bytes | epoll: CPU µs | port: CPU µs | port / epoll, median of rounds \
         (lowest to highest) | port / epoll, both at their lowest | epoll: messages/s \
         | port: messages/s |\n|---|---|---|---|---|---|---|\n",
    );
    for compared in &figures.compared {
        let [epoll, port] = &compared.passes;
        let ratios: Vec<f64> = port
            .iter()
            .zip(epoll)
            .map(|(port, epoll)| port.cpu_nanoseconds / epoll.cpu_nanoseconds)
            .collect();
        let lowest = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = ratios.iter().copied().fold(0.0, f64::max);
        let Case { connections, size, .. } = compared.case;
        let _ = writeln!(
            table,
            "| {connections} × {size} | {} | {} | **{:.2}** ({lowest:.2} to {highest:.2}) \
             | {:.2} | {:.0} | {:.0} |",
            cpu(epoll),
            cpu(port),
            median(ratios.iter().copied()),
            lowest_cpu(port) / lowest_cpu(epoll),
            rate(epoll),
            rate(port),
        );
    }
    table
}

fn counted(calls: &BTreeMap<String, f64>) -> String {
    let total: f64 = calls.values().sum();
    let each: Vec<String> =
        calls.iter().map(|(name, count)| format!("{name} {count:.3}")).collect();
    format!("**{total:.3}** ({})", each.join(", "))
}

fn count_table(figures: &Figures) -> String {
    let mut table = String::from(
        "| connections × bytes | epoll: system calls | port: system calls | epoll: instructions \
         | port: instructions |\n|---|---|---|---|---|\n",
    );
    for compared in &figures.compared {
        let Case { connections, size, .. } = compared.case;
        let [epoll, port] = &compared.system_calls;
        let [epoll_instructions, port_instructions] = compared.instructions;
        let _ = writeln!(
            table,
            "| {connections} × {size} | {} | {} | {epoll_instructions:.0} \
             | {port_instructions:.0} |",
            counted(epoll),
            counted(port),
        );
    }
    table
}

fn call_table(figures: &Figures) -> String {
    let mut table = String::from("| pair, one thread | ns, median (lowest) |\n|---|---|\n");
    for (name, values) in &figures.calls {
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let middle = median(values.iter().copied());
        let _ = writeln!(table, "| {name} | {middle:.0} ({lowest:.0}) |");
    }
    table
}

/// The table of what asks for many sockets; of each number of ready ones the first is poll(2).
pub fn poll_table(polls: &Timed) -> String {
    beside(polls, "call", "poll(2)")
}

/// The table of round trips within a process.
pub fn pipe_table(pipes: &Timed) -> String {
    beside(pipes, "there and back", "socket pair")
}

/// The table of blocks read from a file.
pub fn read_table(reads: &Timed) -> String {
    beside(reads, "a block", "io_uring")
}

/// The table of listings of a directory.
pub fn directory_table(directories: &Timed) -> String {
    beside(directories, "call", "readdir and stat")
}

/// A table of cases, each done in several ways (`WAY, CASE`), beside the first way of its case.
fn beside(timed: &Timed, what: &str, first: &str) -> String {
    let mut table = format!(
        "| {what} | µs, median (lowest) | it / {first}, both at their lowest |\n|---|---|---|\n"
    );
    let lowest = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
    for (name, values) in timed {
        let case = name.split_once(", ").map(|(_, case)| case);
        let raw = timed.iter().find(|(other, _)| other.split_once(", ").map(|(_, of)| of) == case);
        let _ = writeln!(
            table,
            "| {name} | {:.2} ({:.2}) | {:.2} |",
            median(values.iter().copied()) / 1000.0,
            lowest(values) / 1000.0,
            lowest(values) / raw.map_or(f64::NAN, |(_, raw)| lowest(raw)),
        );
    }
    table
}

/// The table of what sends a file.
pub fn file_table(files: &[Vec<file::Pass>; 3]) -> String {
    let mut table = String::from(
        "| by | seconds, median (lowest) | CPU seconds, median (lowest) | sendfile / it, median of \
         rounds (lowest to highest) | sendfile / it, both at their lowest |\n\
         |---|---|---|---|---|\n",
    );
    let lowest = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
    let seconds = |passes: &[file::Pass]| passes.iter().map(|pass| pass.seconds).collect();
    let raw: Vec<f64> = seconds(&files[0]);
    for ((name, ..), passes) in SENDERS.iter().zip(files) {
        let own: Vec<f64> = seconds(passes);
        let cpu: Vec<f64> = passes.iter().map(|pass| pass.cpu_seconds).collect();
        let ratios: Vec<f64> = raw.iter().zip(&own).map(|(raw, own)| raw / own).collect();
        let _ = writeln!(
            table,
            "| {name} | {:.3} ({:.3}) | {:.3} ({:.3}) | **{:.2}** ({:.2} to {:.2}) | {:.2} |",
            median(own.iter().copied()),
            lowest(&own),
            median(cpu.iter().copied()),
            lowest(&cpu),
            median(ratios.iter().copied()),
            lowest(&ratios),
            ratios.iter().copied().fold(0.0, f64::max),
            lowest(&raw) / lowest(&own),
        );
    }
    table
}

fn first_line(command: &str, argument: &str) -> String {
    run(Command::new(command).arg(argument)).lines().next().unwrap_or_default().to_owned()
}

fn machine() -> String {
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(": ")).map_or("unknown", |(_, name)| name);
    let count = processors.lines().filter(|line| line.starts_with("processor")).count();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(1).collect();
    let virtual_machine = processors.lines().any(|line| line.contains(" hypervisor"));
    format!(
        "{count} processors ({model}{}), Linux {},\n{},\n{};\nload at the end {}; taken {}.",
        if virtual_machine { ", a virtual machine" } else { "" },
        first_line("uname", "-r"),
        first_line("rustc", "--version"),
        first_line("cc", "--version"),
        load.join(" "),
        first_line("date", "+%Y-%m-%d"),
    )
}

/// The whole page.
pub fn page(figures: &Figures) -> String {
    include_str!("page.md")
        .replace("{rounds}", &figures.rounds.to_string())
        .replace("{passes}", &figures.files[0].len().to_string())
        .replace("{machine}", &machine())
        .replace("{echo}", echo_table(figures).trim_end())
        .replace("{counts}", count_table(figures).trim_end())
        .replace("{files}", file_table(&figures.files).trim_end())
        .replace("{polls}", poll_table(&figures.polls).trim_end())
        .replace("{reads}", read_table(&figures.reads).trim_end())
        .replace("{pipes}", pipe_table(&figures.pipes).trim_end())
        .replace("{directories}", directory_table(&figures.directories).trim_end())
        .replace("{calls}", call_table(figures).trim_end())
}
