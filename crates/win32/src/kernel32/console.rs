//! Ctrl-C and its relatives: `SetConsoleCtrlHandler` over signals.
//!
//! | signal | event |
//! |---|---|
//! | SIGINT (Ctrl-C) | `CTRL_C_EVENT` |
//! | SIGQUIT (Ctrl-\) | `CTRL_BREAK_EVENT` |
//! | SIGHUP (the terminal closed), SIGTERM | `CTRL_CLOSE_EVENT` |
//!
//! Nothing happens before the first handler is registered.  Then [`super::console_signals`] passes
//! the signals on, and a thread is started for each event, on which the program's handlers run.  A
//! signal that the program ignores stays ignored.
//!
//! Windows ends a process as soon as a handler has taken `CTRL_CLOSE_EVENT`; here the program ends
//! by itself, as a Linux program does after SIGTERM.
#![allow(unsafe_code)]

use super::console_signals::{Disposition, perform_original, set, start};
use crate::last_error;
use lapwing_abi::{
    BOOL, CTRL_BREAK_EVENT, CTRL_C_EVENT, CTRL_CLOSE_EVENT, ERROR_INVALID_PARAMETER,
    ERROR_NOT_ENOUGH_MEMORY, FALSE, PHANDLER_ROUTINE, TRUE,
};
use rustix::process::{Pid, Signal, kill_current_process_group, kill_process_group};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A handler of the program's.
type Handler = unsafe extern "system" fn(u32) -> BOOL;

/// The signals that become events.
const EVENTS: [(i32, u32); 4] = [
    (libc::SIGINT, CTRL_C_EVENT),
    (libc::SIGQUIT, CTRL_BREAK_EVENT),
    (libc::SIGHUP, CTRL_CLOSE_EVENT),
    (libc::SIGTERM, CTRL_CLOSE_EVENT),
];

struct Console {
    /// In the order of registration; the last is asked first.
    handlers: Vec<Handler>,
    ignores_ctrl_c: bool,
}

static CONSOLE: Mutex<Console> =
    Mutex::new(Console { handlers: Vec::new(), ignores_ctrl_c: false });

fn console() -> MutexGuard<'static, Console> {
    CONSOLE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Console {
    /// Makes the signals' dispositions fit what is registered.
    fn apply(&self) {
        for (signal, event) in EVENTS {
            set(
                signal,
                if event == CTRL_C_EVENT && self.ignores_ctrl_c {
                    Disposition::Ignored
                } else if self.handlers.is_empty() {
                    Disposition::Original
                } else {
                    Disposition::PassedOn
                },
            );
        }
    }
}

/// Adds or removes a handler of Ctrl-C, Ctrl-Break and the end of the session.  The handler that
/// was added last is asked first, on a thread of its own, until one returns TRUE; if none does,
/// the signal has the effect that it would have had without handlers.
///
/// A NULL handler makes the process, and those that it starts, ignore Ctrl-C (`add` TRUE) or heed
/// it again.  `ERROR_INVALID_PARAMETER` when a handler to be removed was not added.
///
/// # Safety
/// The handler must stay callable until it is removed.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetConsoleCtrlHandler(handler: PHANDLER_ROUTINE, add: BOOL) -> BOOL {
    let mut console = console();
    match (handler, add != FALSE) {
        (None, ignore) => console.ignores_ctrl_c = ignore,
        (Some(handler), true) => {
            if !start(deliver) {
                last_error::set(ERROR_NOT_ENOUGH_MEMORY);
                return FALSE;
            }
            console.handlers.push(handler);
        }
        (Some(handler), false) => {
            let is_it = |&known: &Handler| core::ptr::fn_addr_eq(known, handler);
            let Some(place) = console.handlers.iter().rposition(is_it) else {
                last_error::set(ERROR_INVALID_PARAMETER);
                return FALSE;
            };
            console.handlers.remove(place);
        }
    }
    console.apply();
    TRUE
}

