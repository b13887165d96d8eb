//! An uncontended set or satisfied wait makes no system call: strace looks.

use lapwing_tests::{command, program, scratch_folder, source_tree, tools};
use libtest_mimic::{Arguments, Failed};
use std::process::Command;
use std::time::Duration;

/// A hang, not a measure.
const GUARD: Duration = Duration::from_secs(120);

fn main() {
    let trial = tools::trial("waits_without_system_calls", &["strace"], waits);
    libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit();
}

fn waits() -> Result<(), Failed> {
    let folder = scratch_folder("uncontended");
    let (binary, log) = (folder.join("program"), folder.join("strace.txt"));
    let source = source_tree().join("tests/programs/uncontended.c");
    let mut compiler = command::compiler(false);
    program::run(compiler.args(["-O1", "-o"]).arg(&binary).arg(source), GUARD).success()?;
    let mut strace = Command::new("strace");
    program::run(strace.arg("-f").arg("-o").arg(&log).arg(&binary), GUARD).success()?;
    let log = std::fs::read_to_string(&log)?;
    let between: Vec<&str> = log
        .lines()
        .skip_while(|line| !line.contains("write(1, \"begin"))
        .skip(1)
        .take_while(|line| !line.contains("write(1, \"end"))
        .collect();
    if !log.contains("write(1, \"end") {
        return Err(format!("the marks are not in strace's log:\n{log}").into());
    }
    if !between.is_empty() {
        return Err(format!("system calls:\n{}", between.join("\n")).into());
    }
    Ok(())
}
