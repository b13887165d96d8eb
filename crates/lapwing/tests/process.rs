//! Processes: started, waited for, ended.  The program is this test, which runs one of its tests.

mod wine;

use lapwing::{Command, Executor, Process, Waitable, wait_any};
use std::time::Duration;

/// Runs a test of those that are for children.
fn child(test: &str) -> Process {
    let program = std::env::current_exe().unwrap();
    Command::new(program).args(["--ignored", "--exact", test]).spawn().unwrap()
}

#[test]
#[ignore = "a child runs it"]
fn ends_with_seven() {
    std::process::exit(7);
}

#[test]
#[ignore = "a child runs it"]
fn waits_for_ever() {
    loop {
        std::thread::park();
    }
}

#[test]
#[ignore = "a child runs it, in another directory"]
fn ends_with_its_directory_s_length() {
    let directory = std::env::current_dir().unwrap();
    std::process::exit(directory.as_os_str().len() as i32);
}

#[test]
fn a_child_ends_with_a_code() {
    let child = child("ends_with_seven");
    assert_ne!(child.id(), std::process::id());
    child.wait().unwrap();
    assert_eq!(child.exit_code().unwrap(), Some(7));
    assert!(child.wait_within(Duration::ZERO).unwrap());
    child.processor_times().unwrap();
}

#[test]
fn a_child_s_end_is_awaited() {
    let child = child("ends_with_seven");
    Executor::new(1).unwrap().block_on(child.signaled()).unwrap();
    assert_eq!(child.exit_code().unwrap(), Some(7));
}

#[test]
fn a_child_is_terminated() {
    let (stays, goes) = (child("waits_for_ever"), child("ends_with_seven"));
    assert_eq!(wait_any(&[&stays, &goes], None), Ok(Some(1)));
    assert_eq!(stays.exit_code().unwrap(), None);
    stays.terminate(9).unwrap();
    stays.wait().unwrap();
    assert_eq!(stays.exit_code().unwrap(), Some(9));
    let refused = stays.terminate(10).is_err_and(|error| error.win32() == 5);
    assert!(refused || wine::cannot("a process that has ended can be ended again"));
}

#[test]
fn a_child_begins_where_it_is_told() {
    let program = std::env::current_exe().unwrap();
    let directory = std::env::temp_dir().canonicalize().unwrap();
    let child = Command::new(program)
        .args(["--ignored", "--exact", "ends_with_its_directory_s_length"])
        .current_dir(&directory)
        .spawn()
        .unwrap();
    child.wait().unwrap();
    assert!(child.exit_code().unwrap().is_some_and(|length| length > 0));
}

#[test]
fn what_is_no_program_is_refused() {
    assert_eq!(Command::new("no-such-program-of-lapwing").spawn().unwrap_err().win32(), 2);
    let error = Command::new("x").arg("a\0b").spawn().unwrap_err();
    assert_eq!((error.win32(), error.during()), (123, "Command: an argument"));
}
