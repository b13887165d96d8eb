//! Posting, retrieving, waiting, sending, and the end of a thread.

use super::super::atom::Name;
use super::super::class::{ClassTerms, register};
use super::super::send::{self, Progress};
use super::super::window::{WindowTerms, create};
use super::super::{Alphabet, INVALID_WINDOW, MESSAGE_PARENT, Procedure, Task};
use super::*;
use std::sync::mpsc;

fn window() -> u32 {
    let procedure = Procedure { address: 1, alphabet: Alphabet::Ansi };
    let name = Name::Text("queue tests".into());
    let terms =
        ClassTerms { name: name.clone(), instance: 1, style: 0, procedure, window_extra: 0 };
    // Another test may have been here first.
    let _ = register(terms);
    let parent = MESSAGE_PARENT;
    create(&WindowTerms { class: &name, instance: 1, style: 0, ex_style: 0, parent, id: 0 })
        .unwrap()
}

fn all() -> Filter {
    Filter::new(Wanted::Any, 0, 0, QS_ANY, true)
}

fn next(filter: &Filter) -> Option<(u32, u32)> {
    match with_current(|queue| queue.retrieve(filter)) {
        Retrieved::Message(message) => Some((message.window, message.number)),
        other => {
            assert_eq!(other, Retrieved::Nothing);
            None
        }
    }
}

#[test]
fn posted_messages_come_in_order_and_the_end_behind_them() {
    let window = window();
    with_current(|queue| queue.post_quit(3));
    post(window as usize, 0x400, 1, 2).unwrap();
    post(0, 0x401, 1, 2).unwrap();
    let thread = Filter::new(Wanted::Thread, 0, 0, QS_ANY, false);
    assert_eq!(next(&thread), Some((0, 0x401)));
    let numbers = Filter::new(Wanted::Any, 0x401, 0x500, QS_ANY, false);
    assert_eq!(next(&numbers), Some((0, 0x401)));
    assert_eq!(next(&all()), Some((window, 0x400)));
    assert_eq!(next(&Filter { wanted: Wanted::Window(window), ..all() }), None);
    assert_eq!(next(&all()), Some((0, 0x401)));
    assert_eq!(next(&numbers), Some((0, WM_QUIT)), "no filter keeps it back");
    assert_eq!(next(&all()), Some((0, WM_QUIT)));
    assert_eq!(next(&all()), None);
}

#[test]
fn a_queue_holds_ten_thousand() {
    for number in 0..10_000 {
        post(0, number, 0, 0).unwrap();
    }
    assert_eq!(post(0, 0, 0, 0), Err(Status::QUOTA_EXCEEDED));
    assert_eq!(next(&all()), Some((0, 0)));
    assert_eq!(post(0, 0, 0, 0), Ok(()));
}

#[test]
fn what_has_been_seen_is_not_new() {
    post(0, 0x400, 0, 0).unwrap();
    let bits = QS_POSTMESSAGE | QS_ALLPOSTMESSAGE;
    with_current(|queue| {
        assert!(matches!(queue.arm(0, QS_POSTMESSAGE), Armed::Ready));
        assert_eq!(queue.status(QS_ANY | QS_ALLPOSTMESSAGE), (bits, bits));
        assert_eq!(queue.status(QS_ANY | QS_ALLPOSTMESSAGE), (0, bits));
        assert!(matches!(queue.arm(0, QS_POSTMESSAGE), Armed::Until(Deadline::Never)));
        assert!(!queue.dispatcher.is_signalled());
        assert!(matches!(queue.arm(QS_POSTMESSAGE, 0), Armed::Ready));
        assert!(queue.dispatcher.is_signalled());
        queue.disarm();
    });
    assert_eq!(next(&all()), Some((0, 0x400)));
}

fn call(window: u32, number: u32) -> Call {
    let message = Message { window, number, ..Message::default() };
    Call { task: Task::Message(Alphabet::Ansi), message }
}

/// Sends and waits, and does for others what `serve` does.
fn send_to(window: u32, number: u32, serve: impl Fn(Call) -> isize) -> Result<isize> {
    let target = window::lookup(window as usize)?;
    send::begin(&target, call(window, number))?;
    drop(target);
    loop {
        match send::poll(true) {
            Progress::Done(result) => return result,
            Progress::Call(call) => send::reply(serve(call)),
            Progress::Wait => assert!(send::wait(true, Deadline::Never)),
        }
    }
}

fn serve_until_quit(serve: impl Fn(Call) -> isize) {
    loop {
        match with_current(|queue| queue.retrieve(&all())) {
            Retrieved::Call(call) => send::reply(serve(call)),
            Retrieved::Message(message) if message.number == WM_QUIT => return,
            Retrieved::Message(_) => {}
            Retrieved::Nothing => {
                with_current(|queue| queue.wait(QS_SENDMESSAGE, QS_ANY, Deadline::Never));
            }
        }
    }
}

#[test]
fn two_threads_that_send_to_each_other_come_to_their_end() {
    let mine = window();
    let (tell, told) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            tell.send(window()).unwrap();
            serve_until_quit(|call| match call.message.number {
                // While the other waits for this reply, it is asked something itself.
                1..20 => send_to(mine, call.message.number + 1, |_| unreachable!()).unwrap(),
                _ => {
                    with_current(|queue| queue.post_quit(0));
                    0
                }
            });
        });
        let theirs = told.recv().unwrap();
        for number in 1..20 {
            let answer = send_to(theirs, number, |call| call.message.number as isize * 2);
            assert_eq!(answer, Ok((number as isize + 1) * 2));
        }
        assert_eq!(send_to(theirs, 20, |_| unreachable!()), Ok(0));
    });
}

#[test]
fn the_end_of_a_thread_is_the_end_of_its_windows_and_fails_its_senders() {
    let (tell, told) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        tell.send((window(), with_current(|queue| queue.thread_id()))).unwrap();
        loop {
            if let Retrieved::Call(_) = with_current(|queue| queue.retrieve(&all())) {
                // It ends in the middle of the call.
                return;
            }
            with_current(|queue| queue.wait(QS_SENDMESSAGE, 0, Deadline::Never));
        }
    });
    let (window, id) = told.recv().unwrap();
    assert!(of_thread(id).is_ok());
    assert_eq!(send_to(window, 1, |_| unreachable!()), Err(INVALID_WINDOW));
    thread.join().unwrap();
    assert_eq!(post(window as usize, 1, 0, 0), Err(INVALID_WINDOW));
    assert_eq!(of_thread(id).err(), Some(INVALID_THREAD));
}

#[test]
fn a_timer_ends_the_wait() {
    super::super::timer::set(0, 0, 10, 0).unwrap();
    loop {
        if next(&all()) == Some((0, WM_TIMER)) {
            break;
        }
        with_current(|queue| queue.wait(QS_SENDMESSAGE, QS_ANY, Deadline::Never));
    }
}
