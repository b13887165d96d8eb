//! What waits cost in system calls, which strace sees: none where nobody contends, and one wake-up
//! for a release where somebody sleeps.

use lapwing_tests::{command, program, scratch_folder, source_tree, tools};
use libtest_mimic::{Arguments, Failed};
use std::process::Command;
use std::time::Duration;

/// A hang, not a measure.
const GUARD: Duration = Duration::from_secs(120);

fn main() {
    let tools = &["strace"];
    let waits = tools::trial("waits_without_system_calls", tools, waits);
    let releases = tools::trial("one_wake_up_for_a_release", tools, releases);
    libtest_mimic::run(&Arguments::from_args(), vec![waits, releases]).exit();
}

/// The system calls that a program makes between its two marks, and what it printed.
fn calls(name: &str, argument: Option<&str>) -> Result<(Vec<String>, String), Failed> {
    let folder = scratch_folder(argument.unwrap_or(name));
    let (binary, log) = (folder.join("program"), folder.join("strace.txt"));
    let source = source_tree().join("tests/programs").join(name).with_extension("c");
    let mut compiler = command::compiler(false);
    program::run(compiler.args(["-O1", "-o"]).arg(&binary).arg(source), GUARD).success()?;
    let mut strace = Command::new("strace");
    strace.arg("-f").arg("-o").arg(&log).arg(&binary).args(argument);
    // A thread that looks for a moment before it sleeps may need no wake-up.
    strace.env("LAPWING_SPIN", "0");
    let said = program::run(&mut strace, GUARD).success()?;
    let log = std::fs::read_to_string(&log)?;
    if !log.contains("write(1, \"end") {
        return Err(format!("the marks are not in strace's log:\n{log}").into());
    }
    let between = log
        .lines()
        .skip_while(|line| !line.contains("write(1, \"begin"))
        .skip(1)
        .take_while(|line| !line.contains("write(1, \"end"));
    Ok((between.map(str::to_owned).collect(), said))
}

fn waits() -> Result<(), Failed> {
    let (between, _) = calls("uncontended", None)?;
    if !between.is_empty() {
        return Err(format!("system calls:\n{}", between.join("\n")).into());
    }
    Ok(())
}

fn releases() -> Result<(), Failed> {
    for kind in ["event", "semaphore", "mutex"] {
        let (between, said) = calls("releases", Some(kind))?;
        let wakes = between.iter().filter(|line| line.contains("FUTEX_WAKE")).count();
        let last = said.lines().last().unwrap_or_default();
        let releases: usize = last.parse().map_err(|_| format!("{kind}: {said}"))?;
        // Seldom both threads are at the object's lock at once, and one sleeps there.
        println!("{kind}: {releases} releases, {wakes} wake-ups");
        if wakes == 0 || wakes > releases + releases / 10 {
            return Err(format!("{kind}: {releases} releases made {wakes} wake-ups").into());
        }
    }
    Ok(())
}
