//! Operations that set an event, of handles without a port.

mod connection;

use connection::connected;
use lapwing::{Event, Operation, Waitable};
use std::io::{Read, Write};
use std::net;
use std::time::Duration;

fn buffer() -> Operation<Vec<u8>> {
    Operation::new(Vec::with_capacity(16))
}

#[test]
fn an_echo_without_a_port() {
    let (stream, mut client) = connected();
    let receiving = stream.receive(buffer()).begin().unwrap();
    let Err(receiving) = receiving.wait_within(Duration::ZERO).unwrap() else {
        panic!("nothing has been sent")
    };
    client.write_all(b"hello").unwrap();
    let received = receiving.wait().unwrap();
    assert_eq!(received.result, Ok(5));
    let sent = stream.send(received.operation).begin().unwrap().wait().unwrap();
    assert_eq!(sent.result, Ok(5));
    let mut answer = [0; 5];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"hello");
}

#[test]
fn a_cancel_says_what_has_really_happened() {
    let (stream, mut client) = connected();
    let cancelled = stream.receive(buffer()).begin().unwrap().cancel().unwrap();
    assert_eq!(cancelled.result.unwrap_err().winsock(), 995);

    let receiving = stream.receive(cancelled.operation).begin().unwrap();
    client.write_all(b"x").unwrap();
    let Ok(done) = receiving.wait_within(Duration::from_secs(60)).unwrap() else {
        panic!("what was sent has not come")
    };
    assert_eq!(done.result, Ok(1));
}

#[test]
fn a_dropped_operation_takes_nothing_from_the_next() {
    let (stream, mut client) = connected();
    drop(stream.receive(buffer()).begin().unwrap());
    client.write_all(b"next").unwrap();
    let next = stream.receive(buffer()).begin().unwrap();
    assert_eq!(next.wait().unwrap().operation.into_buffer(), b"next");
}

#[test]
fn an_operation_that_cannot_begin_is_given_back() {
    let (stream, _client) = connected();
    stream.shutdown(net::Shutdown::Write).unwrap();
    let Err(refused) = stream.send(Operation::new(b"late".to_vec())).begin() else {
        panic!("nothing can be sent")
    };
    assert_eq!(refused.error.winsock(), 10058);
    assert_eq!(refused.operation.into_buffer(), b"late");
}

#[test]
fn events_are_set_and_reset() {
    let manual = Event::manual().unwrap();
    assert!(!manual.wait_within(Duration::ZERO).unwrap());
    manual.set().unwrap();
    manual.wait().unwrap();
    assert!(manual.wait_within(Duration::ZERO).unwrap());
    manual.reset().unwrap();
    assert!(!manual.wait_within(Duration::ZERO).unwrap());

    let auto = Event::auto().unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| auto.wait());
        auto.set().unwrap();
        waiting.join().unwrap().unwrap();
    });
    assert!(!auto.wait_within(Duration::ZERO).unwrap());
}
