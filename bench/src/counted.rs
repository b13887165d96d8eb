//! What can be counted of an echo server's messages, in runs of their own: each is the difference
//! of a long and a short one, so that starting and ending cancel out.

use crate::Failure;
use crate::server::{Load, Server, WARM_UP};
use crate::toolbox::Built;
use lapwing_measure::machine::Processors;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Rounds after which a server does what it will do from then on, and those that are counted.
const SETTLING: usize = 100;
const ROUNDS: usize = 100;

/// System calls for one message, by name, as strace counts them: the difference of two runs, so
/// that starting and ending cancel out.
pub fn system_calls(
    built: &Built,
    load: Load,
    processors: &Processors,
    list: &Path,
) -> Result<BTreeMap<String, f64>, Failure> {
    let counted = |messages: usize| {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-c", "-U", "calls,name", "-o"]).arg(list).arg(&built.path);
        let mut server = Server::start(strace, load, processors)?;
        server.echo(messages, &mut |_| {})?;
        server.end()?;
        std::fs::read_to_string(list)
            .map(|text| calls_of(&text))
            .map_err(|error| format!("{}: {error}", list.display()))
    };
    let (few, many) = (counted(WARM_UP)?, counted(WARM_UP + load.messages)?);
    let per_message = |(call, count): (String, u64)| {
        let before = few.get(&call).copied().unwrap_or(0);
        (call, (count as f64 - before as f64) / load.total() as f64)
    };
    Ok(many.into_iter().map(per_message).filter(|(_, count)| *count >= 0.0005).collect())
}

fn calls_of(list: &str) -> BTreeMap<String, u64> {
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let count = words.next()?.parse().ok()?;
        Some((words.next()?.to_owned(), count))
    };
    list.lines().filter_map(line).filter(|(name, _)| name != "total").collect()
}

/// Instructions outside the kernel for one message, as valgrind counts them.  The server has
/// nothing to do when the messages come, and all of them are there when it wakes: valgrind makes it
/// so slow that otherwise it would depend on the machine what it finds, and how often it waits.
pub fn instructions(
    built: &Built,
    load: Load,
    processors: &Processors,
    list: &Path,
) -> Result<f64, Failure> {
    let counted = |rounds: usize| {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--quiet", "--tool=callgrind"]);
        valgrind.arg(format!("--callgrind-out-file={}", list.display())).arg(&built.path);
        let mut server = Server::start(valgrind, load, processors)?;
        (0..rounds).try_for_each(|_| server.round())?;
        server.end()?;
        let text = std::fs::read_to_string(list)
            .map_err(|error| format!("{}: {error}", list.display()))?;
        let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
        let total = total.and_then(|total| total.trim().parse::<f64>().ok());
        total.ok_or_else(|| "valgrind has written no total".to_owned())
    };
    let messages = load.talkers * load.depth * ROUNDS;
    Ok((counted(SETTLING + ROUNDS)? - counted(SETTLING)?) / messages as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strace_s_list_is_understood() {
        let list =
            "    calls syscall\n--------- ----\n      12 recvfrom\n  3 epoll_wait\n 15 total\n";
        let calls = calls_of(list);
        assert_eq!(calls.len(), 2);
        assert_eq!(calls["recvfrom"], 12);
    }
}
