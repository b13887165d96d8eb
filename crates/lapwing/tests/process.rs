//! Processes: started, waited for, ended.  The program is this one, which is told to be a child.

mod wine;

use lapwing::{Command, Executor, Process, Waitable, wait_any};
use libtest_mimic::{Arguments, Trial};
use std::path::Path;
use std::process::{ExitCode, exit};
use std::time::Duration;

/// The first word of a child's arguments; who has it is no test.
const CHILD: &str = "--as-a-child";

/// What a child says of what it was asked.
const YES: u32 = 3;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [first, task @ ..] = words.as_slice()
        && first == CHILD
    {
        be_a_child(task);
    }
    let tests: [(&str, fn()); 5] = [
        ("a_child_ends_with_a_code", a_child_ends_with_a_code),
        ("a_child_s_end_is_awaited", a_child_s_end_is_awaited),
        ("a_child_is_terminated", a_child_is_terminated),
        ("a_child_begins_where_it_is_told", a_child_begins_where_it_is_told),
        ("what_is_no_program_is_refused", what_is_no_program_is_refused),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    let trials = tests.into_iter().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Does what it is told, and ends.
fn be_a_child(task: &[String]) -> ! {
    let here = || std::env::current_dir().and_then(|here| here.canonicalize());
    match task {
        [task] if task == "wait" => loop {
            std::thread::park();
        },
        [task, code] if task == "end" => exit(code.parse().unwrap()),
        [task, place] if task == "are you in" => {
            exit(if here().unwrap() == Path::new(place) { YES as i32 } else { 0 })
        }
        _ => panic!("{task:?}"),
    }
}

fn command(task: &[&str]) -> Command {
    let program = std::env::current_exe().unwrap();
    Command::new(program).arg(CHILD).args(task)
}

fn child(task: &[&str]) -> Process {
    command(task).spawn().unwrap()
}

fn a_child_ends_with_a_code() {
    let child = child(&["end", "7"]);
    assert_ne!(child.id(), std::process::id());
    child.wait().unwrap();
    assert_eq!(child.exit_code().unwrap(), Some(7));
    assert!(child.wait_within(Duration::ZERO).unwrap());
    child.processor_times().unwrap();
}

fn a_child_s_end_is_awaited() {
    let child = child(&["end", "7"]);
    Executor::new(1).unwrap().block_on(child.signaled()).unwrap();
    assert_eq!(child.exit_code().unwrap(), Some(7));
}

fn a_child_is_terminated() {
    let (stays, goes) = (child(&["wait"]), child(&["end", "7"]));
    assert_eq!(wait_any(&[&stays, &goes], None), Ok(Some(1)));
    assert_eq!(stays.exit_code().unwrap(), None);
    stays.terminate(9).unwrap();
    stays.wait().unwrap();
    assert_eq!(stays.exit_code().unwrap(), Some(9));
    let refused = stays.terminate(10).is_err_and(|error| error.win32() == 5);
    assert!(refused || wine::cannot("a process that has ended can be ended again"));
}

fn a_child_begins_where_it_is_told() {
    let directory = std::env::temp_dir().canonicalize().unwrap();
    let task = ["are you in", directory.to_str().unwrap()];
    let said = |command: Command| {
        let child = command.spawn().unwrap();
        child.wait().unwrap();
        child.exit_code().unwrap()
    };
    assert_eq!(said(command(&task)), Some(0));
    assert_eq!(said(command(&task).current_dir(&directory)), Some(YES));
}

fn what_is_no_program_is_refused() {
    assert_eq!(Command::new("no-such-program-of-lapwing").spawn().unwrap_err().win32(), 2);
    let error = Command::new("x").arg("a\0b").spawn().unwrap_err();
    assert_eq!((error.win32(), error.during()), (123, "Command: an argument"));
}
