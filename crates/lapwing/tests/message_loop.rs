//! Network events, timers and posts as messages to a thread.

mod connection;

use connection::connected;
use lapwing::{Alertable, Alerted, Happened, Interest, Key, Message, MessageLoop};
use lapwing::{NonBlocking, Operation, TcpListener, TcpStream, alertable};
use std::cell::Cell;
use std::io::{Read, Write};
use std::net;
use std::sync::Arc;
use std::time::Duration;

const EVER: Duration = Duration::MAX;

type Streams = MessageLoop<NonBlocking<TcpStream>>;

fn next<T, P: std::fmt::Debug>(messages: &mut MessageLoop<T, P>) -> Message<P> {
    messages.wait(EVER).unwrap().expect("it waits for ever")
}

fn readable(key: Key) -> Message {
    Message::Network(key, Happened { readable: Some(Ok(())), ..Default::default() })
}

enum Socket {
    Listener(NonBlocking<TcpListener>),
    Stream(NonBlocking<TcpStream>),
}

#[test]
fn a_loop_serves_more_than_64_connections() {
    const CLIENTS: usize = 80;
    let mut messages = MessageLoop::new().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_address().unwrap();
    messages.insert(listener, Interest::ACCEPT, Socket::Listener).unwrap();
    let poster = messages.poster();
    let clients = std::thread::spawn(move || {
        let connect = |_| net::TcpStream::connect(address).unwrap();
        let mut clients: Vec<_> = (0..CLIENTS).map(connect).collect();
        for (number, client) in (0..).zip(&mut clients) {
            client.write_all(&[number; 3]).unwrap();
        }
        for (number, client) in (0..).zip(&mut clients) {
            let mut answer = [0; 3];
            client.read_exact(&mut answer).unwrap();
            assert_eq!(answer, [number; 3]);
        }
        poster.post(clients).unwrap();
    });
    let (mut posted, mut closed, mut buffer) = (false, 0, [0; 64]);
    while !posted || closed < CLIENTS {
        let (key, happened) = match next(&mut messages) {
            Message::Network(key, happened) => (key, happened),
            Message::Posted(clients) => {
                // All are closed by this.
                assert_eq!((clients.len(), messages.len()), (CLIENTS, CLIENTS + 1));
                posted = true;
                continue;
            }
            other => panic!("{other:?}"),
        };
        match &messages[key] {
            Socket::Listener(listener) => {
                assert_eq!(happened.acceptable, Some(Ok(())));
                if let Some(stream) = listener.try_accept().unwrap() {
                    let interest = Interest::READ | Interest::CLOSE;
                    messages.insert(stream, interest, Socket::Stream).unwrap();
                }
            }
            Socket::Stream(stream) if happened.readable.is_some() => {
                if let Some(count) = stream.try_receive(&mut buffer).unwrap() {
                    assert_eq!(stream.try_send(&buffer[..count]), Ok(Some(count)));
                }
            }
            Socket::Stream(_) => {
                assert_eq!(happened.closed, Some(Ok(())));
                messages.remove(key);
                closed += 1;
            }
        }
    }
    clients.join().unwrap();
}

#[test]
fn what_is_removed_is_told_of_no_more() {
    let ((stream, mut client), mut messages) = (connected(), Streams::new().unwrap());
    client.write_all(b"x").unwrap();
    let gone = messages.insert(stream, Interest::READ, |stream| stream).unwrap();
    // A message about it is in the queue, when it goes.
    assert_eq!(next(&mut messages), readable(gone));
    messages.set_interest(gone, Interest::READ).unwrap();
    let stream = messages.remove(gone).unwrap().into_inner().expect("nobody watches it");
    assert_eq!(messages.wait(Duration::ZERO).unwrap(), None);
    assert!(messages.get(gone).is_none() && messages.remove(gone).is_none());
    assert_eq!(messages.set_interest(gone, Interest::READ).unwrap_err().win32(), 1168);

    // The same socket again is another.
    let key = messages.insert(stream, Interest::READ, |stream| stream).unwrap();
    assert_ne!(key, gone);
    assert_eq!(next(&mut messages), readable(key));
    assert_eq!(messages[key].try_receive(&mut [0; 8]), Ok(Some(1)));
}

#[test]
fn what_is_posted_comes_in_order_and_then_the_end() {
    let mut messages: MessageLoop<(), u32> = MessageLoop::new().unwrap();
    let poster = messages.poster();
    messages.quit();
    let posting = std::thread::spawn(move || {
        (0..100).for_each(|number| poster.clone().post(number).unwrap());
        poster
    });
    let poster = posting.join().unwrap();
    for number in 0..100 {
        assert_eq!(next(&mut messages), Message::Posted(number));
    }
    assert_eq!(next(&mut messages), Message::Quit);
    assert_eq!(messages.wait(Duration::ZERO).unwrap(), None);
    drop(messages);
    assert!(poster.post(100).unwrap_err().is_aborted());
}

#[test]
fn what_nobody_takes_is_dropped() {
    let (token, messages) = (Arc::new(()), MessageLoop::<(), Arc<()>>::new().unwrap());
    let poster = messages.poster();
    poster.post(token.clone()).unwrap();
    drop(messages);
    assert_eq!(Arc::strong_count(&token), 1);
}

#[test]
fn timers_tell_again_and_again_until_they_are_killed() {
    let mut messages: MessageLoop<()> = MessageLoop::new().unwrap();
    let often = messages.set_timer(Duration::from_millis(10)).unwrap();
    let never = messages.set_timer(Duration::from_secs(100_000)).unwrap();
    for _ in 0..3 {
        assert_eq!(next(&mut messages), Message::Timer(often));
    }
    assert!(messages.kill_timer(often) && !messages.kill_timer(often));
    let again = messages.set_timer(Duration::from_millis(10)).unwrap();
    assert_eq!(next(&mut messages), Message::Timer(again));
    assert!(messages.kill_timer(never) && again != often);
}

#[test]
fn loops_of_one_thread_are_told_apart() {
    let (mut one, mut other) = (Streams::new().unwrap(), Streams::new().unwrap());
    let (stream, mut client) = connected();
    let key = one.insert(stream, Interest::READ, |stream| stream).unwrap();
    other.poster().post(()).unwrap();
    one.poster().post(()).unwrap();
    // This takes the other's message too, and keeps it for the other.
    assert_eq!(next(&mut one), Message::Posted(()));
    client.write_all(b"x").unwrap();
    assert_eq!(next(&mut one), readable(key));
    assert_eq!(next(&mut other), Message::Posted(()));
    assert_eq!(other.wait(Duration::ZERO).unwrap(), None);
}

#[test]
fn routines_run_in_an_alertable_wait() {
    let (mut messages, (stream, _peer)) = (Streams::new().unwrap(), connected());
    let (poster, has_run) = (messages.poster(), Cell::new(false));
    alertable(|thread: &Alertable<'_, '_>| {
        let woken = messages.wait_alertably(thread, Duration::ZERO).unwrap();
        assert_eq!(woken, Err(Alerted::TimedOut));
        let sending = stream.send(Operation::new(b"x".to_vec()));
        sending.call(thread, |_| has_run.set(true)).unwrap();
        assert_eq!(messages.wait_alertably(thread, EVER).unwrap(), Err(Alerted::Routines));
        assert!(has_run.get());
        poster.post(()).unwrap();
        assert_eq!(messages.wait_alertably(thread, EVER).unwrap(), Ok(Message::Posted(())));
    });
}
