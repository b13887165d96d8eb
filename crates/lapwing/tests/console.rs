//! What the user asks of a program at its console.
// There Ctrl-C cannot be sent to one process alone: whoever runs the tests would have it too.
#![cfg(not(windows))]

use lapwing::{CompletionPort, ConsoleControl, ConsoleHandler};
use std::process::Command;
use std::sync::Arc;

/// A signal that no shell lets a program inherit as ignored.
fn terminate() {
    let own = std::process::id().to_string();
    assert!(Command::new("kill").args(["-TERM", &own]).status().unwrap().success());
}

#[test]
fn the_last_handler_is_asked_first_until_one_sees_to_it() {
    let port = Arc::new(CompletionPort::new(0).unwrap());
    let add = |name: &'static str, sees_to_it: bool| {
        let port = port.clone();
        let handler = move |control| port.post((name, control)).is_ok() && sees_to_it;
        ConsoleHandler::new(handler).unwrap()
    };
    let _first = add("first", true);
    let _panics = ConsoleHandler::new(|_| std::panic::resume_unwind(Box::new("so"))).unwrap();
    let passes_on = add("passes on", false);
    drop(add("gone", true));

    terminate();
    assert_eq!(port.get().unwrap(), ("passes on", ConsoleControl::Close));
    assert_eq!(port.get().unwrap(), ("first", ConsoleControl::Close));

    let _last = add("last", true);
    drop(passes_on);
    terminate();
    assert_eq!(port.get().unwrap(), ("last", ConsoleControl::Close));
    assert!(port.get_within(std::time::Duration::ZERO).unwrap().is_none());
}