/// Sends Ctrl-C or Ctrl-Break to the processes of the caller's process group (0), or of the group
/// that a process leads.  `ERROR_INVALID_PARAMETER` for other events or without such a group.
#[unsafe(no_mangle)]
pub extern "system" fn GenerateConsoleCtrlEvent(event: u32, process_group: u32) -> BOOL {
    let signal = match event {
        CTRL_C_EVENT => Some(Signal::INT),
        CTRL_BREAK_EVENT => Some(Signal::QUIT),
        _ => None,
    };
    let group = i32::try_from(process_group).ok();
    let sent = signal.zip(group).is_some_and(|(signal, group)| match Pid::from_raw(group) {
        None => kill_current_process_group(signal).is_ok(),
        Some(leader) => kill_process_group(leader, signal).is_ok(),
    });
    if sent {
        return TRUE;
    }
    last_error::set(ERROR_INVALID_PARAMETER);
    FALSE
}

/// A signal has come: the handlers get a thread, because one may take its time, or never return.
fn deliver(signal: i32) {
    let ask = move || ask_handlers(signal);
    let name = "lapwing-ctrl".to_owned();
    if std::thread::Builder::new().name(name).spawn(ask).is_err() {
        ask_handlers(signal);
    }
}

/// Asks the handlers, the last one first; if none takes the event, the signal does its own work.
fn ask_handlers(signal: i32) {
    let Some(&(_, event)) = EVENTS.iter().find(|(known, _)| *known == signal) else { return };
    let handlers = {
        let console = console();
        if event == CTRL_C_EVENT && console.ignores_ctrl_c {
            return;
        }
        console.handlers.clone()
    };
    for handler in handlers.into_iter().rev() {
        // SAFETY: the program registered it.
        if unsafe { handler(event) } != FALSE {
            return;
        }
    }
    perform_original(signal);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    static EVENTS_SEEN: Mutex<Option<mpsc::Sender<(&'static str, u32)>>> = Mutex::new(None);

    fn report(who: &'static str, event: u32) {
        if let Ok(sender) = EVENTS_SEEN.lock()
            && let Some(sender) = sender.as_ref()
        {
            sender.send((who, event)).expect("the test listens");
        }
    }

    unsafe extern "system" fn first(event: u32) -> BOOL {
        report("first", event);
        TRUE
    }

    unsafe extern "system" fn second(event: u32) -> BOOL {
        report("second", event);
        BOOL::from(event == CTRL_BREAK_EVENT)
    }

    #[test]
    fn handlers_are_asked_from_the_last_to_the_first() {
        let (sender, seen) = mpsc::channel();
        *EVENTS_SEEN.lock().expect("one test only") = Some(sender);
        let next = || seen.recv().expect("the handlers report");
        let send = |signal| rustix::process::kill_process(rustix::process::getpid(), signal);
        // SAFETY: the handlers are functions of this test.
        unsafe {
            assert_eq!(SetConsoleCtrlHandler(Some(first), FALSE), FALSE);
            assert_eq!(last_error::get(), ERROR_INVALID_PARAMETER);
            assert_eq!(SetConsoleCtrlHandler(Some(first), TRUE), TRUE);
            assert_eq!(SetConsoleCtrlHandler(Some(second), TRUE), TRUE);
            for (signal, event) in
                [(Signal::INT, CTRL_C_EVENT), (Signal::TERM, 2), (Signal::HUP, CTRL_CLOSE_EVENT)]
            {
                send(signal).expect("to ourselves");
                assert_eq!([next(), next()], [("second", event), ("first", event)]);
            }
            send(Signal::QUIT).expect("to ourselves");
            assert_eq!(next(), ("second", CTRL_BREAK_EVENT));

            // Ignored, Ctrl-C reaches nobody: the next event seen is another one.
            assert_eq!(SetConsoleCtrlHandler(None, TRUE), TRUE);
            send(Signal::INT).expect("to ourselves");
            assert_eq!(SetConsoleCtrlHandler(Some(second), FALSE), TRUE);
            send(Signal::TERM).expect("to ourselves");
            assert_eq!(next(), ("first", CTRL_CLOSE_EVENT));
            assert_eq!(SetConsoleCtrlHandler(None, FALSE), TRUE);
            send(Signal::INT).expect("to ourselves");
            assert_eq!(next(), ("first", CTRL_C_EVENT));
            assert_eq!(SetConsoleCtrlHandler(Some(first), FALSE), TRUE);
        }
        assert_eq!(GenerateConsoleCtrlEvent(CTRL_CLOSE_EVENT, 0), FALSE);
        assert_eq!(GenerateConsoleCtrlEvent(CTRL_C_EVENT, u32::MAX), FALSE);
        assert_eq!(last_error::get(), ERROR_INVALID_PARAMETER);
    }
}
